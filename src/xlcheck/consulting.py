"""A batch that asks, once it knows whose a workbook is, what is known of it from before: each is checked once.

The worker reads the workbook, asks, and is told the history by the process that keeps the ledger.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, cast

from xlcheck.batch import Batch, CheckResult
from xlcheck.errors import Refused
from xlcheck.intake import Job
from xlcheck.model import PrintedNames, Submission
from xlcheck.pipeline import Checked, Pipeline, ReadWorkbook, guarded, read_file
from xlcheck.report.assemble import History
from xlcheck.workers import Lost, Wait, Workers


class Identity(NamedTuple):
    """Whose a workbook is, as its sheets say: the SHA-256 of its bytes, unit, year, template (empty: none explains it)."""

    sha256: str
    names: PrintedNames
    year: int | None
    template: str

    @property
    def unit(self) -> str:
        """The name that most of its tables print; empty where none does."""
        return self.names.name


class Before(NamedTuple):
    """What is known of a unit from before. ``last_year`` are files of last year, the first that can be read counts."""

    history: History = History()
    last_year: tuple[Path, ...] = ()


Consult = Callable[[int, Identity], Before | Wait]


@dataclass
class ConsultingBatch(Batch):
    """How the workbooks of a desk are checked: reports are kept, and each workbook is checked with its history."""

    keep_reports: bool = True

    def consult(self, jobs: Sequence[Job], processes: int, asked: Consult) -> Iterator[CheckResult]:
        """One result a job, in order. ``asked`` tells what is known, by the number of the job."""
        _ = self.pipeline.reader  # compiled once, before workers are forked
        work = cast("Callable[[Job], CheckResult]", self.steps)  # the workers let it talk to its end
        workers = Workers(work, min(processes, len(jobs)), self.limits, asked)
        for job, result in zip(jobs, workers.run(jobs), strict=True):
            yield self.lost(job, result) if isinstance(result, Lost) else result

    def steps(self, job: Job) -> Generator[Identity, Before, CheckResult]:
        """Read a workbook, ask, check it."""
        data = self.bytes_of(job)
        if isinstance(data, Refused):
            return self.refused(job, data)
        pipeline = self.pipeline
        workbook = guarded(lambda: pipeline.examine(data, job.name), job.name, data, pipeline.debug)
        if isinstance(workbook, Checked):
            return self.written(job, workbook)
        before = yield _identity(workbook)
        check = lambda: _checked(pipeline, workbook, data, before, self.out is not None)  # noqa: E731
        checked = guarded(check, job.name, data, pipeline.debug)
        return self.written(job, checked)


def _identity(workbook: ReadWorkbook) -> Identity:
    now = workbook.submission
    return Identity(workbook.source.sha256, now.names, now.year, now.form.id if now.nearest is None else "")


def _checked(pipeline: Pipeline, workbook: ReadWorkbook, data: bytes, before: Before, mark: bool) -> Checked:
    checked = pipeline.checked(workbook, _last_year(pipeline, before.last_year), before.history)
    if not mark:
        return checked
    return checked._replace(marked=pipeline.marked(data, workbook.opened, checked.report))


def _last_year(pipeline: Pipeline, files: Sequence[Path]) -> Submission | None:
    """Last year's submission; an old workbook that can't be read must not keep this year's."""
    for path in files:
        with contextlib.suppress(Exception):
            return pipeline.read(read_file(path))
    return None
