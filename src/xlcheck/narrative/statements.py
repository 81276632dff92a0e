"""What a text says: figures with their identity, gathered by what they are said of. Plain data."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from xlcheck.narrative.subjects import Meant
from xlcheck.narrative.tokens import Printed, Token
from xlcheck.profile import CellName, NarrativeSection, Subject

NO_LEVEL = -1  # not in a numbered paragraph


class Role(StrEnum):
    """What a figure is of its subject; the values are the words of the forms (``narrative/words.yaml``)."""

    ACTUAL = "决算额"
    BUDGET = "预算额"
    LAST = "上年额"
    CHANGE = "差额"
    RATE = "增减率"
    SHARE = "占比"
    COMPLETION = "完成率"
    NUMBER = "个数"
    GAP = "差值"
    DEVIATION = "差异率"


class FigureStanding(StrEnum):
    """How a figure of the text stands to the tables (contract: ``as``)."""

    BOUND = "bound"
    DERIVED = "derived"
    FOREIGN = "foreign"
    CANNOT_SAY = "cannot_say"


@dataclass(slots=True, eq=False)
class TextFigure:
    """One figure of the text: its token, where it stands in the document, what it is taken for.

    ``start`` and ``end`` count characters of the document's text; ``sentence`` is the sentence as printed, without
    spaces. ``cell`` is what it is bound to, ``relation`` says of what it is the share, rate, change or sum.
    """

    token: Token
    start: int
    end: int
    sentence: str
    standing: FigureStanding = FigureStanding.CANNOT_SAY
    cell: CellName | None = None
    relation: str = ""
    why: str = ""

    @property
    def printed(self) -> Printed:
        """The figure as printed."""
        assert self.token.printed is not None  # noqa: S101 - only tokens of figures become figures
        return self.token.printed


@dataclass(slots=True, eq=False)
class Mention:
    """A figure with its identity. ``sign`` is the direction said (1, -1; 0: none), ``word`` the word that says it.

    ``base`` is 上年 or 预算 (empty: not said), ``base_year`` the year it names, ``year_token`` and ``year_place`` where. ``budget`` names the budget meant
    (年初预算, 全年预算, 预算). ``name`` is the name of a number (公务接待批次数). ``carried``: its item was named in a sentence before,
    ``after_list``: with others. ``or_base``: it may as well be what the difference is measured from (低于年初预算39.57万元).
    ``place`` counts the parts of a list, ``phrase`` is the place of the figure with its words.
    """

    figure: TextFigure
    role: Role
    item: Item
    sign: int = 0
    word: Token | None = None
    base: str = ""
    base_year: int | None = None
    budget: str = ""
    name: str = ""
    place: int = 0
    whole: Item | None = None
    whole_said: bool = False
    year_token: Token | None = None
    year_place: int | None = None
    phrase: tuple[int, int] = (0, 0)
    carried: bool = False
    after_list: bool = False
    or_base: bool = False


@dataclass(slots=True, eq=False)
class SaidComparison:
    """That two things are said to be equal, or one greater: 决算数大于预算数, 与上年持平.

    ``others`` are items that it may be said of as well.
    """

    word: Token
    figure: TextFigure
    op: str
    against: str
    about: bool = False
    others: tuple[Item, ...] = ()


@dataclass(slots=True, eq=False)
class Item:
    """All that is said in one place of one subject (None: one that we don't know; then ``label`` has its words).

    ``cells`` are where the tables have it, ``codes`` the 科目 it may be. ``whole`` is what it is said to be part of.
    ``mismatched``: its 类, 款 and 项 are all known, but do not belong together. ``qualified``: words that we don't know
    stand right before its name. ``instead`` is what its name may mean as well. ``level``: how deep the numbered
    paragraph stands in which it is named. ``purpose``: it is listed as what its whole was spent on,
    ``within``: in brackets behind that figure. ``owner`` is the unit that the sentence names before it, ``owner_at`` where.
    """

    subject: Subject | None
    label: str
    section: NarrativeSection | None
    cells: tuple[CellName, ...] = ()
    codes: tuple[str, ...] = ()
    budget: CellName | None = None
    whole: Item | None = None
    mentions: list[Mention] = field(default_factory=list)
    comparisons: list[SaidComparison] = field(default_factory=list)
    parts: list[Item] = field(default_factory=list)
    token: Token | None = None
    passage: int = 0
    reasoned: bool = False
    mismatched: bool = False
    place: tuple[int, int] | None = None
    known: bool = True
    level: int = NO_LEVEL
    owner: str = ""
    owner_at: int = 0
    qualified: bool = False
    purpose: bool = False
    within: Mention | None = None
    instead: Meant | None = None
    said_year: int | None = None
    year_token: Token | None = None
    year_place: int | None = None

    def of(self, role: Role) -> list[Mention]:
        """Its mentions in one role, in printed order."""
        return [m for m in self.mentions if m.role is role]

    def actual(self, place: int = 0) -> Mention | None:
        """The first mention of its amount."""
        found = self.of(Role.ACTUAL)
        return next((m for m in found if m.place == place), found[0] if found else None)

    def budget_said(self, word: str) -> Mention | None:
        """The mention of the budget of that name; without a name the last one."""
        found = self.of(Role.BUDGET)
        named = [m for m in found if m.budget == word]
        return named[-1] if named else found[-1] if found else None


class SaidYear(NamedTuple):
    """The only year of a sentence, before all its figures: under it they are said. ``start`` to ``end``: its place.

    ``opens``: the sentence opens a list, which is said under that year.
    """

    token: Token
    start: int
    end: int
    sentence: str
    passage: int
    opens: bool = False


@dataclass(slots=True)
class TextReading:
    """All that was read of a text."""

    figures: list[TextFigure] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    leads: list[SaidYear] = field(default_factory=list)
