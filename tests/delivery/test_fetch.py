"""``xlcheck fetch`` against a real IMAP server: every workbook once, the mailbox as it was."""

from __future__ import annotations

import base64
import hashlib
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from types import FrameType

import pytest

from support.dovecot import PASSWORD, USER, Server, certificate, dovecot
from support.places import SAMPLES
from support.rosters import write_settled
from xlcheck.delivery import fetch as fetching
from xlcheck.delivery.attachments import letter_of
from xlcheck.delivery.desk import Desk
from xlcheck.delivery.fetch import fetch
from xlcheck.delivery.stability import passed_over
from xlcheck.errors import Fault, Usage
from xlcheck.ledger import mailbox, receipts
from xlcheck.workers import Limits

BOOK = (SAMPLES / "tunliu_2023.xlsx").read_bytes()
ROSTER = "单位代码,单位名称,邮箱\n1001,甲局,a@unit.cn;both@unit.cn\n1002,乙局,b@unit.cn;both@unit.cn\n"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with dovecot() as running:
        yield running


@pytest.fixture
def empty(server: Server) -> Server:
    """The server with an empty INBOX."""
    client = server.box()
    if client.select("INBOX")[1] != [b"0"]:
        client.store("1:*", "+FLAGS", "\\Deleted")
        client.expunge()
    client.logout()
    return server


def settings(server: Server, **more: str) -> str:
    values = {
        "服务器": "127.0.0.1", "端口": str(server.plain), "加密": "不加密", "账号": USER, "密码环境变量": "XLCHECK_TEST_IMAP",
        "超时秒数": "5", **more,
    }  # fmt: skip
    return "收信:\n" + "".join(f"  {k}: {v}\n" for k, v in values.items())


def desk_in(folder: Path, text: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "xlcheck.yaml").write_text(f"单位名册: u.csv\n{text}", encoding="utf-8")
    write_settled(folder / "u.csv", ROSTER)
    return folder


