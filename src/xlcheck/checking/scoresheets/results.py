"""What checking the score sheets of a workbook gives. Apart from what checks them: most workbooks have none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from xlcheck.outcome import Diagnosis, NotEvaluated, Remark


@dataclass(frozen=True, slots=True)
class SheetsChecked:
    """What checking all score sheets gives. ``diagnoses`` explain ``remarks`` by index; ``tallies`` are by rule."""

    remarks: tuple[Remark, ...] = ()
    diagnoses: tuple[Diagnosis, ...] = ()
    not_evaluated: tuple[NotEvaluated, ...] = ()
    tallies: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


NO_SHEETS = SheetsChecked()
