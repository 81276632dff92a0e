"""``xlcheck extract``: one line a bound figure, by canonical names, blank ones too; what can't be read is said."""

from __future__ import annotations

import json

from support.places import DATA, SAMPLES

KEYS = {"path", "unit", "year", "set", "table", "section", "row", "code", "column", "sheet", "cell", "value", "shown", "grade"}  # fmt: skip


def lines(text: str) -> list[dict]:
    return [json.loads(line) for line in text.splitlines()]


def test_a_line_for_every_figure_and_every_blank(run):
    done = run("extract", SAMPLES / "tunliu_2023.xlsx")
    assert done.code == 0, done.err
    found = lines(done.out)
    assert all(set(f) == KEYS for f in found)
    assert {f["grade"] for f in found} == {"certain"}
    (one,) = [f for f in found if f["table"] == "支出决算表" and f["row"] == "20805" and f["column"] == "项目支出"]
    assert (one["set"], one["year"], one["code"], one["sheet"]) == ("shanxi-2023", 2023, "20805", "公开03 支出决算表")
    assert one["value"] is not None
    assert any(f["value"] is None for f in found)
    places = [(f["sheet"], f["cell"]) for f in found]
    assert len(places) == len(set(places))


def test_where_no_set_explains_the_tables_the_set_is_null(run):
    done = run("extract", DATA / "field/08_yunnan_2024_11_tables/a_consistent.xlsx")
    assert done.code == 0
    assert {f["set"] for f in lines(done.out)} == {None}


def test_what_cannot_be_read_is_said_and_the_rest_comes(run, tmp_path):
    bad = tmp_path / "坏.xlsx"
    bad.write_bytes(b"PK\x03\x04 nothing")
    done = run("extract", bad, SAMPLES / "tunliu_2023.xlsx", "--output", tmp_path / "facts.jsonl")
    assert done.code == 3
    assert "坏.xlsx：" in done.err
    assert done.out == ""
    assert len(lines((tmp_path / "facts.jsonl").read_text(encoding="utf-8"))) > 200


def test_the_report_names_the_tables_as_recognised_and_as_printed(run):
    report = run("check", "--format", "json", DATA / "field/08_yunnan_2024_11_tables/a_consistent.xlsx").json
    book = report["workbook"] if "workbook" in report else report["workbooks"][0]["workbook"]
    assert book["set"] is None
    assert book["nearest"]
    kinds = {t["sheet"]: t["table"] for t in book["tables"]}
    assert kinds["GK02 收入决算表"] == "收入决算表"
    assert any(t["table"] is None for t in book["tables"])


def test_a_workbook_of_an_unknown_form_knows_its_earlier_version(run, tmp_path):
    book = DATA / "field/08_yunnan_2024_11_tables/a_consistent.xlsx"
    run("check", "--format", "json", "--output", tmp_path / "before.json", book)
    again = run("check", "--previous", tmp_path / "before.json", book)
    assert "未改正 提示" in again.out
    assert "新增" not in again.out.partition("与上次")[0]
