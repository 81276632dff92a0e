"""The live part of a marked copy, computed by another program: every rule broken, mended, and seen to be mended."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import openpyxl
import pytest

from support.live import Said, place_of, relations_of, replaced, said
from support.office import Office, needs_office
from support.places import SAMPLES
from support.synthetic import clean_submission
from xlcheck.checking import judge
from xlcheck.checking.examples import example_submission
from xlcheck.checking.excelform import excel_forms
from xlcheck.checking.relations import Term
from xlcheck.filling.write import workbook_bytes
from xlcheck.form import RuleSpec
from xlcheck.model import CellKind, Submission
from xlcheck.pipeline import Pipeline
from xlcheck.reading.marks.format import COLOURS, PART_COLOUR, SUSPECT_COLOUR
from xlcheck.report.report import Finding
from xlcheck.writing.styles import MENDED

SPENDING = "公开03 支出决算表"
# how many broken workbooks of each set: every one costs two conversions
GROUPS = {"shanxi-2023": 2, "central-2023": 1, "shanghai-putuo-2024": 1, "sichuan-2023": 2, "beijing-2023": 1}
SETS = tuple(GROUPS)
SHARED = {
    "SUM",
    "SUMPRODUCT",
    "COUNT",
    "ABS",
    "ROUND",
    "MAX",
    "OR",
    "AND",
    "IF",
    "LEFT",
}  # Excel 2007, WPS and LibreOffice have them all


# --- clean workbooks, and figures to break ---------------------------------------------------------------


def clean_book(pipeline: Pipeline, name: str) -> bytes:
    """A clean workbook of a set: a sample, or a made-up unit with figures in every table."""
    if name in ("shanxi-2023", "central-2023"):
        made = clean_submission(pipeline.library.load("shanxi-2023"), 1, "A", 14)
        return workbook_bytes(pipeline.library.load(name), made, "某某中心", "2023")
    stem = {"shanghai-putuo-2024": "putuo_caizheng_2024"}.get(name, name.replace("-", "_"))
    return (SAMPLES / f"{stem}.xlsx").read_bytes()


class Break(NamedTuple):
    """One wrong figure, and the rule it is to break."""

    rule: str
    place: tuple[str, str]
    right: str
    wrong: str


def candidates(rule: RuleSpec, terms: list[Term], now: Submission, step: int) -> Iterator[Break]:
    """Changes of one figure each that make a relation fail, as far from it as no rounding and no habit explains."""
    difference = rule.linear.constant + sum(t.weight * (t.amount.figure or 0) for t in terms)
    for term in terms:
        weight = sum(t.weight for t in terms if t.spot == term.spot)
        if term.amount.kind is not CellKind.NUMBER or abs(weight) != 1 or term.amount.note:
            continue
        by = 37_130_000 + 3_310_000 * step
        if not term.amount.ulp:
            by = by // 1_000_000 * 1_000_000
        change = {"≤": weight * (by - difference), "≥": -weight * (by + difference)}.get(rule.linear.op, by)
        figure = Decimal(term.amount.figure + change).scaleb(-6)
        yield Break(rule.id, place_of(term, now), term.amount.text, f"{figure.normalize():f}")


def breaks_of(now: Submission) -> list[list[Break]]:
    """Groups of breaks, a rule in one of them each; within a group no relation has two of the cells."""
    relations = relations_of(now)
    seen_with: dict[tuple[str, str], set[tuple[str, str]]] = {}
    for _, terms in relations:
        places = {place_of(t, now) for t in terms}
        for place in places:
            seen_with.setdefault(place, set()).update(places)
    count = GROUPS[now.form.id]
    groups: list[list[Break]] = [[] for _ in range(count)]
    taken: list[set[tuple[str, str]]] = [set() for _ in range(count)]
    done: set[str] = set()
    for rule, terms in relations:
        if rule.id in done:
            continue
        free = (
            (b, n)
            for b in candidates(rule, terms, now, len(done))
            for n in range(count)
            if not taken[n] & seen_with[b.place]
        )
        found = next(free, None)
        if found:
            groups[found[1]].append(found[0])
            taken[found[1]].add(found[0].place)
            done.add(rule.id)
    return groups


@dataclass
class Case:
    """One broken workbook, its marked copy, and that copy with some of the figures put right."""

    breaks: list[Break]
    in_force: set[str]
    tails: set[tuple[str, frozenset[tuple[str, str]]]]
    findings: tuple[Finding, ...]
    marked: bytes
    mended: dict[str, set[tuple[str, str]]] = field(default_factory=dict)
    books: dict[str, bytes] = field(default_factory=dict)


def tails_of(now: Submission) -> set[tuple[str, frozenset[tuple[str, str]]]]:
    """Relations of a clean workbook that hold by the habit of its rounding only: rule and cells."""
    return {
        (rule.id, frozenset(place_of(t, now) for t in terms))
        for rule, terms in relations_of(now)
        if not judge.holds_rounded(rule.linear.op, terms, rule.linear.constant)
    }


def is_tail(finding: Finding, case: Case) -> bool:
    return (finding.rule, frozenset((c.sheet or "", c.cell or "") for c in finding.cells)) in case.tails


def mend(data: bytes, breaks: list[Break]) -> bytes:
    """A marked copy in which the right figures are typed in again; nothing is recalculated yet."""
    return replaced(data, {b.place: b.right for b in breaks})


def case_of(pipeline: Pipeline, clean: bytes, breaks: list[Break]) -> Case:
    checked = pipeline.run(replaced(clean, {b.place: b.wrong for b in breaks}), "x.xlsx", mark=True)
    marked = checked.marked
    assert checked.report.refusal is None
    in_force = {rule.id for rule, _ in relations_of(checked.submission)}  # a break may end the condition of a rule
    case = Case(breaks, in_force, tails_of(pipeline.read(clean)), checked.report.findings, marked)
    for name, part in (("even", breaks[::2]), ("odd", breaks[1::2])):
        case.mended[name] = {b.place for b in part}
        case.books[name] = mend(marked, part)
    return case


@pytest.fixture(scope="module")
def cases(pipeline) -> dict[str, list[Case]]:
    """By set: the broken workbooks with their marked and half mended copies."""
    found = {}
    for name in SETS:
        clean = clean_book(pipeline, name)
        now = pipeline.read(clean)
        assert now.form.id == name
        assert [f for f in pipeline.run(clean, "x.xlsx").report.findings if f.live] == []
        found[name] = [case_of(pipeline, clean, g) for g in breaks_of(now)]
    return found


def with_cells(data: bytes, cells: dict[tuple[str, str], float | str]) -> bytes:
    """A workbook with other contents in some cells, saved by openpyxl."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    for (sheet, cell), value in cells.items():
        book[sheet][cell] = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


