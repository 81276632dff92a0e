"""kill -9 and failing disks under the commands that write or change letters: each letter once, each file where it belongs."""

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
from support.desks import Child, outbox_holds
from support.posts import DROPPED, UNIT, PostOffice, by_state, drop, fresh, settings, with_letters
from support.posts import Fault as Mishap
from xlcheck.delivery.backfill import write_missing
from xlcheck.delivery.desk import Desk
from xlcheck.delivery.remind import post, reminders
from xlcheck.delivery.send import recover, resolve, send
from xlcheck.delivery.watch import Watcher
from xlcheck.ledger import letters
from xlcheck.ledger.records import Letter

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="a child is forked, with everything imported")
CODES = (28, 5, 13, 4)  # ENOSPC, EIO, EACCES, EINTR


def _silent(_: str) -> None:
    """Nobody listens."""


def _before_mail(root: Path) -> None:
    """Two units' workbooks that came when the desk had no mail."""
    text = settings(25)
    desk = fresh(root, text[: text.index("邮件:")])
    drop(desk, *DROPPED[:2])
    desk.close()
    (root / "xlcheck.yaml").write_text(text, encoding="utf-8")


def _refused(root: Path) -> None:
    """Three letters to an address that is not there, and a roster that knows better by now."""
    with PostOffice(root, Mishap("RCPT", b"550 no such user\r\n", times=0)).open() as office:
        desk = with_letters(root, settings(office.port))
        send(desk, _silent)
        assert len(by_state(desk, Letter.FAILED)) == len(DROPPED)
        desk.close()
    roster = f"单位代码,单位名称,邮箱,抄送\n1001,{UNIT},new@unit.cn,boss@unit.cn\n"
    (root / "u.csv").write_text(roster, encoding="utf-8")


def _overdue(root: Path) -> None:
    """Two units that have sent nothing."""
    fresh(root, settings(25)).close()


def _all_again(desk: Desk) -> None:
    for letter in by_state(desk, Letter.FAILED):
        resolve(desk, letter.id, arrived=False)


def _remind(desk: Desk) -> None:
    post(desk, reminders(desk, 2025, 10))


class Case(NamedTuple):
    """A command, the desk it is given at, and how many letters are ready afterwards."""

    prepare: Callable[[Path], None]
    command: Callable[[Desk], object]
    ready: int


CASES = {
    "missing": Case(_before_mail, write_missing, 1),
    "again": Case(_refused, _all_again, 3),
    "remind": Case(_overdue, _remind, 2),
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
    """The command once more, a look of the watcher and the beginning of a send: then all is as if nothing had been."""
    code, said = _run(kind, root)
    assert code == 0, said
    with contextlib.closing(Desk.open(root)) as desk:
        Watcher(desk, _silent, 1).once()
        recover(desk, _silent)
        posted = letters.letters(desk.ledger)
        assert [p.state for p in posted] == [Letter.READY] * CASES[kind].ready
        outbox_holds(desk.folders, posted)
        assert len({p.message_id for p in posted}) == len(posted)
        if kind == "again":
            assert {(p.recipients, p.copies) for p in posted} == {(("new@unit.cn",), ("boss@unit.cn",))}
        assert not desk.ledger.verify().mistakes


def _points(kind: str, tmp_path: Path) -> list[steps.Point]:
    root, notes = _desk(kind, tmp_path / "learn"), tmp_path / "notes"
    code, said = _run(kind, root, steps.hooked(steps.noting(notes)))
    assert code == 0, said
    _holds(kind, root)
    return steps.noted(notes)


@pytest.mark.parametrize("kind", CASES)
def test_killed_before_or_after_any_step_each_letter_is_written_once(kind: str, tmp_path: Path):
    points = _points(kind, tmp_path)
    assert {p.name for p in points} >= {"COMMIT", "fsync", "write", "rename"}
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
