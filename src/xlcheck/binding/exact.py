"""The exact way: a table that is built as the form prints it, read by the form's own words."""

from __future__ import annotations

from typing import NamedTuple

from xlcheck.binding.byunit import FEWEST_DOUBLED
from xlcheck.binding.codetexts import padded
from xlcheck.binding.contents import head_until, said_above
from xlcheck.binding.regions import Region
from xlcheck.form import SectionSpec, TableSpec
from xlcheck.model import Section, Table
from xlcheck.outcome import Remark
from xlcheck.reading.byshape import bind_columns
from xlcheck.reading.columns import Header, find_header
from xlcheck.reading.extract import NotAsPrintedError, extract
from xlcheck.reading.recognise import title_key

_WRONG_CODES = 4  # more than one code in so many of a wrong length: they are printed in parts
_UNIT_CODES = (3, 6)  # digits of 预算单位代码: department, unit


class Exact(NamedTuple):
    """A table read the exact way, and what is odd about it."""

    table: Table
    remarks: list[Remark]


def read_exactly(spec: TableSpec, region: Region) -> Exact | None:
    """The table as the form prints it; None where anything of it is not so."""
    if region.title is not None and region.title.goes_on:
        return None
    remarks: list[Remark] = []
    try:
        table = extract(spec, region.grid, remarks, (said_above(region), head_until(region)))
    except NotAsPrintedError:
        return None
    if table.lost or not all(map(_codes_as_printed, table.sections.values())):
        return None
    return Exact(table, remarks)


def _codes_as_printed(section: Section) -> bool:
    """Whether the codes of a section are written as the form writes them: whole, not filled up, none the unit's own.

    One or two of a wrong length are mistakes, for the rules to say.
    """
    lengths = section.spec.lengths
    if len(section.doubled) >= FEWEST_DOUBLED:
        return False  # perhaps each unit is listed by itself
    if not lengths:
        return True
    codes = [row.code for row in section.rows if row.code]
    if padded(codes) or any(map(_is_unit_code, codes)):
        return False
    wrong = sum(len(code) not in lengths for code in codes)
    return bool(section.lost) or wrong * _WRONG_CODES <= len(codes)


def _is_unit_code(code: str) -> bool:
    return code[0] == "1" and len(code) in _UNIT_CODES


def headed_exactly(spec: TableSpec, region: Region) -> bool:
    """Whether a region has the title of a table and every one of its headings, in the form's own words."""
    if region.named is None or title_key(region.named.text) not in {title_key(n) for n in spec.names}:
        return False
    if not spec.header_depth:  # its parts have headings each: rows say what they are
        return True
    header = find_header(region.grid, spec)
    return header.top > 0 and all(_headed(header, section) for section in spec.sections)


def _headed(header: Header, section: SectionSpec) -> bool:
    bound, by_number = bind_columns(header, section, frozenset())
    return bool(bound) and not by_number and (section.shape.in_blocks or all(c in bound for c in section.amounts))
