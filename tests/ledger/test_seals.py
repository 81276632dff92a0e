"""``journal verify`` covers every table: what another hand changes in any of them shows. A ledger is its owner's alone."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner

from support import ledgers
from support.places import SAMPLES
from xlcheck.cli.doctor import command as doctor
from xlcheck.cli.init import command as init
from xlcheck.cli.watch import command as watch
from xlcheck.delivery.desk import Desk
from xlcheck.delivery.doctor import _folders
from xlcheck.delivery.ledgerhealth import ledger_health
from xlcheck.errors import Fault
from xlcheck.ledger import decisions, letters, mailbox, receipts, seals
from xlcheck.ledger.records import Attachment, Fetched, Letter
from xlcheck.ledger.store import Damaged, Ledger
from xlcheck.office.folders import folders
from xlcheck.office.settings import load
from xlcheck.outcome import Justification

TABLES = tuple(seals.KEYS)
AT = "2026-08-01T09:00:00+08:00"


def full(path: Path) -> Path:
    with Ledger(path) as ledger:
        ledgers.fill(ledger)
        with ledger.transaction() as change:
            receipts.bind(change, [Attachment("f" * 64, "a@b.cn", "001", "甲.xlsx", AT)])
        with ledger.transaction() as change:
            mailbox.look(change, Fetched("m", 1, 7, AT, "a@b.cn", "主题", "taken"))
            receipts._explain(change, Justification("k", "v", "说明"), 1)
            decisions.count(change, receipts.by_number(change, 2))
            change.note("test", "")
        assert ledger.verify().mistakes == ()
    for name in ("decision_kept", "decision_whole"):  # another hand would not be stopped by them
        rows(path, f"DROP TRIGGER {name}")
    return path


def verified(path: Path) -> tuple[str, ...]:
    with Ledger(path) as ledger:
        return ledger.verify().mistakes


def rows(path: Path, statement: str) -> list[tuple]:
    with sqlite3.connect(path) as connection:
        found = connection.execute(statement).fetchall()
    connection.close()
    return found


def test_all_tables_are_sealed(tmp_path: Path):
    names = rows(full(tmp_path / "l.sqlite"), "SELECT name FROM sqlite_master WHERE type = 'table'")
    assert {name for (name,) in names} == {"journal", *TABLES}


@pytest.mark.parametrize("table", TABLES)
def test_a_row_that_is_changed_taken_out_or_put_in_shows(tmp_path: Path, table: str):
    path = full(tmp_path / "l.sqlite")
    columns = [
        name
        for _, name, kind, *_ in rows(path, f"PRAGMA table_info({table})")
        if kind in ("TEXT", "INTEGER") and name not in seals.KEYS[table]
    ]
    for column in columns:
        copy = Path(shutil.copy(path, tmp_path / f"{column}.sqlite"))
        rows(copy, f"UPDATE OR REPLACE {table} SET {column} = '77' ")  # noqa: S608
        assert verified(copy), column
    gone = Path(shutil.copy(path, tmp_path / "gone.sqlite"))
    rows(gone, f"DELETE FROM {table}")  # noqa: S608
    assert any("不在了" in mistake for mistake in verified(gone))
    names = [name for _, name, *_ in rows(path, f"PRAGMA table_info({table})")]
    more = Path(shutil.copy(path, tmp_path / "more.sqlite"))
    other = ", ".join(another(table, name) for name in names)
    rows(more, f"INSERT INTO {table} SELECT {other} FROM {table} LIMIT 1")  # noqa: S608
    assert any("不是 xlcheck 写的" in mistake for mistake in verified(more))


def another(table: str, column: str) -> str:
    """What a row that was put in has in a column: all as another row has it, but for what there may be only one of."""
    if (table, column) in (("receipt", "id"), ("finding", "receipt"), ("decision", "id")):
        return f"{column} + 77"
    return f"{column} || '7'" if column in (*seals.KEYS[table], "claim", "message_id") else column


def test_letters_that_change_their_state_stay_whole(tmp_path: Path):
    path = full(tmp_path / "l.sqlite")
    with Ledger(path) as ledger:
        waiting = letters.letters(ledger, [Letter.READY])[0]
        with ledger.transaction() as change:
            letters.move(change, waiting, Letter.SENDING, attempts=1)
        assert ledger.verify().mistakes == ()


def test_a_ledger_of_an_older_xlcheck_is_sealed_as_it_stands(tmp_path: Path):
    path = tmp_path / "l.sqlite"
    full(path)
    # as it was before rows were sealed: the journal has no digests
    with sqlite3.connect(path) as connection:
        for name in ("journal_kept", "journal_whole"):
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute("DELETE FROM journal")
        for older in (
            "DROP VIEW gone", "DROP INDEX receipt_rechecks", "ALTER TABLE receipt DROP COLUMN rechecks", "ALTER TABLE receipt DROP COLUMN texts",
            "DROP TABLE decision", "ALTER TABLE receipt DROP COLUMN year_by", "ALTER TABLE mail DROP COLUMN digest",
            "DROP INDEX receipt_status", "DROP INDEX journal_event", "PRAGMA user_version = 2",
        ):  # fmt: skip
            connection.execute(older)
    connection.close()
    assert verified(path) == ()
    rows(path, "UPDATE receipt SET errors = 0 WHERE id = 1")
    assert len(verified(path)) == 1


# --- looked at, not touched ------------------------------------------------------------------------------------


def seen(root: Path) -> dict[str, tuple[bytes, int]]:
    return {str(p.relative_to(root)): (p.read_bytes(), p.stat().st_mode) for p in root.rglob("*") if p.is_file()}


def desk(root: Path) -> Path:
    run(init, root)
    shutil.copy(SAMPLES / "tunliu_2023.xlsx", root / "收件")
    text = (root / "xlcheck.yaml").read_text(encoding="utf-8").replace("静置秒数: 3", "静置秒数: 0")
    (root / "xlcheck.yaml").write_text(text, encoding="utf-8")
    run(watch, root, "--once")
    return root


def run(command, *words: object) -> tuple[int, str]:
    found = CliRunner().invoke(command, [str(word) for word in words], standalone_mode=False)
    if found.exception is not None:
        raise found.exception
    return int(found.return_value or 0), found.output


def test_the_doctor_writes_nothing(tmp_path: Path):
    root = desk(tmp_path / "desk")
    before = seen(root)
    assert run(doctor, root, "--offline")[0] == 0
    assert seen(root) == before
    open_one = Desk.open(root)  # a watcher has it open: what it has not written back yet is seen too
    with open_one.ledger.transaction() as change:
        change.note("test", "")
    count = open_one.ledger.verify().lines
    assert f"{count} 条流水" in run(doctor, root, "--offline")[1]
    open_one.close()


@pytest.mark.parametrize("content", [b"", b"not a ledger at all, but long enough to be looked at" * 40])
def test_an_empty_or_broken_ledger_beside_backups_is_neither_made_new_nor_called_good(tmp_path: Path, content: bytes):
    root = desk(tmp_path / "desk")
    (root / "台账" / "ledger.sqlite").write_bytes(content)
    before = seen(root)
    code, said = run(doctor, root, "--offline")
    assert code == 1
    assert "不行 台账" in said
    assert "备份" in said
    assert seen(root) == before


def looked(root: Path) -> str:
    """What the doctor says of folders and ledger."""
    settings = load(root)
    found = folders(root, settings)
    return "\n".join(
        f"{one.grade} {one.what}：{one.said} {one.todo}" for one in (*_folders(found), *ledger_health(settings, found))
    )


@pytest.mark.skipif(not hasattr(os, "fork") or os.getuid() != 0, reason="another user is needed")
def test_a_folder_without_the_right_to_write_is_no_damaged_ledger(tmp_path: Path):
    root = desk(tmp_path / "desk")
    for folder in (tmp_path, *tmp_path.parents):
        if str(folder) != "/" and stat.S_IMODE(folder.stat().st_mode) & 0o005 != 0o005:
            folder.chmod(folder.stat().st_mode | 0o005)
    for path in (root, *root.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    looked(root)  # everything is imported that another user could not read
    output = tmp_path / "said.txt"
    handle = os.open(output, os.O_WRONLY | os.O_CREAT)
    pid = os.fork()
    if pid == 0:
        try:
            os.setgid(65534)
            os.setuid(65534)
            os.write(handle, looked(root).encode())
        finally:
            os._exit(0)
    os.waitpid(pid, 0)
    said = output.read_text(encoding="utf-8")
    assert "good 台账" in said
    assert "bad 文件夹" in said
    assert "不能写：没有权限。台账本身没有坏" in said
    assert "用备份" not in said.replace("不要急着用备份", "")


def test_a_ledger_its_backups_and_letters_are_readable_by_their_owner_alone(tmp_path: Path):
    root = desk(tmp_path / "desk")
    path = root / "台账" / "ledger.sqlite"
    (backup,) = (root / "台账" / "备份").glob("*.sqlite")
    assert {stat.S_IMODE(p.stat().st_mode) for p in (path, backup)} == {0o600}
    path.chmod(0o644)
    assert "别的用户也能读" in run(doctor, root, "--offline")[1]
    with Ledger(path) as ledger, ledger.transaction() as change:
        change.note("test", "")
        beside = list(path.parent.glob("ledger.sqlite-*"))
        assert {stat.S_IMODE(p.stat().st_mode) for p in (path, *beside)} == {0o600}


def test_what_is_only_looked_at_can_not_be_written(tmp_path: Path):
    path = full(tmp_path / "l.sqlite")
    with Ledger.to_read(path) as ledger, pytest.raises(Fault), ledger.transaction() as change:
        change.note("test", "")
    (tmp_path / "broken").write_bytes(b"x" * 5000)
    with pytest.raises(Damaged):
        Ledger.to_read(tmp_path / "broken")
    with pytest.raises(Fault, match="不存在"):
        Ledger.to_read(tmp_path / "nothing")
    assert not (tmp_path / "nothing").exists()
