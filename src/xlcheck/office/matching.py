"""Which unit of the roster a workbook is of: by what its sheets say, then by its file's name, then by who sent it.

Nothing is guessed: several that fit, or none, is an answer too, with the candidates.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import SequenceMatcher
from functools import lru_cache
from typing import NamedTuple

from xlcheck.labels import plain
from xlcheck.model import PrintedNames
from xlcheck.office.drafts import name_key, named_file, printed_unit
from xlcheck.office.roster import Roster, Unit

_CODE = re.compile(r"[0-9A-Za-z]+(?:[-_.][0-9A-Za-z]+)*")
_COPY = re.compile(r"(?:[-_]?副本)?\(\d{1,3}\)$")  # Outlook and browsers number files of one name: 决算 (002).xlsx
_YEAR = re.compile(r"20[0-4]\d(?:0[1-9]|1[0-2])?(?:[0-3]\d)?")  # 2025, 202508, 20250820: when, not who
_PLACES = tuple("省市县区州盟旗乡镇")
_ALIKE = 0.6
_MOST = 5
_SHORTEST_CODE = 3


class Match(NamedTuple):
    """The unit (None: unknown), how it was found, and who else it might be.

    ``unlisted``: the sheets name a unit, and the roster has none of that name.
    """

    unit: Unit | None
    how: str
    candidates: tuple[Unit, ...] = ()
    unlisted: bool = False


def match(roster: Roster, said: PrintedNames | str, name: str, sender: str = "") -> Match:
    """The unit of a workbook: ``said`` is what its sheets print as the unit, ``name`` its path as it came in.

    What the sheets say has the first word. A file name can only speak where they are silent: a workbook that names a
    unit outside the roster is nobody's, whatever the file is called. Nor is one anybody's whose head names two. Where there
    is no roster yet, everybody is who they say they are: nothing is mailed to them.
    """
    names = PrintedNames(said) if isinstance(said, str) else said
    if not roster:
        return _by_itself(names, name)
    if plain(names.name) or names.others:
        return _by_names(roster, names)
    parts = [p for p in re.split(r"[/\\]", name) if p]
    senders = roster.of_address(sender) if sender else []
    return _by_name(roster, parts, senders, sender) or _by_sender(senders) or _nobody(roster, parts)


def _by_itself(names: PrintedNames, name: str) -> Match:
    """Without a roster: by the name that the sheets print, else by that of the file."""
    if names.beside:
        return Match(None, _several(names))
    unit = printed_unit(names.name)
    if unit is not None:
        return Match(unit, "表内名称")
    unit = named_file(name)
    return Match(unit, "文件名" if unit else "还没有名册，表内没有单位名称，文件名里也看不出")


def _by_sender(senders: list[Unit]) -> Match | None:
    """By the address that it came from."""
    return _one(senders, "发件人") if senders else None


def _nobody(roster: Roster, parts: list[str]) -> Match:
    """None, and units whose names are like that of the file."""
    return Match(None, "表内没有单位名称，文件名里也认不出", _near(roster, parts[-1] if parts else ""))


def _by_names(roster: Roster, names: PrintedNames) -> Match:
    """By the name that is printed, if nothing printed besides is another unit's."""
    found = _by_sheets(roster, names.name)
    beside = [_by_sheets(roster, other) for other in names.beside]
    elsewhere = [_by_sheets(roster, other) for other in names.elsewhere]
    wrong = [one for one in beside if one.unit is None or one.unit != found.unit]
    wrong += [one for one in elsewhere if one.unit is not None and one.unit != found.unit]
    if not wrong:
        return found
    candidates = dict.fromkeys(u for one in (found, *beside, *elsewhere) for u in (one.unit, *one.candidates) if u)
    return Match(None, _several(names), tuple(candidates)[:_MOST])


def _several(names: PrintedNames) -> str:
    printed = "、".join(f"“{name.strip()}”" for name in (names.name, *names.others))
    return f"表内写了不止一个单位（{printed}），分不清是哪个单位的"


def _by_sheets(roster: Roster, said: str) -> Match:
    found = _named(roster, said) or _coded(roster, said)
    if found:
        return _one(found, "表内名称")
    return Match(None, f"表内写的单位“{said.strip()}”不在名册里", _near(roster, said), unlisted=True)


