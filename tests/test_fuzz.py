"""Bad files by name and mutants by the thousand: each ends as a report or a refusal, in time and in memory.

A crash that the pipeline catches has the code ``fault``; a process that dies, the code ``crashed``. Neither may be.
``XLCHECK_FUZZ`` changes the number of mutants of a run, ``XLCHECK_FUZZ_SEED`` their seed.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from support.badfiles import makers
from support.effort import drawn
from support.fuzzing import Ended, of_room

MUTANTS = drawn(5_000, "XLCHECK_FUZZ", 500)
SEED = int(os.environ.get("XLCHECK_FUZZ_SEED", "20231123"))
CHUNKS = 8
LOST = ("timeout", "out_of_memory")


def run(*arguments: str) -> list[Ended]:
    """What ``support.fuzzing`` printed."""
    here = Path(__file__).parent
    command = [sys.executable, "-m", "support.fuzzing", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(here)}
    done = subprocess.run(command, cwd=here, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return [Ended(*json.loads(line)) for line in done.stdout.splitlines()]


def test_there_are_hundreds_of_bad_files_each_another():
    assert len(makers()) >= 300


@pytest.mark.parametrize("room", sorted({name.partition("/")[0] for name in makers()}))
def test_every_bad_file_ends_as_a_report_or_a_refusal(room):
    ended = run("room", room)
    assert [e.name for e in ended] == of_room(room)
    assert [e for e in ended if e.how in ("fault", "crashed") or not e.same] == []
    for e in ended:
        assert e.marked == (e.how == "checked"), e
        assert e.how == "checked" or e.message.endswith(("。", "”", "……")), e


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_every_mutant_ends_as_a_report_or_a_refusal(chunk):
    ended = run("read" if chunk else "marked", str(SEED + chunk), str(MUTANTS // CHUNKS))
    assert len(ended) == MUTANTS // CHUNKS
    assert [e for e in ended if e.how in ("fault", "crashed") or not e.same or not e.sound] == []
    assert sum(e.how in LOST for e in ended) < 10
    assert sum(e.how == "checked" for e in ended) > MUTANTS // CHUNKS // 4  # mutants are near enough to be read


@pytest.mark.parametrize("chunk", range(2))
def test_names_and_namespaces_of_every_kind_can_be_marked(chunk):
    """Twins, forbidden and reserved names of sheets, namespaces and prefixes with signs that mean something in XML."""
    ended = run("names", str(SEED + chunk), str(MUTANTS // CHUNKS))
    assert len(ended) == MUTANTS // CHUNKS
    assert [e for e in ended if e.how in ("fault", "crashed", *LOST) or not e.same or not e.sound] == []
    assert [e for e in ended if e.marked is not (e.how == "checked")] == []
    assert sum(e.how == "checked" for e in ended) > MUTANTS // CHUNKS // 2
    for e in ended:
        assert e.how == "checked" or e.message.endswith(("。", "”", "……")), e
