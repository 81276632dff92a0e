"""What an amount is said to be made of where no list is complete for sure: 国内公务接待 and the rest, funds in brackets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import combinations

from xlcheck.narrative.amounts import Span, printed_span
from xlcheck.narrative.binding import TextBinder
from xlcheck.narrative.remarks import ERROR, Speaker, name_of, number, role_name
from xlcheck.narrative.statements import FigureStanding, Item, Mention, Role, TextReading
from xlcheck.narrative.tokens import AMOUNT
from xlcheck.outcome import Remark

_FUNDS = ("一般公共", "政府性基金", "国有资本经营")


class PieceJudge:
    """Judges amounts against their pieces."""

    def __init__(self, binder: TextBinder, speaker: Speaker) -> None:
        self.binder = binder
        self.speaker = speaker

    def remarks(self, reading: TextReading) -> Iterator[Remark]:
        """What can't be made of its pieces, in printed order of the totals."""
        for names in _declared(reading):
            for found in _told(reading, names):
                yield from self._pieces(names, found)
        yield from self._by_fund(reading)

    # --- declared pieces ---

    def _pieces(self, names: Sequence[str], found: dict[str, Mention]) -> Iterator[Remark]:
        """The first is the second, or that with some of the rest; none of them is more than the first."""
        total, parts = found[names[0]], [found[n] for n in names[1:] if n in found]
        if not parts or self.binder.is_blamed(total, *parts):
            return
        whole = printed_span(total.figure.printed)
        larger = [part for part in parts if printed_span(part.figure.printed).low > whole.high]
        main = found.get(names[1])
        if larger:
            yield self._differ(total, larger[:1])
        elif main is not None and len(parts) > 1 and not self._can_be(whole, main, parts):
            yield self._differ(total, parts)

    @staticmethod
    def _can_be(whole: Span, main: Mention, parts: Sequence[Mention]) -> bool:
        rest = [part for part in parts if part is not main]
        chosen = (some for count in range(len(rest) + 1) for some in combinations(rest, count))
        return any(_sum((main, *some)).meets(whole) for some in chosen)

    # --- funds in brackets ---

    def _by_fund(self, reading: TextReading) -> Iterator[Remark]:
        """决算3.66万元（其中：一般公共预算4.29万元；政府性基金0万元；…）."""
        unread = [
            f.start for f in reading.figures if f.standing is FigureStanding.CANNOT_SAY and f.printed.kind == AMOUNT
        ]
        lists: dict[int, list[Mention]] = {}
        for item in reading.items:
            said = item.actual()
            if item.within is not None and said is not None and said.figure.printed.value is not None:
                lists.setdefault(id(item.within), []).append(said)
        for parts in lists.values():
            total = parts[0].item.within
            if total is None or total.role not in (Role.ACTUAL, Role.BUDGET) or not _are_funds([p.item for p in parts]):
                continue
            if total.figure.printed.value is None or self.binder.is_blamed(total, *parts):
                continue
            whole, added = printed_span(total.figure.printed), _sum(parts)
            sure = len(parts) == len(_FUNDS) and not any(
                total.figure.start < at < parts[-1].figure.end for at in unread
            )
            if added.low > whole.high or (sure and not added.meets(whole)):
                yield self._differ(total, parts)

    def _differ(self, total: Mention, parts: Sequence[Mention]) -> Remark:
        """The total where nobody knows better; the only piece where the total is what its cell prints."""
        told = [part for part in parts if part.figure.printed.value]
        if len(told) == 1 and self.binder.is_as_printed(total):
            return self._wrong_piece(total, told[0])
        should = sum((p.figure.printed.value or Decimal(0) for p in parts), Decimal(0))
        said = total.figure.printed.value or Decimal(0)
        self.binder.blame(total, *parts)
        cells = [self.speaker.place(total.figure, label=role_name(total.role, total.item))]
        cells += [self.speaker.place(p.figure, "part", role_name(p.role, p.item)) for p in parts]
        return self.speaker.remark(
            "T01-07", ERROR, "text_sum", cells, expected=number(should), actual=number(said), difference=number(said - should),
            unit="万元", what=role_name(total.role, total.item), quote=total.figure.token.text,
            parts="、".join(name_of(p.item) for p in parts), printed=number(should), off=number(abs(said - should)), measure="万元",
        )  # fmt: skip

    def _wrong_piece(self, total: Mention, part: Mention) -> Remark:
        right, said = total.figure.printed.value or Decimal(0), part.figure.printed.value or Decimal(0)
        self.binder.blame(part)
        cells = [
            self.speaker.place(part.figure, label=role_name(part.role, part.item)),
            self.speaker.place(total.figure, "left", role_name(total.role, total.item)),
        ]
        return self.speaker.remark(
            "T01-07", ERROR, "text_piece", cells, expected=number(right), actual=number(said), difference=number(said - right),
            unit="万元", what=name_of(part.item), quote=part.figure.token.text, whole=name_of(total.item), printed=number(right),
            word="多于" if said > right else "少于",
        )  # fmt: skip


def _declared(reading: TextReading) -> Iterator[tuple[str, ...]]:
    sections = {item.section.key: item.section for item in reading.items if item.section is not None}
    return (names for section in sections.values() for names in section.pieces)


def _told(reading: TextReading, names: Sequence[str]) -> Iterator[dict[str, Mention]]:
    """Each time that the total is said, its amount and those of its pieces up to the next time, in one passage."""
    found: dict[str, Mention] = {}
    for item in reading.items:
        name = item.subject.name if item.subject is not None and not item.qualified else ""
        for mention in item.of(Role.ACTUAL):
            if mention.figure.printed.value is None or name not in names:
                continue
            if name == names[0]:
                if found:
                    yield found
                found = {name: mention}
            elif found and found[names[0]].item.passage == item.passage:
                _keep_larger(found, name, mention)
    if found:
        yield found


def _keep_larger(found: dict[str, Mention], name: str, mention: Mention) -> None:
    """Of a piece that is said twice (…15批次，共计支出0.84万元) the larger one: no piece is more than the whole."""
    known = found.setdefault(name, mention)
    if (mention.figure.printed.value or 0) > (known.figure.printed.value or 0):
        found[name] = mention


def _sum(parts: Sequence[Mention]) -> Span:
    added = Span(Fraction(0), Fraction(0))
    for part in parts:
        added = added.plus(printed_span(part.figure.printed))
    return added


def _are_funds(items: Sequence[Item]) -> bool:
    """Whether items are of different funds, general ones among them."""
    funds = [next((fund for fund in _FUNDS if fund in item.label), "") for item in items]
    return len(items) > 1 and all(funds) and len(set(funds)) == len(funds) and _FUNDS[0] in funds
