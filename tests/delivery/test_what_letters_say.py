"""Letters as a unit gets them: names, headers, attachments, templates, recipients; and letters written or re-addressed later."""

from __future__ import annotations

import email
import email.policy
import re
import shutil
from email.header import decode_header, make_header
from pathlib import Path
from urllib.parse import unquote

import pytest

from support.places import SAMPLES
from support.posts import (
    CC,
    DROPPED,
    TO,
    UNIT,
    Fault,
    PostOffice,
    by_state,
    drop,
    fresh,
    make_due,
    settings,
    states,
    with_letters,
)
from xlcheck.delivery.backfill import missing, write_missing
from xlcheck.delivery.desk import Desk
from xlcheck.delivery.mime import Attached, Content, message_bytes
from xlcheck.delivery.remind import post, reminders
from xlcheck.delivery.send import resolve, send
from xlcheck.delivery.watch import Watcher
from xlcheck.errors import Usage
from xlcheck.ledger import letters, receipts
from xlcheck.ledger.records import Letter


def _silent(_: str) -> None:
    """Say nothing."""


def _content(**more: object) -> Content:
    plain = Content(
        ("财政局", "js@example.cn"), TO, CC, "", "【决算公开审核】某单位", "<1@example.cn>", "", "2026-08-01T09:00:00+08:00",
        "正文\n", "<p>正文</p>", Attached("某单位_审核.xlsx", b"PK" * 999),
    )  # fmt: skip
    return plain._replace(**more)  # type: ignore[arg-type]


def _bytes_of(desk: Desk) -> list[bytes]:
    return [(desk.folders.letters(Letter(p.state)) / p.file).read_bytes() for p in letters.letters(desk.ledger)]


@pytest.mark.parametrize(
    "name", ["某单位_审核.xlsx", "a.xlsx", "很长" * 110 + ".xlsx", '📊 决算 (1);"引号".zip', "名" * 300 + ".xlsx"]
)
def test_an_attachment_has_its_name_both_ways(name: str):
    data = message_bytes(_content(attached=Attached(name, b"x" * 5000)))
    assert re.search(rb"(?<!\r)\n|\r(?!\n)", data) is None, "bare line ends"
    assert max(map(len, data.split(b"\r\n"))) <= 998
    new = next(
        p for p in email.message_from_bytes(data, policy=email.policy.default).walk() if p.get_content_disposition()
    )
    assert new.get_content() == b"x" * 5000
    header = re.search(rb"Content-Disposition: attachment;.*?\r\n(?! )", data, re.DOTALL)
    assert header is not None
    pieces = re.findall(r"filename\*(?:\d+\*)?=([^;\r\n]+)", header[0].decode())
    extended = unquote("".join(pieces).removeprefix("UTF-8''"))
    words = re.search(r'filename="(.*?)"', header[0].decode(), re.DOTALL)
    assert words is not None
    assert extended == name, "RFC 2231: Thunderbird, Outlook"
    assert str(make_header(decode_header(words[1].replace("\r\n", "")))).replace("_", "") == name.replace("_", ""), (
        "RFC 2047: QQ, 163"
    )
    old = next(p for p in email.message_from_bytes(data).walk() if p.get_content_disposition())
    assert str(make_header(decode_header(str(old.get_param("name"))))).replace("_", "") == name.replace("_", "")


def test_a_name_or_subject_cannot_put_headers_into_a_letter():
    evil = "甲\r\nBcc: thief@evil.cn\r\n\r\n<b>"
    data = message_bytes(
        _content(subject=evil, sender=(evil, "js@example.cn"), attached=Attached(f"{evil}.xlsx", b"1"))
    )
    found = email.message_from_bytes(data)
    assert found["Bcc"] is None
    assert set(found.keys()) == {
        "Content-Type",
        "MIME-Version",
        "From",
        "To",
        "Cc",
        "Subject",
        "Date",
        "Message-ID",
        "Auto-Submitted",
    }
    assert b"thief" not in data.split(b"\r\n\r\n")[0].replace(b"=?", b"")


