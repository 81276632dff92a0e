"""Which form a workbook is of, which sheet is which table, and what the heads of the sheets say."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import NamedTuple

from xlcheck.errors import Refused
from xlcheck.form import SetSpec, TableSpec, titled
from xlcheck.labels import label_key, plain, simplified, without_invisible
from xlcheck.reading.grid import LAST_COLUMN, LAST_ROW, Cell, Grid

HEAD_ROWS = 12
_FEWEST_ROWS = 4
_TITLE_LEAD = re.compile(r"^(?:\(?公开\d{1,2}表\)?)?(?:.{0,40}?20\d\d年度?)?(?:部门|单位)?(?=.{5})")
_TITLE_TAIL = re.compile(r"\(?公开\d{1,2}表\)?$")
_TAB_LEAD = re.compile(r"^(?:公开|[A-Z]{1,2}|财决|附?表|\d|[-_.、:]|表)+")
_BRACKETS = re.compile(r"\([^()]*\)?$")
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


@dataclass(slots=True)
class Match:
    """Sheets found for the tables of a form: table key → grids, best evidence only.

    ``rivals`` are other forms that fit as many tables and print more: form → names of the tables that are not there.
    """

    sheets: dict[str, list[Grid]] = field(default_factory=dict)
    by_number: set[str] = field(default_factory=set)
    others: list[str] = field(default_factory=list)
    rivals: list[tuple[SetSpec, list[str]]] = field(default_factory=list)


@lru_cache(maxsize=4096)
def title_key(text: str) -> str:
    """A title without year, ordinal and spaces: ``2023年度收入决算表`` → ``收入决算表``."""
    return _TITLE_LEAD.sub("", _TITLE_TAIL.sub("", label_key(text)), count=1)


def tab_key(name: str) -> str:
    """A sheet name without numbers: ``Z01 收入支出决算总表(财决01表)`` → ``收入支出决算总表``."""
    return _BRACKETS.sub("", _TAB_LEAD.sub("", label_key(name)))


class Title(NamedTuple):
    """A text that could be a table's title: its place and its key."""

    row: int
    column: int
    key: str


def titles(grid: Grid) -> list[Title]:
    """Texts that could be titles: any in the first rows, below them those that speak of a 表."""
    rows = sorted(grid.rows)
    head = rows[HEAD_ROWS] if len(rows) > HEAD_ROWS else LAST_ROW + 1
    return [
        Title(row, column, title_key(cell.text))
        for row in rows
        for column, cell in sorted(grid.rows[row].items())
        if cell.type == "s" and 5 <= len(cell.text) < 60 and (row < head or "表" in cell.text)
    ]


def match_tables(grids: Iterable[Grid], tables: Iterable[TableSpec], said: list[list[Title]] | None = None) -> Match:
    """Which sheet is which table: by the title in the sheet, else its tab, else its 公开NN number.

    ``said`` are the :func:`titles` of ``grids``, where the caller has them already.
    """
    grids, tables = list(grids), list(tables)
    names = _names(tables)
    numbers = {t.number: t.key for t in tables}
    found = Match()
    left: list[Grid] = []
    for grid, texts in zip(grids, said or [titles(g) for g in grids], strict=True):
        known = [t for t in texts if t.key in names]
        tables_there = {names[t.key] for t in known}
        if len(tables_there) > 1:
            parts = cut(grid, known)
            kept = [part for part, _ in parts]
            for part, title in parts:
                found.sheets.setdefault(names[title.key], []).append(grid if len(parts) == 1 else part)
            if not kept:  # a contents page names many tables and is none of them
                found.others.append(grid.name)
            continue
        key = tables_there.pop() if tables_there else _by_tab(grid.name, names)
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
    _prefer_headed(found, {t.key: t for t in tables})
    _prefer_visible(found)
    return found


def _names(tables: list[TableSpec]) -> dict[str, str]:
    """Title keys of all names of the tables → table keys."""
    return {n: t.key for t in tables for n in (*t.names, *(title_key(x) for x in t.names))}


def agreeing(match: Match, tables: Iterable[TableSpec]) -> int:
    """Sheets that print the 公开NN number which the form gives their table, or none where it has none."""
    printed = {t.key: t.number if _NUMBER.search(titled(t.number)) else None for t in tables}
    return sum(_number(g) == printed[key] for key, parts in match.sheets.items() for g in parts)


def contradictions(match: Match, tables: Iterable[TableSpec]) -> list[tuple[Grid, str, str]]:
    """Sheets whose title names one table and their tab or number another: (sheet, table key, the other's key)."""
    tables = list(tables)
    names, numbers = _names(tables), {t.number: t.key for t in tables}
    found = []
    for key, parts in match.sheets.items():
        for grid in (g for g in parts if g.whole is None and key not in match.by_number):
            others = {_by_tab(grid.name, names), numbers.get(_number(grid) or "")} - {None, key}
            found += [(grid, key, other) for other in sorted(filter(None, others))]
    return found


