"""Claims under a machine that lies: what came from the inbox is never removed, and one file keeps no other."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from support.desks import Bench, invariants, nothing_lost, stock
from xlcheck import files
from xlcheck.consulting import ConsultingBatch
from xlcheck.delivery import watch, working
from xlcheck.delivery.claim import Claim, close, take, unfinished
from xlcheck.delivery.desk import Desk
from xlcheck.delivery.processor import SubmissionProcessor
from xlcheck.delivery.stability import StabilityCheck
from xlcheck.delivery.watch import Watcher
from xlcheck.errors import Fault, XlcheckError
from xlcheck.pipeline import Pipeline

NAMES = ("a.xlsx", "b.xlsx", "c.xlsx")


@pytest.fixture
def place(tmp_path: Path) -> tuple[Path, Path]:
    inbox, working = tmp_path / "in", tmp_path / "work"
    for folder in (inbox, working):
        folder.mkdir()
    (inbox / "x.xlsx").write_bytes(b"mine")
    return inbox, working


def taken(place: tuple[Path, Path]) -> Claim:
    claim = take(place[0] / "x.xlsx", *place)
    assert claim is not None
    return claim


def failing(plain: Callable, at: Callable[[Path], bool], code: int) -> Callable:
    def call(path, *values, **named):
        if not isinstance(path, int) and at(Path(path)):
            raise OSError(code, os.strerror(code), str(path))
        return plain(path, *values, **named)

    return call


def test_a_folder_that_can_not_be_listed_is_not_taken_for_an_empty_one(place, monkeypatch: pytest.MonkeyPatch):
    claim = taken(place)
    with monkeypatch.context() as lie:
        lie.setattr("os.scandir", failing(os.scandir, lambda p: p.name == "件", errno.EACCES))
        claims, fault = unfinished(place[1])
        assert claims == []
        assert "没有权限" in str(fault)
    assert unfinished(place[1]) == ([claim], None)


def test_a_claim_with_a_file_in_it_is_never_removed(place):
    claim = taken(place)
    (claim.results / "0.xlsx").parent.mkdir()
    (claim.results / "0.xlsx").write_bytes(b"ours")
    with pytest.raises(Fault, match="里面还有文件"):
        close(claim._replace(file=None))
    assert claim.file is not None
    assert claim.file.read_bytes() == b"mine"
    claim.file.unlink()
    close(claim)
    assert list(place[1].iterdir()) == []


@pytest.mark.parametrize("code", [errno.ENOENT, errno.EIO])
def test_a_rename_that_is_said_to_have_failed_and_was_done_is_a_claim(
    place, monkeypatch: pytest.MonkeyPatch, code: int
):
    """As over NFS, where the answer got lost and the question came twice (rename(2), BUGS)."""
    plain = Path.rename

    def lying(self: Path, target: Path) -> None:
        plain(self, target)
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(Path, "rename", lying)
    claim = taken(place)
    assert claim.file is not None
    assert claim.file.read_bytes() == b"mine"


def test_what_was_copied_and_can_not_be_taken_away_stays_where_it_is(place, monkeypatch: pytest.MonkeyPatch):
    """On another file system that is read-only: else it would come again with every look."""
    plain = Path.unlink

    def refuse(self: Path, missing_ok: bool = False) -> None:
        if self.parent == place[0]:
            raise OSError(errno.EROFS, "read-only")
        plain(self, missing_ok)

    def cross(_self: Path, _target: Path) -> None:
        raise OSError(errno.EXDEV, "other device")

    monkeypatch.setattr(Path, "rename", cross)
    monkeypatch.setattr(Path, "unlink", refuse)
    with pytest.raises(Fault, match="只读"):
        take(place[0] / "x.xlsx", *place)
    assert [p for p in place[1].rglob("*") if p.is_file()] == []


# --- one of many -------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def three(tmp_path: Path) -> Iterator[tuple[Bench, Watcher, list[str]]]:
    bench = Bench.make(tmp_path / "desk")
    for name, data in zip(
        NAMES, (stock()["屯留.xlsx"], stock()["屯留 改.xlsx"], stock()["没有邮箱.xlsx"]), strict=True
    ):
        bench.drop(name, data)
    said: list[str] = []
    with contextlib.closing(Desk.open(bench.root)) as desk:
        yield bench, Watcher(desk, said.append, 1), said


def ends(bench: Bench, watcher: Watcher) -> None:
    """Once nothing is in the way, all is done."""
    watcher.look()
    invariants(bench)


def test_a_file_that_can_not_be_taken_keeps_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    with three(tmp_path) as (bench, watcher, _):
        with monkeypatch.context() as lie:
            lie.setattr(Path, "rename", failing(Path.rename, lambda p: p.name == "b.xlsx", errno.EACCES))
            with pytest.raises(Fault, match=r"b\.xlsx.*没有权限"):
                watcher.look()
            assert watcher.counts["checked"] == 2
            assert [p.name for p in bench.folders.inbox.iterdir()] == ["b.xlsx"]
        ends(bench, watcher)


def test_a_file_that_is_held_open_for_long_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """On Windows such a file can't be renamed; for a moment that is usual."""
    with three(tmp_path) as (bench, watcher, _):
        plain = working.take
        with monkeypatch.context() as lie:
            lie.setattr(working, "take", lambda file, *more: None if file.name == "b.xlsx" else plain(file, *more))
            for _ in range(5):
                watcher.look()
            assert watcher.counts["checked"] == 2
            with pytest.raises(Fault, match=r"b\.xlsx”一直被别的程序打开着"):
                watcher.look()
        ends(bench, watcher)


