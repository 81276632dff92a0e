"""Causes as they are shown: one red cell for one mistake, amber where nothing tells, whole blocks, folded rows, sentences.

Every cause comes from a check of a submission with a mistake in it; none is made by hand.
"""

from __future__ import annotations

import io
import random
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple

import openpyxl
import pytest
from lxml import html

from support.live import replaced
from support.mistakes import amount_at, filled, single, structural, typed, with_amounts
from support.places import SAMPLES
from support.synthetic import clean_submission
from xlcheck.checking.check import check
from xlcheck.form import Severity
from xlcheck.model import BLANK, Section, Submission
from xlcheck.outcome import CellRef
from xlcheck.reading.marks.format import COLOURS, PART_COLOUR, RIVAL_COLOUR, SUSPECT_COLOUR
from xlcheck.reading.marks.unmark import unmarked
from xlcheck.reading.package import Package
from xlcheck.reading.workbook import Workbook
from xlcheck.report.diagnosiswords import diagnosis_advice, diagnosis_message
from xlcheck.report.marks import Level, marks_of
from xlcheck.report.report import Report
from xlcheck.writing.html.page import fragment
from xlcheck.writing.listing import Listing
from xlcheck.writing.marked import marked_copy
from xlcheck.writing.rendering import View

Cells = Mapping[str, str | None]  # "公开03 F9" and what is typed there (None: nothing)
TRANSPOSED = {"公开03 F9": "257.64"}
BLANKED = {"公开06 C14": None}  # one leaf of many that could be blank
RECOGNISED = {"公开06 F7": "0.23"}  # a leaf whose slip is plain, among blanks that would do as well
CHAINED = {
    "公开05 F18": "15.97", "公开05 F17": "15.97", "公开05 F16": "15.97", "公开05 F7": "360.84",
    "公开05 E18": "15.97", "公开05 E17": "15.97", "公开05 E16": "15.97", "公开05 E7": "567.88",
}  # fmt: skip


def spot(now: Submission, place: str) -> tuple[str, str, int, int]:
    number, cell = place.split()
    table = next(t for t in now.tables.values() if t.spec.number == number)
    return next(
        (table.spec.key, section.spec.key, r, c)
        for section in table.sections.values()
        for r in range(len(section.rows))
        for c in range(len(section.columns))
        if section.cell(r, c) == cell
    )


def mistyped(now: Submission, cells: Cells) -> Submission:
    """With other figures in some cells."""
    spots = {spot(now, p): v for p, v in cells.items()}
    return with_amounts(
        now, {s: BLANK if v is None else typed(int(Decimal(v).scaleb(6)), now, s) for s, v in spots.items()}
    )


def times(now: Submission, places: Callable[[Section, int, int], bool], number: str) -> Submission:
    """Some figures of a table in 元."""
    table = next(t for t in now.tables.values() if t.spec.number == number)
    chosen = [
        (table.spec.key, x.spec.key, r, c)
        for x in table.sections.values()
        for r in range(len(x.rows))
        for c in range(len(x.columns))
        if x.figures[r][c] and places(x, r, c)
    ]
    return with_amounts(now, {s: typed((amount_at(now, s).figure or 0) * 10_000, now, s) for s in chosen})


def slid_up(now: Submission, number: str, gone: set[int]) -> Submission:
    """The amounts of a code table without those of some rows: what stood below has moved up beside other labels."""
    table = next(t for t in now.tables.values() if t.spec.number == number)
    (section,) = table.sections.values()
    rows = [r for r in range(len(section.rows)) if section.rows[r].code]
    kept = [section.amounts[r] for r in rows if r not in gone]
    kept += [[BLANK] * len(section.columns) for _ in gone]
    amounts = {(table.spec.key, section.spec.key, r, c): kept[n][c] for n, r in enumerate(rows) for c in range(len(section.columns))}  # fmt: skip
    return with_amounts(now, amounts)


