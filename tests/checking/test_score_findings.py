"""What is said of score sheets: published mistakes at their severity, legal variants not at all, causes by name."""

from __future__ import annotations

import copy
import io
import re
import zipfile

import openpyxl
import pytest

from support.places import SAMPLES
from support.scoresheets import FORMS, NATIONAL, SICHUAN, layout_of, load_form, render, with_changes
from xlcheck.checking.scoresheets.examples import sheet_mistake_of
from xlcheck.checking.scoresheets.ties import form_totals
from xlcheck.mapping.library import Library

PATHS = {path.stem.split("_")[1] + path.stem[-1]: path for path in FORMS}
TUNLIU = [path for path in FORMS if "tunliu" in path.stem]


def form_of(name):
    return load_form(next(path for path in FORMS if name in path.stem))


def said(report, least="核实"):
    wanted = {"错误": ("错误",), "核实": ("错误", "核实"), "提示": ("错误", "核实", "提示")}[least]
    return [(f.severity.value, f.rule or f.code) for f in report.findings if f.severity.value in wanted]


def check(pipeline, form, layout=None, **changes):
    layout = with_changes(layout or layout_of(form), **changes)
    return pipeline.run(render([form], [layout]).data(), "x").report


# --- the eight published forms -----------------------------------------------------------------------------


TRUE_DEFECTS = {
    "chizhou": [("错误", "P01-01")] * 3,
    "haidian": [("核实", "P01-05")],
    "huanggang": [("核实", "P03-09")],
    "putuo": [("错误", "P01-03")],
    "tunliu_2023_1": [],
    "tunliu_2023_2": [],
    "tunliu_2023_3": [],
    "daying": [("核实", "P02-08"), ("核实", "P03-06")],
}


@pytest.mark.parametrize("name", TRUE_DEFECTS)
def test_a_published_form_has_just_its_true_defects(name, pipeline):
    assert said(check(pipeline, form_of(name))) == TRUE_DEFECTS[name]


def test_a_total_that_was_not_summed_is_one_cause_with_all_that_follows(pipeline):
    report = check(pipeline, form_of("chizhou"))
    (cause,) = report.diagnoses
    assert [(s.cell.label.split(" · ")[1], s.suggested) for s in cause.cells] == [
        ("年初预算数", "90"), ("全年预算数", "89.974"), ("全年执行数", "89.974"), ("执行率", "100"), ("得分", "10"),
    ]  # fmt: skip


@pytest.mark.parametrize(("name", "right"), [("putuo", "86.18"), ("haidian", "4.99"), ("huanggang", "20")])
def test_the_right_figure_is_named(name, right, pipeline):
    (cause,) = check(pipeline, form_of(name)).diagnoses
    assert cause.suggested == right


@pytest.mark.parametrize("path", TUNLIU, ids=lambda p: p.stem)
def test_in_the_forms_of_the_seed_every_relation_is_decided(path, pipeline):
    counts = check(pipeline, load_form(path)).counts
    assert (counts.errors, counts.verifies, counts.notes, counts.not_evaluated) == (0, 0, 0, 0)
    assert counts.passed > 50


def test_what_a_form_does_not_have_is_said_as_not_checked(pipeline):
    report = check(pipeline, form_of("daying"))
    assert ("提示", "sheet_parts") in said(report, "提示")
    assert report.counts.not_evaluated > 3
    assert {n.rule for n in report.not_evaluated} >= {"P01-04", "P02-04"}


# --- real errors of the note --------------------------------------------------------------------------------


def tunliu(number=3):
    return form_of(f"tunliu_2023_{number}")


def test_a_score_rounded_to_a_whole_number_is_to_be_verified(pipeline):
    form = form_of("putuo")
    form["funds"]["年度资金总额"] |= {"执行率": "86.18", "得分": "9"}
    form["total"] = "99"
    assert said(check(pipeline, form)) == [("核实", "P01-05")]


