"""The text of a report (文字说明), compiled: how it is divided, what it speaks of, in which words.

Compiled from ``narrative/*.yaml`` of a set by :mod:`xlcheck.mapping.narrative`. Frozen; the standard library only.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class CellName(NamedTuple):
    """A cell of the tables by keys: table, section (empty: the only one), row (a key, or a code), column."""

    table: str
    section: str
    row: str
    column: str


class Subject(NamedTuple):
    """Something that the text gives figures of.

    ``words`` are its names as printed (compared without spaces and quotes). ``cells`` are where the tables have it:
    several must print the same, ``summed`` add up to it; without either it stands in the text alone. ``budget`` is the
    cell of its budget. ``counts``: by unit of measure, the name of the number that is meant (人次 → 公务接待人次数).
    ``also`` are cells of other funds that a text may have added. ``instead`` is a section (by its key) that has some of
    its words for another figure: which is meant, the figure tells. ``amounts`` is the name of its amount where that is not its own (绩效自评项目 → 绩效自评金额).
    """

    name: str
    words: tuple[str, ...]
    cells: tuple[CellName, ...] = ()
    summed: tuple[CellName, ...] = ()
    budget: CellName | None = None
    counts: Mapping[str, str] = {}
    amounts: str = ""
    row_of: str = ""
    also: tuple[CellName, ...] = ()
    instead: str = ""

    @property
    def amount_name(self) -> str:
        """What its amount is called."""
        return self.amounts or self.name


class NarrativeSection(NamedTuple):
    """A section of the text: its headings, its table, its subjects by name.

    ``codes`` is the cell of a 科目 by its code (row empty), ``sums`` are lists of names: the first is the sum of the
    others. ``needs``: which numbers an item with an amount must give; ``written``
    are regular expressions by which such a number is there though no form has read it. ``end``: nothing of it is checked (概况, 名词解释).
    ``covered``: sections (by key) of which each may stand for it where it is required. ``pieces`` are lists too: the first is the second, or that with some of the rest, which may be in it already.
    ``projects``: it speaks of single projects, whose figures stand in no table. ``hints`` are words of headings that
    open it where the heading as a whole is not known.
    """

    key: str
    headings: tuple[str, ...]
    table: str = ""
    subjects: Mapping[str, Subject] = {}
    codes: CellName | None = None
    sums: tuple[tuple[str, ...], ...] = ()
    needs: Mapping[str, tuple[str, ...]] = {}
    required: bool = False
    group: bool = False
    end: bool = False
    projects: bool = False
    hints: tuple[str, ...] = ()
    pieces: tuple[tuple[str, ...], ...] = ()
    written: Mapping[str, str] = {}
    covered: tuple[str, ...] = ()


class SentenceForm(NamedTuple):
    """A way to say something, by classes of words: ``pattern`` is a regular expression over one character a class.

    ``slots`` are (group of the pattern, identity of the figure), ``firsts`` the characters it may begin with, ``base`` and ``compare`` what it says besides.
    """

    name: str
    form: str
    pattern: str
    slots: tuple[tuple[str, str], ...]
    firsts: str
    base: str = ""
    compare: bool = False
    flat: bool = False
    examples: tuple[str, ...] = ()


class WrittenBlock(NamedTuple):
    """A piece of the text that ``xlcheck write`` makes: a heading, a sentence, or one for each of several items.

    What its words mean is said in ``mapping/schema.py`` (``WrittenBlock``), in Chinese, for those who write mappings.
    """

    heading: str = ""
    level: int = 2
    section: str = ""
    say: str = ""
    each: str = ""
    join: str = "；"
    end: str = "。"
    zero: bool = False
    lines: bool = False
    when: str = ""
    unless: str = ""


class NarrativeRule(NamedTuple):
    """A rule of texts, as its page has it; how it is judged is in :mod:`xlcheck.narrative`."""

    id: str
    title: str
    severity: str
    reason: str
    mend: str
    basis: str
    section: str
    passing: tuple[str, ...] = ()
    failing: tuple[str, ...] = ()
    rounding: tuple[str, ...] = ()
    note: str = ""
    origin: str = ""


class NarrativeProfile(NamedTuple):
    """How the texts of one place are written.

    ``words`` are the words of each class, ``classes`` the character that stands for a class in the patterns.
    ``place`` names the place (山西), ``local`` says that its own way to write is described, not only that of any place. ``text`` is
    what ``xlcheck write`` makes, piece by piece.
    """

    id: str
    place: str
    unit: str
    words: Mapping[str, tuple[str, ...]]
    classes: Mapping[str, str]
    frames: tuple[SentenceForm, ...]
    sections: Mapping[str, NarrativeSection]
    text: tuple[WrittenBlock, ...] = ()
    title: str = ""
    local: bool = False
    rules: tuple[NarrativeRule, ...] = ()


class NoProfile(NamedTuple):
    """That a set says nothing of texts."""
