"""What is in 处理中: claims, from being taken until the file lies where the ledger says. One keeps no other.

``told`` is called with every receipt; ``stopped`` says whether to leave the rest to the next run.
"""

from __future__ import annotations

import contextlib
import errno
import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from xlcheck.batch import CheckResult
from xlcheck.delivery.claim import Claim, close, move, take, unfinished
from xlcheck.delivery.desk import Desk
from xlcheck.delivery.lines import of_error
from xlcheck.delivery.processor import SubmissionProcessor, WorkItem
from xlcheck.delivery.textowner import lies_beside
from xlcheck.delivery.together import submissions
from xlcheck.errors import Fault, XlcheckError
from xlcheck.intake import Job
from xlcheck.ledger import receipts
from xlcheck.ledger.records import Receipt

_FILES_OWN = {
    errno.EACCES, errno.EPERM, errno.EBUSY, errno.ENAMETOOLONG, errno.EINVAL, errno.EILSEQ, errno.ENOTEMPTY, errno.ENOENT,
}  # fmt: skip

_PATIENCE = 6  # looks


class TakenClaims(NamedTuple):
    """Claims of files; the fault that kept one of them, and whether it would keep all others too."""

    claims: list[Claim]
    refused: Fault | None
    keeps_all: bool


class _Begun(NamedTuple):
    """Claims with what is still to be checked of them; how many workbooks needed no check; what kept a claim, if anything."""

    claims: list[Claim]
    items: list[WorkItem]
    answered: int
    fault: XlcheckError | None


@dataclass
class Working:
    """The claims of a desk. ``processes`` is how many workbooks are checked at once."""

    desk: Desk
    processes: int
    told: Callable[[Receipt], None]
    stopped: Callable[[], bool]

    def __post_init__(self) -> None:
        self._processor = SubmissionProcessor(self.desk, self.processes)
        self._held: Counter[Path] = Counter()

    def taken(self, files: Sequence[Path]) -> TakenClaims:
        """Claim files."""
        found: list[Claim] = []
        refused: Fault | None = None
        for file in files:
            try:
                claim = take(file, self.desk.folders.inbox, self.desk.folders.working)
            except Fault as fault:
                refused = fault
                if not _own(fault):
                    return TakenClaims(found, refused, keeps_all=True)
            else:
                found += [claim] if claim else []
                refused = self._open_elsewhere(file, claim) or refused
        return TakenClaims(found, refused, keeps_all=False)

    def _open_elsewhere(self, file: Path, claim: Claim | None) -> Fault | None:
        """What to say of a file that another program holds open look after look (Windows)."""
        if claim is not None or not os.path.lexists(file):
            self._held.pop(file, None)
            return None
        self._held[file] += 1
        if self._held[file] < _PATIENCE:
            return None
        return Fault(f"“{file}”一直被别的程序打开着，取不走。请关掉它；关掉后会自己接着取。")

    def unfinished(self) -> tuple[list[Claim], Fault | None]:
        """Claims of a run before; what was cut short in writing is removed. And the fault that hides one of them."""
        found = []
        claims, fault = unfinished(self.desk.folders.working)
        for claim in claims:
            try:
                if self._goes_on(claim):
                    found.append(claim)
            except (Fault, OSError) as error:
                fault = error if isinstance(error, Fault) else Fault(of_error(error))
        return found, fault

    def _goes_on(self, claim: Claim) -> bool:
        """Clear away what was cut short in writing; False for a claim that was killed before it had its file."""
        for part in claim.results.glob(".*.part"):
            part.unlink(missing_ok=True)
        if claim.file is not None or self._recorded(claim):
            return True
        close(claim)
        return False

    def _recorded(self, claim: Claim) -> dict[int, Receipt]:
        return receipts.claimed(self.desk.ledger, claim.id)

    def answer(self, claims: Sequence[Claim]) -> int:
        """Answer the workbooks of claims; returns how many. One that fails for the machine's sake stops none of the others."""
        begun = self._answer_items(self._begin(claims))
        fault = self._finish_all(begun.claims) or begun.fault
        if fault is not None:
            raise fault
        return begun.answered

    def _answer_items(self, begun: _Begun) -> _Begun:
        """What has been begun, each of its items answered: without the claims that are not done."""
        answered, fault = begun.answered, begun.fault
        failed: set[str] = set()
        for item, kept in self._settled(begun.items):
            if kept is None:
                answered += 1
            else:
                fault = kept
                failed.add(item.claim.id)
            if self.stopped():
                failed.update(t.claim.id for t in begun.items)  # perhaps not all are done; the next run knows
                break
        return begun._replace(
            answered=answered, fault=fault, claims=[claim for claim in begun.claims if claim.id not in failed]
        )

    def _begin(self, claims: Sequence[Claim]) -> _Begun:
        """Look into claims; one that can't be looked into keeps no other."""
        answered = 0
        fault: XlcheckError | None = None
        items: list[WorkItem] = []
        whole: dict[str, Claim] = {}
        for claim in claims:
            try:
                new, old = self._items(claim, waiting=bool(items))
                answered += old
                items += new
                whole[claim.id] = claim
            except Exception as error:  # noqa: BLE001 - whatever it is, it keeps this claim only
                fault = _kept(error, claim.name)
        items = _with_texts_beside(items)
        items.sort(key=lambda item: item.job.document)  # beside workbooks that are answered by then
        return _Begun(list(whole.values()), items, answered, fault)

    def _finish_all(self, claims: Sequence[Claim]) -> Fault | None:
        """Finish claims; the last fault that kept one of them."""
        fault: Fault | None = None
        for claim in claims:
            try:
                self._finish(claim)
            except Fault as unfiled:
                fault = unfiled
        return fault

    def _items(self, claim: Claim, *, waiting: bool) -> tuple[list[WorkItem], int]:
        """What is still to be checked of a claim, and how many needed no check: recorded before, or seen before.

        ``waiting``: others that came before it are not answered yet. One of them may be the newest version of its unit until
        these bytes come again; so they are checked, and it is decided when their turn has come.
        """
        recorded = self._recorded(claim)
        for receipt in recorded.values():
            self._processor.filed(claim, receipt)
        if claim.file is None:
            return [], 0
        found: list[WorkItem] = []
        seen = 0
        for item in self._work_items(claim, claim.file):
            if item.entry in recorded:
                continue
            known = None if waiting or found else self._processor.bytes_known(item)
            if known is None:
                found.append(item)
            else:
                self.told(self._processor.repeat(item, known))
                seen += 1
        return found, seen

    def _work_items(self, claim: Claim, file: Path) -> list[WorkItem]:
        """What is to be answered in the file of a claim."""
        jobs = submissions(self.desk.pipeline, file, self.processes)
        return [_work_item(claim, file, number, job) for number, job in enumerate(jobs)]

    def _settled(self, items: Sequence[WorkItem]) -> Iterator[tuple[WorkItem, XlcheckError | None]]:
        """Check items and settle each as its answer comes."""
        done = 0
        if len(items) > 1:
            with contextlib.closing(self._processor.checked(items)) as answers:
                while done < len(items) and (answer := _next(answers)) is not None:
                    yield items[done], self._settle(items[done], answer)
                    done += 1
        for item in items[done:]:  # one alone; or each alone, where one of them broke the batch
            with contextlib.closing(self._processor.checked([item])) as answers:
                yield item, self._settle(item, _next(answers))

    def _settle(self, item: WorkItem, result: CheckResult | None) -> XlcheckError | None:
        """Settle one; what kept it from being settled, if anything did."""
        if result is None:
            return Fault(f"“{item.job.name}”没有检查成，留在“处理中”。")
        try:
            self.told(self._processor.record_result(item, result))
        except Exception as error:  # noqa: BLE001 - whatever it is, it keeps this workbook only
            return _kept(error, item.job.name)
        return None

    def _finish(self, claim: Claim) -> None:
        """The file itself to where the ledger says, and the claim is gone."""
        recorded = self._recorded(claim)
        if claim.file is not None and recorded:
            move(claim.file, self.desk.folders.root / next(iter(recorded.values())).original)
        close(claim)
        with self.desk.ledger.transaction() as change:
            change.note("filed", claim.id, workbooks=len(recorded))