class Marked(NamedTuple):
    """A wrong workbook, what was found in it, and its marked copy."""

    data: bytes
    report: Report
    copy: bytes

    def colours(self) -> dict[tuple[str, str], str]:
        """By sheet and cell: the colour of every cell that has one of ours."""
        ours = {*COLOURS.values(), PART_COLOUR, RIVAL_COLOUR, SUSPECT_COLOUR}
        book = openpyxl.load_workbook(io.BytesIO(self.copy))
        found = {
            (sheet.title, cell.coordinate): cell.fill.fgColor.rgb[2:]
            for sheet in book.worksheets[:-1]
            for row in sheet.iter_rows()
            for cell in row
            if cell.fill.fill_type == "solid"
        }
        return {at: colour for at, colour in found.items() if colour in ours}

    def painted(self, colour: str) -> set[tuple[str, str]]:
        return {at for at, c in self.colours().items() if c == colour}

    def notes(self) -> dict[tuple[str, str], str]:
        book = openpyxl.load_workbook(io.BytesIO(self.copy))
        return {
            (s.title, c.coordinate): c.comment.text
            for s in book.worksheets[:-1] for row in s.iter_rows() for c in row if c.comment
        }  # fmt: skip

    def rows(self) -> list[tuple[int, bool, bool, tuple]]:
        """The rows of the list, causes and findings: outline level, hidden, collapsed, and what the cells say."""
        sheet = openpyxl.load_workbook(io.BytesIO(self.copy), data_only=True)["审核结果"]
        heading = next(r for r in range(1, sheet.max_row + 1) if sheet.cell(r, 1).value == "级别")
        found = []
        last = max(r for r in range(heading, sheet.max_row + 1) if sheet.cell(r, 15).value or r == heading)
        for r in range(heading + 1, last + 1):
            look = sheet.row_dimensions[r]
            values = tuple(c.value for c in sheet[r][:12])
            found.append((look.outlineLevel, bool(look.hidden), bool(look.collapsed), values))
        return found


def at_of(cell: CellRef) -> tuple[str, str]:
    return (cell.sheet or "", cell.cell or "")


def marked(pipeline, sample: bytes, now: Submission, wrong: Submission) -> Marked:
    """``wrong`` typed into the sample's file, checked and marked."""
    figures = {
        (table.sheet or "", section.cell(r, c) or ""): None if amount is BLANK else str(amount.stored)
        for key, table in wrong.tables.items()
        for name, section in table.sections.items()
        for r, row in enumerate(section.amounts)
        for c, amount in enumerate(row)
        if amount != now.tables[key].sections[name].amounts[r][c]
    }
    data = replaced(sample, figures)
    checked = pipeline.run(data, "x.xlsx", mark=True)
    copy = checked.marked
    assert checked.report.refusal is None
    return Marked(data, checked.report, copy)


@pytest.fixture
def made(pipeline, sample, sample_submission) -> Callable[[Cells], Marked]:
    return lambda cells: marked(pipeline, sample, sample_submission, mistyped(sample_submission, cells))


# --- cells ------------------------------------------------------------------------------------------------


def test_one_mistake_is_one_red_cell_and_no_other_is_red(pipeline):
    data = (SAMPLES / "tunliu_2023_transposed.xlsx").read_bytes()
    checked = pipeline.run(data, "x.xlsx", mark=True)
    copy = checked.marked
    found = Marked(data, checked.report, copy)
    at = ("公开03 支出决算表", "F9")
    assert found.painted(SUSPECT_COLOUR) == {at}
    assert set(found.colours().values()) == {SUSPECT_COLOUR, PART_COLOUR}
    assert found.notes() == {at: f"▶ {diagnosis_message(checked.report.diagnoses[0])}"}
    sheet = openpyxl.load_workbook(io.BytesIO(copy))[at[0]]
    assert (sheet["F9"].border.left.style, sheet["F9"].border.left.color.rgb[2:]) == ("thick", "C00001")
    assert sheet["E9"].border.left.style not in ("thick", "medium", "double")


@pytest.mark.parametrize("seed", range(12))
def test_single_mistakes_anywhere(pipeline, sample, sample_submission, seed):
    """A cell that several relations fix is the one red cell; else nothing is red, or the cell that the slip favours."""
    draw = random.Random(f"marked {seed}")
    mistake, places = None, [s for s in filled(sample_submission) if amount_at(sample_submission, s).figure]
    while mistake is None or not check(mistake.wrong).diagnoses:
        kind = draw.choice(("transposition", "wrong_digit", "sign", "times_ten", "deleted", "extra_digit"))
        mistake = single(sample_submission, draw.choice(places), kind, draw)
    found = marked(pipeline, sample, sample_submission, mistake.wrong)
    (cause,) = found.report.diagnoses
    (table, section, r, c) = next(iter(mistake.right))
    there = sample_submission.tables[table]
    at = (there.sheet or "", there.sections[section].cell(r, c) or "")
    red, amber = found.painted(SUSPECT_COLOUR), found.painted(RIVAL_COLOUR)
    assert len(red) == (0 if cause.tied else 1)
    assert amber == {at_of(b.cell) for b in (*(cause.cells if cause.tied else ()), *cause.alternatives)}
    assert at in red | amber or "more" in cause.params
    assert found.painted(COLOURS[Severity.ERROR]) == set()
    if not cause.alternatives:
        assert red == {at}


