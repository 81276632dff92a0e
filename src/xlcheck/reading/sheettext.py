"""A worksheet's rows and cells, read from its text as the usual programs write it; no tree of elements is built for them.

The trees of sheets were half of what opening a workbook cost: most of their elements are blank cells with a style. What
is read here is a small language: every character of ``sheetData`` must be one of its rows and cells, or nothing is read
here at all and the sheet goes the way of any XML. The rest of the part, a few hundred bytes, is parsed.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from lxml import etree

from xlcheck.reading.package import Package, parse_xml

# letters and digits of the address, style, type, formula (all of <f>), value, text inside the cell; empty: not there
WrittenCell: TypeAlias = tuple[str, str, str, str, str, str, str]

_LONGEST = 7  # digits of a character's number
_LARGEST = 8 * 1024 * 1024  # bytes of a part; what is larger is refused elsewhere, or slow in any case
_OPEN, _CLOSE = b"<sheetData>", b"</sheetData>"
_ENCODING = re.compile(rb'<\?xml version="1\.0"(?: encoding="(?i:utf-8)")?(?: standalone="(?:yes|no)")? ?\?>')


def _uncaught(pattern: str) -> str:
    """A pattern without its groups."""
    return re.sub(r"\((?!\?)", "(?:", pattern)


# what XML allows in a text without a reference in it, and no white space that it would change
_TEXT = r"[^<>&\x00-\x1f\x7f-\x9f\ufffe\uffff]*+"
_ATTRIBUTE = r'([A-Za-z][A-Za-z0-9:]*+)="([^"<&\x00-\x1f\x7f-\x9f\ufffe\uffff]*+)"'
# the same with references in it
_WRITTEN = r"(?:[^<>&\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]|&(?:#[0-9]{1,7}|amp|lt|gt|quot|apos);)*+"
_FORMULA = rf'<f( t="shared")?(?: ref="[A-Z0-9:]++")?(?: si="([0-9]++)")?(?: (?:ca|aca)="(?:[01]|false|true)")?(?:/>|>({_WRITTEN})</f>)'
_START = r'<c r="([A-Z]{1,3}+)([0-9]{1,7}+)"(?: s="([0-9]{1,9}+)")?(?: t="(s|str|n|b|e|d|inlineStr)")?'
_INSIDE = rf'<is><t(?: xml:space="preserve")?>({_WRITTEN})</t></is>'
_HELD = rf"({_uncaught(_FORMULA)})?(?:<v>({_TEXT})</v>|<v/>|{_INSIDE})?</c>"
_CELL = _uncaught(f"{_START}(?:/>|>{_HELD})")
_ROW = re.compile(rf'(<row r="([0-9]++)"((?: {_uncaught(_ATTRIBUTE)})*+)(?:/>|>((?:{_CELL})*+)</row>))')
_HOLDING = re.compile(f"{_START}>(?!</c>){_HELD}")
_FORMULAS = re.compile(_FORMULA)
_REFERENCES = re.compile(r'<c r="([A-Z0-9]++)"')
_ATTRIBUTES = re.compile(" " + _ATTRIBUTE)
_REFERENCE = re.compile("&([#a-z0-9]++);")
_NUMBERED = re.compile("&#([0-9]++)")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_ALLOWED = (range(9, 11), range(13, 14), range(0x20, 0xD800), range(0xE000, 0xFFFE), range(0x10000, 0x110000))


class TextRow(NamedTuple):
    """One ``row``: its number, its height, what it says of being hidden (empty: nothing), and its cells as they are written."""

    number: str
    height: str | None
    hidden: str | None
    cells: str

    def __len__(self) -> int:
        return self.cells.count("<c ")

    def references(self) -> list[str]:
        """The addresses of all of its cells, blank ones included."""
        return _REFERENCES.findall(self.cells)


class WrittenSheet(NamedTuple):
    """A sheet: everything of the part but its cells as a tree, in which ``sheetData`` is empty; its rows; its cells' text."""

    frame: etree._Element
    rows: Sequence[TextRow]
    text: str

    def cells(self) -> list[WrittenCell]:
        """The cells that are more than a style, in the order of the file."""
        return _HOLDING.findall(self.text)


