"""Where workbooks lie and results go: a path of this machine, or an address such as ``s3://bucket/folder``.

Local paths need nothing; addresses go through fsspec, of which this is the only door. ``file://`` is a local path.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any

from xlcheck.errors import Fault, Usage
from xlcheck.files import reason, write_whole

_SCHEME = re.compile(r"^([A-Za-z][A-Za-z0-9+.-]+)://")
_OWN_MEMORY = "memory"
_ASK = "请安装：pip install 'xlcheck[dask]'"
_OBJECTS = {
    "s3",
    "s3a",
    "oss",
    "obs",
    "cos",
    "gs",
    "gcs",
    "abfs",
    "abfss",
    "az",
    "memory",
}  # know no folders; s3fs would make a bucket
_LOADED: set[str] = set()
_LIBRARIES = {"s3": "s3fs", "s3a": "s3fs", "oss": "ossfs", "gs": "gcsfs", "abfs": "adlfs", "az": "adlfs"}


@dataclass(frozen=True, slots=True)
class Address:
    """A file or folder of a storage that is no local path: its URL, without a slash at the end."""

    url: str

    def __str__(self) -> str:
        return self.url

    def __reduce__(self) -> tuple[Callable[[str], Address], tuple[str]]:
        return _arrived, (self.url,)

    def __truediv__(self, name: str | PurePosixPath | Path) -> Address:
        return Address(f"{self.url}/{name if isinstance(name, str) else name.as_posix()}")

    @property
    def name(self) -> str:
        """The last part."""
        return self.url.rpartition("/")[2]

    @property
    def suffix(self) -> str:
        """The ending of the name, with its dot."""
        return PurePosixPath(self.name).suffix

    @property
    def scheme(self) -> str:
        """What stands before ``://``."""
        return self.url.partition("://")[0].lower()

    @property
    def own_memory(self) -> bool:
        """Whether only the process that wrote there can read it."""
        return self.scheme == _OWN_MEMORY


Place = Path | Address


def _arrived(url: str) -> Address:
    """An address from another process: it will be used here, so its library is loaded now.

    That takes seconds. The parent of checking processes does it once; in each of them it would be taken for the workbook's time.
    """
    found = Address(url)
    if found.scheme not in _LOADED:
        _LOADED.add(found.scheme)
        with contextlib.suppress(Usage, OSError), _plain_errors():  # who uses it says what is missing
            _file_system(found)
    return found


def place(text: str) -> Place:
    """The place that a user names: ``s3://…`` and the like are addresses, everything else is a path."""
    found = _SCHEME.match(text)
    if found is None:
        return Path(text)
    if found[1].lower() in ("file", "local"):
        return _local_path(text)
    return Address(text.rstrip("/"))


def _local_path(url: str) -> Path:
    from urllib.parse import unquote, urlsplit
    from urllib.request import url2pathname

    parts = urlsplit(url)
    whole = parts.netloc + parts.path
    return Path(url2pathname(whole) if os.name == "nt" else unquote(whole))


def is_folder(at: Place) -> bool:
    """Whether there is a folder.

    Raises:
        Usage, OSError: the storage can't be asked.
    """
    if isinstance(at, Path):
        return at.is_dir()
    with _plain_errors():
        fs, path = _file_system(at)
        return bool(fs.isdir(path))


def exists(at: Place) -> bool:
    """Whether there is a file or folder.

    Raises:
        Usage, OSError: the storage can't be asked.
    """
    if isinstance(at, Path):
        return at.exists()
    with _plain_errors():
        fs, path = _file_system(at)
        return bool(fs.exists(path))


def read(at: Place, most: int = -1) -> bytes:
    """The bytes of a file, ``most`` of them at the most.

    Raises:
        Usage, OSError: it can't be read.
    """
    if isinstance(at, Address) and most > 0:
        fs, path = _file_system(at)
        with contextlib.suppress(Exception):  # an empty file has no first byte; whatever else it is, opening says so
            return bytes(fs.cat_file(path, start=0, end=most))  # one journey, where opening takes two
    with opened(at) as file:
        return file.read(most)


