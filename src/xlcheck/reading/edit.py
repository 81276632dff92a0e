"""A package being changed: parts as trees to edit, parts to add and to drop; written out at the end.

A part that is done is settled: its bytes need far less memory than its tree.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from lxml import etree

from xlcheck.reading.package import Package, Read, altered, parse_xml, rewrite
from xlcheck.reading.trees import root_of
from xlcheck.reading.workbook import namespace, relations, relations_part

_TYPES = "[Content_Types].xml"
_RELATIONS_TYPE = "application/vnd.openxmlformats-package.relationships+xml"
_SIGNATURES = "_xmlsignatures/"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"


@dataclass(slots=True)
class Edit:
    """The parts to change and to add, as trees or bytes, and the package they belong to.

    ``touched`` are the parts (names in small letters) that ``trees`` or ``settled`` has, in the order of their first change.
    """

    package: Package
    trees: dict[str, etree._Element] = field(default_factory=dict)
    settled: dict[str, bytes] = field(default_factory=dict)
    touched: dict[str, None] = field(default_factory=dict)
    added: dict[str, bytes] = field(default_factory=dict)
    dropped: set[str] = field(default_factory=set)

    def tree(self, part: str) -> etree._Element:
        """A private copy of a part's tree: what was read stays as it was read."""
        key = part.lower()
        if key not in self.trees:
            done = self.settled.pop(key, None)
            self.trees[key] = parse_xml(self.package.read(part) if done is None else done, part)
            self.touched.setdefault(key)
        return self.trees[key]

    def put(self, part: str, tree: etree._Element) -> None:
        """Add a new part."""
        self.added.setdefault(part, b"")
        self.trees[part.lower()] = tree
        self.touched.setdefault(part.lower())

    def settle(self, part: str) -> None:
        """Say that a part is done for now."""
        key = part.lower()
        if key in self.trees:
            self.settled[key] = _serialised(self.trees.pop(key))

    def _forget(self, part: str) -> None:
        key = part.lower()
        self.trees.pop(key, None)
        self.settled.pop(key, None)
        self.touched.pop(key, None)

    def free_name(self, pattern: str) -> str:
        """The first ``pattern`` with a number that no part has."""
        number = 1
        while pattern.format(number) in self.package or pattern.format(number) in self.added:
            number += 1
        return pattern.format(number)

    def content_type(self, part: str, kind: str) -> None:
        """Say what a new part is."""
        types = self.tree(_TYPES)
        etree.SubElement(types, namespace(types) + "Override", PartName="/" + part, ContentType=kind)

    def default_type(self, extension: str, kind: str) -> None:
        """Say what parts with an ending are, unless it has been said."""
        types = self.tree(_TYPES)
        space = namespace(types)
        if not any(e.get("Extension", "").lower() == extension for e in types.iter(space + "Default")):
            types.insert(0, etree.Element(space + "Default", Extension=extension, ContentType=kind))

    def relate(self, part: str, kind: str, target: str) -> str:
        """Add a relationship of ``part``; returns its id."""
        rels = relations_part(part)
        if rels not in self.package and rels.lower() not in self.touched:
            self.put(rels, root_of("Relationships", _RELATIONS))
            self.default_type("rels", _RELATIONS_TYPE)
        root = self.tree(rels)
        used = {e.get("Id") for e in root}
        number = 1
        while f"rIdXc{number}" in used:
            number += 1
        etree.SubElement(root, namespace(root) + "Relationship", Id=f"rIdXc{number}", Type=kind, Target="/" + target)
        return f"rIdXc{number}"

    def forget_type(self, part: str) -> None:
        """Take a part out of the content types."""
        key = part.lower()
        remove_children(self.tree(_TYPES), lambda e: (e.get("PartName") or "").lstrip("/").lower() == key)

    def _leave_out(self, part: str) -> None:
        """Leave a part out, with its content type."""
        self.forget_type(part)
        self.dropped.add(part.lower())

    def drop(self, part: str, owner: str, relation: str) -> None:
        """Leave a part out, with its relationship to ``owner`` and its content type."""
        remove_children(self.tree(relations_part(owner)), lambda e: e.get("Id") == relation)
        self._leave_out(part)
        self._forget(part)

    def drop_relations(self, part: str) -> None:
        """Leave out the relationships of a part that is gone, and what only it related to."""
        rels = relations_part(part)
        if rels not in self.package:
            return
        kept = self._related_elsewhere(rels.lower())
        for _, target in relations(self.package, part).values():
            if target in self.package and target.lower() not in kept:
                self._leave_out(target)
        self._leave_out(rels)

    def _related_elsewhere(self, rels: str) -> set[str]:
        """What the parts that stay relate to, but for the relationships part ``rels``; in small letters."""
        gone = {rels, *self.dropped}
        left = [p.name for p in self.package.parts.values() if p.name.lower().endswith(".rels")]
        return {target for name in left if name.lower() not in gone for target in self._targets(name)}

    def _targets(self, rels: str) -> set[str]:
        """What a relationships part names, in small letters."""
        return {target.lower() for _, target in relations(self.package, _owner(rels)).values()}

    def drop_signatures(self) -> bool:
        """Leave digital signatures out: any change of the package makes them void. Whether there were any."""
        signed = [p.name for p in self.package.parts.values() if p.name.lower().startswith(_SIGNATURES)]
        if not signed:
            return False
        root = self.tree("_rels/.rels")
        remove_children(root, lambda e: (e.get("Type") or "").endswith("/digital-signature/origin"))
        for part in signed:
            self._leave_out(part)
        remove_children(self.tree(_TYPES), lambda e: (e.get("Extension") or "").lower() == "sigs")
        return True

    def finish(self, *, drop: Collection[str] = ()) -> bytes:
        """The new package's bytes, without the parts of ``drop`` (names in small letters)."""
        changed = self.written()
        return rewrite(self.package, changed, self.added.items(), self.dropped.union(drop))

    def finished(self, *, drop: Collection[str] = ()) -> Package:
        """The new package itself, where no part was added: what was not touched is not read again.

        What was touched is parsed anew. Its tree here has the unit's comments, which reading must not see and the file
        must keep; and only what the bytes say is what another program will find.

        Raises:
            Refused: the new package is more than a workbook may be.
        """
        changed = self.written()
        entries = altered(self.package, changed, self.dropped.union(drop))
        known = {key: Read(data) for key, data in changed.items()}
        return Package(entries, {**self.package.read_of(entries), **known})

    def written(self) -> dict[str, bytes]:
        """The bytes of the touched parts: those of new ones go where these stand, those of the others come back."""
        names = {name.lower(): name for name in reversed(self.added)}
        changed: dict[str, bytes] = {}
        for key in self.touched:
            self.settle(key)
            data = self.settled.pop(key)
            if key in names:
                self.added[names[key]] = data
            else:
                changed[key] = data
        return changed


def remove_children(parent: etree._Element, unwanted: Callable[[etree._Element], bool]) -> None:
    """Remove the ``unwanted`` ones among an element's children."""
    for element in list(parent):
        if unwanted(element):
            parent.remove(element)


def _owner(rels: str) -> str:
    """The part that a relationships part belongs to."""
    folder, name = posixpath.split(rels)
    return posixpath.join(posixpath.dirname(folder), name.removesuffix(".rels"))


def _serialised(root: etree._Element) -> bytes:
    body = etree.tostring(root.getroottree(), encoding="UTF-8")
    return b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n' + body
