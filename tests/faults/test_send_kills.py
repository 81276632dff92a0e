"""kill -9 of ``xlcheck send`` and failing disks under it: no letter is taken twice, none is lost."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from support import steps
from support.desks import Child, outbox_holds, warm
from support.effort import SHARE, drawn
from support.posts import DROPPED, PostOffice, make_due, settings, with_letters
from support.steps import Point
from xlcheck.delivery.desk import Desk
from xlcheck.delivery.send import resolve, send
from xlcheck.ledger import letters
from xlcheck.ledger.records import Letter
from xlcheck.ledger.store import Ledger

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
KILLS, ROUNDS = drawn(200, "XLCHECK_SEND_KILLS", 40), 4
CODES = (28, 5, 13, 4)  # ENOSPC, EIO, EACCES, EINTR
DISK = {"rename", "replace", "unlink", "mkdir", "fsync", "chmod", "open", "write", "BEGIN", "COMMIT"}


def _nothing() -> None:
    """Nothing before."""


@contextlib.contextmanager
def _office(tmp_path: Path) -> Iterator[PostOffice]:
    with PostOffice(tmp_path).open() as office:
        yield office


def _desk(root: Path, office: PostOffice) -> Path:
    office.taken.clear()
    with_letters(root, settings(office.port)).close()
    return root


def _sender(root: Path, first: Callable[[], None] = _nothing) -> Child:
    def work() -> None:
        first()
        with contextlib.closing(Desk.open(root)) as desk:
            send(desk, lambda text: print(text, flush=True))  # noqa: T201

    return Child(work)


def _once_each(office: PostOffice) -> None:
    assert len(office.taken) == len(set(office.taken)), "a letter was taken twice"


def _finished(root: Path, office: PostOffice) -> int:
    """What a machine does next, then a person where it asks for one; every letter must have been taken once. Returns how often it asked."""
    office.settled()
    _once_each(office)
    asked = 0
    for _ in range(2):
        with contextlib.closing(Desk.open(root)) as desk:
            make_due(desk)
        code, said = _sender(root).end()
        assert code == 0, said
        office.settled()
        _once_each(office)
        with contextlib.closing(Desk.open(root)) as desk:
            unsure = letters.letters(desk.ledger, [Letter.UNCERTAIN])
            for letter in unsure:
                resolve(desk, letter.id, arrived=letter.message_id in office.taken)
            asked += len(unsure)
            left = letters.letters(desk.ledger, set(Letter) - {Letter.SENT})
        if not left:
            break
    _all_sent(root, office)
    assert asked <= 1, "only the letter at the final dot is anybody's question"
    return asked


def _all_sent(root: Path, office: PostOffice) -> None:
    with contextlib.closing(Desk.open(root)) as desk:
        every = letters.letters(desk.ledger)
        assert {one.state for one in every} == {Letter.SENT}
        assert sorted(office.taken) == sorted(one.message_id for one in every)
        assert len(every) == len(DROPPED)
        outbox_holds(desk.folders, every)
        with Ledger(desk.folders.ledger_file) as ledger:
            assert not ledger.verify().mistakes


@pytest.mark.parametrize("number", range(ROUNDS))
def test_a_sender_killed_at_random_moments_sends_every_letter_once(number: int, tmp_path: Path):
    draw = random.Random(number)
    killed = runs = asked = 0
    with _office(tmp_path) as office:
        length = min(_length(tmp_path / f"measured{i}", office) for i in range(3))
        while killed < KILLS // ROUNDS:
            runs += 1
            root = _desk(tmp_path / str(runs), office)
            for _ in range(draw.randint(1, 4)):
                child = _sender(root)
                until = time.monotonic() + draw.uniform(0, length)
                while time.monotonic() < until and not child.ended():
                    time.sleep(0.0005)
                killed += child.kill()
                office.settled()
                _once_each(office)
                with contextlib.closing(Desk.open(root)) as desk:
                    make_due(desk)
            # several kills may each leave one letter at its final dot
            while True:
                with contextlib.closing(Desk.open(root)) as desk:
                    unsure = letters.letters(desk.ledger, [Letter.UNCERTAIN])
                    asked += len(unsure)
                    for letter in unsure:
                        resolve(desk, letter.id, arrived=letter.message_id in office.taken)
                if not unsure:
                    break
            asked += _finished(root, office)
    assert killed >= KILLS // ROUNDS
    assert asked <= killed


def _length(root: Path, office: PostOffice) -> float:
    """Seconds of an undisturbed run."""
    _desk(root, office)
    warm()
    start = time.monotonic()
    assert _sender(root).end()[0] == 0
    return time.monotonic() - start


def _points(tmp_path: Path, office: PostOffice) -> list[Point]:
    notes = tmp_path / "notes"
    root = _desk(tmp_path / "learn", office)
    assert _sender(root, steps.hooked(steps.noting(notes), network=True)).end()[0] == 0
    office.settled()
    _all_sent(root, office)
    return steps.noted(notes)


@pytest.mark.parametrize("shard", range(2))
def test_a_sender_killed_before_or_after_any_step_sends_every_letter_once(shard: int, tmp_path: Path):
    """Every commit, rename, flush and every word to and from the server (evenly thinned out)."""
    with _office(tmp_path) as office:
        points = _points(tmp_path, office)
        assert {p.name for p in points} >= {"COMMIT", "rename", "sendall", "recv_into"}
        asked = killed = 0
        chosen = steps.thinned(points, 200)[shard::2]
        for i, point in enumerate(chosen):
            root = _desk(tmp_path / str(i), office)
            code, said = _sender(root, steps.hooked(steps.killing(point, tmp_path / f"{i}.killed"), network=True)).end()
            assert code in (0, -signal.SIGKILL), said
            killed += code != 0
            asked += _finished(root, office)
    assert killed > 0.7 * len(chosen)
    assert (3 if SHARE == 1 else 0) <= asked < killed / 2, "only between the final dot and its answer is a person asked"


@pytest.mark.parametrize("lasting", [False, True])
def test_a_disk_that_fails_at_any_step_of_sending_costs_no_letter_and_sends_none_twice(lasting: bool, tmp_path: Path):
    with _office(tmp_path) as office:
        points = [p for p in _points(tmp_path, office) if p.when != "after" and p.name in DISK]
        for i, point in enumerate(steps.thinned(points, 60)[:90]):
            root, marker = _desk(tmp_path / str(i), office), tmp_path / f"{i}.failed"
            hook = steps.failing(point.number, CODES[i % 4], marker, lasting=lasting)
            code, said = _sender(root, steps.hooked(hook, network=True)).end()
            assert marker.exists()
            assert code in (0, 70), said
            assert "Traceback" not in said
            _finished(root, office)
