"""The facts of many workbooks, each read in a worker process of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from xlcheck.batch import Batch, job_bytes
from xlcheck.documents.document import SentDocument
from xlcheck.engines.executor import Executor
from xlcheck.engines.local import InProcess, Processes
from xlcheck.errors import Refused
from xlcheck.files import reason
from xlcheck.intake import Job
from xlcheck.pipeline import Pipeline
from xlcheck.report.json import to_json
from xlcheck.shown import cleaned
from xlcheck.workers import Lost
from xlcheck.writing.facts import facts


@dataclass
class Extraction:
    """Reads workbooks and writes their facts as JSON lines."""

    pipeline: Pipeline

    def run(self, jobs: Sequence[Job], executor: Executor | None = None) -> Iterator[tuple[Job, str | Refused]]:
        """The lines of each job, in order; a refusal where it can't be read.

        Raises:
            MappingError: the mappings are wrong (before any workbook is read).
        """
        _ = self.pipeline.reader
        batch = Batch(self.pipeline)
        executor = executor or (InProcess() if self.pipeline.debug else Processes())
        for job, answer in zip(jobs, executor.run(self, jobs, batch.limits_of(jobs)), strict=True):
            yield job, _refused(batch, job, answer) if isinstance(answer, Lost) else answer

    def __call__(self, job: Job) -> str | Refused:
        """The lines of one job, in whatever process this is."""
        try:
            return "".join(to_json(line, indent=None) + "\n" for line in self.lines(job))
        except Refused as refusal:
            return refusal
        except OSError as error:
            return Refused("unreadable", f"读不了文件：{reason(error)}。")

    def lines(self, job: Job) -> Iterator[Any]:
        """What each line of a job says: the facts of its workbook.

        Raises:
            Refused, OSError: it can't be read.
        """
        submission = self.pipeline.read(job_bytes(job))
        for fact in facts(submission, job.name, self.pipeline.library.vocabulary):
            yield cleaned(fact, exact=("path", "sheet"))


@dataclass
class TextExtraction(Extraction):
    """The same of documents, each beside its workbook where there is one: their figures."""

    def lines(self, job: Job) -> Iterator[Any]:
        """What each line of a job says: a figure of one of its documents.

        Raises:
            Refused, OSError: one of its files can't be read.
        """
        from xlcheck.writing.textfacts import text_facts

        documents = [SentDocument(one.name, job_bytes(one)) for one in job.documents]
        for text in self.pipeline.read_texts(job_bytes(job), job.name, documents, lone=job.document):
            for fact in text_facts(text):
                yield cleaned(fact, exact=("path",))


def _refused(batch: Batch, job: Job, lost: Lost) -> Refused:
    result = batch.lost(job, lost)
    return Refused(
        result.refusal or "crashed", "读取没有完成：用时过长、内存过多或程序中断。请另存为新的 .xlsx 后再试。"
    )
