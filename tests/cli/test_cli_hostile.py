"""A batch goes on after workbooks made to hurt: each is one refusal, the good ones are checked and marked."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from support.badfiles import bad_file
from support.badfiles.formats import xls
from support.badfiles.olefaults import globally
from support.places import SAMPLES
from xlcheck.batch import Batch
from xlcheck.intake import Job
from xlcheck.pipeline import Pipeline


def test_the_good_ones_are_checked_whatever_stands_between_them(run, tmp_path):
    names = ["zip/empty", "sheet/500-sheets-of-200000-cells", "sheet/200001-cells"]  # none of them by the clock alone
    for number in range(4):
        shutil.copy(SAMPLES / "tunliu_2023.xlsx", tmp_path / f"{number}-好.xlsx")
    for number, name in enumerate(names):
        (tmp_path / f"{number}-坏.xlsx").write_bytes(bad_file(name))
    before = {p.name: p.read_bytes() for p in tmp_path.iterdir()}
    done = run("check", tmp_path, "--out", tmp_path / "out", "--format", "json", "--jobs", 2, XLCHECK_SECONDS="3")
    assert done.code == 3
    ended = {Path(r["workbook"]["path"]).name: r["status"] for r in done.json["reports"]}
    assert ended == {n: "refused" if "坏" in n else "checked" for n in before}
    assert {p.name for p in (tmp_path / "out").iterdir()} == {n for n in before if "好" in n}
    assert {n: (tmp_path / n).read_bytes() for n in before} == before


def test_an_xls_with_a_password_is_refused_with_what_to_do(tmp_path):
    make = globally(lambda records: [*records[:1], (0x2F, bytes(6)), *records[1:]])
    (tmp_path / "密.xls").write_bytes(make())
    (answer,) = Batch(Pipeline(), keep_reports=True).run([Job(tmp_path / "密.xls", "密.xls", Path("密"))])
    assert answer.refusal == "encrypted"
    assert "密码" in answer.report.refusal.message


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed here; .ci/run installs it")
def test_a_copy_by_libreoffice_keeps_the_layout_of_an_old_workbook(run, tmp_path):
    (tmp_path / "旧.xls").write_bytes(xls())
    done = run("check", tmp_path / "旧.xls", "--out", tmp_path / "out", "--keep-layout", "--fail-on", "never")
    assert done.code == 0, done.err
    (copy,) = (tmp_path / "out").iterdir()
    again = run("check", copy, "--format", "json").json
    first = run("check", tmp_path / "旧.xls", "--format", "json").json
    assert [f["message"] for f in again["findings"]] == [f["message"] for f in first["findings"]]
