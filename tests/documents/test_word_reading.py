"""A .docx is read as it is printed: every character once, with its place."""

from __future__ import annotations

import io

import docx as python_docx
import pytest

from support.worddocs import docx, field, p, parts_of, row, run, textbox, zipped
from xlcheck.documents.document import DocumentKind
from xlcheck.documents.opening import document_kind, is_document, read_document
from xlcheck.errors import Refused


def text(body, **parts):
    document = read_document(docx(body, **parts))
    for paragraph in document.paragraphs:
        assert document.text[paragraph.start : paragraph.end] == paragraph.text
    assert document.text == "\n".join(q.text for q in document.paragraphs)
    return document.text


def places(body, **parts):
    return [(q.place, q.text) for q in read_document(docx(body, **parts)).paragraphs]


DELETED = "<w:del w:id='1' w:author='a'><w:r><w:delText>100</w:delText></w:r></w:del>"


@pytest.mark.parametrize("strict", [False, True])
def test_runs_of_a_paragraph_are_one_text_in_both_dialects(strict):
    assert text(p("收入总计", "10,6", "61.51万元"), strict=strict) == "收入总计10,661.51万元"


@pytest.mark.parametrize(
    "holder",
    [
        "<w:ins w:id='1' w:author='a'>{}</w:ins>", "<w:moveTo w:id='1' w:author='a'>{}</w:moveTo>", "<w:hyperlink>{}</w:hyperlink>",
        "<w:smartTag w:element='x'>{}</w:smartTag>", "<w:customXml w:element='x'>{}</w:customXml>", "<w:fldSimple w:instr='X'>{}</w:fldSimple>",
        "<w:sdt><w:sdtPr/><w:sdtContent>{}</w:sdtContent></w:sdt>", "<w:bdo w:val='ltr'>{}</w:bdo>",
        "<w:ins w:id='1' w:author='a'><w:hyperlink><w:sdt><w:sdtContent>{}</w:sdtContent></w:sdt></w:hyperlink></w:ins>",
    ],
)  # fmt: skip
def test_what_stands_in_a_holder_is_read_in_its_place(holder):
    assert text(p("增加", holder.format(run("12.50")), "万元")) == "增加12.50万元"


@pytest.mark.parametrize("name", ["del", "moveFrom"])
def test_what_is_deleted_is_not_read(name):
    body = p("增加", f"<w:{name} w:id='1'>{run('9')}<w:r><w:delText>8</w:delText></w:r></w:{name}>", "12万元")
    assert text(body) == "增加12万元"


def test_a_deleted_paragraph_mark_joins_two_paragraphs():
    deleted = "<w:pPr><w:rPr><w:del w:id='1' w:author='a'/></w:rPr></w:pPr>"
    assert text(p("收入10", properties=deleted) + p("万元。") + p("支出")) == "收入10万元。\n支出"
    assert text(p(DELETED, properties=deleted) + p("支出")) == "支出"
    assert text(p("支出") + p("末段", properties=deleted)) == "支出\n末段"


def test_deleted_rows_are_left_out():
    deleted = f"<w:tr><w:trPr><w:del w:id='1' w:author='a'/></w:trPr><w:tc>{p('旧')}</w:tc></w:tr>"
    assert text(f"<w:tbl>{row('甲')}{deleted}{row('乙')}</w:tbl>") == "甲\n乙"


def test_of_a_field_its_result_is_read():
    assert text(p("共", field("SUM(ABOVE)", "1", "2"), "项")) == "共12项"
    nested = field("IF X", "对") + run("了")
    inner = "<w:r><w:fldChar w:fldCharType='begin'/></w:r>" + run("码") + field("PAGE", "9") + (
        "<w:r><w:fldChar w:fldCharType='separate'/></w:r>" + run("果") + "<w:r><w:fldChar w:fldCharType='end'/></w:r>"
    )
    assert text(p(nested, inner)) == "对了果"


