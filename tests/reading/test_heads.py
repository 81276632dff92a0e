"""What stands above a table: unit, year, unit of money and number, in the wordings of many offices."""

from __future__ import annotations

import re

import pytest

from support.places import SAMPLES
from xlcheck.reading.grid import Cell, Grid
from xlcheck.reading.heads import Head, read_head, tab_number
from xlcheck.reading.opening import open_workbook


def grid_of(*rows: object) -> Grid:
    """A sheet of texts; a row is a text, or a list of texts in columns 1, 2, … (None: blank)."""
    cells = {}
    for at, row in enumerate(rows, 1):
        texts = row if isinstance(row, list) else [row]
        cells[at] = {
            c: Cell(str(t), "n" if isinstance(t, int) else "s", 0, formula=False)
            for c, t in enumerate(texts, 1)
            if t is not None
        }
    return Grid("表", "", rows=cells)


def head(*rows: object) -> Head:
    return read_head(grid_of(*rows), 99)


def values(found: Head) -> dict[str, str]:
    return {k: v.value for k, v in found._asdict().items() if k not in ("odd", "units", "loose") and v is not None}


CURRENCIES = {
    "单位：万元": "万元", "单位:万元": "万元", "单位： 万元": "万元", "单 位：万元": "万元", "金额单位：万元": "万元", "金额单位： 万元": "万元", "金额单位:元": "元",
    "金额单位：人民币万元": "万元", "单位：人民币元": "元", "单位：人民币万元": "万元", "（单位：万元）": "万元", "单位：（万元）": "万元", "(单位:万元)": "万元",
    "【单位：万元】": "万元", "计量单位：万元": "万元", "货币单位：元": "元", "计量单位：千元": "千元", "单位：亿元": "亿元", "单位：百元": "百元", "金额单位：百万元": "百万元",
    "單位：萬元": "万元", "金額單位：萬元": "万元", "單位：億元": "亿元", "单位：万元（保留两位小数）": "万元", "单位：万元、台、辆": "万元", "单位：￥万元": "万元",
    "单位：RMB万元": "万元", "单位：万元人民币": "万元", "金额单位万元": "万元", "单位 万元": "万元", "（万元）": "万元", "万元": "万元", "（人民币万元）": "万元",
    "收入支出决算总表（万元）": "万元", "收入支出决算总表(单位：万元)": "万元", "2023年度    金额单位：万元": "万元", "部门：某某局　　2023年度　　单位：元": "元",
    "单位：万元\u200b": "万元", "\ufeff单位：万元": "万元", "ｗ单位：万元": "万元",
}  # fmt: skip
NO_CURRENCIES = [
    "单位：某某局", "单位：元宵节办公室", "单位名称：万元镇人民政府", "单位：万元镇政府", "收入支出决算总表", "金额", "单位：", "单位：美元", "支出（万元）情况说明", "元", "人均万元支出表",
]  # fmt: skip


@pytest.mark.parametrize("text", CURRENCIES)
def test_the_unit_of_money(text):
    assert values(head("收入支出决算总表", text)).get("currency") == CURRENCIES[text]


@pytest.mark.parametrize("text", [t for t in NO_CURRENCIES if t != "元"])
def test_what_is_no_unit_of_money(text):
    assert head(text).currency is None


@pytest.mark.parametrize(
    ("row", "at"),
    [
        (["金额单位：", "万元"], 2), (["单位：", None, "万元"], 3), (["单位", "万元"], 2), (["计量单位：", "人民币万元"], 2), (["（单位：", "万元）"], 2),
        (["单位：", "（万元）"], 2),
    ],
)  # fmt: skip
def test_the_unit_of_money_in_the_next_cell(row, at):
    found = head("收入决算表", row)
    assert (found.currency.value, found.currency.at) == ("万元", (2, at))
    assert found.unit is None


