"""What the doctor says of the ledger: the cause that is there, and what helps for that cause. Nothing is written."""

from __future__ import annotations

from collections.abc import Iterator

from xlcheck.delivery.desk import forgotten
from xlcheck.delivery.examination import Examination
from xlcheck.errors import Fault, XlcheckError
from xlcheck.files import readable_by_others, unwritable
from xlcheck.ledger.chain import ChainCheck
from xlcheck.ledger.store import Damaged, Ledger
from xlcheck.office.folders import Folders
from xlcheck.office.settings import Settings


def ledger_health(settings: Settings, found: Folders) -> Iterator[Examination]:
    """Whether the ledger is there, whole, to be written to, and backed up."""
    try:
        forgotten(found)
    except XlcheckError as error:
        yield Examination("bad", "台账", str(error))
        return
    if not found.ledger_file.is_file():
        yield Examination("good", "台账", "还没有，第一次运行 watch 时建立")
        return
    yield _examined(found)
    if why := unwritable(found.ledger_file):
        yield Examination(
            "bad", "台账", f"“{found.ledger_file}”不能写：{why}。台账本身没有坏", "让运行 xlcheck 的用户能写这个文件"
        )
    if readable_by_others(found.ledger_file):
        yield Examination(
            "doubt", "台账", f"别的用户也能读“{found.ledger_file}”", "下次运行 watch 时改为只有本用户能读"
        )
    yield from _backups(settings, found)


def _examined(found: Folders) -> Examination:
    """Whether it can be read and nothing in it was changed by another hand."""
    try:
        with Ledger.to_read(found.ledger_file) as ledger:
            return _journal(ledger.verify(), found)
    except Damaged as error:
        return Examination("bad", "台账", str(error), f"用“{found.backups}”里最近的备份恢复")
    except Fault as error:
        return Examination("bad", "台账", str(error), "台账没有说是坏的：先解决上面的原因，不要急着用备份恢复")


def _journal(verdict: ChainCheck, found: Folders) -> Examination:
    """Whether the lines of the journal follow from each other, and the ledger from them."""
    if verdict.mistakes:
        more = f"（共 {len(verdict.mistakes)} 处，xlcheck journal verify 列出全部）" if verdict.mistakes[1:] else ""
        return Examination("bad", "台账", verdict.mistakes[0] + more, f"用“{found.backups}”里的备份恢复，并查明原因")
    return Examination("good", "台账", f"{verdict.lines} 条流水，首尾相接，各表与流水一致")


def _backups(settings: Settings, found: Folders) -> Iterator[Examination]:
    """Copies of the ledger that are wanted and not there yet."""
    copies = sorted(found.backups.glob("ledger-*.sqlite")) if found.backups.is_dir() else []
    if settings.backups and not copies:
        yield Examination("doubt", "备份", "还没有备份", "watch 运行时每天备份一次")


def last_entry(found: Folders) -> str:
    """When the ledger last wrote something down; empty if it never did.

    Raises:
        Fault: it can't be read.
    """
    if not found.ledger_file.is_file():
        return ""
    with Ledger.to_read(found.ledger_file) as ledger:
        return next(((row[0] or "") for row in ledger.rows("SELECT max(at) FROM journal")), "")
