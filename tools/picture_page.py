"""Write docs/images/local-page.png: the page of ``xlcheck page`` with three files dropped on it. Needs Chromium; by hand, after its looks have changed."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests")]

from support.browser import Browser  # noqa: E402
from support.pages import Page  # noqa: E402


def main() -> int:
    """Take the picture."""
    with tempfile.TemporaryDirectory() as folder, Page(folder) as page, Browser(1100, 610) as browser:
        page.enter()
        for name, data in (
            ("收齐/屯留社保中心.xlsx", (ROOT / "samples" / "tunliu_2023.xlsx").read_bytes()),
            ("收齐/屯留社保中心 第二稿.xlsx", (ROOT / "samples" / "tunliu_2023_transposed.xlsx").read_bytes()),
            ("没有传完的.xlsx", b"PK\x03\x04"),
        ):
            page.send(name, data)
        page.settled(3)
        name, _, value = page.cookie.partition("=")
        browser.send("Network.setCookie", name=name, value=value, url=f"http://127.0.0.1:{page.port}/")
        browser.visit(f"http://127.0.0.1:{page.port}/")
        browser.wait("document.querySelectorAll('tbody tr').length === 3")
        browser.eval("document.querySelector('#folder').textContent = '…/xlcheck/页面'")
        browser.picture(ROOT / "docs" / "images" / "local-page.png")
    return 0


if __name__ == "__main__":
    sys.exit(main())