ODD = {
    "plain": {(SPENDING, "F9"): 257.64},
    # the right side of a comparison is last year's workbook, which no formula of this one can see
    "last_year": {},
    # 257.64 typed as text: the check reads it as a figure, SUM passes over it
    "text_number": {(SPENDING, "F9"): "257.64"},
    # both show 2 decimals: 100.00 and 100.01 by the check, 0.002 apart by the formula
    "more_digits": {
        (SPENDING, "F9"): 100.004, (SPENDING, "F10"): 100.006, (SPENDING, "E9"): 101.69, (SPENDING, "E10"): 101.7,
    },
    # 275.64 with its total blank: text on one side, nothing on the other
    "text_and_blank": {(SPENDING, "F9"): "275.64", (SPENDING, "F10"): None},
}  # fmt: skip


@pytest.fixture(scope="module")
def odd(pipeline, sample) -> dict[str, tuple[tuple[Finding, ...], bytes]]:
    """Findings on odd cells, and the marked copies."""
    form = pipeline.library.load("shanxi-2023")
    last = workbook_bytes(form, clean_submission(form, 3, "A", 14), "", "2022")
    found = {}
    for name, cells in ODD.items():
        line = Pipeline(last_year=pipeline.read(last)) if name == "last_year" else pipeline
        checked = line.run(with_cells(sample, cells), "x.xlsx", mark=True)
        marked = checked.marked
        found[name] = checked.report.findings, marked
    return found


@pytest.fixture(scope="module")
def office(tmp_path_factory) -> Office:
    return Office(tmp_path_factory.mktemp("office"))


@pytest.fixture(scope="module")
def recalculated(office, cases, odd) -> dict[str, bytes]:
    """Every half mended copy and every odd one as LibreOffice has computed it, all in one call."""
    books = {f"{s}_{n}_{v}": d for s, found in cases.items() for n, c in enumerate(found) for v, d in c.books.items()}
    return office.saved(books | {n: marked for n, (_, marked) in odd.items()})


