"""A figure is read as the cell shows it; what shows another number than it holds is said."""

from __future__ import annotations

import copy
import io
from decimal import ROUND_HALF_UP, Decimal

import openpyxl
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from support import hands
from support.places import TUNLIU_TABLES
from xlcheck.model import CellKind
from xlcheck.reading.amounts import AmountReader
from xlcheck.reading.appearance import rendered
from xlcheck.reading.grid import Cell
from xlcheck.reading.numberformats import Formats, contradicts, format_of, shown_of, text_format

DOCUMENT = yaml.safe_load(TUNLIU_TABLES.read_text(encoding="utf-8"))
TABLES = {**DOCUMENT["tables"], "unit": DOCUMENT["unit"]}
SHEET, FIGURE = "公开03 支出决算表", "D13"  # 37.39


def formatted(figures):
    book = openpyxl.load_workbook(io.BytesIO(hands.by_xlsxwriter(hands.build_sheets(copy.deepcopy(TABLES)))))
    for at, (value, number_format) in figures.items():
        book[SHEET][at].value = value
        book[SHEET][at].number_format = number_format
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def check(pipeline, value, number_format):
    return pipeline.run(formatted({FIGURE: (value, number_format)}), "x.xlsx")


def said(checked):
    return [(f.code, f.severity.value, f.category, [c.cell for c in f.cells]) for f in checked.report.findings]


@pytest.mark.parametrize(
    ("value", "number_format"),
    [
        (373900, "0!.0,"),
        (373912.34, "0!.0,"),
        (373900, "0!.0000"),
        (373900, "0\\.0000"),
        (373900, '0"."0000'),
        (373900, "#!.0000;-#!.0000"),
        (37390, "#,##0,"),
        (37390, "#,##0.00,"),
        (0.3739, "0.00%"),
        (373900, "[>=10000]0!.0000;0.00"),
    ],
)
def test_a_scaled_figure_is_checked_as_shown_and_said(pipeline, value, number_format):
    checked = check(pipeline, value, number_format)
    assert said(checked) == [("scaled", "核实", "value", [FIGURE])]
    assert checked.outcome.count("pass") == 224


@pytest.mark.parametrize(
    ("number_format", "what"),
    [
        (";;;", "invisible"),
        ("yyyy-mm-dd", "date_format"),
        ("m/d/yy", "date_format"),
        ('yyyy"年"m"月"', "date_format"),
        ("[h]:mm", "date_format"),
    ],
)
def test_a_figure_that_is_not_shown_as_a_number_is_checked_as_stored_and_said(pipeline, number_format, what):
    checked = check(pipeline, 37.39, number_format)
    assert said(checked) == [(what, "核实", "value", [FIGURE])]
    assert checked.outcome.count("pass") == 224


@pytest.mark.parametrize(
    "number_format",
    [
        "0.00", "0.0000", "General", "@", "#,##0.00", "#,##0.00_ ", "0.00_);(0.00)", "#,##0.00;[Red]-#,##0.00", "+0.00;-0.00", ".00",
        '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ', "[$¥-804]#,##0.00", '0.00"万元"', "[DBNum1]0.00", '[=0]"";0.00', "0.00;-0.00;;@", "[Red]",
        "[>=100]0.0;0.00", '"共"0.00', "0.00;[Red]0.00", '_-* #,##0.00_-;\\-* #,##0.00_-;_-* "-"??_-;_-@_-', '0.00;-0.00;"－"',
    ],
)  # fmt: skip
def test_formats_that_show_the_number_itself_are_silent(pipeline, number_format):
    checked = check(pipeline, 37.39, number_format)
    assert said(checked) == []
    assert checked.outcome.count("pass") == 224


def test_a_section_that_is_for_large_numbers_leaves_small_ones_alone(pipeline):
    assert said(check(pipeline, 37.39, '[>=10000]0!.0,"万";0.00')) == []


@pytest.mark.parametrize("number_format", ['""', '"-"', '"√"'])
def test_a_format_of_words_alone_hides_the_figure(pipeline, number_format):
    assert said(check(pipeline, 37.39, number_format)) == [("invisible", "核实", "value", [FIGURE])]


def test_a_percentage_of_a_figure_in_wan_is_a_hundred_times_too_much(pipeline):
    checked = check(pipeline, 37.39, "0.00%")
    assert [what for what, *_ in said(checked)] == ["relation", "relation", "relation", "scaled"]
    assert [(c.kind, c.cell.cell, c.suggested) for c in checked.report.diagnoses] == [("scale", FIGURE, "37.39")]


