"""kill -9 and a failing disk at every step of taking units into the roster: nothing lost, no letter twice, the next run finishes."""

from __future__ import annotations

import contextlib
import os
import signal
from collections import Counter
from pathlib import Path

import pytest

from support import steps
from support.desks import OTHERS, STRANGER, TUNLIU, Bench, Child, nothing_lost, packed, renamed, sample, stock, telling
from support.steps import Point
from xlcheck.delivery.accepting import accept
from xlcheck.delivery.desk import Desk
from xlcheck.ledger import letters, receipts
from xlcheck.ledger.records import Status
from xlcheck.ledger.store import Ledger
from xlcheck.office.drafts import draft_code
from xlcheck.office.proposals import FILE, rows_in
from xlcheck.office.roster import load

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
CODES = {28: "ENOSPC", 5: "EIO", 13: "EACCES"}
SHARDS = 3


def _nameless(root: Path) -> Bench:
    """A desk without a roster that has answered two versions of one unit and one of another."""
    bench = Bench.make(root, opened=False)
    (root / "单位名册.csv").unlink()
    Desk.open(root).close()
    for name, data in {
        "一.xlsx": sample("tunliu_2023"),
        "二.xlsx": stock()["屯留 改.xlsx"],
        "三.xlsx": stock()["无人认领.xlsx"],
    }.items():
        bench.drop(name, data)
    code, said = bench.run()
    assert code == 0, said
    return bench


def _waiting(root: Path) -> Bench:
    """A desk with a roster where workbooks of units outside it wait, one in an archive, one by itself."""
    bench = Bench.make(root)
    strange = renamed(stock()["屯留 改.xlsx"], STRANGER)
    bench.drop("乡镇/一.xlsx", renamed(sample("tunliu_2023"), "另一个不在名册的单位"))
    bench.drop("两份.zip", packed({"甲/二.xlsx": strange, "乙.xlsx": renamed(strange, OTHERS[0], STRANGER)}))
    code, said = bench.run()
    assert code == 0, said
    return bench


def _begin(root: Path) -> Bench:
    """A desk without a roster that has not looked yet."""
    bench = Bench.make(root, opened=False)
    (root / "单位名册.csv").unlink()
    bench.drop("一.xlsx", sample("tunliu_2023"))
    bench.drop("二.xlsx", stock()["无人认领.xlsx"])
    return bench


def _accepting(bench: Bench, first) -> Child:
    """``xlcheck roster accept`` in a process of its own."""

    def work() -> None:
        first()
        with contextlib.closing(Desk.open(bench.root)) as desk:
            for unit in accept(desk).taken:
                print(unit.name)  # noqa: T201

    return Child(work)


def _run(bench: Bench, first) -> tuple[int, str]:
    return bench.run(first)


def _accept(bench: Bench, first) -> tuple[int, str]:
    return _accepting(bench, first).end()


def _accept_and_look(bench: Bench, first) -> tuple[int, str]:
    """The roster is there, the watcher is what is stopped."""
    code, said = _accepting(bench, lambda: None).end()
    assert code == 0, said
    return bench.run(first)


CASES = {
    "looked": (_begin, _run),
    "accepted": (_nameless, _accept),
    "put_back": (_waiting, _accept),
    "answered": (_waiting, _accept_and_look),
}


def _done(bench: Bench) -> None:
    """Left alone, everything ends as if nothing had happened: once accepted, once looked at."""
    for end in (bench.run, lambda: _accepting(bench, lambda: None).end(), bench.run):
        code, said = end()
        assert code == 0, said
    roster = load(bench.root / "单位名册.csv")
    names = Counter(unit.name for unit in roster.values())
    assert max(names.values()) == 1
    assert not (bench.root / FILE).exists() or not rows_in(bench.root / FILE)
    place = bench.folders
    assert not [p for p in place.inbox.rglob("*") if p.is_file() and not p.name.startswith(".")]
    assert not [p for p in place.working.iterdir() if not p.name.startswith(".")]
    assert not list(place.drafts.iterdir())
    with Ledger(place.ledger_file) as ledger:
        assert ledger.verify().mistakes == ()
        rows = receipts._receipts(ledger, "ORDER BY id")
        posted = letters.letters(ledger)
    assert {row.unit for row in rows if row.status == Status.CHECKED} <= set(roster)
    assert not receipts_of(rows, Status.UNKNOWN)
    answered = Counter(row.sha256 for row in rows if row.status == Status.CHECKED)
    assert max(answered.values()) == 1, "answered twice"
    assert set(bench.dropped.values()) <= {row.sha256 for row in rows} | {
        d for n, d in bench.dropped.items() if n.endswith(".zip")
    }
    assert max(Counter(one.receipt for one in posted).values(), default=1) == 1
    versions = Counter((row.unit, row.year, row.form, row.version) for row in rows if row.version)
    assert max(versions.values()) == 1
    nothing_lost(bench)
    for row in rows:
        assert row.status == Status.AGAIN or not row.marked or (bench.root / row.marked).is_file(), row


def receipts_of(rows, status):
    return [row for row in rows if row.status == status]


def _points(kind: str, root: Path) -> list[Point]:
    make, do = CASES[kind]
    bench, notes = make(root), root.with_suffix(".notes")
    code, said = do(bench, steps.hooked(steps.noting(notes)))
    assert code == 0, said
    _done(bench)
    return steps.noted(notes)


@pytest.mark.parametrize("shard", range(SHARDS))
@pytest.mark.parametrize("kind", CASES)
def test_killed_at_any_step_the_next_run_finishes(kind: str, shard: int, tmp_path: Path):
    points = _points(kind, tmp_path / "learn")
    assert {"BEGIN", "COMMIT", "rename", "open"} <= {p.name for p in points} | (
        {"rename"} if kind == "accepted" else set()
    )
    make, do = CASES[kind]
    template = make(tmp_path / "template")
    reached = 0
    chosen = steps.thinned(points, 60)[shard::SHARDS]
    for i, point in enumerate(chosen):
        bench, marker = template.copy(tmp_path / str(i)), tmp_path / f"{i}.killed"
        code, said = do(bench, steps.hooked(steps.killing(point, marker)))
        assert code in (0, -signal.SIGKILL), said
        reached += marker.exists()
        with telling(f"killed {point}", bench):
            if bench.folders.ledger_file.exists():
                nothing_lost(bench)
            _done(bench)
    assert reached >= 0.9 * len(chosen)


@pytest.mark.parametrize("code", CODES, ids=CODES.values())
@pytest.mark.parametrize("kind", CASES)
def test_a_write_that_fails_at_any_step_is_made_good(kind: str, code: int, tmp_path: Path):
    points = [p for p in _points(kind, tmp_path / "learn") if p.when != "after"]
    make, do = CASES[kind]
    template = make(tmp_path / "template")
    for i, point in enumerate(steps.thinned(points, 24)):
        bench, marker = template.copy(tmp_path / str(i)), tmp_path / f"{i}.failed"
        ended, said = do(bench, steps.hooked(steps.failing(point.number, code, marker, lasting=False)))
        with telling(f"failed {point}", bench):
            assert ended in (0, 70), said
            assert "Traceback" not in said
            nothing_lost(bench)
            _done(bench)


def test_what_these_desks_know_is_what_they_print():
    assert draft_code(TUNLIU) != draft_code(STRANGER)
