"""A bulk run: everything is counted once, nothing is done twice, and a run that was stopped goes on."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from support import foreign
from support.books import many, put
from support.places import SAMPLES
from xlcheck.batch import Batch
from xlcheck.bulk import folder as folders
from xlcheck.bulk.folder import ANSWERED, REPORTS, RUNNING, ResultsFolder
from xlcheck.bulk.request import BulkRequest, execute_bulk
from xlcheck.bulk.run import settings_of
from xlcheck.engines.cluster import own_cluster
from xlcheck.engines.executor import Engine
from xlcheck.errors import Fault, Usage
from xlcheck.form import Severity
from xlcheck.pipeline import Pipeline
from xlcheck.writing.rendering import renderer

LOCAL = Engine("local", 2)


@pytest.fixture(scope="module")
def cluster():
    """One of two workers for all tests here: to start one takes longer than what they do with it."""
    own = own_cluster(2)
    yield Engine(own.scheduler_address)
    own.close()


@pytest.fixture(params=["processes", "dask"])
def engine(request) -> Engine:
    return Engine() if request.param == "processes" else request.getfixturevalue("cluster")


@pytest.fixture
def books(tmp_path) -> Path:
    """Nine workbooks in two folders and an archive, one that can't be read, and a file that is none."""
    found = many(tmp_path / "收件", 6, a_folder=3)
    data = (SAMPLES / "tunliu_2023.xlsx").read_bytes()
    (found / "县0000" / "上报.zip").write_bytes(foreign.zipped({"一.xlsx": data, "二.xlsx": data}))
    (found / "县0000" / "旧.xls").write_bytes(data)
    (found / "县0001" / "坏.xlsx").write_bytes(b"PK\x03\x04 no workbook")
    (found / "图片.png").write_text("a")
    return found


def ask(books, results, **more):
    return BulkRequest(paths=(str(books),), results=results, processes=2, **more)


def check(books, results, **more):
    return execute_bulk(ask(books, results, **more), lambda progress: None)


def reports(results: Path) -> list[dict]:
    lines = [line for shard in sorted((results / REPORTS).iterdir()) for line in shard.read_text("utf-8").splitlines()]
    return [json.loads(line) for line in lines]


