"""The words a user reads: one sentence a finding, and how to mend it. In plain Chinese."""

from __future__ import annotations

from collections.abc import Sequence

from xlcheck.form import SetSpec, titled
from xlcheck.model import CellRef, Finding

_MOST_PARTS = 6

_SENTENCES = {
    "missing_table_unsure": "没有认出{table}“{name}”；工作表“{sheets}”没有认出是什么表，可能就是它",
    "form_unknown": "表样未知（{nearest}），认出 {count} 张表，按全国通用的规则核对；没有要求各地特有的表和行",
    "likely_binding": "{table}有与表样写法不同的栏或行，按位置和数字认出：{found}",
    "doubtful_binding": "{table}有的栏或行拿不准是什么，没有参加核对：{found}",
    "absent_columns": "{table}没有找到{found}栏，与它有关的关系没有核对",
    "open_columns": "{table}有填了数的栏认不出是什么，没有参加核对：{found}",
    "open_rows": "{table}有填了数的行认不出是什么，没有参加核对：{found}",
    "part_not_read": "{table}“{name}”接在工作表“{sheet}”的部分没有读出来，这张表没有核对",
    "not_read": "{table}“{name}”（工作表“{sheet}”）读不出来，没有核对：{found}",
    "sangong_units": "{table}“{name}”（工作表“{sheet}”）一行一个单位（{count} 行），与表样不同，又没有合计行，没有核对",
    "picture": "{table}（工作表“{sheet}”）是图片，没有可以读的数字，没有核对",
    "missing_rows": "{table}没有印全：缺少{expected}，这套表样要求每一行都印出来",
    "bad_year": "{table} {cell}“{text}”像是年度，但不是正确的年份",
    "other_year": "{table} {cell}“{text}”与表名或上方所写的年度不同",
    "no_title": "工作表“{sheet}”没有表名，按表头和项目认作“{name}”",
    "other_title": "工作表“{sheet}”的标题“{title}”没有见过，按表头、项目和数字认作“{name}”",
    "title_headings": "工作表“{sheet}”的标题写作“{other}”，栏目却是“{name}”的，已按栏目核对",
    "unread_rows": "工作表“{sheet}”有 {count} 行科目和金额，没有表名，不知道属于哪张表，没有核对",
    "unknown_table": "有不认识的表，没有核对：{found}",
    "missing_table": "缺少{table}“{name}”，与它有关的关系都无法核对",
    "doubled_table": "{table}“{name}”有几张工作表（“{sheets}”），分不清以哪张为准",
    "unread_figure": "{table} {found}填有金额，但不在表样的格子里，没有参加核对",
    "wrong_name": "{table}科目 {code} 的名称应为“{expected}”，现为“{found}”，是另一个科目的名称",
    "other_name": "{table}科目 {code} 写作“{found}”，表样上是“{expected}”",
    "no_count": "{table} {cell}（{label}）应填不小于 0 的整数，现为 {text}",
    "number_twice": "{found}都印着编号“{number}”，已按标题核对",
    "title_differs": "工作表“{sheet}”里的标题是“{name}”，工作表名或编号却是{other}，已按标题核对",
    "many_text_cell": "{table}有 {count} 格应填数字，填的是文字：{found}",
    "many_error_value": "{table}有 {count} 格是错误值：{found}",
    "many_no_cache": "{table}有 {count} 格是公式，但没有保存计算结果：{found}",
    "many_boolean_cell": "{table}有 {count} 格应填数字，填的是逻辑值：{found}",
    "many_date_cell": "{table}有 {count} 格应填数字，填的是日期：{found}",
    "many_text_number": "{table}有 {count} 格是文本格式的数字，已按数核对，但表内公式不会计入它们：{found}",
    "moved_row": "{table}“{found}”的位置与表样不同，已按项目名称核对",
    "extra_column": "{table}多出表样没有的栏，没有参加核对：{found}",
    "hidden_sheet": "{table}在隐藏的工作表“{sheet}”里，打开看不见，已照常核对",
    "hidden_cells": "{table}有填了数的行或列是隐藏的，看不见却计入了核对：{found}",
    "covered_figure": "{table}有金额被合并的单元格盖住，打开看不见，没有计入核对：{found}",
    "merged_figures": "{table}有几格金额合并成了一格，分不清各是多少，与它们有关的关系无法核对：{found}",
    "shared_sheet": "工作表“{sheet}”里有 {count} 张表（{found}），已分开核对",
    "form_unsure": "各表与“{form}”和“{other}”都对得上，已按前者核对；如是后者，还缺少{found}（用 --set {id} 指定）",
    "ambiguous_row": "{table}有几行都像“{expected}”，分不清是哪一行",
    "text_cell": "{table} {cell}（{label}）应填数字，填的是文字“{text}”",
    "error_value": "{table} {cell}（{label}）是错误值 {text}",
    "no_cache": "{table} {cell}（{label}）是公式，但没有保存计算结果",
    "boolean_cell": "{table} {cell}（{label}）应填数字，填的是逻辑值",
    "date_cell": "{table} {cell}（{label}）应填数字，填的是日期",
    "text_number": "{table} {cell}（{label}）的“{text}”是文本格式的数字，已按 {number} 核对，但表内公式不会计入它",
    "scaled": "{table}有单元格用数字格式改变了显示的数：{found}",
    "date_format": "{table}有金额用了日期格式，显示的不是数：{found}",
    "invisible": "{table}有金额用了不显示的数字格式，打开看不见：{found}",
    "more_digits": "{table}有单元格存的小数位数比表样多，只显示两位：{found}",
    "fewer_digits": "{table}有单元格显示的小数位数比存的少，已按显示的数核对：{found}",
    "finer_digits": "{table}有单元格显示的小数位数比表样多，已按显示的数核对：{found}",
    "unclear": "{table}有金额的数字格式带着别的数字或符号，看不出是多少，与它有关的关系无法核对：{found}",
    "float_noise": "{table}有单元格带着计算留下的多余尾数，不影响核对：{found}",
    "stale_cache": "{table}有公式没有重新计算，保存的结果与现有数字不符：{found}；已按保存的结果核对",
    "recalculated": "{table}有公式保存的结果是旧的，用 Excel/WPS 打开时会重新计算：{found}；已按重算的数核对",
    "broken_code": "{table} {cell}的科目代码成了“{found}”，原来的数字已经丢失，这一行没有参加核对",
    "code_format": "{table}有科目代码用了日期或其他格式，显示的不是代码：{found}",
    "table_in_yuan": "{table}像是整张按元填列的：表内加得对，但与其他表的 {count} 条关系都差一万倍",
    "column_in_yuan": "{table}“{column}”一栏像是按元填列的：与其他栏、其他表的 {count} 条关系都差一万倍",
    "cell_in_yuan": "{where}（{label}）填列 {value}，像是按元填列的，应为 {expected} 万元：与它有关的 {count} 条关系都差一万倍",
    "row_in_yuan": "{table}“{label}”这一行像是按元填列的：与它有关的 {count} 条关系都差一万倍",
    "workbook_in_yuan": "整份工作簿像是按元填列的：{table}经济科目的中位数是 {usual} 万元，大得不合常理",
    "other_currency": "各表的金额单位写作“{unit}”，公开表样用“{usual}”",
    "older_year": "工作簿是 {year} 年度的，表样是 {form} 年度的，表样可能不同",
    "other_previous": "给出的上次工作簿是“{unit}”{year} 年度的（表样 {form}），不是本单位本年度的，没有与它比较",
    "unlisted": "规则“{title}”另有 {count} 处不成立，没有逐条列出（只列出 {listed} 处），多半是同一个原因",
    "other_last_year": "给出的上年工作簿是“{unit}”{year} 年度的，不是本单位上一年度的",
    "header_word": "{table}合计行的 {cells} 印的是表头文字，没有印合计数，与它有关的关系无法核对",
    "should_be_blank": "{where}（{label}）不应填列金额，现为 {value}",
    "table_not_empty": "{table}应当为空，但 {where} 填有 {value}",
    "no_statement": "{table}没有数据，表下也没有“本表无数据”的说明",
    "doubled_code": "{table}科目代码 {code} 出现了 {count} 次",
    "missing_parent": "{table}有科目 {code}，但缺少它的上级科目 {missing}",
    "code_length": "{table}科目代码“{code}”的位数不对，应为 {lengths} 位",
    "code_order": "{table}科目 {code} 排在 {before} 之后，次序不对",
    "fact_differs": "{places}的{fact}写作“{value}”，其他表是“{usual}”",
    "listed_name": "{places}科目 {code} 写作“{found}”，科目表上是“{expected}”{hint}（科目表不全，供参考）",
    "old_name": "{places}科目 {code} 写作“{found}”，是旧名称，现在叫“{expected}”",
    "code_names": "科目 {code} 的名称不一致：{said}",
    "all_blank": "应当填列的单元格全部为空",
    "claim": "不符合规则“{title}”",
    "tail": "{tables}有 {count} 处尾差，最大相差 {difference} {unit}：是取整习惯造成的，不必修改",
}

