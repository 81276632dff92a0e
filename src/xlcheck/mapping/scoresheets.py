"""Families of score sheets: ``mappings/selfscore/*.yaml`` → compiled specs, with all mistakes at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from xlcheck.errors import MappingError, Mistake
from xlcheck.form import Example, Grade, RuleSpec, Severity, Verdict
from xlcheck.formula.parser import FormulaError, parse_of_sheet
from xlcheck.formula.syntax import Claim, Compare, Ref, refs
from xlcheck.labels import column_index, plain
from xlcheck.mapping import validate
from xlcheck.mapping.schema import ExampleModel, Text
from xlcheck.mapping.source import MappingSource
from xlcheck.scores.headings import heading_key
from xlcheck.scores.spec import (
    FIRST_LEVEL,
    FUNDS,
    INDICATORS,
    SECOND_LEVEL,
    TOTAL_ROW,
    BlankText,
    BlockSpec,
    GradeBand,
    ResultBand,
    ScoreSheetSpec,
    SheetRule,
    SlotRole,
    SlotSpec,
)

FOLDER = "selfscore"
_BLOCKS = (FUNDS, INDICATORS, FIRST_LEVEL, SECOND_LEVEL, TOTAL_ROW)
_UNITED = ("names", "marks")  # lists that a family adds to, instead of writing them anew
_SINGLE = (TOTAL_ROW,)
_TOTAL_COLUMNS = ("分值", "得分", "等级")
_AT = "^[A-Z]{1,3}$"


class _FamilyPart(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SlotModel(_FamilyPart):
    """一栏：role 是里面填什么，header 是空白表样印的表头，names 是见过的写法，at、to 是空白表样里的列（不写或空：不印）。"""

    role: Literal["label", "money", "rate", "weight", "score", "target", "result", "sign", "unit", "reason", "other"]
    header: str = ""
    names: list[Text] = []
    group: str = ""
    at: Annotated[str | None, Field(pattern=_AT)] = None
    to: Annotated[str | None, Field(pattern=_AT)] = None


class GradeModel(_FamilyPart):
    """一个等级：总分不低于 at_least。"""

    name: Text
    names: list[Text] = []
    at_least: Decimal


class BandModel(_FamilyPart):
    """定性完成值的一档：有这些字样的，得分占分值的百分之 low 到 high。"""

    words: list[Text]
    low: Decimal
    high: Decimal


class TextModel(_FamilyPart):
    """空白表样下面的一段文字。"""

    label: Text
    rows: int = 1


class SheetRuleModel(_FamilyPart):
    """自评表的一条规则；写法见 docs/language.md。"""

    id: Annotated[str, Field(pattern=r"^P[0-9]{2}-[0-9]{2,3}[a-z]?$", description="如 P01-02")]
    title: Text
    severity: Literal["错误", "核实", "提示"]
    grade: Literal["always", "usually", "local"] = "always"
    formula: Text
    says: str = Field("", description="不比较数字的规则：不成立时说的话")
    together: bool = Field(False, description="一张表只说一句，不逐行说")
    unless: list[Text] = Field([], description="同一行已有这些规则不成立的，不再说")
    reason: Text
    mend: Text
    basis: Text
    examples: ExampleModel


class ScoreSheetModel(_FamilyPart):
    """selfscore/*.yaml：一种自评表。"""

    id: Annotated[str, Field(pattern=r"^selfscore-[a-z0-9]+(-[a-z0-9]+)*$")]
    title: Text
    extends: Text | None = None
    place: Text
    year: int
    dated: str = ""
    currency: Text = "万元"
    execution_weights: list[Decimal] = Field(
        [Decimal(10)], description="执行率的分值没有印出来时可能是几分，最常见的在前"
    )
    grade_beside_total: bool = True
    columns: dict[Literal["资金", "指标"], dict[str, SlotModel]]
    labels: dict[str, list[Text]]
    marks: list[Text] = Field([], description="别的表样没有的表头，用来认出是哪一种")
    grades: Annotated[list[GradeModel], Field(min_length=1)]
    bands: list[BandModel]
    done_words: list[Text]
    instructions: list[Text]
    fund_title: Text
    fund_rows: Annotated[list[Text], Field(min_length=1)]
    groups: list[tuple[Text, list[Text]]]
    texts: list[TextModel] = []
    footnote: str = ""
    drop: dict[str, str] = Field({}, description="不用的规则编号和原因")
    rules: list[SheetRuleModel] = []


def compile_score_sheets(root: Path) -> tuple[ScoreSheetSpec, ...]:
    """All families below ``root/selfscore``, the most general first.

    Raises:
        MappingError: with all mistakes of all files.
    """
    sources = [MappingSource(path, f"{FOLDER}/{path.name}") for path in sorted((root / FOLDER).glob("*.yaml"))]
    mistakes: list[Mistake] = []
    written = {s.data["id"]: s for s in sources if isinstance(s.data, dict) and isinstance(s.data.get("id"), str)}
    mistakes += [Mistake(s.name, 1, 1, "缺少必填项“id”") for s in sources if s not in written.values()]
    specs = [spec for name in written if (spec := _Family(name, written, mistakes).spec()) is not None]
    if mistakes:
        raise MappingError(list({str(mistake): mistake for mistake in mistakes}.values()))
    return tuple(sorted(specs, key=lambda spec: ("extends" in written[spec.id].data, spec.id)))


class _Family:
    """One family with all that it extends."""

    def __init__(self, name: str, written: Mapping[str, MappingSource], mistakes: list[Mistake]) -> None:
        self.written = written
        self.mistakes = mistakes
        self.source = written[name]
        self.chain = list(self._chain(name))

    def _chain(self, name: str) -> Iterator[MappingSource]:
        """The family and what it extends, the most general last."""
        seen: set[str] = set()
        current: str | None = name
        while current is not None:
            source = self.written.get(current)
            if source is None or current in seen:
                wrong = "extends 绕成了圈" if source else f"没有“{current}”这种自评表"
                self.mistakes.append(self.source.mistake(("extends",), wrong))
                return
            seen.add(current)
            yield source
            current = source.data.get("extends")

    def spec(self) -> ScoreSheetSpec | None:
        """The compiled family; None where its file is wrong."""
        data: Any = {}
        for source in reversed(self.chain):
            own = {k: v for k, v in source.data.items() if k not in ("rules", "drop", "extends")}
            data = _merged(data, own)
        model = self._model(data)
        if model is None:
            return None
        return ScoreSheetSpec(
            id=model.id, title=model.title, place=model.place, year=model.year, dated=model.dated,
            blocks=tuple(BlockSpec(key, tuple(_slots(slots))) for key, slots in model.columns.items()),
            labels={key: frozenset(map(heading_key, names)) for key, names in model.labels.items()},
            marks=frozenset(map(heading_key, self.source.data.get("marks", ()))),
            grades=tuple(GradeBand(g.name, frozenset({g.name, *map(plain, g.names)}), g.at_least) for g in model.grades),
            bands=tuple(ResultBand(tuple(b.words), b.low, b.high) for b in model.bands),
            done_words=tuple(model.done_words), instructions=tuple(model.instructions),
            execution_weights=tuple(model.execution_weights), currency=model.currency,
            rules=tuple(self._rules()), fund_rows=tuple(model.fund_rows), fund_title=model.fund_title,
            texts=tuple(BlankText(t.label, t.rows) for t in model.texts),
            groups=tuple((first, tuple(seconds)) for first, seconds in model.groups),
            footnote=model.footnote, grade_beside_total=model.grade_beside_total,
        )  # fmt: skip

    def _model(self, data: Any) -> ScoreSheetModel | None:
        try:
            return ScoreSheetModel.model_validate(data)
        except ValidationError:
            whole = MappingSource.__new__(MappingSource)
            whole.__dict__.update(self.source.__dict__)
            whole.data = data
            self.mistakes += validate.check(ScoreSheetModel, whole)
            return None

    def _rules(self) -> Iterator[SheetRule]:
        """The rules that are left after every file has replaced and dropped what it wants."""
        rules: dict[str, tuple[SheetRuleModel, MappingSource, int]] = {}
        for source in reversed(self.chain):
            for dropped in source.data.get("drop") or {}:
                if rules.pop(dropped, None) is None:
                    self.mistakes.append(source.key_mistake(("drop", dropped), f"drop 里的 {dropped} 不存在"))
            for at, data in enumerate(source.data.get("rules") or ()):
                model = self._rule_model(data, source, at)
                if model is not None:
                    rules[model.id] = model, source, at
        for model, source, at in rules.values():
            rule = self._rule(model, source, at)
            if rule is not None:
                yield rule

    def _rule_model(self, data: Any, source: MappingSource, at: int) -> SheetRuleModel | None:
        try:
            return SheetRuleModel.model_validate(data)
        except ValidationError as error:
            for wrong in error.errors():
                path = ("rules", at, *(p for p in wrong["loc"] if isinstance(p, (str, int))))
                self.mistakes.append(source.mistake(path, f"规则写得不对：{wrong['loc'][-1]}"))
            return None

    def _rule(self, model: SheetRuleModel, source: MappingSource, at: int) -> SheetRule | None:
        try:
            tree = parse_of_sheet(model.formula)
        except FormulaError as error:
            self.mistakes.append(source.mistake(("rules", at, "formula"), f"公式有误：{error.message}", error.at))
            return None
        for sentence in _wrong_names(tree):
            self.mistakes.append(source.mistake(("rules", at, "formula"), f"公式有误：{sentence}"))
        if model.grade != "always" and model.severity == "错误":
            wrong = "grade 不是 always 的规则，severity 最高只能是 核实"
            self.mistakes.append(source.mistake(("rules", at, "severity"), wrong))
        rule = RuleSpec(
            id=model.id, title=model.title, severity=Severity(model.severity), grade=Grade(model.grade),
            formula=model.formula, tree=tree, linear=None, reason=model.reason, mend=model.mend, basis=model.basis,
            kind="performance", missing=Verdict.NOT_APPLICABLE, examples=tuple(self._examples(model, source, at)),
            rounding_note=model.examples.rounding if isinstance(model.examples.rounding, str) else "", origin=source.name,
        )  # fmt: skip
        return SheetRule(rule, model.says, model.together, tuple(model.unless))

    def _examples(self, model: SheetRuleModel, source: MappingSource, at: int) -> Iterator[Example]:
        examples = model.examples
        for kind, cells in (("pass", examples.passing), ("fail", examples.failing), ("rounding", examples.rounding)):
            if not cells:
                self.mistakes.append(source.mistake(("rules", at, "examples"), f"规则 {model.id} 缺少 {kind} 的示例"))
            elif not isinstance(cells, str):
                place = source.key_mistake(("rules", at, "examples", kind), "")
                listed = tuple((text, self._cell(text, source, at), str(value)) for text, value in cells.items())
                yield Example(kind, listed, place.line, place.column)

    def _cell(self, text: str, source: MappingSource, at: int) -> Ref | None:
        try:
            claim = parse_of_sheet(f"{text} = 0")
        except FormulaError:
            claim = None
        if isinstance(claim, Compare) and isinstance(claim.left, Ref) and claim.left.table in _BLOCKS:
            return claim.left
        self.mistakes.append(source.mistake(("rules", at, "examples"), f"示例里的“{text}”不是单元格引用"))
        return None


def _merged(base: Any, patch: Any) -> Any:
    """Mappings key by key; names of headings and labels are added to, anything else is replaced."""
    if isinstance(base, dict) and isinstance(patch, dict):
        return {**base, **{k: _joined(k, base.get(k), v) for k, v in patch.items()}}
    return patch


def _joined(key: str, base: Any, patch: Any) -> Any:
    if key in _UNITED and isinstance(base, list) and isinstance(patch, list):
        return [*base, *(name for name in patch if name not in base)]
    return _merged(base, patch)


def _slots(slots: Mapping[str, SlotModel]) -> Iterator[SlotSpec]:
    for key, slot in slots.items():
        names = frozenset(heading_key(name) for name in (key, slot.header, *slot.names) if name)
        first = column_index(slot.at) if slot.at else 0
        last = column_index(slot.to) if slot.to else first
        yield SlotSpec(key, SlotRole(slot.role), slot.header, names, first, last, slot.group)


def _wrong_names(tree: Claim) -> Iterator[str]:
    """Blocks that no score sheet has."""
    for ref in refs(tree):
        if ref.table not in _BLOCKS:
            yield f"没有“{ref.table}”这一块，有：{'、'.join(_BLOCKS)}"
        elif ref.table in _SINGLE and (ref.column is not None or ref.row.first not in _TOTAL_COLUMNS):
            yield f"总分一行只有：{'、'.join(_TOTAL_COLUMNS)}"
