"""Paragraphs → a new .docx in the style of official documents. The door for python-docx where documents are made.

Same paragraphs, same bytes: dates and names that the library would put in are fixed.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from datetime import UTC, datetime

from xlcheck.narrative.blanks import OPEN_BLANK
from xlcheck.narrative.composing import WrittenParagraph

_DAY = (1980, 1, 1, 0, 0, 0)
_BODY, _HEADINGS = "仿宋", {1: ("方正小标宋简体", 22), 2: ("黑体", 16), 3: ("楷体", 16), 4: ("仿宋", 16)}
_SIZE = 16  # points: 三号
_LINE = 28  # points, fixed, as GB/T 9704 has it
_EAST_ASIA = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}eastAsia"


def word_draft(paragraphs: Iterable[WrittenParagraph]) -> bytes:
    """A .docx of the paragraphs; headings have the built-in styles, so that Word makes a table of contents of them."""
    import docx
    from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_COLOR_INDEX, WD_LINE_SPACING
    from docx.shared import Pt, RGBColor

    document = docx.Document()
    _font(document.styles["Normal"], _BODY, _SIZE)
    for level, (name, size) in _HEADINGS.items():
        style = document.styles[f"Heading {level}"]
        _font(style, name, size)
        style.font.color.rgb = RGBColor(0, 0, 0)
        style.font.bold = False
    for one in paragraphs:
        added = document.add_paragraph(style=f"Heading {one.level}" if one.level else None)
        added.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
        added.paragraph_format.line_spacing = Pt(_LINE)
        added.paragraph_format.space_before = added.paragraph_format.space_after = Pt(0)
        if one.level == 1:
            added.alignment = WD_ALIGN_PARAGRAPH.CENTER
        else:
            added.paragraph_format.first_line_indent = Pt(2 * _SIZE)
        for number, piece in enumerate(one.text.split(OPEN_BLANK)):
            if number:
                added.add_run(OPEN_BLANK).font.highlight_color = WD_COLOR_INDEX.YELLOW
            if piece:
                added.add_run(piece)
    properties = document.core_properties
    properties.author, properties.comments = "xlcheck", ""
    properties.created = properties.modified = datetime(*_DAY, tzinfo=UTC)
    made = io.BytesIO()
    document.save(made)
    return _dated(made.getvalue())


def _font(style: object, name: str, size: int) -> None:
    from docx.shared import Pt

    font = style.font  # type: ignore[attr-defined]
    font.name, font.size = name, Pt(size)
    font._element.get_or_add_rPr().get_or_add_rFonts().set(_EAST_ASIA, name)  # noqa: SLF001 - python-docx knows only the Latin font


def _dated(data: bytes) -> bytes:
    """The package with one date for all its parts: the library writes the time of day into the zip."""
    kept = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            fixed = zipfile.ZipInfo(entry.filename, _DAY)
            fixed.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(fixed, old.read(entry))
    return kept.getvalue()
