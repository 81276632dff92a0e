"""The roster of units (``units.csv`` or ``.xlsx``) → :class:`Unit` by code. The only place addresses come from."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from xlcheck.errors import DataError, Refused, Usage
from xlcheck.files import reason
from xlcheck.labels import column_letters, plain
from xlcheck.reading.foreign.delimited import delimited_grids
from xlcheck.reading.grid import Cell, Grid
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
_FIRST_DAY, _LAST_DAY = 30_000, 80_000  # of our time: 1982 to 2119; other numbers are no days
_HEADING_ROWS = 20
_DEMANDED = {"单位代码", "单位名称"}  # headings without which a row is not the head of a roster

Rows = Mapping[int, Mapping[int, str]]

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


def folded(addresses: Iterable[str]) -> frozenset[str]:
    """Addresses as they are compared: the case of letters says nothing."""
    return frozenset(address.strip().lower() for address in addresses)


class Roster(dict[str, Unit]):
    """Units by code, in the order of the file; none where there is no roster yet.

    ``strange`` are headings that mean nothing here, ``path`` is the file (None: there is none), ``hint`` what a person
    should know of which file was read (empty: it is the one that is set).
    """

    strange: tuple[str, ...] = ()
    path: Path | None = None
    hint: str = ""

    def of_address(self, address: str) -> list[Unit]:
        """The units that write from an address."""
        return [u for u in self.values() if folded([address]) <= folded(u.addresses)]

    @property
    def silent(self) -> list[str]:
        """The names of units that no letter can be sent to."""
        return [u.name for u in self.values() if not u.addresses]


def with_zeros(roster: Roster, known: Mapping[str, Collection[str]]) -> Roster:
    """The roster with the leading zeros that a spreadsheet took from its codes, as the ledger has them.

    ``known`` are the names of units by the codes of the ledger. Only where one code fits that is not in the roster itself,
    and the unit is one of its names: no unit takes over the history of another.
    """
    bare = _by_bare_code(code for code in known if code not in roster)
    found = Roster()
    for code, unit in roster.items():
        fits = [] if code in known else [c for c in bare.get(code, []) if _is_called(unit, known[c])]
        right = fits[0] if len(fits) == 1 else code
        found[right] = unit._replace(code=right)
    found.strange, found.path, found.hint = roster.strange, roster.path, roster.hint
    return found


def _is_called(unit: Unit, names: Collection[str]) -> bool:
    """Whether a unit is, or was, called by one of some names."""
    return not {plain(name) for name in names}.isdisjoint(plain(name) for name in (unit.name, *unit.others))


def _by_bare_code(codes: Iterable[str]) -> dict[str, list[str]]:
    """Codes that begin with zeros, by what is left of them without."""
    found: dict[str, list[str]] = {}
    for code in codes:
        if code.startswith("0"):
            found.setdefault(code.lstrip("0"), []).append(code)
    return found


def load(path: Path) -> Roster:
    """The roster in a file; one with headings only has no units.

    Raises:
        Usage: it can't be read.
        DataError: what stands in it does not fit; all mistakes with their rows.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise Usage(f"读不了单位名册“{path}”：{reason(error)}。") from error
    return roster_in(data, path)


def roster_in(data: bytes, path: Path) -> Roster:
    """The same of bytes that are, or will be, those of a file.

    Raises:
        Usage, DataError: as :func:`load`.
    """
    sheet = sheet_in(data, path)
    rows = _rows(sheet.grid)
    units = _units(path.name, rows, sheet)
    units.strange = tuple(text for text in rows[sheet.row].values() if _known(text) not in HEADINGS)
    units.path = path
    return units


class RosterSheet(NamedTuple):
    """The sheet of a roster: its cells, the row of the headings, and the column of each that is known."""

    grid: Grid
    row: int
    columns: dict[str, int]


def sheet_in(data: bytes, path: Path) -> RosterSheet:
    """The sheet that has the headings of a roster.

    Raises:
        Usage: the file can't be read.
        DataError: it has no such sheet.
    """
    for grid in _grids(data, path):
        head = _head(grid)
        if head is not None:
            return head
    raise DataError([f"{path.name}：没有找到表头。第一行要有：{'、'.join(HEADINGS)}（至少“单位代码”和“单位名称”）。"])


def _grids(data: bytes, path: Path) -> Iterable[Grid]:
    try:
        if kind_of(data) is Kind.DELIMITED:
            return delimited_grids(data, guarded=False)
        return open_workbook(data).grids
    except Refused as refusal:
        more = "单位这么多的名册，请另存为 CSV。" if refusal.code == "too_many_rows" else ""
        raise Usage(f"单位名册“{path}”不能用：{refusal.message}{more}") from refusal


