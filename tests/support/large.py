"""Workbooks with as many rows as are promised: large made-up units, clean or with mistakes, in one sheet or in ten."""

from __future__ import annotations

import io
import random
from collections.abc import Callable
from decimal import Decimal

import openpyxl

from support import synthetic
from support.mistakes import amount_at, filled, typed, with_amounts
from support.synthetic import clean_submission
from xlcheck.filling.write import workbook_bytes
from xlcheck.form import SetSpec
from xlcheck.model import Submission

TABLE_ROWS = 1_270  # leaves: about 1,650 codes a table, 5,000 content rows in a workbook
SHEET_ROWS = 4_550  # leaves: just below 5,000 rows in a sheet
CODES = ("收入决算表", "支出决算表", "一般公共预算财政拨款支出决算表")


class _Unit(synthetic.Unit):
    """A unit with codes enough: the usual ones have too few."""


def _make_unit(draw: random.Random, leaves: int, classes: list[str], fiscal_only: bool) -> synthetic.Unit:
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


def edited(data: bytes, change: Callable[[openpyxl.Workbook], None]) -> bytes:
    """Another program's save of a workbook that somebody has changed."""
    found = openpyxl.load_workbook(io.BytesIO(data))
    change(found)
    out = io.BytesIO()
    found.save(out)
    return out.getvalue()


def recoded(code: Callable[[int, str], str]) -> Callable[[openpyxl.Workbook], None]:
    """Other codes in the code tables, by their place and what they were."""

    def change(workbook: openpyxl.Workbook) -> None:
        for sheet in workbook:
            if str(sheet["A1"].value) in CODES:
                found = [r[0] for r in sheet.iter_rows(min_row=5) if str(r[0].value or "").isdigit()]
                for at, cell in enumerate(found):
                    cell.value = code(at, str(cell.value))

    return change


def revalued(value: Callable[[float], object]) -> Callable[[openpyxl.Workbook], None]:
    """Other figures in every sheet."""

    def change(workbook: openpyxl.Workbook) -> None:
        for sheet in workbook:
            for row in sheet.iter_rows(min_row=6):
                for cell in row:
                    if isinstance(cell.value, int | float):
                        cell.value = value(cell.value)

    return change


def as_text(value: float) -> str:
    return f"{Decimal(str(value)):f}"
