"""Names beside codes: one code, one name; and the name that the list of codes knows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from xlcheck.checking.results import PASS, Result, code_sections, subject
from xlcheck.form import Verdict
from xlcheck.labels import label_key
from xlcheck.model import Section, Table

_RENAMED = "旧称"
_Place = tuple[Table, Section, int]


def _named(tables: list[Table]) -> dict[str, dict[str, list[_Place]]]:
    """Code → name (as labels are compared) → where it is printed so."""
    found: dict[str, dict[str, list[_Place]]] = {}
    for table in tables:
        for section in code_sections(table):
            for i, row in enumerate(section.rows):
                if row.code and row.name and row.at is not None:
                    found.setdefault(row.code, {}).setdefault(label_key(row.name), []).append((table, section, i))
    return found


def same_names(tables: list[Table]) -> Iterator[Result]:
    """One result a code: whether all tables print one name for it. The names that most do not print are pointed at."""
    for table in tables:
        if table.lost:
            yield Result(Verdict.CANNOT_SAY, reason=table.lost)
    for code, variants in _named(tables).items():
        if len(variants) == 1:
            yield PASS
            continue
        cells = tuple(c for places in _odd(list(variants.values())) for p in places for c in subject(*p, name=True))
        said = "；".join(
            f"{'、'.join(t.spec.number for t, _, _ in p)} 写作“{p[0][1].rows[p[0][2]].name}”" for p in variants.values()
        )
        yield Result(Verdict.FAIL, "code_names", cells, {"code": code, "said": said})


def _odd(variants: list[list[_Place]]) -> list[list[_Place]]:
    """The places that print another name than most do; all of them where no name has the most."""
    counts = sorted((len(places) for places in variants), reverse=True)
    return [places for places in variants if len(places) < counts[0]] if counts[0] > counts[1] else variants


def listed_names(tables: list[Table], codes: Mapping[str, Mapping[str, str]]) -> Iterator[Result]:
    """One result a code that the list knows: whether its name is the listed one, an old one, or another.

    A code that is not in the list proves nothing: the list holds what published reports have shown.
    """
    owners: dict[str, set[str]] = {}
    for code, names in codes.items():
        for name in names:
            owners.setdefault(label_key(name), set()).add(code)
    for table in tables:
        if table.lost:
            yield Result(Verdict.CANNOT_SAY, reason=table.lost)
    for code, variants in _named(tables).items():
        known = {label_key(name): note for name, note in codes.get(code, {}).items()}
        if not known:
            continue
        listed = next(iter(codes[code]))
        for key, places in variants.items():
            if known.get(key) == "" or _own_label(places[0], code, key):
                yield PASS
                continue
            cells = tuple(c for p in places for c in subject(*p, name=True))
            facts = {"code": code, "found": places[0][1].rows[places[0][2]].name, "expected": listed}
            if known.get(key) == _RENAMED:
                yield Result(Verdict.FAIL, "old_name", cells, facts)
                continue
            others = sorted(owners.get(key, ()))
            hint = f"；“{facts['found']}”在科目表上的代码是 {others[0]}" if len(others) == 1 else ""
            yield Result(Verdict.FAIL, "listed_name", cells, facts | {"hint": hint})


def _own_label(place: _Place, code: str, key: str) -> bool:
    """Whether the form itself prints this name beside the code (公开06 prints misprints of its own)."""
    return any(key in spec.names for spec in place[1].spec.rows if spec.code == code)
