"""A letter as bytes: text and HTML, and a workbook under a Chinese name that every mail program shows.

Names of attachments are given three ways: RFC 2231 (``filename*``; Thunderbird, Outlook, Apple Mail), and RFC 2047 words in
``filename`` and in ``name`` of the content type, which is against the letter of RFC 2047 §5 and what QQ, 163 and
Foxmail read. Equal inputs give equal bytes.
"""

from __future__ import annotations

import base64
import hashlib
import re
from datetime import datetime
from email.header import Header
from email.message import Message
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import compat32
from email.utils import format_datetime, formataddr
from typing import NamedTuple
from urllib.parse import quote

_SPACE = re.compile(r"[\x00-\x20\x7f-\xa0\u2028\u2029]+")
_WORD = 45  # bytes of UTF-8 in one encoded word: 60 characters of base64, below the 75 of RFC 2047 §2
_TYPES = {
    ".xlsx": "vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".xlsm": "vnd.ms-excel.sheet.macroEnabled.12",
    ".docx": "vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".zip": "zip",
}


class Attached(NamedTuple):
    """A file that goes with a letter."""

    name: str
    data: bytes


class Content(NamedTuple):
    """What a letter says. ``at`` is an ISO 8601 time; ``answers`` the Message-ID it replies to (empty: none)."""

    sender: tuple[str, str]
    recipients: tuple[str, ...]
    copies: tuple[str, ...]
    reply_to: str
    subject: str
    message_id: str
    answers: str
    at: str
    text: str
    html: str
    attached: Attached | None


def message_bytes(content: Content) -> bytes:
    """The whole message, lines ended by CRLF."""
    whole = MIMEMultipart("mixed", boundary=_boundary(content.message_id, "mixed"))
    _headers(whole, content)
    both = MIMEMultipart("alternative", boundary=_boundary(content.message_id, "alternative"))
    both.attach(MIMEText(_lines(content.text), "plain", "utf-8"))
    both.attach(MIMEText(_lines(content.html), "html", "utf-8"))
    whole.attach(both)
    if content.attached is not None:
        whole.attach(_attachment(content.attached))
    return whole.as_bytes(policy=compat32.clone(linesep="\r\n", max_line_length=None))


def readdressed(message: bytes, recipients: tuple[str, ...], copies: tuple[str, ...]) -> bytes:
    """A message of :func:`message_bytes` to other addresses."""
    head, end, body = message.partition(b"\r\n\r\n")
    lines = [x for x in head.split(b"\r\n") if not x.startswith(b"Cc: ")]
    at = next(i for i, x in enumerate(lines) if x.startswith(b"To: "))
    lines[at] = f"To: {', '.join(recipients)}".encode()
    if copies:
        lines.insert(at + 1, f"Cc: {', '.join(copies)}".encode())
    return b"\r\n".join(lines) + end + body


def _headers(message: Message, content: Content) -> None:
    message["From"] = formataddr((_encoded(content.sender[0]), content.sender[1]))
    message["To"] = ", ".join(content.recipients)
    if content.copies:
        message["Cc"] = ", ".join(content.copies)
    if content.reply_to:
        message["Reply-To"] = content.reply_to
    message["Subject"] = Header(one_line(content.subject), "utf-8", header_name="Subject").encode()
    message["Date"] = format_datetime(datetime.fromisoformat(content.at))
    message["Message-ID"] = content.message_id
    if content.answers:
        message["In-Reply-To"] = content.answers
        message["References"] = content.answers
    message["Auto-Submitted"] = "auto-generated"


def one_line(text: str) -> str:
    """A text that fits a header: no line ends, no control characters."""
    return _SPACE.sub(" ", text).strip()


def _lines(text: str) -> str:
    """Lines ended as text on the wire is (RFC 2046 §4.1.1)."""
    return "\r\n".join(text.splitlines()) + "\r\n"


def _encoded(name: str) -> str:
    return str(Header(one_line(name), "utf-8")) if not name.isascii() else one_line(name)


def _boundary(message_id: str, part: str) -> str:
    return f"=_{hashlib.sha256(f'{message_id} {part}'.encode()).hexdigest()[:32]}"


def _attachment(attached: Attached) -> Message:
    ending = attached.name[attached.name.rfind(".") :].lower()
    part = MIMEBase("application", _TYPES.get(ending, "octet-stream"))
    part.set_payload(base64.encodebytes(attached.data).decode("ascii"))
    part["Content-Transfer-Encoding"] = "base64"
    words = _words(attached.name)
    part.replace_header("Content-Type", f'{part.get_content_type()};\r\n name="{words}"')
    extended = quote(attached.name, safe="!#$&+-.^_`|~", encoding="utf-8")
    part["Content-Disposition"] = f'attachment;\r\n filename="{words}";\r\n{_continued(extended)}'
    return part


def _words(name: str) -> str:
    """A name as RFC 2047 words; plain ASCII stays as it is."""
    if name.isascii():
        return name.replace("\\", "_").replace('"', "_")
    words, part = [], ""
    for character in name:
        if len((part + character).encode()) > _WORD:
            words.append(part)
            part = ""
        part += character
    words.append(part)
    return "\r\n ".join(f"=?UTF-8?B?{base64.b64encode(w.encode()).decode()}?=" for w in words)


def _continued(extended: str) -> str:
    """``filename*`` in one piece, or in numbered pieces where it is long (RFC 2231 §3, §4.1)."""
    if len(extended) <= 900:
        return f" filename*=UTF-8''{extended}"
    pieces = re.findall(r"(?:%..|[^%]){1,20}", extended)
    first = ["UTF-8''"] + [""] * len(pieces)
    return ";\r\n".join(f" filename*{i}*={first[i]}{p}" for i, p in enumerate(pieces))
