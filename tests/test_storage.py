"""Paths and addresses: what is read, written and listed is the same in a folder, in memory and in an object store."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
import uuid
from pathlib import Path

import pytest

from support import foreign
from support.books import USUAL
from support.places import SAMPLES
from xlcheck.batch import Batch, copy_path, job_bytes
from xlcheck.bulk.request import BulkRequest, execute_bulk
from xlcheck.engines.local import InProcess
from xlcheck.errors import Fault, Usage
from xlcheck.intake import Intake
from xlcheck.pipeline import Pipeline
from xlcheck.storage import Address, entries, exists, is_folder, opened, place, read, remove, write


@pytest.fixture(scope="module")
def endpoint():
    """An S3 server of our own, on this machine."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def s3(endpoint, monkeypatch):
    """The address of a new bucket."""
    import boto3

    settings = {
        "AWS_ENDPOINT_URL": endpoint, "AWS_ACCESS_KEY_ID": "k", "AWS_SECRET_ACCESS_KEY": "s", "AWS_DEFAULT_REGION": "us-east-1",
    }  # fmt: skip
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    bucket = f"b{uuid.uuid4().hex}"
    boto3.client("s3", endpoint_url=endpoint).create_bucket(Bucket=bucket)
    return Address(f"s3://{bucket}/决算 2023")


@pytest.fixture(params=["path", "file", "memory", "s3"])
def folder(request, tmp_path):
    match request.param:
        case "path":
            return tmp_path / "决算 2023"
        case "file":
            return place(f"file://{tmp_path}/决算%202023")
        case "memory":
            return Address(f"memory://{uuid.uuid4().hex}")
    return request.getfixturevalue("s3")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("a/b.xlsx", Path("a/b.xlsx")),
        ("C:\\a\\b.xlsx", Path("C:\\a\\b.xlsx")),
        ("file:///a/%E5%86%B3.xlsx", Path("/a/决.xlsx")),
        ("s3://b/c/", Address("s3://b/c")),
        ("OSS://b", Address("OSS://b")),
    ],
)
def test_a_place_is_a_path_or_an_address(text, wanted):
    assert place(text) == wanted


def test_an_address_has_the_parts_of_a_path():
    at = Address("s3://桶/县") / Path("子/单位 一.xlsx")
    assert (str(at), at.name, at.suffix, at.scheme) == ("s3://桶/县/子/单位 一.xlsx", "单位 一.xlsx", ".xlsx", "s3")


def test_what_is_written_is_read_listed_and_removed(folder):
    assert entries(folder) == ([], [])
    assert not exists(folder / "b.xlsx")
    for name in ("b.xlsx", "a.xlsx", "子/c.xlsx"):
        write(folder / name, name.encode())
    write(folder / "a.xlsx", b"another")
    assert entries(folder) == (["a.xlsx", "b.xlsx"], ["子"])
    assert is_folder(folder)
    assert not is_folder(folder / "a.xlsx")
    assert read(folder / "a.xlsx") == b"another"
    assert read(folder / "a.xlsx", 3) == b"ano"
    with opened(folder / "子/c.xlsx") as file:
        file.seek(2)
        assert file.read() == "子/c.xlsx".encode()[2:]
    remove(folder / "a.xlsx")
    remove(folder / "a.xlsx")
    assert entries(folder)[0] == ["b.xlsx"]
    with pytest.raises(FileNotFoundError):
        read(folder / "a.xlsx")
    with pytest.raises(FileNotFoundError):
        read(folder / "a.xlsx", 10)
    write(folder / "空", b"")
    assert read(folder / "空") == read(folder / "空", 10) == b""


def test_an_address_travels_and_brings_its_library_along():
    code = "import pickle, sys; pickle.loads(sys.stdin.buffer.read()); print('s3fs' in sys.modules)"
    data = pickle.dumps([Address("s3://a/b"), Address("s3://a/c"), Address("quux://a")])
    done = subprocess.run([sys.executable, "-c", code], input=data, capture_output=True, check=True)
    assert done.stdout.strip() == b"True"


def test_what_another_process_wrote_is_seen(s3):
    assert entries(s3)[0] == []
    write(s3 / "a", b"1")
    assert entries(s3)[0] == ["a"]
    code = f"from xlcheck.storage import *; write(Address({str(s3 / 'b')!r}), b'2')"
    subprocess.run([sys.executable, "-c", code], check=True)
    assert entries(s3)[0] == ["a", "b"]


def test_what_cannot_be_had_is_said(s3, monkeypatch):
    with pytest.raises(FileNotFoundError):
        read(Address("s3://no-such-bucket-here/a"))
    with pytest.raises(Fault, match="写不了"):
        write(Address("s3://no-such-bucket-here/a"), b"")
    with pytest.raises(Usage, match="不认识 quux://"):
        read(Address("quux://a"))
    monkeypatch.setitem(sys.modules, "s3fs", None)
    monkeypatch.delitem(sys.modules["fsspec.registry"]._registry, "s3")
    with pytest.raises(Usage, match="pip install s3fs"):
        read(Address("s3://a/b"))
    monkeypatch.setitem(sys.modules, "fsspec", None)
    with pytest.raises(Usage, match=r"xlcheck\[dask\]"):
        read(Address("s3://a/b"))


