"""The Windows bundles under wine64, as a new user would use them."""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
import time
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pytest
from trying import ROOT, built, without_rights

from support.pages import Page

WINE = shutil.which("wine64") or ("/usr/lib/wine/wine64" if Path("/usr/lib/wine/wine64").exists() else None)
BAD = ROOT / "samples" / "tunliu_2023_transposed.xlsx"
GOOD = ROOT / "samples" / "tunliu_2023.xlsx"
ZIPS, EXES = built("windows-amd64.zip"), built("windows-amd64.exe")
PATIENCE = 600
DRIVER = """\
import subprocess, sys
done = subprocess.run(open(sys.argv[1], encoding="utf-8").read(), capture_output=True, stdin=subprocess.DEVNULL)
sys.stdout.buffer.write(done.stdout + done.stderr)
sys.exit(done.returncode)
"""

pytestmark = pytest.mark.skipif(not ZIPS[0].exists(), reason="no bundle was built: make test-desktop")
wine_needed = pytest.mark.skipif(WINE is None, reason="no wine64")


def windows(path: Path) -> str:
    return "Z:" + str(path).replace("/", "\\")


class Machine:
    """A Windows of its own, with the folder of the bundle in a place with spaces and Chinese in its name."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.prefix = root / "wine"
        self.tool = root / "我的 文件" / "审核工具"
        with zipfile.ZipFile(ZIPS[0]) as archive:
            archive.extractall(self.tool.parent)
            name = archive.namelist()[0].partition("/")[0]
        (self.tool.parent / name).rename(self.tool)
        self.python = self.tool / "python" / "python.exe"
        (root / "driver.py").write_text(DRIVER, encoding="utf-8")
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("XLCHECK_", "PYTHON", "DISPLAY"))}
        self.environment = clean | {
            "WINEPREFIX": str(self.prefix), "HOME": str(root), "WINEDEBUG": "-all", "LC_ALL": "C.UTF-8", "XLCHECK_NO_OPEN": "1", "XLCHECK_NO_PAUSE": "1",
            "XLCHECK_SECONDS": "300",  # of a machine that may be busy, under wine
        }  # fmt: skip
        self._wine("wineboot", "-i")

    @property
    def local(self) -> Path:
        """%LOCALAPPDATA%."""
        return next(self.prefix.glob("drive_c/users/*/AppData/Local"))

    def _wine(self, *words: str):
        done = subprocess.run(
            [*without_rights(), WINE, *words], env=self.environment, cwd=self.root, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=PATIENCE, check=False,
        )  # fmt: skip
        return SimpleNamespace(code=done.returncode, out=done.stdout.decode("utf-8", "replace"))

    def run(self, *words: str):
        """The bundle's Python."""
        return self._wine(str(self.python), "-X", "utf8", *words)

    def call(self, line: str):
        """A command line, exactly as Explorer hands it to Windows."""
        (self.root / "line.txt").write_text(line, encoding="utf-8")
        return self.run(windows(self.root / "driver.py"), windows(self.root / "line.txt"))

    def drop_on(self, icon: str, *paths: str):
        """Files dropped on a .cmd: Windows quotes only what holds a space."""
        words = " ".join(f'"{p}"' if " " in p else p for p in paths)
        return self.call(rf'C:\windows\system32\cmd.exe /c ""{windows(self.tool / icon)}" {words}"')

    def close(self) -> None:
        subprocess.run(["/usr/lib/wine/wineserver", "-k"], env=self.environment, check=False, capture_output=True)


@pytest.fixture(scope="session")
def machine(tmp_path_factory):
    found = Machine(tmp_path_factory.mktemp("windows"))
    yield found
    found.close()


@pytest.fixture
def place(machine, request):
    folder = machine.root / "财务 2023" / str(abs(hash(request.node.name)))
    folder.mkdir(parents=True)
    return folder


def names(folder: Path) -> list[str]:
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())


@pytest.mark.parametrize("both", [ZIPS, EXES], ids=["zip", "exe"])
def test_built_twice_the_bytes_are_the_same(both):
    one, other = both
    assert one.read_bytes() == other.read_bytes()