YEARS = {
    "2023年度": "2023", "2023 年度": "2023", "２０２３年度": "2023", "2023年": "2023", "（2023年度）": "2023", "二○二三年度": "2023", "二〇二三年度": "2023", "二O二三年度": "2023",
    "二Ｏ二三年度": "2023", "二零二三年度": "2023", "二0二三年": "2023", "二〇二〇年度": "2020", "二〇一九年": "2019", "一九九九年度": "1999", "2 0 2 3 年 度": "2023", "2023财政年度": "2023",
    "2023会计年度": "2023", "2023年度收入决算表": "2023", "2023年收入决算表": "2023", "某某局2023年度收入支出决算总表": "2023", "某某市二〇二三年度部门决算公开表": "2023", "部门：甲局  2023年度": "2023",
    "2023年1-12月": "2023", "年度：2023": "2023", "年度：2023年": "2023", "会计年度：2023年度": "2023", "决算年度:二〇二三": "2023", "年份：2023": "2023", "\u200b2023\u202c年度": "2023",
    "部门：甲局2023年度单位：万元": "2023",
}  # fmt: skip
NO_YEARS = [
    "2024年8月15日", "编制日期：2024年8月15日", "2024年8月", "二〇二四年八月十五日", "截至2023年", "近三年", "三年", "12年", "第5年度", "2021—2023年", "年度", "年度：", "本年收入", "2023", "上年度",
    "五年规划", "一年", "部门：二〇一医院",
]  # fmt: skip
BAD_YEARS = [
    "202年度", "2O23年度", "20223年度", "202 3 4年度", "2O23年", "二〇二年度", "20２O年度", "2203年度", "1023年度", "23年度", "2023O年度", "202年度收入决算表", "某某局20223年度决算表", "20二3年度", "l023年度",
    "年度：202", "年度：20233年",
]  # fmt: skip


@pytest.mark.parametrize("text", YEARS)
def test_the_year(text):
    found = head(text)
    assert values(found).get("year") == YEARS[text]
    assert found.odd == ()
    assert found.year.text == text


@pytest.mark.parametrize("text", NO_YEARS)
def test_what_is_no_year_and_no_mistake(text):
    found = head(text)
    assert (found.year, found.odd) == (None, ())


@pytest.mark.parametrize("text", BAD_YEARS)
def test_what_was_meant_as_a_year_is_told(text):
    found = head("收入决算表", ["公开02表", text])
    assert found.year is None
    assert found.odd == (("bad_year", 2, 2, text),)


def test_a_year_of_accounts_goes_before_any_other_year():
    assert head("成立于2019年的单位", "2021年", "2023年度").year.value == "2023"
    assert head("2023年收入决算表", "2022年度", "2021年度").year.value == "2022"
    assert head("2023年收入决算表", "2022年").year.value == "2022", "all that its cell says is firm"


def test_two_years_that_differ_are_told():
    found = head("2023年度收入决算表", ["部门：甲局", "2022年度"])
    assert found.year.value == "2023"
    assert found.odd == (("other_year", 2, 2, "2022年度"),)
    assert head("2023年度收入决算表", ["部门：甲局", "2023年度"]).odd == ()


@pytest.mark.parametrize(
    ("row", "year", "odd"),
    [
        (["年度", "2023"], "2023", 0), (["年度：", 2023], "2023", 0), (["会计年度：", "2023年"], "2023", 0), (["年度：", "二〇二三"], "2023", 0), (["年度：", "2023年度"], "2023", 0),
        (["年度：", "202"], None, 1), (["年度：", "2O23"], None, 1), (["年度：", "20223年度"], None, 1), (["年度：", "某某局"], None, 0), (["年度：", None], None, 0),
    ],
)  # fmt: skip
def test_a_year_in_the_next_cell(row, year, odd):
    found = head("收入决算表", row)
    assert values(found).get("year") == year
    assert [o.what for o in found.odd] == ["bad_year"] * odd
    if year:
        assert found.year.at == (2, 2)


