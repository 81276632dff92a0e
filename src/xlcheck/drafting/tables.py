"""One sheet → the draft of its table: what the sheet prints, with what a known table of that name adds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from xlcheck.drafting.emit import Item, Section, Table
from xlcheck.form import ColumnSpec, RowKind, RowSpec, SectionSpec, TableSpec
from xlcheck.labels import column_letters, label_key
from xlcheck.mapping.tables import plain_key
from xlcheck.reading.columns import Bound, Header, bind_columns, find_header
from xlcheck.reading.grid import Grid
from xlcheck.reading.recognise import head_facts, is_footnote
from xlcheck.reading.rows import (
    CodeRow,
    RowsFound,
    bind_blocks,
    bind_codes,
    bind_labels,
    code_text,
    table_end,
)

_WIDE = {"label": 34, "name": 34}


def known_table(grid: Grid, spec: TableSpec, name: str) -> Table:
    """The draft of a table that the library knows by name: printed labels and columns, its keys, codes and aliases."""
    header = find_header(grid, spec)
    if not header.top:
        doubt = (
            "没有找到表头，照抄了表样库里同名的表" if spec.header_depth else "这张表分段印表头，照抄了表样库里同名的表"
        )
        return Table(f"{name}：表样库里有这张表", {"key": spec.key, **_head(grid, spec, name, header)}, (), (doubt,))
    end = table_end(grid, header.data_from)
    taken: frozenset[int] = frozenset()
    sections = []
    for section in spec.sections:
        bound, _ = bind_columns(header, section, taken)
        taken = taken.union(bound.values())
        sections.append((section, bound))
    drafts = [
        _section(grid, header, section, bound, end, _strange(grid, header, taken, sections, at))
        for at, (section, bound) in enumerate(sections)
    ]
    values = {"key": spec.key, **_head(grid, spec, name, header)}
    return Table(f"{name}：按表样库里的同名表起草", values, drafts)


def _head(grid: Grid, spec: TableSpec, name: str, header: Header) -> dict[str, Any]:
    facts = head_facts(grid, header.top or 99)
    number = facts.get("编号", ("", ""))[0]
    found: dict[str, Any] = {"number": number or None, "name": name, "sheet": grid.name}
    if header.top:
        found["header_row"] = header.top
        found["numbered"] = bool(header.numbers)
    end = table_end(grid, header.data_from or 1)
    notes = [c.text.strip() for r in sorted(grid.rows) if r >= end for c in grid.rows[r].values() if c.type == "s"]
    note = next((n for n in notes if is_footnote(n)), "")
    if note and len(note) < 300:
        found["footnote"] = note
    if "金额单位" in facts and facts["金额单位"][0] != spec.currency:
        found["currency"] = facts["金额单位"][0]
    return found


def _strange(
    grid: Grid, header: Header, taken: frozenset[int], sections: list[tuple[SectionSpec, Bound]], at: int
) -> list[int]:
    """Columns of the sheet that the known table does not have, for the section they stand in."""
    covered = {
        c
        for top, left, bottom, right in grid.merges
        if left in taken and header.top <= top <= header.bottom
        for c in range(left, right + 1)
    }
    starts = [min((c for s, c in bound.items() if s.role == "amount"), default=0) for _, bound in sections]
    ends = [*starts[1:], 10**6]
    return [
        c
        for c in header.paths
        if c not in taken and c not in covered and starts[at] and starts[at] < c < max(ends[at], starts[at])
    ]


def _section(grid: Grid, header: Header, spec: SectionSpec, bound: Bound, end: int, strange: list[int]) -> Section:
    columns = sorted((_column(grid, header, column, at) for column, at in bound.items()), key=lambda p: p[0])
    items = [item for _, item in columns]
    for at in strange:
        extra = {"header": list(header.paths[at]), "at": column_letters(at)}
        items.append(Item(extra, "表样库里没有这一栏"))
    doubts = [f"没有找到“{'·'.join(c.header)}”栏" for c in spec.columns if c not in bound and spec.shape != "blocks"]
    values: dict[str, Any] = {"shape": spec.shape, "first_row": header.data_from}
    rows: list[Item] = []
    if spec.shape == "labels":
        rows = list(_label_rows(grid, header, spec, bound, end))
    elif spec.shape == "codes":
        found = bind_codes(grid, header, spec, bound, end)
        values["lengths"] = list(spec.lengths)
        values["spare"] = spec.spare
        values["total"] = {"label": _total_label(grid, found, bound), "first": _total_first(found, spec)}
    elif spec.shape == "blocks":
        values["lengths"] = list(spec.lengths)
        rows = list(_block_rows(bind_blocks(grid, header, spec, bound, end), spec, bound))
    missing = [r.label for r in spec.rows if r.kind is RowKind.DATA and not r.optional and not _among(r, rows)]
    if missing and spec.shape in ("labels", "blocks"):
        doubts.append(f"表样库里还有这些行，这里没有：{'、'.join(missing[:12])}{'等' if len(missing) > 12 else ''}")
    return Section(spec.key, values, items, rows, doubts)


def _among(spec: RowSpec, rows: list[Item]) -> bool:
    return any(
        (r.values.get("code") == spec.code and spec.code)
        or r.values.get("key") == spec.key
        or plain_key(str(r.values.get("label", ""))) == spec.key
        for r in rows
    )


def _column(grid: Grid, header: Header, spec: ColumnSpec, at: int) -> tuple[int, Item]:
    path = list(header.paths.get(at, ())) or list(spec.header)
    values: dict[str, Any] = {}
    if spec.role != "amount":
        values["role"] = spec.role
    elif spec.key != path[-1]:
        values["key"] = spec.key
    if spec.row:
        values["row"] = spec.row
    values["header"] = path
    others = [list(names) for names in spec.names if list(names) != [label_key(t) for t in path]]
    if others:
        values["aliases"] = others
    values["at"] = column_letters(at)
    if spec.role == "code" and (last := _last_code_column(grid, header, at)) > at:
        values["to"] = column_letters(last)
    if header.numbers.get(at) is not None and spec.role == "amount":
        values["number"] = header.numbers[at]
    values["width"] = _WIDE.get(spec.role, 14 if spec.role == "amount" else 8)
    if spec.block:
        values["block"] = spec.block
    return at, Item(values)


def _last_code_column(grid: Grid, header: Header, at: int) -> int:
    """Codes in 类, 款, 项 stand under one header cell merged over three columns."""
    area = grid.merge_at(header.bottom, at)
    wide = area is not None and area[1] == at and area[3] - at < 4
    return area[3] if area is not None and wide else at


def _label_rows(grid: Grid, header: Header, spec: SectionSpec, bound: Bound, end: int) -> Iterator[Item]:
    found = bind_labels(grid, header, spec, bound, end)
    by_row = {at: key for key, at in found.by_key.items()}
    specs = {r.key: r for r in spec.rows}
    label_at = next((at for c, at in bound.items() if c.role == "label"), 0)
    line_at = next((at for c, at in bound.items() if c.role == "line"), 0)
    changed = {row for what, row, _ in found.odd if what == "changed_label"}
    headings = {label_key(t) for r in spec.rows if r.kind is RowKind.HEADING for t in r.texts}
    words = {label_key(t) for c in spec.columns for path in c.names for t in path}
    blanks: list[int] = []
    for row in range(header.data_from, end):
        text = grid.text(row, label_at).strip()
        line = _line(grid, row, line_at)
        if not text:
            if line is not None:
                blanks.append(line)
            continue
        yield from _blank_run(blanks)
        blanks = []
        if row in by_row:
            doubt = "名称与表样库不同，按行次认作这一行" if row in changed else ""
            yield Item(_row(specs[by_row[row]], text, line), doubt)
        elif label_key(text) in headings:
            yield Item({"heading": text})
        elif label_key(text) in words:
            yield Item({"caption": [grid.text(row, at).strip() for at in sorted(bound.values())]})
        else:
            values: dict[str, Any] = {"label": text}
            if line is not None:
                values["line"] = line
            yield Item(values, "表样库里没有这一行；几行同名的，用 key 区别")
    yield from _blank_run(blanks)


def _line(grid: Grid, row: int, line_at: int) -> int | None:
    text = code_text(grid.text(row, line_at)) if line_at else ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else None


def _blank_run(lines: list[int]) -> Iterable[Item]:
    if lines:
        run = str(lines[0]) if len(lines) == 1 else f"{lines[0]}-{lines[-1]}"
        yield Item({"blank": run})


def _row(spec: RowSpec, text: str, line: int | None) -> dict[str, Any]:
    values: dict[str, Any] = {"label": text}
    if plain_key(text) != spec.key:
        values["key"] = spec.key
    if line is not None:
        values["line"] = line
    if spec.code:
        values["code"] = spec.code
    aliases = [n for n in spec.names if n != label_key(text)]
    if aliases:
        values["aliases"] = aliases
    for name in ("unit", "mark"):
        if getattr(spec, name):
            values[name] = getattr(spec, name)
    if spec.exact:
        values["exact"] = True
    if spec.indent:
        values["indent"] = spec.indent
    return values


def _total_label(grid: Grid, found: RowsFound, bound: Bound) -> str:
    if found.totals:
        lead = sorted(at for c, at in bound.items() if c.role in ("code", "name"))
        texts = [grid.text(found.totals[0], at).strip() for at in lead]
        return next((t for t in texts if t), "合计")
    return "合计"


def _total_first(found: RowsFound, spec: SectionSpec) -> bool:
    if not found.totals or not found.codes:
        return spec.total_first
    return found.totals[0] < found.codes[0].at


def _block_rows(found: RowsFound, spec: SectionSpec, bound: Bound) -> Iterator[Item]:
    known: dict[str | None, RowSpec] = {r.code: r for r in spec.rows if r.code}
    blocks = sorted({at: c.block for c, at in bound.items() if c.role == "amount"}.items())
    for amount_at, block in blocks:
        for code in (c for c in found.codes if c.amount_column == amount_at):
            yield _block_row(code, block, known)
    footers = {r.key: r for r in spec.rows if r.footer}
    for key in found.by_key:
        block = next((b for at, b in blocks if at == found.columns.get(key)), 1)
        yield Item({"label": footers[key].label, "key": key, "block": block, "footer": True})


def _block_row(code: CodeRow, block: int, known: dict[str | None, RowSpec]) -> Item:
    values: dict[str, Any] = {"label": code.name or code.code, "code": code.code, "block": block}
    if len(code.code) > 3:
        values["indent"] = 1
    spec = known.get(code.code)
    if spec is not None and spec.mark:
        values["mark"] = spec.mark
    return Item(values, "" if spec is not None else "表样库里没有这个科目")
