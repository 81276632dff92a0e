"""What a check loads: only what the workbook at hand needs, so that a small program starts quickly."""

from __future__ import annotations

import subprocess
import sys

import pytest

from support.places import SAMPLES

LIBRARIES = (
    "pydantic",
    "watchfiles",
    "jinja2",
    "openpyxl",
    "xlsxwriter",
    "lark",
    "yaml",
    "docx",
    "pypdfium2",
    "dask",
    "fsspec",
)
UNUSED = (
    "xlcheck.binding.byshape", "xlcheck.binding.codetable", "xlcheck.binding.kinds", "xlcheck.binding.items", "xlcheck.binding.sangong",
    "xlcheck.reading.marks.unmark", "xlcheck.reading.marks.removal", "xlcheck.checking.scoresheets.check", "xlcheck.narrative", "xlcheck.texts",
)  # fmt: skip
CAUSES = "xlcheck.checking.causes.find"


def loaded(sample: str) -> set[str]:
    """The modules of a process that has checked a sample without a worker."""
    code = (
        "import os, sys; os.environ['XLCHECK_DEBUG'] = '1'; from xlcheck.cli import cli\n"
        f"cli(['check', {str(SAMPLES / sample)!r}, '--fail-on', 'never'], standalone_mode=False)\n"
        "print('MODULES', *sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, encoding="utf-8")
    return set(run.stdout.rpartition("MODULES ")[2].split())


@pytest.fixture(scope="module")
def modules() -> dict[str, set[str]]:
    loaded("tunliu_2023.xlsx")  # compiles the sets, should nobody have done so yet
    return {name: loaded(name) for name in ("tunliu_2023.xlsx", "tunliu_2023_transposed.xlsx")}


def test_no_library_is_loaded_that_checking_a_workbook_does_not_need(modules):
    assert not [name for name in LIBRARIES if name in modules["tunliu_2023_transposed.xlsx"]]


def test_nothing_is_loaded_for_what_the_workbook_is_not(modules):
    assert not [name for name in UNUSED if name in modules["tunliu_2023_transposed.xlsx"]]


def test_the_search_for_causes_is_loaded_where_something_is_wrong(modules):
    assert CAUSES not in modules["tunliu_2023.xlsx"]
    assert CAUSES in modules["tunliu_2023_transposed.xlsx"]
