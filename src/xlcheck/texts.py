"""Documents beside a workbook, or by themselves: their text and the tables in them, checked."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache
from pathlib import PurePath
from typing import NamedTuple

from xlcheck.binding.submission import SubmissionReader
from xlcheck.counted import counted_as
from xlcheck.documents.spots import DocumentSpots
from xlcheck.errors import Refused
from xlcheck.labels import plain
from xlcheck.mapping.library import OPEN, Library
from xlcheck.model import NO_NAMES, PrintedNames, Submission
from xlcheck.narrative.amounts import Span
from xlcheck.narrative.check import CheckedText, Narrative, TextContext, check_text, report_year
from xlcheck.narrative.outline import Outline, outline
from xlcheck.narrative.prose import TextLine
from xlcheck.narrative.selfscores import SelfScores
from xlcheck.narrative.tables import table_differences
from xlcheck.narrative.unitnames import cover_unit
from xlcheck.outcome import NotEvaluated, Outcome, Remark, TextCounts
from xlcheck.profile import NarrativeProfile
from xlcheck.readdocuments import ReadDocument, lines_of
from xlcheck.reading.opening import Opened
from xlcheck.reading.sniff import Kind
from xlcheck.report.assemble import History, Source, digest, report_of
from xlcheck.report.report import Report
from xlcheck.textresults import (
    TextResults,
    UnsaidOfText,
    forms_of,
    not_read,
    unsaid_of,
    with_forms,
    with_texts,
    with_ties,
)

_FEWEST_TABLES = 4  # some texts show the one or other table

NOTHING_KNOWN = History()


class TextHead(NamedTuple):
    """What a document says of itself: whose it is (its cover, else the tables in it), its year.

    ``ours``: it is a text, or tables, that we know. ``whole``: the tables in it are a submission (text or not). ``template``
    is the form of the tables, or of the score sheets where there is nothing else; empty where none explains them.
    """

    names: PrintedNames
    year: int | None
    ours: bool
    whole: bool = False
    template: str = ""

    @property
    def unit(self) -> str:
        """The name of its unit; empty where nothing says it."""
        return self.names.name


class TextChecker:
    """Checks documents by the profiles of one library."""

    def __init__(self, library: Library, reader: SubmissionReader) -> None:
        self.library = library
        self.reader = reader

    def check(
        self,
        documents: Sequence[ReadDocument],
        now: Submission | None,
        outcome: Outcome | None,
        before: Submission | None,
    ) -> TextResults:
        """Everything that is to be said of the documents beside a submission (None: there is no workbook)."""
        remarks: list[Remark] = []
        counts: list[TextCounts] = []
        texts: list[CheckedText] = []
        unsaid: list[UnsaidOfText] = []
        own = {id(read): self.submission(read) for read in documents} if now is not None else {}
        forms = [(read, held) for read in documents if (held := forms_of(read, own.get(id(read)), now)) is not None]
        sheets = tuple(sheet for _, held in forms for sheet in held.sheets)
        told = replace(now, sheets=sheets) if now is not None and sheets and not now.sheets else now
        for read in documents:
            if read.document is None:
                remarks.append(not_read(read))
                continue
            text = self._text(read, told, outcome, before, _held(own.get(id(read))))
            if now is None or not now.tables:
                text = _uncompared(text)
                unsaid += _no_workbook(text, nothing=now is None)
            remarks += text.remarks
            unsaid += unsaid_of(text)
            counts.append(text.counts)
            texts.append(text)
            if now is not None and outcome is not None:
                remarks += _tables(read, own[id(read)], now)
        results = TextResults(tuple(remarks), tuple(counts), tuple(texts), tuple(unsaid), sheets=sheets)
        for read, held in forms:
            results = with_forms(results, read, held, now)
        return with_ties(results, now, documents, forms)

    def _text(
        self,
        read: ReadDocument,
        now: Submission | None,
        outcome: Outcome | None,
        before: Submission | None,
        held: Collection[str],
    ) -> CheckedText:
        """One text checked. ``held`` are the tables in it that are score sheets: their words are no running text."""
        assert read.document is not None  # noqa: S101 - the caller has looked
        name = PurePath(read.sent.name).name
        lines = lines_of(read.document)
        profile, known = self._profile(now, lines)
        if profile is None:
            return CheckedText((), (), TextCounts(name), None, None)
        if not any(p.section for p in outline(lines, profile).passages):
            lines = lines_of(read.document, tables=True, without=held)
        tables = now if now is not None and now.tables else None  # score sheets alone tell nothing of the tables
        form = tables.form if tables is not None else self.library.load(profile.id)
        context = TextContext(form, self.library.vocabulary, tables, outcome, before, _self_scores(now))
        return check_text(Narrative(name, read.document.text, lines, profile, known), context)

    def head(self, read: ReadDocument) -> TextHead:
        """What a document says of itself."""
        if read.document is None:
            return TextHead(NO_NAMES, None, False)
        lines = lines_of(read.document)
        own = self.submission(read)
        names = _names(lines, own)
        profile, _ = self._profile(None, lines)
        if profile is None:
            return TextHead(names, None, True, is_whole(own), _template(own, text=True))
        found = outline(lines, profile)
        ours = own is not None or any(p.section for p in found.passages)
        year = report_year(found, lines, own)
        return TextHead(names, year, ours, is_whole(own), _template(own, text=_says_something(found)))

    def _profile(self, now: Submission | None, lines: Sequence[TextLine]) -> tuple[NarrativeProfile | None, bool]:
        """How texts of the place are written: the workbook's set, else the place that the text names, else anywhere."""
        if now is not None and now.tables and now.nearest is None:
            own = self.library.profile(now.form.id)
            if own is not None and self.library.has_narrative(now.form.id):
                return own, True
        named = self._named(lines)
        if named is not None:
            return named, True
        general = OPEN if OPEN in self.library.ids() else self.library.general()[0]
        return self.library.profile(general), False

    def _named(self, lines: Sequence[TextLine]) -> NarrativeProfile | None:
        """The profile of the place that a text names, and no other place."""
        text = plain("".join(line.text for line in lines[:400]))
        found = [p for p in self._places() if p.place in text]
        return found[0] if len(found) == 1 else None

    @lru_cache  # noqa: B019 - one checker a run
    def _places(self) -> tuple[NarrativeProfile, ...]:
        found = (self.library.profile(i) for i in self.library.ids() if self.library.has_narrative(i))
        return tuple({p.place: p for p in found if p is not None and p.place not in ("", "全国")}.values())

    # --- tables in documents ---

    def submission(self, read: ReadDocument) -> Submission | None:
        """The tables in a document as a submission; None where there are none that we know."""
        if read.document is None or not read.document.tables:
            return None
        try:
            return self.reader.read(Opened(None, list(read.document.grids), Kind.HTML))
        except Refused:
            return None


