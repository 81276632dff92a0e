"""Documents beside a workbook, or by themselves: their text and the tables in them, checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache
from pathlib import PurePath
from typing import NamedTuple

from xlcheck.binding.scoresheets.find import FORM_KIND
from xlcheck.binding.submission import SubmissionReader
from xlcheck.documents.spots import DocumentSpots
from xlcheck.errors import Refused
from xlcheck.labels import plain
from xlcheck.mapping.library import OPEN, Library
from xlcheck.model import Recognised, Submission
from xlcheck.narrative.amounts import Span
from xlcheck.narrative.check import CheckedText, Narrative, TextContext, check_text, report_year
from xlcheck.narrative.outline import outline
from xlcheck.narrative.prose import TextLine
from xlcheck.narrative.selfscores import SelfScores
from xlcheck.narrative.tables import table_differences
from xlcheck.narrative.unitnames import cover_unit
from xlcheck.outcome import Outcome, Remark, TextCounts
from xlcheck.profile import NarrativeProfile
from xlcheck.readdocuments import ReadDocument, lines_of
from xlcheck.reading.opening import Opened
from xlcheck.reading.sniff import Kind
from xlcheck.report.assemble import History, Source, digest, report_of
from xlcheck.report.report import Report
from xlcheck.textresults import TextResults, UnsaidOfText, added, not_read, unsaid_of, with_texts, with_unsaid

NOTHING_KNOWN = History()


class TextHead(NamedTuple):
    """What a document says of itself: its unit (empty: its cover does not), its year.

    ``ours``: it is a text, or tables, that we know.
    """

    unit: str
    year: int | None
    ours: bool


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
        forms = [(read, held) for read in documents if (held := _forms(read, own.get(id(read)), now)) is not None]
        sheets = tuple(sheet for _, held in forms for sheet in held.sheets)
        told = replace(now, sheets=sheets) if now is not None and sheets and not now.sheets else now
        for read in documents:
            if read.document is None:
                remarks.append(not_read(read))
                continue
            text = self._text(read, told, outcome, before)
            remarks += text.remarks
            unsaid += unsaid_of(text)
            counts.append(text.counts)
            texts.append(text)
            if now is not None and outcome is not None:
                remarks += _tables(read, own[id(read)], now)
        results = TextResults(tuple(remarks), tuple(counts), tuple(texts), tuple(unsaid), sheets=sheets)
        for read, held in forms:
            results = _with_forms(results, read, held, now)
        return results

    def _text(
        self, read: ReadDocument, now: Submission | None, outcome: Outcome | None, before: Submission | None
    ) -> CheckedText:
        assert read.document is not None  # noqa: S101 - the caller has looked
        name = PurePath(read.sent.name).name
        lines = lines_of(read.document)
        profile, known = self._profile(now, lines)
        if profile is None:
            return CheckedText((), (), TextCounts(name), None, None)
        if not any(p.section for p in outline(lines, profile).passages):
            lines = lines_of(read.document, tables=True)
        form = now.form if now is not None else self.library.load(profile.id)
        context = TextContext(form, self.library.vocabulary, now, outcome, before, _self_scores(now))
        return check_text(Narrative(name, read.document.text, lines, profile, known), context)

    def head(self, read: ReadDocument) -> TextHead:
        """What a document says of itself."""
        if read.document is None:
            return TextHead("", None, False)
        lines = lines_of(read.document)
        profile, _ = self._profile(None, lines)
        if profile is None:
            return TextHead(cover_unit(lines), None, True)
        found = outline(lines, profile)
        own = None
        if not any(p.section for p in found.passages):
            own = self.submission(read)
        ours = own is not None or any(p.section for p in found.passages)
        unit = cover_unit(lines) or ((own.unit or "") if own is not None else "")
        return TextHead(unit, report_year(found, lines, own), ours)

    def _profile(self, now: Submission | None, lines: Sequence[TextLine]) -> tuple[NarrativeProfile | None, bool]:
        """How texts of the place are written: the workbook's set, else the place that the text names, else anywhere."""
        if now is not None and now.nearest is None:
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


def _tables(read: ReadDocument, own: Submission | None, now: Submission) -> tuple[Remark, ...]:
    """What differs between the tables of a document and those of the workbook."""
    if own is None or read.document is None:
        return ()
    return tuple(table_differences(PurePath(read.sent.name).name, read.document, own, now))


def _forms(read: ReadDocument, own: Submission | None, now: Submission | None) -> Submission | None:
    """The tables of a document beside a workbook, where there are score sheets among them."""
    if own is None or now is None or any(sheet.sheet in _grids(read) for sheet in now.sheets):
        return None  # a document by itself: its forms are those of the submission
    return own if own.sheets else None


def _grids(read: ReadDocument) -> frozenset[str]:
    """The names of the tables of a document."""
    return frozenset(grid.name for grid in read.document.grids) if read.document is not None else frozenset()


def _with_forms(results: TextResults, read: ReadDocument, own: Submission, now: Submission | None) -> TextResults:
    """The results with what is said of the score sheets of one document, each cell as the passage where it stands."""
    from xlcheck.checking.scoresheets.check import check_sheets

    if read.document is None or now is None:
        return results
    spots = DocumentSpots(PurePath(read.sent.name).name, read.document)
    names = {sheet.name for sheet in own.sheets}
    first = [r for r in own.remarks if any(c.table in names for c in r.cells) or r.code == "sheet_unread"]
    checked = check_sheets(replace(now, sheets=own.sheets))
    at = len(results.remarks) + len(first)
    moved = (d._replace(explains=tuple(at + i for i in d.explains)) for d in checked.diagnoses)
    return results._replace(
        remarks=(*results.remarks, *map(spots.remark, (*first, *checked.remarks))),
        not_evaluated=(*results.not_evaluated, *map(spots.reason, checked.not_evaluated)),
        diagnoses=(*results.diagnoses, *map(spots.diagnosis, moved)),
        tallies=added(results.tallies, checked.tallies),
        recognised=(*results.recognised, *(_of_document(r, spots.name) for r in own.recognised if r.kind == FORM_KIND)),
    )


def _of_document(form: Recognised, document: str) -> Recognised:
    return form._replace(sheet=f"{document} {form.sheet}")


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
    more: Sequence[UnsaidOfText] = (),
) -> tuple[Report, Submission | None, Outcome | None]:
    """The report of a document without a workbook: the tables in it are checked like sheets, the text beside them.

    A finding about a cell of such a table is about the passage where it stands. ``more``: what else could not be checked.
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
    outcome = with_unsaid(outcome, more)
    return report_of(source, own, with_texts(outcome, results), _of_text(history, own), results.counts), own, outcome


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
