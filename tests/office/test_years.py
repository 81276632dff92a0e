"""The year that a file's name says, where the sheets say none: never a date, never a guess between two."""

from __future__ import annotations

import pytest

from xlcheck.office.years import year_in_name

AT = "2026-08-20T10:00:00+08:00"
NAMED = {
    "决算2023.xlsx": 2023, "2023年度决算公开表.xlsx": 2023, "2023.xlsx": 2023, "决算_2023.xlsx": 2023, "2024年报送2023年度决算.xlsx": 2023, "2023/屯留.xlsx": 2023,
    "2023年决算公开(1).xlsx": 2023, "101001_2025.xlsx": 2025, "２０２３年度.xlsx": 2023, "二〇二三年度.xlsx": 2023, "决算(2023).xlsx": 2023, "2022/2023年度.xlsx": 2023,
    "屯留-2023-决算.xlsx": 2023,
}  # fmt: skip
UNNAMED = [
    "决算.xlsx", "20240815决算.xlsx", "2024-08-15.xlsx", "2021-2023.xlsx", "2024报2023.xlsx", "2024年8月决算.xlsx", "2024.8.15决算.xlsx", "120230.xlsx", "决算202308.xlsx",
    "2026年决算.xlsx", "202年度.xlsx", "2O23.xlsx",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMED)
def test_a_year_in_a_name(name: str):
    assert year_in_name(name, AT) == NAMED[name]


@pytest.mark.parametrize("name", UNNAMED)
def test_a_name_that_says_no_year(name: str):
    assert year_in_name(name, AT) is None
