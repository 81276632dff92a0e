"""How good an answer to a mistake is: whether it was found, the true cells named, first, with the right figure."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from support.mislaid import extra_labels
from support.mistakes import (
    SINGLES,
    STRUCTURAL,
    Mistake,
    Spot,
    amount_at,
    double,
    filled,
    move,
    single,
    structural,
    swap,
    typed,
    with_amounts,
)
from support.places import SAMPLES
from support.synthetic import clean_submission
from xlcheck.checking.check import check
from xlcheck.form import Severity
from xlcheck.model import Submission
from xlcheck.outcome import CellRef, Diagnosis, Outcome, SuspectCell
from xlcheck.pipeline import Pipeline

LAID = ("extra_labels", "extra_labels_one")
REAL = ("tunliu_2023", "putuo_caizheng_2024", "putuo_shegong_2024", "putuo_shengtai_2025")
SYNTHETIC = (("A", 1, 12), ("A", 2, 30), ("B", 3, 12), ("B", 4, 30), ("ABD", 5, 12), ("ABD", 6, 25), ("D", 7, 12))
_KINDS = {
    "shifted_block": {"shifted_block"}, "pasted_labels": {"pasted_labels", "shifted_block"}, "omitted": {"stale_total"},
    "doubled": {"stale_total"}, "extra_labels": {"pasted_labels"}, "extra_labels_one": {"pasted_labels"}, "swap": {"swapped_cells"}, "move": {"swapped_cells"},
}  # fmt: skip


class Base(NamedTuple):
    """A submission without a mistake."""

    name: str
    now: Submission


class Judged(NamedTuple):
    """One answer. ``unique``: no other cell would have explained the same (single mistakes only)."""

    kind: str
    base: str
    detected: bool
    named: bool = False
    first: bool = False
    figure: bool = False
    red: int = 0
    unique: bool = False


def bases(pipeline: Pipeline, synthetic: Sequence[tuple[str, int, int]] = SYNTHETIC) -> list[Base]:
    """The clean real reports, and made-up units: habits of their tables, seed, number of codes."""
    found = [Base(n, pipeline.read((SAMPLES / f"{n}.xlsx").read_bytes())) for n in REAL]
    form = pipeline.library.load("shanxi-2023")
    return found + [Base(f"{h}{leaves}", clean_submission(form, seed, h, leaves)) for h, seed, leaves in synthetic]


def mistakes(base: Submission, kind: str, draw: random.Random) -> Mistake | None:
    """A mistake of a kind (``single``: any of the ten) in figures that are not zero; None where it can't be made."""
    if kind == "single" or kind in SINGLES:
        spots = [s for s in filled(base) if amount_at(base, s).figure]
        return single(base, draw.choice(spots), draw.choice(SINGLES) if kind == "single" else kind, draw)
    if kind in STRUCTURAL:
        return structural(base, kind, draw)
    if kind in LAID:
        return extra_labels(base, draw, single=kind == "extra_labels_one")
    return {"double": double, "swap": swap, "move": move}[kind](base, draw)


def cases(found: Sequence[Base], kind: str, count: int, seed: int) -> Iterator[tuple[Base, Mistake]]:
    """``count`` mistakes of a kind in bases drawn evenly."""
    draw = random.Random(f"{kind} {seed}")
    made = 0
    while made < count:
        base = draw.choice(found)
        mistake = mistakes(base.now, kind, draw)
        if mistake is not None:
            made += 1
            yield base, mistake


def judge(base: Base, kind: str, mistake: Mistake) -> Judged:
    """Check the wrong submission and look at its causes."""
    outcome = check(mistake.wrong)
    detected = any(f.severity is Severity.ERROR for f in outcome.remarks)
    red = sum(len(c.cells) for c in outcome.diagnoses if not c.tied)
    if not detected:
        return Judged(kind, base.name, detected)
    if kind in SINGLES or kind in ("single", "double"):
        return _cells(base, kind, mistake, outcome, red)
    named, first = _operation(kind, mistake, outcome)
    if kind in LAID:
        return Judged(kind, base.name, detected, named, first, _told(mistake, outcome), red)
    return Judged(kind, base.name, detected, named, first, first, red)


