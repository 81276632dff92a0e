"""Texts for tests: read as lines or paragraphs, checked beside a sample."""

from __future__ import annotations

from functools import cache

from support.places import DATA, SAMPLES
from xlcheck.checking.check import check
from xlcheck.model import Submission
from xlcheck.narrative.check import CheckedText, Narrative, TextContext, check_text
from xlcheck.narrative.prose import TextLine
from xlcheck.outcome import Outcome
from xlcheck.pipeline import Pipeline

NARRATIVES = DATA / "narrative"


@cache
def pipeline() -> Pipeline:
    return Pipeline()


@cache
def sample(name: str) -> tuple[Submission, Outcome]:
    """A sample workbook, read and checked."""
    now = pipeline().read((SAMPLES / f"{name}.xlsx").read_bytes())
    return now, check(now)


def lines_of(text: str, *, whole: bool = False) -> list[TextLine]:
    """The lines of a text; ``whole``: each is a paragraph."""
    lines, at = [], 0
    for line in text.split("\n"):
        lines.append(TextLine(at, line, whole))
        at += len(line) + 1
    return lines


def checked(text: str, profile: str, beside: str | None = None, *, whole: bool = False) -> CheckedText:
    """A text, checked by the profile of a set beside a sample (None: by itself)."""
    library = pipeline().library
    now, outcome = sample(beside) if beside else (None, None)
    written = library.profile(profile)
    assert written is not None
    context = TextContext(now.form if now else library.load(profile), library.vocabulary, now, outcome)
    return check_text(Narrative("文字说明.docx", text, lines_of(text, whole=whole), written), context)


def said(found: CheckedText) -> list[tuple[str, str, str]]:
    """(severity, code, quote) of every remark, worst first."""
    return [(r.severity.value, r.code, (r.cells[0].value or "")) for r in found.remarks]
