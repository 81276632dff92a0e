"""Workbooks with everything that units' files hold, made by script: what marking must not lose."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from support.rich import grids, packaging, shapes
from support.rich.build import BOOK, STYLES, Book, sheet

S1, S3, S5, S10 = (sheet(n) for n in (1, 3, 5, 10))
NAME3 = "公开03 支出决算表"
WRONG = ('<c r="C7" s="8"><v>567.1799999999999</v></c>', '<c r="C7" s="8"><v>999.1799999999999</v></c>')
VARIANTS: dict[str, Callable[[], Book]] = {}
_IGNORED = ' mc:Ignorable="x14ac"'


def _variant(make: Callable[[], Book]) -> Callable[[], Book]:
    VARIANTS[make.__name__] = make
    return make


def _notes(book: Book, part: str, cells: dict[str, str], numbers: list[int], idmap: str = "1", also: str = "") -> None:
    """Notes with their boxes, and other shapes before them."""
    spots = [(int(re.sub(r"\D", "", a)) - 1, ord(a[0]) - 65) for a in cells]
    boxes = [shapes.note_shape(n, s) for n, s in zip(numbers, spots, strict=True)]
    types = shapes.T201 + shapes.T202 if also else shapes.T202
    shapes.add_vml(book, part, shapes.vml(also, *boxes, idmap=idmap, types=types))
    shapes.comments(book, part, cells)


@_variant
def big() -> Book:
    """All of it in one workbook, in sheets that get marks and in sheets that don't."""
    book = Book()
    book.swap(S1, *WRONG)
    grids.look(book)
    for part in (S3, S10):
        book.head(part, "mc", "x14ac", attributes=_IGNORED)
        book.swap(
            part,
            '<sheetFormatPr defaultRowHeight="15"/>',
            '<sheetFormatPr defaultRowHeight="15" x14ac:dyDescent="0.15"/>',
        )
        grids.strings(book, part)
        shapes.stamp(book, part)
        shapes.text_box(book, part)
        shapes.chart(book, part, NAME3)
        shapes.header_picture(book, part)
        shapes.background(book, part)
        shapes.printer(book, part)
        grids.table(book, part)
        grids.links(book, part)
    for part in (S3, S5):
        grids.protection(book, part)
    grids.formats(book, S3)
    grids.formulas(book, S3)
    _notes(book, S3, {"E9": "已核对", "A22": "表注"}, [1026, 3074], "1,3", shapes.button_shape(1025))
    shapes.control(book, S3, 1025)
    shapes.threaded(book, S5, "E8", "请再看")
    shapes.add_vml(book, S5, shapes.vml(shapes.note_shape(2049, (7, 4)), idmap="2"))
    _notes(book, S10, {"A1": "封面"}, [4097], "4")
    grids.names(book)
    packaging.external_link(book)
    for part in grids.hidden_sheets(book):
        shapes.stamp(book, part)
    for add in (packaging.macros, packaging.custom, packaging.wps, packaging.workbook_parts):
        add(book)
    book.cell(S5, "G9")
    return book


@_variant
def button_only() -> Book:
    """A form button and no note: the VML has no shape type for notes."""
    book = Book()
    shapes.add_vml(book, S3, shapes.vml(shapes.button_shape(1025), types=shapes.T201))
    shapes.control(book, S3, 1025)
    return book


@_variant
def named_button() -> Book:
    """A button that was given a name: its number stands in ``o:spid``."""
    book = Book()
    _notes(book, S3, {"A22": "表注"}, [1025], "1", shapes.button_shape(1026, "Button_x0020_1"))
    shapes.control(book, S3, 1026)
    return book


@_variant
def grouped_shapes() -> Book:
    """Shapes within a group have numbers too."""
    book = Book()
    group = f"<v:group id=\"_x0000_s1030\" style='position:absolute'>{shapes.button_shape(1026)}</v:group>"
    _notes(book, S3, {"A22": "表注"}, [1025], "1", group.replace("1030", "1024"))
    return book


@_variant
def full_block() -> Book:
    """The last number of the only block is taken."""
    book = Book()
    _notes(book, S3, {"A22": "表注"}, [2047], "1")
    return book


@_variant
def other_drawings() -> Book:
    """The first blocks belong to the drawing of another sheet; a marked sheet has none yet."""
    book = Book()
    _notes(book, S10, {"A1": "封面"}, [1025], "1,2")
    return book


