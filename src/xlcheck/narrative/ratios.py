"""Shares, rates of completion, changes and their rates: recomputed from the intervals of what is printed.

A printed rate is right where some exact figures that print as its parts do give it. Without a base no rate is right but
words that say so (∞, --).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction

from xlcheck.form import Severity
from xlcheck.model import CellRef, Remark
from xlcheck.narrative.amounts import Span, printed_span, quotient, shown, span
from xlcheck.narrative.binding import TextBinder
from xlcheck.narrative.remarks import ERROR, NOTE, VERIFY, Speaker, name_of, number, role_name
from xlcheck.narrative.statements import Comparison, Item, Mention, Reading, Role

_ABOUT = Fraction(1, 10)  # how far apart what is 基本持平 may be
_FORCED = 3  # last digits by which a share may be bent so that all add up to 100


class RatioJudge:
    """Judges everything that is derived from other figures."""

    def __init__(self, binder: TextBinder, speaker: Speaker, last: TextBinder | None, year: int | None) -> None:
        self.binder = binder
        self.speaker = speaker
        self.last = last
        self.year = year

    def remarks(self, reading: Reading) -> Iterator[Remark]:
        """All that does not fit, in printed order."""
        totals = _totals(reading)
        for item in reading.items:
            for mention in item.mentions:
                if mention.role is Role.SHARE:
                    yield from self._share(mention, totals)
                elif mention.role is Role.COMPLETION:
                    yield from self._completion(mention)
                elif mention.role is Role.RATE:
                    yield from self._rate(mention)
                elif mention.role is Role.CHANGE:
                    yield from self._change(mention)
                elif mention.role is Role.DEVIATION:
                    yield from self._deviation(mention)
                elif mention.role is Role.GAP:
                    yield from self._gap(mention)
            for comparison in item.comparisons:
                yield from self._comparison(item, comparison)

    # --- shares ---

    def _share(self, mention: Mention, totals: Sequence[Item]) -> Iterator[Remark]:
        printed = mention.figure.printed
        whole = mention.whole
        parts = self._parts(mention)
        if printed.value is None or whole is None or not parts:
            return
        said = printed_span(printed)
        wholes = [(whole, s) for s in self.binder.actual_spans(whole)]
        if not wholes:
            return
        if any(_fits(p, w, said) for p in parts for _, w in wholes):
            return
        if not mention.whole_said and self._other_whole(mention, parts, said, totals):
            return
        if all(w.low <= 0 <= w.high for _, w in wholes):
            if printed.value != 0:
                yield self._say(mention, VERIFY, "text_share_of_nothing", whole=name_of(whole))
            return
        exact = quotient(parts[0], wholes[0][1])
        if exact is None:
            return
        off = _off(said, exact)
        if self._forced(mention, off):
            yield self._say(mention, NOTE, "text_share_forced", exact, whole=name_of(whole))
            return
        severity = VERIFY if off <= Fraction(printed.ulp) or (not mention.whole_said and not whole.known) else ERROR
        yield self._say(
            mention,
            severity,
            "text_share",
            exact,
            whole=name_of(whole),
            left=_shown(parts[0]),
            right=_shown(wholes[0][1]),
        )

    def _parts(self, mention: Mention) -> list[Span]:
        item = mention.item
        before = [m for m in item.mentions[: item.mentions.index(mention)] if m.role is Role.ACTUAL]
        if before and before[-1].figure.printed.value is not None:
            return [printed_span(before[-1].figure.printed), *self.binder.actual_spans(item)]
        return self.binder.actual_spans(item)

    def _other_whole(self, mention: Mention, parts: Sequence[Span], said: Span, totals: Sequence[Item]) -> bool:
        """Whether the share fits another total of the text, where none is named: then it is of that."""
        for item in totals:
            if item is mention.item:
                continue
            if any(_fits(p, w, said) for p in parts for w in self.binder.actual_spans(item)):
                mention.whole = item
                return True
        return False

    def _forced(self, mention: Mention, off: Fraction) -> bool:
        """Whether the shares of a list were bent to add up to exactly 100."""
        whole, ulp = mention.whole, mention.figure.printed.ulp
        if whole is None or off > _FORCED * Fraction(ulp):
            return False
        shares = [m.figure.printed.value for i in whole.parts for m in i.of(Role.SHARE)]
        values = [v for v in shares if v is not None]
        return len(values) > 1 and sum(values, Decimal(0)) == 100

    # --- completion ---

    def _completion(self, mention: Mention) -> Iterator[Remark]:
        item, printed = mention.item, mention.figure.printed
        actual = [
            s
            for m in item.of(Role.ACTUAL)
            if m.figure.printed.value is not None
            for s in (printed_span(m.figure.printed),)
        ]
        actual += self.binder.actual_spans(item)
        budgets = self.binder.budget_spans(item, mention.budget)
        if not actual or not budgets:
            return
        if all(b.low <= 0 <= b.high and b.high < Fraction(1, 2) for b in budgets):
            yield from self._no_base(mention, actual, "预算")
            return
        if printed.value is None:
            return
        said = printed_span(printed)
        if any(_fits(a, b, said) for a in actual for b in budgets):
            return
        other = self._other_budget(mention, actual, said)
        if other is not None:
            yield self._say(mention, ERROR, "text_completion_base", other=other.budget, base=mention.budget)
            return
        exact = quotient(actual[0], budgets[0])
        if exact is not None:
            severity = VERIFY if _off(said, exact) <= Fraction(printed.ulp) or not item.known else ERROR
            yield self._say(
                mention,
                severity,
                "text_completion",
                exact,
                left=_shown(actual[0]),
                right=_shown(budgets[0]),
                base=mention.budget,
            )

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
        yield self._say(
            mention,
            VERIFY,
            "text_completion",
            rates[0],
            left=_shown(actual[0]),
            right=_shown(budgets[0]),
            base="年初预算的差异",
        )

    def _other_budget(self, mention: Mention, actual: Sequence[Span], said: Span) -> Mention | None:
        """The budget of another name that the rate is right of."""
        for other in mention.item.of(Role.BUDGET):
            if other.figure.printed.value is not None and any(
                _fits(a, printed_span(other.figure.printed), said) for a in actual
            ):
                return other
        return None

    def _no_base(self, mention: Mention, actual: Sequence[Span], base: str) -> Iterator[Remark]:
        """A rate of nothing: words say so (提示), 100 % is asked about, any other is wrong; 0 of 0 is whatever it is."""
        value = mention.figure.printed.value
        nothing = all(s.low <= 0 <= s.high for s in actual)
        if nothing and (value is None or value in (0, 100)):
            return
        other = (
            self._other_budget(mention, actual, printed_span(mention.figure.printed))
            if value is not None and mention.role is Role.COMPLETION
            else None
        )
        if other is not None:
            yield self._say(mention, ERROR, "text_completion_base", other=other.budget, base=mention.budget)
        elif value is None:
            yield self._say(mention, NOTE, "text_no_base_sign", base=base)
        elif value in {0, 100}:
            yield self._say(mention, VERIFY, "text_no_base", base=base)
        else:
            yield self._say(mention, ERROR, "text_no_base", base=base)

    # --- changes ---

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
            and _sign(change) != _sign(mention)
            and change.figure.printed.value
            and printed.value
        ):
            yield self._say(mention, ERROR, "text_direction_mixed", first=_word(change), second=_word(mention))
            return
        size = _change_span(change)
        if change.figure.printed.value == 0:
            if printed.value:
                yield self._say(mention, ERROR, "text_rate_of_nothing")
            return
        if not actual:
            return
        sign = _sign(change) or 1
        bases = [a.plus(size, -sign) for a in actual]
        if all(self._is_nothing(b, change) for b in bases):
            yield from self._no_base(mention, actual, _base_word(mention, self.year))
            return
        if printed.value is None:
            if bases[0].low > 0:
                yield self._say(mention, VERIFY, "text_rate_unsaid", quotient(size, bases[0]))
            return
        said = printed_span(printed).size
        if any(b.high > 0 and _fits(size, b, said) for b in bases):
            return
        yield from self._wrong_rate(mention, change, actual, bases, said)

    def _wrong_rate(
        self, mention: Mention, change: Mention, actual: Sequence[Span], bases: Sequence[Span], said: Span
    ) -> Iterator[Remark]:
        size = _change_span(change)
        sign = _sign(change) or 1
        turned = [a.plus(size, sign) for a in actual]
        if change.word is not None and any(b.high > 0 and _fits(size, b, said) for b in turned):
            start, end = self._word_place(change)
            cells = [
                self.speaker.passage(start, end, change.figure.sentence, label=role_name(Role.CHANGE, mention.item))
            ]
            yield self.speaker.remark(
                "T01-06", ERROR, "text_direction", cells, what=name_of(mention.item), word=change.word.text,
                right="减少" if sign > 0 else "增加", quote=change.figure.token.text, rate=mention.figure.token.text,
            )  # fmt: skip
            return
        if bases[0].high <= 0:
            yield self._say(mention, ERROR, "text_change_impossible", amount=change.figure.token.text)
            return
        exact = quotient(size, bases[0])
        if exact is not None:
            known = mention.item.known
            severity = VERIFY if _off(said, exact) <= Fraction(mention.figure.printed.ulp) or not known else ERROR
            yield self._say(
                mention,
                severity,
                "text_rate",
                exact,
                amount=change.figure.token.text,
                left=_shown(bases[0]),
                base=_base_word(mention, self.year),
            )

    @staticmethod
    def _word_place(change: Mention) -> tuple[int, int]:
        """The place of the word of direction in the document's text: right before its figure."""
        assert change.word is not None  # noqa: S101 - the caller has looked
        ahead = change.figure.token.start - change.word.start
        start = change.figure.start - ahead
        return start, start + len(change.word.text)

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
        bases = self._bases(mention)
        if not actual or not bases:
            if printed.value is None:
                yield self._say(mention, VERIFY, "text_rate_without_amount", base=_base_word(mention, self.year))
            return
        if all(b.low <= 0 <= b.high and b.high < Fraction(1, 2) for b in bases):
            yield from self._no_base(mention, actual, _base_word(mention, self.year))
            return
        if printed.value is None:
            return
        said = printed_span(printed).size
        if any(_fits(a.plus(b, -1).size, b, said) for a in actual for b in bases):
            return
        exact = quotient(actual[0].plus(bases[0], -1).size, bases[0])
        if exact is not None:
            severity = VERIFY if _off(said, exact) <= Fraction(printed.ulp) or not mention.item.known else ERROR
            yield self._say(
                mention,
                severity,
                "text_rate",
                exact,
                amount="（没有写金额）",
                left=_shown(bases[0]),
                base=_base_word(mention, self.year),
            )

    def _bases(self, mention: Mention) -> list[Span]:
        """What a change may be measured from, where it is known by itself."""
        item = mention.item
        if mention.base == "预算":
            return self.binder.budget_spans(item, mention.budget)
        if mention.base_year is not None and self.year is not None and mention.base_year != self.year - 1:
            return []
        found = [
            printed_span(m.figure.printed)
            for m in item.of(Role.LAST)
            if m.figure.printed.value is not None and m.place == mention.place
        ]
        if not found and self.last is not None and item.cells and mention.base == "上年":
            cell = item.cells[min(mention.place, len(item.cells) - 1)]
            before = self.last.cells.figure(cell)
            found += [] if before is None else [span(before.value, before.ulp)]
        return found

    def _change(self, mention: Mention) -> Iterator[Remark]:
        """The amount of a change against the figure it is measured from, where that is known."""
        printed = mention.figure.printed
        actual, bases = self.binder.actual_spans(mention.item, mention.place), self._bases(mention)
        if printed.value is None or not actual or not bases:
            return
        said = printed_span(printed).size
        sign = _sign(mention)
        real = [a.plus(b, -1) for a in actual for b in bases]
        if any((r if sign > 0 else r.flipped if sign < 0 else r.size).meets(said) for r in real):
            return
        if sign and mention.word is not None and any((r.flipped if sign > 0 else r).meets(said) for r in real):
            start, end = self._word_place(mention)
            cells = [
                self.speaker.passage(start, end, mention.figure.sentence, label=role_name(Role.CHANGE, mention.item))
            ]
            yield self.speaker.remark(
                "T01-06", ERROR, "text_direction_known", cells, what=name_of(mention.item), word=mention.word.text,
                right="减少" if sign > 0 else "增加", left=_shown(actual[0]), base=_base_word(mention, self.year), other=_shown(bases[0]),
            )  # fmt: skip
            return
        gap = (real[0].low + real[0].high) / 2
        should = Decimal(gap.numerator) / Decimal(gap.denominator)
        off = abs(abs(should) - abs(printed.value))
        severity = VERIFY if off <= Decimal("0.02") or not mention.item.known else ERROR
        yield self.speaker.remark(
            "T01-05", severity, "text_change", [self._place(mention)], expected=number(abs(should)), actual=number(abs(printed.value)),
            difference=number(abs(printed.value) - abs(should)), unit="万元", what=name_of(mention.item), quote=mention.figure.token.text,
            left=_shown(actual[0]), base=_base_word(mention, self.year), other=_shown(bases[0]), printed=shown(abs(should)),
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
            "T01-05", ERROR if mention.item.known else VERIFY, "text_change", [self._place(mention)], expected=number(should),
            actual=number(printed.value), difference=number(printed.value - should), unit="万元", what=name_of(mention.item),
            quote=mention.figure.token.text, left=_shown(actual[0]), base="预算", other=_shown(budgets[0]), printed=shown(should),
        )  # fmt: skip

    # --- comparisons ---

    def _comparison(self, item: Item, said: Comparison) -> Iterator[Remark]:
        """大于, 小于, 持平 against the figures."""
        actual = self.binder.actual_spans(item)
        if said.against in ("年初预算", "全年预算", "预算"):
            others = self.binder.budget_spans(item, said.against)
        else:
            yield from self._same_as_before(item, said)
            return
        if not actual or not others or any(_holds(said, a, b) for a in actual for b in others):
            return
        op = ">" if actual[0].low > others[0].high else "<" if actual[0].high < others[0].low else "="
        cells = [self.speaker.place(said.figure, label=name_of(item))]
        severity = ERROR if item.known and not said.about else VERIFY
        yield self.speaker.remark(
            "T01-06", severity, "text_comparison", cells, what=name_of(item), quote=said.figure.token.text,
            left=_shown(actual[0]), right=_shown(others[0]), base=said.against, should={">": "大于", "<": "小于", "=": "等于"}[op],
        )  # fmt: skip

    def _same_as_before(self, item: Item, said: Comparison) -> Iterator[Remark]:
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
        if self.last is None or not item.cells or said.against != "上年":
            return
        before, actual = self.last.cells.figure(item.cells[0]), self.binder.actual_spans(item)
        if before is None or not actual or any(_holds(said, a, span(before.value, before.ulp)) for a in actual):
            return
        cells = [self.speaker.place(said.figure, label=name_of(item)), before.ref._replace(last_year=True)]
        yield self.speaker.remark(
            "T01-06", VERIFY if said.about else ERROR, "text_comparison", cells, what=name_of(item), quote=said.figure.token.text,
            left=_shown(actual[0]), right=number(before.value), base="上年", should="大于" if actual[0].low > before.value else "小于",
        )  # fmt: skip

    # --- words ---

    def _place(self, mention: Mention) -> CellRef:
        return self.speaker.place(mention.figure, label=role_name(mention.role, mention.item))

    def _say(self, mention: Mention, severity: Severity, code: str, exact: Span | None = None, **params: str) -> Remark:
        """A remark of a rate; ``exact`` are the rates that would be right."""
        rule = {Role.SHARE: "T01-02", Role.COMPLETION: "T01-03", Role.RATE: "T01-04", Role.DEVIATION: "T01-03"}[
            mention.role
        ]
        if code.startswith("text_no_base"):
            rule = "T01-10"
        if code.startswith("text_direction"):
            rule = "T01-06"
        printed = mention.figure.printed
        digits = max(0, -int(printed.ulp.as_tuple().exponent)) if printed.value is not None and printed.ulp else 2
        should = None if exact is None else shown((exact.low + exact.high) / 2, digits)
        params = {"should": should or "", "what": name_of(mention.item), "quote": mention.figure.token.text} | params
        return self.speaker.remark(
            rule, severity, code, [self._place(mention)], expected=should,
            actual=None if printed.value is None else number(printed.value),
            difference=None if should is None or printed.value is None else number(printed.value - Decimal(should)), unit="%", **params,
        )  # fmt: skip


