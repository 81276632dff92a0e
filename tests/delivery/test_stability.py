"""Which files of the inbox are taken, and when: settled ones, whole ones, none that programs leave behind."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from support.desks import stock
from support.places import SAMPLES
from xlcheck.delivery.stability import StabilityCheck, complete

BOOK = (SAMPLES / "tunliu_2023.xlsx").read_bytes()


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def settling(clock: Clock) -> StabilityCheck:
    return StabilityCheck(3, clock)


def names(found: tuple[list[Path], int]) -> list[str]:
    return [p.name for p in found[0]]


def test_a_file_is_taken_when_it_has_been_left_alone_for_the_time_set(
    settling: StabilityCheck, clock: Clock, tmp_path: Path
):
    (tmp_path / "a.xlsx").write_bytes(BOOK)
    assert settling.look(tmp_path) == ([], 1)
    clock.now += 2.9
    assert settling.look(tmp_path) == ([], 1)
    clock.now += 0.2
    assert names(settling.look(tmp_path)) == ["a.xlsx"]


@pytest.mark.parametrize("change", ["grown", "touched", "another file"])
def test_a_change_begins_the_time_anew(settling: StabilityCheck, clock: Clock, tmp_path: Path, change: str):
    path = tmp_path / "a.csv"
    path.write_bytes(b"1,2\n")
    settling.look(tmp_path)
    clock.now += 2
    match change:
        case "grown":
            path.write_bytes(b"1,2\n3,4\n")
        case "touched":
            os.utime(path, (1, 1))
        case _:
            state = path.stat()
            (tmp_path / "b").write_bytes(b"5,6\n")
            os.utime(tmp_path / "b", ns=(state.st_atime_ns, state.st_mtime_ns))
            (tmp_path / "b").replace(path)
    clock.now += 2
    assert settling.look(tmp_path) == ([], 1)
    clock.now += 2
    assert settling.look(tmp_path) == ([], 1)
    clock.now += 1.1
    assert names(settling.look(tmp_path)) == ["a.csv"]


@pytest.mark.parametrize("name", ["屯留.xlsx", "旧.xls", "两份.zip", "文本.csv"])
def test_a_file_that_is_still_being_copied_is_not_whole_at_any_length(name: str, tmp_path: Path):
    """But for text, which has no end to look for."""
    data, path = stock()[name], tmp_path / name
    path.write_bytes(data)
    assert complete(path)
    for part in range(1, 40):
        path.write_bytes(data[: len(data) * part // 40])
        assert complete(path) == name.endswith(".csv"), part
    path.write_bytes(data[: len(data) // 2] + bytes(len(data) - len(data) // 2))  # its room is made before it is copied
    assert complete(path) == name.endswith(".csv")


def test_a_file_whose_end_never_comes_is_taken_after_a_minute_all_the_same(
    settling: StabilityCheck, clock: Clock, tmp_path: Path
):
    (tmp_path / "a.xlsx").write_bytes(BOOK[:-400])
    settling.look(tmp_path)
    clock.now += 59
    assert settling.look(tmp_path) == ([], 1)
    clock.now += 1
    assert names(settling.look(tmp_path)) == ["a.xlsx"]


@pytest.mark.parametrize(
    "name",
    [
        "~$决算.xlsx", "~决算.tmp", "a.xlsx.part", "a.TMP", "._a.xlsx", ".DS_Store", "Thumbs.db", "THUMBS.DB", "desktop.ini",
        ".~lock.a.xlsx#", "a.xlsx.crdownload", "a.filepart",
    ],
)  # fmt: skip
def test_what_programs_leave_behind_is_passed_over(settling: StabilityCheck, clock: Clock, tmp_path: Path, name: str):
    (tmp_path / name).write_bytes(BOOK)
    (tmp_path / "b.xlsx").write_bytes(BOOK)
    settling.look(tmp_path)
    clock.now += 100
    assert names(settling.look(tmp_path)) == ["b.xlsx"]
    assert not settling.left


def test_what_is_no_file_is_left_and_said_why(settling: StabilityCheck, clock: Clock, tmp_path: Path):
    inbox, outside = tmp_path / "in", tmp_path / "out"
    for folder in (inbox, outside):
        folder.mkdir()
    (outside / "secret.xlsx").write_bytes(BOOK)
    (inbox / "file.xlsx").symlink_to(outside / "secret.xlsx")
    (inbox / "folder").symlink_to(outside)
    (inbox / "nowhere.xlsx").symlink_to(tmp_path / "nothing")
    os.mkfifo(inbox / "pipe.xlsx")
    deep = inbox.joinpath(*"abcdefghijklm")
    deep.mkdir(parents=True)
    (deep / "deep.xlsx").write_bytes(BOOK)
    (deep.parent / "b.xlsx").write_bytes(BOOK)
    settling.look(inbox)
    clock.now += 100
    assert names(settling.look(inbox)) == ["b.xlsx"]
    said = {path.name: why for path, why in settling.left.items()}
    assert {name: why.split("，")[0] for name, why in said.items()} == {
        "file.xlsx": "是链接", "folder": "是链接", "nowhere.xlsx": "是链接", "pipe.xlsx": "不是文件", "m": "是第 13 层文件夹",
    }  # fmt: skip
