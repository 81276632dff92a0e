"""Many workbooks, each in a worker process of its own: read, checked, marked, written. One lost is one refused."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from xlcheck.errors import Fault, Refused
from xlcheck.files import reason, write_whole
from xlcheck.form import Severity
from xlcheck.intake import Job
from xlcheck.model import Submission
from xlcheck.pipeline import Pipeline, read_file
from xlcheck.reading.archive import Archive
from xlcheck.workers import Limits, Lost, Workers
from xlcheck.writing.report import Checked, digest, report
from xlcheck.writing.text import Piece, pieces

_MACRO = b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"
_TEMPLATE = b"application/vnd.openxmlformats-officedocument.spreadsheetml.template.main+xml"
_LAYOUT_SECONDS = 100.0


class Answer(NamedTuple):
    """What came of one job, ready to be shown: plain data, cheap to send from a worker.

    ``worst`` is the rank of the worst finding (0 错误), None when there is none; ``refused`` the refusal's code;
    ``fault`` what the machine refused to write.
    """

    report: dict[str, Any] | None
    pieces: tuple[Piece, ...]
    worst: int | None
    refused: str | None = None
    fault: str = ""


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
            return self._answer(Checked(job.name, "", None, None, refusal))
        except OSError as error:
            said = Refused("unreadable", f"读不了文件：{reason(error)}。")
            return self._answer(Checked(job.name, "", None, None, said))
        checked, marked = self.pipeline.run(data, job.name, mark=self.out is not None)
        fault = ""
        if marked is not None and self.out is not None:
            target = copy_path(self.out, job, marked)
            try:
                write_whole(target, marked)
                checked = checked._replace(marked=str(target))
            except Fault as error:
                fault = str(error)
        return self._answer(checked, fault)

    def _answer(self, checked: Checked, fault: str = "") -> Answer:
        ranks = {s: i for i, s in enumerate(Severity)}
        found = [ranks[f.severity] for f in checked.outcome.findings] if checked.outcome else []
        text = self.shape == "text"
        return Answer(
            None if text else report(checked),
            tuple(pieces(checked, verbose=self.verbose, quiet=self.quiet)) if text else (),
            min(found, default=None),
            checked.refusal.code if checked.refusal else None,
            fault,
        )

    def lost(self, job: Job, lost: Lost) -> Answer:
        """The answer for a workbook whose worker hung, ran out of memory or died."""
        said = {
            "time": (
                "timeout",
                f"读取用时超过 {self.limits.seconds:g} 秒，已停止。文件可能异常或有害；请用 Excel/WPS 另存为新的 .xlsx 后再检查。",
            ),
            "memory": (
                "out_of_memory",
                f"读取所需内存超过 {self.limits.megabytes} MB，已停止。文件可能异常或有害；请用 Excel/WPS 另存为新的 .xlsx 后再检查。",
            ),
        }.get(
            lost.why,
            (
                "crashed",
                f"读取时程序中断（{lost.detail}）。文件可能异常或有害；请用 Excel/WPS 另存为新的 .xlsx 后再检查。",
            ),
        )
        try:
            found = digest(job_bytes(job))
        except (Refused, OSError):
            found = ""
        return self._answer(Checked(job.name, found, None, None, Refused(*said)))


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
    if job.path is not None and job.entry is None and job.path.suffix.lower() in (".xlsm", ".xltx", ".xltm", ".xlsx"):
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
        raise Refused("timeout" if answer.why == "time" else "crashed", "文件异常，读取没有完成。")
    if isinstance(answer, Refused):
        raise answer
    return answer


def _setting(name: str, usual: float) -> float:
    try:
        value = float(os.environ.get(name, ""))
    except ValueError:
        return usual
    return value if value > 0 else usual
