"""What is said of the workbook as a whole: tables that are missing, doubled, unknown, on one sheet, misnamed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from xlcheck.binding.codes import code_groups
from xlcheck.binding.contents import number_of
from xlcheck.binding.regions import Region
from xlcheck.binding.sets import Choice
from xlcheck.binding.words import Words
from xlcheck.form import SetSpec, Severity, TableSpec
from xlcheck.labels import address, label_key
from xlcheck.model import Table
from xlcheck.outcome import CellRef, Remark
from xlcheck.reading.extract import lost_table
from xlcheck.reading.heads import Head, Odd

_MOST_NAMED = 6  # sheets named in one sentence
_LONGEST_QUOTE = 40  # characters of an odd text that are quoted


def _note(spec: TableSpec, sheet: str | None, severity: Severity, what: str, **facts: str) -> Remark:
    given = {"table": spec.number, "name": spec.name, "sheet": sheet or "", **facts}
    return Remark(None, severity, "structure", what, (_place(spec, sheet),), params=given)


def _place(spec: TableSpec, sheet: str | None) -> CellRef:
    """A table as a whole."""
    return CellRef(spec.number, sheet, None, "subject", spec.name, None)


def _sheet(region: Region) -> CellRef:
    """A sheet that is no table of the form."""
    return CellRef("", region.sheet, None, "subject", region.sheet, None)


def missing(spec: TableSpec, choice: Choice, unknown: Sequence[Region], *, numbered: bool) -> Iterable[Remark]:
    """A table that the set demands and the workbook does not have; while a table is left unread, it may be that.

    ``numbered``: a table prints the number of the national form; where none does, a form without this table can't be
    told from one that lost it.
    """
    if not choice.explains:
        return
    if unknown:
        yield _note(spec, None, Severity.VERIFY, "missing_table_unsure", sheets=_sheets(unknown))
    else:
        yield _note(spec, None, Severity.ERROR if numbered else Severity.VERIFY, "missing_table")


def doubled(spec: TableSpec, regions: Sequence[Region], remarks: list[Remark]) -> Table:
    """A table that stands there several times: which one counts can't be told."""
    names = "”“".join(r.sheet for r in regions)
    remarks.append(_note(spec, regions[0].sheet, Severity.ERROR, "doubled_table", sheets=names))
    return lost_table(spec, f"{spec.title}有 {len(regions)} 张工作表（“{names}”），分不清以哪张为准")


def shared_sheets(form: SetSpec, regions: Mapping[str, Region]) -> Iterable[Remark]:
    """One finding for each sheet that holds several tables."""
    tables: dict[str, list[TableSpec]] = {}
    for spec in form.tables:
        region = regions.get(spec.key)
        if region is not None and region.grid.whole is not None:
            tables.setdefault(region.sheet, []).append(spec)
    for sheet, specs in tables.items():
        if len(specs) > 1:
            refs = tuple(_place(spec, sheet) for spec in specs)
            facts = {"sheet": sheet, "count": str(len(specs)), "found": "、".join(s.title for s in specs)}
            yield Remark(None, Severity.NOTE, "structure", "shared_sheet", refs, params=facts)


def contradiction(form: SetSpec, spec: TableSpec, region: Region) -> Remark | None:
    """The title names one table, the tab another: the title counts."""
    titled = region.title.kinds if region.title is not None else ()
    tabbed = region.tab.kinds if region.tab is not None and region.alone else ()
    if not titled or set(titled) & set(tabbed):
        return None
    other = next((t for t in form.tables if t.key in tabbed), None)
    if other is None or other is spec:
        return None
    facts = {"sheet": region.sheet, "name": spec.name, "other": f"{other.title}（{other.name}）"}
    return Remark(None, Severity.NOTE, "structure", "title_differs", (_place(spec, region.sheet),), params=facts)


def shared_numbers(form: SetSpec, regions: Mapping[str, Region]) -> Iterable[Remark]:
    """Two tables that print one number: their titles count, and both are said."""
    places: dict[str, list[TableSpec]] = {}
    for key, region in regions.items():
        places.setdefault(number_of(region), []).append(form.table(key))
    places.pop("", None)
    for number, specs in places.items():
        if len(specs) > 1:
            refs = tuple(_place(spec, regions[spec.key].sheet) for spec in specs)
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
    strange: list[Region] = []
    for region in (r for r in unknown if r.named is None or not r.named.by_unit):
        codes = _codes_without_title(region, words)
        if codes:
            facts = {"sheet": region.sheet, "count": str(codes)}
            yield Remark(None, Severity.VERIFY, "structure", "unread_rows", (_sheet(region),), params=facts)
        else:
            strange.append(region)
    if strange:
        refs = tuple(map(_sheet, strange))
        yield Remark(None, Severity.NOTE, "structure", "unknown_table", refs, params={"found": _named(strange)})


def _codes_without_title(region: Region, words: Words) -> int:
    """How many codes stand in a region that no title names: it may go on with a table on another sheet."""
    if region.named is not None and region.named.strong:
        return 0
    return sum(len(group.codes) for group in code_groups(region.frame(words)))


def _sheets(regions: Sequence[Region]) -> str:
    return "”“".join(dict.fromkeys(r.sheet for r in regions))


def _named(regions: Sequence[Region]) -> str:
    """Sheets with their titles, where those say something else; the first of them."""
    names = list(dict.fromkeys(map(_sheet_and_title, regions)))
    return "、".join(names[:_MOST_NAMED]) + (f" 等 {len(names)} 张" if len(names) > _MOST_NAMED else "")


def _sheet_and_title(region: Region) -> str:
    title = region.title.text if region.title is not None else region.sheet
    return f"“{region.sheet}”" + (f"（{title}）" if label_key(title) != label_key(region.sheet) else "")


def odd_heads(spec: TableSpec, region: Region, head: Head, words: Words) -> Iterable[Remark]:
    """What is meant as a year and is none, or is another one than the title's: one finding a table.

    Years over columns (上年、本年) are no heads.
    """
    odd = next((odd for odd in head.odd if _above_header(odd, region, words)), None)
    if odd is not None:
        at = address(odd.row, odd.column)
        ref = CellRef(spec.number, region.sheet, at, "subject", spec.name, odd.text)
        facts = {"table": spec.number, "cell": at, "text": odd.text.strip()[:_LONGEST_QUOTE]}
        yield Remark(None, Severity.VERIFY, "structure", odd.what, (ref,), params=facts)


def _above_header(odd: Odd, region: Region, words: Words) -> bool:
    """Whether an odd text stands above the header; what is plainly meant as a year may stand in its first row."""
    first = next(iter(region.frame(words).lines), 0)
    return odd.row < first or (odd.row == first and odd.what == "bad_year")


def picture(spec: TableSpec, sheet: str) -> Remark:
    """A table that is a picture: nobody's figures were read."""
    return _note(spec, sheet, Severity.VERIFY, "picture")
