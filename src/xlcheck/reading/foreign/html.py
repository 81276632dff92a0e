"""Web pages that call themselves .xls: the whole page as one sheet, as Excel lays it out when it opens one."""

from __future__ import annotations

import re

from lxml import etree
from lxml import html as lxml_html

from xlcheck.errors import Refused
from xlcheck.reading.entries import MAX_FILE
from xlcheck.reading.foreign.building import Builder, StyleNumbers, typed
from xlcheck.reading.grid import Grid
from xlcheck.reading.numberformats import named_format
from xlcheck.reading.workbook import local

_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_\-]{3,20})", re.IGNORECASE)
_MOST_SPAN = 1_000
_MOST_COLUMNS = 2_000
_MOST_DEEP = 200
_BLOCKS = {"p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "br", "li", "caption", "center", "td", "th", "title"}
_PASSED_OVER = {"script", "style", "head", "template", "object", "xml"}
_FORMAT = re.compile(
    r"mso-number-format\s*:\s*(?:\"((?:[^\"\\]|\\.)*)\"?|'((?:[^'\\]|\\.)*)'?|([^;}]*))", re.IGNORECASE
)
_CLASS = re.compile(r"(?:td|th|tr|col|table)?\.([\w-]{1,60})", re.IGNORECASE)
_ESCAPED = re.compile(r"\\(?:([0-9A-Fa-f]{4})|(.))", re.DOTALL)
_HIDING = ("display:none", "visibility:hidden", "visibility:collapse")
_NOTHING = re.compile(r"(?:^|;)(?:height|width):0(?:\.0+)?(?:pt|px|cm|mm|in|em)?(?:;|$)")
_MOST_STYLE = 1_000_000
_LONGEST = 5_000


def html_grids(data: bytes) -> list[Grid]:
    """One grid for the page.

    Raises:
        Refused: no table in it, or too large.
    """
    parser = lxml_html.HTMLParser(
        encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=False
    )
    try:
        root = lxml_html.document_fromstring(page_text(data).encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise Refused("damaged", "这是网页格式的文件，但内容读不出来。请用 Excel/WPS 打开后另存为 .xlsx。") from error
    page = _Page(root)
    if not page.layouts:
        raise Refused("not_xlsx", "这是网页文件，里面没有表格。请用 Excel/WPS 打开原文件后另存为 .xlsx。")
    page.flow(root, 0)
    return [page.built.done()]


def page_text(data: bytes) -> str:
    """A page decoded by its byte order mark, by what it declares, or by what it can be (UTF-8, then GB 18030)."""
    data = data[: MAX_FILE + 1]
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    declared = _CHARSET.search(data[:8192])
    names = ["utf-8", "gb18030"]
    if declared:
        name = declared.group(1).decode("ascii").lower()
        names.insert(0, "gb18030" if name in ("gb2312", "gbk", "x-gbk", "gb_2312-80") else name)
    for name in names:
        try:
            return data.removeprefix(b"\xef\xbb\xbf").decode(name)
        except (UnicodeError, LookupError):
            continue
    return data.decode("gb18030", "replace")


class _StyleSheets:
    """What the style sheets of a page say of classes: number formats, and what is not displayed."""

    def __init__(self, root: etree._Element) -> None:
        self.style_numbers = StyleNumbers()
        self._declared: dict[str, str] = {}
        self._codes: dict[tuple[str, str, str], str] = {}
        sheets = "}".join(sheet.text or "" for sheet in root.iter("style"))[:_MOST_STYLE]
        for rule in sheets.replace("<!--", "").replace("-->", "").split("}"):
            selectors, _, declarations = rule.rpartition("{")
            for selector in selectors.split(",") if len(selectors) < _LONGEST else ():
                self._declare(selector.strip(), declarations)

    def _declare(self, selector: str, declarations: str) -> None:
        """Add what is declared for a class or an element to what is known of it."""
        name = _CLASS.fullmatch(selector)
        key = name[1] if name else selector.lower()
        self._declared[key] = f"{self._declared.get(key, '')};{declarations}"[-_LONGEST:]

    def style_of(self, element: etree._Element) -> str:
        """All that is said of an element's looks, the nearest last."""
        classes = (self._declared.get(name, "") for name in (element.get("class") or "").split()[:20])
        return ";".join([self._declared.get(local(element.tag), ""), *classes, element.get("style") or ""])

    def code(self, element: etree._Element) -> str:
        """The number format of a cell: ``mso-number-format``, its escapes undone."""
        key = local(element.tag), element.get("class") or "", element.get("style") or ""
        if key not in self._codes:
            text = _last_format(self.style_of(element))
            code = _ESCAPED.sub(lambda m: chr(int(m[1], 16)) if m[1] else m[2], text).strip()
            self._codes[key] = named_format(code)
        return self._codes[key]

    def unseen(self, element: etree._Element, size: str) -> bool:
        """Whether a row or column is not displayed, or has no ``size``."""
        style = "".join(self.style_of(element).lower().split())
        if any(word in style for word in _HIDING) or (element.get(size) or "").strip() in ("0", "0px", "0pt"):
            return True
        return any(size in match[0] for match in _NOTHING.finditer(style))


def _last_format(style: str) -> str:
    """The number format that counts of those in a style, as written; empty where there is none."""
    formats = list(_FORMAT.finditer(style))
    return next((group for group in formats[-1].groups() if group is not None), "") if formats else ""


class _Page:
    """Lays out text and tables below each other. A table that holds tables only arranges them."""

    def __init__(self, root: etree._Element) -> None:
        self.built = Builder("网页")
        self.styles = _StyleSheets(root)
        self.built.grid.formats = self.styles.style_numbers.formats
        self.row = 1
        tables = list(root.iter("table"))
        self.layouts = {id(a): a for t in tables for a in _ancestors(t)} if tables else {}

    def flow(self, element: etree._Element, depth: int) -> None:
        """The children of an element: text in column A, innermost tables cell by cell."""
        pending: list[str] = [element.text or ""]
        for child in element:
            inline = self._inline(child, depth)
            if inline is None:
                self._say(pending)
                self._block(child, depth)
            else:
                pending.append(inline)
            pending.append(child.tail or "")
        self._say(pending)

    def _inline(self, child: etree._Element, depth: int) -> str | None:
        """The text of an element in the flow of text; None for a block of its own."""
        name = local(child.tag)
        if self._innermost(child):
            return None
        if name in _PASSED_OVER or depth > _MOST_DEEP:
            return ""
        if name in _BLOCKS or id(child) in self.layouts:
            return None
        return "".join(str(t) for t in child.itertext())

    def _innermost(self, child: etree._Element) -> bool:
        return local(child.tag) == "table" and id(child) not in self.layouts

    def _block(self, child: etree._Element, depth: int) -> None:
        if self._innermost(child):
            self._table(child)
        else:
            self.flow(child, depth + 1)

    def _say(self, pending: list[str]) -> None:
        text = _clean("".join(pending))
        pending.clear()
        if text:
            self.built.put(self.row, 1, text, "s")
            self.row += 1

    def _table(self, table: etree._Element) -> None:
        covered: dict[int, int] = {}  # column → last row that a cell from above still covers
        self._columns(table)
        for line in _rows(table):
            group = line.getparent()
            blocks = [line] if group is None or group is table else [line, group]
            if any(self.styles.unseen(block, "height") for block in blocks):
                self.built.grid.hidden_rows.add(self.row)
            self._row(line, covered)
            self.row += 1

    def _row(self, line: etree._Element, covered: dict[int, int]) -> None:
        """One row; ``covered``: the last row that a cell from above reaches to, by column."""
        column = 1
        for cell in line:
            if local(cell.tag) not in ("td", "th"):
                continue
            while covered.get(column, 0) >= self.row:
                column += 1
            if column > _MOST_COLUMNS:
                return
            self._cell(column, cell)
            wide, high = _span(cell, "colspan"), _span(cell, "rowspan")
            if wide > 1 or high > 1:
                self.built.merge(self.row, column, self.row + high - 1, column + wide - 1)
            if high > 1:
                covered.update(dict.fromkeys(range(column, column + wide), self.row + high - 1))
            column += wide

    def _columns(self, table: etree._Element) -> None:
        """Columns that a ``col`` hides."""
        column = 1
        for element in table.iter("col", "colgroup"):
            if local(element.tag) == "colgroup" and element.find("col") is not None:
                continue
            count = _span(element, "span")
            if column <= _MOST_COLUMNS and self.styles.unseen(element, "width"):
                self.built.grid.hidden_columns.update(range(column, column + count))
            column += count

    def _cell(self, column: int, cell: etree._Element) -> None:
        """What Excel makes of a cell: ``x:num`` is the exact number, the format of texts keeps a text.

        Where the page shows another number than the format makes of the exact one, the page is what people see.
        """
        exact, code = cell.get("x:num"), self.styles.code(cell)
        shown = _clean(_cell_text(cell))
        if exact:
            text, kind = typed(exact)
            style = (
                self.styles.style_numbers.checked(self.styles.style_numbers.number(code), text, shown)
                if kind == "n"
                else 0
            )
            self.built.put(self.row, column, text, kind, style)
        elif code == "@":
            self.built.put(self.row, column, shown, "s")
        else:
            self.built.put(self.row, column, *typed(shown))


def _ancestors(table: etree._Element) -> list[etree._Element]:
    return list(table.iterancestors())


def _rows(table: etree._Element) -> list[etree._Element]:
    lines = []
    for element in table:
        if local(element.tag) == "tr":
            lines.append(element)
        elif local(element.tag) in ("thead", "tbody", "tfoot"):
            lines += [e for e in element if local(e.tag) == "tr"]
    return lines


def _span(cell: etree._Element, name: str) -> int:
    text = (cell.get(name) or "1").strip()
    return max(1, min(int(text), _MOST_SPAN)) if text.isascii() and text.isdigit() and len(text) < 6 else 1


def _cell_text(cell: etree._Element) -> str:
    pieces: list[str] = [cell.text or ""]
    for child in cell.iterdescendants():
        name = local(child.tag)
        if name == "br":
            pieces.append("\n")
        if name not in _PASSED_OVER:
            pieces.append(child.text or "")
        pieces.append(child.tail or "")
    return "".join(pieces)


def _clean(text: str) -> str:
    lines = (" ".join(line.replace("\xa0", " ").split()) for line in text.split("\n"))
    return "\n".join(line for line in lines if line)