def test_full_scores_with_six_empty_results_are_one_finding(pipeline):
    form = tunliu(1)
    for indicator in form["indicators"][:6]:
        indicator["完成值"] = ""
    report = check(pipeline, form)
    assert said(report) == [("核实", "P03-04")]
    assert len(report.findings[0].cells) == 6
    assert "6 处得了满分，实际完成值却空着" in report.findings[0].message


def test_weights_of_120_while_the_total_says_100(pipeline):
    form = form_of("putuo")
    form["funds"]["年度资金总额"]["执行率"] = "86.18"
    form["indicators"][0] |= {"分值": "30", "得分": "30"}
    form["total"] = "118.62"
    report = check(pipeline, form)
    assert said(report, "错误") == [("错误", "P02-01")]
    assert "应等于 120" in report.findings[0].message


def test_no_rate_is_no_error_where_there_is_no_budget(pipeline):
    form = form_of("putuo")
    form["funds"]["年度资金总额"]["执行率"] = "86.18"
    form["funds"]["其他资金"]["执行率"] = "0.00%"
    report = check(pipeline, form)
    assert said(report) == []
    assert said(report, "提示") == [("提示", "P01-06")]


def test_an_unfilled_form_with_its_instructions_is_one_finding(pipeline):
    form = tunliu()
    form |= {"project": "", "total": None, "grade": "", "unit": "", "achieved": "（填写说明：请如实填写实际完成情况）"}
    form["funds"] = {label: {} for label in form["funds"]}
    form["indicators"] = [{**i, "指标值": "", "完成值": "", "分值": "", "得分": ""} for i in form["indicators"]]
    assert said(check(pipeline, form), "提示") == [("核实", "sheet_unfilled")]


def test_a_blank_that_says_that_there_is_no_project_is_none(pipeline):
    form = tunliu()
    form |= {"project": "", "total": None, "grade": "", "achieved": "本单位无项目支出，不涉及绩效自评"}
    form["funds"] = {label: {} for label in form["funds"]}
    form["indicators"] = [{**i, "指标值": "", "完成值": "", "分值": "", "得分": ""} for i in form["indicators"]]
    assert said(check(pipeline, form)) == []


def test_sichuan_wants_a_reason_for_a_low_rate(pipeline):
    form = copy.deepcopy(form_of("putuo"))
    form["funds"]["年度资金总额"] |= {"执行率": "86.18"}
    assert said(check(pipeline, form, SICHUAN)) == [("核实", "P01-08")]
    form["funds"]["年度资金总额"]["偏差原因"] = "合同尾款按约定下年支付"
    assert said(check(pipeline, form, SICHUAN)) == []
    assert said(check(pipeline, form, NATIONAL)) == []


def test_guangxi_has_other_grades_and_wants_a_reason_for_far_more_than_planned(pipeline):
    form = form_of("putuo")
    form["funds"]["年度资金总额"] |= {"执行率": "86.18"}
    form["grade"] = "一等"
    assert said(check(pipeline, form)) == []
    form["indicators"][4]["指标值"], form["indicators"][4]["完成值"] = "≥60%", "100%"
    assert said(check(pipeline, form)) == [("核实", "P03-08")]
    form["grade"] = "二等"
    assert ("错误", "P02-05") in said(check(pipeline, form))


# --- legal variants -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("result", "score"), [("125人", "16"), ("125人", "15"), ("80人", "20"), ("100人", "20")])
def test_both_formulas_of_less_is_better_are_legal(result, score, pipeline):
    form = tunliu()
    form["indicators"][0] |= {
        "指标值": "≤100人",
        "完成值": result,
        "得分": score,
        "偏差原因": "人数增加" if score != "20" else "",
    }
    form["total"] = f"{float(form['total']) - 20 + float(score):.2f}"
    assert said(check(pipeline, form)) == []


