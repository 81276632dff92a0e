"""Mistakes in submissions, seeded: single figures, pairs, and what people do to whole blocks.

They work on what was read, not on files, so that tens of thousands can be tried. A :class:`Mistake` says which cells
are wrong (the ones that an answer should name) and what they said before.
"""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import NamedTuple

from xlcheck.model import BLANK, Amount, CellKind, Section, Submission
from xlcheck.reading.from_data import number
from xlcheck.reading.sections import finish

Spot = tuple[str, str, int, int]  # table, section, row, column
SINGLES = (
    "transposition", "wrong_digit", "missing_digit", "extra_digit", "times_ten", "tenth", "yuan", "sign", "deleted",
    "copied",
)  # fmt: skip
STRUCTURAL = ("shifted_block", "pasted_labels", "chain", "omitted", "doubled", "table_in_yuan", "row_in_yuan")


class Mistake(NamedTuple):
    """A wrong submission, the cells that are wrong and what they should say (millionths)."""

    kind: str
    wrong: Submission
    right: Mapping[Spot, int]


def filled(now: Submission) -> list[Spot]:
    """Every cell with a figure."""
    return [
        (table.spec.key, section.spec.key, r, c)
        for table in now.tables.values()
        for section in table.sections.values()
        for r, row in enumerate(section.amounts)
        for c, amount in enumerate(row)
        if amount.filled
    ]


def amount_at(now: Submission, spot: Spot) -> Amount:
    return now.section(spot[0], spot[1]).amounts[spot[2]][spot[3]]


def with_amounts(now: Submission, amounts: Mapping[Spot, Amount]) -> Submission:
    """A copy with other amounts; tables that do not change are shared."""
    tables = dict(now.tables)
    for key in {s[0] for s in amounts}:
        table = tables[key]
        sections = {}
        for name, section in table.sections.items():
            mine = {s: a for s, a in amounts.items() if s[0] == key and s[1] == name}
            rows = [list(r) for r in section.amounts]
            for (_, _, r, c), amount in mine.items():
                rows[r][c] = amount
            sections[name] = _again(section, rows)
        tables[key] = dataclasses.replace(table, sections=sections)
    return dataclasses.replace(now, tables=tables, remarks=list(now.remarks))


def _again(section: Section, rows: list[list[Amount]]) -> Section:
    return finish(
        dataclasses.replace(section, amounts=rows, figures=[], index={}, codes={}, doubled={}, children=[], tops=[])
    )


def grain(now: Submission, spot: Spot) -> int:
    section = now.section(spot[0], spot[1])
    return 0 if section.rows[spot[2]].exact else 10 ** (6 - now.tables[spot[0]].spec.decimals)


def typed(figure: int, now: Submission, spot: Spot) -> Amount:
    return number(Decimal(figure).scaleb(-6), grain(now, spot))


# --- one cell ------------------------------------------------------------------------------------------------


def single(now: Submission, spot: Spot, kind: str, draw: random.Random) -> Mistake | None:
    """One cell mistyped; None where this kind cannot happen to it."""
    before = amount_at(now, spot)
    if before.figure is None:
        return None
    after = _mistyped(now, spot, kind, draw)
    if after is None or (after is not BLANK and after.figure == before.figure):
        return None
    if after is BLANK and not before.figure:
        return None
    return Mistake(kind, with_amounts(now, {spot: after}), {spot: before.figure})


