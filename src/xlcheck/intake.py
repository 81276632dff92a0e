"""What the user named → the workbooks to check: files, folders, archives of workbooks, standard input.

A folder is taken as it is: a workbook is known by what is in it, not by its ending, and what is passed over is
told (``Intake.skipped``). Archives are looked into by name only; each workbook in one is a job of its own.
"""

from __future__ import annotations

import contextlib
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from xlcheck.documents.endings import DOCUMENT_ENDINGS
from xlcheck.errors import Refused, Usage
from xlcheck.reading.archive import Archive
from xlcheck.reading.formats import TAKEN_ENDINGS, TOLD_BY_CONTENT
from xlcheck.reading.sniff import HEAD, is_archive, kind_of
from xlcheck.reading.zips import ZIP_ERRORS, part_names

_LEFT = ("~$", ".~", ".")
_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f<>:\"/\\|?*\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_DEEPEST = 8
_LONGEST = 70  # characters; of three bytes each they fit a file system's 255
_LITTER = {"thumbs.db", "desktop.ini"}
_ARCHIVE_LITTER = "__macosx"


class Job(NamedTuple):
    """One workbook to check.

    ``path`` is its file (None: ``data`` from standard input), ``entry`` its number in an archive, ``name`` what a
    report calls it, ``copy`` where its marked copy goes below ``--out``, without the ending: that follows from the
    content (that of a document has it: ``.docx``). ``problem`` is set when it is known beforehand that it can't be read. ``document``: no workbook but a text;
    ``documents`` are those that belong to the workbook.
    """

    path: Path | None
    name: str
    copy: Path
    entry: int | None = None
    data: bytes | None = None
    problem: tuple[str, str] | None = None
    document: bool = False
    documents: tuple[Job, ...] = ()


def _nobodys(_: Path) -> bool:
    """No file is ours."""
    return False


@dataclass
class Intake:
    """Jobs from the paths of a command line, in order; ``skipped`` are files that are no workbooks.

    ``documents``: documents (.docx, .pdf, .txt …) are jobs too, not passed over.
    ``ours`` tells of a file in a folder that it is what the same command wrote the last time: those are ``left`` out.
    """

    used: set[str] = field(default_factory=set)
    skipped: list[str] = field(default_factory=list)
    documents: bool = False
    ours: Callable[[Path], bool] = _nobodys
    left: list[str] = field(default_factory=list)

    def jobs(self, paths: tuple[str, ...], stdin: bytes | None = None) -> list[Job]:
        """One job a workbook.

        Raises:
            Usage: a path that does not exist.
        """
        found: list[Job] = []
        for text in paths:
            if text == "-":
                found.append(Job(None, "-", self._free(Path("stdin")), data=stdin))
                continue
            path = Path(text)
            if path.is_dir():
                for file in self._in_folder(path):
                    found += self._file(file, str(file), file.relative_to(path))
            elif path.exists():
                found += self._file(path, text, Path(path.name))
            else:
                raise Usage(f"没有“{text}”这个文件或文件夹。")
        return found

    def _in_folder(self, folder: Path) -> Iterator[Path]:
        for path in sorted(folder.rglob("*")):
            if not path.is_file() or _is_litter(path.name):
                continue
            if self.ours(path):
                self.left.append(str(path))
            elif path.suffix.lower() in TAKEN_ENDINGS or _holds_workbook(path) or self._is_document(path.name):
                yield path
            else:
                self.skipped.append(str(path))

    def _is_document(self, name: str) -> bool:
        return self.documents and PurePosixPath(name).suffix.lower() in DOCUMENT_ENDINGS

    def _document(self, path: Path, name: str, stem: Path, entry: int | None = None) -> Job:
        return Job(path, name, self._free(stem.with_name(f"{stem.name}.docx")), entry, document=True)

    def _file(self, path: Path, name: str, relative: Path) -> Iterator[Job]:
        if self._is_document(path.name) and not _holds_workbook(path):
            yield self._document(path, name, relative.with_suffix(""))
            return
        try:
            archive = Archive(path) if is_archive(path) else None
        except Refused as refusal:
            yield Job(path, name, self._free(relative.with_suffix("")), problem=(refusal.code, refusal.message))
            return
        if archive is None:
            yield Job(path, name, self._free(relative.with_suffix("")))
            return
        yield from self._in_archive(path, name, relative, archive)

    def _in_archive(self, path: Path, name: str, relative: Path, archive: Archive) -> Iterator[Job]:
        any_found = False
        for number, inside in archive.names():
            pure = PurePosixPath(inside)
            if _is_litter_of_archive(pure):
                continue
            said = f"{name}/{inside}"
            if self._is_document(pure.name):
                any_found = True
                yield self._document(path, said, relative.with_suffix("") / _safe_path(pure), number)
                continue
            if pure.suffix.lower() not in TAKEN_ENDINGS and not _workbook_head(archive.head(number)):
                self.skipped.append(said)
                continue
            any_found = True
            yield Job(path, said, self._free(relative.with_suffix("") / _safe_path(pure)), entry=number)
        if not any_found:
            said = "压缩包里没有工作簿。请把 Excel/WPS 工作簿（.xlsx、.xls、.et 等）放进压缩包，或直接发送工作簿。"
            yield Job(path, name, self._free(relative.with_suffix("")), problem=("no_workbook", said))

    def _free(self, relative: Path) -> Path:
        """A name for the copy that no other workbook of this run has."""
        name, number = relative, 1
        while str(name).lower() in self.used:
            number += 1
            name = _numbered(relative, number)
        self.used.add(str(name).lower())
        return name


