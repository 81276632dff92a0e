"""Records go into the ledger and come out by the names of their fields, never by their order."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import xlcheck
from xlcheck.ledger import letters, mailbox, receipts
from xlcheck.ledger.records import Attachment, Fetched, Found, Posted, Receipt
from xlcheck.ledger.rows import RecordTable
from xlcheck.ledger.store import Ledger

RECORDS = {record.__name__ for record in (Receipt, Found, Posted, Fetched, Attachment)}
OF_THE_TABLE = {"receipt": {"report"}, "finding": {"receipt", "number"}}  # columns that are no field of the record
TABLES = [
    value for room in (letters, mailbox, receipts) for value in vars(room).values() if isinstance(value, RecordTable)
]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.table)
def test_every_column_is_a_field_and_every_field_a_column(table, tmp_path):
    with Ledger(tmp_path / "ledger.sqlite") as ledger:
        columns = {row["name"] for row in ledger.rows(f"PRAGMA table_info({table.table})")}
    assert set(table.columns.values()) == columns - OF_THE_TABLE.get(table.table, set())
    assert tuple(table.columns) == table.record._fields


def test_a_finding_keeps_its_table_in_the_column_sheet(tmp_path):
    found = Found(**{name: name for name in Found._fields if name != "since"}, since=3)
    receipt = Receipt(claim="c", entry=0, name="a.xlsx", sha256="0", at="2026-08-18", status="checked")
    with Ledger(tmp_path / "ledger.sqlite") as ledger:
        with ledger.transaction() as change:
            number = receipts.record(change, receipt, findings=[found]).id
        assert ledger.rows("SELECT sheet FROM finding")[0]["sheet"] == "table"
        assert receipts.findings(ledger, number) == [found]
        assert receipts.by_number(ledger, number) == receipt._replace(id=number)


def test_records_are_made_by_keywords():
    """Eight to twenty-seven values by their order: one more field, and every one after it is another."""
    wrong = []
    for path in sorted(Path(xlcheck.__file__).parent.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = {
            alias.asname or alias.name
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and node.module == "xlcheck.ledger.records"
            for alias in node.names
            if alias.name in RECORDS
        }
        wrong += [
            f"{path.name}:{node.lineno}"
            for node in ast.walk(tree)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names and node.args
        ]
    assert not wrong
