"""Sections of tables as a workbook has them: those that are lost or absent, and what follows from rows and amounts."""

from __future__ import annotations

from xlcheck.form import TOTAL, RowKind, SectionSpec, TableSpec
from xlcheck.model import ABSENT, BLANK, LOST, Row, Section, Table


def lost_table(spec: TableSpec, reason: str) -> Table:
    """A table that is not there: every rule that needs it cannot say, because of ``reason``."""
    table = Table(spec, None, {}, lost=reason)
    for section in spec.sections:
        table.sections[section.key] = lost_section(spec, section, reason)
    return table


def lost_section(table: TableSpec, spec: SectionSpec, reason: str) -> Section:
    """A section that can't be read: all its rows are lost, because of ``reason``."""
    rows = [Row(r.key, r.label, None, r.code, reason=reason) for r in data_rows(spec)]
    if spec.total:
        rows.insert(0, Row(TOTAL, TOTAL, None, reason=reason))
    width = len(spec.column_keys)
    amounts = [[LOST] * width for _ in rows]
    return finish(Section(spec, table.key, rows, list(spec.column_keys), [None] * width, amounts, lost=reason))


def absent_table(spec: TableSpec) -> Table:
    """A table that the workbook's form does not have, and that nothing demands: nothing stands there."""
    table = Table(spec, None, {}, absent=True)
    for section in spec.sections:
        absent = lost_section(spec, section, f"这套表没有{spec.title}（{spec.name}）")
        absent.lost = ""
        absent.amounts = [[ABSENT] * len(absent.columns) for _ in absent.rows]
        absent.index, absent.codes, absent.doubled, absent.tops = {}, {}, {}, []
        table.sections[section.key] = finish(absent)
    return table


def data_rows(spec: SectionSpec, *, placed: bool = False) -> list[Row]:
    """The rows of a section that hold figures, without their places in a sheet or (``placed``) at those of the blank."""
    return [
        Row(r.key, r.label, r.at if placed else None, r.code, r.label, r.unit, r.exact, optional=r.optional)
        for r in spec.rows
        if r.kind is RowKind.DATA
    ]


def finish(section: Section) -> Section:
    """Fill what follows from rows and amounts: figures, indexes, the tree of codes."""
    section.figures = [[a.figure for a in row] for row in section.amounts]
    section.figures.append([0] * len(section.columns))
    section.empty_columns = frozenset(c for c in range(len(section.columns)) if _is_empty(section, c))
    section.sparse = _is_sparse(section)
    _index(section)
    _grow_tree(section)
    return section


def _is_sparse(section: Section) -> bool:
    """Whether no figure that is there is 0 or less."""
    return not any(
        a.figure is not None and a.figure <= 0 and a.filled for row in section.amounts for a in row if a is not BLANK
    )


def _is_empty(section: Section, column: int) -> bool:
    return all(row[column] is BLANK or row[column] is ABSENT for row in section.amounts)


def _index(section: Section) -> None:
    """Rows by key and by code; a code that stands there again is doubled."""
    index, codes = section.index, section.codes
    for i, row in enumerate(section.rows):
        index.setdefault(row.key, i)
        code = row.code
        if code:
            first = codes.setdefault(code, i)
            if first != i:
                section.doubled.setdefault(code, [first]).append(i)


def _grow_tree(section: Section) -> None:
    """Which rows are parts of which others, by their codes."""
    children = section.children = [[] for _ in section.rows]
    lengths = section.spec.lengths[::-1]
    codes, tops = section.codes, section.tops
    for i, row in enumerate(section.rows if lengths else ()):
        if row.code:
            parent = _parent(codes, row.code, lengths)
            (tops if parent is None else children[parent]).append(i)


def _parent(codes: dict[str, int], code: str, lengths: tuple[int, ...]) -> int | None:
    """The nearest ancestor that is there: a missing 款 row leaves its 项 under the 类."""
    for length in lengths:
        if length < len(code) and (parent := codes.get(code[:length])) is not None:
            return parent
    return None
