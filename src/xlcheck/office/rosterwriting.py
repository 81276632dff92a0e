"""Units written below those of a roster, in the format, the encoding and the columns that it has."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from xlcheck.errors import Usage
from xlcheck.office.proposals import row_of
from xlcheck.office.roster import HEADINGS, RosterSheet, Unit, roster_in, sheet_in
from xlcheck.office.starter import roster_template
from xlcheck.reading.foreign.delimited import decoded, delimiter
from xlcheck.reading.opening import open_workbook
from xlcheck.reading.sniff import Kind, kind_of
from xlcheck.writing.appending import with_rows
from xlcheck.writing.rosterbook import roster_book

_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def with_units(path: Path, data: bytes | None, units: Sequence[Unit]) -> bytes:
    """The bytes of the roster in ``path`` with more units; ``data`` are its bytes now (None: it is not there yet).

    Raises:
        Usage: its format can't be written.
        DataError: with these units it would not fit; all mistakes.
    """
    found = _new(path, units) if not data else _more(path, data, units)
    roster_in(found, path)
    return found


def _new(path: Path, units: Sequence[Unit]) -> bytes:
    if path.suffix.lower() == ".csv":
        return _csv(path, roster_template(), units)
    if path.suffix.lower() == ".xlsx":
        return roster_book(HEADINGS, [row_of(unit) for unit in units])
    raise Usage(_cannot(path))


def _more(path: Path, data: bytes, units: Sequence[Unit]) -> bytes:
    kind = kind_of(data)
    if kind is Kind.DELIMITED:
        return _csv(path, data, units)
    opened = open_workbook(data)
    if opened.workbook is None or opened.marked:
        raise Usage(_cannot(path))
    sheet = sheet_in(data, path)
    last = max(
        (row for row, cells in sheet.grid.rows.items() if any(cell.text.strip() for cell in cells.values())), default=1
    )
    return with_rows(opened.workbook, sheet.grid.part, last + 1, [_cells(sheet, unit) for unit in units])


def _cannot(path: Path) -> str:
    return f"名册“{path.name}”是旧格式，程序不能往里写。请另存为 .xlsx 或 CSV，或把建议里的行复制过去。"


def _cells(sheet: RosterSheet, unit: Unit) -> dict[int, str]:
    """A unit by the columns that a roster has."""
    texts = dict(zip(HEADINGS, row_of(unit), strict=True))
    return {column: texts[heading] for heading, column in sheet.columns.items() if texts[heading]}


def _csv(path: Path, data: bytes, units: Sequence[Unit]) -> bytes:
    text = decoded(data)
    sheet = sheet_in(data, path)
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter(text), lineterminator="\r\n" if "\r\n" in text else "\n")
    for unit in units:
        cells = _cells(sheet, unit)
        writer.writerow([cells.get(column, "") for column in range(1, max(cells) + 1)])
    gap = "" if text.endswith(("\n", "\r")) else ("\r\n" if "\r\n" in text else "\n")
    encoding = _encoding(data)
    added = (gap + out.getvalue()).encode(encoding, "replace")
    return data + added


def _encoding(data: bytes) -> str:
    """The encoding of what is put behind the bytes of a roster."""
    if data[:2] in _UTF16:
        return "utf-16-le" if data[:2] == _UTF16[0] else "utf-16-be"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8"
