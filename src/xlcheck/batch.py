"""Many workbooks, each in a worker process of its own: read, checked, marked, written. One lost is one refused."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from xlcheck.checking.explanations import stated
from xlcheck.errors import Fault, Refused
from xlcheck.files import reason, write_whole
from xlcheck.form import Severity
from xlcheck.intake import Intake, Job
from xlcheck.model import Earlier, Explanation, Submission
from xlcheck.pipeline import Pipeline, read_file
from xlcheck.reading.archive import Archive
from xlcheck.reading.formats import COPY_ENDINGS
from xlcheck.workers import Limits, Lost, Workers, short_of_memory
from xlcheck.writing.earlier import earlier_versions, from_report
from xlcheck.writing.report import Checked, digest, report
from xlcheck.writing.text import Piece, pieces

if TYPE_CHECKING:
    from xlcheck.writing.html.page import Fragment

_MACRO = b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"
_TEMPLATE = b"application/vnd.openxmlformats-officedocument.spreadsheetml.template.main+xml"
_LAYOUT_SECONDS = 100.0


class Answer(NamedTuple):
    """What came of one job, ready to be shown: plain data, cheap to send from a worker.

    ``worst`` is the rank of the worst finding that is not explained (0 错误), None when there is none;
    ``explanations`` are those that stand; ``refused`` is the refusal's code, ``fault`` what the machine refused to write;
    ``fragment`` is the workbook's part of the page (``html`` only).
    """

    report: dict[str, Any] | None
    pieces: tuple[Piece, ...]
    worst: int | None
    explanations: tuple[Explanation, ...] = ()
    refused: str | None = None
    fault: str = ""
    fragment: Fragment | None = None


@dataclass
class Batch:
    """How the workbooks of one run are checked. ``shape`` is the report's format; ``out`` where copies go."""

    pipeline: Pipeline
    out: Path | None = None
    shape: str = "text"
    verbose: bool = False
    quiet: bool = False

    def run(self, jobs: Sequence[Job], processes: int = 1) -> Iterator[Answer]:
        """One answer a job, in order.

        Raises:
            MappingError: the mappings are wrong (before any workbook is read).
        """
        _ = self.pipeline.forms  # compiled once, before workers are forked
        if self.shape == "html":
            import xlcheck.writing.html.page  # noqa: F401 - so that no worker has to
        if os.environ.get("XLCHECK_DEBUG"):
            yield from map(self, jobs)
            return
        workers = Workers(self, min(processes, len(jobs)), self.limits)
        for job, answer in zip(jobs, workers.run(jobs), strict=True):
            yield self.lost(job, answer) if isinstance(answer, Lost) else answer

    @property
    def limits(self) -> Limits:
        """What one workbook may cost; ``$XLCHECK_SECONDS`` and ``$XLCHECK_MEGABYTES`` change it."""
        usual = Limits()
        layout = self.pipeline.keep_layout and self.out is not None
        seconds = _setting("XLCHECK_SECONDS", _LAYOUT_SECONDS if layout else usual.seconds)
        return Limits(seconds, int(_setting("XLCHECK_MEGABYTES", usual.megabytes)))

    def __call__(self, job: Job) -> Answer:
        """Do one job, in whatever process this is."""
        try:
            data = job_bytes(job)
        except Refused as refusal:
            return self._answer(job, Checked(job.name, "", None, None, refusal))
        except OSError as error:
            said = Refused("unreadable", f"读不了文件：{reason(error)}。")
            return self._answer(job, Checked(job.name, "", None, None, said))
        checked, marked = self.pipeline.run(data, job.name, self.out is not None, self.shape == "html")
        if marked is None or self.out is None:
            return self._answer(job, checked)
        target = copy_path(self.out, job, marked)
        answer = self._answer(job, checked._replace(marked=str(target)))
        try:
            write_whole(target, marked)  # last of all: a worker that is stopped on the way leaves no copy
        except Fault as error:
            return self._answer(job, checked, str(error))
        return answer

    def _answer(self, job: Job, checked: Checked, fault: str = "") -> Answer:
        fragment = None
        if self.shape == "html":
            checked, fragment = _drawn(checked, str(job.copy))
        ranks = {s: i for i, s in enumerate(Severity)}
        now, outcome = checked.submission, checked.outcome
        found = [ranks[f.severity] for f in outcome.findings if not f.explained] if outcome else []
        text = self.shape == "text"
        return Answer(
            report(checked) if self.shape in ("json", "jsonl") else None,
            tuple(pieces(checked, verbose=self.verbose, quiet=self.quiet)) if text else (),
            min(found, default=None),
            tuple(stated(outcome, now)) if now and outcome else (),
            checked.refusal.code if checked.refusal else None,
            fault,
            fragment,
        )

    def lost(self, job: Job, lost: Lost) -> Answer:
        """The answer for a workbook whose worker hung, ran out of memory or died."""
        saved = "请去掉用不到的工作表、空行和图片，用 Excel/WPS 另存为新的 .xlsx 后再检查。"
        said = {
            "time": ("timeout", f"检查用了 {self.limits.seconds:g} 秒还没有完，已停止：工作簿太大或太复杂。{saved}"),
            "memory": ("out_of_memory", f"检查需要的内存超过 {self.limits.megabytes} MB，已停止：工作簿太大。{saved}"),
        }.get(lost.why, ("crashed", f"检查时程序中断（{lost.detail}），没有结论。{saved}"))
        try:
            found = digest(job_bytes(job))
        except (Refused, OSError):
            found = ""
        return self._answer(job, Checked(job.name, found, None, None, Refused(*said)))


