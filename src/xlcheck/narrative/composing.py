"""The tables → the text: the pieces of a profile, filled. What only the unit knows is 【待填】.

The same names that reading knows are filled here, so that a text of ours is read and checked like any other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from xlcheck.narrative.blanks import OPEN_BLANK
from xlcheck.narrative.cells import Cells
from xlcheck.profile import CellName, NarrativeProfile, NarrativeSection, Subject, WrittenBlock

_BLANK = re.compile(r"\{([^{}]+)\}")
_CENT = Decimal("0.01")
_LEVELS = {"类": 3, "款": 5, "项": 7}
_FIXED = ("单位", "年", "上年")
_KINDS = ("占比", "预算", "完成率", "增减", "比较", "原因")
_OF_ITEM = (*_LEVELS, "名称", "代码", "金额", *_KINDS)


class UnknownBlank(Exception):
    """A blank of a profile's text that means nothing; ``args`` has it."""


class UnitKnows(NamedTuple):
    """What stands in no table: reasons, budgets (万元) and numbers, by names or codes."""

    reasons: Mapping[str, str] = {}
    budgets: Mapping[str, Decimal] = {}
    numbers: Mapping[str, str] = {}


class WrittenParagraph(NamedTuple):
    """A paragraph of the text; ``level`` 0: running text, else a heading of that level."""

    text: str
    level: int = 0


def unknown_blanks(profile: NarrativeProfile) -> list[str]:
    """Blanks in the text of a profile that name no subject and no kind of figure."""
    names = {name for section in profile.sections.values() for name in section.subjects}
    found = []
    for block in profile.text:
        for blank in _BLANK.findall(f"{block.heading}{block.say}"):
            kind, _, rest = blank.partition(":")
            named = rest.partition("/")[0] if rest else ("" if kind in (*_FIXED, *_OF_ITEM) else kind)
            known = kind in (*_FIXED, *_KINDS, "数量") if rest else kind in (*_FIXED, *_OF_ITEM) or kind in names
            if not known or (kind != "数量" and named and named not in names):
                found.append(blank)
        found += [name for name in (block.when, block.unless) if name and name not in names]
    return list(dict.fromkeys(found))


@dataclass(frozen=True)
class Composer:
    """Writes the text of one submission."""

    profile: NarrativeProfile
    cells: Cells
    last: Cells | None
    knows: UnitKnows
    unit: str
    year: int | None

    def paragraphs(self) -> Iterator[WrittenParagraph]:
        """The whole text.

        Raises:
            UnknownBlank: the profile has a blank that means nothing.
        """
        section = next(iter(self.profile.sections.values()))
        for block in self.profile.text:
            section = self.profile.sections.get(block.section, section)
            writer = _BlockWriter(self, section, block)
            if not writer.wanted():
                continue
            if block.heading:
                yield WrittenParagraph(writer.filled(block.heading, None), block.level)
            yield from (WrittenParagraph(line) for line in writer.lines())


class _Named(NamedTuple):
    """What a sentence is about: a subject, or a 科目 by its code."""

    name: str
    cell: CellName | None
    budget: CellName | None = None
    code: str = ""
    summed: tuple[CellName, ...] = ()
    subject: Subject | None = None


