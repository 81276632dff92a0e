"""Drawn layouts: which habit of an office each part of a workbook shows.

A :class:`Draw` names every dimension; the first value of each dimension is the official form's. ``repr`` says only
what differs, so a draw can be read, quoted and typed again.
"""

from __future__ import annotations

import dataclasses
import random
from dataclasses import dataclass

# dimension → values of the official form, of its near kin, of provinces, of the wild. Values are words, not codes.
DIMENSIONS: dict[str, tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...], tuple[str, ...]]] = {
    # the workbook
    "order": (("central",), ("putuo",), ("shanghai", "guangdong", "shaanxi", "yunnan", "neimenggu", "sichuan", "no_soe"),
              ("beijing", "zhejiang")),
    "info": (("no",), ("yes",), (), ()),
    "sheets": (("one_each",), (), ("cover", "cover+contents", "notes_sheet"), ("all_on_one", "pairs_below", "beside")),
    "sheet_name": (("公开01表",), ("公开01 收入支出决算总表", "收入支出决算总表"),
                   ("Z01 收入支出决算总表", "附表1", "表1", "GK01", "公开表1", "1收入支出决算总表"), ("Sheet1", "01")),
    "continued": (("no",), (), ("next_sheet", "header_again"), ("next_sheet_same_title",)),
    "shift": (("no",), (), ("row",), ("column", "both")),
    "row_height": (("plain",), (), ("blank_lines",), ()),
    # what stands above a table
    "title": (("plain",), ("year",), ("unit_year", "表一：", "附表1：", "部门", "number_in_brackets"),
              ("附件1-1", "spaced", "year_unit_long", "two_lines")),
    "number": (("公开01表",), ("none", "公开1表"), ("附表1", "表1", "财决公开01表"), ("Z01",)),
    "facts": (("row",), ("one",), ("split", "above"), ("year_in_title_only",)),
    "unit_label": (("部门名称：",), ("单位名称：", "部门："), ("编制单位：", "公开部门：", "填报单位："), ("预算单位:", "")),
    "currency": (("金额单位：万元",), ("单位：万元", "单位:万元"), ("金额单位:万元", "（单位：万元）"),
                 ("计量单位：万元", "单位：人民币万元", "货币单位：万元")),
    "year": (("2023年度",), ("2023年",), (), ("二〇二三年度",)),
    # headers in general
    "amount_word": (("金额",), ("决算数",), ("本年决算数", "2023年决算数"), ("执行数", "决算金额", "金额（万元）", "本年数")),
    "words": (("official",), ("few",), ("some",), ("many",)),
    "lanci": (("row",), ("none",), ("brackets", "text"), ("formula", "unlabelled")),
    "hangci": (("numbers",), ("none",), ("text",), ("padded",)),
    "merged": (("yes",), (), ("no",), ()),
    "blank": (("empty",), ("0",), ("0.00", "—"), ("-", "——")),
    "notes": (("official",), ("none",), ("short", "long"), ("numbered",)),
    "empty_table": (("grid+statement",), ("statement", "grid"), ("note_statement", "zeros"), ("row_statement",)),
    "numbers": (("number",), ("thousands",), (), ("text",)),
    "breaks": (("no",), (), ("line_breaks",), ("spaces",)),
    # 01 and 04
    "two_sided": (("beside",), (), ("stacked",), ()),
    "form": (("2023",), (), ("2019",), ("2017",)),
    "functions": (("26",), ("24",), ("used",), ("used_with_gaps",)),
    "ordinals": (("一、",), (), ("none",), ("1.", "（一）")),
    "padding": (("foot",), (), ("packed",), ("totals_first",)),
    "side_header": (("two",), (), ("one_row",), ("functional_words",)),
    "extra_01": (("none",), (), ("previous", "budget", "remark"), ("budget2", "share", "previous_before")),
    "of_which": (("plain",), ("一、",), ("其中：",), ("none",)),
    # code tables
    "codes": (("one_merged",), ("one",), ("split_part", "split_full", "both", "both_space", "split_parts"),
              ("split_cumulative", "split_numbers", "names", "names_first")),
    "code_word": (("科目代码",), ("科目编码",), ("功能分类科目编码", "支出功能分类科目编码", "功能分类科目代码"), ("功能科目编码", "编码")),
    "code_type": (("text",), (), ("number",), ()),
    "name_word": (("科目名称",), (), ("项目（按功能分类）", "功能分类科目名称"), ("名称",)),
    "name_indent": (("no",), ("spaces",), ("wide",), ()),
    "total": (("first",), (), ("last",), ("both", "header", "words", "absent")),
    "total_word": (("合计",), ("合 计",), ("总计", "总  计"), ("本年合计",)),
    "total_cell": (("code",), ("name",), (), ()),
    "depth": (("official",), (), ("flat",), ("deep",)),
    "extra_codes": (("none",), (), ("remark", "sequence", "previous"), ("share", "empty_columns", "changes")),
    "group_05": (("no",), ("yes",), (), ()),
    "total_05": (("小计",), ("合计",), ("本年支出合计",), ("决算数",)),
    "income_02": (("official",), (), ("education",), ()),
    "column_order": (("official",), (), (), ("swapped",)),
    # 06
    "blocks_06": (("3",), (), ("2", "4", "1"), ("list3", "list2", "totals_on_top")),
    "rows_06": (("all",), ("used",), ("putuo",), ()),
    "groups_06": (("yes",), (), ("no",), ()),
    "indent_06": (("no",), ("yes",), (), ()),
    "foot_06": (("row",), (), ("own_rows", "label_beside"), ("sum_row",)),
    # 07, 08
    "soe": (("three",), ("six",), (), ()),
    "carry_word": (("年初结转和结余",), ("年初结转结余",), ("上年结转和结余", "上年结转结余"), ("期初结转和结余", "上年结转")),
    # 09
    "public": (("blocks",), ("pairs",), ("labels", "numbered_labels", "transposed", "meals_first"),
               ("information", "with_meetings", "sub_units", "three_amounts", "labels_with_counts")),
}  # fmt: skip


