"""How the reports of a run are shown: one protocol for every format, and the table of formats.

A renderer works in two places. Its ``part`` of a workbook is made where the workbook was checked, with all that is
known there, and travels between processes; ``write`` puts the parts together as they come. A new format is one file
and one line of :data:`RENDERERS`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from xlcheck.model import Submission
from xlcheck.reading.grid import Grid
from xlcheck.reading.layout import SheetLayout
from xlcheck.report.report import Report


class ReadSheet(NamedTuple):
    """A sheet as it was read, for a format that shows it."""

    grid: Grid
    layout: SheetLayout


class View(NamedTuple):
    """What a renderer may look at: the report, under a name unique in the run, and what was read.

    ``submission`` is None where the workbook was refused; ``sheets`` are there where a renderer asks for them.
    """

    name: str
    report: Report
    submission: Submission | None = None
    sheets: tuple[ReadSheet, ...] = ()


class Piece(NamedTuple):
    """One line and how it may be shown where colour is to be had (a rich style; empty: plain)."""

    text: str
    style: str = ""


class Run(NamedTuple):
    """What the whole run was: ``single``: of one workbook that was named; files that were passed over."""

    single: bool
    skipped: tuple[str, ...] = ()


class Options(NamedTuple):
    """What the user wants to read: no findings (``quiet``), sheets that were not checked too (``verbose``)."""

    quiet: bool = False
    verbose: bool = False


class Sink(Protocol):
    """Where a report goes: the screen or a file."""

    def line(self, piece: Piece) -> None:
        """A line of text, at once."""

    def data(self, whole: bytes) -> None:
        """The bytes of a whole file."""

    def file(self, path: Path) -> None:
        """A whole file that is too large to be held in memory; it is gone afterwards."""


class HeldReport:
    """A sink that keeps a whole report in memory."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    @property
    def whole(self) -> bytes:
        """All that was written."""
        return b"".join(self._pieces)

    def line(self, piece: Piece) -> None:
        """A line of text."""
        self._pieces.append(f"{piece.text}\n".encode())

    def data(self, whole: bytes) -> None:
        """The bytes of a file."""
        self._pieces.append(whole)

    def file(self, path: Path) -> None:
        """A file."""
        self._pieces.append(path.read_bytes())


class Renderer(Protocol):
    """One format. ``needs_sheets``: its parts show the sheets themselves; ``binary``: it is no text for a screen."""

    needs_sheets: bool
    binary: bool

    def part(self, view: View) -> Any:
        """What one workbook adds: plain data that can be pickled."""

    def write(self, parts: Iterable[Any], run: Run, sink: Sink) -> None:
        """All parts, in order, as they come."""


def _at(module: str, name: str) -> Callable[[Options], Renderer]:
    """A renderer that is imported when it is asked for: most runs need one."""

    def made(options: Options) -> Renderer:
        renderer: Renderer = getattr(import_module(module), name)(options)
        return renderer

    return made


RENDERERS: dict[str, Callable[[Options], Renderer]] = {
    "text": _at("xlcheck.writing.text", "TextRenderer"),
    "json": _at("xlcheck.writing.data", "JsonRenderer"),
    "jsonl": _at("xlcheck.writing.data", "JsonLinesRenderer"),
    "html": _at("xlcheck.writing.html.renderer", "HtmlRenderer"),
    "xlsx": _at("xlcheck.writing.batchbook", "WorkbookRenderer"),
    "sarif": _at("xlcheck.writing.sarif", "SarifRenderer"),
    "junit": _at("xlcheck.writing.junit", "JunitRenderer"),
    "parquet": _at("xlcheck.writing.parquet", "ParquetRenderer"),
}


def renderer(name: str, options: Options = Options()) -> Renderer:  # noqa: B008 - frozen
    """The renderer of a format.

    Raises:
        KeyError: there is none of that name.
    """
    return RENDERERS[name](options)
