"""The columns of a region below its header, and the figures that stand in them."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from xlcheck.binding.frame import Column, Frame
from xlcheck.binding.reading import Reading
from xlcheck.binding.slots import Body, Slots

_MOST_COLUMNS = 60
_MOST_HEADER_ROWS = 6
_EXTENDS_WITHIN = 3  # rows from the last one of the header, in which a total row may go on with it
_COUNTS_WITHIN = 4  # rows from the last one of the header, in which column numbers are looked for
_ONE = 1_000_000  # figures are kept in millionths


class Heading(NamedTuple):
    """What a header says: the path of texts over each column, and its printed number."""

    paths: dict[int, tuple[str, ...]]
    numbers: Mapping[int, int]

    def column(self, at: int) -> Column:
        """A column as the header names it."""
        return Column(at, self.paths.get(at, ()), self.numbers.get(at, 0))


def heading_of(frame: Frame, header: Sequence[int]) -> Heading:
    """What the rows of a header and the column numbers below them say; nothing where there is no header."""
    if not header:
        return Heading({}, {})
    row = frame.count_row(header[0], header[-1] + _COUNTS_WITHIN)
    return Heading(frame.paths(header[0], header[-1]), frame.counting(row) if row else {})


def header_rows(frame: Frame, first: int) -> list[int]:
    """The rows of the header above the body that begins at ``first``: texts, no column numbers."""
    above = [r for r in plain_lines(frame) if r < first]
    return [r for r in above if not _more_figures(frame, r)][-_MOST_HEADER_ROWS:]


def _more_figures(frame: Frame, row: int) -> bool:
    """Whether more figures than texts stand in a row."""
    texts = sum(1 for c in frame.grid.rows[row] if frame.text(row, c) and frame.figure(row, c) is None)
    return len(frame.figures(row)) > texts


def place_header(reading: Reading, header: Sequence[int], first: int) -> None:
    """Keep where the header of a reading and the first row of its body are."""
    reading.top, reading.bottom = (header[0], header[-1]) if header else (0, 0)
    reading.data_from = first


def columns_of(
    frame: Frame, header: Sequence[int], after: int, body: Iterable[int], totals: Sequence[int] = ()
) -> list[Column]:
    """The columns right of the lead columns that have a heading or figures.

    Texts in the figure cells of a total row right below the header extend the header (类 款 项 合计 | 合计 | 基本支出).
    """
    heading = heading_of(frame, header)
    if header and totals and totals[0] <= header[-1] + _EXTENDS_WITHIN:
        for c, text in _texts_after(frame, totals[0], after):
            heading.paths[c] = (*heading.paths.get(c, ()), text)
    used = {c for r in body for c in frame.grid.rows.get(r, ())}
    right = [c for c in sorted({*heading.paths, *used}) if c > after]
    return [heading.column(c) for c in right[:_MOST_COLUMNS]]


def _texts_after(frame: Frame, row: int, after: int) -> Iterator[tuple[int, str]]:
    """(column, text) of a row, right of a column, that are no figures."""
    for c in frame.grid.rows.get(row, ()):
        text = frame.text(row, c)
        if c > after and len(text) > 1 and frame.figure(row, c) is None:
            yield c, text


def candidates(columns: Iterable[Column], slots: Slots) -> list[Column]:
    """Columns whose heading is not known to be none of the concepts."""
    return [c for c in columns if not slots.distractor(c)]


def columns_in(columns: Iterable[Column], places: Container[int]) -> list[Column]:
    """Those of the columns that stand at one of ``places``."""
    return [c for c in columns if c.at in places]


def without_words(frame: Frame, columns: Iterable[Column], folded: Container[str]) -> list[Column]:
    """Columns whose heading does not end in one of the ``folded`` words."""
    return [c for c in columns if not (c.path and frame.words.key(c.path[-1]) in folded)]


def headed_by(frame: Frame, columns: Iterable[Column], folded: Container[str]) -> list[Column]:
    """Columns whose heading ends in one of the ``folded`` words."""
    return [c for c in columns if c.path and frame.words.key(c.path[-1]) in folded]


def bodies_of(frame: Frame, columns: Sequence[Column], rows: Mapping[int, str]) -> dict[int, Body]:
    """The figures of each column by the name of their row (a code, 合计, a key)."""
    bodies = {}
    for column in columns:
        figures: dict[str, int] = {}
        texts = 0
        for r, key in rows.items():
            value = frame.figure(r, column.at)
            if value is not None:
                figures[key] = value
            elif len(frame.text(r, column.at)) > 1:
                texts += 1
        bodies[column.at] = Body(figures, texts)
    return bodies


def filled_columns(bodies: Mapping[int, Body]) -> set[int]:
    """Columns in which a figure other than zero stands."""
    return {at for at, body in bodies.items() if any(body.figures.values())}


def rises_by_ones(values: Sequence[int], most: int) -> bool:
    """Whether figures are numbers of lines: each some whole ones, at most ``most``, above the one before."""
    steps = [b - a for a, b in pairwise(values)]
    return len(values) > 2 and all(0 < step <= most * _ONE and step % _ONE == 0 for step in steps)


# --- rows by the figures in them ------------------------------------------------------------------


def plain_lines(frame: Frame) -> list[int]:
    """The rows of header and body that hold no column numbers."""
    return [r for r in frame.lines if not frame.counting(r)]


def has_figures(frame: Frame, row: int) -> bool:
    """Whether a figure stands in a row."""
    return bool(frame.figures(row))


def filled(frame: Frame, row: int) -> bool:
    """Whether a figure other than zero stands in a row."""
    return any(value for _, value in frame.figures(row))


def any_filled(frame: Frame, rows: Iterable[int]) -> bool:
    """Whether a figure other than zero stands in one of the rows."""
    return any(filled(frame, r) for r in rows)


def filled_at_all(frame: Frame) -> bool:
    """Whether a figure other than zero stands in a region, beside the numbers of its columns."""
    return any_filled(frame, plain_lines(frame))


def figures_down(frame: Frame, column: int, rows: Iterable[int]) -> list[int]:
    """The figures of a column in ``rows``."""
    return [value for r in rows if (value := frame.figure(r, column)) is not None]
