"""The roster is edited at random while letters wait: none goes to another unit than the one that its workbook names."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from delivery.test_whose_and_when import Day
from support.desks import Bench, renamed, sample
from support.effort import drawn
from xlcheck.delivery import send
from xlcheck.delivery.desk import Desk
from xlcheck.errors import XlcheckError
from xlcheck.labels import plain
from xlcheck.ledger import letters, receipts
from xlcheck.office.roster import load

NAMES = ("潞城区教育局", "襄垣县水利局", "武乡县文化馆", "沁源县档案馆", "长治市屯留区社会保险中心")
CODES = ("001001", "001002", "1001", "140405", "140406")
Row = dict[str, str]


@pytest.fixture
def day(tmp_path: Path) -> Iterator[Day]:
    bench = Bench.make(tmp_path / "desk")
    write(bench.root, [row(c, n, f"u{i}@example.cn") for i, (c, n) in enumerate(zip(CODES, NAMES, strict=True))])
    with closing(Desk.open(bench.root)) as desk:
        yield Day(desk)


def row(code: str, name: str, address: str, others: str = "") -> Row:
    return {"单位代码": code, "单位名称": name, "其他名称": others, "邮箱": address}


def write(root: Path, rows: list[Row]) -> None:
    lines = [",".join(rows[0]), *(",".join(r.values()) for r in rows)]
    (root / "单位名册.csv").write_text("\n".join(lines) + "\n", encoding="utf-8-sig")


def edited(draw: random.Random, rows: list[Row]) -> list[Row]:
    """The roster as somebody left it: cells interchanged, zeros lost, names changed, rows gone, new, or out of order."""
    rows = [dict(r) for r in rows]
    for _ in range(draw.choice((1, 1, 2, 3, 5))):
        one, other = draw.sample(rows, 2) if len(rows) > 1 else (rows[0], rows[0])
        match draw.randrange(9):
            case 0 | 1:
                column = draw.choice(("单位代码", "单位名称", "邮箱"))
                one[column], other[column] = other[column], one[column]
            case 2:
                one["单位代码"] = one["单位代码"].lstrip("0")
            case 3:
                one["其他名称"], one["单位名称"] = one["单位名称"], f"新{one['单位名称']}"
            case 4:
                one["单位名称"] = f"{one['单位名称']}服务中心"
            case 5:
                rows.remove(one) if len(rows) > 2 else None
            case 6:
                rows.append(
                    row(
                        draw.choice(("1001", "01001", "999", "001001")), f"新单位{draw.randrange(99)}", "new@example.cn"
                    )
                )
            case 7:
                one["邮箱"] = draw.choice(("", "other@example.cn", other["邮箱"]))
            case _:
                draw.shuffle(rows)
    return rows


def may_get(rows: list[Row], printed: str, recipients: tuple[str, ...]) -> bool:
    """Whether the roster as it is written says that all recipients are those of the one unit called so."""
    own = [r for r in rows if plain(printed) in {plain(r["单位名称"]), plain(r["其他名称"])}]
    return len(own) == 1 and set(recipients) <= {own[0]["邮箱"]}


@pytest.mark.parametrize(
    "edits", [100, pytest.param(drawn(2_000, least=100), marks=pytest.mark.long)], ids=["few", "many"]
)
def test_hundreds_of_edits_send_no_letter_to_another_unit(day: Day, edits: int):
    root, printed = day.desk.folders.root, {}
    for number, name in enumerate(NAMES):
        data = sample("tunliu_2023") if name == NAMES[-1] else renamed(sample("tunliu_2023"), name)
        (receipt,) = day.came((f"{number}.xlsx", data))
        assert receipt.unit_name == name
        printed[receipt.id] = name
    waiting = letters.letters(day.desk.ledger)
    assert len(waiting) == len(NAMES)
    plain_rows = [row(c, n, f"u{i}@example.cn") for i, (c, n) in enumerate(zip(CODES, NAMES, strict=True))]
    draw = random.Random(17)
    went = stayed = 0
    for _ in range(edits):
        rows = edited(draw, plain_rows)
        write(root, rows)
        try:
            load(root / "单位名册.csv")
        except XlcheckError:
            continue  # a roster with a mistake is of no use to anybody
        with closing(Desk.open(root)) as desk:
            for letter in waiting:
                if send._forbidden(desk, letter):
                    stayed += 1
                    continue
                went += 1
                name = printed[letter.receipt or 0]
                assert may_get(rows, name, letter.recipients), f"{name} → {letter.recipients}\n{rows}"
    assert went > edits
    assert stayed > edits // 2


def test_another_unit_inherits_no_history_through_a_code_without_its_zeros(day: Day):
    root = day.desk.folders.root
    write(root, [row("0777", NAMES[0], "a@example.cn")])
    (first,) = day.came(("a.xlsx", renamed(sample("tunliu_2023_text"), NAMES[0])))
    assert (first.unit, first.version) == ("0777", 1)
    write(root, [row("777", NAMES[1], "b@example.cn")])
    (other,) = day.came(("b.xlsx", renamed(sample("tunliu_2023_text"), NAMES[1])))
    assert (other.unit, other.version, other.mended) == ("777", 1, 0)
    write(root, [row("777", NAMES[0], "a@example.cn")])
    rows = [r for r in receipts.versions(day.desk.ledger) if r.unit == "0777"]
    assert len(rows) == 1


def test_a_letter_stays_where_the_roster_knows_its_unit_no_more(day: Day):
    """The code is there with the same address, but the name that the workbook prints is nobody's."""
    (receipt,) = day.came(("a.xlsx", renamed(sample("tunliu_2023"), NAMES[0])))
    (letter,) = letters.of_receipt(day.desk.ledger, receipt.id)
    write(day.desk.folders.root, [row(CODES[0], "另一个单位", "u0@example.cn")])
    assert "认不出" in send._forbidden(day.desk, letter)
