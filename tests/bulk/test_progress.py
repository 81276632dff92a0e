"""How far a run is, by a clock of the test."""

from __future__ import annotations

import pytest

from xlcheck.bulk.progress import Pace, duration


class Clock:
    now = 1_000.0

    def __call__(self):
        return self.now


def test_rate_and_time_left():
    clock = Clock()
    pace = Pace(1_000, clock)
    assert pace.left is None
    for done in range(10, 101, 10):
        clock.now += 1
        pace.at(done)
    assert pace.rate == pytest.approx(10)
    assert pace.left == pytest.approx(90)
    assert pace.line() == "已完成 100/1000 份，每秒 10.0 份，还要约 1 分 30 秒"


def test_the_rate_is_that_of_the_last_minute():
    clock = Clock()
    pace = Pace(0, clock)
    done = 0
    for second in range(600):
        clock.now += 1
        done += 100 if second < 500 else 5
        pace.at(done)
    assert pace.rate == pytest.approx(5)
    assert pace.left is None
    assert pace.line() == "已完成 50500 份，每秒 5.0 份"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 秒"),
        (59.6, "1 分 0 秒"),
        (61, "1 分 1 秒"),
        (3_599, "59 分 59 秒"),
        (3_600, "1 小时 0 分"),
        (90_061, "25 小时 1 分"),
    ],
)
def test_times_as_people_say_them(seconds, said):
    assert duration(seconds) == said
