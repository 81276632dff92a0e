"""Web pages that call themselves .xls: the whole page as one sheet, as Excel lays it out when it opens one."""

from __future__ import annotations

import re

from lxml import etree
from lxml import html as lxml_html

from xlcheck.errors import Refused
from xlcheck.reading.foreign.building import Builder, typed
from xlcheck.reading.grid import Grid
from xlcheck.reading.package import MAX_FILE
from xlcheck.reading.workbook import local

_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_\-]{3,20})", re.IGNORECASE)
_MOST_SPAN = 1_000
_MOST_COLUMNS = 2_000
_MOST_DEEP = 200
_BLOCKS = {"p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "br", "li", "caption", "center", "td", "th", "title"}
_PASSED_OVER = {"script", "style", "head", "template", "object", "xml"}
_AS_TEXT = re.compile(r"mso-number-format\s*:\s*['\"]?\\@", re.IGNORECASE)


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


class _Page:
    """Lays out text and tables below each other. A table that holds tables only arranges them."""

    def __init__(self, root: etree._Element) -> None:
        self.built = Builder("网页")
        self.row = 1
        tables = list(root.iter("table"))
        self.layouts = {id(a): a for t in tables for a in _ancestors(t)} if tables else {}

    def flow(self, element: etree._Element, depth: int) -> None:
        """The children of an element: text in column A, innermost tables cell by cell."""
        pending: list[str] = [element.text or ""]
        for child in element:
            name = local(child.tag)
            if name == "table" and id(child) not in self.layouts:
                self._say(pending)
                self._table(child)
            elif name in _PASSED_OVER or depth > _MOST_DEEP:
                pass
            elif name in _BLOCKS or id(child) in self.layouts:
                self._say(pending)
                self.flow(child, depth + 1)
            else:
                pending.append("".join(str(t) for t in child.itertext()))
            pending.append(child.tail or "")
        self._say(pending)

    def _say(self, pending: list[str]) -> None:
        text = _clean("".join(pending))
        pending.clear()
        if text:
            self.built.put(self.row, 1, text, "s")
            self.row += 1

    def _table(self, table: etree._Element) -> None:
        taken: dict[int, int] = {}  # column → last row that a cell from above still covers
        for line in _rows(table):
            column = 1
            if _hidden(line):
                self.built.grid.hidden_rows.add(self.row)
            for cell in line:
                if local(cell.tag) not in ("td", "th"):
                    continue
                while taken.get(column, 0) >= self.row:
                    column += 1
                if column > _MOST_COLUMNS:
                    break
                wide, high = _span(cell, "colspan"), _span(cell, "rowspan")
                text, kind = _value(cell)
                self.built.put(self.row, column, text, kind)
                if wide > 1 or high > 1:
                    self.built.merge(self.row, column, self.row + high - 1, column + wide - 1)
                if high > 1:
                    taken.update(dict.fromkeys(range(column, column + wide), self.row + high - 1))
                column += wide
            self.row += 1


def _ancestors(table: etree._Element) -> list[etree._Element]:
    return list(table.iterancestors())


def _rows(table: etree._Element) -> list[etree._Element]:
    found = []
    for element in table:
        if local(element.tag) == "tr":
            found.append(element)
        elif local(element.tag) in ("thead", "tbody", "tfoot"):
            found += [e for e in element if local(e.tag) == "tr"]
    return found


def _hidden(element: etree._Element) -> bool:
    return "display:none" in (element.get("style") or "").replace(" ", "").lower()


def _span(cell: etree._Element, name: str) -> int:
    text = (cell.get(name) or "1").strip()
    return max(1, min(int(text), _MOST_SPAN)) if text.isascii() and text.isdigit() and len(text) < 6 else 1


def _value(cell: etree._Element) -> tuple[str, str]:
    """What Excel makes of a cell: ``x:num`` is the exact number, a text format (``mso-number-format``) keeps a text."""
    exact = cell.get("x:num")
    if exact:
        return typed(exact)
    text = _clean(_cell_text(cell))
    return (text, "s") if _AS_TEXT.search(cell.get("style") or "") else typed(text)


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
