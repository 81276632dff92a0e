"""文字说明 at a desk: with its workbook in one archive or mail, by itself, before its workbook, after it."""

from __future__ import annotations

import email
import email.policy
import io
import os
import zipfile
from datetime import date
from pathlib import Path

import pytest

from support.desks import OTHERS, renamed
from support.places import SAMPLES
from support.posts import UNIT, PostOffice, dropped, fresh, settings
from support.worddocs import docx, p, run
from xlcheck.delivery import rulings
from xlcheck.delivery.attachments import File, letter_of
from xlcheck.delivery.desk import Desk
from xlcheck.delivery.fetch import _as_sent
from xlcheck.delivery.putback import put_back
from xlcheck.delivery.remind import overdue
from xlcheck.delivery.send import send
from xlcheck.delivery.together import Member, digest_of, packed
from xlcheck.delivery.watch import Watcher
from xlcheck.errors import Usage
from xlcheck.ledger import letters, receipts
from xlcheck.ledger.records import TEXT_FORM, Status
from xlcheck.overview.standing import overview

BOOK = (SAMPLES / "tunliu_2023.xlsx").read_bytes()
OTHER_BOOK = (SAMPLES / "tunliu_2023_text.xlsx").read_bytes()
HEAD = "第三部分 2023年度部门决算情况说明"
FIRST = "一、收入支出决算总体情况说明"


def text(figure: str = "567.18", *, cover: str = "") -> bytes:
    lines = [*([cover] if cover else []), HEAD, FIRST, f"2023年度收入总计{figure}万元，支出总计567.18万元。"]
    return docx("".join(p(run(line)) for line in lines))


RIGHT, WRONG = text(), text("576.18")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return fresh(tmp_path / "desk", "静置秒数: 0\n文件事件: 否\n单位名册: u.csv\n")


def members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def both(book: bytes, paper: bytes) -> bytes:
    return packed([Member("决算.xlsx", book), Member("文字说明.docx", paper)])


# --- in one archive ------------------------------------------------------------------------------------------------


def test_a_workbook_and_its_text_in_one_archive_are_one_submission(desk: Desk):
    (one,) = dropped(desk, 报送_zip=both(BOOK, WRONG))
    assert (one.status, one.unit, one.version, one.errors) == (Status.CHECKED, "1001", 1, 1)
    (found,) = receipts.findings(desk.ledger, one.id)
    assert found.rule == "T01-01"
    assert "576.18" in found.message
    marked = members(desk.folders.root / one.marked)
    assert sorted(marked) == ["决算_审核.xlsx", "文字说明_审核.docx"]
    with zipfile.ZipFile(io.BytesIO(marked["文字说明_审核.docx"])) as word:
        assert "576.18" in word.read("word/comments.xml").decode()


def test_the_same_archive_again_is_a_repetition_and_one_with_another_text_is_a_version(desk: Desk):
    (one,) = dropped(desk, a_zip=both(BOOK, WRONG))
    (same,) = dropped(desk, b_zip=both(BOOK, WRONG))
    assert (same.status, same.first) == (Status.REPEATED, one.id)
    (other,) = dropped(desk, c_zip=both(BOOK, RIGHT))
    assert (other.version, other.errors, other.mended) == (2, 0, 1)
    (alone,) = dropped(desk, d_xlsx=BOOK)
    assert (alone.status, alone.version) == (Status.CHECKED, 3), "the workbook alone is not what came with its text"


def test_the_number_of_a_workbook_in_an_archive_does_not_count_documents(desk: Desk):
    archive = packed(
        [Member("甲/甲说明.docx", RIGHT), Member("甲/甲.xlsx", BOOK), Member("乙/乙.xlsx", renamed(BOOK, OTHERS[0]))]
    )
    found = dropped(desk, 全部_zip=archive)
    assert [(r.entry, r.name.rpartition("/")[2], bool(r.marked.endswith(".zip"))) for r in found] == [
        (0, "甲.xlsx", True),
        (1, "乙.xlsx", False),
    ]