def test_a_field_may_go_over_paragraphs_and_one_that_never_ends_hides_nothing():
    begin = "<w:r><w:fldChar w:fldCharType='begin'/></w:r>"
    apart = "<w:r><w:fldChar w:fldCharType='separate'/></w:r>"
    end = "<w:r><w:fldChar w:fldCharType='end'/></w:r>"
    assert text(p(begin, "<w:r><w:instrText>TOC</w:instrText></w:r>", apart, "一、概况") + p("二、决算", end)) == "一、概况\n二、决算"
    assert text(p("收入", begin, "10万元") + p("支出20万元")) == "收入10万元\n支出20万元"
    assert text(p("收入10万元", end)) == "收入10万元"


def test_breaks_end_lines_that_go_on():
    document = read_document(docx(p("第一行", "<w:r><w:br/><w:t>第二行</w:t><w:cr/></w:r>")))
    assert [(q.text, q.continues) for q in document.paragraphs] == [("第一行", False), ("第二行", True), ("", True)]
    page = "<w:r><w:br w:type='page'/></w:r>"
    assert text(p(page, "二、") + p("甲", page) + p("乙", page, "丙")) == "二、\n甲\n乙\n丙"


def test_tabs_hyphens_symbols():
    inside = "<w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:noBreakHyphen/><w:softHyphen/><w:ptab/></w:r>"
    signs = "".join(f"<w:r><w:sym w:font='Symbol' w:char='{c}'/></w:r>" for c in ("F0A5", "F0B1", "F032", "F025"))
    assert text(p(inside, signs, "<w:r><w:sym w:font='Wingdings' w:char='F0FC'/></w:r>")) == "a\tb-\t∞±2%\uf0fc"
    assert text(p("甲", "<w:r><w:sym w:font='Symbol' w:char='XYZ'/><w:sym/></w:r>")) == "甲"


def test_blanks_at_the_ends_of_a_text_count_where_the_file_says_so():
    assert text(p("<w:r><w:t> 12 </w:t></w:r>", "万元")) == "12万元"
    assert text(p("<w:r><w:t xml:space='preserve'> 12 </w:t></w:r>", "万元")) == " 12 万元"
    assert text(p("<w:r><w:t>1\n2</w:t></w:r>")) == "1 2"


def test_hidden_text_is_not_printed():
    styles = "<w:style w:type='character' w:styleId='h'><w:name w:val='h'/><w:rPr><w:vanish/></w:rPr></w:style>"
    styles += "<w:style w:type='character' w:styleId='k'><w:name w:val='k'/><w:basedOn w:val='h'/></w:style>"
    hidden = [run("8", "<w:rPr><w:vanish/></w:rPr>"), run("7", "<w:rPr><w:rStyle w:val='k'/></w:rPr>")]
    shown = [run("5", "<w:rPr><w:vanish w:val='0'/><w:rStyle w:val='k'/></w:rPr>")]
    assert text(p("1", *hidden, *shown), styles=styles) == "15"


def test_a_text_box_is_read_once_behind_the_paragraph_that_holds_it():
    body = p("前", textbox("框中12万元"), "后") + p("末")
    assert places(body) == [("body", "前后"), ("textbox", "框中12万元"), ("body", "末")]
    old = "<w:r><w:pict><v:shape><v:textbox><w:txbxContent>" + p("旧框") + "</w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
    assert places(p("前", old)) == [("body", "前"), ("textbox", "旧框")]
    nested = textbox("外").replace(p("外"), p("外", textbox("内")))
    assert places(p("前", nested)) == [("body", "前"), ("textbox", "外"), ("textbox", "内")]


def test_of_alternatives_the_one_that_is_known_is_read():
    either = "<mc:AlternateContent><mc:Choice Requires='{}'>" + run("新") + "</mc:Choice><mc:Fallback>" + run("旧") + "</mc:Fallback></mc:AlternateContent>"
    assert text(p(either.format("w14"))) == "新"
    assert text(p(either.format("odd"))) == "旧"
    blocks = "<mc:AlternateContent><mc:Choice Requires='odd'>" + p("新") + "</mc:Choice></mc:AlternateContent>"
    assert text(blocks) == "新"


