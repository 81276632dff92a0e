"""The workbook as a guarded zip of parts, lazily inflated; untouched entries are copied raw.

One ``Package`` serves the reader and the marker. Nothing is parsed before the guards have passed:
sizes are counted on the bytes that really come out, never taken from the archive's own words.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from lxml import etree

from xlcheck.errors import Refused
from xlcheck.reading.entries import Entry, entries_of, guarded, inflated, new_entry, packed, refuse_false, zipped
from xlcheck.workers import short_of_memory

MAX_INFLATED = 200 * 1024 * 1024
_LARGE_PART = 1024 * 1024  # its tree takes twenty times as much


class Read(NamedTuple):
    """What has been read of a part: its bytes, and its tree where that was kept."""

    data: bytes
    tree: etree._Element | None = None


class Package:
    """A workbook's entries, and its parts as bytes or parsed XML.

    ``source`` is a file, or the entries that it would have: then the same guards hold without the zip. ``known`` is what
    has been read of some parts before, by their names in small letters; they are not read again.

    Raises:
        Refused: any guard that fails, with a plain reason.
    """

    def __init__(self, source: bytes | Collection[Entry], known: Mapping[str, Read] = {}) -> None:
        self._entries = entries_of(source) if isinstance(source, bytes) else guarded(source)
        self.parts = {key: entry.part for key, entry in self._entries.items()}
        self._known = known
        self._bytes: dict[str, bytes] = {}
        self._trees: dict[str, etree._Element] = {}
        self._inflated = 0

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name.lower() in self.parts

    def entry(self, name: str) -> Entry:
        """A part as it is stored.

        Raises:
            KeyError: no such part.
        """
        return self._entries[name.lower()]

    def zipped(self) -> bytes:
        """The file that has these entries."""
        return zipped(self._entries.values())

    def read_of(self, entries: Iterable[Entry]) -> dict[str, Read]:
        """What has been read here of those ``entries`` that are this package's own."""
        own = (key for entry in entries if self._entries.get(key := entry.part.name.lower()) is entry)
        return {key: Read(self._bytes[key], self._trees.get(key)) for key in own if key in self._bytes}

    def read(self, name: str) -> bytes:
        """The inflated bytes of a part.

        Raises:
            Refused: there is no such part, or it is damaged.
        """
        key = name.lower()
        if key not in self._bytes:
            if key not in self.parts:
                raise Refused("damaged", f"文件不完整：缺少部件“{name}”。请用 Excel/WPS 重新保存。")
            self._bytes[key] = self._inflate(key)
        return self._bytes[key]

    def _inflate(self, key: str) -> bytes:
        """The bytes of a part, counted: what was known takes as much memory as what is inflated here."""
        entry, known = self._entries[key], self._known.get(key)
        data = inflated(entry, max(MAX_INFLATED - self._inflated, 0)) if known is None else known.data
        self._inflated += len(data)
        if self._inflated > MAX_INFLATED:
            raise Refused("bomb", "文件解压后超过 200 MB，拒绝读取。")
        if known is None:
            refuse_false(entry.part, data)
        return data

    def tree(self, name: str) -> etree._Element:
        """The parsed root element of an XML part, parsed once; a large part is not kept, and parsed anew when asked for.

        Raises:
            Refused: not well-formed, or with a document type.
            KeyError: no such part.
        """
        key = name.lower()
        if key in self._trees:
            return self._trees[key]
        data, known = self.read(name), self._known.get(key)
        tree = parse_xml(data, name, bare=True) if known is None or known.tree is None else known.tree
        if len(data) <= _LARGE_PART:
            self._trees[key] = tree
        return tree


def parse_xml(data: bytes, name: str, *, bare: bool = False) -> etree._Element:
    """Parse untrusted XML: no entities, no network, no document type; ``bare``: no comments, no instructions."""
    head = data[:1024].replace(b"\0", b"")
    if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
        raise Refused("doctype", f"部件“{name}”带有文档类型声明（DOCTYPE），可能有害，拒绝读取。")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=bare, remove_pis=bare
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        if short_of_memory():
            raise MemoryError from error  # libxml2 takes its own lack of memory for bad XML
        raise Refused("damaged", f"部件“{name}”不是合格的 XML。请用 Excel/WPS 重新保存。") from error
    if getattr(root.getroottree().docinfo, "doctype", ""):
        raise Refused("doctype", f"部件“{name}”带有文档类型声明（DOCTYPE），可能有害，拒绝读取。")
    return root


def chosen(element: etree._Element) -> etree._Element:
    """An element itself; of alternatives (``mc:AlternateContent``) the one meant for every program."""
    if not str(element.tag).endswith("}AlternateContent"):
        return element
    by_name = {str(e.tag).rpartition("}")[2]: e for e in reversed(list(element.iterchildren("*")))}
    holder = by_name.get("Fallback", by_name.get("Choice"))
    inner = next(holder.iterchildren("*"), None) if holder is not None else None
    return element if inner is None else inner


def rewrite(
    package: Package,
    changed: Mapping[str, bytes],
    added: Iterable[tuple[str, bytes]],
    dropped: Collection[str] = (),
) -> bytes:
    """A zip like ``package`` with some parts changed, some ``dropped`` and some added at the end.

    Parts that are in neither are copied with their compressed bytes. Names in ``changed`` are looked
    up without regard to case.
    """
    return zipped([*altered(package, changed, dropped), *(new_entry(name, data) for name, data in added)])


def altered(package: Package, changed: Mapping[str, bytes], dropped: Collection[str] = ()) -> list[Entry]:
    """The entries of ``package``, some of them changed and some ``dropped``, as :func:`rewrite` has them."""
    new = {name.lower(): data for name, data in changed.items()}
    return [
        packed(part, new[key]) if key in new else package.entry(key)
        for key, part in package.parts.items()
        if key not in dropped
    ]
