"""What the user named → the workbooks to check: files, folders, archives of workbooks, standard input.

A folder is taken as it is: a workbook is known by what is in it, not by its ending, and what is passed over is
told (``Intake.skipped``). Archives are looked into by name only; each workbook in one is a job of its own. Jobs come as
they are found, and nothing is kept of a folder that was left: folders may hold any number of workbooks.
"""

from __future__ import annotations

import contextlib
import os
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from xlcheck.documents.endings import DOCUMENT_ENDINGS
from xlcheck.errors import Refused, Usage
from xlcheck.files import reason
from xlcheck.reading.archive import Archive
from xlcheck.reading.formats import ARCHIVE_ENDINGS, TAKEN_ENDINGS, TOLD_BY_CONTENT
from xlcheck.reading.sniff import HEAD, is_archive, kind_of
from xlcheck.reading.zips import ZIP_ERRORS, part_names
from xlcheck.storage import Address, Place, entries, exists, is_folder, place

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
    ``documents`` are those that belong to the workbook. ``address`` stands for ``path`` where the file is in a storage. ``beside`` are documents that are
    checked for themselves and may say whose the workbook is.
    """

    path: Path | None
    name: str
    copy: Path
    entry: int | None = None
    data: bytes | None = None
    problem: tuple[str, str] | None = None
    document: bool = False
    documents: tuple[Job, ...] = ()
    address: Address | None = None
    beside: tuple[Job, ...] = ()

    @property
    def place(self) -> Place | None:
        """Where the file is."""
        return self.path or self.address


def _nobodys(_: Path) -> bool:
    """No file is ours."""
    return False


@dataclass
class Intake:
    """Jobs from the paths of a command line, in order; ``skipped`` are files that are no workbooks.

    ``trusting``: a file with the ending of a workbook is taken without a look at it; one that is none is refused later, by
    who reads it. So are files in a storage, where a look costs a journey. ``documents``: documents (.docx, .pdf, .txt …) are
    jobs too, not passed over. ``ours`` tells of a file in a folder that it is what the same command wrote the last time: those are ``left`` out.
    """

    trusting: bool = False
    skipped: list[str] = field(default_factory=list)
    documents: bool = False
    ours: Callable[[Path], bool] = _nobodys
    left: list[str] = field(default_factory=list)
    _used: dict[str, set[str]] = field(default_factory=dict)  # names of copies, by their folder

    def jobs(self, paths: Sequence[str], stdin: bytes | None = None) -> list[Job]:
        """One job a workbook, all at once.

        Raises:
            Usage: a path that does not exist.
        """
        return list(self.stream(paths, stdin))

    def stream(self, paths: Sequence[str], stdin: bytes | None = None) -> Iterator[Job]:
        """One job a workbook, as they are found.

        Raises:
            Usage: a path that does not exist, or a storage that can't be asked.
        """
        places = [None if text == "-" else _there(text) for text in paths]
        for text, at in zip(paths, places, strict=True):
            if at is None:
                yield Job(None, "-", self._free(Path("stdin")), data=stdin)
            elif is_folder(at):
                yield from self._in_folder(at, Path(), forgets=len(paths) == 1)
            else:
                yield from self._file(at, text, Path(at.name))

    def _in_folder(self, folder: Place, relative: Path, *, forgets: bool) -> Iterator[Job]:
        """The workbooks of a folder and of those in it, by name. ``forgets``: no other folder's copies may go where its do."""
        try:
            files, folders = entries(folder)
        except OSError as error:
            self.skipped.append(f"{folder}（读不了：{reason(error)}）")
            return
        inner = set(folders)
        stems = {Path(name).stem.lower() for name in files}
        for name in sorted([*files, *folders]):
            below = folder / name
            if name in inner:
                yield from self._in_folder(below, relative / name, forgets=forgets)
                if forgets and name.lower() not in stems:  # of an archive beside it
                    self._forget(relative / name)
            elif not _is_litter(name):
                if isinstance(below, Path) and self.ours(below):
                    self.left.append(str(below))
                elif self._takes(below):
                    yield from self._file(below, str(below), relative / name)
                else:
                    self.skipped.append(str(below))

    def _takes(self, file: Place) -> bool:
        if file.suffix.lower() in TAKEN_ENDINGS or self._is_document(file.name):
            return True
        return isinstance(file, Path) and _holds_workbook(file)

    def _is_document(self, name: str) -> bool:
        return self.documents and PurePosixPath(name).suffix.lower() in DOCUMENT_ENDINGS

    def _document(self, file: Place, name: str, stem: Path, entry: int | None = None) -> Job:
        job = _job_of(file, name, self._free(stem.with_name(f"{stem.name}.docx")), entry=entry)
        return job._replace(document=True)

    def _file(self, file: Place, name: str, relative: Path) -> Iterator[Job]:
        if self._is_document(file.name) and not (isinstance(file, Path) and _holds_workbook(file)):
            yield self._document(file, name, relative.with_suffix(""))
            return
        try:
            archive = Archive(file) if self._is_archive(file) else None
        except Refused as refusal:
            yield self._job(file, name, relative, problem=(refusal.code, refusal.message))
            return
        except OSError as error:
            yield self._job(file, name, relative, problem=("unreadable", f"读不了文件：{reason(error)}。"))
            return
        if archive is None:
            yield self._job(file, name, relative)
            return
        yield from self._in_archive(file, name, relative, archive)

    def _is_archive(self, file: Place) -> bool:
        ending = file.suffix.lower()
        if isinstance(file, Address):
            return ending in ARCHIVE_ENDINGS
        believed = self.trusting and ending in TAKEN_ENDINGS and ending not in ARCHIVE_ENDINGS
        return not believed and is_archive(file)

    def _job(self, file: Place, name: str, relative: Path, *, problem: tuple[str, str] | None = None) -> Job:
        return _job_of(file, name, self._free(relative.with_suffix("")), problem=problem)

    def _in_archive(self, file: Place, name: str, relative: Path, archive: Archive) -> Iterator[Job]:
        any_found = False
        for number, inside in archive.names():
            pure = PurePosixPath(inside)
            if _is_litter_of_archive(pure):
                continue
            said = f"{name}/{inside}"
            if self._is_document(pure.name):
                any_found = True
                yield self._document(file, said, relative.with_suffix("") / _safe_path(pure), number)
                continue
            if pure.suffix.lower() not in TAKEN_ENDINGS and not _workbook_head(archive.head(number)):
                self.skipped.append(said)
                continue
            any_found = True
            yield _job_of(file, said, self._free(relative.with_suffix("") / _safe_path(pure)), entry=number)
        if not any_found:
            said = "压缩包里没有工作簿。请把 Excel/WPS 工作簿（.xlsx、.xls、.et 等）放进压缩包，或直接发送工作簿。"
            yield self._job(file, name, relative, problem=("no_workbook", said))

    def _free(self, relative: Path) -> Path:
        """A name for the copy that no other workbook of this run has."""
        used = self._used.setdefault(str(relative.parent).lower(), set())
        name, number = relative, 1
        while name.name.lower() in used:
            number += 1
            name = _numbered(relative, number)
        used.add(name.name.lower())
        return name

    def _forget(self, folder: Path) -> None:
        """Let go of the names in a folder that was left, and below it."""
        left = str(folder).lower()
        for one in [one for one in self._used if one == left or one.startswith(left + os.sep)]:
            del self._used[one]


def _there(text: str) -> Place:
    """The place that a user names.

    Raises:
        Usage: there is nothing, or it can't be asked.
    """
    at = place(text)
    try:
        if exists(at):
            return at
    except OSError as error:
        raise Usage(f"读不了“{text}”：{reason(error)}") from error
    raise Usage(f"没有“{text}”这个文件或文件夹。")


def _job_of(
    file: Place, name: str, copy: Path, *, entry: int | None = None, problem: tuple[str, str] | None = None
) -> Job:
    if isinstance(file, Address):
        return Job(None, name, copy, entry, problem=problem, address=file)
    return Job(file, name, copy, entry, problem=problem)


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
