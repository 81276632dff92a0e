"""Documents beside a workbook, or by themselves: their text and the tables in them, checked; Word files marked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache
from pathlib import PurePath
from typing import NamedTuple

from xlcheck.binding.scoresheets.find import FORM_KIND
from xlcheck.binding.submission import SubmissionReader
from xlcheck.documents.document import Document, DocumentKind, Paragraph, SentDocument
from xlcheck.documents.joined import joined_forms
from xlcheck.documents.opening import read_document
from xlcheck.documents.sheets import document_of_sheet, holds_prose
from xlcheck.documents.spots import DocumentSpots
from xlcheck.errors import Refused
from xlcheck.form import Severity
from xlcheck.labels import plain
from xlcheck.mapping.library import OPEN, Library
from xlcheck.model import (
    CellRef,
    Diagnosis,
    NotEvaluated,
    Outcome,
    Recognised,
    Remark,
    Submission,
    TextCounts,
    TextPlace,
)
from xlcheck.narrative.amounts import Span
from xlcheck.narrative.blanks import OPEN_BLANK
from xlcheck.narrative.check import CheckedText, Narrative, TextContext, check_text
from xlcheck.narrative.outline import outline
from xlcheck.narrative.prose import TextLine, width
from xlcheck.narrative.remarks import CATEGORY
from xlcheck.narrative.selfscores import SelfScores
from xlcheck.narrative.statements import FigureStanding
from xlcheck.narrative.tables import table_differences
from xlcheck.profile import NarrativeProfile
from xlcheck.reading.grid import Grid
from xlcheck.reading.opening import Opened
from xlcheck.reading.sniff import Kind
from xlcheck.report.assemble import Source, digest, report_of
from xlcheck.report.report import Report
from xlcheck.report.sentences import place
from xlcheck.scores.sheet import ScoreSheet

_MARKABLE = (DocumentKind.DOCX, DocumentKind.DOC, DocumentKind.WPS, DocumentKind.RTF, DocumentKind.ODT)
_MOST_UNREAD = 8
_LINE = 110  # a line of a page is not wider; Chinese characters count two
_FEWEST_LINES = 12
_OPEN = 0.35  # paragraphs end with a stop; most lines of a page don't
_STOPS = tuple("。；：！？;:")
_MOST_COMMENTS = 500


class ReadDocument(NamedTuple):
    """A document that was read; ``refused`` says why it can't be."""

    sent: SentDocument
    document: Document | None
    refused: Refused | None = None


class TextResults(NamedTuple):
    """What checking documents adds to the outcome of their workbook.

    ``diagnoses`` explain ``remarks`` by index; ``sheets`` are the score sheets (绩效自评表) in the documents, checked like
    those of the workbook.
    """

    remarks: tuple[Remark, ...] = ()
    counts: tuple[TextCounts, ...] = ()
    texts: tuple[CheckedText, ...] = ()
    not_evaluated: tuple[NotEvaluated, ...] = ()
    diagnoses: tuple[Diagnosis, ...] = ()
    tallies: Mapping[str, Mapping[str, int]] = {}
    sheets: tuple[ScoreSheet, ...] = ()
    recognised: tuple[Recognised, ...] = ()


def opened_document(sent: SentDocument) -> ReadDocument:
    """Read one document; what can't be read is an answer too."""
    if sent.problem:
        return ReadDocument(sent, None, Refused("unreadable", sent.problem))
    try:
        return ReadDocument(sent, joined_forms(read_document(sent.data, sent.name)))
    except Refused as refusal:
        return ReadDocument(sent, None, refusal)


