"""The generator of layouts itself: clean units, cells that are what the truth says, the same book for the same seed."""

from __future__ import annotations

import io

import openpyxl
import pytest

from support.layouts import inject, reports
from support.layouts.draws import DIMENSIONS, FAMILIES, OFFICIAL, draw, singles
from support.layouts.render import book, plain_form, render, unit_for
from support.layouts.units import KINDS, make_unit, relations
from support.layouts.words import KNOWN, OTHERS


@pytest.mark.parametrize("kind", KINDS)
def test_every_relation_of_a_unit_holds_to_the_cent(kind):
    for seed in range(6):
        unit = make_unit(seed, kind)
        assert [(what, a, b) for what, a, b in relations(unit) if a != b] == []
        assert len(unit.facts) > 60


def test_the_kinds_differ_in_what_they_hold():
    units = {kind: [make_unit(s, kind) for s in range(8)] for kind in KINDS}
    fund, soe = "政府性基金预算财政拨款收入支出决算表", "国有资本经营预算财政拨款支出决算表"
    assert all(u.empty(fund) and u.empty(soe) for u in units["fiscal"])
    assert not any(u.empty(fund) for u in units["funds"])
    assert any(not u.empty(soe) for u in units["all"])
    assert all(min(u.facts.values()) < 0 for u in units["negative"])
    assert all(max(u.facts.values()) < 1_000_000 for u in units["tiny"])
    assert all(len(u.codes["支出决算表"]) >= 40 for u in units["large"])
    assert any(k[3] == "经营支出" for u in units["nonfiscal"] for k in u.facts)


def test_a_unit_spends_nothing_where_its_form_has_no_row():
    for seed in range(0, 40, 3):
        unit = make_unit(seed, "all", 2017, ("223", "224"))
        assert not any(c.startswith(("223", "224")) for codes in unit.codes.values() for c in codes)


def read_back(made):
    workbook = openpyxl.load_workbook(io.BytesIO(made.data))
    return {(ws.title, c.coordinate): c.value for ws in workbook for row in ws.iter_rows() for c in row}


def figure(value):
    return float(value.replace(",", "")) if isinstance(value, str) else value


@pytest.mark.parametrize("family", FAMILIES)
def test_the_cells_hold_what_the_truth_says(family):
    for seed in range(5):
        made = book(family, seed)
        cells = read_back(made)
        records = list(made.truth())
        assert len(records) > 40
        for record in records:
            assert figure(cells[record["sheet"], record["cell"]]) == pytest.approx(record["value"], abs=1e-9), made.draw
        marked = {(r["sheet"], r["cell"]) for r in records}
        assert len(marked) == len(records)


@pytest.mark.parametrize("step", [5, pytest.param(1, marks=pytest.mark.long)], ids=["some", "all"])
def test_every_habit_alone_prints_every_figure_that_it_can(step):
    for number, layout in list(enumerate(singles()))[::step]:
        made = render(unit_for(layout, number), layout)
        official = render(made.unit, plain_form(layout))
        missing = set(made.facts) & set(official.marks.values()) - set(made.marks.values())
        words = layout["total"] == "words" or layout["form"] == "2017" or layout["order"] in ("yunnan", "neimenggu")
        kept = {k for k in missing if not (words or (layout["of_which"] == "none" and "·" in k[2]))}
        assert kept == set(), (layout, sorted(kept)[:3])


def test_the_same_seed_gives_the_same_book():
    for family in FAMILIES:
        first, again, other = book(family, 11), book(family, 11), book(family, 12)
        assert first.sheets == again.sheets
        assert first.truth_lines() == again.truth_lines()
        assert first.sheets != other.sheets


def test_draws_are_readable_and_reach_every_value():
    assert repr(OFFICIAL) == "<official 0: official>"
    assert (
        repr(OFFICIAL.but(codes="split_numbers", public="pairs")) == "<official 0: codes=split_numbers, public=pairs>"
    )
    assert repr(draw("renamed40", 1)).startswith("<renamed40 1: renamed 40%, ")
    seen = {(k, v) for seed in range(400) for family in FAMILIES for k, v in draw(family, seed).habits}
    every = {(k, v) for k, levels in DIMENSIONS.items() for level in levels for v in level if v != levels[0][0]}
    assert every - seen == set()


def test_the_other_author_uses_words_of_no_form():
    known = {w for words in KNOWN.values() for w in words} | {k.rpartition(".")[2] for k in KNOWN}
    assert not {w for words in OTHERS.values() for w in words} & known
    shares = []
    for seed in range(30):
        layout = draw("renamed40", seed)
        heads = {
            v
            for cells in render(unit_for(layout, seed), layout).sheets.values()
            for v in cells.values()
            if isinstance(v, str)
        }
        others = {w for words in OTHERS.values() for w in words}
        shares.append(sum(any(o in h for o in others) for h in heads) > 5)
    assert all(shares)


@pytest.mark.parametrize("kind", inject.KINDS)
def test_a_wrong_figure_breaks_a_relation_and_changes_nothing_else(kind):
    made = 0
    for seed in range(12):
        unit = make_unit(seed, KINDS[seed % len(KINDS)])
        wrong = inject.inject(unit, kind, seed, set(render(unit).marks.values()))
        if wrong is None:
            continue
        made += 1
        changed = {k for k in {*unit.facts, *wrong.unit.facts} if unit.facts.get(k) != wrong.unit.facts.get(k)}
        assert changed == set(wrong.keys)
        assert any(a != b for _, a, b in relations(wrong.unit)), wrong
    assert made >= 8


def test_the_same_wrong_figure_stands_in_every_layout():
    unit = make_unit(3, "nonfiscal")
    layout = OFFICIAL.but(codes="split_numbers", two_sided="stacked", public="transposed", total="last")
    wrong = inject.inject(unit, "transposed", 5, set(render(unit).marks.values()))
    (key,) = wrong.keys
    for form in (OFFICIAL, layout):
        clean, spoilt = render(unit, form), render(wrong.unit, form)
        assert clean.marks == spoilt.marks
        assert {k for s in clean.sheets for k in clean.sheets[s] if clean.sheets[s][k] != spoilt.sheets[s].get(k)} == {
            cell for (_, cell), mark in spoilt.marks.items() if mark == key
        }


@pytest.mark.parametrize("name", reports.names())
def test_published_reports_hold_up_to_rounding_and_their_known_errors(name):
    unit, known = reports.as_unit(name), reports.known_errors(name)
    off = [
        (f"{a / 100:.2f}", f"{b / 100:.2f}")
        for _, a, b in relations(unit)
        if abs(a - b) > 2 and unit.codes["支出决算表"]
    ]
    assert [pair for pair in off if set(pair) not in known] == []
    for layout in reports.HANDS.values():
        made = render(unit, layout)
        cells = read_back(made)
        assert all(figure(cells[r["sheet"], r["cell"]]) == pytest.approx(r["value"]) for r in made.truth())
