"""Of which year a workbook is where its sheets do not say so: by its file's name, by the desk's settings, by the calendar."""

from __future__ import annotations

import re
from typing import NamedTuple

from xlcheck.ledger.records import YearSource
from xlcheck.reading.headtexts import normal
from xlcheck.reading.headyears import year_of

_FULL = 2  # how firmly 年度 says a year
_FIRST = 2000
# A year that stands alone: no part of a longer number, of a date (2024-08-15, 202408, 2024年8月) or of a span (2021-2023).
_ALONE = re.compile(r"(?<![\d.\-—–~至到/_])(20\d\d)(?!\d|\s*年|\s*[-—–~至到./_]\s*\d)(?![.\-]\d)")
_AFTER_SIGN = re.compile(r"(?<=[_\-])(20\d\d)(?!\d|\s*年|\s*[-—–~至到./_]\s*\d)")
_BEHIND_DIGITS = re.compile(r"(?:^|\D)(?:19|20)\d\d\s*[_\-]$|(?:^|\D)\d{1,2}\s*[_\-]$")  # 2021-2023, 15-08-2024


class CountedYear(NamedTuple):
    """The year that a workbook counts for (None: nothing says one), and what says so."""

    year: int | None
    source: YearSource

    @property
    def sure(self) -> bool:
        """Whether the workbook itself, its name, or a person says so."""
        return self.source in (YearSource.PERSON, YearSource.SHEETS, YearSource.NAME)


def year_in_name(path: str, at: str) -> int | None:
    """The year that a path names, the innermost part first; None where none does or one names several.

    A year that is not over by ``at`` (ISO 8601) is not one of final accounts.
    """
    for part in reversed([p for p in re.split(r"[/\\]", path) if p]):
        years = _years_in(normal(part))
        if years:
            found = years.pop()
            return found if not years and _FIRST <= found < int(at[:4]) else None
    return None


def _years_in(text: str) -> set[int]:
    """The years in a name: those of 年度 alone, where there are any."""
    said = year_of(text)
    if said.value and said.firm == _FULL:
        return {int(said.value)}
    alone = {int(m[1]) for m in _ALONE.finditer(text)}
    alone |= {int(m[1]) for m in _AFTER_SIGN.finditer(text) if not _BEHIND_DIGITS.search(text[: m.start()])}
    return alone | ({int(said.value)} if said.value else set())
