"""The rows of a known table as a sheet prints them → their drafts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from xlcheck.drafting.emit import DraftEntry, if_said, without_none
from xlcheck.drafting.printed import PrintedTable
from xlcheck.form import RowKind, RowSpec, SectionSpec
from xlcheck.labels import label_key
from xlcheck.mapping.tables import plain_key
from xlcheck.reading.columns import Bound
from xlcheck.reading.rows import CodeRow, RowsFound, bind_labels

_CLASS_CODE = 3  # digits of the code of a 类; what is longer stands below one and is indented


class _KnownRows(NamedTuple):
    """What the known table says of the rows on the sheet; ``renamed`` rows were known by their 行次 alone."""

    by_row: dict[int, RowSpec]
    renamed: set[int]
    headings: set[str]
    captions: set[str]
    caption_columns: list[int]

    def entry(self, table: PrintedTable, row: int, text: str, line: int | None) -> DraftEntry:
        """The draft of a row that prints ``text``."""
        if row in self.by_row:
            doubt = "名称与表样库不同，按行次认作这一行" if row in self.renamed else ""
            return DraftEntry(_row_values(self.by_row[row], text, line), doubt)
        key = label_key(text)
        if key in self.headings:
            return DraftEntry({"heading": text})
        if key in self.captions:
            return DraftEntry({"caption": [table.text(row, at) for at in self.caption_columns]})
        return DraftEntry(without_none({"label": text, "line": line}), "表样库里没有这一行；几行同名的，用 key 区别")


def label_rows(table: PrintedTable, spec: SectionSpec, bound: Bound) -> Iterator[DraftEntry]:
    """The rows of a section that goes by labels, blank ones with a 行次 included."""
    known = _known_rows(table, spec, bound)
    label_at, line_at = _column_of(bound, "label"), _column_of(bound, "line")
    blanks: list[int] = []
    for row in range(table.header.data_from, table.end):
        text, line = table.text(row, label_at), table.line(row, line_at)
        if text:
            yield from _blank_run(blanks)
            blanks = []
            yield known.entry(table, row, text, line)
        elif line is not None:
            blanks.append(line)
    yield from _blank_run(blanks)


def _known_rows(table: PrintedTable, spec: SectionSpec, bound: Bound) -> _KnownRows:
    found = bind_labels(table.grid, table.header, spec, bound, table.end)
    specs = {row.key: row for row in spec.rows}
    return _KnownRows(
        by_row={at: specs[key] for key, at in found.by_key.items()},
        renamed={row for what, row, _ in found.odd if what == "changed_label"},
        headings=set(_heading_keys(spec)),
        captions=set(_caption_keys(spec)),
        caption_columns=sorted(bound.values()),
    )


def _heading_keys(spec: SectionSpec) -> Iterator[str]:
    """What the headings between the rows print, to be compared."""
    return (label_key(text) for row in spec.rows if row.kind is RowKind.HEADING for text in row.texts)


def _caption_keys(spec: SectionSpec) -> Iterator[str]:
    """What the columns are called, to be compared."""
    return (label_key(text) for column in spec.columns for path in column.names for text in path)


def _column_of(bound: Bound, role: str) -> int:
    """The column of a role (0: there is none)."""
    return next((at for column, at in bound.items() if column.role == role), 0)


def _blank_run(lines: list[int]) -> Iterator[DraftEntry]:
    if lines:
        run = str(lines[0]) if len(lines) == 1 else f"{lines[0]}-{lines[-1]}"
        yield DraftEntry({"blank": run})


def _row_values(spec: RowSpec, text: str, line: int | None) -> dict[str, Any]:
    key = spec.key if plain_key(text) != spec.key else None
    return without_none({"label": text, "key": key, "line": line}) | if_said(
        {
            "code": spec.code,
            "aliases": [name for name in spec.names if name != label_key(text)],
            "unit": spec.unit,
            "mark": spec.mark,
            "exact": spec.exact,
            "indent": spec.indent,
        }
    )


def block_rows(found: RowsFound, spec: SectionSpec, bound: Bound) -> Iterator[DraftEntry]:
    """The rows of codes in blocks side by side, block by block, then those below all blocks."""
    blocks = dict(sorted((at, column.block) for column, at in bound.items() if column.role == "amount"))
    yield from _code_rows(found, spec, blocks)
    yield from _footer_rows(found, spec, blocks)


def _code_rows(found: RowsFound, spec: SectionSpec, blocks: dict[int, int]) -> Iterator[DraftEntry]:
    """``blocks`` are the columns with figures and the block of each."""
    known = {row.code: row for row in spec.rows if row.code}
    for amount_at, block in blocks.items():
        for code in found.codes:
            if code.amount_column == amount_at:
                yield _block_row(code, block, known.get(code.code))


def _footer_rows(found: RowsFound, spec: SectionSpec, blocks: dict[int, int]) -> Iterator[DraftEntry]:
    footers = {row.key: row for row in spec.rows if row.footer}
    for key in found.by_key:
        block = blocks.get(found.columns.get(key, 0), 1)
        yield DraftEntry({"label": footers[key].label, "key": key, "block": block, "footer": True})


def _block_row(code: CodeRow, block: int, spec: RowSpec | None) -> DraftEntry:
    values = {
        "label": code.name or code.code,
        "code": code.code,
        "block": block,
        "indent": 1 if len(code.code) > _CLASS_CODE else None,
        "mark": (spec.mark or None) if spec is not None else None,
    }
    return DraftEntry(without_none(values), "" if spec is not None else "表样库里没有这个科目")
