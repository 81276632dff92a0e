"""What one text above a table says by itself: whose it is, of which year, in which unit of money, its number."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from xlcheck.labels import simplified
from xlcheck.reading.headnames import GAP, LABELLED, currency_of, is_label, leads_to_others, unit_name, unit_of
from xlcheck.reading.headyears import closed_date, is_date_label, spread_year, year_of
from xlcheck.reading.tablenumbers import TableNumber, table_number

_INVISIBLE = re.compile("[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
_HALF = {
    **{0xFF01 + i: 0x21 + i for i in range(0x5E)},
    0xFFE5: 0xA5,
    0xA0: 0x20,
    0x2002: 0x20,
    0x2003: 0x20,
    0x202F: 0x20,
    **dict.fromkeys((0x2236, 0xFE13, 0xFE30, 0xFE55, 0xA789), 0x3A),  # what looks like a colon
}


class HeadText(NamedTuple):
    """What one text says by itself.

    ``year`` and ``currency`` are empty where the text only leads to what stands in the next cell; None: nothing.
    ``units`` are the names behind labels of the unit's own; ``leads``: one of these labels has its name in the next cell,
    ``firmly`` where a colon says so.
    ``firm`` says how firmly the year is said, as in :class:`YearText`; ``alone``: the cell holds nothing but the year.
    """

    units: tuple[str, ...] = ()
    leads: bool = False
    firmly: bool = False
    year: str | None = None
    firm: int = 0
    alone: bool = False
    bad_year: bool = False
    currency: str | None = None
    number: TableNumber | None = None


NOTHING = HeadText()
_FULL = 2  # how firmly 年度 says a year


def plain(text: str) -> str:
    """``text`` simplified and without invisible characters."""
    return simplified(_INVISIBLE.sub("", text))


def normal(text: str) -> str:
    """The same in half-width characters, one for each."""
    return plain(text).translate(_HALF)


@lru_cache(maxsize=2048)
def read_text(text: str) -> HeadText:
    """What a text says; :data:`NOTHING` itself where that is nothing."""
    printed = closed_date(plain(text))
    half_width = printed.translate(_HALF)
    if span := spread_year(half_width):  # 2 0 2 3 年度: one year, however wide its spaces
        printed, half_width = _closed(printed, *span), _closed(half_width, *span)
    spans = list(_pieces(half_width))
    pieces = [_piece(half_width[start:end], printed[start:end], alone=len(spans) == 1) for start, end in spans]
    whole = NOTHING
    for at, (start, end) in enumerate(spans):
        piece = pieces[at]
        if at:
            before = _Before(pieces[at - 1], half_width[slice(*spans[at - 1])], half_width[:start])
            piece = before.leaves(piece, half_width[start:end], printed[start:end])
        whole = _joined(whole, piece)
    return whole


class _Before(NamedTuple):
    """What stands before a piece of a text: what the piece before it says, that piece, and all texts before."""

    says: HeadText
    text: str
    all: str

    def leaves(self, piece: HeadText, text: str, printed: str) -> HeadText:
        """What a piece says here: behind a label its name, behind that of a date no year, behind 主管 no unit of its own."""
        if is_date_label(self.text):
            piece = without_loose_year(piece)
        if leads_to_others(self.all):
            piece = without_units(piece)
        value = own_value(text, printed, piece) if self.says.leads else ""
        return HeadText(units=(value,), firmly=True) if value else piece


def without_loose_year(says: HeadText) -> HeadText:
    """What a text says that stands behind the label of a date, or before a month: a year in it is no year of accounts."""
    return says if says.firm == _FULL else says._replace(year=None, firm=0, alone=False, bad_year=False)


def without_units(says: HeadText) -> HeadText:
    """What a text says that stands behind 主管 and the like: its label is none of the unit's own."""
    return says._replace(units=(), leads=False, firmly=False)


def own_value(text: str, printed: str, says: HeadText) -> str:
    """A text as the name behind a label that stands before it; empty where it speaks for itself, or is no name."""
    name = unit_name(text, printed)
    alone = name and not is_label(name) and says._replace(bad_year=False) == NOTHING
    return name if alone else ""


def _closed(text: str, start: int, end: int) -> str:
    return text[:start] + "".join(text[start:end].split()) + text[end:]


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    """Where the pieces of a text lie that large gaps divide, or where another label begins."""
    start = 0
    gaps = sorted(m.span() for pattern in (GAP, LABELLED) for m in pattern.finditer(text))
    for end, then in [*gaps, (len(text), len(text))]:
        if end > start and (piece := text[start:end].strip()):
            first = text.index(piece, start)
            yield first, first + len(piece)
        start = max(start, then)


def _joined(first: HeadText, then: HeadText) -> HeadText:
    """What two pieces of a text say: the first that says a thing counts."""
    if NOTHING in (first, then):
        return first if then == NOTHING else then
    year = _with_firmer_year(first, then)
    return HeadText(
        (*first.units, *then.units),
        then.leads or (first.leads and not then.units),
        first.firmly or then.firmly,
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
    leads = unit == "" and not currency  # 单位：万元 is no label of a unit's name
    alone = alone and year.whole and bool(year.value)
    units = (unit,) if unit else ()
    firmly = is_label(text) and unit is not None
    return HeadText(units, leads, firmly, year.value, year.firm, alone, year.bad, currency, table_number(text))
