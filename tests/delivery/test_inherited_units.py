"""Workbooks that print no unit, with the one text that does: in one folder, one archive, under like names; and folders that name nobody."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.places import SAMPLES
from support.posts import UNIT, fresh
from support.worddocs import docx, p, run
from xlcheck.delivery.desk import Desk
from xlcheck.delivery.together import Member, packed
from xlcheck.delivery.watch import Watcher
from xlcheck.ledger import receipts
from xlcheck.ledger.records import TEXT_FORM, Receipt, Status, YearSource
from xlcheck.office.drafts import named_file

SILENT = (SAMPLES / "putuo_shegong_2024.xlsx").read_bytes()  # prints neither unit nor year
LINES = ("第三部分 2024年度部门决算情况说明", "一、收入支出决算总体情况说明", "2024年度收入总计370.82万元。")
SETTINGS = "静置秒数: 0\n文件事件: 否\n单位名册: u.csv\n"


def text(unit: str = UNIT) -> bytes:
    return docx("".join(p(run(line)) for line in (f"{unit}2024年度部门决算", *LINES)))


@pytest.fixture(params=["roster", "bare"])
def desk(tmp_path: Path, request: pytest.FixtureRequest) -> Desk:
    found = fresh(tmp_path / "desk", SETTINGS)
    if request.param == "bare":
        (found.folders.root / "u.csv").unlink()
    return found


def dropped(desk: Desk, files: dict[str, bytes]) -> list[Receipt]:
    last = receipts.next_number(desk.ledger)
    for name, data in files.items():
        path = desk.folders.inbox / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
    Watcher(desk, lambda _: None, 1).once()
    found = (receipts.by_number(desk.ledger, n) for n in range(last, receipts.next_number(desk.ledger)))
    return [one for one in found if one is not None]


PAIRS = {
    "folder": {"新建文件夹/表.xlsx": SILENT, "新建文件夹/说明.docx": text()},
    "names": {"决算表0912.xlsx": SILENT, "决算说明0912.docx": text()},
}


@pytest.mark.parametrize("pair", PAIRS)
def test_a_workbook_that_prints_no_unit_is_of_the_unit_and_year_of_the_text_beside_it(desk: Desk, pair: str):
    book, paper = dropped(desk, PAIRS[pair])
    assert (book.status, book.unit_name, book.year, book.year_by) == (Status.CHECKED, UNIT, 2024, YearSource.TEXT)
    assert (paper.form, paper.unit, paper.unsaid, paper.errors) == (TEXT_FORM, book.unit, 0, 1)


@pytest.mark.parametrize("pair", PAIRS)
@pytest.mark.parametrize("first", [0, 1])
def test_so_it_is_where_the_one_comes_before_the_other(desk: Desk, pair: str, first: int):
    files = list(PAIRS[pair].items())
    dropped(desk, dict([files[first]]))
    dropped(desk, dict([files[1 - first]]))
    found = [r for r in receipts.versions(desk.ledger) if r.form != TEXT_FORM]
    assert [(r.unit_name, r.year, r.version) for r in found] == [(UNIT, 2024, 1)]
    assert not receipts.unplaced(desk.ledger)
    (paper,) = receipts.texts(desk.ledger)
    assert (paper.unit_name, paper.version, paper.unsaid) == (UNIT, 1, 0)


def test_so_it_is_in_one_archive(desk: Desk):
    (one,) = dropped(desk, {"报送材料.zip": packed([Member("附件1.xlsx", SILENT), Member("附件2.docx", text())])})
    assert (one.status, one.unit_name, one.year, one.texts) == (Status.CHECKED, UNIT, 2024, 1)


def test_two_texts_of_two_units_say_nothing(desk: Desk):
    files = {"新建文件夹/表.xlsx": SILENT, "新建文件夹/说明.docx": text(), "新建文件夹/文字.docx": text("某某县水利局")}
    book = dropped(desk, files)[0]
    assert book.status == Status.UNKNOWN


@pytest.mark.parametrize(
    "folder", ["新建文件夹", "新建文件夹 (2)", "附件", "附件1", "未命名", "未命名文件夹", "表格", "2023年", "2023年度决算公开", "报表材料", "最终版"]
)  # fmt: skip
def test_what_such_folders_are_called_is_no_name_of_a_unit(folder: str):
    assert named_file(f"{folder}/表.xlsx") is None


@pytest.mark.parametrize("folder", ["某某县财政局", "某某镇人民政府2023年", "县委办", "文旅局"])
def test_folders_that_name_a_unit_still_do(folder: str):
    found = named_file(f"{folder}/表.xlsx")
    assert found is not None
    assert found.name in folder
