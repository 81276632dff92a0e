"""Workbooks with as many rows as are promised: large made-up units, clean or with mistakes, in one sheet or in ten."""

from __future__ import annotations

import io
import itertools
import random
import re
import zipfile
from collections.abc import Callable, Iterator

import openpyxl

from support import synthetic
from support.badfiles.build import zipped
from support.mistakes import amount_at, filled, typed, with_amounts
from support.synthetic import clean_submission
from xlcheck.filling.write import workbook_bytes
from xlcheck.form import SetSpec
from xlcheck.model import Submission

TABLE_ROWS = 1_270  # leaves: about 1,650 codes a table, 5,000 content rows in a workbook
SHEET_ROWS = 4_550  # leaves: just below 5,000 rows in a sheet
CODED = (2, 3, 5)  # the sheets with codes in their first column


class _Unit(synthetic.Unit):
    """A unit with codes enough: the usual ones have too few."""


def _make_unit(
    draw: random.Random, leaves: int, classes: list[str], fiscal_only: bool, small: float = 0.0
) -> synthetic.Unit:
    unit = _Unit(draw)
    every = [f"{c}{k:02d}{i:02d}" for c in classes for k in range(1, 16) for i in range(1, 30)]
    unit.leaves = sorted(draw.sample(every, leaves))
    for code in unit.leaves:
        # so small that the sums of thousands are still everyday amounts
        unit.general[code] = (unit.amount(0.8) // 10 + 1, unit.amount() // 10 + 1)
        unit.fund[code] = unit.amount(0.1)
        unit.soe[code] = unit.amount(0.05)
        unit.other[code] = [unit.amount(0.2) for _ in range(5)]
    return unit


def large_unit(form: SetSpec, leaves: int = TABLE_ROWS, seed: int = 5, habits: str = "A") -> Submission:
    """A clean unit with very many codes."""
    usual, synthetic.make_unit = synthetic.make_unit, _make_unit
    try:
        return clean_submission(form, seed, habits, leaves)
    finally:
        synthetic.make_unit = usual


def with_mistakes(now: Submission, count: int, seed: int = 5) -> Submission:
    """The same with so many figures mistyped."""
    draw = random.Random(seed)
    spots = [s for s in filled(now) if amount_at(now, s).figure]
    steps = (20_000, 9_000_000, 123_450_000)
    return with_amounts(
        now,
        {
            s: typed((amount_at(now, s).figure or 0) + draw.choice((1, -1)) * draw.choice(steps), now, s)
            for s in draw.sample(spots, min(count, len(spots)))
        },
    )


def book(form: SetSpec, now: Submission) -> bytes:
    return workbook_bytes(form, now, "某某局")


Change = Callable[[dict[str, bytes]], None]
_CELL = re.compile(r'<c r="([A-Z]+)(\d+)"([^>]*)><v>([^<]*)</v></c>')


def edited(data: bytes, change: Change) -> bytes:
    """The workbook with other parts."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {n: archive.read(n) for n in archive.namelist()}
    change(parts)
    return zipped(parts)


def saved(data: bytes) -> bytes:
    """Another program's save of a workbook: what that does not know is gone."""
    out = io.BytesIO()
    openpyxl.load_workbook(io.BytesIO(data)).save(out)
    return out.getvalue()


def _typed(value: object, style: str) -> str:
    if isinstance(value, str):
        return f'{style} t="inlineStr"><is><t>{value}</t></is>'
    return f"{style}><v>{value}</v>"


def _changed(parts: dict[str, bytes], name: str, change: Callable[[str, int, str, bool], object]) -> None:
    """Other values for cells of a sheet; ``change`` gets column, row, what is stored, and whether it is a text."""

    def other(match: re.Match[str]) -> str:
        column, row, attributes, stored = match.groups()
        text = ' t="s"' in attributes
        value = change(column, int(row), stored, text)
        if value is None:
            return match[0]
        return f'<c r="{column}{row}"{_typed(value, attributes.replace(" t=" + chr(34) + "s" + chr(34), ""))}</c>'

    parts[name] = _CELL.sub(other, parts[name].decode()).encode()


def recoded(code: Callable[[int, str], str]) -> Change:
    """Other codes in the code tables, by their place and what they were."""

    def change(parts: dict[str, bytes]) -> None:
        texts = re.findall(r"<si><t[^>]*>([^<]*)</t></si>", parts["xl/sharedStrings.xml"].decode())
        for number in CODED:
            at = itertools.count()

            def other(column: str, row: int, stored: str, text: bool, at: Iterator[int] = at) -> object:
                if column != "A" or row < 5 or not text or not texts[int(stored)].isdigit():
                    return None
                return code(next(at), texts[int(stored)])

            _changed(parts, f"xl/worksheets/sheet{number}.xml", other)

    return change


def revalued(value: Callable[[float], object]) -> Change:
    """Other figures in every sheet."""

    def change(parts: dict[str, bytes]) -> None:
        for name in [n for n in parts if n.startswith("xl/worksheets/sheet")]:
            _changed(parts, name, lambda _, row, stored, text: None if text or row < 6 else value(float(stored)))

    return change
