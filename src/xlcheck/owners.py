"""Whose the workbooks and documents of a run are, read in workers, where only their contents tell what belongs together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from xlcheck.batch import Batch, job_bytes
from xlcheck.documents.opening import read_document
from xlcheck.errors import Refused
from xlcheck.intake import Job
from xlcheck.pairing import Owner, Pairing, paired
from xlcheck.pipeline import Pipeline
from xlcheck.workers import Lost, Workers

_HEAD = 3_000  # characters


@dataclass
class _Reading:
    """Reads what a workbook or document says of itself; None where it can't be read."""

    pipeline: Pipeline

    def __call__(self, job: Job) -> Owner | str | None:
        try:
            data = job_bytes(job)
            if job.document:
                return read_document(data, job.name).text[:_HEAD]
            now = self.pipeline.read(data)
        except (Refused, OSError):
            return None
        return Owner(now.unit or "", now.year)


def with_documents(pipeline: Pipeline, jobs: Sequence[Job], processes: int, *, named: bool) -> Pairing:
    """Workbooks with their documents. ``named``: every file was named by itself, none was found in a folder."""
    return paired(jobs, named, lambda books: owners_of(pipeline, books, processes), beginning)


def owners_of(pipeline: Pipeline, jobs: Sequence[Job], processes: int) -> list[Owner | None]:
    """Whose each workbook is; None where it can't be read."""
    _ = pipeline.reader
    workers = Workers(_Reading(pipeline), min(processes, max(1, len(jobs))), Batch(pipeline).limits_of(jobs))
    return [answer if isinstance(answer, Owner) else None for answer in workers.run(jobs)]


def beginning(job: Job) -> str:
    """The beginning of a document's text; empty where it can't be read."""
    pipeline = Pipeline()
    workers = Workers(_Reading(pipeline), 1, Batch(pipeline).limits_of([job]))
    answer = next(iter(workers.run([job])))
    return answer if isinstance(answer, str) and not isinstance(answer, Lost) else ""
