"""What is to be done with a workbook that was checked: a pure decision, from the report and what the ledger knows.

:mod:`xlcheck.delivery.processor` looks things up before, and carries the plan out after.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from xlcheck.ledger.records import TEXT_FORM, Found, Receipt, Status, YearSource
from xlcheck.office.folders import Folders
from xlcheck.office.matching import Match
from xlcheck.office.names import joined, recheck_number
from xlcheck.office.passing import passing_of_receipt
from xlcheck.office.years import CountedYear
from xlcheck.outcome import Justification
from xlcheck.report.report import JUSTIFIED, MENDED, NEW, UNSURE, Comparison, Finding, Report
from xlcheck.version import __version__


class Arrival(NamedTuple):
    """A workbook as it came in.

    ``claim`` is the number of its claim, ``claimed`` the path of the file in the inbox, ``entry`` its number in the
    claim; ``archived``: it is one of several in an archive. ``name`` is its own path, ``sender`` who mailed it.
    ``rules`` is the digest of the mappings it was checked by, ``year`` the one that it counts for. ``form`` is what a document
    counts as that came by itself: a text (文字说明), or the template of the tables in it (None: it is a workbook).
    """

    claim: str
    claimed: str
    entry: int
    name: str
    archived: bool
    sha256: str
    at: str
    sender: str
    rules: str
    year: CountedYear | None = None
    form: str | None = None


class LedgerView(NamedTuple):
    """What the ledger knows that matters: the version before with its findings, and the number that comes next.

    ``original`` is where the file of the claim goes, if another workbook in it was answered before (empty: none was).
    ``version`` is the number of the version that this would be, ``again`` the last one with the same bytes, if there is one, ``rechecks`` what it takes the place of.
    """

    prior: Receipt | None
    findings: tuple[Found, ...]
    number: int
    original: str = ""
    version: int = 1
    again: Receipt | None = None
    rechecks: Receipt | None = None


class MarkedCopy(NamedTuple):
    """A marked copy that was made: where it is, and its SHA-256."""

    path: Path
    sha256: str


class Plan(NamedTuple):
    """What to write down and where things go. ``note`` is the text beside a file that has no answer (empty: none).

    ``letter``: the unit is written to. ``report`` is None where the workbook was not checked again. ``result`` is whether
    it passes, in a word (empty: that is not asked).
    """

    receipt: Receipt
    report: Report | None = None
    findings: tuple[Found, ...] = ()
    justifications: tuple[Justification, ...] = ()
    note: str = ""
    letter: bool = False
    result: str = ""


def decide(arrival: Arrival, report: Report, whose: Match, view: LedgerView) -> Plan:
    """The plan for a workbook: answered as a version of its unit, kept as nobody's, or refused. Without places yet."""
    receipt = _receipt(arrival, report)
    if report.refusal is not None:
        said = report.refusal.message
        return Plan(receipt._replace(status=Status.REFUSED, reason=said), report, note=f"{said}\n")
    if whose.unit is None:
        return _nobodys(receipt, report, whose, view.number)
    version, year = view.version, arrival.year or CountedYear(report.workbook.year, YearSource.SHEETS)
    receipt = receipt._replace(
        unit=whose.unit.code, unit_name=whose.unit.name, version=version, status=Status.CHECKED, year=year.year,
        year_by="" if year.source is YearSource.SHEETS else year.source.value, first=view.again.id if view.again else None,
    )  # fmt: skip
    if view.rechecks is not None:
        receipt = receipt._replace(rechecks=view.rechecks.id, name=view.rechecks.name)
    result = passing_of_receipt(receipt, whose.unit).passing.value
    return Plan(receipt, report, tuple(lives(report, version, view.findings)), letter=True, result=result)


def repeated(arrival: Arrival, known: Receipt) -> Plan:
    """The plan for bytes that came before: the same answer, no new version, no letter."""
    said = f"与 {known.at[:10]} 收到的“{known.name}”逐字节相同，答复也相同，没有再发信。"
    if recheck_number(arrival.name) is not None:
        said = f"“{known.name}”（第 {known.version} 版）以后又来了新的文字说明，这一份不再对着工作簿核对，没有发信。"
    receipt = known._replace(
        id=0, first=known.id, claim=arrival.claim, entry=arrival.entry, name=arrival.name, at=arrival.at,
        status=Status.REPEATED, version=0, reason=said,
    )  # fmt: skip
    return Plan(receipt)


def _nobodys(receipt: Receipt, report: Report, whose: Match, number: int) -> Plan:
    """Checked, but nobody knows for whom: kept with its marked copy and the candidates, never mailed."""
    said = f"{whose.how}，没有发信。"
    if whose.candidates:
        said += "可能是：" + "；".join(f"{u.code} {u.name}" for u in whose.candidates) + "。"
    todo = f"{_what_helps(report, receipt.form)}也可以直接指定：xlcheck assign {number} --unit 单位代码。"
    receipt = receipt._replace(status=Status.UNKNOWN, reason=said)
    return Plan(receipt, report, tuple(lives(report, 1, ())), note=f"{said}\n{todo}\n")