@contextlib.contextmanager
def opened(at: Place) -> Iterator[IO[bytes]]:
    """A file to read and seek in.

    Raises:
        Usage, OSError: it can't be read.
    """
    if isinstance(at, Path):
        with at.open("rb") as file:
            yield file
        return
    with _plain_errors():
        fs, path = _file_system(at)
        file = fs.open(path, "rb")
    with file:
        yield file


def write(at: Place, data: bytes) -> None:
    """Put ``data`` at ``at``, whole: object stores show a file once all of it is there; paths as ``files.write_whole``.

    Raises:
        Fault: it can't be written.
    """
    if isinstance(at, Path):
        write_whole(at, data)
        return
    try:
        with _plain_errors():
            fs, path = _file_system(at)
            if at.scheme not in _OBJECTS:
                fs.makedirs(path.rpartition("/")[0], exist_ok=True)
            fs.pipe_file(path, data)
    except OSError as error:
        raise Fault(f"写不了“{at}”：{reason(error)}") from error


def remove(at: Place) -> None:
    """Remove a file; one that is not there is gone already.

    Raises:
        Fault: it can't be removed.
    """
    try:
        if isinstance(at, Path):
            at.unlink(missing_ok=True)
            return
        with _plain_errors(), contextlib.suppress(FileNotFoundError):
            fs, path = _file_system(at)
            fs.rm_file(path)
    except OSError as error:
        raise Fault(f"删不了“{at}”：{reason(error)}") from error


def entries(folder: Place) -> tuple[list[str], list[str]]:
    """Names of the files and of the folders in ``folder``, in order; none where it is not there. Links to folders are neither.

    Raises:
        Usage, OSError: it can't be read.
    """
    if isinstance(folder, Path):
        return _local_entries(folder)
    with _plain_errors():
        fs, path = _file_system(folder)
        try:
            found = fs.ls(path, detail=True)
        except FileNotFoundError:
            return [], []
    names: dict[str, list[str]] = {"file": [], "directory": []}
    for entry in found:
        name = entry["name"].rstrip("/").rpartition("/")[2]
        if name and entry["name"].rstrip("/") != path.rstrip("/"):  # object stores list an empty object for the folder
            names.get(entry["type"], names["file"]).append(name)
    return sorted(names["file"]), sorted(names["directory"])


def _local_entries(folder: Path) -> tuple[list[str], list[str]]:
    files, folders = [], []
    try:
        with os.scandir(folder) as found:
            for entry in found:
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.name)
                elif entry.is_file():
                    files.append(entry.name)
    except FileNotFoundError:
        return [], []
    return sorted(files), sorted(folders)


def _file_system(at: Address) -> tuple[Any, str]:
    """The storage of an address, and the address in its words.

    Raises:
        Usage: there is no library for it.
    """
    try:
        import fsspec
    except ImportError as error:
        raise Usage(f"读写 {at.scheme}:// 还缺程序库。{_ASK}") from error
    try:
        fs, path = fsspec.core.url_to_fs(at.url, use_listings_cache=False)
    except ImportError as error:
        needed = _LIBRARIES.get(at.scheme, f"fsspec 里 {at.scheme} 的程序库")
        raise Usage(f"读写 {at.scheme}:// 还缺程序库，请安装：pip install {needed}") from error
    except ValueError as error:
        raise Usage(f"不认识 {at.scheme}:// 这种地址（{at}）。") from error
    return fs, str(path)


@contextlib.contextmanager
def _plain_errors() -> Iterator[None]:
    """Whatever a storage's library raises as an ``OSError``: no key, no bucket, no network."""
    try:
        yield
    except (OSError, Usage):
        raise
    except Exception as error:
        raise OSError(f"{type(error).__name__}: {error}") from error