_MENDS = {
    "missing_table_unsure": "如果就是这张表，写上表名；如果没有这张表，补上",
    "form_unknown": "不必修改；如果有本地的表样，可用 --set 指明",
    "likely_binding": "认对了就不必改；认错的，按表样改回表头或项目名称",
    "doubtful_binding": "按表样改回表头或项目名称，或告诉我们它是哪一栏、哪一行",
    "absent_columns": "按表样补上这一栏；这套表本来没有的，不必改",
    "open_columns": "按表样改回表头；表样没有的栏可以不管",
    "open_rows": "按表样改回项目名称；表样没有的行，归并到相应的项目",
    "part_not_read": "接续的表也写上表头和科目代码",
    "not_read": "按表样恢复表头和科目代码",
    "sangong_units": "加一行合计，或按表样填成一行",
    "picture": "用 Excel 或 WPS 填列这张表，不要贴截图或扫描件",
    "missing_rows": "按表样补上这些行，没有金额的留空",
    "bad_year": "改成四位数的年度，如“2023年度”",
    "other_year": "核对年度，改正写错的一处",
    "no_title": "在表的上方写上表名",
    "other_title": "认对了就不必改；认错的，按表样改正标题",
    "title_headings": "改正标题或表头中写错的那一个",
    "unread_rows": "在这张工作表上方写上表名（接续的写“（续）”）和表头",
    "unknown_table": "不是决算公开表的可以不管；是的话，把表名写全",
    "missing_table": "补上这张工作表；如果已有，检查表内标题是否写对",
    "doubled_table": "删去多余的工作表，一张表只留一份",
    "unread_figure": "核对这些数：是表里项目的，移到它的格子里；是别的数，写明名称；多余的删去",
    "wrong_name": "核对科目代码、名称和金额是否错行，按表样改回",
    "other_name": "按表样改回名称；代码填错的，改正代码",
    "no_count": "改填整数；没有的留空",
    "number_twice": "改正写错的编号",
    "title_differs": "改正标题、工作表名或编号中写错的那一个",
    "many_text_cell": "改填数字；没有金额的留空",
    "many_error_value": "检查公式，改正引用，或直接填数字",
    "many_no_cache": "用 Excel/WPS 打开，重新计算并保存后再发送",
    "many_boolean_cell": "改填数字；没有金额的留空",
    "many_date_cell": "把单元格格式改为数值，重新填写",
    "many_text_number": "选中这些单元格，用“转换为数字”；或改为数值格式后重新录入",
    "moved_row": "按表样的次序排列",
    "extra_column": "删去多出的栏，或移到表的右边",
    "hidden_sheet": "取消隐藏这张工作表；不用的表删去",
    "hidden_cells": "取消隐藏；不该有的数删去",
    "covered_figure": "取消合并，每一格分别填列；不该有的数删去",
    "merged_figures": "取消合并，每一格分别填列",
    "shared_sheet": "可以不改；按表样一张表放一张工作表更清楚",
    "form_unsure": "确认用的是哪一套表样",
    "ambiguous_row": "按表样恢复项目名称，一个项目只留一行",
    "text_cell": "改填数字；没有金额的留空",
    "error_value": "检查公式，改正引用，或直接填数字",
    "no_cache": "用 Excel/WPS 打开，重新计算并保存后再发送",
    "boolean_cell": "改填数字；没有金额的留空",
    "date_cell": "把单元格格式改为数值，重新填写",
    "text_number": "选中单元格，改为数值格式后重新录入（或用“转换为数字”）",
    "header_word": "在合计行填上合计数；没有金额的留空",
    "scaled": "直接填万元数，数字格式改为 0.00",
    "date_format": "把单元格格式改为数值，保留两位小数",
    "invisible": "把数字格式改为 0.00；不该有的数删去",
    "more_digits": "用 ROUND(…,2) 或直接填两位小数，使存的数与印出的一致",
    "fewer_digits": "把数字格式改为 0.00，两位小数都显示出来",
    "finer_digits": "用 ROUND(…,2) 或直接填两位小数，数字格式改为 0.00",
    "unclear": "把数字格式改为 0.00，去掉格式里的数字和符号",
    "float_noise": "可以不改；要去掉，用 ROUND(…,2)",
    "stale_cache": "在 Excel/WPS 中把计算选项设为自动，按 F9 重新计算，保存后再发送",
    "recalculated": "在 Excel/WPS 中打开，确认重算的数，保存后再发送",
    "broken_code": "把单元格格式改为文本或数值（不带小数），重新填写完整的科目代码",
    "code_format": "把科目代码一列的格式改为文本或数值（不带小数）",
    "table_in_yuan": "把整张表的金额除以 10000，保留两位小数；确是按元公开的，改正金额单位",
    "column_in_yuan": "把这一栏的金额除以 10000，保留两位小数",
    "cell_in_yuan": "除以 10000，保留两位小数",
    "row_in_yuan": "这一行的金额都除以 10000，保留两位小数",
    "workbook_in_yuan": "确认金额单位；按元填列的，全部除以 10000、保留两位小数后再填",
    "other_currency": "金额按元填列的，除以 10000、保留两位小数后再填；只是写错单位的，改正单位",
    "older_year": "确认用的是哪一年的表样",
    "other_previous": "给出本单位本年度上次的工作簿或报告",
    "unlisted": "先改好已列出的，再检查一次",
    "other_last_year": "给出本单位上一年度的工作簿",
    "tail": "不必修改；如果要消除，改为由元逐格换算后四舍五入",
}


