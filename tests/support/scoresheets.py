"""Score sheets as offices lay them out: a transcribed form → a sheet with merged cells, in any of many layouts.

Written with openpyxl: nothing of it shares code with the program that reads it.
"""

from __future__ import annotations

import io
import random
from dataclasses import dataclass, field, replace

import openpyxl
import yaml
from openpyxl.utils import get_column_letter

from support.places import DATA

FORMS = sorted((DATA / "performance").glob("*.yaml"))
FUND_COLUMNS = ("年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分")
INDICATOR_COLUMNS = ("指标值", "完成值", "分值", "得分", "偏差原因")


@dataclass(frozen=True)
class FormLayout:
    """How a form is printed. ``funds`` and ``indicators`` are columns with their headings, in printed order.

    ``split``: 年初预算数 over 目标申报数 and 预算编制数. ``numbers``: figures as numbers, else as text. ``percent``: how rates stand:
    plain, text (44.28%), format (0.4428 shown as 44.28%), fraction (0.4428).
    """

    funds: tuple = tuple((key, key) for key in FUND_COLUMNS)
    indicators: tuple = (
        ("指标值", "年度指标值"), ("完成值", "实际完成值"), ("分值", "分值"), ("得分", "得分"), ("偏差原因", "偏差原因分析及改进措施"),
    )  # fmt: skip
    levels: tuple = ("一级指标", "二级指标", "三级指标")
    split: bool = False
    numbers: bool = True
    percent: str = "plain"
    title: str = "项目支出绩效自评表"
    year_line: str = "（{year}年度）"
    project: str = "项目名称"
    department: str = "主管部门"
    unit: str = "实施单位"
    fund_title: str = "项目资金\n（{currency}）"
    fund_label: str = ""
    goals: tuple = ("年度总体目标", "预期目标", "实际完成情况")
    total: str = "总分"
    total_weight: bool = True
    grade: str = "beside"  # beside, labelled, none
    weights_in_labels: bool = False
    merge_levels: bool = True
    blank_rows: int = 0
    offset: int = 0
    wide: int = 1
    texts: tuple = ()
    no_unit_column: bool = True


SHANXI = FormLayout(
    funds=(("目标申报数", "目标申报数"), ("年初预算数", "预算编制数"), ("全年预算数", "全年预算数"), ("全年执行数", "全年执行数"),
           ("结转余", "资金结(转)余"), ("执行率", "执行率"), ("得分", "得分"), ("偏差原因", "偏差原因分析及改进措施")),
    indicators=(("年初指标值", "年初指标值"), ("指标值", "调整后\n指标值"), ("完成值", "实际完成值"), ("分值", "分值"), ("得分", "得分"),
                ("偏差原因", "偏差原因分析及改进措施")),
    split=True, fund_title="项目资金预算安排及执行进度（{currency}）", department="主管部门及代码", unit="预算单位", total="总 分", total_weight=False,
    goals=("项目年度绩效目标", "年度目标", "实际完成情况"), fund_label="资金总额：",
)  # fmt: skip
SICHUAN = FormLayout(
    funds=(("年初预算数", "年初预算"), ("全年预算数", "调整后预算"), ("全年执行数", "执行数"), ("执行率", "预算执行率"), ("分值", "权重"), ("得分", "得分"),
           ("偏差原因", "原因")),
    indicators=(("指标性质", "指标性质"), ("数值", "指标值"), ("度量单位", "度量单位"), ("完成值", "完成值"), ("分值", "权重"), ("得分", "得分"),
                ("偏差原因", "未完成原因分析")),
    title="部门预算项目支出绩效自评表", fund_title="预算执行情况（{currency}）", total="合计",
)  # fmt: skip
HUBEI = FormLayout(
    funds=(("全年预算数", "预算数（A）"), ("全年执行数", "执行数（B）"), ("执行率", "执行率（B/A）"), ("得分", "得分（20分×执行率）")),
    indicators=(("指标值", "年初目标值（A）"), ("完成值", "实际完成值（B）"), ("分值", "分值"), ("得分", "得分")),
    title="项目自评表", fund_title="预算执行情况（{currency}）（20分）", goals=("年度绩效目标", "年度目标1", "实际完成情况"), total_weight=False,
)  # fmt: skip
BEIJING = FormLayout(
    indicators=(("分值", "分值"), ("指标值", "年度指标值"), ("完成值", "全年实际值"), ("计分方法", "得分计算方法"), ("得分", "得分"),
                ("偏差原因", "未完成原因分析")),
)  # fmt: skip
NATIONAL = FormLayout()
BY_LAYOUT = {"national": NATIONAL, "山西": SHANXI, "四川": SICHUAN, "湖北": HUBEI, "北京(旧)": BEIJING}


