"""A sheet that no set knows → a guess at its table: shape, columns and rows from what is printed, all to be checked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from xlcheck.drafting.emit import Item, Section, Table
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


def unknown_table(grid: Grid, name: str) -> Table | None:
    """The draft of a table that no set has; None when the sheet has no header to go by."""
    header = _header(grid)
    if header is None:
        return None
    end = table_end(grid, header.data_from)
    covered = _covered(grid, header)
    paths = sorted((at, path) for at, path in header.paths.items() if at not in covered)
    roles = {at: _role(path[-1]) for at, path in paths[:_MOST_COLUMNS]}
    if "label" not in roles.values() and "code" not in roles.values() and roles:
        first = min(roles)
        roles[first] = "label"
    sections = [_section(grid, header, key, part, end) for key, part in _sides(header, roles)]
    values: dict[str, Any] = {
        "key": name, "number": head_facts(grid, header.top).get("编号", (None, ""))[0], "name": name,
        "sheet": grid.name, "header_row": header.top, "numbered": bool(header.numbers),
    }  # fmt: skip
    doubts = ["表样库里没有这张表，版式是由程序推定的，逐栏逐行核对；规则要自己写（见 docs/language.md）"]
    return Table(f"{name}：新表", values, sections, doubts)


def _covered(grid: Grid, header: Header) -> set[int]:
    """Columns that an innermost header cell covers beside its own: one column printed over several."""
    return {
        column
        for top, left, bottom, right in grid.merges
        if header.top <= top <= header.bottom <= bottom
        for column in range(left + 1, right + 1)
    }


def _header(grid: Grid) -> Header | None:
    for row in sorted(grid.rows)[:15]:
        texts = [c.text for c in grid.rows[row].values() if c.type == "s"]
        plain_texts = [t for t in texts if not _FACT.search(plain(t)) and len(t) < 40]
        if len(plain_texts) < 2 or len(texts) > len(plain_texts) or len(texts) < len(grid.rows[row]):
            continue
        known = frozenset(
            label_key(c.text)
            for r in _texts_only(grid, row)
            for c in grid.rows[r].values()
            if c.type == "s" and len(c.text) < 40
        )
        stub = TableSpec("", "", "", (), (), row, 1, True, row, header_texts=known)
        header = find_header(grid, stub)
        return header if header.top else None
    return None


def _texts_only(grid: Grid, row: int) -> Iterator[int]:
    """The first rows from ``row`` on in which no code and no figure stands: the header, as far as one can see."""
    for at in range(row, row + 4):
        cells = grid.rows.get(at)
        if not cells or any(c.type != "s" or c.text.strip().isdigit() for c in cells.values()):
            return
        yield at


def _role(text: str) -> str:
    return next((role for role, pattern in _ROLES if pattern.search(text)), "amount")


def _sides(header: Header, roles: dict[int, str]) -> list[tuple[str, dict[int, str]]]:
    """One section, or two where a second label column begins a right side."""
    starts = [at for at, role in roles.items() if role == "label"]
    if len(starts) < 2 or "code" in roles.values():
        return [("全表", roles)]
    parts: list[tuple[str, dict[int, str]]] = []
    for number, start in enumerate(starts):
        end = starts[number + 1] if number + 1 < len(starts) else 10**6
        outer = header.paths[start][0]
        name = outer if len(header.paths[start]) > 1 and outer not in [k for k, _ in parts] else f"第{number + 1}块"
        parts.append((name, {at: role for at, role in roles.items() if start <= at < end}))
    return parts


def _section(grid: Grid, header: Header, key: str, roles: dict[int, str], end: int) -> Section:
    columns = []
    for at, role in roles.items():
        values: dict[str, Any] = {} if role == "amount" else {"role": role}
        values |= {"header": list(header.paths[at]), "at": column_letters(at)}
        if header.numbers.get(at) is not None and role == "amount":
            values["number"] = header.numbers[at]
        columns.append(Item(values, "" if role != "amount" else "是不是金额栏"))
    if list(roles.values()).count("code") > 1:
        return _blocks(grid, header, key, roles, end)
    if "code" in roles.values():
        shape = {"shape": "codes", "first_row": header.data_from, "lengths": [3, 5, 7], "spare": 12,
                 "total": {"label": "合计", "first": True}}  # fmt: skip
        return Section(key, shape, columns, (), ("科目代码的位数、合计行的位置是推定的",))
    label_at = next((at for at, role in roles.items() if role == "label"), min(roles))
    line_at = next((at for at, role in roles.items() if role == "line"), 0)
    return Section(
        key,
        {"shape": "labels", "first_row": header.data_from},
        columns,
        _rows(grid, header, list(roles), end, label_at, line_at),
    )


def _blocks(grid: Grid, header: Header, key: str, roles: dict[int, str], end: int) -> Section:
    """Codes in blocks side by side, as in 公开06."""
    columns, rows, block, code_at, name_at = [], [], 0, 0, 0
    for at, role in roles.items():
        if role == "code":
            block, code_at = block + 1, at
        elif role == "name":
            name_at = at
        kind = {} if role == "amount" else {"role": role}
        columns.append(Item({**kind, "header": list(header.paths[at]), "at": column_letters(at), "block": block}))
        if role == "amount":
            for row in [r for r in sorted(grid.rows) if header.data_from <= r < end][:_MOST_ROWS]:
                code = code_text(grid.text(row, code_at))
                if code.isascii() and code.isdigit():
                    rows.append(Item({"label": grid.text(row, name_at).strip() or code, "code": code, "block": block}))
    lengths = sorted({len(str(r.values["code"])) for r in rows}) or [3, 5]
    return Section(key, {"shape": "blocks", "first_row": header.data_from, "lengths": lengths}, columns, rows)


def _rows(grid: Grid, header: Header, columns: list[int], end: int, label_at: int, line_at: int) -> list[Item]:
    found: list[Item] = []
    seen: dict[str, int] = {}
    words = {text for path in header.paths.values() for text in path}
    for row in [r for r in sorted(grid.rows) if header.data_from <= r < end][:_MOST_ROWS]:
        text = grid.text(row, label_at).strip()
        if not text:
            continue
        bare = label_key(text)
        cells = grid.rows[row]
        if bare in words:
            found.append(Item({"caption": [grid.text(row, at).strip() for at in columns]}))
            continue
        if line_at and len(cells) == 1:
            found.append(Item({"heading": text}))
            continue
        values: dict[str, Any] = {"label": text}
        seen[bare] = seen.get(bare, 0) + 1
        if seen[bare] > 1:
            values["key"] = f"{bare}{seen[bare]}"
        line = code_text(grid.text(row, line_at)) if line_at else ""
        if line.isascii() and line.isdigit() and len(line) < 4:
            values["line"] = int(line)
        found.append(Item(values, "同名的行，用 key 区别" if seen[bare] > 1 else ""))
    return found