def test_a_class_that_nothing_tells_apart_is_amber_and_nothing_is_red(made):
    found = made(BLANKED)
    (cause,) = found.report.diagnoses
    assert cause.tied
    assert found.painted(SUSPECT_COLOUR) == set()
    named = {at_of(b.cell) for b in (*cause.cells, *cause.alternatives)}
    assert ("公开06 基本支出决算明细表", "C14") in named
    assert len(named) >= 8
    assert found.painted(RIVAL_COLOUR) == named
    notes = found.notes()
    assert set(notes) == named
    first = at_of(cause.cell)
    assert notes.pop(first) == f"▶ {diagnosis_message(cause)}"
    assert set(notes.values()) == {f"▶ 见 公开06表 {first[1]} 的说明。"}
    sheet = openpyxl.load_workbook(io.BytesIO(found.copy))[first[0]]
    for _, cell in named:
        assert (sheet[cell].border.left.style, sheet[cell].border.left.color.rgb[2:]) == ("double", "C55A12")


def test_what_would_do_as_well_as_a_favoured_cell_is_amber(made):
    found = made(RECOGNISED)
    (cause,) = found.report.diagnoses
    assert not cause.tied
    assert {at[1] for at in found.painted(SUSPECT_COLOUR)} == {"F7"}
    assert found.painted(RIVAL_COLOUR) == {at_of(b.cell) for b in cause.alternatives} != set()
    assert set(found.notes()) == found.painted(SUSPECT_COLOUR) | found.painted(RIVAL_COLOUR)


def test_all_cells_of_a_shifted_block_are_red(pipeline, sample, sample_submission):
    mistake = structural(sample_submission, "shifted_block", random.Random("shifted_block 4"))
    found = marked(pipeline, sample, sample_submission, mistake.wrong)
    (cause,) = found.report.diagnoses
    assert cause.code == "shifted"
    assert found.painted(SUSPECT_COLOUR) == {at_of(b.cell) for b in cause.cells}
    wrong = {
        (sample_submission.tables[t].sheet, sample_submission.section(t, s).cell(r, c)) for t, s, r, c in mistake.right
    }
    assert wrong <= found.painted(SUSPECT_COLOUR)
    assert len(wrong) >= 12
    assert found.painted(RIVAL_COLOUR) == set()
    notes = found.notes()
    assert set(notes) == {
        at_of(b.cell) for b in cause.cells
    }  # the block's first cell says it, the others what they should say
    for suspect in cause.cells[1:]:
        assert notes[at_of(suspect.cell)] == f"▶ 应为 {suspect.suggested}，原因见 公开05表 {cause.cell.cell} 的说明。"


def test_the_cells_of_what_a_cause_explains_only_take_part(made):
    found = made(TRANSPOSED)
    assert {i for d in found.report.diagnoses for i in d.explains} == set(range(len(found.report.findings)))
    cells = {at_of(c): c for f in found.report.findings for c in f.cells}
    named = {at_of(s.cell) for d in found.report.diagnoses for s in (*d.cells, *d.alternatives)}
    assert found.painted(PART_COLOUR) == {at for at, c in cells.items() if c.value} - named
    blank = {at for at, c in cells.items() if not c.value}
    assert len(blank) >= 3
    assert not blank & set(found.colours())
    assert set(found.notes()) == named


