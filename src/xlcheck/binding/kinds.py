"""What kind of table a region is where no title says it, or where headings contradict the title: by its content.

Shapes that several tables share (05, 07, 08) need the support of figures in other tables: a table without a name is
not made into the one that happens to be left (open world).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import product
from typing import NamedTuple

from xlcheck.binding.binder import Binder, quality
from xlcheck.binding.byshape import BY_SHAPE
from xlcheck.binding.codes import Lead, code_groups
from xlcheck.binding.evidence import Expectation, Expected, Store, close
from xlcheck.binding.reading import Reading, SectionRead
from xlcheck.binding.regions import Region
from xlcheck.binding.slots import DOUBTFUL
from xlcheck.form import TOTAL, SetSpec

_WITHOUT_CODES = ("收支总表", "财拨总表", "三公表", "信息表")
_FUNCTIONAL = ("收入表", "支出表", "基金表")
_ECONOMIC = ("基本支出表",)
_SHARED = ("一般公共支出表", "基金表", "国资表")
_OTHER_CUTS = ("项目", "明细", "经济分类", "分单位", "专户", "购买", "采购")  # of the accounts: no table of ours
_FEWEST_LINES = 2  # a header and a row
_AHEAD = 1.0  # of the next best reading, in units of binder.quality()
_LEAST_QUALITY = 2.0  # of a table that only its number names


def guessed(
    region: Region, binder: Binder, form: SetSpec, taken: Collection[str], store: Store, number: str = ""
) -> Reading | None:
    """A region whose title says no table read as the one that its headings and labels are of; None: none we know.

    ``number`` is what it prints as its own: evidence for a table that is missing, where its shape fits.
    """
    frame = region.frame(binder.words)
    if len(frame.lines) < _FEWEST_LINES:
        return None
    guess = _Guess(region, binder, form, taken, store)
    rated = guess.rated(_candidates(code_groups(frame)))
    if rated:
        alone = len(rated) == 1 or rated[0].quality - rated[1].quality > _AHEAD
        return rated[0].reading if alone else None
    if _other_cut(region):
        return None
    return guess.by_figures() or guess.by_number(number)


def _candidates(groups: Sequence[Lead]) -> tuple[str, ...]:
    """The tables that a region may be by the codes that it holds."""
    if not groups:
        return _WITHOUT_CODES
    codes = [code for group in groups for code in group.codes.values()]
    return _ECONOMIC if sum(code[0] == "3" for code in codes) * 2 > len(codes) else _FUNCTIONAL


def _other_cut(region: Region) -> bool:
    """Whether a title speaks of a cut of the accounts that no table of ours is (projects, objects, units)."""
    text = region.title.text if region.title is not None else ""
    return any(word in text for word in _OTHER_CUTS)


class _Rated(NamedTuple):
    quality: float
    key: str
    reading: Reading


class _Guess(NamedTuple):
    """A region without a title, and the tables of the form that no other region is (not in ``taken``)."""

    region: Region
    binder: Binder
    form: SetSpec
    taken: Collection[str]
    store: Store

    def _readings(self, keys: Sequence[str]) -> Iterator[tuple[str, Reading]]:
        """The region read as each of the tables ``keys`` that are free."""
        known = {t.key for t in self.form.tables}
        for key in keys:
            if key in known and key not in self.taken:
                yield key, self.binder.bind(self.region, self.form.table(key), self.store)

    def rated(self, keys: Sequence[str]) -> list[_Rated]:
        """Its readings as tables that headings and labels alone make it, best first."""
        rated = [_Rated(quality(reading), key, reading) for key, reading in self._readings(keys) if _specific(reading)]
        return sorted(rated, key=lambda r: (-r.quality, r.key))

    def by_figures(self) -> Reading | None:
        """The table whose figures other tables repeat: two matches at least, misses no more than a quarter."""
        fitting = []
        for _, reading in self._readings(_SHARED):
            good, bad = matches(reading, self.binder, self.store)
            if good >= 2 and bad * 4 <= good + bad:
                fitting.append(reading)
        return fitting[0] if len(fitting) == 1 else None

    def by_number(self, number: str) -> Reading | None:
        """The missing table whose number a region prints, where the region has its shape and nothing contradicts it."""
        spec = next((t for t in self.form.tables if number and t.number == number), None)
        if spec is None or spec.key in self.taken:
            return None
        reading = self.binder.bind(self.region, spec, self.store)
        good, bad = matches(reading, self.binder, self.store)
        return reading if quality(reading) >= _LEAST_QUALITY and bad <= good else None


def _specific(reading: Reading) -> bool:
    """Whether headings and labels alone make a region this table."""
    sections = list(reading.sections.values())
    if not sections or any(s.lost for s in sections):
        return False
    return BY_SHAPE[reading.spec.sections[0].shape.name].specific(reading)


class Matches(NamedTuple):
    """How many figures other tables repeat, and how many they contradict."""

    good: int
    bad: int


def matches(reading: Reading, binder: Binder, store: Store) -> Matches:
    """How many figures of a reading other tables repeat, and how many they contradict; zeros don't count."""
    good = bad = 0
    for key, section in reading.sections.items():
        rows = [row.code or row.key for row in section.rows if row.at is not None]
        place = (reading.spec.key, key)
        expected = binder.evidence.expected(place, [*rows, TOTAL], section.spec.column_keys, store)
        for fits in _compared(reading, section, expected):
            good += fits
            bad += not fits
    return Matches(good, bad)


def _compared(reading: Reading, section: SectionRead, expected: Expected) -> Iterator[bool]:
    """For each figure that other tables speak of, whether it is what they say."""
    for (i, row), column in product(enumerate(section.rows), section.spec.column_keys):
        spot = section.spot(i, column)
        if spot is not None and section.grade(i, column) != DOUBTFUL:
            figure = reading.frame.figure(*spot) or 0
            yield from _fits(figure, expected.get((row.code or row.key, column), ()))


def _fits(figure: int, told: Iterable[Expectation]) -> Iterator[bool]:
    """Whether a figure is what others say of it, one by one; 0 repeats nothing."""
    for value, sure in told:
        if figure and close(figure, value):
            yield True
        elif sure and (figure or value):
            yield False
