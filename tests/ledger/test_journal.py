"""The journal: append-only, and any change to it shows."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xlcheck.errors import Fault
from xlcheck.ledger import receipts, schema
from xlcheck.ledger.store import Ledger


def filled(path: Path, lines: int) -> Ledger:
    ledger = Ledger(path)
    with ledger.transaction() as change:
        for n in range(lines):
            change.note("test", f"主题 {n}", 数=n, 文="“引号”\n😀")
    return ledger


def unguarded(path: Path) -> sqlite3.Connection:
    """The file as somebody with a database tool has it: the triggers are gone."""
    connection = sqlite3.connect(path)
    connection.execute("DROP TRIGGER journal_kept")
    connection.execute("DROP TRIGGER journal_whole")
    return connection


BORN = len(schema.MIGRATIONS)  # the first lines say which schema


def test_an_untouched_journal_holds(tmp_path: Path) -> None:
    with filled(tmp_path / "l.sqlite", 30) as ledger:
        verdict = ledger.verify()
        assert (verdict.lines, verdict.mistakes) == (30 + BORN, ())
        assert ledger.verify(verdict.head).mistakes == ()


@pytest.mark.parametrize("statement", ["UPDATE journal SET event = 'x'", "DELETE FROM journal WHERE seq = 3"])
def test_the_ledger_itself_refuses_to_change_a_line(tmp_path: Path, statement: str) -> None:
    with filled(tmp_path / "l.sqlite", 5) as ledger:
        with pytest.raises(Fault, match="append-only"), ledger.transaction() as change:
            change.execute(statement)
        assert ledger.verify().mistakes == ()


@pytest.mark.parametrize("column", ["at", "event", "subject", "data", "previous", "hash"])
def test_every_column_of_every_line_is_bound(tmp_path: Path, column: str) -> None:
    for seq in (1, 4, 6):
        path = tmp_path / f"{seq}.sqlite"
        filled(path, 5).close()
        with unguarded(path) as connection:
            connection.execute(f"UPDATE journal SET {column} = {column} || 'x' WHERE seq = ?", (seq,))  # noqa: S608
        connection.close()
        with Ledger(path) as ledger:
            assert any(f"第 {seq} 条" in m for m in ledger.verify().mistakes)


def test_a_line_taken_out_or_put_in_shows(tmp_path: Path) -> None:
    path = tmp_path / "l.sqlite"
    filled(path, 5).close()
    with unguarded(path) as connection:
        connection.execute("DELETE FROM journal WHERE seq = 3")
    connection.close()
    with Ledger(path) as ledger:
        assert "第 3 条缺失" in ledger.verify().mistakes
    with sqlite3.connect(path) as connection:
        connection.execute(
            "INSERT INTO journal SELECT 3, at, event, subject, data, previous, hash FROM journal WHERE seq = 2"
        )
    connection.close()
    with Ledger(path) as ledger:
        assert ledger.verify().mistakes


def test_an_end_cut_off_shows_only_against_a_hash_noted_before(tmp_path: Path) -> None:
    path = tmp_path / "l.sqlite"
    ledger = filled(path, 5)
    head = ledger.verify().head
    ledger.close()
    with unguarded(path) as connection:
        connection.execute("DELETE FROM journal WHERE seq = ?", (5 + BORN,))
    connection.close()
    with Ledger(path) as ledger:
        assert ledger.verify().mistakes == ()
        assert any("末尾" in m for m in ledger.verify(head).mistakes)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.text(max_size=20), st.dictionaries(st.text(min_size=1, max_size=5), st.text(max_size=20))))
)
def test_any_text_can_be_noted(
    tmp_path_factory: pytest.TempPathFactory, lines: list[tuple[str, dict[str, str]]]
) -> None:
    with Ledger(tmp_path_factory.mktemp("j") / "l.sqlite") as ledger:
        with ledger.transaction() as change:
            for subject, data in lines:
                change.note("e", subject, **{f"k{k}": v for k, v in data.items()})
        verdict = ledger.verify()
        assert (verdict.lines, verdict.mistakes) == (len(lines) + BORN, ())


def test_a_transaction_is_all_or_nothing(tmp_path: Path) -> None:
    with filled(tmp_path / "l.sqlite", 2) as ledger:
        before = ledger.verify()
        with pytest.raises(Fault, match="no such table"), ledger.transaction() as change:
            _ = change.note("half", "done"), change.execute("INSERT INTO nowhere VALUES (1)")
        assert ledger.verify() == before


def test_a_full_disk_is_said_and_nothing_is_written(tmp_path: Path) -> None:
    with filled(tmp_path / "l.sqlite", 2) as ledger:
        before = ledger.verify()
        pages = ledger.connection.execute("PRAGMA page_count").fetchone()[0]
        ledger.connection.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(Fault, match="磁盘空间不足"), ledger.transaction() as change:
            _ = [change.note("long", "x" * 500, n=n) for n in range(2_000)]
        assert ledger.verify() == before
        ledger.connection.execute("PRAGMA max_page_count = 1000000")
        with ledger.transaction() as change:
            change.note("again", "there is room")
        assert ledger.verify().lines == before.lines + 1


def test_a_copy_made_while_somebody_writes_is_whole(tmp_path: Path) -> None:
    with filled(tmp_path / "l.sqlite", 50) as ledger, Ledger(tmp_path / "l.sqlite") as other:
        with other.transaction() as change:
            change.note("under way", "not committed")
            ledger.backup(tmp_path / "copy" / "l.sqlite")
        with Ledger(tmp_path / "copy" / "l.sqlite") as copy:
            assert (copy.verify().lines, copy.verify().mistakes) == (50 + BORN, ())
        assert [p.name for p in (tmp_path / "copy").iterdir() if p.suffix == ".part"] == []


def test_a_file_that_is_no_ledger_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "l.sqlite"
    path.write_bytes(b"not a database" * 100)
    with pytest.raises(Fault, match="备份"):
        Ledger(path)
    assert path.read_bytes() == b"not a database" * 100


def test_a_ledger_of_a_newer_xlcheck_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "l.sqlite"
    filled(path, 1).close()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(Fault, match="升级"):
        Ledger(path)


def test_an_older_ledger_is_brought_up_to_date_and_keeps_what_it_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "l.sqlite"
    filled(path, 3).close()
    monkeypatch.setattr(
        "xlcheck.ledger.store.MIGRATIONS", (*schema.MIGRATIONS, "ALTER TABLE mail ADD COLUMN more TEXT;\n")
    )
    with Ledger(path) as ledger:
        assert "more" in [r[1] for r in ledger.rows("PRAGMA table_info(mail)")]
        verdict = ledger.verify()
        assert (verdict.lines, verdict.mistakes) == (3 + BORN + 1, ())


def test_a_migration_that_fails_leaves_the_ledger_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "l.sqlite"
    filled(path, 3).close()
    bad = "CREATE TABLE fresh (x);\nALTER TABLE nowhere ADD COLUMN more TEXT;\n"
    monkeypatch.setattr("xlcheck.ledger.store.MIGRATIONS", (*schema.MIGRATIONS, bad))
    with pytest.raises(Fault):
        Ledger(path)
    monkeypatch.undo()
    with Ledger(path) as ledger:
        assert ledger.rows("SELECT name FROM sqlite_master WHERE name = 'fresh'") == []
        assert ledger.verify().lines == 3 + BORN


def test_a_ledger_of_the_first_schema_gains_what_came_since(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "l.sqlite"
    with monkeypatch.context() as old:
        old.setattr("xlcheck.ledger.store.MIGRATIONS", schema.MIGRATIONS[:1])
        with Ledger(path) as ledger, ledger.transaction() as change:
            names = [r[1] for r in change.rows("PRAGMA table_info(receipt)") if r[1] != "id"]
            values = dict.fromkeys(names, "") | {"year": 2023, "first": None, "report": None, "status": "checked"}
            values |= dict.fromkeys(
                ("entry", "version", "errors", "verifies", "notes", "explained", "mended", "unsaid"), 1
            )
            marks = ", ".join("?" * len(values))
            change.execute(f"INSERT INTO receipt ({', '.join(values)}) VALUES ({marks})", *values.values())  # noqa: S608
    with Ledger(path) as ledger:
        (receipt,) = receipts.versions(ledger)
        assert (receipt.year, receipt.copy) == (2023, "")
        assert ledger.verify().mistakes == ()
