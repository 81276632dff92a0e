"""The outbox to the mail server: every letter once. What may have been sent is never sent again by a machine."""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

from xlcheck.delivery import outbox
from xlcheck.delivery.backfill import written_anew
from xlcheck.delivery.desk import Desk
from xlcheck.delivery.letter import SENT_BEFORE
from xlcheck.delivery.mime import readdressed
from xlcheck.delivery.owner import whose_is
from xlcheck.delivery.smtp import Away, DeliveryEnd, Sent, Session, connected
from xlcheck.errors import Fault, Usage
from xlcheck.files import reason
from xlcheck.labels import plain
from xlcheck.ledger import decisions, letters, receipts
from xlcheck.ledger.records import REMIND, Decided, Letter, Posted, Receipt
from xlcheck.ledger.store import now
from xlcheck.model import PrintedNames
from xlcheck.office.folders import LETTER_FOLDERS
from xlcheck.office.roster import Unit, folded
from xlcheck.office.settings import Mail, password

_WAITS = (1, 5, 15, 60, 180, 360, 720, 1440)  # minutes
_MOST_ATTEMPTS = 12  # about a week
_SHORT_SESSIONS = 2
_STATES = {
    DeliveryEnd.SENT: Letter.SENT,
    DeliveryEnd.RETRY: Letter.RETRY,
    DeliveryEnd.FAILED: Letter.FAILED,
    DeliveryEnd.UNCERTAIN: Letter.UNCERTAIN,
}
NO_ANSWER = "最后一个点发出后没有收到答复：对方可能已收到，也可能没有"
_BY_HAND = "人工决定：重新发送"
Say = Callable[[str], None]


class Sending(NamedTuple):
    """What came of a run: letters by end, and the fault that stopped it (empty: none did)."""

    counts: Counter[str]
    fault: str


def send(desk: Desk, say: Say, stopped: Callable[[], bool] = lambda: False) -> Sending:
    """Send all that is due. A letter is in exactly one state all the time, whatever happens.

    Raises:
        Usage: no mail at this desk, no password, or the server wants something mended.
        Fault: another process is sending; the ledger can't be used.
    """
    mail = desk.settings.mail
    if mail is None:
        raise Usage("xlcheck.yaml 里没有写“邮件”，不能发信。")
    run = _SendingRun(desk, mail, Counter(), say, stopped)
    with desk.alone("send", "另一个 xlcheck 正在发信，请等它结束。"):
        recover(desk, say)
        drop_outdated(desk, say)
        todo = letters.due(desk.ledger, now())
        return Sending(run.counts, _sessions(run, todo) if todo else "")


class _SendingRun(NamedTuple):
    """One run over the outbox."""

    desk: Desk
    mail: Mail
    counts: Counter[str]
    say: Say
    stopped: Callable[[], bool]


def _sessions(run: _SendingRun, todo: list[Posted]) -> str:
    """Send over as many connections as it takes; returns the fault that stopped it (empty: none did)."""
    secret = password(run.mail, "发信服务器")
    short = 0  # sessions in a row that did not outlive their first letter
    while todo and not run.stopped():
        try:
            with connected(run.mail, secret) as session:
                left = _in_session(run, session, todo)
        except Away as away:
            return _away(run, todo, str(away))
        except Fault as fault:  # ours, not the server's: no letter has had its attempt
            return str(fault)
        short = short + 1 if _cut_short(todo, left) else 0
        todo = left
        if short >= _SHORT_SESSIONS:
            return _away(run, todo, "发信服务器一再断开或不答复。")
    return ""


def _cut_short(todo: list[Posted], left: list[Posted]) -> bool:
    """Whether a session ended with its first letter, and others were still to be sent."""
    return bool(left) and len(todo) - len(left) == 1


