"""A set compiles whole, or says all that is wrong with it, each mistake at its place."""

from __future__ import annotations

import pytest

from support.mapping_files import CODES, FILES, RULES, SET, TABLE, write_set
from xlcheck.errors import MappingError
from xlcheck.form import Grade, RowKind, Severity, Verdict
from xlcheck.mapping.compose import compose


def said(root, set_id: str = "mini") -> list[tuple[str, int, int, str]]:
    with pytest.raises(MappingError) as caught:
        compose(root, set_id)
    return [(m.file, m.line, m.column, m.message) for m in caught.value.mistakes]


def expect(found: list[tuple[str, int, int, str]], places: dict, sentences: dict[str, str]) -> None:
    """All marks are said, each with its sentence, and nothing else is."""
    assert set(places) == set(sentences)
    wanted = sorted((*places[mark], sentence) for mark, sentence in sentences.items())
    assert [f[:3] for f in found] == [w[:3] for w in wanted], found
    for (*_, message), (*_, sentence) in zip(found, wanted, strict=True):
        assert sentence in message


def rule(number: int, formula: str, *, head: str = "", cells: str = "") -> str:
    example = cells or "{'公开01.收入[财政拨款]': 1}"
    return f"""
  - id: G09-{number:02d}
    title: 第{number}条
    severity: 错误{head}
    formula: {formula}
    reason: r
    mend: m
    basis: b
    examples:
      pass: {example}
      fail: {{'公开01.收入[财政拨款]': 2}}
      rounding: 不涉及金额"""


def rules(*texts: str) -> str:
    return "rules:" + "".join(texts) + "\n"


# --- a right set ------------------------------------------------------------------------------


def test_a_right_set_compiles(tmp_path):
    write_set(tmp_path, FILES)
    form = compose(tmp_path, "mini")
    assert (form.id, form.title, form.year, form.place) == ("mini", "小表", 2023, "测试")
    assert [t.number for t in form.tables] == ["公开01", "公开03"]
    [only] = form.rules
    assert (only.id, only.severity, only.grade, only.missing) == (
        "G01-01",
        Severity.ERROR,
        Grade.ALWAYS,
        Verdict.CANNOT_SAY,
    )
    assert [(weight, ref.row.first) for weight, ref in only.linear.terms] == [
        (1, "合计"),
        (-1, "财政拨款"),
        (-1, "事业收入"),
    ]
    assert [e.kind for e in only.examples] == ["pass", "fail", "rounding"]
    assert only.origin == "mini/rules/01.yaml"


def test_rows_are_known_by_label_line_and_code(tmp_path):
    text = rules(
        rule(1, "公开01.收入[一、财政拨款] = 公开01.收入[1]"),
        rule(2, "公开01.支出[205] = 公开01.支出[教育支出]"),
        rule(3, "公开03[208, 2] = 公开03[2080505, 基本支出]"),
        rule(4, "公开01.收入[1:2] ≠ 1").replace("公开01.收入[1:2]", "合计(公开01.收入[1:2])"),
    )
    write_set(tmp_path, FILES | {"rules/01.yaml": text})
    trees = [r.tree for r in compose(tmp_path, "mini").rules]
    assert (trees[0].left.row.first, trees[0].right.row.first) == ("财政拨款", "财政拨款")
    assert trees[1].left.row == trees[1].right.row
    assert (trees[2].left.row.kind, trees[2].left.column.first) == ("code", "基本支出")
    assert trees[3].left.args[0].row.keys == ("财政拨款", "事业收入")


def test_the_address_of_every_row_follows_from_the_layout(tmp_path):
    write_set(tmp_path, FILES)
    table = compose(tmp_path, "mini").table("公开01")
    assert [(r.key, r.at) for r in table.section("收入").rows] == [("财政拨款", 7), ("事业收入", 8), ("合计", 9)]
    assert all(r.kind is RowKind.DATA for r in table.section("收入").rows)


def test_a_set_extends_another_and_changes_only_what_differs(tmp_path):
    write_set(tmp_path, FILES)
    write_set(
        tmp_path,
        {
            "set.yaml": "id: more\ntitle: 大表\nyear: 2024\nplace: 别处\nextends: mini\ndrop: {G01-01: 不适用}\n",
            "tables/01.yaml": "key: 收支\nnumber: Z01\n",
            "rules/02.yaml": rules(
                rule(1, "Z01.收入[合计] = 公开03[合计, 基本支出]", cells="{'Z01.收入[合计]': 1}")
            ).replace("公开01.", "Z01."),
        },
        "more",
    )
    form = compose(tmp_path, "more")
    assert [(t.key, t.number, t.name) for t in form.tables] == [
        ("收支", "Z01", "收入支出决算总表"), ("支出表", "公开03", "支出决算表"),
    ]  # fmt: skip
    assert [r.id for r in form.rules] == ["G09-01"]
    assert (form.year, form.place) == (2024, "别处")