def test_neither_formula_is_to_be_verified(pipeline):
    form = tunliu()
    form["indicators"][0] |= {"指标值": "≤100人", "完成值": "125人", "得分": "18", "偏差原因": "人数增加"}
    form["total"] = "97.43"
    assert said(check(pipeline, form)) == [("核实", "P03-02")]


@pytest.mark.parametrize(
    "change",
    [
        {"指标值": "改善", "完成值": "达成预期指标", "得分": "27", "偏差原因": "还有提升空间"},
        {"指标值": "改善", "完成值": "部分达成预期指标并具有一定效果", "得分": "20", "偏差原因": "部分工作推迟"},
        {"指标值": "≥95%", "完成值": "90%", "得分": "28.42", "偏差原因": "新系统上线晚"},
        {"指标值": "100%", "完成值": "100", "得分": "30"},
        {"指标值": "100%", "完成值": "1", "得分": "30"},
        {"指标值": "2023年12月底前", "完成值": "2023年11月完成", "得分": "30"},
        {"指标值": "≤30万元", "完成值": "280000元", "得分": "30"},
        {"指标值": "＝12次", "完成值": "15场", "得分": "30"},
    ],
)
def test_what_is_legal_is_not_said(change, pipeline):
    form = form_of("putuo")
    form["funds"]["年度资金总额"]["执行率"] = "86.18"
    form["indicators"][3] |= change
    form["total"] = f"{68.62 + float(change['得分']):.2f}"
    form["grade"] = ""
    assert said(check(pipeline, form)) == []


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"指标值": "改善", "完成值": "未达成预期指标且效果较差", "得分": "30"}, "P03-03"),
        ({"指标值": "≥95%", "完成值": "90%", "得分": "30"}, "P03-01"),
        ({"指标值": "≥95%", "完成值": "95人", "得分": "30"}, "P03-07"),
        ({"指标值": "≥95%", "完成值": "90%", "得分": "28.42"}, "P03-05"),
    ],
)
def test_what_is_not_is_to_be_verified(change, rule, pipeline):
    form = form_of("putuo")
    form["funds"]["年度资金总额"]["执行率"] = "86.18"
    form["indicators"][3] |= change
    form["total"] = f"{68.62 + float(change['得分']):.2f}"
    assert said(check(pipeline, form)) == [("核实", rule)]


# --- causes ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("put", "label", "right", "kind"),
    [
        (lambda f: f.update(total="99.34"), "总分 · 得分", "99.43", "transposition"),
        (lambda f: f.update(grade="良"), "总分 · 等级", "优", "unknown"),
        (lambda f: f["indicators"][1].update(分值="20"), "取暖费发放准确率 · 分值", "10", "wrong_digit"),
        (lambda f: f["indicators"][1].update(得分="8"), "取暖费发放准确率 · 得分", "10", None),
        (lambda f: f["funds"]["年度资金总额"].update(全年执行数="997920"), "资金总额： · 全年执行数", "99.792", "scale"),
        (lambda f: f["funds"]["年度资金总额"].update(结转余="6.084"), "资金总额： · 结转结余", "6.048", "transposition"),
        (lambda f: f["funds"]["年度资金总额"].update(得分="10"), "资金总额： · 得分", "9.43", None),
    ],
)  # fmt: skip
def test_one_mistake_is_one_cause_with_the_right_figure(put, label, right, kind, pipeline):
    form = tunliu()
    put(form)
    report = check(pipeline, form)
    assert report.counts.errors + report.counts.verifies > 0
    (cause,) = report.diagnoses
    assert (cause.cell.label, cause.suggested, cause.tied) == (label, right, False)
    assert kind in (None, cause.kind)
    assert set(cause.explains) == {i for i, f in enumerate(report.findings) if f.severity.value != "提示"}


# --- texts ----------------------------------------------------------------------------------------------------


def with_text(text):
    form = tunliu()
    form["achieved"] = text
    return form