@pytest.mark.parametrize("cells", [TRANSPOSED, BLANKED, RECOGNISED, CHAINED])
def test_the_page_marks_the_same_cells_as_the_copy(pipeline, made, cells):
    found = made(cells)
    colours = {Level.SUSPECT: SUSPECT_COLOUR, Level.RIVAL: RIVAL_COLOUR, Level.PART: PART_COLOUR}
    marks = {(s, at): colours[m.level] for s, there in marks_of(found.report).items() for at, m in there.items()}
    assert marks == found.colours()
    checked = pipeline.run(found.data, "x.xlsx", show=True)
    tables = fragment(View("表", checked.report, checked.submission, checked.sheets)).tables
    page = {
        (sheet.get("data-name"), mark.get("data-at")): int(re.search(r"\bk(-?\d)", mark.getparent().get("class"))[1])
        for sheet in html.fromstring(tables).find_class("sheet")
        for mark in sheet.find_class("mk")
    }
    assert {at: colours[Level(level)] for at, level in page.items()} == found.colours()


@pytest.mark.parametrize("cells", [TRANSPOSED, BLANKED, RECOGNISED, CHAINED])
def test_unmarking_takes_amber_and_red_away_to_the_byte(made, cells):
    found = made(cells)
    assert unmarked(found.copy) == found.data


def test_amber_goes_when_another_program_has_saved_the_copy(made):
    found = made(BLANKED)
    book = openpyxl.load_workbook(io.BytesIO(found.copy))
    out = io.BytesIO()
    book.save(out)
    back = unmarked(out.getvalue())
    assert back is not None
    assert found.painted(RIVAL_COLOUR)
    assert Marked(found.data, found.report, _with_a_last_sheet(back)).colours() == {}


def _with_a_last_sheet(data: bytes) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert "审核结果" not in book.sheetnames
    book.create_sheet("末")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


# --- the list ---------------------------------------------------------------------------------------------


def test_the_first_row_of_a_cause_is_the_cell_that_should_change_with_what_it_explains_folded_below(made):
    two = TRANSPOSED | {"公开02 F9": "387.33"}
    found = made(two)
    first, second = found.report.diagnoses
    assert set(first.explains) | set(second.explains) == set(range(len(found.report.findings)))
    rows = found.rows()
    causes = [at for at, row in enumerate(rows) if row[3][4].startswith("▶")]
    assert causes == [0, 1 + len(first.explains)]
    for at, cause in zip(causes, (first, second), strict=True):
        level, hidden, collapsed, values = rows[at]
        assert (level, hidden, collapsed) == (0, False, True)
        assert values[2:5] == (cause.cell.table, cause.cell.cell, f"▶ {cause.message}")
        assert values[5:7] == (float(cause.suggested), float(cause.cell.value))
        assert values[7] == pytest.approx(float(cause.cell.value) - float(cause.suggested))
        below = f"由它引起的 {len(cause.explains)} 条收在下面，点左边的 + 展开。"
        assert values[9] == f"把 {cause.cell.table}表 {cause.cell.cell} 改为 {cause.suggested}。{below}"
        folded = rows[at + 1 : at + 1 + len(cause.explains)]
        assert [row[:3] for row in folded] == [(1, True, False)] * len(cause.explains)
    book = openpyxl.load_workbook(io.BytesIO(found.copy))
    assert book["审核结果"].sheet_properties.outlinePr.summaryBelow is False
    assert book["审核结果"].sheet_format.outlineLevelRow == 1


def test_the_lines_of_causes_lead_to_the_cells_that_should_change(made):
    found = made(TRANSPOSED | {"公开02 F9": "387.33"})
    sheet = openpyxl.load_workbook(io.BytesIO(found.copy), data_only=True)["审核结果"]
    lines = [row[0] for row in sheet.iter_rows(max_row=20) if str(row[0].value).startswith("▶")]
    assert len(lines) == 2
    for cell, cause in zip(lines, found.report.diagnoses, strict=True):
        assert f"▶ {cause.message}".startswith(cell.value)
        assert cell.hyperlink.location == f"'{cause.cell.sheet}'!{cause.cell.cell}"


def test_opened_rows_stand_in_the_order_of_the_findings(made):
    found = made(TRANSPOSED | {"公开02 F9": "387.33"})
    rows = [row for row in found.rows() if not row[3][4].startswith("▶")]
    assert [(v[0], v[2], v[3], v[11]) for *_, v in rows] == [
        (f.severity.value, f.cells[0].table, f.cells[0].cell, f.rule) for f in found.report.findings
    ]
    assert [(v[2], v[3], v[11]) for *_, v in rows] == [
        ("公开02", "E9", "G02-01"), ("公开02", "F8", "G02-02"), ("公开02", "F9", "G02-02"),
        ("公开03", "E9", "G03-01"), ("公开03", "F8", "G03-02"), ("公开03", "F9", "G03-02"), ("公开03", "F9", "G0305-02"),
    ]  # fmt: skip


