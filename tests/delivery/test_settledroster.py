"""The roster counts when it has settled: half of one would make strangers of units."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from xlcheck.delivery.settledroster import SettledRoster
from xlcheck.errors import DataError
from xlcheck.office.roster import Roster, load
from xlcheck.office.rosterfile import Stamp

WHOLE = "单位代码,单位名称\n1,甲局\n2,乙局\n"
HALF = "单位代码,单位名称\n1,甲局\n"


class Clock:
    """Seconds that pass when a test says so, or sleeps."""

    def __init__(self) -> None:
        self.now, self.slept = 1000.0, 0.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.slept += seconds


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "u.csv"
    write(file, WHOLE, 100)
    return file


def write(path: Path, text: str, age: float) -> None:
    path.write_text(text, encoding="utf-8")
    os.utime(path, (time.time() - age, time.time() - age))


def settled(path: Path, seconds: float, clock: Clock) -> SettledRoster:
    def stamps() -> tuple[Stamp, ...]:
        state = path.stat() if path.exists() else None
        return (Stamp(path, state.st_mtime_ns, state.st_size),) if state else ()

    return SettledRoster(stamps, lambda: load(path) if path.exists() else Roster(), seconds, clock, clock.sleep)


def test_a_change_counts_when_it_has_been_left_alone(path: Path):
    clock = Clock()
    file = settled(path, 3, clock)
    assert list(file.roster()) == ["1", "2"]
    write(path, HALF, 50)
    assert list(file.roster()) == ["1", "2"], "half a roster"
    clock.now += 2
    write(path, f"{HALF}2,乙局\n", 40)
    clock.now += 2
    assert list(file.roster()) == ["1", "2"]
    clock.now += 2
    write(path, f"{HALF}2,乙局\n3,丙局\n", 30)
    assert list(file.roster()) == ["1", "2"]
    clock.now += 3.1
    assert list(file.roster()) == ["1", "2", "3"]
    assert clock.slept == 0, "who has a roster need not wait"


def test_the_first_one_is_waited_for_while_it_is_young(path: Path):
    clock = Clock()
    write(path, WHOLE, -0.5)
    real = settled(path, 3, clock)

    def older(seconds: float) -> None:
        clock.sleep(seconds)
        state = path.stat()
        os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns - int(seconds * 1e9)))

    real.sleep = older
    assert list(real.roster()) == ["1", "2"]
    assert 2 < clock.slept < 4
    assert list(real.roster()) == ["1", "2"]
    assert clock.slept < 4


def test_a_workbook_without_its_end_is_not_read(path: Path, tmp_path: Path):
    clock = Clock()
    file = settled(path, 0, clock)
    before = file.roster()
    path.write_bytes(b"PK\x03\x04 cut off")
    clock.now += 100
    assert file.roster() is before


def test_who_wrote_it_need_not_wait(path: Path):
    clock = Clock()
    file = settled(path, 3, clock)
    file.roster()
    write(path, HALF, 0)
    assert list(file.roster()) == ["1", "2"]
    file.renew()
    assert list(file.roster()) == ["1"]
    assert clock.slept == 0


def test_one_that_comes_where_there_was_none_counts_when_it_has_settled(tmp_path: Path):
    clock, path = Clock(), tmp_path / "u.csv"
    file = settled(path, 3, clock)
    assert list(file.roster()) == []
    write(path, HALF, 0)
    assert list(file.roster()) == []
    clock.now += 3.1
    assert list(file.roster()) == ["1"]


def test_a_mistake_is_said_once_it_has_settled(path: Path):
    clock = Clock()
    file = settled(path, 3, clock)
    file.roster()
    write(path, "单位代码,单位名称\n1,甲局\n1,乙局\n", 0)
    assert list(file.roster()) == ["1", "2"]
    clock.now += 3.1
    with pytest.raises(DataError, match="写了两次"):
        file.roster()
