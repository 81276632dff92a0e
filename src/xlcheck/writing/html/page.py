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

from xlcheck.form import Severity
from xlcheck.model import Submission
from xlcheck.outcome import CellRef
from xlcheck.reading.grid import split_reference
from xlcheck.report.crowded import crowded
from xlcheck.report.diagnosiswords import UNSEARCHED
from xlcheck.report.marks import CellMark, Level, marks_of
from xlcheck.report.report import MENDED, NEW, OPEN, Conclusion, Counts, Report
from xlcheck.shown import clean
from xlcheck.version import __version__
from xlcheck.writing.colours import COLOUR_OF
from xlcheck.writing.html.listing import MOST_FINDINGS, MOST_REASONS, Lister
from xlcheck.writing.html.sheets import Drawer, SheetView, Spot, amounts_of
from xlcheck.writing.rendering import ReadSheet, View

MOST_TABLES = 60_000_000  # characters of tables on one page; what is beyond is said
_SIGNS = {
    Level.SUSPECT: "◆", Level.RIVAL: "◇", Level.ERROR: "▲", Level.VERIFY: "●", Level.NOTE: "■", Level.PART: "",
}  # fmt: skip
_WORDS = {
    Level.SUSPECT: "最可能填错", Level.RIVAL: "其中一处错", Level.ERROR: "错误", Level.VERIFY: "核实", Level.NOTE: "提示",
    Level.PART: "参与计算",
}  # fmt: skip


_COLOUR_NAMES = {Level.SUSPECT: "suspect", Level.RIVAL: "rival", Level.PART: "part"}


# The columns of the overview, and whether they hold numbers.
_COLUMNS = (
    ("序号", True), ("单位", False), ("年度", True), ("文件", False), *((s.value, True) for s in Severity), ("无法核对", True),
    ("结论", False),
)  # fmt: skip


class Totals(NamedTuple):
    """The last row of the overview: findings by severity, relations that could not be checked; workbooks with 错误."""

    counts: tuple[int, ...]
    with_errors: int


class Fragment(NamedTuple):
    """One workbook's part of the page: what the overview says of it, and its HTML. Plain data."""

    key: str
    path: str
    unit: str = ""
    year: str = ""
    form: str = ""
    counts: Counts = Counts()
    conclusion: str = Conclusion.REFUSED.name
    refusal: str = ""
    body: str = ""
    tables: str = ""


def fragment(view: View) -> Fragment:
    """The part of one workbook. Its name is unique in the run: it makes the ids of the part unique."""
    key = "w" + hashlib.sha256(view.name.encode("utf-8", "replace")).hexdigest()[:8]
    report, now = view.report, view.submission
    book = report.workbook
    if now is None or report.refusal is not None:
        refusal = report.refusal.message if report.refusal else ""
        body = _render("workbook", key=key, path=book.path, refusal=refusal)
        return Fragment(key, book.path, refusal=refusal, body=body)
    about = _about(key, report, now, view.sheets)
    return Fragment(
        key, book.path, book.unit or "", str(book.year or ""), book.template_title, report.counts, report.conclusion.name,
        body=_render("workbook", **about), tables=_render("tables", **about),
    )  # fmt: skip


def _about(key: str, report: Report, now: Submission, read: Sequence[ReadSheet]) -> dict[str, Any]:
    """What the templates of one workbook may say."""
    sheets, counts = _sheets(key, report, now, read), report.counts
    lister = Lister(report, {rule.id: rule.title for rule in now.rules.values()}, _Anchors(sheets))
    return {
        "key": key, "path": report.workbook.path, "refusal": "", "book": report.workbook, "sheets": sheets, "all": counts,
        "counts": tuple(counts.by_severity.values()),
        "explained": tuple(n - counts.open_by_severity[s] for s, n in counts.by_severity.items()),
        "causes": lister.causes(), "crowded": crowded(report), "unsearched": "" if report.complete else UNSEARCHED, "marked": report.marked,
        "findings": lister.findings(), "findings_left": max(0, len(report.findings) - MOST_FINDINGS),
        "unsaid": lister.unsaid(),
        "reasons_left": max(0, len({n.reason for n in report.not_evaluated}) - MOST_REASONS),
        "listed": MOST_FINDINGS, **_about_earlier(report),
    }  # fmt: skip


