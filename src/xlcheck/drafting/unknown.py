"""A sheet that no set knows → a guess at its table: shape, columns and rows from what is printed, all to be checked."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from xlcheck.drafting.emit import DraftEntry, DraftSection, DraftTable, without_none
from xlcheck.drafting.printed import PrintedTable
from xlcheck.form import TableSpec
from xlcheck.labels import column_letters, label_key, plain
from xlcheck.reading.columns import Header, find_header
from xlcheck.reading.grid import Grid
from xlcheck.reading.recognise import head_facts
from xlcheck.reading.rows import code_text, table_end

_ROLES = (
    ("code", re.compile(r"科目(?:代码|编码)|^(?:编码|代码|类)$")),
    ("name", re.compile(r"科目名称|项目名称")),
    ("line", re.compile(r"^(?:行次|序号)$")),
    ("label", re.compile(r"^(?:项目|名称|内容|事项|指标)(?:名称)?$")),
)
_FACT = re.compile(r"(?:单位|部门|年度|编制)\S{0,6}[:：]|^\(?公开\d+表\)?$|^20\d\d年")
_MOST_COLUMNS = 60
_MOST_ROWS = 300
_LAST_HEADER_ROW = 15  # rows with cells among which a header begins
_DEEPEST_HEADER = 4
_LONGEST_HEADING = 39  # characters; what is longer is a sentence
_FEWEST_HEADINGS = 2  # texts of a row that make it a header
_FAR = 10**6  # a column that no sheet has
_LENGTHS = [3, 5, 7]  # digits of 类, 款 and 项
_BLOCK_LENGTHS = [3, 5]  # of the economic classification, where the sheet shows no code
_SPARE = 12

Roles = Mapping[int, str]


def unknown_table(grid: Grid, name: str) -> DraftTable | None:
    """The draft of a table that no set has; None when the sheet has no header to go by."""
    header = _header(grid)
    if header is None:
        return None
    table = PrintedTable(grid, header, table_end(grid, header.data_from))
    sections = [_section(table, key, part) for key, part in _sides(header, _roles(grid, header))]
    values: dict[str, Any] = {
        "key": name, "number": head_facts(grid, header.top).get("编号", (None, ""))[0], "name": name,
        "sheet": grid.name, "header_row": header.top, "numbered": bool(header.numbers),
    }  # fmt: skip
    doubts = ["表样库里没有这张表，版式是由程序推定的，逐栏逐行核对；规则要自己写（见 docs/language.md）"]
    return DraftTable(f"{name}：新表", values, sections, doubts)


# --- the header ---------------------------------------------------------------------------------


def _header(grid: Grid) -> Header | None:
    row = next((row for row in sorted(grid.rows)[:_LAST_HEADER_ROW] if _begins_header(grid, row)), None)
    if row is None:
        return None
    stub = TableSpec("", "", "", (), (), row, 1, True, row, header_texts=_heading_keys(grid, row))
    header = find_header(grid, stub)
    return header if header.top else None


def _heading_keys(grid: Grid, top: int) -> frozenset[str]:
    """The headings of a header that begins in row ``top``, to be compared."""
    cells = (cell for row in _texts_only(grid, top) for cell in grid.rows[row].values())
    return frozenset(label_key(c.text) for c in cells if c.type == "s" and len(c.text) <= _LONGEST_HEADING)


def _begins_header(grid: Grid, row: int) -> bool:
    """Whether a row holds headings and nothing but: several texts, no figure, no fact such as the unit's name."""
    cells = grid.rows[row].values()
    return len(cells) >= _FEWEST_HEADINGS and all(cell.type == "s" and _is_heading(cell.text) for cell in cells)


def _is_heading(text: str) -> bool:
    return len(text) <= _LONGEST_HEADING and not _FACT.search(plain(text))


def _texts_only(grid: Grid, row: int) -> Iterator[int]:
    """The first rows from ``row`` on in which no code and no figure stands: the header, as far as one can see."""
    for at in range(row, row + _DEEPEST_HEADER):
        cells = grid.rows.get(at)
        if not cells or any(c.type != "s" or c.text.strip().isdigit() for c in cells.values()):
            return
        yield at


# --- columns ------------------------------------------------------------------------------------


def _roles(grid: Grid, header: Header) -> dict[int, str]:
    """What each column holds, by the innermost text over it; one that has neither labels nor codes begins with labels."""
    covered = _covered(grid, header)
    columns = sorted(at for at in header.paths if at not in covered)[:_MOST_COLUMNS]
    roles = {at: _role(header.paths[at][-1]) for at in columns}
    if roles and not {"label", "code"} & set(roles.values()):
        roles[columns[0]] = "label"
    return roles


def _covered(grid: Grid, header: Header) -> set[int]:
    """Columns that an innermost header cell covers beside its own: one column printed over several."""
    return {
        column
        for top, left, bottom, right in grid.merges
        if header.top <= top <= header.bottom <= bottom
        for column in range(left + 1, right + 1)
    }


def _role(text: str) -> str:
    return next((role for role, pattern in _ROLES if pattern.search(text)), "amount")


def _first_of(roles: Roles, role: str) -> int | None:
    return next((at for at, known in roles.items() if known == role), None)