_LONGEST = 600


def message(finding: Finding, form: SetSpec) -> str:
    """One sentence: which cell, what it says, what it should say, by how much it is off."""
    if finding.what == "relation":
        return _relation(finding)
    if finding.what == "blank_total":
        return _blank_total(finding)
    first = finding.cells[0] if finding.cells else None
    rule = next((r for r in form.rules if r.id == finding.rule), None)
    blanks = {
        "cell": first.cell or "" if first else "",
        "value": first.value or "空" if first else "",
        "where": place(first) if first else "",
        "table": first.table if first else "",
        "places": "、".join(dict.fromkeys(titled(c.table) for c in finding.cells)),
        "title": rule.title if rule else "",
        "difference": (finding.difference or "").lstrip("-"),
        "unit": finding.unit or "",
        "expected": finding.expected or "",
        **finding.facts,
    }
    blanks = {k: v if len(v) <= _LONGEST else f"{v[:_LONGEST]}……" for k, v in blanks.items()}
    blanks["table"] = titled(blanks["table"])
    return _SENTENCES[finding.what].format_map(blanks) + "。"


def mend(finding: Finding, form: SetSpec) -> str:
    """What to do about a finding."""
    if finding.what in _MENDS:
        return _MENDS[finding.what] + "。"
    rule = next((r for r in form.rules if r.id == finding.rule), None)
    return rule.mend if rule else ""


