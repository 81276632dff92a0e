"""The ledger beside the roster → where every unit stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import NamedTuple

from xlcheck.form import Severity
from xlcheck.ledger import letters as posts
from xlcheck.ledger import receipts
from xlcheck.ledger.records import Found, Letter, Posted, Receipt
from xlcheck.ledger.store import Ledger
from xlcheck.office.roster import Roster, Unit

MISSING, OVERDUE, WRONG, DOUBTFUL, FINE = "未报送", "逾期未报", "待改正", "待核实", "已通过"
_LETTERS = {
    Letter.READY: "待发", Letter.SENDING: "发送中", Letter.HANDED: "发送中", Letter.SENT: "已发",
    Letter.RETRY: "待重发", Letter.UNCERTAIN: "不确定", Letter.FAILED: "失败",
}  # fmt: skip


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
    version: int
    came: str
    errors: int
    verifies: int
    notes: int
    explained: int
    unsaid: int
    fresh: int
    still: int
    mended: int
    late: int
    letter: str
    letter_at: str
    tables: tuple[TableCount, ...]


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
        return self.titles.get(form, form)

    def count(self, *states: str) -> int:
        """Standings in some of the states."""
        return sum(s.state in states for s in self.standings)


def overview(
    ledger: Ledger, roster: Roster, year: int | None, made: str, today: date, titles: Mapping[str, str] | None = None
) -> Overview:
    """Where all units of the roster stand in ``year`` (None: the latest year anything came in of)."""
    if year is None:
        year = receipts.present_year(ledger, made)
    first: dict[tuple[str, str], Receipt] = {}
    last: dict[tuple[str, str], Receipt] = {}
    for receipt in receipts.versions(ledger, year):
        first.setdefault((receipt.unit, receipt.form), receipt)
        last[receipt.unit, receipt.form] = receipt
    letter = {(p.unit, p.year): p for p in posts.letters(ledger)}
    standings = []
    for unit in roster.values():
        came = sorted(form for code, form in last if code == unit.code)
        for form in [*unit.forms, *(f for f in came if f not in unit.forms)] or [""]:
            newest = last.get((unit.code, form))
            found = receipts.findings(ledger, newest.id) if newest else []
            post = letter.get((unit.code, newest.year if newest else year))
            standings.append(_standing(unit, form, first.get((unit.code, form)), newest, found, post, today))
    head = ledger.rows("SELECT hash FROM journal ORDER BY seq DESC LIMIT 1")
    counts = Counter(_LETTERS[Letter(p.state)] for p in posts.letters(ledger) if p.year in (year, None))
    return Overview(
        year, made, tuple(standings), tuple(receipts.unplaced(ledger)), dict(counts), head[0][0] if head else "",
        titles or {},
    )  # fmt: skip


def _standing(
    unit: Unit,
    form: str,
    first: Receipt | None,
    receipt: Receipt | None,
    found: list[Found],
    letter: Posted | None,
    today: date,
) -> Standing:
    sent = (_LETTERS[Letter(letter.state)], letter.sent or letter.made) if letter else ("", "")
    if receipt is None or first is None:
        late = max(0, (today - unit.due).days) if unit.due else 0
        return Standing(unit, form, OVERDUE if late else MISSING, 0, "", 0, 0, 0, 0, 0, 0, 0, 0, late, *sent, ())
    late = max(0, (date.fromisoformat(first.at[:10]) - unit.due).days) if unit.due else 0
    states = Counter(f.state for f in found)
    other_form = bool(unit.forms) and form not in unit.forms
    state = WRONG if receipt.errors else DOUBTFUL if receipt.verifies or receipt.unsaid or other_form else FINE
    return Standing(
        unit, form, state, receipt.version, receipt.at, receipt.errors, receipt.verifies, receipt.notes,
        receipt.explained, receipt.unsaid, states["新增"], states["未改正"], receipt.mended, late, *sent, _tables(found),
    )  # fmt: skip


def _tables(found: list[Found]) -> tuple[TableCount, ...]:
    counts: dict[str, Counter[str]] = {}
    for one in found:
        if one.state not in ("已改正", "已说明", "无法核对"):
            counts.setdefault(one.table, Counter())[one.severity] += 1
    return tuple(
        TableCount(table, c[Severity.ERROR], c[Severity.VERIFY], c[Severity.NOTE])
        for table, c in sorted(counts.items())
    )
