"""What only the unit knows, from its files: reasons and numbers, budgets by code or name (万元)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from xlcheck.documents.plaintext import decoded
from xlcheck.errors import Usage
from xlcheck.files import reason
from xlcheck.mapping.source import MappingSource
from xlcheck.narrative.composing import UnitKnows

_PLAIN = (".yaml", ".yml", ".json")


def read_known(path: Path | None) -> UnitKnows:
    """Reasons and numbers.

    Raises:
        Usage: the file can't be read, or is no such file.
    """
    if path is None:
        return UnitKnows()
    data = _mapping(path)
    unknown = [key for key in data if key not in ("原因", "数量", "年初预算")]
    if unknown:
        raise Usage(f"“{path}”里只能有 原因、数量、年初预算 三段，没有“{unknown[0]}”。")
    return UnitKnows(
        _texts(path, data, "原因"), _money(path, _texts(path, data, "年初预算")), _texts(path, data, "数量")
    )


def read_budgets(path: Path) -> Mapping[str, Decimal]:
    """Budgets: code or name → 万元.

    Raises:
        Usage: the file can't be read, or is no such file.
    """
    ending = path.suffix.lower()
    if ending in _PLAIN:
        data = _mapping(path)
        return _money(path, {str(k): str(v) for k, v in (data.get("年初预算") or data).items()})
    rows = list(_table(path, ending))
    found = {}
    for row in rows:
        cells = [c.strip() for c in row if c.strip()]
        if len(cells) >= 2 and _is_number(cells[-1]):
            found.update(dict.fromkeys(cells[:-1], cells[-1]))
    if not found:
        raise Usage(f"“{path}”里没有预算数。写成两栏：科目代码或项目，年初预算数（万元）。")
    return _money(path, found)


def _table(path: Path, ending: str) -> Iterator[list[str]]:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise Usage(f"读不了“{path}”：{reason(error)}") from error
    if ending == ".csv":
        text = decoded(data)
        if text is None:
            raise Usage(f"“{path}”的编码认不出，请另存为 UTF-8。")
        yield from csv.reader(io.StringIO(text))
        return
    from xlcheck.reading.opening import open_workbook

    for grid in open_workbook(data).grids:
        for row in sorted(grid.rows):
            yield [grid.rows[row][c].text for c in sorted(grid.rows[row])]


def _mapping(path: Path) -> Mapping[str, Any]:
    source = MappingSource(path, str(path))
    if source.mistakes:
        raise Usage(str(source.mistakes[0]))
    if not isinstance(source.data, dict):
        raise Usage(f"“{path}”应写成“名称: 内容”。")
    return source.data


def _texts(path: Path, data: Mapping[str, Any], name: str) -> dict[str, str]:
    found = data.get(name) or {}
    if not isinstance(found, dict) or any(isinstance(v, dict | list) for v in found.values()):
        raise Usage(f"“{path}”的“{name}”应写成“名称: 内容”。")
    return {str(k): str(v) for k, v in found.items() if v is not None}


def _money(path: Path, texts: Mapping[str, str]) -> dict[str, Decimal]:
    found = {}
    for name, text in texts.items():
        if not _is_number(text):
            raise Usage(f"“{path}”里“{name}”的预算数“{text}”不是数字。")
        found[name] = Decimal(text.replace(",", ""))
    return found


def _is_number(text: str) -> bool:
    try:
        return Decimal(text.replace(",", "")).is_finite()
    except InvalidOperation:
        return False
