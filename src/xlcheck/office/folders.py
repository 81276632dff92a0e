"""The folders of the desk, where each is, and why they can't be used."""

from __future__ import annotations

import os
from itertools import permutations
from pathlib import Path
from typing import NamedTuple

import xlcheck
from xlcheck.errors import Usage
from xlcheck.files import is_link
from xlcheck.ledger.records import Letter
from xlcheck.office.settings import Settings

LETTER_FOLDERS = {
    Letter.READY: "待发", Letter.SENDING: "发送中", Letter.HANDED: "发送中", Letter.SENT: "已发",
    Letter.RETRY: "待重发", Letter.UNCERTAIN: "不确定", Letter.FAILED: "失败", Letter.DROPPED: "已撤下",
}  # fmt: skip


class Folders(NamedTuple):
    """Absolute paths. ``root`` is the desk; ``ledger_file`` the SQLite file; ``drafts`` holds letters not yet in the ledger."""

    root: Path
    inbox: Path
    working: Path
    done: Path
    returned: Path
    unknown: Path
    outbox: Path
    ledger: Path
    templates: Path

    @property
    def ledger_file(self) -> Path:
        """The SQLite file."""
        return self.ledger / "ledger.sqlite"

    @property
    def backups(self) -> Path:
        """Where copies of the ledger are kept."""
        return self.ledger / "备份"

    @property
    def drafts(self) -> Path:
        """Letters that are written but not yet in the ledger."""
        return self.outbox / "起草"

    def own(self, path: Path) -> bool:
        """Whether a path is one of the folders of the desk or lies in one; what is beside the letters in 发件 is free."""
        real = path.resolve()
        if real == self.outbox.resolve():
            return True
        return any(_in(folder.resolve(), real) for folder in self.all if folder != self.outbox)

    def letters(self, state: Letter) -> Path:
        """The folder of letters in a state."""
        return self.outbox / LETTER_FOLDERS[state]

    @property
    def all(self) -> list[Path]:
        """Every folder the desk needs (templates are optional)."""
        posts = [self.drafts, *dict.fromkeys(self.letters(s) for s in Letter)]
        return [self.inbox, self.working, self.done, self.returned, self.unknown, self.outbox, *posts, self.ledger]


def folders(root: Path, settings: Settings, inbox: Path | None = None) -> Folders:
    """The folders as set.

    Raises:
        Usage: two overlap, one is a link, or one lies in xlcheck's own code.
    """
    root = root.absolute()
    names = settings.folders
    paths = {f: root / getattr(names, f) for f in Folders._fields[1:]}
    if inbox is not None:
        paths["inbox"] = inbox.absolute()
    found = Folders(root, **paths)
    _apart(found)
    _not_taken("单位名册", settings.roster, found)
    _not_taken("映射文件夹", settings.mappings, found)
    _not_taken("上年文件夹", settings.last_year, found)
    _not_taken("信件模板", names.templates, found)
    return found


def _not_taken(what: str, path: str, found: Folders) -> None:
    """What the desk reads must not lie where everything is taken for a workbook."""
    real = (found.root / path).resolve()
    if path and any(_in(folder.resolve(), real) for folder in (found.inbox, found.working)):
        raise Usage(f"“{what}”不能放在“收件”或“处理中”里：那里的文件都会当作工作簿取走。")


def _in(folder: Path, path: Path) -> bool:
    """Whether a path is a folder or lies in it."""
    return folder == path or folder in path.parents


def _apart(found: Folders) -> None:
    """No folder in another, none a link, none in the code."""
    main = [path for name, path in found._asdict().items() if name not in ("root", "templates")]
    for path in main:
        _usable(path, found.root)
    for one, other in permutations([path.resolve() for path in main], 2):
        if _in(one, other):
            raise Usage(f"文件夹“{one}”和“{other}”重叠，请分开。")


def _usable(path: Path, root: Path) -> None:
    code = Path(xlcheck.__file__).resolve().parent
    real = path.resolve()
    if os.path.lexists(path) and is_link(path.lstat()):
        raise Usage(f"文件夹“{path}”是链接。请换成真正的文件夹。")
    if _in(code, real) or _in(real, code):
        raise Usage(f"文件夹“{path}”与 xlcheck 的程序重叠，请另选一处。")
    if real == root.resolve():
        raise Usage(f"文件夹“{path}”不能就是工作目录本身，请用它下面的文件夹。")