@pytest.mark.parametrize(
    "text",
    [
        "297人×3,360元=997,920元=99.792万元，已全部发放到位", "548元×12=6,576元，已全部发放到位。", "共发放企业退休人员取暖费997920元，完成全年预算的94.29%",
        "新增退休人员297人，取暖费发放标准3360元/人，共发放997920元", "共发放99.79万元，完成全年预算的94.3%", "遗属1人，548元/人·月，全年发放6576元，已全部到位",
        "发放人员120人、其中新增297人，标准3360元/人，另有补助500元",
    ],
)  # fmt: skip
def test_texts_that_add_up_are_not_said(text, pipeline):
    assert said(check(pipeline, with_text(text))) == []


@pytest.mark.parametrize(
    ("text", "severity", "code", "right"),
    [
        ("297人×3,360元=997,290元，已全部发放到位", "错误", "sheet_equation", "997,920元"),
        ("297人×3,360元=997,920元=99.972万元，已发放", "错误", "sheet_equation", "99.792万元"),
        ("共发放取暖费997920元，完成全年预算的92.49%", "核实", "sheet_rate", "94.29%"),
        ("共发放取暖费979920元，完成全年预算的94.29%", "核实", "sheet_amount", "99.792万元"),
        ("新增退休人员297人，取暖费发放标准3360元/人，共发放979920元", "核实", "sheet_product", "997920元"),
    ],
)
def test_texts_that_do_not_add_up_are_said_with_the_right_figure(text, severity, code, right, pipeline):
    report = check(pipeline, with_text(text))
    assert said(report) == [(severity, code)]
    assert right in report.findings[0].message


# --- ties -----------------------------------------------------------------------------------------------------


def beside_tables(sample, forms):
    """The ten tables of the seed with score sheets behind them."""
    book = openpyxl.load_workbook(io.BytesIO(sample))
    for n, form in enumerate(forms, 1):
        source = render([form]).book.worksheets[0]
        ws = book.create_sheet(f"自评表{n}")
        for row in source.iter_rows():
            for cell in row:
                if cell.value is not None:
                    copied = ws.cell(cell.row, cell.column, cell.value)
                    copied.data_type = cell.data_type
                    copied.number_format = cell.number_format
        for area in source.merged_cells.ranges:
            ws.merge_cells(str(area))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_beside_the_ten_tables_the_three_forms_are_right(sample, pipeline):
    alone = pipeline.run(sample, "x").report
    checked = pipeline.run(beside_tables(sample, [load_form(p) for p in TUNLIU]), "x")
    report = checked.report
    assert report.workbook.template_id == "shanxi-2023"
    assert (report.counts.errors, report.counts.verifies) == (0, 0)
    assert report.counts.passed > alone.counts.passed + 150
    assert {rule: t for rule, t in report.tallies.items() if rule.startswith("P05")} == {
        "P05-01": {"pass": 1}, "P05-02": {"pass": 3}, "P05-03": {"pass": 3}, "P05-04": {"pass": 3},
    }  # fmt: skip
    totals = form_totals(checked.submission)
    assert (totals.forms, float(totals.budget), float(totals.spent), totals.grades) == (3, 2924980, 1828070, {"优": 3})


@pytest.mark.parametrize(
    ("put", "code"),
    [
        (lambda f: f.update(unit="长治市屯留区医疗保险中心"), "sheet_other_unit"),
        (lambda f: f.update(year="2022"), "sheet_other_year"),
        (lambda f: f.update(project="2023年社保中心遗属补助"), "sheet_twice"),
        (lambda f: f["funds"]["年度资金总额"].update(目标申报数="205.84", 年初预算数="205.84", 全年预算数="205.84", 全年执行数="194.084", 结转余="11.756"), "sheets_over_projects"),
    ],
)  # fmt: skip
def test_what_does_not_fit_the_tables_or_another_form_is_to_be_verified(put, code, sample, pipeline):
    forms = [load_form(p) for p in TUNLIU]
    put(forms[2])
    assert said(pipeline.run(beside_tables(sample, forms), "x").report) == [("核实", code)]


# --- rules ----------------------------------------------------------------------------------------------------


