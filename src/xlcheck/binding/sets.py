"""Which set explains the tables of a workbook: the one that misses and leaves over the fewest, with a floor.

Numbers (公开NN) are evidence, never stronger than a title. Where no set explains the tables, the open form is used and
the nearest set is named.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from xlcheck.form import SetSpec, TableSpec, titled

_FLOW = "年初结转和结余"
_TWINS = {"国资收支表": "国资表", "国资表": "国资收支表"}
_EARLIEST = 3  # years before its own in which a form is taken to be in use


class Choice(NamedTuple):
    """The form to read by. ``explains``: it is a set that accounts for the tables; else it is the open form.

    ``nearest`` is the nearest set, ``rivals`` sets that fit as well but demand more (set, names of what is missing).
    """

    form: SetSpec
    explains: bool
    nearest: SetSpec | None
    rivals: tuple[tuple[SetSpec, tuple[str, ...]], ...] = ()


def kind_of(spec: TableSpec) -> str:
    """The kind of table that a table of a set is: 国资表 with carry-over columns is 国资收支表."""
    if spec.key != "国资表":
        return spec.key
    return "国资收支表" if any(_FLOW in s.column_keys for s in spec.sections) else spec.key


def key_in(form: SetSpec, kinds: Iterable[str]) -> str | None:
    """The table of ``form`` that is of one of ``kinds``, the first that there is; None: it has none."""
    by_kind = {kind_of(t): t.key for t in form.tables}
    keys = {t.key for t in form.tables}
    for kind in kinds:
        if kind in by_kind:
            return by_kind[kind]
        if kind in keys:
            return kind
        twin = _TWINS.get(kind, "")
        if twin in by_kind:
            return by_kind[twin]
    return None


class Profile(NamedTuple):
    """A set as it is recognised: kind of table → the table, and the number that its title prints (empty: none)."""

    form: SetSpec
    kinds: dict[str, TableSpec]
    printed: dict[str, str]


def profile(form: SetSpec) -> Profile:
    """What a set is recognised by; made once for many workbooks."""
    kinds = {kind_of(t): t for t in form.tables}
    return Profile(form, kinds, {k: t.number if re.search(r"\d", titled(t.number)) else "" for k, t in kinds.items()})


def choose(
    found: Sequence[tuple[tuple[str, ...], str]],
    sets: Sequence[Profile],
    open_form: SetSpec,
    year: int | None,
    others: Iterable[str] = (),
) -> Choice:
    """The set for tables of the kinds ``found``, each with the 公开NN that it prints (empty: none).

    ``others`` are numbers of another kind (附表3, 表3): what they count up without a gap is no form with a table missing.
    """
    ordinals = {_ordinal(number) for number in others} - {0}
    known = {kind_of(t) for t in open_form.tables}.union(*(s.kinds for s in sets))
    firsts = [(next((k for k in kinds if k in known), ""), kinds, number) for kinds, number in found]
    firsts = [f for f in firsts if f[0]]
    rated = []
    for form, kinds, own in sets:
        hits = [_hit(kinds, alternatives) for _, alternatives, _ in firsts]
        here = {*hits} - {""}
        missing = [t for k, t in kinds.items() if k not in here]
        extra = {first for (first, _, _), hit in zip(firsts, hits, strict=True) if not hit}
        same = [bool(hit) and own[hit] == number for hit, (_, _, number) in zip(hits, firsts, strict=True)]
        agree = sum(same)
        against = sum(not ok for ok, (_, _, number) in zip(same, firsts, strict=True) if number)
        second = sum(bool(hit) and first != hit for hit, (first, _, _) in zip(hits, firsts, strict=True))
        rated.append((len(missing) + len(extra) + second, -agree, len(extra) + second, form, missing, against))
    rated.sort(key=lambda r: r[:3])
    if not rated:
        return Choice(open_form, explains=False, nearest=None)
    _, agree, more_than, form, missing, against = rated[0]
    whole = len(form.tables)
    fits = not more_than and len(missing) <= max(1, whole // 4) and whole - len(missing) >= 2
    fits = fits and against * 2 <= sum(1 for _, _, number in firsts if number)
    printed = {number for _, _, number in firsts if number}
    places = {t.key: n for n, t in enumerate(form.tables, 1)}
    closed = any(t.number in printed or (_ordinal(t.number) or places[t.key]) in ordinals for t in missing)
    fits = fits and not closed  # the numbers close the gap: another form
    aged = year is None or year >= form.year - _EARLIEST
    if not (fits and aged):
        return Choice(open_form, explains=False, nearest=form)
    rivals = [
        (other, tuple(f"{t.title}（{t.name}）" for t in lacks))
        for _, same, more, other, lacks, _ in rated[1:]
        if same == agree
        and not more
        and len(other.tables) - len(lacks) == whole - len(missing)
        and len(lacks) > len(missing)
    ]
    rivals.sort(key=lambda r: len(r[1]))
    return Choice(form, explains=True, nearest=form, rivals=tuple(rivals[:1]))


def _ordinal(number: str) -> int:
    """附表3, 公开03 → 3; 0 where there is none."""
    match = re.search(r"\d+", number)
    return int(match[0]) if match else 0


def _hit(kinds: Collection[str], alternatives: Sequence[str]) -> str:
    return next((k for k in alternatives if k in kinds), "")
