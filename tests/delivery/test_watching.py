"""The reviewer's day at the drop folder: what comes back, what is written down, what is left alone."""

from __future__ import annotations

import hashlib
import os
import signal
import time
from pathlib import Path

import pytest

from support.desks import OTHERS, STRANGER, TUNLIU, Bench, invariants, sample, stock
from xlcheck.delivery.desk import Desk
from xlcheck.delivery.watch import Watcher
from xlcheck.errors import Fault
from xlcheck.ledger import letters, receipts
from xlcheck.ledger.records import Attachment, Receipt, Status
from xlcheck.ledger.store import Ledger

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="a child is forked, with everything imported")


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench.make(tmp_path / "desk")


def run(bench: Bench) -> str:
    code, said = bench.run()
    assert code == 0, said
    return said


def rows(bench: Bench) -> list[Receipt]:
    with Ledger(bench.folders.ledger_file) as ledger:
        return receipts._receipts(ledger, "ORDER BY id")


def test_a_workbook_comes_back_marked_with_a_line_a_receipt_and_a_letter(bench: Bench):
    bench.drop("屯留 改.xlsx", stock()["屯留 改.xlsx"])
    said = run(bench)
    assert f"140405 {TUNLIU} 2023 第 1 版：错误 1，核实 1，提示 0" in said
    (row,) = invariants(bench)
    assert row.marked.startswith("已退回/")
    assert row.original.startswith("已处理/")
    assert (bench.root / row.original).read_bytes() == stock()["屯留 改.xlsx"]


def test_the_same_bytes_again_get_the_same_answer_and_no_second_letter(bench: Bench):
    bench.drop("一.xlsx", stock()["屯留 改.xlsx"])
    run(bench)
    bench.drop("二.xlsx", stock()["屯留 改.xlsx"])
    said = run(bench)
    assert "重复：二.xlsx" in said
    first, second = invariants(bench)
    assert (second.status, second.first, second.version) == (Status.REPEATED, first.id, 0)
    assert (bench.root / second.marked).read_bytes() == (bench.root / first.marked).read_bytes()


def test_new_bytes_are_the_next_version_compared_with_the_one_before(bench: Bench):
    bench.drop("一.xlsx", stock()["屯留 改.xlsx"])
    run(bench)
    (bench.folders.inbox / "二.xlsx").write_bytes(sample("tunliu_2023_transposed"))
    with Ledger(bench.folders.ledger_file) as ledger:
        before = receipts.findings(ledger, 1)
    said = run(bench)
    assert "第 2 版：错误 4，核实 0，提示 0，比上一版改正了 2 条" in said
    with Ledger(bench.folders.ledger_file) as ledger:
        found = receipts.findings(ledger, 2)
    states = {f.key: f.state for f in found}
    assert {states[f.key] for f in before} == {"已改正"}
    assert [f.since for f in found if f.state == "新增"] == [2, 2, 2, 2]


def test_folders_and_archives_are_looked_into_and_emptied(bench: Bench):
    bench.drop("教体系统/2023 年/局.xlsx", stock()["乡镇/下级 (1)/教育局.xlsx"])
    bench.drop("水利/全部.zip", stock()["两份.zip"])
    run(bench)
    found = invariants(bench)
    assert [(r.status, r.unit_name) for r in found] == [
        (Status.CHECKED, OTHERS[0]), (Status.CHECKED, OTHERS[2]), (Status.UNKNOWN, STRANGER),
    ]  # fmt: skip
    for _ in range(2):  # an emptied folder stays for a moment: somebody may be copying into it; then the one around it
        time.sleep(1.1)
        run(bench)
    assert not [p for p in bench.folders.inbox.iterdir() if p.is_dir()]


def test_nobody_is_written_to_about_a_workbook_that_nobody_could_place(bench: Bench):
    bench.drop("无人认领.xlsx", stock()["无人认领.xlsx"])
    bench.drop("坏.xlsx", stock()["坏.xlsx"])
    bench.drop("没有邮箱.xlsx", stock()["没有邮箱.xlsx"])
    said = run(bench)
    found = {r.name: r for r in invariants(bench)}
    assert found["无人认领.xlsx"].status == Status.UNKNOWN
    assert found["坏.xlsx"].status == Status.REFUSED
    assert all((bench.root / r.note).read_text(encoding="utf-8-sig") for r in found.values() if r.note)
    assert "名册里没有邮箱，没有写信" in said
    with Ledger(bench.folders.ledger_file) as ledger:
        assert letters.letters(ledger) == []


def test_a_link_is_left_where_it_is_and_said_once(bench: Bench, tmp_path: Path):
    (tmp_path / "elsewhere.xlsx").write_bytes(stock()["屯留.xlsx"])
    link = bench.folders.inbox / "link.xlsx"
    link.symlink_to(tmp_path / "elsewhere.xlsx")
    said: list[str] = []
    desk = Desk.open(bench.root)
    watcher = Watcher(desk, said.append, 1)
    for name in ("a", "b"):
        watcher.look()
        bench.drop(f"{name}.xlsx", stock()["屯留.xlsx"])
        watcher.look()
    desk.close()
    assert link.is_symlink()
    assert len([line for line in said if "是链接" in line]) == 1