def test_a_letter_carries_the_marked_copy_and_answers_the_one_before(tmp_path: Path):
    desk = with_letters(tmp_path / "desk", settings(25))
    posted = letters.letters(desk.ledger)
    made = [email.message_from_bytes(d, policy=email.policy.default) for d in _bytes_of(desk)]
    by_number = {r.id: r for r in receipts.versions(desk.ledger)}
    for before, letter, message in zip([None, *posted], posted, made, strict=False):
        marked = desk.folders.root / by_number[letter.receipt].marked
        assert [p.get_content() for p in message.iter_attachments()] == [marked.read_bytes()]
        assert message["In-Reply-To"] == (before.message_id if before else None)
        assert message["To"] == ", ".join(TO)
        assert message["Cc"] == CC[0]
        text = message.get_body(("plain",)).get_content()
        html = message.get_body(("html",)).get_content()
        assert UNIT in text
        assert UNIT in html
        assert "张三" in text
    again = fresh(tmp_path / "again", settings(25))
    drop(again, *DROPPED)
    assert [p.message_id for p in letters.letters(again.ledger)] == [p.message_id for p in posted], "deterministic"


def test_html_shows_names_as_text(tmp_path: Path):
    desk = fresh(tmp_path, settings(25))
    (tmp_path / "u.csv").write_text(
        f"单位代码,单位名称,联系人,邮箱\n1,{UNIT},<img src=x onerror=alert(1)>,a@b.cn\n", encoding="utf-8"
    )
    drop(desk, DROPPED[0])
    html = email.message_from_bytes(_bytes_of(desk)[0], policy=email.policy.default).get_body(("html",)).get_content()
    assert "<img" not in html
    assert "&lt;img" in html


def test_a_copy_too_large_is_zipped_or_left_out_and_the_letter_says_so(tmp_path: Path):
    for most, kind in (("0.0105", None), ("20", "xlsx")):
        desk = fresh(tmp_path / most, settings(25, 附件上限MB=most))
        drop(desk, DROPPED[0])
        message = email.message_from_bytes(_bytes_of(desk)[0], policy=email.policy.default)
        names = [p.get_filename() for p in message.iter_attachments()]
        assert [n.rsplit(".", 1)[1] for n in names] == ([kind] if kind else [])
        assert ("太大，没有随信附上" in message.get_body(("plain",)).get_content()) == (kind is None)


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("{{ nothing }}", "nothing"),
        ("{% if %}", "第 1 行"),
        ("{{ ''.__class__.__mro__ }}", "不允许|不能用"),
        ("{{ 1/0 }}", "不能用"),
    ],
)
def test_a_template_with_a_mistake_is_said_and_the_workbook_waits(tmp_path: Path, template: str, said: str):
    desk = fresh(tmp_path, settings(25))
    desk.folders.templates.mkdir()
    own = desk.folders.templates / "结果信.txt"
    own.write_text(template, encoding="utf-8")
    with pytest.raises(Usage, match=said):
        drop(desk, DROPPED[0])
    assert [p for p in desk.folders.working.rglob("*.xlsx") if "件" in p.parts]
    assert not letters.letters(desk.ledger)
    own.write_text("{{ unit }}：错误 {{ errors }}", encoding="utf-8")
    Watcher(desk, _silent, 1).once()
    text = email.message_from_bytes(_bytes_of(desk)[0], policy=email.policy.default).get_body(("plain",)).get_content()
    assert text.startswith(f"{UNIT}：错误 ")


def test_a_letter_goes_to_nobody_who_is_no_longer_in_the_roster_and_not_when_it_was_changed(tmp_path: Path):
    with PostOffice(tmp_path).open() as office:
        desk = with_letters(tmp_path / "desk", settings(office.port))
        first = desk.folders.letters(Letter.READY) / letters.letters(desk.ledger)[0].file
        first.write_bytes(first.read_bytes().replace(TO[0].encode(), b"x@evil.cn"))
        assert send(desk, _silent).counts == {"failed": 1, "sent": 2}
        assert by_state(desk, Letter.FAILED)[0].said == "信件文件不在了，或被改动过"
        desk = with_letters(tmp_path / "other", settings(office.port))
        (tmp_path / "other" / "u.csv").write_text(
            f"单位代码,单位名称,邮箱\n1001,{UNIT},new@unit.cn\n", encoding="utf-8"
        )
        assert send(desk, _silent).counts == {"failed": 3}


