"""What is dropped on an icon: marked copies beside it, one report, nothing replaced, nothing lost."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from support.places import ROOT
from xlcheck.desktop.callline import dropped
from xlcheck.desktop.places import can_write, checked_name, free, plain_stem

SAMPLE = ROOT / "samples" / "tunliu_2023_transposed.xlsx"
OTHER = ROOT / "samples" / "tunliu_2023.xlsx"


def drop(*paths, prefix=(), home=None, **more):
    clean = {k: v for k, v in os.environ.items() if not k.startswith("XLCHECK_") or k == "XLCHECK_CACHE"}
    environment = clean | ({"HOME": str(home), "XDG_DATA_HOME": str(home / "data")} if home else {}) | more
    done = subprocess.run(
        [*prefix, sys.executable, "-m", "xlcheck", "drop", "--no-open", *map(str, paths)],
        capture_output=True, text=True, env=environment, check=False, timeout=300,
    )  # fmt: skip
    assert "Traceback" not in done.stderr
    return done


def names(folder: Path) -> list[str]:
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())


@pytest.fixture
def place(tmp_path):
    folder = tmp_path / "财务 2023"
    folder.mkdir()
    return folder


def test_a_workbook_gets_a_copy_and_a_report_beside_it(place):
    book = place / "屯留 决算.xlsx"
    shutil.copy(SAMPLE, book)
    done = drop(book)
    assert done.returncode == 0, done.stderr
    assert names(place) == ["屯留 决算.xlsx", "屯留 决算（已审核）.html", "屯留 决算（已审核）.xlsx"]
    assert book.read_bytes() == SAMPLE.read_bytes()
    assert "有错误（错误 4" in done.stdout
    assert "公开03" in (place / "屯留 决算（已审核）.html").read_text(encoding="utf-8")
    assert str(place / "屯留 决算（已审核）.xlsx") in done.stdout


def test_the_same_drop_again_makes_nothing_new_and_a_copy_that_was_worked_on_stays(place):
    book = place / "a.xlsx"
    shutil.copy(SAMPLE, book)
    drop(book)
    before = {name: (place / name).read_bytes() for name in names(place)}
    drop(book)
    assert {name: (place / name).read_bytes() for name in names(place)} == before
    (place / "a（已审核）.xlsx").write_bytes(b"worked on")
    drop(book)
    assert (place / "a（已审核）.xlsx").read_bytes() == b"worked on"
    assert (place / "a（已审核2）.xlsx").read_bytes() == before["a（已审核）.xlsx"]


def test_a_marked_copy_dropped_again_is_counted_on_not_named_twice(place):
    shutil.copy(SAMPLE, place / "a.xlsx")
    drop(place / "a.xlsx")
    shutil.copy(OTHER, place / "a（已审核）.xlsx")  # corrected and sent back under that name
    assert drop(place / "a（已审核）.xlsx").returncode == 0
    assert "a（已审核2）.xlsx" in names(place)


def test_many_files_and_a_folder_have_one_report(place):
    (place / "收齐" / "下级").mkdir(parents=True)
    shutil.copy(SAMPLE, place / "收齐" / "下级" / "甲.xlsx")
    (place / "收齐" / "说明.txt").write_text("x", encoding="utf-8")
    shutil.copy(OTHER, place / "乙.xlsx")
    shutil.copy(OTHER, place / "丙&丁.xlsx")
    done = drop(place / "乙.xlsx", place / "丙&丁.xlsx", place / "收齐")
    assert done.returncode == 0
    assert [name for name in names(place) if "已审核" in name] == [
        "丙&丁（已审核）.xlsx", "乙（已审核）.xlsx", "审核报告（已审核）.html", "收齐（已审核）/下级/甲（已审核）.xlsx",
    ]  # fmt: skip
    assert "说明.txt" in done.stdout


def test_two_that_would_get_one_name_get_two(place):
    shutil.copy(SAMPLE, place / "a.xlsx")
    shutil.copy(OTHER, place / "a（已审核）.xlsx")
    drop(place / "a.xlsx", place / "a（已审核）.xlsx")
    assert len([n for n in names(place) if n.endswith(".xlsx")]) == 4


def test_an_archive_and_what_cannot_be_read(place):
    with zipfile.ZipFile(place / "全部.zip", "w") as archive:
        archive.write(SAMPLE, "甲/决算.xlsx")
        archive.write(OTHER, "乙/决算.xlsx")
    (place / "坏.xlsx").write_bytes(b"PK\x03\x04 none")
    done = drop(place / "全部.zip", place / "坏.xlsx")
    assert done.returncode == 3
    assert "没有检查：" in done.stdout
    assert {"全部/甲/决算（已审核）.xlsx", "全部/乙/决算（已审核）.xlsx"} <= set(names(place))


def as_one_without_rights() -> list[str]:
    """How to run a program that a folder's rights hold back, even where the tests run as root."""
    if os.geteuid() != 0:
        return []
    if shutil.which("setpriv") is None:
        pytest.skip("root, and no setpriv")
    return ["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-all"]


