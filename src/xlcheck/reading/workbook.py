"""The parts of a package that make a workbook: sheets, shared strings, number formats."""

from __future__ import annotations

import posixpath
import re
from functools import cached_property
from typing import NamedTuple

from lxml import etree

from xlcheck.errors import Refused
from xlcheck.reading.entries import part_name
from xlcheck.reading.numberformats import Formats, odd_formats
from xlcheck.reading.package import Package

_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # what no XML may hold
MAX_SHEETS = 500
_DOCUMENT = "/officeDocument"


class SheetEntry(NamedTuple):
    """One sheet as workbook.xml lists it. ``part`` is the name of its XML part."""

    name: str
    part: str
    state: str
    relation: str


def local(tag: object) -> str:
    """A tag without its namespace."""
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def namespace(root: etree._Element) -> str:
    """The namespace of a root element in braces, as lxml writes it (empty if none)."""
    tag = str(root.tag)
    return tag[: tag.index("}") + 1] if tag.startswith("{") else ""


def relations_part(part: str) -> str:
    """The name of the part that holds the relationships of ``part``."""
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", name + ".rels")


def relations(package: Package, part: str) -> dict[str, tuple[str, str]]:
    """Relationships of ``part``: id → (type, target part or URL). Empty when it has none."""
    folder, rels = posixpath.dirname(part), relations_part(part)
    if rels not in package:
        return {}
    related: dict[str, tuple[str, str]] = {}
    for element in package.tree(rels):
        if local(element.tag) != "Relationship":
            continue
        target = element.get("Target", "")
        if element.get("TargetMode") != "External":
            target = part_name(target) if target[:1] in "/\\" else posixpath.normpath(
                posixpath.join(folder, part_name(target))
            )  # fmt: skip
        related[element.get("Id", "")] = (element.get("Type", ""), target)
    return related


class Workbook:
    """A package that holds a spreadsheet.

    Raises:
        Refused: a zip that is no workbook, or one whose parts don't fit together.
    """

    def __init__(self, package: Package) -> None:
        self.package = package
        self.part = _main_part(package)
        self.root = package.tree(self.part)
        if local(self.root.tag) != "workbook":
            raise Refused("not_xlsx", "这不是电子表格（可能是 Word 或 PPT 文件）。请发送 .xlsx 工作簿。")
        self.relations = relations(package, self.part)
        self.sheets = self._sheets()
        if len(self.sheets) > MAX_SHEETS:
            raise Refused("too_many_parts", f"工作簿有 {len(self.sheets)} 张工作表，超过 {MAX_SHEETS} 张的上限。")
        if not self.sheets:
            raise Refused("damaged", "工作簿里没有可读的工作表。请用 Excel/WPS 重新保存。")

    def _sheets(self) -> list[SheetEntry]:
        sheets = []
        for element in self.root.iter(namespace(self.root) + "sheet"):
            relation = next((v for k, v in element.attrib.items() if local(k) == "id"), "")
            kind, part = self.relations.get(str(relation), ("", ""))
            if kind.endswith("/worksheet") and part in self.package:
                name, state = element.get("name", ""), element.get("state", "visible")
                if len(name) > 255:
                    raise Refused("damaged", f"工作表名“{name[:20]}……”过长，文件不可信，拒绝读取。")
                sheets.append(SheetEntry(name, part, state, str(relation)))
        return sheets

    def related(self, kind: str) -> str | None:
        """The part that the workbook relates to as ``kind`` (styles, sharedStrings), if any."""
        for relation, target in self.relations.values():
            if relation.endswith("/" + kind) and target in self.package:
                return target
        return None

    @cached_property
    def formats(self) -> Formats:
        """Number formats by cell style, as far as they may show another number."""
        part = self.related("styles")
        return odd_formats(self.package.tree(part)) if part else Formats()

    @property
    def recalculates(self) -> bool:
        """Whether the file asks to be recalculated when it is opened: then nobody sees the results saved in it."""
        settings = self.root.find(namespace(self.root) + "calcPr")
        asked = ("fullCalcOnLoad", "forceFullCalc")
        return settings is not None and any(settings.get(name) in ("1", "true") for name in asked)

    @cached_property
    def strings(self) -> list[str]:
        """Shared strings, rich runs joined, phonetic runs left out."""
        part = self.related("sharedStrings")
        if part is None:
            return []
        root = self.package.tree(part)
        item_tag, text_tag = f"{namespace(root)}si", f"{namespace(root)}t"
        return [
            unescape(item[0].text or "") if len(item) == 1 and item[0].tag == text_tag else string_of(item)
            for item in root
            if item.tag == item_tag or local(item.tag) == "si"
        ]

    @cached_property
    def seen(self) -> dict[str, str]:
        """Shared strings by their number as cells write it, those of which nothing is seen as empty: filled while reading."""
        return {}


def _main_part(package: Package) -> str:
    """The part that the package is about.

    Raises:
        Refused: it is no document of an office program, or has no such part.
    """
    if "[content_types].xml" not in package:
        raise Refused("not_xlsx", "这个压缩文件不是 Excel 工作簿。请发送 .xlsx 工作簿本身。")
    roots = [t for kind, t in relations(package, "").values() if kind.endswith(_DOCUMENT)]
    if not roots or roots[0] not in package:
        raise Refused("not_xlsx", "压缩文件里没有工作簿内容。请发送 .xlsx 工作簿本身。")
    return roots[0]


def string_of(item: etree._Element) -> str:
    """The text of an ``si`` or ``is`` element."""
    if len(item) == 1 and local(item[0].tag) == "t":
        return unescape(item[0].text or "")
    return unescape("".join(run.text or "" for child in item for run in _runs(child)))


def _runs(child: etree._Element) -> list[etree._Element]:
    """The texts in a part of a string: itself, or those of a run; none of a phonetic one."""
    name = local(child.tag)
    if name == "t":
        return [child]
    return [text for text in child if local(text.tag) == "t"] if name == "r" else []


def unescape(text: str) -> str:
    """``_x000D_`` and its like → the character."""
    if "_x" not in text:
        return text
    unescaped = _ESCAPE.sub(lambda m: chr(int(m.group(1), 16)), text)
    whole = unescaped.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return _UNFIT.sub("\ufffd", whole)
