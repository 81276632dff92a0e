"""A text as a file: .txt, .docx by paragraphs, .docx with one paragraph a printed line, .txt broken into lines."""

from __future__ import annotations

import io
import random
import re
from dataclasses import dataclass, replace
from typing import Any

from docx import Document

from support.narratives.pen import Placed, Written

FORMS = ("docx", "txt", "lines.docx", "lines.txt", "numbered.docx")


@dataclass
class Output:
    """A file, the text a reader should see in it (paragraphs joined by one line break), and the marks by place."""

    name: str
    data: bytes
    text: str
    placed: list[Placed]
    form: str
    numbered: frozenset[int] = frozenset()  # the paragraphs that Word numbers


def put(written: Written, d: random.Random, seed: int, form: str = "") -> Output:
    """The text as a file; the form by seed."""
    form = form or FORMS[seed % len(FORMS)]
    text, placed = written.text, written.placed
    if form.startswith("lines"):
        text, placed = broken(text, placed, d.randrange(32, 42))
    numbered: frozenset[int] = frozenset()
    if form.startswith("numbered"):
        text, placed, numbered = unnumbered(text, placed)
    return made(form, text, placed, numbered)


_ORDINAL = re.compile(r"^(?:[一二三四五六七八九十]+、)(?=\S)", re.MULTILINE)


def unnumbered(text: str, placed: list[Placed]) -> tuple[str, list[Placed], frozenset[int]]:
    """Headings without 一、 二、: Word numbers them itself. Only those of the last, whole run from 一 on."""
    begin = text.rfind("一、收入支出决算总体情况说明")
    found = [
        m
        for m in _ORDINAL.finditer(text)
        if m.start() >= begin >= 0 and "说明" in text[m.start() : m.start() + 45].split("\n", maxsplit=1)[0]
    ]
    if any(m.start() > begin >= 0 and m not in found for m in _ORDINAL.finditer(text[: text.rfind("名词解释")])):
        found = []  # numbered in part only
    gone = [(m.start(), m.end()) for m in found]
    at = lambda n: n - sum(min(n, b) - a for a, b in gone if a < n)  # noqa: E731
    moved = [replace(p, start=at(p.start), end=at(p.end)) for p in placed]
    pieces, before = [], 0
    for a, b in gone:
        pieces.append(text[before:a])
        before = b
    lines = frozenset(text.count("\n", 0, a) for a, _ in gone)
    return "".join([*pieces, text[before:]]), moved, lines


def _numbering(document: Any) -> int:
    """A list 一、 二、 三、 in the document; the number of the list."""
    from docx.oxml import parse_xml

    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    root = document.part.numbering_part.element
    abstract = parse_xml(
        f'<w:abstractNum {space} w:abstractNumId="77"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/>'
        '<w:suff w:val="nothing"/><w:lvlText w:val="%1、"/></w:lvl></w:abstractNum>'
    )
    root.insert(0, abstract)
    root.append(parse_xml(f'<w:num {space} w:numId="77"><w:abstractNumId w:val="77"/></w:num>'))
    return 77


def made(form: str, text: str, placed: list[Placed], numbered: frozenset[int] = frozenset()) -> Output:
    """A file of a text."""
    if form.endswith("txt"):
        return Output("文字说明.txt", text.encode(), text, placed, form, numbered)
    document = Document()
    number = _numbering(document) if numbered else 0
    for at, line in enumerate(text.split("\n")):
        paragraph = document.add_paragraph(line)
        if at in numbered:
            properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
            properties.get_or_add_ilvl().val = 0
            properties.get_or_add_numId().val = number
    out = io.BytesIO()
    document.save(out)
    return Output("文字说明.docx", out.getvalue(), text, placed, form, numbered)


def broken(text: str, placed: list[Placed], width: int) -> tuple[str, list[Placed]]:
    """Lines of a printed page: breaks inside words and figures (not before punctuation)."""
    cuts: list[int] = []
    used = 0.0
    for i, sign in enumerate(text):
        wide = 1.0 if ord(sign) > 0x2E7F or sign in "“”‘’…—" else 0.5
        if sign == "\n":
            used = 0
            continue
        number = sign.isdigit() or sign in ".,%"
        if (
            used + wide > width
            and sign not in "，。；：、）％%”"
            and not (number and i and (text[i - 1].isdigit() or text[i - 1] in ".,") and i % 3)
        ):
            cuts.append(i)
            used = 0
        used += wide
    at = lambda n: n + sum(c <= n for c in cuts)  # noqa: E731
    moved = [replace(p, start=at(p.start), end=at(p.end - 1) + 1 if p.end > p.start else at(p.end)) for p in placed]
    pieces, before = [], 0
    for c in cuts:
        pieces.append(text[before:c])
        before = c
    pieces.append(text[before:])
    return "\n".join(pieces), moved
