"""One wrong figure, named in canonical terms, so that the same mistake can be printed in any layout."""

from __future__ import annotations

import itertools
import random
from collections.abc import Collection
from dataclasses import dataclass

from support.layouts.units import T02, T03, T05, T07, T08, T08_WIDE, T09, TOTAL, Key, Unit

KINDS = ("transposed", "dropped_digit", "wrong_total", "exchanged_columns", "row_down", "wrong_mirror")
CODED = (T02, T03, T05, T07)


@dataclass(frozen=True)
class Wrong:
    """What was done, to which figures, and the unit that shows it."""

    kind: str
    keys: tuple[Key, ...]
    unit: Unit

    def __str__(self) -> str:
        said = [f"{' '.join(k)}: {self.unit.facts.get(k, 0) / 100:.2f}" for k in self.keys]
        return f"{self.kind} {self.unit.kind} {self.unit.seed}: " + "; ".join(said)


def _transposed(value: int, draw: random.Random) -> int | None:
    digits = list(str(abs(value)))
    pairs = [(a, b) for a, b in itertools.pairwise(range(len(digits))) if digits[a] != digits[b]]
    if not pairs:
        return None
    a, b = draw.choice(pairs)
    digits[a], digits[b] = digits[b], digits[a]
    return int("".join(digits)) * (1 if value > 0 else -1)


def _dropped(value: int, draw: random.Random) -> int | None:
    digits = str(abs(value))
    if len(digits) < 2:
        return None
    at = draw.randrange(len(digits))
    return int(digits[:at] + digits[at + 1 :]) * (1 if value > 0 else -1)


def _total(value: int, draw: random.Random) -> int:
    return value + draw.choice((-1, 1)) * draw.choice((100, 1_000, 12_345, 90))


def _pairs(kind: str, unit: Unit, keys: list[Key]) -> list[tuple[Key, Key]]:
    """Two figures that could stand in each other's place."""
    have = set(keys)
    found = []
    for table, section, row, column in keys:
        if table not in CODED:
            continue
        if kind == "exchanged_columns":
            others = [k for k in have if k[:3] == (table, section, row) and k[3] > column]
        else:
            codes = unit.codes[table]
            at = codes.index(row) if row in codes else len(codes)
            others = [(table, section, codes[at + 1], column)] if at + 1 < len(codes) else []
        found += [((table, section, row, column), o) for o in others]
    return [(a, b) for a, b in found if unit.facts.get(a, 0) != unit.facts.get(b, 0)]


def inject(unit: Unit, kind: str, seed: int, printed: Collection[Key]) -> Wrong | None:
    """A mistake of a kind among the figures both layouts print; None where it can't be made."""
    draw = random.Random(f"{kind} {seed} {unit.seed}")
    keys = sorted(k for k in printed if k in unit.facts and k[0] not in (T08, T08_WIDE) and unit.facts[k])
    if kind in ("exchanged_columns", "row_down"):
        pairs = sorted(_pairs(kind, unit, keys))
        if not pairs:
            return None
        a, b = draw.choice(pairs)
        facts = dict(unit.facts)
        if kind == "exchanged_columns":
            facts[a], facts[b] = facts[b], facts[a]
        else:  # the figure stands one row lower, its own place is blank
            facts[b] = facts.pop(a)
        return Wrong(kind, (a, b), unit.with_facts(facts))
    match kind:
        case "wrong_total":
            keys = [k for k in keys if k[2] == TOTAL or "合计" in k[2] or "总计" in k[2] or len(k[2]) == 3]
        case "wrong_mirror":
            keys = [k for k in keys if k[1] and k[2] != "总计"]
        case _:
            keys = [k for k in keys if k[0] != T09 or k[2] == TOTAL]
    for _ in range(20):
        if not keys:
            return None
        key = draw.choice(keys)
        value = unit.facts[key]
        new = {"transposed": _transposed, "dropped_digit": _dropped}.get(kind, _total)(value, draw)
        if new is not None and new != value:
            return Wrong(kind, (key,), unit.with_facts({**unit.facts, key: new}))
    return None
