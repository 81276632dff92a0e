"""Notes on cells: the comments part and its VML shapes, new or added to what a sheet has."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping

from lxml import etree

from xlcheck.labels import whole
from xlcheck.reading.marks.format import AUTHOR
from xlcheck.reading.trees import root_of
from xlcheck.reading.workbook import local, namespace

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_V = "urn:schemas-microsoft-com:vml"
_O = "urn:schemas-microsoft-com:office:office"
_X = "urn:schemas-microsoft-com:office:excel"
_NAMES = {"v": _V, "o": _O, "x": _X}
_WIDTH = 300
_PER_LINE = 25
_BLOCK = 1024
_SHAPE_ID = re.compile(r"_x0000_s(\d{1,9})(?!\d)", re.ASCII)


def new_comments(space: str = _MAIN) -> etree._Element:
    """An empty comments part in a namespace (empty: in none)."""
    root = root_of("comments", space)
    for name in ("authors", "commentList"):
        etree.SubElement(root, namespace(root) + name)
    return root


def new_drawing(block: int = 1) -> etree._Element:
    """An empty VML drawing whose shapes are numbered in ``block`` (of 1,024)."""
    root = etree.Element("xml", nsmap=_NAMES)
    layout = _child(root, _O, "shapelayout", {f"{{{_V}}}ext": "edit"})
    _child(layout, _O, "idmap", {f"{{{_V}}}ext": "edit", "data": str(block)})
    return root


def _child(
    parent: etree._Element, space: str, name: str, attributes: Mapping[str, str] = {}, text: str | None = None
) -> etree._Element:
    made = etree.SubElement(parent, f"{{{space}}}{name}", dict(attributes))
    made.text = text
    return made


def blocks(drawing: etree._Element) -> list[int]:
    """The blocks of shape numbers that a drawing claims."""
    data = " ".join(str(e.get("data", "")) for e in drawing.iter(f"{{{_O}}}idmap"))
    return [n for t in data.replace(",", " ").split() if (n := whole(t)) is not None and n > 0]


def define_type(drawing: etree._Element) -> None:
    """Define the shape type that boxes of notes refer to, unless the drawing has it."""
    if any(e.get("id") == "_x0000_t202" for e in drawing.iter(f"{{{_V}}}shapetype")):
        return
    holder = etree.Element("x", nsmap={"v": _V, "o": _O})
    path = "m,l,21600r21600,l21600,xe"
    whole_shape = {"id": "_x0000_t202", "coordsize": "21600,21600", f"{{{_O}}}spt": "202", "path": path}
    made = _child(holder, _V, "shapetype", whole_shape)
    _child(made, _V, "stroke", {"joinstyle": "miter"})
    _child(made, _V, "path", {"gradientshapeok": "t", f"{{{_O}}}connecttype": "rect"})
    at = next((i + 1 for i, e in enumerate(drawing) if local(e.tag) == "shapelayout"), 0)
    drawing.insert(at, made)
    etree.cleanup_namespaces(made)


def takes_notes(comments: etree._Element) -> bool:
    """Whether a part is a comments part that another note can be added to."""
    return {"authors", "commentList"} <= {local(e.tag) for e in comments}


def add_comment(comments: etree._Element, cell: str, text: str) -> None:
    """Append a note to a comments part; ours is one author more."""
    space = namespace(comments)
    authors, listed = comments.find(space + "authors"), comments.find(space + "commentList")
    if authors is None or listed is None:
        raise ValueError("comments part without authors or list")
    names = [a.text or "" for a in authors]
    if AUTHOR not in names:
        etree.SubElement(authors, space + "author").text = AUTHOR
        names.append(AUTHOR)
    comment = etree.SubElement(listed, space + "comment", ref=cell, authorId=str(names.index(AUTHOR)))
    run = etree.SubElement(etree.SubElement(comment, space + "text"), space + "r")
    properties = etree.SubElement(run, space + "rPr")
    etree.SubElement(properties, space + "sz", val="9")
    etree.SubElement(properties, space + "rFont", val="宋体")
    words = etree.SubElement(run, space + "t")
    words.text = text
    words.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")


def free_shapes(drawing: etree._Element, taken: Iterable[int] = ()) -> Iterator[int]:
    """Numbers for new shapes of a drawing, in the blocks it claims; then in blocks that nobody has ``taken``.

    A block is claimed in the drawing when its first number is used.
    """
    last = _last_numbers(drawing)
    claimed = blocks(drawing) or sorted(last)
    for block in claimed:
        yield from range(last.get(block, block * _BLOCK) + 1, (block + 1) * _BLOCK)
    others = {*taken, *claimed, *last}
    for block in (n for n in itertools.count(1) if n not in others):
        _claim(drawing, block)
        yield from range(block * _BLOCK + 1, (block + 1) * _BLOCK)


def _last_numbers(drawing: etree._Element) -> dict[int, int]:
    """The largest number of a shape in each block that has any."""
    found: dict[int, int] = {}
    for number in map(int, _SHAPE_ID.findall(" ".join(_ids(drawing)))):
        block = number // _BLOCK
        found[block] = max(number, found.get(block, number))
    return found


def _claim(drawing: etree._Element, block: int) -> None:
    idmap = next(drawing.iter(f"{{{_O}}}idmap"), None)
    if idmap is not None:
        idmap.set("data", ",".join(map(str, [*blocks(drawing), block])))


def add_shape(drawing: etree._Element, spot: tuple[int, int], text: str, number: int) -> None:
    """Append the box of a note at a 1-based cell as shape ``number``, hidden until the mouse is over it.

    The drawing must have the shape type of notes (:func:`define_type`).
    """
    row, column = spot
    lines = sum(-(-max(len(line), 1) // _PER_LINE) for line in text.splitlines())
    height = 14 * (lines + 1)
    anchor = f"{column}, 12, {max(row - 2, 0)}, 4, {column + 4}, 40, {row + max(3, lines)}, 4"
    holder = etree.Element("x", nsmap=_NAMES)
    style = f"position:absolute;width:{_WIDTH}pt;height:{height}pt;z-index:{number};visibility:hidden"
    looks = {"id": f"_x0000_s{number}", "type": "#_x0000_t202", "style": style, "fillcolor": "#ffffe1"}
    shape = _child(holder, _V, "shape", {**looks, f"{{{_O}}}insetmode": "auto"})
    _child(shape, _V, "fill", {"color2": "#ffffe1"})
    _child(shape, _V, "shadow", {"on": "t", "color": "black", "obscured": "t"})
    _child(shape, _V, "path", {f"{{{_O}}}connecttype": "none"})
    box = _child(shape, _V, "textbox", {"style": "mso-direction-alt:auto"})
    etree.SubElement(box, "div", style="text-align:left")
    data = _child(shape, _X, "ClientData", {"ObjectType": "Note"})
    _child(data, _X, "MoveWithCells")
    _child(data, _X, "SizeWithCells")
    for name, said in (("Anchor", anchor), ("AutoFill", "False"), ("Row", str(row - 1)), ("Column", str(column - 1))):
        _child(data, _X, name, text=said)
    drawing.append(shape)
    etree.cleanup_namespaces(shape)


def _ids(drawing: etree._Element) -> list[str]:
    """What shapes call themselves, those in groups too; a renamed one keeps its number in ``o:spid``."""
    return [str(e.get(k, "")) for e in drawing.iter("*") for k in ("id", f"{{{_O}}}spid")]
