"""The kinds of findings on what stands in a cell, and on 元 under 万元, one block each: as ``codes.py``, which has them all."""

from __future__ import annotations

from xlcheck.form import Severity
from xlcheck.report.findingcode import SCALE, VALUE, FindingCode

CELL_BLOCKS = (
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
        "other_currency", SCALE, (Severity.VERIFY, Severity.NOTE),
        "各表的金额单位写作“{unit}”，公开表样用“{usual}”（换算要{how}）",
        "本地表样就用这个单位的不用改；表样用{usual}、金额按{unit}填列的，{how}、保留两位小数后再填；只是写错单位的，改正单位",
        {"unit": "元", "usual": "万元", "how": "除以 10000"},
    ),
)  # fmt: skip
