"""A letter is in one state, and changes it only along the roads there are."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest

from xlcheck.errors import Usage
from xlcheck.ledger import letters
from xlcheck.ledger.records import Letter, Posted
from xlcheck.ledger.store import Ledger

ROADS = {
    ("ready", "uncertain"), ("retry", "uncertain"), ("retry", "ready"),  # a ledger older than the folder; a person who will not wait
    ("ready", "sending"), ("retry", "sending"), ("retry", "failed"), ("sending", "handed"), ("sending", "retry"),
    ("sending", "failed"), ("handed", "sent"), ("handed", "retry"), ("handed", "failed"), ("handed", "uncertain"),
    ("uncertain", "sent"), ("uncertain", "ready"), ("uncertain", "failed"), ("failed", "ready"),
    ("ready", "dropped"), ("retry", "dropped"),  # a reminder of what has come in since
}  # fmt: skip


def posted(number: str, state: str = "ready", **more: object) -> Posted:
    values = {
        "id": number, "kind": "result", "receipt": None, "unit": "101", "year": 2023, "recipients": ("a@b.cn",),
        "copies": (), "subject": "信", "message_id": f"<{number}@b.cn>", "answers": "", "state": state, "attempts": 0,
        "due": "", "said": "", "made": "2026-08-01T10:00:00+08:00", "sent": "", "file": f"{number}.eml", "sha256": "0",
    }  # fmt: skip
    return Posted(**{**values, **more})  # type: ignore[arg-type]


def test_only_the_roads_there_are_can_be_taken(tmp_path: Path) -> None:
    with Ledger(tmp_path / "l.sqlite") as ledger:
        for n, (one, other) in enumerate(product(Letter, Letter)):
            letter = posted(f"{n}", one.value)
            with ledger.transaction() as change:
                letters.add(change, letter)
            if (one.value, other.value) in ROADS:
                with ledger.transaction() as change:
                    assert letters.move(change, letter, other).state == other
                assert letters.letter(ledger, letter.id).state == other  # type: ignore[union-attr]
            else:
                with pytest.raises(Usage), ledger.transaction() as change:
                    letters.move(change, letter, other)
                assert letters.letter(ledger, letter.id).state == one  # type: ignore[union-attr]
        assert ledger.verify().mistakes == ()


def test_only_what_waits_is_sent_by_itself(tmp_path: Path) -> None:
    """What is sent stays sent, and out of 不确定 and 失败 only a person leads."""
    with Ledger(tmp_path / "l.sqlite") as ledger:
        for state in Letter:
            with ledger.transaction() as change:
                letters.add(change, posted(state.value, state.value))
        assert {one.state for one in letters.due(ledger, "2026-09-01T00:00:00+08:00")} == {"ready", "retry"}


def test_a_letter_that_another_process_has_moved_is_not_moved_again(tmp_path: Path) -> None:
    with Ledger(tmp_path / "l.sqlite") as ledger, Ledger(tmp_path / "l.sqlite") as other:
        letter = posted("1")
        with ledger.transaction() as change:
            letters.add(change, letter)
        with other.transaction() as change:
            letters.move(change, letter, Letter.SENDING)
        with pytest.raises(Usage, match="sending"), ledger.transaction() as change:
            letters.move(change, letter, Letter.SENDING)


def test_the_same_letter_enters_once(tmp_path: Path) -> None:
    with Ledger(tmp_path / "l.sqlite") as ledger:
        for _ in range(2):
            with ledger.transaction() as change:
                letters.add(change, posted("1"))
        assert len(letters.letters(ledger)) == 1
        assert len(ledger.rows("SELECT * FROM journal WHERE event = 'letter'")) == 1


def test_what_is_due(tmp_path: Path) -> None:
    late, soon = "2026-08-01T10:00:00+08:00", "2026-08-01T12:00:00+08:00"
    every = [posted("a"), posted("b", "retry", due=late), posted("c", "retry", due=soon)]
    every += [posted(s, s) for s in ("sending", "handed", "sent", "uncertain", "failed")]
    with Ledger(tmp_path / "l.sqlite") as ledger:
        with ledger.transaction() as change:
            for one in every:
                letters.add(change, one)
        assert [p.id for p in letters.due(ledger, "2026-08-01T11:00:00+08:00")] == ["a", "b"]
        assert next(p.recipients for p in letters.due(ledger, late)) == ("a@b.cn",)
