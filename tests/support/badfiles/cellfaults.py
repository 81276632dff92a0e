"""Cells that hold numbers no sum can take, texts no label should be, formulas and styles without end."""

from __future__ import annotations

import re
from collections.abc import Callable

from support.badfiles.build import (
    FIRST,
    SHEET,
    SHEET3,
    STRINGS,
    STYLES,
    Make,
    Register,
    block,
    edit,
    faulty,
    inside,
    row,
    rows_added,
    sub,
    swap,
    text_of,
    value,
    zipped,
)
from support.badfiles.sheetfaults import grown

cases = Register()
TITLE = "<t>收入支出决算总表</t>"
UNIT = "<t>部门名称：长治市屯留区社会保险中心</t>"
LABEL = "<t>一、一般公共预算财政拨款收入</t>"
NAME = "<t>社会保障和就业支出</t>"


def shared(before: str, after: str | Callable[[], str]) -> Make:
    """A shared string with other contents."""
    return edit(STRINGS, before, lambda: f"<t>{after() if callable(after) else after}</t>")


# --- numbers ------------------------------------------------------------------------------------------

NUMBERS = {
    "1e400": "1e400", "minus-1e400": "-1e400", "1e308": "1.7976931348623157e308", "1e-400": "1e-400",
    "denormal": "4.9406564584124654E-324", "exponent-of-20-digits": "1e99999999999999999999",
    "exponent-of-7-digits": "1e-9999999", "nan": "NaN", "snan": "sNaN123", "inf": "INF", "infinity": "-Infinity",
    "minus-zero": "-0", "minus-zero-point": "-0.0", "hex": "0x1F", "hex-float": "0x1.8p3", "underscore": "1_000",
    "comma": "1,000.50", "two-points": "1.2.3", "plus": "+999.18", "two-signs": "--1", "point-only": ".", "sign-only": "-",
    "leading-point": ".5", "trailing-point": "5.", "leading-zeros": "000000999.18", "blanks": "  999.18  ",
    "line-break": "999&#10;.18", "nbsp": "999\u00a0.18", "full-width": "９９９.１８", "arabic": "٩٩٩", "superscript": "²",
    "roman": "Ⅸ", "chinese": "九百九十九", "percent": "50%", "currency": "¥999.18", "word": "见附注", "formula": "=1+1",
    "15-digits": "999999999999.99", "16-digits": "9999999999999.9999", "one-quadrillion": "1e15", "minus-one-quadrillion": "-1e15",
    "just-under-a-quadrillion": "999999999999999.99", "half-cent": "0.005", "just-under-half-cent": "0.00499999999999999999",
    "billionth": "999.180000001", "6000-digits": "9" * 6_000, "6000-decimals": "0." + "1" * 6_000, "empty": "", "blank": " ",
    "zero-width": "\u200b", "minus-sign": "−999.18", "date": "2023-12-31", "fraction": "1/3", "imaginary": "1j", "true": "TRUE",
}  # fmt: skip
for short, text in NUMBERS.items():
    cases.add(f"cell/number-{short}", value(text))
cases.add("cell/number-4-million-digits", edit(SHEET, FIRST, lambda: FIRST.replace("999", "9" * 4_000_000)))
cases.add(
    "cell/number-4-million-digits-as-text",
    edit(SHEET, FIRST, lambda: FIRST.replace('s="8"', 't="str"').replace("999", "9" * 4_000_000)),
)
cases.add(
    "cell/number-million-commas-as-text",
    edit(SHEET, FIRST, lambda: FIRST.replace('s="8"', 't="str"').replace("999", "1" + ",000" * 500_000)),
)
cases.add(
    "cell/number-million-commas-broken-as-text",
    edit(SHEET, FIRST, lambda: FIRST.replace('s="8"', 't="str"').replace("999", "1" + ",000" * 500_000 + ",00")),
)
cases.add("cell/number-of-brackets-as-text", value("(" * 30_000 + "1" + ")" * 30_000, "str"))
cases.add("cell/number-all-nan", sub(SHEET, r"<v>\d+\.\d+</v>", "<v>NaN</v>"))
cases.add("cell/number-all-1e14", sub(SHEET3, r"<v>\d+\.\d+</v>", "<v>99999999999999.99</v>"))

# --- types and shared strings ----------------------------------------------------------------------------