def _drawn(checked: Checked, name: str) -> tuple[Checked, Fragment]:
    """The workbook's part of the page; where drawing it fails, that is this workbook's fault and not the batch's."""
    from xlcheck.writing.html.page import fragment

    try:
        return checked, fragment(checked, name)
    except Exception as error:
        if isinstance(error, MemoryError) or short_of_memory():
            raise MemoryError from error
        if os.environ.get("XLCHECK_DEBUG"):
            raise
        said = f"xlcheck 写这份工作簿的网页报告时自身出错（{type(error).__name__}: {error}）。请把文件发给维护者。"
        failed = Checked(checked.path, checked.sha256, None, None, Refused("fault", said))
        return failed, fragment(failed, name)


def job_bytes(job: Job) -> bytes:
    """The bytes of the workbook that a job names.

    Raises:
        Refused: it can't be read, for a reason in the file.
        OSError: it can't be read, for a reason in the machine.
    """
    if job.problem is not None:
        raise Refused(*job.problem)
    if job.path is None:
        return job.data or b""
    if job.entry is not None:
        return Archive(job.path).read(job.entry)
    return read_file(job.path)


def copy_path(out: Path, job: Job, marked: bytes) -> Path:
    """Where the marked copy goes: the ending says what the copy is, whatever the original was called."""
    ending = ".xlsx"
    if job.path is not None and job.entry is None and job.path.suffix.lower() in COPY_ENDINGS:
        ending = job.path.suffix
    macros, template = _types(marked)
    fits = {(False, False): ".xlsx", (True, False): ".xlsm", (False, True): ".xltx", (True, True): ".xltm"}
    wanted = fits[macros, template]
    return out / job.copy.with_name(job.copy.name + (ending if ending.lower() == wanted else wanted))


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


def earlier(pipeline: Pipeline, path: Path, processes: int = 1) -> list[Earlier]:
    """Earlier versions of workbooks: a report of them (.json, .jsonl), a workbook, a folder or an archive of them.

    Raises:
        Refused: a report that is none, or a workbook that can't be read.
        OSError: it can't be read.
        Usage: no workbook there.
    """
    if path.suffix.lower() in (".json", ".jsonl"):
        try:
            return earlier_versions(path.read_text(encoding="utf-8-sig"))
        except (ValueError, KeyError, TypeError) as error:
            said = "不是 xlcheck 的 JSON 报告，或是旧版本写的（问题没有编号）。请给出上次的工作簿。"
            raise Refused("no_report", said) from error
    jobs = Intake().jobs((str(path),))
    found = []
    for answer in Batch(pipeline, None, "json").run(jobs, processes):
        if answer.report is None or answer.refused:
            if len(jobs) == 1:
                refusal = (answer.report or {}).get("refusal") or {}
                raise Refused(answer.refused or "refused", refusal.get("message", ""))
            continue
        version = from_report(answer.report)
        found += [version] if version is not None else []
    return found


def _setting(name: str, usual: float) -> float:
    try:
        value = float(os.environ.get(name, ""))
    except ValueError:
        return usual
    return value if value > 0 else usual
