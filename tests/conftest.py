"""Shared by all tests: compiled mappings cached once a run, the form, the samples."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tools")]
os.environ.setdefault("XLCHECK_CACHE", str(Path(tempfile.gettempdir()) / f"xlcheck-tests-{os.getuid()}"))

from xlcheck.form import SetSpec  # noqa: E402
from xlcheck.mapping.library import Library  # noqa: E402
from xlcheck.model import Submission  # noqa: E402
from xlcheck.pipeline import Pipeline  # noqa: E402


@pytest.fixture(scope="session")
def form() -> SetSpec:
    return Library().load("shanxi-2023")


@pytest.fixture(scope="session")
def pipeline() -> Pipeline:
    return Pipeline()


@pytest.fixture(scope="session")
def sample() -> bytes:
    return (ROOT / "samples" / "tunliu_2023.xlsx").read_bytes()


@pytest.fixture(scope="session")
def sample_submission(pipeline: Pipeline, sample: bytes) -> Submission:
    return pipeline.read(sample)


# Long ones, and those that fork a process hundreds of times: a young test process is small and forks quickly.
FIRST = ("test_fuzz", "faults/")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The heavy ones first, in every process: xdist gives each a run of neighbours to begin with."""
    heavy = [item for item in items if any(word in item.nodeid for word in FIRST)]
    light = [item for item in items if not any(word in item.nodeid for word in FIRST)]
    count = getattr(config, "workerinput", {}).get("workercount", 1)
    share = -(-len(light) // count)
    items[:] = [item for i in range(count) for item in heavy[i::count] + light[i * share : (i + 1) * share]]
