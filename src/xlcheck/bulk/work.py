"""What is done to a workbook of a bulk run, and what is made of a chunk of them: a shard of reports, and small rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from xlcheck.batch import Batch, CheckResult
from xlcheck.bulk.answered import BulkRow, Known
from xlcheck.engines.executor import Chunk
from xlcheck.errors import Refused
from xlcheck.intake import Job
from xlcheck.pipeline import Pipeline
from xlcheck.report.assemble import digest
from xlcheck.storage import Place, write
from xlcheck.workers import Lost
from xlcheck.writing.rendering import HeldReport, Renderer, Run


class BulkTask(NamedTuple):
    """One workbook, and what is known of it from before."""

    job: Job
    known: Known


class BulkAnswer(NamedTuple):
    """What came of it; ``part`` is its part of the shard, None where it was known."""

    row: BulkRow
    part: Any = None


@dataclass
class BulkWork:
    """Checks one workbook, unless it was answered before."""

    batch: Batch

    def __call__(self, task: BulkTask) -> BulkAnswer:
        """Check it, in whatever process this is."""
        data = self.batch.bytes_of(task.job)
        found = "" if isinstance(data, Refused) else digest(data)
        if found and task.known.is_of(found):
            known = task.known
            return BulkAnswer(BulkRow(task.job.name, str(task.job.copy), found, known.worst, known.refusal, known=True))
        return answer_of(task.job, self.batch.answered(task.job, data))

    @property
    def light(self) -> Batch:
        """The batch without compiled rules: enough to say that a workbook was lost."""
        pipeline = Pipeline(keep_layout=self.batch.pipeline.keep_layout)
        return replace(
            self.batch, pipeline=pipeline, settled=self.batch.limits
        )  # those of here, not of where it travels


@dataclass
class ShardWriter:
    """Writes the reports of a chunk as one file below ``folder``, ``run`` before its name; gives the rows."""

    batch: Batch
    folder: Place
    run: str
    ending: str

    def __call__(self, chunk: Chunk, answers: Sequence[BulkAnswer | Lost]) -> Shard:
        """The shard of a chunk.

        Raises:
            Fault: it can't be written.
        """
        whole = [
            answer_of(task.job, self.batch.lost(task.job, answer)) if isinstance(answer, Lost) else answer
            for task, answer in zip(chunk.tasks, answers, strict=True)
        ]
        rows = tuple(answer.row for answer in whole)
        parts = [answer.part for answer in whole if not answer.row.known]
        if not parts or self.batch.renderer is None:
            return Shard("", rows)
        name = f"{self.run}-{chunk.first:09d}-{chunk.attempt}.{self.ending}"
        write(self.folder / name, _rendered(self.batch.renderer, parts))
        return Shard(name, rows)


class Shard(NamedTuple):
    """A file of reports (its name; empty: none was needed), and how its workbooks ended."""

    name: str
    rows: tuple[BulkRow, ...]


def answer_of(job: Job, result: CheckResult) -> BulkAnswer:
    """A result as a row and its part of the shard."""
    report = result.report
    sha256 = report.workbook.sha256 if report is not None else ""
    row = BulkRow(job.name, str(job.copy), sha256, result.worst, result.refusal, result.fault)
    return BulkAnswer(row, result.part)


def _rendered(renderer: Renderer, parts: Sequence[Any]) -> bytes:
    held = HeldReport()
    renderer.write(parts, Run(single=False), held)
    return held.whole