def test_python_is_as_it_was_signed():
    with zipfile.ZipFile(ZIPS[0]) as archive:
        programs = [
            n
            for n in archive.namelist()
            if "/python/" in n and "/app/" not in n and n.endswith((".exe", ".dll", ".pyd"))
        ]
        unsigned = [n for n in programs if not has_signature(archive.read(n))]
    assert len(programs) > 20
    assert [n.rpartition("/")[2] for n in unsigned] == []


def has_signature(data: bytes) -> bool:
    """Whether a program of Windows ends in a certificate, and in nothing else (PE: the fifth data directory)."""
    head = struct.unpack_from("<I", data, 0x3C)[0]
    start = head + 24 + (112 if struct.unpack_from("<H", data, head + 24)[0] == 0x20B else 96)
    place, size = struct.unpack_from("<II", data, start + 4 * 8)
    return bool(place) and place + size == len(data)


def test_what_cmd_reads_is_what_every_code_page_has():
    with zipfile.ZipFile(ZIPS[0]) as archive:
        commands = [n for n in archive.namelist() if n.endswith(".cmd")]
        assert {n.rpartition("/")[2] for n in commands} == {
            "检查.cmd",
            "打开页面.cmd",
            "创建快捷方式.cmd",
            "命令行.cmd",
        }
        for name in commands:
            text = archive.read(name)
            assert text.isascii()
            assert text.count(b"\n") == text.count(b"\r\n")
        assert {i.date_time for i in archive.infolist()} == {archive.infolist()[0].date_time}


@wine_needed
def test_one_file_dropped(machine, place, times):
    shutil.copy(BAD, place / "屯留 决算.xlsx")
    for what in ("first", "second"):
        start = time.monotonic()
        done = machine.drop_on("检查.cmd", windows(place / "屯留 决算.xlsx"))
        times.append(f"检查.cmd under wine, one workbook, {what} drop: {time.monotonic() - start:.1f} s")
        assert done.code == 0, done.out
    assert names(place) == ["屯留 决算.xlsx", "屯留 决算（已审核）.html", "屯留 决算（已审核）.xlsx"]
    assert "有错误（错误 4" in done.out
    assert (place / "屯留 决算.xlsx").read_bytes() == BAD.read_bytes()


@wine_needed
def test_many_files_and_a_folder_with_odd_names(machine, place):
    # A bare path with "&" (which Windows does not quote) is tested in tests/desktop: wine's %cmdcmdline% ends at the "&".
    (place / "收齐").mkdir()
    for name in ("甲&乙.xlsx", "丙 (1).xlsx", "丁；+,=.xlsx", "收齐/戊.xlsx"):
        shutil.copy(GOOD, place / name)
    done = machine.drop_on(
        "检查.cmd", *(windows(place / n) for n in ("甲&乙.xlsx", "丙 (1).xlsx", "丁；+,=.xlsx", "收齐"))
    )
    assert done.code == 0, done.out
    assert {
        "甲&乙（已审核）.xlsx", "丙 (1)（已审核）.xlsx", "丁；+,=（已审核）.xlsx", "收齐（已审核）/戊（已审核）.xlsx", "审核报告（已审核）.html",
    } <= set(names(place))  # fmt: skip


@wine_needed
def test_a_place_that_cannot_be_written(machine, place):
    shutil.copy(GOOD, place / "只读.xlsx")
    place.chmod(0o555)
    try:
        done = machine.drop_on("检查.cmd", windows(place / "只读.xlsx"))
    finally:
        place.chmod(0o755)
    assert done.code == 0, done.out
    assert names(place) == ["只读.xlsx"]
    assert "只读（已审核）.xlsx" in names(machine.local / "xlcheck" / "审核结果")
    assert "里不能写文件" in done.out


