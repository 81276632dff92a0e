"""The page holds every finding, marks every cell, loads nothing and lets nothing in a workbook become markup."""

from __future__ import annotations

import io
import re
from dataclasses import replace

import openpyxl
import pytest
import yaml
from lxml import html

from support.foreign import official, to_html, to_ods
from support.foreign_binary import to_xls
from support.places import ROOT, SAMPLES, TUNLIU_TABLES
from xlcheck.batch import Batch
from xlcheck.checked import Checked
from xlcheck.errors import Refused
from xlcheck.intake import Intake
from xlcheck.outcome import Justification
from xlcheck.pipeline import Pipeline
from xlcheck.reading.grid import Cell, Grid
from xlcheck.reading.layout import SheetLayout
from xlcheck.reading.marks.format import COLOURS, PART_COLOUR, RIVAL_COLOUR, SUSPECT_COLOUR
from xlcheck.report.assemble import History, Source, refused, report_of
from xlcheck.report.diagnosiswords import diagnosis_message
from xlcheck.report.marks import CellMark, Level, marks_of
from xlcheck.report.report import Comparison, EarlierFinding, Report, Statement, counted
from xlcheck.report.sentences import message
from xlcheck.writing.html import listing, sheets
from xlcheck.writing.html.page import fragment, page
from xlcheck.writing.rendering import View, renderer

NAMES = sorted(p.stem for p in SAMPLES.glob("*.xlsx"))
HOSTILE = ["<script>alert(1)</script>", '" onmouseover="alert(1)', "</style><img src=x onerror=alert(1)>", "{{ 7*7 }}", "&lt;b&gt;", "a\u202eb"]  # fmt: skip


def checked_of(pipeline: Pipeline, data: bytes, name: str = "表.xlsx") -> Checked:
    return pipeline.run(data, name, show=True)


def parsed(text: str):
    return html.document_fromstring(text.encode(), parser=html.HTMLParser(encoding="utf-8"))


def part_of(checked: Checked, name: str = "表"):
    return fragment(View(name, checked.report, checked.submission, checked.sheets))


def tree_of(checked: Checked, report: Report | None = None):
    return parsed(page([part_of(checked._replace(report=report or checked.report))]))


def with_findings(report: Report, findings, **changes) -> Report:
    """A report of other findings, counted anew."""
    found = tuple(findings)
    return replace(report, findings=found, counts=counted(found, report.tallies or {}), **changes)


def words(element) -> str:
    return re.sub(r"\s+", " ", element.text_content()).strip()


@pytest.fixture(scope="module")
def book(pipeline):
    return checked_of(pipeline, (SAMPLES / "tunliu_2023_transposed.xlsx").read_bytes())


@pytest.mark.parametrize("name", NAMES)
def test_every_finding_cause_and_marked_cell_is_on_the_page(pipeline, name):
    checked = checked_of(pipeline, (SAMPLES / f"{name}.xlsx").read_bytes())
    tree, outcome = tree_of(checked), checked.outcome
    titles = {rule.id: rule.title for rule in checked.submission.form.rules}
    said = [words(f.find_class("said")[0].find("p")) for f in tree.find_class("finding")]
    assert said == [re.sub(r"\s+", " ", message(f, titles.get(f.rule, ""))).strip() for f in outcome.remarks]
    causes = [words(p) for c in tree.find_class("causes") for p in c.find_class("said")]
    assert causes == [f"{'◇' if c.tied else '◆'} {diagnosis_message(c)}" for c in outcome.diagnoses]
    wanted = {(s, at): m.level for s, cells in marks_of(checked.report).items() for at, m in cells.items()}
    found = {
        (s.get("data-name"), a.get("data-at")): int(re.search(r"\bk(-?\d)", a.getparent().get("class"))[1])
        for s in tree.find_class("sheet")
        for a in s.find_class("mk")
    }
    assert found == wanted
    assert [s.get("data-name") for s in tree.find_class("sheet")] == list(checked.submission.sheet_order)


def test_links_lead_somewhere_and_ids_are_unique(pipeline, book):
    other = checked_of(pipeline, (SAMPLES / "tunliu_2023_stale_total.xlsx").read_bytes())
    tree = parsed(page([part_of(book, "a"), part_of(other, "b"), part_of(book, "c")]))
    ids = tree.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert [h for h in tree.xpath("//a/@href") if not h.startswith("#") or h[1:] not in ids] == []


