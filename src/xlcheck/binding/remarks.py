"""What is said of the workbook as a whole: tables that are missing, doubled, unknown, on one sheet, misnamed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from xlcheck.binding.regions import Region
from xlcheck.binding.sets import Choice
from xlcheck.binding.words import Words
from xlcheck.form import SetSpec, Severity, TableSpec
from xlcheck.labels import address, label_key
from xlcheck.model import CellRef, Remark, Table
from xlcheck.reading.extract import lost_table
from xlcheck.reading.heads import Head


def _note(spec: TableSpec, sheet: str | None, severity: Severity, what: str, **facts: str) -> Remark:
    ref = CellRef(spec.number, sheet, None, "subject", spec.name, None)
    given = {"table": spec.number, "name": spec.name, "sheet": sheet or "", **facts}
    return Remark(None, severity, "structure", what, (ref,), params=given)


def missing(spec: TableSpec, choice: Choice, unknown: Sequence[Region], numbers: Sequence[str]) -> Iterable[Remark]:
    """A table that the set demands and the workbook does not have; while a table is left unread, it may be that.

    ``numbers`` are those that the tables print: where none does, a form without this table can't be told from one
    that lost it.
    """
    if not choice.explains:
        return
    if unknown:
        yield _note(spec, None, Severity.VERIFY, "missing_table_unsure", sheets=_sheets(unknown))
    elif any(numbers):
        yield _note(spec, None, Severity.ERROR, "missing_table")
    else:
        yield _note(spec, None, Severity.VERIFY, "missing_table")


def doubled(spec: TableSpec, found: Sequence[Region], remarks: list[Remark]) -> Table:
    """A table that stands there several times: which one counts can't be told."""
    names = "”“".join(r.sheet for r in found)
    remarks.append(_note(spec, found[0].sheet, Severity.ERROR, "doubled_table", sheets=names))
    return lost_table(spec, f"{spec.title}有 {len(found)} 张工作表（“{names}”），分不清以哪张为准")


def shared_sheets(form: SetSpec, found: Mapping[str, Region]) -> Iterable[Remark]:
    """One finding for each sheet that holds several tables."""
    tables: dict[str, list[TableSpec]] = {}
    for spec in form.tables:
        region = found.get(spec.key)
        if region is not None and region.grid.whole is not None:
            tables.setdefault(region.sheet, []).append(spec)
    for sheet, specs in ((s, t) for s, t in tables.items() if len(t) > 1):
        refs = tuple(CellRef(s.number, sheet, None, "subject", s.name, None) for s in specs)
        facts = {"sheet": sheet, "count": str(len(specs)), "found": "、".join(s.title for s in specs)}
        yield Remark(None, Severity.NOTE, "structure", "shared_sheet", refs, params=facts)


def contradiction(form: SetSpec, spec: TableSpec, region: Region) -> Remark | None:
    """The title names one table, the tab another: the title counts."""
    if region.title is None or region.tab is None or not region.alone or not region.title.kinds or not region.tab.kinds:
        return None
    if set(region.title.kinds) & set(region.tab.kinds):
        return None
    other = next((t for t in form.tables if t.key in region.tab.kinds), None)
    if other is None or other is spec:
        return None
    ref = CellRef(spec.number, region.sheet, None, "subject", spec.name, None)
    facts = {"sheet": region.sheet, "name": spec.name, "other": f"{other.title}（{other.name}）"}
    return Remark(None, Severity.NOTE, "structure", "title_differs", (ref,), params=facts)


def shared_numbers(form: SetSpec, printed: Mapping[str, tuple[str, str]]) -> Iterable[Remark]:
    """Two tables that print one number: their titles count, and both are said."""
    places: dict[str, list[str]] = {}
    for key, (_, number) in printed.items():
        if number:
            places.setdefault(number, []).append(key)
    for number, keys in places.items():
        if len(keys) > 1:
            specs = [form.table(k) for k in keys]
            refs = tuple(CellRef(s.number, printed[s.key][0], None, "subject", s.name, None) for s in specs)
            facts = {"number": number, "found": "、".join(f"“{s.name}”" for s in specs)}
            yield Remark(None, Severity.NOTE, "structure", "number_twice", refs, params=facts)


def rival(form: SetSpec, other: SetSpec, lacks: Sequence[str]) -> Remark:
    """Another form fits as well, but for tables that are not there: whether they should be, only a person knows."""
    facts = {"form": form.title, "other": other.title, "id": other.id, "found": "、".join(lacks)}
    return Remark(None, Severity.NOTE, "structure", "form_unsure", params=facts)


def open_form_used(nearest: SetSpec | None, tables: Sequence[TableSpec]) -> Remark:
    """No set explains the tables: the national rules were used on what was found."""
    facts = {
        "nearest": f"最接近{nearest.title}" if nearest is not None else "没有接近的表样",
        "count": str(len(tables)),
        "found": "、".join(t.name for t in tables),
    }
    return Remark(None, Severity.NOTE, "structure", "form_unknown", params=facts)


def unknown_tables(unknown: Sequence[Region], words: Words) -> Iterable[Remark]:
    """Sheets that hold figures and were not read: a known table that goes on without a name, or a table we do not know."""
    from xlcheck.binding.codes import code_groups

    strange: list[Region] = []
    for region in unknown:
        named = region.named
        if named is not None and named.by_unit:
            continue
        frame = region.frame(words)
        groups = code_groups(frame)
        if groups and (named is None or not named.strong):
            codes = sum(len(g.codes) for g in groups)
            ref = CellRef("", region.sheet, None, "subject", region.sheet, None)
            facts = {"sheet": region.sheet, "count": str(codes)}
            yield Remark(None, Severity.VERIFY, "structure", "unread_rows", (ref,), params=facts)
        else:
            strange.append(region)
    if strange:
        refs = tuple(CellRef("", r.sheet, None, "subject", r.sheet, None) for r in strange)
        yield Remark(None, Severity.NOTE, "structure", "unknown_table", refs, params={"found": _named(strange)})


def _sheets(found: Sequence[Region]) -> str:
    return "”“".join(dict.fromkeys(r.sheet for r in found))


def _named(found: Sequence[Region], most: int = 6) -> str:
    names = [
        f"“{r.sheet}”" + (f"（{r.title.text}）" if r.title and label_key(r.title.text) != label_key(r.sheet) else "")
        for r in found
    ]
    names = list(dict.fromkeys(names))
    return "、".join(names[:most]) + (f" 等 {len(names)} 张" if len(names) > most else "")


def odd_heads(spec: TableSpec, region: Region, head: Head, words: Words) -> Iterable[Remark]:
    """What is meant as a year and is none, or is another one than the title's: one finding a table.

    Years over columns (上年、本年) are no heads.
    """
    first = (region.frame(words).lines or [0])[0] if head.odd else 0
    odd_ones = [o for o in head.odd if o.row < first or (o.row == first and o.what == "bad_year")]
    for odd in odd_ones[:1]:
        at = address(odd.row, odd.column)
        ref = CellRef(spec.number, region.sheet, at, "subject", spec.name, odd.text)
        facts = {"table": spec.number, "cell": at, "text": odd.text.strip()[:40]}
        yield Remark(None, Severity.VERIFY, "structure", odd.what, (ref,), params=facts)


def picture(spec: TableSpec, sheet: str) -> Remark:
    """A table that is a picture: nobody's figures were read."""
    return _note(spec, sheet, Severity.VERIFY, "picture")
