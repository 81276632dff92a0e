"""A workbook → a new set: the tables it prints, the rules of the tables it shares with a known set."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from xlcheck.drafting.emit import Table, set_text, table_text
from xlcheck.drafting.tables import known_table
from xlcheck.drafting.unknown import unknown_table
from xlcheck.errors import MappingError, Mistake, Refused, Usage
from xlcheck.form import SetSpec, TableSpec
from xlcheck.labels import plain
from xlcheck.mapping.compose import compose
from xlcheck.mapping.library import Library
from xlcheck.reading.grid import Grid
from xlcheck.reading.opening import Opened
from xlcheck.reading.recognise import head_facts, match_tables, title_key

_RULE = re.compile(r"^\s*- id:\s*(\S+)")
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_ROUNDS = 8


class Draft(NamedTuple):
    """A drafted set: file name → text; what is known and unknown of it; mistakes that a person must mend."""

    files: Mapping[str, str]
    base: str
    known: tuple[str, ...]
    unknown: tuple[str, ...]
    left: tuple[str, ...]
    dropped: Mapping[str, str]
    mistakes: tuple[Mistake, ...]


def draft(opened: Opened, set_id: str, library: Library) -> Draft:
    """Draft the set ``set_id`` from a blank or filled workbook.

    Raises:
        Refused: no sheet that could be a table.
        Usage: ``set_id`` is no name for a set.
    """
    if not _ID.fullmatch(set_id):
        raise Usage(f"文件夹名“{set_id}”不能作映射的名称：用小写字母、数字和连字符，如 guangdong-2024。")
    base, sheets = _base(opened, library)
    tables: list[Table] = []
    known: list[str] = []
    unknown: list[str] = []
    left: list[str] = []
    for grid, spec in sheets:
        name = _title(grid, spec)
        if spec is not None:
            tables.append(known_table(grid, spec, name))
            known.append(name)
            continue
        made = _elsewhere(grid, base, library) or (unknown_table(grid, name) if name else None)
        if made is None:
            left.append(grid.name)
            continue
        tables.append(made)
        unknown.append(str(made.values["name"]))
    if not tables:
        raise Refused("unknown_form", "工作簿里没有找到表：没有一张工作表有表名和表头。")
    files = {f"tables/{i:02d}.yaml": table_text(t) for i, t in enumerate(tables, 1)}
    head = _set_values(set_id, base, tables, [g for g, _ in sheets])
    files["set.yaml"], dropped, mistakes = _settled(files, head, base, set_id, library)
    return Draft(files, base.id, tuple(known), tuple(unknown), tuple(left), dropped, tuple(mistakes))


def _elsewhere(grid: Grid, base: SetSpec, library: Library) -> Table | None:
    """The draft of a table that another set than the base knows: its layout helps, its rules do not come along."""
    for set_id in library.ids():
        form = library.load(set_id)
        match = match_tables([grid], form.tables)
        for key, grids in match.sheets.items():
            if key in match.by_number:
                continue
            spec = form.table(key)
            made = known_table(grids[0], spec, _title(grids[0], spec))
            taken = key in {t.key for t in base.tables}
            if made.sections:
                doubt = f"{set_id} 里有同名的表，版式参照它；规则没有带来，可从它的 rules 里抄"
                values = made.values if not taken else {**made.values, "key": made.values["name"]}
                return made._replace(values=values, doubts=(*made.doubts, doubt))
    return None


def _base(opened: Opened, library: Library) -> tuple[SetSpec, list[tuple[Grid, TableSpec | None]]]:
    """The set that fits the workbook's tables best (the more general of equals); each sheet with its table there."""
    best: tuple[int, SetSpec, dict[int, TableSpec]] | None = None
    parts: list[Grid] = []
    abstract = [i for i in library.ids() if i not in library.concrete()]
    for set_id in [*abstract, *library.concrete()]:
        form = library.load(set_id)
        match = match_tables(opened.grids, form.tables)
        named = {key: grids for key, grids in match.sheets.items() if key not in match.by_number}
        found = {id(g): form.table(key) for key, grids in named.items() for g in grids[:1]}
        score = 3 * len(named) - len(form.tables)  # a table that is not there drops rules
        if best is None or score > best[0]:
            best = score, form, found
            cut = [g for grids in named.values() for g in grids[:1]]
            whole = {g.name for g in cut}
            parts = [*cut, *(g for g in opened.grids if g.name not in whole)]
    if best is None:
        raise Usage("映射文件夹里没有一套映射可以作底。")
    order = {g.name: i for i, g in enumerate(opened.grids)}
    parts.sort(key=lambda g: (order[g.name], min(g.rows, default=0)))
    return best[1], [(g, best[2].get(id(g))) for g in parts]