def test_a_wrong_figure_among_scaled_ones_is_named_in_wan(pipeline):
    column = {"D9": 275.64, "D10": 275.64, "D11": 42.52, "D12": 2.98, "D13": 37.39, "D14": 2.15}
    figures = {at: (round(v * 10_000), "0!.0000") for at, v in column.items()}
    checked = pipeline.run(formatted(figures | {"D9": (2576400, "0!.0000")}), "x.xlsx")
    assert [f.code for f in checked.report.findings].count("scaled") == 1
    assert [(c.kind, c.cell.cell, c.suggested) for c in checked.report.diagnoses] == [("transposition", "D9", "275.64")]


@pytest.mark.parametrize(
    ("code", "factor"),
    [("0!.0,", 10_000), ("0!.0000", 10_000), ("#,##0,", 1_000), ("0.00,,", 1_000_000), ("0%", Decimal("0.01")), ("0.00", None), ("#,##0.00", None), ("", None), ("0!", None), ('0"', None), ("[", None)],
)  # fmt: skip
def test_the_factor_of_a_format(code, factor):
    shown = shown_of(code)
    assert (shown and shown.factor) == factor


# --- the section that applies ---------------------------------------------------------------------


def seen(code, value):
    found = format_of(code).seen(Decimal(value))
    return found.how if found.number is None or found.how == "same" else (found.how, str(found.number))


@pytest.mark.parametrize(
    ("code", "value", "expected"),
    [
        # signs and digits of the format itself
        ('"-"0.00', "37.39", ("other", "-37.39")),
        ("\\-0.00", "37.39", ("other", "-37.39")),
        ("-0.00;0.00", "37.39", ("other", "-37.39")),
        ("-0.00;0.00", "-37.39", ("other", "37.39")),
        ("(0.00)", "37.39", ("other", "-37.39")),
        ('0.00"5"', "37.39", ("other", "37.395")),
        ('"1"0.00', "37.39", ("other", "137.39")),
        ("[$5-804]0.00", "37.39", ("other", "537.39")),
        ('"12.34"', "37.39", ("other", "12.34")),
        ('0.00;-0.00;"12.34"', "0", ("other", "12.34")),
        ("0.00;0.00", "-37.39", ("other", "37.39")),
        ("General", "37.39", None),
        # what is no plain number
        ("-0.00", "-37.39", "unclear"),
        ('0.00"（注1）"', "37.39", "unclear"),
        ('"第1季度"0.00', "37.39", "unclear"),
        ('0.00"%"', "37.39", "unclear"),
        ("0.00①", "37.39", "unclear"),
        ("0.00-", "37.39", "unclear"),
        ("000-0000", "37.39", "unclear"),
        ("0.0.0", "37.39", "unclear"),
        ("# ?/?", "37.39", "unclear"),
        ("[>100]0.0;[>10]0.00", "3", "unclear"),  # Excel fills the cell with ####
        ("[<0]0.00;0.00", "-3", "unclear"),
        ('0.00;"△"0.00', "-3", "unclear"),
        # the number itself
        ("0.00-", "0", "same"),
        ("# ?/?", "37", "same"),
        ("0.00;0.00-", "-37.39", "same"),
        ("0.00;[Red]0.00", "-37.39", "same"),  # red figures are negative ones
        ("0.00_);(0.00)", "-37.39", "same"),
        ("[>=0]0.00;-0.00", "-37.39", "same"),
        ("[<0]-0.00;0.00", "-37.39", "same"),
        ('_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ', "0", "same"),
        ("0.00;-0.00;;@", "0", "same"),
        ("0,000", "37", "same"),
        ("0\\,0000", "373900", "same"),
        ("[$-zh-CN]0.00", "37.39", "same"),
        # the section with the scale
        ("0.00;0!.0000", "37.39", "same"),
        ("[>=10000]0!.0000;0.00", "37.39", "same"),
        ("[>=10000]0!.0000;0.00", "373900", ("scaled", "37.3900")),
        ("[<100]0.00;0!.0000", "373900", ("scaled", "37.3900")),
        ('"-"0!.0000', "373900", ("other", "-37.3900")),
        # nothing, dates
        ("0.00;", "-37.39", "invisible"),
        ("0.00;;", "0", "same"),
        (";;;", "37.39", "invisible"),
        ("aaaa", "37.39", "date"),
        ('0.00;yyyy"年"', "-3", "date"),
    ],
)  # fmt: skip
def test_the_section_that_applies_says_what_is_seen(code, value, expected):
    if expected is None:
        assert format_of(code) is None
    else:
        assert seen(code, value) == expected


@pytest.mark.parametrize("code", ["0", "0.0", "0.00", "0.000", "#,##0", "0.00;0.00", "[>=0]0.00;-0.00", "0.00E+00"])
def test_a_format_that_shows_a_positive_number_itself_is_quiet(code):
    """Codes under it are codes."""
    formats = Formats()
    formats.add(1, format_of(code))
    assert shown_of(code) is None
    assert 1 not in formats
    assert 1 in formats.others


