"""The two dialects of the package format: each has namespaces of its own."""

from __future__ import annotations

from typing import NamedTuple


class Dialect(NamedTuple):
    """The namespaces of a workbook: a strict one has others."""

    main: str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    relations: str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


TRANSITIONAL = Dialect()
_STRICT_RELATIONS = "http://purl.oclc.org/ooxml/officeDocument/relationships"


def is_strict(space: str) -> bool:
    """Whether a main namespace is that of the strict dialect."""
    return "purl.oclc.org" in space


def relations_space(space: str) -> str:
    """The namespace of relations that belongs to a main namespace."""
    return _STRICT_RELATIONS if is_strict(space) else TRANSITIONAL.relations