def files(folder: Path) -> dict[str, tuple[int, int]]:
    """All files with what tells whether they were written again."""
    return {
        path.relative_to(folder).as_posix(): (path.stat().st_ino, path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file()
    }


# --- what comes out -----------------------------------------------------------------------------------


def test_results_are_those_of_a_plain_check(books, tmp_path, engine):
    end = check(books, tmp_path / "r", engine=engine, out=tmp_path / "out")
    argv = ["check", str(books), "--format", "jsonl", "--out", str(tmp_path / "plain")]
    plain = subprocess.run([sys.executable, "-m", "xlcheck", *argv], capture_output=True, check=False)
    wanted = [json.loads(line) for line in plain.stdout.splitlines()]
    assert sorted(map(str, reports(tmp_path / "r"))) == sorted(map(str, wanted))
    assert end.code == plain.returncode == 3
    assert {n: (tmp_path / "out" / n).read_bytes() for n in files(tmp_path / "out")} == {
        n: (tmp_path / "plain" / n).read_bytes() for n in files(tmp_path / "plain")
    }
    tally = end.tally
    assert (tally.came_in, tally.checked, tally.refused, tally.known, tally.again) == (10, 9, 1, 0, 0)
    assert end.skipped == (str(books / "图片.png"),)
    assert not (tmp_path / "r" / RUNNING).exists()
    assert json.loads((tmp_path / "r" / "summary.json").read_text("utf-8"))["checked"] == 9


def test_shards_of_parquet_make_one_table(books, tmp_path):
    from pyarrow import dataset

    check(books, tmp_path / "r", format="parquet")
    check(books, tmp_path / "j")
    rows = dataset.dataset(tmp_path / "r" / REPORTS).to_table().to_pylist()
    lines = reports(tmp_path / "j")
    assert Counter(r["path"] for r in rows) == Counter(r["workbook"]["path"] for r in lines)
    by_path = {r["workbook"]["path"]: r for r in lines}
    for row in rows:
        report = by_path[row["path"]]
        assert (row["status"], row["sha256"], row["set"]) == (
            report["status"], report["workbook"]["sha256"], report["workbook"]["set"],
        )  # fmt: skip
        assert row["错误"] == report["counts"]["错误"]
        assert [(f["message"], len(f["cells"])) for f in row["findings"]] == [
            (f["message"], len(f["cells"])) for f in report["findings"]
        ]


@pytest.mark.parametrize(("fail_on", "code"), [(Severity.ERROR, 1), (None, 0)])
def test_the_exit_code_is_that_of_all_also_of_what_was_known(tmp_path, fail_on, code):
    many(tmp_path / "in", 4)
    for _ in range(2):
        assert check(tmp_path / "in", tmp_path / "r", fail_on=fail_on).code == code


# --- going on -----------------------------------------------------------------------------------------


def test_what_is_answered_is_not_done_again(books, tmp_path, engine):
    first = check(books, tmp_path / "r", out=tmp_path / "out", engine=engine)
    before = files(tmp_path / "out"), files(tmp_path / "r" / REPORTS), files(tmp_path / "r" / ANSWERED)
    again = check(books, tmp_path / "r", out=tmp_path / "out", engine=engine)
    assert (files(tmp_path / "out"), files(tmp_path / "r" / REPORTS), files(tmp_path / "r" / ANSWERED)) == before
    assert (again.tally.checked, again.tally.refused, again.tally.known) == (9, 1, 10)
    assert again.tally.by_worst == first.tally.by_worst
    assert again.tally.by_refusal == first.tally.by_refusal
    assert again.code == first.code


def test_a_workbook_that_changed_came_or_moved_is_done(books, tmp_path):
    check(books, tmp_path / "r")
    changed = books / "县0000" / "单位000000.xlsx"
    changed.unlink()  # it is a hard link
    put(SAMPLES / "tunliu_2023_yuan.xlsx", changed)
    put(SAMPLES / "tunliu_2023.xlsx", books / "新.xlsx")
    (books / "县0001" / "单位000004.xlsx").rename(books / "县0001" / "改名.xlsx")
    end = check(books, tmp_path / "r")
    assert (end.tally.came_in, end.tally.known) == (11, 8)
    new = [r["workbook"]["path"] for r in reports(tmp_path / "r")][10:]
    assert sorted(Path(p).name for p in new) == ["单位000000.xlsx", "改名.xlsx", "新.xlsx"]


@pytest.mark.parametrize("change", [{"send_to": "a@b"}, {"set_id": "shanxi-2023"}, {"format": "parquet"}])
def test_other_settings_are_other_answers(books, tmp_path, change):
    check(books, tmp_path / "r")
    assert check(books, tmp_path / "r", **change).tally.known == 0
    assert check(books, tmp_path / "r").tally.known == 10


def test_other_rules_are_other_answers(tmp_path, own_cache):
    import shutil

    from xlcheck.mapping.library import Library, home

    shutil.copytree(home(), tmp_path / "m")
    before = settings_of(Batch(Pipeline(library=Library(tmp_path / "m"))), "jsonl")
    assert settings_of(Batch(Pipeline(library=Library(tmp_path / "m"))), "jsonl") == before
    rules = next((tmp_path / "m" / "shanxi-2023").rglob("*.yaml"))
    rules.write_text(rules.read_text("utf-8") + "\n# 改过\n", "utf-8")
    assert settings_of(Batch(Pipeline(library=Library(tmp_path / "m"))), "jsonl") != before


def test_what_the_machine_spoiled_is_done_again(tmp_path, monkeypatch):
    many(tmp_path / "in", 4)
    monkeypatch.setenv("XLCHECK_SECONDS", "0.0001")
    end = check(tmp_path / "in", tmp_path / "r")
    assert (end.tally.refused, end.tally.again, end.code) == (4, 4, 3)
    assert {r["refusal"]["code"] for r in reports(tmp_path / "r")} == {"timeout"}
    monkeypatch.delenv("XLCHECK_SECONDS")
    end = check(tmp_path / "in", tmp_path / "r")
    assert (end.tally.checked, end.tally.known) == (4, 0)
    last = {r["workbook"]["path"]: r["status"] for r in reports(tmp_path / "r")}  # the later shard counts
    assert set(last.values()) == {"checked"}


def test_a_copy_that_could_not_be_written_is_made_the_next_time(tmp_path):
    many(tmp_path / "in", 4)
    (tmp_path / "out").write_text("a file")
    end = check(tmp_path / "in", tmp_path / "r", out=tmp_path / "out" / "x")
    assert (end.tally.checked, end.tally.faults, end.tally.again, end.code) == (4, 4, 4, 70)
    (tmp_path / "out").unlink()
    end = check(tmp_path / "in", tmp_path / "r", out=tmp_path / "out" / "x")
    assert (end.tally.faults, end.tally.known) == (0, 0)
    assert len(files(tmp_path / "out")) == 4


@pytest.mark.parametrize("engine_named", ["processes", "dask://local?workers=2"])
def test_a_run_that_is_killed_goes_on_where_it_was(tmp_path, engine_named, monkeypatch):
    many(tmp_path / "in", 400)
    argv = ["check", str(tmp_path / "in"), "--results", str(tmp_path / "r"), "--engine", engine_named]
    child = subprocess.Popen([sys.executable, "-m", "xlcheck", *argv], stderr=subprocess.PIPE)
    answered = tmp_path / "r" / ANSWERED
    until = time.monotonic() + 120
    while not (answered.is_dir() and any(answered.glob("*.jsonl"))) and time.monotonic() < until:
        time.sleep(0.02)
    child.send_signal(signal.SIGKILL)
    child.communicate()
    left_over = tmp_path / "r" / REPORTS / "0001-999999999-0.jsonl"
    left_over.write_text("half of a shard")
    known = sum(len(f.read_bytes().splitlines()) - 1 for f in answered.glob("*.jsonl"))
    assert 0 < known < 400
    end = check(tmp_path / "in", tmp_path / "r")
    assert (end.tally.came_in, end.tally.checked, end.tally.known) == (400, 400, known)
    found = Counter(r["workbook"]["path"] for r in reports(tmp_path / "r"))  # no shard of the killed run counts twice
    assert len(found) == 400
    assert set(found.values()) == {1}


# --- who is at work -----------------------------------------------------------------------------------


class Clock:
    """Time that passes when somebody sleeps."""

    def __init__(self, while_sleeping=lambda: None):
        self.now = 0.0
        self.while_sleeping = while_sleeping

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        self.now += seconds
        self.while_sleeping()


def sign(path, **more):
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps({"run": "other", "beat": 1, "host": "elsewhere", "process": 1, **more}))


