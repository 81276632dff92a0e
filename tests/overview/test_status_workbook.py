"""The overview as a workbook, read back by openpyxl and LibreOffice: every value, the charts, the colours, no formula."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime

import openpyxl
import pytest

from support import ledgers
from support.ledgers import FORM, MADE, OTHER, TODAY, YEAR, finding
from support.office import Office, needs_office
from xlcheck.ledger.store import Ledger
from xlcheck.overview.standing import overview
from xlcheck.overview.workbook import status_workbook

DUE = datetime(2026, 8, 20)  # noqa: DTZ001 - Excel knows no zones
LATER = datetime(2026, 9, 30)  # noqa: DTZ001


@pytest.fixture(scope="module")
def data(seen) -> bytes:
    return status_workbook(seen)


@pytest.fixture(scope="module")
def book(data):
    return openpyxl.load_workbook(io.BytesIO(data))


def rows(sheet) -> list[list[object]]:
    return [[c.value for c in row] for row in sheet.iter_rows()]


def fill(cell) -> str:
    return cell.fill.start_color.rgb


def test_there_are_four_sheets(book):
    assert book.sheetnames == ["总览", "各单位", "热力图", "无法识别"]


def test_the_sheet_of_units_has_a_row_for_every_form(book):
    head, *body = rows(book["各单位"])
    assert head == [
        "单位代码", "单位名称", "主管部门", "联系人", "表样", "状态", "版本", "报送时间", "错误", "核实", "提示", "已说明", "没能核对", "新增", "未改正",
        "已改正", "截止日期", "逾期天数", "信件",
    ]  # fmt: skip
    came = datetime(2026, 8, 19, 16, 5, 30)  # noqa: DTZ001
    assert body[0] == [
        "001",
        "县财政局",
        "县政府办",
        "王芳",
        FORM,
        "待改正",
        2,
        came,
        2,
        1,
        1,
        0,
        0,
        2,
        2,
        1,
        DUE,
        None,
        "失败",
    ]
    assert body[1][1:6] == ["=1+1", "县政府办", "=cmd|' /C calc'!A0", FORM, "待核实"]
    assert body[1][17:] == [3, "待发"]
    assert body[3] == ["004", "县卫健局", "<i>教体</i>", *[None], FORM, "逾期未报", *[None] * 10, DUE, 5, None]
    assert body[4] == ["005", "+县水利局", *[None] * 3, "未报送", *[None] * 13]
    assert [r[4:6] + r[16:17] for r in body[5:]] == [[FORM, "未报送", LATER], [OTHER, "已通过", LATER]]
    assert len(body) == 7


def test_the_sheet_of_units_filters_stays_and_prints(book):
    sheet = book["各单位"]
    assert sheet.auto_filter.ref == "A1:S8"
    assert sheet.freeze_panes == "C2"
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert (sheet.sheet_properties.pageSetUpPr.fitToPage, sheet.page_setup.fitToHeight) == (True, 0)
    assert sheet.print_title_rows == "$1:$1"
    assert sheet.oddHeader.center.text == "2025 年度决算公开报送情况：各单位（2026-08-25 09:30）"


def test_every_state_has_a_colour_of_its_own_beside_its_word(book):
    sheet = book["各单位"]
    colours = {sheet.cell(r, 6).value: fill(sheet.cell(r, 6)) for r in range(2, 9)}
    assert set(colours) == {"逾期未报", "未报送", "待改正", "待核实", "已通过"}
    assert len(set(colours.values())) == 5
    summary = book["总览"]
    assert {summary.cell(r, 1).value: fill(summary.cell(r, 1)) for r in range(6, 11)} == colours


def test_the_summary_counts_states_findings_and_departments(book):
    found = rows(book["总览"])
    assert found[0][0] == "2025 年度决算公开报送情况"
    assert found[1][0].startswith("6 个单位，应报 7 份　制表时间 2026-08-25 09:30　台账流水末条校验值 ")
    assert [r[:2] for r in found[5:11]] == [
        ["逾期未报", 1], ["未报送", 2], ["待改正", 1], ["待核实", 1], ["已通过", 2], ["合计", 7],
    ]  # fmt: skip
    assert sum(r[2] for r in found[5:10]) == pytest.approx(1)
    facts = {r[0]: r[1] for r in found[12:]}
    wanted = {"错误": 2, "核实": 3, "提示": 1, "已说明": 1, "新增": 4, "未改正": 2, "已改正": 1}
    assert {f"最近一版的{k}": v for k, v in wanted.items()}.items() <= facts.items()
    assert {"信件：失败": 1, "信件：已发": 1, "信件：待发": 1, "无法识别的文件": 2}.items() <= facts.items()
    at = next(i for i, r in enumerate(found) if r[0] == "主管部门")
    assert found[at][1:] == ["单位数", "逾期未报", "未报送", "待改正", "待核实", "已通过", "错误", "核实"]
    assert found[at + 1] == ["县政府办", 2, 0, 0, 1, 1, 0, 2, 3]
    assert [r[0] for r in found[at + 2 : at + 5]] == ["<i>教体</i>", "（没有写主管部门）", "@农口"]


def test_the_charts_draw_the_cells_with_the_counts(book):
    states, departments = book["总览"]._charts
    assert states.series[0].val.numRef.f == "总览!$B$6:$B$10"
    assert states.series[0].cat.strRef.f == "总览!$A$6:$A$10"
    first = next(r for r in range(1, 60) if book["总览"].cell(r, 1).value == "县政府办")
    assert [s.val.numRef.f for s in departments.series] == [f"总览!${c}${first}:${c}${first + 3}" for c in "CDEFG"]


def test_the_heat_map_is_coloured_blank_where_nothing_is_and_marked_where_nothing_came(book):
    sheet = book["热力图"]
    found = rows(sheet)
    assert found[0][5:] == ["公开2", "公开03", "公开10", "整份工作簿"]
    assert found[1][3:] == ["待改正", 3, 1, 1, 1, None]
    assert found[2][3:] == ["待核实", 2, None, None, None, 2]
    assert found[3][3:] == ["已通过", 0, None, None, None, None]
    for row in (4, 5, 6):
        assert found[row][4:] == ["—"] * 5
        assert {fill(c) for c in sheet[row + 1][5:]} == {"FFD9D9D9"}
    assert found[8] == ["合计", None, None, None, 5, 1, 1, 1, 2]
    assert "灰底“—”：单位没有报来" in found[11][0]
    (area,) = sheet.conditional_formatting
    assert str(area.sqref) == "F2:I8"
    assert [rule.type for rule in area.rules] == ["colorScale"]
    assert len(area.rules[0].colorScale.color) == 3
    assert (sheet["F2"].font.b, sheet["H2"].font.i, sheet["H2"].font.b) == (True, True, False)


def test_what_could_not_be_placed_has_a_reason(book):
    _, first, second = rows(book["无法识别"])
    assert first[0] == "@SUM(1).xlsx"
    assert first[4] == "表内写的单位“某局”不在名册里"
    assert second[0] == "坏\ufffdcod.xlsx"  # it would have read 坏xlsx.doc
    assert second[2] == "=某局"
    assert second[1] == datetime(2026, 8, 21, 7, 0)  # noqa: DTZ001


def test_nothing_in_it_is_a_formula_or_a_link(data, book):
    kinds = {c.data_type for sheet in book for row in sheet.iter_rows() for c in row}
    assert kinds == {"s", "n", "d"}
    parts = zipfile.ZipFile(io.BytesIO(data))
    sheets = [n for n in parts.namelist() if n.startswith("xl/worksheets/")]
    assert len([n for n in sheets if n.endswith(".xml")]) == 4
    assert not [n for n in sheets if b"<f>" in parts.read(n) or b"hyperlink" in parts.read(n)]


def test_equal_overviews_give_equal_bytes(seen, data, tmp_path):
    assert status_workbook(seen._replace(standings=tuple(seen.standings))) == data
    assert openpyxl.load_workbook(io.BytesIO(data)).properties.created == datetime(2026, 8, 25, 9, 30)  # noqa: DTZ001
    with Ledger(tmp_path / "l.sqlite") as ledger:
        ledgers.fill(ledger)
        again = overview(ledger, ledgers.roster(), YEAR, MADE, TODAY)
    assert status_workbook(again._replace(head=seen.head)) == data


def test_an_empty_ledger_makes_a_workbook_that_opens(tmp_path):
    with Ledger(tmp_path / "l.sqlite") as ledger:
        nothing = overview(ledger, ledgers.roster(ledgers.UNITS[:1]), None, MADE, TODAY)
    book = openpyxl.load_workbook(io.BytesIO(status_workbook(nothing)))
    assert book["热力图"]["E2"].value == "—"
    assert list(book["热力图"].conditional_formatting) == []
    assert book["无法识别"]["A2"].value == "没有：收到的文件都认出了单位。"
    assert len(book["总览"]._charts) == 1  # one department: nothing to compare


def test_text_of_any_length_and_sign_stays_readable(tmp_path):
    unit = ledgers.UNITS[0]._replace(name="长" * 40_000, contact="a\x00\x1b[2J\ud800_x0041_\r\nb")
    with Ledger(tmp_path / "l.sqlite") as ledger:
        seen = overview(ledger, ledgers.roster([unit]), YEAR, MADE, TODAY)
    sheet = openpyxl.load_workbook(io.BytesIO(status_workbook(seen)))["各单位"]
    assert sheet["B2"].value == "长" * 16_000 + "……（太长，后面没有写）"
    assert sheet["D2"].value == "a\ufffd\ufffd[2J\ufffd_x0041_\ufffd\nb"


@needs_office
def test_libreoffice_reads_the_same(data, tmp_path_factory):
    folder = tmp_path_factory.mktemp("office")
    saved = Office(folder).saved({"总览": data})["总览"]
    book = openpyxl.load_workbook(io.BytesIO(saved), data_only=True)
    assert book.sheetnames == ["总览", "各单位", "热力图", "无法识别"]
    assert [book["各单位"].cell(r, 2).value for r in range(2, 6)] == ["县财政局", "=1+1", "<b>县教育局</b>", "县卫健局"]
    assert [book["总览"].cell(r, 2).value for r in range(6, 11)] == [1, 2, 1, 1, 2]
    assert book["热力图"].conditional_formatting
    assert len(book["总览"]._charts) == 2


@pytest.mark.parametrize("count", [1, 8, 9, 25])
def test_as_many_departments_as_there_are_get_a_row(tmp_path, count):
    units = [ledgers.UNITS[0]._replace(code=f"{i:03}", department=f"部门{i}") for i in range(count)]
    with Ledger(tmp_path / "l.sqlite") as ledger:
        ledgers.receive(ledger, "000", 1, "2026-08-18T10:00:00+08:00", [finding("甲")])
        seen = overview(ledger, ledgers.roster(units), YEAR, MADE, TODAY)
    sheet = openpyxl.load_workbook(io.BytesIO(status_workbook(seen)))["总览"]
    names = [c.value for c in sheet["A"] if str(c.value).startswith("部门")]
    assert names == [f"部门{i}" for i in range(count)]
    assert len(sheet._charts) == (2 if 2 <= count <= 20 else 1)
