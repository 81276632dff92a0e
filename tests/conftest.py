"""Shared by all tests: compiled mappings cached once a run, the form, the samples."""

from __future__ import annotations

import contextlib
import gc
import itertools
import os
import shutil
import sys
import tempfile
from collections.abc import Generator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tools")]
os.environ.setdefault("XLCHECK_CACHE", str(Path(tempfile.gettempdir()) / f"xlcheck-tests-{os.getuid()}"))

from support import quickmerges  # noqa: E402
from support.effort import SHARE  # noqa: E402
from xlcheck.form import SetSpec  # noqa: E402
from xlcheck.mapping.library import Library  # noqa: E402
from xlcheck.model import Submission  # noqa: E402
from xlcheck.pipeline import Pipeline  # noqa: E402

quickmerges.use()


@pytest.fixture(scope="session")
def form() -> SetSpec:
    return Library().load("shanxi-2023")


@pytest.fixture
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache with what the usual one has, for tests with other mappings: a set that is stored takes its older forms away."""
    folder = tmp_path / "own-cache"
    shutil.copytree(os.environ["XLCHECK_CACHE"], folder, copy_function=_copied)
    monkeypatch.setenv("XLCHECK_CACHE", str(folder))
    return folder


def _copied(source: str, target: str) -> None:
    """One file, if it is still there: other processes store sets meanwhile."""
    with contextlib.suppress(FileNotFoundError):
        shutil.copyfile(source, target)


@pytest.fixture(scope="session")
def pipeline() -> Pipeline:
    return Pipeline()


@pytest.fixture(scope="session")
def sample() -> bytes:
    return (ROOT / "samples" / "tunliu_2023.xlsx").read_bytes()


@pytest.fixture(scope="session")
def sample_submission(pipeline: Pipeline, sample: bytes) -> Submission:
    return pipeline.read(sample)


def pytest_collection_finish(session: pytest.Session) -> None:
    """The tests themselves are no garbage: hundreds of thousands of objects that need not be looked through again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


# What takes long for its own sake: fuzzing, kills at every step, oracles over hundreds of mistakes, thousands of rows, a
# cluster, a browser, every rule or document in another office program. `make test-long`.
LONG = (
    "tests/faults/", "tests/test_fuzz.py", "tests/checking/causes/", "tests/checking/test_causes.py", "tests/checking/test_large.py",
    "tests/checking/test_excel_in_libreoffice.py", "tests/reading/test_hostile.py", "tests/delivery/test_smtp_faults.py",
    "tests/delivery/test_fetch.py::test_killed", "tests/narrative/test_drafts.py::test_a_text_of_ours",
    "tests/documents/test_other_documents.py::test_other_word", "tests/writing/test_live_examples.py", "tests/writing/test_live_office.py",
    "tests/writing/test_unmark_saved.py", "tests/writing/test_keep_layout_alone.py", "tests/writing/test_html_browser.py",
    "tests/desktop/test_page_browser.py", "tests/desktop/test_demo.py", "tests/test_corruption.py",
    "tests/office/test_drawn_heads.py::test_ten_thousand", "tests/bulk/test_bulk.py::test_a_run_that_is_killed", "tests/engines/test_cluster.py",
)  # fmt: skip
LONG_ON_A_CLUSTER = ("tests/bulk/", "tests/engines/", "tests/test_storage.py")  # the same on Dask: "dask" in the name
# What says within a minute whether a change broke something: every room by its fastest tests. `make quick`.
QUICK = (
    "tests/test_architecture.py", "tests/test_labels.py", "tests/test_pipeline.py", "tests/report/", "tests/formula/", "tests/ledger/",
    "tests/office/", "tests/overview/test_standing.py", "tests/mapping/test_mapping_", "tests/binding/test_field.py", "tests/binding/test_titles.py",
    "tests/checking/test_verdicts.py", "tests/checking/test_scales.py", "tests/reading/test_binding.py", "tests/reading/test_amounts.py",
    "tests/reading/test_heads.py", "tests/reading/test_returned.py", "tests/writing/test_marked.py", "tests/writing/test_formats_of_a_run.py", "tests/delivery/test_stability.py",
    "tests/test_samples.py",
)  # fmt: skip
# Those that fork a process hundreds of times come first: a young test process is small and forks quickly.
FORKING = ("test_fuzz", "faults/")
# Then the longest, so that at the end of a run no process waits for another; each module in one process, for its cluster,
# server or browser is started once.
LONGEST = (
    "bulk/test_bulk", "test_storage", "engines/", "test_emptiness", "test_drawn_forms", "desktop/",
    "test_roster_edits", "test_keep_layout", "test_docs", "test_cli_previous", "test_watching",
)  # fmt: skip


MOST_OF_A_MODULE = 6  # long tests, where a share of them is drawn


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> Generator[None]:
    """Mark the long and the quick ones; order those that are left, in every process: xdist gives each a run of neighbours."""
    for item in items:
        place = item.nodeid if item.nodeid.startswith("tests/") else f"tests/{item.nodeid}"
        if place.startswith(LONG) or (place.startswith(LONG_ON_A_CLUSTER) and "dask" in place):
            item.add_marker(pytest.mark.long)
        elif place.startswith(QUICK):
            item.add_marker(pytest.mark.quick)
    yield
    items[:] = _share_of_long(items)
    items[:] = _ordered(items, getattr(config, "workerinput", {}).get("workercount", 1))


def _share_of_long(items: list[pytest.Item]) -> list[pytest.Item]:
    """Of many long tests of one module a few, spread over it, where only a share is to be drawn; faults are all tried."""
    if SHARE >= 1:
        return items
    kept: list[pytest.Item] = []
    for path, group in itertools.groupby(items, key=lambda item: item.path):
        tests = list(group)
        several = len(tests) > MOST_OF_A_MODULE and all(t.get_closest_marker("long") for t in tests)
        step = -(-len(tests) // MOST_OF_A_MODULE) if several and path.parent.name != "faults" else 1
        kept += tests[::step]
    return kept


def _ordered(items: list[pytest.Item], count: int) -> list[pytest.Item]:
    """The heavy ones first in the run of each of ``count`` processes."""
    forking, longest, light = [], [], []
    for item in items:
        kinds = ((forking, FORKING), (longest, LONGEST))
        next((kind for kind, words in kinds if any(word in item.nodeid for word in words)), light).append(item)
    modules = [list(group) for _, group in itertools.groupby(longest, key=lambda item: item.path)]
    heavy = [[*forking[i::count], *itertools.chain(*modules[i::count])] for i in range(count)]
    runs = []
    for i, own in enumerate(heavy):
        left = -(-(len(items) - len(runs)) // (count - i)) - len(own)  # neighbours are cut into runs of one length
        runs += own + light[: max(left, 0)]
        light = light[max(left, 0) :]
    return runs + light