def test_an_assigned_submission_is_answered_again_with_its_text(desk: Desk):
    roster = desk.folders.root / "u.csv"
    (one,) = dropped(desk, a_zip=both(BOOK, WRONG))
    assert "1002" in roster.read_text("utf-8")
    rulings.assign(desk, one.id, "1002", None)
    again = dropped(desk)
    assert [(r.unit, r.errors, r.sha256 == one.sha256) for r in again] == [("1002", 1, True)]


# --- by itself -----------------------------------------------------------------------------------------------------


def test_a_text_that_comes_with_a_workbook_of_its_name_is_checked_beside_it(desk: Desk):
    book, paper = dropped(desk, 屯留社保文字说明_docx=WRONG, 屯留社保_xlsx=BOOK)
    assert (book.form, book.errors) == ("shanxi-2023", 0)
    assert (paper.form, paper.unit, paper.year, paper.version, paper.errors) == (TEXT_FORM, "1001", 2023, 1, 1)
    assert paper.marked.endswith("_审核.docx")
    assert "已退回" in paper.marked


def test_a_corrected_text_is_the_next_version_of_the_text_alone(desk: Desk):
    dropped(desk, 屯留社保_xlsx=BOOK, 屯留社保文字说明_docx=WRONG)
    (paper,) = dropped(desk, 屯留社保说明_docx=RIGHT)
    assert (paper.form, paper.version, paper.errors, paper.mended) == (TEXT_FORM, 2, 0, 1)
    book = receipts.latest(desk.ledger, "1001", 2023, "shanxi-2023")
    assert book is not None
    assert book.version == 1


def test_a_text_is_checked_beside_the_workbook_of_its_folder_that_prints_no_year(desk: Desk):
    """Forms of many places print neither unit nor year: the folder says whose they are, the text of which year."""
    folder = desk.folders.inbox / UNIT
    folder.mkdir()
    (folder / "决算表.xlsx").write_bytes((SAMPLES / "putuo_shegong_2024.xlsx").read_bytes())
    figure = docx(
        "".join(p(run(line)) for line in (HEAD.replace("2023", "2024"), FIRST, "2024年度收入总计370.82万元。"))
    )
    (folder / "说明文字.docx").write_bytes(figure)
    book, paper = dropped(desk)
    assert (book.unit, book.year_by != "", paper.unit, paper.form, paper.year) == (
        "1001",
        True,
        "1001",
        TEXT_FORM,
        2024,
    )
    assert paper.errors == 1


def test_a_text_of_nobody_waits_for_the_workbook_of_its_name(desk: Desk):
    (paper,) = dropped(desk, 屯留社保文字说明_docx=WRONG)
    assert paper.status == Status.UNKNOWN
    assert "没有写单位名称" in paper.reason
    book, again = dropped(desk, 屯留社保_xlsx=BOOK)
    assert (book.version, again.form, again.errors, again.sha256) == (1, TEXT_FORM, 1, paper.sha256)
    assert not receipts.unplaced(desk.ledger)


def test_a_text_that_names_its_unit_is_checked_alone_and_again_when_the_workbook_comes(desk: Desk):
    paper = text("576.18", cover=f"{UNIT}2023年度部门决算")
    (alone,) = dropped(desk, 甲_docx=paper)
    assert (alone.unit, alone.errors, alone.unsaid) == ("1001", 0, 2)
    report = receipts.report_of(desk.ledger, alone.id)
    assert report is not None
    assert any("没有工作簿可对，2 个该与表核对的数没有核对" in one.reason for one in report.not_evaluated)
    _, again = dropped(desk, 乙_xlsx=BOOK)
    assert (again.form, again.version, again.errors, again.unsaid) == (TEXT_FORM, 1, 1, 0), (
        "the unit sent no second one"
    )
    assert (again.rechecks, again.first, again.name) == (alone.id, None, alone.name)
    assert [r.id for r in receipts.texts(desk.ledger)] == [again.id], "the one before it counts no more"
    assert not desk.ledger.verify().mistakes


