"""Faults are counted step by step: what the program writes once in its life must have been written before."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from xlcheck.mapping.library import Library


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A cache of compiled mappings of these tests' own, filled: tests beside them write and clear the user's."""
    before = os.environ.get("XLCHECK_CACHE")
    os.environ["XLCHECK_CACHE"] = str(tmp_path_factory.mktemp("cache"))
    library = Library()
    for name in library.ids():
        library.load(name)
        library.profile(name)
    _ = library.vocabulary, library.score_sheets
    yield
    if before is None:
        del os.environ["XLCHECK_CACHE"]
    else:
        os.environ["XLCHECK_CACHE"] = before