def _cells(base: Base, kind: str, mistake: Mistake, outcome: Outcome, red: int) -> Judged:
    at = _places(mistake.wrong)
    every = {at(b.cell) for c in outcome.diagnoses for b in (*c.cells, *c.alternatives)}
    firsts = [c.cells[0] for c in outcome.diagnoses]
    if kind == "double":  # two alike may be one cause: the same slip in two places
        firsts = [b for c in outcome.diagnoses for b in c.cells]
    first = {at(b.cell) for b in firsts} == set(mistake.right) and len(firsts) == len(mistake.right)
    figure = first and all(_says(b, mistake.right[at(b.cell)]) for b in firsts)  # type: ignore[index]
    unique = kind != "double" and unique_cell(base, next(iter(mistake.right)))
    return Judged(kind, base.name, True, every.issuperset(mistake.right), first, figure, red, unique)


def _told(mistake: Mistake, outcome: Outcome) -> bool:
    """Whether at least 95 of 100 cells are told what they were meant to hold."""
    at = _places(mistake.wrong)
    said = {at(s.cell): s for d in outcome.diagnoses for s in d.cells}
    good = sum(spot in said and _says(said[spot], figure) for spot, figure in mistake.right.items())
    return 20 * good >= 19 * len(mistake.right)


def _operation(kind: str, mistake: Mistake, outcome: Outcome) -> tuple[bool, bool]:
    at = _places(mistake.wrong)
    if not outcome.diagnoses:
        return False, False
    cause = outcome.diagnoses[0]
    named = any(not {at(b.cell) for b in _all(c)}.isdisjoint(mistake.right) for c in outcome.diagnoses)
    if kind in ("table_in_yuan", "row_in_yuan"):
        return named, cause.kind == "scale"
    if kind == "chain":
        return named, cause.code == "chain" and any(at(b.cell) in mistake.right for b in _all(cause))
    right = cause.kind in _KINDS[kind]
    if kind in ("swap", "move", "omitted", "doubled"):
        right = right and len(outcome.diagnoses) == 1 and {at(b.cell) for b in cause.cells} >= set(mistake.right)
    return named, right


def named_cells(wrong: Submission) -> set[Spot | None]:
    """All cells that the causes of a wrong submission name."""
    at = _places(wrong)
    return {at(s.cell) for d in check(wrong).diagnoses for s in _all(d)}


def _all(cause: Diagnosis) -> tuple[SuspectCell, ...]:
    return (*cause.cells, *cause.alternatives)


def _says(blame: SuspectCell, right: int) -> bool:
    return blame.suggested is not None and abs(float(blame.suggested) * 1e6 - right) < 1


def _places(now: Submission) -> Callable[[CellRef], Spot | None]:
    known = {
        (table.spec.number, section.cell(r, c)): (table.spec.key, section.spec.key, r, c)
        for table in now.tables.values()
        for section in table.sections.values()
        for r in range(len(section.rows))
        for c in range(len(section.columns))
    }
    return lambda cell: known.get((cell.table, cell.cell))


_unique: dict[tuple[str, Spot], bool] = {}


def unique_cell(base: Base, spot: Spot) -> bool:
    """Whether the figures tell this cell from all others, be it too large or too small."""
    key = (base.name, spot)
    if key not in _unique:
        figure = amount_at(base.now, spot).figure or 0
        tries = (figure + 37_130_000, figure // 2_000_000 * 1_000_000 - 11_000_000)
        answers = [check(with_amounts(base.now, {spot: typed(f, base.now, spot)})).diagnoses for f in tries]
        _unique[key] = all(len(a) == 1 and not a[0].alternatives for a in answers)
    return _unique[key]


class Score(NamedTuple):
    """Shares in per cent: of all, detected; of the detected, the rest."""

    count: int
    detected: float
    named: float
    first: float
    figure: float
    red: float
    unique_first: float


def score(found: Iterable[Judged]) -> Score:
    """The shares of one kind of mistake."""
    every = list(found)
    hit = [j for j in every if j.detected]
    sure = [j for j in hit if j.unique]
    tally = Counter({n: sum(getattr(j, n) for j in hit) for n in ("named", "first", "figure", "red")})
    per = 100 / max(1, len(hit))
    return Score(
        len(every), 100 * len(hit) / max(1, len(every)), tally["named"] * per, tally["first"] * per, tally["figure"] * per,
        tally["red"] / max(1, len(hit)), 100 * sum(j.first for j in sure) / max(1, len(sure)),
    )  # fmt: skip
