"""Sums of a text: the parts of a list against its total, the changes of the parts against that of the total, what a list leaves out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction

from xlcheck.narrative.amounts import Span, printed_span, shown, span
from xlcheck.narrative.binding import TextBinder
from xlcheck.narrative.remarks import ERROR, VERIFY, Speaker, name_of, number, role_name
from xlcheck.narrative.statements import FigureStanding, Item, Mention, Role, TextFigure, TextReading
from xlcheck.narrative.tokens import AMOUNT
from xlcheck.outcome import Remark
from xlcheck.profile import CellName

_REST = "其他"
_ZERO = Span(Fraction(0), Fraction(0))


class SumJudge:
    """Judges the lists of a text."""

    def __init__(self, binder: TextBinder, speaker: Speaker) -> None:
        self.binder = binder
        self.speaker = speaker
        self.unread: list[TextFigure] = []

    def remarks(self, reading: TextReading) -> Iterator[Remark]:
        """What does not add up, in printed order of the totals."""
        self.unread = [
            f for f in reading.figures if f.standing is FigureStanding.CANNOT_SAY and f.printed.kind == AMOUNT
        ]
        for items in _groups(reading.items):
            section = next((i.section for i in items if i.section is not None), None)
            for names in section.sums if section is not None else ():
                for kind in _kinds(items):
                    yield from self._sum(items, names, kind)
            yield from self._left_out(items)
            yield from self._budgets(items)

    # --- declared sums ---

    def _sum(self, items: Sequence[Item], names: Sequence[str], kind: tuple[Role, str]) -> Iterator[Remark]:
        """One declared sum in one kind of figure, each time the passage says it."""
        found: dict[str, Mention] = {}
        for name, mention in _mentions(items, kind):
            if name == names[0]:
                yield from self._judge(found, names, kind)
                found = {name: mention}
            elif name in names and found:
                found.setdefault(name, mention)
        yield from self._judge(found, names, kind)

    def _judge(self, found: dict[str, Mention], names: Sequence[str], kind: tuple[Role, str]) -> Iterator[Remark]:
        total, parts = found.get(names[0]), [found[n] for n in names[1:] if n in found]
        if total is None or not parts or any(_value(m) is None for m in (total, *parts)):
            return
        if len(parts) < 2 and kind[0] is not Role.NUMBER:
            return
        if self.binder.is_blamed(total, *parts) or all(map(self.binder.is_as_printed, (total, *parts))):
            return  # one that is wrong is said to be, or the tables' own rules say so
        whole, added = _signed(total), _ZERO
        for part in parts:
            added = added.plus(_signed(part))
        complete = len(parts) == len(names) - 1 and not self._has_unread(total, parts)
        if len(parts) < 2 and added.low <= whole.high:
            return  # one part of things counted: only more than all of them is wrong
        rest = names[-1].startswith(_REST) and names[-1] in found  # a list with 其他 leaves out only what is nothing
        open_ended = kind[0] is Role.CHANGE or not rest
        if added.meets(whole) or (not complete and open_ended and (kind[0] is Role.CHANGE or added.low <= whole.high)):
            return
        should = sum((_signed_value(p) for p in parts), Decimal(0))
        gap = _signed_value(total) - should
        sure = complete or added.low > whole.high
        severity = ERROR if sure and len(parts) > 1 and kind[0] in (Role.ACTUAL, Role.NUMBER) else VERIFY
        measure = "万元" if kind[0] is not Role.NUMBER else total.figure.printed.unit
        cells = [self.speaker.place(total.figure, label=role_name(total.role, total.item))]
        cells += [self.speaker.place(p.figure, "part", role_name(p.role, p.item)) for p in parts]
        yield self.speaker.remark(
            "T01-08" if kind[0] is Role.CHANGE else "T01-07", severity, "text_sum", cells, expected=number(should),
            actual=number(_signed_value(total)), difference=number(gap), unit=measure, what=role_name(total.role, total.item),
            quote=total.figure.token.text, parts="、".join(name_of(p.item) for p in parts), printed=number(should), off=number(abs(gap)),
            measure=measure,
        )  # fmt: skip

    def _has_unread(self, total: Mention, parts: Sequence[Mention]) -> bool:
        """Whether the list has amounts under names that we don't know: then it may be more than its known parts."""
        said = {m.figure.sentence for m in (total, *parts)} if total.figure.printed.kind == AMOUNT else set()
        return any(f.sentence in said for f in self.unread)

    # --- lists against tables ---

    def _left_out(self, items: Sequence[Item]) -> Iterator[Remark]:
        """A list that does not reach its total, though each part is right: which rows of the table it leaves out."""
        total = next((i for i in items if i.actual() is not None), None)
        if total is None or total.section is None or not total.cells or not _is_first(total):
            return
        said = total.actual()
        table = self.binder.cells.figure(total.cells[0])
        parts = [
            i for i in items if i is not total and i.actual() is not None and i.cells and i.cells[0] != total.cells[0]
        ]
        if (
            not total.section.sums
        ):  # else its parts are those of the sum: 基本支出 is 人员经费 and 公用经费, 经济分类 only explain
            parts = _of_one_list(total, parts)
        if table is None or said is None or said.figure.printed.value is None or len(parts) < 2:
            return
        if not any(i.codes or i.cells[0][:3] == total.cells[0][:3] for i in parts):
            return  # 收入总计…，其中本年收入合计…，年初结转和结余…: no list of its columns
        missing = list(self._missing(total, parts))
        if not missing:
            return
        added = _ZERO
        for item in {i.cells[0]: i for i in parts}.values():
            mention = item.actual()
            if mention is None or mention.figure.printed.value is None:
                return
            added = added.plus(printed_span(mention.figure.printed))
        if added.high >= span(table.value, table.ulp).low:
            return
        cells = [self.speaker.place(said.figure, label=role_name(Role.ACTUAL, total))]
        cells += [self.speaker.place(m.figure, "part") for i in (parts[0], parts[-1]) if (m := i.actual()) is not None]
        rows = [f.ref for n in missing if (f := self.binder.cells.figure(n)) is not None]
        cells += rows
        listed = "、".join(
            f"{self._called(n)}（{number(f.value)}万元）"
            for n in missing[:8]
            if (f := self.binder.cells.figure(n)) is not None
        )
        yield self.speaker.remark(
            "T02-05", VERIFY, "text_left_out", cells, what=name_of(total), missing=listed, table=rows[0].table
        )

    def _called(self, name: CellName) -> str:
        if name.row.isdigit():
            return self.binder.cells.label_of(name)
        return name.column if name.row == "合计" else name.row

    def _missing(self, total: Item, parts: Sequence[Item]) -> Iterator[CellName]:
        """Cells of the same list that hold an amount and are not among the parts."""
        section = total.section
        assert section is not None  # noqa: S101 - the caller has looked
        named = {c for i in parts for c in i.cells}
        coded = [i for i in parts if i.codes]
        if coded and section.codes is not None:
            lengths = {len(i.codes[0]) for i in coded}
            if len(lengths) == 1 and len(coded) == len(parts):
                yield from (
                    n for n in self.binder.cells.rows_with_amounts(section.codes, lengths.pop()) if n not in named
                )
            return
        first = total.cells[0]
        for subject in section.subjects.values():
            for cell in subject.cells[:1]:
                beside = cell[:3] == first[:3] and cell not in total.cells  # of one section and row
                if beside and cell not in named and (figure := self.binder.cells.figure(cell)) and figure.value:
                    yield cell

    # --- budgets of the items ---

    def _budgets(self, items: Sequence[Item]) -> Iterator[Remark]:
        """The budgets of all items are never more than that of their total."""
        total = next((i for i in items if i.of(Role.BUDGET)), None)
        if total is None or not _is_first(total):
            return
        for word in dict.fromkeys(m.budget for m in total.of(Role.BUDGET)):
            whole = total.budget_said(word)
            parts = [m for i in items if i is not total and i.codes for m in i.of(Role.BUDGET) if m.budget == word]
            lengths = {len(m.item.codes[0]) for m in parts}
            if whole is None or whole.figure.printed.value is None or len(parts) < 2 or len(lengths) != 1:
                continue
            if self.binder.is_blamed(whole, *parts):
                continue
            values = [m.figure.printed for m in parts if m.figure.printed.value is not None]
            added = _ZERO
            for printed in values:
                added = added.plus(printed_span(printed))
            if added.low > printed_span(whole.figure.printed).high:
                should = (added.low + added.high) / 2
                yield self.speaker.remark(
                    "T01-07", VERIFY, "text_budget_sum", [self.speaker.place(whole.figure), *(self.speaker.place(m.figure, "part") for m in parts[:12])],
                    expected=shown(should), actual=number(whole.figure.printed.value), unit="万元", what=name_of(total), word=word,
                    quote=whole.figure.token.text, count=str(len(parts)), printed=shown(should),
                )  # fmt: skip


