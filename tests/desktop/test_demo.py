"""``xlcheck demo``, and the built wheel: installed anywhere, it brings mappings, templates and samples with it."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from support.places import ROOT


def program(*args, here: Path, python=sys.executable, **more: str):
    kept = ("PYTHONPATH", "XLCHECK_CACHE")
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("XLCHECK_", "PYTHON")) or k in kept}
    return subprocess.run(
        [python, "-m", "xlcheck", *map(str, args)], capture_output=True, text=True, cwd=here, env=clean | more, check=False,
        timeout=300,
    )  # fmt: skip


def test_the_samples_are_copied_checked_and_marked_in_a_new_folder(tmp_path):
    done = program("demo", here=tmp_path)
    assert done.returncode == 0, done.stderr
    root = tmp_path / "xlcheck-demo"
    shipped = {p.name for p in (ROOT / "samples").glob("tunliu_2023*.xlsx")}
    assert {p.name for p in (root / "样例").iterdir()} == {p.name for p in (root / "已审核").iterdir()} == shipped
    for name in shipped:
        assert (root / "样例" / name).read_bytes() == (ROOT / "samples" / name).read_bytes()
    assert "tunliu_2023_transposed" in (root / "审核报告.html").read_text(encoding="utf-8")
    assert str(root) in done.stdout


def test_a_second_one_and_a_named_one_replace_nothing(tmp_path):
    (tmp_path / "xlcheck-demo").mkdir()
    assert program("demo", here=tmp_path).returncode == 0
    assert list((tmp_path / "xlcheck-demo").iterdir()) == []
    assert (tmp_path / "xlcheck-demo-2" / "审核报告.html").is_file()
    assert program("demo", "--out", "x y", here=tmp_path).returncode == 0
    again = program("demo", "--out", "x y", here=tmp_path)
    assert again.returncode == 2
    assert "已经有东西了" in again.stderr


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    done = subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder), str(ROOT)],
        capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    if done.returncode:
        pytest.skip(f"no wheel can be built here: {done.stderr[-300:]}")
    return next(folder.glob("*.whl"))


def test_the_wheel_holds_mappings_templates_samples_and_the_pages(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    for folder in ("mappings", "templates", "samples"):
        for path in (ROOT / folder).rglob("*"):
            if path.is_file():
                assert f"xlcheck/data/{folder}/{path.relative_to(ROOT / folder).as_posix()}" in names
    for path in (ROOT / "src" / "xlcheck").rglob("*"):
        if path.is_file() and path.suffix != ".pyc":
            assert path.relative_to(ROOT / "src").as_posix() in names


@pytest.mark.long  # an environment with everything in it
def test_the_wheel_works_in_a_fresh_environment_outside_the_tree(wheel, tmp_path):
    venv.create(tmp_path / "env", with_pip=True)
    scripts = tmp_path / "env" / ("Scripts" if os.name == "nt" else "bin")
    constraints = ROOT / "constraints.txt"
    installed = subprocess.run(
        [scripts / "python", "-m", "pip", "install", "--quiet", "-c", constraints, wheel], capture_output=True, text=True,
        check=False, timeout=600,
    )  # fmt: skip
    if installed.returncode:
        pytest.skip(f"the registry does not answer: {installed.stderr[-300:]}")
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("XLCHECK_", "PYTHON"))} | {
        "XLCHECK_CACHE": str(tmp_path / "cache")
    }
    run = lambda *args: subprocess.run(  # noqa: E731
        [scripts / "xlcheck", *map(str, args)],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=clean,
        check=False,
        timeout=300,
    )
    done = run("demo", "--out", tmp_path / "演示 一")
    assert done.returncode == 0, done.stderr
    checked = run("check", tmp_path / "演示 一" / "样例" / "tunliu_2023.xlsx")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert run("check", tmp_path / "演示 一" / "样例" / "tunliu_2023_transposed.xlsx").returncode == 1