def test_a_nearer_rule_takes_the_place_of_one_with_its_number(tmp_path):
    write_set(tmp_path, FILES)
    own = RULES.replace("severity: 错误", "severity: 核实")
    write_set(tmp_path, {"set.yaml": SET.replace("mini", "more") + "extends: mini\n", "rules/01.yaml": own}, "more")
    [only] = compose(tmp_path, "more").rules
    assert (only.severity, only.origin) == (Severity.VERIFY, "more/rules/01.yaml")


def test_the_tables_of_a_set_come_in_the_order_it_names(tmp_path):
    write_set(tmp_path, FILES | {"set.yaml": SET + "tables: [支出表, 收支]\n"})
    assert [t.key for t in compose(tmp_path, "mini").tables] == ["支出表", "收支"]


# --- all mistakes at once ----------------------------------------------------------------------


def test_everything_that_is_wrong_is_said_at_once(tmp_path):
    places = write_set(
        tmp_path,
        {
            "set.yaml": SET + "extends: «base»nowhere\ntables: [收支, 支出表, «notable»没有的表]\ndrop: {«drop»G88-01: 不适用}\n",
            "tables/01.yaml": TABLE.replace(
                "    rows:\n      - {label: 一、教育支出", "    rows:\n      «line»- {label: 一、教育支出, line: 5}\n      - {label: 一、其他支出"
            ),
            "tables/03.yaml": CODES.replace("    columns:\n      - {role", "    columns:\n      «cell»- {role").replace(
                "at: E, number: 3", "at: D, number: 3"
            ),
            "rules/01.yaml": rules(
                rule(1, "公开01.收入[合计] = «table»公开99[合计]"),
                rule(2, "公开01.收入[合计] = «row»公开01.收入[没有的行]"),
                rule(3, "公开03[合计, 基本支出] = «column»公开03[合计, 没有的栏]"),
                rule(4, "公开01.收入[合计] = «section»公开01[合计]"),
                rule(5, "公开01.收入[合计] = «sum»公开01.收入[1:2]"),
                rule(6, "公开01.收入[合计] = «syntax»= 1"),
                rule(7, "公开01.收入[合计] = «function»平均(公开01.收入[1:2])"),
                rule(8, "«each»公开03[每行, 基本支出] = 公开03[每个末级, 基本支出]"),
                rule(9, "公开03[合计, 基本支出] = «same»公开03[同码, 基本支出]"),
                rule(10, "公开03[合计, 基本支出] = 合计(«below»公开03[直接下级, 基本支出])"),
                rule(11, "无数据(公开03)", head="").replace("  - id: G09-11", "  - id: «twice»G09-01"),
                rule(12, "公开01.收入[合计] = 1", head="\n    grade: usually").replace("错误", "«grade»错误"),
                rule(13, "公开01.收入[合计] = 1", cells="{«example»'公开01.收入[无]': 1}"),
                rule(14, "公开01.收入[合计] = 1", cells="{«spelling»'公开01.收入 合计': 1}"),
                rule(15, "若 «term»某条件 则 公开01.收入[合计] = 1"),
                rule(16, "公开01.收入[合计] = «quantifier»公开01.收入[每个类]").replace("每个类", "每个款"),
            ),
            "rules/02.yaml": rules(
                rule(20, "公开01.收入[合计] = 1").replace("错误", "«severity»很错"),
                rule(21, "公开01.收入[合计] = 1\n    «option»tolerance: 0.01"),
                rule(22, "公开01.收入[合计] = 1").partition("    examples:")[0].replace("- id", "- «examples»id"),
            ),
            "rules/03.yaml": rules(
                rule(30, "公开01.收入[合计] = 1").partition("      fail:")[0].replace("      pass", "      «nofail»pass"),
            ),
            "rules/04.yaml": "terms:\n  - {name: 甲, condition: 1 = «condition»= 1, reason: r}\n",
        },
    )  # fmt: skip
    found = said(tmp_path)
    places["norounding"] = places["nofail"]
    expect(
        found,
        places,
        {
            "base": "没有“nowhere”这套映射",
            "notable": "tables/ 里没有“没有的表”这张表",
            "drop": "drop 里的 G88-01 不存在",
            "line": "行次 5 出现了两次",
            "cell": "“项目支出”与“基本支出”占了同一列，单元格重叠",
            "table": "没有“公开99”这张表",
            "row": "“公开01”里没有“没有的行”这一行",
            "column": "“公开03”里没有“没有的栏”这一栏，有：本年支出合计、基本支出、项目支出",
            "section": "“公开01”要写明是哪一块：公开01.收入、公开01.支出",
            "sum": "一组单元格要放在 合计( ) 里",
            "syntax": "读不下去",
            "function": "不认识的函数“平均”",
            "each": "一条公式里只能有一个“每…”，现在有：每个末级、每行",
            "same": "“同码”前面要先有“每…”",
            "below": "“直接下级”前面要先有",
            "twice": "规则编号 G09-01 出现了两次",
            "grade": "grade 不是 always 的规则，severity 最高只能是 核实",
            "example": "“公开01”里没有“无”这一行",
            "spelling": "示例里的单元格写法有误",
            "term": "没有“某条件”这张表，也没有这个条件名",
            "quantifier": "这张表没有科目代码，不能用“每个款”",
            "severity": "“severity”只能是",
            "option": "不认识的项“tolerance”",
            "examples": "缺少必填项“examples”",
            "nofail": "缺少不成立的示例（examples.fail）",
            "norounding": "缺少四舍五入的示例（examples.rounding）",
            "condition": "读不下去",
        },
    )


