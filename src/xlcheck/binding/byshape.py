"""What binding does otherwise for each shape of a section: how it is bound, what speaks for a reading, what is enough."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from xlcheck.binding import blocktable, codetable, labeltable, sangong
from xlcheck.binding.reading import Context, Reading, SectionRead
from xlcheck.form import SectionSpec
from xlcheck.shapes import by_shape


class ShapeBinding(NamedTuple):
    """How sections of one shape are bound by evidence.

    ``bind`` reads the sections of a table that are of the shape, ``points`` is what the rows and cells of a section
    add to :func:`xlcheck.binding.binder.quality`, ``specific`` whether headings and labels alone make a region the
    table of a reading, whose sections are all there.
    """

    bind: Callable[[Reading, Sequence[SectionSpec], Context], None]
    points: Callable[[SectionRead], float]
    specific: Callable[[Reading], bool]


_BindOne = Callable[[Reading, SectionSpec, Context], SectionRead]


def _each(bind: _BindOne) -> Callable[[Reading, Sequence[SectionSpec], Context], None]:
    """Sections that are bound one by one."""

    def bind_all(reading: Reading, sections: Sequence[SectionSpec], context: Context) -> None:
        for section in sections:
            reading.sections[section.key] = bind(reading, section, context)

    return bind_all


BY_SHAPE: Mapping[str, ShapeBinding] = by_shape(
    labels=ShapeBinding(labeltable.bind_labels, labeltable.points_of_rows, labeltable.is_specific),
    codes=ShapeBinding(_each(codetable.bind_codes), codetable.points_of_rows, codetable.is_specific),
    blocks=ShapeBinding(_each(blocktable.bind_blocks), blocktable.points_of_cells, blocktable.is_specific),
    record=ShapeBinding(_each(sangong.bind_record), sangong.points_of_cells, sangong.is_specific),
)


def bind_sections(reading: Reading, context: Context) -> None:
    """Bind all sections of the table of a reading, those of one shape together."""
    groups: dict[str, list[SectionSpec]] = {}
    for section in reading.spec.sections:
        groups.setdefault(section.shape.name, []).append(section)
    for name, sections in groups.items():
        BY_SHAPE[name].bind(reading, sections, context)
