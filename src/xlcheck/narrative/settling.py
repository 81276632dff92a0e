"""Readings that the words of a text leave open, chosen by arithmetic: only between such, never against an exact word.

* 低于年初预算39.57万元: a difference, or what the account is below.
* 收入总计 below 收入决算情况: the total with what was left over, or this year's income.
* 基本建设类项目支出: a qualifier that we don't know; the figure is the subject's where it is that of its cell.
* 一般公共服务支出743.12万元。主要用于：行政运行385.32万元、…: rows of the table, or what was bought.
* …，项目支出1815.25万元。与上年支出2672.83万元相比，减支…: of the last one named, or of the total of the list.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from xlcheck.narrative.amounts import Span, printed_span, quotient, span
from xlcheck.narrative.binding import TextBinder
from xlcheck.narrative.rates import sign_of
from xlcheck.narrative.statements import Item, Mention, Role, TextReading
from xlcheck.profile import CellName

_LEFT_OVER = ("结转", "结余")


def settle(reading: TextReading, binder: TextBinder) -> None:
    """Choose the readings of a text before its figures are bound."""
    settler = _Settler(binder)
    for item in reading.items:
        settler.total(item)
        settler.qualified(item)
    settler.purposes(reading)
    for item in reading.items:
        settler.differences(item)
    for item in tuple(reading.items):
        settler.carried(item, reading)


class _Settler:
    def __init__(self, binder: TextBinder) -> None:
        self.binder = binder

    # --- a word that two sections use for two things ---

    def total(self, item: Item) -> None:
        """Whether a total is that of the section, or the one that the first section calls so."""
        other = item.instead
        if other is None or other.subject is None:
            return
        if self._prints(item, item.cells) or not (self._prints(item, other.cells) or _has_left_over(item)):
            return
        item.subject, item.label, item.cells, item.budget = other.subject, other.label, other.cells, None

    # --- a qualifier that we don't know ---

    def qualified(self, item: Item) -> None:
        """基本建设类项目支出 is 项目支出 only where the figure says so; nothing is the figure of many things."""
        if not item.qualified or self._prints(item, item.cells, nothing=False):
            return
        item.cells, item.codes, item.budget, item.known = (), (), None, False

    def _prints(self, item: Item, cells: Sequence[CellName], *, nothing: bool = True) -> bool:
        """Whether the amount or number said of an item is what one of the cells prints."""
        for said in (*item.of(Role.ACTUAL), *item.of(Role.NUMBER)):
            if said.figure.printed.value is None or not (nothing or said.figure.printed.value):
                continue
            printed = printed_span(said.figure.printed)
            tables = (self.binder.cells.figure(cell) for cell in cells)
            if any(table is not None and printed.meets(span(table.value, table.ulp)) for table in tables):
                return True
        return False

    # --- rows as what a total was spent on ---

    def purposes(self, reading: TextReading) -> None:
        """主要用于：行政运行385.32万元、…: rows of the table where one of the list is, else amounts of our own telling."""
        lists: dict[int, list[Item]] = {}
        for item in reading.items:
            if item.purpose and item.whole is not None:
                lists.setdefault(id(item.whole), []).append(item)
        for items in lists.values():
            if not any(self._prints(item, item.cells, nothing=False) for item in items):
                for item in items:
                    item.cells, item.codes, item.budget, item.known = (), (), None, False

    # --- a difference, or a base ---

    def differences(self, item: Item) -> None:
        """The amount behind a word of comparison and its base is the difference, unless it is that base."""
        for mention in item.of(Role.CHANGE):
            if mention.or_base and self._is_base(mention):
                mention.role = Role.BUDGET if mention.base == "预算" else Role.LAST

    def _is_base(self, mention: Mention) -> bool:
        item, printed = mention.item, mention.figure.printed
        if printed.value is None:
            return False
        said = printed_span(printed)
        if any(m is not mention and printed_span(m.figure.printed).meets(said) for m in self._bases(mention)):
            return True
        actual = self.binder.actual_spans(item)
        if mention.base == "预算" and any(_fits(a, said, m) for a in actual for m in item.of(Role.COMPLETION)):
            return not self._bases(mention)
        rates = [m for m in item.mentions[item.mentions.index(mention) + 1 :][:1] if m.role is Role.RATE]
        as_base = any(_fits(a.plus(said, -1).size, said, r) for a in actual for r in rates)
        as_change = any(_fits(said, a.plus(said, -sign_of(mention)), r) for a in actual for r in rates)
        return as_base and not as_change

    def _bases(self, mention: Mention) -> list[Mention]:
        """The figures that the text itself gives as what a difference is measured from."""
        role = Role.BUDGET if mention.base == "预算" else Role.LAST
        return [m for m in mention.item.of(role) if m.figure.printed.value is not None]

    # --- a sentence that names nothing ---

    def carried(self, item: Item, reading: TextReading) -> None:
        """Figures of a sentence without a name are of the last one named, unless they are those of another of the passage."""
        changes = [m for m in item.mentions if m.carried and m.role in (Role.LAST, Role.CHANGE, Role.RATE)]
        for _, listed in groupby(changes, key=lambda m: m.figure.sentence):
            group = list(listed)
            others = [] if self._agrees(item, group) is not False else list(_others(item, reading))
            found = next((one for one in others if self._agrees(one, group)), None)
            if found is None and group[0].after_list:
                found = self._nearest(item, others, group)
            if found is not None:
                _move(group, found)

    def _agrees(self, item: Item, group: Sequence[Mention]) -> bool | None:
        """Whether changes fit the amount of an item; None where nobody can tell."""
        change = next((m for m in group if m.role is Role.CHANGE and m.figure.printed.value), None)
        last = next((m for m in group if m.role is Role.LAST and m.figure.printed.value), None)
        rate = next((m for m in group if m.role is Role.RATE and m.figure.printed.value), None)
        actual = self.binder.actual_spans(item)
        if change is None and last is not None and rate is not None and actual:
            before = printed_span(last.figure.printed)
            return any(_fits(a.plus(before, -1).size, before, rate) for a in actual)
        if change is None or not actual or (last is None and not (rate is not None and change.after_list)):
            return None  # a rate alone may fit another item by chance
        size, sign = printed_span(change.figure.printed).size, sign_of(change) or 1
        bases = [a.plus(size, -sign) for a in actual]
        if last is not None:
            return any(base.meets(printed_span(last.figure.printed)) for base in bases)
        assert rate is not None  # noqa: S101 - one of the two is there
        return any(base.low > 0 and _fits(size, base, rate) for base in bases)

    def _nearest(self, item: Item, others: Sequence[Item], group: Sequence[Mention]) -> Item | None:
        """Behind a list, where nothing fits: the one whose amount is nearest to last year's figure."""
        last = next((m for m in group if m.role is Role.LAST and m.figure.printed.value), None)
        if last is None:
            return None
        said = printed_span(last.figure.printed)
        spans = [(one, self.binder.actual_spans(one)[:1]) for one in (item, *others)]
        near = min(((abs(s.low - said.low), one) for one, found in spans for s in found), key=lambda pair: pair[0])
        return None if near[1] is item else near[1]


def _has_left_over(item: Item) -> bool:
    """Whether what is left over of last year, or for the next, is among the parts of an item."""
    return any(word in part.label for part in item.parts for word in _LEFT_OVER)


def _fits(part: Span, whole: Span, rate: Mention) -> bool:
    if rate.figure.printed.value is None or whole.high <= 0:
        return False
    exact = quotient(part, whole)
    return exact is not None and exact.meets(printed_span(rate.figure.printed).size)


def _others(item: Item, reading: TextReading) -> Iterator[Item]:
    """Other items of the passage, up to this one, that have an amount."""
    for other in reading.items:
        if other is item:
            return
        said = other.actual()
        if other.passage == item.passage and other.known and said is not None and said.figure.printed.value:
            yield other


def _move(group: Sequence[Mention], item: Item) -> None:
    for mention in group:
        mention.item.mentions.remove(mention)
        mention.item = item
        item.mentions.append(mention)
