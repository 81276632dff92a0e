"""Changes and their rates: against last year, a budget, an earlier year."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction

from xlcheck.narrative.amounts import Span, is_coarse, printed_span, quotient, shown
from xlcheck.narrative.rates import RateJudge, base_word, fits, off_by, shown_span, sign_of, word_of
from xlcheck.narrative.remarks import ERROR, VERIFY, name_of, number
from xlcheck.narrative.statements import Mention, Role, TextReading
from xlcheck.outcome import Remark


class ChangeJudge(RateJudge):
    """Judges changes, their rates and directions."""

    def remarks(self, reading: TextReading) -> Iterator[Remark]:
        """What does not fit, in printed order."""
        for item in reading.items:
            for mention in item.mentions:
                if mention.role is Role.RATE:
                    yield from self._rate(mention)
                elif mention.role is Role.CHANGE:
                    yield from self._change(mention)
                elif mention.role is Role.GAP:
                    yield from self._gap(mention)

    def _rate(self, mention: Mention) -> Iterator[Remark]:
        item, printed = mention.item, mention.figure.printed
        change = self._paired(mention)
        actual = self.binder.actual_spans(item, mention.place)
        if change is None:
            yield from self._rate_alone(mention, actual)
            return
        if change.figure.printed.value is None:
            return
        if (
            change.sign
            and mention.sign
            and sign_of(change) != sign_of(mention)
            and change.figure.printed.value
            and printed.value
        ):
            yield self.say(
                mention,
                ERROR,
                "text_direction_mixed",
                at=self.clause(change, mention),
                first=word_of(change),
                second=word_of(mention),
            )
            return
        size = _change_span(change)
        if change.figure.printed.value == 0:
            if printed.value and not is_coarse(change.figure.printed):
                yield self.say(mention, ERROR, "text_rate_of_nothing")
            return
        if not actual:
            return
        sign = sign_of(change) or 1
        bases = [a.plus(size, -sign) for a in actual]
        if all(self._is_nothing(b, change) for b in bases):
            yield from self.no_base(mention, actual, base_word(mention, self.year))
            return
        if printed.value is None:
            if bases[0].low > 0:
                yield self.say(mention, VERIFY, "text_rate_unsaid", quotient(size, bases[0]))
            return
        said = printed_span(printed).size
        if any(b.high > 0 and fits(size, b, said) for b in bases):
            return
        if not (mention.carried and self._is_of_another(mention, size, sign, said)):
            yield from self._wrong_rate(mention, change, actual, bases, said)

    def _is_of_another(self, mention: Mention, size: Span, sign: int, said: Span) -> bool:
        """Whether a change said in a sentence without a name is that of the whole, or of a part, of what was named last."""
        item = mention.item
        others = [item.whole, *item.parts, *(item.whole.parts if item.whole is not None else ())]
        spans = [
            s for other in others if other is not None and other is not item for s in self.binder.actual_spans(other)
        ]
        bases = [s.plus(size, -sign) for s in spans]
        return any(b.low > 0 and fits(size, b, said) for b in bases)

    def _wrong_rate(
        self, mention: Mention, change: Mention, actual: Sequence[Span], bases: Sequence[Span], said: Span
    ) -> Iterator[Remark]:
        size = _change_span(change)
        sign = sign_of(change) or 1
        turned = [a.plus(size, sign) for a in actual]
        if change.word is not None and any(b.high > 0 and fits(size, b, said) for b in turned):
            cells = [self.clause(change, change), self.place(mention, "left")]
            yield self.speaker.remark(
                "T01-06", ERROR, "text_direction", cells, what=name_of(mention.item), word=change.word.text,
                right="减少" if sign > 0 else "增加", quote=change.figure.token.text, rate=mention.figure.token.text,
            )  # fmt: skip
            return
        if bases[0].high <= 0:
            at = self.clause(change, mention)
            yield self.say(mention, ERROR, "text_change_impossible", at=at, amount=change.figure.token.text)
            return
        exact = quotient(size, bases[0])
        if exact is not None:
            known = mention.item.known
            severity = VERIFY if off_by(said, exact) <= Fraction(mention.figure.printed.ulp) or not known else ERROR
            yield self.say(
                mention,
                severity,
                "text_rate",
                exact,
                at=self.clause(change, mention),
                amount=change.figure.token.text,
                left=shown_span(bases[0]),
                base=base_word(mention, self.year),
            )

    def _is_nothing(self, base: Span, change: Mention) -> bool:
        """Whether a base is 0: the change is the whole amount."""
        ulp = Fraction(change.figure.printed.ulp)
        return base.low <= 0 <= base.high and base.high <= 2 * max(ulp, Fraction(1, 100))

    def _paired(self, mention: Mention) -> Mention | None:
        """The amount of the change whose rate this is: said right before or after it, of the same base."""
        item = mention.item
        at = item.mentions.index(mention)
        before = [m for m in item.mentions[:at] if m.role in (Role.CHANGE, Role.RATE) and m.place == mention.place]
        if before and before[-1].role is Role.CHANGE and before[-1].base == mention.base:
            return before[-1]
        after = item.mentions[at + 1 : at + 2]
        return after[0] if after and after[0].role is Role.CHANGE and after[0].base == mention.base else None

    def _rate_alone(self, mention: Mention, actual: Sequence[Span]) -> Iterator[Remark]:
        """A rate without an amount: by last year's figure or the budget, where it is known."""
        printed = mention.figure.printed
        bases = self.bases(mention)
        if not actual or not bases:
            if printed.value is None:
                yield self.say(mention, VERIFY, "text_rate_without_amount", base=base_word(mention, self.year))
            return
        if all(b.low <= 0 <= b.high and b.high < Fraction(1, 2) for b in bases):
            yield from self.no_base(mention, actual, base_word(mention, self.year))
            return
        if printed.value is None:
            return
        said = printed_span(printed).size
        if any(fits(a.plus(b, -1).size, b, said) for a in actual for b in bases):
            return
        exact = quotient(actual[0].plus(bases[0], -1).size, bases[0])
        if exact is not None:
            severity = VERIFY if off_by(said, exact) <= Fraction(printed.ulp) or not mention.item.known else ERROR
            yield self.say(
                mention,
                severity,
                "text_rate",
                exact,
                amount="（没有写金额）",
                left=shown_span(bases[0]),
                base=base_word(mention, self.year),
            )

    def _change(self, mention: Mention) -> Iterator[Remark]:
        """The amount of a change against the figure it is measured from, where that is known."""
        printed = mention.figure.printed
        actual, bases = self.binder.actual_spans(mention.item, mention.place), self.bases(mention)
        if printed.value is None or not actual or not bases:
            return
        said = printed_span(printed).size
        sign = sign_of(mention)
        real = [a.plus(b, -1) for a in actual for b in bases]
        if any((r if sign > 0 else r.flipped if sign < 0 else r.size).meets(said) for r in real):
            return
        if sign and mention.word is not None and any((r.flipped if sign > 0 else r).meets(said) for r in real):
            cells = [self.clause(mention, mention)]
            yield self.speaker.remark(
                "T01-06", ERROR, "text_direction_known", cells, what=name_of(mention.item), word=mention.word.text,
                right="减少" if sign > 0 else "增加", left=shown_span(actual[0]), base=base_word(mention, self.year), other=shown_span(bases[0]),
            )  # fmt: skip
            return
        gap = (real[0].low + real[0].high) / 2
        should = Decimal(gap.numerator) / Decimal(gap.denominator)
        off = abs(abs(should) - abs(printed.value))
        severity = VERIFY if off <= Decimal("0.02") or not mention.item.known else ERROR
        yield self.speaker.remark(
            "T01-05", severity, "text_change", [self.place(mention)], expected=number(abs(should)), actual=number(abs(printed.value)),
            difference=number(abs(printed.value) - abs(should)), unit="万元", what=name_of(mention.item), quote=mention.figure.token.text,
            left=shown_span(actual[0]), base=base_word(mention, self.year), other=shown_span(bases[0]), printed=shown(abs(should)),
        )  # fmt: skip

    def _gap(self, mention: Mention) -> Iterator[Remark]:
        """差值: budget and account, without a sign."""
        printed = mention.figure.printed
        actual, budgets = self.binder.actual_spans(mention.item), self.binder.budget_spans(mention.item, "")
        if printed.value is None or not actual or not budgets:
            return
        if any(a.plus(b, -1).size.meets(printed_span(printed).size) for a in actual for b in budgets):
            return
        gap = (actual[0].low + actual[0].high - budgets[0].low - budgets[0].high) / 2
        should = abs(Decimal(gap.numerator) / Decimal(gap.denominator))
        yield self.speaker.remark(
            "T01-05", ERROR if mention.item.known else VERIFY, "text_change", [self.place(mention)], expected=number(should),
            actual=number(printed.value), difference=number(printed.value - should), unit="万元", what=name_of(mention.item),
            quote=mention.figure.token.text, left=shown_span(actual[0]), base="预算", other=shown_span(budgets[0]), printed=shown(should),
        )  # fmt: skip


def _change_span(change: Mention) -> Span:
    """What a printed change stands for, without its sign: it may be the difference of two rounded figures."""
    half = Fraction(change.figure.printed.ulp) / 2
    exact = printed_span(change.figure.printed)
    return Span(exact.low - half, exact.high + half).size
