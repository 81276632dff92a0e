"""名册建议.xlsx: units that have sent workbooks and that the roster does not have, as rows that a person can take into it.

The file is a person's once it is there: what they have written into it stays, what they have taken out does not come back.
It never keeps a workbook from being answered.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from xlcheck.delivery.desk import Desk
from xlcheck.errors import Fault
from xlcheck.files import reason, write_whole
from xlcheck.ledger import noted
from xlcheck.ledger.store import Ledger
from xlcheck.office.drafts import draft_code, name_key
from xlcheck.office.proposals import FILE, MORE, Proposal, ProposedRow, facts_of, proposed, row_of, rows_in
from xlcheck.office.roster import HEADINGS, Roster, Unit
from xlcheck.writing.rosterbook import roster_book

_OPEN = ("~${}", ".~lock.{}#", ".~{}")  # what Excel, LibreOffice and WPS leave beside a file that is open there


def open_elsewhere(path: Path) -> bool:
    """Whether a file seems to be open in an office program: what is written now would be overwritten by its user."""
    return any(os.path.lexists(path.with_name(form.format(path.name))) for form in _OPEN)


@dataclass
class RosterProposals:
    """Keeps the file of a desk up with what has come in."""

    desk: Desk

    @property
    def path(self) -> Path:
        """The file."""
        return self.desk.folders.root / FILE

    def add_new(self) -> list[Proposal]:
        """Put units into the file that no line of the journal calls proposed; returns them.

        Raises:
            Fault: it can't be written, or is open elsewhere; the next call tries again.
            Usage, DataError: what stands in it can't be read; it is left as it is.
        """
        ledger = self.desk.ledger
        new = proposed(ledger, self.desk.roster, noted.subjects(ledger, "proposed"))
        if new:
            self.add(new)
            _note(ledger, new)
        return new

    def add(self, units: Sequence[Proposal]) -> int:
        """Put units into the file that are not in it, by their names; returns how many.

        Raises:
            Fault, Usage, DataError: as :meth:`add_new`.
        """
        rows = rows_in(self.path)
        taken = {draft_code(name) for row in rows for name in (row.unit.name, *row.unit.others)}
        added = [ProposedRow(one.unit, facts_of(one)) for one in units if one.key not in taken]
        if added:
            self._write([*rows, *added])
        return len(added)

    def clear_known(self) -> None:
        """Take rows out of the file that the roster has now; the file too, where none is left.

        Raises:
            Fault, Usage, DataError: as :meth:`add_new`.
        """
        rows = rows_in(self.path)
        left = [row for row in rows if not has(self.desk.roster, row.unit)]
        if len(left) < len(rows):
            self._write(left)

    def _write(self, rows: Sequence[ProposedRow]) -> None:
        if open_elsewhere(self.path):
            raise Fault(f"“{self.path}”正打开着，没有写。关掉后会自己接着写。")
        if not rows:
            _remove(self.path)
            return
        lines = [(*row_of(row.unit), *row.facts) for row in rows]
        write_whole(self.path, roster_book((*HEADINGS, *MORE), lines))


def has(roster: Roster, unit: Unit) -> bool:
    """Whether a roster has a unit, by its code or its name."""
    key = name_key(unit.name)
    return unit.code in roster or any(key == name_key(n) for one in roster.values() for n in (one.name, *one.others))


def _note(ledger: Ledger, new: Sequence[Proposal]) -> None:
    with ledger.transaction() as change:
        for one in new:
            change.note("proposed", one.key, name=one.unit.name, file=one.file)


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise Fault(f"删不了“{path}”：{reason(error)}") from error