def sheet_documents(grids: Iterable[Grid], unread: Sequence[str]) -> Iterator[ReadDocument]:
    """The sheets of a workbook that hold the text, among those that are no table of ours."""
    for grid in grids:
        if grid.name in unread and holds_prose(grid):
            yield ReadDocument(SentDocument(grid.name, b""), document_of_sheet(grid))


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
        unsaid: list[NotEvaluated] = []
        own = {id(read): self.submission(read) for read in documents} if now is not None else {}
        forms = [(read, held) for read in documents if (held := _forms(read, own.get(id(read)), now)) is not None]
        sheets = tuple(sheet for _, held in forms for sheet in held.sheets)
        told = replace(now, sheets=sheets) if now is not None and sheets and not now.sheets else now
        for read in documents:
            if read.document is None:
                remarks.append(_not_read(read))
                continue
            text = self._text(read, told, outcome, before)
            remarks += text.remarks
            unsaid += _unsaid(text)
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
        tallies=_added(results.tallies, checked.tallies),
        recognised=(*results.recognised, *(_of_document(r, spots.name) for r in own.recognised if r.kind == FORM_KIND)),
    )


def _of_document(form: Recognised, document: str) -> Recognised:
    return form._replace(sheet=f"{document} {form.sheet}")


def _added(one: Mapping[str, Mapping[str, int]], other: Mapping[str, Mapping[str, int]]) -> dict[str, dict[str, int]]:
    """Two tallies together, rule by rule."""
    return {rule: dict(Counter(one.get(rule, {})) + Counter(other.get(rule, {}))) for rule in {**one, **other}}


def _self_scores(now: Submission | None) -> SelfScores | None:
    """The score sheets of a workbook, in 万元."""
    if now is None or not now.sheets:
        return None
    from xlcheck.checking.scoresheets.ties import form_totals

    totals = form_totals(now)
    wan = Fraction(1, 10_000)
    budget = Span((totals.budget - totals.half) * wan, (totals.budget + totals.half) * wan)
    return SelfScores(totals.forms, budget, totals.grades)


def lines_of(document: Document, *, tables: bool = False) -> list[TextLine]:
    """The lines of a document's running text; with ``tables`` those in its tables too."""
    kept = [p for p in document.paragraphs if tables or p.place != "table"]
    broken = document.kind is DocumentKind.TEXT or _are_lines(kept)
    lines = []
    for number, paragraph in enumerate(kept):
        following = kept[number + 1] if number + 1 < len(kept) else None
        whole = not broken and (following is None or not following.continues)
        lines.append(TextLine(paragraph.start, paragraph.text, whole, paragraph.numbering))
    return lines


