"""What a letter, the status, the journal and 审核结果 say of one workbook is the same: 通过, 待核实 or 有错误."""

from __future__ import annotations

import io
import os
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

from support.desks import OTHERS, TUNLIU, Bench, sample
from xlcheck.cli.fill import command as fill
from xlcheck.cli.journal import command as journal
from xlcheck.cli.status import command as status
from xlcheck.ledger import letters, receipts
from xlcheck.ledger.records import Letter
from xlcheck.ledger.store import Ledger

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="a child is forked, with everything imported")


def _empty(folder: Path) -> bytes:
    (folder / "d.json").write_text("{}", encoding="utf-8")
    words = ["shanghai-putuo-2024", str(folder / "d.json"), "-o", str(folder / "o.xlsx")]
    CliRunner().invoke(fill, words, standalone_mode=False)
    return (folder / "o.xlsx").read_bytes()


@pytest.mark.parametrize(
    ("name", "result", "subject", "state"),
    [
        ("tunliu_2023", "通过", "审核通过", "已通过"), ("putuo_shegong_2024", "待核实", "待核实：13 条勾稽关系没能核对", "待核实"),
        ("", "有错误", "请改正后重报：错误 1 条、核实 0 条", "待改正"),
    ],
)  # fmt: skip
def test_all_four_say_the_same(tmp_path: Path, name: str, result: str, subject: str, state: str):
    bench = Bench.make(tmp_path / "desk")
    unit = TUNLIU if name.startswith("tunliu") else OTHERS[0]
    bench.drop(f"{unit}.xlsx", sample(name) if name else _empty(tmp_path))
    code, said = bench.run()
    assert code == 0, said
    with Ledger(bench.folders.ledger_file) as ledger:
        (letter,) = letters.letters(ledger)
        (row,) = receipts._receipts(ledger, "ORDER BY id")
    assert letter.subject.endswith(f"（第 1 版）{subject}")
    data = (bench.folders.letters(Letter.READY) / letter.file).read_bytes()
    assert data
    shown = CliRunner().invoke(
        status, [str(bench.root), "--state", state, "--year", str(row.year or 2025)], standalone_mode=False
    )
    assert unit in shown.output
    told = CliRunner().invoke(journal, ["show", str(bench.root)], standalone_mode=False).output
    assert f"第 1 版：{result}，错误" in told
    book = openpyxl.load_workbook(io.BytesIO((bench.root / row.marked).read_bytes()))
    lines = [str(cell.value) for (cell,) in book["审核结果"].iter_rows(max_col=1, max_row=8)]
    assert any(line.startswith(f"结论：{result}。") for line in lines), lines
