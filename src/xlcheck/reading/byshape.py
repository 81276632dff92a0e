"""What reading does otherwise for each shape of a section, where a table is as the form prints it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from xlcheck.form import SectionSpec
from xlcheck.model import Row, Section
from xlcheck.reading.blankplaces import along_record, at_crossings, in_block
from xlcheck.reading.columns import Bound, Header
from xlcheck.reading.headed import BoundColumns, in_any_order, in_order, in_triples
from xlcheck.reading.sheetblocks import block_rows
from xlcheck.reading.sheetrows import SectionRows, TableSheet, code_rows, label_rows, record_rows
from xlcheck.shapes import by_shape


class ShapeReading(NamedTuple):
    """How sections of one shape are read.

    ``columns`` finds the columns of a section below a header, of those that no other section has taken; ``rows`` its
    rows; ``place`` says where a row (by index) that is given as data stands in the official blank.
    """

    columns: Callable[[Header, SectionSpec, frozenset[int]], BoundColumns]
    rows: Callable[[TableSheet, SectionSpec, Bound], SectionRows]
    place: Callable[[Section, SectionSpec, int, Row], None]


BY_SHAPE: Mapping[str, ShapeReading] = by_shape(
    labels=ShapeReading(in_order, label_rows, at_crossings),
    codes=ShapeReading(in_order, code_rows, at_crossings),
    blocks=ShapeReading(in_triples, block_rows, in_block),
    record=ShapeReading(in_any_order, record_rows, along_record),
)


def bind_columns(header: Header, section: SectionSpec, taken: frozenset[int]) -> BoundColumns:
    """Columns of ``section`` → sheet columns; ``taken`` are those of the table's other sections."""
    return BY_SHAPE[section.shape.name].columns(header, section, taken)