FAMILIES = Library().score_sheets


@pytest.mark.parametrize("spec", FAMILIES, ids=lambda s: s.id)
def test_every_example_of_every_rule_ends_as_it_says(spec):
    found = [sheet_mistake_of(spec, rule, example) for rule in spec.rules for example in rule.rule.examples]
    assert [sentence for sentence in found if sentence] == []
    assert len(found) > 40


def test_every_rule_has_its_page_reason_and_advice():
    for spec in FAMILIES:
        for rule in spec.rules:
            assert all((rule.rule.reason, rule.rule.mend, rule.rule.basis, rule.rule.examples))
            assert rule.rule.kind == "performance"


# --- the marked copy ------------------------------------------------------------------------------------------


def excel(formula, book):
    """What a live formula comes to: its few functions in Python, its cells by openpyxl."""
    text = formula.removeprefix("=").replace("<>", "!=")
    text = re.sub(r"(?<![<>!=])=(?!=)", "==", text)

    def value(match):
        content = book[match[1].replace("''", "'")][match[2]].value
        return (
            repr("" if content is None else content)
            if match.string[: match.start()].endswith("LEN(") or isinstance(content, str)
            else repr(content or 0)
        )

    text = re.sub(r"'((?:[^']|'')+)'!([A-Z]+\d+)", value, text)
    names = {
        "SUM": lambda *x: sum(x), "MIN": min, "MAX": max, "ROUND": round, "ABS": abs, "LEN": lambda x: len(str(x)), "OR": lambda *x: any(x), "AND": lambda *x: all(x),
        "IF": lambda test, yes, no: yes if test else no,
    }  # fmt: skip
    return eval(text, {"__builtins__": {}}, names)  # noqa: S307 - our own formulas


MENDED = {
    "selfscore_tunliu_2023_total": {("自评表2", "K18"): "优", ("自评表3", "J18"): 99.43},
    "selfscore_tunliu_2023_empty": {("自评表1", f"H{row}"): "达标" for row in range(12, 18)}
    | {("自评表1", "I7"): 44.28},
}


@pytest.mark.parametrize("name", MENDED)
def test_a_live_formula_is_false_until_the_form_is_mended(name, pipeline):
    data = (SAMPLES / f"{name}.xlsx").read_bytes()
    findings = [f for f in pipeline.run(data, "x").report.findings if f.live is not None]
    assert len(findings) == 2
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert [excel(f.live.holds, book) for f in findings] == [False] * len(findings)
    for (sheet, cell), figure in MENDED[name].items():
        book[sheet][cell] = figure
    assert [excel(f.live.holds, book) for f in findings] == [True] * len(findings)


def test_the_marked_copy_gives_the_file_back(pipeline):
    from xlcheck.reading.marks.unmark import unmarked

    data = (SAMPLES / "selfscore_tunliu_2023_yuan.xlsx").read_bytes()
    checked = pipeline.run(data, "x", mark=True)
    book = openpyxl.load_workbook(io.BytesIO(checked.marked))
    assert "审核结果" in book.sheetnames
    with zipfile.ZipFile(io.BytesIO(unmarked(checked.marked))) as back, zipfile.ZipFile(io.BytesIO(data)) as own:
        assert {name: back.read(name) for name in back.namelist()} == {name: own.read(name) for name in own.namelist()}
    again = pipeline.run(checked.marked, "x").report
    assert [f.key for f in again.findings] == [f.key for f in checked.report.findings]


def test_endless_digits_and_merges_do_not_hang_the_reader(pipeline):
    form = tunliu()
    form["achieved"] = "9" * 30_000 + "×" + "8" * 2_000
    rendered = render([form])
    ws = rendered.book.worksheets[0]
    for row in range(200, 1200):
        ws.merge_cells(start_row=row, start_column=1, end_row=row, end_column=50)
    ws["A1300"] = "完"
    assert said(pipeline.run(rendered.data(), "x").report) == []