def test_sections_that_share_cells_overlap(tmp_path):
    marked = TABLE.replace("  支出:\n    shape", "  支出:\n    «x»shape").replace(
        "header: [支出, 项目], at: D", "header: [支出, 项目], at: C"
    )
    places = write_set(tmp_path, FILES | {"tables/01.yaml": marked})
    expect(said(tmp_path), places, {"x": "“支出”的“项目”与“收入”单元格重叠"})


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        ("    «x»total: {label: 合计}\n", "", "按科目代码的表要写明合计行 total"),
        ("    «x»lengths: [3, 5, 7]\n", "", "按科目代码的表要写明代码位数 lengths"),
    ],
)
def test_a_table_by_codes_needs_a_total_and_lengths(tmp_path, before, after, sentence):
    text = CODES.replace(before.replace("«x»", ""), after).replace("shape: codes", "shape: «x»codes")
    places = write_set(tmp_path, FILES | {"tables/03.yaml": text})
    expect(said(tmp_path), places, {"x": sentence})


@pytest.mark.parametrize("role", ["code", "name"])
def test_a_table_by_codes_needs_columns_for_code_and_name(tmp_path, role):
    text = CODES.replace(f"role: {role}, ", "role: line, ").replace("columns:\n      -", "columns:\n      «x»-")
    places = write_set(tmp_path, FILES | {"tables/03.yaml": text})
    expect(said(tmp_path), places, {"x": f"缺少 role: {role} 的栏"})


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("{label: 甲, blank: '9'}", "一行只写 label、blank、heading、caption 中的一个"),
        ("{line: 9}", "一行只写 label、blank、heading、caption 中的一个"),
        ("{blank: 九}", "blank 应写成 9 或 9-26，现在是“九”"),
    ],
)
def test_a_row_is_one_thing_and_its_blanks_are_numbers(tmp_path, row, sentence):
    text = TABLE.replace("- {label: 二、事业收入, line: 2}", f"- {{label: 二、事业收入, line: 2}}\n      - «x»{row}")
    places = write_set(tmp_path, FILES | {"tables/01.yaml": text})
    expect(said(tmp_path), places, {"x": sentence})


def test_a_range_that_runs_backward_is_a_mistake(tmp_path):
    text = rules(rule(1, "公开01.收入[合计] = 合计(«x»公开01.收入[2:1])"))
    places = write_set(tmp_path, FILES | {"rules/01.yaml": text})
    expect(said(tmp_path), places, {"x": "范围“2 : 1”首尾颠倒"})


def test_a_range_of_columns_that_runs_backward_is_a_mistake(tmp_path):
    text = rules(rule(1, "公开03[每行, 1] = 合计(«x»公开03[本行, 3:2])"))
    places = write_set(tmp_path, FILES | {"rules/01.yaml": text})
    expect(said(tmp_path), places, {"x": "范围“3 : 2”首尾颠倒"})


