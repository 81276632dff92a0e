"""Workbooks in the ledger: recorded once, counted as versions of a unit, year and form; their findings and how they ended."""

from __future__ import annotations

import json
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from xlcheck.ledger.records import TEXT_FORM, Attachment, Decided, Found, Receipt, Status
from xlcheck.ledger.rows import RecordTable
from xlcheck.ledger.store import Ledger, Transaction, now
from xlcheck.outcome import Justification
from xlcheck.report.json import kept_data, report_from
from xlcheck.report.report import Report

_RECEIPTS = RecordTable("receipt", Receipt)
_FINDINGS = RecordTable("finding", Found, columns={"table": "sheet"})
_ATTACHMENTS = RecordTable("attachment", Attachment)


_COUNTS = "receipt.id NOT IN (SELECT receipt FROM gone)"  # but for what people took out
# Of several versions the one that came last, or that a person has said counts since.
_SAID = f"FROM decision WHERE decision.receipt = receipt.id AND what = '{Decided.COUNT}'"
_WHEN = f"max(receipt.id, coalesce((SELECT max(moment) {_SAID}), 0))"
_WHICH = f"coalesce((SELECT max(id) {_SAID}), 0)"
_RISING, _FALLING = f"{_WHEN}, {_WHICH}", f"{_WHEN} DESC, {_WHICH} DESC"
_OF_YEAR = (
    "(year IS ? OR (year IS NULL AND substr(at, 1, 4) = ?))"  # an older xlcheck noted no year where none was printed
)


class Line(NamedTuple):
    """A finding with the workbook it was found in: one line of the register."""

    receipt: Receipt
    found: Found


def record(
    change: Transaction,
    receipt: Receipt,
    report: Report | None = None,
    findings: Iterable[Found] = (),
    explanations: Iterable[Justification] = (),
    result: str = "",
) -> Receipt:
    """Write a receipt with all that was found; returns it with its number. ``result``: whether it passes, in a word."""
    values = _RECEIPTS.values(receipt) | {"report": _packed(report)}
    del values["id"]
    number = int(change.insert(_RECEIPTS.table, values).lastrowid or 0)
    for i, one in enumerate(findings):
        change.insert(_FINDINGS.table, {"receipt": number, "number": i, **_FINDINGS.values(one)})
    for one_explanation in explanations:
        _explain(change, one_explanation, number)
    counts = {"错误": receipt.errors, "核实": receipt.verifies, "提示": receipt.notes}
    change.note(
        "received", str(number), claim=receipt.claim, entry=receipt.entry, name=receipt.name, sha256=receipt.sha256,
        status=receipt.status, unit=receipt.unit, year=receipt.year, version=receipt.version, counts=counts,
        **({"year_by": receipt.year_by} if receipt.year_by else {}),
        **({"result": result} if result else {}),
        **({"rechecks": receipt.rechecks} if receipt.rechecks is not None else {}),
    )  # fmt: skip
    return receipt._replace(id=number)


def _packed(report: Report | None) -> bytes | None:
    """A report as the ledger keeps it: its public JSON, compressed."""
    if report is None:
        return None
    return zlib.compress(json.dumps(kept_data(report), ensure_ascii=False).encode("utf-8", "surrogatepass"))


def _explain(change: Transaction, explanation: Justification, number: int) -> None:
    """Keep what a unit said to a finding with certain figures; what it said to them before gives way."""
    said = json.dumps(explanation._asdict(), ensure_ascii=False)
    values = {"key": explanation.key, "figures": explanation.values, "receipt": number, "said": said}
    change.insert("explanation", values, otherwise="REPLACE")


def _receipts(source: Ledger | Transaction, where: str, *values: Any) -> list[Receipt]:
    return [_RECEIPTS.read(row) for row in source.rows(f"{_RECEIPTS.select} {where}", *values)]


def _first(source: Ledger | Transaction, where: str, *values: Any) -> Receipt | None:
    return next(iter(_receipts(source, where, *values)), None)


