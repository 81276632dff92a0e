"""The facts of many workbooks, each read in a worker process of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

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
        return _lines(self, self.pipeline, jobs, executor)

    def __call__(self, job: Job) -> str | Refused:
        """The lines of one workbook, in whatever process this is."""
        try:
            submission = self.pipeline.read(job_bytes(job))
        except Refused as refusal:
            return refusal
        except OSError as error:
            return Refused("unreadable", f"读不了文件：{reason(error)}。")
        lines = facts(submission, job.name, self.pipeline.library.vocabulary)
        return "".join(to_json(cleaned(line, exact=("path", "sheet")), indent=None) + "\n" for line in lines)


@dataclass
class TextExtraction:
    """Reads documents, each beside its workbook where there is one, and writes their figures as JSON lines."""

    pipeline: Pipeline

    def run(self, jobs: Sequence[Job], executor: Executor | None = None) -> Iterator[tuple[Job, str | Refused]]:
        """The lines of the documents of each job, in order; a refusal where they can't be read.

        Raises:
            MappingError: the mappings are wrong (before any file is read).
        """
        _ = self.pipeline.reader
        return _lines(self, self.pipeline, jobs, executor)

    def __call__(self, job: Job) -> str | Refused:
        """The lines of the documents of one job, in whatever process this is."""
        from xlcheck.writing.textfacts import text_facts

        try:
            texts = self.pipeline.read_texts(job_bytes(job), job.name, self._documents(job), lone=job.document)
        except Refused as refusal:
            return refusal
        except OSError as error:
            return Refused("unreadable", f"读不了文件：{reason(error)}。")
        lines = (line for text in texts for line in text_facts(text))
        return "".join(to_json(cleaned(line, exact=("path",)), indent=None) + "\n" for line in lines)

    def _documents(self, job: Job) -> list[SentDocument]:
        return [SentDocument(one.name, job_bytes(one)) for one in job.documents]


def _lines(
    work: Extraction | TextExtraction, pipeline: Pipeline, jobs: Sequence[Job], executor: Executor | None
) -> Iterator[tuple[Job, str | Refused]]:
    batch = Batch(pipeline)
    executor = executor or (InProcess() if pipeline.debug else Processes())
    for job, answer in zip(jobs, executor.run(work, jobs, batch.limits_of(jobs)), strict=True):
        yield job, _refused(batch, job, answer) if isinstance(answer, Lost) else answer


def _refused(batch: Batch, job: Job, lost: Lost) -> Refused:
    result = batch.lost(job, lost)
    return Refused(
        result.refusal or "crashed", "读取没有完成：用时过长、内存过多或程序中断。请另存为新的 .xlsx 后再试。"
    )
