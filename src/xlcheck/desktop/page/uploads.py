"""What was dropped on the page, as it lies on the disk: a folder each, with the original, its results and its state.

The disk is the truth: a page that is closed, a program that is ended or killed loses nothing; what was not answered
is checked when the program runs again.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from enum import Enum
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from xlcheck.desktop.checking import BookRow
from xlcheck.errors import Fault
from xlcheck.files import make_folder, reason, write_whole
from xlcheck.intake import safe_name

_STATE = "state.json"
_ORIGINAL, _RESULTS, REPORT = "原件", "结果", "审核报告.html"
_PIECE = 1 << 16


class Stage(Enum):
    """Where an upload stands, as a person reads it."""

    WAITING = "等待检查"
    CHECKING = "正在检查"
    DONE = "已检查"
    FAILED = "没有检查成"


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """One file that was dropped: a workbook, or an archive of some. ``shown`` is its name in the user's folders."""

    id: str
    shown: str
    size: int
    state: Stage = Stage.WAITING
    rows: tuple[BookRow, ...] = ()
    said: str = ""
    hidden: bool = False


class Uploads:
    """The uploads below one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def all(self) -> Iterator[Upload]:
        """Every upload that is whole, the oldest first; one that was being checked waits again."""
        for path in sorted(self.folder.glob(f"*/{_STATE}")):
            found = _read(path)
            if found is not None:
                yield replace(found, state=Stage.WAITING) if found.state is Stage.CHECKING else found

    def original(self, upload: Upload) -> Path:
        """Where the file lies as it came."""
        return self.folder / upload.id / _ORIGINAL / _file_name(upload.shown)

    def results(self, upload: Upload) -> Path:
        """Where its marked copies go."""
        return self.folder / upload.id / _RESULTS

    def report(self, upload: Upload) -> Path:
        """Its report, one page."""
        return self.results(upload) / REPORT

    def receive(self, shown: str, source: BinaryIO, size: int) -> Upload:
        """Keep a file that comes in; it counts once all of it is there.

        Raises:
            Fault: it can't be written.
            ConnectionError: it ended early.
        """
        try:
            upload = Upload(id=self._new(), shown=shown, size=size)
        except OSError as error:
            raise Fault(f"写不了“{self.folder}”：{reason(error)}") from error
        target = self.original(upload)
        try:
            make_folder(target.parent)
            with target.open("xb") as file:
                _copy(source, file, size)
        except BaseException as error:
            shutil.rmtree(self.folder / upload.id, ignore_errors=True)
            if isinstance(error, ConnectionError | TimeoutError) or not isinstance(error, OSError):
                raise
            raise Fault(f"写不了“{target}”：{reason(error)}") from error
        self.write(upload)
        return upload

    def write(self, upload: Upload) -> None:
        """Keep the state of an upload.

        Raises:
            Fault: it can't be written.
        """
        data = asdict(upload) | {"state": upload.state.name}
        write_whole(self.folder / upload.id / _STATE, json.dumps(data, ensure_ascii=False, indent=1).encode("utf-8"))

    def _new(self) -> str:
        """A number that no folder has; the folder is made."""
        make_folder(self.folder)
        number = max((int(p.name) for p in self.folder.iterdir() if p.name.isdecimal()), default=0)
        while True:
            number += 1
            try:
                (self.folder / f"{number:05}").mkdir()
            except FileExistsError:
                continue
            return f"{number:05}"


def _file_name(shown: str) -> str:
    name = PurePosixPath(shown.replace("\\", "/"))
    ending = f".{safe_name(name.suffix[1:])}" if name.suffix else ""
    return f"{safe_name(name.stem)}{ending}"


def _copy(source: BinaryIO, target: BinaryIO, size: int) -> None:
    left = size
    while left:
        piece = source.read(min(left, _PIECE))
        if not piece:
            raise ConnectionError
        target.write(piece)
        left -= len(piece)


def _read(path: Path) -> Upload | None:
    """An upload from its state; None where the state is none of ours."""
    try:
        data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        rows = tuple(BookRow(*row)._replace(copies=tuple(row[7])) for row in data["rows"])
        return Upload(**data | {"state": Stage[data["state"]], "rows": rows, "id": path.parent.name})
    except (OSError, ValueError, KeyError, TypeError, IndexError):
        return None
