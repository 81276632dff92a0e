"""Sections that are one record: how they are written."""

from __future__ import annotations

from xlcheck.filling.pen import Pen, figure_of
from xlcheck.form import TOTAL, SectionSpec
from xlcheck.model import Section


def write_record(pen: Pen, spec: SectionSpec, section: Section | None) -> int:
    """Write the figures of a record beside one another; returns its row."""
    for column in spec.amounts:
        pen.amount(spec.first_row, column.at, figure_of(section, column.row or TOTAL, column.key), None)
    return spec.first_row
