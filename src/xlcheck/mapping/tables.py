"""A table of a mapping, composed and checked → the compiled :class:`TableSpec`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from xlcheck.form import TOTAL, ColumnSpec, RowKind, RowSpec, SectionSpec, TableSpec
from xlcheck.labels import column_index, label_key
from xlcheck.mapping.byshape import mapped, shape_of
from xlcheck.mapping.schema import ColumnModel, RowModel, SectionModel, TableModel
from xlcheck.shapes import Shape

Report = Callable[[tuple[str | int, ...], str], None]


def compile_table(model: TableModel, report: Report) -> TableSpec:
    """Lay out ``model``; mistakes go to ``report(path, sentence)``."""
    _report_missing(model, report)
    name = model.name or model.key
    depth = _header_depth(model)
    first = model.header_row + depth + model.numbered
    sections = tuple(
        _section(key, section, section.first_row or first, _under(report, "sections", key))
        for key, section in _sections(model).items()
    )
    _report_overlaps(sections, report)
    return TableSpec(
        key=model.key,
        number=model.number or model.key,
        name=name,
        names=tuple(label_key(n) for n in (name, *model.aliases)),
        sections=sections,
        header_row=model.header_row,
        header_depth=depth,
        numbered=model.numbered,
        last_row=max((_last_row(s) for s in sections), default=first),
        unit_label=model.unit_label,
        currency=model.currency,
        currency_label=model.currency_label,
        decimals=model.decimals,
        landscape=model.landscape,
        footnote=model.footnote,
        empty_statement=model.empty_statement,
        all_rows=model.all_rows,
        sheet=model.sheet or name,
        number_caption=model.number_caption,
        header_texts=_header_texts(sections),
    )


def _report_missing(model: TableModel, report: Report) -> None:
    if not model.name:
        report(("key",), "缺少必填项“name”")
    if not model.sections:
        report(("key",), "表里没有 sections")


def _sections(model: TableModel) -> dict[str, SectionModel]:
    return model.sections or {}


def _header_depth(model: TableModel) -> int:
    """How many rows the header takes; none where the sections print their captions as rows of their own."""
    sections = _sections(model).values()
    if any(map(_prints_captions, sections)):
        return 0
    columns = (column for section in sections for column in section.columns or ())
    return max((len(column.header) for column in columns), default=1)


def _prints_captions(section: SectionModel) -> bool:
    return any(row.caption for row in section.rows)


def _header_texts(sections: tuple[SectionSpec, ...]) -> frozenset[str]:
    """Every text that stands in the header, under all names of its column."""
    return frozenset(text for s in sections for column in s.columns for path in column.names for text in path)


def _under(report: Report, *above: str | int) -> Report:
    """``report`` for paths below ``above``."""
    return lambda path, message: report((*above, *path), message)


def _say_of_row(report: Report, row: int) -> Callable[[str], None]:
    return lambda message: report(("rows", row), message)


def _last_row(section: SectionSpec) -> int:
    return mapped(section.shape).last_row(section)


def _section(key: str, model: SectionModel, first: int, report: Report) -> SectionSpec:
    columns = tuple(_column(c) for c in model.columns or ())
    rows = tuple(_rows(model, first, report))
    shape = shape_of(model.shape)
    _report_missing_of_section(model, shape, columns, report)
    total = model.total
    section = SectionSpec(
        key=key,
        shape=shape,
        rows=mapped(shape).rows(rows, columns, first),
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


def _report_missing_of_section(
    model: SectionModel, shape: Shape, columns: tuple[ColumnSpec, ...], report: Report
) -> None:
    if not model.shape:
        report((), "缺少必填项“shape”")
    if not model.columns:
        report((), "缺少必填项“columns”")
    if shape.open_ended and model.total is None:
        report(("shape",), "按科目代码的表要写明合计行 total")
    if shape.coded and not model.lengths:
        report(("shape",), "按科目代码的表要写明代码位数 lengths")
    for role in sorted(mapped(shape).roles - {c.role for c in columns}):
        report(("columns",), f"缺少 role: {role} 的栏")


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
    if sum(map(bool, (model.label, model.blank, model.heading, model.caption))) != 1:
        report("一行只写 label、blank、heading、caption 中的一个")
        return []
    if model.blank:
        return _blank_rows(model.blank, at, report)
    if model.heading:
        return [_words_row(RowKind.HEADING, (model.heading,), at)]
    if model.caption:
        return [_words_row(RowKind.CAPTION, tuple(text or "" for text in model.caption), at)]
    return [_data_row(model, model.label or "", at)]


def _words_row(kind: RowKind, texts: tuple[str, ...], at: int) -> RowSpec:
    return RowSpec(key="", label="", at=at, kind=kind, texts=texts)


def _data_row(model: RowModel, label: str, at: int) -> RowSpec:
    names = dict.fromkeys(label_key(n) for n in (label, *model.aliases))
    return RowSpec(
        key=_row_key(model, label), label=label, at=at, names=tuple(names), line=model.line, code=model.code,
        unit=model.unit, exact=model.exact, mark=model.mark, indent=model.indent,
        block=model.block, footer=model.footer, optional=model.optional,
    )  # fmt: skip


def _row_key(model: RowModel, label: str) -> str:
    """What formulas call a row: as the mapping says, in blocks by its code, else by its label."""
    if model.key:
        return model.key
    return model.code if model.block and model.code else plain_key(label)


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
    _report_double_rows(section, report)
    if not section.shape.in_blocks:
        _report_double_columns(section, report)


def _report_double_rows(section: SectionSpec, report: Report) -> None:
    seen: set[tuple[str, object]] = set()
    for row in section.rows:
        marks: list[tuple[str, object]] = [("行次", row.line)]
        if row.kind is RowKind.DATA:
            marks.append(("行名", row.key))
        for what, mark in marks:
            if mark is not None and (what, mark) in seen:
                report(("rows",), f"{what} {mark} 出现了两次")
        seen.update(marks)


def _report_double_columns(section: SectionSpec, report: Report) -> None:
    taken: dict[int, str] = {}
    for column in section.amounts:
        if column.at in taken:
            report(("columns",), f"“{column.key}”与“{taken[column.at]}”占了同一列，单元格重叠")
        taken[column.at] = column.key


class _RowSpan(NamedTuple):
    """The rows of a column that a section takes up."""

    section: str
    first: int
    last: int

    def meets(self, other: _RowSpan) -> bool:
        """Whether two sections claim the same cells."""
        return self.section != other.section and self.first <= other.last and other.first <= self.last


def _report_overlaps(sections: tuple[SectionSpec, ...], report: Report) -> None:
    taken: dict[int, _RowSpan] = {}
    for section in sections:
        span = _RowSpan(section.key, section.first_row, _last_row(section))
        for column in section.columns:
            other = taken.get(column.at)
            if other is not None and span.meets(other):
                report(
                    ("sections", section.key),
                    f"“{section.key}”的“{column.key}”与“{other.section}”单元格重叠",
                )
            taken[column.at] = span
