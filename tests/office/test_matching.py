"""Which unit a workbook is of: never a guess."""

from __future__ import annotations

import pytest

from xlcheck.model import PrintedNames
from xlcheck.office.matching import match
from xlcheck.office.names import mail_lead, without_lead
from xlcheck.office.roster import Roster, Unit

ROSTER = Roster(
    {
        u.code: u
        for u in (
            Unit("101001", "屯留区教育局", ("区教育局",), addresses=("jy@b.cn",)),
            Unit("101002", "屯留区教育局幼儿园", addresses=("yey@b.cn",)),
            Unit("101003", "屯留区社会保险中心", ("社保中心",), addresses=("sb@b.cn", "gy@b.cn")),
            Unit("101004", "屯留区社会救助中心", ("社保中心（救助）",), addresses=("gy@b.cn",)),
            Unit("A-01", "农业农村局（本级）"),
        )
    }
)


@pytest.mark.parametrize(
    ("said", "name", "code"),
    [
        ("屯留区教育局", "x.xlsx", "101001"),
        (" 屯留区 教育局 ", "屯留区社会保险中心.xlsx", "101001"),  # the sheet has the first word
        ("区教育局", "x.xlsx", "101001"),
        ("农业农村局(本级)", "x.xlsx", "A-01"),
        ("101003", "x.xlsx", "101003"),
        ("101003 屯留区社会保险中心", "x.xlsx", "101003"),
        ("", "屯留区教育局幼儿园2023决算公开.xlsx", "101002"),  # the longer name, not the one inside it
        ("", "2023/屯留区教育局/决算.xlsx", "101001"),
        ("", "101003_决算公开表.xlsx", "101003"),
        ("", "A-01.xls", "A-01"),
    ],
)
def test_found(said: str, name: str, code: str) -> None:
    found = match(ROSTER, said, name)
    assert found.unit is not None
    assert found.unit.code == code


@pytest.mark.parametrize(
    ("said", "name"),
    [
        (
            "外县教育局",
            "屯留区教育局.xlsx",
        ),  # the sheet names a unit outside the roster: the file name cannot overrule it
        ("101003 外县社会保险中心", "x.xlsx"),  # code and name do not fit
        ("", "决算公开.xlsx"),
        ("", ""),
        ("", "屯留区教育局和屯留区社会保险中心.xlsx"),
        ("教育局", "x.xlsx"),
        ("", "2023.xlsx"),
    ],
)
def test_unknown_or_ambiguous_is_nobodys(said: str, name: str) -> None:
    assert match(ROSTER, said, name).unit is None


def test_candidates_are_named() -> None:
    assert next(u.code for u in match(ROSTER, "屯留县社会保险中心", "x.xlsx").candidates) == "101003"
    both = match(ROSTER, "", "屯留区教育局和屯留区社会保险中心.xlsx")
    assert {u.code for u in both.candidates} == {"101001", "101003"}


def test_the_sender_speaks_last_and_only_for_one_unit() -> None:
    assert match(ROSTER, "", "决算.xlsx", "sb@b.cn").unit == ROSTER["101003"]
    assert match(ROSTER, "", "决算.xlsx", "gy@b.cn").unit is None
    assert match(ROSTER, "屯留区教育局", "决算.xlsx", "sb@b.cn").unit == ROSTER["101001"]
    assert match(ROSTER, "", "屯留区教育局.xlsx", "jy@b.cn").unit == ROSTER["101001"]
    assert match(ROSTER, "", "屯留区教育局.xlsx", "stranger@b.cn").unit == ROSTER["101001"]


def test_a_file_name_and_a_sender_that_do_not_agree_are_nobodys() -> None:
    """The letter would go to the one, with the workbook of the other."""
    found = match(ROSTER, "", "屯留区教育局.xlsx", "sb@b.cn")
    assert found.unit is None
    assert "却是从屯留区社会保险中心的邮箱发来的" in found.how
    assert [u.code for u in found.candidates] == ["101001", "101003"]


@pytest.mark.parametrize("change", [{"copies": ("SB@b.cn",)}, {"department": "屯留区社会保险中心"}])
def test_the_department_above_may_send_for_a_unit(change: dict) -> None:
    own = Roster(ROSTER | {"101001": ROSTER["101001"]._replace(**change)})
    found = match(own, "", "屯留区教育局.xlsx", "sb@b.cn")
    assert found.unit == own["101001"]


@pytest.mark.parametrize(
    "name",
    [
        "决算 (002).xlsx",
        "决算（2025）.xlsx",
        "决算-副本(002).xlsx",
        "2025决算.xlsx",
        "决算20250820.xlsx",
        "2025-08.xlsx",
    ],
)
def test_the_number_of_a_copy_and_a_date_are_nobodys_code(name: str) -> None:
    """Outlook calls the second file of a name 决算 (002).xlsx."""
    units = [Unit(code, f"某局{n}") for n, code in enumerate(("002", "2025", "20250820", "202508"))]
    assert match(Roster({u.code: u for u in units}), "", name).unit is None
    assert match(Roster({u.code: u for u in units}), "", "002决算.xlsx").unit == units[0]


def test_what_was_written_before_names_from_the_mailbox_is_nobodys_code() -> None:
    lead = mail_lead("box 1", 101003)
    assert without_lead(f"a/{lead}_决算.xlsx") == "a/决算.xlsx"
    assert match(ROSTER, "", f"{lead}_决算.xlsx").unit is not None, "so it has to be taken away first"
    assert match(ROSTER, "", without_lead(f"{lead}_决算.xlsx")).unit is None


def test_the_end_of_another_places_unit_is_not_ours() -> None:
    own = Roster({"1": Unit("1", "教育局")})
    assert match(own, "", "沁源县教育局决算.xlsx").unit is None
    assert match(own, "", "2025年教育局决算.xlsx").unit == own["1"]


@pytest.mark.parametrize(
    ("names", "code"),
    [
        (PrintedNames("屯留区教育局", ("区教育局",)), "101001"),  # two names of one unit
        (PrintedNames("屯留区教育局", ("外县教育局",)), None),
        (PrintedNames("屯留区教育局", ("屯留区教育局幼儿园",)), None),
        (PrintedNames("外县教育局", ("屯留区教育局",)), None),
        (PrintedNames("屯留区教育局", (), ("屯留区教肓局",)), "101001"),  # a slip in another table
        (PrintedNames("屯留区教育局", (), ("屯留区教育局幼儿园",)), None),
        (PrintedNames("", (), ("屯留区教育局",)), None),
    ],
)
def test_a_name_beside_another_is_nobodys_unless_both_are_one_units(names: PrintedNames, code: str | None) -> None:
    found = match(ROSTER, names, "屯留区社会保险中心.xlsx", "sb@b.cn")
    assert (found.unit and found.unit.code) == code
    if code is None and names.name:
        assert found.candidates
