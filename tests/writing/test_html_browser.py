"""The page in a real browser: what hovering, clicking, keys, the filter and the printer do. Skipped without Chromium."""

from __future__ import annotations

import re
import zlib

import pytest

from support.browser import CHROMIUM, Browser
from support.places import SAMPLES
from xlcheck.writing.html.page import fragment, page
from xlcheck.writing.rendering import View

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed here; .ci/run installs it")

SUSPECT = "td.k-1 .mk"
TOTAL = ".mk[data-at='F8']"
PANEL = "document.getElementById('panel')"
SHOWN = f"!{PANEL}.hidden"
HERE = "document.activeElement.dataset.at"


@pytest.fixture(scope="module")
def site(pipeline, tmp_path_factory):
    """Two workbooks on one page; the second has a hidden row with a mark, a figure as text, and a name that tries to be markup."""
    import io

    import openpyxl

    first = (SAMPLES / "tunliu_2023_transposed.xlsx").read_bytes()
    book = openpyxl.load_workbook(io.BytesIO(first))
    book["公开03 支出决算表"].row_dimensions[9].hidden = True
    book["公开03 支出决算表"]["D10"] = "<img src=x onerror=document.title='hit'>"
    book["公开03 支出决算表"]["E12"] = "108.54"
    out = io.BytesIO()
    book.save(out)
    parts = []
    for name, data in (("一", first), ("二", out.getvalue())):
        checked = pipeline.run(data, f"{name}.xlsx", show=True)
        parts.append(fragment(View(name, checked.report, checked.submission, checked.sheets)))
    path = tmp_path_factory.mktemp("page") / "page.html"
    path.write_text(page(parts), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def shared():
    with Browser() as browser:
        yield browser


@pytest.fixture
def browser(shared, site):
    """A page just opened, which must end without an error and without having loaded anything else."""
    shared.errors.clear()
    shared.requests.clear()
    shared.send("Input.dispatchMouseEvent", type="mouseMoved", x=1, y=1)
    shared.open(site)
    yield shared
    assert shared.errors == []
    assert shared.requests == [site.as_uri()]
    assert "hit" not in shared.eval("document.title")


def panel(browser) -> str:
    browser.wait(SHOWN)
    return re.sub(r"\s+", " ", browser.eval(f"{PANEL}.innerText"))


def test_hovering_shows_the_figures_and_leaving_hides_them(browser):
    assert not browser.eval(SHOWN)
    browser.hover(TOTAL)
    said = panel(browser)
    assert "公开03 支出决算表 F8" in said
    assert "公开03表 F8 合计 208 · 基本支出 318.16" in said
    assert "公开03表 F9 其中 20801 · 基本支出 + 257.64" in said
    assert "应等于 300.16 现为 318.16 差额（万元） 18.00 四舍五入允许 0.015" in said
    box = browser.eval(
        f"[{PANEL}, document.querySelector({TOTAL!r})].map(e => {{const b = e.getBoundingClientRect(); return [b.top, b.bottom]}})"
    )
    assert box[0][0] >= box[1][1] or box[0][1] <= box[1][0]  # beside the cell, never over it
    browser.send("Input.dispatchMouseEvent", type="mouseMoved", x=5, y=895)
    browser.wait(f"!({SHOWN})")


def test_a_click_keeps_the_panel_and_a_link_in_it_leads_to_another_table(browser):
    browser.click(SUSPECT)
    said = panel(browser)
    assert "疑似数字错位" in said
    assert [f"{n} ▲ 错误" in said for n in (1, 2, 3, 4)] == [True] * 4
    browser.send("Input.dispatchMouseEvent", type="mouseMoved", x=5, y=895)
    browser.eval("new Promise(done => setTimeout(done, 400))")
    assert browser.eval(SHOWN)
    browser.eval(f"Array.from({PANEL}.querySelectorAll('a.go')).find(a => a.textContent === '公开05表 F9').click()")
    assert browser.eval("document.activeElement.closest('.sheet').dataset.name") == "公开05 一般公共预算支出决算表"
    assert "公开05 一般公共预算支出决算表 F9" in panel(browser)
    browser.eval("document.querySelector('h1').click()")
    assert not browser.eval(SHOWN)


def test_a_finding_leads_to_its_cell(browser):
    browser.click(".finding:nth-of-type(2) .said p")
    assert browser.eval(HERE) == "F8"
    assert panel(browser).index("2 ▲ 错误") > 0
    place = browser.eval("(() => { const b = document.activeElement.getBoundingClientRect(); return [b.top, b.bottom, innerHeight] })()")  # fmt: skip
    assert 40 < place[0] < place[1] < place[2]


def test_keys_go_through_marks_and_findings(browser):
    browser.key("n")
    assert (browser.eval(HERE), "1 ▲ 错误" in panel(browser)) == ("E9", True)
    browser.key("n")
    browser.key("n")
    assert browser.eval(HERE) == "F9"
    browser.key("p")
    assert browser.eval(HERE) == "F8"
    browser.key("Escape")
    assert (browser.eval(SHOWN), browser.eval(HERE)) == (False, "F8")
    browser.key("ArrowDown")
    assert browser.eval(HERE) == "F9"
    browser.key("ArrowLeft")
    assert browser.eval(HERE) == "E9"
    browser.key("ArrowRight")
    browser.key("ArrowRight")
    assert browser.eval(HERE) == "G9"  # it only takes part in a sum
    assert "公开03 支出决算表 G9" in panel(browser)
    browser.key("ArrowLeft")
    browser.key("Enter")
    assert browser.eval("document.activeElement.id") == "panel"
    assert browser.eval("getComputedStyle(document.querySelector('.mk.on')).outlineStyle") == "solid"
    browser.key("Escape")
    assert browser.eval(HERE) == "F9"


def test_tab_goes_to_the_next_mark_past_those_that_only_take_part(browser):
    browser.eval("document.querySelectorAll('.workbook')[1].querySelector('.causes a.go').click()")
    assert browser.eval(HERE) == "F9"
    reached = []
    for _ in range(3):
        browser.key("Tab")
        reached.append(browser.eval(HERE))
    assert reached == ["G9", "D10", "E12"]  # not F10 and F11
    assert "5 ● 核实" in panel(browser)


def test_the_filter_by_level_and_by_word(browser):
    count = "Array.from(document.querySelector('.findings').querySelectorAll('.finding')).filter(f => f.checkVisibility()).length"
    assert browser.eval(count) == 4
    browser.click(".filter [type=search]")
    for letter in "g0305":
        browser.key(letter)
    assert browser.eval(count) == 1
    assert browser.eval("document.querySelector('.filter output').textContent") == "显示 1 / 4 条"
    assert not browser.eval(SHOWN)  # n and p are letters there
    browser.eval("document.querySelector('.filter [type=search]').value = ''")
    browser.click(".filter [value='0']")
    assert browser.eval(count) == 0
    assert browser.eval("document.querySelector('.nothing').checkVisibility()")


def test_a_hidden_row_is_collapsed_until_something_leads_there(browser):
    row = "document.querySelectorAll('.workbook')[1].querySelector('tr.hide')"
    assert browser.eval(f"getComputedStyle({row}).visibility") == "collapse"
    browser.eval("document.querySelectorAll('.workbook')[1].querySelector('.causes a.go').click()")
    assert browser.eval(f"getComputedStyle({row}).visibility") == "visible"
    assert browser.eval(f"{row}.contains(document.activeElement)")


def test_paper_has_the_marks_the_figures_and_no_panel(browser):
    browser.click(SUSPECT)
    paper = browser.pdf()
    assert paper.startswith(b"%PDF")
    streams = b"\n".join(inflated(paper))
    for colour in ("FF5051", "F8A5A6", "FCE4D7"):
        wanted = [int(colour[i : i + 2], 16) / 255 for i in (0, 2, 4)]
        fills = re.findall(rb"([\d.]+) ([\d.]+) ([\d.]+) (?:rg|scn)", streams)
        assert any(all(abs(float(a) - b) < 0.003 for a, b in zip(f, wanted, strict=True)) for f in fills), colour
    browser.send("Emulation.setEmulatedMedia", media="print")
    assert browser.eval(f"getComputedStyle({PANEL}).display") == "none"
    assert browser.eval("document.querySelector('.findings .figures').checkVisibility({contentVisibilityAuto: true})")
    browser.send("Emulation.setEmulatedMedia", media="")


def inflated(paper: bytes):
    for found in re.finditer(rb"stream\r?\n", paper):
        try:
            yield zlib.decompressobj().decompress(paper[found.end() :])
        except zlib.error:
            continue


def test_without_scripts_it_is_a_page_to_read(browser):
    browser.send("Emulation.setScriptExecutionDisabled", value=True)
    try:
        browser.events.clear()
        browser.send("Page.reload")
        while "Page.loadEventFired" not in browser.events:
            browser._receive()
        assert not browser.eval("document.documentElement.classList.contains('js')")
        seen = "Array.from(document.querySelectorAll({!r})).filter(e => e.checkVisibility()).length"
        assert browser.eval(seen.format(".filter")) == 0
        assert browser.eval(seen.format(".workbook:nth-of-type(1) .finding")) == 4
        assert browser.eval(seen.format(".sheet .grid")) == 20
        assert browser.eval(seen.format(".figures")) == 0
        browser.click(".finding summary")
        assert browser.eval(seen.format(".figures")) == 1
        browser.click(SUSPECT)
        assert browser.eval("location.hash").endswith("-c0")
    finally:
        browser.send("Emulation.setScriptExecutionDisabled", value=False)
    browser.requests[1:] = []
    browser.errors[:] = [e for e in browser.errors if "Blocked script" not in e]


# --- the overview ------------------------------------------------------------------------------------------

NAMES = "[...document.querySelectorAll('.books tbody tr')].filter(r => !r.hidden).map(r => r.cells[3].textContent)"


@pytest.fixture(scope="module")
def many(pipeline, tmp_path_factory):
    """Three workbooks: one without a mistake, one with 4 错误, one with 1."""
    parts = []
    for name in ("tunliu_2023", "tunliu_2023_transposed", "tunliu_2023_stale_total"):
        checked = pipeline.run((SAMPLES / f"{name}.xlsx").read_bytes(), f"{name}.xlsx", show=True)
        parts.append(fragment(View(name, checked.report, checked.submission, checked.sheets)))
    path = tmp_path_factory.mktemp("page") / "many.html"
    path.write_text(page(parts), encoding="utf-8")
    return path


@pytest.fixture
def overview(shared, many):
    shared.errors.clear()
    shared.requests.clear()
    shared.open(many)
    yield shared
    assert shared.errors == []


def test_the_overview_has_totals(overview):
    assert overview.eval("document.querySelector('.books tfoot').innerText").split() == [
        "合计",
        "3",
        "份",
        "5",
        "0",
        "0",
        "0",
    ]


def test_the_overview_is_sorted_by_the_column_that_is_clicked_and_back(overview):
    names = ["tunliu_2023.xlsx", "tunliu_2023_transposed.xlsx", "tunliu_2023_stale_total.xlsx"]
    assert overview.eval(NAMES) == names
    errors = ".books .sort[data-column='4']"
    overview.click(errors)
    assert overview.eval(NAMES) == [names[1], names[2], names[0]]
    assert overview.eval(f"document.querySelector({errors!r}).parentNode.getAttribute('aria-sort')") == "descending"
    overview.click(errors)
    assert overview.eval(NAMES) == [names[0], names[2], names[1]]
    overview.click(".books .sort[data-column='0']")
    overview.click(".books .sort[data-column='0']")
    assert overview.eval(NAMES) == names


def test_only_workbooks_with_errors(overview):
    overview.click(".overview .choose input")
    assert overview.eval(NAMES) == ["tunliu_2023_transposed.xlsx", "tunliu_2023_stale_total.xlsx"]
    assert overview.eval("[...document.querySelectorAll('.workbook')].map(w => w.hidden)") == [True, False, False]
    assert overview.eval("document.querySelector('.overview output').textContent") == "显示 2 / 3 份"


def test_every_workbook_leads_back_to_the_overview(overview):
    backs = "[...document.querySelectorAll('.workbook .back a')].map(a => a.getAttribute('href'))"
    assert overview.eval(backs) == ["#overview"] * 3


def test_findings_only_leaves_the_tables_out_of_the_print(overview):
    shown = "[...document.querySelectorAll('.sheet, .findings')].filter(e => e.offsetParent).map(e => e.className)"
    overview.eval("window.print = () => {}")
    overview.click(".overview .print")
    overview.send("Emulation.setEmulatedMedia", media="print")
    try:
        assert {name.split()[-1] for name in overview.eval(shown)} == {"findings"}
    finally:
        overview.send("Emulation.setEmulatedMedia", media="")
