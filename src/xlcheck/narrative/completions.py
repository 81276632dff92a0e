"""Rates of completion against budgets, and what is said of account and budget: 大于, 小于, 持平."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction

from xlcheck.narrative.amounts import Span, printed_span, quotient, span
from xlcheck.narrative.rates import RateJudge, fits, off_by, shown_span
from xlcheck.narrative.remarks import ERROR, VERIFY, name_of, number
from xlcheck.narrative.statements import Item, Mention, Role, SaidComparison, TextReading
from xlcheck.outcome import Remark

_NAMED = {"年初预算", "全年预算"}
_CUSTOM = 3  # figures from which one that is called otherwise is odd
_ABOUT = Fraction(1, 10)  # how far apart what is 基本持平 may be


class CompletionJudge(RateJudge):
    """Judges rates of completion, 预决算差异率, and comparisons."""

    def remarks(self, reading: TextReading) -> Iterator[Remark]:
        """What does not fit, in printed order."""
        yield from self._odd_names(reading)
        for item in reading.items:
            for mention in item.mentions:
                if mention.role is Role.COMPLETION:
                    yield from self._completion(mention, self.binder.budget_spans(item, mention.budget))
                elif mention.role is Role.DEVIATION:
                    yield from self._deviation(mention)
            for comparison in item.comparisons:
                yield from self._comparison(item, comparison)
        yield from self._of_budgets_elsewhere(reading)

    def _of_budgets_elsewhere(self, reading: TextReading) -> Iterator[Remark]:
        """Rates of completion whose budget only another section prints; not where something is wrong there."""
        budgets = {(i.cells[0], m.budget): m for i in reversed(reading.items) if i.cells for m in i.of(Role.BUDGET)}
        for item in reading.items:
            for mention in item.of(Role.COMPLETION):
                own = self.binder.budget_spans(item, mention.budget)
                said = budgets.get((item.cells[0], mention.budget)) if item.cells and mention.budget in _NAMED else None
                if own or said is None or said.figure.printed.value is None or self.binder.is_blamed(said):
                    continue
                yield from self._completion(mention, [printed_span(said.figure.printed)])

    def _completion(self, mention: Mention, budgets: Sequence[Span]) -> Iterator[Remark]:
        item, printed = mention.item, mention.figure.printed
        actual = [
            s
            for m in item.of(Role.ACTUAL)
            if m.figure.printed.value is not None
            for s in (printed_span(m.figure.printed),)
        ]
        actual += self.binder.actual_spans(item)
        if not actual or not budgets:
            return
        nothing = all(b.low <= 0 <= b.high and b.high < Fraction(1, 2) for b in budgets)
        if nothing and (printed.value is None or self._other_budget(mention, actual, printed_span(printed)) is None):
            yield from self.no_base(mention, actual, "预算")
            return
        if printed.value is None:
            return
        said = printed_span(printed)
        if any(fits(a, b, said) for a in actual for b in budgets):
            named = {m.budget for m in item.of(Role.BUDGET)}
            if self.binder.is_blamed(mention):
                return  # its name is odd, and said so
            if mention.budget in _NAMED and named & _NAMED and mention.budget not in named:
                other_name = next(iter(named & _NAMED))
                yield self.say(
                    mention,
                    VERIFY,
                    "text_completion_base",
                    at=self.phrase(mention),
                    other=other_name,
                    base=mention.budget,
                )
            return
        other = self._other_budget(mention, actual, said)
        if other is not None:
            yield self.say(
                mention, ERROR, "text_completion_base", at=self.phrase(mention), other=other.budget, base=mention.budget
            )
            return
        exact = quotient(actual[0], budgets[0])
        if exact is not None:
            self.binder.blame(mention, *item.of(Role.BUDGET))
            severity = VERIFY if off_by(said, exact) <= Fraction(printed.ulp) or not item.known else ERROR
            yield self.say(
                mention,
                severity,
                "text_completion",
                exact,
                beside=[m for m in item.of(Role.BUDGET) if m.figure.printed.value is not None],
                left=shown_span(actual[0]),
                right=shown_span(budgets[0]),
                base=mention.budget,
            )

    def _odd_names(self, reading: TextReading) -> Iterator[Remark]:
        """The budget of one table called 年初预算 once and 全年预算 everywhere else (or the other way round)."""
        tables: dict[str, list[Mention]] = {}
        for item in reading.items:
            named = [m for m in item.mentions if m.role in (Role.BUDGET, Role.COMPLETION) and m.budget in _NAMED]
            if item.budget is not None:
                tables.setdefault(item.budget.table, []).extend(named)
        for mentions in tables.values():
            for word in sorted(_NAMED):
                other = next(iter(_NAMED - {word}))
                odd = [m for m in mentions if m.budget == word and m.role is Role.COMPLETION]
                spoken = {id(m.item) for m in mentions if m.budget == word}
                if len(odd) == 1 and len(spoken) == 1 and len(mentions) > _CUSTOM and not self._has_both(odd[0]):
                    self.binder.blame(odd[0])
                    yield self.say(
                        odd[0], VERIFY, "text_budget_name", at=self.phrase(odd[0]), other=other, base=odd[0].budget
                    )

    @staticmethod
    def _has_both(mention: Mention) -> bool:
        """Whether the item has budgets of both names: then the other checks know which is meant."""
        return len({m.budget for m in mention.item.of(Role.BUDGET)} & _NAMED) > 1

    def _other_budget(self, mention: Mention, actual: Sequence[Span], said: Span) -> Mention | None:
        """The budget of another name that the rate is right of."""
        for other in mention.item.of(Role.BUDGET):
            if other.figure.printed.value is not None and any(
                fits(a, printed_span(other.figure.printed), said) for a in actual
            ):
                return other
        return None

    def _deviation(self, mention: Mention) -> Iterator[Remark]:
        """预决算差异率: (决算 − 年初预算) ÷ 年初预算, with its sign."""
        item, printed = mention.item, mention.figure.printed
        actual, budgets = self.binder.actual_spans(item), self.binder.budget_spans(item, "年初预算")
        if printed.value is None or not actual or not budgets or all(b.low <= 0 <= b.high for b in budgets):
            return
        said = printed_span(printed)
        rates = [_fraction(a, b) for a in actual for b in budgets if b.low > 0]
        if not rates or any(r.meets(said) or r.flipped.meets(said) for r in rates):
            return
        yield self.say(
            mention,
            VERIFY,
            "text_completion",
            rates[0],
            left=shown_span(actual[0]),
            right=shown_span(budgets[0]),
            base="年初预算的差异",
        )

    def _comparison(self, item: Item, said: SaidComparison) -> Iterator[Remark]:
        """大于, 小于, 持平 against the figures."""
        actual = self.binder.actual_spans(item)
        if said.against in ("年初预算", "全年预算", "预算"):
            others = self.binder.budget_spans(item, said.against)
        else:
            yield from self._same_as_before(item, said)
            return
        if not actual or not others:
            yield from self._against_completion(item, said)
            return
        if any(_holds(said, a, b) for a in actual for b in others):
            coarse = all(a.meets(b) and a.low > 0 for a in actual for b in others)
            if coarse and said.op != "=":  # of figures that print alike 持平 is a fair word
                yield from self._against_completion(item, said)  # printed too coarsely to tell: 2 and 2.04
            return
        if self._rate_says_so(item, said) or any(self._agrees(other, said) for other in said.others):
            return
        op = ">" if actual[0].low > others[0].high else "<" if actual[0].high < others[0].low else "="
        cells = [self.speaker.place(said.figure, label=name_of(item))]
        severity = ERROR if item.known and not said.about else VERIFY
        yield self.speaker.remark(
            "T01-06", severity, "text_comparison", cells, what=name_of(item), quote=said.figure.token.text,
            left=shown_span(actual[0]), right=shown_span(others[0]), base=said.against, should={">": "大于", "<": "小于", "=": "等于"}[op],
        )  # fmt: skip

    def _agrees(self, item: Item, said: SaidComparison) -> bool:
        """Whether a comparison is right of another item that it may be of, or nobody can tell."""
        actual, budgets = self.binder.actual_spans(item), self.binder.budget_spans(item, said.against)
        return not actual or not budgets or any(_holds(said, a, b) for a in actual for b in budgets)

    def _rate_says_so(self, item: Item, said: SaidComparison) -> bool:
        """Whether a rate of completion that does not fit the figures fits the word: a figure is wrong, not the word."""
        rates = [m for m in item.of(Role.COMPLETION) if self.binder.is_blamed(m)]
        return any(said.op == _op(m.figure.printed.value) for m in rates if m.figure.printed.value is not None)

    def _against_completion(self, item: Item, said: SaidComparison) -> Iterator[Remark]:
        """大于, 小于 beside a rate of completion that says the opposite: there is no budget figure."""
        rates = [m for m in item.of(Role.COMPLETION) if m.figure.printed.value is not None]
        if not rates:
            return
        value = rates[-1].figure.printed.value
        assert value is not None  # noqa: S101 - just looked
        should = _op(value)
        if (
            should == said.op
            or (said.op == "=" and (said.about or abs(value - 100) < 1))
            or (should == "=" and said.op != "=")
        ):
            return
        cells = [self.speaker.place(said.figure, label=name_of(item)), self.speaker.place(rates[-1].figure, "left")]
        yield self.speaker.remark(
            "T01-06", ERROR if item.known else VERIFY, "text_comparison_rate", cells, what=name_of(item),
            quote=said.figure.token.text, rate=rates[-1].figure.token.text, should={">": "大于", "<": "小于", "=": "等于"}[should],
        )  # fmt: skip

    def _same_as_before(self, item: Item, said: SaidComparison) -> Iterator[Remark]:
        """持平 beside a change that is none."""
        if said.op != "=":
            return
        changes = [m for m in item.of(Role.CHANGE) if m.base in ("", "上年") and m.figure.printed.value]
        if changes:
            cells = [
                self.speaker.place(said.figure, label=name_of(item)),
                self.speaker.place(changes[0].figure, "left"),
            ]
            yield self.speaker.remark(
                "T01-06",
                VERIFY,
                "text_flat_and_change",
                cells,
                what=name_of(item),
                quote=said.figure.token.text,
                amount=changes[0].figure.token.text,
            )
            return
        lasts = [m for m in item.of(Role.LAST) if m.figure.printed.value is not None and not m.place]
        if lasts and not changes:
            yield from self._not_flat(item, said, lasts[-1])
            return
        if self.last is None or not item.cells or said.against != "上年":
            return
        before, actual = self.last.cells.figure(item.cells[0]), self.binder.actual_spans(item)
        if before is None or not actual or any(_holds(said, a, span(before.value, before.ulp)) for a in actual):
            return
        cells = [self.speaker.place(said.figure, label=name_of(item)), before.ref._replace(last_year=True)]
        yield self.speaker.remark(
            "T01-06", VERIFY if said.about else ERROR, "text_comparison", cells, what=name_of(item), quote=said.figure.token.text,
            left=shown_span(actual[0]), right=number(before.value), base="上年", should="大于" if actual[0].low > before.value else "小于",
        )  # fmt: skip

    def _not_flat(self, item: Item, said: SaidComparison, last: Mention) -> Iterator[Remark]:
        """与上年1.10万元相比无变化 at 1.42万元."""
        before, actual = printed_span(last.figure.printed), self.binder.actual_spans(item)
        if not actual or any(_holds(said, a, before) for a in actual):
            return
        cells = [self.speaker.place(said.figure, label=name_of(item)), self.speaker.place(last.figure, "left")]
        should = "大于" if actual[0].low > before.high else "小于"
        yield self.speaker.remark(
            "T01-06", ERROR if item.known and not said.about else VERIFY, "text_comparison", cells, what=name_of(item),
            quote=said.figure.token.text, left=shown_span(actual[0]), right=shown_span(before), base="上年", should=should,
        )  # fmt: skip


def _op(rate: Decimal) -> str:
    """How account and budget compare by a rate of completion."""
    return ">" if rate > 100 else "<" if rate < 100 else "="


def _fraction(part: Span, whole: Span) -> Span:
    """(part − whole) ÷ whole in per cent."""
    exact = quotient(part, whole)
    assert exact is not None  # noqa: S101 - the whole is not 0
    return Span(exact.low - 100, exact.high - 100)


def _holds(said: SaidComparison, left: Span, right: Span) -> bool:
    if said.op == ">":
        return left.high > right.low
    if said.op == "<":
        return left.low < right.high
    if not said.about:
        return left.meets(right)
    room = abs(right.high) * _ABOUT
    return left.meets(Span(right.low - room, right.high + room))
