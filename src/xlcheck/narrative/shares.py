"""Shares: a part of a whole, named or opened by 其中."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction

from xlcheck.narrative.amounts import Span, printed_span, quotient
from xlcheck.narrative.rates import RateJudge, fits, off_by, shown_span
from xlcheck.narrative.remarks import ERROR, NOTE, VERIFY, name_of
from xlcheck.narrative.statements import Item, Mention, Role, TextReading
from xlcheck.outcome import Remark

_FORCED = 3  # last digits by which a share may be bent so that all add up to 100


class ShareJudge(RateJudge):
    """Judges shares."""

    def remarks(self, reading: TextReading) -> Iterator[Remark]:
        """Shares that do not fit, in printed order."""
        totals = _totals(reading)
        self._settle_wholes(reading, totals)
        for item in reading.items:
            for mention in item.of(Role.SHARE):
                yield from self._share(mention, totals)

    def _settle_wholes(self, reading: TextReading, totals: Sequence[Item]) -> None:
        """A list whose whole is not named is of the total that most of its shares fit; the odd one then is wrong."""
        lists: dict[tuple[int, int], list[Mention]] = {}
        for item in reading.items:
            for mention in item.of(Role.SHARE):
                if not mention.whole_said and mention.figure.printed.value:
                    self._take_own_total(mention, totals)
                    lists.setdefault((item.passage, id(mention.whole)), []).append(mention)
        for mentions in lists.values():
            if len(mentions) > 1 and not self._settle(mentions, totals):
                self._keep_own_total(mentions)

    @staticmethod
    def _take_own_total(mention: Mention, totals: Sequence[Item]) -> None:
        """科目 of a list below no total (it stands under another heading) are parts of the total of their section."""
        item, whole = mention.item, mention.whole
        if item.codes and (whole is None or whole is item or whole.codes or whole.actual() is None):
            own = (t for t in totals if _is_total(t) and t.section == item.section)
            mention.whole = next(own, whole)

    def _keep_own_total(self, mentions: Sequence[Mention]) -> None:
        """A short list: where one share fits the total of the section, the other is of that too."""
        whole = mentions[0].whole
        if whole is not None and _is_total(whole) and any(self._is_of(mention, whole) for mention in mentions):
            for mention in mentions:
                mention.whole_said = True

    def _settle(self, mentions: Sequence[Mention], totals: Sequence[Item]) -> bool:
        """Whether most of a list's shares fit one whole: it is that of them all."""
        for whole in (mentions[0].whole, *totals):
            fitting = sum(self._is_of(mention, whole) for mention in mentions)
            if fitting > 1 and 2 * fitting > len(mentions):  # one that fits may be chance
                for mention in mentions:
                    mention.whole, mention.whole_said = whole, True
                return True
        return False

    def _is_of(self, mention: Mention, whole: Item | None) -> bool:
        if whole is None or whole is mention.item:
            return False
        said = printed_span(mention.figure.printed)
        return any(fits(p, w, said) for p in self._parts(mention) for w in self.binder.actual_spans(whole))

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
        if any(fits(p, w, said) for p in parts for _, w in wholes):
            return
        if not mention.whole_said and self._other_whole(mention, parts, said, totals):
            return
        if all(w.low <= 0 <= w.high for _, w in wholes):
            if printed.value != 0:
                yield self.say(mention, VERIFY, "text_share_of_nothing", whole=name_of(whole))
            return
        exact = quotient(parts[0], wholes[0][1])
        if exact is None:
            return
        off = off_by(said, exact)
        if self._forced(mention, off):
            yield self.say(mention, NOTE, "text_share_forced", exact, whole=name_of(whole))
            return
        severity = VERIFY if off <= Fraction(printed.ulp) or (not mention.whole_said and not whole.known) else ERROR
        yield self.say(
            mention,
            severity,
            "text_share",
            exact,
            whole=name_of(whole),
            left=shown_span(parts[0]),
            right=shown_span(wholes[0][1]),
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
            if any(fits(p, w, said) for p in parts for w in self.binder.actual_spans(item)):
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


def _totals(reading: TextReading) -> list[Item]:
    """What shares may be of where nothing is named: what 其中 opened, and the totals of sections."""
    found = [i for i in reading.items if i.parts or (i.subject is not None and i.section is not None and _is_total(i))]
    return [i for i in found if i.actual() is not None]


def _is_total(item: Item) -> bool:
    first = next(iter(item.section.subjects.values()), None) if item.section is not None else None
    return first is not None and item.subject is not None and first.name == item.subject.name
