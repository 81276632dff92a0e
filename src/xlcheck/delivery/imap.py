"""A mailbox that units write to, looked at without changing anything in it. The only door for imap-tools.

The folder is opened read-only (EXAMINE) and messages are fetched with BODY.PEEK: nothing is marked as seen, nothing is
deleted. What has been taken, the ledger remembers by UIDVALIDITY and UID (RFC 3501 §2.3.1.1).
"""

from __future__ import annotations

import contextlib
import imaplib
import re
import ssl
from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from imap_tools import AND, BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted, U
from imap_tools.errors import ImapToolsError, MailboxFolderSelectError, MailboxLoginError, MailboxStarttlsError

from xlcheck.delivery.smtp import reason
from xlcheck.errors import Fault, Usage
from xlcheck.office.settings import Mailbox

_PORTS = {"SSL": 993, "STARTTLS": 143, "不加密": 143}
_LOCAL = {"localhost", "127.0.0.1", "::1"}
_VALIDITY = re.compile(rb"\d+")
_FAILURES = (OSError, imaplib.IMAP4.error, ImapToolsError)
MOST_BYTES = 60_000_000


class Raw(NamedTuple):
    """A message as the server has it; ``data`` is None where it is larger than we take (``size`` in bytes)."""

    uid: int
    size: int
    data: bytes | None


class Undelivered(Fault):
    """One message that the server does not give."""


class OpenMailbox:
    """A folder of a mailbox, open for looking."""

    def __init__(self, box: BaseMailBox, mailbox: Mailbox) -> None:
        self._box = box
        self._mailbox = mailbox

    @property
    def name(self) -> str:
        """How the ledger calls this folder."""
        return f"{self._mailbox.user}@{self._mailbox.host}/{self._mailbox.folder}"

    @property
    def validity(self) -> int:
        """The UIDVALIDITY: UIDs of another one are other messages."""
        with self._said():
            status = self._box.folder.status(self._mailbox.folder, ("UIDVALIDITY",))
        return int(status["UIDVALIDITY"])

    def uids(self, today: date, last: int) -> list[int]:
        """UIDs of the messages of the last days that are set and of all that came after ``last``, oldest first.

        Raises:
            Fault: the server does not answer.
        """
        since = today - timedelta(days=self._mailbox.days)
        with self._said():
            found = {int(u) for u in self._box.uids(AND(date_gte=since))}
            if last:  # nobody may have looked for longer than that
                found |= {int(u) for u in self._box.uids(AND(uid=U(str(last + 1), "*"))) if int(u) > last}
        return sorted(found)

    def fetch(self, uid: int) -> Raw:
        """One message, unseen as it was.

        Raises:
            Undelivered: the server would not give it, or it is gone.
            Fault: the server does not answer.
        """
        with self._said():
            size = self._size(uid)
            if size > MOST_BYTES:
                return Raw(uid, size, None)
            status, answer = self._box.client.uid("fetch", str(uid), "(BODY.PEEK[])")
        data = next((part[1] for part in answer if isinstance(part, tuple)), None)
        if status != "OK" or data is None:
            raise Undelivered(f"收信服务器 {self._mailbox.host}：第 {uid} 封信取不出来，下次再取。")
        return Raw(uid, size, bytes(data))

    def _size(self, uid: int) -> int:
        _, answer = self._box.client.uid("fetch", str(uid), "(RFC822.SIZE)")
        found = re.search(rb"RFC822\.SIZE (\d+)", b" ".join(p if isinstance(p, bytes) else p[0] for p in answer if p))
        return int(found[1]) if found else 0

    @contextlib.contextmanager
    def _said(self) -> Iterator[None]:
        try:
            yield
        except _FAILURES as error:
            raise Fault(f"收信服务器 {self._mailbox.host}：{_words(error)}。已取的不会丢，下次接着取。") from error


@contextlib.contextmanager
def opened(mailbox: Mailbox, password: str) -> Iterator[OpenMailbox]:
    """The folder that is set, open for looking.

    Raises:
        Usage: the server will not have us until a person mends something (password, folder, encryption, certificate).
        Fault: it can't be reached now.
    """
    port = mailbox.port or _PORTS[mailbox.security]
    where = f"{mailbox.host}:{port}"
    if mailbox.security == "不加密" and mailbox.host not in _LOCAL:
        raise Usage(f"收信服务器 {where} 没有加密，不能把密码交给它。请把“加密”改为 SSL 或 STARTTLS。")
    box: BaseMailBox | None = None
    try:
        box = _connected(mailbox, port)
        box.login(mailbox.user, password, initial_folder=None)
        _introduce(box)
        box.folder.set(mailbox.folder, readonly=True)
    except _FAILURES as error:
        _close(box)
        raise _unopened(mailbox, where, error) from error
    try:
        yield OpenMailbox(box, mailbox)
    finally:
        _close(box)


def _unopened(mailbox: Mailbox, where: str, error: Exception) -> Usage | Fault:
    """Why the folder is not open: what a person has to mend, or what may be better later."""
    match error:
        case MailboxLoginError():
            said = f"不接受账号或密码：{_words(error)}。QQ、163 邮箱要先开通 IMAP，用授权码。"
        case MailboxFolderSelectError():
            said = f"上没有邮箱文件夹“{mailbox.folder}”。请改“邮箱文件夹”。"
        case MailboxStarttlsError():
            said = "不支持 STARTTLS。请改“加密”和“端口”。"
        case ssl.SSLCertVerificationError():
            said = f"的证书不可信（{error.verify_message}）。是单位自建的证书，请写“证书文件”。"
        case _:
            return Fault(f"连不上收信服务器 {where}：{_words(error)}")
    return Usage(f"收信服务器 {where} {said}")


def _connected(mailbox: Mailbox, port: int) -> BaseMailBox:
    context = ssl.create_default_context(cafile=mailbox.certificates or None)
    if mailbox.security == "SSL":
        return MailBox(mailbox.host, port, timeout=mailbox.seconds, ssl_context=context)
    if mailbox.security == "STARTTLS":
        return MailBoxStartTls(mailbox.host, port, timeout=mailbox.seconds, ssl_context=context)
    return MailBoxUnencrypted(mailbox.host, port, timeout=mailbox.seconds)


def _introduce(box: BaseMailBox) -> None:
    """Say who we are (RFC 2971): 163 and 126 call a log-in without that unsafe. Servers that don't know it say so."""
    with contextlib.suppress(imaplib.IMAP4.error):
        box.client.xatom("ID", '("name" "xlcheck" "vendor" "xlcheck")')


def _close(box: BaseMailBox | None) -> None:
    if box is not None:
        with contextlib.suppress(*_FAILURES):
            box.client.shutdown()


def _words(error: Exception) -> str:
    """What went wrong, in Chinese where it is a common thing."""
    if isinstance(error, OSError):
        return reason(error)
    text = str(error)
    if "timed out" in text:
        return "服务器没有答复（超时）"
    if isinstance(error, imaplib.IMAP4.abort):
        return "连接断开了"
    return text[:300]