# --- workbooks ----------------------------------------------------------------------------------------


def fill(folder):
    """Four workbooks, two of an archive, one that can't be read, and what is no workbook."""
    data = {name: (SAMPLES / name).read_bytes() for name in USUAL}
    for name, whole in data.items():
        write(folder / "县" / name, whole)
    write(folder / "上报.zip", foreign.zipped({"一.xlsx": data[USUAL[0]], "子/二.xlsx": data[USUAL[1]]}))
    write(folder / "坏.xlsx", b"PK\x03\x04 no workbook")
    write(folder / "说明.txt", b"a")
    return folder


def test_workbooks_and_archives_are_found_wherever_they_are(folder):
    intake = Intake(trusting=True)
    jobs = intake.jobs((str(fill(folder)),))
    assert [job.copy.as_posix() for job in jobs] == [
        "上报/一", "上报/子/二", "县/putuo_caizheng_2024", "县/putuo_shegong_2024", "县/tunliu_2023", "县/tunliu_2023_transposed", "坏",
    ]  # fmt: skip
    assert intake.skipped == [str(folder / "说明.txt")]
    assert job_bytes(jobs[0]) == job_bytes(jobs[4]) == (SAMPLES / USUAL[0]).read_bytes()
    assert str(copy_path(Address("s3://o"), jobs[4], job_bytes(jobs[4]))) == "s3://o/县/tunliu_2023.xlsx"


def test_a_workbook_that_is_gone_is_refused(folder):
    fill(folder)
    jobs = Intake().jobs((str(folder),))
    for job in jobs:
        remove(job.place)
    results = list(Batch(Pipeline(), keep_reports=True).run(jobs, InProcess()))
    assert [result.refusal for result in results] == ["unreadable"] * len(jobs)
    with pytest.raises(Usage, match="没有“"):
        Intake().jobs((str(folder / "无.xlsx"),))


def test_an_archive_that_is_none_is_refused(folder):
    write(folder / "a.zip", b"PK\x03\x04 nothing")
    (job,) = Intake().jobs((str(folder),))
    (result,) = Batch(Pipeline(), keep_reports=True).run([job], InProcess())
    assert result.refusal in ("damaged", "no_workbook", "not_xlsx")


def test_everything_in_memory_of_one_process(monkeypatch):
    monkeypatch.setenv("XLCHECK_DEBUG", "1")  # in this process
    base = Address(f"memory://{uuid.uuid4().hex}")
    fill(base / "in")
    results = base / "r"
    request = BulkRequest(paths=(str(base / "in"),), results=results, processes=1)
    end = execute_bulk(request, lambda progress: None)
    assert (end.tally.came_in, end.tally.checked, end.tally.refused) == (7, 6, 1)
    names = entries(results / "reports")[0]
    lines = [json.loads(line) for name in names for line in read(results / "reports" / name).splitlines()]
    assert len(lines) == 7
    assert execute_bulk(request, lambda progress: None).tally.known == 7


@pytest.mark.parametrize("engine", ["processes", "dask://local?workers=2"])
@pytest.mark.parametrize("bulk", [True, False])
def test_from_an_object_store_into_an_object_store(s3, tmp_path, engine, bulk):
    fill(s3 / "in")
    fill(tmp_path / "in")
    how = ["--results", str(s3 / "r")] if bulk else ["--format", "jsonl"]
    argv = ["check", str(s3 / "in"), "--out", str(s3 / "out"), "--engine", engine, *how]
    done = subprocess.run([sys.executable, "-m", "xlcheck", *argv], capture_output=True, text=True, check=False)
    assert done.returncode == 3, done.stderr
    lines = done.stdout.splitlines()
    if bulk:
        names = entries(s3 / "r" / "reports")[0]
        lines = [line for name in names for line in read(s3 / "r" / "reports" / name).decode().splitlines()]
        assert entries(s3 / "r")[0] == ["summary.json"]  # nobody is at work there
        again = subprocess.run([sys.executable, "-m", "xlcheck", *argv], capture_output=True, text=True, check=False)
        assert "其中 7 份以前已有结果" in again.stdout
    argv = ["check", str(tmp_path / "in"), "--out", str(tmp_path / "out"), "--format", "jsonl"]
    plain = subprocess.run([sys.executable, "-m", "xlcheck", *argv], capture_output=True, text=True, check=False)
    wanted = [json.loads(line.replace(str(tmp_path), str(s3))) for line in plain.stdout.splitlines()]
    assert sorted(map(str, map(json.loads, lines))) == sorted(map(str, wanted))
    assert len(wanted) == 7
    for path in (tmp_path / "out").rglob("*.xlsx"):
        assert read(s3 / "out" / path.relative_to(tmp_path / "out")) == path.read_bytes()


def test_a_copy_may_not_cover_a_workbook_in_a_store(s3):
    fill(s3)
    argv = ["check", str(s3 / "县"), "--out", str(s3 / "县")]
    done = subprocess.run([sys.executable, "-m", "xlcheck", *argv], capture_output=True, text=True, check=False)
    assert (done.returncode, "会盖掉原文件" in done.stderr) == (2, True)
