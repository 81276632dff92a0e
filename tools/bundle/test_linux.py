"""The Linux bundles where there is nothing but a kernel and a shell, and for another processor under qemu."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import tarfile
import time
from pathlib import Path

import pytest
from staging import LOADERS
from trying import ROOT, built

BAD = ROOT / "samples" / "tunliu_2023_transposed.xlsx"
BUNDLES = {machine: built(f"linux-{machine}.tar.xz") for machine in LOADERS}
HERE = {"x86_64": "amd64", "aarch64": "arm64"}.get(platform.machine(), "")
QEMU = {"amd64": shutil.which("qemu-x86_64-static"), "arm64": shutil.which("qemu-aarch64-static")}
BUSYBOX = Path("/bin/busybox")
PATIENCE = 600
CLEAN = {"PATH": "/usr/sbin:/usr/bin:/bin", "XLCHECK_SECONDS": "300", "XLCHECK_NO_OPEN": "1"}

pytestmark = pytest.mark.skipif(not BUNDLES["amd64"][0].exists(), reason="no bundle was built: make test-desktop")


def unpacked(machine: str, folder: Path) -> Path:
    """The bundle, in a folder with a name that shells would cut."""
    with tarfile.open(BUNDLES[machine][0]) as archive:
        archive.extractall(folder, filter="data")
    target = folder / "审核 $HOME's 工具"
    next(folder.glob("xlcheck-*")).rename(target)
    return target


@pytest.mark.parametrize("machine", LOADERS)
def test_built_twice_the_bytes_are_the_same(machine):
    one, other = BUNDLES[machine]
    assert one.read_bytes() == other.read_bytes()


@pytest.fixture(scope="module")
def bare(tmp_path_factory) -> Path:
    """A root folder without a C library: one static program, a bundle, workbooks."""
    if os.geteuid() != 0 or not BUSYBOX.exists():
        pytest.skip("needs root and busybox-static")
    root = tmp_path_factory.mktemp("bare")
    (root / "bin").mkdir()
    shutil.copy(BUSYBOX, root / "bin" / "busybox")
    for name in ("sh", "dirname", "readlink"):
        (root / "bin" / name).symlink_to("busybox")
    for folder in ("opt", "tmp", "root", "data"):
        (root / folder).mkdir()
    unpacked(HERE, root / "opt")
    assert not (root / "lib").exists()
    return root


def inside(root: Path, *words: str):
    return subprocess.run(
        ["chroot", str(root), *words],
        env=CLEAN | {"HOME": "/root"},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def test_where_there_is_no_c_library(bare, times):
    shutil.copy(BAD, bare / "data" / "屯留 决算.xlsx")
    tool = next((bare / "opt").iterdir())
    for what in ("first", "second"):
        start = time.monotonic()
        done = inside(bare, "/bin/sh", f"/opt/{tool.name}/检查.sh", "/data/屯留 决算.xlsx")
        times.append(f"检查.sh without a C library, one workbook, {what}: {time.monotonic() - start:.1f} s")
        assert done.returncode == 0, done.stdout + done.stderr
    assert "有错误（错误 4" in done.stdout
    assert sorted(p.name for p in (bare / "data").iterdir()) == [
        "屯留 决算.xlsx",
        "屯留 决算（已审核）.html",
        "屯留 决算（已审核）.xlsx",
    ]


def test_every_command_that_needs_more_of_python_finds_it_there(bare):
    tool = next((bare / "opt").iterdir())
    for words in (
        ("lint",),
        ("init", "/data/desk"),
        ("template", "shanxi-2023", "-o", "/data/blank.xlsx"),
        ("doctor", "/data/desk"),
        ("demo", "--out", "/data/演示"),
    ):
        done = inside(bare, f"/opt/{tool.name}/xlcheck", *words)
        assert done.returncode in (0, 1), (words, done.stdout + done.stderr)
        assert "Traceback" not in done.stderr
    modules = "import ssl, sqlite3, ctypes, lzma, bz2, hashlib, uuid, zoneinfo, imaplib, smtplib, lxml.etree, pydantic, watchfiles; print('all')"
    loader = f"/opt/{tool.name}/libc/{LOADERS[HERE]}"
    python = f"/opt/{tool.name}/bin/python3.11"
    code = f"import sys; sys.path.insert(0, '/opt/' + {tool.name!r} + '/app'); {modules}"
    done = inside(bare, loader, "--library-path", f"/opt/{tool.name}/libc", "--argv0", python, python, "-I", "-c", code)
    assert done.stdout == "all\n", done.stderr


@pytest.mark.parametrize("machine", LOADERS)
def test_a_workbook_is_checked_on_each_kind_of_machine(machine, tmp_path, times):
    tool = unpacked(machine, tmp_path)
    emulated = [] if machine == HERE else [QEMU[machine]]
    if None in emulated:
        pytest.skip(f"no qemu for {machine}")
    # a shell of this machine can't start a program of another: the loader is called as the script calls it
    python = str(tool / "bin" / "python3.11")
    command = [
        str(tool / "libc" / LOADERS[machine]),
        "--library-path",
        str(tool / "libc"),
        "--argv0",
        python,
        python,
        "-I",
        "-X",
        "utf8",
        str(tool / "app"),
    ]
    shutil.copy(BAD, tmp_path / "a.xlsx")
    start = time.monotonic()
    done = subprocess.run(
        [*emulated, *command, "drop", str(tmp_path / "a.xlsx")], env=CLEAN | {"HOME": str(tmp_path)}, capture_output=True, text=True,
        timeout=PATIENCE, check=False,
    )  # fmt: skip
    times.append(f"{machine}{' under qemu' if emulated else ''}, one workbook: {time.monotonic() - start:.1f} s")
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "a（已审核）.xlsx").is_file()
    assert "有错误（错误 4" in done.stdout


def test_icons_that_take_files(tmp_path):
    tool = unpacked(HERE, tmp_path)
    home = tmp_path / "home"
    (home / "Desktop").mkdir(parents=True)
    done = subprocess.run(
        [tool / "创建快捷方式.sh"],
        env={"PATH": os.environ["PATH"], "HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    menu = home / ".local" / "share" / "applications"
    assert sorted(p.name for p in menu.iterdir()) == ["xlcheck-drop.desktop", "xlcheck-page.desktop"]
    icon = home / "Desktop" / "xlcheck-drop.desktop"
    assert icon.stat().st_mode & 0o111
    line = next(line for line in icon.read_text(encoding="utf-8").splitlines() if line.startswith("Exec="))
    assert words_of(line.removeprefix("Exec=")) == [str(tool / "检查.sh"), "%F"]
    if validator := shutil.which("desktop-file-validate"):
        for path in menu.iterdir():
            checked = subprocess.run([validator, path], capture_output=True, text=True, check=False)
            assert "error" not in checked.stdout, checked.stdout


def words_of(line: str) -> list[str]:
    """The words of an Exec line, by the Desktop Entry Specification: quotes, a backslash before " ` $ \\, %% for %."""
    words, word, quoted, characters = [], "", False, iter(line.replace("\\\\", "\\"))
    for character in characters:
        if quoted and character == "\\":
            word += next(characters)
        elif character == '"':
            quoted = not quoted
        elif character == " " and not quoted:
            words.append(word)
            word = ""
        else:
            word += character
    return [w.replace("%%", "%") for w in [*words, word]]
