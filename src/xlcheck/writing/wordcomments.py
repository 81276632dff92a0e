"""Comments of ours in the part that holds them: made where a document has none, added to those of others."""

from __future__ import annotations

import posixpath

from lxml import etree

from xlcheck.documents.wordfile import WordFile, name_of, number
from xlcheck.reading.edit import Edit
from xlcheck.reading.marks.format import AUTHOR
from xlcheck.reading.workbook import namespace
from xlcheck.shown import clean

_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"
_STRICT = "purl.oclc.org"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments"
_STRICT_RELATION = "http://purl.oclc.org/ooxml/officeDocument/relationships/comments"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_SIZE = "18"  # half points: the text must not take the size of the document's plain paragraphs
_WITH_IDS = frozenset({"w:comment", "w:commentRangeStart", "w:commentRangeEnd", "w:commentReference"})


class CommentPart:
    """The part with comments; ``root`` is the tree of the document, whose comments must not share an id with ours."""

    def __init__(self, edit: Edit, word: WordFile, root: etree._Element) -> None:
        self._space = namespace(root)
        part = word.related("comments")
        self._root = self._new(edit, word) if part is None else edit.tree(part)
        used = (number(e, "id") for tree in (root, self._root) for e in tree.iter() if name_of(e.tag) in _WITH_IDS)
        self._next = 1 + max((key for key in used if key is not None), default=-1)

    def _new(self, edit: Edit, word: WordFile) -> etree._Element:
        folder = posixpath.dirname(word.part)
        part = posixpath.join(folder, "comments.xml")
        if part in word.package:  # there, but not the document's
            part = edit.free_name(posixpath.join(folder, "comments{}.xml"))
        root = etree.Element(f"{self._space}comments", nsmap={"w": self._space[1:-1]})
        edit.put(part, root)
        edit.content_type(part, _TYPE)
        edit.relate(word.part, _STRICT_RELATION if _STRICT in self._space else _RELATION, part)
        return root

    def _made(self, parent: etree._Element | None, name: str, **attributes: str) -> etree._Element:
        """An element of the document's namespace, at the end of ``parent`` if there is one."""
        tag, own = self._space + name, {self._space + key: text for key, text in attributes.items()}
        return etree.Element(tag, own) if parent is None else etree.SubElement(parent, tag, own)

    def add(self, text: str) -> str:
        """A comment of ours, a paragraph each line of ``text``; returns its id."""
        key = str(self._next)
        self._next += 1
        comment = self._made(self._root, "comment", id=key, author=AUTHOR, initials=AUTHOR[:2])
        for number_of, line in enumerate(clean(text).split("\n")):
            paragraph = self._made(comment, "p")
            self._plain(paragraph)
            if not number_of:
                self._made(self._run(paragraph), "annotationRef")
            words = self._made(self._run(paragraph), "t")
            words.text = line
            words.set(_SPACE, "preserve")
        return key

    def _plain(self, paragraph: etree._Element) -> None:
        """A comment must not look like a paragraph of a report: no indents, no wide lines."""
        properties = self._made(paragraph, "pPr")
        self._made(properties, "spacing", before="0", after="0", line="240", lineRule="auto")
        self._made(properties, "ind", left="0", right="0", firstLine="0", firstLineChars="0")
        self._made(properties, "jc", val="left")

    def _run(self, paragraph: etree._Element) -> etree._Element:
        run = self._made(paragraph, "r")
        properties = self._made(run, "rPr")
        self._made(properties, "sz", val=_SIZE)
        self._made(properties, "szCs", val=_SIZE)
        return run

    def begin(self, key: str) -> etree._Element:
        """The mark where the range of a comment begins."""
        return self._made(None, "commentRangeStart", id=key)

    def end(self, key: str) -> etree._Element:
        """The mark where it ends."""
        return self._made(None, "commentRangeEnd", id=key)

    def reference(self, key: str) -> etree._Element:
        """The run without which Word drops the comment."""
        run = self._made(None, "r")
        self._made(run, "commentReference", id=key)
        return run
