"""Which region is which table of a form, by title: of several that could be one, the one that holds it and reads best."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from xlcheck.binding.binder import Binder, quality
from xlcheck.binding.contents import weight
from xlcheck.binding.evidence import KnownFigures
from xlcheck.binding.exact import headed_exactly
from xlcheck.binding.regions import Region
from xlcheck.binding.sets import key_in
from xlcheck.binding.titles import GENERAL_FUND, fund_of
from xlcheck.form import SetSpec

_INCOME_AS_SPENDING = 0.5  # quality against a title of 收入 for a table without: a tie goes to the other title
_GOES_ON = re.compile(r"\(?续表?\d?\)?")


@dataclass(frozen=True, slots=True)
class PlacedTable:
    """Regions of one table of the form; the first is the main one, ``more`` go on with it."""

    region: Region
    more: Sequence[Region] = ()


class Placement(NamedTuple):
    """The tables of a form that regions were put to, by key, and the indexes of those regions."""

    tables: dict[str, PlacedTable]
    used: set[int]


class Placing:
    """The regions of a workbook put to the tables of a form."""

    def __init__(
        self, regions: Sequence[Region], form: SetSpec, binder: Binder, known: Mapping[tuple[str, str], KnownFigures]
    ) -> None:
        self.regions = regions
        self.form = form
        self.binder = binder
        self.known = known

    def by_title(self) -> Placement:
        """Regions by the table that their titles name; of several the one that holds a table."""
        placement = Placement({}, set())
        for key, places in self._grouped().items():
            own = self._distinct(key, self._meant_first(key, places) or self._best_titled(key, places))
            placement.used.update(own)
            main, *more = (self.regions[i] for i in self._kept(own))
            placement.tables[key] = PlacedTable(main, more)
        return placement

    def _grouped(self) -> dict[str, list[int]]:
        """Regions (index) by the table that their titles name."""
        grouped: dict[str, list[int]] = {}
        for i, region in enumerate(self.regions):
            key = self._named_by(region)
            if key is not None:
                grouped.setdefault(key, []).append(i)
        return grouped

    def _named_by(self, region: Region) -> str | None:
        """The table that the title of a region names; None: none of the form."""
        key = key_in(self.form, region.kinds)
        return key if key is None or len(region.kinds) < 2 else self._better(region, region.kinds, key)

    def _meant_first(self, key: str, places: Sequence[int]) -> list[int]:
        """Of regions that may be a table, those whose titles mean it before anything else."""
        places = self._of_general_fund(key, places)
        kinds = {i: self.regions[i].kinds for i in places}
        own = [i for i in places if kinds[i][0] == key]
        return own or [i for i in places if key_in(self.form, kinds[i][:1]) == key]

    def _of_general_fund(self, key: str, places: Sequence[int]) -> Sequence[int]:
        """Of regions that may be a table of 一般公共预算, those that name it where others name all 财政拨款: another table."""
        if fund_of(self.form.table(key).name) != GENERAL_FUND:
            return places
        funds = {i: title.fund for i in places if (title := self.regions[i].named) is not None}
        general = [i for i in places if funds.get(i) == GENERAL_FUND]
        others = [i for i in places if funds.get(i) not in ("", None, GENERAL_FUND)]
        return [i for i in places if i not in others] if general and others else places

    def _better(self, region: Region, kinds: Sequence[str], first: str) -> str:
        """Of the tables that a title may mean, the one whose headings are there."""
        keys = list(dict.fromkeys(k for kind in kinds if (k := key_in(self.form, [kind])) is not None))
        if len(keys) < 2:
            return first
        exact = next((k for k in keys if headed_exactly(self.form.table(k), region)), None)
        if exact is not None:
            return exact
        rated = [(quality(self.binder.bind(region, self.form.table(k), self.known)), -n, k) for n, k in enumerate(keys)]
        return max(rated)[2]

    def _best_titled(self, key: str, places: list[int]) -> list[int]:
        """Of regions whose titles may mean a table, those of the title that reads best as it."""
        named: dict[str, list[int]] = {}
        for i in places:
            named.setdefault(_stem(self.regions[i]), []).append(i)
        if len(named) == 1:
            return places
        spec = self.form.table(key)
        rated = []
        for n, (text, listed) in enumerate(named.items()):
            score = quality(self.binder.bind(self.regions[listed[0]], spec, self.known))
            strange = "收入" in text and "收入" not in spec.name
            rated.append((score - _INCOME_AS_SPENDING * strange, -n, listed))
        return max(rated)[2]

    def _distinct(self, key: str, places: list[int]) -> list[int]:
        """Of regions with different titles that all may be one table, those that read best as it; the others are free."""
        if len({_stem(self.regions[i]) for i in places}) < 2:
            return places
        filled = [i for i in places if weight(self.regions[i])]
        if len(filled) < 2:
            return places
        return self._best_titled(key, filled)

    def _kept(self, places: list[int]) -> list[int]:
        """Of several regions with one title, those that hold figures and can be seen."""
        if len(places) == 1:
            return places
        filled = [i for i in places if weight(self.regions[i])]
        kept = filled or places[:1]
        return [i for i in kept if not self.regions[i].grid.hidden] or kept


def _stem(region: Region) -> str:
    """A title without the sign that it goes on."""
    title = region.named
    return _GOES_ON.sub("", title.text) if title is not None else ""


def same_title(region: Region, first: Region) -> bool:
    """Whether two regions have one title, ``region`` going on with ``first``."""
    return bool(_stem(first)) and _stem(region) == _stem(first)