def test_the_figures_behind_a_finding_stand_on_the_page(book):
    figures = tree_of(book).find_class("finding")[0].find_class("figures")[0]
    rows = [[words(c) for c in row] for row in figures.iter("tr")]
    assert rows[1:4] == [
        ["公开03表 E9", "合计", "20801 · 本年支出合计", "277.33"],
        ["公开03表 F9", "其中", "20801 · 基本支出", "+ 257.64"],
        ["公开03表 G9", "其中", "20801 · 项目支出", "+ 1.69"],
    ]
    assert rows[-4:] == [["应等于", "259.33"], ["现为", "277.33"], ["差额（万元）", "18.00"], ["四舍五入允许", "0.015"]]


def test_a_cell_that_follows_from_a_wrong_one_gets_no_figure_of_its_own(book):
    first, _, third, _ = tree_of(book).find_class("finding")
    assert [words(td) for td in first[0]][5:9] == [
        "",
        "277.33",
        "18.00",
        "先把 公开03表 F9 改为 275.64，这一条就成立了。 ◆",
    ]
    assert [words(td) for td in third[0]][5:8] == ["275.64", "257.64", "-18.00"]


def test_a_table_looks_as_it_does_in_the_workbook(book):
    sheet = next(s for s in tree_of(book).find_class("sheet") if s.get("data-name") == "公开03 支出决算表")
    lines = [[words(c) for c in row] for row in sheet.find_class("grid")[0].iter("tr")]
    assert lines[0] == ["", *"ABCDEFGHIJ"]
    assert lines[1] == ["1", "支出决算表"]
    assert lines[9][:6] == ["9", "20801", "人力资源和社会保障管理事务", "277.33", "◆257.64", "1.69"]
    title = sheet.find_class("t")[0]
    assert (title.get("colspan"), title.get("class")) == ("10", "c b t")
    assert "n" in next(td for td in sheet.iter("td") if words(td) == "1.69").get("class").split()


def test_colours_are_those_of_the_marked_copy_and_every_level_has_a_second_sign(book):
    text = page([part_of(book, "a")])
    for colour in (*COLOURS.values(), PART_COLOUR, SUSPECT_COLOUR, RIVAL_COLOUR):
        assert f"#{colour};" in text
    legend = parsed(text).find_class("legend")[0]
    assert [words(s) for s in legend.iter("span")][:6] == [
        "◆ 最可能填错", "◇ 其中一处错", "▲ 错误", "● 核实", "■ 提示", "参与计算",
    ]  # fmt: skip


def test_the_page_loads_nothing_and_runs_no_script_but_its_own(book):
    text = page([part_of(book, "a")])
    tree = parsed(text)
    assert "http:" not in text
    assert "https:" not in text
    assert "url(" not in text
    assert tree.xpath("//link | //img | //iframe | //object | //embed | //base | //@src | //@onclick") == []
    assert len(tree.xpath("//script")) == 1
    policy = tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-")


@pytest.fixture(scope="module")
def hostile(pipeline):
    book = openpyxl.load_workbook(SAMPLES / "tunliu_2023_transposed.xlsx")
    sheet = book["公开03 支出决算表"]
    sheet["A3"] = f"部门名称：{HOSTILE[0]}"
    for row, text in enumerate(HOSTILE, 9):
        sheet.cell(row, 4, text)
    sheet["F12"] = HOSTILE[1]
    book.create_sheet("'\"><script>x('")["A1"] = HOSTILE[2]
    out = io.BytesIO()
    book.save(out)
    return checked_of(pipeline, out.getvalue(), HOSTILE[2])


def test_nothing_in_a_workbook_becomes_markup(hostile):
    first, *rest = hostile.report.findings
    first = first._replace(statement=Statement(HOSTILE[0], "accepted"), change=HOSTILE[1])
    earlier = Comparison(HOSTILE[0], (EarlierFinding("", "", "", HOSTILE[2]),), ())
    report = with_findings(hostile.report, [first, *rest], comparison=earlier)
    text = page([part_of(hostile._replace(report=report), HOSTILE[1])], [HOSTILE[2]])
    tree = parsed(text)
    assert len(tree.xpath("//script")) == len(tree.xpath("//style")) == 1
    assert tree.xpath("//img") == []
    assert {n for e in tree.iter() for n in e.attrib if n.startswith("on")} == set()
    shown = tree.text_content()
    for mean in HOSTILE[:5]:
        assert mean in shown
    assert "\u202e" not in text


