"""A folder of YAML → a compiled set: extension, tables, rules, all mistakes at once."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from pydantic import BaseModel, ValidationError

from xlcheck.errors import MappingError, Mistake
from xlcheck.form import RuleSpec, SetSpec, TableSpec
from xlcheck.mapping import validate
from xlcheck.mapping.resolve import Resolver
from xlcheck.mapping.rules import compile_claim, compile_rule
from xlcheck.mapping.schema import RuleFile, RuleModel, SetModel, TableModel, TermModel
from xlcheck.mapping.source import Source
from xlcheck.mapping.tables import compile_table

_M = TypeVar("_M", bound=BaseModel)


class _Layer:
    """One set folder as written: its set.yaml, table files and rule files."""

    def __init__(self, folder: Path, mistakes: list[Mistake]) -> None:
        self.folder = folder
        self.set_source = _read(folder / "set.yaml", folder, SetModel, mistakes)
        self.model = _model(SetModel, self.set_source)
        self.tables = [_read(p, folder, TableModel, mistakes) for p in _files(folder / "tables")]
        self.rules = [_read(p, folder, RuleFile, mistakes) for p in _files(folder / "rules")]


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.yaml"))


def _read(path: Path, folder: Path, model: type[BaseModel], mistakes: list[Mistake]) -> Source:
    source = Source(path, f"{folder.name}/{path.relative_to(folder).as_posix()}")
    mistakes += validate.check(model, source)
    return source


def _model(model: type[_M], source: Source) -> _M | None:
    try:
        return model.model_validate(source.data)
    except ValidationError:
        return None


def compose(root: Path, set_id: str) -> SetSpec:
    """Compile the set in ``root/set_id`` with everything it extends.

    Raises:
        MappingError: with all mistakes of all its files.
    """
    mistakes: list[Mistake] = []
    layers = _chain(root, set_id, mistakes)
    top = layers[-1].model if layers else None
    if top is None:
        raise MappingError(mistakes)
    tables, scopes = _tables(layers, mistakes)
    rules, terms = _rules(layers, tables, scopes, mistakes)
    codes = _codes(layers, mistakes)
    if mistakes:
        raise MappingError(mistakes)
    return SetSpec(
        id=top.id,
        title=top.title,
        year=top.year,
        place=top.place,
        tables=tuple(tables.values()),
        rules=tuple(rules),
        terms=terms,
        term_notes=_term_notes(layers),
        codes=codes,
        dated=max(layer.model.dated for layer in layers if layer.model is not None),
    )


def _chain(root: Path, set_id: str, mistakes: list[Mistake]) -> list[_Layer]:
    layers: list[_Layer] = []
    seen: set[str] = set()
    current: str | None = set_id
    while current:
        if current in seen:
            mistakes.append(layers[0].set_source.mistake(("extends",), "extends 绕成了圈"))
            break
        seen.add(current)
        folder = root / current
        if not (folder / "set.yaml").is_file():
            place = layers[0].set_source.mistake(("extends",), f"没有“{current}”这套映射") if layers else (
                Mistake(current, 1, 1, "这个文件夹里没有 set.yaml"))  # fmt: skip
            mistakes.append(place)
            break
        layers.insert(0, _Layer(folder, mistakes))
        if layers[0].model is None:
            break
        current = layers[0].model.extends
    return layers


def _merge(base: Any, patch: Any) -> Any:
    """Mappings are merged key by key; anything else is replaced."""
    if isinstance(base, dict) and isinstance(patch, dict):
        return {**base, **{k: _merge(base.get(k), v) for k, v in patch.items()}}
    return patch


def _tables(layers: list[_Layer], mistakes: list[Mistake]) -> tuple[dict[str, TableSpec], list[dict[str, str]]]:
    data: dict[str, Any] = {}
    sources: dict[str, Source] = {}
    scopes: list[dict[str, str]] = []
    for layer in layers:
        for source in layer.tables:
            if isinstance(source.data, dict) and "key" in source.data:
                key = source.data["key"]
                data[key] = _merge(data.get(key, {}), source.data)
                sources[key] = source
        scopes.append({name: k for k, d in data.items() for name in (k, d.get("number")) if name})
    specs: dict[str, TableSpec] = {}
    for key in _order(layers, data, mistakes):
        try:
            model = TableModel.model_validate(data[key])
        except ValidationError:
            continue
        specs[key] = compile_table(model, _reporter(sources[key], mistakes))
    return specs, scopes


def _reporter(source: Source, mistakes: list[Mistake]) -> Callable[[tuple[str | int, ...], str], None]:
    return lambda path, message: mistakes.append(source.mistake(path, message))


def _order(layers: list[_Layer], data: dict[str, Any], mistakes: list[Mistake]) -> Iterable[str]:
    for layer in reversed(layers):
        if layer.model is not None and layer.model.tables is not None:
            for i, key in enumerate(layer.model.tables):
                if key not in data:
                    sentence = f"tables/ 里没有“{key}”这张表"
                    mistakes.append(layer.set_source.mistake(("tables", i), sentence))
            return [k for k in layer.model.tables if k in data]
    return list(data)


class _Draft(NamedTuple):
    """A rule as a layer wrote it, before it is known whether a nearer layer replaces or drops it."""

    model: RuleModel
    source: Source
    at: int
    resolver: Resolver


def _rules(
    layers: list[_Layer],
    tables: dict[str, TableSpec],
    scopes: list[dict[str, str]],
    mistakes: list[Mistake],
) -> tuple[list[RuleSpec], dict[str, Any]]:
    """Compile the rules that are left after every layer has replaced and dropped what it wants."""
    terms: dict[str, Any] = {}
    drafts: dict[str, _Draft] = {}
    for layer, scope in zip(layers, scopes, strict=True):
        dropped = layer.model.drop if layer.model else {}
        for rule_id in dropped:
            if drafts.pop(rule_id, None) is None:
                sentence = f"drop 里的 {rule_id} 不存在"
                mistakes.append(layer.set_source.key_mistake(("drop", rule_id), sentence))
        resolver = Resolver(tables, scope, terms)
        for source in layer.rules:
            for i, term in _sound(TermModel, source, "terms"):
                path = ("terms", i, "condition")
                terms[term.name] = compile_claim(term.condition, source, path, resolver, mistakes, condition=True)
        drafts.update(_drafts(layer, resolver, mistakes))
    compiled = [compile_rule(d.model, d.source, ("rules", d.at), d.resolver, mistakes) for d in drafts.values()]
    return [rule for rule in compiled if rule is not None], terms


def _drafts(layer: _Layer, resolver: Resolver, mistakes: list[Mistake]) -> dict[str, _Draft]:
    found: dict[str, _Draft] = {}
    for source in layer.rules:
        for i, model in _sound(RuleModel, source, "rules"):
            key = model.id
            if key in found:
                mistakes.append(source.mistake(("rules", i, "id"), f"规则编号 {key} 出现了两次"))
                key = f"{key} {source.name} {i}"  # the mistakes of both are said
            found[key] = _Draft(model, source, i, resolver)
    return found


def _sound(model: type[_M], source: Source, name: str) -> Iterator[tuple[int, _M]]:
    """Items of a list that fit their model, with their indexes: one wrong item does not hide the others' mistakes."""
    items = source.data.get(name) if isinstance(source.data, dict) else None
    for i, item in enumerate(items if isinstance(items, list) else ()):
        with suppress(ValidationError):
            yield i, model.model_validate(item)


def _term_notes(layers: list[_Layer]) -> dict[str, str]:
    models = [_model(RuleFile, source) for layer in layers for source in layer.rules]
    return {t.name: f"{t.reason}（{t.condition}）" for m in models if m for t in m.terms}


def _codes(layers: list[_Layer], mistakes: list[Mistake]) -> dict[str, dict[str, str]]:
    """Codes, their names and notes from the CSV lists of all layers; for a code the nearest list that has it wins."""
    names: dict[str, dict[str, str]] = {}
    for layer in layers:
        if layer.model and layer.model.codes:
            try:
                with (layer.folder / layer.model.codes).open(encoding="utf-8-sig", newline="") as file:
                    listed: dict[str, dict[str, str]] = {}
                    for row in csv.DictReader(file):
                        listed.setdefault(row["code"], {})[row["name"]] = row.get("note") or ""
                names |= listed
            except (OSError, UnicodeDecodeError, KeyError, csv.Error):
                sentence = f"读不了科目代码表“{layer.model.codes}”（CSV，UTF-8，首行 code,name）"
                mistakes.append(layer.set_source.mistake(("codes",), sentence))
    return names
