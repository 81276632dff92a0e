"""A folder of YAML → a compiled set: extension, tables, rules, all mistakes at once."""

from __future__ import annotations

import csv
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from pydantic import BaseModel, ValidationError

from xlcheck.errors import MappingError, Mistake
from xlcheck.form import RuleSpec, SetSpec, TableSpec
from xlcheck.mapping import validate
from xlcheck.mapping.places import MappingFolders
from xlcheck.mapping.resolve import Resolver
from xlcheck.mapping.rules import compile_claim, compile_rule
from xlcheck.mapping.schema import RuleFile, RuleModel, SetModel, TableModel, TermModel
from xlcheck.mapping.source import MappingSource
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


def _read(path: Path, folder: Path, model: type[BaseModel], mistakes: list[Mistake]) -> MappingSource:
    source = MappingSource(path, f"{folder.name}/{path.relative_to(folder).as_posix()}")
    mistakes += validate.check(model, source)
    return source


def _model(model: type[_M], source: MappingSource) -> _M | None:
    try:
        return model.model_validate(source.data)
    except ValidationError:
        return None


def compose(root: Path | MappingFolders, set_id: str) -> SetSpec:
    """Compile the set in ``root/set_id`` with everything it extends; of two folders the first that has a set counts.

    Raises:
        MappingError: with all mistakes of all its files.
    """
    mistakes: list[Mistake] = []
    folders = MappingFolders(root) if isinstance(root, Path) else root
    layers = _chain(folders, set_id, mistakes)
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


def _chain(folders: MappingFolders, set_id: str, mistakes: list[Mistake]) -> list[_Layer]:
    """The set and all that it extends, the most general first."""
    layers: list[_Layer] = []
    seen: set[str] = set()
    current: str | None = set_id
    while current:
        wrong = _no_layer(folders.of(current), current, layers[0] if layers else None, seen)
        if wrong is not None:
            mistakes.append(wrong)
            break
        seen.add(current)
        layers.insert(0, _Layer(folders.of(current), mistakes))
        model = layers[0].model
        current = model.extends if model is not None else None
    return layers


def _no_layer(folder: Path, set_id: str, above: _Layer | None, seen: set[str]) -> Mistake | None:
    """Why a set can't be what the one above it extends."""
    if above is not None and set_id in seen:
        return above.set_source.mistake(("extends",), "extends 绕成了圈")
    if (folder / "set.yaml").is_file():
        return None
    if above is not None:
        return above.set_source.mistake(("extends",), f"没有“{set_id}”这套映射")
    return Mistake(set_id, 1, 1, "这个文件夹里没有 set.yaml")


def _merge(base: Any, patch: Any) -> Any:
    """Mappings are merged key by key; anything else is replaced."""
    if isinstance(base, dict) and isinstance(patch, dict):
        return {**base, **{k: _merge(base.get(k), v) for k, v in patch.items()}}
    return patch


class _WrittenTable(NamedTuple):
    """A table as all layers together wrote it, and the nearest file that did: mistakes are said there."""

    data: Any
    source: MappingSource


def _tables(layers: list[_Layer], mistakes: list[Mistake]) -> tuple[dict[str, TableSpec], list[dict[str, str]]]:
    """The compiled tables by key; for each layer, the names by which its rules know the tables so far."""
    written: dict[str, _WrittenTable] = {}
    scopes: list[dict[str, str]] = []
    for layer in layers:
        _write_over(written, layer)
        scopes.append(_scope(written))
    specs: dict[str, TableSpec] = {}
    for key in _order(layers, written, mistakes):
        with suppress(ValidationError):
            model = TableModel.model_validate(written[key].data)
            specs[key] = compile_table(model, _reporter(written[key].source, mistakes))
    return specs, scopes


def _write_over(written: dict[str, _WrittenTable], layer: _Layer) -> None:
    """What a layer says of tables, over what those below it have said."""
    for source in layer.tables:
        if isinstance(source.data, dict) and "key" in source.data:
            key = source.data["key"]
            below = written[key].data if key in written else {}
            written[key] = _WrittenTable(_merge(below, source.data), source)


