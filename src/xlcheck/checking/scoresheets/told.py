"""What a text (文字说明) says of a project beside its score sheet: 全年预算数, 执行数, 完成预算的…%, 自评得分.

Only a paragraph that names the project is read, from its name to that of the next one, and only these words right before a figure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import NamedTuple

from xlcheck.checking.scoresheets.between import FormFigure, PlacedSheet, figures_of
from xlcheck.checking.scoresheets.ties import YUAN, TieEnd
from xlcheck.form import Severity
from xlcheck.labels import label_key
from xlcheck.outcome import CellRef, Remark, TextPlace

AS_TOLD = "P05-06"
_N = r"(\d{1,3}(?:,\d{3})+(?:\.\d{1,6})?|\d{1,13}(?:\.\d{1,6})?)"
_IS = "(?:为|是|共|达到?|：|:)?"
_SAID = {
    "全年预算数": re.compile(rf"(?:项目|资金)?(?:全年|调整后)预算数?{_IS}{_N}(亿元|万元|千元|元)"),
    "全年执行数": re.compile(rf"(?:全年)?执行数{_IS}{_N}(亿元|万元|千元|元)"),
    "执行率": re.compile(rf"(?:完成(?:全年)?预算的|预算执行率{_IS}|预算完成率{_IS}){_N}(%)"),
    "总分": re.compile(rf"(?:自评(?:总)?得分|自评总分|自评分){_IS}{_N}(分)"),
}
_DROPPED = frozenset(" \t\u3000\xa0“”‘’\"'《》「」")
_FULL = str.maketrans("０１２３４５６７８９．，％（）", "0123456789.,%()")
_TAILS = re.compile(r"(?:项目)?(?:专项)?(?:经费|资金)?(?:项目)?$")
_SHORTEST = 4
_LONGEST_SENTENCE = 400


class TextParagraph(NamedTuple):
    """A paragraph of a document: its name, where the paragraph begins in its text, what it says."""

    document: str
    start: int
    text: str


class _Squeezed(NamedTuple):
    """A paragraph without spaces and quotes, and where each character stands in the document."""

    text: str
    at: tuple[int, ...]


def as_told(placed: Sequence[PlacedSheet], paragraphs: Sequence[TextParagraph]) -> Iterator[TieEnd]:
    """Every figure that paragraphs give of a project with a form."""
    sheets = {name: one for one in reversed(placed) if len(name := _name(one)) >= _SHORTEST and not one.sheet.unfilled}
    for paragraph in paragraphs if sheets else ():
        if any(word in paragraph.text for word in ("执行", "预算", "得分", "自评")):
            yield from _of_paragraph(sheets, paragraph)


def _name(placed: PlacedSheet) -> str:
    """What a project is called, without what texts leave out or put in."""
    name = label_key(placed.sheet.project)
    return _TAILS.sub("", name) or name


def _of_paragraph(sheets: dict[str, PlacedSheet], paragraph: TextParagraph) -> Iterator[TieEnd]:
    squeezed = _squeezed(paragraph)
    named = sorted((found.start(), name) for name in sheets for found in re.finditer(re.escape(name), squeezed.text))
    named = [(at, name) for at, name in named if not _inside(at, name, named)]
    for number, (at, name) in enumerate(named):
        end = named[number + 1][0] if number + 1 < len(named) else len(squeezed.text)
        yield from _of_project(sheets[name], paragraph, squeezed, at + len(name), end)


def _inside(at: int, name: str, named: Sequence[tuple[int, str]]) -> bool:
    """Whether a name is part of a longer one at the same place."""
    return any(a <= at and at + len(name) <= a + len(n) and len(n) > len(name) for a, n in named)


def _squeezed(paragraph: TextParagraph) -> _Squeezed:
    kept = [(c, paragraph.start + i) for i, c in enumerate(paragraph.text) if c not in _DROPPED]
    return _Squeezed("".join(c for c, _ in kept).translate(_FULL), tuple(at for _, at in kept))


def _of_project(
    placed: PlacedSheet, paragraph: TextParagraph, squeezed: _Squeezed, start: int, end: int
) -> Iterator[TieEnd]:
    figures = {name: (cell, figure) for name, cell, figure in figures_of(placed.sheet)}
    for name, pattern in _SAID.items():
        match = pattern.search(squeezed.text, start, end)
        if match is None or name not in figures:
            continue
        cell, figure = figures[name]
        if _figure(match[1], match[2]).meets(figure):
            yield TieEnd(AS_TOLD, holds=True)
            continue
        place = _place(paragraph, squeezed, match)
        ref = placed.ref(cell)
        there = ref.passage.document if ref.passage is not None else f"工作表“{ref.sheet}”{ref.cell or ''}"
        unit = placed.sheet.currency if match[2].endswith("元") else ""
        params = {
            "other": paragraph.document, "name": placed.sheet.project, "label": name, "found": f"{match[1]}{match[2]}",
            "sheet": there, "number": f"{cell.value.text}{unit}",
        }  # fmt: skip
        remark = Remark(
            None, Severity.VERIFY, "performance", "sheet_told", (place, ref._replace(role="right")), params=params
        )
        yield TieEnd(AS_TOLD, holds=False, remark=remark)


def _figure(digits: str, unit: str) -> FormFigure:
    """A figure of a text, money in 元."""
    bare = digits.replace(",", "")
    scale = YUAN.get(unit, Fraction(1))
    return FormFigure(Fraction(bare) * scale, Fraction(1, 2 * 10 ** len(bare.partition(".")[2])) * scale)


def _place(paragraph: TextParagraph, squeezed: _Squeezed, match: re.Match[str]) -> CellRef:
    first, last = match.start(1), match.end(2) - 1
    start, end = squeezed.at[first], squeezed.at[last] + 1
    quote = paragraph.text[start - paragraph.start : end - paragraph.start]
    passage = TextPlace(paragraph.document, start, end, quote, "".join(paragraph.text.split())[:_LONGEST_SENTENCE])
    return CellRef("", None, None, "subject", "", f"{match[1]}{match[2]}", passage=passage)
