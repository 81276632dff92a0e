"""A Dask cluster that loses workers, has none, or is another version."""

from __future__ import annotations

import os
import signal
import socket
import time
from pathlib import Path

import pytest

from xlcheck.bulk.answered import Known
from xlcheck.bulk.work import BulkTask
from xlcheck.engines import cluster as module
from xlcheck.engines.choosing import running
from xlcheck.engines.chunks import chunked
from xlcheck.engines.cluster import Dask, own_cluster
from xlcheck.engines.executor import Chunk, Engine
from xlcheck.engines.node import packed, run_chunk
from xlcheck.errors import Fault
from xlcheck.intake import Intake
from xlcheck.workers import Limits, Lost

PATIENT = Limits(60.0, 600)


def parent_of(process: int) -> int:
    return int(Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[1])


def work(task):
    """A task is what to do, a number, and a file for those that do it once."""
    what, number, once = task
    helper = os.getppid()
    if what == "kill worker" or (what == "kill worker once" and not Path(once).exists()):
        if once:
            Path(once).touch()
        os.kill(parent_of(helper), signal.SIGKILL)
        time.sleep(60)
    if what == "kill helper" or (what == "kill helper once" and not Path(once).exists()):
        if once:
            Path(once).touch()
        os.kill(helper, signal.SIGKILL)
        time.sleep(60)
    return number


def tasks(what, once="", number=60, at=33):
    return [(what if n == at else "", n, str(once)) for n in range(number)]


@pytest.fixture(scope="module")
def cluster():
    with running(Engine("local", 2), 2) as executor:
        yield executor


def test_a_worker_that_is_killed_once_costs_nothing_but_time(cluster, tmp_path):
    found = list(cluster.run(work, tasks("kill worker once", tmp_path / "once"), PATIENT))
    assert (tmp_path / "once").exists()
    assert found == list(range(60))


def test_a_task_that_kills_its_worker_is_lost_with_a_reason_and_few_others_with_it(cluster):
    found = list(cluster.run(work, tasks("kill worker"), PATIENT))
    assert isinstance(found[33], Lost)
    assert found[33].why == "node"
    assert "2 次" in found[33].detail
    lost = [n for n, answer in enumerate(found) if isinstance(answer, Lost)]
    assert len(lost) < 10
    assert [answer for answer in found if not isinstance(answer, Lost)] == [n for n in range(60) if n not in lost]


def test_a_helper_that_is_killed_once_costs_nothing(cluster, tmp_path):
    assert list(cluster.run(work, tasks("kill helper once", tmp_path / "once"), PATIENT)) == list(range(60))
    assert (tmp_path / "once").exists()


def test_a_task_that_kills_its_helper_is_lost_alone(cluster):
    found = list(cluster.run(work, tasks("kill helper"), PATIENT))
    assert [n for n, answer in enumerate(found) if isinstance(answer, Lost)] == [33]
    assert found[33].why == "died"


def test_a_cluster_that_is_named_is_used_and_left_as_it_was():
    own = own_cluster(1)
    try:
        address = own.scheduler_address
        with running(Engine(address), 9) as executor:
            assert executor.slots == 1
            assert list(executor.run(work, tasks(""), PATIENT)) == list(range(60))
        assert own.scheduler.plugins.keys() >= set()
        assert not [name for name in own.scheduler.worker_plugins if name.startswith("xlcheck")]
        assert not own.scheduler.tasks
        assert len(own.scheduler.workers) == 1
    finally:
        own.close()


def test_at_most_two_chunks_a_thread_are_under_way(cluster):
    most = []

    def watched():
        for chunk in chunked(tasks("", number=3_000, at=-1), 2, 50):
            most.append(len(cluster._cluster.scheduler.tasks))
            yield chunk

    found = [done for done in cluster.run_chunks(work, counted, watched(), PATIENT) if done is not None]
    assert sum(done.row for done in found) == 3_000
    assert max(most) <= 2 * cluster.slots


def test_a_chunk_of_a_hundred_workbooks_travels_small():
    jobs = Intake(trusting=True)._job
    tasks = tuple(
        BulkTask(
            jobs(
                Path(f"/data/2023/某市某县{i:03d}/某单位{i:06d}.xlsx"),
                f"/data/2023/某市某县{i:03d}/某单位{i:06d}.xlsx",
                Path(f"某市某县{i:03d}/某单位{i:06d}.xlsx"),
            ),
            Known(),
        )
        for i in range(100)
    )
    assert len(packed(Chunk(0, tasks))) < 4_000


def counted(chunk, answers):
    return len(answers)


def test_nobody_at_the_address_is_said(monkeypatch):
    monkeypatch.setattr(module, "_CONNECT", 1)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(Fault, match=f"127.0.0.1:{port}"):
        Dask(Engine(f"tcp://127.0.0.1:{port}"), 1)


def test_a_cluster_without_workers_is_said(monkeypatch):
    monkeypatch.setattr(module, "_CONNECT", 1)
    own = own_cluster(1)
    try:
        own.scale(0)
        while own.scheduler.workers:
            time.sleep(0.05)
        with pytest.raises(Fault, match="节点"):
            Dask(Engine(own.scheduler_address), 1)
    finally:
        own.close()


def test_a_cluster_that_loses_all_workers_ends_the_run_with_a_reason(monkeypatch):
    monkeypatch.setattr(module, "_LONELY", 2)
    own = own_cluster(1)
    try:
        with running(Engine(own.scheduler_address), 1) as executor:
            running_tasks = executor.run(work, tasks("", number=100_000), PATIENT)
            assert next(running_tasks) == 0
            own.scale(0)
            with pytest.raises(Fault, match="没有一个计算节点"):
                list(running_tasks)
    finally:
        own.close()


def test_a_scheduler_that_ends_ends_the_run_with_a_reason():
    own = own_cluster(1)
    with running(Engine(own.scheduler_address), 1) as executor:
        running_tasks = executor.run(work, tasks("", number=100_000), PATIENT)
        assert next(running_tasks) == 0
        own.close()
        with pytest.raises(Fault, match=r"联系断了|没有一个计算节点"):
            list(running_tasks)


def test_a_cluster_of_our_own_gets_a_worker_for_one_that_was_given_up():
    with running(Engine("local", 1), 1) as executor:
        running_tasks = executor.run(work, tasks("", number=3_000, at=-1), PATIENT)
        assert next(running_tasks) == 0
        (nanny,) = executor._cluster.workers.values()
        executor._cluster.sync(nanny.close)
        assert list(running_tasks) == list(range(1, 3_000))


class Late:
    """A future whose result was lost with its worker, and is made anew once somebody has looked after the cluster."""

    def __init__(self):
        self.looked = 0

    def result(self, timeout):
        assert timeout
        if not self.looked:
            raise TimeoutError
        return "made anew"

    def release(self):
        """Nothing is held."""

    def looked_after(self):
        self.looked += 1
        return 1


def test_a_result_that_was_lost_with_its_worker_is_waited_for_while_the_cluster_is_looked_after():
    late = Late()
    dispatch = module._Dispatch(late, "run", lambda chunk: False)
    (done,) = dispatch._taken(module._InFlight(Chunk(0, ()), late))
    assert (done.row, late.looked) == ("made anew", 1)


def test_another_version_on_the_worker_is_said(cluster):
    with pytest.raises(Fault, match="同一个版本"):
        run_chunk("any", "0.0.1-other", packed(Chunk(0, ())))
    future = cluster.client.submit(run_chunk, "any", "0.0.1-other", packed(Chunk(0, ())), pure=False)
    with pytest.raises(Fault, match=r"0\.0\.1-other"):
        future.result()