@pytest.mark.parametrize(
    ("code", "decimals", "matters"),
    [
        ("0.00", 2, False), ("#,##0.00", 2, False), ("0.00", 3, True), ("0", 2, True), ("0", None, False), ("0.00;0.00", 2, True), ("0.00;0.00", None, True),
        ('_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ', 2, False), ("0.00;[Red]0.00", 2, False), ("0.00E+00", 2, True), ('0.00;-0.00;"1"', 2, True), ("0%", 0, True),
    ],
)  # fmt: skip
def test_most_formats_cost_nothing(code, decimals, matters):
    assert format_of(code).matters(decimals) is matters


def read(value, code, ulp=10_000):
    formats = Formats()
    formats.add(7, format_of(code))
    return AmountReader(ulp, "万元", formats).read(Cell(value, "n", 7, formula=False))


@pytest.mark.parametrize(
    ("value", "code", "figure", "ulp", "note"),
    [
        ("37.39", "0", 37_000_000, 1_000_000, "fewer_digits"),
        ("37.5", "0", 38_000_000, 1_000_000, "fewer_digits"),
        ("-37.5", "0", -38_000_000, 1_000_000, "fewer_digits"),
        ("37", "0", 37_000_000, 1_000_000, ""),
        ("37.39", "0.0", 37_400_000, 100_000, "fewer_digits"),
        ("37.4", "0.0", 37_400_000, 100_000, ""),
        ("37.39", "0.00", 37_390_000, 10_000, ""),
        ("37.391", "0.00", 37_390_000, 10_000, "more_digits"),
        ("37.39", "0.000", 37_390_000, 10_000, ""),
        ("37.391", "0.000", 37_391_000, 1_000, "finer_digits"),
        ("37.3912", "0.000", 37_391_000, 1_000, "finer_digits"),
        ("37.39000000000000004", "0.000000", 37_390_000, 10_000, ""),
        ("37.39", "0.00E+00", 37_400_000, 100_000, "fewer_digits"),
        ("37.39", "[<100]0;0.00", 37_000_000, 1_000_000, "fewer_digits"),
        ("0", "0", 0, 1_000_000, ""),
        ("0", '0;-0;"-"', 0, 10_000, ""),  # a section for zero shows zeros alone
        ("37.39", '0.00"5"', 37_395_000, 1_000, "scaled"),
        ("37.39", "-0.00;0.00", -37_390_000, 10_000, "scaled"),
        ("37.39", "-0;0", -37_000_000, 1_000_000, "scaled"),
        ("373900", "0!.0,", 37_390_000, 10_000, "scaled"),
        ("0.3739", "0.00%", 37_390_000, 10_000, "scaled"),
        ("37.39", ";;;", 37_390_000, 10_000, "invisible"),
        ("37.39", "0.00①", None, 10_000, "unclear"),
    ],
)  # fmt: skip
def test_the_decimals_that_are_shown_say_how_exact_a_figure_is(value, code, figure, ulp, note):
    amount = read(value, code)
    assert (amount.kind, amount.text) == (CellKind.NUMBER, value)
    assert (amount.figure, amount.ulp, amount.note) == (figure, ulp, note)


@pytest.mark.parametrize(("code", "figure"), [("0", 2_400_000), ("0.000", 2_400_000), ("-0;0", -2_400_000)])
def test_counts_are_exact_whatever_decimals_are_shown(code, figure):
    assert read("2.4", code, ulp=0).figure == figure


def test_a_text_is_no_number_whatever_its_format():
    formats = Formats()
    formats.add(7, format_of("-0.00;0.00"))
    assert AmountReader(10_000, "万元", formats).read(Cell("37.39", "s", 7, formula=False)).figure == 37_390_000


@pytest.mark.parametrize(
    ("number_format", "what", "severity", "found"),
    [
        ("0", "fewer_digits", "提示", "D13 存的是 37.39，按 37 核对"),
        ('"-"0.00', "scaled", "核实", "D13 存的是 37.39，按 -37.39 核对"),
        ('0.00"（注1）"', "unclear", "核实", "D13 存的是 37.39，显示的是“37.39（注1）”"),
    ],
)
def test_an_odd_format_is_said_with_both_numbers(pipeline, number_format, what, severity, found):
    checked = check(pipeline, 37.39, number_format)
    (finding,) = [f for f in checked.report.findings if f.code == what]
    assert (finding.severity.value, finding.params["found"]) == (severity, found)


def test_what_is_rounded_on_the_screen_breaks_no_relation(pipeline):
    checked = check(pipeline, 37.39, "0")
    assert [what for what, *_ in said(checked)] == ["fewer_digits"]
    assert (checked.outcome.count("fail"), checked.outcome.count("cannot_say")) == (0, 0)


