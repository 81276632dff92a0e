"""Bad files by name and mutants by the thousand: each ends as a report or a refusal, in time and in memory.

A crash that the pipeline catches has the code ``fault``; a process that dies, the code ``crashed``. Neither may be.
``XLCHECK_FUZZ`` changes the number of mutants of a run, ``XLCHECK_FUZZ_SEED`` their seed.
"""

from __future__ import annotations

import itertools
import os
import resource
from pathlib import Path
from typing import NamedTuple

import pytest

from support.badfiles import good_foreign, makers
from support.badfiles.build import raw
from support.mutate import mutants
from xlcheck.pipeline import Pipeline
from xlcheck.workers import Limits, Lost, Workers

SAMPLES = Path(__file__).parents[1] / "samples"
MUTANTS = int(os.environ.get("XLCHECK_FUZZ", "10000"))
SEED = int(os.environ.get("XLCHECK_FUZZ_SEED", "20231123"))
LIMITS = Limits(seconds=10, megabytes=512)
CHUNKS = 4


class Ended(NamedTuple):
    name: str
    how: str
    message: str
    megabytes: float


@pytest.fixture(scope="module")
def work():
    pipeline = Pipeline()
    assert pipeline.forms

    def check(task: tuple[str, bytes]) -> Ended:
        name, data = task
        before = hash(data)
        checked, _ = pipeline.run(data, name, mark=True)
        assert hash(data) == before
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        refusal = checked.refusal
        return Ended(name, refusal.code if refusal else "checked", refusal.message if refusal else "", peak)

    return check


def run(work, tasks):
    """How each ended; a task without an answer by what became of its process."""
    names = []

    def named():
        for name, data in tasks:
            names.append(name)
            yield name, data

    answers = Workers(work, 1, LIMITS).run(named())
    for number, answer in enumerate(answers):
        yield Ended(names[number], answer.why, answer.detail, 0) if isinstance(answer, Lost) else answer


def test_there_are_hundreds_of_bad_files_each_another():
    assert len(makers()) >= 300


@pytest.mark.parametrize("room", sorted({name.partition("/")[0] for name in makers()}))
def test_every_bad_file_ends_as_a_report_or_a_refusal(work, room):
    tasks = ((name, raw(make)) for name, make in makers().items() if name.startswith(f"{room}/"))
    ended = list(run(work, tasks))
    assert [e for e in ended if e.how in ("fault", "died")] == []
    for e in ended:
        assert e.how in ("checked", "memory", "time") or e.message.endswith(("。", "”", "……")), e


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_every_mutant_ends_as_a_report_or_a_refusal(work, chunk):
    names = ("tunliu_2023_transposed", "tunliu_2023_text", "putuo_shiquan_2025")
    bases = [(SAMPLES / f"{name}.xlsx").read_bytes() for name in names] + list(good_foreign().values())
    found = itertools.islice(mutants(bases, SEED + chunk), MUTANTS // CHUNKS)
    ended = list(run(work, found))
    assert len(ended) == MUTANTS // CHUNKS
    assert [e for e in ended if e.how in ("fault", "died")] == []
    assert sum(e.how in ("time", "memory") for e in ended) < 20
    assert sum(e.how == "checked" for e in ended) > MUTANTS // CHUNKS // 4  # mutants are near enough to be read
