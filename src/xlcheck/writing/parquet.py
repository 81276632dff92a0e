"""Reports as a Parquet table, for whoever has many of them: a row a workbook, its findings in it. The door for pyarrow."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any

from xlcheck.errors import Usage
from xlcheck.form import Severity
from xlcheck.report.json import Data, report_data
from xlcheck.writing.rendering import Options, Run, Sink, View

_CELL = ("table", "sheet", "cell", "role", "label", "value")
_FINDING = ("id", "rule", "severity", "kind", "what", "message", "mend", "expected", "actual", "difference", "unit")
_TEXTS = ("path", "sha256", "status", "refusal", "refusal_message", "set", "unit", "currency_unit", "marked")
_COUNTS = (
    *((severity.value, severity.value) for severity in Severity),
    ("justified", "已说明"),
    ("passed", "pass"),
    ("not_applicable", "not_applicable"),
    ("cannot_say", "cannot_say"),
    ("within_rounding", "explained_by_rounding"),
)


class ParquetRenderer:
    """One table. Amounts are decimal strings, as in the JSON report: Parquet's floats would not be exact.

    Raises:
        Usage: pyarrow is not installed.
    """

    needs_sheets = False
    binary = True

    def __init__(self, options: Options) -> None:
        del options  # data are always whole
        _arrow()

    def part(self, view: View) -> Data:
        """The row of a workbook."""
        data = report_data(view.report)
        book, refusal = data["workbook"], data["refusal"] or {}
        row = {name: book.get(name) for name in ("path", "sha256", "set", "unit", "currency_unit", "year")}
        row |= {"status": data["status"], "refusal": refusal.get("code"), "refusal_message": refusal.get("message")}
        row |= {"marked": view.report.marked or None}
        row |= {name: data["counts"][key] for name, key in _COUNTS}
        row["findings"] = [_finding(finding) for finding in data["findings"]]
        return row

    def write(self, parts: Iterable[Data], run: Run, sink: Sink) -> None:  # noqa: ARG002 - the protocol's
        """All rows as one file."""
        arrow = _arrow()
        from pyarrow import parquet

        whole = io.BytesIO()
        parquet.write_table(arrow.Table.from_pylist(list(parts), schema=_schema(arrow)), whole, compression="zstd")
        sink.data(whole.getvalue())


def _finding(finding: Data) -> Data:
    found = {name: finding.get(name) for name in _FINDING}
    found["cells"] = [{name: cell.get(name) for name in _CELL} for cell in finding["cells"]]
    return found


def _schema(arrow: Any) -> Any:
    """The columns: the same whatever a shard holds, so that shards make one table."""
    text = arrow.string()
    cell = arrow.struct([(name, text) for name in _CELL])
    finding = arrow.struct([*((name, text) for name in _FINDING), ("cells", arrow.list_(cell))])
    return arrow.schema(
        [
            *((name, text) for name in _TEXTS),
            ("year", arrow.int32()),
            *((name, arrow.int32()) for name, _ in _COUNTS),
            ("findings", arrow.list_(finding)),
        ]
    )


def _arrow() -> Any:
    try:
        import pyarrow as pa
    except ImportError as error:
        raise Usage("写 Parquet 还缺程序库，请安装：pip install 'xlcheck[parquet]'") from error
    return pa
