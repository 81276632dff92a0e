"""The data of a unit, as given in YAML or JSON, laid over the form; every mistake said at once."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from xlcheck.errors import DataError
from xlcheck.form import TOTAL, RowKind, SectionSpec, SetSpec, TableSpec
from xlcheck.labels import label_key
from xlcheck.mapping.source import load_data
from xlcheck.model import BLANK, Amount, CellKind
from xlcheck.reading.formats import named_as_workbook
from xlcheck.reading.given import GivenTable, number

_HEAD = ("单位名称", "年度", "金额单位", "说明")


@dataclass(slots=True)
class Content:
    """What goes into a workbook. ``tables`` is by table key; a cell that is not there was not given."""

    unit: str = ""
    year: str = ""
    tables: dict[str, GivenTable] = field(default_factory=dict)
    mistakes: list[str] = field(default_factory=list)


def load(path: Path) -> Any:
    """Data from a YAML or JSON file.

    Raises:
        DataError: the file can't be read as either.
    """
    if named_as_workbook(path):
        raise DataError([f"{path}：数据应当是 YAML 或 JSON 文件，不是工作簿"])
    if path.suffix.lower() == ".json":
        try:
            return json.loads(path.read_text(encoding="utf-8-sig"), parse_float=str, parse_int=str)
        except (OSError, UnicodeDecodeError, ValueError) as error:
            raise DataError([f"{path}：读不了这个 JSON 文件（{error}）"]) from error
    data, mistakes = load_data(path)
    if mistakes:
        raise DataError([str(m) for m in mistakes])
    return data


def understand(form: SetSpec, data: Any) -> Content:
    """Lay ``data`` over ``form``.

    Raises:
        DataError: with every table, row, column or figure that doesn't fit.
    """
    if not isinstance(data, Mapping):
        raise DataError(["数据文件最外层应当是 unit、year、tables"])
    content = Content(str(data.get("unit") or ""), str(data.get("year") or form.year))
    if not (content.year.isascii() and content.year.isdigit() and len(content.year) == 4):
        content.mistakes.append(f"year 应当是四位数字，现在是“{content.year}”")
    for name in data:
        if name not in ("unit", "year", "tables", "set"):
            content.mistakes.append(f"不认识的项“{name}”，最外层只有 unit、year、tables")
    tables = data.get("tables") or {}
    if not isinstance(tables, Mapping):
        raise DataError([*content.mistakes, "tables 应当是“表: 内容”"])
    for name, table_data in tables.items():
        try:
            spec = form.table(str(name))
        except KeyError:
            content.mistakes.append(f"这套表没有“{name}”，有：{'、'.join(t.number for t in form.tables)}")
            continue
        content.tables[spec.key] = _Reader(spec, content.mistakes).read(table_data or {})
    if content.mistakes:
        raise DataError(content.mistakes)
    return content


class _Reader:
    """Reads the data of one table."""

    def __init__(self, spec: TableSpec, mistakes: list[str]) -> None:
        self.spec = spec
        self.mistakes = mistakes
        self.given = GivenTable()

    def read(self, data: Any) -> GivenTable:
        if not isinstance(data, Mapping):
            self.mistakes.append(f"{self.spec.number}：应当是“行: 数值”")
            return self.given
        rest = dict(data)
        for fact in _HEAD:
            if fact in rest:
                self._fact(fact, str(rest.pop(fact)))
        for section in self.spec.sections:
            inner = rest.pop(section.key, None) if len(self.spec.sections) > 1 else rest
            if inner is not None:
                self._section(section, inner)
        if len(self.spec.sections) > 1:
            self._strangers(rest, "、".join(s.key for s in self.spec.sections))
        return self.given

    def _fact(self, fact: str, value: str) -> None:
        if fact == "说明":
            self.given.statement = value
        else:
            self.given.facts[fact] = (value, "")

    def _strangers(self, rest: Mapping[str, Any], known: str) -> None:
        for name in rest:
            self.mistakes.append(f"{self.spec.number}：不认识“{name}”，应当是 {known}")

    def _section(self, section: SectionSpec, data: Mapping[str, Any]) -> None:
        if not isinstance(data, Mapping):
            self.mistakes.append(f"{self.spec.number}.{section.key}：应当是“行: 数值”")
            return
        rest = dict(data)
        if section.shape == "codes":
            if section.total in rest:
                self._row(section, TOTAL, rest.pop(section.total or ""))
            rows = rest.pop("rows", None) or []
            if not isinstance(rows, list):
                self.mistakes.append(f"{self.spec.number}：rows 应当是列表")
                rows = []
            for row in rows:
                self._code_row(section, row)
            self._strangers(rest, "合计、rows")
            return
        for name, value in rest.items():
            key = _row_key(section, str(name))
            if key is None:
                self.mistakes.append(f"{self.spec.number}：没有“{name}”这一行")
            else:
                self._row(section, key, value)

    def _code_row(self, section: SectionSpec, row: Any) -> None:
        if not isinstance(row, Mapping) or not row.get("code"):
            self.mistakes.append(f"{self.spec.number}：rows 里每行要有 code、name、values")
            return
        code = str(row["code"])
        rows = self.given.codes.setdefault(section.key, [])
        if any(known == code for known, _ in rows):
            self.mistakes.append(f"{self.spec.number}：科目 {code} 写了两次")
            return
        rows.append((code, str(row.get("name") or "")))
        self._row(section, code, row.get("values") or {})

    def _row(self, section: SectionSpec, row: str, value: Any) -> None:
        columns = section.column_keys
        if isinstance(value, Mapping) and "text" not in value:
            cells: Iterator[tuple[str, Any]] = iter((str(k), v) for k, v in value.items())
        elif isinstance(value, list):
            if len(value) != len(columns):
                sentence = f"{self.spec.number}“{row}”：应有 {len(columns)} 个数，给了 {len(value)} 个"
                self.mistakes.append(sentence)
            cells = iter(zip(columns, value, strict=False))
        else:
            cells = iter([(columns[0], value)])
        for name, raw in cells:
            column = next((c for c in columns if label_key(c) == label_key(name)), None)
            if column is None:
                self.mistakes.append(f"{self.spec.number}“{row}”：没有“{name}”这一栏，有：{'、'.join(columns)}")
                continue
            self.given.amounts[section.key, row, column] = self._amount(section, row, column, raw)

    def _amount(self, section: SectionSpec, row: str, column: str, raw: Any) -> Amount:
        if raw is None or raw == "":
            return BLANK
        if isinstance(raw, Mapping):
            return Amount(CellKind.TEXT, str(raw.get("text", "")), None, None, 0)
        text = str(raw).strip()
        if set(text) <= set("─—-"):
            return Amount(CellKind.NOT_APPLICABLE, text, None, 0, 0)
        exact = any(r.key == row and r.exact for r in section.rows)
        try:
            value = Decimal(text.replace(",", ""))
        except InvalidOperation:
            value = Decimal("NaN")
        if not value.is_finite() or abs(value) >= Decimal(10) ** 15:
            self.mistakes.append(f"{self.spec.number}“{row} · {column}”：“{text}”不是数字")
            return BLANK
        return number(value, 0 if exact else 10 ** (6 - self.spec.decimals))


def _row_key(section: SectionSpec, name: str) -> str | None:
    rows = [r for r in section.rows if r.kind is RowKind.DATA]
    exact = next((r for r in rows if name in (r.key, r.code)), None)
    found = exact or next((r for r in rows if label_key(r.key) == label_key(name)), None)
    found = found or next((r for r in rows if label_key(name) in r.names), None)
    if found is None:
        return None
    return found.code or found.key
