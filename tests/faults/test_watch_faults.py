"""A disk that is full, broken, closed or interrupted at any write of the watcher: nothing lost, nothing done by halves."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from support import steps
from support.desks import Bench, Child, finished, invariants, nothing_lost, spoke_chinese, stock, telling
from support.steps import Point

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
CODES = {28: "ENOSPC", 5: "EIO", 13: "EACCES", 4: "EINTR"}
SHARDS = 4


def _desk(root: Path) -> Bench:
    bench = Bench.make(root)
    for name in ("屯留 改.xlsx", "两份.zip", "坏.xlsx"):
        bench.drop(name, stock()[name])
    return bench


def _points(root: Path, *, workers: bool) -> list[Point]:
    bench, notes = _desk(root), root.with_suffix(".notes")
    code, said = bench.run(steps.hooked(steps.noting(notes), workers=workers))
    assert code == 0, said
    return [p for p in steps.noted(notes) if p.when != "after"]


def _failing(number: int, code: int, marker: Path, *, lasting: bool, workers: bool = False) -> Callable[[], None]:
    return steps.hooked(steps.failing(number, code, marker, lasting=lasting), workers=workers)


@pytest.mark.parametrize("code", CODES, ids=CODES.values())
def test_a_write_that_fails_once_is_said_and_made_good_by_the_next_run(code: int, tmp_path: Path):
    points = steps.thinned(_points(tmp_path / "learn", workers=False), 60)
    template = _desk(tmp_path / "template")
    for i, point in enumerate(points):
        bench, marker = template.copy(tmp_path / str(i)), tmp_path / f"{i}.failed"
        ended, said = bench.run(_failing(point.number, code, marker, lasting=False))
        with telling(f"failed {point}", bench):
            assert marker.exists(), "was not reached"
            assert ended in (0, 70), said
            assert ended == 0 or spoke_chinese(said), said
            nothing_lost(bench)
            finished(bench)


@pytest.mark.parametrize("shard", range(SHARDS))
def test_a_disk_that_stays_broken_for_a_while_keeps_the_watcher_waiting_and_it_goes_on_by_itself(
    shard: int, tmp_path: Path
):
    """As a full disk does: from some write on all fail, until there is room."""
    points = steps.thinned(_points(tmp_path / "learn", workers=False), 40)[shard::SHARDS]
    template = _desk(tmp_path / "template")
    for i, point in enumerate(points):
        code = list(CODES)[i % len(CODES)]
        bench, marker = template.copy(tmp_path / str(i)), tmp_path / f"{i}.failed"
        child = bench.start(_failing(point.number, code, marker, lasting=True), forever=True)
        _until(marker.exists, child)
        time.sleep(0.1)  # it works on meanwhile: what must hold is looked at when it is idle
        with (
            contextlib.ExitStack() as ends,
            telling(f"failed {point} ({code})", bench, lambda child=child: child.said()),
        ):
            ends.callback(lambda child=child: child.kill(group=True))
            marker.with_name(f"{marker.name}.mended").touch()
            if child.ended():  # before it could open its ledger: the service manager starts it again
                assert child.code == 70, child.said()
                child = bench.start(forever=True)
            _until(lambda bench=bench: _idle(bench), child)
            os.kill(child.pid, signal.SIGTERM)
            ended, said = child.end()
            assert ended == 0, said
            assert "Traceback" not in said
            invariants(bench)


def test_a_write_that_fails_in_a_worker_is_made_good(tmp_path: Path):
    points = _points(tmp_path / "learn", workers=True)
    first = [p for i, p in enumerate(points) if p.number not in {q.number for q in points[:i]}]
    template = _desk(tmp_path / "template")
    for i, point in enumerate(steps.thinned(first, 24)):
        bench, marker = template.copy(tmp_path / str(i)), tmp_path / f"{i}.failed"
        code = list(CODES)[i % len(CODES)]
        ended, said = bench.run(_failing(point.number, code, marker, lasting=False, workers=True))
        assert marker.exists()
        assert ended in (0, 70), said
        assert ended == 0 or spoke_chinese(said), said
        finished(bench)


def _until(done: Callable[[], bool], child: Child, seconds: float = 40) -> None:
    until = time.monotonic() + seconds
    while not done():
        if time.monotonic() > until:
            raise AssertionError(f"waited {seconds} seconds: {child.said()}")
        time.sleep(0.01)


def _idle(bench: Bench) -> bool:
    """Everything that was dropped is answered and put away."""
    place = bench.folders
    try:
        files = [p for folder in (place.inbox, place.working) for p in folder.rglob("*") if p.is_file()]
        return not [p for p in files if p.name != ".xlcheck.lock"] and not list(place.working.iterdir())
    except FileNotFoundError:  # it was taken away while we looked
        return False


# --- the ledger and the folders ------------------------------------------------------------------------------------


def test_a_ledger_that_is_no_database_stops_the_watcher_with_a_sentence_and_leaves_the_inbox(tmp_path: Path):
    bench = _desk(tmp_path / "desk")
    good = tmp_path / "good"
    shutil.copytree(bench.folders.ledger, good)
    for name in ("ledger.sqlite-wal", "ledger.sqlite-shm"):
        (bench.folders.ledger / name).unlink(missing_ok=True)
    bench.folders.ledger_file.write_bytes(b"not a database at all" * 500)
    ended, said = bench.run()
    assert ended == 70
    assert "已损坏" in said
    assert "备份" in said
    assert {p.name for p in bench.folders.inbox.iterdir()} >= {"屯留 改.xlsx", "坏.xlsx", "两份.zip"}
    shutil.copyfile(good / "ledger.sqlite", bench.folders.ledger_file)
    finished(bench)


def test_a_ledger_that_another_program_holds_is_waited_for(tmp_path: Path):
    bench = _desk(tmp_path / "desk")
    holding = (
        "import sqlite3,sys; c = sqlite3.connect(sys.argv[1], isolation_level=None); c.execute('BEGIN IMMEDIATE');"
        "print(1, flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", holding, str(bench.folders.ledger_file)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    ) as other:  # fmt: skip
        assert other.stdout is not None
        other.stdout.readline()
        child = bench.start(forever=True)
        time.sleep(0.4)
        assert not child.ended()
        other.kill()
    _until(lambda: _idle(bench), child)
    os.kill(child.pid, signal.SIGTERM)
    assert child.end()[0] == 0
    invariants(bench)


def test_an_inbox_that_goes_away_and_comes_back_is_waited_for(tmp_path: Path):
    """As a network share does."""
    bench = Bench.make(tmp_path / "desk")
    child = bench.start(forever=True)
    away = tmp_path / "away"
    _until((bench.folders.inbox / ".xlcheck.lock").exists, child)
    bench.folders.inbox.rename(away)
    time.sleep(0.5)
    assert not child.ended()
    away.rename(bench.folders.inbox)
    bench.drop("屯留.xlsx", stock()["屯留.xlsx"])
    _until(lambda: _idle(bench), child)
    os.kill(child.pid, signal.SIGTERM)
    ended, said = child.end()
    assert ended == 0
    assert "不存在" in said
    assert said.count("不存在") == 1, "the same fault is said once"
    invariants(bench)


def test_a_stop_finishes_what_is_in_hand_and_leaves_the_rest(tmp_path: Path):
    bench = Bench.make(tmp_path / "desk")
    for name, data in stock().items():
        bench.drop(name, data)
    child = bench.start(forever=True)
    _until(lambda: any(bench.folders.working.iterdir()), child)
    os.kill(child.pid, signal.SIGTERM)
    ended, said = child.end()
    assert ended == 0, said
    nothing_lost(bench)
    finished(bench)
