"""The kinds of findings on what a workbook is made of: sheets, tables, columns, rows, one block each: as ``codes.py``, which has them all."""

from __future__ import annotations

from xlcheck.form import Severity
from xlcheck.report.findingcode import STRUCTURE, FindingCode

STRUCTURE_BLOCKS = (
    # --- what the workbook is made of: sheets, tables, columns, rows -----------------------------------------
    FindingCode(
        "missing_table_unsure", STRUCTURE, (Severity.VERIFY,),
        "没有认出{table}“{name}”；工作表“{sheets}”没有认出是什么表，可能就是它",
        "如果就是这张表，写上表名；如果没有这张表，补上",
        {"table": "公开08表", "name": "国有资本经营预算财政拨款支出决算表", "sheets": "Sheet9"},
    ),
    FindingCode(
        "form_unknown", STRUCTURE, (Severity.NOTE,),
        "表样未知（{nearest}），认出 {count} 张表，按全国通用的规则核对；没有要求各地特有的表和行",
        "不必修改；如果有本地的表样，可用 --set 指明",
        {"nearest": "最接近部门决算公开表（全国九张表，公开01—公开09）", "count": "3"},
    ),
    FindingCode(
        "likely_binding", STRUCTURE, (Severity.NOTE,),
        "{table}有与表样写法不同的栏或行，按位置和数字认出：{found}",
        "认对了就不必改；认错的，按表样改回表头或项目名称",
        {"table": "公开01表", "found": "C 栏“决算金额”认作“决算数”"},
    ),
    FindingCode(
        "doubtful_binding", STRUCTURE, (Severity.VERIFY,),
        "{table}有的栏或行拿不准是什么，没有参加核对：{found}",
        "按表样改回表头或项目名称，或告诉我们它是哪一栏、哪一行",
        {"table": "公开02表", "found": "D 栏“其他”像是“其他收入”，但拿不准"},
    ),
    FindingCode(
        "absent_columns", STRUCTURE, (Severity.VERIFY,),
        "{table}没有找到{found}栏，与它有关的关系没有核对",
        "按表样补上这一栏；这套表本来没有的，不必改",
        {"table": "公开07表", "found": "“年初结转和结余”"},
    ),
    FindingCode(
        "open_columns", STRUCTURE, (Severity.VERIFY,),
        "{table}有填了数的栏认不出是什么，没有参加核对：{found}",
        "按表样改回表头；表样没有的栏可以不管",
        {"table": "公开07表", "found": "C 栏“年度安排数”"},
    ),
    FindingCode(
        "open_rows", STRUCTURE, (Severity.VERIFY,),
        "{table}有填了数的行认不出是什么，没有参加核对：{found}",
        "按表样改回项目名称；表样没有的行，归并到相应的项目",
        {"table": "公开04表", "found": "第 15 行“全部来源合数”"},
    ),
    FindingCode(
        "part_not_read", STRUCTURE, (Severity.VERIFY,),
        "{table}“{name}”接在工作表“{sheet}”的部分没有读出来，这张表没有核对",
        "接续的表也写上表头和科目代码",
        {"table": "公开03表", "name": "支出决算表", "sheet": "公开03（续）"},
    ),
    FindingCode(
        "not_read", STRUCTURE, (Severity.VERIFY,),
        "{table}“{name}”（工作表“{sheet}”）读不出来，没有核对：{found}",
        "按表样恢复表头和科目代码",
        {"table": "公开06表", "name": "一般公共预算财政拨款基本支出决算明细表", "sheet": "公开06 基本支出决算明细表", "found": "没有认出经济分类科目代码"},
    ),
    FindingCode(
        "sangong_units", STRUCTURE, (Severity.VERIFY,),
        "{table}“{name}”（工作表“{sheet}”）一行一个单位（{count} 行），与表样不同，又没有合计行，没有核对",
        "加一行合计，或按表样填成一行",
        {"table": "公开09表", "name": "财政拨款“三公”经费支出决算表", "sheet": "公开09 三公经费支出决算表", "count": "3"},
    ),
    FindingCode(
        "rows_by_unit", STRUCTURE, (Severity.VERIFY,),
        "{table}“{name}”（工作表“{sheet}”）分单位列示（{count} 个单位），一个科目在每个单位下各有一行，没有汇总的行，没有核对",
        "另附各单位合计的一张，科目各占一行；分单位的各自作为一份工作簿核对",
        {"table": "公开05表", "name": "一般公共预算财政拨款支出决算表", "sheet": "公开05", "count": "2"},
    ),
    FindingCode(
        "picture", STRUCTURE, (Severity.VERIFY,),
        "{table}（工作表“{sheet}”）是图片，没有可以读的数字，没有核对",
        "用 Excel 或 WPS 填列这张表，不要贴截图或扫描件",
        {"table": "公开08表", "sheet": "公开08"},
    ),
    FindingCode(
        "missing_rows", STRUCTURE, (Severity.VERIFY,),
        "{table}没有印全：缺少{expected}，这套表样要求每一行都印出来",
        "按表样补上这些行，没有金额的留空",
        {"table": "公开01表", "expected": "“二、外交支出”、“三、国防支出”"},
    ),
    FindingCode(
        "bad_year", STRUCTURE, (Severity.VERIFY,),
        "{table} {cell}“{text}”像是年度，但不是正确的年份",
        "改成四位数的年度，如“2023年度”",
        {"table": "公开03表", "cell": "E3", "text": "202年度"},
    ),
    FindingCode(
        "other_year", STRUCTURE, (Severity.VERIFY,),
        "{table} {cell}“{text}”与表名或上方所写的年度不同",
        "核对年度，改正写错的一处",
        {"table": "公开03表", "cell": "E3", "text": "2022年度"},
    ),
    FindingCode(
        "two_units", STRUCTURE, (Severity.VERIFY,),
        "{table} 表头里写了几个单位：{found}（另一个在 {cell}），分不清是哪个单位的",
        "表头里只写本单位的名称；主管部门写在“主管部门：”后面",
        {"table": "公开01表", "cell": "C2", "found": "“某某局”、“某某局下属中心”"},
    ),
    FindingCode(
        "no_title", STRUCTURE, (Severity.NOTE,),
        "工作表“{sheet}”没有表名，按表头和项目认作“{name}”",
        "在表的上方写上表名",
        {"sheet": "Sheet3", "name": "支出决算表"},
    ),
    FindingCode(
        "other_title", STRUCTURE, (Severity.NOTE,),
        "工作表“{sheet}”的标题“{title}”没有见过，按表头、项目和数字认作“{name}”",
        "认对了就不必改；认错的，按表样改正标题",
        {"sheet": "公开06表", "title": "公共预算资金保运转开支明细", "name": "一般公共预算财政拨款基本支出决算明细表"},
    ),
    FindingCode(
        "title_headings", STRUCTURE, (Severity.VERIFY,),
        "工作表“{sheet}”的标题写作“{other}”，栏目却是“{name}”的，已按栏目核对",
        "改正标题或表头中写错的那一个",
        {"sheet": "公开03", "other": "收入决算表", "name": "支出决算表"},
    ),
    FindingCode(
        "unread_rows", STRUCTURE, (Severity.VERIFY,),
        "工作表“{sheet}”有 {count} 行科目和金额，没有表名，不知道属于哪张表，没有核对",
        "在这张工作表上方写上表名（接续的写“（续）”）和表头",
        {"sheet": "Sheet3", "count": "12"},
    ),
    FindingCode(
        "unknown_table", STRUCTURE, (Severity.NOTE,),
        "有不认识的表，没有核对：{found}",
        "不是决算公开表的可以不管；是的话，把表名写全",
        {"found": "“附表”（项目支出明细表）"},
    ),
    FindingCode(
        "empty_form", STRUCTURE, (Severity.ERROR, Severity.VERIFY),
        "各表都没有数据：{tables}{hint}",
        "填好各表后重报；报错了文件的，换成填好的那一份",
        {"tables": "公开01表、公开02表", "hint": "一个数也没有填"},
    ),
    FindingCode(
        "empty_table", STRUCTURE, (Severity.VERIFY,),
        "{table}没有数据，而{other}与它对应的“{label}”是 {found}",
        "补填这张表；确实没有的，核对另一张表",
        {"table": "公开09表", "other": "公开08表", "label": "合计 · 基本支出", "found": "12.00"},
    ),
    FindingCode(
        "missing_table", STRUCTURE, (Severity.ERROR, Severity.VERIFY),
        "缺少{table}“{name}”，与它有关的关系都无法核对",
        "补上这张工作表；如果已有，检查表内标题是否写对",
        {"table": "公开01表", "name": "收入支出决算总表"},
    ),
    FindingCode(
        "missing_empty_table", STRUCTURE, (Severity.VERIFY,),
        "缺少{table}“{name}”；其他表里没有这项收支，已当作空表核对",
        "公开时这张表也要列出，表下注明“本表无数据”；如果已有，检查表内标题是否写对",
        {"table": "公开08表", "name": "国有资本经营预算财政拨款支出决算表"},
    ),
    FindingCode(
        "other_unit", STRUCTURE, (Severity.VERIFY,),
        "工作簿里还有“{unit}”的 {count} 张表（工作表{sheets}），没有核对",
        "把每个单位的表另存为一份工作簿，分别核对",
        {"unit": "黑水县农业农村局本级", "count": "2", "sheets": "“本级01”“本级02”"},
    ),
    FindingCode(
        "doubled_table", STRUCTURE, (Severity.ERROR,),
        "{table}“{name}”有几张工作表（“{sheets}”），分不清以哪张为准",
        "删去多余的工作表，一张表只留一份",
        {"table": "公开03表", "name": "支出决算表", "sheets": "公开03”“公开03 (2)"},
    ),
    FindingCode(
        "unread_figure", STRUCTURE, (Severity.VERIFY,),
        "{table} {found}填有金额，但不在表样的格子里，没有参加核对",
        "核对这些数：是表里项目的，移到它的格子里；是别的数，写明名称；多余的删去",
        {"table": "公开06表", "found": "C40（14206）"},
    ),
    FindingCode(
        "wrong_name", STRUCTURE, (Severity.VERIFY,),
        "{table}科目 {code} 的名称应为“{expected}”，现为“{found}”，是另一个科目的名称",
        "核对科目代码、名称和金额是否错行，按表样改回",
        {"table": "公开06表", "code": "30101", "expected": "基本工资", "found": "津贴补贴"},
    ),
    FindingCode(
        "other_name", STRUCTURE, (Severity.NOTE,),
        "{table}科目 {code} 写作“{found}”，表样上是“{expected}”",
        "按表样改回名称；代码填错的，改正代码",
        {"table": "公开06表", "code": "30101", "found": "基本工资（含）", "expected": "基本工资"},
    ),
    FindingCode(
        "number_twice", STRUCTURE, (Severity.NOTE,),
        "{found}都印着编号“{number}”，已按标题核对",
        "改正写错的编号",
        {"found": "“支出决算表”和“收入决算表”", "number": "公开03表"},
    ),
    FindingCode(
        "title_differs", STRUCTURE, (Severity.NOTE,),
        "工作表“{sheet}”里的标题是“{name}”，工作表名或编号却是{other}，已按标题核对",
        "改正标题、工作表名或编号中写错的那一个",
        {"sheet": "公开03", "name": "支出决算表", "other": "“收入决算表”"},
    ),
    FindingCode(
        "moved_row", STRUCTURE, (Severity.NOTE,),
        "{table}“{found}”的位置与表样不同，已按项目名称核对",
        "按表样的次序排列",
        {"table": "公开01表", "found": "二、外交支出"},
    ),
    FindingCode(
        "extra_column", STRUCTURE, (Severity.NOTE,),
        "{table}多出表样没有的栏，没有参加核对：{found}",
        "删去多出的栏，或移到表的右边",
        {"table": "公开05表", "found": "F 栏“上年决算数”"},
    ),
    FindingCode(
        "hidden_sheet", STRUCTURE, (Severity.VERIFY,),
        "{table}在隐藏的工作表“{sheet}”里，打开看不见，已照常核对",
        "取消隐藏这张工作表；不用的表删去",
        {"table": "公开03表", "sheet": "公开03 支出决算表"},
    ),
    FindingCode(
        "hidden_cells", STRUCTURE, (Severity.VERIFY,),
        "{table}有填了数的行或列是隐藏的，看不见却计入了核对：{found}",
        "取消隐藏；不该有的数删去",
        {"table": "公开03表", "found": "第 9 行、E 列"},
    ),
    FindingCode(
        "covered_figure", STRUCTURE, (Severity.VERIFY,),
        "{table}有金额被合并的单元格盖住，打开看不见，没有计入核对：{found}",
        "取消合并，每一格分别填列；不该有的数删去",
        {"table": "公开03表", "found": "E12:E13 合并成一格，显示 E12 的 108.54，盖住了 E13 的 37.39"},
    ),
    FindingCode(
        "merged_figures", STRUCTURE, (Severity.VERIFY,),
        "{table}有几格金额合并成了一格，分不清各是多少，与它们有关的关系无法核对：{found}",
        "取消合并，每一格分别填列",
        {"table": "公开03表", "found": "D9:D10"},
    ),
    FindingCode(
        "shared_sheet", STRUCTURE, (Severity.NOTE,),
        "工作表“{sheet}”里有 {count} 张表（{found}），已分开核对",
        "可以不改；按表样一张表放一张工作表更清楚",
        {"sheet": "Sheet1", "count": "2", "found": "公开01表、公开02表"},
    ),
    FindingCode(
        "form_unsure", STRUCTURE, (Severity.NOTE,),
        "各表与“{form}”和“{other}”都对得上，已按前者核对；如是后者，还缺少{found}（用 --set {id} 指定）",
        "确认用的是哪一套表样",
        {"form": "部门决算公开表（全国九张表，公开01—公开09）", "other": "山西省2023年度部门决算公开表（公开01—公开10）", "found": "公开10表（部门决算公开相关信息统计表）", "id": "shanxi-2023"},
    ),
    FindingCode(
        "ambiguous_row", STRUCTURE, (Severity.VERIFY,),
        "{table}有几行都像“{expected}”，分不清是哪一行",
        "按表样恢复项目名称，一个项目只留一行",
        {"table": "公开01表", "expected": "总计"},
    ),
    FindingCode(
        "broken_code", STRUCTURE, (Severity.ERROR,),
        "{table} {cell}的科目代码成了“{found}”，原来的数字已经丢失，这一行没有参加核对",
        "把单元格格式改为文本或数值（不带小数），重新填写完整的科目代码",
        {"table": "公开03表", "cell": "A9", "found": "2.08E+06"},
    ),
    FindingCode(
        "code_format", STRUCTURE, (Severity.VERIFY,),
        "{table}有科目代码用了日期或其他格式，显示的不是代码：{found}",
        "把科目代码一列的格式改为文本或数值（不带小数）",
        {"table": "公开03表", "found": "A9 显示“2080-50-5”"},
    ),
    FindingCode(
        "older_year", STRUCTURE, (Severity.NOTE,),
        "工作簿是 {year} 年度的，表样是 {form} 年度的，表样可能不同",
        "确认用的是哪一年的表样",
        {"year": "2019", "form": "2023"},
    ),
)  # fmt: skip
