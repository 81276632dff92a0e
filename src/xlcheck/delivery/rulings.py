"""What a person decides of a workbook that came in, carried out: entered in the ledger first, then done; both can be repeated."""

from __future__ import annotations

import contextlib
from typing import NamedTuple

from xlcheck.delivery.desk import Desk
from xlcheck.delivery.putback import original, put_back
from xlcheck.errors import Fault, Usage
from xlcheck.ledger import decisions, letters, receipts
from xlcheck.ledger.records import Decided, Letter, Receipt, Status
from xlcheck.office.roster import Unit

_UNSENT = (Letter.READY, Letter.RETRY)
_MOST_NAMES = 20


class Ruling(NamedTuple):
    """What was decided of a receipt.

    ``unit`` and ``year`` are what it was assigned to, ``counts`` is the version that counts now of what it was a version
    of, ``sent`` letters about it have gone out, ``held`` will not any more.
    """

    receipt: Receipt
    unit: Unit | None = None
    year: int | None = None
    counts: Receipt | None = None
    sent: int = 0
    held: int = 0


def assign(desk: Desk, number: int, code: str | None, year: int | None) -> Ruling:
    """A workbook is of this unit and year, whatever its sheets say: it goes into the inbox once more, to be answered as that.

    Raises:
        Usage: no such receipt or unit; it is that one's already; its original is gone.
        Fault: the machine refuses.
    """
    receipt = numbered(desk, number)
    unit = _unit(desk, code or (receipt.unit if desk.roster else receipt.unit_name))
    wanted = year or receipt.year or int(receipt.at[:4]) - 1
    if decisions.state(desk.ledger, receipt.id) is Decided.ASSIGN:
        raise Usage(f"第 {receipt.id} 份已经改判过了。要再改，请对改判后的那一份运行 xlcheck assign。")
    if receipt.status == Status.CHECKED and (receipt.unit, receipt.year) == (unit.code, wanted):
        raise Usage(f"第 {receipt.id} 份已经是 {unit.code} {unit.name} {wanted} 年度的，不用改。")
    original(desk, receipt)  # before anything is entered: what is gone can't be answered anew
    with desk.ledger.transaction() as change:
        decisions.assign(change, receipt, unit.code, wanted)
    with contextlib.suppress(Fault):  # the watcher does it with its next look
        put_back(desk, receipt)
    return _with_letters(desk, Ruling(receipt, unit, wanted, _counting(desk, receipt)))


def count(desk: Desk, number: int) -> Ruling:
    """A version is the one that counts, until another comes.

    Raises:
        Usage: no such receipt, it is no version, or it counts already.
        Fault: the ledger can't be written.
    """
    receipt = numbered(desk, number)
    now_counts = _counting(desk, receipt)
    if now_counts is not None and now_counts.id == receipt.id:
        raise Usage(f"第 {receipt.id} 份（第 {receipt.version} 版）本来就是算数的那一版，不用改。")
    with desk.ledger.transaction() as change:
        decisions.count(change, receipt)
    return Ruling(receipt, counts=_counting(desk, receipt))


def forget(desk: Desk, number: int) -> Ruling:
    """A workbook counts no more, as if it had not come.

    Raises:
        Usage: no such receipt, or it counts no more already.
        Fault: the ledger can't be written.
    """
    receipt = numbered(desk, number)
    with desk.ledger.transaction() as change:
        decisions.forget(change, receipt)
    return _with_letters(desk, Ruling(receipt, counts=_counting(desk, receipt)))


def restore(desk: Desk, number: int) -> Ruling:
    """A workbook that was forgotten counts again.

    Raises:
        Usage: no such receipt, or it was not forgotten.
        Fault: the ledger can't be written.
    """
    receipt = numbered(desk, number)
    with desk.ledger.transaction() as change:
        decisions.restore(change, receipt)
    return Ruling(receipt, counts=_counting(desk, receipt))


def pending(desk: Desk) -> list[Receipt]:
    """Workbooks that were assigned and have not been answered since."""
    found = (receipts.by_number(desk.ledger, number) for number in decisions.unanswered(desk.ledger))
    return [receipt for receipt in found if receipt is not None]


def numbered(desk: Desk, number: int) -> Receipt:
    """The receipt of a number.

    Raises:
        Usage: there is none.
    """
    receipt = receipts.by_number(desk.ledger, number)
    if receipt is None:
        raise Usage(
            f"台账里没有第 {number} 份。编号是“已处理”“无法识别”里文件名开头的数字，也可用 xlcheck journal show 查。"
        )
    return receipt


def _unit(desk: Desk, code: str) -> Unit:
    if not code:
        raise Usage("写明是哪个单位：--unit 单位代码。")
    roster = desk.roster
    if not roster:
        return _unit_by_name(desk, code)
    named = [unit for unit in roster.values() if code in (unit.code, unit.name, *unit.others)]
    if len(named) != 1:
        raise Usage(f"名册里没有单位“{code}”。写单位代码或全称；新单位先补进名册。")
    return named[0]


def _unit_by_name(desk: Desk, name: str) -> Unit:
    """Where there is no roster yet: a unit that the ledger knows under this name."""
    known = {one: code for code, names in receipts.unit_names(desk.ledger).items() for one in names if one}
    if name not in known:
        said = "、".join(sorted(known)[:_MOST_NAMES])
        raise Usage(f"还没有单位名册，台账里也没有单位“{name}”。写台账里有的单位名称：{said}；新单位先写进名册。")
    return Unit(known[name], name)


def _counting(desk: Desk, receipt: Receipt) -> Receipt | None:
    """The version that counts of what a receipt is a version of."""
    if not receipt.version:
        return None
    return receipts.latest(desk.ledger, receipt.unit, receipt.year, receipt.form)


def _with_letters(desk: Desk, ruling: Ruling) -> Ruling:
    """The ruling with what becomes of the letters about its workbook."""
    about = letters.of_receipt(desk.ledger, ruling.receipt.id)
    return ruling._replace(
        sent=sum(one.state == Letter.SENT for one in about), held=sum(one.state in _UNSENT for one in about)
    )
