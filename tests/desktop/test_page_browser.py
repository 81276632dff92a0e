"""The page in a real browser: dropped anywhere, a state at once, the copy one click away, nothing lost with the tab."""

from __future__ import annotations

import base64
import json

import pytest

from support.browser import CHROMIUM, Browser
from support.pages import Page
from support.places import ROOT

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium")
BAD = (ROOT / "samples" / "tunliu_2023_transposed.xlsx").read_bytes()
GOOD = (ROOT / "samples" / "tunliu_2023.xlsx").read_bytes()
PATIENCE = 120


def drop(browser: Browser, selector: str, **files: bytes) -> None:
    """Drop files on an element, as the browser hands them to the page."""
    given = {name: base64.b64encode(data).decode() for name, data in files.items()}
    browser.eval(
        f"""(() => {{
          const transfer = new DataTransfer();
          for (const [name, text] of Object.entries({json.dumps(given)})) {{
            const bytes = Uint8Array.from(atob(text), c => c.charCodeAt(0));
            transfer.items.add(new File([bytes], name));
          }}
          const target = document.querySelector({json.dumps(selector)});
          for (const kind of ["dragenter", "dragover", "drop"])
            target.dispatchEvent(new DragEvent(kind, {{ dataTransfer: transfer, bubbles: true, cancelable: true }}));
        }})()"""
    )


def rows(browser: Browser) -> list[str]:
    return browser.eval("[...document.querySelectorAll('tbody tr')].map(row => row.innerText)")


@pytest.fixture
def opened(tmp_path):
    with Page(tmp_path / "页面") as page, Browser() as browser:
        browser.visit(page.address)
        browser.wait("document.querySelector('#program').textContent")
        yield page, browser


def test_dropped_anywhere_it_has_a_state_at_once_and_a_copy_in_the_end(opened):
    page, browser = opened
    assert browser.eval("document.querySelector('#empty').checkVisibility()")
    drop(browser, "footer", **{"甲局.xlsx": BAD, "乙局.xlsx": GOOD})
    assert any("正在放入" in row or "等待" in row or "正在检查" in row for row in rows(browser))
    browser.wait(
        "document.querySelector('#count').textContent === '都检查完了' && document.querySelectorAll('a.copy').length === 2",
        PATIENCE,
    )
    good, bad = rows(browser)
    assert "乙局.xlsx" in good
    assert "没有" in good
    assert "甲局.xlsx" in bad
    assert "有错误" in bad
    length = "fetch(document.querySelector('a.copy').href).then(a => a.arrayBuffer()).then(b => b.byteLength)"
    assert browser.eval(length) > 10_000
    assert browser.errors == []
    assert {r.split("/")[2] for r in browser.requests if r.startswith("http")} == {f"127.0.0.1:{page.port}"}


def test_text_of_others_never_becomes_markup(opened):
    _, browser = opened
    drop(browser, "body", **{"<img src=x onerror=alert(1)>.xlsx": b"nothing"})
    browser.wait("!!document.querySelector('td.state.bad')", PATIENCE)
    assert browser.eval("document.querySelectorAll('tbody img').length") == 0
    assert "<img" in rows(browser)[0]
    assert browser.errors == []


def test_a_tab_that_is_closed_loses_nothing(opened):
    page, browser = opened
    drop(browser, "body", **{"甲局.xlsx": BAD})
    browser.wait(
        "document.querySelectorAll('tbody tr').length === 1 && !document.body.innerText.includes('正在放入')", PATIENCE
    )
    browser.visit("about:blank")
    browser.visit(f"http://127.0.0.1:{page.port}/")
    browser.wait("!!document.querySelector('a.copy')", PATIENCE)
    assert "甲局.xlsx" in rows(browser)[0]


def test_the_report_opens_and_is_a_stranger_to_the_page(opened):
    _page, browser = opened
    drop(browser, "body", **{"甲局.xlsx": BAD})
    browser.wait("!!document.querySelector('a.copy')", PATIENCE)
    href = browser.eval("[...document.querySelectorAll('td.does a')].find(a => a.textContent === '看报告').href")
    browser.visit(href)
    browser.wait("document.querySelectorAll('.finding').length")
    assert browser.eval("origin") == "null"
    assert browser.eval("fetch('/state').then(() => 'came in', () => 'kept out')") == "kept out"


def test_the_button_ends_the_program_and_the_page_says_so(opened):
    page, browser = opened
    browser.click("#end")
    assert page.process.wait(60) == 0
    browser.wait("document.querySelector('#lost').textContent.includes('已经结束')")
    assert browser.eval("document.querySelector('#choose').disabled")


def test_a_program_that_is_gone_is_said(opened):
    page, browser = opened
    page.kill()
    browser.wait("!document.querySelector('#lost').hidden", 30)
    assert "程序没有回答" in browser.eval("document.querySelector('#lost').textContent")
