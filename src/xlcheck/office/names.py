"""File names of ours made of names of theirs: whatever came in, they fit every file system and stay readable."""

from __future__ import annotations

import hashlib
import re
from pathlib import PurePosixPath

FILE = "xlcheck.yaml"  # the settings of a desk: the folder that has it is one
_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f<>:\"/\\|?*\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\.|$)")
_MAIL_LEAD = re.compile(r"(?:^|[/\\])邮件([0-9a-f]{4})-(\d+)_")
_PUT_BACK = re.compile(r"(?:^|[/\\])重认\d+_")
_RECHECK = re.compile(r"(?:^|[/\\])重核(\d+)_")
_LEAD = re.compile(r"(^|[/\\])(?:邮件[0-9a-f]{4}-\d+_|重[认核]\d+_)+")
_LONGEST_ENDING = 10  # characters, with the dot
_LONGEST = 200  # bytes of UTF-8; with what we add it stays below the 255 of a name


def tidy(name: str, longest: int = _LONGEST) -> str:
    """A name without separators and control characters, at most ``longest`` bytes of UTF-8; its ending is kept."""
    name = _UNSAFE.sub("_", name).strip(". ") or "_"
    if _RESERVED.match(name):
        name = f"_{name}"
    ending = _ending(name)
    stem = name.removesuffix(ending)
    while len((stem + ending).encode()) > longest:
        stem = stem[:-1]
    return (stem.rstrip(". ") or "_") + ending


def _ending(name: str) -> str:
    """The ending of a name, with its dot; what is too long for one is part of the name."""
    ending = PurePosixPath(name).suffix
    return ending if len(ending) <= _LONGEST_ENDING else ""


def joined(parts: list[str], ending: str = "", longest: int = _LONGEST) -> str:
    """Parts of a name put together with ``_``; the last part gives way where they are too long."""
    lead = "_".join(tidy(p, longest // 2) for p in parts[:-1] if p)
    room = longest - len(lead.encode()) - len(ending.encode()) - 1
    last = tidy(parts[-1], max(room, 8))
    return f"{lead}_{last}{ending}" if lead else f"{last}{ending}"


def mail_lead(box: str, uid: int) -> str:
    """What is written before the names of a message's files: no other message of any mailbox has it."""
    return f"邮件{hashlib.sha256(box.encode()).hexdigest()[:4]}-{uid}"


def mail_number(name: str) -> tuple[str, int] | None:
    """The mailbox and the UID in a name that :func:`mail_lead` began; None: it did not come by mail."""
    found = _MAIL_LEAD.search(name)
    return (found[1], int(found[2])) if found else None


def put_back_lead(receipt: int) -> str:
    """What is written before the name of a workbook that is put back into the inbox, to be answered anew."""
    return f"重认{receipt:06d}"


def is_put_back(path: str) -> bool:
    """Whether a path in the inbox is one of those."""
    return _PUT_BACK.search(path) is not None


def recheck_lead(receipt: int) -> str:
    """What is written before the name of a text that is put back to be checked beside its workbook, as the same version."""
    return f"重核{receipt:06d}"


def recheck_number(path: str) -> int | None:
    """The receipt that such a path is the text of; None: it is no such path."""
    found = _RECHECK.search(path)
    return int(found[1]) if found else None


def without_lead(path: str) -> str:
    """A path in the inbox without what we put before its names: its digits are nobody's code."""
    return _LEAD.sub(r"\1", path)
