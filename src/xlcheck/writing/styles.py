"""The style table of a workbook: clones with another fill, and the few styles of our own sheet."""

from __future__ import annotations

from copy import deepcopy

from lxml import etree

from xlcheck.reading.marks.styles import NO_BORDER, StyleTable, bare

MAX_STYLES = 64_000
LAST_STYLE = 65_400  # Excel takes 65,490
_TEXT = 49  # the number format @
MENDED = "C6EFCF"  # one off Excel's own green, so that it can be told from the unit's
_LOOKS = (("fills", "fill"), ("borders", "border"))
_AFTER_DXFS = {"tableStyles", "colors", "extLst"}
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


class Styles(StyleTable):
    """The style table of a workbook that is being marked."""

    def __init__(self, root: etree._Element) -> None:
        super().__init__(root)
        self._recoloured: dict[tuple[int, str], int] = {}
        self._fills: dict[str, int] = {}
        self._mended: int | None = None
        self._before: dict[int, tuple[str, str]] = {}
        self.full = False  # some cell or sheet got no style of its own

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

    def _piece(self, table: str, index: str | None) -> str:
        return bare(self._child(table, index))

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
        border_id = self._append("borders", _BORDER if boxed else NO_BORDER)
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