def test_two_runs_in_one_folder_do_not_meet(tmp_path):
    sign(tmp_path / "r" / RUNNING)
    clock = Clock(lambda: sign(tmp_path / "r" / RUNNING, beat=clock.now))
    folder = ResultsFolder(tmp_path / "r", "s", clock, clock.sleep)
    with pytest.raises(Usage, match="另一次检查"):
        folder.start()


def test_a_run_that_gives_no_sign_is_over(tmp_path):
    sign(tmp_path / "r" / RUNNING)
    clock = Clock()
    ResultsFolder(tmp_path / "r", "s", clock, clock.sleep).start()
    assert clock.now >= folders._SILENT


def test_a_run_of_this_machine_that_is_dead_is_over_at_once(tmp_path):
    import socket

    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    sign(tmp_path / "r" / RUNNING, host=socket.gethostname(), process=child.pid)
    clock = Clock()
    ResultsFolder(tmp_path / "r", "s", clock, clock.sleep).start()
    assert clock.now == 0


def test_a_run_whose_folder_was_taken_stops(tmp_path):
    clock = Clock()
    folder = ResultsFolder(tmp_path / "r", "s", clock, clock.sleep)
    folder.start()
    clock.now += 60
    folder.alive()
    sign(tmp_path / "r" / RUNNING)
    clock.now += 60
    with pytest.raises(Fault, match="占用"):
        folder.alive()
    folder.leave()
    assert (tmp_path / "r" / RUNNING).exists()  # it is the other's


