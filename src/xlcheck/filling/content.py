"""The data of a unit, as given in YAML or JSON, laid over the form; every mistake said at once."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from xlcheck.errors import DataError
from xlcheck.form import TOTAL, RowKind, RowSpec, SectionSpec, SetSpec, TableSpec
from xlcheck.labels import label_key
from xlcheck.mapping.source import load_data
from xlcheck.model import BLANK, Amount, CellKind
from xlcheck.reading.formats import named_as_workbook
from xlcheck.reading.given import GivenTable, number

_FACTS = ("单位名称", "年度", "金额单位")
_STATEMENT = "说明"
_TOP = ("unit", "year", "tables", "set")
_WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".et", ".csv")
_DASHES = frozenset("─—-")  # what is printed where nothing applies
_TOO_LARGE = Decimal(10) ** 15  # figures are kept in millionths, and floats keep 15 digits
_MILLIONTHS = 6


@dataclass(slots=True)
class UnitData:
    """What goes into a workbook. ``tables`` is by table key; a cell that is not there was not given."""

    unit: str = ""
    year: str = ""
    tables: dict[str, GivenTable] = field(default_factory=dict)


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


def _tables(form: SetSpec, tables: Mapping[Any, Any], mistakes: list[str]) -> Iterator[tuple[str, GivenTable]]:
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
        self.mistakes = mistakes
        self.table = GivenTable()

    def _wrong(self, sentence: str) -> None:
        self.mistakes.append(f"{self.spec.number}{sentence}")

    def read(self, data: Any) -> GivenTable:
        if not isinstance(data, Mapping):
            self._wrong("：应当是“行: 数值”")
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
        self._strangers(rest, "、".join(s.key for s in self.spec.sections))
        return self.table

    def _facts(self, rest: dict[str, Any]) -> None:
        """What stands over and under the figures; taken out of ``rest``."""
        for fact in _FACTS:
            if fact in rest:
                self.table.facts[fact] = (str(rest.pop(fact)), "")
        if _STATEMENT in rest:
            self.table.statement = str(rest.pop(_STATEMENT))

    def _strangers(self, rest: Iterable[str], known: str) -> None:
        for name in rest:
            self._wrong(f"：不认识“{name}”，应当是 {known}")

    def _section(self, section: SectionSpec, data: Any) -> None:
        if not isinstance(data, Mapping):
            self._wrong(f".{section.key}：应当是“行: 数值”")
        elif section.shape == "codes":
            self._coded(section, dict(data))
        else:
            self._named(section, data)

    def _named(self, section: SectionSpec, data: Mapping[str, Any]) -> None:
        for name, value in data.items():
            key = _row_key(section, str(name))
            if key is None:
                self._wrong(f"：没有“{name}”这一行")
            else:
                self._row(section, key, value)

    def _coded(self, section: SectionSpec, rest: dict[str, Any]) -> None:
        if section.total in rest:
            self._row(section, TOTAL, rest.pop(section.total or ""))
        rows = rest.pop("rows", None) or []
        if not isinstance(rows, list):
            self._wrong("：rows 应当是列表")
            rows = []
        for row in rows:
            self._code_row(section, row)
        self._strangers(rest, "合计、rows")

    def _code_row(self, section: SectionSpec, row: Any) -> None:
        if not isinstance(row, Mapping) or not row.get("code"):
            self._wrong("：rows 里每行要有 code、name、values")
            return
        code = str(row["code"])
        rows = self.table.codes.setdefault(section.key, [])
        if code in dict(rows):
            self._wrong(f"：科目 {code} 写了两次")
            return
        rows.append((code, str(row.get("name") or "")))
        self._row(section, code, row.get("values") or {})

    def _row(self, section: SectionSpec, row: str, value: Any) -> None:
        columns = section.column_keys
        for name, raw in self._cells(columns, row, value):
            column = next((c for c in columns if label_key(c) == label_key(name)), None)
            if column is None:
                self._wrong(f"“{row}”：没有“{name}”这一栏，有：{'、'.join(columns)}")
                continue
            self.table.amounts[section.key, row, column] = self._amount(section, row, column, raw)

    def _cells(self, columns: tuple[str, ...], row: str, value: Any) -> Iterable[tuple[str, Any]]:
        """The cells of a row: by column, as a list of all of them, or its only one."""
        if isinstance(value, Mapping) and "text" not in value:
            return ((str(name), raw) for name, raw in value.items())
        if not isinstance(value, list):
            return [(columns[0], value)]
        if len(value) != len(columns):
            self._wrong(f"“{row}”：应有 {len(columns)} 个数，给了 {len(value)} 个")
        return zip(columns, value, strict=False)

    def _amount(self, section: SectionSpec, row: str, column: str, raw: Any) -> Amount:
        if raw is None or raw == "":
            return BLANK
        if isinstance(raw, Mapping):
            return Amount(CellKind.TEXT, str(raw.get("text", "")), None, None, 0)
        text = str(raw).strip()
        if _DASHES.issuperset(text):
            return Amount(CellKind.NOT_APPLICABLE, text, None, 0, 0)
        value = _decimal(text)
        if value is None:
            self._wrong(f"“{row} · {column}”：“{text}”不是数字")
            return BLANK
        return number(value, self._step(section, row))

    def _step(self, section: SectionSpec, row: str) -> int:
        """To what the figures of a row are rounded, in millionths (0: not at all)."""
        exact = any(r.key == row and r.exact for r in section.rows)
        return 0 if exact else 10 ** (_MILLIONTHS - self.spec.decimals)


def _decimal(text: str) -> Decimal | None:
    """The number that a text spells; None where it spells none, or one that is larger than any."""
    try:
        value = Decimal(text.replace(",", ""))
    except InvalidOperation:
        return None
    return value if value.is_finite() and abs(value) < _TOO_LARGE else None


def _row_key(section: SectionSpec, name: str) -> str | None:
    """The key of the row that the data call ``name``: its code where it has one."""
    wanted = label_key(name)
    ways: tuple[Callable[[RowSpec], bool], ...] = (
        lambda row: name in (row.key, row.code),
        lambda row: label_key(row.key) == wanted,
        lambda row: wanted in row.names,
    )
    rows = [row for row in section.rows if row.kind is RowKind.DATA]
    for fits in ways:
        if found := next(filter(fits, rows), None):
            return found.code or found.key
    return None
