"""The names of a formula → keys of the compiled tables, with every mistake said."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from xlcheck.form import SectionSpec, TableSpec
from xlcheck.formula import syntax as s
from xlcheck.mapping.byshape import mapped

Report = Callable[[str, int], None]
_NUMBER = re.compile(r"(公开\d\d)(表?)")
COLUMN_KEY = "列"
_TABLE_TESTS = ("科目代码唯一", "上级科目齐全", "科目代码升序", "同码同名", "名称合科目表", "无数据", "有说明")
_GROUPED = ("合计", "全空", "有数", "未印")  # what takes several cells at once
_SEVERAL = {"some", "codes", "set"}  # kinds of keys that name several rows or columns


class Resolver:
    """Resolves formulas in one scope: the tables of the set by the names its author knew.

    ``scope`` maps keys and printed numbers to table keys, ``terms`` names of conditions to trees.
    """

    def __init__(self, tables: Mapping[str, TableSpec], scope: Mapping[str, str], terms: Mapping[str, Any]) -> None:
        self.tables = tables
        self.scope = scope
        self.terms = terms
        self._numbers = {
            old: tables[key].number
            for old, key in scope.items()
            if _NUMBER.fullmatch(old) and key in tables and tables[key].number != old
        }

    def renumbered(self, text: str) -> str:
        """A text of the rule's author in the numbers that this set prints: what was 公开05 there may be 公开06 here."""
        if not self._numbers:
            return text

        def number(match: re.Match[str]) -> str:
            new = self._numbers.get(match[1])
            return match[0] if new is None else new if new.endswith("表") else new + (match[2] or "")

        return _NUMBER.sub(number, text)

    def claim(self, node: Any, report: Report) -> Any:
        """``node`` with every reference resolved; mistakes go to ``report(sentence, offset)``."""
        resolved = self._node(node, report, inside_sum=False)
        self._check_quantifiers(resolved, report)
        return resolved

    def _node(self, node: Any, report: Report, inside_sum: bool) -> Any:
        match node:
            case s.Ref():
                return self.ref(node, report, inside_sum)
            case s.Bare():
                return self._bare(node, report)
            case s.Call(name, args, at):
                return self._call(name, args, at, report)
            case s.Negative(operand):
                return s.Negative(self._node(operand, report, inside_sum))
            case s.Arithmetic(op, left, right):
                sides = (self._node(x, report, inside_sum) for x in (left, right))
                return s.Arithmetic(op, *sides)
        return self._condition(node, report)

    def _condition(self, node: Any, report: Report) -> Any:
        """What is true or false, never inside of a sum; anything else as it is."""
        match node:
            case s.Not(operand):
                return s.Not(self._node(operand, report, False))
            case s.Compare(op, left, right):
                return s.Compare(op, *(self._node(x, report, False) for x in (left, right)))
            case s.Junction(op, parts):
                return s.Junction(op, tuple(self._node(p, report, False) for p in parts))
            case s.Implies(condition, claim):
                return s.Implies(self._node(condition, report, False), self._node(claim, report, False))
        return node

    def _bare(self, node: s.Bare, report: Report) -> Any:
        if node.name in self.terms or node.name in s.FACTS:
            return node
        table = self.scope.get(node.name, "")
        if table in self.tables:
            return node._replace(name=table)
        report(f"没有“{node.name}”这张表，也没有这个条件名", node.at)
        return node

    def _call(self, name: str, args: tuple[Any, ...], at: int, report: Report) -> Any:
        resolved = tuple(self._node(a, report, inside_sum=name in _GROUPED) for a in args)
        _check_args(name, resolved, lambda sentence: report(sentence, at))
        if name == "四舍五入" and not _is_rounding(args):
            report("四舍五入 要写成 四舍五入(算式, 小数位数)", at)
        return s.Call(name, resolved, at)

    def ref(self, ref: s.Ref, report: Report, inside_sum: bool = True) -> s.Ref:
        """One reference with table, section, row and column resolved."""
        section = self._section(ref, report)
        if section is None:
            return ref
        names = mapped(section.shape).names(section, ref.table, lambda sentence: report(sentence, ref.at))
        row, column = names.keys(ref.row, ref.column)
        if not inside_sum and {row.kind, column.kind} & _SEVERAL:
            report("一组单元格要放在 合计( ) 里", ref.at)
        return ref._replace(table=self.scope[ref.table], section=section.key, row=row, column=column)

    def _section(self, ref: s.Ref, report: Report) -> SectionSpec | None:
        table = self.tables.get(self.scope.get(ref.table, ""))
        if table is None:
            report(f"没有“{ref.table}”这张表", ref.at)
            return None
        if not ref.section and len(table.sections) == 1:
            return table.sections[0]
        found = next((section for section in table.sections if section.key == ref.section), None)
        if found is None:
            names = "、".join(f"{ref.table}.{x.key}" for x in table.sections)
            report(f"“{ref.table}”要写明是哪一块：{names}", ref.at)
        return found

    def _check_quantifiers(self, tree: Any, report: Report) -> None:
        refs = s.refs(tree)
        _check_each(refs, report)
        starred = {self._section_columns(r) for r in refs if r.column is not None and r.column.kind == "all"}
        if len(starred) > 1:
            report("用 * 的几张表栏目不同，请逐栏写", 0)

    def _section_columns(self, ref: s.Ref) -> tuple[str, ...]:
        table = self.tables.get(ref.table)
        return table.section(ref.section).column_keys if table else ()


