"""The corridor: one workbook from bytes to report and marked copy."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from xlcheck.binding.submission import SubmissionReader
from xlcheck.checking.check import check
from xlcheck.checking.explanations import explained
from xlcheck.checking.history import compared
from xlcheck.errors import Fault, Refused, XlcheckError
from xlcheck.form import SetSpec, Severity
from xlcheck.labels import label_key
from xlcheck.mapping.library import Library
from xlcheck.model import Earlier, Explanation, Finding, Outcome, Submission
from xlcheck.reading.formats import FORMATS
from xlcheck.reading.opening import Opened, open_workbook
from xlcheck.reading.package import MAX_FILE, Package
from xlcheck.reading.sniff import Kind
from xlcheck.reading.workbook import Workbook
from xlcheck.workers import short_of_memory
from xlcheck.writing.listback import explanations_of
from xlcheck.writing.marked import marked_copy
from xlcheck.writing.report import Checked, Sheet, digest
from xlcheck.writing.unmark import is_marked, unmarked


@dataclass
class Pipeline:
    """Checks workbooks against the sets of one library.

    ``earlier`` are versions to compare with, ``explanations`` what units have said before (beside what stands in
    the workbook itself), ``send_to`` where units are to send their workbooks back to.
    """

    library: Library = field(default_factory=Library)
    set_id: str | None = None
    last_year: Submission | None = None
    keep_layout: bool = False
    earlier: Sequence[Earlier] = ()
    explanations: Sequence[Explanation] = ()
    send_to: str = ""

    @cached_property
    def forced(self) -> SetSpec | None:
        """The set the user named, compiled."""
        return self.library.load(self.set_id) if self.set_id else None

    @cached_property
    def forms(self) -> list[SetSpec]:
        """The sets a workbook may be of."""
        return [self.forced] if self.forced else [self.library.load(i) for i in self.library.concrete()]

    @cached_property
    def reader(self) -> SubmissionReader:
        """What binds the figures of workbooks; its words and evidence serve all of them."""
        return SubmissionReader(self.forms, self.library.open_form(), self.library.vocabulary)

    def read(self, data: bytes) -> Submission:
        """Read one workbook without checking it (last year's)."""
        return self.reader.read(_without_marks(data)[0], self.forced)

    def read_quietly(self, data: bytes) -> Submission | Refused:
        """The same, a refusal returned instead of raised: it has to travel between processes."""
        try:
            return self.read(data)
        except Refused as refusal:
            return refusal

    def run(self, data: bytes, path: str, mark: bool = False, show: bool = False) -> tuple[Checked, bytes | None]:
        """Check one workbook; with ``mark``, also its marked copy; with ``show``, also its sheets. A refused one has none."""
        with _uncollected():
            return self._run(data, path, mark, show)

    def _run(self, data: bytes, path: str, mark: bool, show: bool) -> tuple[Checked, bytes | None]:
        reader = self.reader  # a wrong mapping is not the workbook's fault: raise before the refusal net
        try:
            opened, given = _without_marks(data)
            now = reader.read(opened, self.forced)
            now.remarks += _doubts(now, self.last_year)
            outcome = check(now, self.last_year)
            explained(outcome, now, [*self.explanations, *given])
            if self.earlier:
                compared(outcome, now, self.earlier)
            marked = self._marked(data, opened, now, outcome) if mark else None
            sheets = _sheets(opened) if show else ()
        except Refused as refusal:
            return Checked(path, digest(data), None, None, refusal), None
        except (XlcheckError, MemoryError):  # the machine's fault, or for the limits of the worker to say
            raise
        except Exception as error:  # one workbook's fault is not the batch's
            if short_of_memory() or isinstance(error, SystemError):  # what C code says when it can get no memory
                raise MemoryError from error
            if os.environ.get("XLCHECK_DEBUG"):
                raise
            said = (
                f"xlcheck 检查这份工作簿时自身出错（{type(error).__name__}: {error}），没有结论。请把文件发给维护者。"
            )
            return Checked(path, digest(data), None, None, Refused("fault", said)), None
        return Checked(path, digest(data), now, outcome, None, sheets=sheets), marked

    def _marked(self, data: bytes, opened: Opened, now: Submission, outcome: Outcome) -> bytes:
        """The marked copy: of the unit's own package where it has one that takes marks, else of a rebuilt .xlsx."""
        if opened.workbook is not None:
            try:
                return marked_copy(opened.workbook, now, outcome, self.send_to)
            except Refused:
                pass
        from xlcheck.writing.rebuild import rebuilt_copy

        now.rebuilt_from = FORMATS[opened.kind].name
        if self.keep_layout and opened.kind is not Kind.OOXML:
            from xlcheck.writing.libreoffice import converted

            try:
                return marked_copy(Workbook(Package(converted(data, opened.kind))), now, outcome, self.send_to)
            except (Fault, Refused):
                now.rebuilt_from += "，LibreOffice 没能转换"
        return rebuilt_copy(opened.grids, opened.layouts(), now, outcome, self.send_to)


def _without_marks(data: bytes) -> tuple[Opened, list[Explanation]]:
    """A workbook as the unit has it, and what the unit says in the list of an earlier check.

    Its marks are taken off before anything is read.
    """
    opened = open_workbook(data)
    if opened.workbook is None or not is_marked(opened.workbook):
        return opened, []
    clean = unmarked(data)
    return (open_workbook(clean) if clean is not None else opened), explanations_of(opened.workbook)


def _sheets(opened: Opened) -> tuple[Sheet, ...]:
    """The sheets as they were read, each with its look as far as the format tells it."""
    from xlcheck.reading.layout import SheetLayout
    from xlcheck.reading.looks import package_layouts

    book, grids = opened.workbook, opened.grids
    layouts = opened.layouts() if book is None else package_layouts(book, grids)
    layouts += [SheetLayout()] * (len(grids) - len(layouts))
    return tuple(Sheet(*both) for both in zip(grids, layouts, strict=False))


def _doubts(now: Submission, before: Submission | None) -> list[Finding]:
    """Years and units that don't fit: of the form, and of last year's workbook; a unit other than the form's."""
    found = []
    if now.year and now.year < now.form.year:
        facts = {"year": str(now.year), "form": str(now.form.year)}
        found.append(Finding(None, Severity.NOTE, "structure", "older_year", facts=facts))
    usual = now.form.tables[0].currency
    if now.nearest is None and now.currency and now.currency != usual:
        facts = {"unit": now.currency, "usual": usual}
        found.append(Finding(None, Severity.VERIFY, "scale", "other_currency", facts=facts))
    if before is not None:
        fits = not (before.year and now.year) or before.year == now.year - 1
        same = not (before.unit and now.unit) or label_key(before.unit) == label_key(now.unit)
        if not (fits and same):
            facts = {"year": f"{before.year or '（没有年度）'}", "unit": before.unit or "（没有单位名称）"}
            found.append(Finding(None, Severity.VERIFY, "continuity", "other_last_year", facts=facts))
    return found


@contextmanager
def _uncollected() -> Iterator[None]:
    """No cycle collection while one workbook is in hand: it makes many objects and hardly a cycle."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def read_file(path: Path) -> bytes:
    """A file's bytes, never more than the guard allows plus one."""
    with path.open("rb") as file:
        return file.read(MAX_FILE + 1)
