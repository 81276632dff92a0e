"""A batch that asks, once it knows whose a workbook or document is, what is known of it from before: each is checked once.

The worker reads it, asks, and is told the history by the process that keeps the ledger; of a document also which workbook it
is to be checked beside.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, cast

from xlcheck.batch import Batch, CheckResult, job_bytes
from xlcheck.checked import Checked, guarded
from xlcheck.counted import counted_as
from xlcheck.errors import Refused
from xlcheck.intake import Job
from xlcheck.labels import plain
from xlcheck.model import PrintedNames, Submission
from xlcheck.pipeline import ExaminedDocument, Pipeline, ReadWorkbook, preload, read_file
from xlcheck.report.assemble import History, digest
from xlcheck.workers import Lost, Wait, Workers

if TYPE_CHECKING:
    from xlcheck.texts import TextHead


class ToldByText(NamedTuple):
    """What the one text beside a workbook says of its unit and year (empty, None: nothing)."""

    unit: str
    year: int | None


class Identity(NamedTuple):
    """Whose a workbook or document is, as it says itself: the SHA-256 of its bytes, unit, year, template.

    The template is what it counts as (:mod:`xlcheck.counted`).

    An empty template: none explains it. ``book`` are the bytes of the workbook alone, where documents came with it.
    ``document``: it is a document, ``said`` its beginning; ``whole``: the tables in it are a submission.
    ``told`` is what the text beside a workbook says that does not say it itself.
    """

    sha256: str
    names: PrintedNames
    year: int | None
    template: str = ""
    book: str = ""
    said: str = ""
    document: bool = False
    whole: bool = False
    told: ToldByText | None = None

    @property
    def unit(self) -> str:
        """The name that most of its tables print; empty where none does."""
        return self.names.name


class Before(NamedTuple):
    """What is known of a unit from before. ``last_year`` are files of last year, the first that can be read counts.

    ``beside`` is the workbook that a document is checked beside (None: none has come).
    """

    history: History = History()
    last_year: tuple[Path, ...] = ()
    beside: Job | None = None


Consult = Callable[[int, Identity], Before | Wait]


@dataclass
class ConsultingBatch(Batch):
    """How the workbooks of a desk are checked: reports are kept, and each workbook is checked with its history."""

    keep_reports: bool = True

    def consult(self, jobs: Sequence[Job], processes: int, asked: Consult) -> Iterator[CheckResult]:
        """One result a job, in order. ``asked`` tells what is known, by the number of the job."""
        _ = self.pipeline.reader  # compiled once, before workers are forked
        preload()
        work = cast("Callable[[Job], CheckResult]", self.steps)  # the workers let it talk to its end
        workers = Workers(work, min(processes, len(jobs)), self.limits_of(jobs), asked)
        for job, result in zip(jobs, workers.run(jobs), strict=True):
            yield self.lost(job, result) if isinstance(result, Lost) else result

    def steps(self, job: Job) -> Generator[Identity, Before, CheckResult]:
        """Read a workbook, with its documents, or a document; ask; check it."""
        data = self.bytes_of(job)
        if isinstance(data, Refused):
            return self.refused(job, data)
        checked = yield from (self._document(job, data) if job.document else self._workbook(job, data))
        return self.written(job, checked)

    def _workbook(self, job: Job, data: bytes) -> Generator[Identity, Before, Checked]:
        pipeline, mark = self.pipeline, self.out is not None
        workbook = guarded(lambda: pipeline.examine(data, job.name), job.name, data, pipeline.debug)
        if isinstance(workbook, Checked):
            return workbook
        before = yield _identity(workbook)._replace(told=self._told(job, workbook))
        documents = [self.sent(one) for one in job.documents]

        def check() -> Checked:
            read = pipeline.read_documents(documents)
            found = pipeline.checked(workbook, _last_year(pipeline, before.last_year), before.history, read)
            if not mark:
                return found
            return found._replace(
                marked=pipeline.marked(data, workbook.opened, found.report),
                documents=pipeline.marked_documents(read, found.report),
            )

        return guarded(check, job.name, data, pipeline.debug)

    def _told(self, job: Job, workbook: ReadWorkbook) -> ToldByText | None:
        """Whose a workbook is that prints no unit: that of the one text beside it, where all that name one name the same."""
        now = workbook.submission
        papers = (*job.documents, *job.beside)
        if not papers or now.names.name or now.names.others:
            return None
        heads = [head for paper in papers if (head := self._head(paper)) is not None and head.unit]
        units = {plain(head.unit) for head in heads}
        return ToldByText(heads[0].unit, heads[0].year) if len(units) == 1 else None

    def _head(self, paper: Job) -> TextHead | None:
        """What a document says of itself; nothing where it can't be read: it is answered for itself."""
        with contextlib.suppress(Refused, OSError):
            return self.pipeline.examine_document(self.sent(paper)).head
        return None

    def _document(self, job: Job, data: bytes) -> Generator[Identity, Before, Checked]:
        pipeline, mark = self.pipeline, self.out is not None
        sent = self.sent(job)
        read = guarded(lambda: pipeline.examine_document(sent), job.name, data, pipeline.debug)
        if isinstance(read, Checked):
            return read
        before = yield _identity_of_document(data, read)

        def check() -> Checked:
            beside = _beside(pipeline, before.beside)
            last = _last_year(pipeline, before.last_year)
            found = pipeline.checked_document(read.document, beside, last, before.history)
            return found._replace(documents=pipeline.marked_documents([read.document], found.report) if mark else ())

        return guarded(check, job.name, data, pipeline.debug)


def _identity(workbook: ReadWorkbook) -> Identity:
    now = workbook.submission
    return Identity(workbook.source.sha256, now.names, now.year, _counted(now))


def _counted(now: Submission) -> str:
    return counted_as(now.form.id, now.project) if now.nearest is None else ""


def _identity_of_document(data: bytes, read: ExaminedDocument) -> Identity:
    head = read.head
    return Identity(
        digest(data), head.names, head.year, head.template, said=read.beginning, document=True, whole=head.whole
    )


def _beside(pipeline: Pipeline, job: Job | None) -> Submission | None:
    """The workbook that a document is checked beside; one that can't be read any more must not keep the document."""
    if job is None:
        return None
    with contextlib.suppress(Refused, OSError):
        return pipeline.read_tables(job_bytes(job), job.name)
    return None


def _last_year(pipeline: Pipeline, files: Sequence[Path]) -> Submission | None:
    """Last year's submission; an old workbook that can't be read must not keep this year's."""
    for path in files:
        with contextlib.suppress(Exception):
            return pipeline.read_tables(read_file(path), path.name)
    return None
