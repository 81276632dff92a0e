"""The samples of the program: copied to a folder of the user's, so that anybody can see in a minute what it does."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from xlcheck.desktop.places import can_write
from xlcheck.errors import Fault, Usage
from xlcheck.files import copy_whole

FOLDER = "xlcheck-demo"
ORIGINALS, MARKED, REPORT = "样例", "已审核", "审核报告.html"
_MOST = 1_000


class DemoFolders(NamedTuple):
    """Where a demonstration stands: the samples, their marked copies, the report."""

    root: Path

    @property
    def originals(self) -> Path:
        """The samples as units would send them."""
        return self.root / ORIGINALS

    @property
    def marked(self) -> Path:
        """Their marked copies."""
        return self.root / MARKED

    @property
    def report(self) -> Path:
        """All of it on one page."""
        return self.root / REPORT


def shipped_samples() -> list[Path]:
    """The sample workbooks that come with the program: the published report and its faulty variants.

    Raises:
        Fault: they are not there; the installation is broken.
    """
    package = Path(__file__).parents[1]
    installed = package / "data" / "samples"
    folder = installed if installed.is_dir() else package.parents[1] / "samples"
    found = sorted(folder.glob("tunliu_2023*.xlsx"))
    if not found:
        raise Fault(f"程序里没有样例（{folder}）。请重新安装 xlcheck。")
    return found


def demo_folders(named: str | None) -> DemoFolders:
    """The folder that was named, else a new one here, else in the user's home.

    Raises:
        Usage: there is something in it already: nothing of the user's is ever replaced.
    """
    if named:
        root = Path(named)
        if root.exists() and (not root.is_dir() or any(root.iterdir())):
            raise Usage(f"“{named}”里已经有东西了。请换一个空的或新的文件夹。")
        return DemoFolders(root)
    base = Path.cwd() if can_write(Path.cwd()) else Path.home()
    names = (FOLDER, *(f"{FOLDER}-{number}" for number in range(2, _MOST)))
    return DemoFolders(next((base / name for name in names if not (base / name).exists()), base / FOLDER))


def lay_out(folders: DemoFolders) -> list[Path]:
    """Copy the samples; where they are then.

    Raises:
        Fault: the folder can't be written.
    """
    copies = []
    for sample in shipped_samples():
        copies.append(folders.originals / sample.name)
        copy_whole(sample, copies[-1])
    return copies