@dataclass
class _BlockWriter:
    """Fills one block."""

    composer: Composer
    section: NarrativeSection
    block: WrittenBlock
    whole: _Named | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        first = next(iter(self.section.subjects.values()), None)
        self.whole = None if first is None else _of(first)

    def wanted(self) -> bool:
        """Whether the conditions of the block hold."""
        when, unless = self.block.when, self.block.unless
        return not (when and not self._amount(self._named(when))) and not (unless and self._amount(self._named(unless)))

    def lines(self) -> Iterator[str]:
        """Its paragraphs."""
        if not self.block.say:
            return
        if not self.block.each:
            yield self.filled(self.block.say, None)
            return
        said = [self.filled(self.block.say, item) for item in self._items()]
        if self.block.lines:
            yield from (f"{number}.{one}{self.block.end}" for number, one in enumerate(said, 1))
        elif said:
            yield self.block.join.join(said) + self.block.end

    # --- items ---

    def _items(self) -> Iterator[_Named]:
        cells, section = self.composer.cells, self.section
        if self.block.each == "栏目":
            first = next(iter(section.subjects.values())).cells[0]
            for subject in section.subjects.values():
                cell = next(iter(subject.cells), None)
                if cell is None or (cell.table, cell.row) != (first.table, first.row) or cell == first:
                    continue
                item = _of(subject)
                if cells.figure(cell) is not None and (self.block.zero or self._amount(item)):
                    yield item
        elif section.codes is not None:
            for cell in cells.rows_with_amounts(section.codes, _LEVELS[self.block.each]):
                yield _Named(cells.label_of(cell), cell, code=cell.row)

    def _named(self, name: str) -> _Named:
        subject = self.section.subjects.get(name)
        if subject is None:
            found = [s.subjects[name] for s in self.composer.profile.sections.values() if name in s.subjects]
            if not found:
                raise UnknownBlank(name)
            subject = found[0]
        return _of(subject)

    # --- blanks ---

    def filled(self, text: str, item: _Named | None) -> str:
        """A sentence with its blanks filled."""
        return _BLANK.sub(lambda match: self._blank(match[1], item), text)

    def _blank(self, blank: str, item: _Named | None) -> str:
        composer = self.composer
        fixed = {
            "单位": composer.unit or OPEN_BLANK,
            "年": str(composer.year) if composer.year is not None else OPEN_BLANK,
            "上年": str(composer.year - 1) if composer.year is not None else OPEN_BLANK,
        }
        if blank in fixed:
            return fixed[blank]
        kind, _, name = blank.partition(":")
        if kind == "数量":
            return self._number(name)
        if item is not None and not name:
            return self._of_item(kind, item)
        if not name:
            return self._money(self._amount(self._named(kind)))
        name, _, whole = name.partition("/")
        return self._said(kind, self._named(name), self._named(whole) if whole else self.whole)

    def _of_item(self, kind: str, item: _Named) -> str:
        if kind in _LEVELS:
            return self._above(item.code, _LEVELS[kind])
        plain = {"名称": item.name, "代码": item.code}
        if kind in plain:
            return plain[kind]
        if kind == "金额":
            return self._money(self._amount(item))
        return self._said(kind, item, self.whole)

    def _said(self, kind: str, item: _Named, whole: _Named | None) -> str:
        match kind:
            case "占比":
                return _percent(self._amount(item), self._amount(whole) if whole is not None else None)
            case "预算":
                return self._money(self._budget(item))
            case "完成率":
                return _percent(self._amount(item), self._budget(item))
            case "增减":
                return self._change(item)
            case "比较":
                return self._compared(item)
            case "原因":
                return self._reason(item)
        raise UnknownBlank(kind)

    # --- figures ---

    def _amount(self, item: _Named) -> Decimal | None:
        return self._figure(self.composer.cells, item)

    def _figure(self, cells: Cells, item: _Named) -> Decimal | None:
        if item.summed:
            parts = [cells.figure(c) for c in item.summed]
            return None if any(p is None for p in parts) else sum((p.value for p in parts if p is not None), Decimal(0))
        found = None if item.cell is None else cells.figure(item.cell)
        if found is None and item.cell is not None and item.code and cells.submission is not None:
            return Decimal(0)
        if found is None:
            known = self.composer.knows.numbers.get(item.name)
            return Decimal(known) if known is not None and re.fullmatch(r"\d+(\.\d+)?", known) else None
        return found.value

    def _budget(self, item: _Named) -> Decimal | None:
        known = self.composer.knows.budgets
        for key in (item.code, item.name):
            if key and key in known:
                return known[key]
        found = None if item.budget is None else self.composer.cells.figure(item.budget)
        return None if found is None else found.value

    def _before(self, item: _Named) -> Decimal | None:
        return None if self.composer.last is None else self._figure(self.composer.last, item)

    def _money(self, value: Decimal | None) -> str:
        return (
            OPEN_BLANK + self.composer.profile.unit if value is None else f"{_two(value)}{self.composer.profile.unit}"
        )

    def _change(self, item: _Named) -> str:
        now, before = self._amount(item), self._before(item)
        if now is None or before is None:
            return f"增加（减少）{OPEN_BLANK}"
        gap = _rounded(now) - _rounded(before)
        if gap == 0:
            return "持平"
        words = ("增加", "增长") if gap > 0 else ("减少", "下降")
        if _rounded(before) == 0:
            return f"{words[0]}{_two(abs(gap))}{self.composer.profile.unit}（上年为零，不可比）"
        return f"{words[0]}{_two(abs(gap))}{self.composer.profile.unit}，{words[1]}{_percent(abs(gap), before)}"

    def _compared(self, item: _Named) -> str:
        now, budget = self._amount(item), self._budget(item)
        if now is None or budget is None:
            return f"决算数与预算数相比{OPEN_BLANK}"
        word = "大于" if now > budget else "小于" if now < budget else ""
        return f"决算数{word}预算数的主要原因是{self._why(item)}" if word else "决算数与预算数持平"

    def _number(self, name: str) -> str:
        """A number: as the tables have it, else as the unit says."""
        for section in self.composer.profile.sections.values():
            for subject in section.subjects.values():
                found = self.composer.cells.figure(subject.cells[0]) if name == subject.name and subject.cells else None
                if found is not None and name in subject.counts.values():
                    return format(found.value.normalize(), "f")
        return self.composer.knows.numbers.get(name, OPEN_BLANK)

    def _reason(self, item: _Named) -> str:
        """Why it changed; nothing where it did not."""
        now, before = self._amount(item), self._before(item)
        if now is not None and before is not None and _rounded(now) == _rounded(before):
            return ""
        return f"主要原因是{self._why(item)}。"

    def _why(self, item: _Named) -> str:
        reasons = self.composer.knows.reasons
        return next((reasons[k] for k in (item.code, item.name) if k and k in reasons), OPEN_BLANK).rstrip("。")

    def _above(self, code: str, length: int) -> str:
        """The name of the 类, 款 or 项 of a code."""
        assert self.section.codes is not None  # noqa: S101 - an item with a code has come of them
        return self.composer.cells.label_of(self.section.codes._replace(row=code[:length]))


def _of(subject: Subject) -> _Named:
    return _Named(subject.name, next(iter(subject.cells), None), subject.budget, "", subject.summed, subject)


def _rounded(value: Decimal) -> Decimal:
    return value.quantize(_CENT, rounding=ROUND_HALF_UP)


def _two(value: Decimal) -> str:
    return format(_rounded(value), "f")


def _percent(part: Decimal | None, whole: Decimal | None) -> str:
    """A rate as texts print it; 【待填】 where a figure is missing, 0% of nothing."""
    if part is None or whole is None:
        return f"{OPEN_BLANK}%"
    if _rounded(whole) == 0:
        return "0%" if _rounded(part) == 0 else f"{OPEN_BLANK}%"
    return f"{_two(_rounded(part) / _rounded(whole) * 100)}%"
