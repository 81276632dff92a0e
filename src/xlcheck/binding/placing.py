"""Which region is which table of a form, by title: of several that could be one, the one that holds it and reads best."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from xlcheck.binding.binder import Binder, quality
from xlcheck.binding.contents import weight
from xlcheck.binding.evidence import KnownFigures
from xlcheck.binding.exact import headed_exactly
from xlcheck.binding.regions import Region
from xlcheck.binding.sets import key_in
from xlcheck.form import SetSpec


@dataclass(slots=True)
class Found:
    """Regions of one table of the form; the first is the main one, ``more`` go on with it."""

    region: Region
    more: list[Region] = field(default_factory=list)


class Placing:
    """The regions of a workbook put to the tables of a form."""

    def __init__(
        self, regions: Sequence[Region], form: SetSpec, binder: Binder, known: Mapping[tuple[str, str], KnownFigures]
    ) -> None:
        self.regions = regions
        self.form = form
        self.binder = binder
        self.known = known

    def by_title(self) -> tuple[dict[str, Found], set[int]]:
        """Regions by the table that their titles name; of several the one that holds a table."""
        grouped: dict[str, list[int]] = {}
        for i, region in enumerate(self.regions):
            kinds = region.kinds
            key = key_in(self.form, kinds) if kinds else None
            if key is not None and len(kinds) > 1:
                key = self._better(region, kinds, key)
            if key is not None:
                grouped.setdefault(key, []).append(i)
        found: dict[str, Found] = {}
        used: set[int] = set()
        for key, places in grouped.items():
            own = [i for i in places if self.regions[i].kinds[0] == key] or [
                i for i in places if key_in(self.form, self.regions[i].kinds[:1]) == key
            ]
            if not own:
                own = self._best_titled(key, places)
            own = self._distinct(key, own)
            kept = self._kept(own)
            used.update(own)
            found[key] = Found(self.regions[kept[0]], [self.regions[i] for i in kept[1:]])
        return found, used

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
            rated.append((score - 0.5 * ("收入" in text and "收入" not in spec.name), -n, listed))
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
        visible = [i for i in kept if not self.regions[i].grid.hidden]
        return visible or kept


def _stem(region: Region) -> str:
    """A title without the sign that it goes on."""
    title = region.named
    return re.sub(r"\(?续表?\d?\)?", "", title.text) if title is not None else ""


def same_title(one: Region, other: Region) -> bool:
    """Whether two regions have one title, the first going on with the second."""
    return bool(_stem(other)) and _stem(one) == _stem(other)
