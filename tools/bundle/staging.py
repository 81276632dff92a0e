"""What both kinds of bundle are put together from: the program, its libraries, bytecode, sets compiled beforehand."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterable
from lzma import LZMACompressor
from pathlib import Path

from locked import CACHE, LINUX_PLATFORMS, ROOT, TRIPLETS, debs, wheels

DIST = ROOT / "dist"
# What is never needed at run time: what C programs compile against, scripts, tests.
_LEFT_OUT = (
    "lxml/includes",
    "lxml/isoschematron",
    "xlsxwriter/test",
    "pydantic/v1",
    "pydantic/mypy.py",
    "pydantic/_internal/_mypy",
)
_LEFT_ENDINGS = (".pyi", ".h", ".pxd", ".pxi", ".pyx", ".typed")
_EARLIEST = 315_532_800  # 1980: zip files know no earlier time


def epoch() -> int:
    """The time that everything bears: ``$SOURCE_DATE_EPOCH``, else that of the last commit."""
    given = os.environ.get("SOURCE_DATE_EPOCH", "")
    if not given:
        done = subprocess.run(
            ["git", "log", "-1", "--format=%ct"], cwd=ROOT, capture_output=True, text=True, check=False
        )
        given = done.stdout.strip()
    return max(int(given) if given.isdecimal() else 0, _EARLIEST)


def version() -> str:
    """The program's version."""
    text = (ROOT / "src" / "xlcheck" / "version.py").read_text(encoding="utf-8")
    return text.rpartition("=")[2].strip().strip('"')


def lay_program(app: Path, libraries: Iterable[Path], work: Path) -> None:
    """The program with mappings, templates and samples, and its libraries, into one folder; everything compiled."""
    for wheel in libraries:
        unpack(wheel, app)
    unpack(own_wheel(work), app)
    for path in sorted(app.rglob("*"), reverse=True):
        relative = path.relative_to(app).as_posix()
        if relative.startswith(_LEFT_OUT) or (path.is_file() and path.suffix in _LEFT_ENDINGS):
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    compile_sets(app)


def own_wheel(work: Path) -> Path:
    """The wheel of this tree."""
    target = work / "wheel"
    shutil.rmtree(target, ignore_errors=True)
    subprocess.run(
        [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "wheel", "--no-deps", f"--wheel-dir={target}", str(ROOT)],
        check=True, env=os.environ | {"SOURCE_DATE_EPOCH": str(epoch())},
    )  # fmt: skip
    [found] = target.glob("*.whl")
    return found


def unpack(wheel: Path, target: Path) -> None:
    """The modules of a wheel; scripts and headers are left in it."""
    with zipfile.ZipFile(wheel) as archive:
        for name in sorted(archive.namelist()):
            first = name.partition("/")[0]
            if first.endswith(".data"):
                _, _, rest = name.partition("/")
                kind, _, inner = rest.partition("/")
                if kind not in ("purelib", "platlib") or not inner:
                    continue
                place = target / inner
            else:
                place = target / name
            if not name.endswith("/"):
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(archive.read(name))


def compile_sets(app: Path) -> None:
    """Sets compiled beforehand: the first check needs no YAML, no pydantic and no place to write to."""
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); from pathlib import Path; import xlcheck;"
        "from xlcheck.mapping.library import Library; Library().compile_all(Path(xlcheck.__file__).parent / 'data' / 'compiled')"
    )
    # The libraries may be those of another system: the sets are compiled with this machine's, the code with the bundle's.
    own = app.parent / "own"
    shutil.rmtree(own, ignore_errors=True)
    shutil.copytree(app / "xlcheck", own / "xlcheck")
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("XLCHECK_", "PYTHON"))}
    subprocess.run(
        [sys.executable, "-B", "-c", code, str(own)], check=True,
        env=clean | {"PYTHONHASHSEED": "0", "XLCHECK_CACHE": str(own / "cache")},
    )  # fmt: skip
    shutil.copytree(own / "xlcheck" / "data" / "compiled", app / "xlcheck" / "data" / "compiled")
    shutil.rmtree(own)


def compile_code(folders: Iterable[Path], prefix: Path, work: Path) -> None:
    """Bytecode that never looks at its source again, made by the very Python of the bundles (3.11, this machine's kind).

    ``prefix`` is taken off the paths that tracebacks show.
    """
    python = compiler(work)
    for folder in folders:
        subprocess.run(
            [*python, "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash", "-s", str(prefix), str(folder)],
            check=True, env={"PYTHONHASHSEED": "0", "PATH": "/usr/bin:/bin"},
        )  # fmt: skip
    for path in prefix.rglob("*.py"):
        cached = path.parent / "__pycache__" / f"{path.stem}.cpython-311.pyc"
        if not cached.is_file() and any(folder in path.parents for folder in folders):
            raise SystemExit(f"not compiled: {path}")


