"""Marks come off after another program has saved the copy: all of ours go, all of the unit's stays, nothing piles up."""

from __future__ import annotations

import io
import posixpath
import re
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from lxml import etree
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule, FormulaRule
from openpyxl.styles import Border, Font, PatternFill, Side
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.hyperlink import Hyperlink

from support.office import SOFFICE, Office
from xlcheck.reading.marks.format import COLOURS, PART_COLOUR, SUSPECT_COLOUR
from xlcheck.reading.marks.original_parts import original_entries
from xlcheck.reading.marks.unmark import unmarked
from xlcheck.reading.package import Package, rewrite
from xlcheck.reading.workbook import Workbook, local, namespace, relations

SPENDING = "公开03 支出决算表"
GENERAL = "公开05 一般公共预算支出决算表"
OURS = {*COLOURS.values(), PART_COLOUR, SUSPECT_COLOUR}
PROGRAMS = ("openpyxl", "libreoffice", "wps")
_TYPES = "[Content_Types].xml"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


# --- a workbook with things of the unit's own, on cells that get marked and on others ---------------------


def units_book(sample: bytes) -> bytes:
    """The sample with a wrong figure, and fills, frames, notes, formats, names, links and formulas of the unit's."""
    book = openpyxl.load_workbook(io.BytesIO(sample))
    sheet = book[SPENDING]
    sheet["F9"] = 257.64
    sheet["F9"].fill = PatternFill("solid", fgColor="FFABCDEF")
    sheet["F9"].border = Border(*(Side(style="double", color="FF00AA00") for _ in range(4)))
    sheet["F9"].font = Font(name="宋体", bold=True, color="FF0000FF")
    sheet["E9"].fill = PatternFill("solid", fgColor="FFFFEEDD")
    sheet["F8"].border = Border(left=Side(style="thick", color="FF112233"), bottom=Side(style="dotted"))
    sheet["F10"].comment = Comment("会计：已核对", "会计")
    sheet["H20"].comment = Comment("另一条", "会计")
    sheet["L3"] = "=SUM(E8:E9)"
    sheet["L3"].fill = PatternFill("solid", fgColor="FF00FF00")
    sheet["L4"] = "去公开05"
    sheet["L4"].hyperlink = Hyperlink(ref="L4", location=f"'{GENERAL}'!A1")
    over = PatternFill(bgColor="FFAAAAFF")
    sheet.conditional_formatting.add("E8:F12", CellIsRule(operator="greaterThan", formula=["500"], fill=over))
    sheet.conditional_formatting.add("F9", FormulaRule(formula=["$E$9<0"], fill=PatternFill(bgColor="FFC6EFCE")))
    check = DataValidation(type="decimal", operator="greaterThan", formula1="-1")
    check.add("F9:F12")
    sheet.add_data_validation(check)
    book.defined_names["单位数字"] = DefinedName("单位数字", attr_text=f"'{SPENDING}'!$E$8")
    book[GENERAL].defined_names["本表合计"] = DefinedName("本表合计", attr_text=f"'{GENERAL}'!$E$8")
    book[GENERAL].auto_filter.ref = "A7:F12"
    book[GENERAL].print_area = "A1:G30"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def changed(data: bytes) -> bytes:
    """The unit has typed another figure in one cell since."""
    package = Package(data)
    part = next(s.part for s in Workbook(package).sheets if s.name == GENERAL)
    text, count = re.subn(r'(<c r="F12"[^>]*>)<v>[^<]*</v>', r"\g<1><v>4.98</v>", package.read(part).decode())
    assert count == 1
    return rewrite(package, {part: text.encode()}, ())


# --- the other programs ------------------------------------------------------------------------------------


def by_openpyxl(data: bytes) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(data))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def by_wps(data: bytes) -> bytes:
    """The same workbook under other part names, with its styles in another order, and only the parts it knows."""
    return _Rewriting(Package(data)).finish()


def _order(count: int, kept: int) -> list[int]:
    """Old numbers in their new order: the first ones stay, the others are turned round."""
    return [*range(kept), *reversed(range(kept, count))]


