"""The same figures in any layout and any words: the same verdicts, no figure bound wrong, a doubt is a doubt.

The truth is what the generator wrote, cell by cell, never what the reader bound.
"""

from __future__ import annotations

import pytest

from support.effort import drawn
from support.layouts import inject
from support.layouts.draws import OFFICIAL, draw, singles
from support.layouts.judging import judge, place_of
from support.layouts.render import Book, plain_form, render, unit_for
from xlcheck.checked import Checked
from xlcheck.form import Severity
from xlcheck.model import Submission
from xlcheck.pipeline import Pipeline
from xlcheck.writing.facts import facts

ALL = ("near", "provincial", "wild", "renamed20", "renamed40")
FEW = [(family, seed) for family in ALL for seed in range(3)]
MANY = [(family, seed) for seed in range(3, 3 + drawn(10, least=2)) for family in ALL]
# every other one; the rest among the long tests
SINGLES = [pytest.param(each, marks=pytest.mark.long if n % 2 else ()) for n, each in enumerate(singles())]
# a mistake of each kind in layouts of two families; of the others among the long tests
MISTAKES = [
    pytest.param(kind, family, marks=() if (i - j) % len(ALL) < 2 else pytest.mark.long)
    for i, kind in enumerate(inject.KINDS)
    for j, family in enumerate(ALL)
]
# what at least is bound beyond doubt, of the figures of one book; over many books it is more (tools/bench_layouts.py)
LEAST = {"near": 1.0, "provincial": 1.0, "wild": 0.9, "renamed20": 0.9, "renamed40": 0.75}


def book_of(family: str, seed: int) -> Book:
    layout = draw(family, seed)
    return render(unit_for(layout, seed), layout)


def ran(pipeline: Pipeline, data: bytes) -> Checked:
    found = pipeline.run(data, "x.xlsx")
    assert found.report.refusal is None, found.report.refusal
    return found


def checked(pipeline: Pipeline, data: bytes):
    return ran(pipeline, data).outcome


def errors(outcome):
    return [f for f in outcome.remarks if f.severity is Severity.ERROR]


def broken(outcome, book: Book):
    """Relations that do not hold among figures that the generator answers for: others it fills as it likes."""
    return {
        f.rule
        for f in outcome.remarks
        if f.code == "relation" and any((c.sheet, c.cell) in book.marks for c in f.cells)
    }


def judged(pipeline: Pipeline, book: Book, submission: Submission):
    claims = list(facts(submission, "x.xlsx", pipeline.library.vocabulary))
    truth = {(r["sheet"], r["cell"]): place_of(r) for r in book.truth()}
    return judge(claims, truth, book.loose), set(truth.values())


@pytest.mark.parametrize(("family", "seed"), [*FEW, *(pytest.param(*book, marks=pytest.mark.long) for book in MANY)])
def test_clean_figures_in_a_layout_give_no_error_and_none_is_bound_wrong(pipeline, family, seed):
    book = book_of(family, seed)
    read = ran(pipeline, book.data)
    found, truth = judged(pipeline, book, read.submission)
    assert found.wrong == []
    assert len(found.right & truth) >= LEAST[family] * len(truth)
    twin = render(book.unit, plain_form(book.draw))
    clean = checked(pipeline, twin.data)
    if not errors(clean):
        assert errors(read.outcome) == []
        assert broken(read.outcome, book) <= broken(clean, twin)


@pytest.mark.parametrize("layout", SINGLES, ids=lambda layout: repr(layout)[:60])
def test_every_habit_alone_is_read_whole(pipeline, layout):
    book = render(unit_for(layout, 3), layout)
    read = ran(pipeline, book.data)
    found, truth = judged(pipeline, book, read.submission)
    assert found.wrong == []
    assert truth - found.right - found.doubtful == set()
    assert errors(read.outcome) == []


def injected(family: str, kind: str):
    """The first unit from seed 50 on that has figures for this kind of mistake, in a layout of the family."""
    for seed in range(50, 90):
        layout = draw(family, seed)
        unit, plain = unit_for(layout, seed), plain_form(layout)
        printed = set(render(unit, layout).marks.values()) & set(render(unit, plain).marks.values())
        wrong = inject.inject(unit, kind, seed, printed)
        if wrong is not None:
            return unit, layout, wrong
    raise AssertionError(kind)


@pytest.mark.parametrize(("kind", "family"), MISTAKES)
def test_a_wrong_figure_is_found_in_a_layout_as_in_the_official_form(pipeline, family, kind):
    unit, layout, wrong = injected(family, kind)
    plain = plain_form(layout)
    before = errors(checked(pipeline, render(unit, layout).data))
    assert before == []
    if errors(checked(pipeline, render(wrong.unit, plain).data)):
        assert errors(checked(pipeline, render(wrong.unit, layout).data))


def test_the_official_form_is_read_the_exact_way(pipeline):
    book = render(unit_for(OFFICIAL, 1), OFFICIAL)
    claims = list(facts(pipeline.read(book.data), "x.xlsx", pipeline.library.vocabulary))
    assert {c["grade"] for c in claims} == {"certain"}


def test_reading_one_workbook_leaves_nothing_behind_for_the_next(pipeline):
    """Numbers and names that one workbook prints never turn up in what is said of another."""
    fresh = [
        [str(f) for f in checked(Pipeline(), book_of(family, 90).data).remarks]
        for family in ("wild", "renamed40", "near")
    ]
    for family, alone in zip(("wild", "renamed40", "near"), fresh, strict=True):
        assert [str(f) for f in checked(pipeline, book_of(family, 90).data).remarks] == alone