_UNACCEPTED = {
    "lapsed": "原来的说明“{}”写的时候数字不是这样，已失效，请改正，或按现在的数字重新说明。",
    "short": "说明“{}”太短，没有说出原因，未接受：请写明具体原因。",
    "copied": "说明“{}”在几条不同的问题上一字不差，未接受：请逐条写明各自的原因。",
    "error": "“错误”必须改正，不能用说明代替；说明“{}”未接受。",
}


def unaccepted(finding: Finding) -> str:
    """Why the unit's explanation of a finding does not count, and what to do; empty when there is nothing to say."""
    text = finding.explanation if len(finding.explanation) <= _LONGEST else f"{finding.explanation[:_LONGEST]}……"
    return _UNACCEPTED[finding.unaccepted].format(text) if finding.unaccepted else ""


def place(cell: CellRef) -> str:
    """``公开03表 D8``; the table alone where the cell is not there."""
    table = ("上年" if cell.last_year else "") + titled(cell.table)
    return f"{table} {cell.cell}" if cell.cell else table


def _named(cell: CellRef) -> str:
    return f"{place(cell)}（{cell.label}）"


def _relation(finding: Finding) -> str:
    subject, others = split(finding)
    if "absent" in finding.facts:
        return _absent(finding)
    op = finding.facts["op"]
    distance = (finding.difference or "").lstrip("-")
    if len(subject) == 1 and len(others) == 1 and op == "应等于":
        return f"{_stated(subject[0])}，{_stated(others[0])}，两处应相等，相差 {distance} {finding.unit}。"
    allowance = f"，超过四舍五入允许的 {finding.allowed}" if finding.allowed and float(finding.allowed) else ""
    off = f"相差 {finding.difference} {finding.unit}{allowance}"
    if len(subject) == 1:
        parts = f"，即 {_sum(others)}" if others else "（表里没有明细）"
        return f"{_stated(subject[0])}，{op} {finding.expected}{parts}，{off}。"
    left, right = (f"{_sum(cells)}" for cells in (subject, others))
    return f"一方为 {finding.actual}（{left}），{op}另一方的 {finding.expected}（{right}），{off}。"


