"""Where mappings lie: those shipped with the program, and a folder of one's own, which an update does not take away."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

from xlcheck.errors import Usage

_SET = "set.yaml"


class MappingFolders(NamedTuple):
    """``own`` is looked into first; what is not there comes from ``base`` (None: there is nothing else)."""

    own: Path
    base: Path | None = None

    def of(self, set_id: str) -> Path:
        """The folder of a set; where neither has it, the place where ``own`` would."""
        for root in self.all:
            if (root / set_id / _SET).is_file():
                return root / set_id
        return self.own / set_id

    @property
    def all(self) -> tuple[Path, ...]:
        """The folders, the one that wins first."""
        return (self.own,) if self.base is None else (self.own, self.base)

    def first_with(self, name: str) -> Path:
        """The folder that has a file or folder of that name; the shipped one where none has."""
        return next((root for root in self.all if (root / name).exists()), shipped())

    def ids(self) -> set[str]:
        """Ids of all sets in both."""
        return {path.parent.name for root in self.all for path in root.glob(f"*/{_SET}")}


def shipped() -> Path:
    """The folder of the sets shipped with the package."""
    package = Path(__file__).parents[1]
    installed = package / "data" / "mappings"
    return installed if installed.is_dir() else package.parents[1] / "mappings"


def compiled_home() -> Path:
    """The folder of sets compiled beforehand: bundles for desktops have one, a wheel and a source tree have none."""
    return Path(__file__).parents[1] / "data" / "compiled"


def home() -> Path:
    """The folder of the sets: ``$XLCHECK_MAPPINGS``, else those shipped with the package.

    Raises:
        Usage: the variable names no folder.
    """
    chosen = os.environ.get("XLCHECK_MAPPINGS")
    if chosen and not Path(chosen).is_dir():
        raise Usage(f"环境变量 XLCHECK_MAPPINGS 写的“{chosen}”不是文件夹。")
    return Path(chosen) if chosen else shipped()


def beside_shipped(own: Path) -> MappingFolders:
    """A folder of one's own, with the shipped sets behind it: they can be extended, and are there unless replaced."""
    return MappingFolders(own, None if own.resolve() == shipped().resolve() else shipped())


def own_folder(named: str | Path | None) -> Path | None:
    """The folder of one's own that ``--mappings`` or a setting names; None where nothing is named.

    Raises:
        Usage: it is no folder.
    """
    if not named:
        return None
    path = Path(named)
    if not path.is_dir():
        raise Usage(f"没有“{named}”这个映射文件夹。")
    return path


def cache_home() -> Path:
    """The folder of compiled sets: ``$XLCHECK_CACHE``, else the user's cache folder."""
    chosen = os.environ.get("XLCHECK_CACHE")
    if chosen:
        return Path(chosen)
    from platformdirs import user_cache_path

    return user_cache_path("xlcheck", appauthor=False)
