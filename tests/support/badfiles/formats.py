"""The faulty workbook in other formats, whole: what bad foreign files are made from, and bases for mutation."""

from __future__ import annotations

import re
import struct
from functools import cache
from html import escape
from typing import NamedTuple

from support.badfiles.build import Entry, Parts, archive, faulty, related, zipped

OFFICE = "urn:oasis:names:tc:opendocument:xmlns"
ODS = "application/vnd.oasis.opendocument.spreadsheet"
SS = "urn:schemas-microsoft-com:office:spreadsheet"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
FREE, LAST, FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
Record = tuple[int, bytes]
Area = tuple[int, int, int, int]


class Table(NamedTuple):
    """One sheet: cells by (row, column) from 1, numbers as floats; merges from 1."""

    name: str
    cells: dict[tuple[int, int], str | float]
    merges: list[Area]

    def rows(self) -> dict[int, dict[int, str | float]]:
        found: dict[int, dict[int, str | float]] = {}
        for (row, column), held in sorted(self.cells.items()):
            found.setdefault(row, {})[column] = held
        return found


def _place(reference: str) -> tuple[int, int]:
    name, digits = re.fullmatch(r"([A-Z]+)(\d+)", reference).groups()
    return int(digits), sum((ord(c) - 64) * 26**i for i, c in enumerate(reversed(name)))


@cache
def book() -> list[Table]:
    """The first sheets of the faulty workbook: enough to be recognised, few enough to be read thousands of times."""
    parts = faulty()
    strings = re.findall(r"<si><t[^>]*>([^<]*)</t></si>", parts["xl/sharedStrings.xml"].decode())
    tables = []
    for number, name in enumerate(re.findall(r'<sheet name="([^"]*)"', parts["xl/workbook.xml"].decode()), 1):
        text = parts[f"xl/worksheets/sheet{number}.xml"].decode()
        cells: dict[tuple[int, int], str | float] = {}
        for at, kind, held in re.findall(r'<c r="(\w+)"[^>]*?(t="\w+")?><v>([^<]*)</v>', text):
            cells[_place(at)] = strings[int(held)] if kind == 't="s"' else float(held)
        areas = re.findall(r'<mergeCell ref="(\w+):(\w+)"', text)
        tables.append(
            Table(name, {k: v for k, v in cells.items() if v != ""}, [(*_place(a), *_place(b)) for a, b in areas])
        )
    return tables[:3]


# --- compound files and BIFF8 -----------------------------------------------------------------------


