"""Whether a workbook of the ledger passes, by what was found in it and what the roster asks of its unit."""

from __future__ import annotations

from xlcheck.counted import form_of
from xlcheck.ledger.records import TEXT_FORM, Receipt
from xlcheck.office.roster import Unit
from xlcheck.report.passing import PassingDecision, passing, unchecked


def passing_of_receipt(receipt: Receipt, unit: Unit | None) -> PassingDecision:
    """The decision about a checked workbook; ``unit`` is its unit as the roster has it now (None: it has none)."""
    if receipt.form == TEXT_FORM:  # which is asked of everybody, and holds figures, not relations
        doubts: tuple[str, ...] = (f"{receipt.unsaid} 处没能核对",) if receipt.unsaid else ()
        return passing(receipt.errors, receipt.verifies, doubts)
    doubts = unchecked(receipt.unsaid, receipt.form)
    if unit is not None and unit.forms and receipt.form and form_of(receipt.form) not in unit.forms:
        doubts = (*doubts, "不是名册要求的表样")
    return passing(receipt.errors, receipt.verifies, doubts)
