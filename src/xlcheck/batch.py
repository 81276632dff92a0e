"""Many workbooks, each in a worker process of its own: read, checked, marked, shown. One lost is one refused."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from xlcheck.checked import Checked
from xlcheck.documents.document import SentDocument
from xlcheck.documents.endings import CONVERTED_ENDINGS
from xlcheck.engines.executor import Executor
from xlcheck.engines.local import InProcess, Processes
from xlcheck.errors import Fault, RefusalCode, Refused, Usage
from xlcheck.files import reason
from xlcheck.form import Severity
from xlcheck.intake import Intake, Job
from xlcheck.model import Submission
from xlcheck.outcome import Justification
from xlcheck.outputs import is_marked_copy
from xlcheck.pipeline import Pipeline, preload, read_file
from xlcheck.reading.archive import Archive
from xlcheck.reading.entries import MAX_FILE
from xlcheck.reading.formats import COPY_ENDINGS
from xlcheck.report.assemble import Source, digest, refused
from xlcheck.report.comparison import EarlierVersion, version_of
from xlcheck.report.json import reports_in
from xlcheck.report.justifications import accepted
from xlcheck.report.report import Report
from xlcheck.storage import Address, Place, exists, read, write
from xlcheck.workers import Limits, Lost, Workers, short_of_memory
from xlcheck.writing.rendering import Renderer, View

_MACRO = b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"
_TEMPLATE = b"application/vnd.openxmlformats-officedocument.spreadsheetml.template.main+xml"
_LAYOUT_SECONDS = 100.0
Below = TypeVar("Below", Path, Address)


class CheckResult(NamedTuple):
    """What came of one job: plain data, cheap to send from a worker.

    ``part`` is the workbook's part of what the run shows; ``report`` is there where it was asked for. ``worst`` is the
    worst severity of what is not justified, ``justifications`` are those that stand; ``refusal`` is a refusal's code,
    ``fault`` what the machine refused to write.
    """

    report: Report | None
    part: Any
    worst: Severity | None
    justifications: tuple[Justification, ...] = ()
    refusal: RefusalCode | None = None
    fault: str = ""


@dataclass
class Batch:
    """How the workbooks of one run are checked.

    ``out`` is where marked copies go, ``renderer`` makes what is shown of each workbook; ``keep_reports``: the reports
    themselves are wanted too. ``settled``: limits that were settled where the run was asked for.
    """

    pipeline: Pipeline
    out: Place | None = None
    renderer: Renderer | None = None
    keep_reports: bool = False
    settled: Limits | None = None

    def run(self, jobs: Sequence[Job], executor: Executor | None = None) -> Iterator[CheckResult]:
        """One result a job, in order. ``executor`` None: one after the other, in a process beside this one.

        Raises:
            MappingError: the mappings are wrong (before any workbook is read).
            Fault: the machines of the executor fail.
        """
        _ = self.pipeline.forms  # compiled once, before workers are forked
        if len(jobs) > 1:
            preload()
        executor = executor or (InProcess() if self.pipeline.debug else Processes())
        for job, result in zip(jobs, executor.run(self, jobs, self.limits_of(jobs)), strict=True):
            yield self.lost(job, result) if isinstance(result, Lost) else result

    @property
    def limits(self) -> Limits:
        """What one workbook may cost; ``$XLCHECK_SECONDS`` and ``$XLCHECK_MEGABYTES`` change it."""
        return self.limits_of(())

    def limits_of(self, jobs: Sequence[Job]) -> Limits:
        """The same where some of the jobs may have to be converted by LibreOffice, which takes seconds."""
        if self.settled is not None:
            return self.settled
        usual = Limits()
        papers = (p for job in jobs for p in (*job.documents, *([job] if job.document else [])))
        layout = self.pipeline.keep_layout and self.out is not None
        layout = layout or any(Path(p.name).suffix.lower() in CONVERTED_ENDINGS for p in papers)
        seconds = _setting("XLCHECK_SECONDS", _LAYOUT_SECONDS if layout else usual.seconds)
        return Limits(seconds, int(_setting("XLCHECK_MEGABYTES", usual.megabytes)))

    def __call__(self, job: Job) -> CheckResult:
        """Do one job, in whatever process this is."""
        return self.answered(job, self.bytes_of(job))

    def answered(self, job: Job, data: bytes | Refused) -> CheckResult:
        """The result of a job whose workbook has these bytes."""
        if isinstance(data, Refused):
            return self.refused(job, data)
        if job.document:
            return self.written(job, self.pipeline.run_document(SentDocument(job.name, data), self.out is not None))
        shows = self.renderer is not None and self.renderer.needs_sheets
        documents = [self.sent(one) for one in job.documents]
        return self.written(job, self.pipeline.run(data, job.name, self.out is not None, shows, documents))

    def sent(self, job: Job) -> SentDocument:
        """A document that came with a workbook; what can't be read is said of it, not of the workbook."""
        data = self.bytes_of(job)
        return SentDocument(job.name, b"", data.message) if isinstance(data, Refused) else SentDocument(job.name, data)

    def bytes_of(self, job: Job) -> bytes | Refused:
        """The bytes of a job's workbook, or why they can't be had."""
        try:
            return job_bytes(job)
        except Refused as refusal:
            return refusal
        except OSError as error:
            return Refused("unreadable", f"读不了文件：{reason(error)}。")

    def refused(self, job: Job, refusal: Refused) -> CheckResult:
        """The result of a job whose workbook can't even be looked at."""
        return self._result(job, Checked(refused(Source(job.name, ""), refusal)))

    def written(self, job: Job, checked: Checked) -> CheckResult:
        """The result of a job, its marked copy written last of all: a worker that is stopped on the way leaves none."""
        copies = list(self._copies(job, checked))
        if not copies:
            return self._result(job, checked)
        for target, _ in copies:
            if of_another_hand(target):
                return self._result(job, checked)._replace(fault=f"没有写标记副本：{another_hand(target)}")
        book = next((str(path) for path, data in copies if data is checked.marked), None)
        papers = tuple(str(path) for path, data in copies if data is not checked.marked)
        report = replace(checked.report, marked=book, marked_documents=papers)
        result = self._result(job, checked._replace(report=report))
        try:
            for target, data in copies:
                self.put(target, data)
        except Fault as error:
            return result._replace(fault=str(error))
        return result

    def _copies(self, job: Job, checked: Checked) -> Iterator[tuple[Place, bytes]]:
        """The marked copies of a job, and where they go: those of documents first, the workbook's last."""
        if self.out is None:
            return
        papers = (job,) if job.document else job.documents
        for marked in checked.documents:
            yield self.paper_target(papers[marked.number], marked.data), marked.data
        if checked.marked is not None:
            yield self.target(job, checked.marked), checked.marked

    def target(self, job: Job, marked: bytes) -> Place:
        """Where the marked copy of a workbook goes: below ``out``, unless the job itself names a whole path."""
        if isinstance(self.out, Address):
            return copy_path(self.out, job, marked)
        return copy_path(self.out or Path(), job, marked)

    def paper_target(self, paper: Job, marked: bytes) -> Place:  # noqa: ARG002 - for those who look at what is there
        """The same for a document, whose job names the ending too."""
        return (self.out or Path()) / paper.copy

    def put(self, target: Place, marked: bytes) -> None:
        """Write a marked copy.

        Raises:
            Fault: the machine refuses.
        """
        write(target, marked)

    def _result(self, job: Job, checked: Checked) -> CheckResult:
        checked, part = self._rendered(job, checked)
        report = checked.report
        return CheckResult(
            report if self.keep_reports else None,
            part,
            report.worst,
            tuple(accepted(report)),
            report.refusal.code if report.refusal else None,
        )

    def _rendered(self, job: Job, checked: Checked) -> tuple[Checked, Any]:
        """The workbook's part of what is shown; where making it fails, that is this workbook's fault and not the batch's."""
        if self.renderer is None:
            return checked, None
        view = View(str(job.copy), checked.report, checked.submission, checked.sheets)
        try:
            return checked, self.renderer.part(view)
        except Exception as error:
            if isinstance(error, MemoryError) or short_of_memory():
                raise MemoryError from error
            if self.pipeline.debug:
                raise
            said = f"xlcheck 写这份工作簿的报告时自身出错（{type(error).__name__}: {error}）。请把文件发给维护者。"
            book = checked.report.workbook
            failed = refused(Source(book.path, book.sha256), Refused("fault", said))
            return Checked(failed), self.renderer.part(View(str(job.copy), failed))

    def lost(self, job: Job, lost: Lost) -> CheckResult:
        """The result for a workbook whose worker hung, ran out of memory or died."""
        saved = "请去掉用不到的工作表、空行和图片，用 Excel/WPS 另存为新的 .xlsx 后再检查。"
        said = {
            "time": ("timeout", f"检查用了 {self.limits.seconds:g} 秒还没有完，已停止：工作簿太大或太复杂。{saved}"),
            "node": ("crashed", f"计算节点在检查中途失去联系（{lost.detail}），没有结论。请再检查一次。"),
            "memory": ("out_of_memory", f"检查需要的内存超过 {self.limits.megabytes} MB，已停止：工作簿太大。{saved}"),
        }.get(lost.why, ("crashed", f"检查时程序中断（{lost.detail}），没有结论。{saved}"))
        try:
            found = digest(job_bytes(job))
        except (Refused, OSError, Usage):
            found = ""
        return self._result(job, Checked(refused(Source(job.name, found), Refused(*said))))


