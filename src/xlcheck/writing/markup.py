"""XML of our own, built element by element: nothing that comes from a file is ever taken for markup.

As text, for parts that are written in one go and may be large (a tree would need ten times the memory): whatever is
no markup yet is escaped, in attributes and in content. As trees, for what joins those of the unit's.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lxml import etree


class Markup(str):
    """Well-formed XML: elements whose texts are escaped."""

    __slots__ = ()


def element(name: str, attributes: Mapping[str, str | int] | None = None, *content: str) -> Markup:
    """One element; ``content`` is :class:`Markup`, or text to be escaped."""
    said = ""
    if attributes:
        for key, value in attributes.items():
            said += f' {key}="{value}"' if isinstance(value, int) else f' {key}="{escape(value)}"'
    inside = "".join([c if isinstance(c, Markup) else escape(c) for c in content])
    return Markup(f"<{name}{said}>{inside}</{name}>" if content else f"<{name}{said}/>")


def escape(text: str) -> str:
    """``text`` for XML, in elements and in attributes."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def root_of(name: str, space: str) -> etree._Element:
    """A tree's root element, in the namespace ``space`` (empty: in none), which is the default of all below it."""
    if not space:
        return etree.Element(name)
    names: Any = {None: space}
    return etree.Element(f"{{{space}}}{name}", nsmap=names)


def adopted(element: etree._Element, parent: etree._Element) -> etree._Element:
    """An element without a namespace, moved to the end of ``parent`` and into the namespace of that, with all below."""
    parent.append(element)
    space = str(parent.tag).rpartition("}")[0]
    if space:
        for one in element.iter("*"):
            one.tag = f"{space}}}{one.tag}"
    return element