def test_a_second_watcher_of_the_desk_or_of_its_inbox_is_refused(bench: Bench, tmp_path: Path):
    child = bench.start(forever=True)
    lock = bench.folders.inbox / ".xlcheck.lock"
    until = time.monotonic() + 20
    while not lock.exists() and time.monotonic() < until:
        time.sleep(0.01)
    other = Bench.make(tmp_path / "other", folders_at={"收件": str(bench.folders.inbox)})
    for root, folder in ((bench.root, None), (other.root, bench.folders.inbox)):
        desk = Desk.open(root)
        with pytest.raises(Fault, match="busy"), desk.alone("watch" if folder is None else "xlcheck", "busy", folder):
            pass
        desk.close()
    os.kill(child.pid, signal.SIGTERM)
    assert child.end()[0] == 0


def test_an_event_wakes_the_watcher_long_before_it_would_look_again(tmp_path: Path):
    bench = Bench.make(tmp_path / "desk")
    text = (bench.root / "xlcheck.yaml").read_text(encoding="utf-8")
    text = text.replace("轮询秒数: 0.1", "轮询秒数: 3600").replace("文件事件: 否", "文件事件: 是")
    (bench.root / "xlcheck.yaml").write_text(text, encoding="utf-8")
    child = bench.start(forever=True)
    lock = bench.folders.inbox / ".xlcheck.lock"
    until = time.monotonic() + 30
    while not lock.exists() and time.monotonic() < until:
        time.sleep(0.01)
    time.sleep(1)  # it has looked, and waits now
    bench.drop("屯留 改.xlsx", stock()["屯留 改.xlsx"])
    while not (rows(bench) and not list(bench.folders.working.iterdir())) and time.monotonic() < until:
        time.sleep(0.05)
    os.kill(child.pid, signal.SIGTERM)
    assert child.end()[0] == 0
    invariants(bench)


def test_a_file_of_the_reviewers_own_is_never_covered(bench: Bench):
    """Somebody keeps a file where a result belongs: it is moved aside, and nothing of it is lost."""
    bench.drop("屯留 改.xlsx", stock()["屯留 改.xlsx"])
    day = time.strftime("%Y-%m-%d")
    own = bench.folders.done / day / f"000001_{TUNLIU}_屯留 改.xlsx"
    own.parent.mkdir(parents=True)
    own.write_bytes(b"mine")
    run(bench)
    (row,) = rows(bench)
    assert bench.root / row.original == own
    assert own.read_bytes() == stock()["屯留 改.xlsx"]
    assert [p.read_bytes() for p in own.parent.iterdir() if p != own] == [b"mine"]


def test_a_name_steers_no_terminal_and_breaks_no_line(bench: Bench):
    bench.drop("a\x1b[2J\nb\u202e.xlsx", stock()["坏.xlsx"])
    code, said = bench.run()
    assert code == 0
    assert "a\ufffd[2J\ufffdb\ufffd.xlsx" in said
    (row,) = rows(bench)
    assert row.name == "a\ufffd[2J\ufffdb\ufffd.xlsx"
    assert [p.read_bytes() for p in bench.folders.unknown.rglob("*.xlsx")] == [stock()["坏.xlsx"]]


def test_a_workbook_that_came_from_another_units_address_is_said_to_have(bench: Bench):
    data = stock()["屯留 改.xlsx"]
    with Ledger(bench.folders.ledger_file) as ledger, ledger.transaction() as change:
        receipts.bind(change, [Attachment(hashlib.sha256(data).hexdigest(), "u0@example.cn", "140410", "x.xlsx", "")])
    bench.drop("x.xlsx", data)
    assert f"注意：是从{OTHERS[0]}的邮箱（u0@example.cn）发来的" in run(bench)
    invariants(bench)


def test_a_workbook_that_prints_no_unit_is_called_as_the_roster_calls_its_unit(bench: Bench):
    (bench.folders.inbox / "140410 石泉.xlsx").write_bytes(sample("putuo_shiquan_2025"))
    said = run(bench)
    assert f"140410 {OTHERS[0]} 2025 第 1 版：错误 8" in said
    (row,) = rows(bench)
    assert row.unit_name == OTHERS[0]
    assert OTHERS[0] in row.marked


def test_a_workbook_of_score_sheets_alone_is_answered_as_any_other(bench: Bench):
    bench.drop("自评表.xlsx", sample("selfscore_tunliu_2023_total"))
    said = run(bench)
    assert f"140405 {TUNLIU} 2023 第 1 版：错误 2，核实 0，提示 0" in said
    (row,) = rows(bench)
    assert (row.status, row.errors) == (Status.CHECKED, 2)
    assert (bench.root / row.marked).is_file()
