"""Names beside codes: one code, one name; and the name that the list of codes knows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from xlcheck.checking.results import PASS, Result, code_sections, subject
from xlcheck.form import Verdict
from xlcheck.labels import label_key
from xlcheck.model import Section, Table
from xlcheck.outcome import CellRef

_RENAMED = "旧称"


class _PrintedAt(NamedTuple):
    """A row of a table, beside whose code a name is printed."""

    table: Table
    section: Section
    row: int

    @property
    def name(self) -> str:
        """The name as it is printed."""
        return self.section.rows[self.row].name

    def is_label_of_form(self, code: str, key: str) -> bool:
        """Whether the form itself prints this name beside the code (公开06 prints misprints of its own)."""
        return any(key in spec.names for spec in self.section.spec.rows if spec.code == code)


def same_names(tables: list[Table]) -> Iterator[Result]:
    """One result a code: whether all tables print one name for it. The names that most do not print are pointed at."""
    yield from _not_read(tables)
    for code, variants in _named(tables).items():
        yield PASS if len(variants) == 1 else _differing(code, list(variants.values()))


def _differing(code: str, variants: list[list[_PrintedAt]]) -> Result:
    said = "；".join(f"{'、'.join(p.table.spec.number for p in v)} 写作“{v[0].name}”" for v in variants)
    odd = [place for places in _odd(variants) for place in places]
    return Result(Verdict.FAIL, "code_names", _cells(odd), {"code": code, "said": said})


def _odd(variants: list[list[_PrintedAt]]) -> list[list[_PrintedAt]]:
    """The places that print another name than most do; all of them where no name has the most."""
    counts = sorted((len(places) for places in variants), reverse=True)
    return [places for places in variants if len(places) < counts[0]] if counts[0] > counts[1] else variants


def listed_names(tables: list[Table], codes: Mapping[str, Mapping[str, str]]) -> Iterator[Result]:
    """One result a name of a code that the list knows: whether it is the listed one, an old one, or another.

    A code that is not in the list proves nothing: the list holds what published reports have shown.
    """
    yield from _not_read(tables)
    listed = _CodeList(codes)
    for code, variants in _named(tables).items():
        if codes.get(code):
            yield from (listed.judge(code, key, places) for key, places in variants.items())


class _CodeList:
    """The list of codes: the names known of each, with their notes."""

    def __init__(self, codes: Mapping[str, Mapping[str, str]]) -> None:
        self._codes = codes
        self._owners: dict[str, set[str]] = {}
        for code, names in codes.items():
            for name in names:
                self._owners.setdefault(label_key(name), set()).add(code)

    def judge(self, code: str, key: str, places: list[_PrintedAt]) -> Result:
        """Whether a name (as labels are compared) is one of its code."""
        notes = {label_key(name): note for name, note in self._codes[code].items()}
        if notes.get(key) == "" or places[0].is_label_of_form(code, key):
            return PASS
        facts = {"code": code, "found": places[0].name, "expected": next(iter(self._codes[code]))}
        if notes.get(key) == _RENAMED:
            return Result(Verdict.FAIL, "old_name", _cells(places), facts)
        return Result(Verdict.FAIL, "listed_name", _cells(places), facts | {"hint": self._hint(key, facts["found"])})

    def _hint(self, key: str, name: str) -> str:
        """The code that the name belongs to, if that is one."""
        others = sorted(self._owners.get(key, ()))
        return f"；“{name}”在科目表上的代码是 {others[0]}" if len(others) == 1 else ""


def _not_read(tables: list[Table]) -> Iterator[Result]:
    """A result for each table that can't be looked at."""
    return (Result(Verdict.CANNOT_SAY, reason=table.lost) for table in tables if table.lost)


def _named(tables: list[Table]) -> dict[str, dict[str, list[_PrintedAt]]]:
    """Code → name (as labels are compared) → where it is printed so."""
    found: dict[str, dict[str, list[_PrintedAt]]] = {}
    for place in (place for table in tables for place in _printed_names(table)):
        row = place.section.rows[place.row]
        found.setdefault(row.code or "", {}).setdefault(label_key(row.name), []).append(place)
    return found


def _printed_names(table: Table) -> Iterator[_PrintedAt]:
    """The rows of a table that print a code and a name beside it."""
    for section in code_sections(table):
        for i, row in enumerate(section.rows):
            if row.code and row.name and row.at is not None:
                yield _PrintedAt(table, section, i)


def _cells(places: list[_PrintedAt]) -> tuple[CellRef, ...]:
    return tuple(c for p in places for c in subject(*p, name=True))
