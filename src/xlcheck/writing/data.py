"""Reports as data: one JSON document, or a line a workbook."""

from __future__ import annotations

from collections.abc import Iterable

from xlcheck.report.json import Data, report_data, to_json
from xlcheck.writing.rendering import Options, Piece, Run, Sink, View

_SCHEMA = "xlcheck.reports/1"


class JsonRenderer:
    """``xlcheck.report/1`` of one workbook, ``xlcheck.reports/1`` of several."""

    needs_sheets = False
    binary = False

    def __init__(self, options: Options) -> None:
        del options  # data are always whole

    def part(self, view: View) -> Data:
        """The report as plain data."""
        return report_data(view.report)

    def write(self, parts: Iterable[Data], run: Run, sink: Sink) -> None:
        """The one report, or all of them in one document."""
        reports = list(parts)
        several = {"schema": _SCHEMA, "reports": reports, "skipped": list(run.skipped)}
        sink.line(Piece(to_json(reports[0] if run.single else several)))


class JsonLinesRenderer(JsonRenderer):
    """One report a line, at once."""

    def write(self, parts: Iterable[Data], run: Run, sink: Sink) -> None:  # noqa: ARG002 - the protocol's
        """Each report as it comes."""
        for part in parts:
            sink.line(Piece(to_json(part, indent=None)))
