"""Figures of a text against the cells that they are bound to, and against each other where they mean the same."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from xlcheck.form import titled
from xlcheck.narrative.amounts import Span, printed_span, quotient, span
from xlcheck.narrative.binding import Beside, TextBinder
from xlcheck.narrative.remarks import ERROR, VERIFY, Speaker, name_of, number, role_name
from xlcheck.narrative.statements import Item, Mention, Role, TextReading
from xlcheck.narrative.tokens import AMOUNT
from xlcheck.outcome import Remark

_TEN_THOUSAND = Decimal(10_000)


class CellJudge:
    """Says where the text does not print what the tables print."""

    def __init__(self, binder: TextBinder, speaker: Speaker, last: TextBinder | None, year: int | None) -> None:
        self.binder = binder
        self.speaker = speaker
        self.last = last
        self.year = year

    def remarks(self, reading: TextReading) -> Iterator[Remark]:
        """Everything that does not agree with its cell, in printed order."""
        total: Item | None = None
        for item in reading.items:
            if item.subject is not None and item.subject.also and item.actual() is not None:
                total = item
            if item.whole is None and total is not None and total.section == item.section and total is not item:
                item.whole = total  # （一）人员经费, （二）公用经费 below 财政拨款基本支出
            for mention in item.mentions:
                if mention.role in (Role.ACTUAL, Role.BUDGET, Role.NUMBER):
                    yield from self._against_cell(mention)
                elif mention.role is Role.LAST:
                    yield from self._against_last(mention)

    def _against_cell(self, mention: Mention) -> Iterator[Remark]:
        printed = mention.figure.printed
        beside = self.binder.table_of(mention)
        if printed.value is None or self._of_another_year(mention):
            return
        if beside is None:
            yield from self._against_sum(mention)
            return
        said = printed_span(printed)
        if beside.table is None:
            beyond = self.binder.cells.submission is not None
            if beyond and printed.value != 0 and not self.binder.cells.has_row(beside.name) and mention.item.codes:
                yield self._no_row(mention, beside)
            return
        others = self.binder.others(mention)
        if any(said.overlaps(s) for b in (beside, *others) for s in b.spans):
            return
        if mention.role is Role.ACTUAL and any(
            said.meets(s) for s in self.binder.with_others(mention.item, beside.table)
        ):
            return
        if self._whole_has_other_funds(mention.item):
            return
        self.binder.blame(mention)
        yield self._differs(mention, beside)

    def _whole_has_other_funds(self, item: Item) -> bool:
        """Whether an item is part of a total into which the text has put other funds: the table of one does not tell it."""
        whole = item.whole
        said = whole.actual() if whole is not None else None
        beside = self.binder.table_of(said) if said is not None else None
        if whole is None or said is None or said.figure.printed.value is None or beside is None or beside.table is None:
            return False
        printed = printed_span(said.figure.printed)
        own = any(printed.overlaps(s) for s in beside.spans)
        return not own and any(printed.meets(s) for s in self.binder.with_others(whole, beside.table))

    def _of_another_year(self, mention: Mention) -> bool:
        """Whether a figure is said under another year: then it is that year's (unless it is ours: T01-11 says that)."""
        year = mention.item.said_year
        return year is not None and self.year is not None and year != self.year

    def _no_row(self, mention: Mention, beside: Beside) -> Remark:
        title = self.binder.cells.canonical(beside.name)[0]
        cells = [self.speaker.place(mention.figure, label=role_name(mention.role, mention.item))]
        return self.speaker.remark(
            "T01-01", VERIFY, "text_no_row", cells, what=role_name(mention.role, mention.item), there=title,
            number=beside.name.row, quote=mention.figure.token.text,
        )  # fmt: skip

    def _differs(self, mention: Mention, beside: Beside) -> Remark:
        """The text prints another figure than the table."""
        table, printed, item = beside.table, mention.figure.printed, mention.item
        assert table is not None and printed.value is not None  # noqa: S101, PT018 - the caller has looked
        unsaid = budget_unsaid(mention)
        where = [self.speaker.place(mention.figure, label=role_name(mention.role, item)), table.ref]
        unit = "万元" if printed.kind == AMOUNT else printed.unit
        if unsaid:
            return self.speaker.remark(
                "T02-07", VERIFY, "text_budget_unsaid", where[:1], quote=mention.figure.token.text, what=name_of(item)
            )
        gap = printed.value - table.value
        severity = VERIFY if abs(gap) <= max(printed.ulp, table.ulp, Decimal("0.01")) or not table.certain else ERROR
        if printed.kind != AMOUNT:
            severity = ERROR if table.certain else VERIFY
        code = "text_amount_unit" if is_unit_slip(printed.value, table.value) else "text_amount"
        return self.speaker.remark(
            "T01-01", severity, code, where, expected=number(table.value), actual=number(printed.value),
            difference=number(gap), unit=unit, what=role_name(mention.role, item), quote=mention.figure.token.text,
            there=f"{titled(table.ref.table)} {table.ref.cell or ''}".strip(), printed=number(table.value), off=number(abs(gap)),
            measure=unit, hint=self._hint(mention, said=printed_span(printed)),
        )  # fmt: skip

    def _hint(self, mention: Mention, said: Span) -> str:
        """Where the figure was probably taken from: another cell of the same row or column, the budget, last year."""
        item = mention.item
        if item.budget is not None and mention.role is Role.ACTUAL:
            budget = self.binder.cells.figure(item.budget)
            if budget is not None and said.meets(span(budget.value, budget.ulp)) and budget.value:
                return f"；{titled(budget.ref.table)} {budget.ref.cell} 的预算数正是这个数，是否写成了预算数"
        if self.last is not None and mention.figure.cell is not None:
            before = self.last.cells.figure(mention.figure.cell)
            if before is not None and before.value and said.meets(span(before.value, before.ulp)):
                return "；上年的决算数正是这个数，是否忘了改"
        return ""

    def _against_sum(self, mention: Mention) -> Iterator[Remark]:
        """An amount that is the sum of cells (机关运行经费)."""
        total = self.binder.summed(mention.item)
        if total is None or mention.role is not Role.ACTUAL or mention.figure.printed.value is None:
            return
        if total.high == 0 or printed_span(mention.figure.printed).meets(total):
            return
        self.binder.blame(mention)
        exact = (total.low + total.high) / 2
        should = Decimal(exact.numerator) / Decimal(exact.denominator)
        cells = [self.speaker.place(mention.figure, label=role_name(mention.role, mention.item))]
        cells += [t.ref for c in mention.item.subject.summed if (t := self.binder.cells.figure(c))]  # type: ignore[union-attr]
        yield self.speaker.remark(
            "T01-01", ERROR, "text_amount", cells, expected=number(should), actual=number(mention.figure.printed.value),
            difference=number(mention.figure.printed.value - should), unit="万元",
            what=role_name(mention.role, mention.item), quote=mention.figure.token.text,
            there=f"{titled(cells[1].table)} {'、'.join(c.cell or '' for c in cells[1:])} 合计", printed=number(should),
            off=number(abs(mention.figure.printed.value - should)), measure="万元", hint="",
        )  # fmt: skip

    def _against_last(self, mention: Mention) -> Iterator[Remark]:
        """Last year's figure against last year's workbook."""
        if self.last is None or mention.figure.printed.value is None or not mention.item.cells or mention.base_year:
            return
        before = self.last.cells.figure(mention.item.cells[0])
        if before is None or printed_span(mention.figure.printed).meets(span(before.value, before.ulp)):
            return
        gap = mention.figure.printed.value - before.value
        ref = before.ref._replace(last_year=True)
        yield self.speaker.remark(
            "T01-05", ERROR if abs(gap) > Decimal("0.01") else VERIFY, "text_last", [self.speaker.place(mention.figure), ref],
            expected=number(before.value), actual=number(mention.figure.printed.value), difference=number(gap), unit="万元",
            what=role_name(mention.role, mention.item), quote=mention.figure.token.text,
            there=f"上年{titled(ref.table)} {ref.cell}", printed=number(before.value), off=number(abs(gap)),
        )  # fmt: skip