@pytest.fixture
def desk(empty: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setenv("XLCHECK_TEST_IMAP", PASSWORD)
    opened = Desk.open(desk_in(tmp_path / "desk", settings(empty)))
    yield opened
    opened.close()


def book(number: int) -> bytes:
    """A workbook of its own bytes (what follows the end of an archive is a comment to those who look)."""
    return BOOK + f"\n{number}".encode()


def mail(sender: str, *files: tuple[str, bytes], subject: str = "决算公开") -> bytes:
    message = EmailMessage()
    message["From"] = sender
    message["To"] = USER
    message["Subject"] = subject
    message.set_content("见附件")
    for name, data in files:
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes(policy=message.policy.clone(linesep="\r\n"))


def inbox(desk: Desk) -> dict[str, str]:
    """What lies in 收件: hash by name."""
    files = (p for p in desk.folders.inbox.iterdir() if not p.name.startswith("."))
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def run(desk: Desk, **more: bool) -> tuple[dict[str, int], list[str]]:
    said: list[str] = []
    return dict(fetch(desk, said.append, **more)), said


def test_attachments_come_byte_for_byte_once_and_their_sender_is_known(desk: Desk, empty: Server) -> None:
    empty.append(mail("张三 <A@Unit.cn>", ("甲局2023决算.xlsx", book(1)), ("签名.png", b"\x89PNG....")))
    empty.append(mail("b@unit.cn", ("包.zip", book(2)), ("二.et", book(3))))
    empty.append(mail("b@unit.cn"))
    assert run(desk)[0] == {"taken": 2, "nothing": 1}
    assert sorted(inbox(desk).values()) == sorted([sha(book(1)), sha(book(2)), sha(book(3))])
    assert all("甲局2023决算" in n or "包.zip" in n or "二.et" in n for n in inbox(desk))
    bound = receipts.sender(desk.ledger, sha(book(1)))
    assert bound is not None
    assert (bound.sender, bound.unit) == ("a@unit.cn", "1001")
    assert run(desk)[0] == {}
    empty.append(mail("a@unit.cn", ("后来.xlsx", book(4))))
    assert run(desk)[0] == {"taken": 1}
    assert len(inbox(desk)) == 4
    assert desk.ledger.verify().mistakes == ()


def test_the_mailbox_is_left_as_it_was(desk: Desk, empty: Server) -> None:
    for n in range(3):
        empty.append(mail("a@unit.cn", (f"{n}.xlsx", book(n))))
    run(desk)
    assert len(empty.flags()) == 3
    assert not any(b"Seen" in f or b"Deleted" in f for f in empty.flags())


def test_a_dry_run_takes_and_remembers_nothing(desk: Desk, empty: Server) -> None:
    empty.append(mail("a@unit.cn", ("1.xlsx", book(1))))
    counts, said = run(desk, dry=True)
    assert counts == {"taken": 1}
    assert "1.xlsx" in said[0]
    assert inbox(desk) == {}
    assert desk.ledger.rows("SELECT count(*) FROM mail")[0][0] == 0
    assert run(desk)[0] == {"taken": 1}


def test_where_there_is_no_roster_yet_workbooks_are_taken_from_everybody(desk: Desk, empty: Server) -> None:
    write_settled(desk.folders.root / "u.csv", "单位代码,单位名称,邮箱\n")
    desk.renew_roster()
    empty.append(mail("stranger@else.cn", ("甲局.xlsx", book(1))))
    assert run(desk)[0] == {"taken": 1}
    assert list(inbox(desk).values()) == [sha(book(1))]
    bound = receipts.sender(desk.ledger, sha(book(1)))
    assert bound is not None
    assert (bound.sender, bound.unit) == ("stranger@else.cn", "")


def test_a_sender_outside_the_roster_is_set_aside(desk: Desk, empty: Server) -> None:
    empty.append(mail("stranger@else.cn", ("甲局.xlsx", book(1)), subject="我是甲局"))
    counts, said = run(desk)
    assert counts == {"set_aside": 1}
    assert "不在单位名册里" in said[0]
    assert inbox(desk) == {}
    kept = {p.name: p for p in (desk.folders.unknown / "邮件").rglob("*") if p.is_file()}
    assert kept["甲局.xlsx"].read_bytes() == book(1)
    reason = kept["原因.txt"].read_text(encoding="utf-8-sig")
    assert "stranger@else.cn" in reason
    assert "名册" in reason
    assert [m.sender for m in mailbox.set_aside(desk.ledger)] == ["stranger@else.cn"]


def test_an_address_of_two_units_binds_to_neither(desk: Desk, empty: Server) -> None:
    empty.append(mail("both@unit.cn", ("x.xlsx", book(1))))
    assert run(desk)[0] == {"taken": 1}
    bound = receipts.sender(desk.ledger, sha(book(1)))
    assert bound is not None
    assert bound.unit == ""


def test_other_archives_are_set_aside_and_their_workbooks_beside_them_taken(desk: Desk, empty: Server) -> None:
    empty.append(mail("a@unit.cn", ("包.rar", b"Rar!\x1a\x07"), ("表.xlsx", book(1))))
    empty.append(mail("a@unit.cn", ("winmail.dat", b"\x78\x9f\x3e\x22")))
    assert run(desk)[0] == {"set_aside": 2}
    assert list(inbox(desk).values()) == [sha(book(1))]
    assert {p.name for p in (desk.folders.unknown / "邮件").rglob("*") if p.is_file()} == {
        "包.rar",
        "winmail.dat",
        "原因.txt",
    }


@pytest.mark.parametrize("name", ["../../../逃.xlsx", "C:\\Windows\\逃.xlsx", "a/b/逃.xlsx", "逃\r\n.xlsx", "~$逃.xlsx", "逃" * 300 + ".xlsx"])  # fmt: skip
def test_hostile_names_stay_in_the_inbox(desk: Desk, empty: Server, name: str) -> None:
    word = "=?UTF-8?B?" + base64.b64encode(name.encode()).decode() + "?="
    plain = mail("a@unit.cn", ("NAME", book(1))).replace(b'filename="NAME"', f'filename="{word}"'.encode())
    empty.append(plain)
    assert run(desk)[0] == {"taken": 1}
    assert list(inbox(desk).values()) == [sha(book(1))]
    assert not [p for p in desk.folders.root.rglob("*逃*") if p.parent != desk.folders.inbox]


def test_two_files_of_one_name_are_both_kept(desk: Desk, empty: Server) -> None:
    empty.append(mail("a@unit.cn", ("表.xlsx", book(1)), ("表.xlsx", book(2))))
    run(desk)
    assert sorted(inbox(desk).values()) == sorted([sha(book(1)), sha(book(2))])


def test_a_forwarded_message_is_looked_into(desk: Desk, empty: Server) -> None:
    inner = EmailMessage()
    inner["From"] = "x@unit.cn"
    inner.set_content("原信")
    inner.add_attachment(book(1), maintype="application", subtype="octet-stream", filename="里面.xlsx")
    outer = EmailMessage()
    outer["From"] = "a@unit.cn"
    outer.set_content("转发")
    outer.add_attachment(inner)
    empty.append(outer.as_bytes(policy=outer.policy.clone(linesep="\r\n")))
    assert run(desk)[0] == {"taken": 1}
    assert list(inbox(desk).values()) == [sha(book(1))]


def test_a_broken_message_stops_no_other(desk: Desk, empty: Server) -> None:
    empty.append(b"From: =?bad?Q?\xff\xfe\r\nContent-Type: multipart/mixed; boundary\r\n\r\n--\x00\xff")
    empty.append(mail("a@unit.cn", ("1.xlsx", book(1))))
    counts, _ = run(desk)
    assert counts["taken"] == 1
    assert run(desk)[0] == {}


@pytest.mark.parametrize(
    ("subject", "disposition"),
    [
        (b"=?idna?Q?abc?=", b'filename="a.xlsx"'),
        (b"=?undefined?Q?abc?=", b'filename="a.xlsx"'),
        (b"=?utf-7?Q?+2AA-?=", b'filename="a.xlsx"'),
        (b"=?unicode_escape?Q?\\ud800?=", b'filename="a.xlsx"'),
        (b"=?a\x00b?Q?x?=", b'filename="a.xlsx"'),
        (b"x", b"filename*=utf-8''a.xlsx; filename*0=b.xlsx"),
        (b"x", b"filename*=utf-7''+2AA-.xlsx"),
        (b"x", b"filename*0*=undefined''aa.xlsx"),
    ],
)
def test_no_message_whatever_it_is_made_of_keeps_those_after_it(
    desk: Desk, empty: Server, subject: bytes, disposition: bytes
) -> None:
    odd = (
        b"From: a@unit.cn\r\nSubject: %s\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
        b"Content-Type: application/octet-stream\r\nContent-Disposition: attachment; %s\r\n\r\nPK\r\n--b--\r\n"
    )
    empty.append(odd % (subject, disposition))
    empty.append(mail("a@unit.cn", ("1.xlsx", book(1))))
    counts, _ = run(desk)
    assert sum(counts.values()) == 2
    assert sha(book(1)) in inbox(desk).values()
    if counts.get("set_aside"):
        (kept,) = desk.folders.unknown.rglob("原信.eml")
        assert b"--b--" in kept.read_bytes()
    assert run(desk)[0] == {}
    assert desk.ledger.verify().mistakes == ()


def test_messages_that_came_while_nobody_looked_for_long_are_not_forgotten(desk: Desk, empty: Server) -> None:
    today = datetime.now(UTC)
    empty.append(mail("a@unit.cn", ("0.xlsx", book(0))), at=today - timedelta(days=90))
    empty.append(mail("a@unit.cn", ("1.xlsx", book(1))), at=today - timedelta(days=2))
    assert run(desk)[0] == {"taken": 1}, "the first time only the days that are set"
    empty.append(mail("a@unit.cn", ("2.xlsx", book(2))), at=today - timedelta(days=60))
    assert run(desk)[0] == {"taken": 1}
    assert sorted(inbox(desk).values()) == sorted([sha(book(1)), sha(book(2))])


def test_names_that_some_file_systems_take_for_one_are_kept_apart(desk: Desk, empty: Server) -> None:
    files = [("决算.xlsx", book(1)), ("决算.XLSX", book(2)), ("e\u0301.xlsx", book(3)), ("\u00e9.xlsx", book(4))]
    empty.append(mail("a@unit.cn", *files))
    assert run(desk)[0] == {"taken": 1}
    found = inbox(desk)
    assert sorted(found.values()) == sorted(sha(book(n)) for n in (1, 2, 3, 4))
    assert len({unicodedata.normalize("NFC", str(name)).casefold() for name in found}) == 4


def test_names_that_the_watcher_passes_over_are_changed_and_no_name_is_used_twice(desk: Desk, empty: Server) -> None:
    names = ["决算.xlsx.tmp", "决算.part", "~$a.xlsx", "a.xlsx", "2_a.xlsx", "a.xlsx"]
    empty.append(mail("a@unit.cn", *((name, book(n)) for n, name in enumerate(names))))
    assert run(desk)[0] == {"taken": 1}
    assert sorted(inbox(desk).values()) == sorted(sha(book(n)) for n in range(len(names)))
    assert not [name for name in inbox(desk) if passed_over(Path(name).name)]


@pytest.mark.parametrize(
    "sender",
    [
        "=?utf-8?q?a=40unit=2Ecn=2C?= <evil@evil.com>",
        "a@unit.cn, evil@evil.com",
        "evil@evil.com\r\nFrom: a@unit.cn",
    ],
)
def test_a_sender_is_who_stands_there_and_one_only(desk: Desk, empty: Server, sender: str) -> None:
    raw = mail("x@unit.cn", ("1.xlsx", book(1))).replace(b"x@unit.cn", sender.encode())
    empty.append(raw)
    assert run(desk)[0] == {"set_aside": 1}
    assert inbox(desk) == {}


def test_a_mailbox_made_anew_is_looked_at_anew_and_the_same_bytes_do_no_harm(desk: Desk, empty: Server) -> None:
    client = empty.box()
    client.create("renewed")
    client.logout()
    settings_file = desk.folders.root / "xlcheck.yaml"
    settings_file.write_text(settings_file.read_text(encoding="utf-8") + "  邮箱文件夹: renewed\n", encoding="utf-8")
    message = mail("a@unit.cn", ("1.xlsx", book(1)))
    empty.append(message, "renewed")
    again = Desk.open(desk.folders.root)
    assert run(again)[0] == {"taken": 1}
    client = empty.box()
    client.delete("renewed")
    time.sleep(1.1)  # UIDVALIDITY is a time in seconds
    client.create("renewed")
    client.logout()
    empty.append(message, "renewed")
    empty.append(mail("a@unit.cn", ("2.xlsx", book(1))), "renewed")
    assert run(again)[0] == {"nothing": 1, "taken": 1}, "the same message is known under its new number"
    assert len(inbox(again)) == 2
    assert set(inbox(again).values()) == {sha(book(1))}, "another message is another one, whatever bytes it brings"
    client = empty.box()
    client.delete("renewed")
    client.logout()
    again.close()


NAMES = {
    "RFC 2231": b"Content-Disposition: attachment; filename*=UTF-8''%E5%86%B3%E7%AE%97.xlsx",
    "RFC 2231, GBK": b"Content-Disposition: attachment; filename*=gb2312''%BE%F6%CB%E3.xlsx",
    "RFC 2231 in pieces": b"Content-Disposition: attachment;\r\n filename*0*=UTF-8''%E5%86%B3;\r\n filename*1*=%E7%AE%97.xlsx",
    "RFC 2047 in quotes (Outlook, Foxmail)": b'Content-Disposition: attachment; filename="=?utf-8?B?5Yaz566XLnhsc3g=?="',
    "RFC 2047, GBK (QQ)": b'Content-Disposition: attachment; filename="=?gb18030?B?vvbL4y54bHN4?="',
    "RFC 2047 in two words": b'Content-Disposition: attachment; filename="=?utf-8?B?5Yaz?=\r\n =?utf-8?B?566XLnhsc3g=?="',
    "quoted-printable words": b'Content-Disposition: attachment; filename="=?utf-8?Q?=E5=86=B3=E7=AE=97.xlsx?="',
    "raw UTF-8": b'Content-Disposition: attachment; filename="\xe5\x86\xb3\xe7\xae\x97.xlsx"',
    "raw GBK": b'Content-Disposition: attachment; filename="\xbe\xf6\xcb\xe3.xlsx"',
    "in the content type only": b'Content-Disposition: attachment\r\nContent-Type: application/octet-stream; name="=?utf-8?B?5Yaz566XLnhsc3g=?="',
}


LONG_HEADERS = {
    "quotes": (b'Content-Disposition: attachment; filename="', b';\\"'),
    "parameters": (b"Content-Disposition: attachment", b";a=b"),
    "pieces": (b"Content-Type: application/octet-stream", b";name*=a"),
    "semicolons": (b"Content-Type: multipart/mixed", b";"),
    "addresses": (b"From: ", b"a@unit.cn,"),
    "words": (b"Subject: ", b"=?utf-8?q?a?= "),
    "folded": (b"Subject: a", b"\r\n b"),
}


def characters_taken_apart(data: bytes) -> int:
    """How many characters the library is given to take apart, call by call: work that no clock tells."""
    taken = 0

    def look(frame: FrameType, event: str, _: object) -> None:
        nonlocal taken
        if event == "call" and frame.f_code.co_filename.endswith(("message.py", "_parseaddr.py", "header.py")):
            own = frame.f_locals.values()
            taken += sum(len(value) for value in own if isinstance(value, str))

    sys.setprofile(look)
    try:
        letter_of(data)
    finally:
        sys.setprofile(None)
    return taken


@pytest.mark.parametrize(("lead", "again"), LONG_HEADERS.values(), ids=LONG_HEADERS.keys())
def test_a_header_of_any_length_is_as_much_work_as_one_that_is_cut(lead: bytes, again: bytes) -> None:
    short, long = (
        characters_taken_apart(lead + again * (size // len(again)) + b"\r\n\r\nx\r\n") for size in (20_000, 400_000)
    )
    assert long <= 2 * short


def test_headers_of_a_message_are_cut_together() -> None:
    part = b"--b\r\nContent-Disposition: attachment; x=" + b"y" * 7_000 + b"; filename=a.xlsx\r\n\r\nPK\r\n"
    letter = letter_of(b"From: a@unit.cn\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" + part * 400)
    assert letter.sender == "a@unit.cn"
    named = sum(file.name == "a.xlsx" for file in letter.files)
    assert 200 < named < 300, "then the names are left out, and what has none is known by its bytes"
    assert len(letter.workbooks) == 400


def test_a_sender_that_was_cut_is_nobody() -> None:
    assert letter_of(b"From: a@unit.cn" + b" " * 9_000 + b", b@unit.cn\r\n\r\nx\r\n").sender == ""


def test_a_message_that_takes_too_long_keeps_no_other(
    desk: Desk, empty: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "_LIMITS", Limits(seconds=1.5, megabytes=32_000))  # time, whatever this process holds
    empty.append(mail("a@unit.cn") + b"\r\n" * 12_000_000)
    empty.append(mail("a@unit.cn", ("后面.xlsx", book(1))))
    counts, said = run(desk)
    assert counts == {"set_aside": 1, "taken": 1}
    assert "用时太长" in said[0]
    assert list(desk.folders.unknown.rglob("原信.eml"))
    assert run(desk)[0] == {}, "it is not tried each time again"


@pytest.mark.parametrize("header", NAMES.values(), ids=NAMES.keys())
def test_chinese_names_as_mail_programs_write_them(header: bytes) -> None:
    message = (
        b"From: a@unit.cn\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" + header
    )
    message += b"\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64.b64encode(BOOK) + b"\r\n--b--\r\n"
    letter = letter_of(message)
    assert [(f.name, f.data == BOOK) for f in letter.files] == [("决算.xlsx", True)]


@pytest.mark.parametrize(
    ("more", "kind", "said"),
    [
        ({"密码环境变量": "XLCHECK_TEST_WRONG"}, Usage, "账号或密码"),
        ({"邮箱文件夹": "没有的"}, Usage, "没有邮箱文件夹"),
        ({"加密": "STARTTLS"}, Usage, "证书"),
        ({"端口": "1"}, Fault, "拒绝连接"),
        ({"服务器": "no.such.host.invalid", "加密": "SSL"}, Fault, "找不到"),
        ({"服务器": "localhost.example", "加密": "不加密"}, Usage, "没有加密"),
    ],
)
def test_every_failure_says_what_to_do(
    empty: Server,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    more: dict[str, str],
    kind: type[Exception],
    said: str,
) -> None:
    monkeypatch.setenv("XLCHECK_TEST_IMAP", PASSWORD)
    monkeypatch.setenv("XLCHECK_TEST_WRONG", "wrong")
    desk = Desk.open(desk_in(tmp_path / "d", settings(empty, **more)))
    with pytest.raises(kind, match=said):
        fetch(desk, print)
    desk.close()


@pytest.mark.parametrize("security", ["SSL", "STARTTLS"])
def test_a_certificate_of_ones_own(
    empty: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, security: str
) -> None:
    monkeypatch.setenv("XLCHECK_TEST_IMAP", PASSWORD)
    port = empty.secure if security == "SSL" else empty.plain
    base = {"服务器": "localhost", "端口": str(port), "加密": security}
    empty.append(mail("a@unit.cn", ("1.xlsx", book(1))))
    plain = Desk.open(desk_in(tmp_path / "one", settings(empty, **base)))
    with pytest.raises(Usage, match="证书"):
        fetch(plain, print)
    other = certificate(tmp_path, "localhost")
    for name, works in ((empty.certificate, True), (other, False)):
        desk = Desk.open(desk_in(tmp_path / f"two{works}", settings(empty, **base, 证书文件=str(name))))
        if works:
            assert run(desk)[0] == {"taken": 1}
        else:
            with pytest.raises(Usage, match="证书"):
                fetch(desk, print)
        desk.close()
    plain.close()


@pytest.mark.parametrize("script", [b"", b"* OK ready\r\n", b"* OK ready\r\nA", b"garbage\r\n" * 100])
def test_a_server_that_hangs_or_hangs_up_ends_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: bytes
) -> None:
    monkeypatch.setenv("XLCHECK_TEST_IMAP", PASSWORD)
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        client, _ = listening.accept()
        with client:
            client.sendall(script)
            time.sleep(0.8 if len(script) < 20 else 0)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    port = listening.getsockname()[1]
    server = Server(port, port, tmp_path)
    desk = Desk.open(desk_in(tmp_path / "d", settings(server, 超时秒数="0.4")))
    with pytest.raises(Fault, match="收信服务器"):
        fetch(desk, print)
    thread.join()
    listening.close()
    desk.close()


def test_an_inbox_that_can_not_be_written_leaves_the_message_for_the_next_run(desk: Desk, empty: Server) -> None:
    empty.append(mail("a@unit.cn", ("1.xlsx", book(1))))
    desk.folders.inbox.rmdir()
    desk.folders.inbox.write_bytes(b"in the way")
    with pytest.raises(Fault, match="收件"):
        fetch(desk, print)
    desk.folders.inbox.unlink()
    desk.folders.inbox.mkdir()
    assert run(desk)[0] == {"taken": 1}
    assert list(inbox(desk).values()) == [sha(book(1))]


def test_killed_at_any_moment_every_workbook_comes_exactly_once(desk: Desk, empty: Server) -> None:
    for n in range(6):
        empty.append(mail("a@unit.cn", (f"{n}.xlsx", book(n))))
    command = [sys.executable, "-m", "xlcheck", "fetch", str(desk.folders.root)]
    draw = random.Random(1)
    killed = 0
    for wanted in (
        0,
        0,
        1,
        1,
        2,
        2,
        3,
        3,
        4,
        4,
        5,
        5,
        6,
    ):  # as many files are there when the blow falls, on any machine
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while process.poll() is None and len(inbox(desk)) < wanted:
            time.sleep(0.001)
        time.sleep(draw.uniform(0, 0.01))
        if process.poll() is None:
            os.kill(process.pid, signal.SIGKILL)
        killed += process.wait() == -signal.SIGKILL
    assert killed >= 2
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert sorted(inbox(desk).values()) == sorted(sha(book(n)) for n in range(6))
    assert desk.ledger.verify().mistakes == ()
    assert run(desk)[0] == {}


def test_without_a_mailbox_in_the_settings(tmp_path: Path) -> None:
    root = desk_in(tmp_path / "d", "")
    done = subprocess.run(
        [sys.executable, "-m", "xlcheck", "fetch", str(root)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, "收信" in done.stderr) == (2, True)


def test_two_at_once_are_one_too_many(desk: Desk) -> None:
    other = Desk.open(desk.folders.root)
    with desk.alone("fetch", "x"), pytest.raises(Fault, match="另一个"):
        fetch(other, print)
    other.close()