def load_form(path):
    """A transcribed form; every value stays text."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)


def layout_of(form):
    """The layout that the form was published in."""
    return BY_LAYOUT[form["layout"]]


class _Sheet:
    """Writes one form into a worksheet from a row on."""

    def __init__(self, ws, form, layout, top):
        self.ws, self.form, self.layout, self.row = ws, form, layout, top
        self.left = 1 + layout.offset
        self.cells = {}
        fund_lead, indicator_lead = 2, 4
        self.fund_at = {key: self.left + fund_lead + i for i, (key, _) in enumerate(layout.funds)}
        self.indicator_at = {}
        at = self.left + indicator_lead
        for key, _ in layout.indicators:
            self.indicator_at[key] = at
            at += layout.wide if key in ("指标值", "完成值", "数值") else 1
        self.width = max(at - 1, *self.fund_at.values())
        self.currency = form.get("currency", "万元")

    def put(self, row, column, value, to=None, down=None):
        cell = self.ws.cell(row, column, value)
        if (to or column) != column or (down or row) != row:
            self.ws.merge_cells(start_row=row, start_column=column, end_row=down or row, end_column=to or column)
        return cell

    def figure(self, row, column, text, key=""):
        if text in (None, ""):
            return
        self.cells.setdefault(key, []).append((row, column))
        if key.endswith("执行率") and self.layout.percent != "plain" and text.replace(".", "").isdigit():
            if self.layout.percent == "text":
                self.ws.cell(row, column, f"{text}%")
            else:
                cell = self.ws.cell(row, column, float(text) / 100)
                if self.layout.percent == "format":
                    cell.number_format = "0.00%"
            return
        number = self.layout.numbers and text.replace(".", "", 1).replace("-", "", 1).isdigit()
        cell = self.ws.cell(row, column, (float(text) if "." in text else int(text)) if number else text)
        if not number:
            cell.data_type = "s"  # ＝1300元 is a text, typed with =, too
        if number and "." in text:
            cell.number_format = "0." + "0" * len(text.partition(".")[2])

    def write(self):
        self._title()
        self._funds()
        self._goals()
        self._indicators()
        self._total()
        for label, text in (*self.layout.texts, *self.form.get("texts", ())):
            self.put(self.row, self.left, label, to=self.left + 1)
            self.put(self.row, self.left + 2, text, to=self.width)
            self.row += 1
        return self.row

    def _title(self):
        form, layout = self.form, self.layout
        self.put(self.row, self.left, layout.title, to=self.width)
        if layout.year_line:
            self.put(self.row + 1, self.left, layout.year_line.format(year=form["year"]), to=self.width)
            self.row += 1
        self.row += 1 + layout.blank_rows
        self.put(self.row, self.left, layout.project, to=self.left + 1)
        self.put(self.row, self.left + 2, form["project"], to=self.width)
        self.row += 1
        middle = self.left + 4
        self.put(self.row, self.left, layout.department, to=self.left + 1)
        self.put(self.row, self.left + 2, form.get("department", "某某局"), to=middle - 1)
        self.put(self.row, middle, layout.unit)
        self.put(self.row, middle + 1, form["unit"], to=self.width)
        self.row += 1

    def _funds(self):
        form, layout, left = self.form, self.layout, self.left
        rows = list(form["funds"].items())
        if not rows:
            return
        top = self.row
        depth = 2 if layout.split else 1
        for key, heading in layout.funds:
            at = self.fund_at[key]
            if layout.split and key in ("目标申报数", "年初预算数"):
                self.put(top + 1, at, heading)
            else:
                self.put(top, at, heading, down=top + depth - 1)
        if layout.split:
            self.put(top, self.fund_at["目标申报数"], "年初预算数", to=self.fund_at["年初预算数"])
        self.put(top, left, layout.fund_title.format(currency=self.currency), down=top + depth - 1 + len(rows))
        for n, (label, values) in enumerate(rows):
            row = top + depth + n
            self.put(row, left + 1, layout.fund_label if layout.fund_label and not n else label)
            for key, at in self.fund_at.items():
                if key == "分值" and not n:
                    self.figure(row, at, form.get("fund_weight"), "资金.分值")
                elif key in values:
                    self.figure(row, at, values[key], f"资金.{n}.{key}")
        self.row = top + depth + len(rows) + layout.blank_rows

    def _goals(self):
        title, left_head, right_head = self.layout.goals
        middle = self.left + 4
        self.put(self.row, self.left, title, down=self.row + 1)
        self.put(self.row, self.left + 1, left_head, to=middle - 1)
        self.put(self.row, middle, right_head, to=self.width)
        self.put(
            self.row + 1, self.left + 1, self.form.get("goal", "按时完成年度工作任务，保障项目顺利实施"), to=middle - 1
        )
        self.put(self.row + 1, middle, self.form.get("achieved", "已按计划完成年度工作任务"), to=self.width)
        self.row += 2 + self.layout.blank_rows

    def _indicators(self):
        form, layout, left = self.form, self.layout, self.left
        head = self.row
        for n, heading in enumerate(layout.levels):
            self.put(head, left + 1 + n, heading)
        for key, heading in layout.indicators:
            wide = layout.wide if key in ("指标值", "完成值", "数值") else 1
            self.put(head, self.indicator_at[key], heading, to=self.indicator_at[key] + wide - 1)
        rows = form["indicators"]
        self.indicator_places = {f"指标.{key}": (head + 1, at) for key, at in self.indicator_at.items()}
        for n, indicator in enumerate(rows):
            row = head + 1 + n
            self.put(row, left + 3, indicator["三级"])
            for key, at in self.indicator_at.items():
                self._indicator_cell(row, key, at, indicator)
        for level, at in (("一级", left + 1), ("二级", left + 2)):
            self._level(level, at, head + 1, rows)
        self.put(head, left, "绩效指标", down=head + len(rows))
        self.row = head + 1 + len(rows)

    def _indicator_cell(self, row, key, at, indicator):
        target = indicator.get("指标值", "")
        if key in ("指标性质", "数值", "度量单位"):
            sign, number, unit = split_target(target)
            value = {"指标性质": sign or "定性", "数值": number or target, "度量单位": unit}[key]
            self.figure(row, at, value, f"指标.{key}")
            return
        value = target if key == "年初指标值" else indicator.get(key, "")
        if self.layout.wide > 1 and key in ("指标值", "完成值"):
            self.ws.merge_cells(start_row=row, start_column=at, end_row=row, end_column=at + self.layout.wide - 1)
        self.figure(row, at, value, f"指标.{key}")

    def _level(self, level, at, first, rows):
        start = 0
        for n in range(1, len(rows) + 1):
            same = n < len(rows) and all(
                rows[n].get(k) == rows[start].get(k) for k in (("一级",) if level == "一级" else ("一级", "二级"))
            )
            if same:
                continue
            label = f"{rows[start][level]}指标"
            if self.layout.weights_in_labels and level == "一级":
                total = sum(float(r.get("原分值", r["分值"])) for r in rows[start:n])
                label += f"\n（{total:g}分）"
            if self.layout.merge_levels:
                self.put(first + start, at, label, down=first + n - 1)
            else:
                for row in range(start, n):
                    self.put(first + row, at, label)
            start = n

    def _total(self):
        form, layout = self.form, self.layout
        if form.get("total") in (None, "null", ""):
            return
        row = self.row
        score = self.indicator_at["得分"]
        first = min(self.indicator_at["分值"], score) if layout.total_weight else score
        self.put(
            row,
            self.left,
            layout.total,
            to=min(first, self.indicator_at.get("指标值", first), self.indicator_at.get("数值", first)) - 1,
        )
        if layout.total_weight:
            self.figure(
                row,
                self.indicator_at["分值"],
                form.get("total_weight") if form.get("total_weight") not in (None, "null") else "100",
                "总分.分值",
            )
        self.figure(row, score, form["total"], "总分.得分")
        if layout.grade == "beside" and form.get("grade"):
            self.put(row, self.indicator_at.get("偏差原因", self.width + 1), form["grade"])
            self.cells["总分.等级"] = [(row, self.indicator_at.get("偏差原因", self.width + 1))]
        self.row += 1
        if layout.grade == "labelled" and form.get("grade"):
            self.put(self.row, self.left, "自评等级", to=self.left + 1)
            self.put(self.row, self.left + 2, form["grade"], to=self.width)
            self.cells["总分.等级"] = [(self.row, self.left + 2)]
            self.row += 1


def split_target(text):
    """≥95% → ('≥', '95', '%'); words have neither sign nor unit."""
    import re

    match = re.fullmatch(r"(≥|≤|＝|=|>=|<=)?(\d+(?:\.\d+)?)(.*)", text)
    return (match[1] or "＝", match[2], match[3]) if match else ("", "", "")


@dataclass
class Rendered:
    """A workbook of forms, with the places of what was written: sheet, what → (row, column)."""

    book: openpyxl.Workbook
    cells: list = field(default_factory=list)
    indicator_places: dict = field(default_factory=dict)  # of the last form: first row and column of each column

    def data(self):
        out = io.BytesIO()
        self.book.save(out)
        return out.getvalue()


def render(forms, layouts=None, one_sheet=False):
    """A workbook of forms, a sheet each or all on one."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    found = Rendered(book)
    row = 1
    ws = None
    for n, form in enumerate(forms):
        layout = layouts[n] if layouts else layout_of(form)
        if ws is None or not one_sheet:
            ws = book.create_sheet("自评表" if one_sheet else f"自评表{n + 1}")
            row = 1
        sheet = _Sheet(ws, form, layout, row)
        row = sheet.write() + 2
        found.cells.append((ws.title, sheet.cells))
        found.indicator_places = sheet.indicator_places
        ws.column_dimensions[get_column_letter(1)].width = 14
    return found


def with_changes(layout, **changes):
    """Another layout."""
    return replace(layout, **changes)


def random_of(seed):
    """A source of chance of its own."""
    return random.Random(seed)
