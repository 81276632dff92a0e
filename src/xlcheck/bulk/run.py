"""A bulk run: workbooks stream in, chunks go to an engine, shards of reports stay where they were made, rows come back.

Every workbook that came in is counted exactly once as checked or refused, whatever happens to processes and machines.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from xlcheck.batch import Batch
from xlcheck.bulk.answered import BulkRow, Index
from xlcheck.bulk.folder import ResultsFolder
from xlcheck.bulk.progress import Pace
from xlcheck.bulk.work import BulkTask, BulkWork, Shard, ShardWriter
from xlcheck.engines.chunks import chunked
from xlcheck.engines.executor import Chunk, Executor, Gathered
from xlcheck.form import Severity
from xlcheck.intake import Intake, Job
from xlcheck.pipeline import preload
from xlcheck.workers import Lost

_MOST_SAID = 10


@dataclass
class Tally:
    """How a run ended: Σ in = Σ checked + Σ refused."""

    came_in: int = 0
    checked: int = 0
    refused: int = 0
    known: int = 0  # of both: answered before
    faults: int = 0  # of the checked: their marked copy could not be written
    again: int = 0  # of both: not for good, the next run tries them again
    by_worst: Counter[Severity | None] = field(default_factory=Counter)
    by_refusal: Counter[str] = field(default_factory=Counter)

    def add(self, row: BulkRow) -> None:
        """Count one workbook."""
        self.known += row.known
        self.again += not row.known and not row.final
        self.faults += bool(row.fault)
        if row.refusal is None:
            self.checked += 1
            self.by_worst[row.worst] += 1
        else:
            self.refused += 1
            self.by_refusal[row.refusal.value] += 1

    @property
    def data(self) -> dict[str, Any]:
        """As data, for other programs."""
        return {
            "schema": "xlcheck.run/1",
            "in": self.came_in,
            "checked": self.checked,
            "refused": self.refused,
            "known": self.known,
            "again": self.again,
            "faults": self.faults,
            "worst": {s.value: self.by_worst[s] for s in Severity} | {"none": self.by_worst[None]},
            "refusals": dict(sorted(self.by_refusal.items())),
        }


class BulkProgress(NamedTuple):
    """Where a run is, and the rows that have just come."""

    pace: Pace
    rows: Sequence[BulkRow] = ()


Told = Callable[[BulkProgress], None]


@dataclass
class BulkRun:
    """A run of ``batch`` over ``paths``, with its results in the folder ``results``.

    ``form`` is the format of the shards, which the renderer of the batch writes. ``skipped`` gets the first files that
    were passed over, and how many there were is ``passed_over``.
    """

    batch: Batch
    paths: Sequence[str]
    results: ResultsFolder
    form: str
    told: Told
    clock: Callable[[], float] = time.monotonic
    skipped: list[str] = field(default_factory=list)
    passed_over: int = 0
    tally: Tally = field(default_factory=Tally)

    def run(self, executor: Executor) -> Tally:
        """Check everything that was not answered before.

        Raises:
            Usage: paths that don't exist, a folder of results that is in use.
            MappingError, Fault: the rules are wrong, or the machine refuses. What was answered is kept.
        """
        _ = self.batch.pipeline.reader  # compiled once, before work travels
        preload()
        pace = Pace(sum(1 for _ in Intake(trusting=True).stream(self.paths)), self.clock)
        index = self.results.start()
        try:
            work = BulkWork(self.batch)
            writer = ShardWriter(work.light, self.results.reports, self.results.run, self.form)
            chunks = chunked(self._tasks(index), executor.slots)
            for done in executor.run_chunks(work, writer, chunks, self.batch.limits):
                self._take(done, writer, pace)
            self.results.finish(self.tally.data)
        finally:
            self.results.leave()
        return self.tally

    def _take(self, done: Gathered | None, writer: ShardWriter, pace: Pace) -> None:
        """Count what has come; a chunk that was lost twice is refused, here."""
        if done is None:
            self.results.alive()
            self.told(BulkProgress(pace))
            return
        shard = done.row if done.lost is None else _refused(done.chunk, done.lost, writer)
        self.results.add(shard)
        for row in shard.rows:
            self.tally.add(row)
        pace.at(self.tally.checked + self.tally.refused)
        self.told(BulkProgress(pace, shard.rows))

    def _tasks(self, index: Index) -> Iterator[BulkTask]:
        intake = Intake(trusting=True)
        for job in self._counted(intake.stream(self.paths), intake):
            yield BulkTask(job, index.of(job.name, str(job.copy)))

    def _counted(self, jobs: Iterable[Job], intake: Intake) -> Iterator[Job]:
        """Each job counted as come in; what is passed over is kept only so far as it is said."""
        for job in jobs:
            self.tally.came_in += 1
            self._note(intake)
            yield job
        self._note(intake)

    def _note(self, intake: Intake) -> None:
        self.passed_over += len(intake.skipped)
        self.skipped += intake.skipped[: _MOST_SAID - len(self.skipped)]
        intake.skipped.clear()


def _refused(chunk: Chunk, lost: Lost, writer: ShardWriter) -> Shard:
    """The shard of a chunk whose machine was lost. It has a name of its own: a machine that was only cut off may still write."""
    return writer(chunk._replace(attempt=chunk.attempt + 1), [lost] * len(chunk.tasks))


def settings_of(batch: Batch, form: str) -> str:
    """A digest of all that an answer depends on besides the workbook: rules, version, options."""
    pipeline = batch.pipeline
    said = [
        pipeline.library.rules_digest,
        pipeline.set_id,
        pipeline.keep_layout,
        pipeline.send_to,
        str(batch.out or ""),
    ]
    return hashlib.sha256(json.dumps([*said, form]).encode()).hexdigest()
