"""A table in 元 is one finding; a cell in 元 is that cell."""

from __future__ import annotations

import copy

import pytest

import samples

BASE = samples.load(samples.SAMPLES / "tunliu_2023.yaml")


def times(value):
    return value if value is None else str(round(float(value) * 10_000, 2))


def in_yuan(number: str):
    """The sample with one table's figures in 元 (from 万元 figures: the grain of 100 元 does not matter here)."""
    data = copy.deepcopy(BASE)
    table = data["tables"][number]
    if "合计" in table:
        table["合计"] = [times(v) for v in table["合计"]]
    for row in table.get("rows", ()):
        row["values"] = [times(v) for v in row["values"]]
    for section in ("收入", "支出"):
        for label, value in table.get(section, {}).items():
            table[section][label] = {k: times(v) for k, v in value.items()} if isinstance(value, dict) else times(value)
    return samples.fill(data)


@pytest.mark.parametrize("number", ["公开02", "公开03", "公开04", "公开05"])
def test_a_table_in_yuan_is_one_scale_finding_for_its_relations_with_others(pipeline, number):
    checked = pipeline.run(in_yuan(number), "x.xlsx")
    across = [f for f in checked.report.findings if f.severity == "错误" and f.category in ("cross_table", "scale")]
    assert [f.code for f in across] == ["table_in_yuan"]
    assert across[0].cells[0].table == number


def test_one_cell_in_yuan_is_not_the_whole_table(pipeline):
    for code, column in (("20801", 0), ("208", 0)):
        data = copy.deepcopy(BASE)
        row = next(r for r in data["tables"]["公开03"]["rows"] if r["code"] == code)
        row["values"][column] = times(row["values"][column])
        checked = pipeline.run(samples.fill(data), "x.xlsx")
        assert "table_in_yuan" not in [f.code for f in checked.report.findings]
        assert [c.kind for c in checked.report.diagnoses] == ["scale"]


def test_a_total_in_yuan_is_not_the_whole_table(pipeline):
    data = copy.deepcopy(BASE)
    data["tables"]["公开03"]["合计"][0] = times(data["tables"]["公开03"]["合计"][0])
    checked = pipeline.run(samples.fill(data), "x.xlsx")
    assert "table_in_yuan" not in [f.code for f in checked.report.findings]
