"""The register of findings, both ways: every line, amounts as numbers, nothing that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support.ledgers import FORM, YEAR, finding
from support.office import Office, needs_office
from xlcheck.errors import Usage
from xlcheck.ledger.receipts import Line
from xlcheck.ledger.records import Receipt, Status
from xlcheck.overview import register
from xlcheck.overview.register import register_csv, register_workbook
from xlcheck.writing.newsheets import amount

HEADINGS = [
    "单位代码", "单位名称", "年度", "表样", "版本", "报送时间", "级别", "规则", "表", "单元格", "问题", "应为", "现为", "差额", "状态", "首次出现版本",
    "单位说明",
]  # fmt: skip
RUNS = tuple("=+-@\t\r\n＝＋－＠")


def table(data: bytes) -> list[list[str]]:
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def sheet(data: bytes):
    return openpyxl.load_workbook(io.BytesIO(data))["问题台账"]


def line(**more) -> Line:
    receipt = Receipt(
        claim="c", entry=0, name="a.xlsx", sha256="0" * 64, at="2026-08-18T10:00:00+08:00", status=Status.CHECKED,
        unit="001", unit_name="局", year=YEAR, form=FORM, version=1,
    )  # fmt: skip
    return Line(receipt, finding("甲", **more))


def test_every_finding_of_every_version_is_a_line(lines):
    head, *body = table(register_csv(lines))
    assert head == HEADINGS
    assert len(body) == len(lines) == 11
    assert body[3] == [
        "001", "县财政局", "2025", FORM, "2", "2026-08-19T16:05:30+08:00", "错误", "公开03-勾稽-1", "公开03", "C7",
        "合计不等于各行之和（甲）", "657.18", "669.48", "-12.30", "未改正", "1", "",
    ]  # fmt: skip
    assert [r[14] for r in body] == ["新增"] * 3 + [
        "未改正",
        "新增",
        "新增",
        "未改正",
        "已改正",
        "新增",
        "新增",
        "已说明",
    ]


def test_a_csv_runs_nothing_and_keeps_negative_amounts(lines):
    body = table(register_csv(lines))[1:]
    assert body[4][10] == '\'=HYPERLINK("http://x")'
    assert body[8][1] == "'=1+1"
    assert body[10][16] == "'-1 是@上级<b>调整</b>"
    assert body[3][13] == "-12.30"


@given(
    st.text(st.characters(codec="utf-8"), max_size=8), st.sampled_from(["message", "explanation", "cell", "expected"])
)
@settings(max_examples=150, deadline=None)
def test_no_text_of_a_csv_begins_like_a_formula(text, field):
    (_, row) = table(register_csv([line(**{field: text})]))
    written = row[{"message": 10, "explanation": 16, "cell": 9, "expected": 11}[field]]
    number = field == "expected" and text.isascii() and text.lstrip("+-").replace(".", "", 1).isdigit()
    assert number or not written.lstrip(" \u00a0\u3000").startswith(RUNS)
    assert len(written.lstrip("'")) <= len(text)  # nothing is lost or put in but the apostrophe
    assert len(written) in (len(text), len(text) + 1)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@a", "\t=1", "\r=1", " =1", "\u3000=1", "＝1"])
def test_text_that_could_run_gets_an_apostrophe(text):
    (_, row) = table(register_csv([line(explanation=text)]))
    assert row[16].startswith("'")


@pytest.mark.parametrize("text", ["-12.30", "+5", "0", "-1234567890123456789.00"])
def test_an_amount_stays_a_number(text):
    (_, row) = table(register_csv([line(difference=text)]))
    assert row[13] == text


def test_the_workbook_has_the_same_lines(lines):
    found = sheet(register_workbook(lines))
    values = [[c.value for c in row] for row in found.iter_rows()]
    assert values[0] == HEADINGS
    assert len(values) == 12
    came = datetime(2026, 8, 19, 16, 5, 30)  # noqa: DTZ001 - Excel knows no zones
    assert values[4] == [
        "001", "县财政局", 2025, FORM, 2, came, "错误", "公开03-勾稽-1", "公开03", "C7", "合计不等于各行之和（甲）", 657.18, 669.48, -12.3,
        "未改正", 1, None,
    ]  # fmt: skip
    assert values[6][11:14] == [None, "空", None]
    assert values[5][10] == '=HYPERLINK("http://x")'
    assert values[9][1] == "=1+1"
    assert {c.data_type for row in found.iter_rows() for c in row} == {"s", "n", "d"}
    assert (found["L5"].number_format, found["L10"].number_format) == ("#,##0.00", "#,##0.00########")
    assert (found.auto_filter.ref, found.freeze_panes, found.print_title_rows) == ("A1:Q12", "C2", "$1:$1")
    assert len({found.cell(r, 7).fill.start_color.rgb for r in range(2, 13)}) == 3


def test_equal_lines_give_equal_bytes_even_none(lines):
    assert register_workbook(lines) == register_workbook(iter(lines))
    assert register_workbook([]) == register_workbook([])
    assert [c.value for c in sheet(register_workbook([]))[1]] == HEADINGS
    assert table(register_csv([])) == [HEADINGS]


def test_more_lines_than_a_sheet_holds_are_refused(monkeypatch):
    monkeypatch.setattr(register, "MOST", 2)
    with pytest.raises(Usage, match=r"有 3 行.*\.csv"):
        register_workbook([line()] * 3)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**12), max_value=10**12))
def test_an_amount_is_the_same_number_in_excel(value: Decimal):
    found, pattern = amount(str(value))
    assert Decimal(repr(found)) == value
    assert pattern == "#,##0.00"


@pytest.mark.parametrize(
    "text", ["", "空", "12.3万", "1_000", "１２", "NaN", "Infinity", "1e5", "12345678901234567.89", " 1"]
)
def test_what_is_no_amount_or_would_lose_digits_stays_text(text):
    assert amount(text) == (text, "")


@needs_office
def test_libreoffice_reads_both(lines, tmp_path_factory):
    folder = tmp_path_factory.mktemp("office")
    saved = sheet(Office(folder).saved({"台账": register_workbook(lines)})["台账"])
    assert [saved.cell(r, 2).value for r in (2, 10)] == ["县财政局", "=1+1"]
    assert saved["N5"].value == pytest.approx(-12.3)
