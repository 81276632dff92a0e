"""The syntax tree of a rule: what a formula says, before anything is known of a workbook."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple, TypeAlias

EACH = {
    "每行": "every row that holds figures, the total row included",
    "每个科目": "every code that one of the tables of the formula has",
    "每个上级": "every code that has codes below it in the table",
    "每个末级": "every code that has none below it",
    "每个类": "every code of the first level (208), or row that stands for one",
    "每个款": "every code of the second level",
    "每个项": "every code of the third level",
}
SAME = {"本行": "the row of 每行", "同码": "the row with the same code"}
SETS = {
    "直接下级": "the codes right below the row in hand",
    "各类": "all codes of the first level",
    "各款": "all codes of the second level",
    "各项": "all codes of the third level",
    "各末级": "all codes with none below",
    "各顶级": "all codes with none above",
}
LEVELS = {"类": 3, "款": 5, "项": 7}
TESTS = {
    "全空": "every cell named is blank, a dash or zero",
    "有数": "at least one cell named is not zero",
    "未印": "none of the rows named is printed in this workbook",
    "无数据": "the tables named hold no figure but zero",
    "科目代码唯一": "no code stands twice in the table",
    "上级科目齐全": "every code has its parents in the table",
    "科目代码位数": "every code has one of the lengths the form knows",
    "科目代码升序": "parents stand before children and codes ascend",
    "同码同名": "one code has one name in all tables named",
    "名称合科目表": "the name beside a code is one that the set's list of codes knows for it",
    "各表一致": "all tables print the same unit name, year or currency unit",
    "有说明": "the tables named carry the sentence that they hold no data",
}
# What only the rules of score sheets (绩效自评表) say: their rows are indicators, their cells hold more than figures.
SHEET_EACH = {
    "每行": "every row of 资金 that holds figures",
    "每个指标": "every indicator (三级指标)",
    "每个一级": "every group of the first level whose weight is printed",
    "每个二级": "every group of the second level whose weight is printed",
}
SHEET_SETS = {
    "各分项": "the rows of 资金 that the total is made of",
    "各指标": "all indicators",
    "本组": "the indicators of the group in hand",
}
SHEET_FUNCTIONS = {
    "最小": "the smallest of several",
    "最大": "the largest of several",
    "精确到": "a cell, printed with at least so many decimals: what is rounded further is not it",
    "分档": "the grade that a score is in",
}
SHEET_TESTS = {
    "填了": "all cells named hold something",
    "空着": "no cell named holds anything",
    "定量": "the cells named hold a number, with its comparison and unit or without",
    "定性": "the cells named hold words",
    "完成字样": "the cell says no more than that something was done",
    "正向": "more is better: ≥, > or ＝",
    "反向": "less is better: ≤ or <",
    "同单位": "two values have units that can be compared",
    "超出": "a result goes beyond its target by three tenths or more, in the direction that is better",
    "有原因": "a reason is given in the row, or below the form",
    "在档内": "a score is in the band of its weight that the words of a result allow",
    "印到": "a cell prints at least so many decimals",
}
FACTS = ("单位名称", "年度", "金额单位")
OPERATORS = ("=", "恒等", "≤", "≥", "≠", "<", ">")


class Key(NamedTuple):
    """What stands in the brackets.

    ``kind``: exact, range, all, each, same, set while parsed; one, some, code, codes in place of exact and
    range once resolved against a form.
    """

    kind: str
    first: str = ""
    last: str = ""
    keys: tuple[str, ...] = ()


class Ref(NamedTuple):
    """``表.区@上年[行, 栏]``. ``at`` is the 0-based offset in the formula, for messages."""

    table: str
    section: str
    row: Key
    column: Key | None
    last_year: bool = False
    at: int = 0


class Number(NamedTuple):
    """A literal number."""

    value: Decimal


class Bare(NamedTuple):
    """A name without brackets: a table, a term of the set, or a fact such as 单位名称."""

    name: str
    at: int = 0


class Call(NamedTuple):
    """合计(…), 四舍五入(…, n) or one of the tests."""

    name: str
    args: tuple[Expr, ...]
    at: int = 0


class Negative(NamedTuple):
    """− expression."""

    operand: Expr


class Arithmetic(NamedTuple):
    """``left op right`` with op one of + − × ÷ (written as ``+ - * /``)."""

    op: str
    left: Expr
    right: Expr


Expr: TypeAlias = Ref | Number | Bare | Call | Negative | Arithmetic


class Compare(NamedTuple):
    """``left op right`` with op one of :data:`OPERATORS`."""

    op: str
    left: Expr
    right: Expr


class Not(NamedTuple):
    """非 condition."""

    operand: Claim


class Junction(NamedTuple):
    """Conditions joined by 且 or 或."""

    op: str
    parts: tuple[Claim, ...]


class Implies(NamedTuple):
    """若 condition 则 claim."""

    condition: Claim
    claim: Claim


Claim: TypeAlias = Compare | Call | Bare | Not | Junction | Implies


def refs(node: object) -> list[Ref]:
    """All references below ``node``, in the order in which they are written."""
    return [n for n in walk(node) if isinstance(n, Ref)]


def walk(node: object) -> list[object]:
    """``node`` and everything below it, depth first."""
    found: list[object] = [node]
    match node:
        case Compare(_, left, right) | Arithmetic(_, left, right) | Implies(left, right):
            found += walk(left) + walk(right)
        case Call(_, parts) | Junction(_, parts):
            for part in parts:
                found += walk(part)
        case Negative(operand) | Not(operand):
            found += walk(operand)
    return found