def test_equal_inputs_give_equal_bytes(pipeline, book):
    again = checked_of(Pipeline(), (SAMPLES / "tunliu_2023_transposed.xlsx").read_bytes())
    assert page([part_of(again, "a")]) == page([part_of(book, "a")])


def test_a_refused_workbook_is_there_with_its_reason(book):
    bad = Checked(refused(Source("坏.xlsx", ""), Refused("damaged", "文件已损坏。")))
    tree = parsed(page([part_of(book, "a"), part_of(bad, "b")], ["说明.docx"]))
    rows = [[words(c) for c in row] for row in tree.find_class("overview")[0].iter("tr")][1:]
    assert rows[0][1:] == ["长治市屯留区社会保险中心", "2023", "表.xlsx", "▲4", "0", "0", "0", "有错误，须修改"]
    assert rows[1][1:] == ["（没有检查）", "", "坏.xlsx", "—", "—", "—", "—", "拒绝：文件已损坏。"]
    assert "说明.docx" in words(tree.find_class("skipped")[0])
    assert words(tree.find_class("refusal")[0]) == "拒绝：文件已损坏。"


def test_what_could_not_be_checked_is_said_and_never_counted_as_held(pipeline):
    tree = tree_of(checked_of(pipeline, (SAMPLES / "putuo_caizheng_2024.xlsx").read_bytes()))
    assert "无法核对 13（没有算作通过" in words(tree.find_class("verdicts")[0])
    assert "13 条，没有算作通过" in words(tree.find_class("unsaid")[0])


def test_what_became_of_a_finding_and_what_the_unit_says_are_shown(book):
    first, second, *rest = book.report.findings
    given = Justification(second.key, second.figures_key, "是的")
    said = report_of(Source("表.xlsx", ""), book.submission, book.outcome, History([given]))
    found = [
        first._replace(statement=Statement("上年结转", "accepted"), change="未改正"),
        second._replace(statement=said.findings[1].statement, change="新增"),
        *rest,
    ]
    tree = tree_of(book, with_findings(book.report, found, comparison=Comparison("上次.xlsx", (), ())))
    one, two = tree.find_class("finding")[:2]
    assert "错误 4 已说明 1" in words(tree.find_class("counts")[0])
    assert [b.text for b in one.find_class("badge")] == ["未改正", "已说明"]
    assert words(one.find_class("explanation")[0]) == "单位说明：上年结转"
    assert [b.text for b in two.find_class("badge")] == ["新增"]
    assert words(two.find_class("explanation")[0]) == "“错误”必须改正，不能用说明代替；说明“是的”未接受。"
    assert "上次.xlsx：新增 1，未改正 1，已改正 0" in words(tree.find_class("mended")[0])


def test_a_page_of_very_many_findings_is_cut_and_says_so(book):
    tree = tree_of(book, with_findings(book.report, book.report.findings * 1_250))
    assert len(tree.find_class("finding")) == listing.MOST_FINDINGS
    assert "另有 4000 条没有列出" in words(tree.find_class("left")[0])
    assert "错误 5000" in words(tree.find_class("counts")[0])
    assert len(html.tostring(tree)) < 5_000_000
    wide = [f._replace(cells=f.cells * 2_000, diagnosis=None) for f in book.report.findings * 50]
    shown = listing.Lister(with_findings(book.report, wide, diagnoses=()), {}, lambda c: "").findings()
    assert sum(len(v.figures) for v in shown) <= listing.MOST_FIGURES
    assert (len(shown[0].figures), shown[0].more) == (300, 11_700)


def drawn(grid: Grid, marks: dict | None = None, layout: SheetLayout | None = None):
    return sheets.Drawer("w").draw((grid, layout or SheetLayout()), {}, marks or {}, ())