def _absent(finding: Finding) -> str:
    """A code that the other tables don't have: most likely a row left out, seldom a wrong figure."""
    code, cells = finding.facts["code"], [c for c in finding.cells if c.value]
    has = "、".join(f"{place(c)}（{c.label}）为 {c.value}" for c in cells)
    if "dropped" in finding.facts:
        return f"{finding.facts['dropped']}漏了科目 {code} 这一行：{has}，{finding.facts['dropped']}的上级科目正好少了这个数。"
    return f"{has}，但{finding.facts['absent']}没有科目 {code} 这一行。"


def _stated(cell: CellRef) -> str:
    return f"{_named(cell)}没有填" if cell.value in (None, "") else f"{_named(cell)}为 {cell.value}"


def _blank_total(finding: Finding) -> str:
    subject, others = split(finding)
    return f"{_named(subject[0])}没有填，应为 {finding.expected}，即 {_sum(others)}。"


def split(finding: Finding) -> tuple[list[CellRef], list[CellRef]]:
    """Cells of a relation: those it is about, and those it is compared with."""
    totals = [c for c in finding.cells if c.role == "total"]
    if totals:
        return totals, [c for c in finding.cells if c.role == "part"]
    return [c for c in finding.cells if c.role == "left"], [c for c in finding.cells if c.role == "right"]


def shown(value: str | None) -> str:
    """A cell's value as a reader is told of it."""
    return value if value not in (None, "") else "空"


def _sum(cells: Sequence[CellRef]) -> str:
    filled = [c for c in cells if c.value not in (None, "")] or list(cells)
    tables = list(dict.fromkeys(c.table for c in filled))
    text = ""
    for cell in filled[:_MOST_PARTS]:
        where = cell.cell or "" if len(tables) == 1 else place(cell)
        sign = "-" if cell.weight < 0 else ("+" if text else "")
        text += f"{' ' if text else ''}{sign}{' ' if text else ''}{where} {shown(cell.value)}"
    rest = len(filled) - _MOST_PARTS
    more = f" + 其余 {rest} 项" if rest > 0 else ""
    lead = f"{titled(tables[0])} " if len(tables) == 1 and cells else ""
    return f"{lead}{text}{more}"
