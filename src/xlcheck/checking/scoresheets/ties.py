"""What ties score sheets to the tables of their workbook, and to each other: unit, year, 项目支出, one project once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from xlcheck.form import TOTAL, Severity
from xlcheck.labels import label_key
from xlcheck.model import SCALE, Section, Submission
from xlcheck.outcome import CellRef, Remark
from xlcheck.scores.sheet import ScoreSheet, SheetFact
from xlcheck.scores.spec import FUNDS, TOTAL_ROW

OVER, UNIT, YEAR, TWICE = "P05-01", "P05-02", "P05-03", "P05-04"
_TABLES = ("支出表", "一般公共支出表")
_PROJECTS = "项目支出"
YUAN = {"元": Fraction(1), "千元": Fraction(1000), "万元": Fraction(10_000), "亿元": Fraction(10**8)}
_FEWEST = 2


def in_yuan(sheet: ScoreSheet) -> Fraction:
    """How many 元 one of its money is."""
    return YUAN.get(sheet.currency, Fraction(1))


class TieEnd(NamedTuple):
    """How a tie ended, and the remark where it does not hold."""

    rule: str
    holds: bool
    remark: Remark | None = None


class FormTotals(NamedTuple):
    """What the 文字说明 of a report says of its score sheets: how many, their budgets and spending (in 元), their grades.

    ``half`` is by how much rounding may make the sums differ (元).
    """

    forms: int
    budget: Fraction
    spent: Fraction
    half: Fraction
    grades: Mapping[str, int]


def form_totals(now: Submission) -> FormTotals:
    """Count, sums and grades of the score sheets of a workbook; those that were published unfilled don't count."""
    filled = [sheet for sheet in now.sheets if not sheet.unfilled]
    budget = spent = half = Fraction(0)
    grades: Counter[str] = Counter()
    for sheet in filled:
        scale = YUAN.get(sheet.currency, Fraction(1))
        total = sheet.total_funds
        if total is not None:
            budget += total.cell("全年预算数").value.number * scale
            spent += total.cell("全年执行数").value.number * scale
            half += total.cell("全年预算数").value.ulp * scale / 2
        grades.update(_grades(sheet))
    return FormTotals(len(filled), budget, spent, half, dict(grades))


def _grades(sheet: ScoreSheet) -> Iterator[str]:
    """The grade of a sheet: that which it prints, else that of its total."""
    for row in sheet.rows.get(TOTAL_ROW, ()):
        said, score = row.cell("等级").value, row.cell("得分").value
        if said.filled:
            yield said.text
        elif score.numeric:
            yield next(
                g.name for g in sheet.spec.grades if score.number >= Fraction(g.at_least) or g is sheet.spec.grades[-1]
            )


def tie_ends(now: Submission) -> list[TieEnd]:
    """All ties of the score sheets of a workbook."""
    filled = [sheet for sheet in now.sheets if not sheet.unfilled]
    return [*_projects(now, filled), *_units(now, filled), *_years(now, filled), *_twice(filled)]


# --- money ----------------------------------------------------------------------------------------------


def _projects(now: Submission, sheets: Sequence[ScoreSheet]) -> Iterator[TieEnd]:
    """What the projects spent is no more than all 项目支出."""
    section = _projects_of(now)
    sheets = [sheet for sheet in sheets if sheet.total_funds is not None]
    spent = [sheet.total_funds.cell("全年执行数") for sheet in sheets if sheet.total_funds is not None]
    if section is None or not spent:
        return
    row, column = section.index[TOTAL], section.columns.index(_PROJECTS)
    figure, amount = section.figures[row][column], section.amounts[row][column]
    if figure is None or not amount.filled:
        return
    table = now.tables[section.table]
    scale = YUAN.get(table.currency, Fraction(10_000))
    limit = Fraction(figure, SCALE) * scale
    total = sum((c.value.number * YUAN.get(s.currency, scale) for c, s in zip(spent, sheets, strict=True)), Fraction(0))
    slack = Fraction(amount.ulp, 2 * SCALE) * scale + sum((c.value.ulp / 2 * scale for c in spent), Fraction(0))
    if total <= limit + slack:
        yield TieEnd(OVER, holds=True)
        return
    cells = [
        CellRef(
            table.spec.number, table.sheet, section.cell(row, column), "subject", f"{TOTAL} · {_PROJECTS}", amount.text
        )
    ]
    cells += [
        CellRef(s.name, s.sheet, c.cell, "part", c.label, c.value.text)
        for s, c in zip(sheets, spent, strict=True)
        if c.cell
    ]
    params = {
        "count": str(len(spent)),
        "found": f"{float(total / scale):.6g}",
        "number": amount.text,
        "unit": table.currency,
        "table": table.spec.number,
    }
    yield TieEnd(
        OVER,
        holds=False,
        remark=Remark(None, Severity.VERIFY, "performance", "sheets_over_projects", tuple(cells), params=params),
    )