def test_a_failed_letter_is_sent_again_to_the_addresses_that_the_roster_has_now(tmp_path: Path):
    with PostOffice(tmp_path, Fault("RCPT", b"550 no such user\r\n", only=TO[0])).open() as office:
        desk = with_letters(tmp_path / "desk", settings(office.port))
        send(desk, _silent)
        failed = by_state(desk, Letter.FAILED)
        assert failed
        (tmp_path / "desk" / "u.csv").write_text(
            f"单位代码,单位名称,邮箱,抄送\n1001,{UNIT},new@unit.cn,boss@unit.cn\n", encoding="utf-8"
        )
        with pytest.raises(Usage, match="--as 重发"):
            resolve(desk, failed[0].id, arrived=True)
        taken = len(office.taken)
        for letter in failed:
            resolve(desk, letter.id, arrived=False)
        make_due(desk)
        send(desk, _silent)
        assert office.envelopes[taken:] == [("js@example.cn", ["new@unit.cn", "boss@unit.cn"])] * len(failed)
        message = email.message_from_bytes(office.messages[-1], policy=email.policy.default)
        assert (message["To"], message["Cc"]) == ("new@unit.cn", "boss@unit.cn")
        assert message["Message-ID"] == failed[-1].message_id
        assert len(list(message.iter_attachments())) == 1
        posted = letters.letters(desk.ledger)
        files = {p.name for p in desk.folders.outbox.rglob("*.eml")}
        assert files == {p.file for p in posted}, "the old file is gone"


@pytest.mark.parametrize("changed", [True, False])
def test_a_letter_whose_file_is_gone_or_changed_is_written_again_when_asked_for(tmp_path: Path, changed: bool):
    with PostOffice(tmp_path).open() as office:
        desk = with_letters(tmp_path / "desk", settings(office.port))
        letter = letters.letters(desk.ledger)[0]
        path = desk.folders.letters(Letter.READY) / letter.file
        before = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        path.write_bytes(b"Subject: other\r\n\r\n") if changed else path.unlink()
        send(desk, _silent)
        assert by_state(desk, Letter.FAILED)[0].id == letter.id
        resolve(desk, letter.id, arrived=False)
        assert send(desk, _silent).counts == {"sent": 1}
        message = email.message_from_bytes(office.messages[-1], policy=email.policy.default)
        assert [message[h] for h in ("To", "Cc", "Subject", "Message-ID")] == [
            before[h] for h in ("To", "Cc", "Subject", "Message-ID")
        ]
        assert len(list(message.iter_attachments())) == 1
        files = {p.name for p in desk.folders.outbox.rglob("*.eml")}
        assert files == {p.file for p in letters.letters(desk.ledger)}


def test_workbooks_that_came_before_there_was_mail_get_their_letters_when_asked_for(tmp_path: Path):
    text = settings(25)
    desk = fresh(tmp_path, text[: text.index("邮件:")])
    drop(desk, *DROPPED[:2])
    with pytest.raises(Usage, match="邮件"):
        write_missing(desk)
    desk.close()
    (tmp_path / "xlcheck.yaml").write_text(text, encoding="utf-8")
    desk = Desk.open(tmp_path)
    assert [r.version for r in missing(desk)] == [2], "the last version only"
    assert [p.receipt for p in write_missing(desk)] == [r.id for r in receipts.versions(desk.ledger) if r.version == 2]
    assert states(desk) == {"ready": 1}
    assert not missing(desk)
    assert not write_missing(desk)
    message = email.message_from_bytes(_bytes_of(desk)[0], policy=email.policy.default)
    assert "第 2 版" in str(make_header(decode_header(message["Subject"])))
    assert len(list(message.iter_attachments())) == 1


def test_a_reminder_is_written_once_a_day(tmp_path: Path):
    desk = fresh(tmp_path, settings(25))
    wanted = reminders(desk, 2025, 10)
    assert {d.posted.unit for d in wanted} == {"1001", "1002"}
    post(desk, wanted)
    assert not reminders(desk, 2025, 10)
    post(desk, wanted)
    assert states(desk) == {"ready": 2}


