"""Where commands may write: not among what a desk keeps, and not over what is somebody's."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from xlcheck.errors import MappingError, Usage
from xlcheck.office.names import FILE
from xlcheck.outputs import in_the_way

if TYPE_CHECKING:
    from xlcheck.office.folders import Folders
    from xlcheck.office.settings import Settings


def refuse(option: str, path: Path, own: str = "") -> None:
    """Refuse a file that would replace something of somebody's. ``own``: how a table begins that this output writes.

    Raises:
        Usage: it would, or a desk keeps its own files there.
    """
    refuse_desk(option, path)
    what = in_the_way(path, own)
    if what:
        raise Usage(f"{option} 会盖掉{what}“{path}”，请换一个文件名。")


def refuse_desk(option: str, path: Path) -> None:
    """Refuse a file or folder among those that a desk keeps: workbooks that came in, letters, the ledger.

    Raises:
        Usage: it is one of them.
    """
    real = path.resolve()
    root = next((folder for folder in (real, *real.parents) if (folder / FILE).is_file()), None)
    if root is None:
        return
    settings, found = _desk(root)
    if real in ((root / settings.roster).resolve(), root / FILE):
        raise Usage(f"{option} 会盖掉“{path}”，请换一个文件名。")
    if found.own(real) or found.templates.resolve() in (real, *real.parents):
        raise Usage(f"{option} 不要写进“{path.parent}”：那里的文件由 xlcheck 管。请换一个文件夹。")


def _desk(root: Path) -> tuple[Settings, Folders]:
    """A desk's settings and folders; where they have mistakes, as they would be without any."""
    from xlcheck.office.folders import folders
    from xlcheck.office.settings import Settings, load

    try:
        settings = load(root)
        return settings, folders(root, settings)
    except (Usage, MappingError):
        settings = Settings.model_validate({})
        return settings, folders(root, settings)


def refuse_existing(path: Path, *, force: bool) -> None:
    """Refuse a file that is there already, but for ``force``; what is somebody's for good is kept even then.

    Raises:
        Usage: it is there.
    """
    refuse_desk("-o", path)
    if not path.is_file():
        return
    if not force:
        raise Usage(f"“{path}”已经有了。要盖掉它，加 --force；或换一个文件名。")
    what = in_the_way(path)
    if what in ("信件", "台账", "设置或映射", "单位名册"):
        raise Usage(f"-o 会盖掉{what}“{path}”，请换一个文件名。")
