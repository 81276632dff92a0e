"""What stands where an output is to go: may it be replaced?

A command can be repeated: a report takes the place of an earlier report, a marked copy that of an earlier one. Nothing
that we write takes the place of a letter, a ledger, settings, a roster, or a workbook of another hand. A marked copy
that somebody has saved since is of another hand: our part with the originals is gone from it.
"""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

from xlcheck.documents.endings import TEXT_ENDINGS
from xlcheck.reading.formats import TOLD_BY_CONTENT
from xlcheck.reading.marks.format import ORIGINALS
from xlcheck.reading.sniff import HEAD, Kind, kind_of, other_name
from xlcheck.reading.zips import ZIP_ERRORS, part_names

PAGE_MARK = b'<meta name="generator" content="xlcheck">'
_REPORTS = re.compile(rb"<dc:description>xlcheck (?:check|status)\b")
_MADE = re.compile(rb"<dcterms:(?:created|modified)[^>]*>([^<]*)<")
_MAIL = re.compile(
    rb"(?:[!-9;-~]+:[^\n]*\n(?:[ \t][^\n]*\n)*)*?(?:from|message-id|received|return-path):", re.IGNORECASE
)
_NAMED = {
    ".yaml": "设置或映射",
    ".yml": "设置或映射",
    ".eml": "信件",
    ".sqlite": "台账",
    ".sqlite-wal": "台账",
    ".sqlite-shm": "台账",
}
_TABLES = {".csv", ".tsv"}
_REPORT_TEXTS = ("■ ".encode(), b"{", b"<?xml", b"<testsuites")  # how reports begin that are no workbook
_ROSTER = ("单位代码", "单位名称")
_LEDGER = b"SQLite format 3\0"


def in_the_way(path: Path, own: str = "") -> str:
    """What stands at a place and must not be replaced, in a word; empty where there is nothing, or something of ours.

    ``own`` is how a table begins that this very output writes.
    """
    if not path.is_file():
        return ""
    try:
        with path.open("rb") as file:
            head = file.read(HEAD)
    except OSError:
        return "读不了的文件"
    if own and head.removeprefix(b"\xef\xbb\xbf").startswith(own.encode()):
        return ""
    return _NAMED.get(path.suffix.lower(), "") or _by_content(path, head)


def _by_content(path: Path, head: bytes) -> str:
    if head.startswith(_LEDGER):
        return "台账"
    if _MAIL.match(head):
        return "信件"
    kind = kind_of(head)
    if path.suffix.lower() in TEXT_ENDINGS and head and not head.startswith(_REPORT_TEXTS):
        return "单位名册" if _is_roster(head) else "别的文字"
    if kind is Kind.DELIMITED and _is_roster(head):
        return "单位名册"
    if kind is Kind.OTHER:
        name = other_name(head)
        return f"别的{name}" if name else ""
    return _by_kind(path, kind)


def _by_kind(path: Path, kind: Kind) -> str:
    """A workbook, a page or a table of another hand."""
    if kind is Kind.DELIMITED:
        return "别的表" if path.suffix.lower() in _TABLES else ""
    if kind in TOLD_BY_CONTENT or kind in (Kind.HTML, Kind.ARCHIVE, Kind.MHTML):
        return "" if is_report(path) or is_marked_copy(path) else "不是 xlcheck 写的（或写好后又改过的）工作簿"
    return ""


def _is_roster(head: bytes) -> bool:
    return all(name in _text(head) for name in _ROSTER)


def _text(head: bytes) -> str:
    text = head[:4096]
    return text.decode("utf-8", "ignore") + text.decode("gb18030", "ignore")


def is_marked_copy(file: Path | bytes) -> bool:
    """Whether a file, or what is in it, is a marked copy as we wrote it."""
    names = part_names(file)
    return names is not None and ORIGINALS in names


def is_report(path: Path) -> bool:
    """Whether a file is a page or a workbook of ours about workbooks, as we wrote it."""
    try:
        with path.open("rb") as file:
            if file.read(2) != b"PK":
                return PAGE_MARK in file.read(HEAD)
        with zipfile.ZipFile(path) as archive:
            core = archive.read("docProps/core.xml")
    except (*ZIP_ERRORS, KeyError):
        return False
    return bool(_REPORTS.search(core)) and len(set(_MADE.findall(core))) == 1
