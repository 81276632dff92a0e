"""The page: nobody but this browser comes in; every file has a state at once; nothing is lost; it ends when told to."""

from __future__ import annotations

import io
import json
import socket
import subprocess
import sys
import zipfile

import pytest

from support.pages import ADDRESS, Page
from support.places import ROOT
from xlcheck.desktop.page.uploads import Uploads

BAD = (ROOT / "samples" / "tunliu_2023_transposed.xlsx").read_bytes()
GOOD = (ROOT / "samples" / "tunliu_2023.xlsx").read_bytes()


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    with Page(tmp_path_factory.mktemp("page") / "页面") as found:
        yield found.enter()


# --- who may come in ------------------------------------------------------------------------------


def test_an_address_is_good_for_one_visit(page):
    again = page.ask("GET", f"/?t={ADDRESS.search(page.address)[2]}")
    assert again.status == 403
    assert "已经用过" in again.data.decode()
    assert page.get("/").status == 200


@pytest.mark.parametrize(
    "path", ["/", "/state", "/page.js", "/uploads/00001/report", "/uploads/00001/copies/0/0", "/?t=guess", "/?t="]
)
def test_without_the_cookie_nothing_is_shown(page, path):
    answer = page.ask("GET", path)
    assert answer.status == 403
    assert page.ask("GET", path, Cookie=f"xlcheck-{page.port}=guess").status == 403
    assert page.ask("GET", path, Cookie='"; broken').status == 403


@pytest.mark.parametrize("path", ["/", "/state"])
@pytest.mark.parametrize("host", ["localhost:{port}", "evil.example:{port}", "127.0.0.1", "127.0.0.1:1"])
def test_another_name_for_this_machine_is_refused(page, path, host):
    assert page.ask("GET", path, Cookie=page.cookie, Host=host.format(port=page.port)).status == 403


@pytest.mark.parametrize("path", ["/uploads?name=a.xlsx", "/end", "/folder", "/uploads/00001/hide", "/address"])
@pytest.mark.parametrize(
    "origin", [None, "null", "http://evil.example", "http://localhost:{port}", "http://127.0.0.1:1"]
)
def test_another_page_can_change_nothing(page, path, origin):
    headers = {"Cookie": page.cookie} | ({"Origin": origin.format(port=page.port)} if origin else {})
    assert page.ask("POST", path, b"x", **headers).status == 403
    assert page.process.poll() is None


def test_only_this_machine_is_served_at_a_free_port(page):
    with Page(page_folder(page).parent / "zweite") as other:
        assert other.port != page.port
    held = {line.split()[3] for line in listening() if line.split()[3].endswith(f":{page.port}")}
    assert held <= {f"127.0.0.1:{page.port}"}


def listening():
    try:
        return subprocess.run(["ss", "-ltnH"], capture_output=True, text=True, check=True).stdout.splitlines()
    except (OSError, subprocess.CalledProcessError):
        return []


def page_folder(page):
    from pathlib import Path

    return Path(page.state()["folder"])


def test_every_answer_forbids_what_it_does_not_need(page):
    for path in ("/", "/page.js", "/page.css", "/state"):
        answer = page.get(path)
        assert answer.status == 200
        assert "default-src 'none'" in answer.getheader("Content-Security-Policy")
        assert answer.getheader("X-Content-Type-Options") == "nosniff"
        assert answer.getheader("Cache-Control") == "no-store"
    text = page.get("/").data.decode()
    assert "http" not in text.replace("http-equiv", "")  # all assets are in the program


# --- what is dropped ------------------------------------------------------------------------------


