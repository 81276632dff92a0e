"""The styles of an OpenDocument spreadsheet: what they hide, and their number formats as format codes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from lxml import etree

from xlcheck.labels import whole
from xlcheck.reading.foreign.building import StyleNumbers
from xlcheck.reading.grid import NO_HEIGHT
from xlcheck.reading.workbook import local

_LENGTH = re.compile(r"(\d{1,6}(?:\.\d{1,6})?)(pt|cm|mm|in|pc|px)")
_UNITS = {"pt": 1.0, "cm": 28.3465, "mm": 2.83465, "in": 72.0, "pc": 12.0, "px": 0.75}
_CONDITION = re.compile(r"value\(\)\s*(>=|<=|!=|>|<|=)\s*(-?\d{1,15}(?:\.\d{1,9})?)")
_MOST_PARENTS = 20
_MOST_MAPS = 3
_MOST_THOUSANDS = 3  # that a number may be divided by
_MOST_DIGITS = 60
_BLACK = ("#000000", "#000")
_USUAL_SECTIONS = ([">=0"], [">0", "<0"], [">0", "<0", "=0"])  # those of a format code without conditions


def attribute(element: etree._Element, name: str) -> str | None:
    """An attribute by its name without the namespace."""
    return next((str(v) for k, v in element.attrib.items() if local(k) == name), None)


def text_within(element: etree._Element) -> str:
    """All texts in an element."""
    return "".join(str(t) for t in element.itertext())


class OdsStyles:
    """The styles of a document: which hide a sheet, a row or a column, and what number format cells have."""

    def __init__(self, roots: Iterable[etree._Element]) -> None:
        self.unseen: set[tuple[str, str]] = set()  # (family, name)
        self.style_numbers = StyleNumbers()
        self._cells: dict[str, tuple[str | None, str | None]] = {}  # name → data style, parent
        self._data: dict[str, etree._Element] = {}
        self._numbers: dict[str, int] = {}
        for root in roots:
            for block in root:
                if local(block.tag) in ("styles", "automatic-styles"):
                    self._read(block)

    def _read(self, block: etree._Element) -> None:
        for style in block:
            name, kind = attribute(style, "name") or "", local(style.tag)
            family = attribute(style, "family") or ""
            if kind in ("style", "default-style") and family == "table-cell":
                self._cells[name] = attribute(style, "data-style-name"), attribute(style, "parent-style-name")
            elif kind == "style":
                self._read_other(style, family, name)
            elif kind.endswith("-style"):
                self._data[name] = style

    def _read_other(self, style: etree._Element, family: str, name: str) -> None:
        """A style of rows, columns, texts: only whether it hides them."""
        if any(map(_shows_nothing, style)):
            self.unseen.add((family, name))

    def number(self, name: str) -> int:
        """The style number of a cell style."""
        if name not in self._numbers:
            data = self._data_style(name)
            self._numbers[name] = self.style_numbers.number(_code(data, self._data)) if data is not None else 0
        return self._numbers[name]

    def _data_style(self, name: str | None) -> etree._Element | None:
        for _ in range(_MOST_PARENTS):
            data, parent = self._cells.get(name or "", (None, None))
            if data is not None:
                return self._data.get(data)
            if name == "" or name is None:
                return None
            name = parent or ""  # the default style has no name
        return None


def _shows_nothing(properties: etree._Element) -> bool:
    """Whether properties of a sheet, row or column hide it, or leave it no height or width."""
    name = local(properties.tag)
    if name == "table-properties":
        return attribute(properties, "display") == "false"
    if name == "table-row-properties":
        return _points(attribute(properties, "row-height")) < NO_HEIGHT
    return name == "table-column-properties" and _points(attribute(properties, "column-width")) < NO_HEIGHT


def _points(length: str | None) -> float:
    """A length in points; what can't be understood is long."""
    match = _LENGTH.fullmatch((length or "").strip())
    return float(match[1]) * _UNITS[match[2]] if match else NO_HEIGHT


# --- number styles as format codes ----------------------------------------------------------------


def _code(style: etree._Element, known: dict[str, etree._Element]) -> str:
    """A data style as a format code: its own section, and those of the conditions under which others apply."""
    if fixed := _FIXED_CODES.get(local(style.tag)):
        return fixed
    maps = [e for e in style if local(e.tag) == "map"][:_MOST_MAPS]
    return _joined([section for e in maps for section in _conditional_sections(e, known)], _own_section(style))


