"""What stands above and below a table: its title, unit, year, currency and number, and its notes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from xlcheck.labels import label_key, plain, simplified, without_invisible
from xlcheck.reading.grid import Cell, Grid

_TITLE_LEAD = re.compile(r"^(?:\(?公开\d{1,2}表\)?)?(?:.{0,40}?20\d\d年度?)?(?:部门|单位)?(?=.{5})")
_TITLE_TAIL = re.compile(r"\(?公开\d{1,2}表\)?$")
_NUMBER = re.compile(r"公开(\d{1,2})表")
_SEAL = r"(?:[(（][^()（）:：]{1,6}[)）])?"
_UNIT = re.compile(rf"(?:部门|单位){_SEAL}(?:名称)?{_SEAL}\s*[:：]\s*(.*)$", re.DOTALL)
_SAYS = re.compile(r"[年位门門开開]")  # of all that is said above a table, few texts hold one of these
_YEAR_LABEL = re.compile(r"^(?:年度|会计年度|决算年度)[:：]?$")
_YEAR = re.compile(r"(20\d\d)\s*年")
_CURRENCY = re.compile(r"单位\s*[:：]\s*(万元|千元|百元|亿元|元)")
_TAIL = re.compile(r"\s{2,}.*$|\s*20\d\d\s*年.*$|\s*(?:金额)?单位\s*[:：].*$", re.DOTALL)
_FOOT = re.compile(r"^(?:注|说明|备注)\s*\d*\s*[:：.、]")
_FOOT_STARTS = ("注", "说", "备")
NO_DATA = re.compile(r"本表(?:没有|无)数据|本表为空")


@lru_cache(maxsize=4096)
def title_key(text: str) -> str:
    """A title without year, ordinal and spaces: ``2023年度收入决算表`` → ``收入决算表``."""
    return _TITLE_LEAD.sub("", _TITLE_TAIL.sub("", label_key(text)), count=1)


def head_facts(grid: Grid, until: int) -> dict[str, tuple[str, str]]:
    """Unit name, year, currency unit and number above row ``until``: fact → (value, address)."""
    facts: dict[str, tuple[str, str]] = {}
    for at in sorted(r for r in grid.rows if r < until):
        cells = grid.rows[at]
        for column in sorted(cells):
            text = cells[column].text
            if len(text) > 120 or not _SAYS.search(text):
                continue
            text = simplified(without_invisible(text))
            for fact, value in _facts_of(text, cells, column):
                facts.setdefault(fact, (value, f"{at}:{column}"))
    return facts


def _facts_of(text: str, cells: dict[int, Cell], column: int) -> Iterable[tuple[str, str]]:
    if "单位" in text and (match := _CURRENCY.search(text)):
        yield "金额单位", match.group(1)
    if "年" not in text:
        pass
    elif match := _YEAR.search(text):
        yield "年度", match.group(1)
    elif _YEAR_LABEL.match(plain(text)) and (after := _next_text(cells, column)):
        yield "年度", after.removesuffix("年")
    if "公" in text and (match := _NUMBER.search(plain(text))):
        yield "编号", f"公开{int(match.group(1)):02d}"
    if ("单位" in text or "部门" in text) and (match := _UNIT.search(text)):
        name = _TAIL.sub("", match.group(1)).strip()
        if not name:
            name = _next_text(cells, column)
        if name and not _CURRENCY.search("单位:" + name) and not _YEAR.match(name):
            yield "单位名称", name


def _next_text(cells: dict[int, Cell], column: int) -> str:
    following = sorted(c for c in cells if c > column)
    return cells[following[0]].text.strip() if following else ""


def is_footnote(text: str) -> bool:
    """Whether a text begins the notes under a table (注：, 说明：)."""
    start = simplified(without_invisible(text[:40])).lstrip()
    return start[:1] in _FOOT_STARTS and bool(_FOOT.match(start))
