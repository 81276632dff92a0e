"""What checking documents adds to the outcome of their workbook, and how it is added."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import PurePath
from typing import NamedTuple

from xlcheck.form import Severity
from xlcheck.model import Recognised
from xlcheck.narrative.blanks import OPEN_BLANK
from xlcheck.narrative.check import CheckedText
from xlcheck.narrative.remarks import CATEGORY
from xlcheck.narrative.statements import FigureStanding
from xlcheck.outcome import CellRef, Diagnosis, NotEvaluated, Outcome, Remark, TextCounts, TextPlace
from xlcheck.readdocuments import ReadDocument
from xlcheck.scores.sheet import ScoreSheet

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
