"""kill -9 and failing disks under what a person decides, and under what the desk does again by itself: each answer once."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
from collections.abc import Callable
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import NamedTuple

import pytest

from support import steps
from support.desks import OTHERS, STRANGER, Bench, Child, outbox_holds, stock, warm
from xlcheck.delivery import rulings
from xlcheck.delivery.desk import Desk
from xlcheck.delivery.leftovers import passed_over
from xlcheck.delivery.watch import Watcher
from xlcheck.errors import Usage
from xlcheck.ledger import letters, receipts
from xlcheck.ledger.records import Status
from xlcheck.pipeline import Pipeline

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="a child is forked, with everything imported")
CODES = (28, 5, 13, 4)  # ENOSPC, EIO, EACCES, EINTR


def _silent(_: str) -> None:
    """Nobody listens."""


def _answered(root: Path, *files: tuple[str, str]) -> Bench:
    bench = Bench.make(root)
    for name, what in files:
        bench.drop(name, stock()[what])
        code, said = bench.run()
        assert code == 0, said
    return bench


def _strange(root: Path) -> None:
    _answered(root, ("新/无人认领.xlsx", "无人认领.xlsx"))


def _mended(root: Path) -> None:
    _answered(root, ("两份.zip", "两份.zip")).roster((*OTHERS, STRANGER))


def _twice(root: Path) -> None:
    _answered(root, ("一.xlsx", "屯留.xlsx"), ("二.xlsx", "屯留 改.xlsx")).drop("三.xlsx", stock()["屯留.xlsx"])


def _two(root: Path) -> None:
    _answered(root, ("一.xlsx", "屯留.xlsx"), ("二.xlsx", "屯留 改.xlsx"))


def _look(desk: Desk) -> None:
    desk.pipeline = Pipeline(warm().library)
    Watcher(desk, _silent, 1).once()


def _repeatable(act: Callable[[Desk], object]) -> Callable[[Desk], None]:
    """What has been decided already is refused, and so entered once."""

    def command(desk: Desk) -> None:
        with contextlib.suppress(Usage):
            act(desk)

    return command


class Case(NamedTuple):
    """What is done at which desk, and how the versions stand afterwards: unit, year, version, the one that counts last."""

    prepare: Callable[[Path], None]
    command: Callable[[Desk], None]
    versions: list[tuple[str, int, int]]
    letters: int
    decided: int = 0


CASES = {
    "assign": Case(
        _strange, _repeatable(lambda desk: rulings.assign(desk, 1, "140410", 2022)), [("140410", 2022, 1)], 1, 1
    ),
    "roster": Case(_mended, _look, [("140412", 2023, 1), ("140413", 2023, 1)], 2),
    "again": Case(_twice, _look, [("140405", 2023, 1), ("140405", 2023, 2), ("140405", 2023, 3)], 3),
    "count": Case(
        _two, _repeatable(lambda desk: rulings.count(desk, 1)), [("140405", 2023, 2), ("140405", 2023, 1)], 2, 1
    ),
    "forget": Case(_two, _repeatable(lambda desk: rulings.forget(desk, 2)), [("140405", 2023, 1)], 2, 1),
}


@cache
def _pattern(kind: str) -> Path:
    root = Path(mkdtemp(prefix=kind)) / "desk"
    CASES[kind].prepare(root)
    return root


def _desk(kind: str, root: Path) -> Path:
    shutil.copytree(_pattern(kind), root, ignore=shutil.ignore_patterns(".*.lock"))
    return root


def _run(kind: str, root: Path, first: Callable[[], None] = lambda: None) -> tuple[int, str]:
    def work() -> None:
        first()
        with contextlib.closing(Desk.open(root)) as desk:
            CASES[kind].command(desk)

    return Child(work).end()


def _holds(kind: str, root: Path) -> None:
    """The command once more and a look of the watcher: then all is as if nothing had been."""
    case = CASES[kind]
    code, said = _run(kind, root)
    assert code == 0, said
    with contextlib.closing(Desk.open(root)) as desk:
        _look(desk)
        place = desk.folders
        assert [(r.unit, r.year, r.version) for r in receipts.versions(desk.ledger)] == case.versions
        posted = letters.letters(desk.ledger)
        assert len(posted) == case.letters
        outbox_holds(place, posted)
        rows = receipts._receipts(desk.ledger, "ORDER BY id")
        assert {r.status for r in rows} <= {Status.CHECKED, Status.UNKNOWN, Status.REPEATED, Status.AGAIN}
        assert len(desk.ledger.rows("SELECT id FROM decision")) == case.decided
        assert not desk.ledger.verify().mistakes
        assert [p for p in place.inbox.rglob("*") if p.is_file() and not passed_over(p.name)] == []
        assert list(place.working.iterdir()) == []
        for row in (r for r in rows if r.status != Status.AGAIN):
            assert (place.root / row.original).is_file(), row.name


def _points(kind: str, tmp_path: Path) -> list[steps.Point]:
    root, notes = _desk(kind, tmp_path / "learn"), tmp_path / "notes"
    code, said = _run(kind, root, steps.hooked(steps.noting(notes)))
    assert code == 0, said
    _holds(kind, root)
    return steps.noted(notes)


@pytest.mark.parametrize("kind", CASES)
def test_killed_before_or_after_any_step_each_answer_is_given_once(kind: str, tmp_path: Path):
    points = _points(kind, tmp_path)
    assert {p.name for p in points} >= {"COMMIT", "BEGIN"}
    for i, point in enumerate(steps.thinned(points, 60)):
        root = _desk(kind, tmp_path / str(i))
        code, said = _run(kind, root, steps.hooked(steps.killing(point, tmp_path / f"{i}.killed")))
        assert code == -signal.SIGKILL, f"{point}: {said}"
        _holds(kind, root)


@pytest.mark.parametrize("kind", CASES)
def test_a_disk_that_fails_at_any_step_is_said_and_made_good(kind: str, tmp_path: Path):
    points = [p for p in _points(kind, tmp_path) if p.when != "after"]
    for i, point in enumerate(steps.thinned(points, 40)):
        root, marker = _desk(kind, tmp_path / str(i)), tmp_path / f"{i}.failed"
        code, said = _run(kind, root, steps.hooked(steps.failing(point.number, CODES[i % 4], marker, lasting=False)))
        assert marker.exists()
        assert code in (0, 70), f"{point}: {said}"
        _holds(kind, root)
