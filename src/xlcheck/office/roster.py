"""The roster of units (``units.csv`` or ``.xlsx``) → :class:`Unit` by code. The only place addresses come from."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from xlcheck.errors import DataError, Refused, Usage
from xlcheck.files import reason
from xlcheck.labels import column_letters, plain
from xlcheck.reading.foreign.delimited import delimited_grids
from xlcheck.reading.opening import open_workbook
from xlcheck.reading.sniff import Kind, kind_of

HEADINGS = ("单位代码", "单位名称", "其他名称", "主管部门", "联系人", "邮箱", "抄送", "应报表样", "截止日期")
_ALSO = {
    "代码": "单位代码", "预算单位代码": "单位代码", "预算代码": "单位代码", "编码": "单位代码", "单位编码": "单位代码",
    "名称": "单位名称", "单位": "单位名称", "预算单位": "单位名称", "预算单位名称": "单位名称",
    "别名": "其他名称", "曾用名": "其他名称", "简称": "其他名称",
    "部门": "主管部门", "主管单位": "主管部门", "姓名": "联系人", "经办人": "联系人",
    "电子邮箱": "邮箱", "邮件": "邮箱", "邮箱地址": "邮箱", "email": "邮箱", "e-mail": "邮箱",
    "抄送邮箱": "抄送", "表样": "应报表样", "截止": "截止日期", "报送截止": "截止日期", "截止时间": "截止日期",
}  # fmt: skip
_SPLIT = re.compile(r"[;；,，、\s]+")
_NAMES = re.compile(r"[;；、\n]+")
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+$")
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$")
_EPOCH = date(1899, 12, 30)  # day 0 of a workbook's dates
_HEADING_ROWS = 20


Say = Callable[[str, str], None]


class Unit(NamedTuple):
    """A unit of the roster. ``forms`` are the sets it has to fill (empty: any), ``due`` the last day."""

    code: str
    name: str
    others: tuple[str, ...] = ()
    department: str = ""
    contact: str = ""
    addresses: tuple[str, ...] = ()
    copies: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()
    due: date | None = None


class Roster(dict[str, Unit]):
    """Units by code, in the order of the file. ``strange`` are headings that mean nothing here."""

    strange: tuple[str, ...] = ()

    def of_address(self, address: str) -> list[Unit]:
        """The units that write from an address."""
        wanted = address.strip().lower()
        return [u for u in self.values() if wanted in (a.lower() for a in u.addresses)]


def with_zeros(roster: Roster, codes: Iterable[str]) -> Roster:
    """The roster with the leading zeros that a spreadsheet took from its codes, as ``codes`` (of the ledger) have them.

    Only where one known code fits, and it is not in the roster itself.
    """
    bare: dict[str, list[str]] = {}
    known = set(codes)
    for code in known:
        if code not in roster and code.startswith("0"):
            bare.setdefault(code.lstrip("0"), []).append(code)
    found = Roster()
    for code, unit in roster.items():
        fits = bare.get(code, [])
        right = fits[0] if len(fits) == 1 and code not in known else code
        found[right] = unit._replace(code=right)
    found.strange = roster.strange
    return found


def load(path: Path) -> Roster:
    """The roster in a file.

    Raises:
        Usage: it can't be read.
        DataError: what stands in it does not fit; all mistakes with their cells.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise Usage(f"读不了单位名册“{path}”：{reason(error)}。") from error
    try:
        plain_text = kind_of(data) is Kind.DELIMITED
        grids = delimited_grids(data, guarded=False) if plain_text else open_workbook(data).grids
    except Refused as refusal:
        more = "单位这么多的名册，请另存为 CSV。" if refusal.code == "too_many_rows" else ""
        raise Usage(f"单位名册“{path}”不能用：{refusal.message}{more}") from refusal
    for grid in grids:
        rows = {
            r: {c: cell.text.strip() for c, cell in row.items() if cell.text.strip()} for r, row in grid.rows.items()
        }
        found = _heading(rows)
        if found is not None:
            units = _units(path.name, rows, *found)
            units.strange = tuple(t for t in rows[found[0]].values() if _known(t) not in HEADINGS)
            return units
    raise DataError([f"{path.name}：没有找到表头。第一行要有：{'、'.join(HEADINGS)}（至少“单位代码”和“单位名称”）。"])


