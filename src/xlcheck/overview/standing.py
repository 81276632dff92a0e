"""The ledger beside the roster → where every unit stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import NamedTuple

from xlcheck.counted import form_of, project_of
from xlcheck.form import Severity
from xlcheck.ledger import letters as posts
from xlcheck.ledger import receipts
from xlcheck.ledger.records import Found, Letter, Posted, Receipt, has_tables
from xlcheck.ledger.store import Ledger
from xlcheck.office.drafts import is_draft
from xlcheck.office.folders import LETTER_FOLDERS
from xlcheck.office.passing import passing_of_receipt
from xlcheck.office.roster import Roster, Unit
from xlcheck.report.passing import Passing

MISSING, OVERDUE, WRONG, DOUBTFUL, FINE = "未报送", "逾期未报", "待改正", "待核实", "已通过"
_STATES = {Passing.WRONG: WRONG, Passing.DOUBTFUL: DOUBTFUL, Passing.PASSED: FINE}
_CLOSED = ("已改正", "已说明", "无法核对")  # states of findings that ask nothing of the unit any more


class TableCount(NamedTuple):
    """Findings of one table (``""``: of the workbook as a whole) that are neither mended nor explained."""

    table: str
    errors: int
    verifies: int
    notes: int


class Standing(NamedTuple):
    """Where a unit stands with one form. ``form`` is empty where nothing has come in and any form will do.

    ``state``: 未报送, 逾期未报, 待改正, 待核实, 已通过. ``version`` 0: nothing came in; ``came`` is when the last
    version did (ISO 8601). Counts are of the last version: ``errors``, ``verifies``, ``notes`` without what is
    ``explained``; ``unsaid`` relations could not be checked; ``fresh`` are 新增, ``still`` 未改正, ``mended`` 已改正 since the version before. ``late`` are the
    days by which the last day was or has been missed (0: not). ``letter`` is the state of the last letter (empty: none).
    """

    unit: Unit
    form: str
    state: str
    version: int = 0
    came: str = ""
    errors: int = 0
    verifies: int = 0
    notes: int = 0
    explained: int = 0
    unsaid: int = 0
    fresh: int = 0
    still: int = 0
    mended: int = 0
    late: int = 0
    letter: str = ""
    letter_at: str = ""
    tables: tuple[TableCount, ...] = ()


class Overview(NamedTuple):
    """Everything ``xlcheck status`` shows. ``unplaced`` is what nobody could be told from, ``head`` the journal's last hash, ``titles`` what forms are called."""

    year: int | None
    made: str
    standings: tuple[Standing, ...]
    unplaced: tuple[Receipt, ...]
    letters: dict[str, int]
    head: str
    titles: Mapping[str, str] = MappingProxyType({})

    def titled(self, form: str) -> str:
        """What a form is called; its id where no mapping says so."""
        title = self.titles.get(form_of(form), form_of(form))
        project = project_of(form)
        return f"{title}（{project}）" if project else title

    def count(self, *states: str) -> int:
        """Standings in some of the states."""
        return sum(s.state in states for s in self.standings)


def overview(
    ledger: Ledger, roster: Roster, year: int | None, made: str, today: date, titles: Mapping[str, str] | None = None
) -> Overview:
    """Where all units of the roster stand in ``year`` (None: the latest year anything came in of)."""
    if year is None:
        year = receipts.present_year(ledger, made)
    written = posts.letters(ledger)
    return Overview(
        year=year,
        made=made,
        standings=tuple(_standings(ledger, roster, year, today, written)),
        unplaced=tuple(receipts.unplaced(ledger)),
        letters=dict(Counter(_letter_state(letter) for letter in written if letter.year in (year, None))),
        head=ledger.head(),
        titles=titles or {},
    )