def _fraction(part: Span, whole: Span) -> Span:
    """(part − whole) ÷ whole in per cent."""
    exact = quotient(part, whole)
    assert exact is not None  # noqa: S101 - the whole is not 0
    return Span(exact.low - 100, exact.high - 100)


def _change_span(change: Mention) -> Span:
    """What a printed change stands for, without its sign: it may be the difference of two rounded figures."""
    half = Fraction(change.figure.printed.ulp) / 2
    exact = printed_span(change.figure.printed)
    return Span(exact.low - half, exact.high + half).size


def _totals(reading: Reading) -> list[Item]:
    """What shares may be of where nothing is named: what 其中 opened, and the totals of sections."""
    found = [i for i in reading.items if i.parts or (i.subject is not None and i.section is not None and _is_total(i))]
    return [i for i in found if i.actual() is not None]


def _is_total(item: Item) -> bool:
    first = next(iter(item.section.subjects.values()), None) if item.section is not None else None
    return first is not None and item.subject is not None and first.name == item.subject.name


def _fits(part: Span, whole: Span, said: Span) -> bool:
    """Whether some exact parts give a rate that prints as said."""
    exact = quotient(part, whole)
    return exact is not None and exact.meets(said)


def _off(said: Span, exact: Span) -> Fraction:
    """How far a printed rate is from the nearest right one, beyond its own rounding."""
    return max(exact.low - said.high, said.low - exact.high, Fraction(0))


def _holds(said: Comparison, left: Span, right: Span) -> bool:
    if said.op == ">":
        return left.high > right.low
    if said.op == "<":
        return left.low < right.high
    if not said.about:
        return left.meets(right)
    room = abs(right.high) * _ABOUT
    return left.meets(Span(right.low - room, right.high + room))


def _sign(mention: Mention) -> int:
    """The direction of a change: that of its word, turned by a printed minus."""
    value = mention.figure.printed.value
    return -mention.sign if value is not None and value < 0 else mention.sign


def _word(mention: Mention) -> str:
    return mention.word.text if mention.word is not None else ""


def _base_word(mention: Mention, year: int | None) -> str:
    if mention.base == "预算":
        return mention.budget or "预算"
    if mention.base_year is not None and mention.base_year != year:
        return f"{mention.base_year}年"
    return "上年"


def _shown(one: Span) -> str:
    return shown((one.low + one.high) / 2)