@wine_needed
def test_no_rights_to_the_users_folder(machine, place):
    shutil.copy(GOOD, place / "无权.xlsx")
    shutil.copy(GOOD, place / "旁边.xlsx")
    shutil.rmtree(machine.local / "xlcheck", ignore_errors=True)
    (machine.local / "Temp").mkdir(exist_ok=True)
    machine.local.chmod(0o555)
    try:
        assert machine.drop_on("检查.cmd", windows(place / "旁边.xlsx")).code == 0
        exe = machine.call(f'"{windows(EXES[0])}" "{windows(place / "旁边.xlsx")}"')
        place.chmod(0o555)
        done = machine.drop_on("检查.cmd", windows(place / "无权.xlsx"))
    finally:
        machine.local.chmod(0o755)
        place.chmod(0o755)
    assert "旁边（已审核）.xlsx" in names(place)
    assert exe.code == 0, exe.out
    assert done.code == 0, done.out
    there = [p.relative_to(machine.prefix) for p in machine.prefix.rglob("*") if p.is_file()]  # wherever %TEMP% is
    assert any(p.name == "无权（已审核）.xlsx" and "Temp" in p.parts for p in there)
    assert any(p.name == "complete" and "Temp" in p.parts for p in there)


@wine_needed
def test_the_one_exe_unpacks_once_and_takes_any_number(machine, place, times):
    shutil.copy(EXES[0], place / "检查.exe")
    shutil.copy(BAD, place / "屯留 决算.xlsx")
    many = [place / f"{'很长的名称' * 12}{number}.xlsx" for number in range(9)]
    for path in many:
        shutil.copy(GOOD, path)
    for what, paths in (("first", [place / "屯留 决算.xlsx"]), ("later", [place / "屯留 决算.xlsx"]), ("many", many)):
        start = time.monotonic()
        line = " ".join(f'"{windows(p)}"' for p in (place / "检查.exe", *paths))
        done = machine.call(line)
        times.append(f"the exe under wine, {len(paths)} workbook(s), {what}: {time.monotonic() - start:.1f} s")
        assert done.code == 0, done.out
    assert len(line) > 1024  # what a variable of NSIS holds
    assert len([n for n in names(place) if n.endswith("（已审核）.xlsx")]) == 10
    assert len(list((machine.local / "xlcheck").glob("program-*/complete"))) == 1


@wine_needed
def test_the_page_answers_and_checks(machine):
    shutil.rmtree(machine.root / "page", ignore_errors=True)
    program = (*without_rights(), WINE, str(machine.python), "-X", "utf8")
    with Page(windows(machine.root / "page"), program=program, **machine.environment) as page:
        assert page.enter().get("/").status == 200
        page.send("甲局 决算.xlsx", BAD.read_bytes())
        [upload] = page.settled(seconds=PATIENCE)
        assert upload["rows"][0]["errors"] == 4
        assert page.get(f"/uploads/{upload['id']}/copies/0/0").status == 200
        page.post("/end")
        page.process.wait(PATIENCE)
    assert len(list((machine.root / "page").glob("*/结果/*.xlsx"))) == 1


@wine_needed
def test_shortcuts(machine):
    done = machine.call(rf'C:\windows\system32\cmd.exe /c ""{windows(machine.tool / "创建快捷方式.cmd")}""')
    assert done.code == 0, done.out
    links = {p.name: p.read_bytes() for p in machine.root.rglob("*.lnk")}
    assert {"检查决算公开表.lnk", "决算公开表检查页面.lnk"} <= set(links)
    for part in ("审核工具", "检查.cmd"):  # wine stores the path in pieces
        assert part.encode("utf-16-le") in links["检查决算公开表.lnk"]


@wine_needed
def test_a_check_needs_neither_pydantic_nor_yaml_nor_a_place_for_a_cache(machine):
    code = (
        "import sys; sys.argv = ['xlcheck', 'check', sys.argv[1]]\n"
        "from xlcheck.cli import main\n"
        "try: main()\n"
        "finally: print([m for m in ('pydantic', 'yaml', 'watchfiles', 'openpyxl', 'jinja2') if m in sys.modules])"
    )
    (machine.root / "check.py").write_text(
        f"if __name__ == '__main__':\n    {code.replace(chr(10), chr(10) + '    ')}\n", encoding="utf-8"
    )
    done = machine.run(windows(machine.root / "check.py"), windows(GOOD))
    assert done.out.rstrip().endswith("[]"), done.out
    listed = machine.run("-m", "xlcheck", "lint")  # which needs both, and has them
    assert "没有错误" in listed.out
