"""Slips that a hand makes are recognised as what they are, whatever figure they happen to."""

from __future__ import annotations

import random
from functools import cache

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from units_with_mistakes import cell_at, model_of

from support.mistakes import SINGLES, amount_at, filled, single
from support.synthetic import clean_submission
from xlcheck.checking.causes.error_models import Written, candidates, error_model
from xlcheck.checking.causes.repairs import written
from xlcheck.mapping.library import Library
from xlcheck.model import Submission

_KIND = {"times_ten": "scale", "tenth": "scale", "yuan": "scale"}
_often = settings(
    derandomize=True, deadline=None, max_examples=40, database=None, suppress_health_check=[HealthCheck.filter_too_much]
)
_seeds = st.integers(0, 10**6)


@cache
def _clean(seed: int) -> Submission:
    return clean_submission(Library().load("shanxi-2023"), seed, "AB"[seed % 2], 4)


def _made(kind: str, seed: int) -> tuple[Written, int]:
    """What stands there after a slip, and the right figure in last digits."""
    draw = random.Random(seed)
    clean = _clean(seed % 3)
    spot = draw.choice([s for s in filled(clean) if amount_at(clean, s).figure])
    mistake = single(clean, spot, kind, draw)
    assume(mistake is not None)
    model = model_of(mistake.wrong)
    cell = cell_at(model, spot)
    ulp = model.ulp(cell) or 1_000_000
    there, right = written(model, cell, frozenset({cell})), mistake.right[spot] // ulp
    if there.figure is not None:
        whole = 10**there.decimals
        # with a point in it, 0.93 does not become 9.13 by one key more; zeros that a first digit leaves: see below
        assume(kind not in ("missing_digit", "extra_digit") or min(abs(there.figure), abs(right)) >= whole)
        assume(kind not in ("missing_digit", "wrong_digit") or len(str(abs(right))) - len(str(abs(there.figure))) < 2)
    return there, right


def _text(figure: int, decimals: int) -> str:
    return str(abs(figure)).rjust(decimals + 1, "0")


def _does(kind: str, there: Written, right: int) -> bool:
    """Whether this kind of slip turns the right figure into what is there: tried, not looked up."""
    if there.figure is None:
        return kind == "deleted"
    figure = there.figure
    a, b = _text(figure, there.decimals), _text(right, there.decimals)
    match kind:
        case "sign":
            return figure == -right
        case "copied":
            return figure in there.neighbours
        case "scale":
            return any(abs(big - small * 10**p) <= 10**p // 2
                       for big, small in ((figure, right), (right, figure)) for p in range(1, 7))  # fmt: skip
        case "wrong_digit":
            return any(b[:i] + d + b[i + 1 :] == a for i in range(len(b)) for d in "0123456789")
        case "transposition":
            return any(b[:i] + b[i + 1] + b[i] + b[i + 2 :] == a for i in range(len(b) - 1))
        case "missing_digit":
            return any(int("0" + b[:i] + b[i + 1 :]) == int(a) for i in range(len(b)))
        case "extra_digit":
            return any(a[:i] + a[i + 1 :] == b for i in range(len(a)))
        case "stale_total":
            return any(abs(right - figure) in map(abs, parts) for parts in there.parts)
    return False


@pytest.mark.parametrize("kind", SINGLES)
@given(seed=_seeds)
@_often
def test_a_slip_is_named_as_what_it_was_or_as_one_that_does_the_same(kind, seed):
    there, right = _made(kind, seed)
    found = error_model(there, right)
    assert 0 < found.chance <= 1
    named = _KIND.get(kind, kind)
    assert found.kind == named or _does(found.kind, there, right)


@pytest.mark.parametrize("kind", SINGLES)
@given(seed=_seeds, other=st.integers(1, 10**9))
@_often
def test_a_known_slip_is_likelier_than_an_unknown_one(kind, seed, other):
    there, right = _made(kind, seed)
    if kind == "deleted":  # every figure may have been deleted
        assert error_model(there, right).kind == "deleted"
        return
    # as long as the right figure, beside nothing: most are no slip
    size = 10 ** (max(len(str(abs(right))), 5) - 1)
    alone = there._replace(neighbours=(), parts=())
    sign = 1 if right > 0 else -1
    strangers = (error_model(alone, sign * (size + (other + 9973 * n) % (9 * size))) for n in range(200))
    unknown = next(s for s in strangers if s.kind == "unknown")
    assert error_model(there, right).chance > unknown.chance


@pytest.mark.parametrize("kind", [k for k in SINGLES if k not in ("deleted", "copied")])
@given(seed=_seeds)
@_often
def test_the_right_figure_is_among_the_candidates(kind, seed):
    there, right = _made(kind, seed)
    assume(kind != "tenth" or right % 10 == 0)  # a digit that was rounded away is gone
    found = candidates(there)
    assert right in found
    assert there.figure not in found


@given(figure=st.integers(-(10**9), 10**9), decimals=st.sampled_from((0, 2)), right=st.integers(-(10**9), 10**9),
       neighbours=st.lists(st.integers(1, 10**6), max_size=4), parts=st.lists(st.integers(1, 10**6), max_size=4))  # fmt: skip
@_often
def test_a_chance_is_a_chance_and_what_is_named_did_happen(figure, decimals, right, neighbours, parts):
    assume(figure != right)
    there = Written(figure, decimals, tuple(neighbours), (tuple(parts),))
    found = error_model(there, right)
    assert 0 < found.chance <= 1
    assert found.kind == "unknown" or _does(found.kind, there, right)


@given(parts=st.lists(st.integers(1, 10**6), min_size=2, max_size=6, unique=True), at=st.integers(0, 5), twice=st.booleans())  # fmt: skip
@_often
def test_a_part_left_out_of_a_sum_or_counted_twice_is_a_candidate_and_explains_it(parts, at, twice):
    part = parts[at % len(parts)]
    there = Written(sum(parts) + (part if twice else -part), 2, (), (tuple(parts),))
    found = error_model(there, sum(parts))
    assert sum(parts) in candidates(there)
    assert found.kind != "unknown"
    assert found.kind != "stale_total" or abs(found.part) == part


def test_a_missing_first_digit_takes_the_zeros_behind_it_along():
    """102.86 typed as 02.86."""
    there = Written(286, 2)
    assert error_model(there, 10286).kind == "missing_digit"
    assert 10286 in candidates(there)


def test_a_figure_ten_times_too_small_may_have_lost_its_last_digit():
    """338.37 typed as 33.84."""
    assert error_model(Written(3384, 2), 33837).kind == "scale"
    assert 33837 in candidates(Written(3384, 2))
