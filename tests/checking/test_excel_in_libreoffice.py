"""The Excel form says what the checker says, computed by another program."""

from __future__ import annotations

import io

import openpyxl

from support.office import Office, needs_office
from support.places import SAMPLES
from xlcheck.checking import judge
from xlcheck.checking.excelform import excel_form
from xlcheck.checking.relations import lay
from xlcheck.formula import syntax

NAMES = ["tunliu_2023", "tunliu_2023_transposed", "tunliu_2023_three_public", "tunliu_2023_stale_total"]


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


@needs_office
def test_libreoffice_computes_the_same_verdicts(pipeline, form, tmp_path):
    expected, books = {}, {}
    for name in NAMES:
        data = (SAMPLES / f"{name}.xlsx").read_bytes()
        expected[name] = list(verdicts(form, pipeline.read(data)))
        book = openpyxl.load_workbook(io.BytesIO(data))
        sheet = book.create_sheet("检验")
        for i, (formula, _) in enumerate(expected[name], start=1):
            sheet.cell(i, 1, formula)
        stream = io.BytesIO()
        book.save(stream)
        books[name] = stream.getvalue()
    for name, data in Office(tmp_path).saved(books).items():
        sheet = openpyxl.load_workbook(io.BytesIO(data), data_only=True)["检验"]
        computed = [row[0] for row in sheet.iter_rows(values_only=True)]
        assert computed == [holds for _, holds in expected[name]], name
        assert len(computed) > 300
        assert (False in computed) == (name != "tunliu_2023")