def _heading(rows: dict[int, dict[int, str]]) -> tuple[int, dict[str, int]] | None:
    for at in sorted(rows)[:_HEADING_ROWS]:
        names = {_known(text): c for c, text in sorted(rows[at].items(), reverse=True)}
        if "单位代码" in names and "单位名称" in names:
            return at, {n: c for n, c in names.items() if n in HEADINGS}
    return None


def _known(heading: str) -> str:
    key = plain(heading).lower()
    return _ALSO.get(key, key)


def _units(name: str, rows: dict[int, dict[int, str]], start: int, columns: dict[str, int]) -> Roster:
    found = Roster()
    mistakes: list[str] = []
    names: dict[str, str] = {}
    for at in sorted(r for r in rows if r > start):
        row = {heading: rows[at].get(c, "") for heading, c in columns.items()}
        if not any(row.values()):
            continue

        def wrong(heading: str, said: str, at: int = at) -> None:
            mistakes.append(f"{name} {column_letters(columns[heading])}{at}：{said}")

        unit = _unit(row, wrong)
        if unit is None:
            continue
        if unit.code in found:
            wrong("单位代码", f"单位代码“{unit.code}”写了两次（“{found[unit.code].name}”也是这个代码）。")
            continue
        for one in (unit.name, *unit.others):
            key = plain(one)
            if key in names and names[key] != unit.code:
                wrong("单位名称", f"名称“{one}”与代码 {names[key]} 的单位重复，分不清是哪一个。")
            names.setdefault(key, unit.code)
        found[unit.code] = unit
    if mistakes:
        raise DataError(mistakes)
    if not found:
        raise DataError([f"{name}：名册里没有单位。"])
    return found


def _unit(row: dict[str, str], say: Say) -> Unit | None:
    code, title = plain(row["单位代码"]), row["单位名称"]
    if not code:
        say("单位代码", f"“{title}”没有单位代码。")
    if not title:
        say("单位名称", f"代码 {code} 没有单位名称。")
    if not (code and title):
        return None
    seen: set[str] = set()  # nobody is written to twice by one letter
    addresses = tuple(_addresses(row.get("邮箱", ""), "邮箱", say, seen))
    copies = tuple(_addresses(row.get("抄送", ""), "抄送", say, seen))
    return Unit(
        code, title, tuple(n.strip() for n in _NAMES.split(row.get("其他名称", "")) if n.strip()),
        row.get("主管部门", ""), row.get("联系人", ""), addresses, copies,
        tuple(f for f in _SPLIT.split(row.get("应报表样", "")) if f), _day(row.get("截止日期", ""), say),
    )  # fmt: skip


def _addresses(text: str, heading: str, say: Say, seen: set[str]) -> Iterator[str]:
    for one in _SPLIT.split(text):
        if one and _ADDRESS.match(one):
            if one.lower() not in seen:
                seen.add(one.lower())
                yield one
        elif one:
            say(heading, f"“{one}”不是邮箱地址。几个地址之间用分号隔开。")


def _day(text: str, say: Say) -> date | None:
    """A day as people and spreadsheets write it."""
    if not text:
        return None
    try:
        if found := _DAY.match(plain(text.split(" ", maxsplit=1)[0])):
            return date(*(int(g) for g in found.groups()))
        if text.replace(".", "", 1).isdigit() and 30_000 < float(text) < 80_000:
            return _EPOCH + timedelta(days=int(float(text)))
        return datetime.fromisoformat(text).date()
    except ValueError:
        say("截止日期", f"“{text}”不是日期，请写成 2026-08-20。")
        return None
