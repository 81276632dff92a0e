"""The names of a formula → keys of the compiled tables, with every mistake said."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from xlcheck.form import TOTAL, RowKind, RowSpec, SectionSpec, TableSpec
from xlcheck.formula import syntax as s
from xlcheck.labels import label_key

Report = Callable[[str, int], None]
_NUMBER = re.compile(r"(公开\d\d)(表?)")
COLUMN_KEY = "列"
_CODE_TESTS = ("科目代码唯一", "上级科目齐全", "科目代码位数", "科目代码升序", "同码同名", "名称合科目表")


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
            case s.Bare(name, at):
                return self._bare(node, name, at, report)
            case s.Call(name, args, at):
                return self._call(name, args, at, report)
            case s.Negative(operand):
                return s.Negative(self._node(operand, report, inside_sum))
            case s.Not(operand):
                return s.Not(self._node(operand, report, False))
            case s.Arithmetic(op, left, right):
                sides = (self._node(x, report, inside_sum) for x in (left, right))
                return s.Arithmetic(op, *sides)
            case s.Compare(op, left, right):
                return s.Compare(op, *(self._node(x, report, False) for x in (left, right)))
            case s.Junction(op, parts):
                return s.Junction(op, tuple(self._node(p, report, False) for p in parts))
            case s.Implies(condition, claim):
                return s.Implies(self._node(condition, report, False), self._node(claim, report, False))
        return node

    def _bare(self, node: s.Bare, name: str, at: int, report: Report) -> Any:
        if name in self.terms:
            return s.Bare(name, at)
        if name in s.FACTS:
            return node
        if name in self.scope and self.scope[name] in self.tables:
            return s.Bare(self.scope[name], at)
        report(f"没有“{name}”这张表，也没有这个条件名", at)
        return node

    def _call(self, name: str, args: tuple[Any, ...], at: int, report: Report) -> Any:
        grouped = name in ("合计", "全空", "有数", "未印")
        resolved = tuple(self._node(a, report, inside_sum=grouped) for a in args)
        for arg in resolved:
            if name in (*_CODE_TESTS, "无数据", "有说明") and not _names_table(arg, name):
                report(f"“{name}”里要写表名，如 公开03", at)
            if name == "各表一致" and not (isinstance(arg, s.Bare) and arg.name in s.FACTS):
                report(f"“各表一致”里只能写 {'、'.join(s.FACTS)}", at)
            if name in ("全空", "有数", "未印") and not isinstance(arg, s.Ref):
                report(f"“{name}”里要写单元格", at)
        if name == "四舍五入" and (len(args) != 2 or not isinstance(args[1], s.Number)):
            report("四舍五入 要写成 四舍五入(算式, 小数位数)", at)
        return s.Call(name, resolved, at)

    def ref(self, ref: s.Ref, report: Report, inside_sum: bool = True) -> s.Ref:
        """One reference with table, section, row and column resolved."""
        section = self._section(ref, report)
        if section is None:
            return ref
        row, column = self._keys(section, ref, report)
        many = [k for k in (row, column) if k.kind in ("some", "codes", "set")]
        if many and not inside_sum:
            report("一组单元格要放在 合计( ) 里", ref.at)
        table = self.scope[ref.table]
        return ref._replace(table=table, section=section.key, row=row, column=column)

    def _section(self, ref: s.Ref, report: Report) -> SectionSpec | None:
        table = self.tables.get(self.scope.get(ref.table, ""))
        if table is None:
            report(f"没有“{ref.table}”这张表", ref.at)
            return None
        if not ref.section and len(table.sections) == 1:
            return table.sections[0]
        for section in table.sections:
            if section.key == ref.section:
                return section
        names = "、".join(f"{ref.table}.{x.key}" for x in table.sections)
        report(f"“{ref.table}”要写明是哪一块：{names}", ref.at)
        return None

    def _keys(self, section: SectionSpec, ref: s.Ref, report: Report) -> tuple[s.Key, s.Key]:
        columns = section.column_keys
        if ref.column is not None:
            return self._row(section, ref.row, ref, report), self._column(section, ref.column, ref, report)
        if section.shape == "record" and ref.row.first.removeprefix("栏").isdigit():
            number = int(ref.row.first.removeprefix("栏"))
            for column in section.amounts:
                if column.number == number:
                    return s.Key("one", column.row or TOTAL), s.Key("one", column.key)
        if len(columns) != 1:
            report(f"要写明哪一栏：{'、'.join(columns)}", ref.at)
        return self._row(section, ref.row, ref, report), s.Key("one", columns[0] if columns else "")

    def _row(self, section: SectionSpec, key: s.Key, ref: s.Ref, report: Report) -> s.Key:
        if key.kind == "exact":
            return self._exact_row(section, key.first, ref, report)
        if key.kind == "range":
            return self._row_range(section, key, ref, report)
        if key.kind == "all":
            report("行不能写 *，请写 每行", ref.at)
        coded = section.shape in ("codes", "blocks") or any(r.code for r in section.rows)
        if key.first not in ("每行", "本行", "各顶级") and key.kind != "all" and not coded:
            report(f"这张表没有科目代码，不能用“{key.first}”", ref.at)
        return key

    def _exact_row(self, section: SectionSpec, text: str, ref: s.Ref, report: Report) -> s.Key:
        if section.shape == "codes":
            if text.isdigit() and len(text) in section.lengths:
                return s.Key("code", text)
            if label_key(text) in section.total_names:
                return s.Key("one", TOTAL)
        found = _find_row(section, text)
        if found is not None:
            return s.Key("one", found.key)
        report(f"“{ref.table}”里没有“{text}”这一行", ref.at)
        return s.Key("one", text)

    def _row_range(self, section: SectionSpec, key: s.Key, ref: s.Ref, report: Report) -> s.Key:
        if section.shape == "codes":
            return s.Key("codes", key.first, key.last)
        ends = [_find_row(section, t) for t in (key.first, key.last)]
        for text, end in zip((key.first, key.last), ends, strict=True):
            if end is None:
                report(f"“{ref.table}”里没有“{text}”这一行", ref.at)
        if ends[0] is None or ends[1] is None:
            return s.Key("some")
        rows = [r for r in section.rows if r.kind is RowKind.DATA]
        first, last = rows.index(ends[0]), rows.index(ends[1])
        if first > last:
            report(f"范围“{key.first} : {key.last}”首尾颠倒", ref.at)
        return s.Key("some", key.first, key.last, tuple(r.key for r in rows[first : last + 1]))

    def _column(self, section: SectionSpec, key: s.Key, ref: s.Ref, report: Report) -> s.Key:
        if key.kind == "all":
            return key
        keys = section.column_keys
        if key.kind == "exact":
            found = _find_column(section, key.first)
            if found is None:
                report(f"“{ref.table}”里没有“{key.first}”这一栏，有：{'、'.join(keys)}", ref.at)
                return s.Key("one", keys[0])
            return s.Key("one", found)
        if key.kind == "range":
            ends = [_find_column(section, t) for t in (key.first, key.last)]
            if None in ends:
                report(f"“{ref.table}”里没有“{key.first} : {key.last}”这些栏", ref.at)
                return s.Key("some")
            first, last = keys.index(ends[0] or ""), keys.index(ends[1] or "")
            if first > last:
                report(f"范围“{key.first} : {key.last}”首尾颠倒", ref.at)
            return s.Key("some", key.first, key.last, keys[first : last + 1])
        report(f"栏不能写“{key.first}”", ref.at)
        return s.Key("one", keys[0])

    def _check_quantifiers(self, tree: Any, report: Report) -> None:
        refs = s.refs(tree)
        each = {r.row.first for r in refs if r.row.kind == "each"}
        if len(each) > 1:
            report(f"一条公式里只能有一个“每…”，现在有：{'、'.join(sorted(each))}", 0)
        for ref in refs:
            if ref.row.kind == "same" and not each:
                report(f"“{ref.row.first}”前面要先有“每…”", ref.at)
            if ref.row.first == "直接下级" and not each:
                report("“直接下级”前面要先有“每个上级”或“每个类”", ref.at)
        starred = {self._section_columns(r) for r in refs if r.column is not None and r.column.kind == "all"}
        if len(starred) > 1:
            report("用 * 的几张表栏目不同，请逐栏写", 0)

    def _section_columns(self, ref: s.Ref) -> tuple[str, ...]:
        table = self.tables.get(ref.table)
        return table.section(ref.section).column_keys if table else ()


def _names_table(arg: Any, name: str) -> bool:
    if name == "科目代码位数" and isinstance(arg, s.Number):
        return True
    return isinstance(arg, s.Bare) and arg.name not in s.FACTS


def _find_row(section: SectionSpec, text: str) -> RowSpec | None:
    rows = [r for r in section.rows if r.kind is RowKind.DATA]
    if text.isdigit():
        number = int(text)
        by_line = [r for r in rows if len(text) <= 2 and r.line == number]
        return next(iter(by_line or [r for r in rows if r.code == text]), None)
    exact = [r for r in rows if text in (r.key, r.label)]
    wanted = label_key(text)
    loose = [r for r in rows if label_key(r.key) == wanted or wanted in r.names]
    return next(iter(exact or loose), None)


def _find_column(section: SectionSpec, text: str) -> str | None:
    number = text.removeprefix("栏")
    for column in section.amounts:
        if number.isdigit() and column.number == int(number):
            return column.key
    wanted = label_key(text)
    for column in section.amounts:
        if label_key(column.key) == wanted:
            return column.key
    for column in section.amounts:
        if any(path[-1] == wanted for path in column.names):
            return column.key
    return None
