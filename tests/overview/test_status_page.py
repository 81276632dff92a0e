"""The page: complete without a script, loads nothing, lets nothing of users become markup; filters and sorts in a browser."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser

import pytest

from support import ledgers
from support.browser import CHROMIUM, Browser
from support.ledgers import MADE, TODAY, YEAR, finding
from xlcheck.ledger.store import Ledger
from xlcheck.overview.page import level, status_page
from xlcheck.overview.standing import TableCount, overview

VOID = {"meta", "input", "br", "link", "img"}


class Page(HTMLParser):
    """Tags with their attributes, tables as rows of text; complains about tags that do not match."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.tables: list[list[list[str]]] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self.tables[-1][-1].append("")

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if not {"style", "script"} & set(self.open):
            self.words.append(data)
            if {"td", "th"} & set(self.open):
                self.tables[-1][-1][-1] += data


@pytest.fixture(scope="module")
def text(seen) -> str:
    return status_page(seen)


@pytest.fixture(scope="module")
def page(text) -> Page:
    return Page(text)


def test_all_units_are_there_worst_first_with_sign_and_word(page):
    _, units, _, _ = page.tables
    assert [r[0].strip() for r in units[1:]] == [
        "✕ 逾期未报", "○ 未报送", "○ 未报送", "▲ 待改正", "● 待核实", "✓ 已通过", "✓ 已通过",
    ]  # fmt: skip
    assert units[4][1:] == [
        "001", "县财政局 王芳", "县政府办", "shanxi-2023", "2", "2026-08-19 16:05", "2", "1", "1", "0", "0", "2", "2", "1", "2026-08-20",
        "失败 2026-08-19 17:00",
    ]  # fmt: skip
    assert units[1][5:15] == ["—"] * 10
    assert units[1][15] == "2026-08-20 逾期 5 天"
    assert all(len(r) == len(units[0]) for r in units)


def test_the_heat_map_has_numbers_blanks_and_marks(page):
    heat = page.tables[2]
    assert heat[0] == ["单位", "状态", "合计", "公开2", "公开03", "公开10", "整份工作簿"]
    assert heat[1][2:] == ["3", "1", "1", "＋1", ""]
    assert heat[2][2:] == ["2", "", "", "", "＋2"]
    assert heat[3][2:] == ["0", "", "", "", ""]
    assert heat[4][2:] == ["—"] * 5


def test_departments_and_files_without_a_place_are_listed(page):
    departments, _, _, unplaced = page.tables
    assert departments[1][:9] == ["县政府办", "2", "0", "0", "1", "1", "0", "2", "3"]
    assert unplaced[1] == ["@SUM(1).xlsx", "2026-08-22 07:00", "=某局", "", "表内写的单位“某局”不在名册里"]
    assert unplaced[2][0] == "坏\ufffdcod.xlsx"
    assert unplaced[2][4] == "文件已损坏：<不是> 工作簿"


def test_forms_are_named_where_there_are_several(seen):
    titled = Page(status_page(seen._replace(titles={"shanxi-2023": "山西省部门决算公开表"})))
    assert titled.tables[1][4][4] == "山西省部门决算公开表"
    assert titled.tables[2][1][0] == "县财政局 山西省部门决算公开表"
    one = tuple(s._replace(form="shanxi-2023") for s in seen.standings)
    plain = Page(status_page(seen._replace(standings=one)))
    assert "表样" not in plain.tables[1][0]
    assert plain.tables[2][1][0] == "县财政局"


def test_tiles_say_every_state(page):
    words = re.sub(r"\s+", " ", "".join(page.words))
    for tile in ("✕ 逾期未报1过了截止日期", "○ 未报送2还没有报来", "▲ 待改正1", "● 待核实1", "✓ 已通过2"):
        assert tile in words
    assert "6 个单位应报 7 份" in words


def test_names_are_text_and_never_markup(text, page):
    assert "&lt;b&gt;县教育局&lt;/b&gt;" in text
    assert "李&#39;&#34;&amp;&lt;" in text
    assert not [t for t, _ in page.tags if t == "b" and "县教育局" in t]
    assert "<b>县教育局" not in text
    assert "\u202e" not in text


