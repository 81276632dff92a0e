"""All regions of a workbook bound: the exact way where a table is as the form prints it, by evidence where not.

Tables that need evidence are bound twice: first by headings, labels and their own sums, then with what the tables
that are beyond doubt say of their figures.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from xlcheck.binding.evidence import Evidence, KnownFigures
from xlcheck.binding.known import known_of
from xlcheck.binding.reading import Context, Reading, SectionRead
from xlcheck.binding.regions import Region
from xlcheck.binding.slots import WEIGHTS
from xlcheck.binding.words import Words
from xlcheck.concepts import Vocabulary
from xlcheck.form import RowKind, RowSpec, SetSpec, TableSpec

_ROUNDS = 2  # of binding again: what is not settled then is in doubt
# points of the quality of a reading, in columns bound beyond doubt: set by hand, so that more bound is more explained
_NOTHING_READ = -1.0
_OPEN, _STRANGE, _DOUBLED = 0.6, 0.2, 0.3
_MOST_STRANGE = 10


@dataclass
class Binder:
    """Binds regions as tables of one form; words and evidence are prepared once and serve many workbooks."""

    form: SetSpec
    vocabulary: Vocabulary
    words: Words
    _kept: dict[tuple[str, ...], Any] = field(default_factory=dict)

    @cached_property
    def evidence(self) -> Evidence:
        """What the rules of the form say of figures."""
        return Evidence(self.form)

    @cached_property
    def names(self) -> Mapping[str, tuple[str, ...]]:
        """Names of codes, folded → codes that have them."""
        from xlcheck.binding.names import names_of

        listed = {code: set(names) for code, names in self.form.codes.items()}
        for row in _coded_rows(self.form):
            listed.setdefault(row.code or "", set()).update((row.label, *row.names))
        return names_of(listed, self.words.key)

    def context(self, store: Mapping[tuple[str, str], KnownFigures]) -> Context:
        """What binding looks things up in, with what is known of other tables."""
        return Context(self.form, self.evidence, self.vocabulary, self.words, store, self.names, self._kept, {})

    def bind(
        self,
        region: Region,
        spec: TableSpec,
        store: Mapping[tuple[str, str], KnownFigures],
        carry: tuple[str, str] = ("", ""),
        carried: tuple[int, ...] = (),
        before: Reading | None = None,
    ) -> Reading:
        """Read a region as the table ``spec``.

        ``carry``: class and 款 that the region it goes on from ended in; ``carried``: its columns of codes and names;
        ``before``: how the same region was bound as the same table when less was known.
        """
        from xlcheck.binding.byshape import bind_sections  # not for a workbook that is as its form prints it

        frame = region.frame(self.words, carry, carried)
        context = self.context(store)
        reading = Reading(spec.key, spec, region, frame)
        if before is not None and before.frame is frame:
            context.asked.update(before.asked)
            reading.kept = before.kept
        reading.asked = context.asked
        bind_sections(reading, context)
        return reading

    def settle(self, readings: Sequence[Reading], store: dict[tuple[str, str], KnownFigures]) -> list[Reading]:
        """Readings bound again with what other tables say, until nothing of them changes any more."""
        current = list(readings)
        if len(current) == 1 and not _of_labels(current[0]):
            return current  # the others were known when it was bound
        for _ in range(_ROUNDS):
            store.update(_known(current))
            settled = [self._again(reading, store) for reading in current]
            gains = [quality(new) - quality(old) for old, new in zip(current, settled, strict=True) if new is not old]
            current = settled
            if not any(gains):
                break
        return current

    def _again(self, reading: Reading, store: Mapping[tuple[str, str], KnownFigures]) -> Reading:
        """A reading that leaves doubts bound again with what is known of others; itself where that explains less."""
        if not reading.doubts():
            return reading
        telling = _telling(reading, store)
        if not self._news(reading, telling):
            return reading
        again = self.bind(reading.region, reading.spec, telling, before=reading)
        if quality(again) < quality(reading):
            return reading
        again.said = reading.said
        return again

    def _news(self, reading: Reading, store: Mapping[tuple[str, str], KnownFigures]) -> bool:
        """Whether other tables tell a reading more, or other things, than when it was last asked; it keeps what they tell."""
        told = {asked: self.evidence.expected(*asked, store) for asked in reading.asked}
        changed = told != reading.asked
        reading.asked = told
        return changed


def _coded_rows(form: SetSpec) -> Iterator[RowSpec]:
    """Rows of a form that have a code of their own."""
    for table in form.tables:
        for section in table.sections:
            yield from (row for row in section.rows if row.code and row.kind is RowKind.DATA)


def _known(readings: Iterable[Reading]) -> dict[tuple[str, str], KnownFigures]:
    """What is certain of readings, by table and section."""
    return {(r.spec.key, section): known_of(r, section) for r in readings for section in r.sections}


def _telling(reading: Reading, store: Mapping[tuple[str, str], KnownFigures]) -> dict[tuple[str, str], KnownFigures]:
    """What is known that may tell something of a reading: of other tables, and of its own rows in a list of labels."""
    key = reading.spec.key
    own = {(key, section) for section in reading.sections} if _of_labels(reading) else set()
    return {place: known for place, known in store.items() if place[0] != key or place in own}


def _of_labels(reading: Reading) -> bool:
    """Whether a table is a list of labels: what is known of its own rows helps to bind the others."""
    return reading.spec.sections[0].shape.listed


def quality(reading: Reading) -> float:
    """How much of a region a reading explains."""
    if reading.lost:
        return _NOTHING_READ
    score = 0.0
    for section in reading.sections.values():
        if not section.lost:
            for points in _points(section):
                score += points
    return score


def _points(section: SectionRead) -> Iterator[float]:
    """What speaks for the reading of a section, and what against it."""
    from xlcheck.binding.byshape import BY_SHAPE

    yield sum(WEIGHTS[grade] for grade in section.column_grades.values())
    yield BY_SHAPE[section.spec.shape.name].points(section)
    strange = min(_MOST_STRANGE, len(section.strange))
    yield -(_OPEN * len(section.open) + _STRANGE * strange + _DOUBLED * len(section.doubled))
