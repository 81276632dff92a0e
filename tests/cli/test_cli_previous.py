"""``--previous``: what is new, what is still wrong, what is mended since the last version."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest

from support.places import SAMPLES
from xlcheck.reading.marks.format import SHEET

BEFORE = SAMPLES / "tunliu_2023_transposed.xlsx"


@pytest.fixture(scope="module")
def report(run):
    return lambda *arguments: run("check", *arguments, "--format", "json").json


@pytest.fixture(scope="module")
def now(tmp_path_factory) -> Path:
    """The last version with its wrong figure mended and another one wrong."""
    book = openpyxl.load_workbook(SAMPLES / "tunliu_2023.xlsx")
    book["公开02 收入决算表"]["F9"] = 7777.77
    path = tmp_path_factory.mktemp("now") / "本次.xlsx"
    book.save(path)
    return path


@pytest.fixture(scope="module")
def previous(run, tmp_path_factory) -> dict[str, Path]:
    """The same earlier version as a workbook, as its marked copy, as reports, in a folder."""
    folder = tmp_path_factory.mktemp("before")
    run("check", BEFORE, "--out", folder / "copies", "--fail-on", "never")
    (folder / "一.json").write_text(run("check", BEFORE, "--format", "json").out, encoding="utf-8")
    (folder / "一.jsonl").write_text(run("check", BEFORE, "--format", "jsonl").out, encoding="utf-8")
    both = run("check", BEFORE, SAMPLES / "putuo_shiquan_2025.xlsx", "--format", "json").out
    (folder / "两份.json").write_text(both, encoding="utf-8")
    return {
        "workbook": BEFORE, "copy": folder / "copies" / BEFORE.name, "json": folder / "一.json",
        "jsonl": folder / "一.jsonl", "reports": folder / "两份.json", "folder": folder / "copies",
    }  # fmt: skip


@pytest.mark.parametrize("kind", ["workbook", "copy", "json", "jsonl", "reports", "folder"])
def test_findings_are_new_or_mended_whatever_the_last_version_is_given_as(report, now, previous, kind):
    found = report(now, "--previous", previous[kind])
    before = report(BEFORE)
    assert {f["change"] for f in found["findings"] if f["severity"] == "错误"} == {"新增"}
    mended = {m["id"] for m in found["previous"]["mended"]}
    assert mended == {f["id"] for f in before["findings"]} - {f["id"] for f in found["findings"]}
    assert mended
    assert found["previous"]["counts"]["已改正"] == len(mended)


def test_what_is_the_same_is_still_open_and_nothing_is_mended(report, previous):
    found = report(BEFORE, "--previous", previous["json"])
    assert {f["change"] for f in found["findings"]} == {"未改正"}
    assert found["previous"]["mended"] == []


def test_a_wrong_figure_that_has_become_another_wrong_figure_is_still_open(report, tmp_path, previous):
    before = report(BEFORE)
    cell = next(c for f in before["findings"] if f["severity"] == "错误" for c in f["cells"] if c["role"] == "part")
    book = openpyxl.load_workbook(BEFORE)
    book[cell["sheet"]][cell["cell"]] = 4321.09
    book.save(tmp_path / "又错.xlsx")
    found = report(tmp_path / "又错.xlsx", "--previous", previous["json"])
    still = {f["id"] for f in found["findings"] if f["change"] == "未改正"}
    assert still & {f["id"] for f in before["findings"]}


def test_the_text_and_the_list_say_it(run, tmp_path, now, previous):
    done = run("check", now, "--previous", previous["workbook"], "--out", tmp_path, "--fail-on", "never")
    assert "与上次" in done.out
    assert "[已改正]" in done.out
    assert "[新增 错误]" in done.out
    sheet = openpyxl.load_workbook(io.BytesIO((tmp_path / now.name).read_bytes()))[SHEET]
    said = [str(c.value) for row in sheet.iter_rows() for c in row if c.value]
    assert any(s.startswith("与上次相比：新增") for s in said)
    assert any(s.startswith("上次的问题，已改正") for s in said)
    assert any('"已改正","新增"' in s for s in said)  # the live status falls back to what the last check knew


def test_a_version_of_another_unit_is_told_and_not_compared(report, now):
    found = report(now, "--previous", SAMPLES / "putuo_shiquan_2025.xlsx")
    assert found["previous"] is None
    assert {f["change"] for f in found["findings"]} == {None}
    assert [f["what"] for f in found["findings"] if f["what"] == "other_previous"] == ["other_previous"]


def test_a_first_return_among_many_is_simply_not_compared(report, previous):
    other = report(SAMPLES / "tunliu_2023.xlsx", "--previous", SAMPLES)
    assert other["previous"] is not None
    found = report(SAMPLES / "putuo_shiquan_2025.xlsx", "--previous", previous["folder"].parent / "两份.json")
    assert {f["change"] for f in found["findings"]} == {"未改正"}


@pytest.mark.parametrize(
    ("name", "content"),
    [("坏.json", b"{}"), ("坏.json", b"[1, 2"), ("旧.json", b'{"schema": "xlcheck.report/0"}'), ("坏.xlsx", b"PK")],
)
def test_what_is_no_earlier_version_is_refused_in_words(run, tmp_path, now, name, content):
    (tmp_path / name).write_bytes(content)
    done = run("check", now, "--previous", tmp_path / name)
    assert done.code == 2
    assert name in done.err
    assert "上次" in done.err


def test_a_version_that_is_not_there_is_told(run, now):
    done = run("check", now, "--previous", "没有.xlsx")
    assert done.code == 2


def test_what_can_not_be_checked_now_is_not_said_to_be_mended(report, tmp_path, previous):
    before = report(BEFORE)
    error = next(f for f in before["findings"] if f["severity"] == "错误")
    book = openpyxl.load_workbook(BEFORE)
    for cell in error["cells"]:
        book[cell["sheet"]][cell["cell"]] = "见附注"
    book.save(tmp_path / "写字.xlsx")
    found = report(tmp_path / "写字.xlsx", "--previous", previous["json"])["previous"]
    assert error["id"] in {k["id"] for k in found["unsure"]}
    assert error["id"] not in {k["id"] for k in found["mended"]}
