"""What the watcher says: one line for people about everything that happens."""

from __future__ import annotations

from xlcheck.counted import form_of, project_of
from xlcheck.delivery.desk import Desk
from xlcheck.delivery.letter import title_of, year_said
from xlcheck.errors import XlcheckError
from xlcheck.files import reason
from xlcheck.ledger.records import TEXT_FORM, Receipt, Status
from xlcheck.office.drafts import is_draft
from xlcheck.office.roster import Unit


def sentence(receipt: Receipt) -> str:
    """What came of a workbook, for the reviewer's eye."""
    match receipt.status:
        case Status.CHECKED:
            return _counts(receipt)
        case Status.REPEATED:
            return f"重复：{receipt.name}。{receipt.reason}"
        case Status.UNKNOWN:
            return f"无法识别：{receipt.name}。{receipt.reason}"
    return f"读不了：{receipt.name}。{receipt.reason}"


def _counts(receipt: Receipt) -> str:
    counts = f"错误 {receipt.errors}，核实 {receipt.verifies}，提示 {receipt.notes}"
    counts += f"，没能核对 {receipt.unsaid}" if receipt.unsaid else ""
    mended = f"，比上一版改正了 {receipt.mended} 条" if receipt.version > 1 else ""
    year = f" {receipt.year}" if receipt.year else ""
    code = "" if is_draft(receipt.unit) else f"{receipt.unit} "
    project = project_of(receipt.form)
    what = f" {TEXT_FORM}" if receipt.form == TEXT_FORM else f" 自评表“{project}”" if project else ""
    what += "（工作簿来了，对着它又核对一次）" if receipt.rechecks is not None else ""
    return f"{code}{receipt.unit_name}{year}{what} 第 {receipt.version} 版：{counts}{mended}（{receipt.name}）"


def besides(desk: Desk, receipt: Receipt) -> str:
    """What the reviewer would not expect of a version: another form, another year, nobody to write to."""
    unit = desk.roster.get(receipt.unit)
    if receipt.status != Status.CHECKED:
        return ""
    if unit is None:
        return _no_roster(desk, receipt)
    said = [
        text
        for look in (_again, _other_form, _other_year, _other_sender, _no_address)
        if (text := look(desk, unit, receipt))
    ]
    return f"。注意：{'；'.join(said)}。" if said else ""


def _again(_: Desk, __: Unit, receipt: Receipt) -> str:
    return f"与第 {receipt.first} 份逐字节相同，又按最新一版算" if receipt.first is not None else ""


def _no_roster(desk: Desk, receipt: Receipt) -> str:
    """Of a unit that is known by its name alone."""
    said = [] if desk.settings.mail is None else ["不在名册里，没有写信"]
    said += [text] if (text := year_said(receipt)) else []
    return f"。注意：{'；'.join(said)}。" if said else ""


def _other_form(desk: Desk, unit: Unit, receipt: Receipt) -> str:
    if not unit.forms or form_of(receipt.form) in (*unit.forms, TEXT_FORM):
        return ""
    wanted = "、".join(title_of(desk, f) for f in unit.forms)
    return f"交的是《{title_of(desk, receipt.form)}》，名册要求的是《{wanted}》"


def _other_year(desk: Desk, _: Unit, receipt: Receipt) -> str:
    year = desk.settings.year
    if receipt.year is None:
        return "表里没有写年度"
    if receipt.year_by:
        return year_said(receipt)
    return "" if year in (None, receipt.year) else f"年度不是设置的 {year}"


def _other_sender(desk: Desk, unit: Unit, receipt: Receipt) -> str:
    senders = [u.name for u in desk.roster.of_address(receipt.sender)] if receipt.sender else []
    if not senders or unit.name in senders:
        return ""
    return f"是从{'、'.join(senders)}的邮箱（{receipt.sender}）发来的"


def _no_address(desk: Desk, unit: Unit, _: Receipt) -> str:
    return "名册里没有邮箱，没有写信" if desk.settings.mail is not None and not unit.addresses else ""


def of_error(error: Exception) -> str:
    """A sentence about what went wrong."""
    if isinstance(error, OSError):
        return f"“{error.filename}”：{reason(error)}。" if error.filename else f"{reason(error)}。"
    return str(error) if isinstance(error, XlcheckError) else f"xlcheck 自身出错（{type(error).__name__}: {error}）。"
