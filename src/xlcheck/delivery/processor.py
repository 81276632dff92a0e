"""One workbook of a claim → its receipt in the ledger, its files where they belong, its letter.

The order makes it safe to be killed anywhere: results and letter are on the disk first, then *one* transaction says that
the workbook is answered, then files are renamed to where the ledger says. What was not in the ledger is done again;
what was, is only carried to its end.
"""

from __future__ import annotations

import errno
import hashlib
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from xlcheck.batch import CheckResult, job_bytes
from xlcheck.consulting import Before, ConsultingBatch, Identity
from xlcheck.counted import form_of
from xlcheck.delivery import outbox
from xlcheck.delivery.claim import Claim, move
from xlcheck.delivery.decide import Arrival, LedgerView, MarkedCopy, Plan, decide, placed, repeated
from xlcheck.delivery.desk import Desk
from xlcheck.delivery.lastyear import LastYear
from xlcheck.delivery.letter import Draft, result_letter
from xlcheck.delivery.owner import Lineage, Ownership, counts_for, of_submission, owner_of, with_versions
from xlcheck.delivery.recheck import as_checked_again, still_counts, text_of
from xlcheck.delivery.together import PACKED, Member, digest_of, document_digests, packed
from xlcheck.delivery.workbookof import workbook_of, workbook_since
from xlcheck.errors import Fault, RefusalCode, Whose
from xlcheck.files import reason, write_whole
from xlcheck.intake import Job
from xlcheck.ledger import receipts
from xlcheck.ledger.records import TEXT_FORM, Receipt
from xlcheck.ledger.store import now
from xlcheck.model import PrintedNames
from xlcheck.office.years import CountedYear
from xlcheck.report.assemble import History
from xlcheck.report.comparison import EarlierVersion
from xlcheck.report.report import MENDED, EarlierFinding, Report
from xlcheck.shown import clean
from xlcheck.workers import Wait

_FORBIDDEN = reason(PermissionError(errno.EACCES, ""))


class WorkItem(NamedTuple):
    """A workbook of a claim: the job for the checker, and its number in the claim."""

    claim: Claim
    entry: int
    job: Job


