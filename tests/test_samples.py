"""The samples and the published 屯留 2023 report they come from."""

from __future__ import annotations

import json
from decimal import Decimal

import openpyxl
import pytest
import yaml

import samples as generator
from support.places import DATA, ROOT, SAMPLES
from xlcheck import check
from xlcheck.checking import judge
from xlcheck.checking.relations import lay

NAMES = sorted(p.stem for p in SAMPLES.glob("*.xlsx"))
PUBLISHED = DATA / "tunliu_2023"


def test_there_are_the_report_and_at_least_six_faulty_variants():
    assert "tunliu_2023" in NAMES
    assert len(NAMES) >= 7


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_has_exactly_its_expected_report(name, monkeypatch):
    monkeypatch.chdir(ROOT)
    expected = json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf-8"))
    assert check(f"samples/{name}.xlsx") == expected


def test_samples_and_templates_are_what_the_generator_makes():
    stale = [p.name for p, data in generator.build().items() if p.read_bytes() != data]
    assert stale == []


@pytest.mark.parametrize("name", [n for n in NAMES if n.startswith("tunliu_2023_")])
def test_each_faulty_sample_has_a_finding_that_needs_action(name):
    report = json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf-8"))
    assert report["counts"]["错误"] >= 1


def test_the_published_report_has_no_error_and_nothing_to_verify():
    counts = json.loads((SAMPLES / "tunliu_2023.json").read_text(encoding="utf-8"))["counts"]
    assert (counts["错误"], counts["核实"], counts["cannot_say"]) == (0, 0, 0)
    assert counts["explained_by_rounding"] == 15


# how known.yaml names a relation → our rule and the cell of its left side
KNOWN = {
    "01 本年支出合计=Σ功能": ("G01-02", "本年支出合计"),
    "02.合计[本年收入合计]=Σ类": ("G02-03", "合计 · 本年收入合计"),
    "02.208[本年收入合计]=Σ下级": ("G02-02", "208 · 本年收入合计"),
    "02.合计[财政拨款收入]=Σ类": ("G02-03", "合计 · 财政拨款收入"),
    "02.208[财政拨款收入]=Σ下级": ("G02-02", "208 · 财政拨款收入"),
    "03.合计[本年支出合计]=Σ类": ("G03-03", "合计 · 本年支出合计"),
    "03.208[本年支出合计]=Σ下级": ("G03-02", "208 · 本年支出合计"),
    "03.208 横向": ("G03-01", "208 · 本年支出合计"),
    "04 本年支出合计[合计]=Σ功能": ("G04-02", "本年支出合计 · 合计"),
    "04 本年支出合计[一般公共]=Σ功能": ("G04-02", "本年支出合计 · 一般公共预算财政拨款"),
    "05.合计[小计]=Σ类": ("G05-03", "合计 · 小计"),
    "05.208[小计]=Σ下级": ("G05-02", "208 · 小计"),
    "05.208 横向": ("G05-01", "208 · 小计"),
    "06 301=Σ款": ("G06-01", "301 工资福利支出"),
    "06 302=Σ款": ("G06-01", "302 商品和服务支出"),
}


def inexact_relations(form, now):
    """(rule, label of the left cell) → left − right, of every relation that holds only by rounding."""
    from xlcheck.formula import syntax
    from xlcheck.reading.values import cell_label

    found = {}
    for rule in form.rules:
        if rule.linear is None or rule.kind == "continuity" or isinstance(rule.tree, syntax.Implies):
            continue
        relations = lay(rule, rule.linear, now, None)
        for binding, column in relations:
            terms = relations.terms(binding, column)
            left, right = judge.sides(terms, rule.linear.constant)
            if rule.linear.op == "=" and left != right:
                assert judge.holds_rounded("=", terms, rule.linear.constant)
                head = next(t for t in terms if t.left)
                found[rule.id, cell_label(head.section, head.row, head.column)] = left - right
    return found


def test_the_inexact_relations_are_exactly_those_known(form, sample_submission):
    known = yaml.safe_load((PUBLISHED / "known.yaml").read_text(encoding="utf-8"))
    expected = {KNOWN[r["relation"]]: round(r["diff"] * 1_000_000) for r in known["arithmetic"]}
    assert len(expected) == known["relations_not_exact"] == 15
    assert inexact_relations(form, sample_submission) == expected


def published_figures():
    tables = yaml.load((PUBLISHED / "tables.yaml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader)["tables"]
    for number in ("公开02", "公开03", "公开05"):
        for row in tables[number]["rows"]:
            yield number, row["code"], [None if v == "null" else Decimal(v) for v in row["values"]]


@pytest.mark.parametrize(("number", "code", "values"), list(published_figures()))
def test_openpyxl_reads_the_published_figures_in_the_sample(number, code, values):
    book = openpyxl.load_workbook(SAMPLES / "tunliu_2023.xlsx", data_only=True)
    sheet = next(s for s in book if s.title.startswith(number))
    row = next(r for r in sheet.iter_rows(values_only=True) if r[0] == code)
    assert [None if v is None else Decimal(str(v)) for v in row[4:]] == values
