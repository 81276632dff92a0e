"""The watcher: looks at the inbox, claims what has settled, answers it; goes on whatever fails.

A scan is the truth; events only shorten the wait. Everything that is under way can be seen on the disk (claims in 处理中,
drafts in 发件) and is taken up again by the next look, after a crash as after a full disk.
"""

from __future__ import annotations

import contextlib
import errno
import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from xlcheck.batch import Answer
from xlcheck.delivery import outbox
from xlcheck.delivery.answer import Answerer, Task, bytes_known
from xlcheck.delivery.claim import Claim, close, move, sweep, take, unfinished
from xlcheck.delivery.desk import Desk
from xlcheck.delivery.events import Waiter
from xlcheck.delivery.letter import title_of
from xlcheck.delivery.settle import Settling
from xlcheck.errors import Fault, XlcheckError
from xlcheck.files import reason
from xlcheck.intake import Intake
from xlcheck.ledger import receipts
from xlcheck.ledger.records import Receipt, Status
from xlcheck.ledger.store import now

_AT_ONCE = 64  # claims in hand: what a crash leaves to be done again
_LONGEST_WAIT = 60.0
_FILES_OWN = {
    errno.EACCES, errno.EPERM, errno.EBUSY, errno.ENAMETOOLONG, errno.EINVAL, errno.EILSEQ, errno.ENOTEMPTY, errno.ENOENT,
}  # fmt: skip
Say = Callable[[str], None]


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

    def __post_init__(self) -> None:
        self._settling = Settling(self.desk.settings.settle)
        self._answerer = Answerer(self.desk, self.processes)
        self.waiter = Waiter(self.desk.folders.inbox, events=self.desk.settings.events == "是")

    # --- the loops -----------------------------------------------------------------------------------------------

    def forever(self, after: Callable[[], None] = lambda: None) -> None:
        """Until :meth:`Waiter.stop`. ``after`` is called after every look that went well (to send letters)."""
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
                self._tell(_said(error), f" 什么都没有丢，{wait:g} 秒后再试。")
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
                raise Fault(_said(error)) from error
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
        _ = self.desk.roster
        for besides in (self._backup, lambda: outbox.forget_drafts(self.desk)):
            try:
                besides()
            except (Fault, OSError) as error:  # workbooks need not wait for it
                self._tell(_said(error))
        claims, unread = self._unfinished()
        done, fault = self._tried(claims)
        ready, settling = self._settling.look(self.desk.folders.inbox)
        for path, why in sorted(self._settling.left.items()):
            self._tell(f"“{path}”{why}。", told=self._left)
        failed: XlcheckError | None = None
        refused: XlcheckError | None = None
        while ready and not failed and not self.waiter.stopped:  # a full disk does not fill 处理中
            some, ready = ready[:_AT_ONCE], ready[_AT_ONCE:]
            taken, refused_now, everything = self._taken(some)
            more, failed = self._tried(taken)
            done += more
            refused = refused_now or refused
            failed = refused_now if everything else failed
        sweep(self.desk.folders.inbox, max(self.desk.settings.settle, 1.0))
        wrong = failed or fault or refused or unread
        if wrong is not None:
            raise wrong
        if done:
            self._told.clear()
        return done, settling

    def _taken(self, files: Sequence[Path]) -> tuple[list[Claim], Fault | None, bool]:
        """Claim files; the fault that kept one of them, and whether it would keep all others too."""
        found: list[Claim] = []
        refused: Fault | None = None
        for file in files:
            try:
                claim = take(file, self.desk.folders.inbox, self.desk.folders.working)
            except Fault as fault:
                refused = fault
                if not _own(fault):
                    return found, refused, True
            else:
                found += [claim] if claim else []
        return found, refused, False

    def _tried(self, claims: Sequence[Claim]) -> tuple[int, XlcheckError | None]:
        """Answer claims; the fault that kept some of them does not keep others."""
        before = self.counts.total()
        try:
            return self._answer(claims), None
        except XlcheckError as fault:
            return self.counts.total() - before, fault

    # --- claims ----------------------------------------------------------------------------------------------------

    def _unfinished(self) -> tuple[list[Claim], Fault | None]:
        """Claims of a run before; what was cut short in writing is removed. And the fault that hides one of them."""
        found = []
        claims, fault = unfinished(self.desk.folders.working)
        for claim in claims:
            try:
                for part in claim.results.glob(".*.part"):
                    part.unlink(missing_ok=True)
                if claim.file is None and not self._recorded(claim):
                    close(claim)  # killed before the rename: nothing was in it
                    continue
            except (Fault, OSError) as error:
                fault = error if isinstance(error, Fault) else Fault(_said(error))
                continue
            found.append(claim)
        return found, fault

    def _recorded(self, claim: Claim) -> dict[int, Receipt]:
        return receipts.claimed(self.desk.ledger, claim.id)

    def _answer(self, claims: Sequence[Claim]) -> int:
        """Answer the workbooks of claims; returns how many. One that fails for the machine's sake stops none of the others."""
        answered = 0
        fault: XlcheckError | None = None
        tasks: list[Task] = []
        whole: dict[str, Claim] = {}
        for claim in claims:
            try:
                new, old = self._tasks(claim)
                answered += old
                tasks += new
                whole[claim.id] = claim
            except Exception as error:  # noqa: BLE001 - whatever it is, it keeps this claim only
                fault = _kept(error, claim.name)
        failed: set[str] = set()
        for task, kept in self._settled(tasks):
            if kept is None:
                answered += 1
            else:
                fault = kept
                failed.add(task.claim.id)
            if self.waiter.stopped:
                failed.update(t.claim.id for t in tasks)  # perhaps not all are done; the next run knows
                break
        for number, claim in whole.items():
            if number not in failed:
                try:
                    self._finish(claim)
                except Fault as unfiled:
                    fault = unfiled
        if fault is not None:
            raise fault
        return answered

    def _tasks(self, claim: Claim) -> tuple[list[Task], int]:
        """What is still to be checked of a claim, and how many needed no check: recorded before, or seen before."""
        recorded = self._recorded(claim)
        for receipt in recorded.values():
            self._answerer.filed(claim, receipt)
        if claim.file is None:
            return [], 0
        try:
            jobs = Intake().jobs((str(claim.file),))
        except OSError as error:
            raise Fault(f"读不了“{claim.file}”：{reason(error)}") from error
        found, seen = [], 0
        for number, job in enumerate(jobs):
            if number in recorded:
                continue
            name = job.name.replace(str(claim.file), claim.name, 1)
            place = Path(claim.id) / "结果" / str(number)
            task = Task(claim, number, job._replace(name=_text(name), copy=place))
            known = bytes_known(self.desk, task)
            if known is None:
                found.append(task)
            else:
                self._said(self._answerer.repeat(task, known))
                seen += 1
        return found, seen

    def _settled(self, tasks: Sequence[Task]) -> Iterator[tuple[Task, XlcheckError | None]]:
        """Check tasks and settle each as its answer comes."""
        done = 0
        if len(tasks) > 1:
            with contextlib.closing(self._answerer.checked(tasks)) as answers:
                while done < len(tasks) and (answer := _next(answers)) is not None:
                    yield tasks[done], self._settle(tasks[done], answer)
                    done += 1
        for task in tasks[done:]:  # one alone; or each alone, where one of them broke the batch
            with contextlib.closing(self._answerer.checked([task])) as answers:
                yield task, self._settle(task, _next(answers))

    def _settle(self, task: Task, answer: Answer | None) -> XlcheckError | None:
        """Settle one; what kept it from being settled, if anything did."""
        if answer is None:
            return Fault(f"“{task.job.name}”没有检查成，留在“处理中”。")
        try:
            self._said(self._answerer.settle(task, answer))
        except Exception as error:  # noqa: BLE001 - whatever it is, it keeps this workbook only
            return _kept(error, task.job.name)
        return None

    def _finish(self, claim: Claim) -> None:
        """The file itself to where the ledger says, and the claim is gone."""
        recorded = self._recorded(claim)
        if claim.file is not None and recorded:
            move(claim.file, self.desk.folders.root / next(iter(recorded.values())).original)
        close(claim)
        with self.desk.ledger.transaction() as change:
            change.note("filed", claim.id, workbooks=len(recorded))

    # --- the rest ----------------------------------------------------------------------------------------------------

    def _backup(self) -> None:
        """Once a day a copy of the ledger; the oldest ones go."""
        keep, day = self.desk.settings.backups, now()[:10]
        if not keep or self._backed_up == day:
            return
        folder = self.desk.folders.backups
        if not (folder / f"ledger-{day}.sqlite").exists():
            self.desk.ledger.backup(folder / f"ledger-{day}.sqlite")
            for old in sorted(folder.glob("ledger-????-??-??.sqlite"))[:-keep]:
                old.unlink(missing_ok=True)
        self._backed_up = day

    def _said(self, receipt: Receipt) -> None:
        self.counts[receipt.status] += 1
        self.say(f"{sentence(receipt)}{self._besides(receipt)}")

    def _besides(self, receipt: Receipt) -> str:
        """What the reviewer would not expect of a version: another form, another year, nobody to write to."""
        unit = self.desk.roster.get(receipt.unit)
        if receipt.status != Status.CHECKED or unit is None:
            return ""
        said, year = [], self.desk.settings.year
        if unit.forms and receipt.form not in unit.forms:
            wanted = "、".join(title_of(self.desk, f) for f in unit.forms)
            said.append(f"交的是《{title_of(self.desk, receipt.form)}》，名册要求的是《{wanted}》")
        if receipt.year is None:
            said.append("表里没有写年度")
        elif year is not None and receipt.year != year:
            said.append(f"年度不是设置的 {year}")
        if self.desk.settings.mail is not None and not unit.addresses:
            said.append("名册里没有邮箱，没有写信")
        return f"。注意：{'；'.join(said)}。" if said else ""

    def _tell(self, said: str, more: str = "", told: set[str] | None = None) -> None:
        """A line about a fault; the same one only once until something has gone well again (``told``: once and for all)."""
        known = self._told if told is None else told
        if said not in known:
            known.add(said)
            self.say(f"{said}{more}")