# --- a text that came before its workbook -------------------------------------------------------------------------

COVER = f"{UNIT}2023年度部门决算"


def in_folder(desk: Desk, **files: bytes) -> None:
    folder = desk.folders.inbox / UNIT
    folder.mkdir(exist_ok=True)
    for name, data in files.items():
        stem, _, ending = name.rpartition("_")
        (folder / f"{stem}.{ending}").write_bytes(data)


def test_a_draft_does_not_come_back_over_the_text_that_came_with_the_workbook(desk: Desk):
    dropped(desk, 初稿_docx=text("576.18", cover=COVER))
    in_folder(desk, 附件1_xlsx=BOOK, 附件2_docx=text(cover=COVER))
    came = dropped(desk)
    assert [(r.form == TEXT_FORM, r.version, r.errors) for r in came] == [(False, 1, 0), (True, 2, 0)]
    assert not dropped(desk), "nothing is put back"
    last = receipts.latest(desk.ledger, "1001", 2023, TEXT_FORM)
    assert last is not None
    assert (last.version, last.errors, last.name) == (2, 0, f"{UNIT}/附件2.docx")


def test_nor_over_the_text_in_one_archive_with_the_workbook(desk: Desk):
    dropped(desk, 初稿_docx=text("576.18", cover=COVER))
    (whole,) = dropped(desk, 报送_zip=both(BOOK, RIGHT))
    assert (whole.texts, whole.errors) == (1, 0)
    assert not dropped(desk)


def test_nor_a_draft_that_was_nobodys(desk: Desk):
    (draft,) = dropped(desk, 屯留社保文字说明_docx=WRONG)
    assert draft.status == Status.UNKNOWN
    later = dropped(desk, 屯留社保_xlsx=BOOK, 定稿_docx=text(cover=COVER))
    assert [(r.form == TEXT_FORM, r.version, r.errors) for r in later] == [(False, 1, 0), (True, 1, 0)]
    assert not dropped(desk)


def test_a_newer_text_that_comes_while_the_older_one_waits_to_be_checked_again_is_the_last(desk: Desk):
    """Copied with its old date, as Windows does: what was put back is answered first all the same."""
    (alone,) = dropped(desk, 初稿_docx=text("576.18", cover=COVER))
    dropped(desk, 决算_xlsx=BOOK)
    put_back(desk, alone, again=True)  # as a kill in between would leave it
    new = desk.folders.inbox / "定稿.docx"
    new.write_bytes(text(cover=COVER))
    os.utime(new, (1, 1))
    late, last = dropped(desk)
    assert (late.status, late.first) == (Status.REPEATED, alone.id)
    assert (last.version, last.errors) == (2, 0)
    assert receipts.latest(desk.ledger, "1001", 2023, TEXT_FORM) == last


def test_the_letter_about_a_text_that_was_checked_again_does_not_say_that_the_unit_sent_it(tmp_path: Path):
    desk = fresh(tmp_path / "desk", settings(25))
    dropped(desk, 初稿_docx=text("576.18", cover=COVER))
    dropped(desk, 决算_xlsx=BOOK)
    said = [
        email.message_from_bytes(f.read_bytes(), policy=email.policy.default).get_body(("plain",)).get_content()
        for f in desk.folders.letters("ready").glob("*.eml")
    ]
    (about,) = [one for one in said if "对着工作簿又核对了一次" in one]
    assert "第 1 版，文件“初稿.docx”" in about
    assert "逐字节" not in about
    assert "重认" not in about
    assert "重核" not in about
    assert len(said) == 3


