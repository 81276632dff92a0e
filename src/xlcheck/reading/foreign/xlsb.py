"""Excel binary workbooks (.xlsb): BIFF12 records in the same guarded package as an .xlsx ([MS-XLSB]).

python-calamine reads them too, but an error value as a blank, which would be counted as 0, and it can abort the
process; it is the oracle of the tests instead.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from xlcheck.errors import Refused
from xlcheck.reading.foreign.building import Builder, CellContent, number_text
from xlcheck.reading.grid import NO_HEIGHT, NO_WIDTH, Grid
from xlcheck.reading.numberformats import Formats, built_in_format, format_of
from xlcheck.reading.package import Package
from xlcheck.reading.workbook import relations

_ERRORS = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}
_ROW, _BLANK, _RK, _ERROR, _BOOL, _REAL, _STRING, _SHARED = range(8)
_FORMULA_STRING, _FORMULA_NUMBER, _FORMULA_BOOL, _FORMULA_ERROR = range(8, 12)
_SHARED_ITEM, _BUNDLE_SHEET, _MERGE, _COLUMN = 19, 156, 176, 60
_FORMAT, _XF, _BEGIN_CELL_XFS, _END_CELL_XFS = 44, 47, 617, 618
_HIDDEN_ROW, _HIDDEN_COLUMN = 0x10, 0x01  # flags
_STYLE = 0xFFFFFF  # the bits that are the style of a cell
_COLUMN_LENGTH = 18  # bytes
_MOST_COLUMNS = 400
_TWIPS = 20  # of a point
_WIDTH_UNIT = 256  # of a character
_DAMAGED = "二进制工作簿（.xlsb）已损坏，读不出来。请用 Excel/WPS 另存为 .xlsx 后再发送。"


def xlsb_grids(data: bytes) -> list[Grid]:
    """One grid a worksheet.

    Raises:
        Refused: the guards of the package; damaged.
    """
    package = Package(data)
    try:
        return _grids(package)
    except (struct.error, IndexError, UnicodeError, KeyError) as error:
        raise Refused("damaged", _DAMAGED) from error


def _grids(package: Package) -> list[Grid]:
    targets = relations(package, "xl/workbook.bin")
    strings = _strings(package, targets)
    formats = _formats(package, targets)
    grids = []
    for kind, body in _records(package.read("xl/workbook.bin")):
        if kind == _BUNDLE_SHEET:
            state = struct.unpack_from("<L", body)[0]
            relation, at = _text(body, 8)
            name, _ = _text(body, at)
            part = targets.get(relation, ("", ""))[1]
            if part in package and "worksheet" in targets[relation][0]:
                sheet = _BinarySheet(Builder(name, hidden=state != 0), strings, formats)
                grids.append(sheet.grid(package.read(part)))
    if not grids:
        raise Refused("damaged", "工作簿里没有可读的工作表。请用 Excel/WPS 重新保存。")
    return grids


def _records(data: bytes) -> Iterator[tuple[int, bytes]]:
    """(number, body) of every record: both number and length in seven bits a byte."""
    at = 0
    while at < len(data):
        kind = data[at]
        at += 1
        if kind & 0x80:
            kind = (kind & 0x7F) | (data[at] & 0x7F) << 7
            at += 1
        length = shift = 0
        for _ in range(4):
            byte = data[at]
            at += 1
            length |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80:
                break
        if at + length > len(data):
            raise Refused("damaged", _DAMAGED)
        yield kind, data[at : at + length]
        at += length


def _text(body: bytes, at: int) -> tuple[str, int]:
    """A counted UTF-16 string, and where it ends. A null string is empty."""
    count = struct.unpack_from("<L", body, at)[0]
    if count == 0xFFFFFFFF:
        return "", at + 4
    end = at + 4 + 2 * count
    if end > len(body):
        raise Refused("damaged", _DAMAGED)
    return body[at + 4 : end].decode("utf-16-le", "replace"), end


def _related(package: Package, targets: dict[str, tuple[str, str]], kind: str) -> bytes:
    part = next((t for k, t in targets.values() if k.endswith("/" + kind) and t in package), None)
    return package.read(part) if part else b""


def _strings(package: Package, targets: dict[str, tuple[str, str]]) -> list[str]:
    records = _records(_related(package, targets, "sharedStrings"))
    return [_text(body, 1)[0] for kind, body in records if kind == _SHARED_ITEM]


def _formats(package: Package, targets: dict[str, tuple[str, str]]) -> Formats:
    codes: dict[int, str] = {}
    formats = Formats()
    index, inside = 0, False
    for kind, body in _records(_related(package, targets, "styles")):
        if kind == _FORMAT:
            codes[struct.unpack_from("<H", body)[0]] = _text(body, 2)[0]
        elif kind in (_BEGIN_CELL_XFS, _END_CELL_XFS):
            inside = kind == _BEGIN_CELL_XFS
        elif kind == _XF and inside:
            number = struct.unpack_from("<H", body, 2)[0]
            formats.add(index, format_of(codes[number]) if number in codes else built_in_format(number))
            index += 1
    return formats


class _BinarySheet:
    """One worksheet on its way into a grid, record by record."""

    def __init__(self, built: Builder, strings: list[str], formats: Formats) -> None:
        self.built = built
        self.strings = strings
        self.row = 0
        built.grid.formats = formats

    def grid(self, data: bytes) -> Grid:
        """The whole sheet."""
        take = {_ROW: self._row, _MERGE: self._merge, _COLUMN: self._columns}
        for kind, body in _records(data):
            if _RK <= kind <= _FORMULA_ERROR:
                self._cell(kind, body)
            elif kind in take:
                take[kind](body)
        return self.built.done()

    def _row(self, body: bytes) -> None:
        self.row = struct.unpack_from("<L", body)[0] + 1
        low = len(body) >= 10 and struct.unpack_from("<H", body, 8)[0] < NO_HEIGHT * _TWIPS
        if low or (len(body) > 11 and body[11] & _HIDDEN_ROW):
            self.built.grid.hidden_rows.add(self.row)

    def _cell(self, kind: int, body: bytes) -> None:
        column, style = struct.unpack_from("<LL", body)
        content = _content(kind, body, self.strings)
        self.built.put(self.row, column + 1, *content, style & _STYLE, formula=kind >= _FORMULA_STRING)

    def _merge(self, body: bytes) -> None:
        first_row, last_row, first_column, last_column = struct.unpack_from("<4L", body)
        self.built.merge(first_row + 1, first_column + 1, last_row + 1, last_column + 1)

    def _columns(self, body: bytes) -> None:
        if len(body) < _COLUMN_LENGTH:
            return
        first, last, width = struct.unpack_from("<3L", body)
        if body[16] & _HIDDEN_COLUMN or width < NO_WIDTH * _WIDTH_UNIT:
            self.built.grid.hidden_columns.update(range(first + 1, min(last, first + _MOST_COLUMNS) + 2))


def _content(kind: int, body: bytes, strings: list[str]) -> CellContent:
    if kind == _RK:
        return CellContent(number_text(_rk(struct.unpack_from("<L", body, 8)[0])), "n")
    if kind in (_REAL, _FORMULA_NUMBER):
        return CellContent(number_text(struct.unpack_from("<d", body, 8)[0]), "n")
    if kind in (_ERROR, _FORMULA_ERROR):
        return CellContent(_ERRORS.get(body[8], "#ERR!"), "e")
    if kind in (_BOOL, _FORMULA_BOOL):
        return CellContent(str(body[8]), "b")
    if kind == _SHARED:
        return CellContent(strings[struct.unpack_from("<L", body, 8)[0]], "s")
    return CellContent(_text(body, 8)[0], "s")


def _rk(value: int) -> float:
    """A number in 30 bits: an integer or the upper half of a double, perhaps divided by 100 ([MS-XLSB] 2.5.123)."""
    if value & 2:
        number: float = (value >> 2) - (1 << 30 if value & 0x80000000 else 0)
    else:
        number = struct.unpack("<d", struct.pack("<Q", (value & 0xFFFFFFFC) << 32))[0]
    return number / 100 if value & 1 else number
