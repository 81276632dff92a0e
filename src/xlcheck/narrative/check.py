"""One text beside the tables → remarks, and what became of each of its figures. A pure function of both."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from xlcheck.concepts import Vocabulary
from xlcheck.form import SetSpec, Severity
from xlcheck.labels import plain
from xlcheck.model import Submission
from xlcheck.narrative.another import OwnershipJudge
from xlcheck.narrative.binding import TextBinder
from xlcheck.narrative.cells import Cells
from xlcheck.narrative.changes import ChangeJudge
from xlcheck.narrative.completions import CompletionJudge
from xlcheck.narrative.contents import ContentJudge
from xlcheck.narrative.judging import AgreementJudge, CellJudge
from xlcheck.narrative.outline import Outline, outline
from xlcheck.narrative.pieces import PieceJudge
from xlcheck.narrative.prose import TextLine
from xlcheck.narrative.reader import NarrativeReader
from xlcheck.narrative.remarks import Speaker
from xlcheck.narrative.selfscores import SelfScoreJudge, SelfScores
from xlcheck.narrative.settling import settle
from xlcheck.narrative.shares import ShareJudge
from xlcheck.narrative.statements import FigureStanding, TextFigure, TextReading
from xlcheck.narrative.structure import StructureJudge
from xlcheck.narrative.subjects import Subjects
from xlcheck.narrative.sums import SumJudge
from xlcheck.narrative.unitnames import cover_unit, own_names
from xlcheck.outcome import Outcome, Remark, TextCounts
from xlcheck.profile import NarrativeProfile

_DOUBLED = "text_doubled_section"
_OF_ITSELF = ("T02-03", "T02-04")  # what is wrong with a text whatever it stands beside
_YEAR = re.compile(r"(?<![较比与同和跟])((?:19|20)\d{2})年(?!\d{1,2}月)")
_TITLED = re.compile(r"((?:19|20)\d{2})年度?(?:部门|单位)?(?:预算执行和)?决算")
_TITLE_WEIGHT = 20  # a year in a title is worth that many in sentences


class Narrative(NamedTuple):
    """A document to check: its name, its text, its lines, how texts of its place are written.

    ``known``: the profile is that of the place, not the national one for want of another.
    """

    document: str
    text: str
    lines: Sequence[TextLine]
    profile: NarrativeProfile
    known: bool = True


class TextContext(NamedTuple):
    """What a text is checked beside: the workbook and what was found in it, last year's workbook, each if there is one."""

    form: SetSpec
    vocabulary: Vocabulary
    submission: Submission | None = None
    outcome: Outcome | None = None
    last_year: Submission | None = None
    scores: SelfScores | None = None


class CheckedText(NamedTuple):
    """What checking a text gives; ``text`` is the document's text, in which the places of figures count."""

    remarks: tuple[Remark, ...]
    figures: tuple[TextFigure, ...]
    counts: TextCounts
    cells: Cells | None
    year: int | None
    document: str = ""
    text: str = ""


