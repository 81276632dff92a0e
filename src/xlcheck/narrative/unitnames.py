"""Names of units in a text: the one on its cover, those by which the unit calls itself, those of other units."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from xlcheck.labels import plain
from xlcheck.narrative.prose import TextLine

COVER_LINES = 6
# What ends the name of a unit.
ENDING = (
    r"(?:局|委员会|委|办公室|办事处|办|厅|法院|检察院|医院|卫生院|学院|研究院|院|大学|中学|小学|学校|幼儿园|所|中心|站|队|馆|联合会|工会|协会|学会|党校|处|社|"
    r"人民政府|政府|部|集团|公司)"
)
_TITLE = re.compile(
    r"^(?:第[一二三四五六七八九十]+部分)?(?!第[一二三四五六七八九十]+部分)([^，。；：、,;:]{4,40}?)(\d{4})年度?(?:部门|单位)?决算"
)
_YEAR_FIRST = re.compile(
    r"^(\d{4})年度?([^，。；：、,;:\d]{2,38}?" + ENDING + r")(?:\(本级\)|（本级）|本级)?(?:部门|单位)?决算"
)
_ALONE = re.compile(
    r"^([^，。；：、,;:\d]{2,38}" + ENDING + r")(?:\(本级\)|（本级）|本级)?(?:(?:部门|单位)?决算.{0,12})?$"
)
_YEAR_ALONE = re.compile(r"^(\d{4})年度?$")
_RUNNING = re.compile(r"看|包括|纳入|列入|编制范围")  # words of a sentence, not of a title
_LONGEST = 60
_PLACE = re.compile(r"^[^省市县区州旗盟]{1,10}?(?:省|自治区|特别行政区|自治州|自治县|自治旗|市|州|县|区|旗|盟)(?=.{3})")
_SHORTEST = 3
_HALF, _MOST = 0.5, 0.6
_END = re.compile(ENDING + "$")
_OWNER = re.compile(
    r"(?:\d{4}年度?，?|(?:截至|截止)[^，]{4,12}，)?([^，。；：、\d]{3,30}" + ENDING + r")(?:本级|机关)?$"
)


class TitledUnit(NamedTuple):
    """A unit as a title has it: its name, the year (None: none beside it), both with their places in the bare line."""

    name: str
    span: tuple[int, int]
    year: str = ""
    year_span: tuple[int, int] = (0, 0)


def titled_unit(bare: str) -> TitledUnit | None:
    """The unit that a line without spaces names as that of the report; None where it is no such title."""
    if len(bare) > _LONGEST or bare.endswith("。"):
        return None
    for pattern, name, year in ((_TITLE, 1, 2), (_YEAR_FIRST, 2, 1)):
        mark = pattern.match(bare)
        if mark is not None and not _RUNNING.search(mark[name]):
            return TitledUnit(mark[name], mark.span(name), mark[year], mark.span(year))
    return None


def cover_unit(lines: Sequence[TextLine]) -> str:
    """The unit that stands on the cover of a text, as printed without spaces; empty where none does."""
    return next((found.name for _, found in cover_titles(lines)), "")


def cover_titles(lines: Sequence[TextLine]) -> Iterator[tuple[TextLine, TitledUnit]]:
    """The titles among the first lines, in which a unit is named; also where it stands in a line of its own below the year."""
    first = [line for line in lines if line.text.strip()][:COVER_LINES]
    year = False
    for line in first:
        bare = bare_line(line)[0]
        found = titled_unit(bare)
        alone = _ALONE.match(bare) if year and found is None else None
        if alone is not None and not _RUNNING.search(bare):
            found = TitledUnit(alone[1], alone.span(1))
        if found is not None:
            yield line, found
        year = year or _YEAR_ALONE.match(bare) is not None


def bare_line(line: TextLine) -> tuple[str, list[int]]:
    """A line without spaces, and the place of each character in it."""
    kept = [(c, i) for i, c in enumerate(line.text) if not c.isspace()]
    return "".join(c for c, _ in kept), [i for _, i in kept]


def same_unit(printed: str, unit: str) -> bool:
    """Whether two names may be of one unit: one within the other, or the same but for short forms (卫健局, 卫生健康局)."""
    one, other = plain(printed), plain(unit)
    if one in other or other in one:
        return True
    (place, core), (other_place, other_core) = _parted(one), _parted(other)
    if not _alike(core, other_core, _HALF):
        return False
    return not _apart(place, other_place)


def elsewhere(printed: str, unit: str) -> bool:
    """Whether the place that a name begins with is another one than the unit's."""
    return _apart(_parted(plain(printed))[0], _parted(plain(unit))[0])


def _apart(place: str, other: str) -> bool:
    if not place or not other or place in other or other in place:
        return False
    return not _alike(place, other, _MOST)


def _parted(name: str) -> tuple[str, str]:
    """A name as the last of the places before it, and what the unit is without the word that ends it."""
    names = own_names(name)
    core = names[-1] if names else name
    before = names[-2][: len(names[-2]) - len(core)] if len(names) > 1 else ""
    return before, _END.sub("", core) or core


def _alike(one: str, other: str, part: float) -> bool:
    common = len(set(one) & set(other))
    return common >= part * min(len(set(one)), len(set(other)))


def owner_before(text: str) -> tuple[str, int] | None:
    """The unit in front of what a sentence says of it (2023年度，某县某局|机关运行经费…), and where it begins."""
    mark = _OWNER.match(text)
    return None if mark is None else (mark[1], mark.start(1))


def own_names(unit: str) -> list[str]:
    """What a unit calls itself: its name, and that without the places before it."""
    name = plain(unit)
    found = []
    while len(name) >= _SHORTEST:
        found.append(name)
        mark = _PLACE.match(name)
        if mark is None:
            break
        name = name[mark.end() :]
    return found