def _mistyped(now: Submission, spot: Spot, kind: str, draw: random.Random) -> Amount | None:
    before = amount_at(now, spot)
    figure = before.figure or 0
    ulp = grain(now, spot) or 1_000_000
    if kind == "deleted":
        return BLANK
    if kind == "sign":
        return typed(-figure, now, spot) if figure else None
    if kind == "times_ten":
        return typed(figure * 10, now, spot) if figure else None
    if kind == "tenth":
        whole = _half_up(figure, 10 * ulp) * ulp
        return typed(whole, now, spot) if whole else None
    if kind == "yuan":
        exact = figure * 10_000 + (draw.randrange(-ulp // 2, ulp // 2) * 10_000 if grain(now, spot) else 0)
        return typed(exact, now, spot) if figure and grain(now, spot) else None
    if kind == "copied":
        return _neighbour(now, spot, draw)
    digits = str(abs(figure) // ulp)
    if kind == "transposition":
        pairs = [i for i in range(len(digits) - 1) if digits[i] != digits[i + 1]]
        if not pairs:
            return None
        i = draw.choice(pairs)
        digits = digits[:i] + digits[i + 1] + digits[i] + digits[i + 2 :]
    elif kind == "wrong_digit":
        i = draw.randrange(len(digits))
        digits = digits[:i] + draw.choice([d for d in "0123456789" if d != digits[i]]) + digits[i + 1 :]
    elif kind == "missing_digit":
        if len(digits) < 2:
            return None
        i = draw.randrange(len(digits))
        digits = digits[:i] + digits[i + 1 :]
    elif kind == "extra_digit":
        i = draw.randrange(len(digits) + 1)
        digits = digits[:i] + draw.choice("0123456789") + digits[i:]
    return typed((-1 if figure < 0 else 1) * int(digits) * ulp, now, spot)


def _neighbour(now: Submission, spot: Spot, draw: random.Random) -> Amount | None:
    table, name, r, c = spot
    section = now.section(table, name)
    around = [
        section.amounts[i][j]
        for i, j in ((r - 1, c), (r + 1, c), (r, c - 1), (r, c + 1))
        if 0 <= i < len(section.rows) and 0 <= j < len(section.columns)
    ]
    others = [a for a in around if a.filled and a.figure and a.figure != amount_at(now, spot).figure]
    return draw.choice(others) if others else None


def _half_up(figure: int, unit: int) -> int:
    whole = (abs(figure) + unit // 2) // unit
    return whole if figure >= 0 else -whole


# --- two cells ------------------------------------------------------------------------------------------------


def double(now: Submission, draw: random.Random) -> Mistake | None:
    """Two independent mistakes."""
    first, second = draw.sample([s for s in filled(now) if amount_at(now, s).figure], 2)
    one = single(now, first, draw.choice(SINGLES), draw)
    if one is None:
        return None
    two = single(one.wrong, second, draw.choice(SINGLES), draw)
    if two is None:
        return None
    return Mistake("double", two.wrong, {**one.right, **two.right})


def several_mistakes(now: Submission, count: int, draw: random.Random) -> Mistake:
    """Up to ``count`` independent mistakes in figures that are not zero."""
    spots = draw.sample([s for s in filled(now) if amount_at(now, s).figure], count)
    right: dict[Spot, int] = {}
    for spot in spots:
        mistake = single(now, spot, draw.choice(SINGLES), draw)
        if mistake is not None:
            now, right = mistake.wrong, right | dict(mistake.right)
    return Mistake("several", now, right)


def swap(now: Submission, draw: random.Random) -> Mistake | None:
    """Two neighbouring amounts in each other's place."""
    return _exchange(now, draw, blank=False)


def move(now: Submission, draw: random.Random) -> Mistake | None:
    """An amount in the next row or column."""
    return _exchange(now, draw, blank=True)


def _exchange(now: Submission, draw: random.Random, *, blank: bool) -> Mistake | None:
    table, name, r, c = draw.choice(filled(now))
    section = now.section(table, name)
    i, j = draw.choice([(r - 1, c), (r + 1, c), (r, c - 1), (r, c + 1)])
    if not (0 <= i < len(section.rows) and 0 <= j < len(section.columns)):
        return None
    a, b = section.amounts[r][c], section.amounts[i][j]
    if not a.figure or bool(b.figure) == blank or b.figure is None or a.figure == b.figure or a.ulp != (b.ulp or a.ulp):
        return None
    spots = ((table, name, r, c), (table, name, i, j))
    wrong = with_amounts(now, {spots[0]: b if b.figure else BLANK, spots[1]: a})
    return Mistake("move" if blank else "swap", wrong, {spots[0]: a.figure, spots[1]: b.figure})


# --- blocks ---------------------------------------------------------------------------------------------------


def structural(now: Submission, kind: str, draw: random.Random) -> Mistake | None:
    """What people do to more than a cell or two."""
    makers: dict[str, Callable[[Submission, random.Random], Mistake | None]] = {
        "shifted_block": shifted, "pasted_labels": pasted, "chain": chain, "omitted": omitted, "doubled": doubled,
        "table_in_yuan": table_in_yuan, "row_in_yuan": row_in_yuan,
    }  # fmt: skip
    return makers[kind](now, draw)


def _sections(now: Submission, shapes: tuple[str, ...], least: int) -> list[tuple[str, Section]]:
    return [
        (t.spec.key, s)
        for t in now.tables.values()
        for s in t.sections.values()
        if s.spec.shape.name in shapes and sum(any(a.figure for a in row) for row in s.amounts) >= least
    ]


def shifted(now: Submission, draw: random.Random) -> Mistake | None:
    """The amounts of a block of rows one to three rows too high or too low; what was there is gone."""
    key, section = draw.choice(_sections(now, ("codes", "blocks", "labels"), 5))
    rows = [r for r in range(len(section.rows)) if section.rows[r].key != "合计"]
    by = draw.choice((1, 1, 1, 2, -1, -1, -2))
    first = draw.choice(rows)
    last = min(len(section.rows) - 1, first + draw.randrange(3, 25))
    source = {r: r + by for r in range(first, last + 1)}  # row r shows what belongs to r + by
    if not all(0 <= s < len(section.rows) and section.rows[s].key != "合计" for s in source.values()):
        return None
    changed: dict[Spot, Amount] = {}
    for r, s in source.items():
        for c in range(len(section.columns)):
            changed[key, section.spec.key, r, c] = section.amounts[s][c]
    vacated = range(last + 1, last + 1 + by) if by > 0 else range(first + by, first)
    for r in vacated:
        if 0 <= r < len(section.rows) and section.rows[r].key != "合计":
            for c in range(len(section.columns)):
                changed[key, section.spec.key, r, c] = BLANK
    if sum(bool(section.amounts[s][c].figure) for s in source.values() for c in range(len(section.columns))) < 3:
        return None
    return _changed("shifted_block", now, changed)


def _changed(kind: str, now: Submission, changed: Mapping[Spot, Amount]) -> Mistake | None:
    right = {s: amount_at(now, s).figure or 0 for s, a in changed.items() if a.figure != amount_at(now, s).figure}
    if not right:
        return None
    return Mistake(kind, with_amounts(now, changed), right)


def pasted(now: Submission, draw: random.Random) -> Mistake | None:
    """The amounts of a code table beside the labels of another code table (公开03's beside 公开05's amounts)."""
    tables = [(k, s) for k, s in _sections(now, ("codes",), 5)]
    pairs = [
        (k, a, b) for k, a in tables for _, b in tables
        if a is not b and [r.code for r in a.rows if r.code] != [r.code for r in b.rows if r.code] and len(b.rows) >= len(a.rows)
    ]  # fmt: skip
    if not pairs:
        return None
    key, section, other = draw.choice(pairs)
    own = [r for r in range(len(section.rows)) if section.rows[r].code]
    labels = [r for r in other.rows if r.code]
    rows = list(section.rows)
    amounts = [list(r) for r in section.amounts]
    body = [amounts[r] for r in own] + [[BLANK] * len(section.columns) for _ in range(len(labels) - len(own))]
    start = own[0]
    fresh = [
        dataclasses.replace(
            rows[own[0]], key=x.code, label=x.label, code=x.code, name=x.name, at=(rows[own[0]].at or 1) + i
        )
        for i, x in enumerate(labels)
    ]
    new_rows = [*rows[:start], *fresh, *rows[own[-1] + 1 :]]
    new_amounts = [*amounts[:start], *body, *amounts[own[-1] + 1 :]]
    if len(rows[own[-1] + 1 :]) and section.rows[-1].at:
        new_rows[-1] = dataclasses.replace(new_rows[-1], at=(new_rows[-2].at or 1) + 1)
    wrong = _again(dataclasses.replace(section, rows=new_rows), new_amounts)
    table = now.tables[key]
    sections = {**table.sections, section.spec.key: wrong}
    tables = {**now.tables, key: dataclasses.replace(table, sections=sections)}
    at = {r.code: i for i, r in enumerate(new_rows)}
    right = {}
    for r in own:
        for c in range(len(section.columns)):
            i = at.get(section.rows[r].code)
            if i is not None and (wrong.amounts[i][c].figure or 0) != (section.amounts[r][c].figure or 0):
                right[key, section.spec.key, i, c] = section.amounts[r][c].figure or 0
    if not right:
        return None
    return Mistake("pasted_labels", dataclasses.replace(now, tables=tables, remarks=[]), right)


def chain(now: Submission, draw: random.Random) -> Mistake | None:
    """A leaf of a code table mistyped, with every total above it and its row's total recomputed."""
    key, section = draw.choice(_sections(now, ("codes",), 4))
    leaves = [r for r, row in enumerate(section.rows) if row.code and not section.children[r]]
    totals = {"本年收入合计", "本年支出合计", "小计", "合计", "支出小计"}
    columns = [c for c, k in enumerate(section.columns) if k not in totals]
    whole = [c for c, k in enumerate(section.columns) if k in totals]
    if section.spec.column_keys[0] == "年初结转和结余":  # its columns are no parts of one total
        return None
    if not columns or len(whole) != 1:
        return None
    spots = [(key, section.spec.key, r, c) for r in leaves for c in columns if section.figures[r][c]]
    if not spots:
        return None
    spot = draw.choice(spots)
    wrong = _mistyped(now, spot, draw.choice(SINGLES[:7]), draw)
    if wrong is None or wrong.figure is None:
        return None
    by = wrong.figure - (amount_at(now, spot).figure or 0)
    if not by:
        return None
    rows = [spot[2], *_ancestors(section, spot[2])]
    rows += [r for r, row in enumerate(section.rows) if row.key == "合计"]
    changed = {
        (key, section.spec.key, r, c): typed((section.figures[r][c] or 0) + by, now, (key, section.spec.key, r, c))
        for r in rows
        for c in (spot[3], whole[0])
    }
    mistake = _changed("chain", now, changed)
    return mistake._replace(right={spot: mistake.right[spot]}) if mistake and spot in mistake.right else None


def _ancestors(section: Section, row: int) -> list[int]:
    found = []
    at: int | None = row
    while at is not None:
        at = next((r for r, below in enumerate(section.children) if at in below), None)
        if at is not None:
            found.append(at)
    return found


def _totals(now: Submission) -> Iterator[tuple[Spot, list[int]]]:
    for key, section in _sections(now, ("codes", "blocks"), 4):
        for r, below in enumerate(section.children):
            for c in range(len(section.columns)):
                parts = [f for b in below if (f := section.figures[b][c])]
                if len(parts) > 1:
                    yield (key, section.spec.key, r, c), parts


def omitted(now: Submission, draw: random.Random) -> Mistake | None:
    """A total that leaves out one of its parts."""
    spot, parts = draw.choice(list(_totals(now)))
    figure = (amount_at(now, spot).figure or 0) - draw.choice(parts)
    return _changed("omitted", now, {spot: typed(figure, now, spot)})


def doubled(now: Submission, draw: random.Random) -> Mistake | None:
    """A total that counts one of its parts twice."""
    spot, parts = draw.choice(list(_totals(now)))
    figure = (amount_at(now, spot).figure or 0) + draw.choice(parts)
    return _changed("doubled", now, {spot: typed(figure, now, spot)})


def table_in_yuan(now: Submission, draw: random.Random) -> Mistake | None:
    """All amounts of a table in 元."""
    keys = {k for k, _ in _sections(now, ("codes", "labels", "blocks"), 3)}
    key = draw.choice(sorted(keys - {"信息表"}))  # no other table speaks of those figures
    spots = [s for s in filled(now) if s[0] == key and grain(now, s)]
    return _changed("table_in_yuan", now, {s: _yuan(now, s, draw) for s in spots})


def row_in_yuan(now: Submission, draw: random.Random) -> Mistake | None:
    """All amounts of one row in 元."""
    key, section = draw.choice(_sections(now, ("codes",), 4))
    rows = [r for r in range(len(section.rows)) if sum(bool(f) for f in section.figures[r]) > 1]
    if not rows:
        return None
    r = draw.choice(rows)
    spots = [(key, section.spec.key, r, c) for c in range(len(section.columns)) if section.figures[r][c]]
    return _changed("row_in_yuan", now, {s: _yuan(now, s, draw) for s in spots})


def _yuan(now: Submission, spot: Spot, draw: random.Random) -> Amount:
    figure = amount_at(now, spot).figure or 0
    ulp = grain(now, spot)
    return typed(figure * 10_000 + (draw.randrange(-ulp // 2, ulp // 2) * 10_000 if figure else 0), now, spot)


__all__ = ["SINGLES", "STRUCTURAL", "CellKind", "Mistake", "double", "move", "single", "structural", "swap"]