def test_the_page_loads_nothing_and_runs_only_its_own_script(text, page):
    names = {name for _, attributes in page.tags for name in attributes}
    assert not names & {"src", "srcset", "action", "background", "poster", "data"}
    assert not [n for n in names if n.startswith("on")]
    assert [a["href"] for _, a in page.tags if a.get("href")] == ["#units"]
    assert "http:" not in text.replace("http-equiv", "")
    assert not re.search(r"https:|url\(|@import", text)
    script = re.search(r"<script>(.*)</script>", text, re.DOTALL)[1]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = next(a["content"] for t, a in page.tags if a.get("http-equiv") == "Content-Security-Policy")
    assert f"script-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'")
    assert "&#39;" not in script


def test_without_a_script_nothing_is_hidden_but_the_filter(page):
    assert [a.get("class") for _, a in page.tags if "hidden" in a] == ["filter"]
    assert not [t for t, _ in page.tags if t == "button"]


def test_hostile_text_in_every_field_leaves_the_page_whole(tmp_path):
    evil = "</style><script>alert(1)</script>\" onload='x' {{ 7*7 }}"
    unit = ledgers.UNITS[0]._replace(name=evil, department=evil, contact=evil, forms=(evil,))
    with Ledger(tmp_path / "l.sqlite") as ledger:
        ledgers.receive(ledger, "001", 1, "2026-08-18T10:00:00+08:00", [finding("甲", table=evil)], form=evil)
        page = Page(status_page(overview(ledger, ledgers.roster([unit]), YEAR, MADE, TODAY)))
    assert [t for t, _ in page.tags].count("script") == 1
    assert page.tables[0][1][2] == f"{evil} {evil}"
    assert page.tables[1][0][3] == evil


def test_an_empty_ledger_makes_a_page(tmp_path):
    with Ledger(tmp_path / "l.sqlite") as ledger:
        page = Page(status_page(overview(ledger, ledgers.roster(), None, MADE, TODAY)))
    words = "".join(page.words)
    assert "没有：收到的文件都认出了单位。" in words
    assert "报来的各张表都没有错误和核实。" in words


@pytest.mark.parametrize(
    ("count", "wanted"), [(1, 1), (2, 2), (3, 2), (4, 3), (7, 3), (8, 4), (15, 4), (16, 5), (900, 5)]
)
def test_the_heat_doubles_from_one_level_to_the_next(count, wanted):
    assert level(TableCount("公开01", count - 1, 1, 0)) == wanted


def test_equal_overviews_give_equal_pages(seen, text):
    assert status_page(seen) == text


# --- in a browser ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def browser(text, tmp_path_factory):
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed here; .ci/run installs it")
    path = tmp_path_factory.mktemp("page") / "总览.html"
    path.write_text(text, encoding="utf-8")
    with Browser() as one:
        one.open(path)
        yield one
        assert one.errors == []
        assert [r for r in one.requests if not r.startswith("file:")] == []


CODES = "[...document.querySelectorAll('.sortable tbody tr')].filter(r => !r.hidden).map(r => r.cells[1].textContent)"


def test_rows_are_filtered_by_state_department_and_words(browser):
    assert browser.eval(CODES) == ["004", "005", "006", "001", "002", "003", "006"]
    browser.click(".state[value='1']")
    assert browser.eval(CODES) == ["004", "001", "002", "003", "006"]
    assert browser.eval("document.querySelector('.filter output').textContent") == "显示 5 份，共 7 份"
    heat = "[...document.querySelectorAll('.map tbody tr')].filter(r => !r.hidden).length"
    assert browser.eval(heat) == 5
    pick = (
        "(v => { const s = document.querySelector('.department'); s.value = v; s.dispatchEvent(new Event('input')) })"
    )
    browser.eval(f"{pick}('2')")
    assert browser.eval(CODES) == ["004", "003"]
    browser.eval(f"{pick}('')")
    type_in = "(v => { const s = document.querySelector('.words'); s.value = v; s.dispatchEvent(new Event('input')) })"
    browser.eval(f"{type_in}('王芳')")
    assert browser.eval(CODES) == ["001"]
    browser.eval(f"{type_in}('')")
    browser.click(".state[value='1']")
    assert browser.eval("document.querySelector('.filter output').textContent") == "共 7 份"


def test_columns_sort_by_their_values_with_the_keyboard(browser):
    head = ".sortable th:nth-child(8) button"
    browser.eval(f"document.querySelector('{head}').focus()")
    browser.key("Enter")
    browser.wait("document.querySelector('.sortable th:nth-child(8)').ariaSort === 'ascending'")
    assert browser.eval(CODES)[-1] == "001"
    browser.key("Enter")
    assert browser.eval(CODES)[0] == "001"
    browser.click(".sortable th:nth-child(1) button")
    assert browser.eval(CODES) == ["004", "005", "006", "001", "002", "003", "006"]