def claimed(source: Ledger | Transaction, claim: str) -> dict[int, Receipt]:
    """The receipts of what was taken from the inbox as ``claim``, by entry."""
    return {r.entry: r for r in _receipts(source, "WHERE claim = ?", claim)}


def answered(source: Ledger | Transaction, sha256: str) -> list[Receipt]:
    """The receipts of these bytes, one for each unit they were answered as the workbook of, oldest first.

    What nobody could place or read has no answer yet.
    """
    return _receipts(source, f"WHERE sha256 = ? AND status = ? AND {_COUNTS} ORDER BY id", sha256, Status.CHECKED)


def latest(source: Ledger | Transaction, unit: str, year: int | None, form: str) -> Receipt | None:
    """The version of a unit, year and form that counts: the last one, or the one that a person has said since."""
    where = f"WHERE unit = ? AND {_OF_YEAR} AND form = ? AND version > 0 AND {_COUNTS} ORDER BY {_FALLING} LIMIT 1"
    return _first(source, where, unit, year, _came_in(year), form)


def next_version(source: Ledger | Transaction, unit: str, year: int | None, form: str) -> int:
    """The number of the next version of a unit, year and form: none is given twice, counted or not."""
    query = f"SELECT coalesce(max(version), 0) + 1 FROM receipt WHERE unit = ? AND {_OF_YEAR} AND form = ?"  # noqa: S608
    return int(source.rows(query, unit, year, _came_in(year), form)[0][0])


def _came_in(year: int | None) -> str:
    """When a workbook of a year that prints none comes in: final accounts are made public in the next one."""
    return "" if year is None else str(year + 1)


def version(source: Ledger | Transaction, like: Receipt, number: int) -> Receipt | None:
    """Another version of the same unit, year and form."""
    where = "WHERE unit = ? AND year IS ? AND form = ? AND version = ? AND version > 0 ORDER BY id DESC"
    return _first(source, where, like.unit, like.year, like.form, number)


def by_number(source: Ledger | Transaction, number: int) -> Receipt | None:
    """A receipt by its number."""
    return _first(source, "WHERE id = ?", number)


def versions(source: Ledger | Transaction, year: int | None = None) -> list[Receipt]:
    """All versions of all units (that count for one year), the one that counts last, else oldest first.

    A workbook that prints no year counts for the year before the one it came in: final accounts are made public then.
    """
    if year is None:
        return _receipts(source, f"WHERE version > 0 AND {_COUNTS} ORDER BY {_RISING}")
    where = f"WHERE version > 0 AND {_COUNTS} AND {_OF_YEAR} ORDER BY {_RISING}"
    return _receipts(source, where, year, _came_in(year))


def came_since(source: Ledger | Transaction, unit: str, year: int | None, at: str) -> Receipt | None:
    """The first version of a unit's workbook that came in for a year after a time (ISO 8601)."""
    where = f"""WHERE version > 0 AND unit = ? AND {_OF_YEAR} AND {_COUNTS} AND form != ?
    AND datetime(at) > datetime(?) ORDER BY id LIMIT 1"""
    return _first(source, where, unit, year, _came_in(year), TEXT_FORM, at)


def of_unit(source: Ledger | Transaction, unit: str, year: int) -> list[Receipt]:
    """The versions of a unit of a year, the one that counts last, else oldest first."""
    where = f"WHERE unit = ? AND year = ? AND version > 0 AND {_COUNTS} ORDER BY {_RISING}"
    return _receipts(source, where, unit, year)


def texts(source: Ledger | Transaction) -> list[Receipt]:
    """The versions of texts (文字说明) that came by themselves, of all units, oldest first."""
    return _receipts(source, f"WHERE form = ? AND version > 0 AND {_COUNTS} ORDER BY id", TEXT_FORM)