def test_notes_come_last_and_their_numbers_are_no_figures():
    notes = "<w:footnote w:id='-1' w:type='separator'>" + p("---") + "</w:footnote>"
    notes += "<w:footnote w:id='2'>" + p("<w:r><w:footnoteRef/></w:r>", "含2万元结转") + "</w:footnote>"
    ends = "<w:endnote w:id='3'>" + p("尾注") + "</w:endnote>"
    body = p("占38.28%", "<w:r><w:endnoteReference w:id='3'/></w:r><w:r><w:footnoteReference w:id='2'/></w:r>", "。") + p("末")
    assert places(body, footnotes=notes, endnotes=ends) == [
        ("body", "占38.28%。"), ("body", "末"), ("footnote", "尾注"), ("footnote", "含2万元结转"),
    ]  # fmt: skip


def test_readings_above_characters_and_comments_of_others_are_not_part_of_the_text():
    ruby = "<w:r><w:ruby><w:rubyPr/><w:rt>" + run("cái") + "</w:rt><w:rubyBase>" + run("财") + "</w:rubyBase></w:ruby></w:r>"
    comment = "<w:comment w:id='0' w:author='某'>" + p("看") + "</w:comment>"
    marked = "<w:commentRangeStart w:id='0'/>" + run("政") + "<w:commentRangeEnd w:id='0'/><w:r><w:commentReference w:id='0'/></w:r>"
    assert text(p(ruby, marked), comments=comment, header1=p("页眉")) == "财政"


def test_formulas_are_one_line():
    formula = "<m:oMath><m:r><m:t>p=</m:t></m:r><m:f><m:num><m:r><m:t>3</m:t></m:r></m:num><m:den><m:r><m:t>4</m:t></m:r></m:den></m:f></m:oMath>"
    assert text(p("即", formula)) == "即p=3/4"


def test_comments_and_instructions_of_xml_cut_nothing():
    assert text(p("<w:r><w:t>12<!-- x -->.50<?y z?>万元</w:t></w:r>", "<!-- 9 -->")) == "12.50万元"


def test_styles_say_what_is_a_heading():
    styles = (
        "<w:style w:type='paragraph' w:default='1' w:styleId='a'><w:name w:val='Normal'/></w:style>"
        "<w:style w:type='paragraph' w:styleId='1'><w:name w:val='heading 1'/><w:pPr><w:outlineLvl w:val='0'/></w:pPr></w:style>"
        "<w:style w:type='paragraph' w:styleId='x'><w:name w:val='章节'/><w:basedOn w:val='y'/></w:style>"
        "<w:style w:type='paragraph' w:styleId='y'><w:name w:val='Y'/><w:basedOn w:val='x'/><w:pPr><w:outlineLvl w:val='1'/></w:pPr></w:style>"
    )
    body = "".join(p("甲", properties=f"<w:pPr>{q}</w:pPr>") for q in (
        "", "<w:pStyle w:val='1'/>", "<w:pStyle w:val='x'/>", "<w:outlineLvl w:val='2'/>", "<w:pStyle w:val='x'/><w:outlineLvl w:val='9'/>",
    ))  # fmt: skip
    found = [q.style for q in read_document(docx(body, styles=styles)).paragraphs]
    assert found == ["normal", "heading 1", "heading 2", "heading 3", "章节"]


# --- tables ---------------------------------------------------------------------------------------


def test_a_table_is_read_like_a_sheet_with_the_headings_above_it():
    wide = "<w:tc><w:tcPr><w:gridSpan w:val='2'/></w:tcPr>" + p("收入") + "</w:tc>"
    begin = "<w:tc><w:tcPr><w:vMerge w:val='restart'/></w:tcPr>" + p("一、") + "</w:tc>"
    goes_on = "<w:tc><w:tcPr><w:vMerge/></w:tcPr>" + p("") + "</w:tc>"
    table = "<w:tbl>" + row(wide, "支出") + row(begin, "10.50", "0208") + row(goes_on, "2,000", "") + "</w:tbl>"
    body = p("本年收入合计12万元，比上年增加。") + p("收入支出决算总表") + p("部门：某中心\t\t金额单位：万元") + table + p("后文")
    document = read_document(docx(body))
    (found,) = document.tables
    grid = found.grid
    assert [grid.text(1, 1), grid.text(2, 1), grid.text(2, 2)] == ["收入支出决算总表", "部门：某中心", "金额单位：万元"]
    assert [grid.text(3, c) for c in (1, 2, 3)] == ["收入", "", "支出"]
    assert [grid.text(4, c) for c in (1, 2, 3)] == ["一、", "10.50", "0208"]
    assert [grid.rows[4][c].type for c in (1, 2, 3)] == ["s", "n", "s"]
    assert grid.text(5, 2) == "2000"
    assert grid.merges == [(3, 1, 3, 2), (4, 1, 5, 1)]
    assert {at: document.text[a:b] for at, (a, b) in found.spans.items() if b > a} == {
        (1, 1): "收入支出决算总表", (2, 1): "部门：某中心", (2, 2): "金额单位：万元", (3, 1): "收入", (3, 3): "支出",
        (4, 1): "一、", (4, 2): "10.50", (4, 3): "0208", (5, 2): "2,000",
    }  # fmt: skip
    assert [q.place for q in document.paragraphs] == ["body"] * 3 + ["table"] * 7 + ["body"]


