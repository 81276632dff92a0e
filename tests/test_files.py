"""Files are replaced whole or not at all, whatever the machine does."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from xlcheck.errors import Fault
from xlcheck.files import reason, write_whole


def names(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir())


def test_a_new_file_holds_exactly_the_bytes_given(tmp_path):
    write_whole(tmp_path / "新.xlsx", b"\x00\xffbytes")
    assert (tmp_path / "新.xlsx").read_bytes() == b"\x00\xffbytes"
    assert names(tmp_path) == ["新.xlsx"]


def test_an_old_file_is_replaced_whole_even_by_a_shorter_one(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"old" * 10_000)
    write_whole(path, b"new")
    assert path.read_bytes() == b"new"
    assert names(tmp_path) == ["a"]


def test_a_reader_that_has_the_old_file_open_keeps_the_old_bytes(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"old")
    with path.open("rb") as reader:
        write_whole(path, b"new")
        assert reader.read() == b"old"


def test_folders_on_the_way_are_made(tmp_path):
    write_whole(tmp_path / "甲" / "乙" / "a", b"x")
    assert (tmp_path / "甲" / "乙" / "a").read_bytes() == b"x"


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o664, 0o755])
def test_the_mode_of_the_old_file_is_kept(tmp_path, mode):
    path = tmp_path / "a"
    path.write_bytes(b"old")
    path.chmod(mode)
    write_whole(path, b"new")
    assert path.stat().st_mode & 0o777 == mode


@pytest.mark.parametrize(("mask", "mode"), [(0o022, 0o644), (0o077, 0o600), (0o002, 0o664)])
def test_a_new_file_has_the_mode_of_the_umask(tmp_path, mask, mode):
    before = os.umask(mask)
    try:
        write_whole(tmp_path / "a", b"new")
    finally:
        os.umask(before)
    assert (tmp_path / "a").stat().st_mode & 0o777 == mode


def test_a_name_as_long_as_a_file_system_takes_can_be_written(tmp_path):
    name = "a" * 250
    write_whole(tmp_path / name, b"x")
    assert names(tmp_path) == [name]


def test_a_long_chinese_name_can_be_written(tmp_path):
    name = "决" * 80 + ".xlsx"
    write_whole(tmp_path / name, b"x")
    assert names(tmp_path) == [name]


# --- what the machine refuses -----------------------------------------------------------------


def test_a_file_where_a_folder_should_be_is_a_fault_said_in_chinese(tmp_path):
    (tmp_path / "file").write_bytes(b"old")
    with pytest.raises(Fault, match=r"写不了.*：上级不是文件夹"):
        write_whole(tmp_path / "file" / "a", b"new")
    assert (tmp_path / "file").read_bytes() == b"old"


def test_a_folder_where_the_file_should_be_is_a_fault_and_leaves_nothing(tmp_path):
    (tmp_path / "a").mkdir()
    with pytest.raises(Fault, match="这是文件夹，不是文件"):
        write_whole(tmp_path / "a", b"new")
    assert names(tmp_path) == ["a"]


def test_a_name_too_long_is_a_fault(tmp_path):
    with pytest.raises(Fault, match="写不了"):
        write_whole(tmp_path / ("a" * 300), b"new")
    assert names(tmp_path) == []


def run(code: str, *args: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, args)], capture_output=True, encoding="utf-8", check=False, timeout=60
    )


_TOO_BIG = """
import resource, signal, sys
from pathlib import Path
from xlcheck.errors import Fault
from xlcheck.files import write_whole
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
try:
    write_whole(Path(sys.argv[1]), b"x" * 100_000)
except Fault as fault:
    sys.exit(str(fault))
"""


def test_a_write_the_system_breaks_off_is_a_fault_and_the_old_file_stays(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"old")
    done = run(_TOO_BIG, path)
    assert done.returncode == 1
    assert "文件太大" in done.stderr
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["a"]


def test_a_write_the_system_breaks_off_leaves_no_new_file(tmp_path):
    done = run(_TOO_BIG, tmp_path / "a")
    assert done.returncode == 1
    assert names(tmp_path) == []


_HANG = """
import os, sys, time
from pathlib import Path
from xlcheck.files import write_whole
def hang(handle):
    print("writing", flush=True)
    time.sleep(600)
os.fsync = hang
write_whole(Path(sys.argv[1]), b"new" * 100_000)
"""


def test_a_process_killed_in_the_middle_leaves_the_old_file_untouched(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"old")
    with subprocess.Popen([sys.executable, "-c", _HANG, path], stdout=subprocess.PIPE, encoding="utf-8") as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "writing\n"
        process.send_signal(signal.SIGKILL)
        assert process.wait(60) == -signal.SIGKILL
    assert path.read_bytes() == b"old"
    left = [n for n in names(tmp_path) if n != "a"]
    assert all(n.startswith(".a.") and n.endswith(".part") for n in left)
    write_whole(path, b"new")
    assert path.read_bytes() == b"new"


_INTERRUPT = """
import os, sys
from pathlib import Path
from xlcheck.files import write_whole
def interrupt(handle):
    raise KeyboardInterrupt
os.fsync = interrupt
try:
    write_whole(Path(sys.argv[1]), b"new")
except KeyboardInterrupt:
    sys.exit(9)
"""


def test_an_interrupted_write_leaves_the_old_file_and_no_temporary_one(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"old")
    assert run(_INTERRUPT, path).returncode == 9
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["a"]


@pytest.mark.parametrize(
    ("number", "said"),
    [(28, "磁盘空间不足"), (13, "没有权限"), (30, "磁盘是只读的"), (2, "文件或文件夹不存在"), (36, "文件名太长")],
)
def test_common_reasons_are_said_in_chinese(number, said):
    assert reason(OSError(number, os.strerror(number))) == said


def test_an_uncommon_reason_is_said_in_the_systems_words():
    assert reason(OSError(71, "Protocol error")) == "Protocol error"
    assert reason(OSError("odd")) == "odd"