# --- what the list says -----------------------------------------------------------------------------------


def broken_by(finding: Finding, case: Case) -> set[tuple[str, str]]:
    return {b.place for b in case.breaks} & {(c.sheet or "", c.cell or "") for c in finding.cells}


def test_enough_rules_of_every_set_are_broken_each_by_a_figure_of_its_own(cases):
    shown = {s: {b.rule for c in found for b in c.breaks if b.rule in c.in_force} for s, found in cases.items()}
    least = {
        "shanxi-2023": 35, "central-2023": 20, "shanghai-putuo-2024": 14, "sichuan-2023": 55, "beijing-2023": 30,
    }  # fmt: skip
    assert {s: len(r) for s, r in shown.items() if len(r) < least[s]} == {}
    assert len(set.union(*shown.values())) >= 80


@pytest.mark.parametrize("name", SETS)
def test_every_break_gives_a_live_finding_of_its_rule_at_its_cell(cases, name):
    for case in cases[name]:
        live = {(f.rule, p) for f in case.findings if f.live for p in broken_by(f, case)}
        assert [b for b in case.breaks if b.rule in case.in_force and (b.rule, b.place) not in live] == []
        for finding in case.findings:
            if finding.live:
                assert len(broken_by(finding, case)) == 1, finding


@pytest.mark.parametrize("name", SETS)
def test_a_viewer_that_does_not_calculate_shows_what_the_check_found(cases, name):
    for case in cases[name]:
        for finding, row in zip(case.findings, said(case.marked, len(case.findings)), strict=True):
            if finding.live:
                assert row == Said("未改正", float(finding.difference), False), finding
            elif finding.difference is not None:
                assert row.difference == float(finding.difference)
                assert row.holds is None


@needs_office
@pytest.mark.parametrize("name", SETS)
def test_another_program_says_of_every_finding_whether_it_is_mended(cases, recalculated, name):
    seen = Counter()
    for number, case in enumerate(cases[name]):
        for variant, mended in case.mended.items():
            rows = said(recalculated[f"{name}_{number}_{variant}"], len(case.findings))
            for finding, row in zip(case.findings, rows, strict=True):
                if not finding.live or is_tail(finding, case):
                    continue
                right = broken_by(finding, case) <= mended
                seen[right] += 1
                assert (row.status, row.holds) == (("已改正", True) if right else ("未改正", False)), finding
                if not right:
                    assert row.difference == pytest.approx(float(finding.difference), abs=1e-6), finding
                elif finding.params["op"] == "应等于":
                    assert abs(row.difference) <= float(finding.allowed) + 1e-9, finding
                else:
                    assert row.difference * float(finding.difference) <= 1e-9, finding
    assert min(seen[True], seen[False]) >= 30


@needs_office
def test_what_is_a_rounding_habit_once_mended_is_said_to_be_mended(cases, recalculated):
    wrong = []
    for variant, mended in cases["shanghai-putuo-2024"][0].mended.items():
        case = cases["shanghai-putuo-2024"][0]
        rows = said(recalculated[f"shanghai-putuo-2024_0_{variant}"], len(case.findings))
        for finding, row in zip(case.findings, rows, strict=True):
            if finding.live and is_tail(finding, case) and broken_by(finding, case) <= mended:
                wrong += [(finding.rule, row)] if row.status != "已改正" else []
    assert wrong == []


# --- colours ------------------------------------------------------------------------------------------------


PAINTS = {"red": COLOURS["错误"], "cause": SUSPECT_COLOUR, "part": PART_COLOUR, "green": MENDED}
WRONG = {(SPENDING, "F9"): ("275.64", "257.64"), ("公开02 收入决算表", "F9"): ("277.33", "387.33")}


