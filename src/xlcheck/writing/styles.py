"""The style table of a workbook: clones with another fill, and the few styles of our own sheet."""

from __future__ import annotations

import re
from copy import deepcopy

from lxml import etree

from xlcheck.errors import Refused
from xlcheck.labels import whole
from xlcheck.reading.package import chosen
from xlcheck.reading.workbook import namespace
from xlcheck.writing.markup import adopted, root_of

MAX_STYLES = 64_000
LAST_STYLE = 65_400  # Excel takes 65,490
_LONGEST = 4_000
_TEXT = 49  # the number format @
MENDED = "C6EFCF"  # one off Excel's own green, so that it can be told from the unit's
_LOOKS = (("fills", "fill"), ("borders", "border"))
_AFTER_DXFS = {"tableStyles", "colors", "extLst"}
_NAMESPACES = re.compile(r'\sxmlns(?::\w+)?="[^"]*"|(?<=<)\w+:|(?<=</)\w+:')
_SAFE = etree.XMLParser(resolve_entities=False, no_network=True)
MINIMAL = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    b'<fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>'
    b'<fills count="2"><fill><patternFill patternType="none"/></fill>'
    b'<fill><patternFill patternType="gray125"/></fill></fills>'
    b'<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    b'<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    b'<cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs>'
    b'<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


class Styles:
    """Adds to styles.xml; nothing that is there is changed or moved."""

    def __init__(self, root: etree._Element) -> None:
        self.root = root
        self._space = namespace(root)
        self._holder = root_of("x", self._space[1:-1])
        self._recoloured: dict[tuple[int, str], int] = {}
        self._fills: dict[str, int] = {}
        self._made: dict[tuple[str, str], int] = {}
        self._mended: int | None = None
        self._lists: dict[str, list[etree._Element]] = {}
        self._looks: dict[str, int] = {}
        self._before: dict[int, tuple[str, str]] = {}
        self._marks: dict[int, tuple[str, str]] = {}
        self.full = False  # some cell or sheet got no style of its own

    def _table(self, name: str) -> etree._Element:
        found = self.root.find(self._space + name)
        if found is None or next(found.iterchildren("*"), None) is None:
            raise Refused("damaged", "工作簿的样式表不完整，无法标记。请用 Excel/WPS 重新保存后再发送。")
        return found

    def _entries(self, table: str) -> list[etree._Element]:
        """The entries of a table by their index: comments of the unit's stay where they are and don't count."""
        if table not in self._lists:
            self._lists[table] = list(self._table(table).iterchildren("*"))
        return self._lists[table]

    def _entry(self, table: str, index: int) -> etree._Element:
        """An entry, the first one for an index past the end; of alternatives the one that all programs take."""
        entries = self._entries(table)
        return chosen(entries[index if index < len(entries) else 0])

    def _add(self, table: str, element: etree._Element) -> int:
        """Append an entry; its index."""
        parent, entries = self._table(table), self._entries(table)
        parent.append(element)
        entries.append(element)
        parent.set("count", str(len(entries)))
        return len(entries) - 1

    def _append(self, table: str, xml: str) -> int:
        if (table, xml) in self._made:
            return self._made[table, xml]
        made = self._element(xml)
        index = self._made[table, xml] = self._add(table, made)
        etree.cleanup_namespaces(made)
        return index

    def _element(self, xml: str) -> etree._Element:
        """An entry in the namespace of the style table; ``xml`` is without any."""
        return adopted(etree.fromstring(xml, _SAFE), self._holder)

    def fill(self, rgb: str) -> int:
        """Index of a solid fill."""
        if rgb not in self._fills:
            xml = (
                f'<fill><patternFill patternType="solid"><fgColor rgb="FF{rgb}"/>'
                '<bgColor indexed="64"/></patternFill></fill>'
            )
            self._fills[rgb] = self._append("fills", xml)
        return self._fills[rgb]

    def recoloured(self, style: int, rgb: str, frame: str = "") -> int:
        """A clone of cell style ``style`` with another fill and a ``frame`` (a line style and colour, ``medium C00001``).

        ``style`` itself when the table is full.
        """
        key = (style, rgb + frame)
        if key not in self._recoloured:
            if len(self._entries("cellXfs")) >= MAX_STYLES:
                self.full = True
                return style
            clone = deepcopy(self._entry("cellXfs", style))
            clone.set("fillId", str(self.fill(rgb)))
            clone.set("applyFill", "1")
            if frame:
                clone.set("borderId", str(self._frame(frame)))
                clone.set("applyBorder", "1")
            self._recoloured[key] = self._add("cellXfs", clone)
        return self._recoloured[key]

    def _frame(self, frame: str) -> int:
        line, rgb = frame.split()
        sides = "".join(f'<{s} style="{line}"><color rgb="FF{rgb}"/></{s}>' for s in ("left", "right", "top", "bottom"))
        return self._append("borders", f"<border>{sides}<diagonal/></border>")

    def before(self, style: int) -> tuple[str, str]:
        """Fill and border of a style as XML without namespaces: what unmarking puts back."""
        if style not in self._before:
            found = self._entry("cellXfs", style)
            fill, border = (self._piece(table_name, found.get(f"{name}Id")) for table_name, name in _LOOKS)
            self._before[style] = fill, border
        return self._before[style]

    def marks(self, style: int) -> tuple[str, str]:
        """RRGGBB of a style's solid fill and of its left border; empty where there is none."""
        if style not in self._marks:
            found = self._entry("cellXfs", style)
            fill = self._child("fills", found.get("fillId"))
            border = self._child("borders", found.get("borderId"))
            colours = [e for e in fill.iter() if str(e.tag).endswith("fgColor")]
            left = [e for side in border if str(side.tag).endswith(("left", "start")) for e in side]
            self._marks[style] = _rgb(colours), _rgb(left)
        return self._marks[style]

    def restored(self, style: int, fill: str | None, border: str | None, *, framed: bool) -> int:
        """A style like ``style`` with the ``fill`` and ``border`` it had; none of them where the record is lost."""
        clone = deepcopy(self._entry("cellXfs", style))
        fill, border = _sound(fill, "fill"), _sound(border, "border")
        clone.set("fillId", str(self._known("fills", fill) if fill else 0))
        if framed:
            clone.set("borderId", str(self._known("borders", border or _NO_BORDER)))
        return self._like(clone)

    def _like(self, clone: etree._Element) -> int:
        """The first style that looks like ``clone``, which is added where there is none."""
        if not self._looks:
            self._looks = {_bare(e): i for i, e in reversed(list(enumerate(self._entries("cellXfs"))))}
        look = _bare(clone)
        if look not in self._looks:
            self._looks[look] = self._add("cellXfs", clone)
        return self._looks[look]

    def _known(self, table: str, xml: str) -> int:
        """Index of an entry that looks like ``xml``, appended where there is none: rounds of marking add nothing."""
        bare = _bare(etree.fromstring(xml))
        found = next((i for i, e in enumerate(self._entries(table)) if _bare(e) == bare), None)
        return self._append(table, xml) if found is None else found

    def _child(self, table: str, index: str | None) -> etree._Element:
        return self._entry(table, whole(index) or 0)

    def _piece(self, table: str, index: str | None) -> str:
        return _bare(self._child(table, index))

    def mended(self) -> int:
        """Index of the differential format that turns a cell green."""
        if self._mended is not None:
            return self._mended
        parent = self.root.find(self._space + "dxfs")
        if parent is None:
            parent = etree.Element(self._space + "dxfs", count="0")
            at = next(
                (i for i, e in enumerate(self.root) if str(e.tag).rpartition("}")[2] in _AFTER_DXFS), len(self.root)
            )
            self.root.insert(at, parent)
        xml = (
            '<dxf><font><color rgb="FF006100"/></font><fill><patternFill patternType="solid">'
            f'<fgColor rgb="FF{MENDED}"/><bgColor rgb="FF{MENDED}"/></patternFill></fill></dxf>'
        )
        made = self._element(xml)
        parent.append(made)
        etree.cleanup_namespaces(made)
        entries = list(parent.iterchildren("*"))
        parent.set("count", str(len(entries)))
        self._mended = len(entries) - 1
        return self._mended

    def own(
        self,
        *,
        font: str = "",
        rgb: str = "",
        boxed: bool = True,
        wrap: bool = True,
        number: int = 0,
        align: str = "left",
    ) -> int:
        """A style for our own sheet. ``number``: 49 text, 4 ``#,##0.00``; ``font``: inner XML."""
        if len(self._entries("cellXfs")) >= LAST_STYLE:
            self.full = True
            return 0
        inner = font if "<sz" in font else f'{font}<sz val="10"/><name val="宋体"/>'
        font_id = self._append("fonts", f"<font>{inner}</font>")
        border_id = self._append("borders", _BORDER if boxed else _NO_BORDER)
        fill_id = self.fill(rgb) if rgb else 0
        quote = ' quotePrefix="1"' if number == _TEXT else ""
        wrapped = ' wrapText="1"' if wrap else ""
        xml = (
            f'<xf numFmtId="{number}" fontId="{font_id}" fillId="{fill_id}" borderId="{border_id}" xfId="0"'
            f' applyNumberFormat="1" applyFont="1" applyFill="1" applyBorder="1" applyAlignment="1"{quote}>'
            f'<alignment horizontal="{align}" vertical="center"{wrapped}/></xf>'
        )
        return self._append("cellXfs", xml)


