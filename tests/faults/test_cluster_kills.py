"""kill -9 of workers of a cluster, and of what runs beside them, at random moments: every workbook is counted once."""

from __future__ import annotations

import json
import random
import signal
import threading
from collections import Counter
from pathlib import Path

import psutil
import pytest

from support.books import many
from support.effort import drawn
from xlcheck.bulk.request import BulkRequest, execute_bulk
from xlcheck.engines.executor import Engine

KILLS = drawn(50, "XLCHECK_WORKER_KILLS", 10)
ROUNDS = drawn(5, least=1)
EACH = -(-KILLS // ROUNDS)
BOOKS = 400


def workers() -> list[psutil.Process]:
    """The workers of clusters that this process has started."""
    found = []
    for child in psutil.Process().children():
        try:
            if "spawn_main" in " ".join(child.cmdline()):
                found.append(child)
        except psutil.Error:
            continue
    return found


class Killer(threading.Thread):
    """Kills workers at random moments, now and then a process below one, until it has killed enough or is stopped."""

    def __init__(self, draw: random.Random, number: int):
        super().__init__(daemon=True)
        self.draw, self.left = draw, number
        self.stopped = threading.Event()
        self.killed = 0

    def __call__(self, _progress):
        if not self.is_alive() and not self.ident:
            self.start()

    def run(self):
        while self.killed < self.left and not self.stopped.wait(self.draw.uniform(0.2, 2.5)):
            try:
                at_work = [worker for worker in workers() if worker.children()]
                victims = workers() if self.draw.random() < 0.1 else at_work  # mostly those that have come up
                if not victims:
                    continue
                victim = self.draw.choice(victims)
                below = victim.children(recursive=True)
                if below and self.draw.random() < 0.3:
                    self.draw.choice(below).send_signal(signal.SIGKILL)  # its chunk must not suffer
                    continue
                victim.send_signal(signal.SIGKILL)
                self.killed += 1
            except psutil.Error:
                continue


@pytest.mark.parametrize("number", range(ROUNDS))
def test_workers_killed_at_random_moments_lose_no_workbook(number, tmp_path):
    """Runs until enough were killed; each run is over all workbooks, and goes on where the last one was."""
    draw = random.Random(number)
    killed = runs = 0
    while killed < EACH:
        base = tmp_path / str(runs)
        many(base / "in", BOOKS)
        killer = Killer(draw, EACH - killed)
        tally = run(base, killer)
        killer.stopped.set()
        killer.join()
        killed += killer.killed
        runs += 1
        consistent(base, tally)
        last = run(base, lambda progress: None)  # in peace: what was refused for a dead worker is done now
        assert (last.checked, last.refused, last.known) == (BOOKS, 0, BOOKS - tally.again)
        consistent(base, last)
    assert killed >= EACH


def run(base: Path, told):
    """One run; what it tells comes only once its cluster stands."""
    request = BulkRequest(
        paths=(str(base / "in"),), results=base / "r", processes=2, out=base / "out", engine=Engine("local", 2)
    )

    return execute_bulk(request, told).tally


def consistent(base: Path, tally) -> None:
    """Σ in = Σ checked + Σ refused, in the tally, in what was answered, and in the shards."""
    assert tally.came_in == BOOKS == tally.checked + tally.refused
    lines = [json.loads(line) for shard in sorted((base / "r" / "reports").iterdir()) for line in shard.open("rb")]
    last = {line["workbook"]["path"]: line for line in lines}
    assert len(last) == BOOKS
    ends = Counter(line["status"] for line in last.values())
    assert (ends["checked"], ends["refused"]) == (tally.checked, tally.refused)
    answered = [
        json.loads(line)
        for file in sorted((base / "r" / "answered").iterdir())
        for line in file.read_bytes().splitlines()[1:]
    ]
    assert Counter(row["path"] for row in answered) == Counter(line["workbook"]["path"] for line in lines)
    for line in last.values():
        if line["status"] == "refused":
            said = line["refusal"]["message"]
            assert any(words in said for words in ("计算节点在检查中途失去联系", "检查进程", "检查时程序中断")), said
    copies = {path.stem for path in (base / "out").rglob("*.xlsx")}
    assert copies >= {Path(path).stem for path, line in last.items() if line["status"] == "checked"}
