"""Texts that are checked once more because their workbook has come: the same version, beside it. The unit sent nothing.

What is due follows from the ledger, so that a kill in between costs nothing. Only a text that still counts is due: where a
newer one of the same unit and year has come, by itself or with a workbook, that one was checked beside the workbook.
"""

from __future__ import annotations

from collections.abc import Iterator

from xlcheck.delivery.desk import Desk
from xlcheck.delivery.owner import Ownership, names_printed
from xlcheck.delivery.textowner import goes_with, lies_beside
from xlcheck.delivery.workbookof import workbook_before, workbook_since
from xlcheck.ledger import receipts
from xlcheck.ledger.records import TEXT_FORM, Receipt, Status, has_tables
from xlcheck.office.names import recheck_number


def due(desk: Desk) -> Iterator[Receipt]:
    """Texts that were checked without a workbook and count, and whose workbook has come since; those of nobody, too."""
    for text in receipts.texts(desk.ledger):
        if _has_its_workbook_now(desk, text) and still_counts(desk, text) and not _answered_since(desk, text):
            yield text
    yield from _of_nobody(desk)
    yield from _books_of_nobody(desk)


def still_counts(desk: Desk, text: Receipt) -> bool:
    """Whether no other text of the same unit and year came since, and none was said to count."""
    last = receipts.latest(desk.ledger, text.unit, text.year, TEXT_FORM)
    if last is None or last.id != text.id:
        return False
    return all(book.id < text.id for book in receipts.with_texts(desk.ledger, text.unit, text.year))


def text_of(desk: Desk, name: str, sha256: str) -> Receipt | None:
    """The receipt of the text that a file was put back of to be checked again; None: that is not what it is."""
    number = recheck_number(name)
    found = receipts.by_number(desk.ledger, number) if number is not None else None
    fits = found is not None and (found.sha256, found.form) == (sha256, TEXT_FORM) and found.version > 0
    return found if fits else None


def as_checked_again(desk: Desk, owner: Ownership, name: str, sha256: str) -> Ownership:
    """The owner of what was put back: the version that it was stays the one it is, compared with the one before that."""
    text = text_of(desk, name, sha256)
    line = owner.line(TEXT_FORM)
    if text is None or line is None or (text.unit, text.year) != line[:2]:
        return owner
    return owner._replace(prior=receipts.version(desk.ledger, text, text.version - 1), again=None, rechecks=text)


def _has_its_workbook_now(desk: Desk, text: Receipt) -> bool:
    """Whether a text was checked without a workbook, and one has come."""
    return workbook_before(desk, text) is None and workbook_since(desk, text)


def _answered_since(desk: Desk, text: Receipt) -> bool:
    """Whether its bytes were answered once more already, be it as another's."""
    return any(one.id > text.id for one in receipts.answered(desk.ledger, text.sha256))


def _of_nobody(desk: Desk) -> Iterator[Receipt]:
    """Texts of nobody that go with the name of a workbook which has come since, and whose unit has sent no other text since."""
    lost = [r for r in receipts.unplaced(desk.ledger) if r.status == Status.UNKNOWN and r.form == TEXT_FORM]
    books = [r for r in receipts.versions(desk.ledger) if has_tables(r.form)] if lost else []
    for text in lost:
        fits = [book for book in books if book.id > text.id and goes_with(text.name, book.name)]
        if fits and not any(_has_text_since(desk, book, text) for book in fits):
            yield text


def _books_of_nobody(desk: Desk) -> Iterator[Receipt]:
    """Workbooks that print no unit and were nobody's, and whose text has come since."""
    lost = [r for r in receipts.unplaced(desk.ledger) if r.status == Status.UNKNOWN and has_tables(r.form)]
    texts = receipts.texts(desk.ledger) if lost else []
    for book in lost:
        since = {t.unit for t in texts if t.id > book.id and lies_beside(t.name, book.name)}
        if len(since) == 1 and not names_printed(desk.ledger, book).name:
            yield book


def _has_text_since(desk: Desk, book: Receipt, text: Receipt) -> bool:
    last = receipts.latest(desk.ledger, book.unit, book.year, TEXT_FORM)
    since = [*([last] if last is not None else []), *receipts.with_texts(desk.ledger, book.unit, book.year)]
    return any(one.id > text.id for one in since)