for kind in ("s", "b", "e", "d", "n", "str", "inlineStr", "zz", "", "S"):
    cases.add(f"cell/type-{kind or 'empty'}-of-999", value("999.18", kind))
for short, text in {
    "minus-1": "-1",
    "99999": "99999",
    "half": "0.5",
    "word": "x",
    "empty": "",
    "endless": "9" * 5_000,
    "superscript": "²",
    "plus": "+0",
    "blanks": " 0 ",
    "arabic": "٠",
    "underscore": "1_2",
    "zeros": "000000000000",
}.items():
    cases.add(f"cell/shared-index-{short}", value(text, "s"))
for text in ("TRUE", "2", "-1", "x"):
    cases.add(f"cell/boolean-{text}", value(text, "b"))
for text in ("#REF!", "#N/A", "#SPILL!", "x"):
    cases.add(f"cell/error-{text.strip('#!').replace('/', '-')}", value(text, "e"))
for text in ("2023-02-30", "0000-00-00T99:99:99", "44927", "-1"):
    cases.add(f"cell/date-{text.replace(':', '.')}", value(text, "d"))
cases.add("cell/values-two", inside("<v>1</v><v>2</v>"))
cases.add("cell/values-nested", inside("<v><v>999.18</v></v>"))
cases.add("cell/value-and-inline-string", inside("<v>999.18</v><is><t>甲</t></is>"))
cases.add("cell/inline-string-of-nothing", inside("<is/>", "inlineStr"))
cases.add("cell/inline-string-without-type", inside("<is><t>999.18</t></is>"))
cases.add(
    "cell/inline-string-of-runs", inside("<is><r><t>99</t></r><rPh><t>x</t></rPh><r><t>9.18</t></r></is>", "inlineStr")
)
cases.add("cell/inline-strings-two", inside("<is><t>1</t></is><is><t>2</t></is>", "inlineStr"))
cases.add("cell/extension", inside("<v>999.18</v><extLst><ext><v>1</v></ext></extLst>"))
cases.add("cell/metadata", edit(SHEET, FIRST, FIRST.replace("s=", 'cm="99999" vm="-1" ph="x" s=')))
cases.add(
    "cell/strings-count-lies", sub(STRINGS, r'count="\d+" uniqueCount="\d+"', 'count="-1" uniqueCount="4294967295"')
)
cases.add("cell/strings-none", sub(STRINGS, r"<si>.*</si>", ""))
cases.add("cell/strings-all-empty", sub(STRINGS, r"<t>[^<]*</t>", "<t/>"))
cases.add("cell/strings-all-equal", sub(STRINGS, r"<t>[^<]*</t>", "<t>总计</t>"))
cases.add("cell/strings-shifted-by-one", edit(STRINGS, "<si>", "<si/><si>"))
cases.add("cell/strings-in-strings", edit(STRINGS, TITLE, f"<si>{TITLE}</si>"))
cases.add(
    "cell/strings-of-runs",
    sub(STRINGS, r"<t>([^<])([^<]*)</t>", "<r><t>\\1</t></r><rPh sb='0' eb='1'><t>x</t></rPh><r><rPr/><t>\\2</t></r>"),
)
cases.add(
    "cell/strings-300000",
    edit(STRINGS, "</sst>", lambda: "".join(f"<si><t>{n}</t></si>" for n in range(300_000)) + "</sst>"),
)
cases.add(
    "cell/strings-runs-200000", edit(STRINGS, TITLE, lambda: "".join(f"<r><t>{n % 10}</t></r>" for n in range(200_000)))
)
cases.add(
    "cell/string-9-mb-used-20000-times",
    lambda: zipped(
        faulty()
        | {
            STRINGS: text_of(STRINGS).replace("</sst>", f"<si><t>{'决算' * 1_500_000}</t></si></sst>").encode(),
            SHEET: text_of(SHEET)
            .replace(
                "</sheetData>",
                "".join(row(r, *(f'<c r="{c}{r}" t="s"><v>368</v></c>' for c in "ABCDEFGH")) for r in range(40, 2_540))
                + "</sheetData>",
            )
            .encode(),
        }
    ),
)

# --- texts -------------------------------------------------------------------------------------------------