def painted(pdf: bytes, folder: Path) -> tuple[Counter, Counter]:
    """How many pixels of our colours there are on the unit's pages, and on the list's."""
    folder.mkdir()
    (folder / "x.pdf").write_bytes(pdf)
    command = ["pdftotext", folder / "x.pdf", "-"]
    texts = subprocess.run(command, check=True, capture_output=True, timeout=120).stdout.decode().split("\f")
    subprocess.run(["pdftoppm", "-r", "40", folder / "x.pdf", folder / "p"], check=True, timeout=120)
    found = (Counter(), Counter())
    pages = sorted(folder.glob("p-*.ppm"))
    assert len(pages) == len(texts) - 1
    for page, text in zip(pages, texts, strict=False):
        listed = "四舍五入" in "".join(text.split())
        pixels = page.read_bytes()
        found[listed].update({name: pixels.count(bytes.fromhex(rgb)) for name, rgb in PAINTS.items()})
    return found


@needs_office
@pytest.mark.skipif(shutil.which("pdftoppm") is None, reason="poppler is not installed here; .ci/run installs it")
def test_a_mended_cell_is_seen_green_and_the_others_stay_red(pipeline, office, tmp_path, sample):
    wrong = replaced(sample, {p: w for p, (_, w) in WRONG.items()})
    checked = pipeline.run(wrong, "x.xlsx", mark=True)
    marked = checked.marked
    assert {(c.cell.sheet, c.cell.cell) for c in checked.report.diagnoses} == set(WRONG)
    rights = {p: r for p, (r, _) in WRONG.items()}
    half = replaced(marked, dict(list(rights.items())[:1]))
    printed = office.saved({"open": marked, "half": half, "mended": replaced(marked, rights)}, "pdf")
    unit, listed = {}, {}
    for name, pdf in printed.items():
        unit[name], listed[name] = painted(pdf, tmp_path / name)
    for seen in (unit, listed):
        assert seen["open"]["green"] == 0 < seen["half"]["green"] < seen["mended"]["green"], seen
    assert {seen["red"] for seen in unit.values()} == {0}  # a cause explains every finding
    assert listed["open"]["red"] > listed["half"]["red"] > listed["mended"]["red"], listed
    # the legend shows one cell of every colour: 99 or 102 pixels by the version of the renderer, a red line has hundreds
    assert listed["mended"]["red"] < 150
    for name in ("cause", "part"):
        assert unit["open"][name] > unit["half"][name] > unit["mended"][name] == 0, unit


@needs_office
def test_the_lines_above_the_list_follow_what_is_mended(pipeline, office, sample):
    wrong = replaced(sample, {p: w for p, (_, w) in WRONG.items()})
    checked = pipeline.run(wrong, "x.xlsx", mark=True)
    rights = {p: r for p, (r, _) in WRONG.items()}
    (first, right), *_ = rights.items()
    books = {
        "open": checked.marked,
        "half": replaced(checked.marked, {first: right}),
        "mended": replaced(checked.marked, rights),
    }
    causes = {(d.cell.sheet, d.cell.cell): d for d in checked.report.diagnoses}
    told = len(checked.report.findings)
    left = {"open": told, "half": told - len(causes[first].explains), "mended": 0}
    for name, data in office.saved(books, "xlsx").items():
        sheet = openpyxl.load_workbook(io.BytesIO(data), data_only=True)["审核结果"]
        lines = [str(row[0]) for row in sheet.iter_rows(max_row=14, values_only=True)]
        (counted,) = (line for line in lines if line.startswith("还剩"))
        assert counted.startswith(f"还剩 {left[name]} 条（共 {told} 条"), name
        done = {at for at, d in causes.items() if any(x.startswith("✔ 已改正") and d.message[:12] in x for x in lines)}
        assert done == {"open": set(), "half": {first}, "mended": set(causes)}[name], lines


# --- the formulas -------------------------------------------------------------------------------------------


def functions(formula: str) -> set[str]:
    bare = re.sub(r"""'(?:[^']|'')*'|"[^"]*\"""", "", formula)
    return set(re.findall(r"([A-Za-z_][\w.]*)\(", bare))


@pytest.mark.parametrize("name", SETS)
def test_formulas_use_only_functions_that_all_programs_share(pipeline, cases, name):
    form = pipeline.library.load(name)
    forms = [f for rule in form.rules for f in excel_forms(rule, example_submission(form, rule))]
    for case in cases[name]:
        book = openpyxl.load_workbook(io.BytesIO(case.marked))
        forms += [c.value for r in book["审核结果"].iter_rows() for c in r if c.data_type == "f"]
        forms += [f for s in book for rules in s.conditional_formatting for rule in rules.rules for f in rule.formula]
    used = set().union(*map(functions, forms))
    assert used <= SHARED
    assert used >= {"SUM", "COUNT", "ABS", "ROUND", "OR", "IF"}
    assert max(map(len, forms)) <= 8192


