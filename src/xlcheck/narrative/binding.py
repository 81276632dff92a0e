"""Every figure of a text to its cell: which of the candidates, and how it stands (bound, derived, foreign, open)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import NamedTuple

from xlcheck.narrative.amounts import Span, printed_span, span
from xlcheck.narrative.cells import Cells, TableFigure
from xlcheck.narrative.statements import FigureStanding, Item, Mention, Role, TextReading
from xlcheck.profile import CellName, Subject

_FUNDS = (("一般公共支出表", "小计"), ("基金表", "支出小计"), ("国资表", "合计"))
Suggested = Mapping[tuple[str | None, str | None], Decimal]


class Beside(NamedTuple):
    """What the tables say of a mention: the figures that it may be right by, the first one as printed.

    ``name`` is the cell; ``table`` None: the table has no such row, or nobody can tell its figure.
    """

    name: CellName
    table: TableFigure | None
    spans: tuple[Span, ...] = ()


class TextBinder:
    """Binds the mentions of a reading. ``suggested`` are the figures that causes found in the tables put into cells.

    ``blamed`` are mentions of which a judge has said that they are wrong: no other judge says so again (by identity).
    """

    def __init__(self, cells: Cells, suggested: Suggested) -> None:
        self.cells = cells
        self.suggested = suggested
        self.beside: dict[int, Beside] = {}
        self.blamed: set[int] = set()

    def bind(self, reading: TextReading) -> None:
        """Give every figure of the reading its standing and its cell."""
        for item in reading.items:
            self._choose_code(item)
            for mention in item.mentions:
                self._stand(mention)

    def blame(self, *mentions: Mention) -> None:
        """Say that something is wrong with mentions."""
        self.blamed.update(map(id, mentions))

    def is_blamed(self, *mentions: Mention) -> bool:
        """Whether something was said of one of them."""
        return any(id(mention) in self.blamed for mention in mentions)

    def table_of(self, mention: Mention) -> Beside | None:
        """What the tables say of a mention, if it is bound."""
        return self.beside.get(id(mention))

    def is_as_printed(self, mention: Mention) -> bool:
        """Whether a figure is what its cell prints."""
        beside = self.table_of(mention)
        if beside is None or beside.table is None or mention.figure.printed.value is None:
            return False
        return any(printed_span(mention.figure.printed).meets(one) for one in beside.spans)

    # --- which 科目 ---

    def _choose_code(self, item: Item) -> None:
        """Where a name is that of several 科目: the one whose figure the text gives; else it stays open."""
        if len(item.codes) < 2:
            return
        said = item.actual()
        fits = []
        if said is not None and said.figure.printed.value is not None:
            for code, name in zip(item.codes, item.cells, strict=True):
                table = self.cells.figure(name)
                if table is not None and printed_span(said.figure.printed).meets(span(table.value, table.ulp)):
                    fits.append((code, name))
        if len(fits) == 1:
            item.codes, item.cells = (fits[0][0],), (fits[0][1],)
        else:
            item.codes, item.cells, item.known = (), (), False

    # --- standing ---

    def _stand(self, mention: Mention) -> None:
        figure, item = mention.figure, mention.item
        name = self._cell(mention)
        if name is not None and self.cells.knows(name):
            figure.standing, figure.cell = FigureStanding.BOUND, name
            self.beside[id(mention)] = self._beside(name)
        elif item.known or (item.subject is not None and not item.qualified):
            figure.standing = FigureStanding.DERIVED
        elif _others_are_foreign(item):
            figure.standing, figure.why = FigureStanding.FOREIGN, "unknown"
        elif mention.role in (Role.ACTUAL, Role.BUDGET, Role.NUMBER):
            figure.standing, figure.why = FigureStanding.CANNOT_SAY, "unknown"
        else:
            figure.standing = FigureStanding.DERIVED
        figure.relation = relation_of(mention) if figure.standing is FigureStanding.DERIVED else ""

    def _cell(self, mention: Mention) -> CellName | None:
        item = mention.item
        if mention.role is Role.BUDGET:
            return item.budget
        if mention.role is Role.ACTUAL and not (item.subject is not None and _is_counted(item.subject)):
            known = [self._printed_elsewhere(c, item) for c in item.cells if self.cells.knows(c)]
            return known[min(mention.place, len(known) - 1)] if known else None
        if mention.role is Role.NUMBER and item.subject is not None and item.subject.cells and item.subject.counts:
            plain = mention.name == item.subject.name
            return item.cells[0] if plain and item.cells else None
        return None

    def _printed_elsewhere(self, name: CellName, item: Item) -> CellName:
        """The row of a 科目 in the table of its fund, where the section's own table does not print it."""
        if not item.codes or self.cells.has_row(name):
            return name
        others = (CellName(t, "", name.row, c) for t, c in _FUNDS if t != name.table)
        return next((o for o in others if self.cells.has_row(o)), name)

    def _beside(self, name: CellName) -> Beside:
        table = self.cells.figure(name)
        if table is None:
            return Beside(name, None)
        return Beside(name, table, tuple(self._spans(table)))

    def with_others(self, item: Item, table: TableFigure) -> list[Span]:
        """The figure with those of other funds that the text may have put into it (财政拨款基本支出)."""
        found, total = [], span(table.value, table.ulp)
        for name in item.subject.also if item.subject is not None else ():
            other = self.cells.figure(name)
            if other is not None and other.value:
                total = total.plus(span(other.value, other.ulp))
                found.append(total)
        return found

    def _spans(self, table: TableFigure) -> Iterable[Span]:
        yield span(table.value, table.ulp)
        better = self.suggested.get((table.ref.sheet, table.ref.cell))
        if better is not None:
            yield span(better, table.ulp)

    def others(self, mention: Mention) -> list[Beside]:
        """The other cells that print the same figure (收入总计 and 支出总计 of one 收支总计)."""
        item = mention.item
        if mention.role is not Role.ACTUAL or len(item.cells) < 2 or item.codes:
            return []
        if len([m for m in item.of(Role.ACTUAL) if m.place]) > 0:
            return []
        return [self._beside(c) for c in item.cells[1:] if self.cells.knows(c)]

    def actual_spans(self, item: Item, place: int = 0) -> list[Span]:
        """What an item's amount may be: as the text says, as the tables say."""
        found = []
        said = item.actual(place)
        if said is not None and said.figure.printed.value is not None:
            found.append(printed_span(said.figure.printed))
        for name in item.cells[place : place + 1] or item.cells[:1]:
            table = self.cells.figure(name)
            if table is not None:
                found += self._spans(table)
        total = self.summed(item)
        found += [] if total is None else [total]
        if said is None and item.instead is not None:  # 占收入总计的: of the one or the other
            tables = (self.cells.figure(name) for name in item.instead.cells[:1])
            found += [span(table.value, table.ulp) for table in tables if table is not None]
        return found

    def summed(self, item: Item) -> Span | None:
        """The sum of the cells that an item is the sum of."""
        if item.subject is None or not item.subject.summed or item.qualified:
            return None
        parts = [self.cells.figure(c) for c in item.subject.summed]
        if any(p is None for p in parts):
            return None
        total = Span(*map(type(span(Decimal(0), Decimal(0)).low), (0, 0)))
        for part in parts:
            if part is not None:
                total = total.plus(span(part.value, part.ulp))
        return total

    def budget_spans(self, item: Item, word: str) -> list[Span]:
        """What an item's budget may be: as the text says (by its word), as the tables say."""
        found = []
        said = item.budget_said(word)
        if said is not None and said.figure.printed.value is not None:
            found.append(printed_span(said.figure.printed))
        if item.budget is not None:
            table = self.cells.figure(item.budget)
            if table is not None:
                found += self._spans(table)
        return found


def _is_counted(subject: Subject) -> bool:
    """Whether the cell of a subject, if any, is a number of things: an amount is what they are worth."""
    return bool(subject.amounts) or subject.name in subject.counts.values()


def _others_are_foreign(item: Item) -> bool:
    return item.section is not None and item.section.projects


def relation_of(mention: Mention) -> str:
    """What a derived figure is of: 占比：基本支出 / 本年支出合计."""
    item = mention.item
    name = item.label or (item.subject.name if item.subject else "")
    if mention.role is Role.SHARE:
        whole = mention.whole.label if mention.whole is not None else ""
        return f"占比：{name}/{whole}"
    if mention.role is Role.COMPLETION:
        return f"完成率：{name}/{mention.budget or '预算'}"
    if mention.role in (Role.CHANGE, Role.RATE):
        return f"{mention.role.value}：{name}/{mention.base or '上年'}"
    if mention.role is Role.NUMBER:
        return f"数量：{mention.name or name}"
    if mention.role is Role.BUDGET:
        return f"{mention.budget or '预算'}：{name}"
    if mention.role is Role.ACTUAL and item.subject is not None:
        return f"金额：{item.subject.amount_name}"
    return f"{mention.role.value}：{name}"
