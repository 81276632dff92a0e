"""The style table of a workbook, to be added to; how a cell in a colour of ours gets back its own look."""

from __future__ import annotations

import re
from copy import deepcopy

from lxml import etree

from xlcheck.errors import Refused
from xlcheck.labels import whole
from xlcheck.reading.package import chosen
from xlcheck.reading.trees import adopted, root_of
from xlcheck.reading.workbook import namespace

NO_BORDER = "<border><left/><right/><top/><bottom/><diagonal/></border>"
_LONGEST = 4_000
_NAMESPACES = re.compile(r'\sxmlns(?::\w+)?="[^"]*"|(?<=<)\w+:|(?<=</)\w+:')
_SAFE = etree.XMLParser(resolve_entities=False, no_network=True)


class StyleTable:
    """Adds to styles.xml; nothing that is there is changed or moved."""

    def __init__(self, root: etree._Element) -> None:
        self.root = root
        self._space = namespace(root)
        self._holder = root_of("x", self._space[1:-1])
        self._made: dict[tuple[str, str], int] = {}
        self._lists: dict[str, list[etree._Element]] = {}

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

    def _child(self, table: str, index: str | None) -> etree._Element:
        return self._entry(table, whole(index) or 0)


class MarkedStyles(StyleTable):
    """The style table of a marked copy."""

    def __init__(self, root: etree._Element) -> None:
        super().__init__(root)
        self._looks: dict[str, int] = {}
        self._marks: dict[int, tuple[str, str]] = {}

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
            clone.set("borderId", str(self._known("borders", border or NO_BORDER)))
        if not self._looks:
            self._looks = {bare(e): i for i, e in reversed(list(enumerate(self._entries("cellXfs"))))}
        look = bare(clone)
        if look not in self._looks:
            self._looks[look] = self._add("cellXfs", clone)
        return self._looks[look]

    def _known(self, table: str, xml: str) -> int:
        """Index of an entry that looks like ``xml``, appended where there is none: rounds of marking add nothing."""
        wanted = bare(etree.fromstring(xml))
        found = next((i for i, e in enumerate(self._entries(table)) if bare(e) == wanted), None)
        return self._append(table, xml) if found is None else found


def bare(element: etree._Element) -> str:
    """An entry as text without namespaces: how records have the look of a cell."""
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
    plain = all(isinstance(e.tag, str) and not e.tag.startswith("{") for e in root.iter())
    return xml if plain and root.tag == tag else None


def _harmless(xml: str, tag: str) -> bool:
    """Whether a text may be parsed at all: short, an element, without declarations, instructions and entities."""
    return len(xml) <= _LONGEST and xml.startswith(f"<{tag}") and not any(sign in xml for sign in ("<!", "<?", "&"))
