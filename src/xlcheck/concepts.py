"""The national vocabulary: what tables, columns and rows are called, wherever they are printed.

Compiled from ``mappings/vocabulary.yaml``. Frozen; the standard library only.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Concept(NamedTuple):
    """One column or row of a table, by what it means.

    ``key`` is its name in formulas, ``name`` its canonical name (``xlcheck extract``), ``words`` the ways it is
    printed, each a path of texts from the outer one inwards. ``total``: other columns or rows add up to it.
    """

    key: str
    name: str
    words: tuple[tuple[str, ...], ...]
    total: bool = False


class SectionWords(NamedTuple):
    """The concepts of a section, in printed order, and the words of its total row."""

    columns: Mapping[str, Concept]
    rows: Mapping[str, Concept]
    total: tuple[str, ...] = ()


class TableWords(NamedTuple):
    """The concepts of a table; ``title`` is its national title, ``others`` what stands beside them and is none."""

    key: str
    title: str
    sections: Mapping[str, SectionWords]
    others: tuple[str, ...] = ()


class Vocabulary(NamedTuple):
    """All of it. ``folds`` are pairs (as written, as compared), ``leads`` the words of lead columns by role."""

    folds: tuple[tuple[str, str], ...] = ()
    leads: Mapping[str, tuple[str, ...]] = {}
    distractors: tuple[str, ...] = ()
    tables: Mapping[str, TableWords] = {}


def leads_of(vocabulary: Vocabulary, *roles: str) -> tuple[str, ...]:
    """The words of several lead roles."""
    return tuple(word for role in roles for word in vocabulary.leads.get(role, ()))
