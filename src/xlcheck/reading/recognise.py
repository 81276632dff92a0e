"""What stands above and below a table: its title, unit, year, currency and number, and its notes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from xlcheck.labels import label_key, plain, simplified, without_invisible
from xlcheck.reading.grid import Grid
from xlcheck.reading.heads import Fact, Head, read_head

_TITLE_LEAD = re.compile(r"^(?:\(?公开\d{1,2}表\)?)?(?:.{0,40}?20\d\d年度?)?(?:部门|单位)?(?=.{5})")
_TITLE_TAIL = re.compile(r"\(?公开\d{1,2}表\)?$")
_NUMBER = re.compile(r"公开(\d{1,2})表")
_FOOT = re.compile(r"^(?:注|说明|备注)\s*\d*\s*[:：.、]")
_FOOT_STARTS = ("注", "说", "备")
NO_DATA = re.compile(r"本表(?:没有|无)数据|本表为空")


@lru_cache(maxsize=4096)
def title_key(text: str) -> str:
    """A title without year, ordinal and spaces: ``2023年度收入决算表`` → ``收入决算表``."""
    return _TITLE_LEAD.sub("", _TITLE_TAIL.sub("", label_key(text)), count=1)


def head_facts(grid: Grid, until: int) -> dict[str, tuple[str, str]]:
    """Unit name, year, currency unit and number above row ``until``: fact → (value, ``row:column``)."""
    return facts_of(read_head(grid, until))


def facts_of(head: Head) -> dict[str, tuple[str, str]]:
    """The facts of a head by their names in the rules: fact → (value, ``row:column``)."""
    facts = {"单位名称": head.unit, "年度": head.year, "金额单位": head.currency, "编号": _own(head.number)}
    return {k: (f.value, f"{f.at[0]}:{f.at[1]}") for k, f in facts.items() if f is not None}


def _own(number: Fact | None) -> Fact | None:
    """The number of the table; 附件2 is one of the document's, and of 财决公开03表 the 公开03 counts."""
    if number is None or number.value.startswith("附件"):
        return None
    match = _NUMBER.search(plain(number.text))
    return number._replace(value=f"公开{int(match[1]):02d}") if match else number


def no_data(grid: Grid, start: int) -> Iterator[str]:
    """Texts from row ``start`` on that say that a table has no data, though they do not begin as a note."""
    for row, cells in grid.rows.items():
        if row >= start:
            for cell in cells.values():
                if cell.type == "s" and "本表" in cell.text and NO_DATA.search(plain(cell.text[:40])):
                    yield cell.text.strip()


def is_footnote(text: str) -> bool:
    """Whether a text begins the notes under a table (注：, 说明：)."""
    start = simplified(without_invisible(text[:40])).lstrip()
    return start[:1] in _FOOT_STARTS and bool(_FOOT.match(start))
