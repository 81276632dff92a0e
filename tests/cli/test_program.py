"""The runs of these tests, born of a process that has everything loaded, end as one that is started anew."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from support.places import SAMPLES


@pytest.mark.parametrize(
    "words",
    [
        ("check", "错误.xlsx", "--format", "json"),
        ("check", "-", "--fail-on", "never"),
        ("check",),
        ("chekc",),
        ("--version",),
        ("fill", "--help"),
        ("rules", "none"),
    ],
    ids=" ".join,
)
def test_a_run_ends_as_one_that_is_started_anew(run, environment, inbox, words):
    given = (SAMPLES / "tunliu_2023_text.xlsx").read_bytes() if "-" in words else b""
    done = run(*words, stdin=given, here=inbox)
    anew = subprocess.run(
        [sys.executable, "-m", "xlcheck", *words],
        input=given, capture_output=True, cwd=inbox, env=environment, check=False,
    )  # fmt: skip
    assert (done.code, done.out, done.err) == (anew.returncode, anew.stdout.decode(), anew.stderr.decode())


def test_runs_have_nothing_of_each_other(run, inbox):
    first = run("check", "好.xlsx", here=inbox, XLCHECK_MAPPINGS="none")
    assert first.code != 0
    for _ in range(2):
        assert run("check", "好.xlsx", here=inbox).code == 0
    assert "XLCHECK_MAPPINGS" not in os.environ
