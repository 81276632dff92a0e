"""Names that a workbook made anew can have, and findings that speak of its sheets by them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from xlcheck.formula.excel import quoted
from xlcheck.outcome import CellRef, Live, SuspectCell
from xlcheck.report.report import Finding, Report
from xlcheck.shown import one_line

_MOST = 31  # UTF-16 units, as Excel counts them
_FORBIDDEN = re.compile(r"[\[\]:*?/\\]")
_RESERVED = "history"
_SPELLED = re.compile(r"'((?:[^']|'')*)'!")


def fit_names(names: Sequence[str]) -> list[str]:
    """One name a sheet that Excel takes, each another one. A name that it takes stays as it is."""
    kept: dict[str, int] = {}
    for at, name in enumerate(names):
        if _fits(name):
            kept.setdefault(name.casefold(), at)
    taken = set(kept)
    return [
        name if kept.get(name.casefold()) == at and _fits(name) else _free(_trimmed(name, _MOST), taken)
        for at, name in enumerate(names)
    ]


def renamed(report: Report, names: Mapping[str, str]) -> Report:
    """The same findings and diagnoses about sheets under other ``names`` (old → new); their words stay."""
    diagnoses = (
        d._replace(cells=_suspects(d.cells, names), alternatives=_suspects(d.alternatives, names))
        for d in report.diagnoses
    )
    return replace(report, findings=tuple(_finding(f, names) for f in report.findings), diagnoses=tuple(diagnoses))


def _finding(finding: Finding, names: Mapping[str, str]) -> Finding:
    """A finding about cells of other sheets; its subject stays one of its cells."""
    cells = tuple(_cell(c, names) for c in finding.cells)
    subject = next((new for old, new in zip(finding.cells, cells, strict=True) if old is finding.subject), None)
    return finding._replace(cells=cells, subject=subject, live=_live(finding.live, names))


def _fits(name: str) -> bool:
    return bool(name.strip()) and name == _trimmed(name, _MOST)


def _trimmed(name: str, most: int) -> str:
    """A name without what Excel forbids in one, at most so many units long."""
    bare = _FORBIDDEN.sub("_", one_line(name)).strip("'")
    while len(bare.encode("utf-16-le")) > 2 * most:
        bare = bare[:-1]
    bare = bare.rstrip("'")
    return f"{bare}_" if bare.casefold() == _RESERVED else bare


def _free(name: str, taken: set[str]) -> str:
    """``name``, with a number where another sheet has it; it is ``taken`` then."""
    base = name if name.strip() else "工作表"
    found, number = base, 1
    while found.casefold() in taken:
        number += 1
        tail = f"({number})"
        found = _trimmed(base, _MOST - len(tail)) + tail
    taken.add(found.casefold())
    return found


def _cell(cell: CellRef, names: Mapping[str, str]) -> CellRef:
    return cell if cell.sheet is None else cell._replace(sheet=names.get(cell.sheet, cell.sheet))


def _suspects(suspects: Sequence[SuspectCell], names: Mapping[str, str]) -> tuple[SuspectCell, ...]:
    return tuple(s._replace(cell=_cell(s.cell, names)) for s in suspects)


def _live(live: Live | None, names: Mapping[str, str]) -> Live | None:
    def other(match: re.Match[str]) -> str:
        name = match[1].replace("''", "'")
        return f"{quoted(names.get(name, name))}!"

    return live and Live(_SPELLED.sub(other, live.holds), _SPELLED.sub(other, live.difference))
