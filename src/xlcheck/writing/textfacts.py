"""The figures of a text in long form: one line each, what it was taken for (``xlcheck extract DOCUMENT``)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from xlcheck.narrative.check import CheckedText
from xlcheck.narrative.statements import FigureStanding, TextFigure


def text_facts(text: CheckedText) -> Iterator[dict[str, Any]]:
    """Every figure of a text, in printed order.

    Yields:
        Mappings of the contract's keys. ``value`` is a decimal string in the printed ``unit``; null for ∞% and --%.
    """
    for figure in text.figures:
        table = row = column = None
        if figure.standing is FigureStanding.BOUND and figure.cell is not None and text.cells is not None:
            table, row, column = text.cells.canonical(figure.cell)
        yield {
            "document": text.document,
            "quote": text.text[figure.start : figure.end],
            "sentence": figure.sentence,
            "start": figure.start,
            "end": figure.end,
            "as": figure.standing.value,
            "table": table,
            "row": row,
            "column": column,
            "relation": figure.relation or None,
            "value": _value(figure),
            "unit": figure.printed.unit or None,
        }


def _value(figure: TextFigure) -> str | None:
    """The number as printed, without signs that part thousands."""
    if figure.printed.value is None:
        return None
    number = "".join(c for c in figure.token.text if c.isdigit() or c in ".-−－")
    return number.replace("−", "-").replace("－", "-")