def came_first(source: Ledger | Transaction, receipt: Receipt) -> Receipt:
    """The receipt of when something came in: of what was checked again by itself, that of the first check."""
    while receipt.rechecks is not None and (before := by_number(source, receipt.rechecks)) is not None:
        receipt = before
    return receipt


def with_texts(source: Ledger | Transaction, unit: str, year: int | None) -> list[Receipt]:
    """The submissions of a unit and year that came with a text (文字说明), oldest first."""
    where = f"WHERE unit = ? AND {_OF_YEAR} AND version > 0 AND texts > 0 AND {_COUNTS} ORDER BY id"
    return _receipts(source, where, unit, year, _came_in(year))


def present_year(source: Ledger | Transaction, at: str) -> int | None:
    """The year that is being reported at a time (ISO 8601): the latest that anything has come in of and that is over.

    A year that is not over yet is a slip of somebody's (2062 for 2026); it counts only where there is no other.
    """
    found = years(source)
    return next((y for y in found if y < int(at[:4])), found[-1] if found else None)


def forms(ledger: Ledger) -> set[str]:
    """The forms that have come in."""
    return {row["form"] for row in ledger.rows("SELECT DISTINCT form FROM receipt WHERE form != ''")}


def units(source: Ledger | Transaction) -> list[str]:
    """The codes of all units that anything has come in of."""
    return sorted(unit_names(source))


def unit_names(source: Ledger | Transaction) -> dict[str, set[str]]:
    """The names under which units have been answered, by code."""
    found: dict[str, set[str]] = {}
    for row in source.rows("SELECT DISTINCT unit, unit_name FROM receipt WHERE unit != ''"):
        found.setdefault(row["unit"], set()).add(row["unit_name"])
    return found


def of_code(source: Ledger | Transaction, unit: str) -> list[Receipt]:
    """Everything that came in as a unit's, repeated bytes too, oldest first."""
    return _receipts(source, "WHERE unit = ? ORDER BY id", unit)


def put_back(source: Ledger | Transaction) -> list[Receipt]:
    """What was put back into the inbox, to be answered once more, oldest first."""
    return _receipts(source, "WHERE status = ? ORDER BY id", Status.AGAIN)


def adopt(change: Transaction, former: str, unit: str, name: str) -> int:
    """What was known under a drafted code, and letters about it, is a unit's of the roster now; returns how many workbooks that are.

    Versions of the unit are counted anew, in the order in which they came: where it had some of its own as well.
    """
    adopted = of_code(change, former)
    if not adopted:
        return 0  # another process was quicker
    for one in adopted:
        change.update(_RECEIPTS.table, {"id": one.id}, {"unit": unit, "unit_name": name})
    for number, version in _counted_anew(of_code(change, unit)):
        change.update(_RECEIPTS.table, {"id": number}, {"version": version})
    for row in change.rows("SELECT id FROM letter WHERE unit = ?", former):
        change.update("letter", {"id": row["id"]}, {"unit": unit})
    change.note("adopted", unit, name=name, former=former, receipts=[one.id for one in adopted])
    return len(adopted)


def _counted_anew(found: Sequence[Receipt]) -> Iterator[tuple[int, int]]:
    """The number of each version that changes; what was checked again by itself keeps that of what it takes the place of."""
    counts: Counter[tuple[int | None, str]] = Counter()
    versions: dict[int | None, int] = {}
    for one in found:
        if not one.version:
            continue
        counts[one.year, one.form] += one.rechecks not in versions
        versions[one.id] = versions.get(one.rechecks, counts[one.year, one.form])
        if one.version != versions[one.id]:
            yield one.id, versions[one.id]


def readmit(change: Transaction, receipt: Receipt) -> None:
    """A workbook that was nobody's is to be answered once more; where its file goes is the desk's to do."""
    change.update(_RECEIPTS.table, {"id": receipt.id}, {"status": Status.AGAIN.value})
    change.note("again", str(receipt.id), name=receipt.name, sha256=receipt.sha256)


