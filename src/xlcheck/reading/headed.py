"""Which sheet column is which column of the form: by the path of header texts above it, one way for each kind of header."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from xlcheck.form import ColumnSpec, SectionSpec
from xlcheck.reading.columns import Bound, Header

_FAR = 10**6  # right of every column


class BoundColumns(NamedTuple):
    """Columns of a section → sheet columns; those ``by_number`` were bound by 栏次 because the text changed."""

    bound: Bound
    by_number: list[ColumnSpec]


def in_order(header: Header, section: SectionSpec, taken: frozenset[int]) -> BoundColumns:
    """By a header that ends in the column's text and has the outer ones above it.

    Of two columns with the same header the left one is the form's: helpers stand to the right.
    """
    return _bound_by(_ending_alike, header, section, taken)


def in_any_order(header: Header, section: SectionSpec, taken: frozenset[int]) -> BoundColumns:
    """By a header that has all the column's texts: as :func:`in_order`, whichever of them is the outer one."""
    return _bound_by(_holding_all, header, section, taken)


def in_triples(header: Header, section: SectionSpec, _taken: frozenset[int]) -> BoundColumns:
    """(code, name, amount) triples from left to right, whatever their number."""
    kinds = {role: next(c for c in section.columns if c.role == role) for role in ("code", "name", "amount")}
    places = {role: sorted(_innermost(header, spec)) for role, spec in kinds.items()}
    bound: Bound = {}
    for block, code_at in enumerate(places["code"], start=1):
        name_at = _next_of(places["name"], code_at)
        amount_at = _next_of(places["amount"], name_at)
        if amount_at < _next_of(places["code"], code_at):
            for role, at in (("code", code_at), ("name", name_at), ("amount", amount_at)):
                bound[kinds[role]._replace(block=block)] = at
    return BoundColumns(bound, [])


def _bound_by(
    candidates_of: Callable[[Header, ColumnSpec], list[int]],
    header: Header,
    section: SectionSpec,
    taken: frozenset[int],
) -> BoundColumns:
    bound: Bound = {}
    used = set(taken)
    for column in section.columns:
        at = _best(header, column, [c for c in candidates_of(header, column) if c not in taken], used)
        if at:
            bound[column] = at
            used.add(at)
    _relax(header, section, bound, taken)
    return BoundColumns(bound, _by_number(header, section, bound))


def _best(header: Header, spec: ColumnSpec, candidates: list[int], used: set[int]) -> int:
    """The first of the columns that is free, of those with the number of the form where there are any; 0: none."""
    numbered = [c for c in candidates if header.numbers.get(c) == spec.number] if spec.number is not None else []
    return next((c for c in numbered or candidates if c not in used), 0)


def _next_of(columns: list[int], after: int) -> int:
    """The first of sorted columns to the right of ``after``."""
    return next((c for c in columns if c > after), _FAR)


def _ending_alike(header: Header, spec: ColumnSpec) -> list[int]:
    """Sheet columns whose header ends in the spec's last text and has the others above it."""
    columns: list[int] = []
    for names in spec.names:
        columns += [c for c in header.leaves.get(names[-1], ()) if c not in columns and _within(names, header.paths[c])]
    return columns if len(columns) < 2 else sorted(columns, key=list(header.paths).index)


def _holding_all(header: Header, spec: ColumnSpec) -> list[int]:
    """For single records: 预算数 above 合计 or 合计 above 预算数 (interleaved pairs) name the same cell."""
    return [c for c, path in header.paths.items() if any(set(names) <= set(path) for names in spec.names)]


def _innermost(header: Header, spec: ColumnSpec) -> list[int]:
    columns = {c for names in spec.names for c in header.leaves.get(names[-1], ())}
    return [c for c in header.paths if c in columns] if columns else []


def _within(names: tuple[str, ...], path: tuple[str, ...]) -> bool:
    rest = iter(path)
    return all(name in rest for name in names)


def _relax(header: Header, section: SectionSpec, bound: Bound, taken: frozenset[int]) -> None:
    """Where the sheet leaves out the outer header texts: by the innermost one alone, if counts agree."""
    printed = {text for path in header.paths.values() for text in path[:-1]}
    groups: dict[str, list[ColumnSpec]] = {}
    for column in section.columns:
        if column not in bound and column.names[0][0] not in printed:
            groups.setdefault(column.names[0][-1], []).append(column)
    used = taken.union(bound.values())
    for specs in groups.values():
        candidates = [c for c in _innermost(header, specs[0]) if c not in used]
        if len(candidates) == len(specs):
            bound.update(zip(specs, candidates, strict=True))


def _by_number(header: Header, section: SectionSpec, bound: Bound) -> list[ColumnSpec]:
    taken = set(bound.values())
    places: dict[int, list[int]] = {}
    for column, number in header.numbers.items():
        places.setdefault(number, []).append(column)
    changed = []
    for spec in section.amounts:
        at = places.get(spec.number or 0, [])
        if spec not in bound and len(at) == 1 and at[0] not in taken:
            bound[spec] = at[0]
            changed.append(spec)
    return changed