def formula_of(written: str) -> tuple[bool, str, str]:
    """Of a formula as it is written (``<f>`` and all): whether it is shared, its number then, and its text; empty: not there."""
    found = _FORMULAS.match(written)
    return (found[1] is not None, found[2] or "", text_of(found[3] or "")) if found else (False, "", "")


def text_of(written: str) -> str:
    """A text as it is written, without references."""
    return _REFERENCE.sub(_referred, written) if "&" in written else written


def _referred(reference: re.Match[str]) -> str:
    name = reference[1]
    return _NAMED[name] if name in _NAMED else chr(int(name[1:]))


def sheet_text(package: Package, part: str) -> WrittenSheet | None:
    """Read a sheet by its text; None where it is written in any other way than the usual one.

    Raises:
        Refused: the part is damaged, or what stands around its cells is no XML.
    """
    data = package.read(part)
    start = data.find(_OPEN) + len(_OPEN)
    end = data.find(_CLOSE, start)
    if not len(_OPEN) <= start <= end <= _LARGEST or not _is_plain(data, start):
        return None
    try:
        text = data[start:end].decode("utf-8")
    except UnicodeDecodeError:
        return None
    if not _are_allowed(_NUMBERED.findall(text)):
        return None
    frame = parse_xml(data[:start] + data[end:], part, bare=True)
    rows = _rows(text, [prefix for prefix in frame.nsmap if prefix]) if _holds(frame) else None
    return WrittenSheet(frame, rows, text) if rows is not None else None


def _is_plain(data: bytes, start: int) -> bool:
    """Whether what opens ``sheetData`` before ``start`` is an element, and the text UTF-8."""
    begin = 3 if data.startswith(b"\xef\xbb\xbf") else 0
    declared = _ENCODING.match(data, begin)
    if declared is None and data.startswith(b"<?", begin):
        return False
    begin = declared.end() if declared else begin
    return data.find(b"<!", begin, start) < 0 and data.find(b"<?", begin, start) < 0


def _are_allowed(numbers: Iterable[str]) -> bool:
    """Whether all of some characters, by their numbers, may stand in XML."""
    return all(len(number) <= _LONGEST and any(int(number) in some for some in _ALLOWED) for number in set(numbers))


def _rows(text: str, prefixes: Collection[str]) -> list[TextRow] | None:
    """The rows of a text that is made of nothing but rows; ``prefixes`` are those that names of attributes may have."""
    found = _ROW.findall(text)
    if sum(len(row[0]) for row in found) != len(text):
        return None
    known: dict[str, Mapping[str, str] | None] = {}
    rows: list[TextRow] = []
    for _, number, written, cells in found:
        if written not in known:
            known[written] = _attributes(written, prefixes)
        others = known[written]
        if others is None:
            return None
        rows.append(TextRow(number, others.get("ht"), others.get("hidden"), cells))
    return rows


def _attributes(written: str, prefixes: Collection[str]) -> dict[str, str] | None:
    """Attributes as they are written; None where XML does not allow them, or they declare a namespace."""
    pairs = _ATTRIBUTES.findall(written)
    found = dict(pairs)
    prefixed = [name.partition(":")[0] for name in found if ":" in name]
    good = len(found) == len(pairs) and not {"r", "xmlns"} & found.keys()
    # two prefixes may stand for one namespace, and two names then for one attribute
    return found if good and len(prefixed) <= 1 and all(one in prefixes for one in prefixed) else None


def _holds(frame: etree._Element) -> bool:
    """Whether the cells stood in the one ``sheetData`` of the sheet, in the namespace of the sheet."""
    space = frame.nsmap.get(None)
    tag = f"{{{space}}}sheetData" if space else "sheetData"
    found = list(frame.iter(tag, "{*}sheetData"))
    same = frame.tag == tag.replace("sheetData", "worksheet")
    return same and len(found) == 1 and found[0].getparent() is frame and found[0].tag == tag and not len(found[0])
