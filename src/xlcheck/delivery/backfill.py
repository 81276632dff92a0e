"""Letters about workbooks that were checked before there was mail at the desk, or before the unit had an address."""

from __future__ import annotations

from xlcheck.delivery import outbox
from xlcheck.delivery.desk import Desk
from xlcheck.delivery.letter import Draft, result_letter
from xlcheck.errors import Fault, Usage
from xlcheck.ledger import letters, receipts
from xlcheck.ledger.records import Posted, Receipt


def missing(desk: Desk) -> list[Receipt]:
    """The last versions of units (of the year that is set, if one is) that nobody was written about, and could be."""
    last = {(r.unit, r.year, r.form): r for r in receipts.versions(desk.ledger, desk.settings.year)}
    written = {letter.receipt for letter in letters.letters(desk.ledger)}
    return [r for r in last.values() if r.id not in written and _can_be_written_to(desk, r.unit)]


def _can_be_written_to(desk: Desk, code: str) -> bool:
    """Whether the roster has the unit, with an address."""
    return code in desk.roster and bool(desk.roster[code].addresses)


def write_missing(desk: Desk) -> list[Posted]:
    """Write those letters into the outbox, from what the ledger knows and the marked copies as they were returned.

    Raises:
        Usage: no mail at this desk, or a template has a mistake.
        Fault: the machine refuses; letters that are in the outbox already stay.
    """
    if desk.settings.mail is None:
        raise Usage("xlcheck.yaml 里没有写“邮件”，不能写信。")
    found: list[Posted] = []
    unread: Fault | None = None
    with outbox.drafting(desk):
        for receipt in missing(desk):
            try:
                draft = written_anew(desk, receipt)
            except Fault as fault:  # its marked copy is gone: that keeps no other letter
                unread = fault
                continue
            if draft is None:
                continue
            posted = draft.posted._replace(receipt=receipt.id)
            outbox.take(desk, posted, draft.data)
            found.append(posted)
    if unread is not None:
        raise Fault(f"{unread} 这一份没有补写；另外 {len(found)} 封已写好，放在“待发”。") from unread
    return found


def written_anew(desk: Desk, receipt: Receipt) -> Draft | None:
    """The letter about a version as it would be written now; None where nobody can be written to.

    Raises:
        Usage: a template has a mistake.
        Fault: the marked copy can't be read.
    """
    report = receipts.report_of(desk.ledger, receipt.id)
    if report is None:
        return None
    marked = desk.folders.root / receipt.marked if receipt.marked else None
    return result_letter(desk, receipt, report, receipts.findings(desk.ledger, receipt.id), marked)