def test_rows_and_cells_in_content_controls_are_rows_and_cells():
    controlled = f"<w:sdt><w:sdtContent>{row('甲', '1')}</w:sdtContent></w:sdt>"
    cell = f"<w:tr><w:sdt><w:sdtContent><w:tc>{p('乙')}</w:tc></w:sdtContent></w:sdt><w:tc>{p('2')}</w:tc></w:tr>"
    (grid,) = read_document(docx(f"<w:tbl>{controlled}{cell}</w:tbl>")).grids
    assert [[grid.text(r, c) for c in (1, 2)] for r in (1, 2)] == [["甲", "1"], ["乙", "2"]]


def test_a_table_in_a_cell_is_a_table_of_its_own():
    inner = f"<w:tbl>{row('项目', '金额')}{row('合计', '5')}</w:tbl>"
    outer = f"<w:tbl><w:tr><w:tc>{p('收入决算表')}{inner}{p('注')}</w:tc></w:tr></w:tbl>"
    document = read_document(docx(outer))
    assert document.text == "收入决算表\n项目\n金额\n合计\n5\n注"
    first, second = document.grids
    assert first.text(1, 1) == "收入决算表\n注"
    assert [second.text(r, 1) for r in (1, 2, 3)] == ["收入决算表", "项目", "合计"]


def test_cells_that_begin_farther_right():
    table = f"<w:tbl>{row('甲', '1')}<w:tr><w:trPr><w:gridBefore w:val='1'/></w:trPr><w:tc>{p('2')}</w:tc></w:tr></w:tbl>"
    (grid,) = read_document(docx(table)).grids
    assert (grid.text(1, 2), grid.text(2, 2)) == ("1", "2")


# --- numbering ------------------------------------------------------------------------------------


def level(at, form, shown, start=1, more=""):
    return f"<w:lvl w:ilvl='{at}'><w:start w:val='{start}'/><w:numFmt w:val='{form}'/>{more}<w:lvlText w:val='{shown}'/></w:lvl>"


NUMBERING = (
    "<w:abstractNum w:abstractNumId='0'>"
    + level(0, "chineseCounting", "%1、") + level(1, "chineseCountingThousand", "（%2）") + level(2, "decimal", "%3.") + level(3, "decimal", "%1.%3.%4", more="<w:isLgl/>")
    + "</w:abstractNum><w:abstractNum w:abstractNumId='1'>" + level(0, "decimalEnclosedCircleChinese", "%1", 3) + "</w:abstractNum>"
    "<w:num w:numId='1'><w:abstractNumId w:val='0'/></w:num><w:num w:numId='2'><w:abstractNumId w:val='1'/></w:num>"
    "<w:num w:numId='3'><w:abstractNumId w:val='0'/><w:lvlOverride w:ilvl='0'><w:startOverride w:val='5'/></w:lvlOverride></w:num>"
)  # fmt: skip


def numbers(*listed, styles=""):
    body = "".join(
        p("甲", properties=f"<w:pPr><w:numPr><w:ilvl w:val='{at}'/><w:numId w:val='{key}'/></w:numPr></w:pPr>") for key, at in listed
    )
    return [q.numbering for q in read_document(docx(body, numbering=NUMBERING, styles=styles)).paragraphs]


