"""The style table of a workbook: clones with another fill, and the few styles of our own sheet."""

from __future__ import annotations

from copy import deepcopy

from lxml import etree

from xlcheck.errors import Refused
from xlcheck.reading.workbook import namespace

MAX_STYLES = 64_000
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
        self._recoloured: dict[tuple[int, str], int] = {}
        self._fills: dict[str, int] = {}
        self._made: dict[tuple[str, str], int] = {}

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

    def recoloured(self, style: int, rgb: str) -> int:
        """A clone of cell style ``style`` with another fill; ``style`` itself when the table is full."""
        key = (style, rgb)
        if key not in self._recoloured:
            table = self._table("cellXfs")
            if len(table) >= MAX_STYLES:
                return style
            clone = deepcopy(table[style if style < len(table) else 0])
            clone.set("fillId", str(self.fill(rgb)))
            clone.set("applyFill", "1")
            table.append(clone)
            table.set("count", str(len(table)))
            self._recoloured[key] = len(table) - 1
        return self._recoloured[key]

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
