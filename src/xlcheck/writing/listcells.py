"""The cells of our list sheet, as markup: texts, figures, formulas, links, and the styles they have."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from xlcheck.form import Severity
from xlcheck.formula.excel import quoted
from xlcheck.outcome import CellRef
from xlcheck.reading.marks.format import COLOURS, PART_COLOUR, RIVAL_COLOUR, SUSPECT_COLOUR
from xlcheck.report.report import MENDED
from xlcheck.writing.markup import Markup, element
from xlcheck.writing.styles import Styles

_SHORT = 300
_DECIMAL = re.compile(r"[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")
CONTROL = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF])  # no XML can say them


class Looks(NamedTuple):
    """Style indexes of our sheet."""

    title: int
    plain: int
    heading: int
    text: int
    center: int
    money: int
    number: int
    link: int
    cause: int
    hidden: int
    note: int
    mended: int
    levels: dict[Severity, int]
    part: int
    suspect: int
    rival: int


def looks(styles: Styles) -> Looks:
    """Add the styles our sheet needs."""
    bold = '<b/><sz val="{0}"/><color rgb="FF{1}"/><name val="宋体"/>'
    return Looks(
        title=styles.own(font=bold.format(16, "1F3864"), boxed=False, wrap=False),
        plain=styles.own(boxed=False, wrap=False, number=49),
        heading=styles.own(font=bold.format(10, "FFFFFF"), rgb="1F3864", align="center"),
        text=styles.own(number=49),
        center=styles.own(align="center", number=49),
        money=styles.own(number=4, align="right"),
        number=styles.own(align="right"),
        link=styles.own(font='<u/><sz val="10"/><color rgb="FF0563C1"/><name val="宋体"/>', align="center", number=49),
        cause=styles.own(font=bold.format(11, "C00000"), boxed=False, wrap=False, number=49),
        hidden=styles.own(boxed=False, wrap=False),
        note=styles.own(rgb="FFFFE1", number=49),
        mended=styles.mended(),
        levels={s: styles.own(rgb=COLOURS[s], align="center", number=49) for s in Severity},
        part=styles.own(rgb=PART_COLOUR, align="center", number=49),
        suspect=styles.own(rgb=SUSPECT_COLOUR, align="center", number=49),
        rival=styles.own(rgb=RIVAL_COLOUR, align="center", number=49),
    )


def text_cell(at: str, text: str, style: int) -> Markup:
    """An inline string: whatever came from the workbook stays text and never runs as a formula."""
    words = _short(text) if len(text) < _SHORT else _words(text)
    return element("c", {"r": at, "s": style, "t": "inlineStr"}, words)


def _words(text: str) -> Markup:
    return element("is", None, element("t", {"xml:space": "preserve"}, text.translate(CONTROL)[:32000]))


_short = lru_cache(4096)(_words)  # the looks of marked cells, said again and again


def blank_cell(at: str, style: int) -> Markup:
    """A cell that holds nothing."""
    return element("c", {"r": at, "s": style})


def number_cell(at: str, value: str | None, style: int, text_style: int) -> Markup:
    """A figure; blank, in the style of texts, where there is none; a text where it is none (a grade, 86.18%)."""
    if value is None:
        return blank_cell(at, text_style)
    if not is_number(value):
        return text_cell(at, value, text_style)
    return element("c", {"r": at, "s": style}, element("v", None, f"{float(value):.15g}"))


def is_number(text: str) -> bool:
    """Whether a text is a decimal number, and nothing else."""
    return _DECIMAL.fullmatch(text) is not None


class SheetRow(NamedTuple):
    """A row of our sheet: its cells, its height in points, what the outline says of it."""

    cells: Sequence[Markup] = ()
    height: float = 15
    outline: Mapping[str, str | int] = {}


class ListedRow(NamedTuple):
    """A finding's row, and the link to its cell (None where it has no cell in this workbook)."""

    row: SheetRow
    link: Markup | None


class _CellPlace(NamedTuple):
    """Where a finding is, as its row says it: table, cell (or the whole table), and the link that leads there."""

    table: str = ""
    cell: str = ""
    link: Markup | None = None


def place_of(anchor: CellRef | None, at: str) -> _CellPlace:
    """The place of a finding's cell; ``at`` is the cell of the list that the link is in."""
    if anchor is None:
        return _CellPlace()
    cell = anchor.listed_cell
    if not anchor.sheet:
        return _CellPlace(anchor.listed_table, cell)
    target = f"{quoted(anchor.sheet)}!{anchor.cell or 'A1'}"
    link = {"ref": at, "location": target, "display": anchor.cell or anchor.sheet}
    return _CellPlace(anchor.table, cell, element("hyperlink", link))


def height_of(*texts: tuple[str, int]) -> float:
    """The height of a row with texts in columns of some widths."""
    lines = max(-(-_width(text) // width) for text, width in texts)
    return min(14 * max(lines, 1) + 6, 400)


def status_when(at: str, holds: str, now: str, look: Looks) -> Markup:
    """A status that changes once a cell is true (empty: never)."""
    if not holds:
        return text_cell(at, now, look.center)
    return formula_cell(at, f'=IF({holds},"{MENDED}","{now}")', "str", now, look.center)


def formula_cell(at: str, formula: str, kind: str, cached: str, style: int) -> Markup:
    """A formula with the result it has now, so that a viewer that does not calculate shows it right."""
    typed = {"t": kind} if kind else {}
    said = element("f", None, formula.removeprefix("=")), element("v", None, cached)
    return element("c", {"r": at, "s": style, **typed}, *said)


def _width(text: str) -> int:
    """Columns of a fixed-width font: GB 18030 gives a Chinese character two bytes, as it gives it two columns."""
    return len(text.encode("gb18030", "replace"))
