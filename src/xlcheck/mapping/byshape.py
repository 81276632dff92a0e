"""What compiling a section does otherwise for each shape: the columns it must have, its rows, where it ends, its names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from xlcheck.form import TOTAL, ColumnSpec, RowSpec, SectionSpec
from xlcheck.labels import label_key
from xlcheck.mapping.names import CodeNames, RecordNames, SectionNames
from xlcheck.shapes import SHAPES, Shape, by_shape

_Rows = tuple[RowSpec, ...]
_NO_SHAPE = Shape("")  # of a section that does not say its shape: that is a mistake, and the others are said beside it


class ShapeMapping(NamedTuple):
    """How sections of one shape are compiled.

    ``roles`` are columns it can't do without, ``rows`` gives its rows of those written, its columns and its first row,
    ``last_row`` is the last one in the official blank, ``names`` resolves what formulas call its rows and columns.
    """

    roles: frozenset[str]
    rows: Callable[[_Rows, tuple[ColumnSpec, ...], int], _Rows]
    last_row: Callable[[SectionSpec], int]
    names: type[SectionNames]


def shape_of(name: str | None) -> Shape:
    """The shape that a mapping names; one without traits where it names none."""
    return SHAPES[name] if name else _NO_SHAPE


def mapped(shape: Shape) -> ShapeMapping:
    """How sections of a shape are compiled, those that name none included."""
    return BY_SHAPE.get(shape.name, _UNSHAPED)


def _as_written(rows: _Rows, _columns: tuple[ColumnSpec, ...], _first: int) -> _Rows:
    return rows


def _of_columns(_rows: _Rows, columns: tuple[ColumnSpec, ...], first: int) -> _Rows:
    """The rows of a record: what its columns say they are of, all printed in one line."""
    keys = dict.fromkeys(c.row or TOTAL for c in columns if c.role == "amount")
    return tuple(RowSpec(key=k, label=k, at=first, names=(label_key(k),)) for k in keys)


def _last_written(section: SectionSpec) -> int:
    return max((r.at for r in section.rows), default=section.first_row)


def _last_spare(section: SectionSpec) -> int:
    return section.first_row + section.spare


def _only_row(section: SectionSpec) -> int:
    return section.first_row


_CODED = frozenset({"code", "name", "amount"})

BY_SHAPE: Mapping[str, ShapeMapping] = by_shape(
    labels=ShapeMapping(frozenset({"label", "amount"}), _as_written, _last_written, SectionNames),
    codes=ShapeMapping(_CODED, _as_written, _last_spare, CodeNames),
    blocks=ShapeMapping(_CODED, _as_written, _last_written, SectionNames),
    record=ShapeMapping(frozenset({"amount"}), _of_columns, _only_row, RecordNames),
)
_UNSHAPED = ShapeMapping(_CODED, _as_written, _last_written, SectionNames)
