"""The kinds of findings on score sheets (项目支出绩效自评表), one block each: as ``codes.py``, which has them all."""

from __future__ import annotations

from xlcheck.form import Severity
from xlcheck.report.findingcode import PERFORMANCE, RULE, FindingCode

_ANY = (Severity.ERROR, Severity.VERIFY, Severity.NOTE)
_VERIFY = (Severity.VERIFY,)

SHEET_BLOCKS = (
    # --- the form as a whole ---------------------------------------------------------------------------------
    FindingCode(
        "sheet_unfilled", PERFORMANCE, _VERIFY,
        "{table}（工作表“{sheet}”）没有填：预算数、执行数、完成值、得分都空着，公开的是空白表样",
        "填好再公开；没有绩效自评项目的，删去空表，写明没有项目",
        {"table": "自评表“第 1 份”", "sheet": "项目支出绩效自评表"},
    ),
    FindingCode(
        "sheet_unread", PERFORMANCE, _VERIFY,
        "工作表“{sheet}”的标题是绩效自评表，但没有认出指标、完成值和得分的栏，没有核对",
        "按表样恢复表头（三级指标、年度指标值、实际完成值、分值、得分）",
        {"sheet": "自评表3"},
    ),
    FindingCode(
        "sheet_parts", PERFORMANCE, (Severity.NOTE,),
        "{table}没有找到{found}，与它有关的关系没有核对",
        "表上有的，按表样恢复名称；表样没有的，不必改",
        {"table": "自评表“取暖费”", "found": "总分一行"},
    ),
    FindingCode(
        "sheet_no_number", PERFORMANCE, _VERIFY,
        "{table} {cell}（{label}）应填数字，填的是文字“{text}”，与它有关的关系没有核对",
        "改填数字；没有的留空",
        {"table": "自评表“取暖费”", "cell": "K12", "label": "取暖费发放准确率 · 得分", "text": "满分"},
    ),
    # --- its rules ---------------------------------------------------------------------------------------------
    FindingCode(
        "score_formula", RULE, _ANY,
        "{where}（{label}）为 {value}，按{how}，相差 {difference} {unit}",
        "",
        {
            "where": "自评表“结算费用” G6", "label": "年度资金总额 · 执行率", "value": "86.19",
            "how": "“全年执行数 215457.6 ÷ 全年预算数 250000.00 × 100”应为 86.18", "difference": "0.01", "unit": "%",
        },
    ),
    FindingCode(
        "score_limit", RULE, _ANY,
        "{where}（{label}）为 {value}，{op} {number}",
        "",
        {"where": "自评表“取暖费” J12", "label": "取暖费发放准确率 · 得分", "value": "12", "op": "不应大于", "number": "10"},
    ),
    FindingCode(
        "score_weights", RULE, _ANY,
        "{table}的分值合计 {number}（{how}），应为 {found}，相差 {difference} 分",
        "",
        {"table": "自评表“取暖费”", "number": "120", "how": "分值 10 + 各指标分值之和 110", "found": "100", "difference": "20.00"},
    ),
    FindingCode(
        "score_grade", RULE, _ANY,
        "{where}的等级为“{value}”，总分 {number} 分，应为“{found}”",
        "",
        {"where": "自评表“取暖费” K19", "value": "优", "number": "85.43", "found": "良"},
    ),
    FindingCode(
        "score_test", RULE, _ANY,
        "{where}（{label}）{claim}，现为“{value}”",
        "",
        {"where": "自评表“取暖费” H12", "label": "取暖费发放准确率 · 完成值", "claim": "得了满分，实际完成值却空着", "value": "空"},
    ),
    FindingCode(
        "score_tests", RULE, _ANY,
        "{table}有 {count} 处{claim}：{found}",
        "",
        {"table": "自评表“取暖费”", "count": "6", "claim": "得了满分，实际完成值却空着", "found": "H12（发放人数）、H13（发放准确率） 等"},
    ),
    # --- its texts ---------------------------------------------------------------------------------------------
    FindingCode(
        "sheet_equation", PERFORMANCE, (Severity.ERROR,),
        "{where}里的算式“{text}”不对：{found}应为 {number}",
        "核对算式里的各个数，改正算错或写错的一个",
        {"where": "自评表“取暖费” C21", "text": "297人×3,360元=997,290元", "found": "997,290元", "number": "997,920元"},
    ),
    FindingCode(
        "sheet_rate", PERFORMANCE, _VERIFY,
        "{where}写“{text}”，与表里的执行率不符：写的是 {found}，表里是 {number}",
        "核对执行率；表里无误的，改正文字",
        {"where": "自评表“取暖费” C21", "text": "完成全年预算的92.49%", "found": "92.49%", "number": "94.29%"},
    ),
    FindingCode(
        "sheet_amount", PERFORMANCE, _VERIFY,
        "{where}写“{text}”，与表里的全年执行数不符：写的是 {found}，表里是 {number}",
        "核对金额；表里无误的，改正文字",
        {"where": "自评表“取暖费” C21", "text": "共发放企业退休人员取暖费979920元，完成全年预算", "found": "979920元", "number": "99.792万元"},
    ),
    FindingCode(
        "sheet_product", PERFORMANCE, _VERIFY,
        "{where}写的人数、标准和金额对不上：{text}，应为 {number}，写的是 {found}",
        "核对人数、标准和金额，改正写错的一个；不是每人全额发放的，写明",
        {"where": "自评表“取暖费” C21", "text": "297人、3360元/人", "found": "979920元", "number": "997920元"},
    ),
    # --- what ties it to the tables, and to other forms ----------------------------------------------------------
    FindingCode(
        "sheets_over_projects", PERFORMANCE, _VERIFY,
        "{count} 份自评表的全年执行数合计 {found} {unit}，大于{table}的项目支出 {number} {unit}",
        "核对各自评表的执行数和金额单位；含有不由本单位列支的项目的，写明",
        {"count": "3", "found": "382.807", "unit": "万元", "table": "公开03表", "number": "207.04"},
    ),
    FindingCode(
        "sheet_other_unit", PERFORMANCE, _VERIFY,
        "{table}的单位是“{found}”，工作簿是“{unit}”的",
        "核对是不是放错了自评表；单位改了名称的，写成现在的名称",
        {"table": "自评表“取暖费”", "found": "某区医疗保险中心", "unit": "某区社会保险中心"},
    ),
    FindingCode(
        "sheet_other_year", PERFORMANCE, _VERIFY,
        "{table}写的是 {found} 年度，工作簿是 {year} 年度的",
        "核对年度；放错了年度的，换成本年度的自评表",
        {"table": "自评表“取暖费”", "found": "2022", "year": "2023"},
    ),
    FindingCode(
        "sheet_twice", PERFORMANCE, _VERIFY,
        "项目“{name}”有 {count} 份自评表（工作表“{sheets}”）{hint}",
        "同一个项目只留一份；不是同一个项目的，改正项目名称",
        {"name": "取暖费", "count": "2", "sheets": "自评表1”“自评表3", "hint": "，金额也都相同"},
    ),
    FindingCode(
        "sheet_in_files", PERFORMANCE, _VERIFY,
        "项目“{name}”的自评表在两个文件里不一样：{found}",
        "核对哪一个是对的，改正另一个；只报一份的，另一份不用再报",
        {"name": "取暖费", "found": "全年执行数 工作簿（工作表“自评表1”H7）是 99.79万元，“自评表.docx”里是 97.99万元"},
    ),
    FindingCode(
        "sheet_told", PERFORMANCE, _VERIFY,
        "{other}写项目“{name}”的{label}是 {found}，自评表（{sheet}）里是 {number}",
        "核对哪一个是对的，改正写错的一个",
        {"other": "文字说明.docx", "name": "取暖费", "label": "全年执行数", "found": "97.99万元", "sheet": "工作表“自评表1”H7", "number": "99.79万元"},
    ),
)  # fmt: skip