def test_where_nothing_can_be_written_beside_it_results_go_to_the_users_folder(place, tmp_path):
    shutil.copy(SAMPLE, place / "a.xlsx")
    place.chmod(0o555)
    try:
        done = drop(place / "a.xlsx", prefix=as_one_without_rights(), home=tmp_path)
    finally:
        place.chmod(0o755)
    assert done.returncode == 0, done.stdout + done.stderr
    assert names(place) == ["a.xlsx"]
    results = tmp_path / "data" / "xlcheck" / "审核结果"
    assert names(results) == ["a（已审核）.html", "a（已审核）.xlsx"]
    assert f"“{place}”里不能写文件，结果写在：{results}" in done.stdout


def test_where_the_users_folder_cannot_be_written_either_a_temporary_one_is_used(place, tmp_path):
    shutil.copy(SAMPLE, place / "a.xlsx")
    home, spare = tmp_path / "home", tmp_path / "tmp"
    (home / "data").mkdir(parents=True)
    spare.mkdir()
    for folder in (place, home / "data"):
        folder.chmod(0o555)
    try:
        cache = str(home / "data" / "cache")
        done = drop(place / "a.xlsx", prefix=as_one_without_rights(), home=home, TMPDIR=str(spare), XLCHECK_CACHE=cache)
    finally:
        for folder in (place, home / "data"):
            folder.chmod(0o755)
    assert done.returncode == 0, done.stdout + done.stderr
    assert names(spare) == ["xlcheck/审核结果/a（已审核）.html", "xlcheck/审核结果/a（已审核）.xlsx"]


def test_nothing_dropped_is_said(tmp_path):
    done = drop()
    assert done.returncode == 2
    assert "拖到图标上" in done.stderr
    assert drop(tmp_path / "无.xlsx").returncode == 2


@pytest.mark.parametrize(
    ("line", "paths"),
    [
        (r'C:\WINDOWS\system32\cmd.exe /c ""D:\工具\检查.cmd" D:\a.xlsx"', [r"D:\a.xlsx"]),
        (r'cmd.exe /c ""D:\工具\检查.cmd" D:\甲&乙.xlsx "D:\有 空格\丙&.xlsx" E:\收齐"', [r"D:\甲&乙.xlsx", r"D:\有 空格\丙&.xlsx", r"E:\收齐"]),
        (r'cmd /C ""D:\工 具\检查.cmd" "D:\100%!^(1).xlsx""', [r"D:\100%!^(1).xlsx"]),
        (r'cmd.exe /c ""D:\工具\检查.cmd""', []),
        (r"cmd /c D:\检查.cmd D:\a.xlsx", [r"D:\a.xlsx"]),
        (r'cmd /c ""D:\检查.cmd" --no-open a.xlsx"', []),
        (r'"C:\Windows\system32\cmd.exe" ', []),
        ("", []),
    ],
)  # fmt: skip
def test_the_line_of_windows_gives_every_path_whole(line, paths):
    assert dropped(line) == paths


def test_the_command_takes_what_windows_called_it_with(place):
    shutil.copy(SAMPLE, place / "a&b.xlsx")
    done = drop(XLCHECK_CALL=f'cmd.exe /c ""C:\\检查.cmd" "{place}/a&b.xlsx""')
    assert done.returncode == 0, done.stderr
    assert "a&b（已审核）.xlsx" in names(place)


def test_names_of_results(tmp_path):
    assert checked_name("甲") == "甲（已审核）"
    assert plain_stem(checked_name("甲", 12)) == "甲"
    assert plain_stem("甲（已审核）乙") == "甲（已审核）乙"
    (tmp_path / "甲（已审核）.xlsx").write_bytes(b"1")
    assert free(tmp_path, "甲", ".xlsx", b"1").name == "甲（已审核）.xlsx"
    assert free(tmp_path, "甲", ".xlsx", b"2").name == "甲（已审核2）.xlsx"
    assert can_write(tmp_path / "new" / "newer")
    assert list(tmp_path.iterdir()) == [tmp_path / "甲（已审核）.xlsx"]