def years(source: Ledger | Transaction) -> list[int]:
    """The years of which anything has come in, latest first."""
    query = f"SELECT DISTINCT year FROM receipt WHERE year IS NOT NULL AND {_COUNTS} ORDER BY year DESC"  # noqa: S608
    return [row["year"] for row in source.rows(query)]


def unplaced(source: Ledger | Transaction) -> list[Receipt]:
    """What could not be read, or is of nobody knows which unit, and has not been placed since; latest first.

    The same bytes are listed once, as they came last.
    """
    later = "SELECT 1 FROM receipt AS later WHERE later.sha256 = receipt.sha256 AND later.id > receipt.id"
    where = f"WHERE status IN (?, ?) AND {_COUNTS} AND NOT EXISTS ({later}) ORDER BY id DESC"
    return _receipts(source, where, Status.REFUSED, Status.UNKNOWN)


def next_number(source: Ledger | Transaction) -> int:
    """The number that the next receipt will have."""
    return int(next(iter(source.rows("SELECT coalesce(max(id), 0) + 1 FROM receipt")))[0])


def report_of(source: Ledger | Transaction, number: int) -> Report | None:
    """The report that a workbook got."""
    rows = source.rows("SELECT report FROM receipt WHERE id = ?", number)
    packed = rows[0]["report"] if rows else None
    if packed is None:
        return None
    return report_from(json.loads(zlib.decompress(packed).decode("utf-8", "surrogatepass")))


def findings(source: Ledger | Transaction, number: int) -> list[Found]:
    """The findings of one version, in the order of its report; those mended since the version before come last."""
    rows = source.rows(f"{_FINDINGS.select} WHERE receipt = ? ORDER BY number", number)
    return [_FINDINGS.read(row) for row in rows]


def register(source: Ledger | Transaction, year: int | None = None) -> Iterator[Line]:
    """Every finding of every version, unit by unit, oldest version first: the register."""
    for receipt in sorted(versions(source, year), key=lambda r: (r.unit, r.year or 0, r.form, r.version)):
        for found in findings(source, receipt.id):
            yield Line(receipt, found)


def explanations(source: Ledger | Transaction, unit_year: tuple[str, int | None] | None = None) -> list[Justification]:
    """What units have said to findings and was accepted (of one unit and year)."""
    if unit_year is None:
        rows = source.rows("SELECT said FROM explanation ORDER BY key, figures")
    else:
        unit, year = unit_year
        query = f"SELECT said FROM explanation JOIN receipt ON receipt = id WHERE unit = ? AND {_OF_YEAR} AND {_COUNTS} ORDER BY key"  # noqa: S608
        rows = source.rows(query, unit, year, _came_in(year))
    return [Justification(**json.loads(row["said"])) for row in rows]


# --- who sent it ----------------------------------------------------------------------------------------------


def bind(change: Transaction, attachments: Sequence[Attachment]) -> None:
    """Remember who sent workbooks by mail."""
    for one in attachments:
        change.insert(_ATTACHMENTS.table, _ATTACHMENTS.values(one), otherwise="IGNORE")


def sender(source: Ledger | Transaction, sha256: str) -> Attachment | None:
    """Who sent these bytes by mail (the last one, where several did)."""
    rows = source.rows(f"{_ATTACHMENTS.select} WHERE sha256 = ? ORDER BY datetime(at) DESC LIMIT 1", sha256)
    return _ATTACHMENTS.read(rows[0]) if rows else None


__all__ = [
    "Line",
    "adopt",
    "answered",
    "bind",
    "by_number",
    "came_first",
    "came_since",
    "claimed",
    "explanations",
    "findings",
    "latest",
    "next_version",
    "now",
    "of_code",
    "of_unit",
    "present_year",
    "put_back",
    "readmit",
    "record",
    "register",
    "report_of",
    "sender",
    "texts",
    "unit_names",
    "units",
    "unplaced",
    "version",
    "versions",
    "with_texts",
    "years",
]  # fmt: skip