def test_automatic_numbers_are_counted_as_they_are_printed():
    assert numbers((1, 0), (1, 1), (1, 1), (1, 2), (1, 3), (1, 0), (1, 1), (0, 0), (2, 0), (2, 0), (9, 0)) == [
        "一、", "（一）", "（二）", "1.", "1.1.1", "二、", "（一）", "", "③", "④", "",
    ]  # fmt: skip


def test_a_list_that_restarts_does_so_once():
    assert numbers((1, 0), (1, 0), (3, 0), (3, 0), (1, 0)) == ["一、", "二、", "五、", "六、", "七、"]


def test_a_style_numbers_its_paragraphs_and_a_paragraph_may_refuse():
    styles = "<w:style w:type='paragraph' w:styleId='n'><w:name w:val='n'/><w:pPr><w:numPr><w:numId w:val='1'/></w:numPr></w:pPr></w:style>"
    body = p("甲", properties="<w:pPr><w:pStyle w:val='n'/></w:pPr>")
    body += p("乙", properties="<w:pPr><w:pStyle w:val='n'/><w:numPr><w:numId w:val='0'/></w:numPr></w:pPr>")
    body += p("丙", properties="<w:pPr><w:pStyle w:val='n'/></w:pPr>")
    assert [q.numbering for q in read_document(docx(body, numbering=NUMBERING, styles=styles)).paragraphs] == ["一、", "", "二、"]


# --- another maker --------------------------------------------------------------------------------


def test_a_document_of_python_docx():
    made = python_docx.Document()
    made.add_heading("第一部分 概况", 1)
    made.add_paragraph("收入").add_run("10万元").bold = True
    table = made.add_table(2, 2)
    table.cell(0, 0).merge(table.cell(0, 1)).text = "合并"
    table.cell(1, 1).text = "7.00"
    made.sections[0].header.paragraphs[0].text = "页眉"
    out = io.BytesIO()
    made.save(out)
    document = read_document(out.getvalue())
    body = [q for q in document.paragraphs if q.place == "body"]
    assert [q.text for q in body] == [q.text for q in python_docx.Document(out).paragraphs]
    assert body[0].style == "heading 1"
    grid = document.grids[0]
    assert [cell.text for cells in grid.rows.values() for cell in cells.values()] == ["第一部分 概况", "收入10万元", "合并", "7.00"]


# --- what is no text ------------------------------------------------------------------------------


def test_pictures_and_objects_are_said():
    picture = "<w:r><w:drawing><a:graphic><a:blip/></a:graphic></w:drawing></w:r>"
    thing = "<w:r><w:object><o:OLEObject ProgID='Excel.Sheet.12'/></w:object></w:r>"
    said = read_document(docx(p("见图", picture, picture, thing))).unread
    assert len(said) == 2
    assert "2 张图片" in said[0]
    assert "1 个对象" in said[1]
    with pytest.raises(Refused, match="只有图片") as caught:
        read_document(docx(p(picture)))
    assert caught.value.code == "pictures_only"


def test_a_document_without_text_is_refused():
    with pytest.raises(Refused, match="没有任何文字") as caught:
        read_document(docx(p("") + p("  ")))
    assert caught.value.code == "empty_document"


def test_the_name_of_a_word_document_says_nothing():
    data = docx(p("甲"))
    assert document_kind(data, "报告.xlsx") is DocumentKind.DOCX
    assert is_document(data)
    assert read_document(data, "a.txt").kind is DocumentKind.DOCX


def test_a_workbook_is_no_document(sample):
    assert not is_document(sample, "a.docx")
    with pytest.raises(Refused):
        read_document(sample, "a.docx")


def test_the_package_may_name_its_parts_as_it_likes():
    files = parts_of(docx(p("甲"), styles=""))
    moved = {n.replace("word/", "文档/").replace("document.xml", "main.xml"): d for n, d in files.items()}
    moved["_rels/.rels"] = moved["_rels/.rels"].replace(b"word/document.xml", "/文档/main.xml".encode())
    moved["word/nothing.xml"] = b"<x/>"
    assert read_document(zipped(moved)).text == "甲"
