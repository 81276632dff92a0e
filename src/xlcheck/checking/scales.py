"""元 under a heading that says 万元: one finding for the cell, the column, the table or the workbook it is about.

Balance is no proof of scale: inside a table (or a column) in 元 everything adds up. What gives it away are the
relations with figures outside of it, which are off by the same factor of 10,000. A whole workbook in 元 agrees with
itself everywhere: there only the size of everyday figures tells.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from statistics import median
from typing import NamedTuple

from xlcheck.checking.findings import cell_ref, digits
from xlcheck.checking.judge import Judged
from xlcheck.checking.relations import Term
from xlcheck.form import Severity
from xlcheck.model import SCALE, Blame, Cause, CellRef, Finding, Section, Submission, decimal_text

YUAN_IN_WAN = 10_000
_FEWEST = 2
_EVERYDAY = 6
# 1 亿元: no unit pays as much for its usual item of 公开06 (salaries, office costs, …); in 元 every unit does
_UNUSUAL = 10_000 * SCALE


class Wrong(NamedTuple):
    """A failing ``=`` relation (rule, binding, column) with its finding. ``gap``: it names a row that is not there."""

    finding: Finding
    judged: Judged
    key: tuple[str, int, int]
    gap: bool


class _Group(NamedTuple):
    """Figures that may be in 元 together: a table, or one column (by index) of a section of it."""

    table: str
    section: str = ""
    column: int = -1

    def holds(self, term: Term) -> bool:
        if term.section.table != self.table:
            return False
        return self.column < 0 or (term.section.spec.key == self.section and term.column == self.column)


def in_yuan(
    failing: Sequence[Wrong],
    now: Submission,
    every: Callable[[], Iterable[tuple[tuple[str, int, int], Sequence[Term]]]],
) -> tuple[list[Finding], list[Wrong]]:
    """Findings for tables and columns in the wrong unit, and the failing relations that these do not explain.

    ``every`` lists the cells of all ``=`` relations. What agrees with other tables as it stands is not in 元: one
    large figure in 元, carried into all totals above it, looks like a table in 元 to those totals only.
    """
    votes = Counter(group for one in failing for group in _off_by_scale(one.judged))
    holding: list[Sequence[Term]] | None = None
    doubted = {group.table for group, count in votes.items() if count >= _FEWEST}
    found = []
    left = list(failing)
    for group, _ in sorted(votes.items(), key=lambda v: (-v[1], v[0].column >= 0, v[0])):
        touched = [one for one in left if any(group.holds(t) for t in one.judged.terms)]
        inside = [one for one in touched if all(group.holds(t) for t in one.judged.terms)]
        explained = [one for one in touched if one not in inside and group in _off_by_scale(one.judged)]
        # what is in 元 still adds up: where it does not, a single cell is wrong and not the whole
        sound = all(_adds_up_in_yuan(one.judged) for one in inside)
        whole = group.column < 0 or len(explained) + len(inside) == len(touched)
        if not (len(explained) >= _FEWEST and sound and whole and _several(group, explained)):
            continue
        if holding is None:
            wrong = {w.key for w in failing}
            holding = [terms for key, terms in every() if key not in wrong]
        if _FEWEST * sum(_agrees(group, terms, doubted - {group.table}) for terms in holding) < len(explained):
            gone = {id(one) for one in (*explained, *inside)}
            left = [one for one in left if id(one) not in gone]
            found.append(_finding(now, group, explained))
    return found, left


def _agrees(group: _Group, terms: Sequence[Term], doubted: set[str]) -> bool:
    """Whether figures of a group stand, in a relation that holds, against figures of tables that are not in doubt."""
    inside = [t for t in terms if t.amount.figure and group.holds(t)]
    outside = [t for t in terms if t.amount.figure and not group.holds(t)]
    return bool(inside and outside) and not any(t.section.table in doubted for t in outside)


def _several(group: _Group, explained: Sequence[Wrong]) -> bool:
    """A table or column is more than one cell: the relations must speak of at least two."""
    return len({t.spot for one in explained for t in one.judged.terms if group.holds(t) and t.amount.figure}) > 1


def _adds_up_in_yuan(judged: Judged) -> bool:
    """Whether a difference within one table is no more than rounding to 万元 leaves, seen in 元."""
    return abs(judged.left - judged.right) <= _slack(judged) * YUAN_IN_WAN


def _slack(judged: Judged) -> int:
    return sum(abs(t.weight) * t.amount.ulp for t in judged.terms if t.amount.filled)


def _off_by_scale(judged: Judged) -> list[_Group]:
    """Groups in a relation whose figures, divided by 10,000, would make it hold but for rounding."""
    sums: Counter[_Group] = Counter()
    for term in judged.terms:
        figure = term.weight * (term.amount.figure or 0)
        sums[_Group(term.section.table)] += figure
        sums[_Group(term.section.table, term.section.spec.key, term.column)] += figure
    whole = sum(s for group, s in sums.items() if group.column < 0)
    slack = _slack(judged)
    return [g for g, s in sums.items() if abs(s) > slack and abs(whole - s) > slack and abs((whole - s) * YUAN_IN_WAN + s) <= slack * YUAN_IN_WAN
            and not all(g.holds(t) for t in judged.terms)]  # fmt: skip


def _finding(now: Submission, group: _Group, explained: Sequence[Wrong]) -> Finding:
    table = now.tables[group.table]
    facts = {"table": table.spec.number, "count": str(len(explained))}
    if group.column < 0:
        cell = CellRef(table.spec.number, table.sheet, None, "subject", table.spec.name, None)
        return Finding(None, Severity.ERROR, "scale", "table_in_yuan", (cell,), unit=table.currency, facts=facts)
    terms = {t.spot: t for one in explained for t in one.judged.terms if group.holds(t) and t.amount.filled}
    cells = tuple(cell_ref(terms[spot], "subject", now) for spot in sorted(terms, key=lambda s: terms[s].row))
    facts["column"] = table.sections[group.section].columns[group.column]
    return Finding(None, Severity.ERROR, "scale", "column_in_yuan", cells, unit=table.currency, facts=facts)


def causes_in_yuan(findings: Sequence[Finding], now: Submission) -> list[Cause]:
    """A cause for each finding about a table or a column in 元: all of its figures, and what they should say."""
    found = []
    for index, finding in enumerate(findings):
        if finding.what not in ("table_in_yuan", "column_in_yuan"):
            continue
        table = next(t for t in now.tables.values() if t.spec.number == finding.facts["table"])
        column = finding.facts.get("column")
        blames = [
            _divided(Term(1, section, r, c, True), now)
            for section in table.sections.values()
            for r, row in enumerate(section.rows)
            for c, name in enumerate(section.columns)
            if section.figures[r][c] and not row.exact and column in (None, name)
        ]
        if blames:
            facts = {"column": column} if column else {}
            found.append(Cause("scale", tuple(blames), (index,), table.currency, what="in_yuan", facts=facts))
    return found


def _divided(term: Term, now: Submission) -> Blame:
    ulp = 10 ** (6 - now.tables[term.section.table].spec.decimals)
    figure = term.amount.figure or 0
    whole = (abs(figure) + YUAN_IN_WAN * ulp // 2) // (YUAN_IN_WAN * ulp) * ulp
    text = decimal_text(whole if figure > 0 else -whole, digits(ulp))
    return Blame(cell_ref(term, "subject", now), text, (text, text))


def fold_cells(findings: list[Finding], causes: Sequence[Cause]) -> tuple[list[Finding], list[Cause]]:
    """Where a cause is a cell or a row in 元, its failing relations become one ``scale`` finding about that."""
    made: dict[int, Finding] = {}
    gone: set[int] = set()
    for number, cause in enumerate(causes):
        if (
            cause.kind == "scale"
            and len(cause.cells) == 1
            and not any(set(cause.explains) & set(o.explains) for o in causes if o is not cause)
            and cause.suggested
            and cause.cell.value
            and _is_yuan(cause.cell.value, cause.suggested)
        ):
            made[number] = _cell_finding(cause)
            gone.update(cause.explains)
        elif cause.what == "row_in_yuan":
            made[number] = _row_finding(cause)
            gone.update(cause.explains)
    if not made:
        return findings, list(causes)
    first = {n: min(causes[n].explains) for n in made}
    places: dict[int, int] = {}
    kept: list[Finding] = []
    at: dict[int, int] = {}
    for index, finding in enumerate(findings):
        for number, start in first.items():
            if start == index:
                places[number] = len(kept)
                kept.append(made[number])
        if index not in gone:
            at[index] = len(kept)
            kept.append(finding)
    moved = [
        cause._replace(explains=(places[n],) if n in places else tuple(at[i] for i in cause.explains if i in at))
        for n, cause in enumerate(causes)
    ]
    return kept, moved


def _is_yuan(written: str, right: str) -> bool:
    try:
        exact = Decimal(written.replace(",", "")) / YUAN_IN_WAN
    except ArithmeticError:
        return False
    return exact.quantize(Decimal(right), ROUND_HALF_UP) == Decimal(right) and abs(exact) >= 1


def _cell_finding(cause: Cause) -> Finding:
    written, right = Decimal((cause.cell.value or "0").replace(",", "")), Decimal(cause.suggested or "0")
    facts = {"label": cause.cell.label, "count": str(len(cause.explains))}
    return Finding(
        None, Severity.ERROR, "scale", "cell_in_yuan", (cause.cell._replace(role="subject"),),
        expected=cause.suggested, actual=f"{written:f}", difference=f"{written - right:f}", unit=cause.unit, facts=facts,
    )  # fmt: skip


def _row_finding(cause: Cause) -> Finding:
    facts = {"label": cause.cell.label.split(" · ")[0], "count": str(len(cause.explains))}
    cells = tuple(b.cell._replace(role="subject") for b in cause.cells)
    return Finding(None, Severity.ERROR, "scale", "row_in_yuan", cells, unit=cause.unit, facts=facts)


class Unusual(NamedTuple):
    """A finding about unusually large figures, and the failing relations that it explains."""

    finding: Finding
    explained: list[Wrong]


def workbook_in_yuan(now: Submission, failing: Sequence[Wrong]) -> Unusual | None:
    """A finding when the usual item of the economic detail is larger than any unit's.

    公开06 lists what every unit pays every year; half of its filled items above 1 亿元 means that 元 were typed: in
    the whole workbook if the other tables agree with it, else in this table.
    """
    if now.currency not in (None, "万元") or now.mixed_units:
        return None
    for table in now.tables.values():
        for section in table.sections.values():
            usual = 0 if table.lost or section.spec.shape != "blocks" else _usual(section)
            if usual <= _UNUSUAL:
                continue
            group = _Group(table.spec.key)
            across = [w for w in failing if _inside(w.judged) is None and any(group.holds(t) for t in w.judged.terms)]
            if across:
                explained = [w for w in across if group in _off_by_scale(w.judged)]
                inside = [w for w in failing if all(group.holds(t) for t in w.judged.terms)]
                inside = [w for w in inside if _adds_up_in_yuan(w.judged)]
                return Unusual(_finding(now, group, explained), [*explained, *inside]) if explained else None
            cell = CellRef(table.spec.number, table.sheet, None, "subject", table.spec.name, None)
            facts = {"table": table.spec.number, "usual": f"{Decimal(int(usual)).scaleb(-6):,.2f}"}
            found = Finding(
                None, Severity.VERIFY, "scale", "workbook_in_yuan", (cell,), unit=table.currency, facts=facts
            )
            return Unusual(found, [])
    return None


def _usual(section: Section) -> float:
    """The median of the filled leaves, in millionths; 0 where there are too few to speak of a usual one."""
    leaves = [
        abs(amounts[0].figure)
        for i, amounts in enumerate(section.amounts)
        if section.rows[i].code and not section.children[i] and amounts[0].filled and amounts[0].figure
    ]
    return median(leaves) if len(leaves) >= _EVERYDAY else 0


def _inside(judged: Judged) -> str | None:
    """The table of a relation within one table."""
    tables = {t.section.table for t in judged.terms}
    return tables.pop() if len(tables) == 1 else None
