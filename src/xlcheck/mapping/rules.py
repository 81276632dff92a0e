"""The rules of a set: text → resolved trees, with every mistake at its place in the file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from xlcheck.errors import Mistake
from xlcheck.form import Example, Grade, RuleSpec, Severity, Verdict
from xlcheck.formula import syntax as s
from xlcheck.formula.linear import linear
from xlcheck.formula.parser import FormulaError, parse, parse_reference
from xlcheck.mapping.resolve import Resolver
from xlcheck.mapping.schema import RuleModel
from xlcheck.mapping.source import MappingSource

_KIND_OF_TEST = {
    **dict.fromkeys(("科目代码唯一", "上级科目齐全", "科目代码位数", "科目代码升序", "各表一致"), "structure"),
    **dict.fromkeys(("同码同名", "名称合科目表"), "reference"),
}
_EXAMPLES = {"pass": "成立", "fail": "不成立", "rounding": "四舍五入"}
_MISSING = {"无法判断": Verdict.CANNOT_SAY, "不适用": Verdict.NOT_APPLICABLE}
Steps = tuple[str | int, ...]


def compile_claim(
    text: str,
    source: MappingSource,
    path: Steps,
    resolver: Resolver,
    mistakes: list[Mistake],
    condition: bool = False,
) -> Any | None:
    """Parse and resolve one formula; None (and mistakes) when it cannot be read."""
    try:
        tree = parse(text, condition=condition)
    except FormulaError as error:
        mistakes.append(source.mistake(path, f"公式有误：{error.message}", error.at))
        return None
    return resolver.claim(tree, lambda m, at: mistakes.append(source.mistake(path, f"公式有误：{m}", at)))


def compile_rule(
    model: RuleModel, source: MappingSource, path: Steps, resolver: Resolver, mistakes: list[Mistake]
) -> RuleSpec | None:
    """Compile one rule together with its examples; None when its formula cannot be read."""
    tree = compile_claim(model.formula, source, (*path, "formula"), resolver, mistakes)
    examples = _examples(model, source, (*path, "examples"), resolver, mistakes)
    if tree is None:
        return None
    if model.grade != "always" and model.severity == "错误":
        mistakes.append(source.mistake((*path, "severity"), "grade 不是 always 的规则，severity 最高只能是 核实"))
    said = resolver.renumbered
    return RuleSpec(
        id=model.id,
        title=said(model.title),
        severity=Severity(model.severity),
        grade=Grade(model.grade),
        formula=said(model.formula),
        tree=tree,
        linear=linear(tree.claim if isinstance(tree, s.Implies) else tree),
        reason=said(model.reason),
        mend=said(model.mend),
        basis=said(model.basis),
        kind=_kind(tree, resolver.terms),
        missing=_MISSING[model.missing],
        examples=examples,
        rounding_note=model.examples.rounding if isinstance(model.examples.rounding, str) else "",
        origin=source.name,
    )


def _kind(tree: Any, terms: Mapping[str, Any]) -> str:
    claim = tree.claim if isinstance(tree, s.Implies) else tree
    if any(r.last_year for r in s.refs(claim)):
        return "continuity"
    if isinstance(claim, s.Call) and claim.name in _KIND_OF_TEST:
        return _KIND_OF_TEST[claim.name]
    return "arithmetic" if len(_tables(tree, terms)) <= 1 else "cross_table"


def _tables(tree: Any, terms: Mapping[str, Any]) -> set[str]:
    """The tables that a formula names."""
    bare = {n.name for n in s.walk(tree) if isinstance(n, s.Bare) and n.name not in terms}
    return {r.table for r in s.refs(tree)} | bare


def _examples(
    model: RuleModel, source: MappingSource, path: Steps, resolver: Resolver, mistakes: list[Mistake]
) -> tuple[Example, ...]:
    written = {"pass": model.examples.passing, "fail": model.examples.failing, "rounding": model.examples.rounding}
    found = []
    for kind, cells in written.items():
        if not cells:
            sentence = f"规则 {model.id} 缺少{_EXAMPLES[kind]}的示例（examples.{kind}）"
            mistakes.append(source.mistake(path, sentence))
        elif not isinstance(cells, str):
            resolved = [
                (text, _example_cell(text, source, (*path, kind, text), resolver, mistakes), str(value))
                for text, value in cells.items()
            ]
            place = source.key_mistake((*path, kind), "")
            found.append(Example(kind, tuple(resolved), place.line, place.column))
    return tuple(found)


def _example_cell(text: str, source: MappingSource, where: Steps, resolver: Resolver, mistakes: list[Mistake]) -> Any:
    table, _, prop = text.partition(".")
    if prop in (*s.FACTS, "科目", "说明") and table in resolver.scope:
        return resolver.scope[table], prop
    try:
        ref = parse_reference(text)
    except FormulaError as error:
        mistakes.append(source.key_mistake(where, f"示例里的单元格写法有误：{error.message}"))
        return None
    return resolver.ref(ref, lambda m, _at: mistakes.append(source.key_mistake(where, f"示例有误：{m}")))