def test_a_workbook_is_checked_and_its_copy_and_report_are_there(tmp_path):
    with Page(tmp_path) as page:
        page.enter()
        assert page.send("收齐/甲 局&.xlsx", BAD).status == 200
        first = page.state()["uploads"]
        assert [u["name"] for u in first] == ["收齐/甲 局&.xlsx"]  # a state from the first second
        [upload] = page.settled()
        [row] = upload["rows"]
        assert (row["conclusion"], row["errors"], row["copies"]) == ("有错误", 4, [".xlsx"])
        assert row["name"] == "收齐/甲 局&.xlsx"
        copy = page.get(f"/uploads/{upload['id']}/copies/0/0")
        assert "%E7%94%B2%20%E5%B1%80%26" in copy.getheader("Content-Disposition")
        assert "审核结果" in zipfile.ZipFile(io.BytesIO(copy.data)).read("xl/workbook.xml").decode()
        report = page.get(f"/uploads/{upload['id']}/report")
        assert "公开03" in report.data.decode()
        assert report.getheader("Content-Security-Policy").startswith("sandbox")
        assert next(tmp_path.glob("*/原件/*")).read_bytes() == BAD


def test_an_archive_gives_a_row_a_workbook_and_nonsense_a_sentence(page):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("甲.xlsx", BAD)
        archive.writestr("乙.xlsx", GOOD)
    before = len(page.state()["uploads"])
    page.send("全部.zip", held.getvalue())
    page.send("说明.xlsx", b"nothing")
    page.send("空.xlsx", b"")
    both, nonsense, empty = page.settled(before + 3)[-3:]
    assert sorted((row["name"], row["errors"]) for row in both["rows"]) == [
        ("全部.zip/乙.xlsx", 0),
        ("全部.zip/甲.xlsx", 4),
    ]
    assert page.get(f"/uploads/{both['id']}/copies/1/0").status == 200
    for refused in (nonsense, empty):
        assert refused["rows"][0]["refused"]
        assert refused["rows"][0]["said"]
        assert page.get(f"/uploads/{refused['id']}/copies/0/0").status == 404


@pytest.mark.parametrize(
    "name",
    ["../../../x.xlsx", "..\\..\\x.xlsx", "/etc/x.xlsx", "C:\\x.xlsx", "CON.xlsx", "a\0b.xlsx", "…" * 300 + ".xlsx"],
)
def test_a_name_never_leads_out_of_the_folder(page, name):
    before = set(page_folder(page).parent.iterdir())
    assert page.send(name, GOOD).status == 200
    upload = page.settled()[-1]
    assert upload["rows"][0]["copies"]
    [original] = (page_folder(page) / upload["id"] / "原件").iterdir()
    assert original.read_bytes() == GOOD
    assert set(page_folder(page).parent.iterdir()) == before


def test_too_much_is_refused_before_it_is_read(page):
    with socket.create_connection(("127.0.0.1", page.port), timeout=30) as link:
        head = f"POST /uploads?name=a.xlsx HTTP/1.1\r\nHost: 127.0.0.1:{page.port}\r\nOrigin: http://127.0.0.1:{page.port}\r\n"
        link.sendall(f"{head}Cookie: {page.cookie}\r\nContent-Length: 99999999999\r\n\r\n".encode())
        answer = link.makefile("rb").read()
    assert b"413" in answer.splitlines()[0]
    assert "上限" in answer.decode()


def test_what_breaks_off_leaves_nothing(page):
    before = sorted(page_folder(page).iterdir())
    with socket.create_connection(("127.0.0.1", page.port), timeout=30) as link:
        head = f"POST /uploads?name=a.xlsx HTTP/1.1\r\nHost: 127.0.0.1:{page.port}\r\nOrigin: http://127.0.0.1:{page.port}\r\n"
        link.sendall(f"{head}Cookie: {page.cookie}\r\nContent-Length: 1000\r\n\r\nabc".encode())
        link.shutdown(socket.SHUT_WR)
        link.makefile("rb").read()
    assert sorted(page_folder(page).iterdir()) == before


def test_one_that_takes_too_long_is_one_refused(tmp_path):
    with Page(tmp_path, XLCHECK_SECONDS="0.001") as page:
        page.enter().send("a.xlsx", GOOD)
        [upload] = page.settled()
        assert upload["rows"][0]["refused"]
        assert "已停止" in upload["rows"][0]["said"]


