"""Which file is the roster: the one that the settings name, else one beside it that was saved under another ending."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from xlcheck.errors import DataError, Usage, XlcheckError
from xlcheck.office.drafts import is_draft
from xlcheck.office.roster import Roster, load, with_zeros
from xlcheck.office.settings import FILE, Settings

_ENDINGS = (".csv", ".xlsx", ".xlsm", ".xls", ".et", ".ods")
_LINE = re.compile(r"\s*['\"]?单位名册['\"]?\s*:")


class Stamp(NamedTuple):
    """A file that may be the roster, as it was seen."""

    path: Path
    changed: int
    size: int


def stamps(root: Path, settings: Settings) -> tuple[Stamp, ...]:
    """What there is that may be the roster, the one that is set first: who has seen the same stamps has seen the roster."""
    return tuple(_stamps(root / settings.roster))


def _stamps(path: Path) -> Iterator[Stamp]:
    for one in (path, *(path.with_suffix(ending) for ending in _ENDINGS if ending != path.suffix.lower())):
        try:
            state = one.stat()
        except OSError:
            continue
        yield Stamp(one, state.st_mtime_ns, state.st_size)


def roster_of(root: Path, settings: Settings) -> Roster:
    """The roster of the desk in ``root``; without units where there is none yet.

    The file that the settings name is the roster. Where it is not there, or has headings only, one of the same name with
    another ending is.

    Raises:
        Usage: it can't be read, or two files could be meant; with the line of the settings to change.
        DataError: what stands in it does not fit; all mistakes with their rows.
    """
    path = root / settings.roster
    there = [stamp.path for stamp in stamps(root, settings)]
    own = load(path) if path in there else Roster()
    if own:
        return _told(own, _unused(root, settings))
    others = [roster for roster in map(load, (one for one in there if one != path)) if roster]
    if len(others) > 1:
        names = [roster.path.name for roster in others if roster.path]
        said = "、".join(f"“{name}”" for name in names)
        raise Usage(f"{said}都有单位，不知道用哪一个名册。请{_write(root, settings, names[0])}（或其中另一个）。")
    if not others:
        return own
    found = others[0]
    name = found.path.name if found.path else ""
    return _told(found, f"名册用的是“{name}”：设置里的“{settings.roster}”{'里没有单位' if path in there else '不在'}。")


def roster_with(root: Path, settings: Settings, codes: Mapping[str, Collection[str]]) -> Roster:
    """The same at a desk whose ledger has units under these codes, with their names: with the zeros that they have there.

    Raises:
        Usage, DataError: as :func:`roster_of`; and a desk that had a roster has none now: it is not begun anew.
    """
    found = with_zeros(roster_of(root, settings), codes)
    if not found and not all(map(is_draft, codes)):
        path = root / settings.roster
        if not path.exists():
            load(path)  # says why it can't be read
        raise DataError([f"{path.name}：名册里没有单位，台账里却有。请把名册恢复好。"])
    return found


def _told(roster: Roster, hint: str) -> Roster:
    roster.hint = hint
    return roster


def _unused(root: Path, settings: Settings) -> str:
    """What is to be said of a file beside the roster that has units, too, and is not read (empty: there is none)."""
    path = root / settings.roster
    for stamp in stamps(root, settings):
        if stamp.path != path and _has_units(stamp.path):
            return (
                f"名册用的是“{settings.roster}”；旁边的“{stamp.path.name}”没有用。要用它，请{_write(root, settings, stamp.path.name)}；"
                "不用就移走。"
            )
    return ""


def _has_units(path: Path) -> bool:
    """Whether a file is a roster with units, or one with mistakes."""
    try:
        return bool(load(path))
    except XlcheckError:
        return True


def _write(root: Path, settings: Settings, name: str) -> str:
    """What to write into the settings so that a file beside the roster is the roster, and in which line."""
    entry = f"“单位名册: {Path(settings.roster).with_name(name).as_posix()}”"
    try:
        lines = (root / FILE).read_text(encoding="utf-8-sig", errors="replace").splitlines()
    except OSError:
        lines = []
    number = next((number for number, line in enumerate(lines, 1) if _LINE.match(line)), 0)
    return f"把 {FILE} 第 {number} 行改成{entry}" if number else f"在 {FILE} 里加一行{entry}"
