"""``--explanations FILE``: explanations kept beside the workbooks, as a table (.csv) or as data (.json)."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from pathlib import Path

from xlcheck.errors import Usage
from xlcheck.files import reason, write_whole
from xlcheck.outcome import Justification
from xlcheck.report.json import to_json
from xlcheck.shown import clean

SCHEMA = "xlcheck.explanations/1"
_COLUMNS = {
    "key": "编号", "values": "数值", "text": "单位说明", "unit": "单位", "year": "年度", "form": "表样", "rule": "规则",
    "place": "单元格",
}  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")
_MOST = 16 * 1024 * 1024


def read_justifications(path: Path) -> list[Justification]:
    """The explanations in a file; none where it does not exist yet.

    Raises:
        Usage: no such kind of file, or one that can't be read.
    """
    kind = _kind(path)
    if not path.exists():
        return []
    try:
        if path.stat().st_size > _MOST:
            raise Usage(f"说明文件“{path}”太大，不像 xlcheck 写的。")
        text = path.read_text(encoding="utf-8-sig")
        return _from_json(text) if kind == ".json" else _from_csv(text)
    except OSError as error:
        raise Usage(f"读不了说明文件“{path}”：{reason(error)}") from error
    except (ValueError, KeyError, TypeError, AttributeError, csv.Error) as error:
        said = f"说明文件“{path}”读不懂：应是 xlcheck 写的 .csv（UTF-8）或 .json，第一行是列名。"
        raise Usage(said) from error


def write_justifications(path: Path, found: Iterable[Justification]) -> None:
    """Write ``found`` in the order of units, years and rules; equal ones give equal bytes.

    Raises:
        Fault: the file can't be written.
    """
    rows = sorted(
        {e._replace(text=clean(e.text)) for e in found}, key=lambda e: (e.unit, e.year, e.form, e.rule, e.place, e.key)
    )
    if _kind(path) == ".json":
        text = to_json({"schema": SCHEMA, "explanations": [e._asdict() for e in rows]}) + "\n"
        write_whole(path, text.encode())
        return
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(_COLUMNS.values())
    for e in rows:
        writer.writerow([_cell(e._asdict()[name]) for name in _COLUMNS])
    write_whole(path, out.getvalue().encode("utf-8-sig"))


def _kind(path: Path) -> str:
    if path.suffix.lower() not in (".csv", ".json"):
        raise Usage(f"--explanations 的文件要叫 .csv 或 .json，“{path.name}”不是。")
    return path.suffix.lower()


def _cell(text: str) -> str:
    """Text of a unit's in a table that Excel opens: it must not run as a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _plain(cell: str) -> str:
    return cell[1:] if cell[:1] == "'" and cell[1:].startswith(_FORMULA) else cell


def _from_csv(text: str) -> list[Justification]:
    names = {said: name for name, said in _COLUMNS.items()}
    found = []
    for row in csv.DictReader(io.StringIO(text, newline="")):
        fields = {names[k]: _plain(v or "") for k, v in row.items() if k in names}
        if {"key", "values", "text"} - fields.keys():
            raise ValueError("columns")
        found.append(Justification(**fields))
    return found


def _from_json(text: str) -> list[Justification]:
    data = json.loads(text)
    if data["schema"] != SCHEMA:
        raise ValueError(data["schema"])
    return [
        Justification(**{k: str(v) for k, v in e.items() if k in Justification._fields}) for e in data["explanations"]
    ]
