"""The overview → one HTML file that loads nothing. A door to Jinja2, which escapes all that comes from users.

Complete without a script; with it, rows are filtered and sorted. Equal input gives equal bytes.
"""

from __future__ import annotations

import base64
import hashlib
from functools import lru_cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, StrictUndefined, Template

from xlcheck.office.drafts import code_shown
from xlcheck.overview import arrange
from xlcheck.overview.standing import Overview, TableCount
from xlcheck.shown import clean
from xlcheck.version import __version__

LEVELS = 5  # of the heat map: 1, 2 to 3, 4 to 7, 8 to 15, 16 and more


def status_page(overview: Overview) -> str:
    """The whole page: sums, units worst first, the heat map, files that could not be placed."""
    style, script = _asset("page.css"), _asset("page.js")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    found = arrange.heat(overview)
    order = {s: i for i, s in enumerate(overview.standings)}
    rows = [(order[s], s) for s in arrange.ranked(overview)]
    return _template().render(
        overview=overview, title=arrange.title(overview), summary=arrange.summary(overview), rows=rows, departments=arrange.departments(overview),
        heat=found, heat_rows=list(zip(found.rows, found.cells, strict=True)), style=style, script=script, digest=digest,
        version=__version__, several=arrange.several_forms(overview),
    )  # fmt: skip


def level(count: TableCount) -> int:
    """How dark a cell of the heat map is, 1 to 5: it doubles from one to the next, the same on every page."""
    return min(LEVELS, (count.errors + count.verifies).bit_length())


@lru_cache(maxsize=1)
def _template() -> Template:
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, finalize=_finalize
    )
    environment.filters |= {
        "moment": arrange.moment,
        "why": arrange.why,
        "level": level,
        "department": arrange.department_of,
        "code": code_shown,
    }
    environment.globals |= {
        "states": arrange.STATES, "signs": arrange.SIGNS, "fills": arrange.FILLS, "meanings": arrange.MEANINGS, "unsent": arrange.UNSENT, "whole": arrange.WHOLE,
    }  # fmt: skip
    return environment.from_string(_asset("page.html.j2"))


@lru_cache(maxsize=4)
def _asset(name: str) -> str:
    return files("xlcheck.overview").joinpath(name).read_text("utf-8")


def _finalize(value: Any) -> Any:
    """What every expression of the template passes through; our own style and script are no ``str`` any more."""
    return clean(value) if type(value) is str else value
