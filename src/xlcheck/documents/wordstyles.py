"""What the styles of a Word document say of paragraphs and runs that bear on reading: names, outline, lists, hiding."""

from __future__ import annotations

from typing import NamedTuple

from lxml import etree

from xlcheck.documents.wordfile import child, name_of, number, switched_on, value

_MOST_ANCESTORS = 50
_NO_LEVEL = 9  # body text


class ListPlace(NamedTuple):
    """Which list a paragraph is numbered by, and its level from 0; list 0 is none."""

    list_id: int
    level: int


class ParagraphStyle(NamedTuple):
    """A style with what it inherits. ``outline`` is 0–8 for headings, 9 for text; ``level`` is None where not said."""

    name: str
    outline: int | None
    list_id: int | None
    level: int | None
    hidden: bool


_PLAIN = ParagraphStyle("", None, None, None, False)


class StyleSheet:
    """The styles of a document by their ids."""

    def __init__(self, root: etree._Element | None) -> None:
        self._elements: dict[str, etree._Element] = {}
        self._known: dict[str, ParagraphStyle] = {}
        self._default = ""
        for style in root if root is not None else ():
            if name_of(style.tag) == "w:style":
                self._elements.setdefault(value(style, "styleId") or "", style)
                if value(style, "type") == "paragraph" and (value(style, "default") or "0").lower() in (
                    "1",
                    "true",
                    "on",
                ):
                    self._default = value(style, "styleId") or ""

    def style(self, key: str | None) -> ParagraphStyle:
        """A style by its id; that of plain paragraphs for None."""
        key = self._default if key is None else key
        if key not in self._known:
            self._known[key] = self._resolved(key)
        return self._known[key]

    def _resolved(self, key: str) -> ParagraphStyle:
        """A style from its own properties and those of the styles that it is based on."""
        found = _PLAIN
        element = self._elements.get(key)
        for _ in range(_MOST_ANCESTORS):
            if element is None:
                break
            found = _inherited(found, _own(element))
            element = self._elements.get(value(child(element, "w:basedOn")) or "")
        return found


def _own(style: etree._Element) -> ParagraphStyle:
    paragraph, run = child(style, "w:pPr"), child(style, "w:rPr")
    place = child(paragraph, "w:numPr")
    return ParagraphStyle(
        (value(child(style, "w:name")) or "").strip().lower(),
        number(child(paragraph, "w:outlineLvl")),
        number(child(place, "w:numId")),
        number(child(place, "w:ilvl")),
        switched_on(child(run, "w:vanish")),
    )


def _inherited(nearer: ParagraphStyle, farther: ParagraphStyle) -> ParagraphStyle:
    return ParagraphStyle(
        nearer.name or farther.name,
        farther.outline if nearer.outline is None else nearer.outline,
        farther.list_id if nearer.list_id is None else nearer.list_id,
        farther.level if nearer.level is None else nearer.level,
        nearer.hidden or farther.hidden,
    )


def printed_style(properties: etree._Element | None, style: ParagraphStyle) -> str:
    """The name of a paragraph's style; ``heading n`` where the paragraph or its style has an outline level."""
    own = number(child(properties, "w:outlineLvl"))
    level = style.outline if own is None else own
    if style.name.startswith("heading ") or level is None or not 0 <= level < _NO_LEVEL:
        return style.name
    return f"heading {level + 1}"


def list_place(properties: etree._Element | None, style: ParagraphStyle) -> ListPlace:
    """Which list a paragraph is numbered by: its own word, then its style's."""
    own = child(properties, "w:numPr")
    list_id, level = number(child(own, "w:numId")), number(child(own, "w:ilvl"))
    list_id = style.list_id if list_id is None else list_id
    level = style.level if level is None else level
    return ListPlace(list_id or 0, min(max(level or 0, 0), 8))
