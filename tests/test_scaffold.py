"""A draft of a set compiles, knows the workbook it was drafted from, and says what it is unsure of."""

from __future__ import annotations

import io
import os
import shutil
from pathlib import Path

import openpyxl
import pytest
import yaml
from click.testing import CliRunner

from support.places import ROOT, SAMPLES
from xlcheck.cli.scaffold import command
from xlcheck.drafting.draft import draft
from xlcheck.drafting.emit import scalar
from xlcheck.form import Severity
from xlcheck.mapping.library import Library
from xlcheck.pipeline import Pipeline
from xlcheck.reading.opening import open_workbook

PAIRS = {
    "shanxi-2023": ["tunliu_2023"],
    "shanghai-putuo-2024": ["putuo_caizheng_2024", "putuo_shegong_2024", "putuo_shengtai_2025"],
    "sichuan-2023": ["sichuan_2023"],
    "beijing-2023": ["beijing_2023"],
}
FROM_BLANKS = [
    "shanxi-2023",
    "shanghai-putuo-2024",
    *(pytest.param(i, marks=pytest.mark.long) for i in ("sichuan-2023", "beijing-2023")),
]
WITHOUT_THE_SET = [
    "sichuan-2023",
    "beijing-2023",
    *(pytest.param(i, marks=pytest.mark.long) for i in ("shanxi-2023", "shanghai-putuo-2024")),
]


@pytest.fixture
def root(tmp_path, own_cache) -> Path:
    shutil.copytree(ROOT / "mappings", tmp_path / "mappings")
    return tmp_path / "mappings"


def write(root: Path, data: bytes, set_id: str = "new-2024"):
    made = draft(open_workbook(data), set_id, Library(root))
    for name, text in made.files.items():
        (root / set_id / name).parent.mkdir(parents=True, exist_ok=True)
        (root / set_id / name).write_text(text, encoding="utf-8")
    return made


def errors(checked):
    return [f for f in checked.report.findings if f.severity is Severity.ERROR]


@pytest.mark.parametrize("set_id", FROM_BLANKS)
def test_a_draft_from_the_blank_checks_filled_workbooks_as_the_set_itself_does(root, set_id):
    made = write(root, (ROOT / "templates" / f"{set_id}.xlsx").read_bytes())
    assert (made.base, made.unknown, made.left, dict(made.dropped), made.mistakes) == (set_id, (), (), {}, ())
    for name in PAIRS[set_id]:
        data = (SAMPLES / f"{name}.xlsx").read_bytes()
        theirs = Pipeline(Library(), set_id).run(data, name)
        ours = Pipeline(Library(root), "new-2024").run(data, name)
        assert errors(ours) == errors(theirs) == []
        assert ours.outcome.count("pass") == theirs.outcome.count("pass")
        assert ours.outcome.count("cannot_say") == theirs.outcome.count("cannot_say")


@pytest.mark.parametrize("set_id", WITHOUT_THE_SET)
def test_a_draft_without_the_set_itself_compiles_and_carries_the_rules_of_the_tables_it_knows(root, set_id):
    shutil.rmtree(root / set_id)
    made = write(root, (ROOT / "templates" / f"{set_id}.xlsx").read_bytes())
    assert made.mistakes == ()
    assert made.base != set_id
    form = Library(root).load("new-2024")
    assert len(form.tables) == len(made.known) + len(made.unknown)
    assert len(form.rules) > 40
    said = made.files["set.yaml"] + "".join(made.files.values())
    assert "待核对" in said
    for rule, why in made.dropped.items():
        assert rule not in {r.id for r in form.rules}
        assert "没有" in why
    for name in PAIRS[set_id]:
        checked = Pipeline(Library(root), "new-2024").run((SAMPLES / f"{name}.xlsx").read_bytes(), name)
        assert errors(checked) == []
        assert checked.outcome.count("pass") > 100


def test_rows_columns_and_tables_that_no_set_has_are_drafted_and_marked(root):
    book = openpyxl.load_workbook(ROOT / "templates" / "shanxi-2023.xlsx")
    first = book.worksheets[0]
    first["A14"] = "九、其他财政专户收入"
    third = book.worksheets[2]
    third["K4"], third["K6"] = "债务支出", 7
    extra = book.create_sheet("公开11 绩效")
    for at, value in {
        "A1": "项目绩效自评表", "A2": "单位：某某中心", "A3": "项目名称", "B3": "行次", "C3": "预算数", "D3": "执行数",
        "A4": "专项一", "B4": "1", "A5": "专项二", "B5": "2", "A6": "合计", "B6": "3",
    }.items():  # fmt: skip
        extra[at] = value
    out = io.BytesIO()
    book.save(out)
    made = write(root, out.getvalue())
    assert made.unknown == ("项目绩效自评表",)
    income = made.files["tables/01.yaml"]
    assert "九、其他财政专户收入" in next(line for line in income.splitlines() if "待核对" in line)
    assert "债务支出" in next(line for line in made.files["tables/03.yaml"].splitlines() if "没有这一栏" in line)
    table = yaml.safe_load(made.files["tables/11.yaml"])
    assert [r["label"] for r in table["sections"]["全表"]["rows"]] == ["专项一", "专项二", "合计"]
    assert [c["header"] for c in table["sections"]["全表"]["columns"]] == [
        ["项目名称"], ["行次"], ["预算数"], ["执行数"],
    ]  # fmt: skip
    assert Library(root).load("new-2024").table("项目绩效自评表").section("全表").row_keys == (
        "专项一",
        "专项二",
        "合计",
    )


def test_the_command_says_what_it_knew_and_never_overwrites_unasked(root):
    blank = str(ROOT / "templates" / "shanxi-2023.xlsx")
    target = root / "guangdong-2024"
    here = dict(os.environ, XLCHECK_MAPPINGS=str(root))
    first = CliRunner(env=here).invoke(command, [blank, "-o", str(target)])
    assert first.exit_code == 0, first.output
    assert "收入支出决算总表" in first.output
    assert "待核对" in first.output
    before = (target / "set.yaml").read_bytes()
    again = CliRunner(env=here).invoke(command, [blank, "-o", str(target)])
    assert again.exception is not None
    assert "--force" in str(again.exception)
    assert (target / "set.yaml").read_bytes() == before


@pytest.mark.parametrize(
    "text",
    ["收入", "1", "0201", "", "是: 否", "a # b", "'引'", '"引"', "- x", "~", "yes", "（一）行政单位", "1.副部（省）级",
     "[x]", "{x}", "100%", "*a", "&a", "!t", "@x", "`x`", "行 次", "null", "2024年", "a,b", "-", "——"],
)  # fmt: skip
def test_a_scalar_loads_as_the_same_string(text):
    assert yaml.load(f"a: {scalar(text)}", Loader=yaml.BaseLoader) == {"a": text}
    assert yaml.load(f"- {{a: {scalar(text)}, b: [{scalar(text)}]}}", Loader=yaml.BaseLoader) == [
        {"a": text, "b": [text]}
    ]


def test_a_marked_copy_is_drafted_as_the_workbook_without_the_marks(root, pipeline):
    data = (SAMPLES / "tunliu_2023_transposed.xlsx").read_bytes()
    marked = pipeline.run(data, "x.xlsx", mark=True).marked
    assert draft(open_workbook(marked), "new-2024", Library(root)) == draft(
        open_workbook(data), "new-2024", Library(root)
    )
