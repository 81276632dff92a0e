"""One letter to a mail server, in steps that can be told apart. The only door for smtplib.

RFC 5321 §4.5.3.2.6 and §6.1: until the final dot nothing has been sent; with the server's answer to it, the server has
taken (or refused) the letter; in between nobody knows. So the caller is told right before the dot goes out, and what
fails after that is *uncertain*, never tried again by a machine.
"""

from __future__ import annotations

import contextlib
import smtplib
import socket
import ssl
from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

from xlcheck.errors import Fault, Usage
from xlcheck.office.settings import Server

_PORTS = {"SSL": 465, "STARTTLS": 587, "不加密": 25}
_LOCAL = {"localhost", "127.0.0.1", "::1"}
_CLOSING = 421


class Away(Fault):
    """The server can't be reached now, or breaks off again and again."""


class DeliveryEnd(StrEnum):
    """How the attempt to send a letter ended."""

    SENT = "sent"
    RETRY = "retry"  # certainly not taken; later
    FAILED = "failed"  # certainly not taken, and never will be
    UNCERTAIN = "uncertain"


class Sent(NamedTuple):
    """The end of an attempt, and the server's words (or what happened). ``lost``: the connection is of no more use."""

    end: DeliveryEnd
    said: str
    lost: bool = False


class _Refused(Exception):
    """An answer of the server that is not the one hoped for."""

    def __init__(self, code: int, said: bytes, verb: str) -> None:
        super().__init__(code, said, verb)
        self.code = code
        self.said = f"{verb}：{code} {said.decode('utf-8', 'replace')[:300]}"

    @property
    def sent(self) -> Sent:
        """4xx may be mended by waiting; 5xx will not. After an answer that fits nothing the session is out of step."""
        refused = 400 <= self.code < 600
        return Sent(
            DeliveryEnd.FAILED if 500 <= self.code < 600 else DeliveryEnd.RETRY,
            self.said,
            not refused or self.code == _CLOSING,
        )


class Session:
    """A connection to a mail server, logged in."""

    def __init__(self, client: smtplib.SMTP) -> None:
        self._client = client

    def send(self, sender: str, recipients: Sequence[str], copies: Sequence[str], message: bytes, dot: Callable[[], None]) -> Sent:  # fmt: skip
        """Hand over one letter (``message`` with CRLF line ends). ``dot`` is called right before the final dot.

        All recipients get it or none does; a copy that the server refuses for good is left out, and said.
        What ``dot`` raises is raised, and the letter has not been sent.
        """
        handed = False
        try:
            said = self._envelope(sender, recipients, copies)
            self._expect("DATA", self._client.docmd("data"), 354)
            self._client.send(_stuffed(message))
            self._before_dot(dot)
            handed = True
            self._client.send(b".\r\n")
            code, words = self._client.getreply()
        except _Refused as error:
            self._reset()
            return error.sent
        except (OSError, smtplib.SMTPException, ValueError) as error:
            return Sent(DeliveryEnd.UNCERTAIN if handed else DeliveryEnd.RETRY, reason(error), lost=True)
        return _end_of(code, words, said)

    def _before_dot(self, dot: Callable[[], None]) -> None:
        """Tell the caller; where that fails the connection is cut, so that no dot can follow."""
        try:
            dot()
        except BaseException:
            self._client.close()
            raise

    def _envelope(self, sender: str, recipients: Sequence[str], copies: Sequence[str]) -> str:
        self._expect("MAIL FROM", self._client.mail(sender), 250)
        for address in recipients:
            self._expect(f"收件人 {address}", self._client.rcpt(address), 250, 251)
        left_out = []
        for address in copies:
            code, words = self._client.rcpt(address)
            if code >= 500:
                left_out.append(f"{address}（{code} {words.decode('utf-8', 'replace')[:80]}）")
            else:
                self._expect(f"抄送 {address}", (code, words), 250, 251)
        return f"；抄送没有送到：{'、'.join(left_out)}" if left_out else ""

    def _expect(self, verb: str, answer: tuple[int, bytes], *codes: int) -> None:
        if answer[0] not in codes:
            raise _Refused(*answer, verb)

    def _reset(self) -> None:
        with contextlib.suppress(OSError, smtplib.SMTPException):
            self._client.rset()

    def close(self) -> None:
        """Say goodbye; whatever the server makes of that, the letters are sent."""
        try:
            self._client.quit()
        except (OSError, smtplib.SMTPException):
            self._client.close()


def _end_of(code: int, words: bytes, said: str) -> Sent:
    """What the server's answer to the final dot means; ``said`` is what there is to say besides of one that was sent."""
    if code == -1:
        return Sent(DeliveryEnd.UNCERTAIN, "服务器没有答复就断开了", lost=True)
    answer = f"{code} {words.decode('utf-8', 'replace')[:200]}"
    match code // 100:
        case 2:
            return Sent(DeliveryEnd.SENT, f"{answer}{said}")
        case 4 | 5:
            return _Refused(code, words, "信件内容").sent
    return Sent(DeliveryEnd.UNCERTAIN, f"服务器的答复看不懂：{answer}", lost=True)


