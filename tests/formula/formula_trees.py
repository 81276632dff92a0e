"""Trees as nested tuples that name their kinds, so that two nodes of different kinds never compare equal."""

from __future__ import annotations

from typing import Any

from xlcheck.formula import syntax as s

NODES: dict[type, tuple[str, ...]] = {
    s.Key: ("kind", "first", "last", "keys"),
    s.Ref: ("table", "section", "row", "column", "last_year", "at"),
    s.Number: ("value",),
    s.Bare: ("name", "at"),
    s.Call: ("name", "args", "at"),
    s.Negative: ("operand",),
    s.Arithmetic: ("op", "left", "right"),
    s.Compare: ("op", "left", "right"),
    s.Not: ("operand",),
    s.Junction: ("op", "parts"),
    s.Implies: ("condition", "claim"),
}


def shape(node: Any, *, places: bool = True) -> Any:
    """``node`` as (kind, field, …); without ``places`` the offsets are left out."""
    if type(node) in NODES:
        names = [n for n in NODES[type(node)] if places or n != "at"]
        return (type(node).__name__, *(shape(getattr(node, n), places=places) for n in names))
    if isinstance(node, tuple):
        return tuple(shape(n, places=places) for n in node)
    return node