def compiler(work: Path) -> list[str]:
    """How to run a Python 3.11 of this machine's kind: Debian's, with its own loader."""
    machine = {"x86_64": "amd64", "aarch64": "arm64"}[os.uname().machine]
    runtime = work / f"runtime-{machine}"
    if not (runtime / "bin" / "python3.11").is_file():
        lay_runtime(runtime, machine, work)
    return run_by_loader(runtime, machine)


def run_by_loader(runtime: Path, machine: str) -> list[str]:
    """The command that starts a runtime's Python with its own loader and libraries."""
    python = str(runtime / "bin" / "python3.11")
    return [
        str(runtime / "libc" / LOADERS[machine]),
        "--library-path",
        str(runtime / "libc"),
        "--argv0",
        python,
        python,
        "-I",
    ]


LOADERS = {"amd64": "ld-linux-x86-64.so.2", "arm64": "ld-linux-aarch64.so.1"}
_STDLIB_LEFT_OUT = (
    "idlelib",
    "lib2to3",
    "pydoc_data",
    "ensurepip",
    "distutils",
    "turtle.py",
    "__phello__",
    "venv",
    "unittest",
)


def lay_runtime(runtime: Path, machine: str, work: Path) -> None:
    """Python 3.11 with its standard library, the C library and the loader, as Debian has them."""
    raw = work / f"raw-{machine}"
    shutil.rmtree(raw, ignore_errors=True)
    shutil.rmtree(runtime, ignore_errors=True)
    raw.mkdir(parents=True)
    for deb in debs(machine):
        subprocess.run(["dpkg-deb", "-x", str(deb), str(raw)], check=True)
    (runtime / "bin").mkdir(parents=True, exist_ok=True)
    shutil.copy(raw / "usr" / "bin" / "python3.11", runtime / "bin" / "python3.11")
    left_out = shutil.ignore_patterns("__pycache__", "config-3.11*", *_STDLIB_LEFT_OUT)
    shutil.copytree(raw / "usr" / "lib" / "python3.11", runtime / "lib" / "python3.11", ignore=left_out, symlinks=False)
    (runtime / "libc").mkdir()
    for folder in (raw / "lib" / TRIPLETS[machine], raw / "usr" / "lib" / TRIPLETS[machine]):
        for path in sorted(folder.glob("*.so*")):
            if path.is_file() and path.suffix != ".conf":
                shutil.copy(path.resolve(), runtime / "libc" / path.name)
    licences = runtime / "licences"
    licences.mkdir()
    for path in sorted((raw / "usr" / "share" / "doc").glob("*/copyright")):
        if path.is_file():
            shutil.copy(path.resolve(), licences / path.parent.name)


# --- archives: the same files give the same bytes ----------------------------------------------------


def write_zip(folder: Path, target: Path) -> None:
    """A folder as a zip: sorted, one time, no rights but read and run."""
    import time

    moment = time.gmtime(epoch())[:6]
    target.parent.mkdir(exist_ok=True)
    target.unlink(missing_ok=True)
    with zipfile.ZipFile(target, "x", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in sorted(p for p in folder.rglob("*") if p.is_file()):
            entry = zipfile.ZipInfo(path.relative_to(folder.parent).as_posix(), moment)
            entry.compress_type, entry.create_system, entry.external_attr = zipfile.ZIP_DEFLATED, 0, 0x20
            archive.writestr(entry, path.read_bytes(), compresslevel=9)


def write_tar(folder: Path, target: Path) -> None:
    """A folder as .tar.xz: sorted, one time, owned by nobody in particular."""
    import io

    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w", format=tarfile.GNU_FORMAT) as archive:
        for path in sorted(folder.rglob("*")):
            entry = archive.gettarinfo(path, path.relative_to(folder.parent).as_posix())
            entry.mtime, entry.uid, entry.gid, entry.uname, entry.gname = epoch(), 0, 0, "root", "root"
            entry.mode = 0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644
            if path.is_file():
                with path.open("rb") as file:
                    archive.addfile(entry, file)
            else:
                archive.addfile(entry)
    packer = LZMACompressor(preset=6)
    target.parent.mkdir(exist_ok=True)
    target.write_bytes(packer.compress(held.getvalue()) + packer.flush())


def libraries_for(machine: str) -> list[Path]:
    """The wheels of a Linux bundle."""
    return wheels("linux.lock", LINUX_PLATFORMS[machine], CACHE)
