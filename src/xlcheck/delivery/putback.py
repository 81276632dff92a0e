"""Workbooks that lie in a folder of results, once more into the inbox: what a person has placed since."""

from __future__ import annotations

import glob
from pathlib import Path

from xlcheck.delivery.desk import Desk
from xlcheck.delivery.together import PACKED, Member, submission_of
from xlcheck.errors import Fault, Usage
from xlcheck.files import forget_halves, reason, write_whole
from xlcheck.ledger.records import Receipt
from xlcheck.office.names import joined, put_back_lead, recheck_lead, tidy, without_lead


def put_back(desk: Desk, receipt: Receipt, *, again: bool = False) -> Path:
    """Copy the workbook of a receipt into the inbox, under its path and a number of ours: the same place each time.

    ``again``: it is a text that is checked once more beside its workbook, as the version that it is.

    What is there, or in hand, already is left: killed in between, the same bytes come once more at most, and are known.

    Raises:
        Usage: its original is gone.
        Fault: the machine refuses.
    """
    whole = original(desk, receipt)
    lead = recheck_lead(receipt.id) if again else put_back_lead(receipt.id)
    target = _target(desk, receipt, lead, Path(whole.name).suffix)
    try:
        forget_halves(target)
        if not target.exists() and not any(desk.folders.working.glob(f"*/件/**/{glob.escape(target.name)}")):
            write_whole(target, whole.data)
    except OSError as error:
        raise Fault(f"写不了“{target}”：{reason(error)}") from error
    return target


def original(desk: Desk, receipt: Receipt) -> Member:
    """A workbook as it came, with its documents.

    Raises:
        Usage: they are gone, or are others now.
        Fault: they can't be read.
    """
    path = desk.folders.root / receipt.original
    if not path.is_file():
        raise Usage(f"第 {receipt.id} 份的原件“{path}”不在了。请找回来，或把工作簿再放进“收件”。")
    try:
        found = submission_of(desk.pipeline, path, receipt.entry, receipt.sha256)
    except OSError as error:
        raise Fault(f"读不了“{path}”：{reason(error)}") from error
    if found is None:
        raise Usage(f"第 {receipt.id} 份的原件“{path}”被改动过，与收到时不一样。请把工作簿再放进“收件”。")
    return found


def _target(desk: Desk, receipt: Receipt, lead: str, ending: str) -> Path:
    """Below the folders that it came in: they may say whose it is."""
    *above, name = without_lead(receipt.name).replace("\\", "/").split("/")
    inside = [tidy(part) for part in above if part not in ("", ".", "..")]
    name = f"{Path(name).stem}{ending}" if ending == PACKED else name
    return desk.folders.inbox.joinpath(*inside, joined([lead, name]))
