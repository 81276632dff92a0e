"""``--format html``: all workbooks of a run on one page."""

from __future__ import annotations

from collections.abc import Iterable

from xlcheck.writing.html.page import Fragment, fragment, page
from xlcheck.writing.rendering import Options, Run, Sink, View


class HtmlRenderer:
    """The page: an overview, and each workbook with its findings and its sheets."""

    needs_sheets = True
    binary = True  # the page says that it is UTF-8, whatever the terminal is

    def __init__(self, options: Options) -> None:
        del options  # the page filters by itself

    def part(self, view: View) -> Fragment:
        """The workbook's part of the page."""
        return fragment(view)

    def write(self, parts: Iterable[Fragment], run: Run, sink: Sink) -> None:
        """The whole page."""
        sink.data((page(list(parts), run.skipped) + "\n").encode())
