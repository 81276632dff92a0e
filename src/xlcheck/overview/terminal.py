"""The overview as lines of text, aligned by what characters take on a terminal: a Chinese one takes two cells."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple

from xlcheck.office.drafts import code_shown
from xlcheck.overview.arrange import UNSENT, moment, ranked, several_forms, summary
from xlcheck.overview.standing import DOUBTFUL, FINE, MISSING, OVERDUE, WRONG, Overview, Standing
from xlcheck.shown import clean, columns_of

STYLES = {OVERDUE: "bold magenta", MISSING: "magenta", WRONG: "red", DOUBTFUL: "yellow", FINE: "green"}
_GAP = "  "
_NAME = 12  # cells that a unit's name keeps on the narrowest terminal
_UNIT = "单位"
_FORM = "表样"  # left out where all have the same
_ALWAYS = 9  # columns that stay on any terminal
_CUT = ".."  # an ellipsis is one cell wide here and two there


class StyledLine(NamedTuple):
    """A line, and how rich prints it where there is colour (empty: plainly)."""

    text: str
    style: str = ""


class _Column(NamedTuple):
    """``keep`` says how long a column stays when the terminal is narrow: the lowest goes first, ``_ALWAYS`` never."""

    name: str
    value: Callable[[Standing], str]
    keep: int = _ALWAYS
    right: bool = False


def _count(field: str) -> Callable[[Standing], str]:
    """A count; none where nothing came in, for a 0 would say that it was checked."""
    return lambda s: "-" if s.state in UNSENT else str(getattr(s, field))


_COLUMNS = (
    _Column("状态", lambda s: s.state),
    _Column("代码", lambda s: code_shown(s.unit.code)),
    _Column(_UNIT, lambda s: s.unit.name),
    _Column("主管部门", lambda s: s.unit.department, 1),
    _Column(_FORM, lambda s: s.form, 4),
    _Column("版本", lambda s: str(s.version or "-"), 6, right=True),
    _Column("报送时间", lambda s: moment(s.came) or "-", 5),
    _Column("错误", _count("errors"), right=True),
    _Column("核实", _count("verifies"), right=True),
    _Column("提示", _count("notes"), 2, right=True),
    _Column("没能核对", _count("unsaid"), 2, right=True),
    _Column("未改正", _count("still"), 3, right=True),
    _Column("已改正", _count("mended"), 3, right=True),
    _Column("逾期天数", lambda s: str(s.late or ""), 7, right=True),
    _Column("信件", lambda s: s.letter, 3),
)


def lines(overview: Overview, width: int = 0, states: Collection[str] = ()) -> list[StyledLine]:
    """The table, worst first, and one sentence with all counts.

    ``width`` is what a line may take, in cells (0: no limit): columns that matter least go first, then names are cut.
    ``states`` leaves out all other rows; the sentence always counts all.
    """
    standings = [s._replace(form=overview.titled(s.form)) for s in ranked(overview, states)]
    sentence = StyledLine(summary(overview), "bold")
    if not standings:
        return [StyledLine("没有处在这些状态的单位。" if states else "名册里没有单位，也还没有收到工作簿。"), sentence]
    grid = _grid(standings, several_forms(overview))
    if width:
        grid = grid.narrowed(width)
    head, *body = grid.lines()
    coloured = [StyledLine(text, STYLES[s.state]) for text, s in zip(body, standings, strict=True)]
    return [StyledLine(head, "bold"), *coloured, StyledLine(""), sentence]


def _grid(standings: Sequence[Standing], forms: bool) -> _TextGrid:
    """All columns that say something; the forms only where there are several."""
    wanted = [column for column in _COLUMNS if forms or column.name != _FORM]
    columns = [column for column in wanted if _says_something(column, standings)]
    return _TextGrid(columns, [[_flat(column.value(s)) for column in columns] for s in standings])


def _says_something(column: _Column, standings: Sequence[Standing]) -> bool:
    return column.keep == _ALWAYS or any(column.value(s) for s in standings)


def _flat(text: str) -> str:
    """One line, with nothing in it that steers a terminal."""
    return " ".join(clean(text).split())


class _TextGrid(NamedTuple):
    """Columns and rows of the table as texts."""

    columns: Sequence[_Column]
    rows: Sequence[Sequence[str]]

    def lines(self) -> list[str]:
        """The head and the rows, aligned."""
        names = [column.name for column in self.columns]
        widths = self.widths()
        return [_line(row, self.columns, widths) for row in (names, *self.rows)]

    def widths(self) -> list[int]:
        """What each column takes, in cells."""
        return [max(columns_of(c.name), *(columns_of(row[i]) for row in self.rows)) for i, c in enumerate(self.columns)]

    def narrowed(self, width: int) -> _TextGrid:
        """What fits into a width; the codes, names, states and counts stay in any case."""
        grid = self
        while grid.excess(width) > max(0, grid.name_width() - _NAME):
            least = min(grid.columns, key=lambda column: column.keep)
            if least.keep == _ALWAYS:
                break
            grid = grid.without(grid.columns.index(least))
        more = grid.excess(width)
        return grid.with_names_cut(max(_NAME, grid.name_width() - more)) if more > 0 else grid

    def excess(self, width: int) -> int:
        """By how many cells a line is too long."""
        return sum(self.widths()) + len(_GAP) * (len(self.columns) - 1) - width

    def name_at(self) -> int:
        """Which column has the units' names."""
        return next(i for i, column in enumerate(self.columns) if column.name == _UNIT)

    def name_width(self) -> int:
        """What the units' names take, in cells."""
        return self.widths()[self.name_at()]

    def without(self, at: int) -> _TextGrid:
        """Without one column."""
        rows = [[*row[:at], *row[at + 1 :]] for row in self.rows]
        return _TextGrid([*self.columns[:at], *self.columns[at + 1 :]], rows)

    def with_names_cut(self, room: int) -> _TextGrid:
        """With the units' names in so many cells."""
        at = self.name_at()
        return self._replace(rows=[[*row[:at], cut(row[at], room), *row[at + 1 :]] for row in self.rows])


def cut(text: str, room: int) -> str:
    """``text`` in at most ``room`` cells; what is cut off is marked by two dots."""
    if columns_of(text) <= room:
        return text
    kept = ""
    for character in text:
        if columns_of(kept + character) > room - len(_CUT):
            break
        kept += character
    return kept + _CUT


def _line(row: Sequence[str], columns: Sequence[_Column], widths: Sequence[int]) -> str:
    parts = []
    for text, column, width in zip(row, columns, widths, strict=True):
        blank = " " * (width - columns_of(text))
        parts.append(blank + text if column.right else text + blank)
    return _GAP.join(parts).rstrip()
