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

    def _made(self, name: str, attributes: dict[str, str] | None = None) -> etree._Element:
        return etree.Element(f"{self._space}{name}", {f"{self._space}{k}": v for k, v in (attributes or {}).items()})

    def add(self, text: str) -> str:
        """A comment of ours, a paragraph each line of ``text``; returns its id."""
        key = str(self._next)
        self._next += 1
        comment = self._made("comment", {"id": key, "author": AUTHOR, "initials": AUTHOR[:2]})
        for line in clean(text).split("\n"):
            comment.append(self._paragraph(line, first=len(comment) == 0))
        self._root.append(comment)
        return key

    def _paragraph(self, text: str, *, first: bool) -> etree._Element:
        paragraph = self._made("p")
        properties = self._made("pPr")
        properties.append(self._made("spacing", {"before": "0", "after": "0", "line": "240", "lineRule": "auto"}))
        properties.append(self._made("ind", {"left": "0", "right": "0", "firstLine": "0", "firstLineChars": "0"}))
        properties.append(self._made("jc", {"val": "left"}))
        paragraph.append(properties)
        if first:
            paragraph.append(self._run(self._made("annotationRef")))
        words = self._made("t")
        words.text = text
        words.set(_SPACE, "preserve")
        paragraph.append(self._run(words))
        return paragraph

    def _run(self, content: etree._Element) -> etree._Element:
        run, properties = self._made("r"), self._made("rPr")
        properties.append(self._made("sz", {"val": _SIZE}))
        properties.append(self._made("szCs", {"val": _SIZE}))
        run.extend([properties, content])
        return run

    def begin(self, key: str) -> etree._Element:
        """The mark where the range of a comment begins."""
        return self._made("commentRangeStart", {"id": key})

    def end(self, key: str) -> etree._Element:
        """The mark where it ends."""
        return self._made("commentRangeEnd", {"id": key})

    def reference(self, key: str) -> etree._Element:
        """The run without which Word drops the comment."""
        run = self._made("r")
        run.append(self._made("commentReference", {"id": key}))
        return run