def test_a_figure_that_is_wrong_by_more_than_is_shown_is_wrong(pipeline):
    checked = check(pipeline, 39.39, "0")
    assert checked.outcome.count("fail") > 0


def test_a_turned_sign_is_what_is_compared(pipeline):
    checked = check(pipeline, -37.39, "-0.00;0.00")
    assert [what for what, *_ in said(checked)] == ["scaled"]
    assert checked.outcome.count("pass") == 224


def test_a_figure_that_cannot_be_read_is_not_guessed(pipeline):
    checked = check(pipeline, 37.39, '0.00"（注1）"')
    assert [what for what, *_ in said(checked)] == ["unclear"]
    assert (checked.outcome.count("fail"), checked.outcome.count("cannot_say")) == (0, 3)


def test_codes_under_a_format_without_decimals_are_codes(pipeline):
    book = openpyxl.load_workbook(io.BytesIO(formatted({})))
    for row in range(8, 16):
        cell = book[SHEET].cell(row, 1)
        cell.value, cell.number_format = int(cell.value), "0_ "
    stream = io.BytesIO()
    book.save(stream)
    checked = pipeline.run(stream.getvalue(), "x.xlsx")
    assert said(checked) == []


@pytest.mark.parametrize(
    ("code", "value", "text", "wrong"),
    [
        ("General", "37.39", "37.39", False), ("General", "525.2100000000004", "525.21", False), ("0", "37.39", "37", False), ("0.00", "1234.5", "1,234.50", False),
        ("0.00%", "0.3739", "37.39%", False), ("0!.0000", "373900", "37.3900", False), ("0.00", "37.39", "###", False), ("0.00", "37.39", "约 37.39 万元", False),
        ("0.00", "373900", "37.39", True), ("General", "37.39", "37.93", True), ("0.00", "37.39", "-37.39", True), ("0.00", "37.39", "", False),
    ],
)  # fmt: skip
def test_the_text_that_a_file_says_is_shown_is_compared_with_what_the_format_makes(code, value, text, wrong):
    assert contradicts(format_of(code), Decimal(value), text) is wrong


@pytest.mark.parametrize(("text", "expected"), [("37.39", ("other", "37.39")), ("约37", "unclear"), ("373900", "same")])
def test_a_text_that_is_shown_instead_is_read_as_it_stands(text, expected):
    found = text_format(text).seen(Decimal(373900))
    assert (found.how if found.how != "other" else (found.how, str(found.number))) == expected


@pytest.mark.parametrize(
    "code",
    [
        "0" * 1_000,
        "0.0" * 300,
        '"' + "9" * 900,
        "[>1]" * 200,
        "0" + "%" * 900,
        "0" + "," * 900,
        ";" * 900,
        "_" * 999,
        "\\" * 999,
        "0." + "0" * 900,
    ],
)
@pytest.mark.parametrize("value", ["37.39", "-1e14", "0", "1e-300"])
def test_no_format_breaks_the_reader(code, value):
    shown = format_of(code)
    amount = read(value, code)
    assert shown is None or shown.seen(Decimal(value)).how
    assert amount.figure is None or isinstance(amount.figure, int)


WORDS = st.sampled_from(["", "万元", "共", "￥", " "])


@given(st.integers(1, 6), st.integers(0, 5), st.decimals(-(10**9), 10**9, places=6), WORDS, WORDS)
def test_a_number_is_rendered_with_the_digits_that_it_has(places, decimals, value, before, after):
    code = f'"{before}"{"#" * (places - 1)}0{"." * (decimals > 0)}{"0" * decimals}"{after}"'
    rounded = abs(value).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    shown = format_of(code)
    assert rendered(shown.sections[0], value) == f"{'-' * (value < 0)}{before}{rounded:f}{after}"
    assert (shown.seen(value).how, shown.seen(value).decimals) == ("same", decimals)


@given(st.decimals(0, 10**9, places=2), st.text("0123456789", min_size=1, max_size=3))
def test_digits_of_the_format_are_digits_of_what_is_seen(value, digits):
    assert format_of(f'0.00"{digits}"').seen(value).number == Decimal(f"{value:.2f}{digits}")
    assert format_of(f'"{digits}"0.00').seen(value).number == Decimal(f"{digits}{value:.2f}")


@given(st.text('0#?.,%;"\\\\!_*[]<>=-+()元YmdEe/@$ Gg', max_size=24), st.decimals(-(10**12), 10**12, places=4))
def test_any_format_is_read(code, value):
    shown = format_of(code)
    if shown is not None:
        found = shown.seen(value)
        assert found.how in ("same", "scaled", "other", "date", "invisible", "unclear")
        assert (found.number is not None) or found.how not in ("scaled", "other")
        assert shown.matters(2) in (True, False)
