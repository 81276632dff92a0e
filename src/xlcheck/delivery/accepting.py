"""Proposed units into the roster: what a person does with one command."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import NamedTuple

from xlcheck.delivery.admission import Admission
from xlcheck.delivery.desk import Desk
from xlcheck.delivery.proposing import RosterProposals, has, open_elsewhere
from xlcheck.errors import DataError, Fault, Usage
from xlcheck.files import reason, write_whole
from xlcheck.office.drafts import draft_code
from xlcheck.office.proposals import FILE, Proposal, proposed, rows_in
from xlcheck.office.roster import Unit
from xlcheck.office.rosterwriting import with_units


class Accepted(NamedTuple):
    """What came of it: the roster's file, the units that are in it now, what was left to a person, what is known now."""

    path: Path
    taken: tuple[Unit, ...]
    doubtful: tuple[Proposal, ...] = ()
    said: tuple[str, ...] = ()


def on_offer(desk: Desk) -> list[Unit]:
    """The units that may be accepted: those of 名册建议.xlsx, as people have filled it; all that are proposed where it is not there.

    Raises:
        Usage, DataError: it can't be read.
    """
    file = RosterProposals(desk)
    units = (
        [row.unit for row in rows_in(file.path)]
        if file.path.is_file()
        else [one.unit for one in proposed(desk.ledger, desk.roster)]
    )
    return [unit for unit in units if not has(desk.roster, unit)]


def accept(desk: Desk, names: Collection[str] = ()) -> Accepted:
    """Take proposed units into the roster: those that are named (by name or code), else all but those that may be units it has.

    The roster is replaced whole, then the ledger is told, then 名册建议.xlsx is cleared. Killed anywhere, the next call goes on.

    Raises:
        Usage, DataError: a file can't be read, or the roster would have mistakes; nothing is changed then.
        Fault: the machine refuses.
    """
    with desk.alone("roster", "另一个 xlcheck 正在改名册，请稍后再试。"):
        doubtful = {one.key: one for one in proposed(desk.ledger, desk.roster) if one.near}
        offered = on_offer(desk)
        wanted = _named(offered, names) if names else [u for u in offered if draft_code(u.name) not in doubtful]
        path = desk.roster.path or desk.folders.root / desk.settings.roster
        if wanted:
            _write(path, wanted)
            desk.renew_roster()
        said = tuple(Admission(desk)())
        RosterProposals(desk).clear_known()
    left = tuple(doubtful[key] for unit in offered if unit not in wanted and (key := draft_code(unit.name)) in doubtful)
    return Accepted(path, tuple(wanted), left, said)


def _named(offered: Sequence[Unit], names: Collection[str]) -> list[Unit]:
    """The units that are named.

    Raises:
        Usage: one of the names is none of theirs.
    """
    found = []
    for name in names:
        units = [unit for unit in offered if name == unit.code or draft_code(name) == draft_code(unit.name)]
        if len(units) != 1:
            raise Usage(
                f"“{FILE}”里{'没有' if not units else '不止一个'}“{name}”。用 xlcheck roster show 看有哪些单位。"
            )
        found += units
    return found


def _write(path: Path, units: Sequence[Unit]) -> None:
    if open_elsewhere(path):
        raise Usage(f"名册“{path}”正打开着：请先保存、关掉，再运行一次，不然会盖掉谁改的。")
    try:
        data = path.read_bytes() if path.exists() else None
    except OSError as error:
        raise Fault(f"读不了名册“{path}”：{reason(error)}") from error
    try:
        write_whole(path, with_units(path, data, units))
    except DataError as error:
        raise DataError(
            [*error.mistakes, f"名册没有改。请改正“{FILE}”里的这些行（或名册本身），再运行一次。"]
        ) from error