def job_bytes(job: Job) -> bytes:
    """The bytes of the workbook that a job names.

    Raises:
        Refused: it can't be read, for a reason in the file.
        OSError: it can't be read, for a reason in the machine.
    """
    if job.problem is not None:
        raise Refused(*job.problem)
    at = job.place
    if at is None:
        return job.data or b""
    if job.entry is not None:
        return Archive(at).read(job.entry)
    return read(at, MAX_FILE + 1)


def copy_path(out: Below, job: Job, marked: bytes) -> Below:
    """Where the marked copy goes: the ending says what the copy is, whatever the original was called."""
    likely = likely_path(out, job)
    macros, template = _types(marked)
    fits = {(False, False): ".xlsx", (True, False): ".xlsm", (False, True): ".xltx", (True, True): ".xltm"}
    wanted = fits[macros, template]
    return likely if likely.suffix.lower() == wanted else out / job.copy.with_name(job.copy.name + wanted)


def likely_path(out: Below, job: Job) -> Below:
    """Where the marked copy goes as far as can be told beforehand, by the ending of the workbook."""
    ending = ".xlsx"
    if job.place is not None and job.entry is None and job.place.suffix.lower() in COPY_ENDINGS:
        ending = job.place.suffix
    return out / job.copy.with_name(job.copy.name + ending)


