"""The roster as people make it: Excel or CSV, headings in their own words; every mistake with its cell."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl
import pytest

from xlcheck.errors import DataError, Usage
from xlcheck.office.roster import Unit, load
from xlcheck.office.starter import roster_template

LINE = "101001,屯留区社保中心,区社保；社会保险中心,人社局,张三,a@b.cn;c@d.cn,e@f.cn,shanxi-2023 central-2023,2026-08-20"
HEAD = "单位代码,单位名称,其他名称,主管部门,联系人,邮箱,抄送,应报表样,截止日期"
UNIT = Unit(
    "101001", "屯留区社保中心", ("区社保", "社会保险中心"), "人社局", "张三", ("a@b.cn", "c@d.cn"), ("e@f.cn",),
    ("shanxi-2023", "central-2023"), date(2026, 8, 20),
)  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_in_the_encodings_people_have(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "名册.csv"
    path.write_bytes(f"{HEAD}\r\n{LINE}\r\n".encode(encoding))
    assert dict(load(path)) == {"101001": UNIT}


def test_excel_with_dates_numbers_other_words_and_a_title(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["2025年度部门决算单位名册"])
    sheet.append(["名称", "编码", "电子邮箱", "截止"])
    sheet.append(["屯留区社保中心", 101001, "a@b.cn", date(2026, 8, 20)])
    sheet.append([None, None, None, None])
    sheet.append(["某某中心", "101002", None, "2026年8月20日"])
    book.save(tmp_path / "名册.xlsx")
    found = load(tmp_path / "名册.xlsx")
    assert found["101001"] == Unit("101001", "屯留区社保中心", addresses=("a@b.cn",), due=date(2026, 8, 20))
    assert found["101002"] == Unit("101002", "某某中心", due=date(2026, 8, 20))


def test_all_mistakes_at_once_with_their_cells(tmp_path: Path) -> None:
    path = tmp_path / "u.csv"
    lines = [
        "单位代码,单位名称,邮箱,截止日期", ",没有代码,,", "1001,,,", "1002,甲,不是地址,", "1002,乙,,", "1003,甲,,",
        "1004,丙,x@y.cn,八月底", "1005,丁,x@y.cn;z@,2026-02-30",
    ]  # fmt: skip
    path.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(DataError) as caught:
        load(path)
    said = caught.value.mistakes
    assert [m.split("：")[0] for m in said] == [
        f"u.csv 第 {cell[1]} 行（{cell}）" for cell in ("A2", "B3", "C4", "A5", "B6", "D7", "C8", "D8")
    ]
    assert "写了两次" in said[3]
    assert "重复" in said[4]


def test_a_roster_with_headings_only_has_no_units(tmp_path: Path) -> None:
    path = tmp_path / "u.csv"
    path.write_bytes(roster_template())
    assert load(path) == {}


@pytest.mark.parametrize("text", ["", "甲,乙\n1,2\n"])
def test_a_roster_without_headings_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "u.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises((DataError, Usage)):
        load(path)


def test_the_template_that_init_writes_has_every_heading(tmp_path: Path) -> None:
    path = tmp_path / "u.csv"
    path.write_bytes(roster_template() + LINE.encode() + b"\r\n")
    assert dict(load(path)) == {"101001": UNIT}


def test_units_of_an_address(tmp_path: Path) -> None:
    path = tmp_path / "u.csv"
    path.write_text(f"{HEAD}\n1001,甲,,,,A@b.cn,,,\n1002,乙,,,,a@B.cn;x@y.cn,,,\n", encoding="utf-8")
    found = load(path)
    assert [u.code for u in found.of_address("a@b.CN")] == ["1001", "1002"]
    assert [u.code for u in found.of_address("x@y.cn")] == ["1002"]
    assert found.of_address("nobody@y.cn") == []


def test_an_address_that_is_written_twice_is_written_to_once(tmp_path: Path) -> None:
    (tmp_path / "u.csv").write_text(
        "单位代码,单位名称,邮箱,抄送\n1,甲局,a@b.cn;A@B.cn;c@d.cn,C@d.cn;e@f.cn\n", encoding="utf-8"
    )
    unit = load(tmp_path / "u.csv")["1"]
    assert (unit.addresses, unit.copies) == (("a@b.cn", "c@d.cn"), ("e@f.cn",))
