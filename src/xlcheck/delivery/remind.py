"""Reminders to units that are overdue: nothing sent by the last day, or mistakes not mended for some days."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from xlcheck.counted import form_of
from xlcheck.delivery import outbox
from xlcheck.delivery.desk import Desk
from xlcheck.delivery.letter import Draft, common, draft, title_of
from xlcheck.delivery.mime import one_line
from xlcheck.delivery.templates import REMINDER
from xlcheck.errors import Usage
from xlcheck.ledger import letters, receipts
from xlcheck.ledger.records import Receipt, has_tables
from xlcheck.ledger.store import now
from xlcheck.office.roster import Unit

_STALE = 300  # days


def overdue(desk: Desk, year: int, days: int) -> list[tuple[Unit, list[dict[str, Any]]]]:
    """Units to be reminded, with what they owe. ``days`` is how long mistakes may stand after the letter was sent."""
    last: dict[tuple[str, str], Receipt] = {(r.unit, r.form): r for r in receipts.versions(desk.ledger, year)}
    today = date.fromisoformat(now()[:10])
    found = []
    for unit in desk.roster.values():
        items = list(_owed(desk, unit, last, year, today, days))
        if items:
            found.append((unit, items))
    return found


def stale(unit: Unit, today: date) -> bool:
    """Whether the last day in the roster is so long ago that it must be last year's: nobody is urged because of it."""
    return unit.due is not None and (today - unit.due).days > _STALE


def _owed(
    desk: Desk, unit: Unit, last: dict[tuple[str, str], Receipt], year: int, today: date, days: int
) -> Iterator[dict[str, Any]]:
    came = {form: receipt for (code, form), receipt in last.items() if code == unit.code}
    if _late(unit, today):
        for form in _missing_forms(unit, list(came)):
            yield {
                "title": title_of(desk, form, year, place=False),
                "version": 0,
                "errors": 0,
                "verifies": 0,
                "told": "",
            }
    for form, receipt in came.items():
        told = _told(desk, receipt)
        if _long_ago(told, today, days):
            yield {
                "title": title_of(desk, form, year, place=False), "version": receipt.version, "errors": receipt.errors,
                "verifies": receipt.verifies, "told": told,
            }  # fmt: skip


def _long_ago(told: str, today: date, days: int) -> bool:
    """Whether a unit was told at least so many days ago."""
    return told != "" and (today - date.fromisoformat(told)).days >= days


def _late(unit: Unit, today: date) -> bool:
    """Whether the last day of a unit is past, this year's."""
    return unit.due is not None and today > unit.due and not stale(unit, today)


def _missing_forms(unit: Unit, came: list[str]) -> list[str]:
    """The forms that have not come; one without a name where nothing has, and the roster asks for no form by name."""
    if not unit.forms:
        return [] if any(map(has_tables, came)) else [""]
    return [form for form in unit.forms if form not in map(form_of, came)]


def _told(desk: Desk, receipt: Receipt) -> str:
    """The day on which the unit was told of mistakes in a version; empty if it was not, or there are none."""
    sent = next((p.sent for p in letters.of_receipt(desk.ledger, receipt.id) if p.sent), "")
    return sent[:10] if receipt.wrong else ""


def reminders(desk: Desk, year: int, days: int) -> list[Draft]:
    """One letter for each unit that owes something and has an address; never two on one day.

    Raises:
        Usage: no mail at this desk, or a template has a mistake.
    """
    mail = desk.settings.mail
    if mail is None:
        raise Usage("xlcheck.yaml 里没有写“邮件”，不能写催报信。")
    at = now()
    found = []
    for unit, items in overdue(desk, year, days):
        if not unit.addresses:
            continue
        late = (date.fromisoformat(at[:10]) - unit.due).days if unit.due else 0
        data = common(desk, unit, mail, year, at) | {"items": items, "days": late}
        subject = one_line(f"【决算公开催报】{unit.name}{year}年度：请尽快报送")
        one = draft(desk, unit, mail, f"reminder {unit.code} {year} {at[:10]}", REMINDER, subject, year, at, data)
        if letters.letter(desk.ledger, one.posted.id) is None:
            found.append(one)
    return found


def post(desk: Desk, drafts: list[Draft]) -> None:
    """Put reminders into the outbox.

    Raises:
        Fault: the machine refuses; what is in the outbox already stays.
    """
    with outbox.drafting(desk):
        for one in drafts:
            if letters.letter(desk.ledger, one.posted.id) is not None:
                continue  # another remind was quicker
            outbox.take(desk, one.posted, one.data)
