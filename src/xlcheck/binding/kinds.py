"""What kind of table a region is where no title says it, or where headings contradict the title: by its content.

Shapes that several tables share (05, 07, 08) need the support of figures in other tables: a table without a name is
not made into the one that happens to be left (open world).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from xlcheck.binding.binder import Binder, quality
from xlcheck.binding.codes import code_groups
from xlcheck.binding.evidence import Known, close
from xlcheck.binding.reading import Reading
from xlcheck.binding.regions import Region
from xlcheck.binding.slots import CERTAIN, DOUBTFUL
from xlcheck.form import TOTAL, SetSpec

_OWN = ("收入表", "支出表")
_SHARED = ("一般公共支出表", "基金表", "国资表")
Store = Mapping[tuple[str, str], Known]


def guessed(
    region: Region, binder: Binder, form: SetSpec, taken: Collection[str], store: Store, number: str = ""
) -> Reading | None:
    """A region whose title says no table read as the one that its headings and labels are of; None: none we know.

    ``number`` is what it prints as its own: evidence for a table that is missing, where its shape fits.
    """
    frame = region.frame(binder.words)
    if len(frame.lines) < 2:
        return None
    keys = {t.key for t in form.tables}
    groups = code_groups(frame)
    if groups:
        economic = sum(c[0] == "3" for g in groups for c in g.codes.values())
        every = sum(len(g.codes) for g in groups)
        candidates: tuple[str, ...] = ("基本支出表",) if economic * 2 > every else (*_OWN, "基金表")
    else:
        candidates = ("收支总表", "财拨总表", "三公表", "信息表")
    rated = []
    for key in candidates:
        if key in keys and key not in taken:
            reading = binder.bind(region, form.table(key), store)
            if _specific(reading):
                rated.append((quality(reading), key, reading))
    rated.sort(key=lambda r: (-r[0], r[1]))
    if rated and (len(rated) == 1 or rated[0][0] - rated[1][0] > 1.0):
        return rated[0][2]
    if rated or _special(region):
        return None
    return _by_figures(region, binder, form, taken, store) or _by_number(region, binder, form, taken, store, number)


def _special(region: Region) -> bool:
    """Whether a title speaks of a cut of the accounts that no table of ours is (projects, objects, units)."""
    text = region.title.text if region.title is not None else ""
    return any(word in text for word in ("项目", "明细", "经济分类", "分单位", "专户", "购买", "采购"))


def _by_number(
    region: Region, binder: Binder, form: SetSpec, taken: Collection[str], store: Store, number: str
) -> Reading | None:
    """The missing table whose number a region prints, where the region has its shape and nothing contradicts it."""
    spec = next((t for t in form.tables if number and t.number == number), None)
    if spec is None or spec.key in taken:
        return None
    reading = binder.bind(region, spec, store)
    good, bad = matches(reading, binder, store)
    return reading if quality(reading) >= 2.0 and bad <= good else None


def _specific(reading: Reading) -> bool:
    """Whether headings and labels alone make a region this table."""
    sections = list(reading.sections.values())
    if not sections or any(s.lost for s in sections):
        return False
    shape = reading.spec.sections[0].shape
    if shape == "codes":
        grades = list(sections[0].column_grades.values())
        return grades.count(CERTAIN) >= max(3, len(sections[0].spec.column_keys) - 2)
    if shape == "labels":
        least = 5 if reading.spec.key != "信息表" else 4
        return all(sum(r.at is not None and r.grade == CERTAIN for r in s.rows) >= least for s in sections) and all(
            CERTAIN in s.column_grades.values() for s in sections
        )
    if shape == "blocks":
        return len(sections[0].cell_at) >= 8
    items = {key for _, key in sections[0].cell_at}
    return len(items) >= 4 and len({r for r, _ in sections[0].cell_at}) == 2


def _by_figures(region: Region, binder: Binder, form: SetSpec, taken: Collection[str], store: Store) -> Reading | None:
    """The table whose figures other tables repeat: two matches at least, misses no more than a quarter."""
    keys = {t.key for t in form.tables}
    fitting = []
    for key in _SHARED:
        if key not in keys or key in taken:
            continue
        reading = binder.bind(region, form.table(key), store)
        good, bad = matches(reading, binder, store)
        if good >= 2 and bad * 4 <= good + bad:
            fitting.append((good, reading))
    if len(fitting) != 1:
        return None
    return fitting[0][1]


def matches(reading: Reading, binder: Binder, store: Store) -> tuple[int, int]:
    """How many figures of a reading other tables repeat, and how many they contradict; zeros don't count."""
    good = bad = 0
    for key, read in reading.sections.items():
        rows = [r.code or r.key for r in read.rows if r.at is not None]
        expected = binder.evidence.expected((reading.spec.key, key), [*rows, TOTAL], read.spec.column_keys, store)
        for i, row in enumerate(read.rows):
            for column in read.spec.column_keys:
                spot = read.spot(i, column)
                if spot is None or read.grade(i, column) == DOUBTFUL:
                    continue
                figure = reading.frame.figure(*spot) or 0
                for value, sure in expected.get((row.code or row.key, column), ()):
                    if figure and close(figure, value):
                        good += 1
                    elif sure and (figure or value):
                        bad += 1
    return good, bad
