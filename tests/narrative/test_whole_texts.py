"""What only a whole text shows: sections doubled, missing, out of order, another unit's name (T02-03, T02-04, T02-06)."""

from __future__ import annotations

import pytest

from support.texts import checked, pipeline, sample
from xlcheck.narrative.composing import UnitKnows
from xlcheck.writing.narrativetext import written

NOW = sample("tunliu_2023")[0]
PARAGRAPHS = [
    p.text.replace("【待填】", "甲")
    for p in written(pipeline().library, "shanxi-2023", NOW, None, UnitKnows(numbers={}))
]  # fmt: skip


def remarks(lines, *codes):
    """What is said of the parts of a text, as (code, severity, quoted line)."""
    found = checked("\n".join(lines), "shanxi-2023", "tunliu_2023", whole=True).remarks
    return [(r.code, r.severity.value, r.cells[0].value) for r in found if r.code in codes]


def section(start):
    """The lines of a section: from its heading up to the next one of the same rank."""
    first = next(i for i, line in enumerate(PARAGRAPHS) if line.startswith(start))
    rank = start[:1]
    later = (i for i, line in enumerate(PARAGRAPHS) if i > first and line[1:2] == "、" and rank not in line[:1])
    return first, next(later, len(PARAGRAPHS))


STRUCTURE = ("text_doubled_section", "text_numbers_missing", "text_sections_missing", "text_wrong_part")


def test_a_text_as_we_write_it_has_all_its_parts():
    assert remarks(PARAGRAPHS, *STRUCTURE, "text_other_unit", "text_cover_year") == []


def test_a_section_printed_twice_with_the_same_text_is_wrong():
    first, last = section("六、")
    twice = [*PARAGRAPHS[:last], *PARAGRAPHS[first:last], *PARAGRAPHS[last:]]
    assert remarks(twice, "text_doubled_section") == [("text_doubled_section", "错误", PARAGRAPHS[first])]


def test_what_is_wrong_in_a_section_printed_twice_is_said_once():
    first, last = section("三、")
    wrong = [line.replace("占比63.50%", "占比36.50%") for line in PARAGRAPHS]
    assert wrong != PARAGRAPHS
    once = remarks(wrong, "text_share")
    assert len(once) == 1
    twice = [*wrong[:last], *wrong[first:last], *wrong[last:]]
    assert remarks(twice, "text_share") == once
    apart = [*wrong[:last], wrong[first], *[f"{line}（再）" for line in wrong[first + 1 : last]], *wrong[last:]]
    assert len(remarks(apart, "text_share")) == 2, "another text is not to be deleted"


def test_a_section_printed_twice_with_another_text_is_asked_about():
    first, last = section("六、")
    other = [line.replace("基本支出", "基本支出（含结转）") for line in PARAGRAPHS[first + 1 : last]]
    twice = [*PARAGRAPHS[:last], PARAGRAPHS[first], *other, *PARAGRAPHS[last:]]
    assert remarks(twice, "text_doubled_section") == [("text_doubled_section", "核实", PARAGRAPHS[first])]


@pytest.mark.parametrize("start", ["二、", "四、", "七、"])
def test_a_section_left_out_is_missing_by_its_number_and_by_its_name(start):
    first, last = section(start)
    found = remarks(PARAGRAPHS[:first] + PARAGRAPHS[last:], *STRUCTURE)
    assert {code for code, _, _ in found} == {"text_numbers_missing", "text_sections_missing"}
    assert {severity for _, severity, _ in found} == {"核实"}


def test_a_section_left_out_and_the_rest_numbered_anew_is_missing_by_its_name_alone():
    first, last = section("八、")
    numerals = "一二三四五六七八九十"
    rest = [
        numerals[numerals.index(line[0]) - 1] + line[1:] if line[1:2] == "、" and line[0] in "九十" else line
        for line in PARAGRAPHS[last:]
    ]
    found = remarks(PARAGRAPHS[:first] + rest, *STRUCTURE)
    assert [code for code, _, _ in found] == ["text_sections_missing"]


def test_a_part_of_a_text_need_not_have_all_sections():
    first, last = section("五、")
    assert remarks(PARAGRAPHS[first:last], *STRUCTURE) == []


def test_the_heading_of_the_tables_above_the_text_is_asked_about():
    at = next(i for i, line in enumerate(PARAGRAPHS) if line.startswith("第三部分"))
    lines = [*PARAGRAPHS[:at], "第二部分 2023年度部门决算表", *PARAGRAPHS[at + 1 :]]
    assert [code for code, _, _ in remarks(lines, *STRUCTURE)] == ["text_wrong_part"]


def test_the_name_of_another_unit_on_the_cover_is_asked_about():
    lines = ["第三部分 长治市潞城区教育局2023年度部门决算情况说明", *PARAGRAPHS[1:]]
    assert remarks(lines, "text_other_unit") == [("text_other_unit", "核实", "长治市潞城区教育局")]


def test_a_short_name_of_the_unit_on_the_cover_is_right():
    lines = ["第三部分 屯留区社会保险中心2023年度部门决算情况说明", *PARAGRAPHS[1:]]
    assert remarks(lines, "text_other_unit") == []


def test_another_year_on_the_cover_is_asked_about():
    lines = ["长治市屯留区社会保险中心2022年度部门决算公开说明", *PARAGRAPHS]
    assert remarks(lines, "text_cover_year") == [("text_cover_year", "核实", "2022")]


def test_another_year_in_the_heading_of_the_text_is_asked_about():
    lines = ["第三部分 2022年度部门决算情况说明", *PARAGRAPHS[1:]]
    assert remarks(lines, "text_cover_year") == [("text_cover_year", "核实", "2022")]