def _check_each(refs: list[s.Ref], report: Report) -> None:
    """One 每… in a formula; what refers to it needs it."""
    each = {r.row.first for r in refs if r.row.kind == "each"}
    if len(each) > 1:
        report(f"一条公式里只能有一个“每…”，现在有：{'、'.join(sorted(each))}", 0)
    if not each:
        for ref in refs:
            _refuse_without_each(ref, report)


def _refuse_without_each(ref: s.Ref, report: Report) -> None:
    """Report a reference that means the row of a 每…, in a formula that has none."""
    if ref.row.kind == "same":
        report(f"“{ref.row.first}”前面要先有“每…”", ref.at)
    if ref.row.first == "直接下级":
        report("“直接下级”前面要先有“每个上级”或“每个类”", ref.at)


class _Wanted(NamedTuple):
    """What a function or test wants each of its arguments to be, and the sentence where one is not."""

    fits: Callable[[Any], bool]
    sentence: str


def _is_table(arg: Any) -> bool:
    return isinstance(arg, s.Bare) and arg.name not in s.FACTS


def _is_fact(arg: Any) -> bool:
    return isinstance(arg, s.Bare) and arg.name in s.FACTS


def _check_args(name: str, args: tuple[Any, ...], say: Callable[[str], None]) -> None:
    """Each argument must be what the function or test of that name wants."""
    wanted = _WANTED.get(name, _ANYTHING)
    for arg in args:
        if not wanted.fits(arg):
            say(f"“{name}”里{wanted.sentence}")


def _is_rounding(args: tuple[Any, ...]) -> bool:
    """Whether the arguments are a figure and to how many decimals it is rounded."""
    return len(args) == 2 and isinstance(args[1], s.Number)


_TABLE = "要写表名，如 公开03"
_ANYTHING = _Wanted(lambda arg: True, "")
_CELL = _Wanted(lambda arg: isinstance(arg, s.Ref), "要写单元格")
_WANTED = {
    **dict.fromkeys(_TABLE_TESTS, _Wanted(_is_table, _TABLE)),
    "科目代码位数": _Wanted(lambda arg: isinstance(arg, s.Number) or _is_table(arg), _TABLE),
    "各表一致": _Wanted(_is_fact, f"只能写 {'、'.join(s.FACTS)}"),
    "全空": _CELL,
    "有数": _CELL,
    "未印": _CELL,
}