_SIDE = '<{0} style="thin"><color rgb="FFBFBFBF"/></{0}>'
_BORDER = "<border>" + "".join(_SIDE.format(s) for s in ("left", "right", "top", "bottom")) + "<diagonal/></border>"
_NO_BORDER = "<border><left/><right/><top/><bottom/><diagonal/></border>"


def _bare(element: etree._Element) -> str:
    """An entry as text without namespaces."""
    return _NAMESPACES.sub("", etree.tostring(element, encoding="unicode", with_tail=False))


def _rgb(elements: list[etree._Element]) -> str:
    return (elements[0].get("rgb") or "")[-6:].upper() if elements else ""


def _sound(xml: str | None, tag: str) -> str | None:
    """A record of a look as it may be put back: it stood in a cell that anybody could edit."""
    if not xml or not _harmless(xml, tag):
        return None
    try:
        root = etree.fromstring(xml, _SAFE)
    except etree.XMLSyntaxError:
        return None
    return xml if root.tag == tag and all(map(_is_plain, root.iter())) else None


def _is_plain(element: etree._Element) -> bool:
    """Whether it is an element (no comment, no instruction) without a namespace of its own."""
    return isinstance(element.tag, str) and not element.tag.startswith("{")


def _harmless(xml: str, tag: str) -> bool:
    """Whether a text may be parsed at all: short, an element, without declarations, instructions and entities."""
    return len(xml) <= _LONGEST and xml.startswith(f"<{tag}") and not any(sign in xml for sign in ("<!", "<?", "&"))