def _title(grid: Grid, spec: TableSpec | None) -> str:
    """The title as the sheet prints it, without unit, year, number and spaces."""
    for row in sorted(grid.rows)[:8]:
        for cell in grid.rows[row].values():
            key = title_key(cell.text) if cell.type == "s" and len(cell.text) < 60 else ""
            known = spec is not None and key in spec.names
            if known or (spec is None and len(key) >= 4 and key.endswith(("表", "情况", "明细"))):
                bare = "".join(cell.text.split())
                return next((bare[i:] for i in range(len(bare)) if title_key(bare[i:]) == plain(bare[i:]) == key), key)
    return spec.name if spec is not None else ""


def _set_values(set_id: str, base: SetSpec, tables: list[Table], grids: list[Grid]) -> dict[str, Any]:
    years = [f["年度"][0] for g in grids if "年度" in (f := head_facts(g, 12))]
    year = max(set(years), key=years.count) if years else str(base.year)
    return {
        "id": set_id, "title": f"{year} 年度部门决算公开表（{set_id}，{len(tables)} 张表）", "extends": base.id,
        "year": int(year) if year.isascii() and year.isdigit() else base.year, "place": "待填",
        "tables": [t.values["key"] for t in tables],
    }  # fmt: skip


def _settled(
    files: Mapping[str, str], head: Mapping[str, Any], base: SetSpec, set_id: str, library: Library
) -> tuple[str, dict[str, str], list[Mistake]]:
    """``set.yaml`` with the inherited rules dropped that the drafted tables can't carry, and mistakes that are left."""
    note = f"由 xlcheck scaffold 从工作簿起草，以 {base.id} 为底；凡写着“待核对”的都要看一遍，再运行 xlcheck lint"
    doubts = {"title": "改成正式的名称", "place": "填地方名"}
    dropped: dict[str, str] = {}
    with tempfile.TemporaryDirectory(prefix="xlcheck-") as folder:
        root = Path(folder)
        for source in library.root.iterdir():
            if source.is_dir() and source.name != set_id:
                shutil.copytree(source, root / source.name)
        for name, text in files.items():
            (root / set_id / name).parent.mkdir(parents=True, exist_ok=True)
            (root / set_id / name).write_text(text, encoding="utf-8")
        for _ in range(_ROUNDS):
            text = set_text(note, head, dropped, doubts)
            (root / set_id / "set.yaml").write_text(text, encoding="utf-8")
            try:
                compose(root, set_id)
            except MappingError as error:
                mistakes = error.mistakes
            else:
                return text, dropped, []
            new = {rule: m.message for m in mistakes if (rule := _rule_of(m, root)) and rule not in dropped}
            if not new:
                return text, dropped, [m for m in mistakes if not _rule_of(m, root)]
            dropped |= {rule: f"表里没有它要的行或栏（{why}）" for rule, why in sorted(new.items())}
    return text, dropped, mistakes


def _rule_of(mistake: Mistake, root: Path) -> str | None:
    """The id of the inherited rule in which a mistake stands."""
    path = next((p for p in (Path(mistake.file), root / mistake.file) if p.is_file()), None)
    if path is None or path.parent.name != "rules":
        return None
    before = path.read_text(encoding="utf-8").splitlines()[: mistake.line]
    return next((m.group(1) for line in reversed(before) if (m := _RULE.match(line))), None)