def test_a_tie_advises_no_figure_and_its_only_finding_lies_below_it(made):
    found = made(BLANKED)
    assert len(found.report.findings) == 1
    (cause,) = found.report.diagnoses
    above, below = found.rows()
    assert above[:3] == (0, False, True)
    assert below[:3] == (1, True, False)
    assert above[3][2:5] == (cause.cell.table, cause.cell.cell, f"▶ {cause.message}")
    for _, _, _, values in (above, below):
        assert values[5] is None  # which of the cells it is, nothing tells: no figure is advised
    assert below[3][9] == diagnosis_advice(cause)


def test_a_finding_about_the_very_cell_that_should_change_needs_no_row_above_it(made):
    found = made({"公开09 B8": "41.10"})
    (cause,) = found.report.diagnoses
    (finding,) = (f for f in found.report.findings if f.diagnosis == 0)
    assert (finding.subject.table, finding.subject.cell) == (cause.cell.table, cause.cell.cell)
    (row,) = (row for row in found.rows() if row[3][3] == cause.cell.cell)
    assert row[:3] == (0, False, False)
    assert not row[3][4].startswith("▶")


def test_the_legend_shows_amber_beside_red(made):
    found = made(TRANSPOSED)
    sheet = openpyxl.load_workbook(io.BytesIO(found.copy))["审核结果"]
    heading = next(r for r in range(1, sheet.max_row + 1) if sheet.cell(r, 1).value == "级别")
    legend = [(c.value, c.fill.fgColor.rgb[2:]) for c in sheet[heading - 1][:6]]
    assert legend == [
        ("疑似错", SUSPECT_COLOUR), ("其中一处错", RIVAL_COLOUR), ("错误", COLOURS[Severity.ERROR]),
        ("核实", COLOURS[Severity.VERIFY]), ("提示", COLOURS[Severity.NOTE]), ("参与计算", PART_COLOUR),
    ]  # fmt: skip


def test_a_search_that_was_cut_short_is_said_above_the_list(made, sample):
    report = replace(made(TRANSPOSED).report, complete=False)
    copy = marked_copy(Workbook(Package(sample)), report)
    sheet = openpyxl.load_workbook(io.BytesIO(copy))["审核结果"]
    lines = [r[0].value for r in sheet.iter_rows(max_row=20) if str(r[0].value).startswith("▶")]
    assert lines[-1] == Listing(report).causes[-1].text
    assert lines[-1:] == ["▶ 差错太多，没有把每一条的原因都找全；先改上面已经指出的，改后再检查一次。"]


# --- sentences ----------------------------------------------------------------------------------------------


def said(wrong: Submission) -> tuple[str, bool, str, str]:
    """What of the only cause, whether it is tied, its sentence and what to do."""
    (cause,) = check(wrong).diagnoses
    return cause.code, cause.tied, diagnosis_message(cause), diagnosis_advice(cause)