def of_another_hand(target: Place) -> bool:
    """Whether something stands where a marked copy would go that is none, or that somebody has saved since.

    Where a storage can't be asked, writing says so.
    """
    try:
        if not exists(target):
            return False
        return not is_marked_copy(target if isinstance(target, Path) else read(target, MAX_FILE + 1))
    except OSError:
        return False


def another_hand(target: Place) -> str:
    """That a file stands where a marked copy would go, and what to do."""
    return f"“{target}”不是 xlcheck 写的标记副本，或写好以后又改过，不能盖掉。请换一个文件夹，或先把它移走。"


def _types(marked: bytes) -> tuple[bool, bool]:
    """Whether a package holds macros, and whether it is a template, by its content types."""
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(marked)) as archive:
        name = next((n for n in archive.namelist() if n.lower() == "[content_types].xml"), "")
        types = archive.read(name) if name else b""
    template_macro = b"vnd.ms-excel.template.macroEnabled.main+xml" in types
    return _MACRO in types or template_macro, _TEMPLATE in types or template_macro


def last_year(pipeline: Pipeline, path: Path) -> Submission:
    """Last year's workbook, read under the same limits.

    Raises:
        Refused: it can't be used.
        OSError: it can't be read.
    """
    data = read_file(path)
    _ = pipeline.forms
    answer = next(iter(Workers(pipeline.read_quietly, 1).run([data])))
    if isinstance(answer, Lost):
        code = {"time": "timeout", "memory": "out_of_memory"}.get(answer.why, "crashed")
        raise Refused(code, "读取没有完成：用时过长、内存过多或程序中断。")
    if isinstance(answer, Refused):
        raise answer
    return answer


def earlier(pipeline: Pipeline, path: Path, executor: Executor | None = None) -> list[EarlierVersion]:
    """Earlier versions of workbooks: a report of them (.json, .jsonl), a workbook, a folder or an archive of them.

    Raises:
        Refused: a report that is none, or a workbook that can't be read.
        OSError: it can't be read.
        Usage: no workbook there.
    """
    if path.suffix.lower() in (".json", ".jsonl"):
        try:
            return _versions(reports_in(path.read_text(encoding="utf-8-sig")))
        except ValueError as error:
            said = "不是 xlcheck 的 JSON 报告，或是旧版本写的（问题没有编号）。请给出上次的工作簿。"
            raise Refused("no_report", said) from error
    jobs = Intake().jobs((str(path),))
    reports = [r.report for r in Batch(pipeline, keep_reports=True).run(jobs, executor) if r.report is not None]
    if len(reports) == 1 and reports[0].refusal is not None:
        raise Refused(*reports[0].refusal)
    return _versions(reports)


def _versions(reports: Sequence[Report]) -> list[EarlierVersion]:
    return [version for report in reports if (version := version_of(report)) is not None]


def _setting(name: str, usual: float) -> float:
    try:
        value = float(os.environ.get(name, ""))
    except ValueError:
        return usual
    return value if value > 0 else usual
