"""Notes on cells, found and taken off: ours in a comments part, their boxes in its VML."""

from __future__ import annotations

from lxml import etree

from xlcheck.labels import whole
from xlcheck.reading.marks.format import AUTHOR, OWN_NOTE
from xlcheck.reading.workbook import local, namespace

_SHAPES = {"shape", "rect", "oval", "line", "roundrect", "polyline", "image", "curve", "arc"}


def commented_cells(comments: etree._Element) -> set[str]:
    """Addresses that already carry a note."""
    return {e.get("ref", "") for e in comments.iter() if local(e.tag) == "comment"}


def _is_ours(comment: etree._Element, authors: list[str]) -> bool:
    """By its author, or, where a program has left authors out, by how our notes begin and end."""
    number = whole(comment.get("authorId"))
    if number is not None and number < len(authors) and authors[number] == AUTHOR:
        return True
    text = "".join(t.text or "" for t in comment.iter() if local(t.tag) == "t")
    return bool(OWN_NOTE.match(text))


def remove_ours(comments: etree._Element) -> set[str]:
    """Take our notes out of a comments part; returns the addresses of their cells."""
    space = namespace(comments)
    names = [a.text or "" for a in comments.iter(space + "author")]
    gone = set()
    for comment in list(comments.iter(space + "comment")):
        parent = comment.getparent()
        if parent is not None and _is_ours(comment, names):
            gone.add(comment.get("ref", ""))
            parent.remove(comment)
    _forget_author(comments, names)
    return gone


def _forget_author(comments: etree._Element, names: list[str]) -> None:
    """Take our author out; those behind it move up by one, and so do the numbers of their notes."""
    space = namespace(comments)
    left = list(comments.iter(space + "comment"))
    written = {c.get("authorId") for c in left}
    for at in [i for i in reversed(range(len(names))) if names[i] == AUTHOR and str(i) not in written]:
        _detach(list(comments.iter(space + "author"))[at])
        for comment in left:
            number = whole(comment.get("authorId"))
            if number is not None and number > at:
                comment.set("authorId", str(number - 1))


def _detach(element: etree._Element) -> None:
    above = element.getparent()
    if above is not None:
        above.remove(element)


def remove_shapes(drawing: etree._Element, spots: set[tuple[int, int]]) -> bool:
    """Take the boxes of the notes at 1-based ``spots`` out of a drawing; True when no shape is left."""
    for shape in [e for e in drawing.iter() if local(e.tag) == "shape"]:
        if _spot(shape) in spots:
            _detach(shape)
    return not any(local(e.tag) in _SHAPES for e in drawing.iter())


def _spot(shape: etree._Element) -> tuple[int, int] | None:
    """The 1-based cell of the note that a shape is the box of."""
    place = {local(e.tag): e.text or "" for e in shape.iter()}
    row, column = whole(place.get("Row")), whole(place.get("Column"))
    return (row + 1, column + 1) if row is not None and column is not None else None