@dataclass(frozen=True)
class Draw:
    """A value for every dimension, and how much is said in another author's words."""

    family: str = "official"
    seed: int = 0
    renamed: float = 0.0
    habits: tuple[tuple[str, str], ...] = ()

    def __getitem__(self, dimension: str) -> str:
        """The habit drawn in a dimension."""
        return dict(self.habits).get(dimension, DIMENSIONS[dimension][0][0])

    def __repr__(self) -> str:
        words = [f"{k}={v}" for k, v in self.habits]
        renamed = [f"renamed {self.renamed:.0%}"] if self.renamed else []
        return f"<{self.family} {self.seed}: {', '.join([*renamed, *words]) or 'official'}>"

    def but(self, **habits: str) -> Draw:
        """The same draw with other habits."""
        new = {**dict(self.habits), **habits}
        kept = tuple((k, v) for k, v in new.items() if v != DIMENSIONS[k][0][0])
        return dataclasses.replace(self, habits=kept)


OFFICIAL = Draw()
# family → chance that a dimension leaves the official form; which columns of values it draws from
FAMILIES = {
    "near": (0.0, (1,), 0.0), "provincial": (0.3, (1, 2), 0.0), "wild": (0.5, (1, 2, 3), 0.0),
    "renamed20": (0.22, (1, 2), 0.2), "renamed40": (0.22, (1, 2), 0.4),
}  # fmt: skip
# words of another author need something else to go by: these would make a puzzle of the book
TOO_MUCH = {"codes": ("names", "names_first"), "sheet_name": ("Sheet1", "01"), "number": ("none", "Z01")}


def draw(family: str, seed: int) -> Draw:
    """The layout number ``seed`` of a family."""
    d = random.Random(f"layout {family} {seed}")
    chance, levels, renamed = FAMILIES[family]
    habits: dict[str, str] = {}
    names = list(DIMENSIONS)
    if family == "near":
        chosen = d.sample([n for n in names if DIMENSIONS[n][1]], d.randrange(1, 7))
    else:
        chosen = [n for n in names if d.random() < chance]
    for name in names:
        values = [v for level in levels for v in DIMENSIONS[name][level]]
        if name in chosen and values:
            habits[name] = d.choice(values)
    return _sensible(Draw(family, seed, renamed, tuple(habits.items())))


def singles() -> list[Draw]:
    """Every habit alone: the official form but for one thing."""
    found = []
    for name, levels in DIMENSIONS.items():
        for value in (v for level in levels for v in level):
            if value != levels[0][0]:
                found.append(_sensible(Draw("single", len(found), 0.0, ((name, value),))))
    return found


def _sensible(now: Draw) -> Draw:
    """Without combinations that no office could print."""
    change: dict[str, str] = {}
    if now["form"] != "2023" or now["order"] == "no_soe":
        change |= {"soe": "three", "year": "2023年度" if now["year"] == "二〇二三年度" else now["year"]}
        if now["functions"] in ("26", "24"):
            change["functions"] = "26"
    if now["total"] in ("header", "words") and not now["codes"].startswith("split"):
        change["total"] = "last"
    if now["facts"] == "year_in_title_only" and now["title"] not in ("year", "unit_year", "year_unit_long"):
        change["title"] = "year"
    if now["sheets"] == "all_on_one":
        change["continued"] = "no"
    if now["side_header"] == "one_row" and now["two_sided"] == "stacked":
        change["side_header"] = "two"
    if now["two_sided"] == "stacked" and now["padding"] == "foot":
        change["padding"] = "packed"
    if now["continued"].startswith("next_sheet") and now["sheets"] in ("pairs_below", "beside"):
        change["continued"] = "header_again"
    if now["codes"] in ("names", "names_first"):
        change |= {"name_indent": "wide", "code_type": "text"}
    if now.renamed:
        change |= {k: DIMENSIONS[k][0][0] for k, bad in TOO_MUCH.items() if now[k] in bad}
    return now.but(**change)


def year_of(now: Draw, year: int) -> int:
    """The year a unit must have for the form that is drawn."""
    return {"2019": 2019, "2017": 2017}.get(now["form"], year)


def without(now: Draw) -> tuple[str, ...]:
    """Classes a unit can't spend under in the form that is drawn."""
    if now["form"] == "2017":
        return ("223", "224", "231", "232", "234")
    return ("223", "231", "232", "234") if now["form"] == "2019" or now["order"] == "no_soe" else ("231", "232", "234")
