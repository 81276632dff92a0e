"""Families of score sheets compile, extend one another, and say what is wrong with them at its place."""

from __future__ import annotations

import shutil

import pytest

from support.places import ROOT
from xlcheck.errors import MappingError
from xlcheck.mapping.library import Library
from xlcheck.mapping.scoresheets import FOLDER, compile_score_sheets

SHIPPED = ROOT / "mappings"


@pytest.fixture
def root(tmp_path):
    shutil.copytree(SHIPPED / FOLDER, tmp_path / FOLDER)
    return tmp_path


def family(name):
    return Library().score_sheet(f"selfscore-{name}")


def test_a_family_has_all_of_the_one_it_extends_and_what_it_writes_itself():
    national, sichuan = family("national"), family("sichuan")
    assert {r.rule.id for r in sichuan.rules} - {r.rule.id for r in national.rules} == {"P01-08"}
    assert national.block("资金").slot("全年预算数").names <= sichuan.block("资金").slot("全年预算数").names
    assert sichuan.block("资金").slot("全年预算数").header == "调整后预算"
    assert [g.name for g in family("guangxi").grades] == ["一等", "二等", "三等", "四等"]
    assert family("hubei").execution_weights == (20,)


def test_a_folder_of_sets_without_families_has_those_that_are_shipped(tmp_path, own_cache):
    shutil.copytree(SHIPPED / "shanxi-2023", tmp_path / "shanxi-2023")
    assert [s.id for s in Library(tmp_path).score_sheets] == [s.id for s in Library().score_sheets]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "formula: 资金[总额, *] = 合计(资金[各分项, *])",
            "formula: 资金[总额, *] = 合计(资金[各分项, *]",
            "公式没有写完",
        ),
        (
            "formula: 资金[总额, *] = 合计(资金[各分项, *])",
            "formula: 资金[总额, *] = 合计(资产[各分项, *])",
            "没有“资产”这一块",
        ),
        ("formula: 指标[每个指标, 分值] ≤ 50", "formula: 指标[每个科目, 分值] ≤ 50", "不认识的范围“每个科目”"),
        (
            "    severity: 错误\n    formula: 资金[总额, *]",
            "    severity: 致命\n    formula: 资金[总额, *]",
            "severity",
        ),
        ("    grade: usually\n", "    grade: usually\n    grad: x\n", "grad"),
        ("year: 2020", "jahr: 2020", "jahr"),
    ],
)
def test_a_mistake_is_said_with_its_line(old, new, said, root):
    path = root / FOLDER / "national.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(MappingError) as caught:
        compile_score_sheets(root)
    assert any(
        said in m.message and m.file == "selfscore/national.yaml" and m.line >= 1 for m in caught.value.mistakes
    ), caught.value.mistakes


def test_extending_what_is_not_there_is_said(root):
    (root / FOLDER / "hunan.yaml").write_text("id: selfscore-hunan\nextends: selfscore-nowhere\n", encoding="utf-8")
    with pytest.raises(MappingError, match="没有“selfscore-nowhere”这种自评表"):
        compile_score_sheets(root)


def test_a_rule_may_be_dropped_and_replaced(root):
    (root / FOLDER / "hunan.yaml").write_text(
        "id: selfscore-hunan\ntitle: 湖南\nextends: selfscore-national\nplace: 湖南\nyear: 2023\ndrop: {P02-08: 只有一个指标也可以}\n", encoding="utf-8"
    )  # fmt: skip
    found = next(spec for spec in compile_score_sheets(root) if spec.id == "selfscore-hunan")
    assert "P02-08" not in {rule.rule.id for rule in found.rules}
