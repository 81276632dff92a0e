"""Blank and filled workbooks: the look of the official tables, totals, and the way back."""

from __future__ import annotations

import io
from decimal import Decimal

import openpyxl
import pytest
from openxml_audit import OpenXmlValidator

from xlcheck.errors import DataError
from xlcheck.filling.content import understand
from xlcheck.filling.totals import complete
from xlcheck.filling.write import workbook_bytes


@pytest.fixture(scope="module")
def blank(form):
    return openpyxl.load_workbook(io.BytesIO(workbook_bytes(form, None)))


def fill(form, tables, **head):
    content = understand(form, {"unit": "某某中心", "year": "2023", "tables": tables, **head})
    return complete(form, content), content


def figures(now, table, section="全表"):
    found = now.section(now.form.table(table).key, section)
    return {
        (found.rows[r].code or found.rows[r].key, found.columns[c]): a.stored
        for r, row in enumerate(found.amounts)
        for c, a in enumerate(row)
        if a.stored is not None
    }


def test_the_blank_has_a_sheet_for_every_table_in_order(form, blank):
    assert blank.sheetnames == [t.sheet for t in form.tables]
    assert [s["A1"].value for s in blank] == [t.name for t in form.tables]


def test_the_blank_looks_like_the_official_tables(blank):
    spending = blank["公开03 支出决算表"]
    merged = {str(m) for m in spending.merged_cells.ranges}
    assert {"A1:J1", "A4:D4", "A5:C5", "E4:E5", "A6:D6", "A7:D7", "A8:C8"} <= merged
    assert spending["A4"].font.name == "宋体"
    assert spending["E8"].number_format == "#,##0.00"
    assert spending["E8"].border.left.style == "thin"
    assert spending.page_setup.orientation == "landscape"
    assert spending.page_setup.paperSize == 9
    assert spending.print_title_rows == "$1:$6"
    assert spending.freeze_panes == "A7"
    assert [spending.cell(6, c).value for c in range(5, 11)] == [1, 2, 3, 4, 5, 6]


def test_line_numbers_jump_from_15_to_17_in_the_information_table(blank):
    lines = [c.value for c in blank["公开10 相关信息统计表"]["B"] if isinstance(c.value, int)]
    assert lines == [*range(1, 16), 17]


def test_codes_309_and_311_print_the_mark_of_not_applicable(form, blank):
    sheet = blank["公开06 基本支出决算明细表"]
    marks = {sheet.cell(c.row, c.column - 2).value for row in sheet.iter_rows() for c in row if c.value == "────"}
    codes = {r.code for r in form.table("公开06").section("全表").rows if r.mark}
    assert marks == codes
    assert len(codes) == 16


def test_a_blank_checked_is_clean_but_for_nothing_filled(pipeline, form):
    checked = pipeline.run(workbook_bytes(form, None), "blank.xlsx")
    assert {f.code for f in checked.report.findings} <= {"no_statement", "empty_form"}
    assert checked.outcome.count("pass") < 40


def test_totals_left_out_are_computed_and_given_ones_are_kept(form):
    rows = [
        {"code": "208", "name": "社会保障和就业支出"},
        {"code": "20805", "name": "行政事业单位养老支出"},
        {"code": "2080505", "name": "养老保险缴费", "values": {"基本支出": "37.39", "项目支出": "1.00"}},
        {"code": "2080506", "name": "职业年金缴费", "values": {"基本支出": "2.15"}},
    ]
    now, _ = fill(form, {"公开03": {"合计": {"基本支出": "99.00"}, "rows": rows}})
    found = figures(now, "公开03")
    assert found["20805", "基本支出"] == Decimal("39.54")
    assert found["208", "本年支出合计"] == Decimal("40.54")
    assert found["合计", "基本支出"] == Decimal("99.00")
    assert found["合计", "项目支出"] == Decimal("1.00")
    assert ("合计", "经营支出") not in found


def test_two_sided_totals_are_computed_through_each_other(form):
    now, _ = fill(
        form, {"公开01": {"收入": {"事业收入": "10.25", "其他收入": "0.50", "年初结转和结余": "2"}, "支出": {}}}
    )
    found = figures(now, "公开01", "收入")
    assert found["本年收入合计", "金额"] == Decimal("10.75")
    assert found["总计", "金额"] == Decimal("12.75")


def test_detail_tables_grow_to_their_rows_and_come_back_as_they_were(pipeline, form):
    rows = [{"code": "208", "name": "类"}, {"code": "20801", "name": "款"}]
    rows += [{"code": f"20801{i:02d}", "name": f"项{i}", "values": {"基本支出": f"{i}.25"}} for i in range(1, 61)]
    now, content = fill(form, {"公开03": {"rows": rows}})
    back = pipeline.read(workbook_bytes(form, now, content.unit, content.year))
    assert figures(back, "公开03") == figures(now, "公开03")
    assert back.unit == "某某中心"
    assert len(back.section("支出表", "全表").rows) == 63


def test_every_figure_of_the_sample_comes_back(sample_submission, form):
    import samples

    content = understand(form, samples.load(samples.SAMPLES / "tunliu_2023.yaml"))
    now = complete(form, content)
    for table in form.tables:
        for section in table.sections:
            assert figures(sample_submission, table.number, section.key) == figures(now, table.number, section.key)


def test_all_mistakes_of_the_data_are_said_at_once(form):
    tables = {
        "公开77": {},
        "公开01": {"收入": {"没有的行": "1"}},
        "公开03": {"rows": [{"name": "没有代码"}, {"code": "208", "values": {"没有的栏": "1"}}]},
        "公开05": {"合计": ["1", "2"]},
        "公开10": {"货物": "一百"},
    }
    with pytest.raises(DataError) as caught:
        fill(form, tables)
    said = "\n".join(caught.value.mistakes)
    for words in ("公开77", "没有的行", "没有的栏", "应有 3 个数，给了 2 个", "一百", "code"):
        assert words in said
    assert len(caught.value.mistakes) == 6


def test_a_text_in_a_figure_cell_is_written_as_text(form):
    now, content = fill(form, {"公开10": {"货物": {"text": "1,234.50"}}})
    sheet = openpyxl.load_workbook(io.BytesIO(workbook_bytes(form, now, content.unit, "2023")))["公开10 相关信息统计表"]
    assert sheet["C7"].value == "1,234.50"
    assert sheet["C7"].data_type == "s"


def test_equal_data_give_equal_bytes(form):
    now, content = fill(form, {"公开10": {"货物": "1.00"}})
    assert workbook_bytes(form, now, content.unit, "2023") == workbook_bytes(form, now, content.unit, "2023")


def test_openxml_audit_finds_nothing_in_what_is_born_here(form, tmp_path):
    path = tmp_path / "blank.xlsx"
    path.write_bytes(workbook_bytes(form, None))
    assert OpenXmlValidator().validate(str(path)).errors == []
