"""The data of a unit, as given in YAML or JSON, laid over the form; every mistake said at once."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from xlcheck.errors import DataError
from xlcheck.filling.byshape import BY_SHAPE
from xlcheck.filling.rowdata import RowData
from xlcheck.form import SectionSpec, SetSpec, TableSpec
from xlcheck.mapping.source import load_data
from xlcheck.reading.formats import named_as_workbook
from xlcheck.reading.from_data import DataTable

_FACTS = ("单位名称", "年度", "金额单位")
_STATEMENT = "说明"
_TOP = ("unit", "year", "tables", "set")
_WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".et", ".csv")


@dataclass(slots=True)
class UnitData:
    """What goes into a workbook. ``tables`` is by table key; a cell that is not there was not given."""

    unit: str = ""
    year: str = ""
    tables: dict[str, DataTable] = field(default_factory=dict)


def load(path: Path) -> Any:
    """Data from a YAML or JSON file.

    Raises:
        DataError: the file can't be read as either.
    """
    if named_as_workbook(path):
        raise DataError([f"{path}：数据应当是 YAML 或 JSON 文件，不是工作簿"])
    if path.suffix.lower() == ".json":
        return _load_json(path)
    data, mistakes = load_data(path)
    if mistakes:
        raise DataError([str(m) for m in mistakes])
    return data


def _load_json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8-sig"), parse_float=str, parse_int=str)
    except (OSError, UnicodeDecodeError, ValueError) as error:
        raise DataError([f"{path}：读不了这个 JSON 文件（{error}）"]) from error


def understand(form: SetSpec, data: Any) -> UnitData:
    """Lay ``data`` over ``form``.

    Raises:
        DataError: with every table, row, column or figure that doesn't fit.
    """
    if not isinstance(data, Mapping):
        raise DataError(["数据文件最外层应当是 unit、year、tables"])
    content = UnitData(str(data.get("unit") or ""), str(data.get("year") or form.year))
    mistakes = list(_top_mistakes(data, content.year))
    tables = data.get("tables") or {}
    if not isinstance(tables, Mapping):
        raise DataError([*mistakes, "tables 应当是“表: 内容”"])
    content.tables.update(_tables(form, tables, mistakes))
    if mistakes:
        raise DataError(mistakes)
    return content


def _tables(form: SetSpec, tables: Mapping[Any, Any], mistakes: list[str]) -> Iterator[tuple[str, DataTable]]:
    """The tables of the form that the data name, by key."""
    for name, data in tables.items():
        spec = _table(form, str(name), mistakes)
        if spec is not None:
            yield spec.key, _TableData(spec, mistakes).read(data or {})


def _table(form: SetSpec, name: str, mistakes: list[str]) -> TableSpec | None:
    """The table that the data call ``name``; a mistake more where the form has none."""
    try:
        return form.table(name)
    except KeyError:
        mistakes.append(f"这套表没有“{name}”，有：{'、'.join(t.number for t in form.tables)}")
        return None


def _top_mistakes(data: Mapping[Any, Any], year: str) -> Iterator[str]:
    if not (year.isascii() and year.isdigit() and len(year) == 4):
        yield f"year 应当是四位数字，现在是“{year}”"
    for name in data:
        if name not in _TOP:
            yield f"不认识的项“{name}”，最外层只有 unit、year、tables"


class _TableData:
    """Reads the data of one table; what does not fit is added to ``mistakes``."""

    def __init__(self, spec: TableSpec, mistakes: list[str]) -> None:
        self.spec = spec
        self.table = DataTable()
        self.rows = RowData(spec, self.table, mistakes)

    def read(self, data: Any) -> DataTable:
        if not isinstance(data, Mapping):
            self.rows.wrong("：应当是“行: 数值”")
            return self.table
        rest = dict(data)
        self._facts(rest)
        if len(self.spec.sections) == 1:
            self._section(self.spec.sections[0], rest)
            return self.table
        for section in self.spec.sections:
            inner = rest.pop(section.key, None)
            if inner is not None:
                self._section(section, inner)
        self.rows.strangers(rest, "、".join(s.key for s in self.spec.sections))
        return self.table

    def _facts(self, rest: dict[str, Any]) -> None:
        """What stands over and under the figures; taken out of ``rest``."""
        for fact in _FACTS:
            if fact in rest:
                self.table.facts[fact] = (str(rest.pop(fact)), "")
        if _STATEMENT in rest:
            self.table.statement = str(rest.pop(_STATEMENT))

    def _section(self, section: SectionSpec, data: Any) -> None:
        if isinstance(data, Mapping):
            BY_SHAPE[section.shape.name].data(self.rows, section, data)
        else:
            self.rows.wrong(f".{section.key}：应当是“行: 数值”")