def _next(answers: Iterator[Answer]) -> Answer | None:
    """The next answer; None where there is none because checking itself broke."""
    try:
        return next(answers, None)
    except Fault:
        raise
    except Exception:
        if os.environ.get("XLCHECK_DEBUG"):
            raise
        return None


def _own(fault: Fault) -> bool:
    """Whether a fault is one file's own, and not the machine's."""
    return isinstance(fault.__cause__, OSError) and fault.__cause__.errno in _FILES_OWN


def _kept(error: Exception, name: str) -> XlcheckError:
    """What keeps a workbook for now; mistakes of ours too must not keep others."""
    if isinstance(error, XlcheckError):
        return error
    if os.environ.get("XLCHECK_DEBUG"):
        raise error
    if isinstance(error, OSError):
        return Fault(_said(error))
    return Fault(
        f"xlcheck 自身出错（{type(error).__name__}: {error}），“{name}”留在“处理中”。请把这条信息和文件发给维护者。"
    )


def sentence(receipt: Receipt) -> str:
    """What came of a workbook, for the reviewer's eye."""
    match receipt.status:
        case Status.CHECKED:
            counts = f"错误 {receipt.errors}，核实 {receipt.verifies}，提示 {receipt.notes}"
            counts += f"，没能核对 {receipt.unsaid}" if receipt.unsaid else ""
            mended = f"，比上一版改正了 {receipt.mended} 条" if receipt.version > 1 else ""
            year = f" {receipt.year}" if receipt.year else ""
            return (
                f"{receipt.unit} {receipt.unit_name}{year} 第 {receipt.version} 版：{counts}{mended}（{receipt.name}）"
            )
        case Status.REPEATED:
            return f"重复：{receipt.name}。{receipt.reason}"
        case Status.UNKNOWN:
            return f"无法识别：{receipt.name}。{receipt.reason}"
    return f"读不了：{receipt.name}。{receipt.reason}"


def _text(name: str) -> str:
    """A name that can be stored and printed, whatever bytes it was made of."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _said(error: Exception) -> str:
    if isinstance(error, OSError):
        return f"“{error.filename}”：{reason(error)}。" if error.filename else f"{reason(error)}。"
    return str(error) if isinstance(error, XlcheckError) else f"xlcheck 自身出错（{type(error).__name__}: {error}）。"