def _in_session(run: _SendingRun, session: Session, todo: list[Posted]) -> list[Posted]:
    """Send over one connection; returns what is left where that is lost."""
    for number, letter in enumerate(todo):
        if run.stopped() or (number and not _paused(run.mail.pause, run.stopped)):
            return []
        if _dropped(run.desk, letter, run.say):
            continue  # its unit has reported while others were sent
        sent = _one(run.desk, run.mail, session, letter)
        run.counts[sent.end] += 1
        run.say(f"{_ENDS[sent.end]}：{letter.subject} → {'、'.join(letter.recipients)}{_because(sent)}")
        if sent.lost:
            return todo[number + 1 :]
    return []


def _paused(seconds: float, stopped: Callable[[], bool]) -> bool:
    """Wait between two letters; whether to go on. A stop is not waited for."""
    until = time.monotonic() + seconds
    while not stopped():
        left = until - time.monotonic()
        if left <= 0:
            return True
        time.sleep(min(left, 0.5))
    return False


_ENDS = {
    DeliveryEnd.SENT: "已发",
    DeliveryEnd.RETRY: "稍后再发",
    DeliveryEnd.FAILED: "发不出",
    DeliveryEnd.UNCERTAIN: "不确定",
}


def _because(sent: Sent) -> str:
    return "" if sent.end is DeliveryEnd.SENT else f"（{sent.said}）"


def _one(desk: Desk, mail: Mail, session: Session, letter: Posted) -> Sent:
    """One letter: the ledger says *sending* before anything is sent, and *handed* before the final dot."""
    forbidden = _forbidden(desk, letter)
    try:
        message, unread = _message(desk, letter), ""
    except Fault as fault:  # a letter that can't be read now keeps no other
        message, unread = None, str(fault)
    letter = outbox.change(desk, letter, Letter.SENDING, attempts=letter.attempts + 1)
    if unread:
        sent = Sent(DeliveryEnd.RETRY, unread)
        _record(desk, letter, sent)
        return sent
    if message is None or forbidden:
        said = forbidden or "信件文件不在了，或被改动过"
        outbox.change(desk, letter, Letter.FAILED, said=said)
        return Sent(DeliveryEnd.FAILED, said)
    current = letter

    def dot() -> None:
        nonlocal current
        current = outbox.change(desk, current, Letter.HANDED)

    sent = session.send(mail.sender, letter.recipients, letter.copies, message, dot)
    _record(desk, current, sent)
    return sent


def _record(desk: Desk, letter: Posted, sent: Sent) -> Posted:
    state = _STATES[sent.end]
    if state is Letter.RETRY and letter.attempts >= _MOST_ATTEMPTS:
        return outbox.change(
            desk, letter, Letter.FAILED, said=f"试了 {letter.attempts} 次都没有发出；最后一次：{sent.said}"
        )
    more = {"due": _next(letter.attempts)} if state is Letter.RETRY else {}
    more |= {"sent": now()} if state is Letter.SENT else {}
    said = f"{NO_ANSWER}（{sent.said}）" if state is Letter.UNCERTAIN else sent.said
    return outbox.change(desk, letter, state, said=said, **more)


def _next(attempts: int) -> str:
    minutes = _WAITS[min(max(attempts, 1), len(_WAITS)) - 1]
    return (datetime.now().astimezone() + timedelta(minutes=minutes)).isoformat(timespec="seconds")


def _away(run: _SendingRun, todo: list[Posted], said: str) -> str:
    """The server can't be reached: what was due waits, each attempt counted. Returns ``said``."""
    for old in todo:
        letter = letters.letter(run.desk.ledger, old.id)
        if letter is not None and letter.state in (Letter.READY, Letter.RETRY):
            letter = outbox.change(run.desk, letter, Letter.SENDING, attempts=letter.attempts + 1)
            outbox.change(run.desk, letter, Letter.RETRY, said=said, due=_next(letter.attempts))
            run.counts[DeliveryEnd.RETRY] += 1
    return said


def drop_outdated(desk: Desk, say: Say) -> None:
    """Reminders that wait, of units that have reported since: they go nowhere any more.

    Raises:
        Fault: the ledger can't be used.
    """
    for letter in letters.letters(desk.ledger, [Letter.READY, Letter.RETRY]):
        _dropped(desk, letter, say)