class _Rewriting:
    def __init__(self, package: Package) -> None:
        self.package = package
        self.book = Workbook(package)
        self.parts: dict[str, bytes] = {}
        self.types: dict[str, str] = {}
        self.strings: list[str] = []
        self.style: dict[int, int] = {}
        self.dxf: dict[int, int] = {}
        self.notes = 0

    def tree(self, part: str) -> etree._Element:
        return etree.fromstring(self.package.read(part))

    def put(self, part: str, root: etree._Element | str, kind: str, *, spreadsheet: bool = True) -> None:
        text = root if isinstance(root, str) else etree.tostring(root, encoding="unicode")
        self.parts[part] = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n' + text.encode()
        space = "spreadsheetml." if spreadsheet else ""
        self.types[part] = f"application/vnd.openxmlformats-officedocument.{space}{kind}+xml"

    def relate(self, part: str, found: list[tuple[str, str]]) -> None:
        folder, name = posixpath.split(part)
        listed = "".join(
            f'<Relationship Id="rId{i}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
            for i, (kind, target) in enumerate(found, start=1)
        )
        text = f'<Relationships xmlns="{_PACKAGE}/relationships">{listed}</Relationships>'
        self.parts[posixpath.join(folder, "_rels", f"{name}.rels")] = text.encode()

    def finish(self) -> bytes:
        self._styles()
        root = self.tree(self.book.part)
        found = []
        for number, (element, entry) in enumerate(
            zip(root.iter(namespace(root) + "sheet"), self.book.sheets, strict=True), start=1
        ):
            self._sheet(f"xl/worksheets/sheet{number}.xml", entry.part)
            element.set(f"{{{_OFFICE}}}id", f"rId{number}")
            element.set("sheetId", str(number))
            found.append(("worksheet", f"worksheets/sheet{number}.xml"))
        self.put("xl/workbook.xml", root, "sheet.main")
        self.relate("xl/workbook.xml", [*found, ("styles", "styles.xml"), ("sharedStrings", "sharedStrings.xml")])
        items = "".join(f"<si>{s}</si>" for s in self.strings)
        space = namespace(root)[1:-1]
        self.put("xl/sharedStrings.xml", f'<sst xmlns="{space}">{items}</sst>', "sharedStrings")
        self.relate("", [("officeDocument", "xl/workbook.xml")])
        overrides = "".join(f'<Override PartName="/{p}" ContentType="{k}"/>' for p, k in self.types.items())
        types = (
            f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.'
            'openxmlformats-package.relationships+xml"/><Default Extension="vml" ContentType="application/vnd.'
            f'openxmlformats-officedocument.vmlDrawing"/>{overrides}</Types>'
        )
        return rewrite(self.package, {}, [(_TYPES, types.encode()), *self.parts.items()], set(self.package.parts))

    def _styles(self) -> None:
        root = self.tree(self.book.related("styles") or "")
        space = namespace(root)
        moved = {}
        for name, kept in (("fonts", 1), ("fills", 2), ("borders", 1), ("cellXfs", 1), ("dxfs", 0)):
            table = root.find(space + name)
            if table is None:
                continue
            old = list(table)
            order = _order(len(old), kept)
            for element in old:
                table.remove(element)
            table.extend(old[i] for i in order)
            moved[name] = {o: n for n, o in enumerate(order)}
        for xf in [*root.iter(space + "xf")]:
            for name in ("font", "fill", "border"):
                if xf.get(f"{name}Id"):
                    xf.set(f"{name}Id", str(moved[f"{name}s"][int(xf.get(f"{name}Id"))]))
        self.style, self.dxf = moved["cellXfs"], moved.get("dxfs", {})
        self.put("xl/styles.xml", root, "styles")

    def _sheet(self, part: str, old: str) -> None:
        root = self.tree(old)
        space = namespace(root)
        for element in root.iter(space + "c", space + "row", space + "col"):
            name = "style" if local(element.tag) == "col" else "s"
            if element.get(name):
                element.set(name, str(self.style[int(element.get(name))]))
            if not len(element):
                element.attrib.pop("t", None)
            elif element.get("t") == "s":
                self._string(element, self._shared(int(element[0].text or 0)))
            elif element.get("t") == "inlineStr":
                inner = "".join(etree.tostring(e, encoding="unicode", with_tail=False) for e in element[0])
                self._string(element, inner)
        for rule in root.iter(space + "cfRule"):
            if rule.get("dxfId"):
                rule.set("dxfId", str(self.dxf[int(rule.get("dxfId"))]))
        self._notes(part, old, root)
        self.put(part, root, "worksheet")

    def _shared(self, number: int) -> str:
        strings = self.tree(self.book.related("sharedStrings") or "")
        return "".join(etree.tostring(e, encoding="unicode", with_tail=False) for e in strings[number])

    def _string(self, cell: etree._Element, text: str) -> None:
        if text not in self.strings:
            self.strings.append(text)
        for child in list(cell):
            cell.remove(child)
        cell.set("t", "s")
        etree.SubElement(cell, namespace(cell) + "v").text = str(self.strings.index(text))

    def _notes(self, part: str, old: str, root: etree._Element) -> None:
        found = {kind.rpartition("/")[2]: target for kind, target in relations(self.package, old).values()}
        if "comments" not in found:
            return
        self.notes += 1
        comments, drawing = f"xl/comments{self.notes}.xml", f"xl/drawings/vmlDrawing{self.notes}.vml"
        self.put(comments, self.tree(found["comments"]), "comments")
        self.parts[drawing] = self.package.read(found["vmlDrawing"])
        self.relate(part, [("comments", f"../{comments[3:]}"), ("vmlDrawing", f"../{drawing[3:]}")])
        (legacy,) = root.findall(namespace(root) + "legacyDrawing")
        legacy.set(f"{{{_OFFICE}}}id", "rId2")