CONTROLS = "".join(f"_x{n:04X}_" for n in (*range(32), 0x7F, 0x80, 0x9B, 0xD800, 0xDFFF, 0xFFFE, 0xFFFF))
TEXTS = {
    "32k": "决" * 32_767, "32k-and-one": "决" * 32_768, "of-blanks-100000": " " * 100_000 + "x", "of-brackets-50000": "(" * 50_000,
    "of-colons-50000": "：" * 50_000, "of-ordinals-3000": "一、" * 3_000, "of-lines-20000": "甲&#10;" * 20_000,
    "bidi-override": "\u202e81.999\u202c", "bidi-isolates": "\u2066\u2067\u2068" * 99, "zero-width": "9\u200b9\u200d9\ufeff.18",
    "zalgo": "9" + "\u0301\u0489" * 500, "nfkc-bomb": "\ufdfa" * 5_000, "emoji": "😀👨‍👩‍👧‍👦🇨🇳", "variation": "9\ufe0f\u20e3",
    "plane-2": "\U00020000\U0002a6d6", "private-use": "\ue000\uf8ff\U0010fffd", "noncharacters": "\ufdd0\U0001fffe", "line-separators": "9\u2028\u2029\u0085\u000b".replace("\u000b", ""),
    "controls-escaped": CONTROLS, "escape-codes-escaped": "_x001B_[31m_x0007__x009B_2J", "escape-of-escape": "_x005F_x000D_", "escape-cut": "_x00", "surrogates-joined": "_xD83D__xDE00_",
    "markup": "&lt;/t&gt;&lt;script&gt;alert(1)&lt;/script&gt;]]&gt;&amp;amp;&quot;'", "formula": "=cmd|' /C calc'!A0", "plus-formula": "+HYPERLINK(&quot;http://127.0.0.1:9&quot;)",
    "at-formula": "@SUM(A1)", "tab-formula": "&#9;=1+1", "dashes": "－－－", "dash": "—", "wave": "～", "ditto": "〃", "tilde-number": "~999.18", "brackets-number": "(999.18)",
    "full-width-number": "（９９９．１８）", "unit-number": "￥999.18万元", "other-unit": "999.18元", "percent": "99918%", "approx": "约999.18", "note-mark": "999.18*", "two-numbers": "999.18/1000",
    "format-string": "%s%n{0}{cell.__class__}$\\{jndi:ldap://127.0.0.1:9/x}", "path": "../../../../etc/passwd", "sql": "'; DROP TABLE x; --", "nul-like": "\\0 \\x00 %00", "rich-markup": "[bold red]x[/bold red][link=http://127.0.0.1:9]y[/link]",
}  # fmt: skip
for short, text in TEXTS.items():
    cases.add(f"cell/{short if short.startswith('bidi') else f'text-{short}'}", value(text, "str"))
cases.add(
    "cell/text-3-mb", edit(SHEET, FIRST, lambda: FIRST.replace('s="8"', 't="str"').replace("999", "决算" * 600_000))
)
cases.add(
    "cell/text-3-mb-of-ordinals",
    edit(SHEET, FIRST, lambda: FIRST.replace('s="8"', 't="str"').replace("999", "一、" * 600_000)),
)
PLACES = {"title": TITLE, "unit": UNIT, "label": LABEL, "name-of-code": NAME}
for short, before in PLACES.items():
    plain = re.sub("</?t>", "", before)
    cases.add(f"cell/{short}-with-controls", shared(before, plain[:3] + CONTROLS + plain[3:]))
    cases.add(
        f"cell/{short}-with-escape-codes", shared(before, plain[:5] + "_x001B_]0;x_x0007__x001B_[31m" + plain[5:])
    )
    cases.add(f"cell/{short}-with-bidi", shared(before, "\u202e" + plain + "\u2066"))
    cases.add(f"cell/{short}-with-markup", shared(before, plain + "&lt;b&gt;&amp;&quot;'[bold]"))
    cases.add(f"cell/{short}-of-32k", shared(before, lambda plain=plain: plain + "长" * 32_000))
    cases.add(f"cell/{short}-empty", shared(before, ""))
    cases.add(f"cell/{short}-behind-100000-blanks", shared(before, lambda plain=plain: " " * 100_000 + plain))
