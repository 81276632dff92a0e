"""Attachments from the mailbox into 收件: each message looked at once, no workbook lost on the way.

Who sent the bytes is in the ledger *before* the file is in the inbox, so that the watcher knows it; that the message is
done is in the ledger *after*. Killed in between, the message comes again: the same bytes under the same name, or, if the
watcher was quicker, the same bytes once more, which get the same answer and no second letter.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path

from xlcheck.delivery.attachments import File, Letter, letter_of
from xlcheck.delivery.desk import Desk
from xlcheck.delivery.imap import MOST_BYTES, Opened, opened
from xlcheck.errors import Usage
from xlcheck.files import write_whole
from xlcheck.ledger import mailbox as seen_mail
from xlcheck.ledger import receipts
from xlcheck.ledger.records import Attachment, Fetched
from xlcheck.ledger.store import now
from xlcheck.office.names import joined, tidy
from xlcheck.office.settings import password

TAKEN, NOTHING, ASIDE = "taken", "nothing", "set_aside"
Say = Callable[[str], None]


def fetch(desk: Desk, say: Say, *, dry: bool = False) -> Counter[str]:
    """Look at every message that has not been looked at; returns how many were taken, set aside, or had nothing.

    ``dry``: only say what would be done.

    Raises:
        Usage: no mailbox at this desk, no password, or the server wants something mended.
        Fault: another process is fetching; server, ledger or a folder can't be used. What was taken stays taken.
    """
    mailbox = desk.settings.mailbox
    if mailbox is None:
        raise Usage("xlcheck.yaml 里没有写“收信”，不能取信。")
    counts: Counter[str] = Counter()
    with (
        desk.alone("fetch", "另一个 xlcheck 正在取信，请等它结束。"),
        opened(mailbox, password(mailbox, "收信服务器")) as box,
    ):
        validity = box.validity
        known = seen_mail.seen(desk.ledger, box.name, validity)
        for uid in box.uids(date.fromisoformat(now()[:10])):
            if uid not in known:
                counts[_message(desk, box, validity, uid, say, dry)] += 1
    return counts


def _message(desk: Desk, box: Opened, validity: int, uid: int, say: Say, dry: bool) -> str:
    raw = box.fetch(uid)
    if raw.data is None:
        letter = Letter("", f"第 {uid} 封信", ())
        verdict, said = ASIDE, f"有 {raw.size / 1e6:.0f} MB，超过 {MOST_BYTES / 1e6:.0f} MB，没有取，请自己下载"
        if not dry:
            _aside(desk, letter, uid, said)
    else:
        letter = letter_of(raw.data)
        verdict, said = _taken(desk, letter, uid, dry)
    if verdict is not NOTHING:
        say(f"{letter.sender or '（没有发件人）'}：{letter.subject}。{said}。")
    if not dry:
        with desk.ledger.transaction() as change:
            seen_mail.look(change, Fetched(box.name, validity, uid, now(), letter.sender, letter.subject, verdict))
    return verdict


def _taken(desk: Desk, letter: Letter, uid: int, dry: bool) -> tuple[str, str]:
    """Put the workbooks of a message where they belong; returns the verdict and what to say."""
    workbooks = [f for f in letter.files if f.taken]
    packed = [f for f in letter.files if f.packed and not f.taken]
    if not (workbooks or packed):
        return NOTHING, ""
    units = desk.roster.of_address(letter.sender)
    names = "、".join(f.name for f in (*workbooks, *packed))
    if not units:
        said = f"发件人不在单位名册里，附件放在“无法识别/邮件”：{names}"
        todo = "确认是哪个单位发来的：把这个邮箱补进名册，再把附件放进“收件”。"
        return _set_aside(desk, letter, uid, said, todo, dry)
    if not dry:
        _into_inbox(desk, workbooks, letter.sender, units[0].code if len(units) == 1 else "", uid)
    if packed:
        said = f"有打不开的附件（{'、'.join(f.name for f in packed)}），放在“无法识别/邮件”"
        todo = "请解开后把工作簿放进“收件”，或请单位改用 .zip 或直接发工作簿。"
        return _set_aside(desk, letter._replace(files=tuple(packed)), uid, said, todo, dry)
    return TAKEN, f"取来 {names}"


def _into_inbox(desk: Desk, workbooks: list[File], sender: str, unit: str, uid: int) -> None:
    at = now()
    bound = [Attachment(hashlib.sha256(f.data).hexdigest(), sender, unit, f.name, at) for f in workbooks]
    with desk.ledger.transaction() as change:
        receipts.bind(change, bound)
    for path, file in _placed(desk.folders.inbox, f"邮件{uid}", workbooks):
        write_whole(path, file.data)


def _placed(folder: Path, lead: str, files: list[File] | tuple[File, ...]) -> list[tuple[Path, File]]:
    """A place for each file; the same message gives the same places."""
    found: dict[str, File] = {}
    for number, file in enumerate(files):
        base = file.name.replace("\\", "/").rsplit("/", 1)[-1]
        name = joined([lead, base]) if lead else tidy(base)
        found[name if name not in found else joined([lead, f"{number}", base])] = file
    return [(folder / name, file) for name, file in found.items()]


def _set_aside(desk: Desk, letter: Letter, uid: int, said: str, todo: str, dry: bool) -> tuple[str, str]:
    if not dry:
        _aside(desk, letter, uid, f"{said}\n{todo}")
    return ASIDE, said


def _aside(desk: Desk, letter: Letter, uid: int, said: str) -> None:
    folder = desk.folders.unknown / "邮件" / joined([f"邮件{uid}", letter.sender or "没有发件人"])
    kept = [f for f in letter.files if f.taken or f.packed]
    for path, file in _placed(folder, "", kept):
        write_whole(path, file.data)
    text = f"发件人：{letter.sender or '（没有）'}\n主题：{letter.subject}\n取信时间：{now()}\n{said}\n"
    write_whole(folder / "原因.txt", text.replace("\n", "\r\n").encode("utf-8-sig", "replace"))
