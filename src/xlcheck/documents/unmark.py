"""A Word document without our comments: the file that was marked, or, where it was saved since, comment by comment."""

from __future__ import annotations

from collections.abc import Collection

from lxml import etree

from xlcheck.documents.worddocument import document_of
from xlcheck.documents.wordfile import WordFile, name_of, value
from xlcheck.documents.wordtext import WordText
from xlcheck.errors import Refused
from xlcheck.reading.edit import Edit, remove_children
from xlcheck.reading.marks.file_frame import refilled
from xlcheck.reading.marks.format import AUTHOR, ORIGINALS
from xlcheck.reading.marks.original_parts import original_entries, original_frame
from xlcheck.reading.package import Package
from xlcheck.reading.workbook import local, relations

_ANCHORS = frozenset({"w:commentRangeStart", "w:commentRangeEnd", "w:commentReference"})
_BESIDE = ("commentsExtended", "commentsIds", "commentsExtensible")  # parts about comments


def unmarked(data: bytes) -> bytes:
    """A .docx without our marks, as it came in where nobody has saved it since; one without marks as it is.

    Raises:
        Refused: no document that can be read.
    """
    word = WordFile(Package(data))
    clean = without_marks(word)
    return data if clean is None else clean


def without_marks(word: WordFile) -> bytes | None:
    """The same of a document that has been opened; None where it has no marks."""
    kept = ORIGINALS in word.package
    if kept and (original := _original(word.package, word)) is not None:
        return original
    ours = _ours(word)
    return _without(word, ours) if ours or kept else None


def _original(package: Package, word: WordFile) -> bytes | None:
    """The file before it was marked, where it says what the copy shows: nobody can hide another text in there."""
    entries = original_entries(package)
    if entries is None:
        return None
    try:
        before = Package(entries, package.read_of(entries))
        if _text(WordFile(before)) != _text(word):
            return None
    except Refused:
        return None
    whole = refilled(original_frame(package), {entry.part.name.lower(): entry for entry in entries})
    return before.zipped() if whole is None else whole


def _text(word: WordFile) -> str:
    return document_of(WordText(word)).text


def _ours(word: WordFile) -> list[etree._Element]:
    """Our comments."""
    root = word.tree("comments")
    return [] if root is None else [e for e in root if name_of(e.tag) == "w:comment" and value(e, "author") == AUTHOR]


def _without(word: WordFile, ours: list[etree._Element]) -> bytes:
    """The document with our comments taken out one by one; everything else stays."""
    edit = Edit(word.package)
    ids = {value(comment, "id") or "" for comment in ours}
    paragraphs = {value(e, "paraId") or "" for comment in ours for e in comment.iter() if name_of(e.tag) == "w:p"}
    if ours:
        _drop_anchors(edit.tree(word.part), ids)
        _drop_comments(edit, word, ids)
        _drop_beside(edit, word, paragraphs - {""})
    if ORIGINALS in word.package:
        relation = next((k for k, (_, t) in relations(word.package, "").items() if t.lower() == ORIGINALS), "")
        edit.drop(ORIGINALS, "", relation)
    return edit.finish()


def _drop_anchors(root: etree._Element, ids: Collection[str]) -> None:
    for element in list(root.iter()):
        if name_of(element.tag) in _ANCHORS and value(element, "id") in ids:
            parent = element.getparent()
            if parent is None:
                continue
            _remove(element)
            if name_of(parent.tag) == "w:r" and all(name_of(e.tag) == "w:rPr" for e in parent):
                _remove(parent)


def _remove(element: etree._Element) -> None:
    """Take an element out and leave the text behind it."""
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _drop_comments(edit: Edit, word: WordFile, ids: Collection[str]) -> None:
    """Our comments out of their part; the parts about comments go where no comment is left."""
    part = word.related("comments") or ""
    root = edit.tree(part)
    remove_children(root, lambda e: name_of(e.tag) == "w:comment" and value(e, "id") in ids)
    if any(name_of(e.tag) == "w:comment" for e in root):
        return
    for kind in ("comments", *_BESIDE):
        if (empty := word.related(kind)) is not None:
            edit.drop(empty, word.part, word.relation_of(empty))


def _drop_beside(edit: Edit, word: WordFile, paragraphs: Collection[str]) -> None:
    """What is said about our comments elsewhere; answers to them become comments of their own."""
    durable: set[str] = set()
    for kind in _BESIDE:
        part = word.related(kind)
        if part is None or part.lower() in edit.dropped:
            continue
        root = edit.tree(part)
        for element in list(root):
            if value(element, "paraId") in paragraphs or (value(element, "durableId") or "") in durable:
                durable.add(value(element, "durableId") or "-")
                root.remove(element)
            elif value(element, "paraIdParent") in paragraphs:
                for key in [k for k in element.attrib if local(k) == "paraIdParent"]:
                    del element.attrib[key]
    people = word.related("people")
    if people is not None:
        remove_children(edit.tree(people), lambda e: value(e, "author") == AUTHOR)
