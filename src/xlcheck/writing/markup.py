"""XML of our own as text, built element by element: nothing that comes from a file is ever taken for markup.

For parts that are written in one go and may be large (a tree would need ten times the memory): whatever is no markup
yet is escaped, in attributes and in content. What joins trees of the unit's is made in ``reading/trees.py``.
"""

from __future__ import annotations

from collections.abc import Mapping


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