@dataclass
class SubmissionProcessor:
    """Answers workbooks at a desk. ``processes`` is how many are checked at once."""

    desk: Desk
    processes: int = 1
    _owners: dict[tuple[str, int], Ownership] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._last_year = LastYear(self.desk)

    # --- check -----------------------------------------------------------------------------------------

    def checked(
        self, items: Sequence[WorkItem], prior: Callable[[], Receipt | None] | None = None
    ) -> Generator[CheckResult, None, None]:
        """The checker's results of items, in order; marked copies go into the claims.

        ``prior`` gives the version before, where that is not the last one.
        """
        asked = _Questions(self, items, prior)
        batch = ConsultingBatch(self.desk.pipeline, self.desk.folders.working)
        for result in batch.consult([item.job for item in items], self.processes, asked):
            yield result
            asked.taken += 1

    def owner(self, item: WorkItem, identity: Identity, prior: Callable[[], Receipt | None] | None = None) -> Ownership:
        """Whose a workbook is and the version before it, remembered until it is recorded."""
        owner = with_versions(self.desk, owner_of(self.desk, identity, item.job.name, now()), identity)
        owner = as_checked_again(self.desk, owner, item.job.name, identity.sha256)
        if prior is not None:
            owner = owner._replace(prior=prior())
        owner = owner._replace(form=identity.template)
        self._owners[item.claim.id, item.entry] = owner
        return owner

    def before(self, owner: Ownership, identity: Identity) -> Before:
        """What is known of a unit from before."""
        unit = owner.whose.unit
        if unit is None:
            return Before()
        said = tuple(receipts.explanations(self.desk.ledger, (unit.code, owner.year.year)))
        year = owner.year.year if owner.year.sure else None  # a year that is only supposed has no year before it
        versions = (self._earlier(owner.prior, identity),) if owner.prior else ()
        alone = not identity.document or (identity.whole and identity.template != TEXT_FORM)
        beside = None if alone else workbook_of(self.desk, unit.code, owner.year.year)
        return Before(History(said, versions), self._last_year.files(unit.code, year), beside)

    def _earlier(self, prior: Receipt, identity: Identity) -> EarlierVersion:
        """The version before, under the name that the unit has now."""
        old = receipts.findings(self.desk.ledger, prior.id)
        known = tuple(EarlierFinding(f.key, f.rule, f.severity, f.message) for f in old if f.state != MENDED)
        return EarlierVersion(prior.name, identity.unit, identity.year, form_of(identity.template), known)

    # --- record ----------------------------------------------------------------------------------------

    def record_result(self, item: WorkItem, result: CheckResult) -> Receipt:
        """Record what came of an item and put its files where they belong.

        Raises:
            Fault: the machine refuses; nothing is done, or only files are still to be moved.
        """
        if _worth_another_try(result):
            result = next(self.checked([item]))
        report = _answered(result)
        sha256 = digest_of(report.workbook.sha256 or _file_digest(item), document_digests(item.job))
        known = self.known_as(item, sha256)
        remembered = self._owners.pop((item.claim.id, item.entry), None)
        if known is not None:
            return self.repeat(item, known)
        book = report.workbook
        form = book.counted_as
        if item.job.document:
            form = remembered.form if remembered else TEXT_FORM
        identity = Identity(sha256, book.names, book.year, form, book.sha256)
        owner = remembered or self.owner(item, identity)
        self._owners.pop((item.claim.id, item.entry), None)
        arrival = self._arrival(item, sha256, owner.sender, owner.year)
        arrival = arrival._replace(form=form if item.job.document else None)
        view = self._view(item, owner, owner.line(form))
        plan = decide(arrival, report, owner.whose, view)
        if plan.letter:
            plan = plan._replace(justifications=result.justifications)
        return self._apply(item, placed(plan, arrival, view, _copy(item, report), self.desk.folders))

    def repeat(self, item: WorkItem, known: Receipt) -> Receipt:
        """The same bytes again: the same answer, no new version, no letter.

        Raises:
            Fault: the machine refuses.
        """
        copy = self._same_copy(item, known)
        arrival, view = self._arrival(item, known.sha256, known.sender), self._view(item)
        return self._apply(item, placed(repeated(arrival, known), arrival, view, copy, self.desk.folders))

    def filed(self, claim: Claim, receipt: Receipt) -> Receipt:
        """Move what the ledger knows of to where it says. Can be done any number of times.

        Raises:
            Fault: the machine refuses.
        """
        root = self.desk.folders.root
        if receipt.marked:
            move(claim.results / f"{receipt.entry}{Path(receipt.marked).suffix}", root / receipt.marked)
        if receipt.note:
            move(_note_path(claim, receipt.entry), root / receipt.note)
        if receipt.unit:
            outbox.post(self.desk, receipt)
        return receipt

    def known_as(self, item: WorkItem, sha256: str) -> Receipt | None:
        """The receipt of the same bytes as the workbook of the same unit and year: roster or file name may say another now.

        None too where another version came since: sent again, these bytes are the newest again. A text that was put back to be
        checked again is known where a newer one has come.
        """
        again = text_of(self.desk, item.job.name, sha256)
        if again is not None:
            return None if still_counts(self.desk, again) else again
        found = receipts.answered(self.desk.ledger, sha256)
        if not found:
            return None
        if item.job.document and workbook_since(self.desk, found[-1]):
            return None  # there is something else to check it beside
        owner = owner_of(self.desk, self._identity(found[0]), item.job.name, now())
        line = owner.line(found[0].form)
        if line is None:
            return found[0]
        last = next((r for r in reversed(found) if counts_for(r, line)), None)
        newest = receipts.latest(self.desk.ledger, *line)
        return last if newest is None or newest.sha256 == sha256 else None

    def _identity(self, receipt: Receipt) -> Identity:
        """What the sheets of a workbook said that was answered before."""
        report = receipts.report_of(self.desk.ledger, receipt.id)
        names, year = (report.workbook.names, report.workbook.year) if report else (PrintedNames(), None)
        return Identity(receipt.sha256, names, year, receipt.form)

    def bytes_known(self, item: WorkItem) -> Receipt | None:
        """The receipt of the same bytes, where a plain file shows that without being checked.

        Raises:
            Fault: it can't be read now.
        """
        job = item.job
        if job.entry is not None or job.problem is not None or job.path is None:
            return None
        try:
            own = hashlib.sha256(job_bytes(job)).hexdigest()
            return self.known_as(item, digest_of(own, document_digests(job)))
        except PermissionError:
            return None
        except OSError as error:
            raise Fault(f"读不了“{job.path}”：{reason(error)}") from error

    def _same_copy(self, item: WorkItem, known: Receipt) -> MarkedCopy | None:
        """The marked copy of the first time; where it is gone, one that is made of the same bytes now."""
        old = self.desk.folders.root / known.marked
        try:
            data = old.read_bytes()
        except OSError:
            data = None
        if data is None or known.copy not in ("", hashlib.sha256(data).hexdigest()):  # gone, or somebody wrote in it
            before = receipts.version(self.desk.ledger, known, known.version - 1)
            made = next(self.checked([item], lambda: before))
            return _copy(item, _answered(made))
        target = item.claim.results / f"{item.entry}{old.suffix}"
        write_whole(target, data)
        return MarkedCopy(target, hashlib.sha256(data).hexdigest())

    def _arrival(self, item: WorkItem, sha256: str, sender: str, year: CountedYear | None = None) -> Arrival:
        job, rules = item.job, self.desk.pipeline.library.digest()
        archived = job.entry is not None
        return Arrival(
            item.claim.id, item.claim.name, item.entry, job.name, archived, sha256, now(), sender, rules, year
        )

    def _view(self, item: WorkItem, owner: Ownership | None = None, line: Lineage | None = None) -> LedgerView:
        ledger = self.desk.ledger
        others = receipts.claimed(ledger, item.claim.id)
        original = next((r.original for r in others.values()), "")
        prior = owner.prior if owner else None
        before = tuple(receipts.findings(ledger, prior.id)) if prior else ()
        version = receipts.next_version(ledger, *line) if line else 1
        view = LedgerView(prior, before, receipts.next_number(ledger), original, version)
        if owner is None:
            return view
        version = owner.rechecks.version if owner.rechecks is not None else version
        return view._replace(version=version, again=owner.again, rechecks=owner.rechecks)

    def _apply(self, item: WorkItem, plan: Plan) -> Receipt:
        """Everything that is made of a workbook to the disk, then the one transaction that counts, then the moves."""
        if plan.note:
            write_whole(_note_path(item.claim, item.entry), _with_bom(plan.note))
        draft = self._draft(item, plan)
        if draft is not None:
            outbox.write(self.desk, draft.posted, draft.data)
        with self.desk.ledger.transaction() as change:
            receipt = receipts.record(
                change, plan.receipt, plan.report, plan.findings, plan.justifications, plan.result
            )
            if draft is not None:
                outbox.enter(change, draft.posted._replace(receipt=receipt.id))
        return self.filed(item.claim, receipt)

    def _draft(self, item: WorkItem, plan: Plan) -> Draft | None:
        """The letter that a plan asks for, with the marked copy as it lies in the claim."""
        if not plan.letter or plan.report is None:
            return None
        marked = item.claim.results / f"{item.entry}{Path(plan.receipt.marked).suffix}" if plan.receipt.marked else None
        return result_letter(self.desk, plan.receipt, plan.report, plan.findings, marked)


