"""The style table of a workbook: clones with another fill, and the few styles of our own sheet."""

from __future__ import annotations

import re
from copy import deepcopy

from lxml import etree

from xlcheck.errors import Refused
from xlcheck.labels import whole
from xlcheck.reading.workbook import namespace

MAX_STYLES = 64_000
_LONGEST = 4_000
MENDED = "C6EFCF"  # one off Excel's own green, so that it can be told from the unit's
_LOOKS = (("fills", "fill"), ("borders", "border"))
_AFTER_DXFS = {"tableStyles", "colors", "extLst"}
_NAMESPACES = re.compile(r'\sxmlns(?::\w+)?="[^"]*"|(?<=<)\w+:|(?<=</)\w+:')
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
        etree.strip_tags(root, etree.Comment, etree.ProcessingInstruction)  # styles are counted by their place
        self.root = root
        self._space = namespace(root)
        self._recoloured: dict[tuple[int, str], int] = {}
        self._fills: dict[str, int] = {}
        self._made: dict[tuple[str, str], int] = {}
        self._mended: int | None = None

    def _table(self, name: str) -> etree._Element:
        found = self.root.find(self._space + name)
        if found is None or not len(found):
            raise Refused("damaged", "工作簿的样式表不完整，无法标记。请用 Excel/WPS 重新保存后再发送。")
        return found

    def _append(self, table: str, xml: str) -> int:
        if (table, xml) in self._made:
            return self._made[table, xml]
        parent = self._table(table)
        space = self._space[1:-1]
        parent.append(etree.fromstring(f'<x xmlns="{space}">{xml}</x>')[0])
        etree.cleanup_namespaces(parent[-1])
        parent.set("count", str(len(parent)))
        self._made[table, xml] = len(parent) - 1
        return len(parent) - 1

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
            table = self._table("cellXfs")
            if len(table) >= MAX_STYLES:
                return style
            clone = deepcopy(table[style if style < len(table) else 0])
            clone.set("fillId", str(self.fill(rgb)))
            clone.set("applyFill", "1")
            if frame:
                clone.set("borderId", str(self._frame(frame)))
                clone.set("applyBorder", "1")
            table.append(clone)
            table.set("count", str(len(table)))
            self._recoloured[key] = len(table) - 1
        return self._recoloured[key]

    def _frame(self, frame: str) -> int:
        line, rgb = frame.split()
        sides = "".join(f'<{s} style="{line}"><color rgb="FF{rgb}"/></{s}>' for s in ("left", "right", "top", "bottom"))
        return self._append("borders", f"<border>{sides}<diagonal/></border>")

    def before(self, style: int) -> tuple[str, str]:
        """Fill and border of a style as XML without namespaces: what unmarking puts back."""
        table = self._table("cellXfs")
        found = table[style if style < len(table) else 0]
        return tuple(self._piece(table_name, found.get(f"{name}Id")) for table_name, name in _LOOKS)  # type: ignore[return-value]

    def marks(self, style: int) -> tuple[str, str]:
        """RRGGBB of a style's solid fill and of its left border; empty where there is none."""
        table = self._table("cellXfs")
        found = table[style if style < len(table) else 0]
        fill = self._child("fills", found.get("fillId"))
        border = self._child("borders", found.get("borderId"))
        colours = [e for e in fill.iter() if str(e.tag).endswith("fgColor")]
        left = [e for side in border if str(side.tag).endswith(("left", "start")) for e in side]
        return _rgb(colours), _rgb(left)

    def restored(self, style: int, fill: str | None, border: str | None, *, framed: bool) -> int:
        """A clone of ``style`` with the ``fill`` and ``border`` it had; none of them where the record is lost."""
        table = self._table("cellXfs")
        clone = deepcopy(table[style if style < len(table) else 0])
        fill, border = _sound(fill, "fill"), _sound(border, "border")
        clone.set("fillId", str(self._append("fills", fill) if fill else 0))
        if framed:
            clone.set("borderId", str(self._append("borders", border or _NO_BORDER)))
        table.append(clone)
        table.set("count", str(len(table)))
        return len(table) - 1

    def _child(self, table: str, index: str | None) -> etree._Element:
        found, number = self._table(table), whole(index) or 0
        return found[number if number < len(found) else 0]

    def _piece(self, table: str, index: str | None) -> str:
        text = etree.tostring(self._child(table, index), encoding="unicode", with_tail=False)
        return _NAMESPACES.sub("", text)

    def mended(self) -> int:
        """Index of the differential format that turns a cell green."""
        parent = self.root.find(self._space + "dxfs")
        if parent is None:
            parent = etree.Element(self._space + "dxfs", count="0")
            at = next(
                (i for i, e in enumerate(self.root) if str(e.tag).rpartition("}")[2] in _AFTER_DXFS), len(self.root)
            )
            self.root.insert(at, parent)
        if self._mended is None:
            xml = (
                '<dxf><font><color rgb="FF006100"/></font><fill><patternFill patternType="solid">'
                f'<fgColor rgb="FF{MENDED}"/><bgColor rgb="FF{MENDED}"/></patternFill></fill></dxf>'
            )
            parent.append(etree.fromstring(f'<x xmlns="{self._space[1:-1]}">{xml}</x>')[0])
            etree.cleanup_namespaces(parent[-1])
            parent.set("count", str(len(parent)))
            self._mended = len(parent) - 1
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
        inner = font or ""
        font_id = self._append(
            "fonts",
            f'<font>{inner}<sz val="10"/><name val="宋体"/></font>' if "<sz" not in inner else f"<font>{inner}</font>",
        )
        border_id = self._append("borders", _BORDER if boxed else _NO_BORDER)
        fill_id = self.fill(rgb) if rgb else 0
        quote = ' quotePrefix="1"' if number == 49 else ""
        xml = (
            f'<xf numFmtId="{number}" fontId="{font_id}" fillId="{fill_id}" borderId="{border_id}" xfId="0"'
            f' applyNumberFormat="1" applyFont="1" applyFill="1" applyBorder="1" applyAlignment="1"{quote}>'
            f'<alignment horizontal="{align}" vertical="center"{" wrapText=" + chr(34) + "1" + chr(34) if wrap else ""}/></xf>'
        )
        return self._append("cellXfs", xml)


_SIDE = '<{0} style="thin"><color rgb="FFBFBFBF"/></{0}>'
_BORDER = "<border>" + "".join(_SIDE.format(s) for s in ("left", "right", "top", "bottom")) + "<diagonal/></border>"
_NO_BORDER = "<border><left/><right/><top/><bottom/><diagonal/></border>"


def _rgb(elements: list[etree._Element]) -> str:
    return (elements[0].get("rgb") or "")[-6:].upper() if elements else ""


def _sound(xml: str | None, tag: str) -> str | None:
    """A record of a look as it may be put back: it stood in a cell that anybody could edit."""
    if not xml or len(xml) > _LONGEST or not xml.startswith(f"<{tag}") or "<!" in xml or "<?" in xml or "&" in xml:
        return None
    try:
        root = etree.fromstring(xml, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError:
        return None
    return xml if root.tag == tag else None