def cut(grid: Grid, known: list[Title]) -> list[tuple[Grid, Title]]:
    """The tables of a sheet that holds several, below each other or side by side, each with its title.

    Below its title a table has a header and rows. In a list of contents the next title follows at once: of such a
    sheet nothing is left. A title that is said twice begins the table where rows follow.
    """
    bands = _bands(known)
    found = []
    for number, band in enumerate(bands):
        top = 1 if number == 0 else min(_head_top(grid, t.row) for t in band)
        following = bands[number + 1] if number + 1 < len(bands) else ()
        bottom = min((_head_top(grid, t.row) for t in following), default=LAST_ROW + 1)
        for title in band:
            left = 1 if title.column == min(t.column for t in band) else title.column
            right = min((t.column for t in band if t.column > title.column), default=LAST_COLUMN + 1)
            part = _part(grid, (top, left, bottom - 1, right - 1))
            if sum(row > title.row for row in part.rows) >= _FEWEST_ROWS:
                found.append((part, title))
    return found


def _bands(known: list[Title]) -> list[list[Title]]:
    """Titles that stand beside each other, within a few rows. One said again on the next page begins nothing new."""
    bands: list[list[Title]] = []
    for title in known:
        last = bands[-1] if bands else []
        if last and title.row - last[0].row < _FEWEST_ROWS and title.column not in [t.column for t in last]:
            last.append(title)
        elif not last or [t.key for t in last] != [title.key]:
            bands.append([title])
    return bands


def _head_top(grid: Grid, title: int) -> int:
    """The first row of a table's head: its 公开NN number may stand right above the title."""
    texts = [c.text for c in grid.rows.get(title - 1, {}).values()]
    numbered = len(texts) == 1 and len(texts[0]) < 40 and _NUMBER.search(plain(texts[0]))
    return title - 1 if numbered else title


def _part(grid: Grid, area: tuple[int, int, int, int]) -> Grid:
    top, left, bottom, right = area
    rows = {
        r: inside
        for r, cells in grid.rows.items()
        if top <= r <= bottom and (inside := {c: cell for c, cell in cells.items() if left <= c <= right})
    }
    merges = [m for m in grid.merges if top <= m[0] <= bottom and left <= m[1] <= right]
    return replace(grid, rows=rows, merges=merges, whole=grid)


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


def _prefer_headed(found: Match, specs: dict[str, TableSpec]) -> None:
    """Of several sheets with one title, those with the header of the table: a page that explains it has none."""
    for key, grids in found.sheets.items():
        if len(grids) > 1:
            headed = [g for g in grids if _headed(g, specs[key])]
            if headed and len(headed) < len(grids):
                found.others += [g.name for g in grids if g not in headed and g.whole is None]
                found.sheets[key] = headed


def _headed(grid: Grid, table: TableSpec) -> bool:
    for cells in grid.rows.values():
        texts = [label_key(c.text) for c in cells.values() if c.type == "s" and len(c.text) < 60]
        if sum(t in table.header_texts for t in texts) > 1:
            return True
    return False


def _prefer_visible(found: Match) -> None:
    for key, grids in found.sheets.items():
        visible = [g for g in grids if not g.hidden]
        if visible and len(visible) < len(grids):
            found.others += [g.name for g in grids if g.hidden]
            found.sheets[key] = visible


def recognise(grids: list[Grid], forms: Iterable[SetSpec]) -> tuple[SetSpec, Match]:
    """The form with most tables in the workbook; of several the one with fewest missing, then by printed numbers.

    Raises:
        Refused: no form has at least a third of its tables (and two) there.
    """
    said = [titles(grid) for grid in grids]
    tried: list[tuple[tuple[int, int, int], SetSpec, Match]] = []
    for form in forms:
        match = match_tables(grids, form.tables, said)
        tried.append(((len(match.sheets), len(match.sheets) - len(form.tables), 0), form, match))
    most = max((score[0] for score, _, _ in tried), default=0)
    tried = [((s[0], s[1], agreeing(m, f.tables)), f, m) for s, f, m in tried if s[0] == most]
    best = max(tried, key=lambda one: one[0], default=None)
    if best is None or best[0][0] < max(2, len(best[1].tables) // 3):
        raise Refused(
            "unknown_form",
            f"没有认出决算公开表：按表名找（“收入支出决算总表”“收入决算表”等），只认出 {best[0][0] if best else 0} 张。"
            "请确认发送的是决算公开表工作簿，各表的标题都在；如是其他表样，请指明是哪一套（xlcheck check 用 --set，工作文件夹用设置里的“表样”）。",
        )
    rivals = []
    for score, form, match in tried:
        if form is not best[1] and (score[0], score[2]) == (best[0][0], best[0][2]) and score[1] < best[0][1]:
            missing = [f"{t.title}（{t.name}）" for t in form.tables if t.key not in match.sheets]
            rivals.append((len(missing), form, missing))
    nearest = min(rivals, key=lambda r: r[0], default=None)
    best[2].rivals += [] if nearest is None else [nearest[1:]]
    return best[1], best[2]


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
