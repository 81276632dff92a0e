"""The Excel form says what the checker says, computed by another program."""

from __future__ import annotations

import io
import shutil
import subprocess

import openpyxl
import pytest

from xlcheck.checking import judge
from xlcheck.checking.excelform import excel_form
from xlcheck.checking.relations import lay
from xlcheck.formula import syntax

SOFFICE = shutil.which("soffice")


def verdicts(form, now):
    """(formula, whether the relation can hold) of every relation with cells."""
    for rule in form.rules:
        if rule.linear is None or rule.kind == "continuity" or isinstance(rule.tree, syntax.Implies):
            continue
        relations = lay(rule, rule.linear, now, None)
        for binding, column in relations:
            terms = relations.terms(binding, column)
            formula = excel_form(terms, rule.linear.op, rule.linear.constant, now)
            if formula and not judge.unusable(terms, now):
                yield formula, judge.holds_rounded(rule.linear.op, terms, rule.linear.constant)


@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed here; .ci/run installs it")
@pytest.mark.parametrize(
    "name", ["tunliu_2023", "tunliu_2023_transposed", "tunliu_2023_three_public", "tunliu_2023_stale_total"]
)
def test_libreoffice_computes_the_same_verdicts(pipeline, form, name, tmp_path):
    from test_samples import SAMPLES

    data = (SAMPLES / f"{name}.xlsx").read_bytes()
    expected = list(verdicts(form, pipeline.read(data)))
    book = openpyxl.load_workbook(io.BytesIO(data))
    sheet = book.create_sheet("检验")
    for i, (formula, _) in enumerate(expected, start=1):
        sheet.cell(i, 1, formula)
    (tmp_path / "in").mkdir()
    source = tmp_path / "in" / "x.xlsx"
    book.save(source)
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = [SOFFICE, profile, "--headless", "--convert-to", "xlsx", "--outdir", str(tmp_path), str(source)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    computed = [
        r[0] for r in openpyxl.load_workbook(tmp_path / "x.xlsx", data_only=True)["检验"].iter_rows(values_only=True)
    ]
    assert computed == [holds for _, holds in expected]
    assert len(expected) > 300
    assert (False in computed) == (name != "tunliu_2023")
