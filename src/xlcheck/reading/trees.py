"""XML of our own as trees, for what joins those of the unit's."""

from __future__ import annotations

from typing import Any

from lxml import etree


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
