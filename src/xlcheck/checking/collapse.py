"""A cell or a row in 元, once the search has named it: its failing relations become one remark about that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from xlcheck.checking.scales import YUAN_IN_WAN
from xlcheck.form import Severity
from xlcheck.model import Diagnosis, Remark


class Numbered(NamedTuple):
    """A remark under its number: diagnoses name what they explain by it, wherever it stands in the report."""

    number: int
    remark: Remark


def collapsed(remarks: Sequence[Numbered], diagnoses: Sequence[Diagnosis]) -> tuple[list[Numbered], list[Diagnosis]]:
    """``remarks`` with one for each cell or row in 元, in the place of the first that it explains.

    The diagnoses come back with the numbers of what they explain now.
    """
    made = _made(diagnoses, 1 + max((n.number for n in remarks), default=0))
    if not made:
        return list(remarks), list(diagnoses)
    gone = {number for at in made for number in diagnoses[at].explains}
    place = {number: at for at, number in enumerate(n.number for n in remarks)}
    first: dict[int, list[Numbered]] = {}
    for at, new in made.items():
        first.setdefault(min(diagnoses[at].explains, key=place.__getitem__), []).append(new)
    kept: list[Numbered] = []
    for entry in remarks:
        kept += first.get(entry.number, ())
        if entry.number not in gone:
            kept.append(entry)
    moved = [
        d._replace(explains=(made[at].number,) if at in made else tuple(n for n in d.explains if n not in gone))
        for at, d in enumerate(diagnoses)
    ]
    return kept, moved


def _made(diagnoses: Sequence[Diagnosis], number: int) -> Mapping[int, Numbered]:
    """The remarks on cells and rows in 元, by the place of their diagnosis; numbered from ``number`` on."""
    found: dict[int, Numbered] = {}
    for at, diagnosis in enumerate(diagnoses):
        remark = None
        if diagnosis.code == "row_in_yuan":
            remark = _row_remark(diagnosis)
        elif _is_cell_in_yuan(diagnosis) and not _shared(diagnosis, diagnoses):
            remark = _cell_remark(diagnosis)
        if remark is not None:
            found[at] = Numbered(number + len(found), remark)
    return found


def _shared(diagnosis: Diagnosis, diagnoses: Sequence[Diagnosis]) -> bool:
    """Whether another diagnosis explains some of the same."""
    mine = set(diagnosis.explains)
    return any(mine.intersection(other.explains) for other in diagnoses if other is not diagnosis)


def _is_cell_in_yuan(diagnosis: Diagnosis) -> bool:
    """Whether a diagnosis is that one cell shows its figure in 元."""
    if diagnosis.kind != "scale" or len(diagnosis.cells) != 1:
        return False
    written, right = diagnosis.cell.value, diagnosis.suggested
    return bool(written and right) and _is_yuan(written or "", right or "")


def _is_yuan(written: str, right: str) -> bool:
    try:
        exact = Decimal(written.replace(",", "")) / YUAN_IN_WAN
    except ArithmeticError:
        return False
    return exact.quantize(Decimal(right), ROUND_HALF_UP) == Decimal(right) and abs(exact) >= 1


def _cell_remark(diagnosis: Diagnosis) -> Remark:
    cell = diagnosis.cell
    written, right = Decimal((cell.value or "0").replace(",", "")), Decimal(diagnosis.suggested or "0")
    return Remark(
        None, Severity.ERROR, "scale", "cell_in_yuan", (cell._replace(role="subject"),),
        expected=diagnosis.suggested, actual=f"{written:f}", difference=f"{written - right:f}", unit=diagnosis.unit,
        params={"label": cell.label, "count": str(len(diagnosis.explains))},
    )  # fmt: skip


def _row_remark(diagnosis: Diagnosis) -> Remark:
    params = {"label": diagnosis.cell.label.split(" · ")[0], "count": str(len(diagnosis.explains))}
    cells = tuple(suspect.cell._replace(role="subject") for suspect in diagnosis.cells)
    return Remark(None, Severity.ERROR, "scale", "row_in_yuan", cells, unit=diagnosis.unit, params=params)