def _what_helps(report: Report, form: str) -> str:
    """What a person can do about a workbook of nobody's: it depends on whether its sheets print a unit at all."""
    if form == TEXT_FORM:
        return (
            "这份文字说明的封面上没有写单位名称，或写的不在名册里。请核对名册（单位名称、其他名称）；或把文件名改成带有名册里的单位名称（或代码），"
            "再放进“收件”。"
        )
    if report.workbook.unit:
        return "请核对名册（单位名称、其他名称、单位代码），补好后会自己重新认；或改正工作簿里的编制单位。"
    title = f"《{report.workbook.template_title}》" if report.workbook.template_title else ""
    return (
        f"这份工作簿{title}的表上没有单位名称，只能靠文件名认：请把原件的文件名改成带有名册里的单位名称（或代码），"
        "如“某某局_决算公开.xlsx”，再放进“收件”。表上有“编制单位”一栏的，也可以请单位填上。"
    )


def _receipt(arrival: Arrival, report: Report) -> Receipt:
    book, counts = report.workbook, report.counts
    return Receipt(
        claim=arrival.claim,
        entry=arrival.entry,
        name=arrival.name,
        sha256=arrival.sha256,
        at=arrival.at,
        status=Status.CHECKED,
        unit_name=book.unit or "",
        year=book.year,
        form=book.counted_as if arrival.form is None or report.refusal is not None else arrival.form,
        errors=counts.open_errors,
        verifies=counts.open_verifies,
        notes=counts.open_notes,
        explained=counts.justified,
        mended=len(report.comparison.mended) if report.comparison else 0,
        unsaid=counts.not_evaluated,
        texts=0 if arrival.form == TEXT_FORM else sum(text.figures > 0 for text in report.texts),
        sender=arrival.sender,
        tool=__version__,
        rules=arrival.rules,
    )


# --- findings and their lives ---------------------------------------------------------------------------


def lives(report: Report, version: int, before: Sequence[Found]) -> Iterator[Found]:
    """The findings of a version with their lives, then those of the one ``before`` that are no more."""
    old = {f.key: f for f in before if f.state != MENDED}
    for finding in report.findings:
        known = old.get(finding.key)
        yield _found(finding, known.since if known else version)
    if report.comparison is not None:
        yield from _no_more(report.comparison, old)


def _no_more(compared: Comparison, old: Mapping[str, Found]) -> Iterator[Found]:
    """Findings of the version before that this one has not: mended, or it can't be said."""
    for state, gone in ((MENDED, compared.mended), (UNSURE, compared.unsure)):
        yield from (old[k.key]._replace(state=state) for k in gone if k.key in old)


def _found(finding: Finding, since: int) -> Found:
    subject = finding.subject
    table, cell = (
        (subject.listed_table, subject.cell or (subject.listed_cell if subject.passage else None))
        if subject
        else ("", "")
    )
    return Found(
        key=finding.key,
        rule=_stored(finding.rule),
        severity=finding.severity.value,
        table=table,
        cell=_stored(cell),
        message=finding.message,
        expected=_stored(finding.expected),
        actual=_stored(finding.actual),
        difference=_stored(finding.difference),
        state=_state(finding),
        since=since,
        explanation=finding.statement.text if finding.statement else "",
    )


def _stored(text: str | None) -> str:
    """A text as the ledger keeps it: what there is not is empty there."""
    return text or ""


def _state(finding: Finding) -> str:
    """What became of a finding; it is new where there is no earlier version to say otherwise."""
    return JUSTIFIED if finding.justified else finding.change or NEW


# --- where things go --------------------------------------------------------------------------------------------


def placed(plan: Plan, arrival: Arrival, view: LedgerView, copy: MarkedCopy | None, folders: Folders) -> Plan:
    """The plan with the places of its files: below the day's folder, under its number, its unit's name and its own."""
    receipt, day = plan.receipt, arrival.at[:10]
    lead = [f"{view.number:06d}", receipt.unit_name if receipt.unit else ""]
    home = (folders.unknown if _astray(receipt) else folders.done) / day
    stem = Path(Path(arrival.name).name).stem
    marked = note = digest = ""
    if copy is not None:
        returned = folders.returned / day if _goes_back(receipt) else home
        marked = _below(folders, returned / joined([*lead, stem], f"_审核{copy.path.suffix}"))
        digest = copy.sha256
    if plan.note:
        note = _below(folders, home / joined([*lead, stem], "_原因.txt"))
    original = view.original or _original(arrival, lead, home, folders)
    return plan._replace(receipt=receipt._replace(original=original, marked=marked, note=note, copy=digest))


def _goes_back(receipt: Receipt) -> bool:
    """Whether the marked copy is for the unit: it is known, and has something to do."""
    return bool(receipt.unit) and receipt.wrong


def _astray(receipt: Receipt) -> bool:
    """Whether nobody got an answer: it could not be read, or nobody knows whose it is."""
    if receipt.status == Status.REPEATED:
        return not receipt.unit
    return receipt.status in (Status.REFUSED, Status.UNKNOWN)


def _original(arrival: Arrival, lead: Sequence[str], home: Path, folders: Folders) -> str:
    """Where the file itself goes: an archive may hold workbooks of many units, so it bears no unit's name."""
    if arrival.archived:
        home, lead = folders.done / arrival.at[:10], lead[:1]
    return _below(folders, home / joined([*lead, Path(arrival.claimed).name]))


def _below(folders: Folders, path: Path) -> str:
    """A path as the ledger keeps it: relative to the desk where it is below it."""
    return str(path.relative_to(folders.root)) if path.is_relative_to(folders.root) else str(path)