def test_a_folder_of_something_else_is_left_alone(tmp_path):
    (tmp_path / "r" / ANSWERED).mkdir(parents=True)
    (tmp_path / "r" / ANSWERED / "笔记.txt").write_text("别动")
    many(tmp_path / "in", 1)
    with pytest.raises(Usage, match="不是 xlcheck 写的"):
        check(tmp_path / "in", tmp_path / "r")


# --- what makes no sense ------------------------------------------------------------------------------


def test_results_and_copies_among_the_workbooks_are_refused(books, tmp_path):
    with pytest.raises(Usage, match="--results"):
        check(books, books / "r")
    with pytest.raises(Usage, match="--out"):
        check(books, tmp_path / "r", out=books / "out")
    with pytest.raises(Usage, match="--out"):
        check(books, tmp_path / "r", out=books.parent)


def test_no_workbook_and_no_folder_are_said(tmp_path):
    (tmp_path / "空").mkdir()
    with pytest.raises(Usage, match="没有找到工作簿"):
        check(tmp_path / "空", tmp_path / "r")
    with pytest.raises(Usage, match="没有“"):
        check(tmp_path / "无", tmp_path / "r")


@pytest.mark.parametrize("engine", [Engine(), LOCAL], ids=["processes", "dask"])
def test_a_shard_that_cannot_be_written_ends_the_run_and_what_was_in_it_is_not_taken_for_answered(
    books, tmp_path, engine
):
    # a cluster of its own, which ends with the run: what a lasting one has begun it writes later, and nobody counts it
    in_the_way = tmp_path / "r" / REPORTS / "0001-000000004-0.jsonl"
    in_the_way.mkdir(parents=True)
    with pytest.raises(Fault, match=in_the_way.name):
        check(books, tmp_path / "r", engine=engine)
    in_the_way.rmdir()
    end = check(books, tmp_path / "r")
    assert end.tally.came_in == 10
    assert end.tally.known <= 6
    assert len({r["workbook"]["path"] for r in reports(tmp_path / "r")}) == len(reports(tmp_path / "r")) == 10


def test_memory_of_this_process_is_nothing_to_others(tmp_path):
    many(tmp_path / "in", 1)
    from xlcheck.storage import Address

    with pytest.raises(Usage, match="内存"):
        check(tmp_path / "in", tmp_path / "r", out=Address("memory://out"))
    with pytest.raises(Usage, match="内存"):
        check(tmp_path / "in", Address("memory://r"), engine=LOCAL)


def test_the_rules_of_a_run_go_along_to_where_there_are_others(tmp_path, monkeypatch):
    import pickle
    import shutil

    from xlcheck.mapping.library import Library, home

    shutil.copytree(home(), tmp_path / "m")
    extra = tmp_path / "m" / "shanxi-2023" / "set.yaml"
    extra.write_text(extra.read_text("utf-8") + "\n# 本地改过\n", "utf-8")
    library = Library(tmp_path / "m")
    rules, data = library.rules_digest, pickle.dumps(library)
    assert pickle.loads(data).root == tmp_path / "m"  # noqa: S301 - the same files are there
    shutil.rmtree(tmp_path / "m")
    monkeypatch.setenv("XLCHECK_CACHE", str(tmp_path / "cache"))
    for _ in range(2):
        arrived = pickle.loads(data)  # noqa: S301
        assert arrived.rules_digest == rules
        assert arrived.root.is_relative_to(tmp_path / "cache")
        assert arrived.score_sheets
        assert arrived.load("shanxi-2023").id == "shanxi-2023"


def test_the_batch_is_small_where_it_only_says_what_was_lost():
    import pickle

    from xlcheck.bulk.work import BulkWork

    work = BulkWork(Batch(Pipeline(), renderer=renderer("jsonl"), keep_reports=True))
    _ = work.batch.pipeline.reader
    assert len(pickle.dumps(work.light)) < len(pickle.dumps(work)) / 4
