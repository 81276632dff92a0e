"""``xlcheck fill selfscore-…``: data of score sheets → a filled workbook."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from xlcheck.errors import DataError
from xlcheck.filling.scoredata import completed, understand_forms
from xlcheck.filling.scorewrite import FilledForm, score_workbook, sheet_name
from xlcheck.scores.spec import ScoreSheetSpec

_TOP = ("unit", "year", "set", "forms")


def filled_forms(spec: ScoreSheetSpec, data: Any) -> bytes:
    """The workbook of the forms that ``data`` list under ``forms``, a sheet each.

    Raises:
        DataError: with all that does not fit.
    """
    if not isinstance(data, Mapping):
        raise DataError(["数据文件最外层应当是 unit、year、forms"])
    year = str(data.get("year") or spec.year)
    mistakes = [f"不认识的项“{name}”，最外层只有 {'、'.join(_TOP)}" for name in data if name not in _TOP]
    if not (year.isascii() and year.isdigit() and len(year) == 4):
        mistakes.append(f"year 应当是四位数字，现在是“{year}”")
    forms = understand_forms(spec, data.get("forms") or [], str(data.get("unit") or ""), year, mistakes)
    if mistakes:
        raise DataError(mistakes)
    names = [sheet_name(number, len(forms)) for number in range(1, len(forms) + 1)]
    return score_workbook(
        spec,
        [
            FilledForm(completed(spec, form, name, n), form)
            for n, (form, name) in enumerate(zip(forms, names, strict=True), 1)
        ],
    )
