"""The overview as lines of text, aligned by what characters take on a terminal: a Chinese one takes two cells."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple

from xlcheck.overview.arrange import UNSENT, cells, moment, ranked, several_forms, summary
from xlcheck.overview.standing import DOUBTFUL, FINE, MISSING, OVERDUE, WRONG, Overview, Standing
from xlcheck.shown import clean

STYLES = {OVERDUE: "bold magenta", MISSING: "magenta", WRONG: "red", DOUBTFUL: "yellow", FINE: "green"}
_GAP = "  "
_NAME = 12  # cells that a unit's name keeps on the narrowest terminal
_FORM = "表样"  # left out where all have the same
_CUT = ".."  # an ellipsis is one cell wide here and two there


class Said(NamedTuple):
    """A line, and how rich prints it where there is colour (empty: plainly)."""

    text: str
    style: str = ""


class _Column(NamedTuple):
    """``keep`` says how long a column stays when the terminal is narrow: the lowest goes first, 9 never."""

    name: str
    value: Callable[[Standing], str]
    keep: int = 9
    right: bool = False


def _count(field: str) -> Callable[[Standing], str]:
    """A count; none where nothing came in, for a 0 would say that it was checked."""
    return lambda s: "-" if s.state in UNSENT else str(getattr(s, field))


_COLUMNS = (
    _Column("状态", lambda s: s.state),
    _Column("代码", lambda s: s.unit.code),
    _Column("单位", lambda s: s.unit.name),
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


def lines(overview: Overview, width: int = 0, states: Collection[str] = ()) -> list[Said]:
    """The table, worst first, and one sentence with all counts.

    ``width`` is what a line may take, in cells (0: no limit): columns that matter least go first, then names are cut.
    ``states`` leaves out all other rows; the sentence always counts all.
    """
    standings = [s._replace(form=overview.titled(s.form)) for s in ranked(overview, states)]
    columns = [c for c in _COLUMNS if c.keep == 9 or any(c.value(s) for s in standings)]
    columns = [c for c in columns if c.name != _FORM or several_forms(overview)]
    rows = [[_flat(c.value(s)) for c in columns] for s in standings]
    if not rows:
        return [Said("没有处在这些状态的单位。" if states else "名册里没有单位。"), Said(summary(overview), "bold")]
    columns, rows = _narrowed(columns, rows, width)
    widths = _widths(columns, rows)
    head = Said(_line([c.name for c in columns], columns, widths), "bold")
    body = [Said(_line(r, columns, widths), STYLES[s.state]) for r, s in zip(rows, standings, strict=True)]
    return [head, *body, Said(""), Said(summary(overview), "bold")]


def _flat(text: str) -> str:
    """One line, with nothing in it that steers a terminal."""
    return " ".join(clean(text).split())


def _widths(columns: Sequence[_Column], rows: Sequence[Sequence[str]]) -> list[int]:
    return [max(cells(c.name), *(cells(row[i]) for row in rows)) for i, c in enumerate(columns)]


def _narrowed(columns: list[_Column], rows: list[list[str]], width: int) -> tuple[list[_Column], list[list[str]]]:
    """Columns and rows that fit; the codes, names, states and counts stay in any case."""

    def excess() -> int:
        return sum(_widths(columns, rows)) + len(_GAP) * (len(columns) - 1) - width

    name = next(i for i, c in enumerate(columns) if c.name == "单位")
    while width and excess() > max(0, _widths(columns, rows)[name] - _NAME):
        least = min(columns, key=lambda c: c.keep)
        if least.keep == 9:
            break
        at = columns.index(least)
        columns, rows = [c for c in columns if c is not least], [r[:at] + r[at + 1 :] for r in rows]
    if width and (more := excess()) > 0:
        room = max(_NAME, _widths(columns, rows)[name] - more)
        rows = [[*r[:name], cut(r[name], room), *r[name + 1 :]] for r in rows]
    return columns, rows


def cut(text: str, room: int) -> str:
    """``text`` in at most ``room`` cells; what is cut off is marked by two dots."""
    if cells(text) <= room:
        return text
    kept = ""
    for character in text:
        if cells(kept + character) > room - len(_CUT):
            break
        kept += character
    return kept + _CUT


def _line(row: Sequence[str], columns: Sequence[_Column], widths: Sequence[int]) -> str:
    parts = []
    for text, column, width in zip(row, columns, widths, strict=True):
        blank = " " * (width - cells(text))
        parts.append(blank + text if column.right else text + blank)
    return _GAP.join(parts).rstrip()