def test_a_full_disk_stops_the_taking(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    with three(tmp_path) as (bench, watcher, _):
        with monkeypatch.context() as lie:
            lie.setattr(Path, "mkdir", failing(Path.mkdir, lambda p: "处理中" in p.parts, errno.ENOSPC))
            with pytest.raises(Fault, match="磁盘空间不足"):
                watcher.look()
        nothing_lost(bench)
        ends(bench, watcher)


def test_a_folder_of_somebody_elses_keeps_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    with three(tmp_path) as (bench, watcher, said):
        bench.drop("别人的/d.xlsx", stock()["坏.xlsx"])
        with monkeypatch.context() as lie:
            lie.setattr("os.scandir", failing(os.scandir, lambda p: p.name == "别人的", errno.EACCES))
            watcher.look()
            watcher.look()
            assert watcher.counts["checked"] == 3
            assert len([line for line in said if "别人的" in line and "没有权限" in line]) == 1
        ends(bench, watcher)


def test_a_mistake_of_ours_keeps_one_workbook_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    with three(tmp_path) as (bench, watcher, _):
        plain = SubmissionProcessor._apply

        def broken(self, item, *more):
            if item.job.name == "b.xlsx":
                raise KeyError("ours")
            return plain(self, item, *more)

        with monkeypatch.context() as lie:
            lie.setattr(SubmissionProcessor, "_apply", broken)
            with pytest.raises(XlcheckError, match=r"自身出错（KeyError.*b\.xlsx”留在“处理中”"):
                watcher.look()
            assert watcher.counts["checked"] == 2
            nothing_lost(bench)
        ends(bench, watcher)


def test_a_workbook_that_breaks_checking_itself_keeps_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    with three(tmp_path) as (bench, watcher, _):
        plain = ConsultingBatch.steps

        def broken(self, job):
            if job.name == "b.xlsx":
                raise KeyError("ours")
            return plain(self, job)

        with monkeypatch.context() as lie:
            lie.setattr(ConsultingBatch, "steps", broken)
            with pytest.raises(XlcheckError, match=r"b\.xlsx"):
                watcher.look()
            assert watcher.counts["checked"] == 2
        ends(bench, watcher)


def test_last_years_workbook_that_can_not_be_read_keeps_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    with three(tmp_path) as (bench, watcher, _):
        bench_old = bench.root / "上年"
        bench_old.mkdir()
        (bench_old / "屯留 140405.xlsx").write_bytes(b"x")
        watcher.desk.settings = watcher.desk.settings.model_copy(update={"last_year": "上年"})

        def broken(*_: object) -> None:
            raise KeyError("ours")

        monkeypatch.setattr(Pipeline, "read", broken)
        ends(bench, watcher)


def test_a_backup_that_can_not_be_written_is_said_and_keeps_nothing(tmp_path: Path):
    with three(tmp_path) as (bench, watcher, said):
        backups = bench.folders.backups
        backups.rmdir() if backups.is_dir() else None
        backups.write_bytes(b"in the way")
        watcher.look()
        assert watcher.counts["checked"] == 3
        assert any("备份" in line for line in said)


def test_the_watcher_goes_on_after_anything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    with three(tmp_path) as (_, watcher, said):
        calls: list[str] = []

        def look() -> tuple[int, int]:
            calls.append("look")
            if calls.count("look") < 3:
                raise RuntimeError("ours")
            watcher.waiter.stop()
            return 0, 0

        monkeypatch.setattr(watcher, "look", look)
        monkeypatch.setattr(watcher.waiter, "wait", lambda _: None)
        watcher.forever(lambda: calls.append("after"))
        assert calls == ["look", "after", "look", "after", "look"]
        assert [line for line in said if "自身出错（RuntimeError: ours）" in line]


# --- file systems ------------------------------------------------------------------------------------------------


def test_a_file_system_that_flushes_no_folders_is_good_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    plain = os.fsync

    def refuse(handle: int) -> None:
        if os.path.isdir(f"/proc/self/fd/{handle}"):  # noqa: PTH112
            raise OSError(errno.EINVAL, "no such thing here")
        plain(handle)

    monkeypatch.setattr(os, "fsync", refuse)
    monkeypatch.setattr(Path, "chmod", failing(Path.chmod, lambda _: True, errno.EPERM))
    files.write_whole(tmp_path / "new" / "x", b"1")
    assert (tmp_path / "new" / "x").read_bytes() == b"1"


def test_a_junction_is_a_link(tmp_path: Path):
    (tmp_path / "x").write_bytes(b"a,b\n")
    state = (tmp_path / "x").lstat()
    assert not files.is_link(state)
    assert files.is_link(SimpleNamespace(st_mode=state.st_mode, st_reparse_tag=0xA0000003))
    assert StabilityCheck(0).look(tmp_path)[0] == [tmp_path / "x"]


def test_each_new_folder_is_put_on_the_disk_before_a_file_is_renamed_into_it(place, monkeypatch: pytest.MonkeyPatch):
    synced: list[Path] = []
    monkeypatch.setattr(files, "sync_folder", synced.append)
    (place[0] / "sub").mkdir()
    (place[0] / "x.xlsx").rename(place[0] / "sub" / "x.xlsx")
    claim = take(place[0] / "sub" / "x.xlsx", *place)
    assert claim is not None
    assert synced == [place[1], claim.folder, claim.folder / "件"]


def test_watch_has_no_second_way_to_remove_what_came():
    """What was found the hard way: a folder of 处理中 is only ever taken away by :func:`close`."""
    for module in (watch, working):
        assert "rmtree" not in Path(module.__file__).read_text(encoding="utf-8")


def test_what_people_keep_in_the_working_folder_stays(tmp_path: Path):
    with three(tmp_path) as (bench, watcher, _):
        own = bench.folders.working / "领导交办" / "件" / "a.docx"
        own.parent.mkdir(parents=True)
        own.write_bytes(b"mine")
        watcher.look()
        assert own.read_bytes() == b"mine"
        assert watcher.counts["checked"] == 3
