"""The binary formats of ``support.foreign``, .xls and .xlsb, and what its writers share: errors, looks, rows."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from struct import pack
from typing import Any

import xlwt

from support.hands import Formula, Sheet

ERRORS = {"#NULL!": 0, "#DIV/0!": 7, "#VALUE!": 15, "#REF!": 23, "#NAME?": 29, "#NUM!": 36, "#N/A": 42}
STATES = {"visible": 0, "hidden": 1, "veryHidden": 2}
LOOKS = {  # number format, xlwt style
    "bare": ("General", ""),
    "title": ("General", "font: bold on, height 360; align: horiz centre, vert centre"),
    "plain": ("General", "align: vert centre, wrap on; borders: left thin, right thin, top thin, bottom thin"),
    "money": ("#,##0.00", "align: vert centre; borders: left thin, right thin, top thin, bottom thin"),
    "percent": ("0.00%", "align: vert centre; borders: left thin, right thin, top thin, bottom thin"),
}
WIDTH = 14  # characters of every column


@dataclass(frozen=True)
class ErrorValue:
    """An error cell, or the cached result of a formula: ``ErrorValue("#REF!")``."""

    text: str

    @property
    def code(self) -> int:
        return ERRORS[self.text]


@dataclass(frozen=True)
class Percent:
    """A number shown in percent: ``Percent(0.125)`` shows 12.50%."""

    value: float


def cached(value: Any) -> Any:
    """What the cell shows: of a formula its saved result."""
    return value.value if isinstance(value, Formula) else value


def look(sheet: Sheet, row: int, value: Any) -> str:
    value = cached(value)
    if row == sheet.head.get("title"):
        return "title"
    if isinstance(value, Percent):
        return "percent"
    if isinstance(value, (float, Decimal)):
        return "money"
    return "plain" if boxed(sheet, row) else "bare"


def boxed(sheet: Sheet, row: int) -> bool:
    """Whether the row is one of the table, where blank cells have borders too."""
    return sheet.head.get("top", 1) <= row <= sheet.head.get("last", 0)


def extent(sheet: Sheet) -> tuple[int, int]:
    """Last row and last column of anything in the sheet."""
    spots = [(0, 0), *sheet.cells, *(m[2:] for m in sheet.merges), *((r, 0) for r in sheet.hidden_rows)]
    return max(r for r, _ in spots), max(c for _, c in spots)


def covered(sheet: Sheet) -> set[tuple[int, int]]:
    """Positions under a merge, but for its first cell."""
    under = {(r, c) for r1, c1, r2, c2 in sheet.merges for r in range(r1, r2 + 1) for c in range(c1, c2 + 1)}
    return under - {m[:2] for m in sheet.merges}


def rows(sheet: Sheet) -> Iterator[tuple[int, list[tuple[int, Any, str]]]]:
    """Every row with its (column, value, look): cells with a value, and the blank ones that have borders."""
    height, width = extent(sheet)
    for r in range(1, height + 1):
        there = [c for c in range(1, width + 1) if (r, c) in sheet.cells or boxed(sheet, r)]
        yield r, [(c, value := sheet.cells.get((r, c)), look(sheet, r, value)) for c in there]


def package(parts: Mapping[str, bytes | str], stored: str = "") -> bytes:
    """A zip of these parts; the one named ``stored`` is not compressed."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        for name, data in parts.items():
            target.writestr(name, data, zipfile.ZIP_STORED if name == stored else zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _tokens(text: str) -> xlwt.Formula | None:
    """The formula as xlwt parses it; None if it cannot."""
    try:
        return xlwt.Formula(text.removeprefix("="))
    except xlwt.ExcelFormulaParser.FormulaParseException:
        return None


# --- .xls ---------------------------------------------------------------------------------------


class _XlsFormula:
    """FORMULA with its cached result (xlwt itself writes none), and STRING after it when that is a text."""

    def __init__(self, row: int, column: int, style: int, tokens: xlwt.Formula, value: Any) -> None:
        self.at, self.tokens, self.value = pack("<3H", row, column, style), tokens, value

    def get_biff_data(self) -> bytes:
        text = b""
        match self.value:
            case bool():
                result = pack("<6BH", 1, 0, self.value, 0, 0, 0, 0xFFFF)
            case ErrorValue():
                result = pack("<6BH", 2, 0, self.value.code, 0, 0, 0, 0xFFFF)
            case None | "":
                result = pack("<6BH", 3, 0, 0, 0, 0, 0, 0xFFFF)
            case str():
                result, encoded = pack("<6xH", 0xFFFF), self.value.encode("utf-16-le")
                text = pack("<HHHB", 0x0207, len(encoded) + 3, len(encoded) // 2, 1) + encoded
            case _:
                result = pack("<d", _number(self.value))
        data: bytes = self.at + result + pack("<HL", 0, 0) + self.tokens.rpn()
        return pack("<HH", 0x0006, len(data)) + data + text


def _number(value: Any) -> float:
    return float(value.value if isinstance(value, Percent) else value)


def to_xls(sheets: list[Sheet]) -> bytes:
    """BIFF8 by xlwt: formula records hold their cached results, errors are BOOLERR, an empty text is one ("")."""
    book = xlwt.Workbook(encoding="utf-8")
    styles = {name: xlwt.easyxf(style, num_format_str=code) for name, (code, style) in LOOKS.items()}
    for sheet in sheets:
        ws = book.add_sheet(sheet.name, cell_overwrite_ok=True)
        ws.portrait = False
        ws.visibility = STATES[sheet.state]
        for r1, c1, r2, c2 in sheet.merges:
            ws.merge(r1 - 1, r2 - 1, c1 - 1, c2 - 1, styles[look(sheet, r1, None)])
        for r, cells in rows(sheet):
            for c, value, name in cells:
                _xls_cell(book, ws, (r - 1, c - 1), value, styles[name])
        for c in range(extent(sheet)[1]):
            ws.col(c).width = 256 * WIDTH
            ws.col(c).hidden = c + 1 in sheet.hidden_columns
        for r in sheet.hidden_rows:
            ws.row(r - 1).hidden = True
    book.set_active_sheet(next((i for i, s in enumerate(sheets) if s.state == "visible"), 0))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _xls_cell(book: xlwt.Workbook, ws: xlwt.Worksheet, at: tuple[int, int], value: Any, style: xlwt.XFStyle) -> None:
    row, column = ws.row(at[0]), at[1]
    tokens = _tokens(value.text) if isinstance(value, Formula) else None
    if tokens is not None:
        row.write(column, tokens, style)  # tells the book what the formula refers to
        row.insert_cell(column, _XlsFormula(*at, book.add_style(style), tokens, cached(value)))
        return
    match cached(value):
        case ErrorValue() as error:
            row.set_cell_error(column, error.code, style)
        case str() as text:
            row.set_cell_text(column, text, style)
        case Percent() as share:
            row.set_cell_number(column, share.value, style)
        case other:
            row.write(column, other, style)


# --- .xlsb --------------------------------------------------------------------------------------

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def _record(kind: int, data: bytes = b"") -> bytes:
    """One BIFF12 record: type and length in groups of seven bits."""
    head = bytes([kind]) if kind < 0x80 else bytes([kind & 0x7F | 0x80, kind >> 7])
    size = len(data)
    while size > 0x7F:
        head += bytes([size & 0x7F | 0x80])
        size >>= 7
    return head + bytes([size]) + data


def _wide(text: str) -> bytes:
    encoded = text.encode("utf-16-le")
    return pack("<I", len(encoded) // 2) + encoded


def _rk(number: float) -> bytes | None:
    """The four bytes of BrtCellRk: a whole number, the upper half of a double, or hundredths."""
    bits = struct.unpack("<Q", pack("<d", number))[0]
    for scale, flag in ((1, 2), (100, 3)):
        whole = round(number * scale)
        if whole / scale == number and -(1 << 29) <= whole < 1 << 29:
            return pack("<i", whole << 2 | flag)
        if not bits & (1 << 34) - 1:
            return pack("<I", bits >> 32)
    return None


SIZES = {0x1E: 2, 0x1F: 8, 0x21: 2, 0x22: 3, **dict.fromkeys(range(0x03, 0x16), 0)}  # operands of tokens


def _wide_tokens(formula: xlwt.Formula | None) -> bytes | None:
    """BIFF8 tokens as BIFF12 wants them (rows of four bytes); None for tokens that a test has no need of."""
    old, new = formula.rpn()[2:] if formula else b"", b""
    while old:
        kind = old[0] & 0x1F | 0x20 if old[0] >= 0x20 else old[0]
        if kind == 0x24:
            size, data = 4, pack("<IH", *struct.unpack("<HH", old[1:5]))
        elif kind == 0x25:
            size, data = 8, pack("<IIHH", *struct.unpack("<4H", old[1:9]))
        elif kind == 0x17:
            size = 2 + old[1] * (1 + old[2])
            text = old[3 : 1 + size].decode("utf-16-le" if old[2] else "latin-1")
            data = pack("<H", len(text)) + text.encode("utf-16-le")
        elif old[:2] == b"\x19\x10":
            size, data = 3, old[1:4]
        elif kind in SIZES:
            size, data = SIZES[kind], old[1 : 1 + SIZES[kind]]
        else:
            return None
        old, new = old[1 + size :], new + old[:1] + data
    return new or None


def _xlsb_cell(at: bytes, value: Any, strings: dict[str, int] | None) -> bytes:
    """BrtCell… or BrtFmla…; without ``strings`` a text stands in its cell (BrtCellSt)."""
    tokens = _wide_tokens(_tokens(value.text)) if isinstance(value, Formula) else None
    match cached(value):
        case bool() as flag:
            kind, formula_kind, data = 4, 10, bytes([flag])
        case ErrorValue() as error:
            kind, formula_kind, data = 3, 11, bytes([error.code])
        case None if tokens is None:
            kind, formula_kind, data = 1, 1, b""
        case None | str() as text:
            kind, formula_kind, data = 6, 8, _wide(text or "")
            if strings is not None and tokens is None:
                kind, data = 7, pack("<I", strings.setdefault(text or "", len(strings)))
        case number:
            kind, formula_kind, data = 5, 9, pack("<d", _number(number))
            if tokens is None and (short := _rk(_number(number))):
                kind, data = 2, short
    if tokens is None:
        return _record(kind, at + data)
    return _record(formula_kind, at + data + pack("<HI", 0, len(tokens)) + tokens + pack("<I", 0))


def _xlsb_sheet(sheet: Sheet, strings: dict[str, int] | None) -> bytes:
    height, width = extent(sheet)
    wide = range(1, width + 1)
    columns = (pack("<4IH", c - 1, c - 1, 256 * WIDTH, 0, 2 | (c in sheet.hidden_columns)) for c in wide)
    out = _record(129)  # BrtBeginSheet
    out += _record(148, pack("<4I", 0, max(height - 1, 0), 0, max(width - 1, 0)))  # BrtWsDim
    out += _record(485, pack("<IHHHBB", 0xFFFFFFFF, 8, 285, 0, 0, 0))  # BrtWsFmtInfo
    if wide:
        out += _record(390) + b"".join(_record(60, column) for column in columns) + _record(391)
    out += _record(145)  # BrtBeginSheetData
    for r, cells in rows(sheet):
        hidden = r in sheet.hidden_rows
        if not cells and not hidden:
            continue
        span = [pack("<II", cells[0][0] - 1, cells[-1][0] - 1)] if cells else []
        out += _record(0, pack("<IIHBBBI", r - 1, 0, 285, 0, 0x10 * hidden, 0, len(span)) + b"".join(span))
        for c, value, name in cells:
            out += _xlsb_cell(pack("<II", c - 1, list(LOOKS).index(name)), value, strings)
    out += _record(146)
    if sheet.merges:
        merges = (pack("<4I", r1 - 1, r2 - 1, c1 - 1, c2 - 1) for r1, c1, r2, c2 in sheet.merges)
        out += _record(177, pack("<I", len(sheet.merges))) + b"".join(_record(176, m) for m in merges) + _record(178)
    out += _record(476, pack("<6d", 0.7, 0.7, 0.75, 0.75, 0.3, 0.3))  # BrtMargins
    out += _record(478, pack("<5Ii2IHI", 9, 100, 600, 600, 1, 1, 1, 0, 0x0002, 0xFFFFFFFF))  # BrtPageSetup, landscape
    return out + _record(130)


def _xlsb_styles() -> bytes:
    """Two fonts, two borders and one cell format for every look."""
    none = bytes(10)
    fonts = [
        pack("<HHHHBBBBQB", 20 * points, 0, weight, 0, 0, 2, 134, 0, 0, 0) + _wide("宋体")
        for points, weight in ((11, 400), (18, 700))
    ]
    black, white = pack("<BBhI", 3, 64, 0, 0), pack("<BBhI", 3, 65, 0, 0xFFFFFFFF)
    fills = [pack("<I", pattern) + black + white + pack("<I5dI", 0, 0, 0, 0, 0, 0, 0) for pattern in (0, 17)]
    borders = [b"\x00" + none * 5, b"\x00" + pack("<BB8x", 1, 0) * 4 + none]
    formats = {code: 0 if code == "General" else 164 + i for i, (code, _) in enumerate(LOOKS.values())}
    parents = [pack("<5HBBHH", 0xFFFF, 0, 0, 0, 0, 0, 0, 0x10, 0)]
    cells = [
        pack("<5HBBHH", 0, formats[code], name == "title", 0, name not in {"bare", "title"}, 0, 0, 0x10, 0x1F)
        for name, (code, _) in LOOKS.items()
    ]
    own = [pack("<H", at) + _wide(code) for code, at in formats.items() if at]
    out = _record(278)
    for begin, kind, items in (
        (615, 44, own),
        (611, 43, fonts),
        (603, 45, fills),
        (613, 46, borders),
        (626, 47, parents),
        (617, 47, cells),
        (619, 48, [pack("<IHBB", 0, 1, 0, 0) + _wide("Normal")]),
    ):
        out += _record(begin, pack("<I", len(items))) + b"".join(_record(kind, i) for i in items) + _record(begin + 1)
    return out + _record(505, pack("<I", 0)) + _record(506) + _record(279)


def to_xlsb(sheets: list[Sheet], *, shared: bool = True) -> bytes:
    """BIFF12; numbers as BrtCellRk where that holds them, texts shared (as Excel writes) or each in its cell."""
    strings: dict[str, int] = {}
    names = [f"worksheets/sheet{i}" for i in range(1, len(sheets) + 1)]
    parts = {name: _xlsb_sheet(s, strings if shared else None) for name, s in zip(names, sheets, strict=True)}
    parts["styles"] = _xlsb_styles()
    parts["sharedStrings"] = _record(159, pack("<II", len(strings), len(strings)))  # BrtBeginSst
    parts["sharedStrings"] += b"".join(_record(19, b"\x00" + _wide(text)) for text in strings) + _record(160)
    first = next((i for i, s in enumerate(sheets) if s.state == "visible"), 0)
    book = _record(131) + _record(153, pack("<III", 0, 0, 0))  # BrtBeginBook, BrtWbProp
    book += _record(135) + _record(158, pack("<iiIIIIIB", 0, 0, 28800, 12000, 600, 0, first, 0x78)) + _record(136)
    book += _record(143)  # BrtBeginBundleShs
    for i, sheet in enumerate(sheets, 1):
        book += _record(156, pack("<II", STATES[sheet.state], i) + _wide(f"rId{i}") + _wide(sheet.name))
    book += _record(144) + _record(157, pack("<IIIdIBB", 191029, 1, 100, 0.001, 1, 0x31, 0)) + _record(132)
    kinds = {name: name.partition("s/")[0] for name in parts}  # worksheets/sheet1: worksheet
    excel, relation = "application/vnd.ms-excel", "application/vnd.openxmlformats-package.relationships+xml"
    types = "".join(
        f'<Override PartName="/xl/{name}.bin" ContentType="{excel}.{kind}"/>'
        for name, kind in {"workbook": "sheet.binary.macroEnabled.main", **kinds}.items()
    )
    return package(
        {
            "[Content_Types].xml": f'{DECLARATION}<Types xmlns="{PACKAGE}/content-types">'
            f'<Default Extension="rels" ContentType="{relation}"/>{types}</Types>',
            "_rels/.rels": _relations({"xl/workbook": "officeDocument"}),
            "xl/workbook.bin": book,
            "xl/_rels/workbook.bin.rels": _relations(kinds),
            **{f"xl/{name}.bin": data for name, data in parts.items()},
        }
    )


def _relations(kinds: dict[str, str]) -> str:
    items = "".join(
        f'<Relationship Id="rId{i}" Type="{OFFICE}/{kind}" Target="{name}.bin"/>'
        for i, (name, kind) in enumerate(kinds.items(), 1)
    )
    return f'{DECLARATION}<Relationships xmlns="{PACKAGE}/relationships">{items}</Relationships>'
