"""What checking documents adds to the outcome of their workbook, and how it is added."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import PurePath
from typing import TYPE_CHECKING, NamedTuple

from xlcheck.binding.scoresheets.find import FORM_KIND
from xlcheck.documents.spots import DocumentSpots
from xlcheck.form import Severity
from xlcheck.model import Recognised, Submission
from xlcheck.narrative.blanks import OPEN_BLANK
from xlcheck.narrative.check import CheckedText
from xlcheck.narrative.remarks import CATEGORY
from xlcheck.narrative.statements import FigureStanding
from xlcheck.outcome import CellRef, Diagnosis, NotEvaluated, Outcome, Remark, TextCounts, TextPlace
from xlcheck.readdocuments import ReadDocument, lines_of
from xlcheck.scores.sheet import ScoreSheet

if TYPE_CHECKING:
    from xlcheck.checking.scoresheets.between import PlacedSheet
    from xlcheck.checking.scoresheets.told import TextParagraph

_MOST_UNREAD = 8


class UnsaidOfText(NamedTuple):
    """What could not be checked of a text, and how many figures or places that are."""

    said: NotEvaluated
    number: int


class TextResults(NamedTuple):
    """What checking documents adds to the outcome of their workbook.

    ``diagnoses`` explain ``remarks`` by index; ``sheets`` are the score sheets (绩效自评表) in the documents, checked like
    those of the workbook.
    """

    remarks: tuple[Remark, ...] = ()
    counts: tuple[TextCounts, ...] = ()
    texts: tuple[CheckedText, ...] = ()
    unsaid: tuple[UnsaidOfText, ...] = ()
    not_evaluated: tuple[NotEvaluated, ...] = ()
    diagnoses: tuple[Diagnosis, ...] = ()
    tallies: Mapping[str, Mapping[str, int]] = {}
    sheets: tuple[ScoreSheet, ...] = ()
    recognised: tuple[Recognised, ...] = ()


def with_texts(outcome: Outcome, results: TextResults) -> Outcome:
    """An outcome with what the documents add; remarks stay worst first, those of tables before those of texts."""
    outcome = with_unsaid(outcome, results.unsaid)
    outcome = replace(
        outcome,
        not_evaluated=(*outcome.not_evaluated, *results.not_evaluated),
        tallies=added(outcome.tallies, results.tallies) if results.tallies else outcome.tallies,
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


def with_unsaid(outcome: Outcome, unsaid: Sequence[UnsaidOfText]) -> Outcome:
    """An outcome with what could not be checked of texts: said, and counted, so that nothing passes because of it."""
    if not unsaid:
        return outcome
    counts: Counter[str] = Counter()
    for one in unsaid:
        counts[one.said.rule] += one.number
    tallies = {**outcome.tallies, **{rule: {"cannot_say": n} for rule, n in counts.items()}}
    return replace(outcome, not_evaluated=(*outcome.not_evaluated, *(one.said for one in unsaid)), tallies=tallies)


def added(one: Mapping[str, Mapping[str, int]], other: Mapping[str, Mapping[str, int]]) -> dict[str, dict[str, int]]:
    """Two tallies together, rule by rule."""
    return {rule: dict(Counter(one.get(rule, {})) + Counter(other.get(rule, {}))) for rule in {**one, **other}}


def not_read(read: ReadDocument) -> Remark:
    """That a document could not be read, and why."""
    assert read.refused is not None  # noqa: S101 - the caller has looked
    name = PurePath(read.sent.name).name
    said = read.refused.message.rstrip("。")
    cell = CellRef("", None, None, "subject", name, None, passage=TextPlace(name, 0, 0, "", ""))
    return Remark(None, Severity.VERIFY, CATEGORY, "text_not_read", (cell,), params={"name": name, "said": said})


def unsaid_of(text: CheckedText) -> Iterator[UnsaidOfText]:
    """What could not be checked: figures that nobody could say anything about, blanks that are still to be filled in."""
    left = [f for f in text.figures if f.standing is FigureStanding.CANNOT_SAY]
    if left:
        found = "、".join(f"“{f.token.text}”" for f in left[:_MOST_UNREAD]) + ("等" if len(left) > _MOST_UNREAD else "")
        said = f"{text.document} 有 {len(left)} 个数没有读懂，没有核对：{found}"
        yield UnsaidOfText(NotEvaluated("T00-01", said), len(left))
    blanks = text.text.count(OPEN_BLANK)
    if blanks:
        said = f"{text.document} 还有 {blanks} 处{OPEN_BLANK}没有填"
        yield UnsaidOfText(NotEvaluated("T00-02", said), blanks)


# --- score sheets in documents ---------------------------------------------------------------------------------


def forms_of(read: ReadDocument, own: Submission | None, now: Submission | None) -> Submission | None:
    """The tables of a document beside a workbook, where there are score sheets among them."""
    if own is None or now is None or any(sheet.sheet in _grids(read) for sheet in now.sheets):
        return None  # a document by itself: its forms are those of the submission
    return own if own.sheets else None


def _grids(read: ReadDocument) -> frozenset[str]:
    """The names of the tables of a document."""
    return frozenset(grid.name for grid in read.document.grids) if read.document is not None else frozenset()


def with_forms(results: TextResults, read: ReadDocument, own: Submission, now: Submission | None) -> TextResults:
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


def with_ties(
    results: TextResults,
    now: Submission | None,
    documents: Sequence[ReadDocument],
    forms: Sequence[tuple[ReadDocument, Submission]],
) -> TextResults:
    """The results with what ties score sheets of several files to each other, and the texts to all of them."""
    from xlcheck.checking.scoresheets.between import same_in_files
    from xlcheck.checking.scoresheets.told import as_told

    placed = list(_placed(now, documents, forms))
    if not placed:
        return results
    ends = [*same_in_files(placed), *as_told(placed, list(_paragraphs(documents, placed)))]
    tallies: dict[str, dict[str, int]] = {}
    for end in ends:
        tallies = added(tallies, {end.rule: {"pass" if end.holds else "fail": 1}})
    remarks = (end.remark for end in ends if end.remark is not None)
    return results._replace(remarks=(*results.remarks, *remarks), tallies=added(results.tallies, tallies))


def _placed(
    now: Submission | None, documents: Sequence[ReadDocument], forms: Sequence[tuple[ReadDocument, Submission]]
) -> Iterator[PlacedSheet]:
    """All score sheets with the files that they stand in: of the workbook (or the document by itself), of each document."""
    from xlcheck.checking.scoresheets.between import PlacedSheet

    own = _spots_of(now, documents)
    for sheet in now.sheets if now is not None else ():
        yield PlacedSheet(sheet, own.name if own else "", own.cell if own else _as_it_is)
    for read, held in forms:
        if read.document is not None:
            spots = DocumentSpots(PurePath(read.sent.name).name, read.document)
            yield from (PlacedSheet(sheet, spots.name, spots.cell) for sheet in held.sheets)


def _as_it_is(cell: CellRef) -> CellRef:
    return cell


def _spots_of(now: Submission | None, documents: Sequence[ReadDocument]) -> DocumentSpots | None:
    """The document that a submission was read of; None: it is a workbook."""
    for read in documents:
        if now is not None and read.document is not None and any(s.sheet in _grids(read) for s in now.sheets):
            return DocumentSpots(PurePath(read.sent.name).name, read.document)
    return None


def _paragraphs(documents: Sequence[ReadDocument], placed: Sequence[PlacedSheet]) -> Iterator[TextParagraph]:
    """The running text of documents."""
    from xlcheck.checking.scoresheets.told import TextParagraph

    for read in documents:
        if read.document is not None:
            name = PurePath(read.sent.name).name
            held = {one.sheet.sheet for one in placed if one.file == name}
            lines = lines_of(read.document, tables=not read.document.tables or not held, without=held)
            yield from (TextParagraph(name, line.start, line.text) for line in lines)