@pytest.mark.parametrize(
    ("cells", "what", "sentence", "todo"),
    [
        (
            TRANSPOSED, "cell",
            "疑似数字错位：公开03表 F9（20801 · 基本支出）填列 257.64，按 4 条不成立的勾稽关系应为 275.64（万元）。",
            "先把 公开03表 F9 改为 275.64，这一条就成立了。",
        ),
        (
            {"公开02 F9": None}, "cell",
            "疑似漏填：公开02表 F9（20801 · 财政拨款收入）没有填，按 3 条不成立的勾稽关系应为 277.33（万元）。",
            "先把 公开02表 F9 改为 277.33，这一条就成立了。",
        ),
        (
            {"公开06 C17": "267.10"}, "cell",
            "疑似小数点或单位错误：公开06表 C17（30113 住房公积金）填列 267.10，按勾稽关系应在 26.655～26.745 之间，最可能是 26.71（万元）。",
            "先把 公开06表 C17 改为 26.71，这一条就成立了。",
        ),
        (
            RECOGNISED, "cell",
            "疑似漏录一位数字：公开06表 F7（30201 办公费）填列 0.23，按勾稽关系应在 2.27～2.31 之间，最可能是 2.30（万元）。也可能是：公开06表 F9（30203 咨询费）没有填，应为 2.06；公开06表 F10（30204 手续费）没有填，应为 2.06；公开06表 F11（30205 水费）没有填，应为 2.06；公开06表 F12（30206 电费）没有填，应为 2.06……等共 23 处（万元）。",
            "先把 公开06表 F7 改为 2.30，这一条就成立了。",
        ),
        (
            BLANKED, "cell tied",
            "以下 13 处任一处填错都能解释，数字本身分不出是哪一处：公开06表 C9（30103 奖金）没有填，应为 15.13；公开06表 C10（30106 伙食补助费）没有填，应为 15.13；公开06表 C14（30110 职工基本医疗保险缴费）没有填，应为 15.13；公开06表 C15（30111 公务员医疗补助缴费）没有填，应为 15.13……（万元）。",
            "公开06表 C9、公开06表 C10、公开06表 C14、公开06表 C15 等 13 处中有一处填错，核对后改正那一处，这一条就成立了。",
        ),
        (
            {"公开10 C6": "20.80"}, "cell",
            "疑似小数点或单位错误：公开10表 C6（政府采购合计）填列 20.80，按勾稽关系应在 2.07～2.09 之间，最可能是 2.08（万元）。也可能是：公开10表 C8（工程）没有填，应为 18.72（万元）。",
            "先把 公开10表 C6 改为 2.08，这一条就成立了。",
        ),
        (
            {"公开03 F8": "275.64"}, "omitted",
            "合计疑似漏加“20805 · 基本支出”42.52：公开03表 F8（208 · 基本支出）填列 275.64，按 4 条不成立的勾稽关系应为 318.16（万元）。",
            "先把 公开03表 F8 改为 318.16，这一条就成立了。",
        ),
        (
            {"公开05 G8": "208.73"}, "doubled",
            "合计疑似重复计入“20801 · 项目支出”1.69：公开05表 G8（208 · 项目支出）填列 208.73，按 4 条不成立的勾稽关系应为 207.04（万元）。",
            "先把 公开05表 G8 改为 207.04，这一条就成立了。",
        ),
        (
            CHAINED, "chain",
            "疑似录错一位数字，并已带进合计：公开05表 F18（2101102 · 基本支出）填列 15.97，按 10 条不成立的勾稽关系应为 15.27（万元）；它已带进本表 7 个合计，要一起改。",
            "先改正 公开05表 F18 等 8 格（见上面 ▶ 的说明），这一条就成立了。",
        ),
        (
            {"公开03 E12": "180.54", "公开05 E12": "180.54"}, "echo",
            "疑似数字错位，同一个错数出现在 2 格：公开03表 E12（2080502 · 本年支出合计）填列 180.54，按 4 条不成立的勾稽关系应为 108.54（万元）；公开05表 E12 要一起改。",
            "先改正 公开03表 E12 等 2 格（见上面 ▶ 的说明），这一条就成立了。",
        ),
        (
            {"公开05 F11": "205.35", "公开05 G11": "42.52"}, "swapped",
            "疑似两格金额互换：公开05表 F11（20805 · 基本支出）填列 205.35，与 公开05表 G11（20805 · 项目支出）填列 42.52，对调后，6 条不成立的勾稽关系就成立了（万元）。",
            "先改正 公开05表 F11 等 2 格（见上面 ▶ 的说明），这一条就成立了。",
        ),
        (
            {"公开02 F16": None, "公开02 G16": "15.27"}, "moved",
            "疑似填错了位置：公开02表 G16（210 · 上级补助收入）填列 15.27，应填在 公开02表 F16（210 · 财政拨款收入），挪过去后，4 条不成立的勾稽关系就成立了（万元）。",
            "先改正 公开02表 G16 等 2 格（见上面 ▶ 的说明），这一条就成立了。",
        ),
    ],
)  # fmt: skip
def test_the_sentence_for_cells(sample_submission, cells, what, sentence, todo):
    found = said(mistyped(sample_submission, cells))
    assert (found[0] + (" tied" if found[1] else ""), *found[2:]) == (what, sentence, todo)


