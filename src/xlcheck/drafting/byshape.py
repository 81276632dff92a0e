"""What a known section has below its columns, as its sheet prints it, for each shape."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from xlcheck.drafting.emit import DraftEntry
from xlcheck.drafting.printed import PrintedTable
from xlcheck.drafting.rows import block_rows, label_rows
from xlcheck.form import RowKind, RowSpec, SectionSpec
from xlcheck.mapping.tables import plain_key
from xlcheck.reading.columns import Bound
from xlcheck.reading.rows import RowsFound, bind_blocks, bind_codes
from xlcheck.shapes import by_shape

_MOST_NAMED = 12  # rows that are missing and said by name


class BoundSection(NamedTuple):
    """A section of the known table, and in which columns of the sheet its own stand."""

    spec: SectionSpec
    at: Bound

    @property
    def first_amount(self) -> int:
        """The first column with figures (0: none)."""
        return min((at for column, at in self.at.items() if column.role == "amount"), default=0)


class SectionBody(NamedTuple):
    """What a section has below its columns: values of its own, and rows; ``doubts`` are what the sheet does not have."""

    values: Mapping[str, Any]
    rows: Sequence[DraftEntry]
    doubts: Sequence[str]


def _label_body(table: PrintedTable, section: BoundSection) -> SectionBody:
    rows = list(label_rows(table, section.spec, section.at))
    return SectionBody({}, rows, [*_missing_columns(section), *_missing_rows(section.spec, rows)])


def _code_body(table: PrintedTable, section: BoundSection) -> SectionBody:
    spec = section.spec
    found = bind_codes(table.grid, table.header, spec, section.at, table.end)
    total = {"label": _total_label(table, found, section.at), "first": _total_first(found, spec)}
    values = {"lengths": list(spec.lengths), "spare": spec.spare, "total": total}
    return SectionBody(values, (), list(_missing_columns(section)))


def _block_body(table: PrintedTable, section: BoundSection) -> SectionBody:
    spec = section.spec
    found = bind_blocks(table.grid, table.header, spec, section.at, table.end)
    rows = list(block_rows(found, spec, section.at))
    return SectionBody({"lengths": list(spec.lengths)}, rows, list(_missing_rows(spec, rows)))


def _record_body(_table: PrintedTable, section: BoundSection) -> SectionBody:
    """No rows: those of a record are what its columns say."""
    return SectionBody({}, (), list(_missing_columns(section)))


def _total_label(table: PrintedTable, found: RowsFound, bound: Bound) -> str:
    lead = sorted(at for column, at in bound.items() if column.role in ("code", "name"))
    texts = (table.text(row, at) for row in found.totals[:1] for at in lead)
    return next(filter(None, texts), "合计")


def _total_first(found: RowsFound, spec: SectionSpec) -> bool:
    if not found.totals or not found.codes:
        return spec.total_first
    return found.totals[0] < found.codes[0].at


# --- what is missing ----------------------------------------------------------------------------


def _missing_columns(section: BoundSection) -> Iterator[str]:
    for column in section.spec.columns:
        if column not in section.at:
            yield f"没有找到“{'·'.join(column.header)}”栏"


def _missing_rows(spec: SectionSpec, rows: Sequence[DraftEntry]) -> Iterator[str]:
    wanted = (row for row in spec.rows if row.kind is RowKind.DATA and not row.optional)
    missing = [row.label for row in wanted if not any(_is_row(entry, row) for entry in rows)]
    if missing:
        more = "等" if len(missing) > _MOST_NAMED else ""
        yield f"表样库里还有这些行，这里没有：{'、'.join(missing[:_MOST_NAMED])}{more}"


def _is_row(entry: DraftEntry, row: RowSpec) -> bool:
    """Whether a drafted row is one of the known table: by code, by key, or by what its label would be called."""
    if row.code and entry.values.get("code") == row.code:
        return True
    return row.key in (entry.values.get("key"), plain_key(str(entry.values.get("label", ""))))


BY_SHAPE: Mapping[str, Callable[[PrintedTable, BoundSection], SectionBody]] = by_shape(
    labels=_label_body,
    codes=_code_body,
    blocks=_block_body,
    record=_record_body,
)