def check_text(narrative: Narrative, context: TextContext) -> CheckedText:
    """Check one text; remarks come worst first, then in printed order."""
    found = outline(narrative.lines, narrative.profile)
    year = report_year(found, narrative.lines, context.submission)
    cells = Cells(context.submission, context.form, context.vocabulary)
    subjects = Subjects(narrative.profile, cells)
    unit = context.submission.unit if context.submission is not None else None
    own = [*own_names(unit or ""), *own_names(cover_unit(narrative.lines))]
    reading = NarrativeReader(narrative.profile, subjects, year, own).read(found, narrative.text)
    binder = TextBinder(cells, suggested_of(context.outcome))
    settle(reading, binder)
    binder.bind(reading)
    last = None
    if context.last_year is not None:
        last = TextBinder(Cells(context.last_year, context.form, context.vocabulary), {})
    speaker = Speaker(narrative.document, narrative.text)
    ownership = OwnershipJudge(binder, speaker, unit, year, report_year(found, narrative.lines, None))
    structure = StructureJudge(narrative.profile, speaker, year, unit, known=narrative.known)
    another = ownership.another(reading, narrative.lines) if context.submission is not None else None
    counts = _counts(narrative.document, reading)
    if another is not None:
        remarks = (another, *(r for r in structure.remarks(found, narrative.lines) if r.rule in _OF_ITSELF))
        return CheckedText(remarks, tuple(reading.figures), counts, cells, year, narrative.document, narrative.text)
    said = [
        *CellJudge(binder, speaker, last, year).remarks(reading),
        *ShareJudge(binder, speaker, last, year).remarks(reading),
        *CompletionJudge(binder, speaker, last, year).remarks(reading),
        *ChangeJudge(binder, speaker, last, year).remarks(reading),
        *SumJudge(binder, speaker).remarks(reading),
        *PieceJudge(binder, speaker).remarks(reading),
        *SelfScoreJudge(speaker, context.scores).remarks(reading),
        *AgreementJudge(binder, speaker).remarks(reading),
        *ContentJudge(binder, speaker, year).remarks(reading),
        *structure.remarks(found, narrative.lines),
        *ownership.names(reading),
    ]
    remarks = tuple(sorted(ownership.in_last_year(list(_once(said))), key=_order))
    return CheckedText(remarks, tuple(reading.figures), counts, cells, year, narrative.document, narrative.text)


def report_year(found: Outline, lines: Sequence[TextLine], submission: Submission | None) -> int | None:
    """The year of the report: the workbook's, else the one that the text speaks of most."""
    if submission is not None and submission.year is not None:
        return submission.year
    text = plain("".join(line.text for p in found.read for line in p.lines) or "".join(line.text for line in lines))
    years = Counter(int(y) for y in _YEAR.findall(text))
    titles = "\n".join(plain(line.text) for line in lines if len(line.text) < 60)
    years.update({int(y): _TITLE_WEIGHT for y in _TITLED.findall(titles)})
    return max(years, key=lambda y: (years[y], y)) if years else None


_FIGURE = re.compile(r"-?\d+(?:\.\d+)?")


def suggested_of(outcome: Outcome | None) -> Mapping[tuple[str | None, str | None], Decimal]:
    """The figures that the causes found in the tables put into cells: a text that prints these is right."""
    found: dict[tuple[str | None, str | None], Decimal] = {}
    for diagnosis in outcome.diagnoses if outcome is not None else ():
        for suspect in (*diagnosis.cells, *diagnosis.alternatives):
            if suspect.suggested is not None and _FIGURE.fullmatch(
                suspect.suggested
            ):  # score sheets have 95% and 优 too
                found.setdefault((suspect.cell.sheet, suspect.cell.cell), Decimal(suspect.suggested))
    return found


def _counts(document: str, reading: TextReading) -> TextCounts:
    ends = Counter(f.standing for f in reading.figures)
    return TextCounts(
        document,
        ends[FigureStanding.BOUND],
        ends[FigureStanding.DERIVED],
        ends[FigureStanding.FOREIGN],
        ends[FigureStanding.CANNOT_SAY],
    )


def _order(remark: Remark) -> tuple[int, int]:
    passage = remark.cells[0].passage if remark.cells else None
    return remark.severity.rank, passage.start if passage is not None else 0


def _once(remarks: Sequence[Remark]) -> Iterator[Remark]:
    """Each remark once: the year of one sentence is that of all its figures.

    Where a section is printed twice to the letter, and so is to be deleted once, what is wrong in it is said once too.
    """
    printed_twice = any(r.code == _DOUBLED and r.severity is Severity.ERROR for r in remarks)
    seen: set[tuple[object, ...]] = set()
    for remark in remarks:
        passage = remark.cells[0].passage if remark.cells else None
        key: tuple[object, ...] = (remark.code, passage and (passage.start, passage.end))
        if printed_twice and passage is not None and passage.sentence and remark.code != _DOUBLED:
            key = (remark.code, passage.quote, passage.sentence, tuple(sorted(remark.params.items())))
        if key not in seen:
            seen.add(key)
            yield remark
