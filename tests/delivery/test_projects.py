"""绩效自评表 at a desk, one project a file: none is a version of another, and a mistake in one stays until it is mended."""

from __future__ import annotations

import io
from datetime import date
from functools import cache
from pathlib import Path

import openpyxl
import pytest

from support.places import SAMPLES
from support.posts import DUE, UNIT, dropped, fresh, settings
from xlcheck.counted import counted_as, form_of, project_of
from xlcheck.delivery.desk import Desk
from xlcheck.delivery.letter import title_of
from xlcheck.delivery.remind import overdue
from xlcheck.ledger import letters, receipts
from xlcheck.overview.standing import FINE, overview
from xlcheck.overview.standing import WRONG as WRONG_STATE

RIGHT, WRONG = "selfscore_tunliu_2023", "selfscore_tunliu_2023_total"
FORM = "selfscore-shanxi"


@cache
def form(number: int, sample: str = RIGHT) -> bytes:
    """One form of a sample by itself."""
    book = openpyxl.load_workbook(SAMPLES / f"{sample}.xlsx")
    for name in book.sheetnames[:number] + book.sheetnames[number + 1 :]:
        book.remove(book[name])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@cache
def wrong_ones() -> tuple[int, ...]:
    """Which of the forms of the faulty sample are others than the right ones."""
    books = [openpyxl.load_workbook(SAMPLES / f"{name}.xlsx") for name in (RIGHT, WRONG)]
    values = [[[c.value for row in sheet for c in row] for sheet in book] for book in books]
    return tuple(n for n, (right, wrong) in enumerate(zip(*values, strict=True)) if right != wrong)


def desk_asking(folder: Path, asked: str = "") -> Desk:
    desk = fresh(folder / "desk", settings(25))
    due = DUE if asked else ""
    text = f"单位代码,单位名称,邮箱,应报表样,截止日期\n1001,{UNIT},a@unit.cn,{asked},{due}\n"
    (desk.folders.root / "u.csv").write_text(text, encoding="utf-8")
    desk.close()
    return Desk.open(folder / "desk")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return desk_asking(tmp_path)


def standings(desk: Desk) -> dict[str, str]:
    """Where the unit stands, by what is said of each of its forms."""
    titles = {FORM: "自评表"}
    seen = overview(desk.ledger, desk.roster, 2023, "2024-05-01T10:00:00", date(2024, 5, 1), titles)
    return {seen.titled(s.form): s.state for s in seen.standings}


def test_each_project_has_versions_of_its_own(desk: Desk):
    came = [dropped(desk, **{f"自评{n}_xlsx": form(n, WRONG)})[0] for n in range(3)]
    assert [r.version for r in came] == [1, 1, 1]
    assert len({r.form for r in came}) == 3
    assert {form_of(r.form) for r in came} == {FORM}
    assert tuple(n for n, r in enumerate(came) if r.errors) == wrong_ones()
    for n in wrong_ones():
        assert standings(desk)[f"自评表（{project_of(came[n].form)}）"] == WRONG_STATE
        (again,) = dropped(desk, **{f"改好{n}_xlsx": form(n)})
        assert (again.version, again.errors, again.mended) == (2, 0, came[n].errors)
        assert standings(desk)[f"自评表（{project_of(came[n].form)}）"] == FINE
    assert WRONG_STATE not in standings(desk).values()


def test_letters_name_the_project(desk: Desk):
    one, two = (dropped(desk, **{f"自评{n}_xlsx": form(n, WRONG)})[0] for n in (0, 1))
    titles = {title_of(desk, r.form, 2023, place=False) for r in (one, two)}
    assert titles == {f"2023年度项目支出绩效自评表（{project_of(r.form)}）" for r in (one, two)}
    said = [letter.subject for letter in letters.letters(desk.ledger)]
    assert len(said) == 2, said
    assert all(any(project_of(r.form) in subject for subject in said) for r in (one, two))


def test_what_the_roster_asks_for_has_come_project_by_project(tmp_path: Path):
    desk = desk_asking(tmp_path, FORM)
    assert [unit.code for unit, _ in overdue(desk, 2023, 10)] == ["1001"]
    dropped(desk, 甲_xlsx=form(0), 乙_xlsx=form(1))
    assert overdue(desk, 2023, 10) == []
    found = standings(desk)
    assert len(found) == 2
    assert set(found.values()) == {FINE}


def test_several_projects_in_one_workbook_are_one_submission(desk: Desk):
    data = (SAMPLES / f"{RIGHT}.xlsx").read_bytes()
    (one,) = dropped(desk, 自评_xlsx=data)
    assert one.form == FORM
    assert receipts.versions(desk.ledger, 2023) == [one]


@pytest.mark.parametrize(
    ("form", "project", "found"),
    [
        ("selfscore-shanxi", "社保 · 经办费", "selfscore-shanxi·社保经办费"),
        ("selfscore-shanxi", "", "selfscore-shanxi"),
        ("", "社保", ""),
    ],
)
def test_what_it_counts_as(form, project, found):
    assert counted_as(form, project) == found
    assert form_of(found) == form
