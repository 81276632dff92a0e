"""YAML is read as text: nothing is resolved, nothing is lost, and every value knows its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.mapping_files import unmarked
from xlcheck.mapping.source import MappingSource, load_data


@pytest.fixture
def source(tmp_path):
    def make(text: str | bytes) -> MappingSource:
        path = tmp_path / "a.yaml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return MappingSource(path, "a.yaml")

    return make


def said(found: MappingSource) -> list[str]:
    return [str(m) for m in found.mistakes]


@pytest.mark.parametrize(
    "text",
    ["0201", "no", "yes", "on", "off", "true", "False", "1.10", "1_000", "0x1F", "0o17", "1e3", ".inf", "NaN", "12:30:45",
     "2023-12-31", "+5", "010", "=", "<<"],
)  # fmt: skip
def test_every_plain_scalar_stays_the_text_that_was_written(source, text):
    assert source(f"a: {text}\nb: [{text}]").data == {"a": text, "b": [text]}


@pytest.mark.parametrize("text", ["0201", "no", "2023", "true"])
def test_keys_stay_the_text_that_was_written(source, text):
    assert source(f"{text}: 1").data == {text: "1"}


@pytest.mark.parametrize("text", ["", "~", "null"])
def test_nothing_is_none(source, text):
    assert source(f"a: {text}\nb: 1").data == {"a": None, "b": "1"}


@pytest.mark.parametrize("text", ["''", '""'])
def test_a_quoted_nothing_is_an_empty_text(source, text):
    assert source(f"a: {text}").data == {"a": ""}


@pytest.mark.parametrize("text", ["'~'", '"null"'])
def test_a_quoted_none_is_text(source, text):
    assert source(f"a: {text}").data == {"a": text[1:-1]}


def test_block_texts_are_kept(source):
    assert source("a: |\n  一\n  二\nb: >\n  三\n  四\n").data == {"a": "一\n二\n", "b": "三 四\n"}


def test_anchors_are_followed(source):
    assert source("a: &x {b: 1}\nc: *x").data == {"a": {"b": "1"}, "c": {"b": "1"}}


def test_an_empty_file_is_none_without_mistakes(source):
    found = source("# nothing\n")
    assert (found.data, found.mistakes) == (None, [])


# --- mistakes ---------------------------------------------------------------------------------


def test_every_key_written_twice_is_said_at_the_second_one(source):
    text, places = unmarked("""
        a: 1
        b:
          c: 1
          d: 2
          «inner»c: 3
        list:
          - {x: 1, «flow»x: 2}
        «outer»a: 2
        """)
    found = source(text)
    assert said(found) == [
        f"a.yaml:{places['inner'][0]}:{places['inner'][1]}: “c”写了两次",
        f"a.yaml:{places['flow'][0]}:{places['flow'][1]}: “x”写了两次",
        f"a.yaml:{places['outer'][0]}:{places['outer'][1]}: “a”写了两次",
    ]


def test_of_two_equal_keys_the_first_counts(source):
    assert source("a: 1\na: 2").data == {"a": "1"}


def test_a_key_that_is_no_text_is_a_mistake_at_its_place(source):
    assert said(source("a: 1\n? [b, c]\n: 2\n")) == ["a.yaml:2:3: 这里的键必须是文字"]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a: [1, 2\nb: 3\n", "2:2"),
        ("a: 1\n\tb: 2\n", "2:1"),
        ("a: 1\n b: 2\n", "2:3"),
        ("a: 'open\n", "2:1"),
        ("a: *nobody\n", "1:4"),
        ("a: 1\n---\nb: 2\n", "2:1"),
    ],
)
def test_bad_syntax_is_one_mistake_with_its_place(source, text, place):
    found = source(text)
    assert found.data is None
    [mistake] = found.mistakes
    assert str(mistake).startswith(f"a.yaml:{place}: YAML 写法有误：")


def test_a_file_in_another_encoding_is_said_to_be_so(source):
    assert said(source("a: 决算".encode("gb18030"))) == ["a.yaml:1:1: 文件不是 UTF-8 编码"]


def test_a_file_with_a_byte_order_mark_is_read(source):
    assert source(b"\xef\xbb\xbfa: 1").data == {"a": "1"}


def test_a_file_that_is_not_there_is_a_mistake(tmp_path):
    found = MappingSource(tmp_path / "none.yaml", "none.yaml")
    assert found.data is None
    [mistake] = found.mistakes
    assert str(mistake).startswith("none.yaml:1:1: 读不了文件")


def test_control_characters_are_a_mistake_not_a_crash(source):
    found = source("a: \x01\nb: 1\n")
    assert found.data is None
    [mistake] = found.mistakes
    assert "YAML 写法有误" in mistake.message


def test_an_anchor_that_holds_itself_is_a_mistake_not_a_crash(source):
    found = source("a: &x\n  b: *x\n")
    assert found.mistakes


def test_very_deep_nesting_is_a_mistake_not_a_crash(source):
    found = source("[" * 5_000 + "]" * 5_000)
    assert found.mistakes


# --- places -----------------------------------------------------------------------------------


@pytest.fixture
def placed(source):
    text, places = unmarked("""
        «a»a: 1
        b:
          - c: «c»一
          - «d»d: «quoted»'二二二'
        """)
    return source(text), places


def test_a_mistake_points_at_the_value(placed):
    found, places = placed
    mistake = found.mistake(("b", 0, "c"), "错")
    assert (mistake.file, mistake.line, mistake.column, mistake.message) == ("a.yaml", *places["c"], "错")


def test_a_key_mistake_points_at_the_key(placed):
    found, places = placed
    mistake = found.key_mistake(("b", 1, "d"), "错")
    assert (mistake.line, mistake.column) == places["d"]


def test_an_offset_moves_along_a_plain_text_and_not_into_a_quoted_one(placed):
    found, places = placed
    line, column = places["c"]
    assert (found.mistake(("b", 0, "c"), "", 1).line, found.mistake(("b", 0, "c"), "", 1).column) == (line, column + 1)
    quoted = found.mistake(("b", 1, "d"), "", 2)
    assert (quoted.line, quoted.column) == places["quoted"]


def test_a_path_that_is_not_there_points_at_the_nearest_above(placed):
    found, places = placed
    mistake = found.mistake(("b", 1, "none", "at", "all"), "")
    assert (mistake.line, mistake.column) == places["d"]
    whole = found.mistake(("none",), "")
    assert (whole.line, whole.column) == places["a"]


def test_data_for_fill_come_with_their_mistakes(tmp_path: Path):
    path = tmp_path / "d.yaml"
    path.write_text("unit: 0201\nunit: x\n", encoding="utf-8")
    data, mistakes = load_data(path)
    assert data == {"unit": "0201"}
    assert [m.message for m in mistakes] == ["“unit”写了两次"]
