"""The corridor: one workbook from bytes to its report and its marked copy."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from xlcheck.binding.submission import SubmissionReader
from xlcheck.checked import Checked, MarkedDocument, guarded
from xlcheck.checking.check import check
from xlcheck.checking.circumstances import circumstances
from xlcheck.documents.endings import called_document
from xlcheck.errors import Fault, MappingError, Refused
from xlcheck.form import SetSpec
from xlcheck.mapping.library import Library
from xlcheck.model import Submission
from xlcheck.outcome import Justification, TextCounts
from xlcheck.reading.entries import MAX_FILE
from xlcheck.reading.formats import FORMATS
from xlcheck.reading.opening import Opened, open_workbook
from xlcheck.reading.package import Package
from xlcheck.reading.sniff import Kind
from xlcheck.reading.workbook import Workbook
from xlcheck.report.assemble import History, Source, digest, report_of
from xlcheck.report.comparison import EarlierVersion
from xlcheck.report.report import Report
from xlcheck.writing.marked import Return, marked_copy
from xlcheck.writing.rendering import ReadSheet

if TYPE_CHECKING:
    from xlcheck.documents.document import SentDocument
    from xlcheck.narrative.check import CheckedText
    from xlcheck.readdocuments import ReadDocument
    from xlcheck.texts import TextChecker, TextHead

_BEGINNING = 3_000  # characters
_NO_TEXT = "这份文件里没有认出决算公开的文字说明，也不是工作簿。要检查的是工作簿就请发送 Excel 或 WPS 表格文件。"


class ReadWorkbook(NamedTuple):
    """A workbook that was read: what the unit made, with what it says in the list of an earlier check, and its submission."""

    source: Source
    opened: Opened
    submission: Submission


class ExaminedDocument(NamedTuple):
    """A document that was read, and what it says of itself."""

    document: ReadDocument
    head: TextHead

    @property
    def beginning(self) -> str:
        """The first characters of its text, in which its unit may be named."""
        return self.document.document.text[:_BEGINNING] if self.document.document else ""


@dataclass
class Pipeline:
    """Checks workbooks against the sets of one library.

    ``versions`` are earlier ones to compare with, ``justifications`` what units have said before (beside what stands in
    the workbook itself), ``send_to`` where units are to send their workbooks back to. ``debug``: a mistake of ours is raised.
    """

    library: Library = field(default_factory=Library)
    set_id: str | None = None
    last_year: Submission | None = None
    keep_layout: bool = False
    versions: Sequence[EarlierVersion] = ()
    justifications: Sequence[Justification] = ()
    send_to: str = ""
    debug: bool = field(default_factory=lambda: bool(os.environ.get("XLCHECK_DEBUG")))

    @cached_property
    def forced(self) -> SetSpec | None:
        """The set the user named, compiled."""
        return self.library.load(self.set_id) if self.set_id else None

    @cached_property
    def forms(self) -> list[SetSpec]:
        """The sets a workbook may be of. One that does not compile stops the others only if there are none: see ``broken``.

        Raises:
            MappingError: none compiles.
        """
        if self.forced:
            return [self.forced]
        found = self._compiled
        if self.broken is not None and not any(isinstance(one, SetSpec) for one in found):
            raise self.broken
        return [one for one in found if isinstance(one, SetSpec)]

    @cached_property
    def _compiled(self) -> list[SetSpec | MappingError]:
        return [_tried(self.library, i) for i in self.library.concrete()]

    @property
    def broken(self) -> MappingError | None:
        """All mistakes of the sets that do not compile, so that no workbook is taken for one of theirs; None: all do."""
        if self.forced:
            return None
        wrong = [one for one in self._compiled if isinstance(one, MappingError)]
        return MappingError(list(dict.fromkeys(m for one in wrong for m in one.mistakes))) if wrong else None

    @cached_property
    def reader(self) -> SubmissionReader:
        """What binds the figures of workbooks; its words and evidence serve all of them."""
        library = self.library
        return SubmissionReader(
            self.forms, library.open_form(), library.vocabulary, partial(getattr, library, "score_sheets")
        )

    @property
    def history(self) -> History:
        """What is known from before."""
        return History(self.justifications, self.versions)

    def read(self, data: bytes) -> Submission:
        """Read one workbook without checking it (last year's).

        Raises:
            Refused: it can't be read.
        """
        return self.examine(data, "").submission

    def read_tables(self, data: bytes, name: str) -> Submission:
        """The tables of a workbook, or of a document that holds them.

        Raises:
            Refused: it can't be read, or has none.
        """
        if not called_document(name):
            return self.read(data)
        from xlcheck.documents.document import SentDocument
        from xlcheck.readdocuments import opened_document

        read = opened_document(SentDocument(name, data))
        if read.refused is not None:
            raise read.refused
        found = self.texts.submission(read)
        if found is None:
            raise Refused("unknown_form", _NO_TEXT)
        return found

    def read_quietly(self, data: bytes) -> Submission | Refused:
        """The same, a refusal returned instead of raised: it has to travel between processes."""
        try:
            return self.read(data)
        except Refused as refusal:
            return refusal

    def examine(self, data: bytes, path: str) -> ReadWorkbook:
        """Read one workbook: whose it is, and all its figures.

        Raises:
            Refused: it can't be read.
        """
        opened = open_workbook(data)
        return ReadWorkbook(Source(path, digest(data)), opened, self.reader.read(opened, self.forced))

    def checked(
        self,
        workbook: ReadWorkbook,
        before: Submission | None,
        history: History,
        documents: Sequence[ReadDocument] = (),
    ) -> Checked:
        """Check what was read, beside last year's submission, with its documents and what is known from before."""
        odd = circumstances(workbook.submission, before)
        own = now = replace(workbook.submission, remarks=(*workbook.submission.remarks, *odd))
        outcome = check(now, before)
        texts = (*documents, *self._texts_on_sheets(workbook))
        counts: tuple[TextCounts, ...] = ()
        if texts:
            from xlcheck.textresults import with_texts

            results = self.texts.check(texts, now, outcome, before)
            outcome, counts = with_texts(outcome, results), results.counts
            found = (*now.recognised, *results.recognised)
            now = replace(now, sheets=(*now.sheets, *results.sheets), recognised=found)
        said = (*history.justifications, *workbook.opened.justifications)
        report = report_of(workbook.source, now, outcome, history._replace(justifications=said), counts)
        return Checked(report, own, outcome)

    def _texts_on_sheets(self, workbook: ReadWorkbook) -> Iterator[ReadDocument]:
        unread = workbook.submission.other_sheets
        if unread:
            from xlcheck.readdocuments import sheet_documents

            yield from sheet_documents(workbook.opened.grids, unread)

    @cached_property
    def texts(self) -> TextChecker:
        """What checks documents."""
        from xlcheck.texts import TextChecker

        return TextChecker(self.library, self.reader)

    def run(
        self, data: bytes, path: str, mark: bool = False, show: bool = False, documents: Sequence[SentDocument] = ()
    ) -> Checked:
        """Check one workbook with its documents; with ``mark``, also marked copies; with ``show``, also its sheets.

        A refused one has none.
        """
        _ = self.reader  # a wrong mapping is not the workbook's fault: raise before the refusal net
        return guarded(lambda: self._run(data, path, mark, show, documents), path, data, self.debug)

    def _run(self, data: bytes, path: str, mark: bool, show: bool, documents: Sequence[SentDocument]) -> Checked:
        workbook = self.examine(data, path)
        read = self.read_documents(documents)
        found = self.checked(workbook, self.last_year, self.history, read)
        return found._replace(
            marked=self.marked(data, workbook.opened, found.report) if mark else None,
            sheets=sheets_of(workbook.opened) if show else (),
            documents=self.marked_documents(read, found.report) if mark else (),
        )

    def read_documents(self, documents: Sequence[SentDocument]) -> tuple[ReadDocument, ...]:
        """Read what came with a workbook."""
        if not documents:
            return ()
        from xlcheck.readdocuments import opened_document

        return tuple(map(opened_document, documents))

    def marked_documents(self, read: Sequence[ReadDocument], report: Report) -> tuple[MarkedDocument, ...]:
        """The marked copies of those documents that take comments."""
        if not read:
            return ()
        from xlcheck.textmarks import marked_word

        made = ((number, marked_word(one, report)) for number, one in enumerate(read))
        return tuple(MarkedDocument(number, data) for number, data in made if data is not None)

    def read_texts(
        self, data: bytes, name: str, documents: Sequence[SentDocument], *, lone: bool
    ) -> tuple[CheckedText, ...]:
        """What is read of documents, beside their workbook (``data``); ``lone``: ``data`` is a document by itself.

        Raises:
            Refused: the workbook, or a document, can't be read.
        """
        from xlcheck.documents.document import SentDocument
        from xlcheck.readdocuments import opened_document

        now = None if lone else self.examine(data, name).submission
        sent = [SentDocument(name, data)] if lone else documents
        read = [opened_document(one) for one in sent]
        for one in read:
            if one.refused is not None:
                raise one.refused
        outcome = check(now, self.last_year) if now is not None else None
        return self.texts.check(read, now, outcome, self.last_year).texts

    def examine_document(self, sent: SentDocument) -> ExaminedDocument:
        """Read one document, and what it says of itself.

        Raises:
            Refused: it can't be read, or is no text of final accounts.
        """
        from xlcheck.readdocuments import opened_document

        read = opened_document(sent)
        if read.refused is not None:
            raise read.refused
        head = self.texts.head(read)
        if not head.ours:
            raise Refused("no_workbook", _NO_TEXT)
        return ExaminedDocument(read, head)

    def checked_document(
        self, read: ReadDocument, beside: Submission | None, before: Submission | None, history: History
    ) -> Checked:
        """Check a document beside a workbook that has a report of its own, or by itself (None: no workbook has come)."""
        from xlcheck.texts import beside_workbook, lone_document

        if beside is not None:
            return Checked(beside_workbook(self.texts, read, beside, before, history))
        return Checked(lone_document(self.texts, read, before, history)[0])

    def run_document(self, sent: SentDocument, mark: bool = False) -> Checked:
        """Check a document that has no workbook: its text by itself, and the tables in it."""
        _ = self.reader
        return guarded(lambda: self._run_document(sent, mark), sent.name, sent.data, self.debug)

    def _run_document(self, sent: SentDocument, mark: bool) -> Checked:
        from xlcheck.readdocuments import opened_document
        from xlcheck.texts import lone_document

        read = opened_document(sent)
        if read.refused is not None:
            raise read.refused
        report, submission, outcome = lone_document(self.texts, read, self.last_year)
        return Checked(report, submission, outcome, documents=self.marked_documents([read], report) if mark else ())

    def marked(self, data: bytes, opened: Opened, report: Report) -> bytes:
        """The marked copy: of the unit's own package where it has one that takes marks, else of a rebuilt .xlsx."""
        if opened.workbook is not None:
            try:
                return marked_copy(opened.workbook, report, Return(self.send_to))
            except Refused:
                pass
        from xlcheck.writing.rebuild import rebuilt_copy

        back = Return(self.send_to, FORMATS[opened.kind].name)
        if self.keep_layout and opened.kind is not Kind.OOXML:
            from xlcheck.reading.libreoffice import converted

            try:
                return marked_copy(Workbook(Package(converted(data, opened.kind))), report, back)
            except (Fault, Refused):
                back = back._replace(rebuilt_from=f"{back.rebuilt_from}，LibreOffice 没能转换")
        return rebuilt_copy(opened.grids, opened.layouts(), report, back)


def preload() -> None:
    """What only some workbooks need, loaded once before many are checked in processes that are forked."""
    import xlcheck.binding.byshape
    import xlcheck.binding.kinds
    import xlcheck.checking.causes.find
    import xlcheck.checking.scoresheets.check
    import xlcheck.reading.marks.unmark  # noqa: F401 - they stay loaded


def _tried(library: Library, set_id: str) -> SetSpec | MappingError:
    try:
        return library.load(set_id)
    except MappingError as error:
        return error


def sheets_of(opened: Opened) -> tuple[ReadSheet, ...]:
    """The sheets as they were read, each with its look as far as the format tells it."""
    from xlcheck.reading.cell_styles import package_layouts
    from xlcheck.reading.layout import SheetLayout

    book, grids = opened.workbook, opened.grids
    layouts = opened.layouts() if book is None else package_layouts(book, grids)
    layouts += [SheetLayout()] * (len(grids) - len(layouts))
    return tuple(ReadSheet(*both) for both in zip(grids, layouts, strict=False))


def read_file(path: Path) -> bytes:
    """A file's bytes, never more than the guard allows plus one."""
    with path.open("rb") as file:
        return file.read(MAX_FILE + 1)
