"""Seeded single-cell corruption of a filled workbook, at the level of its XML."""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from xlcheck.model import Submission
from xlcheck.reading.opening import open_workbook
from xlcheck.reading.package import Package, rewrite

KINDS = ("digit", "transposition", "times_ten", "sign", "deletion")


@dataclass(frozen=True)
class Corruption:
    """One changed cell: the sheet, the address, what it said and what it says (None: deleted)."""

    kind: str
    sheet: str
    cell: str
    before: str
    after: str | None


def filled_cells(now: Submission) -> list[tuple[str, str, str]]:
    """(sheet, address, text) of every filled figure of the tables."""
    return [
        (table.sheet or "", section.cell(r, c) or "", amount.text)
        for table in now.tables.values()
        for section in table.sections.values()
        for r, row in enumerate(section.amounts)
        for c, amount in enumerate(row)
        if amount.filled
    ]


def wrong_value(kind: str, text: str, draw: random.Random) -> str | None:
    """``text`` with one mistake of ``kind``; the same text where the kind can't apply."""
    value = Decimal(text)
    printed = f"{value:.2f}" if value != int(value) or abs(value) > 99 else str(value)
    places = [i for i, c in enumerate(printed) if c.isdigit()]
    if kind == "deletion":
        return None
    if kind == "sign":
        return str(-value)
    if kind == "times_ten":
        return str(value * 10)
    if kind == "digit":
        at = draw.choice(places)
        other = draw.choice([d for d in "0123456789" if d != printed[at]])
        return str(Decimal(printed[:at] + other + printed[at + 1 :]))
    pairs = [(a, b) for a, b in itertools.pairwise(places) if printed[a] != printed[b]]
    if not pairs:
        return text
    a, b = draw.choice(pairs)
    digits = list(printed)
    digits[a], digits[b] = digits[b], digits[a]
    return str(Decimal("".join(digits)))


def corruptions(now: Submission, count: int, seed: int) -> Iterator[Corruption]:
    """``count`` corruptions, kinds in turn, cells drawn evenly; each really changes the figure."""
    draw = random.Random(seed)
    cells = filled_cells(now)
    made = 0
    while made < count:
        kind = KINDS[made % len(KINDS)]
        sheet, cell, text = draw.choice(cells)
        after = wrong_value(kind, text, draw)
        if after is None or Decimal(after) != Decimal(text):
            made += 1
            yield Corruption(kind, sheet, cell, text, after)


class Corruptor:
    """Applies corruptions to one workbook."""

    def __init__(self, data: bytes) -> None:
        self.package = Package(data)
        self.parts = {s.name: s.part for s in open_workbook(data).workbook.sheets}

    def apply(self, wrong: Corruption) -> bytes:
        """The workbook with one cell changed."""
        part = self.parts[wrong.sheet]
        xml = self.package.read(part).decode()
        pattern = re.compile(rf'(<c r="{wrong.cell}"[^>]*>)<v>[^<]*</v></c>')
        new = r"\g<1></c>" if wrong.after is None else rf"\g<1><v>{wrong.after}</v></c>"
        changed, count = pattern.subn(new, xml)
        assert count == 1, (wrong, count)
        return rewrite(self.package, {part: changed.encode()}, ())