UNITS = {
    "部门名称：某某局": "某某局", "部门：某某局": "某某局", "单位：某某局": "某某局", "单位名称:某某局": "某某局", "编制单位：某某局": "某某局", "填报单位：某某局": "某某局", "公开部门：某某局": "某某局",
    "预算单位：某某局": "某某局", "填报部门：某某局": "某某局", "部门（单位）：某某局": "某某局", "部门（单位）名称：某某局": "某某局", "单位（部门）：某某局": "某某局", "部门/单位：某某局": "某某局",
    "单位（公章）：某某局": "某某局", "编制单位（盖章）：某某局": "某某局", "部门：某某局（公章）": "某某局", "部门：某某局(盖章)": "某某局", "部门：某某局（本级）": "某某局（本级）", "部门：某某局2023年度": "某某局",
    "部门：某某局 2023年度": "某某局", "部门：某某局    金额单位：万元": "某某局", "部门：某某局　　2023年度　　金额单位：万元": "某某局", "公开01表  部门：某某局  2023年度": "某某局", "部门：某某局 单位：万元": "某某局",
    "单位全称：某某局": "某某局", "部门 名称：某某局".replace(" ", ""): "某某局", "部门：某某局二〇二三年度": "某某局", "單位名稱：某某局": "某某局", "（部门：某某局）".replace("）", ""): "某某局",
    "决算单位：某某局": "某某局", "单位：中国共产党某某市委员会办公室": "中国共产党某某市委员会办公室", "部门：某某局  编制日期：2024年8月15日": "某某局", "部门：二〇一医院": "二〇一医院",
    "单位：某某局 编制日期：2024年8月": "某某局", "部门：长治市 社会保险中心": "长治市 社会保险中心", "\u200b部门：某某局": "某某局",
}  # fmt: skip
NO_UNITS = [
    "主管部门：某某局", "上级单位：某某局", "制表单位：某某局", "监制单位：财政部", "批复单位：某某局", "汇总单位：某某局", "所属单位：某某局", "主管单位：某某局", "单位：万元", "单位：元", "单位：人民币万元",
    "单位负责人：张三", "单位代码：101001", "部门代码：101", "单位", "部门", "部门：", "对附属单位补助支出", "填表人：张三", "单位：美元", "部门：2023年度", "单位：（万元）", "本部门支出：100",
]  # fmt: skip


@pytest.mark.parametrize("text", UNITS)
def test_the_name_of_the_unit(text):
    assert values(head("收入决算表", text)).get("unit") == UNITS[text]


@pytest.mark.parametrize("text", NO_UNITS)
def test_what_names_no_unit(text):
    assert head("收入决算表", text).unit is None


@pytest.mark.parametrize(
    ("row", "unit"),
    [
        (["部门：", "某某局"], "某某局"), (["部门名称", "某某局"], "某某局"), (["编制单位", None, "某某局（公章）"], "某某局"), (["单位：", "某某局", "2023年度"], "某某局"), (["单位：", "万元"], None),
        (["部门：", "2023年度"], None), (["部门：", "金额单位：万元"], None), (["部门：", None], None), (["单位名称：", "101001"], None), (["部门", "某某局"], None), (["主管部门：", "某某局"], None),
        (["部门：", "公开01表"], None), (["编制单位：  2023年度", "某某局"], "某某局"),
    ],
)  # fmt: skip
def test_the_name_of_the_unit_in_the_next_cell(row, unit):
    assert values(head("收入决算表", row)).get("unit") == unit


OWN_NAMES = [
    "主管部门：教育局 部门：某某局", "主管部门：教育局；部门：某某局", "部门：某某局（主管部门：教育局）", "部门：某某局主管部门：教育局", "部 门：某某局", "单 位 名 称：某某局",
    "部门：　　某某局", "编制单位　某某局", "部门∶某某局", "部门：某某局\n主管部门：教育局", "汇总单位：教育局/编制单位：某某局", "部门：某某局, 上级主管部门：教育局",
    "主 管 部 门：教育局  部门：某某局", "部门：某某局，主  管  部  门：教育局", "填报单位（盖章）：某某局 单位负责人：张三", "单位：万元（保留两位小数）　　部门：某某局",
    ["单位名称", "：", "某某局"], ["主管部门", "教育局", "编制单位", "某某局"], ["（所属）部门：", "教育局", "部门：", "某某局"], ["主　管", "部门：教育局", "单位：某某局"],
    ["填报单位（盖章）", "某某局", "上级主管部门", "教育局"],
]  # fmt: skip