cases.add("cell/label-of-ordinals-100000", shared(LABEL, lambda: "一、" * 100_000))
cases.add("cell/label-of-ordinals-1000000", shared(LABEL, lambda: "一、" * 1_000_000))
cases.add("cell/label-of-leads-100000", shared(LABEL, lambda: "其中:" * 100_000))
cases.add("cell/label-of-9-mb", shared(LABEL, lambda: "决算" * 1_400_000))
cases.add("cell/title-of-years", shared(TITLE, lambda: "2023年度" * 11 + "收入"))
cases.add("cell/year-0000", shared("<t>2023年度</t>", "2000年度"))
cases.add("cell/year-of-superscripts", shared("<t>2023年度</t>", "20²³年度"))
cases.add("cell/year-of-arabic-digits", shared("<t>2023年度</t>", "20٢٣年度"))
cases.add("cell/year-word-beside-nothing", shared("<t>2023年度</t>", "年度："))
cases.add("cell/table-number-of-arabic-digits", shared("<t>公开01表</t>", "公开٠١表"))
cases.add("cell/table-number-of-superscripts", shared("<t>公开01表</t>", "公开²表"))
cases.add("cell/column-numbers-superscript", sub(SHEET, r'(<c r="C6")( s="\d+")><v>1</v>', '\\1 t="str"><v>²</v>'))
cases.add("cell/line-numbers-arabic", sub(SHEET, r'(<c r="B\d+")( s="7")><v>\d+</v>', '\\1 t="str"><v>٣</v>'))
cases.add("cell/line-numbers-endless", sub(SHEET, r'(<c r="B7"[^>]*)><v>\d+</v>', "\\1><v>" + "9" * 5_000 + "</v>"))
cases.add("cell/codes-of-nine-digits", sub(SHEET3, r'(<c r="A8") s="\d+" t="s"><v>\d+</v>', "\\1><v>999999999</v>"))
cases.add(
    "cell/codes-of-5000-digits", sub(SHEET3, r'(<c r="A8") s="\d+" t="s"><v>\d+</v>', "\\1><v>" + "2" * 5_000 + "</v>")
)
cases.add("cell/codes-of-arabic-digits", sub(SHEET3, r'(<c r="A8") s="\d+" t="s"><v>\d+</v>', '\\1 t="str"><v>٢٠٨</v>'))
cases.add("cell/codes-negative", sub(SHEET3, r'(<c r="A8") s="\d+" t="s"><v>\d+</v>', "\\1><v>-208</v>"))
cases.add("cell/codes-with-exponent", sub(SHEET3, r'(<c r="A8") s="\d+" t="s"><v>\d+</v>', "\\1><v>2.08E2</v>"))

# --- formulas -------------------------------------------------------------------------------------------------

FORMULAS = {
    "only-8k": ("<f>" + "C8+" * 2_700 + "C9</f>", ""),
    "only-1-mb": ("<f>" + "C8+" * 300_000 + "C9</f>", ""),
    "nested-brackets": ("<f>" + "(" * 4_000 + "1" + ")" * 4_000 + "</f><v>1</v>", ""),
    "nested-ifs": ("<f>" + "IF(1," * 2_000 + "1" + ",0)" * 2_000 + "</f><v>1</v>", ""),
    "self-reference": ("<f>C7</f><v>999.18</v>", ""),
    "circle": ("<f>C38+F38</f><v>999.18</v>", ""),
    "of-whole-sheet": ("<f>SUM(A:XFD)</f><v>999.18</v>", ""),
    "without-value": ("<f>1/0</f>", ""),
    "with-empty-text": ("<f>&quot;&quot;</f><v></v>", "str"),
    "with-error": ("<f>#REF!</f><v>#REF!</v>", "e"),
    "empty": ("<f/><v>999.18</v>", ""),
    "two": ("<f>1</f><f>2</f><v>999.18</v>", ""),
    "behind-value": ("<v>999.18</v><f>1</f>", ""),
    "shared-without-master": ('<f t="shared" si="77"/><v>999.18</v>', ""),
    "shared-index-endless": (f'<f t="shared" si="{"9" * 5_000}" ref="C7:C9">C8</f><v>999.18</v>', ""),
    "shared-everywhere": ('<f t="shared" si="0" ref="A1:XFD1048576">C8</f><v>999.18</v>', ""),
    "array-everywhere": ('<f t="array" ref="A1:XFD1048576">C8:F9</f><v>999.18</v>', ""),
    "data-table": ('<f t="dataTable" ref="C7:C9" r1="#REF!" del1="1"/><v>999.18</v>', ""),
    "type-unknown": ('<f t="x" ca="x" si="-1">1</f><v>999.18</v>', ""),
    "dde": ("<f>cmd|'/c calc'!A0</f><v>999.18</v>", ""),
    "external": ("<f>[1]Sheet1!$A$1+'file:///etc/[passwd]x'!A1</f><v>999.18</v>", ""),
    "webservice": ("<f>WEBSERVICE(&quot;http://127.0.0.1:9/&quot;&amp;C7)</f><v>999.18</v>", ""),
    "macro-sheet": ("<f>EXEC(&quot;calc&quot;)</f><v>999.18</v>", ""),
}  # fmt: skip
for short, (xml, kind) in FORMULAS.items():
    cases.add(f"cell/formula-{short}", inside(xml, kind))
