"""Inputs of the kinds that public bug reports tell of: what is right, is said; a unit is blamed for nothing else."""

from __future__ import annotations

import pytest

from support.places import DATA
from xlcheck.form import Severity

FIELD = DATA / "field"
ERRORS = {  # file → what is 错误 in it, and rightly so
    "03_generated_dup_label/a_generated.xlsx": 1,
    "25_year_typo/d_chinese_2022.xlsx": 1,
}
VERIFY = {  # what must be said, at the level 核实
    "05_sangong_jiedai_first/c_subunits_rows.xlsx": {"sangong_units"},
    "10_hidden_under_merge/b_hidden_other_value.xlsx": {"covered_figure"},
    "11_stale_zero_cache/a_cached_zero.xlsx": {"recalculated"},
    "25_year_typo/a_202.xlsx": {"bad_year"},
}
FILES = sorted(p.relative_to(FIELD).as_posix() for p in FIELD.rglob("*.xlsx"))


@pytest.mark.parametrize("name", FILES)
def test_an_input_of_the_field(pipeline, name):
    checked = pipeline.run((FIELD / name).read_bytes(), name)
    if name == "23_scanned/a_pictures_only.xlsx":
        assert checked.report.refusal.code == "pictures_only"
        return
    assert checked.report.refusal is None
    findings = checked.report.findings
    assert sum(f.severity is Severity.ERROR for f in findings) == ERRORS.get(name, 0)
    said = {f.code for f in findings if f.severity is Severity.VERIFY}
    assert VERIFY.get(name, set()) <= said
    if name not in VERIFY and name not in ERRORS:
        assert len(said) <= 1
    assert checked.outcome.count("pass") > 0
