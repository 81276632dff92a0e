"""Units that have sent workbooks and that the roster does not have: what a person may take into it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import NamedTuple

from xlcheck.labels import plain
from xlcheck.ledger import receipts
from xlcheck.ledger.records import Receipt, Status
from xlcheck.ledger.store import Ledger
from xlcheck.office.drafts import draft_code, is_draft, printed_code, printed_unit
from xlcheck.office.matching import match
from xlcheck.office.roster import HEADINGS, Roster, Unit, load, sheet_in

FILE = "名册建议.xlsx"
MORE = ("首次收到", "文件", "依据", "可能就是")  # columns that are for the eye


class Proposal(NamedTuple):
    """A unit as the roster could have it. ``key`` is the drafted code of its name, ``near`` are units of the roster that it may be."""

    unit: Unit
    key: str
    came: str = ""
    file: str = ""
    how: str = ""
    near: tuple[Unit, ...] = ()


def proposed(ledger: Ledger, roster: Roster, known: Collection[str] = ()) -> list[Proposal]:
    """The units of the ledger that the roster does not have, in the order in which they came; without the keys that are ``known``."""
    found: dict[str, Proposal] = {}
    for receipt in sorted(_unlisted(ledger, roster, known), key=lambda receipt: receipt.id):
        said = _printed(ledger, receipt) if receipt.unit else receipt.unit_name
        one = proposal(roster, receipt.unit_name, said, receipt.name, receipt.at)
        if one is not None and one.key not in known:
            found.setdefault(one.key, one)
    return list(found.values())


def proposal(roster: Roster, name: str, said: str, file: str, came: str) -> Proposal | None:
    """A unit that is called ``name``, of a workbook whose sheets print ``said``; None where the roster has it, or may."""
    printed = printed_unit(said)
    name = printed.name if printed else name
    whose = match(roster, said, "") if roster and printed else None
    if whose is not None and not whose.unlisted:
        return None
    key, code = draft_code(name), printed_code(said)
    unit = Unit(key if not code or code in roster else code, name)
    return Proposal(unit, key, came, file, "表内名称" if printed else "文件名", whose.candidates if whose else ())


def _unlisted(ledger: Ledger, roster: Roster, known: Collection[str]) -> Iterator[Receipt]:
    """The first workbook of each unit that has only a name, and workbooks that were nobody's."""
    for code in receipts.units(ledger):
        if is_draft(code) and code not in roster and code not in known:
            yield from receipts.of_code(ledger, code)[:1]
    for receipt in receipts.unplaced(ledger):
        if receipt.status == Status.UNKNOWN and receipt.unit_name:
            yield receipt


def _printed(ledger: Ledger, receipt: Receipt) -> str:
    """What the sheets of a workbook print as the unit; empty where they print none."""
    report = receipts.report_of(ledger, receipt.id)
    return (report.workbook.unit or "") if report else ""


class ProposedRow(NamedTuple):
    """A row of the file as it stands there: the unit, as a person may have filled it, and what is said beside it."""

    unit: Unit
    facts: tuple[str, ...] = ("",) * len(MORE)


def rows_in(path: Path) -> list[ProposedRow]:
    """The rows of a file of proposals; none where there is no file.

    Raises:
        Usage, DataError: it can't be read, or has mistakes.
    """
    if not path.is_file():
        return []
    units = load(path)
    sheet = sheet_in(path.read_bytes(), path)
    named = {cell.text.strip(): column for column, cell in sheet.grid.rows[sheet.row].items()}
    facts = {}
    for at in sheet.grid.rows:
        code = plain(sheet.grid.text(at, sheet.columns["单位代码"]))
        facts[code] = tuple(sheet.grid.text(at, named[name]) if name in named else "" for name in MORE)
    return [ProposedRow(unit, facts[code]) for code, unit in units.items()]


def row_of(unit: Unit) -> tuple[str, ...]:
    """A unit as a row of a roster, by :data:`HEADINGS`."""
    texts = {
        "单位代码": unit.code, "单位名称": unit.name, "其他名称": "；".join(unit.others), "主管部门": unit.department, "联系人": unit.contact,
        "邮箱": ";".join(unit.addresses), "抄送": ";".join(unit.copies), "应报表样": ";".join(unit.forms),
        "截止日期": unit.due.isoformat() if unit.due else "",
    }  # fmt: skip
    return tuple(texts[heading] for heading in HEADINGS)


def facts_of(one: Proposal) -> tuple[str, ...]:
    """What is said beside a proposed row, by :data:`MORE`."""
    near = "；".join(f"{unit.code} {unit.name}" for unit in one.near)
    return one.came[:16].replace("T", " "), one.file, one.how, near
