"""They are run by ``make test-desktop`` alone: bundles are built first."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1] / "tests"), str(HERE.parents[1] / "src")]

from trying import TIMES  # noqa: E402


@pytest.fixture
def times() -> list[str]:
    """Lines for the end of the run: how long things took here."""
    return TIMES


def pytest_terminal_summary(terminalreporter) -> None:
    terminalreporter.section("times on this machine")
    for line in TIMES:
        terminalreporter.line(line)
