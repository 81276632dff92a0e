"""Word files that hold the tables of a report at a desk: a submission as a workbook is, with a roster and without."""

from __future__ import annotations

import email
import email.policy
from functools import cache
from pathlib import Path

import pytest

from support.drawnforms import docx_of, drawing
from support.places import SAMPLES
from support.posts import UNIT, dropped, fresh, settings
from support.wordtables import TABLES, as_word
from xlcheck.delivery.desk import Desk
from xlcheck.delivery.remind import overdue
from xlcheck.ledger import receipts
from xlcheck.ledger.records import TEXT_FORM, Status
from xlcheck.reading.opening import open_workbook

BOOK = SAMPLES / "tunliu_2023.xlsx"
COVER = f"{UNIT}2023年度部门决算"
TEXT = ("第三部分 2023年度部门决算情况说明", "一、收入支出决算总体情况说明")


def said(figure: str) -> str:
    return f"2023年度收入总计{figure}万元，支出总计567.18万元。"


@cache
def document(figure: str = "567.18", *, cover: str = COVER, text: bool = True) -> bytes:
    """A report in one file: cover, text, the ten tables."""
    before = [*([cover] if cover else []), *([*TEXT, said(figure)] if text else []), TABLES]
    return as_word(open_workbook(BOOK.read_bytes()).grids, before)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return fresh(tmp_path / "desk", "静置秒数: 0\n文件事件: 否\n单位名册: u.csv\n")


@pytest.fixture
def bare(tmp_path: Path) -> Desk:
    """A desk without a roster."""
    found = fresh(tmp_path / "bare", "静置秒数: 0\n文件事件: 否\n单位名册: u.csv\n")
    (found.folders.root / "u.csv").unlink()
    return found


def test_a_word_file_with_text_and_tables_is_a_whole_submission(desk: Desk):
    (one,) = dropped(desk, 决算公开_docx=document())
    assert (one.status, one.unit, one.year, one.form, one.version) == (Status.CHECKED, "1001", 2023, "shanxi-2023", 1)
    assert (one.errors, one.texts) == (0, 1)
    report = receipts.report_of(desk.ledger, one.id)
    assert report is not None
    assert not any("没有工作簿可对" in n.reason for n in report.not_evaluated)
    assert "1001" not in {unit.code for unit, _ in overdue(desk, 2023, 10)}


def test_a_wrong_figure_of_its_text_is_found_against_its_tables(desk: Desk):
    (one,) = dropped(desk, 决算公开_docx=document("576.18"))
    (found,) = [f for f in receipts.findings(desk.ledger, one.id) if f.severity == "错误"]
    assert found.rule == "T01-01"
    assert one.marked.endswith("_审核.docx")


@pytest.mark.parametrize("cover", [COVER, ""])
def test_without_a_roster_it_is_of_the_unit_that_its_tables_print(bare: Desk, cover: str):
    (one,) = dropped(bare, 决算公开终稿_docx=document(cover=cover))
    assert (one.status, one.unit_name, one.form) == (Status.CHECKED, UNIT, "shanxi-2023")


def test_tables_alone_in_a_word_file_are_a_workbook_too(bare: Desk):
    (one,) = dropped(bare, 公开表_docx=document(cover="", text=False))
    assert (one.status, one.form, one.texts) == (Status.CHECKED, "shanxi-2023", 0)


def test_a_corrected_one_is_the_next_version_and_a_workbook_after_it_as_well(desk: Desk):
    dropped(desk, 甲_docx=document("576.18"))
    (second,) = dropped(desk, 乙_docx=document())
    assert (second.form, second.version, second.errors, second.mended) == ("shanxi-2023", 2, 0, 1)
    (third,) = dropped(desk, 丙_xlsx=BOOK.read_bytes())
    assert (third.form, third.version) == ("shanxi-2023", 3)


def test_beside_a_workbook_it_is_the_text(desk: Desk):
    book, paper = dropped(desk, 甲_xlsx=BOOK.read_bytes(), 乙_docx=document("576.18"))
    assert (book.form, book.errors) == ("shanxi-2023", 0)
    assert (paper.form, paper.unit, paper.errors) == (TEXT_FORM, "1001", 1)


def test_a_text_that_comes_by_itself_is_checked_beside_the_tables_of_the_document(desk: Desk):
    from support.worddocs import docx, p, run

    dropped(desk, 甲_docx=document())
    text = docx("".join(p(run(line)) for line in (COVER, *TEXT, said("576.18"))))
    (paper,) = dropped(desk, 说明_docx=text)
    assert (paper.form, paper.errors, paper.unsaid) == (TEXT_FORM, 1, 0)


def test_the_letter_about_a_whole_document_says_where_to_look(tmp_path: Path):
    desk = fresh(tmp_path / "desk", settings(25))
    dropped(desk, 决算公开_docx=document("576.18"))
    (letter,) = desk.folders.letters("ready").glob("*.eml")
    message = email.message_from_bytes(letter.read_bytes(), policy=email.policy.default)
    assert "文字和表格旁边的批注" in message.get_body(("plain",)).get_content()
    assert "部门决算公开表" in message.get_body(("plain",)).get_content()


def test_score_sheets_alone_in_a_word_file_are_neither_the_text_nor_the_report(desk: Desk):
    from support.worddocs import docx, p, run

    text = docx("".join(p(run(line)) for line in (COVER, *TEXT, said("567.18"))))
    dropped(desk, 说明_docx=text)
    form = drawing("national_2020").replace("某县公路管理站", UNIT).replace("2022", "2023")
    (one,) = dropped(desk, 自评表_docx=docx_of(form))
    assert (one.unit, one.form, one.version) == ("1001", "selfscore-national·农村公路养护经费", 1)
    assert "1001" in {unit.code for unit, _ in overdue(desk, 2023, 10)}, "the workbook is still to come"
