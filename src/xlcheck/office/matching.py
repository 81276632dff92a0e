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
from xlcheck.office.roster import Roster, Unit

_CODE = re.compile(r"[0-9A-Za-z]+(?:[-_.][0-9A-Za-z]+)*")
_NOISE = re.compile(r"[()\[\]【】〔〕《》<>\"'·.,、:;_\-—]+")
_COPY = re.compile(r"(?:[-_]?副本)?\(\d{1,3}\)$")  # Outlook and browsers number files of one name: 决算 (002).xlsx
_YEAR = re.compile(r"20[0-4]\d(?:0[1-9]|1[0-2])?(?:[0-3]\d)?")  # 2025, 202508, 20250820: when, not who
_PLACES = tuple("省市县区州盟旗乡镇")
_ALIKE = 0.6
_MOST = 5
_SHORTEST_CODE = 3


class Match(NamedTuple):
    """The unit (None: unknown), how it was found, and who else it might be."""

    unit: Unit | None
    how: str
    candidates: tuple[Unit, ...] = ()


def match(roster: Roster, said: str, name: str, sender: str = "") -> Match:
    """The unit of a workbook: ``said`` is what its sheets print as the unit, ``name`` its path as it came in.

    What the sheets say has the first word. A file name can only speak where they are silent: a workbook that names a
    unit outside the roster is nobody's, whatever the file is called.
    """
    if plain(said):
        found = _named(roster, said) or _coded(roster, said)
        if found:
            return _one(found, "表内名称")
        return Match(None, f"表内写的单位“{said.strip()}”不在名册里", _near(roster, said))
    parts = [p for p in re.split(r"[/\\]", name) if p]
    senders = roster.of_address(sender) if sender else []
    for part in reversed(parts):
        found = _in_name(roster, part)
        if len(found) == 1 and senders and not _may_send(found[0], senders, sender):
            said = f"文件名像是{found[0].name}的，却是从{'、'.join(u.name for u in senders[:_MOST])}的邮箱发来的"
            return Match(None, said, (found[0], *senders[:_MOST]))
        if found:
            return _one(found, "文件名")
    if senders:
        return _one(senders, "发件人")
    return Match(None, "表内没有单位名称，文件名里也认不出", _near(roster, parts[-1] if parts else ""))


def _may_send(unit: Unit, senders: list[Unit], sender: str) -> bool:
    """Whether a workbook of a unit may come from an address: its own, one that gets copies, or its department's."""
    copies = {c.lower() for c in unit.copies}
    return unit in senders or sender.strip().lower() in copies or unit.department in {s.name for s in senders}


def _one(found: list[Unit], how: str) -> Match:
    if len(found) == 1:
        return Match(found[0], how)
    return Match(None, f"{how}对得上名册里的 {len(found)} 个单位", tuple(found[:_MOST]))


@lru_cache(maxsize=100_000)
def _key(text: str) -> str:
    return _NOISE.sub("", plain(text)).lower()


def _names(unit: Unit) -> Iterable[str]:
    return filter(None, (_key(n) for n in (unit.name, *unit.others)))


def _named(roster: Roster, said: str) -> list[Unit]:
    wanted = _key(said)
    return [u for u in roster.values() if wanted in _names(u)]


def _coded(roster: Roster, said: str) -> list[Unit]:
    """By a code that stands as a word of its own; the name beside it, if there is one, must not be another unit's."""
    words = {w.lower() for w in _CODE.findall(plain(said)) if len(w) >= _SHORTEST_CODE}
    found = [u for u in roster.values() if u.code.lower() in words]
    rest = _key(said)
    for unit in found:
        rest = rest.replace(_key(unit.code), "")
    if not rest:
        return found
    return [u for u in found if rest in _names(u)]


def _in_name(roster: Roster, part: str) -> list[Unit]:
    """By a whole name of a unit in a file's name (the longest one, where one is part of another), else by a code."""
    text = _key(part)
    hits = [(n, u) for u in roster.values() for n in _names(u) if _stands(n, text)]
    longest = [(n, u) for n, u in hits if not any(n != other and n in other for other, _ in hits)]
    if longest:
        return list({u.code: u for _, u in longest}.values())
    stem = _COPY.sub("", plain(part.rsplit(".", 1)[0]))
    words = {w.lower() for w in _CODE.findall(stem)}
    words |= {w for word in words for w in re.split(r"[-_.]", word)}
    words = {w for w in words if len(w) >= _SHORTEST_CODE and not _YEAR.fullmatch(w)}
    return [u for u in roster.values() if u.code.lower() in words]


def _stands(name: str, text: str) -> bool:
    """Whether a name stands in a text, and not as the end of the name of another place's unit (沁源县教育局)."""
    return any(text[: found.start()][-1:] not in _PLACES for found in re.finditer(re.escape(name), text))


def _near(roster: Roster, said: str) -> tuple[Unit, ...]:
    """Units with a name like it, most alike first."""
    wanted = _key(said.rsplit(".", 1)[0])
    if not wanted:
        return ()
    ranked = sorted(
        ((max(SequenceMatcher(None, wanted, n).ratio() for n in (*_names(u), "")), u) for u in roster.values()),
        key=lambda r: -r[0],
    )
    return tuple(u for share, u in ranked[:_MOST] if share >= _ALIKE)