def test_wrong_mappings_are_said_of_the_upload(tmp_path, own_cache):
    (tmp_path / "m" / "bad").mkdir(parents=True)
    (tmp_path / "m" / "bad" / "set.yaml").write_text("id: bad\ntitle: t\nyear: x\nplace: p\n", encoding="utf-8")
    with Page(tmp_path / "p", "--mappings", str(tmp_path / "m")) as page:
        page.enter().send("a.xlsx", GOOD)
        [upload] = page.settled()
        assert upload["state"] == "DONE"  # the other sets serve
        assert upload["rows"][0]["copies"]
        assert "bad/set.yaml:3:7" in upload["said"]


# --- nothing is lost ------------------------------------------------------------------------------


def test_off_the_list_is_not_off_the_disk(tmp_path):
    with Page(tmp_path) as page:
        page.enter().send("a.xlsx", GOOD)
        [upload] = page.settled()
        page.post(f"/uploads/{upload['id']}/hide")
        assert page.state()["uploads"] == []
    assert next(tmp_path.glob("*/原件/a.xlsx")).read_bytes() == GOOD
    with Page(tmp_path) as page:
        assert page.enter().state()["uploads"] == []


@pytest.mark.parametrize("ends", ["told", "killed"])
def test_what_was_not_answered_is_checked_next_time(tmp_path, ends):
    with Page(tmp_path) as page:
        page.enter()
        for number in range(4):
            page.send(f"{number}.xlsx", BAD)
        if ends == "told":
            page.post("/end")
        else:
            page.kill()
        page.process.wait(60)
    with Page(tmp_path) as page:
        uploads = page.enter().settled(4)
    assert [u["name"] for u in uploads] == [f"{number}.xlsx" for number in range(4)]
    assert [u["rows"][0]["errors"] for u in uploads] == [4] * 4
    assert len(list(tmp_path.glob("*/结果/*.xlsx"))) == 4


def test_a_state_that_is_none_of_ours_is_passed_over(tmp_path):
    for number, text in enumerate(("", "[]", "{}", '{"state": "X"}', '{"rows": 1}')):
        (tmp_path / str(number)).mkdir(parents=True)
        (tmp_path / str(number) / "state.json").write_text(text, encoding="utf-8")
    assert list(Uploads(tmp_path).all()) == []


def test_a_second_start_opens_the_page_that_runs(tmp_path):
    with Page(tmp_path) as page:
        page.enter().send("a.xlsx", GOOD)
        second = subprocess.run(
            [sys.executable, "-m", "xlcheck", "page", "--no-open", "--folder", str(tmp_path)], capture_output=True, text=True,
            check=False, timeout=60,
        )  # fmt: skip
        assert second.returncode == 0, second.stderr
        found = ADDRESS.search(second.stdout)
        assert int(found[1]) == page.port
        assert page.ask("GET", f"/?t={found[2]}").status == 303
        secret = json.loads((tmp_path / "运行中.json").read_text(encoding="utf-8"))
        assert (tmp_path / "运行中.json").stat().st_mode & 0o077 == 0
        assert page.ask("POST", "/address", b"", X_Xlcheck="guess").status == 403
        assert page.ask("POST", "/address", b"", X_Xlcheck=secret["secret"], Origin="http://evil.example").status == 403


def test_it_ends_when_told_to_and_leaves_no_process(tmp_path):
    with Page(tmp_path) as page:
        page.enter().send("a.xlsx", GOOD)
        page.settled()
        assert page.post("/end").status == 200
        assert page.process.wait(60) == 0
        assert "已结束" in page.process.stdout.read()
    assert not (tmp_path / "运行中.json").exists()


def test_a_port_that_is_taken_is_said(tmp_path):
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen()
        done = subprocess.run(
            [sys.executable, "-m", "xlcheck", "page", "--no-open", "--folder", str(tmp_path), "--port", str(held.getsockname()[1])],
            capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip
    assert done.returncode == 70
    assert "端口" in done.stderr