def outdated(desk: Desk, letter: Posted) -> str:
    """Why a letter need not go out any more (empty: it must): a reminder, and its unit has reported since."""
    if letter.kind != REMIND:
        return ""
    came = receipts.came_since(desk.ledger, letter.unit, letter.year, letter.made)
    return f"写信以后，{came.at[:10]} 收到了“{came.name}”，不再催" if came else ""


def _dropped(desk: Desk, letter: Posted, say: Say) -> bool:
    """Whether a letter reminds of what has come in since it was written; then it is put away, and that is said."""
    said = outdated(desk, letter)
    if not said:
        return False
    outbox.change(desk, letter, Letter.DROPPED, said=said)
    say(f"已撤下：{letter.subject} → {'、'.join(letter.recipients)}（{said}）")
    return True


def _forbidden(desk: Desk, letter: Posted) -> str:
    """Why a letter must not go out (empty: it may): its addresses, and its workbook, must still be the unit's by the roster."""
    unit = desk.roster.get(letter.unit)
    if unit is None or not _still_theirs(unit, letter):
        return "收件人已不在单位名册里，没有发"
    receipt = receipts.by_number(desk.ledger, letter.receipt) if letter.receipt else None
    return _not_its_own(desk, unit, receipt) if receipt is not None else ""


def _still_theirs(unit: Unit, letter: Posted) -> bool:
    return folded(letter.recipients) <= folded(unit.addresses) and folded(letter.copies) <= folded(unit.copies)


def _not_its_own(desk: Desk, unit: Unit, receipt: Receipt) -> str:
    """Why a workbook is not (or may not be) the unit's by the roster of today, or by what a person said; empty if it is."""
    if (gone := decisions.state(desk.ledger, receipt.id)) is not None:
        return "这份工作簿已由人工改判，没有发" if gone is Decided.ASSIGN else "这份工作簿已由人工作废，没有发"
    report = receipts.report_of(desk.ledger, receipt.id)
    names = report.workbook.names if report else PrintedNames()
    decided = decisions.assigned(desk.ledger, receipt.sha256)
    whose = whose_is(desk, names, receipt.name, receipt.sender, decided)
    if whose.unit is None:
        return f"按现在的名册，认不出这份工作簿是哪个单位的（{whose.how}），没有发。把原件再放进“收件”，会重新认"
    if whose.unit.code != unit.code:
        return (
            f"按现在的名册，这份工作簿是 {whose.unit.code} {whose.unit.name} 的，没有发。把原件再放进“收件”，会重新认"
        )
    return "" if _is_called(unit, names.name) else _renamed(unit, receipt)


def _is_called(unit: Unit, name: str) -> bool:
    return plain(name) in {plain(n) for n in (unit.name, *unit.others)}


def _renamed(unit: Unit, receipt: Receipt) -> str:
    """That a unit's code means another unit now; empty if it does not."""
    if _is_called(unit, receipt.unit_name):
        return ""
    return f"单位代码 {unit.code} 在名册里改成了“{unit.name}”（原来是“{receipt.unit_name}”），没有发"


def _message(desk: Desk, letter: Posted) -> bytes | None:
    """The letter's bytes; None where they are gone or not those that were recorded."""
    path = outbox.find(desk, letter)
    if path is None:
        return None
    try:
        data = path.read_bytes()
    except OSError as error:
        raise Fault(f"读不了信件“{path}”：{reason(error)}") from error
    return data if hashlib.sha256(data).hexdigest() == letter.sha256 else None