# --- what a workbook looks like, by another reader ---------------------------------------------------------


def side(line: Any) -> tuple[str, str]:
    """A border's line; an automatic colour is none."""
    colour = line.color.rgb if line is not None and line.color is not None and line.color.type == "rgb" else ""
    return (line.style or "", colour) if line is not None else ("", "")


def cell_look(cell: Any) -> tuple:
    fill = cell.fill.fgColor.rgb if cell.fill.fill_type == "solid" else cell.fill.fill_type
    sides = tuple(side(getattr(cell.border, s)) for s in ("left", "right", "top", "bottom"))
    note = (cell.comment.author, cell.comment.text) if cell.comment else None
    link = cell.hyperlink and (cell.hyperlink.location or cell.hyperlink.target)
    font = (cell.font.name, cell.font.b, cell.font.sz, cell.font.color.rgb if cell.font.color else None)
    return (cell.value, fill, sides, note, link, str(font), cell.number_format, cell.alignment.horizontal)


def look(data: bytes) -> dict[Any, Any]:
    """Everything that a person sees or that a formula uses, by place."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    found: dict[Any, Any] = {
        "sheets": [
            (s.title, s.sheet_state, s.freeze_panes, s.print_title_rows, s.print_area, s.auto_filter.ref) for s in book
        ]
    }
    found["names"] = {n: d.attr_text for n, d in book.defined_names.items()}
    for sheet in book:
        for row in sheet.iter_rows():
            found |= {(sheet.title, c.coordinate): cell_look(c) for c in row}
        found[sheet.title, "formats"] = sorted(
            (str(k.sqref), r.type, r.formula, r.dxf.fill.bgColor.rgb)
            for k in sheet.conditional_formatting
            for r in k.rules
        )
        found[sheet.title, "names"] = {n: d.attr_text for n, d in sheet.defined_names.items()}
        found[sheet.title, "validations"] = sorted(str(v.sqref) for v in sheet.data_validations.dataValidation)
        found[sheet.title, "merged"] = sorted(map(str, sheet.merged_cells.ranges))
        found[sheet.title, "widths"] = {k: round(d.width, 1) for k, d in sheet.column_dimensions.items()}
    return found


def differences(a: dict[Any, Any], b: dict[Any, Any]) -> dict[Any, Any]:
    empty = (None, None, (("", ""),) * 4, None, None)
    return {
        k: (a.get(k), b.get(k))
        for k in {**a, **b}
        if a.get(k) != b.get(k) and not ((a.get(k) or b.get(k))[:5] == empty and None in (a.get(k), b.get(k)))
    }


# --- fixtures: one call of LibreOffice a round -------------------------------------------------------------


@pytest.fixture(scope="module")
def clean(sample) -> bytes:
    return units_book(sample)


def mark(pipeline, data: bytes) -> tuple[bytes, Any]:
    checked = pipeline.run(data, "x.xlsx", mark=True)
    marked = checked.marked
    assert checked.report.refusal is None
    return marked, checked.outcome


@pytest.fixture(scope="module")
def rounds(pipeline, clean, tmp_path_factory) -> dict[str, dict[str, bytes]]:
    """By program: the clean and the marked copy saved by it (changed or not), and three rounds of marking and saving."""
    marked, _ = mark(pipeline, clean)
    first = {"clean": clean, "marked": marked, "clean_changed": changed(clean), "marked_changed": changed(marked)}
    found: dict[str, dict[str, bytes]] = {}
    savers: dict[str, Callable[[dict[str, bytes]], dict[str, bytes]]] = {
        "openpyxl": lambda books: {n: by_openpyxl(d) for n, d in books.items()},
        "wps": lambda books: {n: by_wps(d) for n, d in books.items()},
    }
    if SOFFICE:
        savers["libreoffice"] = Office(tmp_path_factory.mktemp("office")).saved
    for program, save in savers.items():
        saved = found[program] = save(first)
        saved["round1"], saved["check1"] = saved["marked"], marked
        for number in (2, 3):
            saved[f"check{number}"], _ = mark(pipeline, saved[f"round{number - 1}"])
            saved |= save({f"round{number}": saved[f"check{number}"]})
    return found


@pytest.fixture(params=PROGRAMS)
def saved(request, rounds) -> dict[str, bytes]:
    if request.param not in rounds:
        pytest.skip("LibreOffice is not installed here; .ci/run installs it")
    return rounds[request.param]


# --- the tests ---------------------------------------------------------------------------------------------


def test_the_other_programs_really_rewrite_the_copy(saved):
    """Else the stash would give the original back, and nothing of what follows would be tested."""
    assert original_entries(Package(saved["marked"])) is None
    book = openpyxl.load_workbook(io.BytesIO(saved["marked"]))
    assert book.sheetnames[-1] == "审核结果"
    fills = {c.fill.fgColor.rgb[2:] for r in book[SPENDING].iter_rows() for c in r if c.fill.fill_type == "solid"}
    assert fills & OURS
    assert book[SPENDING]["F9"].comment is not None
    assert any(n.startswith("xlcheck_") for n in book.defined_names)


@pytest.mark.parametrize("version", ["", "_changed"])
def test_unmarking_leaves_the_workbook_as_the_program_saves_it_without_marks(saved, version):
    bare = unmarked(saved[f"marked{version}"])
    assert differences(look(bare), look(saved[f"clean{version}"])) == {}


def test_what_is_the_units_own_is_still_there(saved):
    sheet = openpyxl.load_workbook(io.BytesIO(unmarked(saved["marked_changed"])))[SPENDING]
    assert sheet["F9"].fill.fgColor.rgb == "FFABCDEF"
    assert side(sheet["F9"].border.left) == ("double", "FF00AA00")
    assert side(sheet["F8"].border.left) == ("thick", "FF112233")
    assert sheet["F9"].font.b
    assert sheet["F9"].comment is None
    assert sheet["F10"].comment.text == "会计：已核对"
    assert sheet["L3"].value == "=SUM(E8:E9)"
    assert sheet["L4"].hyperlink.location.endswith(f"{GENERAL}'!A1")
    assert len([r for k in sheet.conditional_formatting for r in k.rules]) == 2
    assert sheet.parent[GENERAL]["F12"].value == 4.98
    assert sheet.parent.defined_names["单位数字"].attr_text.replace("$", "").endswith("!E8")


def test_nothing_of_ours_is_left_in_any_part(saved):
    package = Package(unmarked(saved["marked_changed"]))
    left = [n for n in package.parts if "xlcheck" in n]
    said = [n for n in package.parts if n.startswith("xl/") and re.search("xlcheck|审核结果", package.read(n).decode())]
    assert (left, [n for n in said if not n.endswith("sharedstrings.xml")]) == ([], [])


def reachable(package: Package) -> set[str]:
    """Parts that a program comes to from the root by relationships, in small letters."""
    found: set[str] = set()
    todo = [""]
    while todo:
        part = todo.pop()
        folder, name = posixpath.split(part)
        found |= {part.lower(), posixpath.join(folder, "_rels", f"{name}.rels").lower()}
        todo += [t for _, t in relations(package, part).values() if t in package and t.lower() not in found]
    return found | {_TYPES.lower()}


def left_over(data: bytes) -> set[str]:
    package = Package(data)
    return set(package.parts) - reachable(package)


def test_no_part_is_left_over(saved):
    assert left_over(saved["marked"]) == left_over(saved["clean"]) == set()
    assert left_over(unmarked(saved["marked"])) == set()


@pytest.mark.parametrize("version", ["", "_changed"])
def test_a_marked_copy_saved_by_another_program_has_the_findings_of_the_clean_one(pipeline, saved, version):
    with_marks = pipeline.run(saved[f"marked{version}"], "x.xlsx")
    without = pipeline.run(saved[f"clean{version}"], "x.xlsx")
    assert with_marks.report.findings == without.report.findings
    assert with_marks.report.diagnoses == without.report.diagnoses
    assert with_marks.outcome.tallies == without.outcome.tallies
    assert len(without.report.findings) >= (7 if version else 4)


def marks(data: bytes) -> dict[str, Any]:
    """How many marks of each kind there are in a copy."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    cells = [c for s in book if s.title != "审核结果" for r in s.iter_rows() for c in r]
    return {
        "sheets": book.sheetnames,
        "fills": sum(c.fill.fill_type == "solid" and c.fill.fgColor.rgb[2:] in OURS for c in cells),
        "notes": sum(c.comment is not None for c in cells),
        "lines": max(len(c.comment.text.splitlines()) for c in cells if c.comment),
        "links": sum(c.hyperlink is not None for c in cells),
        "formats": sum(len(k.rules) for s in book for k in s.conditional_formatting),
        "names": sorted(n for n in book.defined_names if n.startswith("xlcheck_")),
        "list": sum(c.value is not None for r in book["审核结果"].iter_rows(max_col=12) for c in r),
    }


