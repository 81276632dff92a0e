"""Labels and amounts of one table laid beside each other by hand, as reports were really published.

The labels of a larger table beside the amounts of a smaller one: rows that have no place there, and amounts that stand
higher from each of them on; when the amounts are used up, the column ends, begins again, or repeats its last one.
"""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Sequence
from typing import NamedTuple

from support.mistakes import BLANK, Mistake, Spot, _again, _sections
from xlcheck.model import Amount, Row, Submission

FILLINGS = ("blank", "again", "last")
# made-up items of funds, which have no place among those of the general budget: classes and 款 with what is below them
_FUNDS = (
    ("212", "21208", "2120801", "2120899"), ("212", "21213", "2121302"), ("229", "22960", "2296002", "2296003"),
    ("229", "22904", "2290402"), ("234", "23402", "2340299"), ("208", "20822", "2082201"), ("213", "21372", "2137201"),
)  # fmt: skip


class Laid(NamedTuple):
    """How the column was laid out: where the total stands, whether it moved too, one column or all, what fills the end."""

    total: str  # first, last
    total_moves: bool
    column: int | None
    filling: str


def laid(draw: random.Random) -> Laid:
    """A way to lay it out."""
    return Laid(draw.choice(("first", "last", "last")), draw.random() < 0.7, None, draw.choice(FILLINGS))


def extra_labels(now: Submission, draw: random.Random, *, single: bool = False) -> Mistake | None:
    """A code table with rows that do not belong, its amounts in their order; ``single``: only one column moved."""
    found = [(key, s) for key, s in _sections(now, ("codes",), 6) if key.startswith("一般") or draw.random() < 0.5]
    if not found:
        return None
    key, section = draw.choice(found)
    way = laid(draw)
    if single:
        filled = [c for c in range(len(section.columns)) if sum(bool(row[c]) for row in section.figures) > 4]
        way = way._replace(column=draw.choice(filled)) if filled else way
    own = {row.code for row in section.rows if row.code}
    extra = _extra_codes(own, now, draw)
    if not extra:
        return None
    return lay(now, key, extra, way)


def _extra_codes(own: set[str | None], now: Submission, draw: random.Random) -> list[str]:
    """Codes that the table does not have: of a larger table of the workbook, or made up."""
    others = {
        row.code
        for table in now.tables.values()
        for section in table.sections.values()
        if section.spec.shape.open_ended and 7 in section.spec.lengths
        for row in section.rows
        if row.code
    } - own
    if others and draw.random() < 0.5:
        return sorted(others)[:12]
    chosen = draw.sample(_FUNDS, draw.choice((1, 1, 2, 2, 3)))
    return sorted({code for group in chosen for code in group} - own)


def lay(now: Submission, key: str, extra: Sequence[str], way: Laid) -> Mistake | None:
    """The codes ``extra`` among those of a table, and its amounts beside the wrong rows."""
    (section,) = now.tables[key].sections.values()
    total = next((row for row in section.rows if row.key == "合计"), None)
    items = [row for row in section.rows if row.key != "合计"]
    index = {id(row): r for r, row in enumerate(section.rows)}
    new = [dataclasses.replace(items[0], key=c, label=f"{c} 科目{c}", code=c, name=f"科目{c}") for c in extra]
    labels: list[Row] = sorted([*items, *new], key=lambda row: row.code or "")
    right_order = list(items)
    if total is not None:
        labels = [total, *labels] if way.total == "first" else [*labels, total]
        right_order = [total, *items] if way.total == "first" else [*items, total]
    moving = [row for row in labels if way.total_moves or row is not total]
    amounts = [section.amounts[index[id(row)]] for row in right_order if way.total_moves or row is not total]
    printed = _printed(amounts, len(moving), way.filling)
    if printed is None:
        return None
    start = min(row.at for row in section.rows if row.at)
    width = len(section.columns)
    rows, cells, right = [], [], {}
    at = 0
    for n, row in enumerate(labels):
        true = section.amounts[index[id(row)]] if id(row) in index else [BLANK] * width
        shown = printed[at] if any(row is m for m in moving) else true
        at += any(row is m for m in moving)
        line = [shown[c] if way.column in (None, c) else true[c] for c in range(width)]
        rows.append(dataclasses.replace(row, at=start + n))
        cells.append(line)
        for c in range(width):
            if (line[c].figure or 0) != (true[c].figure or 0):
                right[n, c] = true[c].figure or 0
    if len(right) < 4:
        return None
    # the model keeps the total first, wherever it stands
    if total is not None and way.total == "last":
        rows, cells = [rows[-1], *rows[:-1]], [cells[-1], *cells[:-1]]
        right = {((n + 1) % len(rows), c): figure for (n, c), figure in right.items()}
    wrong = _again(dataclasses.replace(section, rows=rows), cells)
    table = now.tables[key]
    tables = {**now.tables, key: dataclasses.replace(table, sections={**table.sections, section.spec.key: wrong})}
    spots: dict[Spot, int] = {(key, section.spec.key, r, c): figure for (r, c), figure in right.items()}
    return Mistake("extra_labels", dataclasses.replace(now, tables=tables, remarks=()), spots)


def _printed(amounts: Sequence[Sequence[Amount]], rows: int, filling: str) -> list[Sequence[Amount]] | None:
    """The amounts down the column, and what stands below the last one."""
    rest = rows - len(amounts)
    if not 0 < rest <= len(amounts):
        return None
    nothing: Sequence[Amount] = [BLANK] * len(amounts[0])
    below = {"blank": [nothing] * rest, "again": list(amounts[:rest]), "last": [amounts[-1]] * rest}
    return [*amounts, *below[filling]]