def _rows(grid: Grid) -> dict[int, dict[int, str]]:
    """The texts of a sheet by row and column."""
    return {row: _filled(cells) for row, cells in grid.rows.items()}


def _filled(cells: Mapping[int, Cell]) -> dict[int, str]:
    """The texts of a row by column."""
    texts = {column: cell.text.strip() for column, cell in cells.items()}
    return {column: text for column, text in texts.items() if text}


def _head(grid: Grid) -> RosterSheet | None:
    rows = _rows(grid)
    for at in sorted(rows)[:_HEADING_ROWS]:
        names = {_known(text): column for column, text in sorted(rows[at].items(), reverse=True)}
        if names.keys() >= _DEMANDED:
            return RosterSheet(grid, at, {name: column for name, column in names.items() if name in HEADINGS})
    return None


def _known(heading: str) -> str:
    key = plain(heading).lower()
    return _ALSO.get(key, key)


def _units(name: str, rows: Rows, head: RosterSheet) -> Roster:
    found = Roster()
    mistakes: list[str] = []
    owners: dict[str, Unit] = {}  # by name
    for at in sorted(row for row in rows if row > head.row):

        def wrong(heading: str, sentence: str, at: int = at) -> None:
            mistakes.append(f"{name} 第 {at} 行（{column_letters(head.columns[heading])}{at}）：{sentence}")

        unit = _unit(_by_heading(rows[at], head), wrong)
        if unit is not None:
            _add(found, unit, owners, wrong)
    if mistakes:
        raise DataError(mistakes)
    return found


def _by_heading(texts: Mapping[int, str], head: RosterSheet) -> dict[str, str]:
    """The texts of a row by the heading of their column."""
    return {heading: texts.get(column, "") for heading, column in head.columns.items()}


def _add(found: Roster, unit: Unit, owners: dict[str, Unit], say: Say) -> None:
    """Add a unit; its code may be in the roster once, its names may be no other unit's."""
    if unit.code in found:
        say("单位代码", f"单位代码“{unit.code}”写了两次（“{found[unit.code].name}”也是这个代码）。")
    _add_names(unit, owners, say)
    found.setdefault(unit.code, unit)


def _add_names(unit: Unit, owners: dict[str, Unit], say: Say) -> None:
    """Note the names of a unit; none may be another's."""
    for heading, name in (("单位名称", unit.name), *(("其他名称", other) for other in unit.others)):
        owner = owners.setdefault(plain(name), unit)
        if owner is not unit:
            say(heading, f"名称“{name}”与代码 {owner.code} 的单位重复，分不清是哪一个。")


def _unit(row: dict[str, str], say: Say) -> Unit | None:
    """The unit of a row; None where the row is empty, or says too little."""
    if not any(row.values()):
        return None
    code, title = plain(row["单位代码"]), row["单位名称"]
    if not code:
        say("单位代码", f"“{title}”没有单位代码。")
    if not title:
        say("单位名称", f"代码 {code} 没有单位名称。")
    if not (code and title):
        return None
    seen: set[str] = set()  # nobody is written to twice by one letter
    return Unit(
        code=code,
        name=title,
        others=tuple(filter(None, (name.strip() for name in _NAMES.split(row.get("其他名称", ""))))),
        department=row.get("主管部门", ""),
        contact=row.get("联系人", ""),
        addresses=tuple(_addresses(row.get("邮箱", ""), "邮箱", say, seen)),
        copies=tuple(_addresses(row.get("抄送", ""), "抄送", say, seen)),
        forms=tuple(filter(None, _SPLIT.split(row.get("应报表样", "")))),
        due=_day(row.get("截止日期", ""), say),
    )


def _addresses(text: str, heading: str, say: Say, seen: set[str]) -> Iterator[str]:
    for one in filter(None, _SPLIT.split(text)):
        if not _ADDRESS.match(one):
            say(heading, f"“{one}”不是邮箱地址。几个地址之间用分号隔开。")
        elif one.lower() not in seen:
            seen.add(one.lower())
            yield one


def _day(text: str, say: Say) -> date | None:
    """A day as people and spreadsheets write it."""
    if not text:
        return None
    try:
        return _written_day(text) or _serial_day(text) or datetime.fromisoformat(text).date()
    except ValueError:
        say("截止日期", f"“{text}”不是日期，请写成 2026-08-20。")
        return None


def _written_day(text: str) -> date | None:
    found = _DAY.match(plain(text.split(" ", maxsplit=1)[0]))
    return date(*(int(part) for part in found.groups())) if found else None


def _serial_day(text: str) -> date | None:
    """The number by which a workbook keeps a day of our time."""
    if not text.replace(".", "", 1).isdigit():
        return None
    days = float(text)
    return _EPOCH + timedelta(days=int(days)) if _FIRST_DAY < days < _LAST_DAY else None