def recover(desk: Desk, say: Say) -> None:
    """After a crash: what had not reached the final dot goes back; what had is uncertain. Then the folders are put right.

    Raises:
        Fault: the ledger or a folder can't be used.
    """
    for letter in letters.letters(desk.ledger, [Letter.SENDING, Letter.HANDED]):
        if letter.state == Letter.SENDING:
            outbox.change(desk, letter, Letter.RETRY, said="上次发送中断，还没有交给服务器", due=now())
        else:
            outbox.change(desk, letter, Letter.UNCERTAIN, said=NO_ANSWER)
            say(
                f"不确定：{letter.subject} → {'、'.join(letter.recipients)}。查过对方是否收到后，用 xlcheck send --resolve {letter.id} 处理。"
            )
    for letter in outbox.sent_since(desk):
        outbox.change(desk, letter, Letter.UNCERTAIN, said=SENT_BEFORE)
        say(f"不确定：{letter.subject}。{SENT_BEFORE}，没有再发。")
    for fault in outbox.tidy_up(desk):
        say(f"{fault} 信件的状态以台账为准，不受影响。")


def resolve(desk: Desk, number: str, *, arrived: bool) -> Posted:
    """A person says what became of an uncertain letter (or wants a failed one tried again).

    Raises:
        Usage: no such letter, or nothing to be said about it.
    """
    with desk.alone("send", "另一个 xlcheck 正在发信，请等它结束。"):
        recover(desk, lambda _: None)
        letter = _numbered(desk, number)
        _refuse_settled(letter, arrived=arrived)
        if arrived:
            return outbox.change(desk, letter, Letter.SENT, said="人工确认：对方已收到", sent=now())
        return _again(desk, letter)


def _numbered(desk: Desk, number: str) -> Posted:
    """The one letter whose id begins with ``number``."""
    found = [one for one in letters.letters(desk.ledger) if one.id.startswith(number)] if number else []
    if not found:
        raise Usage(f"没有编号为“{number}”的信件。")
    if len(found) > 1:
        raise Usage(f"编号“{number}”不止一封信，请写全。")
    return found[0]


def _refuse_settled(letter: Posted, *, arrived: bool) -> None:
    """Say so where there is nothing to decide: it has ended; it waits, and nobody can have got it; it was never taken."""
    if arrived and letter.state == Letter.FAILED:
        raise Usage(f"信件 {letter.id[:8]} 没有发出去，不会“已收到”。要再发一次，写 --as 重发。")
    open_states = (Letter.UNCERTAIN,) if arrived else (Letter.UNCERTAIN, Letter.FAILED, Letter.RETRY)
    if letter.state not in open_states:
        state = LETTER_FOLDERS[Letter(letter.state)]
        raise Usage(f"信件 {letter.id[:8]}（{letter.subject}）的状态是“{state}”，不用处理。")


def _anew(desk: Desk, letter: Posted) -> bytes:
    """A letter whose file is gone or was changed, written again from what the ledger knows.

    Raises:
        Usage: the ledger does not know enough.
    """
    receipt = receipts.by_number(desk.ledger, letter.receipt) if letter.receipt else None
    draft = written_anew(desk, receipt) if receipt else None
    if draft is None:
        raise Usage(f"信件文件“{letter.file}”不在了，或被改动过，也没有别的记录可以重写，不能重发。")
    return draft.data


def _again(desk: Desk, letter: Posted) -> Posted:
    """Ready once more: the same letter (and Message-ID), in a new file where the roster now has other addresses.

    Raises:
        Usage: the unit has no address, or the letter's file is gone and nothing to write it from.
    """
    unit = desk.roster.get(letter.unit)
    if unit is None or not unit.addresses:
        raise Usage(f"名册里没有单位 {letter.unit}，或它没有邮箱。补上后再重发。")
    message = _message(desk, letter)
    now_theirs, before = (
        (folded(unit.addresses), folded(unit.copies)),
        (folded(letter.recipients), folded(letter.copies)),
    )
    if message is not None and now_theirs == before:
        return outbox.change(desk, letter, Letter.READY, said=_BY_HAND, attempts=0)
    data = readdressed(message or _anew(desk, letter), unit.addresses, unit.copies)
    return outbox.readdress(
        desk, letter, data, said=_BY_HAND, attempts=0, recipients=unit.addresses, copies=unit.copies
    )
