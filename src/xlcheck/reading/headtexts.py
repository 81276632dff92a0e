"""What one text above a table says by itself: whose it is, of which year, in which unit of money, its number."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from xlcheck.labels import simplified
from xlcheck.reading.headnames import GAP, currency_of, unit_of
from xlcheck.reading.headyears import spread_year, year_of
from xlcheck.reading.tablenumbers import TableNumber, table_number

_INVISIBLE = re.compile("[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
_HALF = {
    **{0xFF01 + i: 0x21 + i for i in range(0x5E)},
    0xFFE5: 0xA5,
    0xA0: 0x20,
    0x2002: 0x20,
    0x2003: 0x20,
    0x202F: 0x20,
}


class HeadText(NamedTuple):
    """What one text says by itself.

    ``unit`` and the like are empty where the text only leads to what stands in the next cell; None: nothing.
    ``firm`` says how firmly the year is said, as in :class:`YearText`; ``alone``: the cell holds nothing but the year.
    """

    unit: str | None = None
    year: str | None = None
    firm: int = 0
    alone: bool = False
    bad_year: bool = False
    currency: str | None = None
    number: TableNumber | None = None


NOTHING = HeadText()


def plain(text: str) -> str:
    """``text`` simplified and without invisible characters."""
    return simplified(_INVISIBLE.sub("", text))


def normal(text: str) -> str:
    """The same in half-width characters, one for each."""
    return plain(text).translate(_HALF)


@lru_cache(maxsize=2048)
def read_text(text: str) -> HeadText:
    """What a text says; :data:`NOTHING` itself where that is nothing."""
    printed = plain(text)
    half_width = printed.translate(_HALF)
    if span := spread_year(half_width):  # 2 0 2 3 年度: one year, however wide its spaces
        printed, half_width = _closed(printed, *span), _closed(half_width, *span)
    spans = list(_pieces(half_width))
    whole = NOTHING
    for start, end in spans:
        whole = _joined(whole, _piece(half_width[start:end], printed[start:end], alone=len(spans) == 1))
    return whole


def _closed(text: str, start: int, end: int) -> str:
    return text[:start] + "".join(text[start:end].split()) + text[end:]


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    """Where the pieces of a text lie that large gaps divide."""
    start = 0
    for gap in [*GAP.finditer(text), None]:
        end = gap.start() if gap else len(text)
        if piece := text[start:end].strip():
            first = text.index(piece, start)
            yield first, first + len(piece)
        start = gap.end() if gap else end


def _joined(first: HeadText, then: HeadText) -> HeadText:
    """What two pieces of a text say: the first that says a thing counts."""
    if NOTHING in (first, then):
        return first if then == NOTHING else then
    year = _with_firmer_year(first, then)
    return HeadText(
        _first_said((first.unit, then.unit)),
        year.year,
        year.firm,
        alone=False,
        bad_year=first.bad_year or then.bad_year,
        currency=_first_said((first.currency, then.currency)),
        number=min([n for n in (first.number, then.number) if n], default=None),
    )


def _with_firmer_year(first: HeadText, then: HeadText) -> HeadText:
    """The piece whose year counts: the firmer one, of equals the first."""
    keeps = first.year is not None and (then.year is None or first.firm >= then.firm)
    return first if keeps else then


def _first_said(texts: Iterable[str | None]) -> str | None:
    """The first text that is not empty; else an empty one, if there is any."""
    return max((t for t in texts if t is not None), key=bool, default=None)


def _piece(text: str, printed: str, *, alone: bool) -> HeadText:
    """What a text without large gaps in it says; ``alone``: it is all that its cell holds. ``printed``: in its own width."""
    year = year_of(text)
    currency = currency_of(text)
    unit = unit_of(text, printed)
    if currency and not unit:
        unit = None  # 单位：万元 is no label of a unit's name
    alone = alone and year.whole and bool(year.value)
    return HeadText(unit, year.value, year.firm, alone, year.bad, currency, table_number(text))
