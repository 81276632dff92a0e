"""Everything a command needs to work at a desk: settings, folders, roster, ledger, the checker."""

from __future__ import annotations

import contextlib
import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from xlcheck.delivery.settledroster import SettledRoster
from xlcheck.errors import Busy, Fault, Usage
from xlcheck.files import reason
from xlcheck.ledger import letters, receipts
from xlcheck.ledger.records import Letter
from xlcheck.ledger.store import Ledger
from xlcheck.locks import locked
from xlcheck.office.folders import Folders, folders
from xlcheck.office.mappings import library_of
from xlcheck.office.roster import Roster
from xlcheck.office.rosterfile import roster_with, stamps
from xlcheck.office.settings import FILE, Settings, load
from xlcheck.pipeline import Pipeline


def desk_of(place: Path) -> tuple[Path, Path | None]:
    """The desk's folder and the inbox, where ``place`` names the one or the other."""
    root = place.absolute().parent
    if not (place / FILE).is_file() and (root / FILE).is_file():
        own = folders(root, load(root)).inbox
        if place.absolute() != own:
            raise Usage(f"“{place}”不是设置里的收件文件夹。请写工作文件夹“{root}”，或收件文件夹“{own}”。")
        return root, place
    return place, None


_DIGITS = re.compile(r"_([0-9a-f]{8})_")  # of a letter's number, in the name of its file


@dataclass
class Desk:
    """An open desk. ``roster`` is read anew whenever its file has changed, and settled."""

    settings: Settings
    folders: Folders
    ledger: Ledger
    pipeline: Pipeline

    @classmethod
    def open(cls, place: Path, inbox: Path | None = None) -> Desk:
        """The desk in ``place``; its folders are made where they are missing.

        Raises:
            Usage, MappingError: the settings do not fit.
            Fault: a folder or the ledger can't be used.
        """
        settings = load(place)
        found = folders(place, settings, inbox)
        make(found)
        forgotten(found)
        pipeline = Pipeline(library_of(place, settings), settings.form or None, send_to=settings.send_to)
        return cls(settings, found, Ledger(found.ledger_file), pipeline)

    @property
    def roster(self) -> Roster:
        """The units; none where there is no roster yet.

        Raises:
            Usage, DataError: the roster can't be read; the last one that could stays out of use until it is mended.
        """
        return self._settled.roster()

    def renew_roster(self) -> None:
        """Read the roster anew at once: this process has just written it, whole."""
        self._settled.renew()

    @functools.cached_property
    def _settled(self) -> SettledRoster:
        root = self.folders.root
        return SettledRoster(
            lambda: stamps(root, self.settings),
            lambda: roster_with(root, self.settings, receipts.unit_names(self.ledger)),
            self.settings.settle,
        )

    @functools.cached_property
    def sent_before(self) -> frozenset[str]:
        """The first digits of letters that lie in 已发 and that the ledger did not know when this desk was opened.

        A ledger restored from a backup has forgotten what was sent since; its letters, written anew, are the same ones.
        """
        folder = self.folders.letters(Letter.SENT)
        known = {one.file for one in letters.letters(self.ledger)}
        names = (path.name for path in folder.glob("*.eml") if path.name not in known)
        return frozenset(found[1] for name in names if (found := _DIGITS.search(name)))

    @property
    def last_year(self) -> Path | None:
        """The folder of last year's workbooks, where one is set."""
        return self.folders.root / self.settings.last_year if self.settings.last_year else None

    @contextlib.contextmanager
    def alone(self, what: str, said: str, folder: Path | None = None, wait: float = 0) -> Iterator[None]:
        """Nobody else does ``what`` at this desk meanwhile. The lock goes with the process, however it ends.

        ``wait`` is for how many seconds to wait for others.

        Raises:
            Fault: somebody does.
        """
        with locked((folder or self.folders.ledger) / f".{what}.lock", wait) as ours:
            if not ours:
                raise Busy(said)
            yield

    def close(self) -> None:
        """Let go of the ledger."""
        self.ledger.close()


def forgotten(found: Folders) -> None:
    """An empty ledger, or none, beside backups of one is no new desk.

    Raises:
        Fault: it is so; a person has to say what happened.
    """
    empty = not found.ledger_file.is_file() or found.ledger_file.stat().st_size == 0
    copies = sorted(found.backups.glob("ledger-*.sqlite")) if empty and found.backups.is_dir() else []
    if copies:
        raise Fault(
            f"台账“{found.ledger_file}”不在了，或是空的，“{found.backups}”里却有备份。请把最近的“{copies[-1].name}”复制成 {found.ledger_file.name} 再运行；"
            "确实要从头开始，就把备份移走。"
        )


def make(found: Folders) -> None:
    """Make the folders of a desk.

    Raises:
        Fault: one can't be made.
    """
    for path in found.all:
        try:
            path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Fault(f"建不了文件夹“{path}”：{reason(error)}") from error