def test_hidden_blank_and_far_away_rows_and_columns_are_said():
    cell = Cell("1", "n", 0, False)
    grid = Grid("表", "", {1: {1: cell}, 4: {2: cell}, 900: {1: cell}, 901: {5_000: cell}}, hidden_rows={1, 4}, hidden_columns={2})  # fmt: skip
    view = drawn(grid)
    assert [(r.number, r.blank_to, r.hidden) for r in view.rows] == [
        (1, 0, True), (2, 0, False), (3, 0, False), (4, 0, True), (5, 899, False), (900, 0, False), (901, 0, False),
    ]  # fmt: skip
    assert view.hidden_said == "第 1、4 行，B 列"
    assert view.left_out == "BH 列以后的 4940 列"


def test_a_mark_inside_a_merge_is_shown_on_its_first_cell():
    grid = Grid("表", "", {1: {1: Cell("甲", "s", 0, False)}}, merges=[(1, 1, 2, 3), (2, 2, 2, 4), (1, 1, 1_048_576, 16_384)])  # fmt: skip
    view = drawn(grid, {(2, 3): CellMark(Level.ERROR, findings=[0])})
    first = view.rows[0].cells[0]
    assert (first.wide, first.high, first.mark.level, view.anchors[2, 3]) == (3, 2, 0, "w-s1-A1")
    assert [len(r.cells) for r in view.rows] == [1, 0]


def test_merges_without_end_cost_nothing():
    rows = {r: {1: Cell("1", "n", 0, False)} for r in range(1, 300)}
    view = drawn(Grid("表", "", rows, merges=[(r % 299 + 1, 1, 5_000, 16_384) for r in range(50_000)]))
    assert len(view.rows) <= 500


def test_a_very_large_sheet_is_cut_and_says_so():
    rows = {r: {c: Cell("1", "n", 0, False) for c in range(1, 41)} for r in range(1, 4_001)}
    view = drawn(Grid("表", "", rows))
    assert (len(view.rows), view.left_out) == (1_500, "另有 2500 行")


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (Cell("2080109.0", "n", 0, False), "2080109"),
        (Cell("0.30000000000000004", "n", 0, False), "0.3"),
        (Cell("1E+400", "n", 0, False), "1E+400"),
        (Cell("NaN", "n", 0, False), "NaN"),
        (Cell("1", "b", 0, False), "TRUE"),
        (Cell("", "?", 0, True), "（公式没有结果）"),
        (Cell("#REF!", "e", 0, True), "#REF!"),
        (Cell("45291", "n", 14, False), "2023-12-31"),
        (Cell("0.1234", "n", 10, False), "12.34%"),
    ],
)
def test_cells_are_shown_as_a_person_reads_them(cell, text):
    from xlcheck.reading.numberformats import built_in
    from xlcheck.writing.html.shown import shown_cell

    assert shown_cell(cell, {14: built_in(14), 10: built_in(10)}) == text


@pytest.mark.parametrize("convert", [to_xls, to_ods, to_html])
def test_a_format_without_a_package_has_its_page_too(pipeline, convert):
    given = yaml.safe_load((TUNLIU_TABLES).read_text(encoding="utf-8"))
    checked = checked_of(pipeline, convert(official({**given["tables"], "unit": given["unit"]})), "表")
    assert checked.report.refusal is None
    tree = tree_of(checked)
    assert len(tree.find_class("sheet")) == len(checked.sheets)
    assert "567.18" in words(tree.find_class("sheet")[-1 if convert is to_html else 2])


def test_a_fault_in_drawing_is_one_workbooks(tmp_path, sample, monkeypatch):
    (tmp_path / "好.xlsx").write_bytes(sample)

    def broken(*_):
        raise RecursionError("zu tief")

    monkeypatch.setattr("xlcheck.writing.html.page.marks_of", broken)
    jobs = Intake().jobs((str(tmp_path),))
    (answer,) = Batch(Pipeline(), renderer=renderer("html")).run(jobs)
    assert (answer.refusal, answer.report) == ("fault", None)
    assert "RecursionError" in answer.part.refusal
    assert answer.part.tables == ""


def test_other_formats_pay_nothing_for_it(sample):
    import subprocess
    import sys

    code = "import sys; from xlcheck.cli import cli\ncli(['check', 'samples/tunliu_2023.xlsx', '--format', 'json'], standalone_mode=False)\nassert 'jinja2' not in sys.modules"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert Pipeline().run(sample, "x").sheets == ()
