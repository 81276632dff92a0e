"""Which workbook the text of a unit is checked beside: the version that counts of the same year."""

from __future__ import annotations

from pathlib import Path

from xlcheck.delivery.claim import filed_in
from xlcheck.delivery.desk import Desk
from xlcheck.delivery.together import submissions
from xlcheck.documents.endings import called_document
from xlcheck.errors import Fault
from xlcheck.intake import Job
from xlcheck.ledger import receipts
from xlcheck.ledger.records import Receipt, YearSource, has_tables

_SUPPOSED = (YearSource.SETTINGS, YearSource.CALENDAR)


def workbook_of(desk: Desk, unit: str, year: int | None) -> Job | None:
    """The workbook that counts for a unit and year, where its original can still be had; None where none has come."""
    if year is None:
        return None
    for receipt in reversed(_workbooks(desk, unit, year)):
        job = _original(desk, receipt)
        if job is not None:
            return job
    return None


def has_workbook(desk: Desk, unit: str, year: int | None) -> bool:
    """Whether a workbook has come for a unit and year that is no document with tables in it."""
    return any(not called_document(r.name) for r in _workbooks(desk, unit, year))


def workbook_before(desk: Desk, text: Receipt) -> Receipt | None:
    """A workbook of the same unit and year that had come when a text was answered."""
    return next((r for r in _workbooks(desk, text.unit, text.year) if r.id < text.id), None)


def workbook_since(desk: Desk, text: Receipt) -> bool:
    """Whether a workbook of the same unit and year has come since a text was answered."""
    return any(r.id > text.id for r in _workbooks(desk, text.unit, text.year))


def _workbooks(desk: Desk, unit: str, year: int | None) -> list[Receipt]:
    """Versions of workbooks of a unit and year, the one that counts last."""
    if year is None:
        return []
    found = [r for r in receipts.of_unit(desk.ledger, unit, year) if has_tables(r.form)]
    return found or [r for r in receipts.versions(desk.ledger) if r.unit == unit and has_tables(r.form) and supposed(r)]


def supposed(book: Receipt) -> bool:
    """Whether nothing of a workbook said its year: it may be the one that a text prints."""
    return book.year_by in _SUPPOSED


def _original(desk: Desk, receipt: Receipt) -> Job | None:
    path: Path | None = desk.folders.root / receipt.original
    if path is not None and not path.is_file():
        path = filed_in(desk.folders.working / receipt.claim)  # it is put away when all that came with it is answered
    if path is None:
        return None
    try:
        jobs = submissions(desk.pipeline, path)
    except Fault:
        return None
    return jobs[receipt.entry] if receipt.entry < len(jobs) else None