def test_a_text_that_was_not_put_back_before_a_kill_is_put_back_by_the_next_run(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
):
    (alone,) = dropped(desk, 初稿_docx=text("576.18", cover=COVER))
    with monkeypatch.context() as killed:
        killed.setattr(Watcher, "_recheck", lambda _: 0)
        dropped(desk, 决算_xlsx=BOOK)
    (again,) = dropped(desk)
    assert (again.rechecks, again.version, again.errors) == (alone.id, 1, 1)
    assert not dropped(desk)


def test_what_was_checked_again_stays_that_version_when_its_unit_gets_its_code(desk: Desk):
    dropped(desk, 初稿_docx=text("576.18", cover=COVER))
    dropped(desk, 决算_xlsx=BOOK)
    dropped(desk, 定稿_docx=text(cover=COVER))
    with desk.ledger.transaction() as change:
        receipts.adopt(change, "1001", "1009", UNIT)
    found = [(r.version, r.rechecks is not None) for r in receipts.of_code(desk.ledger, "1009") if r.form == TEXT_FORM]
    assert found == [(1, False), (1, True), (2, False)]


def test_what_was_checked_again_is_ruled_on_by_its_last_receipt(desk: Desk):
    (alone,) = dropped(desk, 初稿_docx=text("576.18", cover=COVER))
    _, again = dropped(desk, 决算_xlsx=BOOK)
    with pytest.raises(Usage, match="重新核对"):
        rulings.forget(desk, alone.id)
    rulings.forget(desk, again.id)
    assert receipts.latest(desk.ledger, "1001", 2023, TEXT_FORM) is None


def test_the_same_text_after_another_workbook_is_checked_beside_that_one(desk: Desk):
    dropped(desk, 屯留社保_xlsx=BOOK, 屯留社保文字说明_docx=RIGHT)
    (same,) = dropped(desk, 屯留社保文字说明_docx=RIGHT)
    assert same.status == Status.REPEATED
    dropped(desk, 屯留社保_xlsx=OTHER_BOOK)
    (again,) = dropped(desk, 屯留社保文字说明_docx=RIGHT)
    assert (again.status, again.version) == (Status.CHECKED, 2)


def test_a_text_is_no_report_of_figures(desk: Desk):
    """Who has sent the text alone still owes the workbook."""
    dropped(desk, 甲_docx=text(cover=f"{UNIT}2023年度部门决算"))
    assert {unit.code: [i["title"] for i in items] for unit, items in overdue(desk, 2023, 10)}.keys() == {
        "1001",
        "1002",
    }
    shown = overview(desk.ledger, desk.roster, 2023, "2026-11-28T00:00:00+08:00", date(2026, 11, 28)).standings
    assert [(s.unit.code, s.form, s.version) for s in shown] == [
        ("1001", "", 0),
        ("1001", TEXT_FORM, 1),
        ("1002", "", 0),
    ]


def test_a_document_that_is_no_text_of_final_accounts_is_said_to_be_none(desk: Desk):
    (one,) = dropped(desk, 通知_docx=docx(p(run("关于召开会议的通知")) + p(run("各科室：请于周五开会。"))))
    assert one.status == Status.REFUSED
    assert "没有认出决算公开的文字说明" in one.reason


# --- by mail -------------------------------------------------------------------------------------------------------


def mail(*files: tuple[str, bytes]) -> bytes:
    message = email.message.EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@unit.cn", "js@example.cn", "决算公开"
    message.set_content("请查收")
    for name, data in files:
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


def test_a_mail_with_both_is_one_file_in_the_inbox():
    letter = letter_of(
        mail(("决算.xlsx", BOOK), ("决算文字说明.docx", RIGHT), ("签名.txt", b"tel"), ("全套.zip", b"PK"))
    )
    assert [f.name for f in letter.documents] == ["决算文字说明.docx"], "a signature is no text of accounts"
    first, archive = _as_sent([*letter.workbooks, *letter.documents])
    assert (first.name, archive.name) == ("决算.zip", "全套.zip")
    with zipfile.ZipFile(io.BytesIO(first.data)) as inside:
        assert {n: inside.read(n) for n in inside.namelist()} == {"决算.xlsx": BOOK, "决算文字说明.docx": RIGHT}


