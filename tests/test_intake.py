"""Which workbooks a run takes: by content, from folders and archives, none lost and none twice."""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path

import pytest

from support import foreign
from support.places import SAMPLES
from xlcheck.batch import copy_path, job_bytes
from xlcheck.errors import Refused, Usage
from xlcheck.intake import Intake, Job

SAMPLE = SAMPLES / "tunliu_2023.xlsx"


@pytest.fixture(scope="module")
def book() -> bytes:
    return SAMPLE.read_bytes()


def put(folder: Path, files: dict[str, bytes]) -> Path:
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


def test_a_folder_is_looked_through_by_content(tmp_path, book):
    docx = io.BytesIO()
    with zipfile.ZipFile(docx, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<w/>")
    put(
        tmp_path,
        {
            "一.xlsx": book, "二.dat": book, "三": book, "子/四.XLSX": book, "说明.docx": docx.getvalue(),
            "a.txt": b"x,y", "~$一.xlsx": b"lock", ".隐藏.xlsx": book, "Thumbs.db": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        },
    )  # fmt: skip
    intake = Intake()
    jobs = intake.jobs((str(tmp_path),))
    assert sorted(Path(j.name).name for j in jobs) == ["一.xlsx", "三", "二.dat", "四.XLSX"]
    assert sorted(Path(s).name for s in intake.skipped) == ["a.txt", "说明.docx"]


@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
def test_an_archive_is_many_workbooks_under_the_names_that_windows_gave_them(tmp_path, book, encoding):
    data = foreign.zipped({"单位一.xlsx": book, "子/单位二.xlsx": book, "说明.txt": b"hello"}, encoding=encoding)
    put(tmp_path, {"上报.zip": data, "改了名.xlsx": data})
    for name in ("上报.zip", "改了名.xlsx"):
        intake = Intake()
        jobs = intake.jobs((str(tmp_path / name),))
        assert [Path(j.name).relative_to(tmp_path) for j in jobs] == [
            Path(name, "单位一.xlsx"), Path(name, "子", "单位二.xlsx"),
        ]  # fmt: skip
        assert [j.copy.as_posix() for j in jobs] == [f"{Path(name).stem}/单位一", f"{Path(name).stem}/子/单位二"]
        assert [job_bytes(j) for j in jobs] == [book, book]
        assert len(intake.skipped) == 1


def test_an_archive_leads_nowhere_outside_of_the_folder_of_copies(tmp_path, book):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in ("../../出去.xlsx", "/绝对/出去.xlsx", "C:/盘.xlsx", "a\\..\\..\\反斜.xlsx"):
            archive.writestr(zipfile.ZipInfo(name), book)
    put(tmp_path, {"坏.zip": out.getvalue()})
    for job in Intake().jobs((str(tmp_path / "坏.zip"),)):
        target = copy_path(tmp_path / "out", job, book)
        assert (tmp_path / "out").resolve() in target.resolve().parents


def test_an_archive_without_workbooks_and_one_with_a_password_say_so(tmp_path, book):
    empty = foreign.zipped({"说明.txt": b"hello"})
    put(tmp_path, {"空.zip": empty})
    (job,) = Intake().jobs((str(tmp_path / "空.zip"),))
    with pytest.raises(Refused, match="没有工作簿"):
        job_bytes(job)
    locked = bytearray(foreign.zipped({"a.xlsx": book}))
    central = locked.rfind(b"PK\x01\x02")
    locked[central + 8] |= 1
    locked[6] |= 1
    put(tmp_path, {"密.zip": bytes(locked)})
    (job,) = Intake().jobs((str(tmp_path / "密.zip"),))
    with pytest.raises(Refused, match="密码"):
        job_bytes(job)


def test_no_two_copies_share_a_name(tmp_path, book):
    put(tmp_path, {"a/x.xlsx": book, "b/x.xlsx": book, "c/x.xls": book})
    jobs = Intake().jobs(tuple(str(tmp_path / p) for p in ("a/x.xlsx", "b/x.xlsx", "c/x.xls")))
    assert [copy_path(Path(), j, book).name for j in jobs] == ["x.xlsx", "x-2.xlsx", "x-3.xlsx"]


def test_the_ending_of_a_copy_says_what_the_copy_is(book):
    macro = book_with_type(book, "application/vnd.ms-excel.sheet.macroEnabled.main+xml")
    made = {
        (name, kind): copy_path(Path(), Job(Path(name), name, Path(Path(name).stem)), data).name
        for kind, data in (("plain", book), ("macro", macro))
        for name in ("a.xlsx", "a.XLSX", "a.xlsm", "a.et", "a.xls", "a")
    }
    assert made["a.xlsx", "plain"] == made["a.xlsm", "plain"] == made["a.et", "plain"] == made["a", "plain"] == "a.xlsx"
    assert made["a.XLSX", "plain"] == "a.XLSX"
    assert {made[n, "macro"] for n in ("a.xlsx", "a.xlsm", "a.xls")} == {"a.xlsm"}


def book_with_type(book: bytes, kind: str) -> bytes:
    out = io.BytesIO()
    plain = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    with zipfile.ZipFile(io.BytesIO(book)) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            target.writestr(name, source.read(name).replace(plain.encode(), kind.encode()))
    return out.getvalue()


def test_a_path_that_is_not_there_is_wrong_usage():
    with pytest.raises(Usage, match="没有"):
        Intake().jobs(("无此文件.xlsx",))


# --- streams ------------------------------------------------------------------------------------------


def test_jobs_come_as_they_are_found_and_folders_that_were_left_are_forgotten(tmp_path, book):
    put(tmp_path, {f"县{i:03d}/乡{k}/单位{j}.xlsx": b"PK" for i in range(60) for k in range(2) for j in range(3)})
    intake = Intake(trusting=True)
    stream = intake.stream((str(tmp_path),))
    most = 0
    found = []
    for job in stream:
        found.append(job.copy.as_posix())
        most = max(most, len(intake._used))
    assert found == sorted(found)
    assert len(set(found)) == 360
    assert most <= 4


def test_an_archive_beside_a_folder_of_its_name_covers_no_copy_of_it(tmp_path, book):
    put(tmp_path, {"县/x.xlsx": book, "县.zip": foreign.zipped({"x.xlsx": book, "y.xlsx": book}), "县/深/z.xlsx": book})
    copies = [job.copy.as_posix() for job in Intake().jobs((str(tmp_path),))]
    assert sorted(copies) == ["县/x", "县/x-2", "县/y", "县/深/z"]


def test_who_trusts_opens_no_workbook(tmp_path, book, monkeypatch):
    put(tmp_path, {"a.xlsx": book, "b.zip": foreign.zipped({"c.xlsx": book}), "d": book})
    opened = []
    monkeypatch.setattr("xlcheck.intake.is_archive", lambda path: opened.append(path.name) or path.suffix == ".zip")
    jobs = Intake(trusting=True).jobs((str(tmp_path),))
    assert [job.copy.as_posix() for job in jobs] == ["a", "b/c", "d"]
    assert opened == ["b.zip", "d"]


def test_a_folder_that_cannot_be_read_is_said(tmp_path, book, monkeypatch):
    put(tmp_path, {"a/x.xlsx": book, "b/y.xlsx": book})
    scandir = os.scandir

    def refusing(folder):
        if Path(folder).name == "a":
            raise PermissionError(13, "no")
        return scandir(folder)

    monkeypatch.setattr("os.scandir", refusing)
    intake = Intake()
    assert [job.copy.as_posix() for job in intake.jobs((str(tmp_path),))] == ["b/y"]
    assert intake.skipped == [f"{tmp_path / 'a'}（读不了：没有权限）"]
