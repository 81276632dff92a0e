"""A check whose copies go to whole paths and never over anything: what dropping and the page have in common."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from xlcheck.batch import Batch, CheckResult, copy_path
from xlcheck.desktop.places import free, holds
from xlcheck.engines.local import Processes
from xlcheck.errors import MappingError
from xlcheck.intake import Job
from xlcheck.mapping.library import Library
from xlcheck.pairing import Pairing
from xlcheck.pipeline import Pipeline
from xlcheck.storage import Place
from xlcheck.writing.rendering import HeldReport, Run, renderer


class BookRow(NamedTuple):
    """One workbook as a person wants to see it at once: plain data.

    ``copies`` are where the marked copies are: the workbook's first, then those of its documents. ``said`` is why the workbook was refused or its copy could
    not be written.
    """

    name: str
    unit: str
    conclusion: str
    errors: int
    verifies: int
    notes: int
    not_evaluated: int
    copies: tuple[str, ...] = ()
    said: str = ""
    refused: bool = False


class DesktopBatch(Batch):
    """A batch that writes each copy where its job says, under the first name that is free."""

    def target(self, job: Job, marked: bytes) -> Place:
        """The copy's place: ``job.copy`` without an ending, as a whole path."""
        whole = copy_path(Path(), job, marked)
        return free(whole.parent, job.copy.name, whole.suffix, marked)

    def paper_target(self, paper: Job, marked: bytes) -> Place:
        """The same for a document: its job names the ending too."""
        return free(paper.copy.parent, paper.copy.stem, paper.copy.suffix, marked)

    def put(self, target: Place, marked: bytes) -> None:
        """Write it, unless it is there already: somebody may have it open."""
        if not (isinstance(target, Path) and holds(target, marked)):
            super().put(target, marked)


class Desktop:
    """Checks jobs, ``processes`` at once, with the sets of the program and those in ``mappings``.

    ``broken`` are sets that do not compile, after a run; the others serve.
    """

    def __init__(self, mappings: Path | None = None, processes: int = 1) -> None:
        self._mappings = mappings
        self._processes = processes
        self.broken: MappingError | None = None

    def with_documents(self, jobs: Sequence[Job], *, named: bool) -> Pairing:
        """The jobs, each workbook with the documents that belong to it. ``named``: none was found in a folder."""
        if not any(job.document for job in jobs):
            return Pairing(list(jobs), [])
        from xlcheck.owners import with_documents

        return with_documents(self._pipeline(), jobs, self._processes, named=named)

    def _pipeline(self) -> Pipeline:
        return Pipeline(Library.with_own(self._mappings))

    def run(self, jobs: Sequence[Job]) -> Iterator[tuple[BookRow, Any]]:
        """For each job what is to be seen of it, and its part of the page, in order.

        Raises:
            MappingError: no set compiles.
        """
        pipeline = self._pipeline()
        self.broken = pipeline.broken if pipeline.forms else None
        batch = DesktopBatch(pipeline, Path(), renderer("html"), keep_reports=True)
        for job, result in zip(jobs, batch.run(jobs, Processes(min(self._processes, len(jobs)))), strict=True):
            yield row_of(job, result), result.part


def row_of(job: Job, result: CheckResult) -> BookRow:
    """What is to be seen of a result."""
    report = result.report
    if report is None:
        raise ValueError("the batch keeps reports")
    counts = report.counts
    copies = (*([report.marked] if report.marked else []), *report.marked_documents)
    return BookRow(
        job.name, report.workbook.unit or "", report.conclusion.value, counts.open_errors, counts.open_verifies,
        counts.open_notes, counts.not_evaluated, () if result.fault else copies,
        report.refusal.message if report.refusal else result.fault, report.refusal is not None,
    )  # fmt: skip


def page_of(parts: Sequence[Any], *, single: bool, skipped: Sequence[str] = ()) -> bytes:
    """The report of several workbooks as one page."""
    held = HeldReport()
    renderer("html").write(parts, Run(single, tuple(skipped)), held)
    return held.whole