MASTER = '<f t="shared" si="0" ref="A1:XFD9999">' + "C8+" * 2_700 + "C9</f><v>"
cases.add(
    "cell/formula-of-8k-shared-by-50000",
    rows_added(
        lambda: (
            block(100, 500, 100)
            .replace("<v>", '<f t="shared" si="0"/><v>')
            .replace('<f t="shared" si="0"/><v>', MASTER, 1)
        )
    ),
)
cases.add("cell/formula-everywhere-without-values", sub(SHEET, r"<v>\d+\.\d+</v>", "<f>1</f>"))
cases.add(
    "cell/formula-50000-shared", rows_added(lambda: block(100, 500, 100).replace("<v>", '<f t="shared" si="0"/><v>'))
)


def calculated(formula: str, held: str = "1.23", rows: int = 900) -> Callable[[], str]:
    """Rows of codes with a formula for every amount."""
    place = f'<c r="{{0}}{{1}}"><f>{formula}</f><v>{held}</v></c>'
    return lambda: "".join(
        row(r, f'<c r="A{r}"><v>{2_010_000 + r}</v></c>', *(place.format(n, r) for n in "EFGHIJ"))
        for r in range(40, 40 + rows)
    )


EMPTY = ",".join(["A900000:A1048576"] * 110)
cases.add("cell/formulas-of-empty-ranges", grown(calculated(f"SUM({EMPTY})"), SHEET3))
cases.add("cell/formulas-of-1000-terms", grown(calculated("+".join("1" * 990)), SHEET3))
cases.add("cell/formulas-of-whole-columns", grown(calculated("SUM(A:J)+SUM(A1:XFD1048576)"), SHEET3))
cases.add("cell/formulas-of-brackets", grown(calculated("(" * 900 + "1" + ")" * 900, rows=400), SHEET3))
cases.add("cell/formulas-of-signs", grown(calculated("-" * 1_900 + "1", rows=400), SHEET3))
cases.add("cell/formulas-of-quotes", grown(calculated("'" * 1_999, rows=400), SHEET3))
cases.add("cell/formulas-of-words", grown(calculated("w" * 1_999, rows=400), SHEET3))
cases.add("cell/formulas-of-percents", grown(calculated("1" + "%" * 1_900, rows=400), SHEET3))
cases.add("cell/formulas-of-powers", grown(calculated("*".join(["9999999"] * 240), rows=400), SHEET3))
LONG = '<row r="999"><c r="Z999"><v>' + "9" * 1_000_000 + "</v></c></row>"
MANY = ",".join(["$Z$999"] * 280)
cases.add("cell/formulas-of-million-digits", grown(lambda: LONG + calculated(f"SUM({MANY})", rows=200)(), SHEET3))
for short, formula in {
    "division-by-zero": "1/0",
    "zero-by-zero": "0/0",
    "round-1e9": "ROUND(1,999999999)",
    "round-minus-9": "ROUND(9E99,-9)",
    "of-nan": "SUM(A1:Z99)",
    "of-other-sheet": "'公开02 收入决算表'!C7",
    "of-no-sheet": "'x'!C7",
    "of-arabic-digits": "C٣+1",
    "before-the-sheet": "A1-1E400",
    "of-1e400": "1E400",
    "unclosed": "SUM(",
    "empty-sum": "SUM()",
    "subtotal": "SUBTOTAL(9.0,C8:C9)",
    "subtotal-empty": "SUBTOTAL()",
    "min-of-nothing": "MIN(XFD1:XFD9)",
    "commas": "SUM(,,,)",
    "wild": "SUM(C8:C9,'x''y'!$A$1:XFD1048576)%%",
}.items():
    cases.add(f"cell/formula-{short}", inside(f"<f>{formula}</f><v>999.18</v>"))
