"""kill -9 of watcher and worker, at random moments and before and after every step: the next run finishes the work."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import time
from pathlib import Path

import pytest

from support import steps
from support.desks import LIGHT, Bench, Child, expected, finished, invariants, nothing_lost, stock, telling, warm
from support.effort import drawn
from support.steps import Point

KILLS = drawn(1040, "XLCHECK_KILLS", 80)
ROUNDS, SHARDS, MOST_POINTS = 8, 4, 240
EACH = -(-KILLS // ROUNDS)
FULL_DESK = 45


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.parametrize("number", range(ROUNDS))
def test_a_watcher_killed_at_random_moments_loses_nothing_and_does_nothing_twice(number: int, tmp_path: Path):
    """1,000 kills and more over all rounds, of the watcher alone or with its workers; some runs also lose a worker."""
    draw = random.Random(number)
    killed = desks = since = 0
    bench = Bench.make(tmp_path / "0")
    length = _length(tmp_path)
    while killed < EACH:
        if len(bench.dropped) < 2 or draw.random() < 0.6:
            _drop(bench, draw)
        child = bench.start(processes=draw.choice((1, 1, 2)))
        if _killed(child, draw, length):
            killed += 1
            since += 1
        if since >= draw.randint(10, 40):
            assert _finish(bench) >= len(bench.dropped)
            since = 0
            if len(bench.dropped) > FULL_DESK:
                desks += 1
                bench = Bench.make(tmp_path / str(desks))
    assert _finish(bench) >= len(bench.dropped)


def _length(tmp_path: Path) -> float:
    """Seconds of an undisturbed run over as many workbooks as usually wait: the shortest of three."""
    warm()
    found = []
    for i in range(3):
        bench = Bench.make(tmp_path / f"measured{i}")
        for name in LIGHT[:2]:
            bench.drop(name, stock()[name])
        start = time.monotonic()
        code, said = bench.run()
        found.append(time.monotonic() - start)
        assert code == 0, said
    return min(found)


def _drop(bench: Bench, draw: random.Random) -> None:
    """One more workbook, light ones mostly; now and then one that came before under another name."""
    name = draw.choice(LIGHT) if draw.random() < 0.9 else draw.choice(list(stock()))
    folder, _, plain = name.rpartition("/")
    own = f"{len(bench.dropped):03d} {plain}"
    own = own if len(own.encode()) < 255 else own[:3] + own[-60:]
    bench.drop(f"{folder}/{own}" if folder else own, stock()[name])


def _killed(child: Child, draw: random.Random, length: float) -> bool:
    """Kill it at a moment drawn by lot. False: it was quicker; then it must have done its work well."""
    until = time.monotonic() + draw.uniform(0, length)
    loses_worker = draw.random() < 0.15
    while time.monotonic() < until and not child.ended():
        if loses_worker and (workers := child.workers()):
            loses_worker = False
            with contextlib.suppress(ProcessLookupError):
                os.kill(workers[0], signal.SIGKILL)
        time.sleep(0.001)
    if child.kill(group=draw.random() < 0.3):
        return True
    code, said = child.end()
    assert code == 0, said
    return False


def _finish(bench: Bench) -> int:
    """A run that is left alone, and everything must hold; returns how many workbooks the ledger has."""
    nothing_lost(bench)
    return len(finished(bench))


# --- before and after every step -----------------------------------------------------------------------------------


def _new_desk(root: Path) -> Bench:
    """A desk that has never been opened: the birth of the ledger is among the steps."""
    bench = Bench.make(root, opened=False)
    for name in ("屯留 改.xlsx", "两份.zip", "坏.xlsx"):
        bench.drop(name, stock()[name])
    return bench


def _old_desk(root: Path) -> Bench:
    """A desk with a version that is followed by the next one, and with bytes that come again."""
    bench = Bench.make(root)
    bench.drop("屯留.xlsx", stock()["屯留.xlsx"])
    code, said = bench.run()
    assert code == 0, said
    bench.drop("乡镇/下级/屯留 改.xlsx", stock()["屯留 改.xlsx"])
    bench.drop("又来.xlsx", stock()["屯留.xlsx"])
    bench.drop("无人认领.xlsx", stock()["无人认领.xlsx"])
    return bench


DESKS = {"new": _new_desk, "old": _old_desk}


def _points(make, root: Path, *, workers: bool) -> list[Point]:
    """What an undisturbed run does to the disk, step by step."""
    bench, notes = make(root), root.with_suffix(".notes")
    code, said = bench.run(steps.hooked(steps.noting(notes), workers=workers))
    assert code == 0, said
    invariants(bench)
    return steps.noted(notes)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.parametrize("shard", range(SHARDS))
@pytest.mark.parametrize("kind", DESKS)
def test_a_watcher_killed_before_or_after_any_step_is_finished_by_the_next_run(kind: str, shard: int, tmp_path: Path):
    """Every commit and rename, every flush, unlink, mkdir and half-written file (evenly thinned out)."""
    points = _points(DESKS[kind], tmp_path / "learn", workers=False)
    names = {p.name for p in points}
    assert names >= {"COMMIT", "BEGIN", "rename", "replace", "fsync", "open", "write", "mkdir", "rmdir"}
    chosen = steps.thinned(points, MOST_POINTS // 2)[shard::SHARDS]
    template = DESKS[kind](tmp_path / "template")
    _kill_at_each(template, chosen, tmp_path, workers=False)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.parametrize("kind", DESKS)
def test_a_worker_killed_before_or_after_any_step_of_its_marked_copy_costs_nothing(kind: str, tmp_path: Path):
    """The watcher asks once more; the copy in the result folder is whole."""
    points = _points(DESKS[kind], tmp_path / "learn", workers=True)
    assert {p.name for p in points} >= {"open", "write", "fsync", "replace"}
    first = [p for i, p in enumerate(points) if p[:3] not in {q[:3] for q in points[:i]}]
    template = DESKS[kind](tmp_path / "template")
    _kill_at_each(template, steps.thinned(first, 24), tmp_path, workers=True)


def _kill_at_each(template: Bench, chosen: list[Point], tmp_path: Path, *, workers: bool) -> None:
    reached = 0
    for i, point in enumerate(chosen):
        bench, marker = template.copy(tmp_path / str(i)), tmp_path / f"{i}.killed"
        code, said = bench.run(steps.hooked(steps.killing(point, marker), workers=workers))
        assert code in (0, -signal.SIGKILL), said
        if marker.exists():
            reached += 1
            assert workers or code == -signal.SIGKILL
        with telling(f"killed {point}", bench):
            if bench.folders.ledger_file.exists() and not workers:
                nothing_lost(bench)
            finished(bench)
    assert reached >= 0.9 * len(chosen), f"{reached} of {len(chosen)}"


@pytest.mark.skipif(not Path("/dev/shm").is_dir(), reason="needs a second file system")  # noqa: S108
@pytest.mark.parametrize("elsewhere", ["收件", "已退回"])
def test_folders_on_two_file_systems_are_not_left_with_half_files_by_a_kill(elsewhere: str, tmp_path: Path):
    """Where a rename is not possible a file is copied whole, then removed: killed in between, it comes once more at most."""
    import tempfile

    with tempfile.TemporaryDirectory(dir="/dev/shm") as other:
        if os.stat(other).st_dev == os.stat(tmp_path).st_dev:  # noqa: PTH116
            pytest.skip("one file system")

        def make(root: Path) -> Bench:
            bench = Bench.make(root, folders_at={elsewhere: f"{other}/{root.name}"})
            bench.drop("屯留 改.xlsx", stock()["屯留 改.xlsx"])
            return bench

        points = _points(make, tmp_path / "learn", workers=False)
        names = [p.about for p in points]
        assert any("屯留 改" in n and n.endswith(".part") for n in names), "nothing was copied"
        here = [p for p in points if "屯留" in p.about or p.name in ("write", "fsync", "COMMIT")]
        for i, point in enumerate(steps.thinned(here, 40)):
            bench, marker = make(tmp_path / f"{elsewhere}{i}"), tmp_path / f"{i}.killed"
            bench.run(steps.hooked(steps.killing(point, marker)))
            with telling(f"killed {point}", bench):
                finished(bench, repeats=elsewhere == "收件")


def test_what_counts_as_undisturbed_is_itself_checked():
    """The reference run knows every workbook of the stock."""
    assert (
        len(expected()) == len({n for n in stock() if not n.endswith(".zip")}) + 2 + 1
    )  # two archives: of two, of one with its text
