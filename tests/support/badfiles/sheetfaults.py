"""Sheets whose rows, merges, headers and side parts are wrong, endless, or shared with others."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from support.badfiles.build import (
    SHEET,
    SHEET3,
    Make,
    Register,
    before_end,
    block,
    cell,
    edit,
    faulty,
    letters,
    row,
    rows_added,
    sheet_of,
    sub,
    swap,
    text_of,
    zipped,
)

cases = Register()
MERGE = '<mergeCell ref="A1:F1"/>'


def rows_of(change: Callable[[list[str]], Iterable[str]], part: str = SHEET) -> Make:
    """The rows of a sheet in another order or number."""

    def make() -> bytes:
        text = text_of(part)
        found = re.findall(r"<row .*?</row>", text)
        body = "".join(change(found))
        return zipped(faulty() | {part: re.sub(r"(?<=<sheetData>).*(?=</sheetData>)", lambda _: body, text).encode()})

    return make


def merges(found: Callable[[], Iterable[str]]) -> Make:
    return edit(SHEET, MERGE, lambda: "".join(f'<mergeCell ref="{m}"/>' for m in found()))


# --- rows and cells ----------------------------------------------------------------------------------

cases.add("sheet/rows-out-of-order", rows_of(lambda rows: rows[::2] + rows[1::2]))
cases.add("sheet/rows-backward", rows_of(lambda rows: rows[::-1]))
cases.add("sheet/rows-twice", rows_of(lambda rows: rows * 2))
cases.add("sheet/rows-none", rows_of(lambda rows: []))
cases.add("sheet/rows-first-only", rows_of(lambda rows: rows[:1]))
cases.add("sheet/rows-header-cut", rows_of(lambda rows: rows[:4] + rows[6:]))
cases.add("sheet/rows-nested", rows_of(lambda rows: [r.removesuffix("</row>") for r in rows] + ["</row>"] * len(rows)))
cases.add("sheet/rows-500-times", rows_of(lambda rows: (re.sub(r' r="[A-Z]*\d+"', "", r) for r in rows * 100)))
cases.add("sheet/rows-without-numbers", sub(SHEET, r'<row r="\d+"', "<row"))
cases.add("sheet/rows-numbered-by-words", sub(SHEET, r'<row r="', '<row r="x'))
cases.add("sheet/cells-without-references", sub(SHEET, r'<c r="[A-Z]+\d+"', "<c"))
cases.add("sheet/cells-some-without-references", sub(SHEET, r'<c r="B\d+"', "<c"))
cases.add("sheet/cells-in-small-letters", sub(SHEET, r'<c r="([A-Z])', '<c r="a'))
cases.add("sheet/cells-all-at-one-place", sub(SHEET, r'<c r="[A-Z]+\d+"', '<c r="C7"'))
cases.add("sheet/cells-all-in-row-1048576", sub(SHEET, r'(<c r="[A-Z]+)\d+"', '\\g<1>1048576"'))
cases.add("sheet/cells-of-the-row-below", sub(SHEET, r'(<c r="[A-Z]+\d)"', '\\g<1>0"'))
cases.add("sheet/cells-backward", sub(SHEET, r"(<c [^>]*>(?:(?!</c>).)*</c>)(<c [^>]*>(?:(?!</c>).)*</c>)", "\\2\\1"))
cases.add("sheet/cells-outside-of-rows", sub(SHEET, r"</?row[^>]*>", ""))
cases.add("sheet/cells-in-cells", sub(SHEET, r"</c>(<c [^>]*>(?:(?!</?c[ >]).)*</c>)", "\\1</c>", 9))
cases.add("sheet/values-outside-of-cells", sub(SHEET, r"<c [^>]*>(<v>[^<]*</v>)</c>", "\\1", 9))
for reference in (
    "XFE1",
    "AAAA1",
    "XFD1048577",
    "A0",
    "A-1",
    "1A",
    "C7:D8",
    "$C$7",
    "R7C3",
    "甲7",
    "Ａ７",
    "C७",
    "C7 ",
    "",
    "C" * 9_999,
    "C" + "7" * 9_999,
):
    short = reference if 0 < len(reference) < 12 else f"{reference[:2]}-{len(reference)}-letters"
    cases.add(
        f"sheet/ref-{short.strip() + '-blank' if short.endswith(' ') else short}",
        edit(SHEET, '<c r="C7"', f'<c r="{reference}"'),
    )
for number in ("0", "-1", "1048576", "1048577", "99999999999999999999", "1e3", "7.0", "²", ""):
    cases.add(f"sheet/row-{number or 'empty'}", rows_added(row(number, f"<c r='A{number}'><v>1</v></c>")))
cases.add("sheet/last-cell-of-all", rows_added(row(1_048_576, cell("XFD1048576", "1"))))
cases.add("sheet/data-missing", sub(SHEET, r"<sheetData>.*</sheetData>", ""))
cases.add("sheet/data-twice", edit(SHEET, "</sheetData>", "</sheetData><sheetData/>"))
cases.add("sheet/data-twice-empty-first", edit(SHEET, "<sheetData>", "<sheetData/><sheetData>"))
cases.add("sheet/data-in-data", sub(SHEET, "(<sheetData>.*</sheetData>)", "<sheetData>\\1</sheetData>"))
cases.add("sheet/hidden-all-rows", sub(SHEET, "<row ", '<row hidden="1" '))
cases.add("sheet/spans-lie", sub(SHEET, r'spans="[^"]*"', 'spans="9:1 99999999999:x"'))
cases.add("sheet/dimension-lies", sub(SHEET, r'<dimension ref="[^"]*"', '<dimension ref="A1:XFD1048576"'))

# --- size ---------------------------------------------------------------------------------------------


def labelled(text: Callable[[int], str], amounts: str = "", count: int = 900) -> Callable[[], str]:
    """Rows with a text in the first column."""
    return lambda: "".join(
        row(r, f'<c r="A{r}" t="str"><v>{text(r)}</v></c>{amounts.format(r)}') for r in range(40, 40 + count)
    )


def grown(rows: Callable[[], str], part: str = SHEET, head: tuple[int, tuple[str, ...]] | None = None) -> Make:
    """Rows in the place of the last one, the note that would end the table; ``head``: a row of it goes on to XFD."""

    def make() -> bytes:
        text = re.sub(r"<row (?:(?!<row ).)*</sheetData>", lambda _: f"{rows()}</sheetData>", text_of(part), count=1)
        if head:
            at, texts = head
            more = (f'<c r="{letters(c)}{at}" t="str"><v>{texts[c % len(texts)]}</v></c>' for c in range(13, 16_384))
            text = re.sub(rf'(<row r="{at}".*?)</row>', lambda m: f"{m[1]}{''.join(more)}</row>", text, count=1)
        return zipped(faulty() | {part: text.encode()})

    return make


def all_wrong() -> bytes:
    """4,000 codes in three levels in which no sum is right, in three tables."""
    trees = [
        f"{a}{b}{c}" for a in range(201, 241) for b in ("", *range(10, 20)) for c in ("", *range(10, 19)) if b or not c
    ]
    found = {}
    for part in ("xl/worksheets/sheet2.xml", SHEET3, "xl/worksheets/sheet5.xml"):
        figures = [(f"{n}{{0}}", n) for n in "EFGHIJ"]
        rows = [
            row(r, cell(f"A{r}", code, "str"), *(cell(at.format(r), f"{r * 3}.{r % 89 + ord(n)}") for at, n in figures))
            for r, code in enumerate(trees, 40)
        ]
        found[part] = re.sub(
            r"<row (?:(?!<row ).)*</sheetData>", "".join(rows) + "</sheetData>", text_of(part), count=1
        )
    return zipped(faulty() | {n: t.encode() for n, t in found.items()})


def figures_wrong() -> bytes:
    """Each figure of the workbook another: every relation fails."""
    parts, step = faulty(), iter(range(100, 10**6, 7))
    sheets = [n for n in parts if n.startswith("xl/worksheets/")]
    texts = {n: re.sub(r"<v>\d+\.\d+</v>", lambda _: f"<v>{next(step)}.37</v>", parts[n].decode()) for n in sheets}
    return zipped(parts | {n: t.encode() for n, t in texts.items()})


IN_1 = '<c r="C{0}"><v>1.23</v></c><c r="F{0}"><v>3.3</v></c>'
IN_3 = '<c r="E{0}"><v>1.23</v></c><c r="F{0}"><v>7</v></c><c r="G{0}"><v>3.3</v></c><c r="I{0}"><v>3.3</v></c>'
SHEET6 = "xl/worksheets/sheet6.xml"
cases.add("sheet/200001-cells", rows_added(lambda: block(100, 402, 500)))
cases.add("sheet/200000-cells", swap(SHEET, lambda: sheet_of(block(1, 400, 500))))
cases.add("sheet/16384-columns-12-rows", rows_added(lambda: block(100, 12, 16_384)))
cases.add("sheet/16384-columns-12-rows-first", swap(SHEET, lambda: sheet_of(block(1, 12, 16_384))))
cases.add("sheet/5001-rows", rows_added(lambda: block(100, 5_001, 1)))
cases.add("sheet/4900-rows-30-columns", grown(lambda: block(100, 4_900, 30), SHEET3))
cases.add("sheet/1000000-empty-rows", rows_added(lambda: "".join(f'<row r="{n}"/>' for n in range(40, 1_000_040))))
cases.add("sheet/1000000-empty-cells", rows_added(lambda: "".join(row(n, "<c/>" * 1_000) for n in range(40, 1_040))))
cases.add("sheet/4900-titles", rows_added(labelled(lambda r: "收入支出决算总表", count=4_900)))
cases.add(
    "sheet/5000-title-rows",
    swap(SHEET, lambda: sheet_of(labelled(lambda r: f"2023年度部门收入决算表{r}", count=5_000)())),
)
cases.add("sheet/900-totals", grown(labelled(lambda r: "合计", IN_3), SHEET3))
cases.add("sheet/4900-codes", grown(labelled(lambda r: str(2_010_000 + r), IN_3, 4_900), SHEET3))
cases.add("sheet/900-equal-codes", grown(labelled(lambda r: "2080505", IN_3), SHEET3))
cases.add("sheet/900-codes-in-chains", grown(labelled(lambda r: str(208 * 10_000 + r)[: 3 + r % 3 * 2], IN_3), SHEET3))
cases.add("sheet/900-full-width-codes", grown(labelled(lambda r: f"２０{r}.0", IN_3), SHEET3))
cases.add("sheet/900-equal-labels", grown(labelled(lambda r: "总计", IN_1)))
cases.add("sheet/900-unknown-labels", grown(labelled(lambda r: f"第{r}项", IN_1)))
cases.add("sheet/4900-footnotes", grown(labelled(lambda r: f"注：{r}" * 30, count=4_900)))
cases.add("sheet/900-labels-of-1000", grown(labelled(lambda r: f"{r}" + "决" * 1_000, IN_1)))
cases.add("sheet/900-labels-of-ordinals", grown(labelled(lambda r: "一、" * 400 + str(r), IN_1)))
cases.add("sheet/4900-units", grown(labelled(lambda r: f"部门名称：甲{r}  2023年度  单位：万元", count=4_900)))
cases.add(
    "sheet/900-figures-without-rows", grown(lambda: "".join(row(r, IN_3.format(r)) for r in range(40, 940)), SHEET3)
)
cases.add("sheet/header-16384-wide", grown(str, SHEET3, (4, ("合计",))))
cases.add("sheet/header-16384-wide-of-codes", grown(str, SHEET3, (5, ("科目代码", "科目名称"))))
cases.add(
    "sheet/header-of-blocks-16384-wide",
    grown(lambda: block(60, 12, 16_000, "30101"), SHEET6, (5, ("科目代码", "科目名称", "决算数"))),
)
cases.add("sheet/every-figure-wrong", figures_wrong)
cases.add("sheet/4000-codes-all-wrong", all_wrong)

# --- merges ---------------------------------------------------------------------------------------------

cases.add("sheet/merge-covers-everything", merges(lambda: ["A1:XFD1048576"]))
cases.add("sheet/merge-covers-everything-20000-times", merges(lambda: ["A1:XFD1048576"] * 20_000))
cases.add("sheet/merges-100000", merges(lambda: (f"H{n}:I{n}" for n in range(1, 100_001))))
cases.add("sheet/merges-nested-2000", merges(lambda: (f"A1:{letters(n)}{n}" for n in range(1, 2_001))))
cases.add("sheet/merges-of-header-20000", merges(lambda: (f"A1:GR{n % 9 + 4}" for n in range(20_000))))
cases.add("sheet/merges-of-header-300000", merges(lambda: (f"A1:GR{n % 9 + 4}" for n in range(300_000))))
cases.add("sheet/merges-of-header-3000-rows-deep", merges(lambda: (f"A{n % 5 + 1}:GR3000" for n in range(300))))
cases.add("sheet/merges-deepen-the-header", merges(lambda: (f"A{n}:F{n + 4}" for n in range(4, 4_000, 4))))
cases.add(
    "sheet/merges-of-header-in-one-cell-each", merges(lambda: (f"{letters(c)}4:{letters(c)}8" for c in range(1, 400)))
)
cases.add("sheet/merge-of-all-amounts", merges(lambda: ["C7:C38", "F7:F38"]))
for reference in (
    "",
    "A1",
    "F1:A1",
    "A:A",
    "1:1",
    "$A$1:$F$1",
    "A0:F0",
    "A1:B2:C3",
    "A1:XFE1",
    "A1:A99999999999",
    "甲1:乙2",
    "x:y",
    "A1:F1 C7:D9",
    "#REF!",
):
    cases.add(f"sheet/merge-{reference.replace(' ', '+') or 'empty'}", merges(lambda reference=reference: [reference]))
cases.add("sheet/merges-missing-ref", edit(SHEET, MERGE, "<mergeCell/>"))
cases.add("sheet/merges-in-sheet-data", edit(SHEET, "</sheetData>", f"{MERGE}</sheetData>"))

# --- columns, conditional formats and the like -----------------------------------------------------------

COL = '<col min="3" max="3"'
cases.add(
    "sheet/cols-100000",
    edit(
        SHEET,
        COL,
        lambda: "".join(f'<col min="{n % 16_384 + 1}" max="16384" style="1"/>' for n in range(100_000)) + COL,
    ),
)
cases.add(
    "sheet/cols-hidden-bomb",
    edit(
        SHEET, COL, lambda: "".join(f'<col min="{n * 401}" max="999999999" hidden="1"/>' for n in range(100_000)) + COL
    ),
)
cases.add("sheet/cols-everything", edit(SHEET, COL, '<col min="1" max="4294967295"'))
cases.add("sheet/cols-backward", edit(SHEET, COL, '<col min="9" max="1" style="x"'))
cases.add("sheet/cols-style-beyond", edit(SHEET, COL, '<col style="999999" min="3" max="3"'))
cases.add("sheet/rows-style-beyond", sub(SHEET, "<row ", '<row customFormat="1" s="999999" '))
FORMAT = '<conditionalFormatting sqref="{}"><cfRule type="expression" dxfId="{}" priority="{}"><formula>{}</formula></cfRule></conditionalFormatting>'
cases.add(
    "sheet/conditional-formats-50000",
    before_end(lambda: "".join(FORMAT.format(f"A{n}:XFD{n}", n, n, "C7=D8") for n in range(1, 50_001))),
)
cases.add(
    "sheet/conditional-format-of-everything",
    before_end(FORMAT.format("A1:XFD1048576", -1, -1, "INDIRECT(&quot;A&quot;&amp;ROW())")),
)
cases.add(
    "sheet/conditional-format-sqref-1-mb",
    before_end(lambda: FORMAT.format(" ".join(f"A{n}" for n in range(150_000)), 0, 1, "1")),
)
cases.add(
    "sheet/validations-50000",
    before_end(
        lambda: (
            "<dataValidations>"
            + "".join(
                f'<dataValidation sqref="A{n}" type="list"><formula1>"{n}"</formula1></dataValidation>'
                for n in range(50_000)
            )
            + "</dataValidations>"
        )
    ),
)
cases.add(
    "sheet/hyperlinks-60000",
    before_end(
        lambda: (
            "<hyperlinks>" + "".join(f'<hyperlink ref="H{n}" location="A1"/>' for n in range(60_000)) + "</hyperlinks>"
        )
    ),
)
cases.add(
    "sheet/hyperlink-of-the-title",
    before_end('<hyperlinks><hyperlink ref="A1:XFD99" location="javascript:alert(1)"/></hyperlinks>'),
)
cases.add("sheet/hyperlinks-of-comments", before_end("<hyperlinks><!-- a --><?x?></hyperlinks>"))
cases.add("sheet/auto-filter-nonsense", before_end('<autoFilter ref="#REF!"/>'))
cases.add("sheet/table-parts-unrelated", before_end('<tableParts count="2"><tablePart r:id="rId7"/></tableParts>'))
cases.add("sheet/drawing-unrelated", before_end('<drawing r:id="rId99"/>'))
cases.add("sheet/protection", before_end('<sheetProtection sheet="1" password="CC1A"/>'))
cases.add(
    "sheet/page-breaks-100000",
    before_end(lambda: "<rowBreaks>" + "".join(f'<brk id="{n}"/>' for n in range(100_000)) + "</rowBreaks>"),
)
cases.add("sheet/extensions-deep", before_end(lambda: "<extLst>" + "<ext>" * 200 + "</ext>" * 200 + "</extLst>"))