def _work_item(claim: Claim, file: Path, number: int, job: Job) -> WorkItem:
    """A job as it is done for a claim: named by the path in the inbox, its marked copies in the claim's folder."""

    def named(one: Job, copy: str) -> Job:
        name = _text(one.name.replace(str(file), claim.name, 1))
        return one._replace(name=name, copy=Path(claim.id) / "结果" / copy)

    papers = tuple(named(one, f"{number}-{k}.docx") for k, one in enumerate(job.documents, 1))
    own = f"{number}.docx" if job.document else str(number)
    return WorkItem(claim, number, named(job, own)._replace(documents=papers))


def _with_texts_beside(items: Sequence[WorkItem]) -> list[WorkItem]:
    """Workbooks that came without documents, each with the one text that lies beside it: that may say whose it is."""
    papers = [item.job for item in items if item.job.document]
    books = [item for item in items if not item.job.document and not item.job.documents]
    found = []
    for item in items:
        near = [paper for paper in papers if item in books and lies_beside(paper.name, item.job.name)]
        alone = len(near) == 1 and sum(lies_beside(near[0].name, book.job.name) for book in books) == 1
        found.append(item._replace(job=item.job._replace(beside=tuple(near))) if alone else item)
    return found


def _next(answers: Iterator[CheckResult]) -> CheckResult | None:
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
        return Fault(of_error(error))
    return Fault(
        f"xlcheck 自身出错（{type(error).__name__}: {error}），“{name}”留在“处理中”。请把这条信息和文件发给维护者。"
    )


def _text(name: str) -> str:
    """A name that can be stored and printed, whatever bytes it was made of."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
