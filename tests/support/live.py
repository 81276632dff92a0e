"""The live part of a marked copy: figures typed into it, and what its list says of every finding."""

from __future__ import annotations

import csv
import io
import re
import subprocess
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import openpyxl

from support.office import SOFFICE, Office
from xlcheck.checking import judge
from xlcheck.checking.conditions import Terms, condition
from xlcheck.checking.relations import NotCheckable, Term, lay
from xlcheck.form import RuleSpec
from xlcheck.formula import syntax
from xlcheck.model import Submission
from xlcheck.reading.marks.format import KEY
from xlcheck.reading.package import Package, rewrite
from xlcheck.reading.workbook import Workbook

Spot = tuple[str, str]  # sheet and cell
Relation = tuple[RuleSpec, list[Term]]


def relations_of(now: Submission, rules: Sequence[RuleSpec] | None = None) -> list[Relation]:
    """Every relation (of all rules of the form, unless named) that is in force and can be checked, with its cells."""
    found = []
    terms = Terms(now.form.terms)
    for rule in now.form.rules if rules is None else rules:
        if rule.linear is None or rule.kind == "continuity":
            continue
        if isinstance(rule.tree, syntax.Implies) and not condition(rule.tree.condition, rule, now, terms)[0]:
            continue
        try:
            laid = lay(rule, rule.linear, now, None)
        except NotCheckable:
            continue
        for binding, column in laid:
            cells = laid.terms(binding, column)
            if binding not in laid.doubled and any(t.amount.filled for t in cells) and not judge.unusable(cells, now):
                found.append((rule, cells))
    return found


def place_of(term: Term, now: Submission) -> Spot:
    return now.tables[term.section.table].sheet or "", term.section.cell(term.row, term.column) or ""


def replaced(data: bytes, figures: Mapping[Spot, str | None]) -> bytes:
    """A workbook with other figures in cells that it has (None: emptied); nothing else of its XML changes."""
    package = Package(data)
    parts = {s.name: s.part for s in Workbook(package).sheets}
    texts: dict[str, str] = {}
    for (sheet, cell), figure in figures.items():
        part = parts[sheet]
        xml = texts.get(part) or package.read(part).decode()
        found = re.search(rf'<c r="{cell}"(?P<more>[^>]*?)(?:/>|>.*?</c>)', xml)
        assert found, (sheet, cell)
        start = f'<c r="{cell}"' + re.sub(r'\st="\w+"', "", found["more"])
        texts[part] = xml[: found.start()] + _written(start, figure) + xml[found.end() :]
    return rewrite(package, {p: x.encode() for p, x in texts.items()}, ())


def _written(start: str, figure: str | None) -> str:
    return f"{start}/>" if figure is None else f"{start}><v>{figure}</v></c>"


class Said(NamedTuple):
    """The row of a finding: its status, its difference, and the hidden boolean that colours follow."""

    status: str
    difference: float | None
    holds: bool | None


def said(data: bytes, count: int) -> list[Said]:
    """The rows of the list as stored, by another reader."""
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    return _said(list(book["审核结果"].iter_rows(values_only=True)), _booleans(book), count)


def _booleans(book: openpyxl.Workbook) -> dict[int, tuple[int, int]]:
    """By row of the list: where its boolean is."""
    found = {}
    for name, defined in book.defined_names.items():
        if name.startswith("xlcheck_"):
            sheet, cell = defined.attr_text.rsplit("!", 1)
            assert sheet.strip("'$") == "审核结果"
            found[int(name.removeprefix("xlcheck_"))] = openpyxl.utils.cell.coordinate_to_tuple(cell.replace("$", ""))
    return found


_KEY = KEY - 1  # columns from 0


def _said(values: Sequence[Sequence[Any]], booleans: Mapping[int, tuple[int, int]], count: int) -> list[Said]:
    heading = next(i for i, row in enumerate(values) if row[0] == "级别")
    status, difference = (values[heading].index(name) for name in ("状态", "差额"))
    found = []
    listed = [r for r in range(heading + 1, len(values)) if len(values[r]) > _KEY and values[r][_KEY]]
    assert len(listed) == count  # a cause has a row too, but no key
    for row in listed:
        at = booleans.get(row + 1)
        holds = values[at[0] - 1][at[1] - 1] if at else None
        found.append(Said(values[row][status], values[row][difference], holds))
    return found


# --- the list alone: saving a whole workbook costs LibreOffice as much as loading it -----------------------


_CSV = (
    "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1"  # every sheet, values as they are
)
_TYPES = {"TRUE": True, "FALSE": False}


class Lists(Office):
    """LibreOffice that computes workbooks and hands back their lists only."""

    def computed(self, books: Mapping[str, tuple[bytes, bytes, int]]) -> dict[str, list[Said]]:
        """By name: what the list says, given a workbook, the marked copy it comes from and the number of findings."""
        paths = []
        for name, (data, _, _) in books.items():
            paths.append(self.folder / f"{name}.xlsx")
            paths[-1].write_bytes(data)
        target = self.folder / "csv"
        profile = f"-env:UserInstallation={(self.folder / 'profile').as_uri()}"
        command = [str(SOFFICE), profile, "--headless", "--norestore", "--convert-to", _CSV, "--outdir", str(target)]
        subprocess.run([*command, *map(str, paths)], check=True, capture_output=True, timeout=300)
        found = {}
        for name, (_, marked, count) in books.items():
            with (target / f"{name}-审核结果.csv").open(encoding="utf-8", newline="") as file:
                rows = list(csv.reader(file))
            booleans = _booleans(openpyxl.load_workbook(io.BytesIO(marked), read_only=True))
            found[name] = [
                Said(s, float(d) if d else None, _TYPES.get(h or "")) for s, d, h in _said(rows, booleans, count)
            ]
        return found
