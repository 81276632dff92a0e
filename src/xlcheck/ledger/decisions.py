"""What people have decided of workbooks that came in: entered beside them, never instead of them."""

from __future__ import annotations

from typing import Any

from xlcheck.errors import Usage
from xlcheck.ledger.records import Decided, Decision, Receipt, Status
from xlcheck.ledger.rows import RecordTable
from xlcheck.ledger.store import Ledger, Transaction, now

_DECISIONS = RecordTable("decision", Decision)


def assign(change: Transaction, receipt: Receipt, unit: str, year: int) -> None:
    """A workbook is of another unit or year: its bytes are answered as that one's, and this receipt counts no more.

    Raises:
        Usage: it could not be read, or is nothing but a repetition.
    """
    _refuse_copies(receipt)
    _enter(change, Decided.ASSIGN, receipt, unit=unit, year=year)


def count(change: Transaction, receipt: Receipt) -> None:
    """A version counts as the last one of its unit, year and form, until another comes.

    Raises:
        Usage: it is no version, or counts no more.
    """
    if not receipt.version:
        raise Usage(f"第 {receipt.id} 份不是哪个单位的一版（{receipt.reason or '重复件'}），不能指定它算数。")
    if (gone := state(change, receipt.id)) is not None:
        raise Usage(f"第 {receipt.id} 份{_GONE[gone]}，不能指定它算数。{_BACK[gone]}")
    _enter(change, Decided.COUNT, receipt)


def forget(change: Transaction, receipt: Receipt) -> None:
    """A workbook counts no more, as if it had not come.

    Raises:
        Usage: it counts no more already, or is nothing but a repetition.
    """
    _refuse_repeated(receipt)
    if (gone := state(change, receipt.id)) is not None:
        raise Usage(f"第 {receipt.id} 份{_GONE[gone]}，不用再作废。{_BACK[gone] if gone is Decided.RECHECK else ''}")
    _enter(change, Decided.FORGET, receipt)


def restore(change: Transaction, receipt: Receipt) -> None:
    """A workbook that was forgotten counts again.

    Raises:
        Usage: it was not forgotten.
    """
    gone = state(change, receipt.id)
    if gone in (Decided.ASSIGN, Decided.RECHECK):
        raise Usage(f"第 {receipt.id} 份{_GONE[gone]}，不是作废的。{_BACK[gone]}")
    if gone is None:
        raise Usage(f"第 {receipt.id} 份没有作废，不用恢复。")
    _enter(change, Decided.RESTORE, receipt)


_GONE = {
    Decided.FORGET: "已经作废", Decided.ASSIGN: "已经改判给别的单位或年度", Decided.RECHECK: "在工作簿收到以后已经重新核对过",
}  # fmt: skip
_BACK = {
    Decided.FORGET: "要它重新算数，先运行 xlcheck restore。", Decided.ASSIGN: "要改回来，对改判后的那一份再运行 xlcheck assign。",
    Decided.RECHECK: "请对重新核对的那一份操作。",
}  # fmt: skip


def _refuse_copies(receipt: Receipt) -> None:
    _refuse_repeated(receipt)
    if receipt.status == Status.REFUSED:
        raise Usage(f"第 {receipt.id} 份没有读出来（{receipt.reason}），不能指定单位。请单位重新报送。")


def _refuse_repeated(receipt: Receipt) -> None:
    if receipt.status == Status.REPEATED:
        raise Usage(f"第 {receipt.id} 份是重复件，与第 {receipt.first} 份逐字节相同。请对第 {receipt.first} 份操作。")


def _enter(change: Transaction, what: Decided, receipt: Receipt, **more: Any) -> None:
    """The decision, and its line in the journal."""
    moment = change.rows("SELECT max(id) AS last FROM receipt")[0]["last"]
    decision = Decision(what.value, receipt.id, receipt.sha256, now(), moment=moment, **more)
    values = _DECISIONS.values(decision)
    del values["id"]
    change.insert(_DECISIONS.table, values)
    change.note(what.value, str(receipt.id), sha256=receipt.sha256, name=receipt.name, **more)


def state(source: Ledger | Transaction, receipt: int) -> Decided | None:
    """Why a receipt counts no more; None: it does."""
    rows = source.rows("SELECT what FROM gone WHERE receipt = ? ORDER BY what", receipt)
    return Decided(rows[0]["what"]) if rows else None


def assigned(source: Ledger | Transaction, sha256: str) -> Decision | None:
    """Whose these bytes are by the last decision of a person, if there is one."""
    where = "WHERE sha256 = ? AND what = ? ORDER BY id DESC LIMIT 1"
    rows = source.rows(f"{_DECISIONS.select} {where}", sha256, Decided.ASSIGN.value)
    return _DECISIONS.read(rows[0]) if rows else None


def unanswered(source: Ledger | Transaction) -> list[int]:
    """The receipts that were assigned, and whose bytes nobody has answered since."""
    query = """SELECT receipt FROM decision WHERE what = ? AND receipt IN (SELECT receipt FROM gone)
    AND NOT EXISTS (SELECT 1 FROM receipt AS later WHERE later.sha256 = decision.sha256 AND later.id > decision.moment) ORDER BY id"""
    return [row["receipt"] for row in source.rows(query, Decided.ASSIGN.value)]