def _are_lines(paragraphs: Sequence[Paragraph]) -> bool:
    """Whether what should be paragraphs are the lines of a page: text pasted from a PDF, a return behind every line."""
    long = [p.text.strip() for p in paragraphs if width(p.text) > _LINE // 4]
    if len(long) < _FEWEST_LINES or max(map(width, long)) > _LINE:
        return False
    return sum(not t.endswith(_STOPS) for t in long) > len(long) * _OPEN


def _not_read(read: ReadDocument) -> Remark:
    assert read.refused is not None  # noqa: S101 - the caller has looked
    name = PurePath(read.sent.name).name
    said = read.refused.message.rstrip("。")
    cell = CellRef("", None, None, "subject", name, None, passage=TextPlace(name, 0, 0, "", ""))
    return Remark(None, Severity.VERIFY, CATEGORY, "text_not_read", (cell,), params={"name": name, "said": said})


def _unsaid(text: CheckedText) -> Iterator[NotEvaluated]:
    """What could not be checked: figures that nobody could say anything about, blanks that are still to be filled in."""
    left = [f for f in text.figures if f.standing is FigureStanding.CANNOT_SAY]
    if left:
        found = "、".join(f"“{f.token.text}”" for f in left[:_MOST_UNREAD]) + ("等" if len(left) > _MOST_UNREAD else "")
        yield NotEvaluated("T00-01", f"{text.document} 有 {len(left)} 个数没有读懂，没有核对：{found}")
    blanks = text.text.count(OPEN_BLANK)
    if blanks:
        yield NotEvaluated("T00-02", f"{text.document} 还有 {blanks} 处{OPEN_BLANK}没有填")


def with_texts(outcome: Outcome, results: TextResults) -> Outcome:
    """An outcome with what the documents add; remarks stay worst first, those of tables before those of texts."""
    outcome = replace(
        outcome,
        not_evaluated=(*outcome.not_evaluated, *results.not_evaluated),
        tallies=_added(outcome.tallies, results.tallies) if results.tallies else outcome.tallies,
    )
    if not results.remarks:
        return outcome
    merged = sorted((*outcome.remarks, *results.remarks), key=lambda r: r.severity.rank)
    moved = {id(remark): at for at, remark in enumerate(merged)}
    explains = [tuple(moved[id(outcome.remarks[i])] for i in d.explains) for d in outcome.diagnoses]
    diagnoses = tuple(d._replace(explains=e) for d, e in zip(outcome.diagnoses, explains, strict=True))
    others = (
        d._replace(explains=tuple(sorted(moved[id(results.remarks[i])] for i in d.explains))) for d in results.diagnoses
    )
    return replace(outcome, remarks=tuple(merged), diagnoses=(*diagnoses, *others))


def lone_document(
    checker: TextChecker, read: ReadDocument, before: Submission | None
) -> tuple[Report, Submission | None, Outcome | None]:
    """The report of a document without a workbook: the tables in it are checked like sheets, the text beside them.

    A finding about a cell of such a table is about the passage where it stands.
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
    return report_of(source, own, with_texts(outcome, results), texts=results.counts), own, outcome


# --- marks --------------------------------------------------------------------------------------------------


def marked_word(read: ReadDocument, report: Report) -> bytes | None:
    """The document with a comment at every passage that a finding is about; None where it takes no comments."""
    from xlcheck.writing.word import TextMark, marked_document

    if read.document is None or read.document.kind not in _MARKABLE:
        return None
    name = PurePath(read.sent.name).name
    marks: dict[tuple[int, int], list[str]] = {}
    for finding in report.findings:
        subject = finding.subject
        for cell in finding.cells:
            if cell.passage is None or cell.passage.document != name:
                continue
            if cell is subject or cell.role == "subject":
                said = f"【{finding.severity.value}】{finding.message}{_advice(finding.advice)}"
            elif subject is not None and subject.passage is None:
                said = f"【{finding.severity.value}】见 {place(subject)}：{finding.message}"
            else:
                continue
            marks.setdefault((cell.passage.start, cell.passage.end), []).append(said)
    for diagnosis in report.diagnoses:
        for suspect in diagnosis.cells:
            passage = suspect.cell.passage
            if passage is not None and passage.document == name:
                marks.setdefault((passage.start, passage.end), []).insert(0, f"▶ {diagnosis.message}")
    listed = [TextMark(start, end, "\n".join(said)) for (start, end), said in marks.items()][:_MOST_COMMENTS]
    return marked_document(read.sent.data, listed, _summary(report, name), read.sent.name)


def _advice(advice: str) -> str:
    return f"\n怎么改：{advice}" if advice else ""


def _summary(report: Report, name: str) -> str:
    """What the comment on the title says: how many findings, how many figures were checked."""
    found = [f for f in report.findings if any(c.passage is not None and c.passage.document == name for c in f.cells)]
    levels = "、".join(f"{s.value} {n} 处" for s in Severity if (n := sum(f.severity is s for f in found)))
    lines = [f"xlcheck 核对结果：{levels or '没有发现问题'}。"]
    counts = next((t for t in report.texts if t.document == name), None)
    if counts is not None:
        lines.append(
            f"文字里有 {counts.figures} 个数：{counts.bound} 个与表核对，{counts.derived} 个按其他数推算核对或只见于文字，"
            f"{counts.foreign} 个与表无关，{counts.cannot_say} 个没有读懂、没有核对。"
        )
    lines.append("批注可以用 xlcheck unmark 去掉，文件恢复原样。")
    return "\n".join(lines)
