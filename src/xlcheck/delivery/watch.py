"""The watcher: looks at the inbox, claims what has settled, answers it; goes on whatever fails.

A scan is the truth; events only shorten the wait. Everything that is under way can be seen on the disk (claims in 处理中,
drafts in 发件) and is taken up again by the next look, after a crash as after a full disk.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from xlcheck.delivery import outbox
from xlcheck.delivery.admission import Admission
from xlcheck.delivery.claim import Claim, sweep
from xlcheck.delivery.desk import Desk
from xlcheck.delivery.events import Waiter
from xlcheck.delivery.lines import besides, of_error, sentence
from xlcheck.delivery.proposing import RosterProposals
from xlcheck.delivery.putback import put_back
from xlcheck.delivery.recheck import due
from xlcheck.delivery.rulings import pending
from xlcheck.delivery.stability import StabilityCheck
from xlcheck.delivery.working import Working
from xlcheck.documents.endings import called_document
from xlcheck.errors import Fault, XlcheckError
from xlcheck.ledger.records import Receipt, Status
from xlcheck.ledger.store import now
from xlcheck.office.names import is_put_back, recheck_number
from xlcheck.office.proposals import FILE as PROPOSALS
from xlcheck.office.settings import FILE

_AT_ONCE = 64  # claims in hand: what a crash leaves to be done again
_LONGEST_WAIT = 60.0
_MOST_NAMES = 5
Say = Callable[[str], None]


class _TakenIn(NamedTuple):
    """What came of the files that were ready: workbooks answered, the fault that stopped it, one that kept a file."""

    done: int
    failed: XlcheckError | None
    refused: XlcheckError | None


@dataclass
class Watcher:
    """Watches one inbox. ``say`` takes one line for people about everything that happens."""

    desk: Desk
    say: Say
    processes: int = 1
    counts: Counter[str] = field(default_factory=Counter)
    _told: set[str] = field(default_factory=set)
    _left: set[str] = field(default_factory=set)
    _backed_up: str = ""
    _unproposed: bool = True
    _come: bool = True

    def __post_init__(self) -> None:
        self._settling = StabilityCheck(self.desk.settings.settle)
        self.waiter = Waiter(self.desk.folders.inbox, events=self.desk.settings.events == "是")
        self._admission = Admission(self.desk)
        self._proposals = RosterProposals(self.desk)
        self._working = Working(self.desk, self.processes, self._said, lambda: self.waiter.stopped)

    # --- the loops -----------------------------------------------------------------------------------------------

    def forever(self, after: Callable[[], None] = lambda: None) -> None:
        """Until :meth:`Waiter.stop`. ``after`` is called after every look (to send letters)."""
        failures = 0
        while not self.waiter.stopped:
            wait = self.desk.settings.poll
            try:
                _, settling = self.look()
                failures = 0
                if settling:
                    wait = min(wait, max(self.desk.settings.settle / 2, 0.2))
            except Exception as error:  # noqa: BLE001 - it runs for months; what it can't do now it does later
                failures += 1
                wait = min(self.desk.settings.poll * 2 ** min(failures, 6), max(_LONGEST_WAIT, self.desk.settings.poll))
                self._tell(of_error(error), f" 什么都没有丢，{wait:g} 秒后再试。")
            if not self.waiter.stopped:
                after()
            self.waiter.wait(wait)

    def once(self) -> None:
        """Until everything in the inbox is answered (for cron).

        Raises:
            Fault: the machine refuses; what is not answered stays where it is.
        """
        while not self.waiter.stopped:
            try:
                answered, settling = self.look()
            except OSError as error:
                raise Fault(of_error(error)) from error
            if not answered and not settling:
                return
            if settling:
                self.waiter.wait(min(max(self.desk.settings.settle / 2, 0.05), 1.0))

    def look(self) -> tuple[int, int]:
        """One look: finish what was begun, take what has settled. Returns what was answered, and what is still settling.

        Raises:
            Fault, OSError: the machine refuses.
            Usage, DataError: settings or roster do not fit.
        """
        self._place()
        for line in self._admission():
            self.say(line)
        self._chores()
        claims, unread = self._working.unfinished()
        done, fault = self._tried(claims)
        self._retry()
        ready, settling = self._settling.look(self.desk.folders.inbox)
        self._say_what_is_left()
        taken = self._take_in(ready)
        settling += self._recheck()
        self._propose()
        sweep(self.desk.folders.inbox, max(self.desk.settings.settle, 1.0))
        wrong = taken.failed or fault or taken.refused or unread
        if wrong is not None:
            raise wrong
        done += taken.done
        if done:
            self._told.clear()
        return done, settling

    def _retry(self) -> None:
        """What a person has assigned and nobody has answered since goes into the inbox once more."""
        for receipt in pending(self.desk):
            try:
                put_back(self.desk, receipt)
            except XlcheckError as error:  # its original is gone: that keeps nothing else
                self._tell(str(error))
            else:
                self._tell(f"人工指定了单位或年度，重新检查：第 {receipt.id} 份 {receipt.name}")

    def _recheck(self) -> int:
        """Texts whose workbook has come since, and workbooks whose text has, go into the inbox once more; returns how many."""
        if not self._come:
            return 0
        self._come = False
        found = 0
        for text in due(self.desk):
            try:
                put_back(self.desk, text, again=text.version > 0)
            except XlcheckError as error:  # its original is gone: the unit can send it again
                self._tell(str(error))
            else:
                found += 1
        return found

    def _say_what_is_left(self) -> None:
        """What lies in the inbox and is not taken, and why."""
        for path, why in sorted(self._settling.left.items()):
            self._tell(f"“{path}”{why}。", told=self._left)

    def _chores(self) -> None:
        for chore in (self._backup, lambda: outbox.forget_drafts(self.desk)):
            try:
                chore()
            except (Fault, OSError) as error:  # workbooks need not wait for it
                self._tell(of_error(error))

    def _propose(self) -> None:
        """Units that are new to the roster into 名册建议.xlsx. Who has it open, or has made a mistake in it, keeps nobody waiting."""
        if not self._unproposed:
            return
        try:
            self._proposals.clear_known()
            new = self._proposals.add_new()
        except (XlcheckError, OSError) as error:
            self._tell(f"“{PROPOSALS}”没有写成：{of_error(error)}")
            return
        self._unproposed = False
        if new:
            names = "、".join(one.unit.name for one in new[:_MOST_NAMES])
            more = f"等 {len(new)} 个单位" if len(new) > _MOST_NAMES else ""
            self.say(
                f"名册里没有的单位列进了“{PROPOSALS}”：{names}{more}。收进名册：xlcheck roster accept {self.desk.folders.root}"
            )

    def _take_in(self, ready: list[Path]) -> _TakenIn:
        """Claim and answer files, some at a time; a full disk does not fill 处理中."""
        done, failed, refused = 0, None, None
        ready = sorted(ready, key=_turn)
        while ready and not failed and not self.waiter.stopped:
            some, ready = ready[:_AT_ONCE], ready[_AT_ONCE:]
            taken = self._working.taken(some)
            answered, failed = self._tried(taken.claims)
            done += answered
            refused = taken.refused or refused
            failed = taken.refused if taken.keeps_all else failed
        return _TakenIn(done, failed, refused)

    def _tried(self, claims: Sequence[Claim]) -> tuple[int, XlcheckError | None]:
        """Answer claims; the fault that kept some of them does not keep others."""
        before = self.counts.total()
        try:
            return self._working.answer(claims), None
        except XlcheckError as fault:
            return self.counts.total() - before, fault

    # --- the rest ----------------------------------------------------------------------------------------------------

    def _place(self) -> None:
        """Somebody took 处理中 away: it is made again, where the desk itself is still there (and no share is gone)."""
        found = self.desk.folders
        if not found.working.exists() and found.working.parent == found.root and (found.root / FILE).is_file():
            found.working.mkdir()

    def _backup(self) -> None:
        """Once a day a copy of the ledger; the oldest ones go."""
        keep, day = self.desk.settings.backups, now()[:10]
        if not keep or self._backed_up == day:
            return
        copy = self.desk.folders.backups / f"ledger-{day}.sqlite"
        if not copy.exists():
            self.desk.ledger.backup(copy)
            _forget_backups(copy, keep)
        self._backed_up = day

    def _said(self, receipt: Receipt) -> None:
        self.counts[receipt.status] += 1
        self._unproposed = True
        self._come |= receipt.status == Status.CHECKED
        self.say(f"{sentence(receipt)}{besides(self.desk, receipt)}")

    def _tell(self, said: str, more: str = "", told: set[str] | None = None) -> None:
        """A line about a fault; the same one only once until something has gone well again (``told``: once and for all)."""
        known = self._told if told is None else told
        if said not in known:
            known.add(said)
            self.say(f"{said}{more}")


def _turn(file: Path) -> tuple[bool, bool]:
    """Documents come after workbooks, beside which they are checked; of them first what was put back: it came before."""
    paper = called_document(file.name)
    return paper, paper and not is_put_back(file.name) and recheck_number(file.name) is None


def _forget_backups(copy: Path, keep: int) -> None:
    """Of the copies up to this one the last ``keep`` stay; later ones were made while a clock was wrong, and stay too."""
    made = sorted(copy.parent.glob("ledger-????-??-??.sqlite"))
    for old in [p for p in made if p.name <= copy.name][:-keep]:
        old.unlink(missing_ok=True)