def _conditional_sections(element: etree._Element, known: dict[str, etree._Element]) -> Iterator[tuple[str, str]]:
    """The condition of a map and the section of the style that it leads to, if both are known."""
    other = known.get(attribute(element, "apply-style-name") or "")
    condition = _CONDITION.fullmatch((attribute(element, "condition") or "").strip())
    if other is not None and condition is not None:
        yield condition[1].replace("!=", "<>") + condition[2], _own_section(other)


_FIXED_CODES = {
    "date-style": "yyyy-mm-dd",
    "time-style": "yyyy-mm-dd",
    "boolean-style": '"TRUE";"TRUE";"FALSE"',
}


def _own_section(style: etree._Element) -> str:
    """A data style without those that apply under conditions."""
    kind = local(style.tag)
    return _FIXED_CODES.get(kind) or "".join(_piece(e, kind) for e in style)


def _joined(sections: list[tuple[str, str]], own: str) -> str:
    """Sections in the order of a format code: where they are for positives, negatives and zero, without conditions."""
    if [condition for condition, _ in sections] in _USUAL_SECTIONS:
        return ";".join([*(code for _, code in sections), own])
    return ";".join([*(f"[{condition}]{code}" for condition, code in sections[:2]), own])


def _piece(element: etree._Element, kind: str) -> str:
    """One piece of a data style of a ``kind``."""
    name = local(element.tag)
    if name == "text":
        text = text_within(element)
        return text if kind == "percentage-style" and text.strip() == "%" else _literal(text)
    make = _PIECES.get(name)
    return make(element) if make is not None else ""


def _literal(text: str) -> str:
    return "".join(f"\\{c}" for c in text[:_MOST_DIGITS])


def _coloured(properties: etree._Element) -> str:
    colour = attribute(properties, "color")
    return "[Red]" if colour and colour.lower() not in _BLACK else ""


def _digits(element: etree._Element) -> str:
    """The digits of a number: none said means General; texts may stand among them; some show thousands."""
    embedded = _embedded_texts(element)
    factor = attribute(element, "display-factor")
    if attribute(element, "decimal-places") is None and not embedded and factor is None:
        return "General"
    return _whole_digits(element, embedded) + _fraction(element) + "," * _thousands(factor or "1")


def _embedded_texts(element: etree._Element) -> dict[int, str]:
    """Texts among the digits of a number, by how many digits follow."""
    texts = (e for e in element if local(e.tag) == "embedded-text")
    return {whole(attribute(e, "position")) or 0: text_within(e) for e in texts}


def _count(element: etree._Element, name: str) -> int:
    return whole(attribute(element, name)) or 0


def _whole_digits(element: etree._Element, embedded: dict[int, str]) -> str:
    """Places before the point, with the texts that stand behind some of them (0: at the end)."""
    least = max(min(_count(element, "min-integer-digits"), _MOST_DIGITS), 1)
    most = max([least, *(min(at, _MOST_DIGITS) + 1 for at in embedded)])
    pieces = ["#,##" if attribute(element, "grouping") == "true" else ""]
    for at in range(most, 0, -1):
        pieces.append("0" if at <= least else "#")
        pieces.append(_literal(embedded.get(at - 1, "")))
    return "".join(pieces)


def _fraction(element: etree._Element) -> str:
    """Places behind the point; beyond the least number of them no zeros are shown."""
    decimals = min(_count(element, "decimal-places"), _MOST_DIGITS)
    if not decimals:
        return ""
    least = attribute(element, "min-decimal-places")
    fixed = decimals if least is None else min(whole(least) or 0, decimals)
    return f".{'0' * fixed}{'#' * (decimals - fixed)}"


def _thousands(factor: str) -> int:
    """How often a number is divided by 1000 before it is shown: 1000000 → 2."""
    power_of_ten = factor.isascii() and factor.isdigit() and factor.strip("0") == "1"
    return min((len(factor) - 1) // 3, _MOST_THOUSANDS) if power_of_ten else 0


_PIECES: dict[str, Callable[[etree._Element], str]] = {
    "currency-symbol": lambda e: _literal(text_within(e)),
    "fill-character": lambda e: f"*{text_within(e)[:1] or ' '}",
    "text-content": lambda e: "@",
    "fraction": lambda e: "# ?/?",
    "number": _digits,
    "scientific-number": lambda e: f"{_digits(e)}E+00",
    "text-properties": _coloured,
}
