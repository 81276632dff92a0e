"""Cases by style and seed, what the checker says of them, and how that stands beside the truth."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from support.layouts.render import render
from support.layouts.units import T10, Unit
from support.narratives import accounts
from support.narratives.outputs import Output, put
from support.narratives.pen import Habits, Pen, Placed, Written
from support.narratives.report import Report
from support.narratives.styles import STYLES
from xlcheck.checking.check import check
from xlcheck.documents.document import SentDocument
from xlcheck.pipeline import Pipeline
from xlcheck.readdocuments import opened_document
from xlcheck.report.assemble import Source, report_of
from xlcheck.writing.textfacts import text_facts

KINDS = ("plain", "fiscal", "funds", "nonfiscal", "tiny", "large", "bare", "all")


@dataclass
class Case:
    """A workbook and its text."""

    style: str
    seed: int
    unit: Unit
    book: bytes
    written: Written
    output: Output


def cases(style: str, count: int, first: int = 0) -> Iterator[Case]:
    """The texts of a style."""
    for seed in range(first, first + count):
        yield case(style, seed)


def case(style: str, seed: int) -> Case:
    """Text number ``seed`` of a style."""
    place = STYLES[style]
    d = random.Random(f"text {style} {seed}")
    kind = KINDS[seed % len(KINDS)]
    make = accounts.fine_unit if seed % 3 else accounts.whole_unit
    without = ("231", "232", "234", *(("307", "312", "313", "399") if place.tables["order"] == "putuo" else ()))
    unit, exact = make(seed, kind, 2021 + seed % 4, without)
    unit = accounts.renamed(unit, place.prefix + unit.name)
    info = place.tables["info"] == "yes"
    if info:  # the table of information prints counts as they are
        exact = {**exact, **{k: v * accounts.CENT for k, v in unit.facts.items() if k[0] == T10}}
    pen = Pen(Habits.drawn(d), d)
    report = Report(accounts.accounts(unit, exact, seed, info=info), pen)
    place.write(report)
    written = pen.finished()
    return Case(style, seed, unit, render(unit, place.tables).data, written, put(written, d, seed))


@dataclass(frozen=True)
class Said:
    """A remark about the text."""

    rule: str
    severity: str
    message: str
    start: int
    end: int
    quote: str
    sentence: str
    spans: tuple[tuple[int, int], ...] = ()


@dataclass
class Found:
    """What the checker says of a text."""

    remarks: list[Said]
    facts: list[dict[str, Any]]


class Checker:
    """The checker under test, with workbooks read once."""

    def __init__(self) -> None:
        self.pipeline = Pipeline()
        self._books: dict[tuple[str, int], Any] = {}

    @cached_property
    def texts(self) -> Any:
        return self.pipeline.texts

    def beside(self, case: Case) -> Any:
        """The submission and its outcome."""
        key = (case.style, case.seed)
        if key not in self._books:
            now = self.pipeline.read(case.book)
            self._books[key] = (now, check(now, None))
        return self._books[key]

    def check(self, case: Case, data: bytes | None = None) -> Found:
        """Everything about the text of a case (or about another text beside its workbook)."""
        now, outcome = self.beside(case)
        read = opened_document(SentDocument(case.output.name, data if data is not None else case.output.data))
        results = self.texts.check([read], now, outcome, None)
        report = report_of(Source("x.xlsx", ""), now, results_only(outcome, results), texts=results.counts)
        remarks = []
        for finding in report.findings:
            place = next((c.passage for c in finding.cells if c.passage is not None), None)
            spans = tuple((c.passage.start, c.passage.end) for c in finding.cells if c.passage is not None)
            if place is not None:
                remarks.append(
                    Said(
                        finding.rule or "",
                        finding.severity.value,
                        finding.message,
                        place.start,
                        place.end,
                        place.quote,
                        place.sentence,
                        spans,
                    )
                )
            elif (finding.rule or "").startswith("T"):
                remarks.append(Said(finding.rule or "", finding.severity.value, finding.message, 0, 0, "", ""))
        facts = [f for text in results.texts for f in text_facts(text)]
        return Found(remarks, facts)


def results_only(outcome: Any, results: Any) -> Any:
    from xlcheck.textresults import with_texts

    return with_texts(outcome, results)


@dataclass
class Truth:
    """How figures stand beside the truth; the lists say each."""

    figures: int = 0
    right: int = 0
    open: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    unbound: list[str] = field(default_factory=list)


_BARE = re.compile(r"[（）()\s]|^\d+[.、]|^[一二三四五六七八九十]+、")
_SAME_ROWS = {"政府采购支出合计": ("合计", "政府采购合计"), "车辆数合计": ("车辆数合计辆",)}


def _bare(name: str) -> str:
    return _BARE.sub("", name)


def _names(placed: Placed) -> set[tuple[str, str, str]]:
    found = set()
    for table, _, row, column in placed.mark.cells:
        for name in (row, *_SAME_ROWS.get(row, ())):
            found.add((table, _bare(name), column))
    return found


def truth_of(case: Case, found: Found) -> Truth:
    """Figure by figure."""
    truth = Truth()
    figures = sorted(case.output.placed, key=lambda p: p.start)
    facts = sorted(found.facts, key=lambda f: f["start"])
    taken: set[int] = set()
    for placed in figures:
        if not placed.mark.standing:
            continue
        at = next((i for i, f in enumerate(facts) if f["start"] < placed.end and placed.start < f["end"]), None)
        around = case.output.text[max(0, placed.start - 40) : placed.end + 15].replace("\n", "⏎")
        if at is None:
            if placed.mark.standing != "foreign":
                truth.figures += 1
                truth.unread.append(f"{placed.mark.text} in …{around}…")
            continue
        taken.add(at)
        truth.figures += 1
        fact = facts[at]
        said = fact["as"]
        if said == "cannot_say":
            truth.open.append(f"{placed.mark.text} in …{around}…")
        name = (fact["table"] or "", _bare(fact["row"] or ""), fact["column"] or "")
        if said == "bound":
            if placed.mark.standing == "bound" and name in _names(placed):
                truth.right += 1
            elif placed.mark.standing in {"bound", "foreign"} or not _harmless(placed):
                truth.wrong.append(
                    f"{placed.mark.text} → {'/'.join(name)}, is {placed.mark.standing} {sorted(_names(placed))} in …{around}…"
                )
        elif placed.mark.standing == "bound" and said != "cannot_say":
            truth.unbound.append(
                f"{placed.mark.text} as {said} ({fact['relation']}), is {sorted(_names(placed))[:1]} in …{around}…"
            )
    for i, fact in enumerate(facts):
        if i not in taken:
            truth.figures += 1
            if fact["as"] == "cannot_say":
                truth.open.append(f"(more) {fact['quote']} in {fact['sentence'][:60]}")
            elif fact["as"] == "bound":
                truth.wrong.append(
                    f"(more) {fact['quote']} → {fact['table']}/{fact['row']}/{fact['column']} in {fact['sentence'][:60]}"
                )
    return truth


def _harmless(placed: Placed) -> bool:
    """A figure of the text alone that a cell may well hold too: the amount of 国内接待 is that of 接待."""
    return placed.mark.kind in ("amount", "count")
