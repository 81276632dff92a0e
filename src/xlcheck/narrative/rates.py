"""What judging rates has in common: how a rate of a text is said to be wrong, and what it may be measured from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction

from xlcheck.form import Severity
from xlcheck.narrative.amounts import Span, printed_span, quotient, shown, span
from xlcheck.narrative.binding import TextBinder
from xlcheck.narrative.remarks import ERROR, NOTE, VERIFY, Speaker, name_of, number, role_name
from xlcheck.narrative.statements import Mention, Role
from xlcheck.outcome import CellRef, Remark

_RULES = {Role.SHARE: "T01-02", Role.COMPLETION: "T01-03", Role.RATE: "T01-04", Role.DEVIATION: "T01-03"}


class RateJudge:
    """Judges figures that are derived from others. ``last`` is last year's workbook, ``year`` that of the report."""

    def __init__(self, binder: TextBinder, speaker: Speaker, last: TextBinder | None, year: int | None) -> None:
        self.binder = binder
        self.speaker = speaker
        self.last = last
        self.year = year

    def place(self, mention: Mention, role: str = "subject") -> CellRef:
        """The figure of a mention."""
        return self.speaker.place(mention.figure, role, role_name(mention.role, mention.item))

    def phrase(self, mention: Mention) -> CellRef:
        """The figure with the words that say what it is: 完成年初预算的97.95%."""
        start, end = mention.phrase
        return self.speaker.passage(start, end, mention.figure.sentence, label=role_name(mention.role, mention.item))

    def clause(self, first: Mention, last: Mention) -> CellRef:
        """From the word before one figure to another figure: 增加90.09万元，增长1.94%."""
        start = word_place(first)[0] if first.word is not None else first.figure.start
        start, end = min(start, last.figure.start), max(first.figure.end, last.figure.end)
        return self.speaker.passage(start, end, last.figure.sentence, label=role_name(last.role, last.item))

    def say(
        self, mention: Mention, severity: Severity, code: str, exact: Span | None = None,
        *, at: CellRef | None = None, beside: Sequence[Mention] = (), **params: str,
    ) -> Remark:  # fmt: skip
        """A remark of a rate; ``exact`` are the rates that would be right, ``beside`` the figures that take part.

        ``at`` is what is marked, where that is more than the figure.
        """
        rule = _RULES[mention.role]
        if code.startswith("text_no_base"):
            rule = "T01-10"
        if code.startswith("text_direction"):
            rule = "T01-06"
        printed = mention.figure.printed
        digits = max(0, -int(printed.ulp.as_tuple().exponent)) if printed.value is not None and printed.ulp else 2
        should = None if exact is None else shown((exact.low + exact.high) / 2, digits)
        params = {"should": should or "", "what": name_of(mention.item), "quote": mention.figure.token.text} | params
        cells = [at or self.place(mention), *(self.place(one, "left") for one in beside)]
        return self.speaker.remark(
            rule, severity, code, cells, expected=should,
            actual=None if printed.value is None else number(printed.value),
            difference=None if should is None or printed.value is None else number(printed.value - Decimal(should)), unit="%", **params,
        )  # fmt: skip

    def no_base(self, mention: Mention, actual: Sequence[Span], base: str) -> Iterator[Remark]:
        """A rate of nothing: words say so (提示), 100 % is asked about, any other is wrong; 0 of 0 is whatever it is."""
        value = mention.figure.printed.value
        if all(s.low <= 0 <= s.high for s in actual) and (value is None or value in (0, 100)):
            return
        if value is None:
            yield self.say(mention, NOTE, "text_no_base_sign", base=base)
        elif value in {0, 100}:
            yield self.say(mention, VERIFY, "text_no_base", base=base)
        else:
            yield self.say(mention, ERROR, "text_no_base", base=base)

    def bases(self, mention: Mention) -> list[Span]:
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


def fits(part: Span, whole: Span, said: Span) -> bool:
    """Whether some exact parts give a rate that prints as said."""
    exact = quotient(part, whole)
    return exact is not None and exact.meets(said)


def off_by(said: Span, exact: Span) -> Fraction:
    """How far a printed rate is from the nearest right one, beyond its own rounding."""
    return max(exact.low - said.high, said.low - exact.high, Fraction(0))


def sign_of(mention: Mention) -> int:
    """The direction of a change: that of its word, turned by a printed minus."""
    value = mention.figure.printed.value
    return -mention.sign if value is not None and value < 0 else mention.sign


def word_of(mention: Mention) -> str:
    """The word that says the direction of a change; empty where none does."""
    return mention.word.text if mention.word is not None else ""


def base_word(mention: Mention, year: int | None) -> str:
    """What a change is measured from, in words."""
    if mention.base == "预算":
        return mention.budget or "预算"
    if mention.base_year is not None and mention.base_year != year:
        return f"{mention.base_year}年"
    return "上年"


def shown_span(one: Span) -> str:
    """The middle of an interval: the figure as printed."""
    return shown((one.low + one.high) / 2)


def word_place(change: Mention) -> tuple[int, int]:
    """The place of the word of direction in the document's text: right before its figure."""
    assert change.word is not None  # noqa: S101 - the caller has looked
    ahead = change.figure.token.start - change.word.start
    start = change.figure.start - ahead
    return start, start + len(change.word.text)
