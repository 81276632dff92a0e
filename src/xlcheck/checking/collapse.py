"""A cell or a row in 元, once the search has named it: its failing relations become one remark about that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from xlcheck.checking.scales import YUAN_IN_WAN
from xlcheck.form import Severity
from xlcheck.outcome import Diagnosis, Remark


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
    kept: list[Numbered] = []
    ahead = _ahead(made, remarks, diagnoses)
    for entry in remarks:
        kept += ahead.get(entry.number, ())
        if entry.number not in gone:
            kept.append(entry)
    return kept, [_moved(d, made.get(at), gone) for at, d in enumerate(diagnoses)]


def _moved(diagnosis: Diagnosis, new: Numbered | None, gone: set[int]) -> Diagnosis:
    """A diagnosis with the number of the remark made of it; another one without the remarks that are ``gone``."""
    explains = tuple(n for n in diagnosis.explains if n not in gone) if new is None else (new.number,)
    return diagnosis._replace(explains=explains)


def _ahead(
    made: Mapping[int, Numbered], remarks: Sequence[Numbered], diagnoses: Sequence[Diagnosis]
) -> dict[int, list[Numbered]]:
    """The new remarks by the number of the one that they come before: the first that they explain."""
    place = {entry.number: at for at, entry in enumerate(remarks)}
    first: dict[int, list[Numbered]] = {}
    for at, new in made.items():
        first.setdefault(min(diagnoses[at].explains, key=place.__getitem__), []).append(new)
    return first


def _made(diagnoses: Sequence[Diagnosis], number: int) -> Mapping[int, Numbered]:
    """The remarks on cells and rows in 元, by the place of their diagnosis; numbered from ``number`` on."""
    found: dict[int, Numbered] = {}
    for at, diagnosis in enumerate(diagnoses):
        remark = _remark_on(diagnosis, diagnoses)
        if remark is not None:
            found[at] = Numbered(number + len(found), remark)
    return found


def _remark_on(diagnosis: Diagnosis, diagnoses: Sequence[Diagnosis]) -> Remark | None:
    """The remark on a row or cell in 元; None for other diagnoses."""
    if diagnosis.code == "row_in_yuan":
        return _row_remark(diagnosis)
    if _is_cell_in_yuan(diagnosis) and not _shared(diagnosis, diagnoses):
        return _cell_remark(diagnosis)
    return None


def _shared(diagnosis: Diagnosis, diagnoses: Sequence[Diagnosis]) -> bool:
    """Whether another diagnosis explains some of the same."""
    mine = set(diagnosis.explains)
    return any(mine.intersection(other.explains) for other in diagnoses if other is not diagnosis)


def _is_cell_in_yuan(diagnosis: Diagnosis) -> bool:
    """Whether a diagnosis is that one cell shows its figure in 元."""
    if diagnosis.kind != "scale" or len(diagnosis.cells) != 1:
        return False
    written, right = diagnosis.cell.value, diagnosis.suggested
    return _is_yuan(written, right) if written and right else False


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
