"""A message as bytes → who sent it, and the files in it, under the names that people gave them.

Anybody may write anything. The library takes some headers apart in time that grows with the square of their length
(parameters in quotes), so headers are cut *before* they are taken apart, each and all of a message together.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.policy import Compat32
from email.utils import collapse_rfc2231_value, getaddresses
from pathlib import PurePosixPath
from typing import Any, NamedTuple

from xlcheck.documents.endings import called_document
from xlcheck.pairing import says_what
from xlcheck.reading.formats import ARCHIVE_ENDINGS, MAILED_ENDINGS, TOLD_BY_CONTENT
from xlcheck.reading.sniff import HEAD, kind_of

_PACKED = {".rar", ".7z", ".tar", ".gz", ".tgz"}
LONGEST_HEADER = 8_000  # characters: the longest name of a file, written in three ways, takes half of that
MOST_HEADERS = 2_000_000  # characters, in a whole message


class _CutHeaders(Compat32):
    """Headers as they come, but none longer than :data:`LONGEST_HEADER`; ``room`` is what is left for all of a message."""

    room: Any = None

    def __init__(self, **fields: Any) -> None:
        super().__init__(**fields)

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        """The name and the value of a header."""
        name, value = super().header_source_parse(sourcelines)
        name, value = name[:LONGEST_HEADER], value[: min(LONGEST_HEADER, self.room.left)]
        self.room.left -= min(self.room.left, len(name) + len(value))
        return name, value


@dataclass
class _Room:
    """How many characters of headers may still come."""

    left: int = MOST_HEADERS


class File(NamedTuple):
    """A file in a message."""

    name: str
    data: bytes

    @property
    def taken(self) -> bool:
        """Whether it is a workbook, or an archive that may hold some: by its ending or by its bytes."""
        return PurePosixPath(self.name).suffix.lower() in MAILED_ENDINGS or kind_of(self.data[:HEAD]) in TOLD_BY_CONTENT

    @property
    def document(self) -> bool:
        """Whether its name is that of a text which belongs to a workbook."""
        return not self.taken and called_document(self.name) and says_what(self.name)

    @property
    def archive(self) -> bool:
        """Whether it may hold several workbooks."""
        return PurePosixPath(self.name).suffix.lower() in ARCHIVE_ENDINGS

    @property
    def packed(self) -> bool:
        """Whether it may hold workbooks that can't be taken out here: other archives, Outlook's winmail.dat."""
        return PurePosixPath(self.name).suffix.lower() in _PACKED or self.name.lower() == "winmail.dat"


class MailWithFiles(NamedTuple):
    """What counts of a message. ``sender`` is the bare address of From, in lower case."""

    sender: str
    subject: str
    files: tuple[File, ...]

    @property
    def workbooks(self) -> list[File]:
        """The files that are taken."""
        return [f for f in self.files if f.taken]

    @property
    def documents(self) -> list[File]:
        """The files that are texts of final accounts (文字说明), by their names."""
        return [f for f in self.files if f.document]

    @property
    def packed(self) -> list[File]:
        """The files that may hold workbooks which can't be taken out here."""
        return [f for f in self.files if f.packed and not f.taken]

    @property
    def kept(self) -> list[File]:
        """The files that are, or may hold, workbooks, and texts that belong to them."""
        return [f for f in self.files if f.taken or f.packed or f.document]


def letter_of(data: bytes) -> MailWithFiles:
    """Read a message; forwarded messages in it are looked into as well."""
    message = message_from_bytes(data, policy=_CutHeaders(room=_Room()))
    sender = _sender(message)
    return MailWithFiles(_storable(sender), _storable(words(_raw(message, "subject"))[:200]), tuple(_files(message)))


def _sender(message: Message) -> str:
    """The address of From as it stands there, before any words are decoded; none where there are several (RFC 5322 §3.6.2)."""
    headers = [str(v) for k, v in message.raw_items() if k.lower() == "from"]
    if any(len(header) >= LONGEST_HEADER for header in headers):
        return ""  # it was cut, and may have gone on with another address
    found = [address for _, address in getaddresses(headers) if address]
    return found[0].strip().lower() if len(headers) == len(found) == 1 else ""


def _storable(text: str) -> str:
    """Text without the halves of characters that some encodings let through."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _files(message: Message) -> Iterator[File]:
    for number, part in enumerate(message.walk()):
        payload = None if part.is_multipart() else part.get_payload(decode=True)
        if isinstance(payload, bytes):
            name = _storable(_name(part)) or _name_by_content(payload, number)
            if name:
                yield File(name, payload)


def _name_by_content(payload: bytes, number: int) -> str:
    """A name for an attachment that came without one; empty where its bytes are not those of a workbook."""
    return f"附件{number}.xlsx" if kind_of(payload[:HEAD]) in TOLD_BY_CONTENT else ""


def _name(part: Message) -> str:
    """The name of a part: RFC 2231, RFC 2047 in quotes, or raw bytes in UTF-8 or GB 18030."""
    for header, parameter in (("content-disposition", "filename"), ("content-type", "name")):
        text = _raw(part, header)
        if not text:
            continue
        plain = Message()
        plain[header] = text
        found = plain.get_param(parameter, header=header)
        if isinstance(found, tuple):
            return _extended(found)
        if found:
            return words(found)
    return ""


def _extended(found: tuple[str | None, str | None, str]) -> str:
    """An RFC 2231 value; some programs write GBK under the name gb2312."""
    return collapse_rfc2231_value((_charset(found[0]), found[1], found[2]), "replace")


def _charset(name: str | None) -> str:
    """The encoding to read a text with: what is called gb2312 or gbk may have any character of GB 18030."""
    charset = (name or "utf-8").lower()
    return "gb18030" if charset in ("gb2312", "gbk") else charset


def _raw(message: Message, header: str) -> str:
    """A header as it came, its bytes read as UTF-8 or else GB 18030, unfolded."""
    value = next((v for k, v in message.raw_items() if k.lower() == header), "")
    octets = str(value).encode("utf-8", "surrogateescape")
    try:
        text = octets.decode("utf-8")
    except UnicodeDecodeError:
        text = octets.decode("gb18030", "replace")
    return " ".join(line.strip() for line in text.splitlines())


def words(text: str) -> str:
    """Text with its RFC 2047 words decoded; what can't be stays as it is."""
    if "=?" not in text:
        return text.strip()
    try:
        parts = decode_header(text)
    except (HeaderParseError, ValueError):
        return text.strip()
    return "".join(_decoded(part, charset) for part, charset in parts).strip()


def _decoded(part: str | bytes, charset: str | None) -> str:
    if isinstance(part, str):
        return part
    try:
        return part.decode(_charset(charset), "replace")
    except (LookupError, ValueError):  # no such encoding, or one that refuses such text
        return part.decode("utf-8", "replace")
