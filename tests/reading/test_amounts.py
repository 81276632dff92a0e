"""What a cell holds becomes a figure, a blank, a dash, or a thing that is no figure. Nothing is guessed."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlcheck.model import BLANK, Amount, CellKind
from xlcheck.reading.amounts import AmountReader, printed_figure, text_number
from xlcheck.reading.grid import Cell

CENT = 10_000  # two decimals of 万元, in millionths


def read(text: str, kind: str = "s", *, ulp: int = CENT, currency: str = "万元") -> Amount:
    return AmountReader(ulp, currency).read(Cell(text, kind, 0, False))


# --- numbers ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stored", "figure"),
    [
        ("567.18", 567_180_000),
        ("0", 0),
        ("-0", 0),
        ("1066", 1_066_000_000),
        ("567.1799999999999", 567_180_000),
        ("567.18000000000006", 567_180_000),
        ("5.6718E2", 567_180_000),
        ("1e-9", 0),
        ("123456789012.345", 123_456_789_012_350_000),
        ("0.005", 10_000),
        ("0.0049999999999999", 0),
        ("0.00499999999999999999", 10_000),
        ("-0.005", -10_000),
        ("-0.0049", 0),
        ("1.005", 1_010_000),
        ("-2.675", -2_680_000),
    ],
)
def test_a_number_prints_as_excel_shows_it_half_up_away_from_zero(stored, figure):
    amount = read(stored, "n")
    assert (amount.kind, amount.figure) == (CellKind.NUMBER, figure)


def test_a_number_keeps_what_was_stored_to_fifteen_digits():
    assert read("567.1799999999999", "n").stored == Decimal("567.180000000000")
    assert read("123456789012345678", "n").kind is CellKind.ERROR_VALUE
    assert read("12345678901234.5678", "n").stored == Decimal("12345678901234.6")


def test_a_number_keeps_its_text_and_the_printed_unit():
    amount = read("1.20", "n")
    assert (amount.text, amount.ulp) == ("1.20", CENT)


def test_a_typed_zero_is_filled_and_a_blank_is_not():
    assert read("0", "n").filled
    assert not read("").filled


@pytest.mark.parametrize(
    "text",
    [
        "1e999",
        "1E400",
        "-1e999",
        "1e9999999",
        "1e-9999999999",
        "NaN",
        "sNaN",
        "INF",
        "-Infinity",
        "abc",
        "1.2.3",
        "",
        "1e15",
    ],
)
def test_what_no_spreadsheet_can_hold_never_becomes_a_figure_of_its_size(text):
    amount = read(text, "n")
    assert amount.figure in (None, 0)
    assert (amount.figure is None) == (amount.kind is CellKind.ERROR_VALUE)


@given(st.integers(-(10**13), 10**13))
def test_every_whole_number_of_cents_prints_as_itself(cents):
    text = f"{Decimal(cents).scaleb(-2):f}"
    assert read(text, "n").figure == cents * CENT
    assert read(text, "s").figure == cents * CENT


@given(st.decimals(-(10**9), 10**9, places=6))
def test_the_printed_figure_is_within_half_a_unit_of_what_is_stored(value):
    assert abs(printed_figure(value, CENT) - int(value.scaleb(6))) <= CENT // 2
    assert printed_figure(value, CENT) % CENT == 0


@given(st.decimals(-(10**9), 10**9, places=6))
def test_a_number_and_its_negative_print_alike(value):
    assert printed_figure(-value, CENT) == -printed_figure(value, CENT)


def test_exact_tables_keep_every_digit_to_millionths():
    assert read("3", "n", ulp=0).figure == 3_000_000
    assert read("3.25", "n", ulp=0).figure == 3_250_000


# --- texts that are numbers -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "figure"),
    [
        ("567.18", 567_180_000),
        (" 567.18 ", 567_180_000),
        ("　567.18　", 567_180_000),
        ("1,234.56", 1_234_560_000),
        ("1，234.56", 1_234_560_000),
        ("12,345,678.90", 12_345_678_900_000),
        ("５６７．１８", 567_180_000),
        ("￥567.18", 567_180_000),
        ("¥567.18", 567_180_000),
        ("567.18万元", 567_180_000),
        ("567.18 万元", 567_180_000),
        ("(567.18)", -567_180_000),
        ("（567.18）", -567_180_000),
        ("-567.18", -567_180_000),
        ("−567.18", -567_180_000),
        ("－567.18", -567_180_000),
        ("+567.18", 567_180_000),
        (".5", 500_000),
        ("0", 0),
        ("-0.005", -10_000),
        ("(0.005)", -10_000),
        ("1 234.56", 1_234_560_000),
        ("\u202d567.18\u202c", 567_180_000),
        ("\u200e567.18", 567_180_000),
        ("567.18\u00a0", 567_180_000),
        ("\ufeff567\u200b.18", 567_180_000),
        ("\u2066（567.18）\u2069", -567_180_000),
        ("567.18\u00ad万元", 567_180_000),
    ],
)
def test_a_text_that_plainly_is_a_number_is_read_as_one_and_said_to_be_text(text, figure):
    amount = read(text)
    assert (amount.kind, amount.figure) == (CellKind.TEXT_NUMBER, figure)
    assert amount.filled
    assert amount.text == text


@pytest.mark.parametrize(
    "text",
    ["12,34.5", "1,2345", "567.18亿元", "567.18元", "5 6 7 吨", "1.2.3", "约567", "567-568", "(567", "567)", "1e3", "=1+1", "208.0.1",
     "零", "一百", "--5", "(-5", "￥", "万元", "()", "5%", "12²", "12①", "①", "½", "5½", "⒈5", "12\n34", "1\t2", "⑫", "１２²"],
)  # fmt: skip
def test_a_text_that_is_not_plainly_a_number_is_text_without_a_figure(text):
    amount = read(text)
    assert (amount.kind, amount.figure, amount.stored) == (CellKind.TEXT, None, None)


def test_only_the_tables_own_unit_may_trail():
    assert read("567.18元", currency="元").figure == 567_180_000
    assert read("567.18万元", currency="元").kind is CellKind.TEXT


def test_a_text_number_beyond_all_measure_is_no_figure():
    assert read("9" * 400).kind is CellKind.ERROR_VALUE
    assert read("9" * 400).figure is None


def test_text_number_says_none_for_words():
    assert text_number("合计", "万元") is None
    assert text_number("1,000", "万元") == Decimal(1000)


# --- blanks and dashes ------------------------------------------------------------------------


def test_no_cell_is_a_blank_worth_exactly_zero():
    assert AmountReader(CENT, "万元").read(None) is BLANK
    assert (BLANK.kind, BLANK.figure, BLANK.ulp) == (CellKind.BLANK, 0, 0)


@pytest.mark.parametrize("text", ["", " ", "　", "\n", "\u00a0", " \t　", "\u200b", "\ufeff \u202d", "\u00ad"])
def test_white_space_is_a_blank(text):
    assert read(text) is BLANK


@pytest.mark.parametrize("text", ["-", "--", "—", "－", "–", "──", " - ", "~", "_", "\u200e-", "—\ufeff"])
def test_a_short_dash_is_a_dash_worth_exactly_zero(text):
    amount = read(text)
    assert (amount.kind, amount.figure, amount.ulp, amount.filled) == (CellKind.DASH, 0, 0, False)


@pytest.mark.parametrize("text", ["────", "———", "----", " ────── ", "－－－", "─\u200b──"])
def test_a_long_dash_is_the_mark_of_a_cell_that_is_not_to_be_filled(text):
    amount = read(text)
    assert (amount.kind, amount.figure, amount.ulp, amount.filled) == (CellKind.NOT_APPLICABLE, 0, 0, False)


# --- other kinds ------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["无", "见附注", "N/A", "不适用"])
def test_words_are_text(word):
    assert read(word).kind is CellKind.TEXT


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("e", "#REF!", CellKind.ERROR_VALUE),
        ("e", "#DIV/0!", CellKind.ERROR_VALUE),
        ("b", "1", CellKind.BOOLEAN),
        ("d", "2023-12-31", CellKind.DATE),
        ("?", "", CellKind.NO_CACHE),
    ],
)
def test_errors_booleans_dates_and_formulas_without_a_result_have_no_figure(kind, text, expected):
    amount = read(text, kind)
    assert (amount.kind, amount.figure, amount.stored) == (expected, None, None)
    assert not amount.filled


def test_a_number_in_a_text_cell_and_in_a_number_cell_are_told_apart():
    reader = AmountReader(CENT, "万元")
    assert reader.read(Cell("5", "n", 0, False)).kind is CellKind.NUMBER
    assert reader.read(Cell("5", "s", 0, False)).kind is CellKind.TEXT_NUMBER