def _held(own: Submission | None) -> frozenset[str]:
    """The names of the tables of a document that are score sheets."""
    return frozenset(sheet.sheet for sheet in own.sheets) if own is not None else frozenset()


def is_whole(own: Submission | None) -> bool:
    """Whether the tables of a document are a submission: most of those that its form demands, not some shown in a text."""
    if own is None or not own.tables:
        return False
    there = sum(not table.lost and not table.absent for table in own.tables.values())
    demanded = sum(not table.absent for table in own.tables.values())
    return there >= _FEWEST_TABLES and there * 2 >= demanded


def _says_something(found: Outline) -> bool:
    """Whether a section has a sentence: the title of a score sheet may be the heading of one."""
    return any("。" in line.text for passage in found.passages if passage.section for line in passage.lines)


def _template(own: Submission | None, *, text: bool) -> str:
    """The form that a document counts as: that of its tables, or of its score sheets where it holds nothing else."""
    if own is None or own.nearest is not None or (not is_whole(own) and (text or own.tables)):
        return ""
    return counted_as(own.form.id, own.project)


def _names(lines: Sequence[TextLine], own: Submission | None) -> PrintedNames:
    """Whose a document is: by its tables where they are a submission, by its cover, by what tables it has."""
    printed = own.names if own is not None else NO_NAMES
    if is_whole(own) and printed.name:
        return printed
    cover = cover_unit(lines)
    return PrintedNames(cover) if cover else printed if printed.name else PrintedNames((own and own.unit) or "")


