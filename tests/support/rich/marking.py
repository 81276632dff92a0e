"""Marked copies of the rich workbooks, made once a run."""

from __future__ import annotations

from functools import cache

from support.rich import rich
from support.rich.taking import Pair
from xlcheck.pipeline import Pipeline
from xlcheck.reading.package import Package

PIPELINE = Pipeline()


@cache
def marked(name: str) -> bytes:
    """The marked copy of a variant, made from its own package."""
    checked, copy = PIPELINE.run(rich(name), "x.xlsx", mark=True)
    assert checked.refusal is None
    assert checked.submission is not None
    assert checked.outcome is not None
    assert not checked.submission.rebuilt_from
    assert checked.outcome.findings
    assert copy is not None
    return copy


@cache
def pair(name: str) -> Pair:
    """A variant and its marked copy."""
    return Pair(Package(rich(name)), Package(marked(name)))
