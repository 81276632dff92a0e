"""Which form a workbook is of, which sheet is which table, and what the heads of the sheets say."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from xlcheck.errors import Refused
from xlcheck.form import SetSpec, TableSpec
from xlcheck.labels import label_key, plain
from xlcheck.reading.grid import Cell, Grid

HEAD_ROWS = 12
_TITLE_LEAD = re.compile(r"^(?:\(?公开\d{1,2}表\)?)?(?:.{0,40}?20\d\d年度?)?(?:部门|单位)?(?=.{5})")
_TITLE_TAIL = re.compile(r"\(?公开\d{1,2}表\)?$")
_TAB_LEAD = re.compile(r"^(?:公开|[A-Z]{1,2}|财决|附?表|\d|[-_.、:]|表)+")
_BRACKETS = re.compile(r"\([^()]*\)?$")
_NUMBER = re.compile(r"公开(\d{1,2})表")
_SEAL = r"(?:[(（][^()（）:：]{1,6}[)）])?"
_UNIT = re.compile(rf"(?:部门|单位){_SEAL}(?:名称)?{_SEAL}\s*[:：]\s*(.*)$", re.DOTALL)
_YEAR_LABEL = re.compile(r"^(?:年度|会计年度|决算年度)[:：]?$")
_YEAR = re.compile(r"(20\d\d)\s*年")
_CURRENCY = re.compile(r"单位\s*[:：]\s*(万元|千元|百元|亿元|元)")
_TAIL = re.compile(r"\s{2,}.*$|\s*20\d\d\s*年.*$|\s*(?:金额)?单位\s*[:：].*$", re.DOTALL)
_FOOT = re.compile(r"^(?:注|说明|备注)\s*\d*\s*[:：.、]")
_FOOT_STARTS = ("注", "说", "备")
NO_DATA = re.compile(r"本表(?:没有|无)数据|本表为空")


@dataclass(slots=True)
class Match:
    """Sheets found for the tables of a form: table key → grids, best evidence only."""

    sheets: dict[str, list[Grid]] = field(default_factory=dict)
    by_number: set[str] = field(default_factory=set)
    others: list[str] = field(default_factory=list)


@lru_cache(maxsize=4096)
def title_key(text: str) -> str:
    """A title without year, ordinal and spaces: ``2023年度收入决算表`` → ``收入决算表``."""
    return _TITLE_LEAD.sub("", _TITLE_TAIL.sub("", label_key(text)), count=1)


def tab_key(name: str) -> str:
    """A sheet name without numbers: ``Z01 收入支出决算总表(财决01表)`` → ``收入支出决算总表``."""
    return _BRACKETS.sub("", _TAB_LEAD.sub("", label_key(name)))


def titles(grid: Grid) -> list[str]:
    """Keys of the texts in the first rows that could be a title, from the top."""
    return [
        title_key(cell.text)
        for row in sorted(grid.rows)[:HEAD_ROWS]
        for cell in grid.rows[row].values()
        if cell.type == "s" and 5 <= len(cell.text) < 60
    ]


def match_tables(grids: Iterable[Grid], tables: Iterable[TableSpec]) -> Match:
    """Which sheet is which table: by the title in the sheet, else its tab, else its 公开NN number."""
    tables = list(tables)
    names = {n: t.key for t in tables for n in (*t.names, *(title_key(x) for x in t.names))}
    numbers = {t.number: t.key for t in tables}
    found = Match()
    left: list[Grid] = []
    for grid in grids:
        said = {names[t] for t in titles(grid) if t in names}
        if len(said) > 1:  # a contents page names many tables and is none of them
            found.others.append(grid.name)
            continue
        key = said.pop() if said else _by_tab(grid.name, names)
        if key:
            found.sheets.setdefault(key, []).append(grid)
        else:
            left.append(grid)
    for grid in left:
        number = _number(grid)
        key = numbers.get(number or "")
        if key and key not in found.sheets and _looks_like_table(grid):
            found.sheets[key] = [grid]
            found.by_number.add(key)
        else:
            found.others.append(grid.name)
    _prefer_visible(found)
    return found


def _by_tab(name: str, names: dict[str, str]) -> str | None:
    bare = tab_key(name)
    if bare in names:
        return names[bare]
    if len(bare) >= 8:
        whole = {key for full, key in names.items() if full.startswith(bare)}
        if len(whole) == 1:
            return whole.pop()
    return None


def _number(grid: Grid) -> str | None:
    for text in [*(c.text for r in sorted(grid.rows)[:6] for c in grid.rows[r].values()), grid.name]:
        match = _NUMBER.search(plain(text)) if len(text) < 40 else None
        if match:
            return f"公开{int(match.group(1)):02d}"
    return None


def _looks_like_table(grid: Grid) -> bool:
    return len(grid.rows) >= 4


def _prefer_visible(found: Match) -> None:
    for key, grids in found.sheets.items():
        visible = [g for g in grids if not g.hidden]
        if visible and len(visible) < len(grids):
            found.others += [g.name for g in grids if g.hidden]
            found.sheets[key] = visible


def recognise(grids: list[Grid], forms: Iterable[SetSpec]) -> tuple[SetSpec, Match]:
    """The form with most tables in the workbook.

    Raises:
        Refused: no form has at least a third of its tables (and two) there.
    """
    best: tuple[int, SetSpec, Match] | None = None
    for form in forms:
        match = match_tables(grids, form.tables)
        if best is None or len(match.sheets) > best[0]:
            best = (len(match.sheets), form, match)
    if best is None or best[0] < max(2, len(best[1].tables) // 3):
        raise Refused(
            "unknown_form",
            f"没有认出决算公开表：按一张工作表一张表找表名（“收入支出决算总表”“收入决算表”等），只认出 {best[0] if best else 0} 张。"
            "请确认发送的是决算公开表工作簿，每张表单独放一张工作表；如是其他表样，请用 --set 指定。",
        )
    return best[1], best[2]


def head_facts(grid: Grid, until: int) -> dict[str, tuple[str, str]]:
    """Unit name, year, currency unit and number above row ``until``: fact → (value, address)."""
    facts: dict[str, tuple[str, str]] = {}
    for at in sorted(r for r in grid.rows if r < until):
        cells = grid.rows[at]
        for column in sorted(cells):
            text = cells[column].text
            if len(text) > 120:
                continue
            for fact, value in _facts_of(text, cells, column):
                facts.setdefault(fact, (value, f"{at}:{column}"))
    return facts


def _facts_of(text: str, cells: dict[int, Cell], column: int) -> Iterable[tuple[str, str]]:
    if match := _CURRENCY.search(text):
        yield "金额单位", match.group(1)
    if match := _YEAR.search(text):
        yield "年度", match.group(1)
    elif _YEAR_LABEL.match(plain(text)) and (after := _next_text(cells, column)):
        yield "年度", after.removesuffix("年")
    if match := _NUMBER.search(plain(text)):
        yield "编号", f"公开{int(match.group(1)):02d}"
    if match := _UNIT.search(text):
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
    start = text.lstrip()
    return start[:1] in _FOOT_STARTS and bool(_FOOT.match(start))
