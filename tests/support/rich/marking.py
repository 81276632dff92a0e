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
    checked = PIPELINE.run(rich(name), "x.xlsx", mark=True)
    copy = checked.marked
    assert checked.report.refusal is None
    assert checked.submission is not None
    assert checked.outcome is not None
    assert checked.report.findings
    assert copy is not None
    package = Package(copy)
    (listed,) = (package.read(part.name) for part in package.parts.values() if "xlcheckResult" in part.name)
    assert "按其中的数值重新生成" not in listed.decode()
    return copy


@cache
def pair(name: str) -> Pair:
    """A variant and its marked copy."""
    return Pair(Package(rich(name)), Package(marked(name)))