def _by_name(roster: Roster, parts: list[str], senders: list[Unit], sender: str) -> Match | None:
    """By the innermost part of a path that names a unit; none where the one it names is not who sent it."""
    found = next(filter(None, (_in_name(roster, part) for part in reversed(parts))), None)
    if found is None:
        return None
    if len(found) == 1 and senders and not _may_send(found[0], senders, sender):
        return _from_elsewhere(found[0], senders[:_MOST])
    return _one(found, "文件名")


def _from_elsewhere(unit: Unit, senders: list[Unit]) -> Match:
    """None: a file with the name of a unit came from others."""
    why = f"文件名像是{unit.name}的，却是从{'、'.join(u.name for u in senders)}的邮箱发来的"
    return Match(None, why, (unit, *senders))


def _may_send(unit: Unit, senders: list[Unit], sender: str) -> bool:
    """Whether a workbook of a unit may come from an address: its own, one that gets copies, or its department's."""
    copies = {c.lower() for c in unit.copies}
    return unit in senders or sender.strip().lower() in copies or unit.department in {s.name for s in senders}


def _one(found: list[Unit], how: str) -> Match:
    if len(found) == 1:
        return Match(found[0], how)
    return Match(None, f"{how}对得上名册里的 {len(found)} 个单位", tuple(found[:_MOST]))


_key = lru_cache(maxsize=100_000)(name_key)


def _names(unit: Unit) -> Iterable[str]:
    return filter(None, (_key(n) for n in (unit.name, *unit.others)))


def _named(roster: Roster, said: str) -> list[Unit]:
    wanted = _key(said)
    return [u for u in roster.values() if wanted in _names(u)]


def _coded(roster: Roster, said: str) -> list[Unit]:
    """By a code that stands as a word of its own; the name beside it, if there is one, must not be another unit's."""
    words = {w.lower() for w in _CODE.findall(plain(said)) if len(w) >= _SHORTEST_CODE}
    found = _of_codes(roster, words)
    rest = _key(said)
    for unit in found:
        rest = rest.replace(_key(unit.code), "")
    return [u for u in found if rest in _names(u)] if rest else found


def _of_codes(roster: Roster, codes: set[str]) -> list[Unit]:
    """The units that have one of the codes, in lower case."""
    return [unit for unit in roster.values() if unit.code.lower() in codes]


def _in_name(roster: Roster, part: str) -> list[Unit]:
    """By a whole name of a unit in a file's name (the longest one, where one is part of another), else by a code."""
    text = _key(part)
    hits = [(name, unit) for unit in roster.values() for name in _names(unit) if _stands(name, text)]
    names = {name for name, _ in hits}
    longest = {unit.code: unit for name, unit in hits if not _is_part(name, names)}
    return list(longest.values()) or _of_codes(roster, _codes_in(part))


def _is_part(name: str, names: set[str]) -> bool:
    """Whether a name is part of another one."""
    return any(name != other and name in other for other in names)


def _codes_in(part: str) -> set[str]:
    """What may be a code in a file's name: words and their pieces, but no years and no numbers of copies."""
    stem = _COPY.sub("", plain(part.rsplit(".", 1)[0]))
    words = {word.lower() for word in _CODE.findall(stem)}
    pieces = {piece for word in words for piece in re.split(r"[-_.]", word)}
    return set(filter(_may_be_code, words | pieces))


def _may_be_code(word: str) -> bool:
    return len(word) >= _SHORTEST_CODE and not _YEAR.fullmatch(word)


def _stands(name: str, text: str) -> bool:
    """Whether a name stands in a text, and not as the end of the name of another place's unit (沁源县教育局)."""
    return any(text[: found.start()][-1:] not in _PLACES for found in re.finditer(re.escape(name), text))


def _near(roster: Roster, said: str) -> tuple[Unit, ...]:
    """Units with a name like it, most alike first."""
    wanted = _key(said.rsplit(".", 1)[0])
    if not wanted:
        return ()
    ranked = sorted(((_likeness(wanted, unit), unit) for unit in roster.values()), key=lambda r: -r[0])
    return tuple(unit for share, unit in ranked[:_MOST] if share >= _ALIKE)


def _likeness(wanted: str, unit: Unit) -> float:
    """How alike a text and the names of a unit are; 0 where that is less than counts."""
    return max((_alike(wanted, name) for name in _names(unit)), default=0.0)


def _alike(wanted: str, name: str) -> float:
    matcher = SequenceMatcher(None, wanted, name)
    near = matcher.real_quick_ratio() >= _ALIKE and matcher.quick_ratio() >= _ALIKE  # bounds that cost little
    return matcher.ratio() if near else 0.0