def _of_one_list(total: Item, parts: list[Item]) -> list[Item]:
    """The parts in the total's own passage that are codes of the shortest length, where there are several; else all.

    按功能分类划分：… has 类, what follows under the next heading has 项, 按支出性质 has other parts of the same total.
    """
    coded = [i for i in parts if i.passage == total.passage and i.codes]
    near = [i for i in coded if len(i.codes[0]) == min(len(other.codes[0]) for other in coded)]
    return near if len(near) > 1 else parts


def _groups(items: Sequence[Item]) -> Iterator[list[Item]]:
    """Items that may be parts of one total: of one section, up to where its total is said again."""
    group: list[Item] = []
    for item in items:
        anew = _is_first(item) and item.actual() is not None and any(i.actual() for i in group)
        if group and (anew or _section(item) != _section(group[0])):
            yield group
            group = []
        group.append(item)
    if group:
        yield group


def _section(item: Item) -> str:
    return item.section.key if item.section is not None else ""


def _kinds(items: Sequence[Item]) -> list[tuple[Role, str]]:
    """The kinds of figures in which a sum may be said: amounts, budgets by name, changes by base, numbers."""
    kinds: dict[tuple[Role, str], None] = {}
    for item in items:
        for mention in item.mentions:
            if mention.role in (Role.ACTUAL, Role.NUMBER):
                kinds[mention.role, ""] = None
            elif mention.role is Role.BUDGET:
                kinds[mention.role, mention.budget] = None
            elif mention.role is Role.CHANGE:
                kinds[mention.role, mention.base] = None
    return list(kinds)


def _mentions(items: Sequence[Item], kind: tuple[Role, str]) -> Iterator[tuple[str, Mention]]:
    """The mentions of one kind by the name of what they are of, in printed order."""
    role, word = kind
    for item in items:
        if item.subject is None or item.qualified:
            continue
        for mention in item.of(role):
            if (role is Role.BUDGET and mention.budget != word) or (role is Role.CHANGE and mention.base != word):
                continue
            name = (
                mention.name
                if role is Role.NUMBER
                else item.subject.amount_name
                if role is Role.ACTUAL
                else item.subject.name
            )
            yield name, mention


def _value(mention: Mention) -> Decimal | None:
    return mention.figure.printed.value


def _signed_value(mention: Mention) -> Decimal:
    value = mention.figure.printed.value or Decimal(0)
    return -value if mention.role is Role.CHANGE and mention.sign < 0 else value


def _signed(mention: Mention) -> Span:
    one = printed_span(mention.figure.printed)
    return one.flipped if mention.role is Role.CHANGE and mention.sign < 0 else one


def _is_first(item: Item) -> bool:
    """Whether an item is the total of its section."""
    first = next(iter(item.section.subjects.values()), None) if item.section is not None else None
    return first is not None and item.subject is not None and first.name == item.subject.name
