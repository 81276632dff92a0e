"""Attachments from the mailbox into 收件: each message looked at once, no workbook lost on the way.

Who sent the bytes is in the ledger *before* the file is in the inbox, so that the watcher knows it; that the message is
done is in the ledger *after*. Messages are taken apart in a process with limits: one that can't be keeps no other. Killed in between, the message comes again: the same bytes under the same name, or, if the
watcher was quicker, the same bytes once more, which get the same answer and no second letter.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from xlcheck.delivery.attachments import File, MailWithFiles, letter_of
from xlcheck.delivery.desk import Desk
from xlcheck.delivery.imap import MOST_BYTES, OpenMailbox, Raw, Undelivered, opened
from xlcheck.delivery.leftovers import passed_over
from xlcheck.delivery.together import PACKED, Member, packed
from xlcheck.errors import Fault, Usage
from xlcheck.files import write_whole
from xlcheck.ledger import mailbox as seen_mail
from xlcheck.ledger import receipts
from xlcheck.ledger.records import Attachment, Fetched
from xlcheck.ledger.store import now
from xlcheck.office.names import joined, mail_lead, tidy
from xlcheck.office.settings import password
from xlcheck.workers import Limits, Lost, Workers

TAKEN, NOTHING, ASIDE = "taken", "nothing", "set_aside"
_LIMITS = Limits(seconds=60, megabytes=2_000)  # of one message of MOST_BYTES, which becomes text and then bytes again
_KEPT = "原信放在“无法识别/邮件”，请用邮件程序打开看"
_LOST = {"time": "用时太长", "memory": "要用的内存太多"}
Say = Callable[[str], None]


def fetch(desk: Desk, say: Say, *, dry: bool = False) -> Counter[str]:
    """Look at every message that has not been looked at; returns how many were taken, set aside, or had nothing.

    ``dry``: only say what would be done.

    Raises:
        Usage: no mailbox at this desk, no password, or the server wants something mended.
        Fault: another process is fetching; server, ledger or a folder can't be used; the server would not give one of the
            messages. What was taken stays taken.
    """
    mailbox = desk.settings.mailbox
    if mailbox is None:
        raise Usage("xlcheck.yaml 里没有写“收信”，不能取信。")
    counts: Counter[str] = Counter()
    with (
        desk.alone("fetch", "另一个 xlcheck 正在取信，请等它结束。"),
        opened(mailbox, password(mailbox, "收信服务器")) as box,
    ):
        visit = Visit(desk, box, box.validity, dry)
        known = seen_mail.seen(desk.ledger, box.name, visit.validity)
        missed: Fault | None = None
        for uid in box.uids(date.fromisoformat(now()[:10]), max(known, default=0)):
            if uid in known:
                continue
            try:
                counts[_message(visit, uid, say)] += 1
            except Undelivered as fault:  # the server keeps this one for itself; the others need not wait for it
                missed = fault
                say(str(fault))
        if missed is not None:
            raise missed
    return counts


class Visit(NamedTuple):
    """One look into a mailbox. ``dry``: nothing is taken and nothing remembered."""

    desk: Desk
    box: OpenMailbox
    validity: int
    dry: bool

    def name(self, uid: int) -> str:
        """What is written before the names of a message's files."""
        return mail_lead(f"{self.box.name} {self.validity}", uid)


class Handling(NamedTuple):
    """What became of a message: taken, nothing, or set aside; and what to say of it."""

    verdict: str
    said: str


def _message(visit: Visit, uid: int, say: Say) -> str:
    raw = visit.box.fetch(uid)
    letter, odd = _letter(raw, uid)
    digest = hashlib.sha256(raw.data).hexdigest() if raw.data is not None else ""
    if digest and seen_mail.known(visit.desk.ledger, visit.box.name, visit.validity, digest):
        handling = Handling(NOTHING, "")
    else:
        handling = _unreadable(visit, letter, uid, odd, raw) if odd else _taken(visit, letter, uid)
    if handling.verdict is not NOTHING:
        say(f"{letter.sender or '（没有发件人）'}：{letter.subject}。{handling.said}。")
    if not visit.dry:
        seen = Fetched(
            mailbox=visit.box.name, validity=visit.validity, uid=uid, at=now(), sender=letter.sender,
            subject=letter.subject, verdict=handling.verdict, digest=digest,
        )  # fmt: skip
        with visit.desk.ledger.transaction() as change:
            seen_mail.look(change, seen)
    return handling.verdict


def _unreadable(visit: Visit, letter: MailWithFiles, uid: int, why: str, raw: Raw) -> Handling:
    if not visit.dry:
        _aside(visit, letter, uid, why, raw.data)
    return Handling(ASIDE, why)