@pytest.mark.parametrize("row", OWN_NAMES, ids=str)
def test_the_name_stands_behind_the_units_own_label_whatever_stands_beside(row):
    found = head("收入决算表", row)
    assert [unit.value for unit in found.units] == ["某某局"]
    assert found.loose == ()


@pytest.mark.parametrize(
    "row", ["主 管 部 门：教育局", "主  管  部  门：教育局", ["主　管", "部门：教育局"], "主 管 预 算 单 位：教育局", "（主管）部门：教育局", ["单位名称", "主管部门"], ["部门：", "主管部门：教育局"]],
    ids=str,
)  # fmt: skip
def test_what_leads_to_others_leads_to_no_unit(row):
    assert head("收入决算表", row).units == ()


def test_all_names_of_a_head_are_told_and_those_that_may_be_headings_apart():
    found = head("收入决算表", "部门：甲局", ["单位：", "乙中心"], "部门名称：甲局")
    assert [unit.value for unit in found.units] == ["甲局", "乙中心"]
    found = head("收入决算表", "部门：甲局", ["单位名称", "金额"])
    assert ([u.value for u in found.units], [u.value for u in found.loose]) == (["甲局"], ["金额"])


@pytest.mark.parametrize(
    "row",
    ["2024年   8月   15日", ["2024年", "8月", "15日"], "打印日期：2024年", ["打印日期：", "2024年"], "打印日期：　　2024年", ["编制时间", "2024年"], "编制日期：2024年 8 月"],
    ids=str,
)  # fmt: skip
def test_a_date_in_pieces_is_no_year(row):
    found = head("收入决算表", row)
    assert (found.year, found.odd) == (None, ())
    assert head("收入决算表", row, "2023年").year.value == "2023"


NUMBERS = {
    "公开03表": "公开03", "公开 03 表": "公开03", "公开3表": "公开03", "（公开03表）": "公开03", "公开表3": "公开03", "公开表03": "公开03", "公開03表": "公开03", "公开０３表": "公开03", "决公开03表": "公开03",
    "决算公开03表": "公开03", "部门公开03表": "公开03", "附表3": "附表3", "附表03": "附表3", "附表三": "附表3", "附表3：": "附表3", "附表3-1": "附表3-1", "附件3": "附件3", "附件3：": "附件3", "表3": "表3", "表三": "表3",
    "表十": "表10", "表十一": "表11", "（表三）": "表3", "财决01表": "财决01", "财决 01 表": "财决01", "Z01": "Z01", "z01": "Z01", "Z05_1": "Z05-1", "GK01": "GK01", "GK1表": "GK01", "表三 支出决算表": "表3",
    "表3：支出决算表": "表3", "附表3 支出决算表": "附表3", "附表3：支出决算表": "附表3", "公开03表 支出决算表": "公开03", "公开03 支出决算表": "公开03", "支出决算表 公开03表": "公开03", "支出决算表（公开03表）": "公开03",
    "表三支出决算表": "表3", "公开03表  金额单位：万元": "公开03", "Z03 支出决算表": "Z03", "公开十表": "公开10",
}  # fmt: skip
NO_NUMBERS = [
    "收入支出决算总表", "2023年度", "单位：万元", "支出决算表", "公开表", "表", "附件", "一般公共预算财政拨款支出决算表", "注：本表反映公开03表的情况，与公开05表一致，按财决公开口径填列，供参考，详见说明第3页",
    "第3页", "Z", "AZ01B", "表内公式", "附表", "报表3份", "项目支出决算表说明3",
]  # fmt: skip


