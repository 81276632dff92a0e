"""Whatever a task does to its process, the others are answered, in order."""

from __future__ import annotations

import os
import resource
import signal
import time
from pathlib import Path

import pytest

from xlcheck.workers import Limits, Lost, Wait, Workers, short_of_memory

QUICK = Limits(seconds=3.0, megabytes=400)  # for what never ends
PATIENT = Limits(seconds=60.0, megabytes=400)  # where the time is not what is tested: this machine may be busy
GRAZED: list[int] = []


def work(task):
    what, number = task
    if what == "hang":
        while True:
            pass
    if what == "sleep":
        time.sleep(60)
    if what == "eat":
        return len([bytearray(10_000_000) for _ in range(1_000)])
    if what == "graze":
        return len(bytearray(220_000_000)) * 0
    if what == "odd" and short_of_memory():  # an error that may come of too little memory
        raise MemoryError
    if what == "once":  # dies of what was done in this process before
        if GRAZED:
            os._exit(7)
        GRAZED.append(number)
    if what == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    if what == "leave":
        os._exit(7)
    if what == "slow":
        time.sleep(0.05)
    if what == "pid":
        return os.getpid()
    return number * 2


def answers(tasks, jobs=2, limits=PATIENT):
    return list(Workers(work, jobs, limits).run(tasks))


@pytest.mark.parametrize("jobs", [1, 2, 5])
def test_answers_come_in_the_order_of_the_tasks(jobs):
    tasks = [("slow" if n % 3 == 0 else "", n) for n in range(40)]
    assert answers(tasks, jobs) == [2 * n for n in range(40)]


@pytest.mark.parametrize(
    ("what", "why"), [("hang", "time"), ("sleep", "time"), ("eat", "memory"), ("die", "died"), ("leave", "died")]
)
def test_one_lost_task_is_one_lost_task(what, why):
    tasks = [("", 0), (what, 1), *(("", n) for n in range(2, 20))]
    found = answers(tasks, limits=QUICK if why == "time" else PATIENT)
    assert isinstance(found[1], Lost)
    assert found[1].why == why
    assert found[:1] + found[2:] == [0, *range(4, 40, 2)]


def test_a_hungry_neighbour_is_not_held_against_the_next_task():
    assert answers([("graze", 0), ("odd", 21), ("odd", 22)], jobs=1, limits=PATIENT) == [0, 42, 44]


def test_a_task_that_dies_in_a_used_worker_is_done_again_in_a_fresh_one():
    assert answers([("once", n) for n in range(4)], jobs=1, limits=PATIENT) == [0, 2, 4, 6]


def test_how_a_worker_died_is_told():
    assert answers([("die", 0), ("leave", 0)]) == [Lost("died", "信号 SIGKILL"), Lost("died", "退出码 7")]


def test_only_bad_tasks_and_nothing_but():
    found = answers([("die", n) for n in range(7)])
    assert {f.why for f in found} == {"died"}
    assert len(found) == 7


def test_processor_time_counts_from_the_task_not_from_the_birth_of_the_worker():
    def left(_task):
        before = time.process_time()
        while time.process_time() < before + 0.4:
            pass
        return resource.getrlimit(resource.RLIMIT_CPU)[0] - before

    found = list(Workers(left, 1, PATIENT).run(range(4)))
    assert all(PATIENT.seconds <= seconds <= PATIENT.seconds + 2 for seconds in found), found


def test_an_exception_of_the_work_is_raised_here():
    def broken(task):
        if task == 3:
            raise ZeroDivisionError("third")
        return task

    with pytest.raises(ZeroDivisionError, match="third"):
        list(Workers(broken, 2).run(range(6)))


def test_workers_are_really_several_and_none_is_left():
    workers = Workers(work, 2, QUICK)
    pids = set(workers.run([("pid", 0), ("sleep", 1), ("pid", 2), ("pid", 3)]))
    pids = {p for p in pids if isinstance(p, int)}
    assert os.getpid() not in pids
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_what_is_not_collected_is_stopped():
    running = Workers(work, 2, Limits(seconds=30)).run([("", 1), ("sleep", 2), ("sleep", 3)])
    assert next(running) == 2
    start = time.monotonic()
    running.close()
    assert time.monotonic() - start < 10