def test_what_the_watcher_says_of_a_version_that_is_not_as_expected(tmp_path: Path):
    (tmp_path / "desk").mkdir()
    desk = fresh(tmp_path / "desk", "年度: 2025\n" + settings(25))
    (tmp_path / "desk" / "u.csv").write_text(
        f"单位代码,单位名称,邮箱,应报表样\n1,{UNIT},,shanghai-putuo-2024\n", encoding="utf-8"
    )
    said: list[str] = []
    data = (Path(__file__).parents[2] / "samples" / "tunliu_2023.xlsx").read_bytes()
    (desk.folders.inbox / "a.xlsx").write_bytes(data)
    Watcher(desk, said.append, 1).once()
    assert "交的是《山西省部门决算公开表》，名册要求的是《上海市普陀区部门决算公开表》" in said[-1]
    assert "年度不是设置的 2025" in said[-1]
    assert "没有邮箱，没有写信" in said[-1]


def _roster(desk: Desk, *lines: str) -> None:
    (desk.folders.root / "u.csv").write_text(
        "单位代码,单位名称,其他名称,邮箱,抄送\n" + "\n".join(lines) + "\n", encoding="utf-8"
    )


def test_a_letter_goes_nowhere_once_the_roster_says_that_its_workbook_is_anothers(tmp_path: Path):
    """Codes were interchanged by mistake, and mended before the letters went out."""
    with PostOffice(tmp_path).open() as office:
        desk = fresh(tmp_path / "desk", settings(office.port))
        _roster(desk, "1001,某某局,,b@unit.cn,", f"1002,{UNIT},,b@unit.cn,")
        drop(desk, DROPPED[0])
        _roster(desk, f"1001,{UNIT},,a@unit.cn,", "1002,某某局,,b@unit.cn,")
        assert send(desk, _silent).counts == {"failed": 1}
        assert office.taken == []
        assert "是 1001 " in by_state(desk, Letter.FAILED)[0].said
        shutil.copy(SAMPLES / f"{DROPPED[0]}.xlsx", desk.folders.inbox / "again.xlsx")
        Watcher(desk, _silent, 1).once()
        assert [(r.unit, r.version) for r in receipts.versions(desk.ledger)] == [("1002", 1), ("1001", 1)]
        assert send(desk, _silent).counts == {"sent": 1}
        assert office.envelopes == [("js@example.cn", ["a@unit.cn"])]


def test_the_same_bytes_from_two_units_are_answered_to_both(tmp_path: Path):
    with PostOffice(tmp_path).open() as office:
        desk = fresh(tmp_path / "desk", settings(office.port))
        _roster(desk, "1001,甲甲局,,a@unit.cn,", "1002,乙乙局,,b@unit.cn,")
        for name in ("甲甲局", "乙乙局", "甲甲局二"):
            shutil.copy(SAMPLES / "putuo_shiquan_2025.xlsx", desk.folders.inbox / f"{name}.xlsx")
            Watcher(desk, _silent, 1).once()
        assert [(r.unit, r.version) for r in receipts.versions(desk.ledger)] == [("1001", 1), ("1002", 1)]
        assert send(desk, _silent).counts == {"sent": 2}
        assert sorted(to for _, (to,) in office.envelopes) == ["a@unit.cn", "b@unit.cn"]


def test_a_letter_that_waits_may_be_sent_at_once_and_a_clock_that_jumped_holds_none(tmp_path: Path):
    with PostOffice(tmp_path, Fault("banner", "drop", times=1)).open() as office:
        desk = with_letters(tmp_path / "desk", settings(office.port))
        send(desk, _silent)
        assert states(desk) == {"retry": len(DROPPED)}
        assert send(desk, _silent).counts == {}
        first = by_state(desk, Letter.RETRY)[0]
        resolve(desk, first.id, arrived=False)
        assert send(desk, _silent).counts == {"sent": 1}
        with desk.ledger.transaction() as change:
            change.execute("UPDATE letter SET due = '2050-01-01T00:00:00+08:00' WHERE state = 'retry'")
        assert send(desk, _silent).counts == {"sent": len(DROPPED) - 1}
