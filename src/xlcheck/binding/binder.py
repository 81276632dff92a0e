"""All regions of a workbook bound: the exact way where a table is as the form prints it, by evidence where not.

Tables that need evidence are bound twice: first by headings, labels and their own sums, then with what the tables
that are beyond doubt say of their figures.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from xlcheck.binding.blocktable import bind_blocks
from xlcheck.binding.codetable import bind_codes
from xlcheck.binding.evidence import Evidence, KnownFigures
from xlcheck.binding.labeltable import bind_labels
from xlcheck.binding.names import names_of
from xlcheck.binding.reading import Context, Reading, known_of
from xlcheck.binding.regions import Region
from xlcheck.binding.sangong import bind_record
from xlcheck.binding.slots import CERTAIN, LIKELY
from xlcheck.binding.words import Words
from xlcheck.concepts import Vocabulary
from xlcheck.form import RowKind, SetSpec, TableSpec
from xlcheck.model import Section, Table

_ROUNDS = 2


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
        listed = {code: dict(names) for code, names in self.form.codes.items()}
        for table in self.form.tables:
            for section in table.sections:
                for row in section.rows:
                    if row.code and row.kind is RowKind.DATA:
                        listed.setdefault(row.code, {}).update(dict.fromkeys((row.label, *row.names), ""))
        return names_of(listed, self.words.key)

    def context(self, store: Mapping[tuple[str, str], KnownFigures]) -> Context:
        """What binding looks things up in, with what is known of other tables."""
        return Context(self.form, self.evidence, self.vocabulary, self.words, store, self.names, self._kept)

    def bind(
        self,
        region: Region,
        spec: TableSpec,
        store: Mapping[tuple[str, str], KnownFigures],
        carry: tuple[str, str] = ("", ""),
        carried: tuple[int, ...] = (),
    ) -> Reading:
        """Read a region as the table ``spec``.

        ``carry``: class and 款 that the region it goes on from ended in; ``carried``: its columns of codes and names.
        """
        frame = region.frame(self.words, carry, carried)
        reading = Reading(spec.key, spec, region, frame)
        context = self.context(store)
        shapes = {s.shape for s in spec.sections}
        if shapes == {"labels"}:
            bind_labels(reading, context)
            return reading
        for section in spec.sections:
            if section.shape == "codes":
                reading.sections[section.key] = bind_codes(reading, section, context)
            elif section.shape == "blocks":
                reading.sections[section.key] = bind_blocks(reading, section, context)
            elif section.shape == "record":
                reading.sections[section.key] = bind_record(reading, section, context)
        return reading

    def settle(self, readings: Sequence[Reading], store: dict[tuple[str, str], KnownFigures]) -> list[Reading]:
        """Readings bound again with what other tables say, until nothing of them changes any more."""
        current = list(readings)
        if len(current) == 1 and current[0].spec.sections[0].shape != "labels":
            return current  # the others were known when it was bound
        for _ in range(_ROUNDS):
            for reading in current:
                for key in reading.sections:
                    store[reading.spec.key, key] = known_of(reading, key)
            changed = False
            for i, reading in enumerate(current):
                if not reading.doubts():
                    continue
                own = {k: v for k, v in store.items() if k[0] != reading.spec.key}
                for key in reading.sections:
                    if reading.spec.sections[0].shape == "labels":
                        own[reading.spec.key, key] = store[reading.spec.key, key]
                again = self.bind(reading.region, reading.spec, own)
                if quality(again) >= quality(reading):
                    again.said = reading.said
                    changed |= quality(again) > quality(reading)
                    current[i] = again
            if not changed:
                break
        return current


def quality(reading: Reading) -> float:
    """How much of a region a reading explains."""
    if reading.lost:
        return -1.0
    score = 0.0
    for section in reading.sections.values():
        if section.lost:
            continue
        weights = {CERTAIN: 1.0, LIKELY: 0.7}
        score += sum(weights.get(g, 0.2) for g in section.column_grades.values())
        score += sum(
            0.2 * weights.get(r.grade, 0.2) for r in section.rows if r.at is not None and section.spec.shape == "labels"
        )
        if section.spec.shape == "record":
            score += sum(weights.get(section.cell_grades.get(at, CERTAIN), 0.2) for at in section.cell_at) / 2
        if section.spec.shape == "blocks":
            score += min(6.0, 0.3 * len(section.cell_at))
        score -= 0.6 * len(section.open) + 0.2 * min(10, len(section.strange)) + 0.3 * len(section.doubled)
    return score


@dataclass
class Store:
    """What is known of tables that were read the exact way."""

    known: dict[tuple[str, str], KnownFigures] = field(default_factory=dict)

    def add(self, table: Table) -> None:
        """Keep the figures of an exact table."""
        for key, section in table.sections.items():
            if not section.lost:
                self.known[table.spec.key, key] = _known(section)


def _known(section: Section) -> KnownFigures:
    known = KnownFigures(whole=True)
    rows = set()
    codes = section.spec.shape == "codes"
    for r, row in enumerate(section.rows):
        key = row.code if row.code and codes else row.key
        rows.add(key)
        for c, column in enumerate(section.columns):
            figure = section.amounts[r][c].figure
            if figure:
                known.figures[key, column] = figure
            elif figure is None:
                rows.discard(key)
    known.rows, known.columns = frozenset(rows), frozenset(section.columns)
    known.codes = {
        r.code: r.key for r in section.spec.rows if r.code and r.kind is RowKind.DATA and section.spec.shape == "labels"
    }
    return known