def _letter(raw: Raw, uid: int) -> tuple[MailWithFiles, str]:
    """A message, and why it can't be looked into (empty: it can)."""
    nothing = MailWithFiles("", f"第 {uid} 封信", ())
    if raw.data is None:
        return nothing, f"有 {raw.size / 1e6:.0f} MB，超过 {MOST_BYTES / 1e6:.0f} MB，没有取，请自己下载"
    try:
        letter = next(Workers(letter_of, 1, _LIMITS).run([raw.data]))
    except Exception as error:  # noqa: BLE001 - anybody may write anything; no message may keep those after it
        return nothing, f"信件的格式有误，读不了（{type(error).__name__}），{_KEPT}"
    if isinstance(letter, Lost):
        return nothing, f"信件读不完（{_LOST.get(letter.why, '程序中断')}），{_KEPT}"
    return letter, ""


def _taken(visit: Visit, letter: MailWithFiles, uid: int) -> Handling:
    """Put the workbooks of a message where they belong."""
    workbooks, packed = [*letter.workbooks, *letter.documents], letter.packed
    if not (workbooks or packed):
        return Handling(NOTHING, "")
    units = visit.desk.roster.of_address(letter.sender)
    names = _names((*workbooks, *packed))
    if not units and visit.desk.roster:  # where there is none yet, everybody is who their sheets say they are
        said = f"发件人不在单位名册里，附件放在“无法识别/邮件”：{names}"
        todo = "确认是哪个单位发来的：把这个邮箱补进名册，再把附件放进“收件”。"
        return _set_aside(visit, letter, uid, said, todo)
    if not visit.dry:
        _into_inbox(visit, workbooks, letter.sender, units[0].code if len(units) == 1 else "", uid)
    return _packed_aside(visit, letter, uid) if packed else Handling(TAKEN, f"取来 {names}")


def _packed_aside(visit: Visit, letter: MailWithFiles, uid: int) -> Handling:
    """What may hold workbooks and can't be opened here, for a person."""
    packed = letter.packed
    said = f"有打不开的附件（{_names(packed)}），放在“无法识别/邮件”"
    todo = "请解开后把工作簿放进“收件”，或请单位改用 .zip 或直接发工作簿。"
    return _set_aside(visit, letter._replace(files=tuple(packed)), uid, said, todo)


def _names(files: Iterable[File]) -> str:
    return "、".join(f.name for f in files)


def _into_inbox(visit: Visit, files: list[File], sender: str, unit: str, uid: int) -> None:
    at, whole = now(), _as_sent(files)
    bound = [
        Attachment(sha256=hashlib.sha256(f.data).hexdigest(), sender=sender, unit=unit, name=f.name, at=at)
        for f in dict.fromkeys((*files, *whole))
    ]
    with visit.desk.ledger.transaction() as change:
        receipts.bind(change, bound)
    for path, file in _placed(visit.desk.folders.inbox, visit.name(uid), whole):
        write_whole(path, file.data)


def _as_sent(files: list[File]) -> list[File]:
    """What came in one mail as it goes into the inbox: workbooks and their documents are one submission, so one file."""
    books = [f for f in files if not f.document and not f.archive]
    papers = [f for f in files if f.document]
    if not (books and papers):
        return files
    members = [Member(path.name, f.data) for path, f in _placed(Path(), "", [*books, *papers])]
    members = [m._replace(name=f"附件_{m.name}") if passed_over(m.name) else m for m in members]
    one = File(f"{PurePosixPath(members[0].name).stem}{PACKED}", packed(members))
    return [one, *(f for f in files if f.archive)]


def _placed(folder: Path, lead: str, files: list[File] | tuple[File, ...]) -> list[tuple[Path, File]]:
    """A place for each file; the same message gives the same places."""
    found: dict[str, File] = {}
    taken: set[str] = set()
    for number, file in enumerate(files):
        base = file.name.replace("\\", "/").rsplit("/", 1)[-1]
        name = joined([lead, base]) if lead else tidy(base)
        name += ".xlsx" if passed_over(name) else ""  # what its bytes say it is, the watcher must not leave lying
        while _same(name) in taken:
            name = joined([lead, f"{number}", name.removeprefix(f"{lead}_")])
        taken.add(_same(name))
        found[name] = file
    return [(folder / name, file) for name, file in found.items()]


def _same(name: str) -> str:
    """What two names have in common that some file systems take for one."""
    return unicodedata.normalize("NFC", name).casefold()


def _set_aside(visit: Visit, letter: MailWithFiles, uid: int, said: str, todo: str) -> Handling:
    if not visit.dry:
        _aside(visit, letter, uid, f"{said}\n{todo}")
    return Handling(ASIDE, said)


def _aside(visit: Visit, letter: MailWithFiles, uid: int, said: str, raw: bytes | None = None) -> None:
    folder = visit.desk.folders.unknown / "邮件" / joined([visit.name(uid), letter.sender or "没有发件人"])
    if raw is not None:
        write_whole(folder / "原信.eml", raw)
    for path, file in _placed(folder, "", letter.kept):
        write_whole(path, file.data)
    text = f"发件人：{letter.sender or '（没有）'}\n主题：{letter.subject}\n取信时间：{now()}\n{said}\n"
    write_whole(folder / "原因.txt", text.replace("\n", "\r\n").encode("utf-8-sig", "replace"))