def test_marks_never_pile_up_over_three_rounds(pipeline, saved):
    first = marks(saved["check1"])
    assert min(first[k] for k in ("fills", "notes", "links", "formats")) > 0
    for number in (2, 3):
        assert marks(saved[f"check{number}"]) == first
    before = pipeline.run(saved["check1"], "x.xlsx")
    after = pipeline.run(saved["round3"], "x.xlsx")
    assert after.report.findings == before.report.findings
    assert differences(look(unmarked(saved["round3"])), look(unmarked(saved["round1"]))) == {}


def test_a_sheet_of_the_units_whose_name_ends_like_ours_keeps_its_links_and_names(pipeline, clean):
    book = openpyxl.load_workbook(io.BytesIO(clean))
    own = book.create_sheet("去年审核结果")
    own["A1"] = "去年的审核意见"
    place = f"'{own.title}'!A1"
    book[SPENDING]["L5"] = "去年"
    book[SPENDING]["L5"].hyperlink = Hyperlink(ref="L5", location=place)
    book.defined_names["去年"] = DefinedName("去年", attr_text=f"'{own.title}'!$A$1")
    out = io.BytesIO()
    book.save(out)
    before = by_openpyxl(out.getvalue())
    bare = unmarked(by_openpyxl(mark(pipeline, out.getvalue())[0]))
    assert differences(look(bare), look(before)) == {}


def test_marks_never_pile_up_from_program_to_program(pipeline, rounds, clean):
    data = clean
    for program in PROGRAMS:
        marked, _ = mark(pipeline, data)
        assert marks(marked) == marks(rounds["wps"]["check1"])
        data = rounds["libreoffice"]["round2"] if program == "libreoffice" and SOFFICE else by_openpyxl(marked)
    assert differences(look(unmarked(by_wps(mark(pipeline, data)[0]))), look(unmarked(data))) == {}