def _of_submission(desk: Desk, item: WorkItem, identity: Identity) -> Identity:
    """What the checker says of an item as what it is at the desk: with its documents, or what a document counts as."""
    if item.job.document:
        return of_submission(desk, identity, item.job.name, now())
    if not item.job.documents:
        return identity
    whole = digest_of(identity.sha256, document_digests(item.job))
    return identity._replace(sha256=whole, book=identity.sha256)


def _worth_another_try(result: CheckResult) -> bool:
    """Whether the machine was perhaps short of time or memory: then the workbook is checked once more, alone."""
    return result.refusal is not None and result.refusal.whose is Whose.EITHER


@dataclass
class _Questions:
    """What the checker asks of a batch, and which of its results have been taken (and recorded)."""

    processor: SubmissionProcessor
    items: Sequence[WorkItem]
    prior: Callable[[], Receipt | None] | None
    taken: int = 0
    _lines: dict[int, Lineage | None] = field(default_factory=dict)

    def __call__(self, number: int, identity: Identity) -> Before | Wait:
        """What is known from before; it has to wait while an earlier workbook may be the version before."""
        item = self.items[number]
        identity = _of_submission(self.processor.desk, item, identity)
        if number not in self._lines:
            self._lines[number] = self.processor.owner(item, identity, self.prior).line(identity.template)
        line = self._lines[number]
        for other in range(self.taken, number):
            if other not in self._lines or (line is not None and self._lines[other] == line):
                return Wait()
        return self.processor.before(self.processor.owner(item, identity, self.prior), identity)


def _answered(result: CheckResult) -> Report:
    """The report of a result.

    Raises:
        Fault: the machine was at fault, and that is no answer.
    """
    if result.fault:
        raise Fault(result.fault)
    if result.report is None:
        raise TypeError("a result without a report")
    refusal = result.report.refusal
    if refusal is not None and refusal.code is RefusalCode.UNREADABLE and _FORBIDDEN not in refusal.message:
        raise Fault(refusal.message)  # one that we could rename but may not read is the file's own fault
    return result.report


def _copy(item: WorkItem, report: Report) -> MarkedCopy | None:
    """The marked copy that a check wrote; the copies of a workbook and its documents as one archive.

    Raises:
        Fault: the machine refuses.
    """
    made = [path for path in (report.marked, *report.marked_documents) if path is not None]
    if not made:
        return None
    path = Path(made[0])
    data = path.read_bytes()
    if len(made) > 1:
        papers = {paper.copy.name: paper.name for paper in item.job.documents}
        names = [item.job.name, *(papers[Path(paper).name] for paper in made[1:])]
        members = [
            Member(f"{_stem(name)}_审核{Path(at).suffix}", Path(at).read_bytes())
            for name, at in zip(names, made, strict=True)
        ]
        path, data = item.claim.results / f"{item.entry}{PACKED}", packed(members)
        write_whole(path, data)
    return MarkedCopy(path, hashlib.sha256(data).hexdigest())


def _stem(name: str) -> str:
    return Path(PurePosixPath(name.replace("\\", "/")).name).stem


def _file_digest(item: WorkItem) -> str:
    """The digest of an archive that can't be looked into; empty where it may not be read."""
    if item.job.path is None:
        return ""
    try:
        with item.job.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except PermissionError:
        return ""
    except OSError as error:
        raise Fault(f"读不了“{item.job.path}”：{reason(error)}") from error


def _note_path(claim: Claim, entry: int) -> Path:
    return claim.results / f"{entry}.txt"


def _with_bom(text: str) -> bytes:
    """UTF-8 that Notepad reads as such."""
    return clean(text).encode("utf-8-sig", "replace").replace(b"\n", b"\r\n")
