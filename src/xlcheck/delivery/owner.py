"""Whose a workbook is and of which year: what a person said, the sheets, the file's name, the sender, the desk."""

from __future__ import annotations

from typing import NamedTuple

from xlcheck.consulting import Identity, ToldByText
from xlcheck.delivery.desk import Desk
from xlcheck.delivery.textowner import how_not, names_of_text, told_by_text
from xlcheck.delivery.workbookof import has_workbook
from xlcheck.ledger import decisions, receipts
from xlcheck.ledger.records import TEXT_FORM, Decision, Receipt, YearSource
from xlcheck.ledger.store import Ledger
from xlcheck.model import PrintedNames
from xlcheck.office.matching import Match, match
from xlcheck.office.names import is_put_back, without_lead
from xlcheck.office.roster import Unit
from xlcheck.office.years import CountedYear, year_in_name

BY_HAND = "人工指定"


class Lineage(NamedTuple):
    """What versions are counted by: unit, year and template."""

    unit: str
    year: int | None
    template: str


class Ownership(NamedTuple):
    """Whose a workbook is, of which year, and who sent it.

    ``form`` is what a document counts as: the text of a unit, or the template of the tables in it (empty: it is a workbook).
    ``prior`` is the version before it, ``again`` the last one with the same bytes, where another came since, ``rechecks`` the
    text that it is, checked once more.
    """

    whose: Match
    year: CountedYear
    sender: str
    prior: Receipt | None = None
    again: Receipt | None = None
    rechecks: Receipt | None = None
    form: str = ""

    def line(self, template: str) -> Lineage | None:
        """What it is a version of (None: nobody's)."""
        return Lineage(self.whose.unit.code, self.year.year, template) if self.whose.unit else None


def owner_of(desk: Desk, identity: Identity, name: str, at: str) -> Ownership:
    """The owner of a workbook that came in as ``name``, without versions yet."""
    sender = receipts.sender(desk.ledger, identity.sha256) or receipts.sender(desk.ledger, identity.book)
    address = sender.sender if sender else ""
    decided = decisions.assigned(desk.ledger, identity.sha256)
    names, called = identity.names, name
    text = identity.template == TEXT_FORM or identity.document
    if text:
        names = names_of_text(desk, identity, name)
        called = name if desk.roster or identity.whole else ""  # what a text is called is no name of a unit
    whose = whose_is(desk, names, called, address, decided)
    told = None if text else told_by_text(desk, identity, name)
    if told is not None and told.unit and (whose.unit is None or (whose.how != BY_HAND and not desk.roster)):
        whose = _by_text(desk, told, called, address, decided)
    if text and whose.unit is None:
        whose = whose._replace(how=how_not(whose.how, names))
    by_hand = decided if whose.how == BY_HAND else None
    year = _year(desk, identity, name, at, whose, by_hand, told.year if told is not None else None)
    return Ownership(whose, year, address)


def _by_text(desk: Desk, told: ToldByText, name: str, address: str, decided: Decision | None) -> Match:
    """The unit that the text beside a workbook names."""
    whose = whose_is(desk, PrintedNames(told.unit), name, address, decided)
    how = whose.how.replace("表内写的单位", "一起的文字说明写的单位").replace("表内名称", "一起的文字说明")
    return whose._replace(how=how)


def of_submission(desk: Desk, identity: Identity, name: str, at: str) -> Identity:
    """What a document says of itself as what it is at the desk.

    The tables of a report in it make it a submission, as a workbook is one; where a workbook of its unit and year has come it is
    the text beside that. Score sheets alone are what they are. All else is the text of a unit.
    """
    if identity.whole:
        owner = owner_of(desk, identity, name, at)
        unit = owner.whose.unit
        if unit is None or not has_workbook(desk, unit.code, owner.year.year):
            return identity
    elif identity.template:
        return identity
    return identity._replace(template=TEXT_FORM)


def names_printed(ledger: Ledger, receipt: Receipt) -> PrintedNames:
    """What the heads of a workbook called its unit, as its report says."""
    report = receipts.report_of(ledger, receipt.id)
    return report.workbook.names if report else PrintedNames()


def whose_is(desk: Desk, names: PrintedNames, name: str, sender: str, decided: Decision | None) -> Match:
    """The unit by what a person decided of these bytes, else by the roster.

    The same bytes may come from another unit too (blank forms): a decision holds for the file that was put back for it, and
    where the roster says nothing, or says what the decision was against.
    """
    found = match(desk.roster, names, without_lead(name), sender)
    unit = _decided_unit(desk, decided)
    if decided is None or unit is None:
        return found
    before = receipts.by_number(desk.ledger, decided.receipt)
    against = before.unit if before else ""
    if is_put_back(name) or found.unit is None or found.unit.code in (against, decided.unit):
        return Match(unit, BY_HAND)
    return found


def _decided_unit(desk: Desk, decided: Decision | None) -> Unit | None:
    """The unit that a person decided on: of the roster, or of the ledger where there is no roster yet."""
    if decided is None:
        return None
    if desk.roster:
        return desk.roster.get(decided.unit)
    names = sorted(receipts.unit_names(desk.ledger).get(decided.unit, ()))
    return Unit(decided.unit, names[0]) if names else None


def _year(
    desk: Desk, identity: Identity, name: str, at: str, whose: Match, decided: Decision | None,
    told: int | None = None,
) -> CountedYear:  # fmt: skip
    if decided is not None and decided.year is not None:
        return CountedYear(decided.year, YearSource.PERSON)
    if identity.year is not None:
        return CountedYear(identity.year, YearSource.SHEETS)
    if told is not None:
        return CountedYear(told, YearSource.TEXT)
    if (named := year_in_name(without_lead(name), at)) is not None:
        return CountedYear(named, YearSource.NAME)
    unit = whose.unit.code if whose.unit else ""
    known = [r for r in receipts.answered(desk.ledger, identity.sha256) if r.unit == unit and r.year is not None]
    if known:
        return CountedYear(known[-1].year, YearSource.BEFORE)
    if desk.settings.year is not None:
        return CountedYear(desk.settings.year, YearSource.SETTINGS)
    return CountedYear(int(at[:4]) - 1, YearSource.CALENDAR)


def with_versions(desk: Desk, owner: Ownership, identity: Identity) -> Ownership:
    """The owner with the version that counts now, and the last one of the same bytes."""
    line = owner.line(identity.template)
    if line is None:
        return owner
    same = [r for r in receipts.answered(desk.ledger, identity.sha256) if counts_for(r, line)]
    return owner._replace(prior=receipts.latest(desk.ledger, *line), again=same[-1] if same else None)


def counts_for(receipt: Receipt, line: Lineage) -> bool:
    """Whether a receipt is a version of a line; one that an older xlcheck noted without a year is of the one before it came."""
    year = receipt.year if receipt.year is not None or line.year is None else int(receipt.at[:4]) - 1
    return (receipt.unit, year, receipt.form) == line