@contextlib.contextmanager
def connected(server: Server, password: str) -> Iterator[Session]:
    """A session with a server: encrypted as set, logged in where there is an account.

    Raises:
        Usage: the server will not have us until a person mends something (password, encryption, certificate).
        Away: it can't be reached now.
    """
    session = Session(_open(server, password))
    try:
        yield session
    finally:
        session.close()


def _open(server: Server, password: str) -> smtplib.SMTP:
    port = server.port or _PORTS[server.security]
    where = f"{server.host}:{port}"
    if _gives_away(server):
        raise Usage(f"发信服务器 {where} 没有加密，不能把密码交给它。请把“加密”改为 SSL 或 STARTTLS。")
    client: smtplib.SMTP | None = None
    try:
        client = _client(server, port)
        if server.user:
            client.login(server.user, password)
    except (OSError, smtplib.SMTPException, ValueError) as error:
        _close(client)
        raise _unopened(server, where, error) from error
    return client


def _gives_away(server: Server) -> bool:
    """Whether a password would go over a network as it is."""
    return server.security == "不加密" and bool(server.user) and server.host not in _LOCAL


def _unopened(server: Server, where: str, error: Exception) -> Usage | Away:
    """Why there is no session: what a person has to mend, or what may be better later."""
    match error:
        case smtplib.SMTPAuthenticationError() if 400 <= error.smtp_code < 500:
            return Away(f"发信服务器 {where} 暂时不能登录：{_words(error)}")
        case smtplib.SMTPAuthenticationError():
            return Usage(f"发信服务器 {where} 不接受账号或密码：{_words(error)}。QQ、163 邮箱要用授权码。")
        case smtplib.SMTPNotSupportedError():
            return Usage(
                f"发信服务器 {where} 不支持“加密: {server.security}”或登录（{error}）。请改 xlcheck.yaml 里的“加密”和“端口”。"
            )
        case ssl.SSLCertVerificationError():
            return Usage(
                f"发信服务器 {where} 的证书不可信（{error.verify_message}）。是单位自建的证书，请在 xlcheck.yaml 里写“证书文件”。"
            )
    return Away(f"连不上发信服务器 {where}：{reason(error)}")


def _client(server: Server, port: int) -> smtplib.SMTP:
    context = ssl.create_default_context(cafile=server.certificates or None)
    name = _own_name()
    if server.security == "SSL":
        client: smtplib.SMTP = smtplib.SMTP_SSL(server.host, port, name, timeout=server.seconds, context=context)
    else:
        client = smtplib.SMTP(server.host, port, name, timeout=server.seconds)
    try:
        client.ehlo_or_helo_if_needed()
        if server.security == "STARTTLS":
            client.starttls(context=context)
            client.ehlo()
    except BaseException:
        _close(client)
        raise
    return client


def _own_name() -> str:
    """What we call ourselves: ASCII, and never a look-up that hangs."""
    name = socket.gethostname()
    return name if name.isascii() and name else "localhost"


def _close(client: smtplib.SMTP | None) -> None:
    if client is not None:
        client.close()


def _stuffed(message: bytes) -> bytes:
    """The message with dots doubled (RFC 5321 §4.5.2), ended by CRLF, without the final dot."""
    lines = message.split(b"\r\n")
    whole = b"\r\n".join(b"." + line if line.startswith(b".") else line for line in lines)
    return whole if whole.endswith(b"\r\n") else whole + b"\r\n"


def _words(error: smtplib.SMTPResponseException) -> str:
    text = error.smtp_error
    return f"{error.smtp_code} {text.decode('utf-8', 'replace') if isinstance(text, bytes) else text}"[:300]


def reason(error: Exception) -> str:
    """Why a connection failed, in Chinese where the reason is a common one."""
    if isinstance(error, smtplib.SMTPResponseException):
        return _words(error)
    if isinstance(error, ssl.SSLError):
        return f"加密连接失败（{error.reason or error}；检查“加密”和“端口”是否相配）"
    return next((words for kind, words in _COMMON.items() if isinstance(error, kind)), str(error))


# the first that fits: a refused connection is a ConnectionError as well
_COMMON: Mapping[type[Exception], str] = {
    smtplib.SMTPServerDisconnected: "服务器断开了连接",
    TimeoutError: "服务器没有答复（超时）",
    socket.gaierror: "找不到这个服务器名（检查网络和“服务器”写得对不对）",
    ConnectionRefusedError: "服务器拒绝连接（检查“端口”）",
    ConnectionError: "连接断开了",
}
