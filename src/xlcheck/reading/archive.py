"""A zip of workbooks, as units and mailboxes send them: names as Windows writes them, sizes guarded."""

from __future__ import annotations

import contextlib
import zipfile
import zlib

from xlcheck.errors import Refused
from xlcheck.reading.entries import MAX_FILE
from xlcheck.reading.zips import ZIP_ERRORS
from xlcheck.storage import Place, opened

MAX_ARCHIVE_ENTRIES = 5_000
_ENCRYPTED = 0x1
_UTF8 = 0x800


class Archive:
    """The workbooks in one zip file, by number.

    Raises:
        Refused: the zip is damaged, or holds too many files.
        OSError: it can't be opened.
    """

    def __init__(self, path: Place) -> None:
        self.path = path
        with opened(path) as file:
            try:
                with zipfile.ZipFile(file) as archive:
                    self.entries = archive.infolist()
            except ZIP_ERRORS as error:
                raise Refused("damaged", "压缩包已损坏，目录读不出来。请重新压缩后再发送。") from error
        if len(self.entries) > MAX_ARCHIVE_ENTRIES:
            raise Refused(
                "too_many_parts", f"压缩包里有 {len(self.entries)} 个文件，超过 {MAX_ARCHIVE_ENTRIES} 个的上限。"
            )

    def names(self) -> list[tuple[int, str]]:
        """(number, name) of every file, in the order of the archive."""
        files = ((i, entry_name(e)) for i, e in enumerate(self.entries) if not e.orig_filename.endswith("/"))
        return [(i, name) for i, name in files if name]

    def head(self, number: int) -> bytes:
        """The first bytes of one file; empty when they can't be had."""
        if self.entries[number].compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            return b""
        with (
            contextlib.suppress(*ZIP_ERRORS, Refused, zlib.error),
            opened(self.path) as whole,
            zipfile.ZipFile(whole) as archive,
            archive.open(self.entries[number]) as file,
        ):
            return file.read(512)
        return b""

    def read(self, number: int) -> bytes:
        """The bytes of one file, never more than a workbook may have plus one.

        Raises:
            Refused: encrypted, damaged, or packed in a way that can't be read.
            OSError: the zip can't be opened.
        """
        entry = self.entries[number]
        if entry.flag_bits & _ENCRYPTED:
            raise Refused("encrypted", "压缩包设了密码，里面的工作簿读不出来。请不设密码重新压缩，再发送。")
        with opened(self.path) as whole:
            try:
                with zipfile.ZipFile(whole) as archive, archive.open(entry) as file:
                    return file.read(MAX_FILE + 1)
            except NotImplementedError as error:  # what zipfile raises on a compression method that it does not know
                raise Refused("damaged", "压缩包用了不认识的压缩方法。请用 Windows 自带的压缩功能重新压缩。") from error
            except Exception as error:  # zlib.error, lzma.LZMAError, BadZipFile, …: whatever the decompressor says
                raise Refused("damaged", "压缩包里的这个文件已损坏。请重新压缩后再发送。") from error


def entry_name(entry: zipfile.ZipInfo) -> str:
    """The name of a file with forward slashes: zips made by Chinese Windows hold GBK under no flag at all."""
    name = entry.orig_filename
    if not entry.flag_bits & _UTF8:
        with contextlib.suppress(UnicodeError):
            raw = name.encode("cp437")
            name = raw.decode("utf-8") if _is_utf8(raw) else raw.decode("gb18030")
    return name.replace("\\", "/").replace("\0", "").lstrip("/")


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeError:
        return False
    return True
