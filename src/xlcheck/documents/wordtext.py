"""A Word document → its lines in reading order, every printed character once, with the element that prints it.

Read are inserted text (``w:ins``, ``w:moveTo``), content controls, hyperlinks, smart tags, the results of fields, tables,
text boxes, notes. Not read are deleted and hidden text, codes of fields, headers and footers, the numbers of notes. Of
alternatives (``mc:AlternateContent``) one is read: the choice where its namespaces are Microsoft's own, else the fallback.

A line break inside a paragraph ends a line; the next one *continues* it. A page or column break does so only between text.
A text box comes after the paragraph that holds it, notes come at the end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from lxml import etree

from xlcheck.documents.numbering import Lists
from xlcheck.documents.wordcharacters import shown, symbol
from xlcheck.documents.wordfile import WordFile, alternative, child, name_of, switched_on, value
from xlcheck.documents.wordlines import PrintedLine, TextPiece, WordCell, WordTable
from xlcheck.documents.wordstyles import StyleSheet, list_place, printed_style
from xlcheck.documents.wordtables import rows_of, spanned
from xlcheck.errors import Refused

MOST_LINES = 200_000
MOST_CHARACTERS = 5_000_000
_THROUGH = frozenset({"w:hyperlink", "w:ins", "w:moveTo", "w:smartTag", "w:customXml", "w:dir", "w:bdo", "w:fldSimple"})
_BLOCKS_THROUGH = frozenset({"w:ins", "w:moveTo", "w:smartTag", "w:customXml"})
_NOTES = {"w:footnoteReference": "footnotes", "w:endnoteReference": "endnotes"}
_DRAWN = frozenset({"w:drawing", "w:pict", "w:object"})
_PICTURES = frozenset({"blip", "imagedata"})


class WordText:
    """The lines and tables of a document. ``anchors``: for lines outside of the body, the run that holds them there."""

    def __init__(self, word: WordFile) -> None:
        self.word = word
        self.styles = StyleSheet(word.tree("styles"))
        self.pictures = 0
        self.objects = 0
        unclosed = self._walked(frozenset())
        if unclosed:  # a field that begins and never ends hides nothing
            self._walked(unclosed)

    def _walked(self, ignored: frozenset[etree._Element]) -> frozenset[etree._Element]:
        walk = _Walk(self.word, self.styles, ignored)
        walk.blocks(self.word.body, "body")
        walk.finish()
        self.lines, self.tables = walk.lines, walk.tables
        self.anchors: dict[PrintedLine, etree._Element] = walk.anchors
        self.pictures, self.objects = walk.pictures, walk.objects
        return frozenset(begin for begin, _ in walk.fields)


class _Walk:
    """One walk through a document."""

    def __init__(self, word: WordFile, styles: StyleSheet, ignored: frozenset[etree._Element]) -> None:
        self.word = word
        self.styles = styles
        self.ignored = ignored
        self.lists = Lists(word.tree("numbering"), styles)
        self.lines: list[PrintedLine] = []
        self.tables: list[WordTable] = []
        self.anchors: dict[PrintedLine, etree._Element] = {}
        self.fields: list[tuple[etree._Element, bool]] = []  # where a field begins, and whether its result has begun
        self.pictures = 0
        self.objects = 0
        self._cell: WordCell | None = None
        self._line: PrintedLine | None = None  # the line that is being filled
        self._open: PrintedLine | None = None  # one whose paragraph mark is deleted: the next paragraph goes on in it
        self._anchor: etree._Element | None = None
        self._page_break = False
        self._in: etree._Element = etree.Element("none")  # the run that is being read
        self._boxes: list[tuple[etree._Element, etree._Element]] = []
        self._notes: list[tuple[str, str, etree._Element]] = []
        self._characters = 0
        self._in_run: dict[str, Callable[[etree._Element], None]] = {
            "w:t": self._text, "w:tab": self._tab, "w:ptab": self._tab, "w:br": self._break, "w:cr": self._break,
            "w:noBreakHyphen": self._hyphen, "w:sym": self._symbol, "w:ruby": self._ruby,
            "w:footnoteReference": self._note, "w:endnoteReference": self._note,
            "w:drawing": self._drawn, "w:pict": self._drawn, "w:object": self._drawn,
            "mc:AlternateContent": self._alternative,
        }  # fmt: skip

    # --- blocks ---------------------------------------------------------------------------------------

    def blocks(self, holder: etree._Element, place: str) -> None:
        """The paragraphs and tables in an element."""
        for element in holder:
            name = name_of(element.tag)
            if name == "w:p":
                self._paragraph(element, place)
            elif name == "w:tbl":
                self._table(element, place)
            elif name == "w:sdt":
                self._blocks_of(child(element, "w:sdtContent"), place)
            elif name == "mc:AlternateContent":
                self._blocks_of(alternative(element), place)
            elif name in _BLOCKS_THROUGH:
                self.blocks(element, place)

    def _blocks_of(self, holder: etree._Element | None, place: str) -> None:
        if holder is not None:
            self.blocks(holder, place)

    def finish(self) -> None:
        """The notes, in the order of their references."""
        self._close()
        body_fields = self.fields
        known = {kind: self._notes_of(kind) for kind in _NOTES.values()} if self._notes else {}
        for kind, key, run in self._notes:  # grows where a note has a note
            note = known[kind].pop(key, None)
            if note is not None:
                self.fields = []
                self._anchor = run
                self.blocks(note, "footnote")
                self._close()
        self.fields = body_fields

    def _notes_of(self, kind: str) -> dict[str, etree._Element]:
        root = self.word.tree(kind)
        return {} if root is None else {value(e, "id") or "": e for e in root}

    def _paragraph(self, element: etree._Element, place: str) -> None:
        properties = child(element, "w:pPr")
        if self._open is None:
            self._begin(properties, place)
        else:
            self._line, self._open = self._open, None
        self._inline(element)
        mark = child(properties, "w:rPr")
        boxes, self._boxes = self._boxes, []
        if child(mark, "w:del") is not None or child(mark, "w:moveFrom") is not None:
            self._open, self._line = self._line, None
        else:
            self._end()
        if boxes:
            self._read_boxes(boxes)

    def _begin(self, properties: etree._Element | None, place: str) -> None:
        style = self.styles.style(value(child(properties, "w:pStyle")))
        line = PrintedLine(place, self._cell, printed_style(properties, style))
        line.numbering = self.lists.next(list_place(properties, style))
        self._line = line
        self._page_break = False

    def _end(self) -> None:
        """The line that is being filled is whole."""
        line, self._line = self._line, None
        if line is None:
            return
        line.text = "".join(piece.text for piece in line.pieces)
        self._characters += len(line.text)
        if len(self.lines) >= MOST_LINES or self._characters > MOST_CHARACTERS:
            raise Refused("too_large", "文档的文字太多（超过 20 万段或 500 万字），不像文字说明，拒绝读取。")
        self.lines.append(line)
        if line.cell is not None and line.place != "textbox":
            line.cell.lines.append(line)
        if self._anchor is not None:
            self.anchors[line] = self._anchor

    def _close(self) -> None:
        """A line whose paragraph mark is deleted, where no paragraph follows."""
        if self._open is not None:
            self._line, self._open = self._open, None
            self._end()

    def _read_boxes(self, boxes: list[tuple[etree._Element, etree._Element]]) -> None:
        outer = self.fields, self._open, self._anchor, self._cell
        for box, run in boxes:
            self.fields, self._open, self._cell = [], None, None
            self._anchor = run if outer[2] is None else outer[2]
            self.blocks(box, "textbox")
            self._close()
        self.fields, self._open, self._anchor, self._cell = outer

    def _table(self, element: etree._Element, place: str) -> None:
        self._close()
        table = WordTable(len(self.lines), place, self._cell)
        self.tables.append(table)
        holder = self._cell
        inner = "table" if place == "body" else place
        for row in rows_of(element):
            for cell, content in spanned(row, table):
                if content is not None:
                    self._cell = cell
                    self.blocks(content, inner)
                    self._close()
        self._cell = holder

    # --- inside a paragraph ---------------------------------------------------------------------------

    def _inline(self, holder: etree._Element) -> None:
        for element in holder:
            name = name_of(element.tag)
            if name == "w:r":
                self._run(element)
            elif name in _THROUGH:
                self._inline(element)
            elif name == "w:sdt":
                self._inline_of(child(element, "w:sdtContent"))
            elif name == "mc:AlternateContent":
                self._inline_of(alternative(element))
            elif name in ("m:oMath", "m:oMathPara"):
                self._formula(element)

    def _inline_of(self, holder: etree._Element | None) -> None:
        if holder is not None:
            self._inline(holder)

    def _run(self, run: etree._Element) -> None:
        hidden = self._hidden(run)
        outer, self._in = self._in, run
        for element in run:
            name = name_of(element.tag)
            if name == "w:fldChar":
                self._field(element)
            elif not hidden and (read := self._in_run.get(name)) is not None and self._visible():
                read(element)
        self._in = outer

    def _visible(self) -> bool:
        """Whether we are in no code of a field."""
        return all(result for _, result in self.fields)

    def _hidden(self, run: etree._Element) -> bool:
        properties = child(run, "w:rPr")
        if properties is None:
            return False
        own = child(properties, "w:vanish")
        if own is not None:
            return switched_on(own)
        style = value(child(properties, "w:rStyle"))
        return style is not None and self.styles.style(style).hidden

    def _field(self, element: etree._Element) -> None:
        kind = value(element, "fldCharType")
        if kind == "begin" and element not in self.ignored:
            self.fields.append((element, False))
        elif kind == "separate" and self.fields:
            self.fields[-1] = (self.fields[-1][0], True)
        elif kind == "end" and self.fields:
            self.fields.pop()

    def _put(self, text: str, element: etree._Element, at: int = 0) -> None:
        if not text:
            return
        if self._page_break:
            self._page_break = False
            if self._line is not None and any(piece.text.strip() for piece in self._line.pieces):
                self._go_on()
        if self._line is not None:
            self._line.pieces.append(TextPiece(text, element, at))

    def _go_on(self) -> None:
        """The line ends, another of the same paragraph begins."""
        line = self._line
        self._end()
        if line is not None:
            self._line = PrintedLine(line.place, line.cell, line.style, continues=True)

    def _text(self, element: etree._Element) -> None:
        self._put(*shown(element))

    def _tab(self, element: etree._Element) -> None:
        self._put("\t", element)

    def _hyphen(self, element: etree._Element) -> None:
        self._put("-", element)

    def _symbol(self, element: etree._Element) -> None:
        self._put(symbol(value(element, "char") or "", value(element, "font") or ""), element)

    def _break(self, element: etree._Element) -> None:
        if value(element, "type") in ("page", "column"):
            self._page_break = True
        else:
            self._page_break = False
            self._go_on()

    def _ruby(self, element: etree._Element) -> None:
        """The text that is explained, without the reading above it."""
        self._inline_of(child(element, "w:rubyBase"))

    def _note(self, element: etree._Element) -> None:
        self._notes.append((_NOTES[name_of(element.tag)], value(element, "id") or "", self._in))

    def _alternative(self, element: etree._Element) -> None:
        holder = alternative(element)
        for inner in holder if holder is not None else ():
            if (read := self._in_run.get(name_of(inner.tag))) is not None:
                read(inner)

    def _drawn(self, element: etree._Element) -> None:
        """The text boxes in a drawing, to be read after the paragraph; pictures are counted."""
        for found in _inside(element):
            name = name_of(found.tag)
            if name == "w:txbxContent":
                self._boxes.append((found, self._in))
            elif name.rpartition(":")[2] in _PICTURES:
                self.pictures += 1
            elif name.endswith(":OLEObject"):
                self.objects += 1

    def _formula(self, element: etree._Element) -> None:
        """A formula in one line: a fraction as ``a/b``."""
        if not self._visible():
            return
        for found in element.iter():
            name = name_of(found.tag)
            if name == "m:t":
                self._put(found.text or "", found)
            elif name == "m:den":
                self._put("/", found)


def _inside(element: etree._Element) -> Iterator[etree._Element]:
    """The elements of a drawing in their order; text boxes are not looked into, of alternatives one is."""
    waiting = [element]
    while waiting:
        found = waiting.pop()
        yield found
        name = name_of(found.tag)
        if name == "mc:AlternateContent":
            holder = alternative(found)
            waiting += [] if holder is None else [holder]
        elif name != "w:txbxContent":
            waiting += reversed(found)