def _is_litter(name: str) -> bool:
    """Whether a file is none of the user's: left by a program that has a workbook open, or by a system."""
    return name.startswith(_LEFT) or name.lower() in _LITTER


def _is_litter_of_archive(path: PurePosixPath) -> bool:
    """Whether a file of an archive is what systems put there, not people; or no file."""
    return not path.name or _is_litter(path.name) or path.parts[0].lower() == _ARCHIVE_LITTER


def _numbered(path: Path, number: int) -> Path:
    """A path with a number: ``决算-2``, ``说明-2.docx``."""
    if path.suffix == ".docx":
        return path.with_name(f"{path.stem}-{number}.docx")
    return path.with_name(f"{path.name}-{number}")


def _safe_path(inside: PurePosixPath) -> Path:
    """Where the copy of a workbook in an archive goes, below the archive's own place."""
    folders = [part for part in inside.parent.parts[-_DEEPEST:] if part not in ("..", "/")]
    return Path(*map(safe_name, folders), safe_name(inside.stem))


def safe_name(part: str) -> str:
    """A name from an archive, or from a browser, as a name in a folder of ours."""
    return _UNSAFE.sub("_", part).strip(". ")[:_LONGEST] or "_"


def _holds_workbook(path: Path) -> bool:
    """Whether a file with any other ending is a workbook (``决算表.dat``): by its first bytes, then by its parts."""
    try:
        with path.open("rb") as file:
            head = file.read(HEAD)
        if not _workbook_head(head):
            return False
        return head[:2] != b"PK" or _parts_of_workbook(path)
    except OSError:
        return False


def _workbook_head(head: bytes) -> bool:
    return head[:2] == b"PK" or kind_of(head) in TOLD_BY_CONTENT


def _parts_of_workbook(path: Path) -> bool:
    names = part_names(path) or frozenset()
    if "mimetype" in names:
        with contextlib.suppress(*ZIP_ERRORS, KeyError), zipfile.ZipFile(path) as archive:
            return b"spreadsheet" in archive.read("mimetype")[:100]
        return False
    return any(n.startswith("xl/workbook.") for n in names)