# Rules whose findings stay as the check left them: no sum of cells says that they are mended.
_NATIONAL = {
    "last year's workbook": {"G01-09", "G04-11"},
    "cells to be left blank": {"G06-04"},
    "a table empty or not, and what it says of that": {
        "G07-05", "G08-05", "G09-03", "G09-04", "G0407-06", "G0407-07", "G0407-08", "G0408-03", "G0408-04", "G0408-05",
    },
    "an open set of rows: their codes": {"G00-01", "G00-02", "G00-03", "G00-04"},
    "texts": {"G00-05", "G00-06", "G00-07", "G00-08", "G00-09"},
}  # fmt: skip
_MORE = {
    "beijing-2023": {
        "cells to be left blank": {"B09-04"},
        "a table empty or not, and what it says of that": {
            "B09-05", "B12-04", "B12-05", "B13-04", "B13-05", "B0809-02", "B0809-03",
        },
        "an open set of rows: their codes": {"B00-01", "B00-02", "B00-03", "B00-04"},
        "texts": {"B00-05"},
    },
    "sichuan-2023": {
        "a table empty or not, and what it says of that": {"S09-03", "S11-05", "S0411-06", "S0411-07", "S0411-08"},
        "an open set of rows: their codes": {"S00-01", "S00-02", "S00-03", "S00-04"},
        "texts": {"S00-05"},
    },
}  # fmt: skip
_LESS = {"shanghai-putuo-2024": {"G06-04", "G00-05", "G00-06"}}
_CLASSES = {
    "全空": "cells to be left blank",
    "科目代码唯一": "an open set of rows: their codes",
    "上级科目齐全": "an open set of rows: their codes",
    "科目代码位数": "an open set of rows: their codes",
    "科目代码升序": "an open set of rows: their codes",
    "各表一致": "texts",
    "同码同名": "texts",
    "名称合科目表": "texts",
}


def reason_of(rule: RuleSpec) -> str:
    """Why a rule has no Excel form, by what its formula asks for."""
    if "@上年" in rule.formula:
        return "last year's workbook"
    if rule.formula.startswith("若 "):
        asked = re.split(r" 则 ", rule.formula)
        return (
            "a table empty or not, and what it says of that" if "数据(" in rule.formula or "说明(" in asked[1] else ""
        )
    return _CLASSES[rule.formula.split("(")[0]]


@pytest.mark.parametrize("name", SETS)
def test_the_rules_without_an_excel_form_are_exactly_these(pipeline, name):
    expected = {
        why: (rules | _MORE.get(name, {}).get(why, set())) - _LESS.get(name, set()) for why, rules in _NATIONAL.items()
    }
    found: dict[str, set[str]] = {}
    form = pipeline.library.load(name)
    for rule in form.rules:
        if next(excel_forms(rule, example_submission(form, rule)), None) is None:
            found.setdefault(reason_of(rule), set()).add(rule.id)
    assert found == {why: rules for why, rules in expected.items() if rules}


# --- where the formulas don't say what the check says -------------------------------------------------------


def wrongly(name: str, reason: str) -> object:
    return name


@needs_office
@pytest.mark.parametrize(
    "name",
    [
        "plain",
        wrongly("last_year", "live_form takes last year's cells for cells of this workbook"),
        wrongly("text_number", "SUM passes over a figure typed as text that the check has read"),
        wrongly("text_and_blank", "SUM passes over a figure typed as text that the check has read"),
        wrongly("more_digits", "the formula adds what is stored, the check what is shown"),
    ],
)
def test_what_nobody_has_mended_is_not_said_to_be(odd, recalculated, name):
    findings, _ = odd[name]
    rows = said(recalculated[name], len(findings))
    arithmetic = [(f, r) for f, r in zip(findings, rows, strict=True) if f.difference is not None]
    assert arithmetic
    assert [(f.rule, r) for f, r in arithmetic if r.status == "已改正" or r.holds] == []
    off = [(f.rule, r) for f, r in arithmetic if r.difference != pytest.approx(float(f.difference), abs=1e-6)]
    assert off == []
