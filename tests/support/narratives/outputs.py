"""A text as a file: .txt, .docx by paragraphs, .docx with one paragraph a printed line, .txt broken into lines."""

from __future__ import annotations

import io
import random
from dataclasses import dataclass, replace

from docx import Document

from support.narratives.pen import Placed, Written

FORMS = ("docx", "txt", "lines.docx", "lines.txt")


@dataclass
class Output:
    """A file, the text a reader should see in it (paragraphs joined by one line break), and the marks by place."""

    name: str
    data: bytes
    text: str
    placed: list[Placed]
    form: str


def put(written: Written, d: random.Random, seed: int, form: str = "") -> Output:
    """The text as a file; the form by seed."""
    form = form or FORMS[seed % len(FORMS)]
    text, placed = written.text, written.placed
    if form.startswith("lines"):
        text, placed = broken(text, placed, d.randrange(32, 42))
    return made(form, text, placed)


def made(form: str, text: str, placed: list[Placed]) -> Output:
    """A file of a text."""
    if form.endswith("txt"):
        return Output("文字说明.txt", text.encode(), text, placed, form)
    document = Document()
    for line in text.split("\n"):
        document.add_paragraph(line)
    out = io.BytesIO()
    document.save(out)
    return Output("文字说明.docx", out.getvalue(), text, placed, form)


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
        if used + wide > width and sign not in "，。；：、）％%”" and not (number and i and (text[i - 1].isdigit() or text[i - 1] in ".,") and i % 3):
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
