"""The kinds of findings of the rules of a template, and beside other years and earlier versions, one block each: as ``codes.py``, which has them all."""

from __future__ import annotations

from xlcheck.form import Severity
from xlcheck.report.findingcode import CONTINUITY, RULE, FindingCode

RULE_BLOCKS = (
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