@_variant
def controls_without_notes_drawing() -> Book:
    """Controls in AlternateContent, the last element, and no ``legacyDrawing`` yet."""
    book = Book()
    shapes.control(book, S3, 1025)
    return book


@_variant
def threaded() -> Book:
    """A conversation on the very cell that is wrong, and one elsewhere."""
    book = Book()
    shapes.threaded(book, S3, "F9", "这个数对吗")
    shapes.add_vml(book, S3, shapes.vml(shapes.note_shape(1025, (8, 5))))
    return book


@_variant
def broken_vml() -> Book:
    """A button whose caption has a line break, as Excel writes it: no XML any more."""
    book = Book()
    text = shapes.vml(shapes.button_shape(1025), types=shapes.T201).replace("汇总</font>", "汇<br>总</font>")
    shapes.add_vml(book, S3, text)
    return book


@_variant
def formatted() -> Book:
    """Conditional formats of both ages with priorities of their own, checks on input, sparklines."""
    book = Book()
    grids.formats(book, S3)
    grids.formats(book, S10)
    return book


@_variant
def protected() -> Book:
    """Passwords on the marked sheets and the workbook; the marked sheet is very hidden."""
    book = Book()
    grids.protection(book, S3)
    grids.protection(book, S5)
    book.swap(BOOK, '" sheetId="5"', '" sheetId="5" state="veryHidden"')
    return book


@_variant
def missing_cells() -> Book:
    """Wrong blanks that have no cell: in rows with styles, in columns with styles, and a row that does not exist."""
    book = Book()
    grids.look(book)
    for at in ("E8", "F8", "G9", "E10", "F10"):
        book.cell(S3, at)
    book.swap(S3, '<row r="8"', '<row r="8" s="15" customFormat="1"')
    book.swap(S3, '<col min="5" max="10" width="14.7109375"', '<col min="5" max="10" width="14.7109375" style="8"')
    return book


@_variant
def merged() -> Book:
    """Figures inside merges: the wrong figure's cell reaches over its neighbours, which have cells of their own."""
    book = Book()
    book.swap(S3, '<mergeCells count="27">', '<mergeCells count="28"><mergeCell ref="G9:J9"/>')
    return book


@_variant
def title_link() -> Book:
    """The merged title leads somewhere already."""
    book = Book()
    book.put(S3, '<hyperlinks><hyperlink ref="A1:J1" location="A22" display="附注"/></hyperlinks>')
    return book


@_variant
def manual_chart_sheet() -> Book:
    """A chart sheet among the tables, calculation by hand, names of other sheets."""
    book = Book()
    grids.chart_sheet(book)
    grids.names(book)
    packaging.external_link(book)
    packaging.workbook_parts(book)
    return book


@_variant
def remarks() -> Book:
    """Comments and instructions in the XML."""
    book = Book()
    packaging.remarks(book)
    return book


@_variant
def remarked_styles() -> Book:
    """A comment in the style table, outside of its lists."""
    book = Book()
    book.swap(STYLES, "<fonts ", "<!-- 字体 --><fonts ")
    return book


@_variant
def strict() -> Book:
    """The strict dialect, with notes."""
    book = Book()
    _notes(book, S3, {"A22": "表注"}, [1025])
    packaging.custom(book)
    packaging.strict(book)
    return book


@_variant
def signed() -> Book:
    """A workbook with a digital signature, which no mark can leave valid."""
    book = Book()
    packaging.signed(book)
    return book


@_variant
def wps() -> Book:
    """As WPS saves it."""
    book = Book()
    packaging.wps(book)
    packaging.custom(book)
    grids.formulas(book, S3)
    return book


@_variant
def backslashes() -> Book:
    """Part names with backslashes, as some exporters on Windows write them."""
    book = Book()
    shapes.stamp(book, S3)
    _notes(book, S3, {"A22": "表注"}, [1025])
    return book


@_variant
def nearly_full_styles() -> Book:
    """63,990 cell styles: room for a few more."""
    book = Book()
    packaging.many_styles(book, 63_990)
    return book


@_variant
def full_styles() -> Book:
    """As many cell styles as Excel takes (65,490): no mark has room."""
    book = Book()
    packaging.many_styles(book, 65_490)
    return book


@cache
def rich(name: str) -> bytes:
    """One of the variants, as a file."""
    return VARIANTS[name]().bytes(backslashes=name == "backslashes")


__all__ = ["NAME3", "VARIANTS", "rich"]