@pytest.mark.parametrize(
    ("wrong", "what", "sentence", "todo"),
    [
        (
            lambda now: slid_up(now, "公开03", {1, 2}), "shifted",
            "疑似整块金额错行：公开03表“2080109 社会保险经办机构”到“2210201 住房公积金”各行的金额整体上移了 2 行，移回后，48 条不成立的勾稽关系就成立了。另有 6 格的数被盖掉了，应填的数是按勾稽关系推算的，请核对。",
            "先按上面 ▶ 的说明，把公开03表的科目和金额对齐，这一条就成立了。",
        ),
        (
            lambda now: structural(now, "shifted_block", random.Random("shifted_block 4")).wrong, "shifted",
            "疑似整块金额错行：公开05表“20805 行政事业单位养老支出”到“2080599 其他行政事业单位养老支出”各行的金额整体下移了 1 行，移回后，30 条不成立的勾稽关系就成立了。另有 3 格的数被盖掉了，应填的数是按勾稽关系推算的，请核对。",
            "先按上面 ▶ 的说明，把公开05表的科目和金额对齐，这一条就成立了。",
        ),
        (
            lambda now: slid_up(now, "公开03", {1, 9}), "labels",
            "疑似科目与金额对不上行：公开03表从“20801 人力资源和社会保障管理事务”到“2210201 住房公积金”有 12 行的金额属于别的行（次序没有乱），按其他表的同名科目重新对应、补填被盖掉的格后，45 条不成立的勾稽关系就成立了。被盖掉的 E8、F8、G8、E18 等格要核对、重新填。",
            "先按上面 ▶ 的说明，把公开03表的科目和金额对齐，这一条就成立了。",
        ),
        (
            lambda now: times(now, lambda x, r, c: x.cell(r, c) in ("E11", "F11", "G11"), "公开05"), "row_in_yuan",
            "疑似整行按元填列：公开05表 E11（20805 · 小计）填列 2478700.00，应为 247.87，这一行的 3 个数都要除以 10000（万元）。",
            "先改正 公开05表 E11 等 3 格（见上面 ▶ 的说明），这一条就成立了。",
        ),
        (
            lambda now: times(now, lambda x, r, c: c == 1, "公开05"), "in_yuan",
            "疑似整栏按元填列：公开05表“基本支出”栏的金额都要除以 10000，其他各栏是万元。",
            "先改正 公开05表 F7 等 14 格（见上面 ▶ 的说明），这一条就成立了。",
        ),
        (
            lambda now: times(now, lambda x, r, c: True, "公开06"), "in_yuan",
            "疑似整张表按元填列：公开06表的金额都要除以 10000，其他各表是万元。",
            "先改正 公开06表 C6 等 19 格（见上面 ▶ 的说明），这一条就成立了。",
        ),
    ],
)  # fmt: skip
def test_the_sentence_for_a_block(sample_submission, wrong, what, sentence, todo):
    found = said(wrong(sample_submission))
    assert (found[0], *found[2:]) == (what, sentence, todo)


def test_the_sentence_for_pasted_labels(form):
    """Too few amounts among too many labels: nobody can tell whose they are."""
    base = clean_submission(form, 2, "A", 30)
    found = said(structural(base, "pasted_labels", random.Random("pasted_labels 3")).wrong)
    assert found == (
        "pasted", False,
        "疑似科目与金额对不上行：公开07表的 73 行科目与公开02表的完全一样，金额却少几行，19 条勾稽关系不成立。不是科目栏从公开02表粘贴错了，就是金额漏了几行、整体上移了。",
        "先按上面 ▶ 的说明，把公开07表的科目和金额对齐，这一条就成立了。",
    )  # fmt: skip


def test_the_sentence_for_rows_that_do_not_belong(form):
    base = clean_submission(form, 1, "A", 12)
    found = said(structural(base, "pasted_labels", random.Random("pasted_labels 0")).wrong)
    assert found == (
        "extra_rows", False,
        "疑似科目与金额对不上行：公开05表多出 7 行不属于本表的科目（“205 教育支出、20505 科目20505、2050528 科目2050528、23201 科目23201、2320123 科目2320123、23402 科目23402”等），金额的次序没有乱，但从“205 教育支出”起，上面多几行，金额就填高了几行；金额用完以后，下面就空着了。删去多出的科目（只删科目，不删金额），下面的科目上移，再删去末尾多出的金额（每格应填多少，见各格的标记），37 条不成立的勾稽关系就成立了。",
        "先按上面 ▶ 的说明，把公开05表的科目和金额对齐，这一条就成立了。",
    )  # fmt: skip
