"""A reading of a layout against what the generator wrote: each figure right, doubtful, wrong, or not read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from support.layouts.units import T08, T08_WIDE, TABLES

Place = tuple[str, str, str, str]
Cell = tuple[str, str]
MODELLED = {*TABLES, T08_WIDE} - {TABLES[-1]}


def place_of(record: Mapping[str, Any], *, section: bool = True) -> Place:
    """The canonical place a record names; spellings that mean the same are one."""
    table, row, column = record["table"], record["row"], record["column"]
    if table == T08_WIDE:
        table = T08
    if table == T08:
        column = column.replace("本年支出·", "").replace("小计", "合计")
    if row.startswith("使用非财政拨款结余"):
        row = "使用非财政拨款结余"
    return table, (record.get("section") or "") if section and record.get("section") else "", row, column


@dataclass
class Judged:
    """Places bound right, places left doubtful, and sentences on claims that are wrong."""

    right: set[Place] = field(default_factory=set)
    doubtful: set[Place] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)


def judge(claims: list[dict[str, Any]], truth: Mapping[Cell, Place], free: set[Cell]) -> Judged:
    """Claims (lines of ``xlcheck extract``) against the truth; ``free`` are cells where any claim will do."""
    found = Judged()
    sections = {p[0] for p in truth.values() if p[1]}
    for claim in claims:
        if claim["value"] is None:
            continue
        cell = (claim["sheet"], claim["cell"])
        place = place_of(claim, section=claim["table"] in sections)
        true = truth.get(cell)
        if claim["grade"] == "doubtful":
            if true is not None:
                found.doubtful.add(true)
        elif place == true:
            found.right.add(place)
        elif cell not in free and not (true is None and (claim["table"] not in MODELLED or not float(claim["value"]))):
            said = "·".join(true) if true else "nothing"
            found.wrong.append(f"{cell[0]}!{cell[1]} {said} → {'·'.join(place)} ({claim['grade']})")
    return found
