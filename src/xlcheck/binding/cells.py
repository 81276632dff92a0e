"""What a cell holds, as evidence: a figure, or the number of a column (栏次)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import pairwise

from xlcheck.labels import label_key, plain
from xlcheck.reading.amounts import text_number
from xlcheck.reading.columns import printed_number
from xlcheck.reading.grid import Cell

ONE = 1_000_000  # figures are in millionths
_TOO_LARGE = 10**12  # no amount of a unit
_LONGEST_FIGURE = 24  # characters of a figure kept as text
_MONEY_BEHIND = re.compile(r"(?<=\d)\s*[百千万亿]*元$")
_COUNT_WORDS = ("栏次", "行次", "栏号", "列次")
_COUNT_FORMULA = re.compile(r"[\d=+\-\s()（）、~～栏类款项]+")  # 1=2+3, (1), 栏: beside column numbers in their row
_FIRST_COUNTS = (1, 101)  # what column numbers begin with


def figure_of(cell: Cell) -> int | None:
    """The figure in a cell in millionths, as evidence (not for verdicts); None where there is none."""
    if cell.type == "n":
        try:
            value = float(cell.text)
        except ValueError:
            return None
        return round(value * ONE) if abs(value) < _TOO_LARGE else None
    return _text_figure(cell.text) if cell.type == "s" and len(cell.text) < _LONGEST_FIGURE else None


@lru_cache(maxsize=4096)
def _text_figure(text: str) -> int | None:
    """The figure in a text, where it is nothing else but the unit of money behind it (3.12万元)."""
    if not any(ch.isdigit() for ch in text):
        return None
    bare = _MONEY_BEHIND.sub("", plain(text))
    number = text_number(bare, "万元") if bare.isascii() else None
    return int(number.scaleb(6)) if number is not None and abs(number) < _TOO_LARGE else None


def column_numbers(cells: Mapping[int, Cell]) -> dict[int, int]:
    """The printed column numbers in a row of cells: column → number; empty where it is no such row."""
    if any(map(_is_long_number, cells.values())):
        return {}
    numbers = _printed_numbers(cells)
    others = [cell for c, cell in cells.items() if c not in numbers]
    return numbers if numbers and _number_columns(numbers, others) else {}


def _number_columns(numbers: Mapping[int, int], others: Sequence[Cell]) -> bool:
    """Whether the numbers in a row are those of its columns: a caption says so, or they count; ``others`` may be beside."""
    beside = [cell for cell in others if label_key(cell.text) not in _COUNT_WORDS]
    if len(beside) < len(others):
        return all(map(_is_text, beside))
    return _count_up(numbers) and all(map(_count_formula, beside))


def _printed_numbers(cells: Mapping[int, Cell]) -> dict[int, int]:
    """Column → the number in it, printed in any of the ways of column numbers."""
    return {c: number for c, cell in cells.items() if (number := printed_number(cell.text)) is not None}


def _is_text(cell: Cell) -> bool:
    return cell.type != "n"


def _is_long_number(cell: Cell) -> bool:
    """Whether a number is too long for that of a column."""
    return cell.type == "n" and len(cell.text) > 3 and not cell.text.endswith(".0")


def _count_formula(cell: Cell) -> bool:
    """Whether a text tells how a column is reckoned from others, or what it counts: 1=2+3, 栏."""
    return _is_text(cell) and _COUNT_FORMULA.fullmatch(cell.text) is not None


def _count_up(numbers: Mapping[int, int]) -> bool:
    """Whether the numbers of columns count: several, from the first on, always upwards and mostly by one."""
    ordered = [numbers[c] for c in sorted(numbers)]
    if len(ordered) < 2 or ordered[0] not in _FIRST_COUNTS:
        return False
    steps = [b - a for a, b in pairwise(ordered)]
    return min(steps) > 0 and steps.count(1) * 2 >= len(steps)
