"""Every kind of finding, one block each: code, category, severities, the sentence, what to do, an example.

This is the only place where a kind of finding is declared. ``docs/findings.md`` is made of it; a test holds it against
the source: no code without a block, no block that nothing says.
"""

from __future__ import annotations

from collections.abc import Mapping

from xlcheck.form import Severity
from xlcheck.report.findingcode import CONTINUITY, RULE, SCALE, STRUCTURE, VALUE, FindingCode
from xlcheck.report.sheetcodes import SHEET_BLOCKS
from xlcheck.report.textcodes import TEXT_BLOCKS

_BLOCKS = (
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
    # --- what stands in a cell -------------------------------------------------------------------------------
    FindingCode(
        "no_count", VALUE, (Severity.ERROR,),
        "{table} {cell}（{label}）应填不小于 0 的整数，现为 {text}",
        "改填整数；没有的留空",
        {"table": "公开09表", "cell": "C20", "label": "公务用车保有量", "text": "2.5"},
    ),
    FindingCode(
        "many_text_cell", VALUE, (Severity.ERROR,),
        "{table}有 {count} 格应填数字，填的是文字：{found}",
        "改填数字；没有金额的留空",
        {"table": "公开01表", "count": "4", "found": "C7（一般公共预算财政拨款收入）“无”、C33（本年收入合计）“无” 等"},
    ),
    FindingCode(
        "many_error_value", VALUE, (Severity.ERROR,),
        "{table}有 {count} 格是错误值：{found}",
        "检查公式，改正引用，或直接填数字",
        {"table": "公开03表", "count": "4", "found": "D9“#REF!”、D10“#REF!”、D11“#REF!”、D12“#REF!”"},
    ),
    FindingCode(
        "many_no_cache", VALUE, (Severity.ERROR,),
        "{table}有 {count} 格是公式，但没有保存计算结果：{found}",
        "用 Excel/WPS 打开，重新计算并保存后再发送",
        {"table": "公开03表", "count": "4", "found": "D9、D10、D11、D12"},
    ),
    FindingCode(
        "many_boolean_cell", VALUE, (Severity.ERROR,),
        "{table}有 {count} 格应填数字，填的是逻辑值：{found}",
        "改填数字；没有金额的留空",
        {"table": "公开03表", "count": "4", "found": "D9、D10、D11、D12"},
    ),
    FindingCode(
        "many_date_cell", VALUE, (Severity.ERROR,),
        "{table}有 {count} 格应填数字，填的是日期：{found}",
        "把单元格格式改为数值，重新填写",
        {"table": "公开03表", "count": "4", "found": "D9、D10、D11、D12"},
    ),
    FindingCode(
        "many_text_number", VALUE, (Severity.VERIFY,),
        "{table}有 {count} 格是文本格式的数字，已按数核对，但表内公式不会计入它们：{found}",
        "选中这些单元格，用“转换为数字”；或改为数值格式后重新录入",
        {"table": "公开03表", "count": "3", "found": "E7（合计 · 本年支出合计）“567.18”、F7（合计 · 基本支出）“360.14”、G7（合计 · 项目支出）“207.04”"},
    ),
    FindingCode(
        "text_cell", VALUE, (Severity.ERROR,),
        "{table} {cell}（{label}）应填数字，填的是文字“{text}”",
        "改填数字；没有金额的留空",
        {"table": "公开03表", "cell": "G15", "label": "2080599 · 项目支出", "text": "见附注"},
    ),
    FindingCode(
        "error_value", VALUE, (Severity.ERROR,),
        "{table} {cell}（{label}）是错误值 {text}",
        "检查公式，改正引用，或直接填数字",
        {"table": "公开01表", "cell": "C7", "label": "一般公共预算财政拨款收入", "text": "#REF!"},
    ),
    FindingCode(
        "no_cache", VALUE, (Severity.ERROR,),
        "{table} {cell}（{label}）是公式，但没有保存计算结果",
        "用 Excel/WPS 打开，重新计算并保存后再发送",
        {"table": "公开03表", "cell": "D9", "label": "2080505 · 基本支出"},
    ),
    FindingCode(
        "boolean_cell", VALUE, (Severity.ERROR,),
        "{table} {cell}（{label}）应填数字，填的是逻辑值",
        "改填数字；没有金额的留空",
        {"table": "公开03表", "cell": "D9", "label": "2080505 · 基本支出"},
    ),
    FindingCode(
        "date_cell", VALUE, (Severity.ERROR,),
        "{table} {cell}（{label}）应填数字，填的是日期",
        "把单元格格式改为数值，重新填写",
        {"table": "公开03表", "cell": "D9", "label": "2080505 · 基本支出"},
    ),
    FindingCode(
        "text_number", VALUE, (Severity.VERIFY,),
        "{table} {cell}（{label}）的“{text}”是文本格式的数字，已按 {number} 核对，但表内公式不会计入它",
        "选中单元格，改为数值格式后重新录入（或用“转换为数字”）",
        {"table": "公开02表", "cell": "E13", "label": "2080505 · 本年收入合计", "text": "37.39", "number": "37.39"},
    ),
    FindingCode(
        "scaled", VALUE, (Severity.VERIFY,),
        "{table}有单元格用数字格式改变了显示的数：{found}",
        "直接填万元数，数字格式改为 0.00",
        {"table": "公开03表", "found": "D9（2080505 · 基本支出）存的是 373900，显示 37.39"},
    ),
    FindingCode(
        "date_format", VALUE, (Severity.VERIFY,),
        "{table}有金额用了日期格式，显示的不是数：{found}",
        "把单元格格式改为数值，保留两位小数",
        {"table": "公开03表", "found": "D9（2080505 · 基本支出）"},
    ),
    FindingCode(
        "invisible", VALUE, (Severity.VERIFY,),
        "{table}有金额用了不显示的数字格式，打开看不见：{found}",
        "把数字格式改为 0.00；不该有的数删去",
        {"table": "公开03表", "found": "D9（2080505 · 基本支出）37.39"},
    ),
    FindingCode(
        "more_digits", VALUE, (Severity.NOTE,),
        "{table}有单元格存的小数位数比表样多，只显示两位：{found}",
        "用 ROUND(…,2) 或直接填两位小数，使存的数与印出的一致",
        {"table": "公开03表", "found": "D9（2080505 · 基本支出）存的是 37.386"},
    ),
    FindingCode(
        "fewer_digits", VALUE, (Severity.NOTE,),
        "{table}有单元格显示的小数位数比存的少，已按显示的数核对：{found}",
        "把数字格式改为 0.00，两位小数都显示出来",
        {"table": "公开03表", "found": "D9（2080505 · 基本支出）存的是 37.386，显示 37.4"},
    ),
    FindingCode(
        "finer_digits", VALUE, (Severity.NOTE,),
        "{table}有单元格显示的小数位数比表样多，已按显示的数核对：{found}",
        "用 ROUND(…,2) 或直接填两位小数，数字格式改为 0.00",
        {"table": "公开03表", "found": "D9（2080505 · 基本支出）显示 37.386"},
    ),
    FindingCode(
        "unclear", VALUE, (Severity.VERIFY,),
        "{table}有金额的数字格式带着别的数字或符号，看不出是多少，与它有关的关系无法核对：{found}",
        "把数字格式改为 0.00，去掉格式里的数字和符号",
        {"table": "公开03表", "found": "D9（2080505 · 基本支出）显示“37.39元整”"},
    ),
    FindingCode(
        "float_noise", VALUE, (Severity.NOTE,),
        "{table}有单元格带着计算留下的多余尾数，不影响核对：{found}",
        "可以不改；要去掉，用 ROUND(…,2)",
        {"table": "公开03表", "found": "D9（2080505 · 基本支出）37.390000000000001"},
    ),
    FindingCode(
        "stale_cache", VALUE, (Severity.VERIFY,),
        "{table}有公式没有重新计算，保存的结果与现有数字不符：{found}；已按保存的结果核对",
        "在 Excel/WPS 中把计算选项设为自动，按 F9 重新计算，保存后再发送",
        {"table": "公开03表", "found": "C7（合计）存的是 567.18，现为 560.18"},
    ),
    FindingCode(
        "recalculated", VALUE, (Severity.VERIFY,),
        "{table}有公式保存的结果是旧的，用 Excel/WPS 打开时会重新计算：{found}；已按重算的数核对",
        "在 Excel/WPS 中打开，确认重算的数，保存后再发送",
        {"table": "公开01表", "found": "C7（一般公共预算财政拨款收入）存的是 999.18，重算为 0"},
    ),
    FindingCode(
        "unjudged_formula", VALUE, (Severity.VERIFY,),
        "{table}有公式在打开文件时会重新计算，但本程序算不出它的结果：{found}；已按保存的数核对",
        "在 Excel/WPS 中打开，看重新计算后的数对不对，保存后再发送",
        {"table": "公开03表", "found": "E8（208 · 本年支出合计）存的是 0"},
    ),
    FindingCode(
        "header_word", VALUE, (Severity.NOTE,),
        "{table}合计行的 {cells} 印的是表头文字，没有印合计数，与它有关的关系无法核对",
        "在合计行填上合计数；没有金额的留空",
        {"table": "公开07表", "cells": "G6、H6、I6"},
    ),
    # --- 元 under 万元 ------------------------------------------------------------------------------------------
    FindingCode(
        "table_in_yuan", SCALE, (Severity.ERROR,),
        "{table}像是整张按元填列的：表内加得对，但与其他表的 {count} 条关系都差一万倍",
        "把整张表的金额除以 10000，保留两位小数；确是按元公开的，改正金额单位",
        {"table": "公开02表", "count": "3"},
    ),
    FindingCode(
        "column_in_yuan", SCALE, (Severity.ERROR,),
        "{table}“{column}”一栏像是按元填列的：与其他栏、其他表的 {count} 条关系都差一万倍",
        "把这一栏的金额除以 10000，保留两位小数",
        {"table": "公开03表", "column": "项目支出", "count": "4"},
    ),
    FindingCode(
        "cell_in_yuan", SCALE, (Severity.ERROR,),
        "{where}（{label}）填列 {value}，像是按元填列的，应为 {expected} 万元：与它有关的 {count} 条关系都差一万倍",
        "除以 10000，保留两位小数",
        {"where": "公开03表 F6", "label": "合计 · 基本支出", "value": "1055800.33", "expected": "105.58", "count": "2"},
    ),
    FindingCode(
        "row_in_yuan", SCALE, (Severity.ERROR,),
        "{table}“{label}”这一行像是按元填列的：与它有关的 {count} 条关系都差一万倍",
        "这一行的金额都除以 10000，保留两位小数",
        {"table": "公开08表", "label": "合计", "count": "5"},
    ),
    FindingCode(
        "workbook_in_yuan", SCALE, (Severity.VERIFY,),
        "整份工作簿像是按元填列的：{table}经济科目的中位数是 {usual} 万元，大得不合常理",
        "确认金额单位；按元填列的，全部除以 10000、保留两位小数后再填",
        {"table": "公开06表", "usual": "11,670.54"},
    ),
    FindingCode(
        "other_currency", SCALE, (Severity.VERIFY,),
        "各表的金额单位写作“{unit}”，公开表样用“{usual}”",
        "金额按元填列的，除以 10000、保留两位小数后再填；只是写错单位的，改正单位",
        {"unit": "元", "usual": "万元"},
    ),
    # --- rules of the template -------------------------------------------------------------------------------
    FindingCode(
        "unlisted", RULE, (Severity.ERROR, Severity.VERIFY, Severity.NOTE),
        "规则“{title}”另有 {count} 处不成立，没有逐条列出（只列出 {listed} 处），多半是同一个原因",
        "先改好已列出的，再检查一次",
        {"title": "支出＝基本＋项目＋…", "count": "1200", "listed": "300"},
    ),
    FindingCode(
        "should_be_blank", RULE, (Severity.ERROR, Severity.VERIFY, Severity.NOTE),
        "{where}（{label}）不应填列金额，现为 {value}",
        "",
        {"where": "公开07表 C8", "label": "合计 · 本年收入", "value": "12.00"},
    ),
    FindingCode(
        "table_not_empty", RULE, (Severity.ERROR, Severity.VERIFY, Severity.NOTE),
        "{table}应当为空，但 {where} 填有 {value}",
        "",
        {"table": "公开08表", "where": "公开08表 C8", "value": "12.00"},
    ),
    FindingCode(
        "no_statement", RULE, (Severity.ERROR, Severity.VERIFY, Severity.NOTE),
        "{table}没有数据，表下也没有“本表无数据”的说明",
        "",
        {"table": "公开09表"},
    ),
    FindingCode(
        "doubled_code", RULE, (Severity.ERROR, Severity.VERIFY, Severity.NOTE),
        "{table}科目代码 {code} 出现了 {count} 次",
        "",
        {"table": "公开03表", "code": "2080505", "count": "2"},
    ),
    FindingCode(
        "missing_parent", RULE, (Severity.ERROR, Severity.VERIFY, Severity.NOTE),
        "{table}有科目 {code}，但缺少它的上级科目 {missing}",
        "",
        {"table": "公开03表", "code": "2080505", "missing": "20805"},
    ),
    FindingCode(
        "code_length", RULE, (Severity.ERROR, Severity.VERIFY, Severity.NOTE),
        "{table}科目代码“{code}”的位数不对，应为 {lengths} 位",
        "",
        {"table": "公开03表", "code": "20805051", "lengths": "3、5、7"},
    ),
    FindingCode(
        "code_order", RULE, (Severity.ERROR, Severity.VERIFY, Severity.NOTE),
        "{table}科目 {code} 排在 {before} 之后，次序不对",
        "",
        {"table": "公开03表", "code": "20805", "before": "2080505"},
    ),
    FindingCode(
        "fact_differs", RULE, (Severity.ERROR, Severity.VERIFY, Severity.NOTE),
        "{places}的{fact}写作“{value}”，其他表是“{usual}”",
        "",
        {"places": "公开03表", "fact": "年度", "value": "2022", "usual": "2023"},
    ),
    FindingCode(
        "listed_name", RULE, (Severity.ERROR, Severity.VERIFY, Severity.NOTE),
        "{places}科目 {code} 写作“{found}”，科目表上是“{expected}”{hint}（科目表不全，供参考）",
        "",
        {"places": "公开02表", "code": "2080505", "found": "机关事业单位基本养老保险", "expected": "机关事业单位基本养老保险缴费支出", "hint": ""},
    ),
    FindingCode(
        "old_name", RULE, (Severity.ERROR, Severity.VERIFY, Severity.NOTE),
        "{places}科目 {code} 写作“{found}”，是旧名称，现在叫“{expected}”",
        "",
        {"places": "公开02表、公开03表、公开05表", "code": "20805", "found": "行政事业单位离退休", "expected": "行政事业单位养老支出"},
    ),
    FindingCode(
        "code_names", RULE, (Severity.ERROR, Severity.VERIFY, Severity.NOTE),
        "科目 {code} 的名称不一致：{said}",
        "",
        {"code": "2080505", "said": "公开02表 写作“机关事业单位基本养老保险”；公开03表 写作“机关事业单位基本养老保险缴费支出”"},
    ),
    FindingCode(
        "all_blank", RULE, (Severity.ERROR, Severity.VERIFY, Severity.NOTE),
        "应当填列的单元格全部为空",
        "",
        {},
    ),
    FindingCode(
        "claim", RULE, (Severity.ERROR, Severity.VERIFY, Severity.NOTE),
        "不符合规则“{title}”",
        "",
        {"title": "基金表没有数据时写明"},
    ),
    FindingCode(
        "tail", RULE, (Severity.NOTE,),
        "{tables}有 {count} 处尾差，最大相差 {difference} {unit}：是取整习惯造成的，不必修改",
        "不必修改；如果要消除，改为由元逐格换算后四舍五入",
        {"tables": "公开01表、公开03表", "count": "1", "difference": "0.01", "unit": "万元"},
    ),
    FindingCode(
        "relation", RULE, (Severity.ERROR, Severity.VERIFY, Severity.NOTE),
        "{where}（{label}）为 {value}，{op} {expected}，即 {parts}，相差 {difference} {unit}",
        "",
        {"where": "公开03表 D8", "label": "20805 · 基本支出", "value": "308.23", "op": "应等于", "expected": "380.23", "parts": "公开03表 D9 37.39 + D10 342.84", "difference": "-72.00", "unit": "万元"},
    ),
    FindingCode(
        "blank_total", RULE, (Severity.ERROR, Severity.VERIFY, Severity.NOTE),
        "{where}（{label}）没有填，应为 {expected}，即 {parts}",
        "",
        {"where": "公开03表 C7", "label": "合计 · 本年支出合计", "expected": "567.18", "parts": "公开03表 C8 467.92 + C15 99.26"},
    ),
    # --- other years and earlier versions --------------------------------------------------------------------
    FindingCode(
        "other_previous", CONTINUITY, (Severity.NOTE,),
        "给出的上次工作簿是“{unit}”{year} 年度的（表样 {form}），不是本单位本年度的，没有与它比较",
        "给出本单位本年度上次的工作簿或报告",
        {"unit": "某某局", "year": "2023", "form": "shanxi-2023"},
    ),
    FindingCode(
        "other_last_year", CONTINUITY, (Severity.VERIFY,),
        "给出的上年工作簿是“{unit}”{year} 年度的，不是本单位上一年度的",
        "给出本单位上一年度的工作簿",
        {"unit": "某某局", "year": "2021"},
    ),
)  # fmt: skip

CODES: Mapping[str, FindingCode] = {block.code: block for block in (*_BLOCKS, *TEXT_BLOCKS, *SHEET_BLOCKS)}