def budget_unsaid(mention: Mention) -> bool:
    """Whether what stands there without a word is the budget: the rate of completion fits, the amount follows."""
    item = mention.item
    actual = item.of(Role.ACTUAL)
    rates = [m for m in item.of(Role.COMPLETION) if m.figure.printed.value is not None]
    if mention.role is not Role.ACTUAL or len(actual) < 2 or not rates or item.of(Role.BUDGET):
        return False
    other = next(m for m in actual if m is not mention)
    if other.figure.printed.value is None:
        return False
    rate = quotient(printed_span(other.figure.printed), printed_span(mention.figure.printed))
    return rate is not None and rate.meets(printed_span(rates[0].figure.printed))


def is_unit_slip(said: Decimal, right: Decimal) -> bool:
    """Whether a figure is the right one in 元 for 万元, or the other way round."""
    if not said or not right:
        return False
    for factor in (_TEN_THOUSAND, 1 / _TEN_THOUSAND):
        if abs(said * factor - right) <= abs(right) * Decimal("0.001"):
            return True
    return False


class AgreementJudge:
    """The same indicator is the same figure everywhere: figures that stand in no table, against each other."""

    def __init__(self, binder: TextBinder, speaker: Speaker) -> None:
        self.binder = binder
        self.speaker = speaker

    def remarks(self, reading: TextReading) -> Iterator[Remark]:
        """Each figure that differs from the first of the same meaning."""
        first: dict[tuple[object, ...], Mention] = {}
        for item in reading.items:
            for mention in item.mentions:
                key = self._key(mention)
                if key is None or mention.figure.printed.value is None or self._said_already(mention):
                    continue
                if budget_unsaid(mention):
                    yield self.speaker.remark(
                        "T02-07", VERIFY, "text_budget_unsaid", [self.speaker.place(mention.figure)],
                        quote=mention.figure.token.text, what=name_of(item),
                    )  # fmt: skip
                    continue
                known = first.setdefault(key, mention)
                if known is not mention and not printed_span(known.figure.printed).overlaps(
                    printed_span(mention.figure.printed)
                ):
                    yield self._differ(known, mention)

    def _said_already(self, mention: Mention) -> bool:
        """Whether a figure, or the amount of its item, is already said to be wrong: it may be of another row."""
        return self.binder.is_blamed(mention, *mention.item.of(Role.ACTUAL))

    def _key(self, mention: Mention) -> tuple[object, ...] | None:
        """What a figure means, where only the text has it; None where the tables do, or a name is of many things."""
        item = mention.item
        if not item.cells or mention.place:
            return None
        if (
            mention.role is Role.BUDGET
            and self.binder.table_of(mention) is None
            and mention.budget in ("年初预算", "全年预算")
        ):
            return item.cells[0], mention.budget
        if mention.role is Role.ACTUAL and self.binder.table_of(mention) is None:
            return item.cells[0], "actual"
        if mention.role is Role.ACTUAL and (beside := self.binder.table_of(mention)) and beside.table is None:
            return item.cells[0], "actual"
        return None

    def _differ(self, known: Mention, mention: Mention) -> Remark:
        one, other = known.figure.printed.value, mention.figure.printed.value
        assert one is not None and other is not None  # noqa: S101, PT018
        severity = VERIFY if abs(one - other) <= Decimal("0.01") else ERROR
        cells = [self.speaker.place(mention.figure), self.speaker.place(known.figure, "left")]
        return self.speaker.remark(
            "T01-09", severity, "text_disagrees", cells, expected=number(one), actual=number(other),
            difference=number(other - one), unit="万元", what=role_name(mention.role, mention.item),
            quote=mention.figure.token.text, other=known.figure.token.text,
        )  # fmt: skip


def exact(value: Decimal) -> Fraction:
    """A figure as a fraction."""
    return Fraction(value)


def subject_item(items: list[Item], name: str) -> Item | None:
    """The first item of a subject that gives an amount."""
    return next((i for i in items if i.subject is not None and i.subject.name == name and i.actual()), None)