def _tables(read: ReadDocument, own: Submission | None, now: Submission) -> tuple[Remark, ...]:
    """What differs between the tables of a document and those of the workbook."""
    if own is None or read.document is None:
        return ()
    return tuple(table_differences(PurePath(read.sent.name).name, read.document, own, now))


def _uncompared(text: CheckedText) -> CheckedText:
    """A text without tables: what belongs into a cell was compared with nothing."""
    return text._replace(counts=text.counts._replace(bound=0, uncompared=text.counts.bound))


def _no_workbook(text: CheckedText, *, nothing: bool) -> Iterator[UnsaidOfText]:
    """That a text was compared with no table. ``nothing``: there is no score sheet either, so that it is a text."""
    counts = text.counts
    if counts.uncompared or nothing:
        said = f"{counts.document} 没有工作簿可对，{counts.uncompared} 个该与表核对的数没有核对，只核对了文字自身"
        yield UnsaidOfText(NotEvaluated("T00-03", said), max(1, counts.uncompared))


def _self_scores(now: Submission | None) -> SelfScores | None:
    """The score sheets of a workbook, in 万元."""
    if now is None or not now.sheets:
        return None
    from xlcheck.checking.scoresheets.ties import form_totals

    totals = form_totals(now)
    wan = Fraction(1, 10_000)
    budget = Span((totals.budget - totals.half) * wan, (totals.budget + totals.half) * wan)
    return SelfScores(totals.forms, budget, totals.grades)


def lone_document(
    checker: TextChecker,
    read: ReadDocument,
    before: Submission | None,
    history: History = NOTHING_KNOWN,
) -> tuple[Report, Submission | None, Outcome | None]:
    """The report of a document without a workbook: the tables in it are checked like sheets, the text beside them.

    A finding about a cell of such a table is about the passage where it stands. What there is no table for is not checked.
    """
    from xlcheck.checking.check import check

    own = checker.submission(read)
    outcome = check(own, before) if own is not None else None
    found = outcome  # by addresses: what the text is checked against
    if outcome is not None and read.document is not None:
        spots = DocumentSpots(PurePath(read.sent.name).name, read.document)
        outcome = replace(
            outcome,
            remarks=tuple(map(spots.remark, outcome.remarks)),
            diagnoses=tuple(map(spots.diagnosis, outcome.diagnoses)),
            not_evaluated=tuple(map(spots.reason, outcome.not_evaluated)),
        )
    results = checker.check([read], own, found, before)
    source = Source(read.sent.name, digest(read.sent.data))
    if own is None or outcome is None:
        year = next((t.year for t in results.texts), None)
        own = Submission(checker.library.open_form(), {}, None, year, nearest="")
        outcome = Outcome((), (), (), {})
    if read.document is not None and not own.names.name:
        own = _named(own, _names(lines_of(read.document), own))
    return report_of(source, own, with_texts(outcome, results), _of_text(history, own), results.counts), own, outcome


def _named(own: Submission, names: PrintedNames) -> Submission:
    """A submission whose unit its cover says."""
    return replace(own, names=names, unit=names.name or own.unit)


def beside_workbook(
    checker: TextChecker, read: ReadDocument, now: Submission, before: Submission | None, history: History
) -> Report:
    """The report of a document beside a workbook that has its own: what is said of the text, and of the tables in it."""
    from xlcheck.checking.check import check

    results = checker.check([read], now, check(now, before), before)
    source = Source(read.sent.name, digest(read.sent.data))
    outcome = with_texts(Outcome((), (), (), {}), results)
    now = replace(now, sheets=(*now.sheets, *results.sheets), recognised=(*now.recognised, *results.recognised))
    return report_of(source, now, outcome, _of_text(history, now), results.counts)


def _of_text(history: History, now: Submission) -> History:
    """What is known of a text from before, as if it had been beside this workbook: it may not have been, or none."""
    template = now.form.id if now.nearest is None else ""
    versions = [v._replace(unit=now.unit or "", year=now.year, template_id=template) for v in history.versions]
    return history._replace(versions=versions)
