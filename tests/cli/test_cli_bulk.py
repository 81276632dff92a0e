"""``xlcheck check --results`` and ``--engine`` as a user sees them."""

from __future__ import annotations

import json

import pytest

from xlcheck.bulk.answered import BulkRow
from xlcheck.bulk.progress import Pace
from xlcheck.bulk.run import BulkProgress
from xlcheck.cli import bulk


def test_a_run_says_how_it_ended_and_the_next_what_it_knew(run, inbox, tmp_path):
    done = run("check", inbox, "--results", tmp_path / "r")
    assert done.code == 3
    assert "共 5 份：检查了 4 份，拒绝 1 份" in done.out
    assert "检查了的里面：最重为错误的 1 份，最重为核实的 1 份，最重为提示的 1 份，没有问题的 1 份。" in done.out
    assert f"报告在 {tmp_path / 'r'}/reports" in done.out
    assert done.err == ""
    again = run("check", inbox, "--results", tmp_path / "r")
    assert "其中 5 份以前已有结果，内容和规则都没变，没有重做。" in again.out
    assert again.code == 3
    summary = json.loads((tmp_path / "r" / "summary.json").read_text("utf-8"))
    assert summary["in"] == summary["checked"] + summary["refused"] == summary["known"] == 5


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--output", "x.json"], "--results 不能和 --output 同时用"),
        (["--last-year", "x.xlsx"], "--results 不能和 --last-year 同时用"),
        (["--previous", "x.json"], "--results 不能和 --previous 同时用"),
        (["--explanations", "x.csv"], "--results 不能和 --explanations 同时用"),
        (["--format", "html"], "--format 只能是：jsonl、parquet"),
        (["--engine", "ray"], "--engine 只能是"),
        (["-"], "标准输入"),
    ],
)
def test_what_makes_no_sense_together_is_said(run, inbox, tmp_path, options, said):
    done = run("check", inbox, "--results", tmp_path / "r", *options)
    assert done.code == 2
    assert said in done.err
    assert not (tmp_path / "r").exists()


def test_an_engine_that_is_not_there_is_said(run, inbox):
    done = run("check", inbox, "--engine", "dask://10.0.0.1")
    assert (done.code, "dask://10.0.0.1:8786" in done.err) == (2, True)


def test_a_table_of_one_run(run, inbox, tmp_path):
    from pyarrow import parquet

    assert run("check", inbox, "--format", "parquet", "--output", tmp_path / "r.parquet").code == 3
    rows = parquet.read_table(tmp_path / "r.parquet").to_pylist()
    assert len(rows) == 5
    assert {row["refusal"] for row in rows} == {None, "damaged"}
    errors = sum(finding["severity"] == "错误" for row in rows for finding in row["findings"])
    assert errors == sum(row["错误"] or 0 for row in rows) > 0


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def test_a_log_gets_a_line_a_minute_and_a_screen_one_that_changes(capsys):
    for on_screen, lines in ((False, 9), (True, 0)):
        clock = Clock()
        said, pace = bulk._ProgressLine(clock, on_screen=on_screen), Pace(6_000, clock)
        for second in range(600):
            clock.now += 1
            pace.at((second + 1) * 10)
            said(BulkProgress(pace))
        said.end()
        err = capsys.readouterr().err
        assert err.count("\n") == pytest.approx(lines, abs=1)
        assert "已完成 3000/6000 份，每秒 10.0 份，还要约 5 分 0 秒" in err
        assert err.endswith("\r") == on_screen  # no screen, no codes: click takes them out


def test_the_first_faults_are_said(capsys):
    clock = Clock()
    said = bulk._ProgressLine(clock, on_screen=False)
    row = BulkRow("a", "a", "", fault="写不了“a”：磁盘空间不足")
    for _ in range(30):
        said(BulkProgress(Pace(0, clock), [row]))
    assert capsys.readouterr().err.count("磁盘空间不足") == 10
