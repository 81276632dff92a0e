"""Files and folders dropped on an icon → marked copies beside them, and one report."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from xlcheck.desktop.checking import BookRow, Desktop, page_of
from xlcheck.desktop.places import CHECKED, can_write, checked_name, free, holds, own_folder, plain_stem
from xlcheck.errors import Usage
from xlcheck.files import write_whole
from xlcheck.intake import Intake, Job

_REPORT = "审核报告"


class Dropped(NamedTuple):
    """What came of a drop: a row a workbook, where the report is, what was passed over.

    ``elsewhere``: places of workbooks where nothing can be written, so that results are in the user's own folder.
    """

    rows: tuple[BookRow, ...]
    report: Path
    skipped: tuple[str, ...]
    elsewhere: tuple[Path, ...]


class DropProgress(NamedTuple):
    """That a workbook is done: which one of how many."""

    row: BookRow
    number: int
    total: int


def drop(paths: Sequence[str], desktop: Desktop, told: Callable[[DropProgress], None]) -> Dropped:
    """Check what was dropped; ``told`` hears of every workbook that is done.

    Raises:
        Usage: a path that is not there, or no workbook among them.
        MappingError, Fault: the mappings are wrong, or nothing can be written anywhere.
    """
    drops = _Drops()
    for path in paths:
        drops.take(path)
    named = not any(Path(path).is_dir() for path in paths) and all(job.entry is None for job in drops.jobs)
    jobs, left = desktop.with_documents(drops.jobs, named=named)
    skipped = (*drops.skipped, *left)
    if not jobs:
        raise Usage("没有找到工作簿（.xlsx、.xlsm、.xls、.et 等）。")
    rows: list[BookRow] = []
    parts: list[Any] = []
    for row, part in desktop.run(jobs):
        rows.append(row)
        parts.append(part)
        told(DropProgress(row, len(rows), len(jobs)))
    single = len(rows) == 1
    page = page_of(parts, single=single, skipped=skipped)
    report = free(drops.report_folder, stem_of(jobs[0]) if single else _REPORT, ".html", page)
    if not holds(report, page):
        write_whole(report, page)
    return Dropped(tuple(rows), report, skipped, tuple(drops.elsewhere))


@dataclass
class _Drops:
    """Takes what was dropped piece by piece; no two copies get one name."""

    jobs: list[Job] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    elsewhere: list[Path] = field(default_factory=list)
    _used: set[str] = field(default_factory=set)
    _folder: Path | None = None

    @property
    def report_folder(self) -> Path:
        """Where the report goes: the place of the first drop."""
        return self._folder or Path()

    def take(self, text: str) -> None:
        """Add the workbooks of one path."""
        intake = Intake(documents=True)
        path = Path(text).absolute()
        found = intake.jobs((str(path),))
        self.skipped += intake.skipped
        if not found:
            return
        folder = _place(path)
        if not can_write(folder):
            self.elsewhere.append(path.parent)
            folder = own_folder() / "审核结果" / (folder.name if path.is_dir() else "")
        self._folder = self._folder or folder
        self.jobs += [job._replace(copy=self._free(folder / job.copy, document=job.document)) for job in found]

    def _free(self, copy: Path, *, document: bool) -> Path:
        """A place that no other copy of this drop has, without the mark of a copy."""
        ending = copy.suffix if document else ""
        stem = plain_stem(copy.name.removesuffix(ending))
        name, number = copy.with_name(f"{stem}{ending}"), 1
        while str(name).casefold() in self._used:
            number += 1
            name = copy.with_name(f"{stem}-{number}{ending}")
        self._used.add(str(name).casefold())
        return name


def stem_of(job: Job) -> str:
    """What the copies of a job are called, without any ending: that of a document stands in its job."""
    return job.copy.stem if job.document else job.copy.name


def _place(path: Path) -> Path:
    """Where the results of a path go: the folder of a file; beside a folder, one like it; into a drive."""
    if not path.is_dir():
        return path.parent
    return path.with_name(checked_name(plain_stem(path.name))) if path.name else path / CHECKED