def _about_earlier(report: Report) -> dict[str, Any]:
    """What the templates may say of the version before, and of what has changed since."""
    if report.comparison is None:
        return {"earlier": None, "mended": (), "changes": []}
    changes = [(change, report.changes[change]) for change in (NEW, OPEN, MENDED)]
    return {"earlier": report.comparison, "mended": report.comparison.mended, "changes": changes}


def page(fragments: Sequence[Fragment], skipped: Sequence[str] = ()) -> str:
    """The whole file. Tables of the last workbooks are left out, and said to be, where it would not open any more."""
    room, parts = MOST_TABLES, []
    for part in fragments:
        room -= len(part.tables)
        fits = room >= 0 or part is fragments[0]
        parts.append((part, Markup(part.body), Markup(part.tables) if fits else None))  # noqa: S704 - escaped above
    script, style = _asset("page.js"), _asset("page.css")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    colours = {_COLOUR_NAMES.get(level, f"level{level}"): colour for level, colour in COLOUR_OF.items()}
    return _render(
        "page", parts=parts, skipped=skipped, columns=_COLUMNS, totals=_totals([f.counts for f in fragments]), version=__version__, colours=colours, digest=digest,
        script=Markup(script), style=Markup(style),  # noqa: S704 - our own files
    )  # fmt: skip


def _totals(counts: Sequence[Counts]) -> Totals:
    sums = (sum(column) for column in zip(*((*c.by_severity.values(), c.not_evaluated) for c in counts), strict=True))
    return Totals(tuple(sums) or (0,) * (len(Severity) + 1), sum(bool(c.open_errors) for c in counts))


def _sheets(key: str, report: Report, now: Submission, read: Sequence[ReadSheet]) -> list[SheetView]:
    amounts, marks, wanted, titles = amounts_of(now), _marks(report), _wanted(report), _titles(now)
    drawer, views = Drawer(key), []
    for sheet in read:
        # a second sheet of one name gets nothing: nothing says which is meant
        name = sheet.grid.name
        view = drawer.draw((sheet.grid, sheet.layout), amounts.pop(name, {}), marks.pop(name, {}), wanted.pop(name, ()))
        view.titles = "、".join(t for t, short in titles.get(name, ()) if short not in name)
        views.append(view)
    return views


def _marks(report: Report) -> dict[str, dict[Spot, CellMark]]:
    """The marks by sheet and place in it."""
    return {
        sheet: {spot: mark for address, mark in there.items() if (spot := split_reference(address)) is not None}
        for sheet, there in marks_of(report).items()
    }


def _wanted(report: Report) -> dict[str, set[Spot]]:
    """The cells that the list leads to, by sheet."""
    wanted: dict[str, set[Spot]] = {}
    for finding in report.findings:
        for cell in finding.cells:
            spot = spot_of(cell)
            if spot and cell.sheet:
                wanted.setdefault(cell.sheet, set()).add(spot)
    return wanted


def _titles(now: Submission) -> dict[str, list[tuple[str, str]]]:
    """The tables that stand on each sheet: number and name, name alone."""
    titles: dict[str, list[tuple[str, str]]] = {}
    for table in now.tables.values():
        titles.setdefault(table.sheet or "", []).append((f"{table.spec.title} {table.spec.name}", table.spec.name))
    return titles


def spot_of(cell: CellRef) -> Spot | None:
    """Row and column of a cell of this year's workbook, None when it is nowhere in it."""
    return split_reference(cell.cell) if cell.cell and cell.sheet and not cell.last_year else None


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
