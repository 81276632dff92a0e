"""What filling does otherwise for each shape of a section: how data give its rows, and how it is written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from xlcheck.filling.codes import rows_by_code, write_codes
from xlcheck.filling.fixed import rows_by_name, write_blocks, write_rows
from xlcheck.filling.pen import Pen
from xlcheck.filling.record import write_record
from xlcheck.filling.rowdata import RowData
from xlcheck.form import SectionSpec
from xlcheck.model import Section
from xlcheck.shapes import by_shape


class ShapeFilling(NamedTuple):
    """How sections of one shape are filled: ``data`` takes what is given, ``write`` returns the last row written."""

    data: Callable[[RowData, SectionSpec, Mapping[str, Any]], None]
    write: Callable[[Pen, SectionSpec, Section | None], int]


BY_SHAPE: Mapping[str, ShapeFilling] = by_shape(
    labels=ShapeFilling(rows_by_name, write_rows),
    codes=ShapeFilling(rows_by_code, write_codes),
    blocks=ShapeFilling(rows_by_name, write_blocks),
    record=ShapeFilling(rows_by_name, write_record),
)