@pytest.mark.parametrize(
    ("formula", "sentence"),
    [
        ("«x»四舍五入(公开01.收入[1]) = 1", "四舍五入 要写成 四舍五入(算式, 小数位数)"),
        ("«x»无数据(公开03[合计, 1])", "“无数据”里要写表名"),
        ("«x»全空(公开03)", "“全空”里要写单元格"),
        ("«x»各表一致(公开03)", "“各表一致”里只能写 单位名称、年度、金额单位"),
        ("«x»公开03[*, 1] = 1", "行不能写 *，请写 每行"),
        ("«x»公开03[合计, 本行] = 1", "栏不能写“本行”"),
        ("«x»公开03[合计] = 1", "要写明哪一栏：本年支出合计、基本支出、项目支出"),
        ("«x»公开03[合计, *] = 公开01.支出[合计, *]", "用 * 的几张表栏目不同，请逐栏写"),
    ],
)
def test_what_a_formula_cannot_mean_is_said(tmp_path, formula, sentence):
    text = rules(rule(1, formula)).replace("formula: «x»*", "formula: «x»*")
    places = write_set(tmp_path, FILES | {"rules/01.yaml": text})
    expect(said(tmp_path), places, {"x": sentence})


def test_a_quoted_formula_is_reported_at_its_beginning(tmp_path):
    text = rules(rule(1, "«x»'公开01.收入[合计] = 公开01.收入[没有]'"))
    places = write_set(tmp_path, FILES | {"rules/01.yaml": text})
    expect(said(tmp_path), places, {"x": "没有“没有”这一行"})


# --- extension ---------------------------------------------------------------------------------


def test_sets_that_extend_in_a_circle_are_said_to_do_so(tmp_path):
    write_set(tmp_path, {"set.yaml": SET.replace("mini", "one") + "extends: two\n"}, "one")
    places = write_set(tmp_path, {"set.yaml": SET.replace("mini", "two") + "extends: «x»one\n"}, "two")
    expect(said(tmp_path, "one"), places, {"x": "extends 绕成了圈"})


def test_a_set_that_extends_itself_is_a_circle(tmp_path):
    places = write_set(tmp_path, {"set.yaml": SET + "extends: «x»mini\n"})
    expect(said(tmp_path), places, {"x": "extends 绕成了圈"})


def test_mistakes_of_a_base_are_said_in_its_own_files(tmp_path):
    places = write_set(tmp_path, FILES | {"rules/01.yaml": rules(rule(1, "公开01.收入[合计] = «x»公开99[1]"))})
    write_set(tmp_path, {"set.yaml": SET.replace("mini", "more") + "extends: mini\n"}, "more")
    expect(said(tmp_path, "more"), places, {"x": "没有“公开99”这张表"})


def test_a_folder_without_a_set_is_said(tmp_path):
    assert said(tmp_path, "none") == [("none", 1, 1, "这个文件夹里没有 set.yaml")]


def test_a_wrong_set_file_does_not_hide_mistakes_in_its_tables_and_rules(tmp_path):
    places = write_set(
        tmp_path,
        FILES | {"set.yaml": SET.replace("2023", "«year»x"), "rules/01.yaml": RULES.replace("错误", "«severity»x")},
    )
    expect(said(tmp_path), places, {"year": "应当是整数", "severity": "只能是"})


def test_a_wrong_option_of_one_rule_does_not_hide_mistakes_in_the_next(tmp_path):
    first = rule(1, "公开01.收入[合计] = 1").replace("错误", "«severity»很错")
    second = rule(2, "公开01.收入[合计] = «table»公开99[1]")
    places = write_set(tmp_path, FILES | {"rules/01.yaml": rules(first, second)})
    expect(said(tmp_path), places, {"severity": "“severity”只能是", "table": "没有“公开99”这张表"})


def test_mistakes_come_in_the_order_of_files_and_lines(tmp_path):
    write_set(tmp_path, FILES | {"rules/01.yaml": rules(rule(2, "公开99[1] = 1"), rule(1, "公开98[1] = 1"))})
    found = said(tmp_path)
    assert found == sorted(found)
    assert len(found) == 2


def test_a_missing_list_of_codes_is_a_mistake_at_its_name(tmp_path):
    places = write_set(tmp_path, FILES | {"set.yaml": SET + "codes: «x»codes.csv\n"})
    expect(said(tmp_path), places, {"x": "codes.csv"})


def test_a_list_of_codes_is_read(tmp_path):
    write_set(tmp_path, FILES | {"set.yaml": SET + "codes: codes.csv\n", "codes.csv": "code,name\n0201,甲\n208,乙\n"})
    assert compose(tmp_path, "mini").codes == {"0201": {"甲": ""}, "208": {"乙": ""}}