@pytest.mark.parametrize("text", NUMBERS)
def test_the_number_of_the_table(text):
    found = head(text)
    assert values(found).get("number") == NUMBERS[text]
    assert found.number.text == text


@pytest.mark.parametrize("text", NO_NUMBERS)
def test_what_is_no_number(text):
    assert head(text).number is None


def test_the_tables_own_number_goes_before_that_of_the_document():
    assert head("附件2", "公开03表", "支出决算表").number == ("公开03", (2, 1), "公开03表")
    assert head("附件2", "表3", "附表4").number.value == "附表4"
    assert head("附件2", "支出决算表").number.value == "附件2"


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("公开03 支出决算表", "公开03"), ("GK03 支出决算表", "GK03"), ("Z03 支出决算表(财决03表)", "Z03"), ("表3", "表3"), ("表三", "表3"), ("公开03表", "公开03"), ("附表3支出决算表", "附表3"), ("支出决算表(公开03表)", "公开03"),
        ("3.支出决算表", None), ("支出决算表", None), ("Sheet1", None), ("公开03", "公开03"), ("g01-公开01", None), ("", None), ("2023年度", None), ("公开03支出决算表", "公开03"), ("GK03", "GK03"),
    ],
)  # fmt: skip
def test_the_number_in_the_name_of_a_sheet(name, number):
    assert tab_number(name) == number


def test_a_whole_head_in_one_line():
    found = head("2023年度支出决算表", "公开03表　　部门：某某局（公章）　　　金额单位：万元")
    assert values(found) == {"unit": "某某局", "year": "2023", "currency": "万元", "number": "公开03"}


def test_only_rows_above_are_read_and_long_texts_are_not():
    grid = grid_of("收入决算表", "2023年度", "部门：甲局", "单位：万元")
    assert values(read_head(grid, 2)) == {}
    assert values(read_head(grid, 3)) == {"year": "2023"}
    assert values(head("2023年度" + "说明" * 80)) == {}


def as_before(grid: Grid, until: int) -> dict[str, str]:
    """What the official heads were read as by the few patterns that came first."""
    found: dict[str, str] = {}
    for row in sorted(r for r in grid.rows if r < until):
        for _, cell in sorted(grid.rows[row].items()):
            text = cell.text
            if match := re.search(r"单位\s*[:：]\s*(万元|千元|百元|亿元|元)", text):
                found.setdefault("currency", match[1])
            if match := re.search(r"(20\d\d)\s*年", text):
                found.setdefault("year", match[1])
            if match := re.search(r"公开(\d{1,2})表", text):
                found.setdefault("number", f"公开{int(match[1]):02d}")
            match = re.search(r"(?:部门|单位)(?:名称)?[:：]\s*(.*)$", text)
            if match and match[1] not in ("万元", "元"):
                found.setdefault("unit", match[1])
    return found


def test_official_heads_say_what_they_always_said():
    for path in sorted(SAMPLES.glob("*.xlsx")):
        for grid in open_workbook(path.read_bytes()).grids:
            for until in (4, 5):
                assert values(read_head(grid, until)) == as_before(grid, until), (path.name, grid.name)


FIELD = {
    "202年度": (None, True), "2022年度": ("2022", False), "二○二三年度": ("2023", False), "二○二二年度": ("2022", False), "": (None, False), "2O23年度": (None, True), "20223年度": (None, True),
}  # fmt: skip


@pytest.mark.parametrize("text", FIELD)
def test_a_year_mistyped_in_one_official_table(text):
    book = open_workbook((SAMPLES / "tunliu_2023.xlsx").read_bytes())
    grid = next(g for g in book.grids if g.name.startswith("公开03"))
    assert grid.text(3, 5) == "2023年度"
    grid.rows[3][5] = Cell(text, "s", 0, formula=False)
    year, bad = FIELD[text]
    found = read_head(grid, 4)
    assert values(found).get("year") == year
    assert found.odd == ((("bad_year", 3, 5, text),) if bad else ())
    assert values(found)["unit"] == "长治市屯留区社会保险中心"