def _projects_of(now: Submission) -> Section | None:
    """The section of 支出决算表 (else of the general budget's) that has 项目支出 and a total."""
    for key in _TABLES:
        table = now.tables.get(key)
        for section in table.sections.values() if table is not None and not table.lost else ():
            if TOTAL in section.index and _PROJECTS in section.columns and section.figures:
                return section
    return None


# --- whose, and of which year ----------------------------------------------------------------------------


def _units(now: Submission, sheets: Sequence[ScoreSheet]) -> Iterator[TieEnd]:
    """A form is of the unit of the workbook, or of one below it: its department is that unit then."""
    if not now.unit or not now.tables:
        return
    own = label_key(now.unit)
    for sheet in sheets:
        said = [fact for key in ("实施单位", "主管部门") if (fact := sheet.facts.get(key)) is not None and fact.value]
        if not said:
            continue
        if any(_is_one(own, label_key(fact.value)) for fact in said):
            yield TieEnd(UNIT, holds=True)
        else:
            params = {"table": sheet.name, "found": said[0].value, "unit": now.unit}
            yield TieEnd(UNIT, holds=False, remark=_of_fact(sheet, said[0], "实施单位", "sheet_other_unit", params))


def _is_one(one: str, other: str) -> bool:
    """Whether two names may be of one unit: one may say more than the other."""
    return one in other or other in one


def _years(now: Submission, sheets: Sequence[ScoreSheet]) -> Iterator[TieEnd]:
    """A form is of the year of the workbook; of forms alone, of the year of most."""
    years = [fact.value for sheet in sheets if (fact := sheet.facts.get("年度")) is not None]
    usual = str(now.year) if now.year and now.tables else ""
    if not usual and len(years) > _FEWEST:
        ((usual, times),) = Counter(years).most_common(1)
        usual = usual if times * 2 > len(years) else ""
    if not usual:
        return
    for sheet in sheets:
        fact = sheet.facts.get("年度")
        if fact is None:
            continue
        if fact.value == usual:
            yield TieEnd(YEAR, holds=True)
        else:
            params = {"table": sheet.name, "found": fact.value, "year": usual}
            yield TieEnd(YEAR, holds=False, remark=_of_fact(sheet, fact, "年度", "sheet_other_year", params))


def _twice(sheets: Sequence[ScoreSheet]) -> Iterator[TieEnd]:
    """One project has one form."""
    named: dict[str, list[ScoreSheet]] = {}
    for sheet in sheets:
        if sheet.project:
            named.setdefault(label_key(sheet.project), []).append(sheet)
    for alike in named.values():
        if len(alike) == 1:
            yield TieEnd(TWICE, holds=True)
            continue
        cells = tuple(
            CellRef(s.name, s.sheet, _address(s.facts["项目名称"]), "subject", "项目名称", s.project) for s in alike
        )
        same = all(_money(sheet) == _money(alike[0]) for sheet in alike)
        params = {
            "name": alike[0].project, "count": str(len(alike)), "sheets": "”“".join(dict.fromkeys(s.sheet for s in alike)),
            "hint": "，金额也都相同" if same else "，金额不同",
        }  # fmt: skip
        yield TieEnd(
            TWICE, holds=False, remark=Remark(None, Severity.VERIFY, "performance", "sheet_twice", cells, params=params)
        )


def _money(sheet: ScoreSheet) -> tuple[Fraction, ...]:
    rows = sheet.rows.get(FUNDS, ())
    return tuple(row.cell(key).value.number for row in rows[:1] for key in ("年初预算数", "全年预算数", "全年执行数"))


def _address(fact: SheetFact) -> str | None:
    from xlcheck.labels import address

    return None if fact.at is None else address(*fact.at)


def _of_fact(sheet: ScoreSheet, fact: SheetFact, label: str, code: str, params: dict[str, str]) -> Remark:
    cell = CellRef(sheet.name, sheet.sheet, _address(fact), "subject", label, fact.value)
    return Remark(None, Severity.VERIFY, "performance", code, (cell,), params=params)
