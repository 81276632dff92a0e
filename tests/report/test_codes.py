"""Every kind of finding is declared once, is used, and is what the program says it is."""

from __future__ import annotations

import ast
import re

import pytest

from support.badfiles import bad_file, makers
from support.effort import drawn
from support.places import ROOT, SAMPLES
from xlcheck.form import Severity
from xlcheck.report.codes import CODES
from xlcheck.report.findingcode import OWN, PARAMETERS, RULE
from xlcheck.report.sentences import message
from xlcheck.writing.findingspage import findings_page

SOURCE = ROOT / "src" / "xlcheck"
# Modules that make remarks: rooms below the report, where codes are written as words.
MAKERS = ("binding", "reading", "checking", "narrative", "textresults.py", "report/comparison.py")


def words_in(path):
    """Every string of a module that could be a code."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)}


def made():
    paths = [p for m in MAKERS for p in ([SOURCE / m] if m.endswith(".py") else (SOURCE / m).rglob("*.py"))]
    return set().union(*(words_in(p) for p in paths))


def test_no_block_without_a_use():
    words = made()
    used = words | {f"many_{word}" for word in words}
    assert sorted(set(CODES) - used) == []


def test_no_code_without_a_block():
    """Wherever a remark or a result is made with its code as a word, there is a block of that code."""
    for room in ("binding", "reading", "checking", "narrative"):
        for path in (SOURCE / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                for code in codes_of(node):
                    assert code in CODES, (path.name, node.lineno, code)


def codes_of(node):
    """The codes in a call that makes a remark: the fourth argument of Remark, the second of a failing Result."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
        return
    at = {"Remark": 3, "Result": 1}.get(node.func.id)
    given = node.args[at : at + 1] if at is not None else []
    given += [k.value for k in node.keywords if at is not None and k.arg == "code"]
    for arg in given:
        yield from (n.value for n in ast.walk(arg) if isinstance(n, ast.Constant) and isinstance(n.value, str))


@pytest.mark.parametrize("code", CODES.values(), ids=CODES)
def test_an_example_fills_every_blank_with_something_of_its_type(code):
    assert set(code.example) == set(code.blanks)
    for name, text in code.example.items():
        assert name in OWN or name in PARAMETERS, name
        assert name not in PARAMETERS or PARAMETERS[name].fits(text), (name, text)
    said = code.said(code.example)
    assert "{" not in said
    assert said.endswith("。")
    assert re.search(r"[\u4e00-\u9fff]", said)
    assert "{" not in code.advised(code.example), "what to do has blanks that the sentence has not"


def test_the_page_has_every_kind():
    page = findings_page()
    assert [code for code in CODES if f"### `{code}`" not in page] == []


@pytest.mark.parametrize("code", CODES.values(), ids=CODES)
def test_who_has_no_rule_says_what_to_do(code):
    assert code.advice or code.category == RULE


def test_severities_are_few_and_the_usual_one_is_first():
    for code in CODES.values():
        assert code.severities
        assert list(code.severities) == sorted(set(code.severities), key=lambda s: s.rank)
        assert all(isinstance(s, Severity) for s in code.severities)


@pytest.mark.parametrize(
    "number", [60, pytest.param(drawn(250, least=80), marks=pytest.mark.long)], ids=["few", "many"]
)
def test_what_is_found_in_samples_and_in_bad_files_is_as_declared(pipeline, number):
    seen = set()
    names = list(makers())
    files = [(p.name, p.read_bytes()) for p in sorted(SAMPLES.glob("*.xlsx"))]
    files += [(name, bad_file(name)) for name in names[:: len(names) // number]]
    for name, data in files:
        if len(data) >= 200_000:
            continue
        checked = pipeline.run(data, name)
        for finding in checked.report.findings:
            block = CODES[finding.code]
            assert finding.severity in block.severities, (name, finding.code, finding.severity)
            assert block.category in (finding.category, RULE), (name, finding.code)
            for parameter, text in finding.params.items():
                fits = parameter in OWN or PARAMETERS[parameter].fits(text)
                assert fits, (name, finding.code, parameter, text)
            seen.add(finding.code)
    assert len(seen) > 20


def test_the_message_of_a_remark_is_the_sentence_of_its_block(pipeline):
    checked = pipeline.run((SAMPLES / "tunliu_2023_text.xlsx").read_bytes(), "x.xlsx")
    remark = next(r for r in checked.outcome.remarks if r.code == "text_cell")
    finding = next(f for f in checked.report.findings if f.code == "text_cell")
    assert (
        finding.message
        == message(remark)
        == CODES["text_cell"].said({**remark.params, "cell": "G15", "table": "公开03表"})
    )
    assert finding.mend == f"{CODES['text_cell'].advice}。"
