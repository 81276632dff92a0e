"""What else is known decides between cells that explain the same: comparisons, figures alike by habit, formulas that are behind."""

from __future__ import annotations

import io
import re
import zipfile

import pytest

from support.mistakes import typed, with_amounts
from support.places import SAMPLES
from support.synthetic import clean_submission
from xlcheck.checking.check import check
from xlcheck.model import Submission
from xlcheck.outcome import Diagnosis
from xlcheck.report.diagnosiswords import diagnosis_message

STALE = "公开03 支出决算表"


@pytest.fixture(scope="module")
def unit(pipeline) -> Submission:
    """A clean unit that spent 6.00 on 公务接待, as planned, and says so in 公开06 too."""
    now = clean_submission(pipeline.library.load("shanxi-2023"), 2, "A", 20)
    items = {
        "因公出国（境）费": 0.0,
        "公务用车购置费": 18.0,
        "公务用车运行维护费": 16.1,
        "公务用车小计": 34.1,
        "公务接待费": 6.0,
        "合计": 40.1,
    }
    public = {("三公表", row, key): figure for row in ("预算数", "决算数") for key, figure in items.items()}
    (basic,) = now.tables["基本支出表"].sections.values()
    other = next(
        r
        for r, x in enumerate(basic.rows)
        if (x.code or "")[:3] == "302" and len(x.code or "") == 5 and (basic.figures[r][0] or 0) > 10**7
    )
    left = (basic.figures[other][0] or 0) / 1e6 - 6.0
    column = basic.columns[0]
    found = put(
        now, public | {("基本支出表", "30217", column): 6.0, ("基本支出表", str(basic.rows[other].code), column): left}
    )
    assert check(found).diagnoses == ()
    return found


def put(now: Submission, figures: dict[tuple[str, str, str], float]) -> Submission:
    """Other figures (万元) by table, row and column, each by key or code."""
    amounts = {}
    for (table, row, column), figure in figures.items():
        (section,) = now.tables[table].sections.values()
        at = next(r for r, x in enumerate(section.rows) if row in (x.key, x.code))
        spot = (table, section.spec.key, at, section.columns.index(column))
        amounts[spot] = typed(round(figure * 1e6), now, spot)
    return with_amounts(now, amounts)


def first(diagnoses: tuple[Diagnosis, ...]) -> tuple[str, str, str | None]:
    """Of the first cause: the row and column of its cell as it is called, and what it should say."""
    cell = diagnoses[0].cells[0]
    return cell.cell.table, cell.cell.label, cell.suggested


def test_the_right_item_is_left_alone_where_the_total_is_wrong(unit):
    """A wrong total of 41.10: 接待 6.00 is what was planned, and no copy of it."""
    (cause,) = check(put(unit, {("三公表", "决算数", "合计"): 41.1})).diagnoses
    assert first((cause,))[1:] == ("决算数 · 合计", "40.10")
    assert cause.kind == "wrong_digit"


def test_the_cell_that_mends_the_sum_and_the_comparison_comes_first(unit):
    """合计 = 各项 and 公开06 30217 ≤ 公务接待费 fail together: the figure that mends both comes before the total."""
    found = check(put(unit, {("三公表", "决算数", "公务接待费"): 5.0})).diagnoses
    assert first(found)[1:] == ("决算数 · 公务接待费", "6.00")
    assert len(found[0].explains) == 2
    assert len(found) == 1


# --- formulas that nobody has recalculated ----------------------------------------------------------------


@pytest.fixture(scope="module")
def behind() -> bytes:
    """The totals of 公开03 as formulas with saved zeros; nothing says that the file is to be recalculated."""
    rights = {"E7": "E8+E16+E19", "F7": "F8+F16+F19", "G7": "G8", "E8": "E9+E11", "F8": "F9+F11", "G8": "G9+G11"}
    return with_formulas((SAMPLES / "tunliu_2023.xlsx").read_bytes(), rights)


def with_formulas(data: bytes, formulas: dict[str, str], saved: str = "0") -> bytes:
    """A workbook whose cells of 公开03 are formulas with a saved result."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name).decode("utf-8", "surrogateescape") if name.endswith(".xml") else None
            if name == "xl/worksheets/sheet3.xml" and part is not None:
                for cell, formula in formulas.items():
                    part, count = re.subn(
                        rf'(<c r="{cell}"(?: s="\d+")?)(?: t="n")?><v>[^<]*</v></c>',
                        rf"\1><f>{formula}</f><v>{saved}</v></c>",
                        part,
                    )
                    assert count == 1, cell
            if name == "xl/workbook.xml" and part is not None:
                part = part.replace(' fullCalcOnLoad="1"', "")
            new.writestr(name, part.encode("utf-8", "surrogateescape") if part is not None else old.read(name))
    return out.getvalue()


def test_what_follows_from_formulas_that_are_behind_is_one_cause(pipeline, behind):
    report = pipeline.run(behind, "x.xlsx").report
    (cause,) = report.diagnoses
    assert cause.code == "stale_formulas"
    assert {s.cell.cell: s.suggested for s in cause.cells} == {
        "E7": "567.18", "F7": "360.14", "G7": "207.04", "E8": "525.20", "F8": "318.16", "G8": "207.04",
    }  # fmt: skip
    errors = [i for i, f in enumerate(report.findings) if f.severity.value == "错误"]
    assert errors == list(cause.explains)
    assert diagnosis_message(cause).startswith(
        "公式没有重新计算：公开03表 E7（合计 · 本年支出合计）填列 0.00，重新计算后为 567.18；等 6 格的公式存的都是旧结果，"
    )
    assert {report.findings[i].advice for i in errors} == {"先在 Excel/WPS 中按 F9 重新计算后保存，这一条就成立了。"}


def test_a_mistake_beside_formulas_that_are_behind_is_a_cause_of_its_own(pipeline, behind):
    formulas = {"E7": "E8+E16+E19", "E8": "E9+E11"}
    data = with_formulas((SAMPLES / "tunliu_2023.xlsx").read_bytes(), formulas)
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "xl/worksheets/sheet4.xml":
                part, count = re.subn(rb"<v>342\.2[0-9]*</v>|<v>525\.21</v>", b"<v>252.21</v>", part, count=1)
                assert count == 1
            new.writestr(name, part)
    causes = pipeline.run(out.getvalue(), "x.xlsx").report.diagnoses
    assert causes[0].code == "stale_formulas"
    assert len(causes) == 2
    assert "公开04" in {s.cell.table for s in causes[1].cells}


def test_a_formula_that_we_cant_work_out_in_a_file_to_be_recalculated_is_said(pipeline):
    data = with_formulas(
        (SAMPLES / "tunliu_2023.xlsx").read_bytes(), {"E8": "SUMIF(A9:A14,&quot;x&quot;,E9:E14)"}, saved="0"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "xl/workbook.xml":
                part = re.sub(rb"<calcPr[^>]*/>", b"", part).replace(
                    b"</workbook>", b'<calcPr calcId="0" fullCalcOnLoad="1"/></workbook>'
                )
            new.writestr(name, part)
    (said,) = (f for f in pipeline.run(out.getvalue(), "x.xlsx").report.findings if f.code == "unjudged_formula")
    assert said.severity.value == "核实"
    assert "E8（208 · 本年支出合计）存的是 0" in said.message