@pytest.mark.parametrize(
    "files", [[File("决算.xlsx", BOOK)], [File("说明.docx", RIGHT)], [File("a.zip", b"PK"), File("说明.docx", RIGHT)]]
)
def test_what_is_no_pair_goes_into_the_inbox_as_it_came(files: list[File]):
    assert _as_sent(files) == files


def test_one_letter_answers_both(tmp_path: Path):
    with PostOffice(tmp_path).open() as office:
        desk = fresh(tmp_path / "desk", settings(office.port))
        (one,) = dropped(desk, 报送_zip=both(BOOK, WRONG))
        (written,) = letters.letters(desk.ledger)
        assert written.receipt == one.id
        message = email.message_from_bytes(
            next(desk.folders.letters("ready").glob("*.eml")).read_bytes(), policy=email.policy.default
        )
        (attached,) = message.iter_attachments()
        assert attached.get_filename().endswith("_第1版_审核.zip")
        with zipfile.ZipFile(io.BytesIO(attached.get_content())) as inside:
            assert sorted(inside.namelist()) == ["决算_审核.xlsx", "文字说明_审核.docx"]
        said = message.get_body(("plain",)).get_content()
        assert "Word 文件里的批注" in said
        assert "先解压" in said
        assert send(desk, lambda _: None).counts == {"sent": 1}


def test_the_letter_about_a_text_says_where_to_look(tmp_path: Path):
    desk = fresh(tmp_path / "desk", settings(25))
    dropped(desk, 屯留社保_xlsx=BOOK, 屯留社保文字说明_docx=WRONG)
    said = [
        email.message_from_bytes(f.read_bytes(), policy=email.policy.default).get_body(("plain",)).get_content()
        for f in desk.folders.letters("ready").glob("*.eml")
    ]
    (about,) = [one for one in said if "文字旁边的批注" in one]
    assert "2023年度文字说明" in about
    assert "576.18" in about


def test_the_letter_about_a_text_without_a_workbook_says_what_was_not_checked(tmp_path: Path):
    desk = fresh(tmp_path / "desk", settings(25))
    (one,) = dropped(desk, 说明_docx=text(cover=f"{UNIT}2023年度部门决算"))
    (letter,) = desk.folders.letters("ready").glob("*.eml")
    message = email.message_from_bytes(letter.read_bytes(), policy=email.policy.default)
    said = message.get_body(("plain",)).get_content()
    assert "没有工作簿可对，2 个该与表核对的数没有核对" in said
    assert "审核结果" not in said
    with zipfile.ZipFile(desk.folders.root / one.marked) as word:
        comment = word.read("word/comments.xml").decode()
    assert "2 个该与表核对、没有工作簿可对" in comment
    assert "没有核对、不算通过" in comment
    report = receipts.report_of(desk.ledger, one.id)
    assert report is not None
    assert (report.workbook.unit, report.texts[0].bound, report.texts[0].uncompared) == (UNIT, 0, 2)


# --- digests -------------------------------------------------------------------------------------------------------


def test_what_stands_for_a_submission_is_its_workbook_and_its_documents_in_any_order():
    assert digest_of("a", []) == "a"
    assert digest_of("a", ["b", "c"]) == digest_of("a", ["c", "b"]) != digest_of("a", ["b"])
    assert digest_of("a", ["b"]) != digest_of("b", ["a"])


def test_an_archive_of_equal_files_has_equal_bytes_and_loses_none_of_one_name():
    twice = [Member("说明.docx", b"1"), Member("说明.docx", b"2")]
    assert packed(twice) == packed(twice)
    with zipfile.ZipFile(io.BytesIO(packed(twice))) as inside:
        assert [inside.read(n) for n in inside.namelist()] == [b"1", b"2"]