cases.add(
    "cell/formula-shared-before-the-sheet",
    lambda: zipped(
        faulty()
        | {
            SHEET: text_of(SHEET)
            .replace(FIRST, FIRST.replace("<v>", '<f t="shared" si="0"/><v>'), 1)
            .replace(
                "</sheetData>",
                '<row r="999"><c r="Z999"><f t="shared" si="0" ref="A1:Z999">A1</f></c></row></sheetData>',
            )
            .encode()
        }
    ),
)

# --- styles -----------------------------------------------------------------------------------------------------

XF = '<xf numFmtId="{}" fontId="{}" fillId="{}" borderId="{}" xfId="{}"/>'
for text in ("-1", "15", "99999999999", "x", "²", "", "1.0", "9" * 5_000):
    cases.add(f"cell/style-{text[:12] or 'empty'}", edit(SHEET, FIRST, FIRST.replace('s="8"', f's="{text}"')))
cases.add("cell/styles-64000-xfs", edit(STYLES, "</cellXfs>", lambda: XF.format(0, 0, 0, 0, 0) * 63_985 + "</cellXfs>"))
cases.add("cell/styles-63999-xfs", edit(STYLES, "</cellXfs>", lambda: XF.format(0, 0, 0, 0, 0) * 63_984 + "</cellXfs>"))
cases.add(
    "cell/styles-200000-xfs",
    edit(STYLES, "</cellXfs>", lambda: "".join(XF.format(n, 0, 0, 0, 0) for n in range(200_000)) + "</cellXfs>"),
)
cases.add(
    "cell/styles-xfs-beyond",
    sub(STYLES, r'<xf numFmtId="164"[^>]*>', '<xf numFmtId="-1" fontId="99999" fillId="99999" borderId="x" xfId="">'),
)
cases.add("cell/styles-xfs-none", sub(STYLES, r"<cellXfs.*</cellXfs>", '<cellXfs count="0"/>'))
cases.add("cell/styles-xfs-missing", sub(STYLES, r"<cellXfs.*</cellXfs>", ""))
cases.add("cell/styles-xfs-twice", sub(STYLES, r"(<cellXfs.*</cellXfs>)", "<cellXfs/>\\1"))
cases.add("cell/styles-fills-missing", sub(STYLES, r"<fills.*</fills>", ""))
cases.add("cell/styles-fonts-missing", sub(STYLES, r"<fonts.*</fonts>", ""))
cases.add("cell/styles-borders-missing", sub(STYLES, r"<borders.*</borders>", ""))
cases.add("cell/styles-comments-first", sub(STYLES, r"(<(?:cellXfs|fills|fonts|borders)[^>]*>)", "\\1<!-- x -->"))
cases.add("cell/styles-comments-last", sub(STYLES, r"(</(?:cellXfs|fills|fonts|borders)>)", "<!-- x --><?p?>\\1"))
cases.add("cell/styles-strangers-among-xfs", edit(STYLES, "<cellXfs", "<!-- --><x/><cellXfs"))
cases.add(
    "cell/styles-order-reversed",
    swap(
        STYLES,
        lambda: re.sub(r"(<fonts.*</fonts>)(<fills.*</fills>)(<borders.*</borders>)", r"\3\2\1", text_of(STYLES)),
    ),
)
cases.add(
    "cell/styles-fonts-100000", edit(STYLES, "</fonts>", lambda: "<font><sz val='1'/></font>" * 100_000 + "</fonts>")
)
cases.add(
    "cell/styles-formats-100000",
    edit(
        STYLES,
        "</numFmts>",
        lambda: "".join(f'<numFmt numFmtId="{n}" formatCode="0.{n}"/>' for n in range(200, 100_200)) + "</numFmts>",
    ),
)
for short, code in {
    "100000-characters": "0" * 100_000,
    "100000-sections": ";" * 100_000,
    "brackets": "[" * 50_000,
    "quotes": "&quot;" * 50_001,
    "conditions": "[&gt;1e400][Red]0",
    "backslash": "0\\",
    "thousand-scale": "0.00,,,,,,,,,,",
    "locale": "[$-FFFFFFFF]@",
    "date": "yyyy年m月d日",
    "empty": "",
}.items():
    cases.add(f"cell/format-{short}", edit(STYLES, 'formatCode="#,##0.00"', f'formatCode="{code}"'))
