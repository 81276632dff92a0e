"""The facts of a workbook in long form: one line a bound figure, by canonical names (``xlcheck extract``).

Contract (docs/design/contract.md): table is the national title, row a code, 合计 or a label without ordinal,
column the concept; value a decimal string in the table's unit, null for a blank.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import product
from typing import Any

from xlcheck.binding.canonical import row_name
from xlcheck.concepts import Concept, TableWords, Vocabulary
from xlcheck.labels import address
from xlcheck.model import Amount, CellKind, Section, Submission, Table, decimal_text
from xlcheck.scores.sheet import ScoreSheet
from xlcheck.scores.values import ScoreValue

_FLOW = "年初结转和结余"
_SHEET_TITLE = "项目支出绩效自评表"


def facts(submission: Submission, path: str, vocabulary: Vocabulary) -> Iterator[dict[str, Any]]:
    """Every bound figure of a submission, in printed order; blank ones too.

    Yields:
        Mappings of the contract's keys. ``grade`` is certain, likely or doubtful.
    """
    head = {
        "path": path,
        "unit": submission.unit,
        "year": submission.year,
        "set": submission.form.id if submission.nearest is None else None,
    }
    for sheet in submission.sheets:
        for fact in _of_sheet(sheet):
            yield head | fact
    for table in submission.tables.values():
        if table.lost:
            continue
        words = vocabulary.tables.get(_kind(table, vocabulary))
        for section in table.sections.values():
            if not section.lost:
                for fact in _section(table, section, words):
                    yield head | fact


def _of_sheet(sheet: ScoreSheet) -> Iterator[dict[str, Any]]:
    """Every cell of a score sheet; ``project`` says of which. A value with a comparison or a unit has its number, ``shown`` all of it."""
    for block, row, column, cell in sheet.every_cell():
        if cell.cell is None:
            continue
        value = cell.value
        yield {
            "table": _SHEET_TITLE,
            "section": block,
            "project": sheet.project or None,
            "row": row.label or row.key,
            "code": None,
            "column": column,
            "sheet": sheet.sheet,
            "cell": cell.cell,
            "value": _plain_number(value) if value.numeric else None,
            "shown": value.text or None,
            "grade": cell.grade,
        }


def _plain_number(value: ScoreValue) -> str:
    number = Decimal(value.number.numerator) / Decimal(value.number.denominator)
    return f"{number:.{value.digits}f}"


def _kind(table: Table, vocabulary: Vocabulary) -> str:
    """国资表 with carry-over columns goes by the name of 国资收支表."""
    key = table.spec.key
    if key == "国资表" and "国资收支表" in vocabulary.tables:
        for section in table.sections.values():
            if _FLOW in section.columns and section.column_at[section.columns.index(_FLOW)] is not None:
                return "国资收支表"
    return key


def _section(table: Table, section: Section, words: TableWords | None) -> Iterator[dict[str, Any]]:
    known = words.sections.get(section.spec.key) if words else None
    columns = _column_names(section, known.columns if known else {})
    rows: dict[str, Concept] = dict(known.rows) if known else {}
    turned = section.spec.shape.turned
    title = words.title if words else table.spec.name
    part = section.spec.key if len(table.sections) > 1 else None
    for (r, row), (c, key) in product(enumerate(section.rows), enumerate(section.columns)):
        spot = section.spot(r, c)
        if spot is None:
            continue
        doubt = section.doubts.get((r, c))
        amount = doubt.amount if doubt else section.amounts[r][c]
        row_called = row.code if row.code and section.spec.shape.coded else row_name(rows, row.key, row.label)
        column_name = columns[key]
        if turned:
            row_called, column_name = column_name, row.key
        yield {
            "table": title,
            "section": part,
            "row": row_called,
            "code": row.code,
            "column": column_name,
            "sheet": section.sheet(r, table.sheet),
            "cell": address(*spot),
            "value": _value(amount),
            "shown": _shown(amount),
            "grade": _grade(section, r, c),
        }


def _column_names(section: Section, concepts: Mapping[str, Concept]) -> dict[str, str]:
    """What the columns of a section are called anywhere, by key."""
    names = {key: concepts[key].name if key in concepts else key for key in section.columns}
    if "合计" in names and "支出小计" in concepts:
        names["合计"] = concepts["支出小计"].name
    return names


def _grade(section: Section, row: int, column: int) -> str:
    """How sure it is that a figure is bound to the right row and column."""
    if (row, column) in section.doubts or not (section.rows[row].code or "0").isdigit():
        return "doubtful"
    return "likely" if (row, column) in section.inferred else "certain"


def _shown(amount: Amount) -> str | None:
    """What a person sees in the cell, without signs that only part thousands."""
    if amount.kind is CellKind.NUMBER and amount.figure is not None and amount.ulp:
        return decimal_text(amount.figure, max(0, 7 - len(str(amount.ulp))))
    return amount.text or None


def _value(amount: Amount) -> str | None:
    """The figure as a decimal string; None for a blank, a dash or what is no figure."""
    if amount.kind not in (CellKind.NUMBER, CellKind.TEXT_NUMBER) or amount.figure is None:
        return None
    return decimal_text(amount.figure, 2 if amount.ulp else 0)
