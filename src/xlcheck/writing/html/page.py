"""One workbook → its part of the page; all parts → one HTML file. The only door to Jinja2.

What a workbook holds is hostile: Jinja2 escapes all of it, the page loads nothing, and its content security policy
lets no script run but ours, by its hash. Equal inputs give equal bytes.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Any, NamedTuple

from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup

from xlcheck.checking.history import MENDED, NEW, OPEN
from xlcheck.form import Severity
from xlcheck.model import CellRef, Outcome, Submission
from xlcheck.shown import clean
from xlcheck.version import __version__
from xlcheck.writing.causewords import UNSEARCHED
from xlcheck.writing.html.listing import MOST_FINDINGS, MOST_REASONS, Lister
from xlcheck.writing.html.marks import Marks, Spot, marks_of, spot_of
from xlcheck.writing.html.sheets import Drawer, SheetView, amounts_of
from xlcheck.writing.listsheet import COLOURS, PART_COLOUR, RIVAL_COLOUR, SUSPECT_COLOUR
from xlcheck.writing.report import Checked

MOST_TABLES = 60_000_000  # characters of tables on one page; what is beyond is said
# What turns text around, moves a cursor or can't be encoded: none of it may reach the page.
_SIGNS = {-1: "◆", -2: "◇", 0: "▲", 1: "●", 2: "■", 9: ""}
_WORDS = {-1: "最可能填错", -2: "其中一处错", 0: "错误", 1: "核实", 2: "提示", 9: "参与计算"}
_VERDICTS = ("pass", "explained_by_rounding", "fail", "not_applicable", "cannot_say")


class Fragment(NamedTuple):
    """One workbook's part of the page: what the overview says of it, and its HTML. Plain data.

    ``counts`` are all findings by severity, ``explained`` those of them to which the unit's explanation stands.
    """

    key: str
    path: str
    unit: str
    year: str
    form: str
    counts: tuple[int, ...]
    explained: tuple[int, ...]
    unsaid: int
    refusal: str
    body: str
    tables: str


def fragment(checked: Checked, name: str) -> Fragment:
    """The part of one workbook. ``name`` is unique in the run: it makes the ids of the part unique."""
    key = "w" + hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()[:8]
    now, outcome = checked.submission, checked.outcome
    if now is None or outcome is None:
        refusal = checked.refusal.message if checked.refusal else ""
        body = _render("workbook", key=key, path=checked.path, refusal=refusal)
        return Fragment(key, checked.path, "", "", "", (0, 0, 0), (0, 0, 0), 0, refusal, body, "")
    marks = marks_of(outcome)
    sheets = _sheets(key, checked, now, marks)
    lister = Lister(outcome, now.form, _Anchors(sheets))
    counts = tuple(sum(f.severity is s for f in outcome.findings) for s in Severity)
    explained = tuple(sum(f.explained for f in outcome.findings if f.severity is s) for s in Severity)
    about = {
        "key": key, "path": checked.path, "refusal": "", "now": now, "sheets": sheets, "counts": counts, "explained": explained,
        "verdicts": {v: outcome.count(v) for v in _VERDICTS}, "causes": lister.causes(), "unsearched": UNSEARCHED if outcome.unsearched else "", "marked": checked.marked,
        "findings": lister.findings(), "findings_left": max(0, len(outcome.findings) - MOST_FINDINGS),
        "unsaid": lister.unsaid(),
        "reasons_left": max(0, len({c.reason for c in outcome.cannot_say}) - MOST_REASONS),
        "listed": MOST_FINDINGS, "earlier": outcome.earlier, "mended": outcome.mended, "changes": _changes(outcome),
    }  # fmt: skip
    return Fragment(
        key, checked.path, now.unit or "", str(now.year or ""), now.form.title, counts, explained, outcome.count("cannot_say"), "",
        _render("workbook", **about), _render("tables", **about),
    )  # fmt: skip


def page(fragments: Sequence[Fragment], skipped: Sequence[str] = ()) -> str:
    """The whole file. Tables of the last workbooks are left out, and said to be, where it would not open any more."""
    room, parts = MOST_TABLES, []
    for part in fragments:
        room -= len(part.tables)
        fits = room >= 0 or part is fragments[0]
        parts.append((part, Markup(part.body), Markup(part.tables) if fits else None))  # noqa: S704 - escaped above
    script, style = _asset("page.js"), _asset("page.css")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    colours = {"suspect": SUSPECT_COLOUR, "rival": RIVAL_COLOUR, "part": PART_COLOUR}
    colours |= {f"level{rank}": COLOURS[severity] for rank, severity in enumerate(Severity)}
    return _render(
        "page", parts=parts, skipped=skipped, version=__version__, colours=colours, digest=digest,
        script=Markup(script), style=Markup(style),  # noqa: S704 - our own files
    )  # fmt: skip


def _changes(outcome: Outcome) -> list[tuple[str, int]]:
    """How many findings are new, still there, and gone since the earlier version."""
    counts = [(c, sum(f.change == c for f in outcome.findings)) for c in (NEW, OPEN)]
    return [*counts, (MENDED, len(outcome.mended))]


def _sheets(key: str, checked: Checked, now: Submission, marks: Marks) -> list[SheetView]:
    amounts = amounts_of(now)
    wanted: dict[str, set[Spot]] = {}
    for finding in checked.outcome.findings if checked.outcome else ():
        for cell in finding.cells:
            spot = spot_of(cell)
            if spot and cell.sheet:
                wanted.setdefault(cell.sheet, set()).add(spot)
    drawer, views, seen = Drawer(key), [], set()
    titles: dict[str, list[tuple[str, str]]] = {}
    for table in now.tables.values():
        titles.setdefault(table.sheet or "", []).append((f"{table.spec.title} {table.spec.name}", table.spec.name))
    for sheet in checked.sheets:
        name = sheet.grid.name
        again = name in seen  # a second sheet of one name: nothing says which is meant
        none: dict[Any, Any] = {}
        view = drawer.draw(
            (sheet.grid, sheet.layout),
            none if again else amounts.get(name, none),
            none if again else marks.get(name, none),
            () if again else wanted.get(name, ()),
        )
        view.titles = "、".join(t for t, short in titles.get(name, ()) if short not in name)
        seen.add(name)
        views.append(view)
    return views


class _Anchors:
    """The id of a cell on the page, of its sheet where it names no cell; empty where neither is there."""

    def __init__(self, sheets: Sequence[SheetView]) -> None:
        self.sheets: dict[str, SheetView] = {}
        for sheet in sheets:
            self.sheets.setdefault(sheet.name, sheet)

    def __call__(self, cell: CellRef) -> str:
        sheet = self.sheets.get(cell.sheet or "")
        if sheet is None or cell.last_year:
            return ""
        spot = spot_of(cell)
        return sheet.id if spot is None else sheet.anchors.get(spot, "")


@lru_cache(maxsize=1)
def _environment() -> Environment:
    found = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, finalize=_clean
    )
    found.globals |= {"signs": _SIGNS, "words": _WORDS, "severities": [s.value for s in Severity]}
    return found


@lru_cache(maxsize=8)
def _template(name: str) -> Template:
    return _environment().from_string(_asset(f"{name}.html.j2"))


def _render(name: str, **about: Any) -> str:
    return _template(name).render(about)


@lru_cache(maxsize=8)
def _asset(name: str) -> str:
    return files("xlcheck.writing.html").joinpath(name).read_text("utf-8")


def _clean(value: Any) -> Any:
    """What every expression of a template passes through."""
    return clean(value) if type(value) is str else value
