"""The parts of a package that make a Word document: its text, its notes, its styles and its numbering."""

from __future__ import annotations

from functools import cached_property, lru_cache

from lxml import etree

from xlcheck.errors import Refused
from xlcheck.reading.package import Package
from xlcheck.reading.workbook import local, relations

_LONGEST_PART = 64 * 1024 * 1024  # bytes of XML: its tree takes twenty times as much
_DOCUMENT = "/officeDocument"
_PREFIXES = {
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main": "w:",
    "http://purl.oclc.org/ooxml/wordprocessingml/main": "w:",
    "http://schemas.openxmlformats.org/officeDocument/2006/math": "m:",
    "http://purl.oclc.org/ooxml/officeDocument/math": "m:",
    "http://schemas.openxmlformats.org/markup-compatibility/2006": "mc:",
    "urn:schemas-microsoft-com:vml": "v:",
}
_KNOWN_SPACES = ("http://schemas.microsoft.com/office/", "http://schemas.openxmlformats.org/")
_OFF = frozenset({"0", "false", "off"})


@lru_cache(maxsize=4096)
def name_of(tag: object) -> str:
    """A tag with the usual prefix (``w:p``, ``m:t``, ``mc:Choice``), the same for strict and transitional documents."""
    if not isinstance(tag, str):
        return ""
    space, _, name = tag.rpartition("}")
    return _PREFIXES.get(space[1:], ":") + name


@lru_cache(maxsize=4096)
def _beside(tag: str, name: str) -> str:
    """The tag of an element of ``name`` in the namespace of ``tag``, if that is the one which the prefix stands for."""
    prefix, _, bare = name.rpartition(":")
    space, brace, _ = tag.rpartition("}")
    return f"{space}{brace}{bare}" if _PREFIXES.get(space[1:]) == f"{prefix}:" else ""


def child(element: etree._Element | None, name: str) -> etree._Element | None:
    """The first child of a name, if any."""
    if element is None:
        return None
    tag = _beside(str(element.tag), name)
    if tag:
        return next(element.iterchildren(tag), None)
    return next((e for e in element if name_of(e.tag) == name), None)


@lru_cache(maxsize=4096)
def _attribute(tag: str, name: str) -> str:
    """An attribute's name in the namespace of the element that has it."""
    space, brace, _ = tag.rpartition("}")
    return f"{space}{brace}{name}"


def value(element: etree._Element | None, name: str = "val") -> str | None:
    """An attribute by its name alone; None where there is none."""
    if element is None:
        return None
    own = element.get(_attribute(str(element.tag), name))
    return own if own is not None else next((str(v) for k, v in element.attrib.items() if local(k) == name), None)


def number(element: etree._Element | None, name: str = "val") -> int | None:
    """An attribute that is a whole number of modest size; None where it is none."""
    text = (value(element, name) or "").strip()
    digits = text.removeprefix("-")
    return int(text) if digits.isascii() and digits.isdigit() and len(digits) < 10 else None


def switched_on(element: etree._Element | None) -> bool:
    """Whether a property that is on or off is there and on."""
    return element is not None and (value(element) or "").lower() not in _OFF


def alternative(element: etree._Element) -> etree._Element | None:
    """The one of alternatives that is read."""
    choices = [e for e in element if name_of(e.tag) == "mc:Choice"]
    for choice in choices:
        spaces = [choice.nsmap.get(prefix, "") for prefix in (choice.get("Requires") or "").split()]
        if all(space.startswith(_KNOWN_SPACES) for space in spaces):
            return choice
    fallback = child(element, "mc:Fallback")
    return fallback if fallback is not None or not choices else choices[0]


class WordFile:
    """A package that holds a Word document; ``root`` is the tree of its main part, where that has been read.

    Raises:
        Refused: the package holds none.
    """

    def __init__(self, package: Package, root: etree._Element | None = None) -> None:
        self.package = package
        self.part = _main_part(package)
        self.relations = relations(package, self.part)
        self._root = root

    @cached_property
    def body(self) -> etree._Element:
        """What holds the text.

        Raises:
            Refused: it can't be read, or there is none.
        """
        root = self._tree(self.part) if self._root is None else self._root
        body = child(root, "w:body") if name_of(root.tag) == "w:document" else None
        if body is None:
            raise Refused("not_document", "这不是 Word 文档。请发送 .docx 文档本身。")
        return body

    def related(self, kind: str) -> str | None:
        """The part that the document relates to as ``kind`` (styles, comments), if any."""
        return next(
            (t for k, t in self.relations.values() if k.endswith("/" + kind) and t in self.package),
            None,
        )

    def relation_of(self, part: str) -> str:
        """The id of the relationship by which the document has a part; empty where it has none."""
        return next((key for key, (_, target) in self.relations.items() if target.lower() == part.lower()), "")

    def tree(self, kind: str) -> etree._Element | None:
        """The root of a related part, if any.

        Raises:
            Refused: it can't be read.
        """
        part = self.related(kind)
        return None if part is None else self._tree(part)

    def _tree(self, part: str) -> etree._Element:
        if len(self.package.read(part)) > _LONGEST_PART:
            raise Refused("too_large", "文档的正文超过 64 MB，不像文字说明，拒绝读取。")
        return self.package.tree(part)


def _main_part(package: Package) -> str:
    """The part that the package is about.

    Raises:
        Refused: it is no document of an office program, or has no such part.
    """
    if "[content_types].xml" not in package:
        raise Refused("not_document", "这个压缩文件不是 Word 文档。请发送 .docx 文档本身。")
    roots = [target for kind, target in relations(package, "").values() if kind.endswith(_DOCUMENT)]
    if not roots or roots[0] not in package:
        raise Refused("not_document", "压缩文件里没有文档正文。请发送 .docx 文档本身。")
    return roots[0]