def _scope(written: Mapping[str, _WrittenTable]) -> dict[str, str]:
    """Keys and printed numbers of tables → their keys."""
    return {name: key for key, table in written.items() for name in (key, table.data.get("number")) if name}


def _reporter(source: MappingSource, mistakes: list[Mistake]) -> Callable[[tuple[str | int, ...], str], None]:
    return lambda path, message: mistakes.append(source.mistake(path, message))


def _order(layers: list[_Layer], written: Collection[str], mistakes: list[Mistake]) -> Iterable[str]:
    """Keys of the tables in the order of the nearest layer that says one; what is not listed is left out."""
    for layer in reversed(layers):
        listed = layer.model.tables if layer.model is not None else None
        if listed is not None:
            return [key for i, key in enumerate(listed) if _is_written(key, i, layer, written, mistakes)]
    return list(written)


def _is_written(key: str, i: int, layer: _Layer, written: Collection[str], mistakes: list[Mistake]) -> bool:
    """Whether there is the table that stands ``i``-th in the list of a layer; a mistake more where there is none."""
    if key not in written:
        mistakes.append(layer.set_source.mistake(("tables", i), f"tables/ 里没有“{key}”这张表"))
    return key in written


class _WrittenRule(NamedTuple):
    """A rule as a layer wrote it, before it is known whether a nearer layer replaces or drops it."""

    model: RuleModel
    source: MappingSource
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
    written: dict[str, _WrittenRule] = {}
    for layer, scope in zip(layers, scopes, strict=True):
        _drop(layer, written, mistakes)
        resolver = Resolver(tables, scope, terms)
        _add_terms(layer, resolver, terms, mistakes)
        written.update(_rules_of(layer, resolver, mistakes))
    compiled = [compile_rule(w.model, w.source, ("rules", w.at), w.resolver, mistakes) for w in written.values()]
    return [rule for rule in compiled if rule is not None], terms


def _drop(layer: _Layer, written: dict[str, _WrittenRule], mistakes: list[Mistake]) -> None:
    """Take out the rules that a layer does not want."""
    for rule_id in layer.model.drop if layer.model else ():
        if written.pop(rule_id, None) is None:
            mistakes.append(layer.set_source.key_mistake(("drop", rule_id), f"drop 里的 {rule_id} 不存在"))


def _add_terms(layer: _Layer, resolver: Resolver, terms: dict[str, Any], mistakes: list[Mistake]) -> None:
    """Compile the names that a layer gives to conditions; a later one may use those before it."""
    for source in layer.rules:
        for i, term in _sound(TermModel, source, "terms"):
            path = ("terms", i, "condition")
            terms[term.name] = compile_claim(term.condition, source, path, resolver, mistakes, condition=True)


def _rules_of(layer: _Layer, resolver: Resolver, mistakes: list[Mistake]) -> dict[str, _WrittenRule]:
    found: dict[str, _WrittenRule] = {}
    for source in layer.rules:
        for i, model in _sound(RuleModel, source, "rules"):
            key = model.id
            if key in found:
                mistakes.append(source.mistake(("rules", i, "id"), f"规则编号 {key} 出现了两次"))
                key = f"{key} {source.name} {i}"  # the mistakes of both are said
            found[key] = _WrittenRule(model, source, i, resolver)
    return found


def _sound(model: type[_M], source: MappingSource, name: str) -> Iterator[tuple[int, _M]]:
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
        name = layer.model.codes if layer.model else None
        if name:
            try:
                names |= _listed_codes(layer.folder / name)
            except (OSError, UnicodeDecodeError, KeyError, csv.Error):
                sentence = f"读不了科目代码表“{name}”（CSV，UTF-8，首行 code,name）"
                mistakes.append(layer.set_source.mistake(("codes",), sentence))
    return names


def _listed_codes(path: Path) -> dict[str, dict[str, str]]:
    """Code → name → note."""
    listed: dict[str, dict[str, str]] = {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            listed.setdefault(row["code"], {})[row["name"]] = row.get("note") or ""
    return listed
