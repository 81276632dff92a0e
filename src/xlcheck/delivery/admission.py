"""What waited for the roster: when it names their units, workbooks are known as theirs.

A workbook that was answered under the name that it prints changes hands in the ledger alone: nothing is moved and nothing is
mailed (``send --missing`` does that, when a person wants it). One that was nobody's goes back into the inbox and is answered
like any other. Both can be killed anywhere, and done any number of times.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from xlcheck.delivery.claim import move
from xlcheck.delivery.desk import Desk
from xlcheck.delivery.owner import names_printed
from xlcheck.delivery.together import PACKED, submission_of
from xlcheck.errors import Fault, Refused
from xlcheck.files import reason, write_whole
from xlcheck.ledger import noted, receipts
from xlcheck.ledger.records import Receipt, Status
from xlcheck.model import PrintedNames
from xlcheck.office.drafts import code_shown, is_draft
from xlcheck.office.matching import match
from xlcheck.office.names import tidy, without_lead
from xlcheck.office.roster import Roster, Unit


@dataclass
class Admission:
    """Looks at what waits whenever the roster has changed."""

    desk: Desk
    _seen: Roster | None = None
    _carrying: bool = True
    _blocked: bool = False

    def __call__(self) -> Iterator[str]:
        """One line for people about everything that is known now.

        Raises:
            Fault: the machine refuses; what is not done is done by the next call.
            Usage, DataError: the roster can't be used.
        """
        roster = self.desk.roster
        if roster is not self._seen:
            self._carrying, self._blocked = True, False
            yield from self._admit(roster)
            self._seen = None if self._blocked else roster
        if self._carrying:
            self._carrying = not self._carry_on()

    def _admit(self, roster: Roster) -> Iterator[str]:
        """What the roster names. Without one nothing is known that was not known before."""
        if not roster:
            return
        _note(self.desk, roster)
        for code in receipts.units(self.desk.ledger):
            if is_draft(code) and code not in roster:
                yield from self._adopt(roster, code)
        for receipt in receipts.unplaced(self.desk.ledger):
            if receipt.status == Status.UNKNOWN:
                yield from self._readmit(roster, receipt)

    def _adopt(self, roster: Roster, code: str) -> Iterator[str]:
        """What came under a drafted code, if its unit is known now."""
        first = next(iter(receipts.of_code(self.desk.ledger, code)), None)
        if first is None:
            return
        names = names_printed(self.desk.ledger, first)
        names = names if names.name or names.others else PrintedNames(first.unit_name)  # the text beside it said so
        unit = match(roster, names, without_lead(first.name), first.sender).unit
        if unit is None:
            return
        with self.desk.ledger.transaction() as change:
            count = receipts.adopt(change, code, unit.code, unit.name)
        if count:
            yield f"名册里有了“{unit.name}”：收到过的 {count} 份工作簿归入 {_called(unit)}，没有补发信。"

    def _readmit(self, roster: Roster, receipt: Receipt) -> Iterator[str]:
        """A workbook that was nobody's, if its unit is known now. Once only: what stays unknown is a person's to look at."""
        if any(again.sha256 == receipt.sha256 for again in receipts.put_back(self.desk.ledger)):
            return
        unit = match(roster, names_printed(self.desk.ledger, receipt), without_lead(receipt.name), receipt.sender).unit
        if unit is None or not self._had_again(receipt):
            return
        with self.desk.ledger.transaction() as change:
            receipts.readmit(change, receipt)
        yield f"名册里有了 {_called(unit)}：“{receipt.name}”放回“收件”，重新检查。"

    def _had_again(self, receipt: Receipt) -> bool:
        """Whether the workbook can be had. A file of its own is carried once the ledger says so; one in an archive is copied now."""
        source = self.desk.folders.root / receipt.original
        if not source.is_file():
            return False
        return self._is_own_file(source) or self._copied(receipt, source)

    def _is_own_file(self, source: Path) -> bool:
        """Whether a file was set aside, and is not an archive that others are in."""
        return self.desk.folders.unknown in source.parents

    def _copied(self, receipt: Receipt, archive: Path) -> bool:
        """One workbook of an archive into the inbox. Twice is once too often, and not twice answered: its bytes are known."""
        try:
            found = submission_of(self.desk.pipeline, archive, receipt.entry, receipt.sha256)
        except (OSError, Refused, Fault):
            return False
        if found is None:
            return False
        target = self.desk.folders.inbox / _name_of(receipt)
        if Path(found.name).suffix == PACKED:
            target = target.with_name(f"{target.stem}{PACKED}")
        if os.path.lexists(target):
            return _has(target, hashlib.sha256(found.data).hexdigest()) or self._later()
        write_whole(target, found.data)
        return True

    def _later(self) -> bool:
        """Its place in the inbox is taken for now: to be looked at again."""
        self._blocked = True
        return False

    # --- files of what is answered once more -------------------------------------------------------------------

    def _carry_on(self) -> bool:
        """Carry files to where the ledger says; whether none is left."""
        carried = [self._carried(receipt) for receipt in receipts.put_back(self.desk.ledger)]
        return all(carried)

    def _carried(self, receipt: Receipt) -> bool:
        """The file into the inbox, then what was made of it away. False where its place there is taken for now."""
        root = self.desk.folders.root
        source = root / receipt.original
        if source.is_file() and self._is_own_file(source):
            target = self.desk.folders.inbox / _name_of(receipt)
            if os.path.lexists(target):
                return False
            move(source, target)
        if receipt.note:
            _forget(root / receipt.note)
        if receipt.marked and _has(root / receipt.marked, receipt.copy):  # nobody has written into it
            _forget(root / receipt.marked)
        return True


def _note(desk: Desk, roster: Roster) -> None:
    """A line in the journal for every roster that is worked with."""
    path = roster.path
    if path is None:
        return
    with contextlib.suppress(OSError):
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        if noted.last(desk.ledger, "roster").get("sha256") != digest:
            with desk.ledger.transaction() as change:
                change.note("roster", path.name, units=len(roster), sha256=digest)


def _called(unit: Unit) -> str:
    return f"{code_shown(unit.code)} {unit.name}"


def _name_of(receipt: Receipt) -> Path:
    """Where a workbook goes in the inbox: the path that it came with."""
    return Path(*(tidy(part) for part in PurePosixPath(receipt.name.replace("\\", "/")).parts if part != "/"))


def _has(path: Path, digest: str) -> bool:
    """Whether a file has the bytes of a SHA-256."""
    try:
        return digest != "" and hashlib.sha256(path.read_bytes()).hexdigest() == digest
    except OSError:
        return False


def _forget(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise Fault(f"删不了“{path}”：{reason(error)}") from error
