"""Every engine keeps the same promises, whatever a task does to its process."""

from __future__ import annotations

import os
import signal
import sys
import time

import pytest

from xlcheck.engines.choosing import running
from xlcheck.engines.chunks import chunked, pieces
from xlcheck.engines.executor import Chunk, Engine, engine
from xlcheck.engines.local import InProcess, Processes
from xlcheck.errors import MappingError, Mistake, Usage
from xlcheck.workers import Limits, Lost

PATIENT = Limits(60.0, 600)
HASTY = Limits(2.0, 600)


def work(task):
    """A task is what to do and a number."""
    what, number = task
    if what == "hang":
        time.sleep(600)
    if what == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    if what == "eat":
        return len([bytearray(10_000_000) for _ in range(1_000)])
    if what == "wrong":
        raise MappingError([Mistake("a.yaml", 1, 1, "错")])
    if what == "print":
        sys.stdout.write("x" * 10_000)
        sys.stdout.flush()
        os.write(1, b"y" * 10_000)
    if what == "large":
        return "z" * 3_000_000
    return number * 2


def summed(chunk, answers):
    return os.getpid(), len(chunk.tasks), sum(answer for answer in answers if not isinstance(answer, Lost))


@pytest.fixture(scope="module")
def cluster():
    with running(Engine("local", 2), 2) as executor:
        yield executor


@pytest.fixture(params=["here", "processes", "dask"])
def executor(request):
    if request.param == "dask":
        return request.getfixturevalue("cluster")
    return InProcess() if request.param == "here" else Processes(2)


@pytest.fixture(params=["processes", "dask"])
def guarding(request):
    """An executor that keeps tasks from each other."""
    return request.getfixturevalue("cluster") if request.param == "dask" else Processes(2)


@pytest.mark.parametrize("number", [0, 1, 7, 300])
def test_answers_come_in_the_order_of_the_tasks(executor, number):
    assert list(executor.run(work, [("", n) for n in range(number)], PATIENT)) == [2 * n for n in range(number)]


def test_rows_come_for_every_task_once(executor):
    chunks = list(chunked([("", n) for n in range(333)], executor.slots, 20))
    found = [done for done in executor.run_chunks(work, summed, chunks, PATIENT) if done is not None]
    assert sorted(done.chunk for done in found) == chunks
    assert sum(done.row[2] for done in found) == sum(2 * n for n in range(333))
    assert all(done.lost is None and done.row[1] == len(done.chunk.tasks) for done in found)


@pytest.mark.parametrize(("what", "why"), [("hang", "time"), ("die", "died"), ("eat", "memory")])
def test_one_lost_task_is_one_lost_task(guarding, what, why):
    tasks = [("", 0), ("", 1), (what, 2), *(("", n) for n in range(3, 12))]
    found = list(guarding.run(work, tasks, HASTY if why == "time" else PATIENT))
    assert found[2].why == why
    assert found[:2] + found[3:] == [2 * n for n in range(12) if n != 2]


def test_what_work_raises_is_raised_where_the_run_was_asked_for(executor):
    with pytest.raises(MappingError, match=r"a\.yaml:1:1"):
        list(executor.run(work, [("", 1), ("wrong", 2), ("", 3)], PATIENT))
    assert list(executor.run(work, [("", 1)], PATIENT)) == [2]  # and the next run is not spoiled


def test_what_a_task_prints_disturbs_nobody(guarding):
    assert list(guarding.run(work, [("print", n) for n in range(5)], PATIENT)) == [0, 2, 4, 6, 8]


def test_answers_may_be_large(guarding):
    assert [len(answer) for answer in guarding.run(work, [("large", n) for n in range(6)], PATIENT)] == [3_000_000] * 6


def test_tasks_are_drawn_as_they_are_needed(executor):
    drawn = []

    def tasks():
        for n in range(20_000):
            drawn.append(n)
            yield ("", n)

    answers = executor.run(work, tasks(), PATIENT)
    for _ in range(10):
        next(answers)
    assert len(drawn) < 1_000
    answers.close() if hasattr(answers, "close") else None


def test_chunks_are_drawn_as_they_are_needed(executor):
    drawn = []

    def chunks():
        for n in range(5_000):
            drawn.append(n)
            yield Chunk(10 * n, tuple(("", m) for m in range(10)))

    rows = executor.run_chunks(work, summed, chunks(), PATIENT)
    while next(rows) is None:
        pass
    assert len(drawn) <= 2 * executor.slots + 4
    rows.close()


# --- chunks -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("slots", [1, 2, 64])
@pytest.mark.parametrize("number", [0, 1, 10, 1_000, 20_000])
def test_chunks_hold_all_tasks_in_order_and_are_soon_large(number, slots):
    chunks = list(chunked(range(number), slots))
    assert [task for chunk in chunks for task in chunk.tasks] == list(range(number))
    assert all(chunk.first == chunk.tasks[0] for chunk in chunks)
    assert all(1 <= len(chunk.tasks) <= 100 for chunk in chunks)
    if number == 20_000:
        assert len(chunks) < 200 + 30 * slots
    if number == 10:
        assert len(chunks) >= 3  # two workers both have something to do


def test_pieces_of_a_lost_chunk_are_its_tasks():
    chunk = Chunk(40, tuple(range(40, 141)))
    found = list(pieces(chunk))
    assert [task for piece in found for task in piece.tasks] == list(chunk.tasks)
    assert all(piece.attempt == 1 and piece.first == piece.tasks[0] for piece in found)
    assert max(len(piece.tasks) for piece in found) <= 13


# --- names --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("processes", Engine()),
        ("dask://10.0.0.1:8786", Engine("tcp://10.0.0.1:8786")),
        ("dask://[fe80::1]:8786", Engine("tcp://[fe80::1]:8786")),
        ("dask://local", Engine("local")),
        ("dask://local?workers=3", Engine("local", 3)),
    ],
)
def test_an_engine_is_named(text, wanted):
    assert engine(text) == wanted


@pytest.mark.parametrize(
    "text",
    ["", "dask", "dask://", "ray://local", "dask://10.0.0.1", "dask://h:99999", "dask://local?workers=0", "dask://h:1/x",
     "dask://local?workers=", "dask://local?n=2", "dask://local?workers=二", "dask://h:1?workers=2", "threads"],
)  # fmt: skip
def test_what_names_no_engine_is_wrong_usage(text):
    with pytest.raises(Usage, match="engine"):
        engine(text)


def test_without_a_cluster_nothing_of_dask_is_imported(tmp_path):
    import subprocess
    import sys

    code = "import sys, xlcheck.cli.check, xlcheck.bulk.request; print([m for m in ('dask', 'distributed', 'fsspec', 'pyarrow') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
