"""A marked copy against its original: our additions taken off part by part, then nothing may differ."""

from __future__ import annotations

import posixpath
from functools import cache
from typing import NamedTuple

from lxml import etree

from support.rich.build import ORDER, TYPES
from xlcheck.reading.marks.format import COLOURS, PART_COLOUR, RIVAL_COLOUR, SHEET, SUSPECT_COLOUR
from xlcheck.reading.package import Package
from xlcheck.reading.workbook import Workbook, relations

OURS = {*COLOURS.values(), PART_COLOUR, SUSPECT_COLOUR, RIVAL_COLOUR}
_LOOK = {"fillId", "applyFill", "borderId", "applyBorder"}
_TABLES = ("fonts", "fills", "borders", "cellXfs", "dxfs")


def local(element: etree._Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def find(root: etree._Element, name: str) -> etree._Element | None:
    return next((e for e in root if local(e) == name), None)


def canonical(root: etree._Element) -> bytes:
    """All that an XML part says, its comments and instructions too."""
    return etree.tostring(root.getroottree(), method="c14n")


class Looks(NamedTuple):
    """A style table: cell styles, and the tables they point into."""

    xfs: list[etree._Element]
    fills: list[etree._Element]
    borders: list[etree._Element]


class Pair(NamedTuple):
    """The original and the marked copy of one workbook."""

    before: Package
    after: Package

    def trees(self, part: str) -> tuple[etree._Element, etree._Element]:
        return etree.fromstring(self.before.read(part)), etree.fromstring(self.after.read(part))

    def styles(self) -> tuple[Looks, Looks]:
        return _looks_of(self)

    def added(self) -> list[str]:
        return [p.name for k, p in self.after.parts.items() if k not in self.before.parts]

    def marked_sheets(self) -> list[str]:
        return [
            e.part
            for e in Workbook(self.before).sheets
            if self.before.read(e.part) != self.after.read(e.part)
        ]  # fmt: skip

    def notes(self, part: str) -> tuple[etree._Element | None, etree._Element | None]:
        """The comments and the VML drawing of a sheet in the marked copy."""
        found = relations(self.after, part)
        listed = next((t for k, t in found.values() if k.endswith("/comments")), None)
        legacy = next(etree.fromstring(self.after.read(part)).iter("{*}legacyDrawing"), None)
        drawing = found[next(iter(legacy.attrib.values()))][1] if legacy is not None else None
        return tuple(etree.fromstring(self.after.read(p)) if p else None for p in (listed, drawing))  # type: ignore[return-value]

    def may_change(self) -> set[str]:
        """Parts that marks have a reason to touch."""
        book = Workbook(self.before)
        found = {TYPES, "_rels/.rels", book.part, _rels(book.part), str(book.related("styles"))}
        for part in self.marked_sheets():
            found |= {part, _rels(part)}
            found |= {t for k, t in relations(self.before, part).values() if k.endswith(("/comments", "/vmlDrawing"))}
        return found


def _rels(part: str) -> str:
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", name + ".rels")


def taken(pair: Pair, part: str) -> tuple[bytes, bytes]:
    """A part as it was and as it is without what marking may add, both canonical.

    Raises:
        AssertionError: an addition that is on no list.
    """
    old, new = pair.trees(part)
    kind = local(old)
    {
        "Types": _types, "Relationships": _relations, "workbook": _workbook, "styleSheet": _styles,
        "worksheet": _worksheet, "comments": _comments, "xml": _drawing,
    }[kind](old, new, pair)  # fmt: skip
    return canonical(old), canonical(new)


def _drop_signature(old: etree._Element) -> None:
    """A signature may go: the marks have made it void."""
    for element in list(old):
        said = " ".join(element.attrib.values())
        if "digital-signature" in said or "_xmlsignatures" in said:
            old.remove(element)


def _types(old: etree._Element, new: etree._Element, pair: Pair) -> None:
    names = {"/" + n for n in pair.added()}
    for element in list(new):
        if element.get("PartName") in names:
            new.remove(element)
    if not any(e.get("Extension") == "vml" for e in old):
        for element in [e for e in new if e.get("Extension") == "vml"]:
            new.remove(element)
    for tree in (old, new):
        _drop_signature(tree)


def _relations(old: etree._Element, new: etree._Element, pair: Pair) -> None:
    for element in list(new):
        if (element.get("Id") or "").startswith("rIdXc"):
            assert element.get("Target", "").lstrip("/") in pair.added()
            new.remove(element)
    for tree in (old, new):
        _drop_signature(tree)


def _workbook(old: etree._Element, new: etree._Element, pair: Pair) -> None:
    sheets, names = find(new, "sheets"), find(new, "definedNames")
    assert sheets is not None
    assert (sheets[-1].get("name") or "").startswith(SHEET)
    index = str(sum(isinstance(e.tag, str) for e in sheets) - 1)
    sheets.remove(sheets[-1])
    for element in list(names) if names is not None else ():
        if (element.get("name") or "").startswith("xlcheck_") or element.get("localSheetId") == index:
            assert names is not None
            names.remove(element)
    if names is not None and not len(names) and find(old, "definedNames") is None:
        new.remove(names)


def _styles(old: etree._Element, new: etree._Element, pair: Pair) -> None:
    for name in _TABLES:
        was, table = find(old, name), find(new, name)
        if table is None:
            continue
        rows = [e for e in table if isinstance(e.tag, str)]
        assert table.get("count") in (None, str(len(rows))) or was is not None
        number = sum(isinstance(e.tag, str) for e in was) if was is not None else 0
        if len(rows) != number:
            assert table.get("count") == str(len(rows)), name
        for element in rows[number:]:
            table.remove(element)
        if was is None:
            new.remove(table)
        elif was.get("count") is not None:
            table.set("count", was.get("count") or "")


@cache
def _looks_of(pair: Pair) -> tuple[Looks, Looks]:
    found = []
    for root in pair.trees(str(Workbook(pair.before).related("styles"))):
        tables = [find(root, n) for n in ("cellXfs", "fills", "borders")]
        found.append(Looks(*[[e for e in t if isinstance(e.tag, str)] for t in tables if t is not None]))
    return found[0], found[1]


def colour(styles: Looks, style: int) -> str:
    """RRGGBB of a style's fill."""
    fill = styles.fills[int(styles.xfs[style].get("fillId") or 0)]
    return next((str(e.get("rgb"))[-6:] for e in fill.iter() if local(e) == "fgColor"), "")


def same_but_colour(pair: Pair, before: str | None, after: str | None) -> bool:
    """Whether two cell styles differ in fill and frame alone, and the fill is one of ours."""
    old, new = pair.styles()
    was, now = old.xfs[int(before or 0)], new.xfs[int(after or 0)]
    rest = [{k: v for k, v in e.attrib.items() if k not in _LOOK} for e in (was, now)]
    inner = [[etree.tostring(c, method="c14n") for c in e] for e in (was, now)]
    return rest[0] == rest[1] and inner[0] == inner[1] and colour(new, int(after or 0)) in OURS


def _worksheet(old: etree._Element, new: etree._Element, pair: Pair) -> None:
    ranks = [ORDER.index(local(e)) for e in new if local(e)]
    assert ranks == sorted(ranks), "elements out of the schema's order"
    for element in [e for e in new if local(e) == "conditionalFormatting"]:
        formulas = [f.text or "" for f in element.iter("{*}formula")]
        if formulas and all("xlcheck_" in f for f in formulas):
            new.remove(element)
    links = find(new, "hyperlinks")
    if links is not None:
        for element in [e for e in links if (e.get("location") or "").startswith(f"'{SHEET}'!")]:
            links.remove(element)
        if not len(links) and find(old, "hyperlinks") is None:
            new.remove(links)
    legacy = next(new.iter("{*}legacyDrawing"), None)
    if legacy is not None and next(old.iter("{*}legacyDrawing"), None) is None:
        assert next(iter(legacy.attrib.values())).startswith("rIdXc")
        wrapper = legacy.getparent()
        if wrapper is not new:  # the strict dialect offers VML to those who know it
            assert (local(wrapper), wrapper.get("Requires")) == ("Choice", "v")
            legacy = wrapper.getparent()
        new.remove(legacy)
    _cells(old, new, pair)


def _cells(old: etree._Element, new: etree._Element, pair: Pair) -> None:
    before = {c.get("r"): c for c in old.iter("{*}c")}
    rows = {r.get("r") for r in old.iter("{*}row")}
    for cell in list(new.iter("{*}c")):
        was = before.get(cell.get("r"))
        if was is None:
            assert set(cell.attrib) <= {"r", "s"}
            assert not len(cell)
            cell.getparent().remove(cell)  # type: ignore[union-attr]
        elif cell.get("s") != was.get("s"):
            assert same_but_colour(pair, was.get("s"), cell.get("s")), cell.get("r")
            cell.attrib.pop("s")
            if was.get("s") is not None:
                cell.set("s", str(was.get("s")))
    for row in list(new.iter("{*}row")):
        if row.get("r") not in rows:
            assert not len(row)
            row.getparent().remove(row)  # type: ignore[union-attr]


def _comments(old: etree._Element, new: etree._Element, pair: Pair) -> None:
    authors, listed = find(new, "authors"), find(new, "commentList")
    assert authors is not None
    assert listed is not None
    assert authors[-1].text == "xlcheck"
    number = str(len(authors) - 1)
    authors.remove(authors[-1])
    kept = {e.get("ref") for e in old.iter("{*}comment")}
    for element in [e for e in listed if e.get("authorId") == number]:
        assert element.get("ref") not in kept
        listed.remove(element)


def _drawing(old: etree._Element, new: etree._Element, pair: Pair) -> None:
    """Boxes of notes at the end; the shape type they need; a block of numbers more."""
    if find(old, "shapetype") is None or "_x0000_t202" not in {e.get("id") for e in old}:
        for element in [e for e in new if e.get("id") == "_x0000_t202"]:
            new.remove(element)
    for element in list(new)[len(old) :]:
        assert local(element) == "shape"
        assert [e.get("ObjectType") for e in element if local(e) == "ClientData"] == ["Note"]
        new.remove(element)
    for was, now in zip(old.iter("{*}idmap"), new.iter("{*}idmap"), strict=True):
        assert str(now.get("data")).startswith(str(was.get("data")))
        now.set("data", str(was.get("data")))


__all__ = ["OURS", "Pair", "canonical", "colour", "find", "local", "restored", "same_but_colour", "taken"]


def _look(styles: Looks, style: str | None) -> tuple[object, ...]:
    """All that a cell style says, with fill and frame in full."""
    xf = styles.xfs[int(style or 0)]
    rest = {k: v for k, v in xf.attrib.items() if k not in _LOOK}
    fill, border = styles.fills[int(xf.get("fillId") or 0)], styles.borders[int(xf.get("borderId") or 0)]
    return rest, [etree.tostring(e, method="c14n") for e in (*xf, fill, border)]


def restored(pair: Pair, part: str) -> tuple[bytes, bytes]:
    """A sheet as it was and after unmarking without the stash, canonical; styles are compared by what they say."""
    old, new = pair.trees(part)
    styles = pair.styles()
    before = {c.get("r"): c for c in old.iter("{*}c")}
    for cell in list(new.iter("{*}c")):
        was = before.get(cell.get("r"))
        if was is None:
            assert not len(cell)
            cell.getparent().remove(cell)  # type: ignore[union-attr]
            continue
        assert _look(styles[0], was.get("s")) == _look(styles[1], cell.get("s")), (part, cell.get("r"))
        for element in (was, cell):
            element.attrib.pop("s", None)
    return canonical(old), canonical(new)
