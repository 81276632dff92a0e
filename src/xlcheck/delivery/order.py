"""In which order files came in: by the numbers of their messages, else by their times. Of two versions the last one counts."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple, TypeVar

from xlcheck.office.names import mail_number

_DIGITS = re.compile(r"(\d+)")


class Came(NamedTuple):
    """A file as it came in: its path in the inbox, and when it was last written (nanoseconds)."""

    path: str
    written: int


T = TypeVar("T")


def in_order(files: Iterable[tuple[Came, T]]) -> list[T]:
    """Files as they came in: by time, of one time by name with numbers as numbers; of one mailbox by the UIDs of messages.

    A UID of a mailbox rises with every message (RFC 3501 §2.3.1.1), whatever the clock says.
    """
    by_time = sorted(files, key=lambda file: (file[0].written, _natural(file[0].path)))
    boxes: dict[str, list[int]] = {}
    for place, (came, _) in enumerate(by_time):
        if (mail := mail_number(came.path)) is not None:
            boxes.setdefault(mail[0], []).append(place)
    ordered = list(by_time)
    for places in boxes.values():
        for place, file in zip(places, sorted((by_time[p] for p in places), key=_uid), strict=True):
            ordered[place] = file
    return [file for _, file in ordered]


def _uid(file: tuple[Came, T]) -> int:
    mail = mail_number(file[0].path)
    return mail[1] if mail is not None else 0


def _natural(path: str) -> list[tuple[int, str]]:
    """A name with its numbers as numbers: -99_ before -100_."""
    return [(int(part), "") if part.isdecimal() and part.isascii() else (0, part) for part in _DIGITS.split(path)]