def test_answers_that_wait_for_an_earlier_one_are_few():
    """The first task is slow: later ones are not all done and held meanwhile."""
    drawn = []

    def tasks():
        for n in range(2_000):
            drawn.append(n)
            yield ("sleep" if n == 0 else "", n)

    found = Workers(work, 2, QUICK).run(tasks())
    assert next(found) == Lost("time")
    assert len(drawn) < 200
    assert list(found) == [2 * n for n in range(1, 2_000)]


@pytest.mark.parametrize("jobs", [1, 2])
def test_workers_end_when_their_parent_is_killed(jobs, tmp_path):
    """They hold copies of its pipes and files: one that stayed would wait for ever, and keep what the parent had locked."""
    told = tmp_path / "pids"
    parent = os.fork()
    if parent == 0:
        with told.open("w", encoding="ascii") as file:
            for n, pid in enumerate(Workers(work, jobs, QUICK).run([("pid", n) for n in range(20)])):
                file.write(f"{pid}\n")
                file.flush()
                if n == 8:
                    time.sleep(60)
        os._exit(0)
    until = time.monotonic() + 10
    while (not told.exists() or len(told.read_text(encoding="ascii").split()) < 8) and time.monotonic() < until:
        time.sleep(0.01)
    os.kill(parent, signal.SIGKILL)
    os.waitpid(parent, 0)
    pids = {int(p) for p in told.read_text(encoding="ascii").split()}
    assert pids
    while any(_runs(p) for p in pids) and time.monotonic() < until:
        time.sleep(0.01)
    left = [p for p in pids if _runs(p)]
    for pid in left:
        os.kill(pid, signal.SIGKILL)
    assert not left


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[0] not in "ZX"
    except FileNotFoundError:
        return False


# --- work that asks -------------------------------------------------------------------------------------


def asking(task):
    reply = yield task * 10
    again = yield reply + 1
    return task, reply, again


def test_work_that_asks_is_sent_the_replies_of_the_parent():
    asked = []

    def replies(number, question):
        asked.append((number, question))
        return question + number

    found = list(Workers(asking, 1, PATIENT, replies).run([5, 6]))
    assert found == [(5, 50, 51), (6, 61, 63)]
    assert asked == [(0, 50), (0, 51), (1, 60), (1, 62)]


@pytest.mark.parametrize("jobs", [1, 2, 4])
def test_a_question_waits_until_the_tasks_before_it_have_been_taken(jobs):
    taken = []

    def replies(number, question):
        return Wait() if len(taken) < number else question

    running = Workers(asking, jobs, PATIENT, replies).run(range(12))
    while (answer := next(running, None)) is not None:
        taken.append(answer)
    assert taken == [(n, 10 * n, 10 * n + 1) for n in range(12)]


def test_waiting_for_a_reply_costs_a_task_no_time():
    started = time.monotonic()
    limits = Limits(seconds=3.0, megabytes=400)

    def replies(number, question):
        waits = number == 1 and time.monotonic() < started + 4.5
        return Wait() if waits else question

    def slowly(task):
        reply = yield task
        if task == 0:
            for _ in range(4):
                time.sleep(1.0)
                reply = yield task
        return reply

    assert list(Workers(slowly, 2, limits, replies).run([0, 1])) == [0, 1]


@pytest.mark.parametrize("what", ["die", "eat"])
def test_one_that_is_lost_after_it_was_replied_to_is_one_lost_task(what):
    def asks(task):
        yield task
        return work(task)

    found = list(Workers(asks, 2, PATIENT, lambda _, question: question).run([("", 1), (what, 2), ("", 3)]))
    assert found[0] == 2
    assert isinstance(found[1], Lost)
    assert found[2] == 6