def ole(streams: dict[str, bytes]) -> bytes:
    """A compound file. Streams are padded to 4,096 bytes, so that all lie in plain sectors one behind the other."""
    bodies = {n: d.ljust(4_096, b"\0") for n, d in sorted(streams.items(), key=lambda s: (len(s[0]), s[0].upper()))}
    sectors = {n: -(-len(d) // 512) for n, d in bodies.items()}
    entries = -(-(len(bodies) + 1) // 4)
    fats = 1
    while (sum(sectors.values()) + entries + fats) > fats * 128:
        fats += 1
    chain = [FAT] * fats
    for count in (entries, *sectors.values()):
        chain += [*range(len(chain) + 1, len(chain) + count), LAST]
    chain += [FREE] * (fats * 128 - len(chain))
    directory = _entry("Root Entry", 5, FREE, 1 if bodies else FREE, LAST, 0)
    at = fats + entries
    for number, (name, data) in enumerate(bodies.items(), 1):
        directory += _entry(name, 2, number + 1 if number < len(bodies) else FREE, FREE, at, len(data))
        at += sectors[name]
    directory = directory.ljust(entries * 512, b"\0")
    header = OLE + bytes(16) + struct.pack("<5H", 0x3E, 3, 0xFFFE, 9, 6) + bytes(10)
    header += struct.pack("<2L", fats, fats) + bytes(4) + struct.pack("<5L", 4_096, LAST, 0, LAST, 0)
    header += struct.pack("<109L", *range(fats), *[FREE] * (109 - fats))
    table = struct.pack(f"<{len(chain)}L", *chain)
    return header + table + directory + b"".join(d.ljust(sectors[n] * 512, b"\0") for n, d in bodies.items())


def _entry(name: str, kind: int, right: int, child: int, start: int, size: int) -> bytes:
    raw = (name + "\0").encode("utf-16-le")
    head = raw.ljust(64, b"\0") + struct.pack("<H2B3L", len(raw), kind, 1, FREE, right, child)
    return head + bytes(36) + struct.pack("<LQ", start, size)


def records(found: list[Record]) -> bytes:
    return b"".join(struct.pack("<2H", kind, len(data)) + data for kind, data in found)


def wide(text: str) -> bytes:
    return struct.pack("<HB", len(text.encode("utf-16-le")) // 2, 1) + text.encode("utf-16-le")


def bof(kind: int) -> Record:
    return 0x809, struct.pack("<4H2L", 0x600, kind, 0x0DBB, 0x07CC, 0x41, 6)


def xls_records() -> tuple[list[Record], list[list[Record]]]:
    """Records of the globals but for BOUNDSHEET, and of each sheet."""
    strings: dict[str, int] = {}
    sheets = []
    for table in book():
        body: list[Record] = [bof(0x10), (0x200, struct.pack("<2L3H", 0, 200, 0, 20, 0))]
        for (row, column), held in sorted(table.cells.items()):
            place = struct.pack("<3H", row - 1, column - 1, 15)
            if isinstance(held, str):
                body.append((0xFD, place + struct.pack("<L", strings.setdefault(held, len(strings)))))
            else:
                body.append((0x203, place + struct.pack("<d", held)))
        areas = b"".join(struct.pack("<4H", a - 1, c - 1, b - 1, d - 1) for a, b, c, d in table.merges)
        sheets.append([*body, (0xE5, struct.pack("<H", len(table.merges)) + areas), (0x0A, b"")])
    chunks = [struct.pack("<2L", len(strings), len(strings))]
    for text in strings:
        if len(chunks[-1]) + len(wide(text)) > 2_000:
            chunks.append(b"")
        chunks[-1] += wide(text)
    arial = bytes([5, 1]) + "Arial".encode("utf-16-le")
    font = (0x31, struct.pack("<5H4B", 200, 0, 0x7FFF, 400, 0, 0, 0, 134, 0) + arial)
    formats = [(0xE0, struct.pack("<3H", 0, 0, 0xFFF5 if n < 15 else 1) + bytes(14)) for n in range(16)]
    table = [(0xFC if n == 0 else 0x3C, c) for n, c in enumerate(chunks)]
    return [bof(5), (0x42, struct.pack("<H", 1_200)), *[font] * 5, *formats, *table, (0x0A, b"")], sheets


def biff(first: list[Record], sheets: list[list[Record]], names: list[str] | None = None, shift: int = 0) -> bytes:
    """The Workbook stream: BOUNDSHEETs go before the SST."""
    names = [t.name for t in book()] if names is None else names
    bodies = [records(s) for s in sheets]
    at = next((i for i, r in enumerate(first) if r[0] == 0xFC), len(first) - 1)
    bounds = [struct.pack("<H2B", 0, len(n), 1) + n.encode("utf-16-le", "surrogatepass") for n in names]
    start = len(records(first)) + sum(8 + len(b) for b in bounds) + shift
    told = []
    for bound, body in zip(bounds, bodies, strict=False):
        told.append((0x85, struct.pack("<L", start & 0xFFFFFFFF) + bound))
        start += len(body)
    return records([*first[:at], *told, *first[at:]]) + b"".join(bodies)


@cache
def xls() -> bytes:
    return ole({"Workbook": biff(*xls_records())})


# --- xlsb --------------------------------------------------------------------------------------------------


def brt(kind: int, data: bytes = b"", told: int | None = None) -> bytes:
    size, length = len(data) if told is None else told, b""
    while True:
        size, low = size >> 7, size & 0x7F
        length += bytes([low | (0x80 if size else 0)])
        if not size:
            break
    return (bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])) + length + data


def long(text: str) -> bytes:
    return struct.pack("<L", len(text.encode("utf-16-le")) // 2) + text.encode("utf-16-le")


def xlsb_sheet(table: Table, strings: dict[str, int]) -> bytes:
    out = brt(129) + brt(148, struct.pack("<4L", 0, 200, 0, 20)) + brt(145)
    for row, cells in table.rows().items():
        out += brt(0, struct.pack("<2LH3BL", row - 1, 0, 300, 0, 0, 0, 0))
        for column, held in cells.items():
            place = struct.pack("<2L", column - 1, 0)
            if isinstance(held, str):
                out += brt(7, place + struct.pack("<L", strings.setdefault(held, len(strings))))
            else:
                out += brt(5, place + struct.pack("<d", held))
    out += brt(146) + brt(177, struct.pack("<L", len(table.merges)))
    return (
        out
        + b"".join(brt(176, struct.pack("<4L", a - 1, c - 1, b - 1, d - 1)) for a, b, c, d in table.merges)
        + brt(178)
        + brt(130)
    )


@cache
def _xlsb_parts() -> Parts:
    strings: dict[str, int] = {}
    sheets = {f"xl/worksheets/sheet{n}.bin": xlsb_sheet(t, strings) for n, t in enumerate(book(), 1)}
    items = b"".join(brt(19, b"\0" + long(s)) for s in strings)
    bundle = b"".join(
        brt(156, struct.pack("<2L", 0, n) + long(f"rId{n}") + long(t.name)) for n, t in enumerate(book(), 1)
    )
    links = [(f"rId{n}", "worksheet", f"worksheets/sheet{n}.bin") for n in range(1, len(sheets) + 1)]
    rels = dict([related("xl/workbook.bin", *links, ("rId99", "sharedStrings", "sharedStrings.bin"))])
    types = '<Default Extension="bin" ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    return {
        "[Content_Types].xml": f'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">{types}</Types>'.encode(),
        "_rels/.rels": faulty()["_rels/.rels"].replace(b"workbook.xml", b"workbook.bin"),
        "xl/workbook.bin": brt(131) + brt(143) + bundle + brt(144) + brt(132),
        **rels, **sheets,
        "xl/sharedStrings.bin": brt(159, struct.pack("<2L", len(strings), len(strings))) + items + brt(160),
    }  # fmt: skip


def xlsb_parts() -> Parts:
    return dict(_xlsb_parts())


def xlsb() -> bytes:
    return zipped(xlsb_parts())


# --- texts ---------------------------------------------------------------------------------------------------


def spans(table: Table) -> tuple[dict[tuple[int, int], tuple[int, int]], set[tuple[int, int]]]:
    """(rows, columns) of merged cells by their first cell; the cells that are covered."""
    first = {(a, b): (c - a + 1, d - b + 1) for a, b, c, d in table.merges}
    covered = {(r, k) for a, b, c, d in table.merges for r in range(a, c + 1) for k in range(b, d + 1)} - set(first)
    return first, covered


@cache
def ods_content() -> str:
    tables = ""
    for table in book():
        first, covered = spans(table)
        width, height = max(c for _, c in table.cells), max(r for r, _ in table.cells)
        rows = ""
        for r in range(1, height + 1):
            rows += "<table:table-row>"
            for c in range(1, width + 1):
                held = table.cells.get((r, c), "")
                kind = "covered-table-cell" if (r, c) in covered else "table-cell"
                over = first.get((r, c))
                merged = (
                    f' table:number-rows-spanned="{over[0]}" table:number-columns-spanned="{over[1]}"' if over else ""
                )
                if isinstance(held, float):
                    rows += f'<table:{kind}{merged} office:value-type="float" office:value="{held}"><text:p>{held}</text:p></table:{kind}>'
                elif held:
                    rows += f'<table:{kind}{merged} office:value-type="string"><text:p>{held}</text:p></table:{kind}>'
                else:
                    rows += f"<table:{kind}{merged}/>"
            rows += "</table:table-row>"
        tables += f'<table:table table:name="{table.name}"><table:table-column table:number-columns-repeated="{width}"/>{rows}</table:table>'
    spaces = " ".join(f'xmlns:{n}="{OFFICE}:{n}:1.0"' for n in ("office", "table", "text"))
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<office:document-content {spaces} office:version="1.2"><office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>'


def ods_of(content: str | bytes, kind: str = ODS, more: Parts | None = None) -> bytes:
    manifest = f'<manifest:manifest xmlns:manifest="{OFFICE}:manifest:1.0"><manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/><manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
    parts = {
        "content.xml": content.encode() if isinstance(content, str) else content,
        "META-INF/manifest.xml": manifest.encode(),
    }
    return archive(
        [Entry(b"mimetype", kind.encode(), 0), *(Entry(n.encode(), d) for n, d in (parts | (more or {})).items())]
    )


def ods() -> bytes:
    return ods_of(ods_content())


@cache
def spreadsheetml() -> str:
    sheets = ""
    for table in book():
        first, _ = spans(table)
        rows = ""
        for r, cells in table.rows().items():
            rows += f'<Row ss:Index="{r}">'
            for c, held in cells.items():
                down, across = first.get((r, c), (1, 1))
                merged = f' ss:MergeAcross="{across - 1}" ss:MergeDown="{down - 1}"' if (down, across) != (1, 1) else ""
                kind = "Number" if isinstance(held, float) else "String"
                rows += f'<Cell ss:Index="{c}"{merged}><Data ss:Type="{kind}">{held}</Data></Cell>'
            rows += "</Row>"
        sheets += f'<Worksheet ss:Name="{table.name}"><Table>{rows}</Table></Worksheet>'
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<?mso-application progid="Excel.Sheet"?>\n<Workbook xmlns="{SS}" xmlns:ss="{SS}">{sheets}</Workbook>'


@cache
def html() -> str:
    tables = ""
    for table in book():
        first, covered = spans(table)
        width, height = max(c for _, c in table.cells), max(r for r, _ in table.cells)
        rows = ""
        for r in range(1, height + 1):
            rows += "<tr>"
            for c in range(1, width + 1):
                if (r, c) not in covered:
                    down, across = first.get((r, c), (1, 1))
                    merged = f" colspan={across} rowspan={down}" if (down, across) != (1, 1) else ""
                    rows += f"<td{merged}>{escape(str(table.cells.get((r, c), '')))}</td>"
            rows += "</tr>\n"
        tables += f"<table border=1>{rows}</table>\n"
    return f'<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8"></head><body>{tables}</body></html>'


@cache
def csv(separator: str = ",", number: int | None = None) -> str:
    """All tables one behind the other, or one of them."""
    lines = []
    for table in book() if number is None else [book()[number]]:
        width = max(c for _, c in table.cells)
        for r in range(1, max(r for r, _ in table.cells) + 1):
            held = (str(table.cells.get((r, c), "")) for c in range(1, width + 1))
            lines.append(separator.join(f'"{t}"' if separator in t or "\n" in t else t for t in held))
        lines.append("")
    return "\r\n".join(lines)


def good_foreign() -> dict[str, bytes]:
    """One good file of each format."""
    return {
        "xls": xls(), "xlsb": xlsb(), "ods": ods(), "spreadsheetml": spreadsheetml().encode(), "html": html().encode(),
        "csv": csv().encode(), "csv-gb18030": csv(number=0).encode("gb18030"), "zip": zipped({"甲/a.xlsx": zipped(faulty()), "b.xls": xls()}),
    }  # fmt: skip
