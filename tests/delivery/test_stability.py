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
        "~$决算.xlsx", "决算.xlsx.downloading", "决算.xlsx.td", "决算.xlsx.xltd", "决算.xlsx.opdownload", "a.baiduyun.p.downloading", ".Trashes", "~决算.tmp", "a.xlsx.part", "a.TMP", "._a.xlsx", ".DS_Store", "Thumbs.db", "THUMBS.DB", "desktop.ini",
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


@pytest.mark.parametrize("content", [b"", bytes(200_000), bytes(4096)], ids=["no bytes", "zeros", "a page"])
def test_a_file_that_has_its_room_and_not_its_bytes_is_never_taken_and_said_after_a_while(
    settling: StabilityCheck, clock: Clock, tmp_path: Path, content: bytes
):
    """As a copy over a share that makes its room first: the good workbook was called empty."""
    path = tmp_path / "a.xlsx"
    path.write_bytes(content)
    settling.look(tmp_path)
    clock.now += 10
    assert settling.look(tmp_path) == ([], 0), "nothing to be waited for by who looks only once"
    assert not settling.left
    clock.now += 60
    assert settling.look(tmp_path) == ([], 0)
    assert "还没有复制完" in settling.left[path]
    clock.now += 100_000
    assert settling.look(tmp_path) == ([], 0)
    path.write_bytes(BOOK)
    settling.look(tmp_path)
    clock.now += 3.1
    assert names(settling.look(tmp_path)) == ["a.xlsx"]


def test_an_empty_file_that_has_lain_there_for_long_is_said_at_once(
    settling: StabilityCheck, clock: Clock, tmp_path: Path
):
    """By a watcher that was started just now, or that looks only once."""
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"")
    os.utime(path, (1_700_000_000, 1_700_000_000))
    settling.look(tmp_path)
    clock.now += 3.1
    settling.look(tmp_path)
    assert path in settling.left


def test_a_file_that_ends_in_zeros_where_its_end_should_be_is_waited_for(
    settling: StabilityCheck, clock: Clock, tmp_path: Path
):
    half = len(BOOK) // 2
    (tmp_path / "a.xlsx").write_bytes(BOOK[:half] + bytes(len(BOOK) - half))
    settling.look(tmp_path)
    clock.now += 300
    assert settling.look(tmp_path) == ([], 0)
    assert tmp_path / "a.xlsx" in settling.left
    (tmp_path / "a.xlsx").write_bytes(BOOK)
    settling.look(tmp_path)
    clock.now += 3.1
    assert names(settling.look(tmp_path)) == ["a.xlsx"]


@pytest.mark.parametrize("owner", ["~$决算.xlsx", ".~决算.xlsx", ".~lock.决算.xlsx#", "~$决算.XLSX"])
def test_a_file_that_a_program_has_open_is_waited_for_and_said_after_a_while(
    settling: StabilityCheck, clock: Clock, tmp_path: Path, owner: str
):
    path = tmp_path / "决算.xlsx"
    path.write_bytes(BOOK)
    (tmp_path / "别的.xlsx").write_bytes(BOOK)
    (tmp_path / owner).write_bytes(b"owner")
    settling.look(tmp_path)
    clock.now += 10
    assert names(settling.look(tmp_path)) == ["别的.xlsx"], "others need not wait"
    assert settling.look(tmp_path)[1] == 0
    assert not settling.left
    clock.now += 60
    settling.look(tmp_path)
    assert "正开着" in settling.left[path]
    assert owner in settling.left[path]
    (tmp_path / owner).unlink()
    assert "决算.xlsx" in names(settling.look(tmp_path))


def test_a_file_beside_the_notes_of_a_download_is_waited_for(settling: StabilityCheck, clock: Clock, tmp_path: Path):
    (tmp_path / "a.xlsx").write_bytes(BOOK)
    (tmp_path / "a.xlsx.aria2").write_bytes(b"notes")
    settling.look(tmp_path)
    clock.now += 100
    assert settling.look(tmp_path) == ([], 0)
    (tmp_path / "a.xlsx.aria2").unlink()
    assert names(settling.look(tmp_path)) == ["a.xlsx"]


def test_hidden_files_are_said(settling: StabilityCheck, clock: Clock, tmp_path: Path):
    for name in (".决算.xlsx", ".DS_Store", "._决算.xlsx", ".xlcheck.lock", ".~lock.b.xlsx#"):
        (tmp_path / name).write_bytes(BOOK)
    (tmp_path / ".文件夹").mkdir()
    settling.look(tmp_path)
    assert {p.name: why for p, why in settling.left.items()} == dict.fromkeys(
        (".决算.xlsx", ".文件夹"), "是隐藏的（名字以点开头），没有处理。要处理，就去掉名字开头的点"
    )