def _sides(header: Header, roles: Roles) -> list[tuple[str, Roles]]:
    """One section, or two where a second label column begins a right side."""
    starts = [at for at, role in roles.items() if role == "label"]
    if len(starts) < 2 or "code" in roles.values():
        return [("全表", roles)]
    sides: dict[str, Roles] = {}
    for number, (start, end) in enumerate(zip(starts, [*starts[1:], _FAR], strict=True), 1):
        name = _side_name(header.paths[start], number, sides)
        sides[name] = {at: role for at, role in roles.items() if start <= at < end}
    return list(sides.items())


def _side_name(path: Sequence[str], number: int, taken: Collection[str]) -> str:
    """The outermost header over a side, where there is one of its own; else its number."""
    return path[0] if len(path) > 1 and path[0] not in taken else f"第{number}块"


# --- sections -----------------------------------------------------------------------------------


def _section(table: PrintedTable, key: str, roles: Roles) -> DraftSection:
    codes = list(roles.values()).count("code")
    if codes > 1:
        return _blocks(table, key, roles)
    columns = [_column(table.header, at, role) for at, role in roles.items()]
    first_row = table.header.data_from
    if codes:
        shape = {"shape": "codes", "first_row": first_row, "lengths": _LENGTHS, "spare": _SPARE,
                 "total": {"label": "合计", "first": True}}  # fmt: skip
        return DraftSection(key, shape, columns, (), ("科目代码的位数、合计行的位置是推定的",))
    return DraftSection(key, {"shape": "labels", "first_row": first_row}, columns, list(_label_rows(table, roles)))


def _column(header: Header, at: int, role: str) -> DraftEntry:
    is_amount = role == "amount"
    values = {
        "role": None if is_amount else role,
        "header": list(header.paths[at]),
        "at": column_letters(at),
        "number": header.numbers.get(at) if is_amount else None,
    }
    return DraftEntry(without_none(values), "是不是金额栏" if is_amount else "")


class _BlockColumn(NamedTuple):
    """A column of a block (1 is the leftmost), and where the codes and names of its rows stand."""

    at: int
    role: str
    block: int
    code_at: int
    name_at: int


def _blocks(table: PrintedTable, key: str, roles: Roles) -> DraftSection:
    """Codes in blocks side by side, as in 公开06."""
    columns = list(_block_columns(roles))
    drafts = [_block_column(table.header, column) for column in columns]
    rows = [row for c in columns if c.role == "amount" for row in _block_rows(table, c)]
    lengths = sorted({len(str(row.values["code"])) for row in rows}) or _BLOCK_LENGTHS
    shape = {"shape": "blocks", "first_row": table.header.data_from, "lengths": lengths}
    return DraftSection(key, shape, drafts, rows)


def _block_column(header: Header, column: _BlockColumn) -> DraftEntry:
    values = {
        "role": None if column.role == "amount" else column.role,
        "header": list(header.paths[column.at]),
        "at": column_letters(column.at),
        "block": column.block,
    }
    return DraftEntry(without_none(values))


def _block_columns(roles: Roles) -> Iterator[_BlockColumn]:
    """The columns from left to right; each column of codes begins a block."""
    block, code_at, name_at = 0, 0, 0
    for at, role in roles.items():
        if role == "code":
            block, code_at = block + 1, at
        elif role == "name":
            name_at = at
        yield _BlockColumn(at, role, block, code_at, name_at)


def _block_rows(table: PrintedTable, column: _BlockColumn) -> Iterator[DraftEntry]:
    for row in table.rows()[:_MOST_ROWS]:
        code = code_text(table.grid.text(row, column.code_at))
        if code.isascii() and code.isdigit():
            label = table.text(row, column.name_at) or code
            yield DraftEntry({"label": label, "code": code, "block": column.block})


def _label_rows(table: PrintedTable, roles: Roles) -> Iterator[DraftEntry]:
    label_at = _first_of(roles, "label") or min(roles)
    line_at = _first_of(roles, "line") or 0
    words = _header_texts(table.header)
    seen: Counter[str] = Counter()
    for row in table.rows()[:_MOST_ROWS]:
        text = table.text(row, label_at)
        key = label_key(text)
        if not text:
            continue
        if key in words:
            yield DraftEntry({"caption": [table.text(row, at) for at in roles]})
        elif _stands_alone(table, row, line_at):
            yield DraftEntry({"heading": text})
        else:
            seen[key] += 1
            yield _label_row(text, key, seen[key], table.line(row, line_at))


def _header_texts(header: Header) -> set[str]:
    return {text for path in header.paths.values() for text in path}


def _stands_alone(table: PrintedTable, row: int, line_at: int) -> bool:
    """Whether a row has its label and nothing else, where others have a 行次: a heading."""
    return bool(line_at) and len(table.grid.rows[row]) == 1


def _label_row(text: str, key: str, number: int, line: int | None) -> DraftEntry:
    """A row with figures; the second and later ones of one name get keys of their own."""
    again = number > 1
    values = {"label": text, "key": f"{key}{number}" if again else None, "line": line}
    return DraftEntry(without_none(values), "同名的行，用 key 区别" if again else "")
