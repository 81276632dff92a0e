"""A workbook → a new set: the tables it prints, the rules of the tables it shares with a known set."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from xlcheck.binding.regions import Region
from xlcheck.drafting.emit import DraftSection, DraftTable, set_text, table_text
from xlcheck.drafting.sheets import Fit, Sheets
from xlcheck.drafting.tables import known_table
from xlcheck.drafting.unknown import unknown_table
from xlcheck.errors import MappingError, Mistake, Refused, Usage
from xlcheck.form import SetSpec, TableSpec
from xlcheck.labels import plain
from xlcheck.mapping.compose import compose
from xlcheck.mapping.library import Library
from xlcheck.mapping.places import MappingFolders
from xlcheck.reading.grid import Grid
from xlcheck.reading.opening import Opened
from xlcheck.reading.recognise import head_facts, title_key

_RULE = re.compile(r"^\s*- id:\s*(\S+)")
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_ROUNDS = 8  # to drop rules: one that is gone may take away what the next one is wrong about
_NOTHING_SURE = 1000  # doubts: more than any draft with sections has
_TITLE_ROWS = 8
_LONGEST_TITLE = 59  # characters; what is longer is a sentence
_SHORTEST_TITLE = 4
_TITLE_ENDS = ("表", "情况", "明细")
_HEAD_ROWS = 12


class DraftedSet(NamedTuple):
    """A drafted set: file name → text; what is known and unknown of it; mistakes that a person must mend."""

    files: Mapping[str, str]
    base: str
    known: tuple[str, ...]
    unknown: tuple[str, ...]
    left: tuple[str, ...]
    dropped: Mapping[str, str]
    mistakes: tuple[Mistake, ...]


def draft(opened: Opened, set_id: str, library: Library) -> DraftedSet:
    """Draft the set ``set_id`` from a blank or filled workbook.

    Raises:
        Refused: no sheet that could be a table.
        Usage: ``set_id`` is no name for a set.
    """
    if not _ID.fullmatch(set_id):
        raise Usage(f"文件夹名“{set_id}”不能作映射的名称：用小写字母、数字和连字符，如 guangdong-2024。")
    sheets = Sheets(list(opened.grids), library)
    fits = sheets.fits()
    if not fits:
        raise Usage("映射文件夹里没有一套映射可以作底。")
    fit = max(fits, key=lambda f: f.score)  # of equals the more general
    base = fit.form
    drafted = _tables(sheets, fit, fits)
    if not drafted.tables:
        raise Refused("unknown_form", "工作簿里没有找到表：没有一张工作表有表名和表头。")
    files = {f"tables/{i:02d}.yaml": table_text(t) for i, t in enumerate(drafted.tables, 1)}
    head = _set_values(set_id, base, drafted.tables, opened.grids)
    files["set.yaml"], dropped, mistakes = _settled(files, head, base, set_id, library)
    return DraftedSet(
        files=files,
        base=base.id,
        known=tuple(drafted.known),
        unknown=tuple(drafted.unknown),
        left=tuple(drafted.left),
        dropped=dropped,
        mistakes=tuple(mistakes),
    )


class _DraftedTables(NamedTuple):
    """Tables in the order of the sheets; names of those the base knows and does not know, sheets without a table."""

    tables: list[DraftTable]
    known: list[str]
    unknown: list[str]
    left: list[str]


def _tables(sheets: Sheets, fit: Fit, fits: list[Fit]) -> _DraftedTables:
    drafted = _DraftedTables([], [], [], [])
    for at, region in enumerate(sheets.regions):
        spec = fit.found.get(at)
        name = _title(region, spec)
        if spec is not None:
            drafted.tables.append(_known(sheets, region, fit.form, spec, name))
            drafted.known.append(name)
            continue
        made = _elsewhere(sheets, at, fits, fit.form) or (unknown_table(region.grid, name) if name else None)
        if made is None:
            drafted.left.append(region.sheet)
            continue
        drafted.tables.append(made)
        drafted.unknown.append(str(made.values["name"]))
    return drafted


def _known(sheets: Sheets, region: Region, form: SetSpec, spec: TableSpec, name: str) -> DraftTable:
    """The draft of a table of ``form``: by its own words, and by what binding makes of others where it misses some."""
    made = known_table(region.grid, spec, name)
    if not made.doubts and not any(_doubts_in(section) for section in made.sections):
        return made
    taught = known_table(region.grid, sheets.taught(region, form, spec), name)
    return taught if _doubts(taught) < _doubts(made) else made


def _doubts(table: DraftTable) -> int:
    """How much is unsure about a draft; without sections nothing of it is sure."""
    return sum(_doubts_in(section) for section in table.sections) if table.sections else _NOTHING_SURE


def _doubts_in(section: DraftSection) -> int:
    return len(section.doubts) + sum(bool(entry.doubt) for entry in (*section.columns, *section.rows))


def _elsewhere(sheets: Sheets, at: int, fits: list[Fit], base: SetSpec) -> DraftTable | None:
    """The draft of a table that another set than the base knows: its layout helps, its rules do not come along."""
    taken = {t.key for t in base.tables}
    region = sheets.regions[at]
    for fit in fits:
        spec = fit.found.get(at)
        if spec is None:
            continue
        made = _known(sheets, region, fit.form, spec, _title(region, spec))
        if made.sections:
            doubt = f"{fit.form.id} 里有同名的表，版式参照它；规则没有带来，可从它的 rules 里抄"
            values = {**made.values, "key": made.values["name"]} if spec.key in taken else made.values
            return made._replace(values=values, doubts=(*made.doubts, doubt))
    return None


def _title(region: Region, spec: TableSpec | None) -> str:
    """The title as the sheet prints it, without unit, year, number and spaces."""
    printed = _printed_title(region.grid, spec)
    if printed:
        return printed
    if spec is None:
        return ""
    return title_key(region.named.text) if region.named is not None and region.title is not None else spec.name


def _printed_title(grid: Grid, spec: TableSpec | None) -> str:
    """The first text on top of a sheet that is a name of the table, or that looks like one where it is not known."""
    for row in sorted(grid.rows)[:_TITLE_ROWS]:
        for cell in grid.rows[row].values():
            key = title_key(cell.text) if cell.type == "s" and len(cell.text) <= _LONGEST_TITLE else ""
            if _is_title(key, spec):
                return _without_lead("".join(cell.text.split()), key)
    return ""


def _is_title(key: str, spec: TableSpec | None) -> bool:
    if spec is not None:
        return key in spec.names
    return len(key) >= _SHORTEST_TITLE and key.endswith(_TITLE_ENDS)


def _without_lead(title: str, key: str) -> str:
    """The part of a title that is its key, as it is printed; else the key."""
    ends = (title[at:] for at in range(len(title)))
    return next((end for end in ends if title_key(end) == plain(end) == key), key)


def _set_values(set_id: str, base: SetSpec, tables: list[DraftTable], grids: list[Grid]) -> dict[str, Any]:
    year = _printed_year(grids) or str(base.year)
    return {
        "id": set_id, "title": f"{year} 年度部门决算公开表（{set_id}，{len(tables)} 张表）", "extends": base.id,
        "year": int(year) if year.isascii() and year.isdigit() else base.year, "place": "待填",
        "tables": [t.values["key"] for t in tables],
    }  # fmt: skip


def _printed_year(grids: list[Grid]) -> str:
    """The year that most of the sheets print; empty where none does."""
    years = [f["年度"][0] for g in grids if "年度" in (f := head_facts(g, _HEAD_ROWS))]
    return max(set(years), key=years.count) if years else ""


def _settled(
    files: Mapping[str, str], head: Mapping[str, Any], base: SetSpec, set_id: str, library: Library
) -> tuple[str, dict[str, str], list[Mistake]]:
    """``set.yaml`` with the inherited rules dropped that the drafted tables can't carry, and mistakes that are left."""
    note = f"由 xlcheck scaffold 从工作簿起草，以 {base.id} 为底；凡写着“待核对”的都要看一遍，再运行 xlcheck lint"
    doubts = {"title": "改成正式的名称", "place": "填地方名"}
    dropped: dict[str, str] = {}
    with tempfile.TemporaryDirectory(prefix="xlcheck-") as folder:
        root = Path(folder)
        _copy_sets(library.folders, root, set_id)
        for name, text in files.items():
            _write(root / set_id / name, text)
        for _ in range(_ROUNDS):
            text = set_text(note, head, dropped, doubts)
            _write(root / set_id / "set.yaml", text)
            mistakes = _mistakes(root, set_id)
            new = {rule: why for rule, why in _not_carried(mistakes, root).items() if rule not in dropped}
            if not new:
                return text, dropped, [m for m in mistakes if not _rule_of(m, root)]
            dropped |= new
    return text, dropped, mistakes


def _not_carried(mistakes: list[Mistake], root: Path) -> dict[str, str]:
    """Inherited rules that the drafted tables can't carry, and why."""
    rules = {rule: m.message for m in mistakes if (rule := _rule_of(m, root))}
    return {rule: f"表里没有它要的行或栏（{why}）" for rule, why in sorted(rules.items())}


def _copy_sets(source: MappingFolders, target: Path, besides: str) -> None:
    """All sets but the one that is drafted."""
    for set_id in sorted(source.ids() - {besides}):
        shutil.copytree(source.of(set_id), target / set_id)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _mistakes(root: Path, set_id: str) -> list[Mistake]:
    """What is wrong with a set as it stands."""
    try:
        compose(root, set_id)
    except MappingError as error:
        return list(error.mistakes)
    return []


def _rule_of(mistake: Mistake, root: Path) -> str | None:
    """The id of the inherited rule in which a mistake stands."""
    path = next((p for p in (Path(mistake.file), root / mistake.file) if p.is_file()), None)
    if path is None or path.parent.name != "rules":
        return None
    before = path.read_text(encoding="utf-8").splitlines()[: mistake.line]
    begins = next(filter(None, map(_RULE.match, reversed(before))), None)
    return begins.group(1) if begins else None