def _standings(
    ledger: Ledger, roster: Roster, year: int | None, today: date, written: Sequence[Posted]
) -> Iterator[Standing]:
    """One for each unit and form, in the order of the roster; then units that have sent something and are not in it."""
    sent = _sent(ledger, year)
    letters = {(letter.unit, letter.year): letter for letter in written if letter.state != Letter.DROPPED}
    for unit in (*roster.values(), *_unlisted(roster, sent)):
        for form in _forms(unit, sent):
            came = sent.get((unit.code, form))
            letter = letters.get((unit.code, came.last.year if came else year))
            yield _came(ledger, unit, came, letter) if came else _not_come(unit, form, letter, today)


def _unlisted(roster: Roster, sent: Mapping[tuple[str, str], _Sent]) -> Iterator[Unit]:
    """Units that are known by the name that they print: no roster had them when they came."""
    names = {code: came.last.unit_name for (code, _), came in sent.items() if is_draft(code) and code not in roster}
    yield from (Unit(code, name) for code, name in names.items())


class _Sent(NamedTuple):
    """The version of what a unit sent in one form that came first, and the one that counts."""

    first: Receipt
    last: Receipt


def _sent(ledger: Ledger, year: int | None) -> dict[tuple[str, str], _Sent]:
    """What came in for a year, by code of the unit and form."""
    found: dict[tuple[str, str], _Sent] = {}
    for receipt in receipts.versions(ledger, year):
        key = (receipt.unit, receipt.form)
        came = receipts.came_first(ledger, receipt)
        first = min(found[key].first, came, key=lambda r: r.id) if key in found else came
        found[key] = _Sent(first, receipt)
    return found


def _forms(unit: Unit, sent: Collection[tuple[str, str]]) -> list[str]:
    """The forms a unit has to fill, then others that it sent; an empty one where there are none."""
    came = {form for code, form in sent if code == unit.code} - set(unit.forms)
    projects = {form_of(form) for form in came if form != form_of(form)}  # asked for, and came one a project
    asked = [form for form in unit.forms if form not in projects or (unit.code, form) in sent]
    tables = sorted(filter(has_tables, came))
    return [
        *([*asked, *tables] or [""] * (not unit.forms)),
        *sorted(came.difference(tables)),
    ]  # without tables the workbook is still missing


def _not_come(unit: Unit, form: str, letter: Posted | None, today: date) -> Standing:
    late = _days_late(unit, today)
    found = Standing(unit, form, OVERDUE if late else MISSING, late=late)
    return _with_letter(found, letter)


def _came(ledger: Ledger, unit: Unit, sent: _Sent, letter: Posted | None) -> Standing:
    receipt = sent.last
    found = receipts.findings(ledger, receipt.id)
    states = Counter(one.state for one in found)
    standing = Standing(
        unit=unit,
        form=receipt.form,
        state=_state(unit, receipt),
        version=receipt.version,
        came=receipts.came_first(ledger, receipt).at,
        errors=receipt.errors,
        verifies=receipt.verifies,
        notes=receipt.notes,
        explained=receipt.explained,
        unsaid=receipt.unsaid,
        fresh=states["新增"],
        still=states["未改正"],
        mended=receipt.mended,
        late=_days_late(unit, date.fromisoformat(sent.first.at[:10])),
        tables=_tables(found),
    )
    return _with_letter(standing, letter)


def _state(unit: Unit, receipt: Receipt) -> str:
    """How the last version did."""
    return _STATES[passing_of_receipt(receipt, unit).passing]


def _days_late(unit: Unit, day: date) -> int:
    return max(0, (day - unit.due).days) if unit.due else 0


def _with_letter(standing: Standing, letter: Posted | None) -> Standing:
    if letter is None:
        return standing
    return standing._replace(letter=_letter_state(letter), letter_at=letter.sent or letter.made)


def _letter_state(letter: Posted) -> str:
    return LETTER_FOLDERS[Letter(letter.state)]


def _tables(found: list[Found]) -> tuple[TableCount, ...]:
    counts: dict[str, Counter[str]] = {}
    for one in found:
        if one.state not in _CLOSED:
            counts.setdefault(one.table, Counter())[one.severity] += 1
    return tuple(
        TableCount(table, errors=c[Severity.ERROR], verifies=c[Severity.VERIFY], notes=c[Severity.NOTE])
        for table, c in sorted(counts.items())
    )
