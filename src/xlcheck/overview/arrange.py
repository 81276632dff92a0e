"""What all four ways to show an overview share: the order of states, sums by department, the heat map, the sentence."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import NamedTuple

from xlcheck.form import Severity
from xlcheck.ledger.records import Receipt, Status
from xlcheck.overview.standing import DOUBTFUL, FINE, MISSING, OVERDUE, WRONG, Overview, Standing, TableCount
from xlcheck.reading.marks.format import COLOURS
from xlcheck.shown import clean

STATES = (OVERDUE, MISSING, WRONG, DOUBTFUL, FINE)  # worst first
UNSENT = (OVERDUE, MISSING)
MEANINGS = {
    OVERDUE: "过了截止日期，还没有报来",
    MISSING: "还没有报来；没到截止日期，或名册里没有写截止日期",
    WRONG: "最近一版还有错误",
    DOUBTFUL: "最近一版没有错误，还有要核实、说明或没能核对的",
    FINE: "最近一版没有错误，要核实的都已说明，也没有没能核对的",
}
# Words and signs say the same as the colours: whoever sees no colour misses nothing.
SIGNS = {OVERDUE: "✕", MISSING: "○", WRONG: "▲", DOUBTFUL: "●", FINE: "✓"}
FILLS = {
    OVERDUE: "C9B6E4", MISSING: "D9D9D9", WRONG: COLOURS[Severity.ERROR], DOUBTFUL: COLOURS[Severity.VERIFY], FINE: "C6E5B9",
}  # fmt: skip
NO_DEPARTMENT = "（没有写主管部门）"
WHOLE = "整份工作簿"
UNPLACED = {Status.REFUSED: "读不了", Status.UNKNOWN: "不知道是哪个单位的"}
_NUMBER = re.compile(r"(\d+)")


class Department(NamedTuple):
    """Sums of one 主管部门. ``counts`` are standings by the states of :data:`STATES`; the rest are findings."""

    name: str
    units: int
    counts: tuple[int, ...]
    errors: int
    verifies: int


class Heat(NamedTuple):
    """Units × tables. ``cells[row][column]``: what is open in a table; None: nothing is, or nothing came in."""

    tables: tuple[str, ...]
    rows: tuple[Standing, ...]
    cells: tuple[tuple[TableCount | None, ...], ...]


def moment(at: str) -> str:
    """An ISO 8601 time as people read it, to the minute; other text as it is."""
    return at[:16].replace("T", " ")


def ranked(overview: Overview, states: Collection[str] = ()) -> list[Standing]:
    """Standings (in some states), worst first, of one state in the order of the roster."""
    found = [s for s in overview.standings if not states or s.state in states]
    return sorted(found, key=lambda s: STATES.index(s.state))


def several_forms(overview: Overview) -> bool:
    """Whether it must be said which form a standing is about."""
    return len({s.form for s in overview.standings} - {""}) > 1


def title(overview: Overview) -> str:
    """The heading: the year, where one is known, and what this is."""
    return f"{overview.year} 年度决算公开报送情况" if overview.year else "决算公开报送情况"


def department_of(standing: Standing) -> str:
    """The 主管部门, or words that there is none in the roster."""
    return clean(standing.unit.department) or NO_DEPARTMENT


def departments(overview: Overview) -> list[Department]:
    """Sums by 主管部门, in the order in which the roster names them."""
    groups: dict[str, list[Standing]] = {}
    for standing in overview.standings:
        groups.setdefault(department_of(standing), []).append(standing)
    return [_department(name, group) for name, group in groups.items()]


def _department(name: str, group: list[Standing]) -> Department:
    counts = tuple(sum(s.state == state for s in group) for state in STATES)
    units = len({s.unit.code for s in group})
    return Department(name, units, counts, sum(s.errors for s in group), sum(s.verifies for s in group))


def heat(overview: Overview) -> Heat:
    """The heat map: tables with open 错误 or 核实 anywhere, 公开2 before 公开10; rows in the order of the roster."""
    counts = [_open_tables(standing) for standing in overview.standings]
    tables = sorted(set().union(*counts), key=_natural)
    cells = tuple(tuple(one.get(table) for table in tables) for one in counts)
    return Heat(tuple(tables), overview.standings, cells)


def _open_tables(standing: Standing) -> dict[str, TableCount]:
    """What is open in the tables of a standing, by table."""
    return {t.table: t for t in standing.tables if t.errors or t.verifies}


def _natural(table: str) -> tuple[bool, list[tuple[int, str]]]:
    """Numbers in a name by their value; what is of no table comes last."""
    return not table, [(int(p), "") if p.isdecimal() else (0, p) for p in _NUMBER.split(table)]


def summary(overview: Overview) -> str:
    """One sentence with all counts."""
    units = len({s.unit.code for s in overview.standings})
    counts = "，".join(f"{state} {overview.count(state)}" for state in STATES)
    parts = [f"{title(overview)}：{units} 个单位应报 {len(overview.standings)} 份：{counts}"]
    if overview.unplaced:
        parts.append(f"无法识别的文件 {len(overview.unplaced)} 个")
    if overview.letters:
        parts.append(f"信件：{joined(overview.letters.items())}")
    return "；".join(parts) + "。"


def joined(counts: Iterable[tuple[str, int]]) -> str:
    """Words with their numbers: 已发 3，待发 1."""
    return "，".join(f"{word} {count}" for word, count in sorted(counts))


def why(receipt: Receipt) -> str:
    """Why a workbook could not be placed."""
    return clean(receipt.reason) or UNPLACED.get(Status(receipt.status), "")
