"""Last year's workbooks of units: of the folder that is set, else the last that came to this desk."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from xlcheck.delivery.desk import Desk
from xlcheck.ledger import receipts
from xlcheck.ledger.records import has_tables
from xlcheck.office.matching import match
from xlcheck.office.roster import Roster


@dataclass
class LastYear:
    """Knows which file of last year's is of which unit; each name is looked at once a roster."""

    desk: Desk
    _roster: Roster | None = None
    _owners: dict[str, str] = field(default_factory=dict)

    def files(self, code: str, year: int | None) -> tuple[Path, ...]:
        """The files that may be last year's workbook of a unit, the likeliest first."""
        return (*self._in_folder(code), *self._received(code, year))

    def _in_folder(self, code: str) -> Iterator[Path]:
        folder = self.desk.last_year
        if folder is None or not folder.is_dir():
            return
        for path in _files_below(folder):
            if self._whose(str(path.relative_to(folder))) == code:
                yield path

    def _received(self, code: str, year: int | None) -> Iterator[Path]:
        if year is None:
            return
        old = [r for r in receipts.of_unit(self.desk.ledger, code, year - 1) if not r.entry and has_tables(r.form)]
        for receipt in reversed(old):
            path = self.desk.folders.root / receipt.original
            if path.is_file():
                yield path

    def _whose(self, name: str) -> str:
        """The code of the unit that a file is of, by its name (empty: nobody's)."""
        roster = self.desk.roster
        if self._roster is not roster:
            self._roster, self._owners = roster, {}
        if name not in self._owners:
            unit = match(roster, "", name).unit
            self._owners[name] = unit.code if unit else ""
        return self._owners[name]


def _files_below(folder: Path) -> list[Path]:
    """Files in their order, but for hidden ones and what office programs leave beside an open workbook."""
    return sorted(p for p in folder.rglob("*") if p.is_file() and not p.name.startswith((".", "~$")))
