"""A table of a mapping, composed and checked → the compiled :class:`TableSpec`."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from xlcheck.form import TOTAL, ColumnSpec, RowKind, RowSpec, SectionSpec, TableSpec
from xlcheck.labels import column_index, label_key
from xlcheck.mapping.schema import ColumnModel, RowModel, SectionModel, TableModel

Report = Callable[[tuple[str | int, ...], str], None]


def compile_table(model: TableModel, report: Report) -> TableSpec:
    """Lay out ``model``; mistakes go to ``report(path, sentence)``."""
    if not model.name:
        report(("key",), "缺少必填项“name”")
    if not model.sections:
        report(("key",), "表里没有 sections")
    sections_in = model.sections or {}
    captioned = any(r.caption for s in sections_in.values() for r in s.rows)
    depth = 0 if captioned else max((len(c.header) for s in sections_in.values() for c in s.columns or ()), default=1)
    first = model.header_row + depth + (1 if model.numbered else 0)
    sections = tuple(
        _section(key, section, section.first_row or first, _under(report, "sections", key))
        for key, section in sections_in.items()
    )
    _report_overlaps(sections, report)
    last = max((_last_row(s) for s in sections), default=first)
    return TableSpec(
        key=model.key,
        number=model.number or model.key,
        name=model.name or model.key,
        names=tuple(label_key(n) for n in (model.name or model.key, *model.aliases)),
        sections=sections,
        header_row=model.header_row,
        header_depth=depth,
        numbered=model.numbered,
        last_row=last,
        unit_label=model.unit_label,
        currency=model.currency,
        currency_label=model.currency_label,
        decimals=model.decimals,
        landscape=model.landscape,
        footnote=model.footnote,
        empty_statement=model.empty_statement,
        all_rows=model.all_rows,
        sheet=model.sheet or model.name or model.key,
        number_caption=model.number_caption,
        header_texts=frozenset(t for s in sections for c in s.columns for path in c.names for t in path),
    )


def _under(report: Report, *above: str | int) -> Report:
    """``report`` for paths below ``above``."""
    return lambda path, message: report((*above, *path), message)


def _say_of_row(report: Report, row: int) -> Callable[[str], None]:
    return lambda message: report(("rows", row), message)


def _last_row(section: SectionSpec) -> int:
    if section.shape == "codes":
        return section.first_row + section.spare
    if section.shape == "record":
        return section.first_row
    return max((r.at for r in section.rows), default=section.first_row)


def _section(key: str, model: SectionModel, first: int, report: Report) -> SectionSpec:
    columns = tuple(_column(c) for c in model.columns or ())
    rows = tuple(_rows(model, first, report))
    shape = model.shape or ""
    if not shape:
        report((), "缺少必填项“shape”")
    if not model.columns:
        report((), "缺少必填项“columns”")
    if model.shape == "codes" and model.total is None:
        report(("shape",), "按科目代码的表要写明合计行 total")
    if model.shape in ("codes", "blocks") and not model.lengths:
        report(("shape",), "按科目代码的表要写明代码位数 lengths")
    roles = {c.role for c in columns}
    wanted = {"labels": {"label", "amount"}, "record": {"amount"}}
    for role in sorted(wanted.get(shape, {"code", "name", "amount"}) - roles):
        report(("columns",), f"缺少 role: {role} 的栏")
    total = model.total
    section = SectionSpec(
        key=key,
        shape=shape,
        rows=_record_rows(columns, first) if model.shape == "record" else rows,
        columns=columns,
        lengths=tuple(model.lengths),
        total=TOTAL if total else None,
        total_names=tuple(label_key(n) for n in (total.label, *total.aliases)) if total else (),
        total_first=total.first if total else True,
        spare=model.spare,
        first_row=first,
    )
    _report_doubles(section, report)
    return section


def _column(model: ColumnModel) -> ColumnSpec:
    paths = [model.header, *model.aliases]
    return ColumnSpec(
        key=model.key or model.header[-1],
        role=model.role,
        header=tuple(model.header),
        names=tuple(tuple(label_key(t) for t in path) for path in paths),
        at=column_index(model.at),
        last=column_index(model.to or model.at),
        number=model.number,
        width=model.width,
        row=model.row,
        block=model.block,
    )


def _record_rows(columns: tuple[ColumnSpec, ...], at: int) -> tuple[RowSpec, ...]:
    keys = dict.fromkeys(c.row or TOTAL for c in columns if c.role == "amount")
    return tuple(RowSpec(key=k, label=k, at=at, names=(label_key(k),)) for k in keys)


def _rows(model: SectionModel, first: int, report: Report) -> Iterator[RowSpec]:
    ends: dict[int, int] = {}
    for i, row in enumerate(model.rows):
        if not row.footer:
            at = ends.get(row.block, first)
            specs = _row(row, at, _say_of_row(report, i))
            ends[row.block] = at + len(specs)
            yield from specs
    bottom = max(ends.values(), default=first)
    for i, row in enumerate(model.rows):
        if row.footer:
            yield from _row(row, bottom, _say_of_row(report, i))


def _row(model: RowModel, at: int, report: Callable[[str], None]) -> list[RowSpec]:
    said = [x for x in (model.label, model.blank, model.heading, model.caption) if x]
    if len(said) != 1:
        report("一行只写 label、blank、heading、caption 中的一个")
        return []
    if model.blank:
        return _blank_rows(model.blank, at, report)
    if model.heading or model.caption:
        kind = RowKind.HEADING if model.heading else RowKind.CAPTION
        texts = (model.heading,) if model.heading else tuple(model.caption or ())
        return [RowSpec(key="", label="", at=at, kind=kind, texts=tuple(t or "" for t in texts))]
    label = model.label or ""
    key = model.key or (model.code if model.block and model.code else None) or plain_key(label)
    names = dict.fromkeys(label_key(n) for n in (label, *model.aliases))
    return [
        RowSpec(
            key=key, label=label, at=at, names=tuple(names), line=model.line, code=model.code,
            unit=model.unit, exact=model.exact, mark=model.mark, indent=model.indent,
            block=model.block, footer=model.footer, optional=model.optional,
        )
    ]  # fmt: skip


def plain_key(label: str) -> str:
    """The name of a row in formulas where the mapping gives none: its label without ordinal."""
    bare = label.strip()
    key = label_key(bare)
    fitting = [i for i in range(len(bare)) if label_key(bare[i:]) == key]
    return bare[max(fitting, default=0) :]


def _blank_rows(text: str, at: int, report: Callable[[str], None]) -> list[RowSpec]:
    first, _, last = text.partition("-")
    try:
        lines = range(int(first), int(last or first) + 1)
    except ValueError:
        report(f"blank 应写成 9 或 9-26，现在是“{text}”")
        return []
    return [RowSpec(key=f"空行{n}", label="", at=at + i, kind=RowKind.BLANK, line=n) for i, n in enumerate(lines)]


def _report_doubles(section: SectionSpec, report: Report) -> None:
    seen: dict[object, str] = {}
    for row in section.rows:
        marks: list[tuple[str, object]] = [("行次", row.line)]
        if row.kind is RowKind.DATA:
            marks.append(("行名", row.key))
        for what, mark in marks:
            if mark is not None and (what, mark) in seen:
                report(("rows",), f"{what} {mark} 出现了两次")
            seen[what, mark] = row.key
    cells: dict[tuple[int, int], str] = {}
    for column in section.columns:
        if column.role == "amount" and section.shape != "blocks":
            spot = (column.at, 0)
            if spot in cells:
                report(("columns",), f"“{column.key}”与“{cells[spot]}”占了同一列，单元格重叠")
            cells[spot] = column.key


def _report_overlaps(sections: tuple[SectionSpec, ...], report: Report) -> None:
    taken: dict[int, tuple[int, int, str]] = {}
    for section in sections:
        low, high = section.first_row, _last_row(section)
        for column in section.columns:
            other = taken.get(column.at)
            if other and other[2] != section.key and other[0] <= high and low <= other[1]:
                report(
                    ("sections", section.key),
                    f"“{section.key}”的“{column.key}”与“{other[2]}”单元格重叠",
                )
            taken[column.at] = (low, high, section.key)
