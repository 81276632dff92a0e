"""The quick look at the relations of a rule: those that simply hold are only counted, without listing a cell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from xlcheck.checking.relations import Relations


@dataclass
class QuickLook:
    """Goes through the relations of a rule. Once it is through, it has counted those that hold, and the empty ones."""

    relations: Relations
    held: int = 0
    empty: int = 0

    def suspects(self) -> Iterator[tuple[int, int]]:
        """(binding, column) of the relations that don't simply hold.

        This is the innermost loop of checking: it trades looks for speed.
        """
        relations, op, constant = self.relations, self.relations.form.op, self.relations.form.constant
        summers = [(p.weight, p.summer()) for p in relations.plans]
        sparse = _zero_means_blank(relations)
        one_sided = {"≤": 1, "≥": -1}.get(op, 0)
        comparable = op in ("=", "≤", "≥")
        (first_weight, first), *rest = summers
        for column in self._filled_columns():
            for binding in range(len(relations.bindings)):
                try:
                    lead = first(binding, column)
                    difference = constant + first_weight * lead
                    for weight, summer in rest:
                        difference += weight * summer(binding, column)
                except TypeError:  # a cell without a figure
                    yield binding, column
                    continue
                fine = difference == 0 if not one_sided else difference * one_sided <= 0
                if not fine or not comparable or binding in relations.doubled:
                    yield binding, column
                elif lead:
                    self.held += 1
                elif sparse and difference == constant:
                    self.empty += 1
                else:
                    yield binding, column

    def _filled_columns(self) -> Iterator[int]:
        """The columns in which there is something to compare."""
        empty = _empty_columns(self.relations)
        for column in self.relations.columns:
            if column in empty:
                self.empty += len(self.relations.bindings)
            else:
                yield column


def _zero_means_blank(relations: Relations) -> bool:
    """Whether both sides being 0 can only mean that every cell is blank: no typed zeros, no minus."""
    return relations.form.one_signed and all(p.section.sparse for p in relations.plans)


def _empty_columns(relations: Relations) -> set[int]:
    """Columns of a ``*`` in which no cell of the whole section is filled: nothing to compare."""
    if len(relations.columns) == 1:
        return set()
    starred = [p.section.empty_columns for p in relations.plans if p.columns is None]
    if len(starred) < len(relations.plans):
        return set()
    return set(starred[0].intersection(*starred[1:]))
