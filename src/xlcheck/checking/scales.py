"""A whole table filled in 元 under a heading that says 万元: one finding, not one for every relation.

Balance is no proof of scale: inside such a table everything adds up. What gives it away are the relations
with other tables, which are off by the same factor of 10,000.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from xlcheck.checking.judge import Judged
from xlcheck.form import Severity
from xlcheck.model import CellRef, Finding, Submission

YUAN_IN_WAN = 10_000
_FEWEST = 2


class Wrong(NamedTuple):
    """A failing ``=`` relation with its finding. ``gap``: it names a row that is not there."""

    finding: Finding
    judged: Judged
    constant: int
    gap: bool


def tables_in_yuan(failing: Sequence[Wrong], now: Submission) -> tuple[list[Finding], list[Wrong]]:
    """Findings for tables in the wrong unit, and the failing relations that this does not explain."""
    votes = Counter(table for one in failing for table in _off_by_scale(one.judged))
    # a table in 元 still adds up: where it does not, a single cell is wrong and not the table
    broken = {_inside(one.judged) for one in failing if not _adds_up_in_yuan(one.judged)}
    found = []
    left = list(failing)
    for table, _ in votes.most_common():
        explained = [one for one in left if table in _off_by_scale(one.judged)]
        if len(explained) >= _FEWEST and table not in broken:
            left = [one for one in left if one not in explained and _inside(one.judged) != table]
            found.append(_finding(now, table, len(explained)))
    return found, left


def _inside(judged: Judged) -> str | None:
    """The table of a relation within one table."""
    tables = {t.section.table for t in judged.terms}
    return tables.pop() if len(tables) == 1 else None


def _adds_up_in_yuan(judged: Judged) -> bool:
    """Whether a difference within one table is no more than rounding to 万元 leaves, seen in 元."""
    return abs(judged.left - judged.right) <= _slack(judged) * YUAN_IN_WAN


def _slack(judged: Judged) -> int:
    return sum(abs(t.weight) * t.amount.ulp for t in judged.terms if t.amount.filled)


def _off_by_scale(judged: Judged) -> list[str]:
    """Tables of a relation whose figures, divided by 10,000, would make it hold but for rounding."""
    sums: Counter[str] = Counter()
    for term in judged.terms:
        sums[term.section.table] += term.weight * (term.amount.figure or 0)
    if len(sums) < 2:
        return []
    whole, slack = sum(sums.values()), _slack(judged)
    return [t for t, s in sums.items() if abs(s) > slack and abs((whole - s) * YUAN_IN_WAN + s) <= slack * YUAN_IN_WAN]


def _finding(now: Submission, key: str, count: int) -> Finding:
    table = now.tables[key]
    cell = CellRef(table.spec.number, table.sheet, None, "subject", table.spec.name, None)
    facts = {"table": table.spec.number, "count": str(count)}
    return Finding(None, Severity.ERROR, "scale", "table_in_yuan", (cell,), unit=table.currency, facts=facts)
