"""Comments in a Word document: on the exact characters, beside those of others, and off again byte for byte."""

from __future__ import annotations

import hashlib
import io
import json
import re
import struct
import zipfile

import docx as python_docx
import pytest

from support.office import Office, needs_office
from support.worddocs import W, commented, docx, field, p, parsed, parts_of, row, run, textbox, zipped
from xlcheck.documents.opening import read_document
from xlcheck.errors import Refused
from xlcheck.writing.word import TextMark, marked_document, unmarked_document

OTHERS = "<w:comment w:id='7' w:author='某' w14:paraId='0A'>" + p("看一看") + "</w:comment>"
OTHERS_RANGE = (
    "<w:commentRangeStart w:id='7'/>"
    + run("收入")
    + "<w:commentRangeEnd w:id='7'/><w:r><w:commentReference w:id='7'/></w:r>"
)


def mark(data, words, said="应为 1", nth=0):
    text = read_document(data).text
    start = [m.start() for m in re.finditer(re.escape(words), text)][nth]
    return TextMark(start, start + len(words), said)


def on(data, *words, summary="共 1 处"):
    """What comments hold after marking these words, without the summary."""
    copy = marked_document(data, [mark(data, w, f"看：{w}") for w in words], summary)
    assert unmarked_document(copy) == data
    assert read_document(copy).text == read_document(data).text
    return {
        said: held for author, said, held in commented(copy).values() if said.startswith("看：") or "\n看：" in said
    }


def body_of(copy):
    return parts_of(copy)["word/document.xml"].decode()


# --- where ------------------------------------------------------------------------------------------


def test_the_summary_is_on_the_title_and_a_mark_on_its_characters():
    data = docx(p("") + p("2023年度部门决算") + p("收入总计10,661.51万元，增长38.28%。"))
    copy = marked_document(data, [mark(data, "38.28%", "应为 38.29%\n请改正")], "共 1 处错误")
    assert list(commented(copy).values()) == [
        ("xlcheck", "共 1 处错误", "2023年度部门决算"), ("xlcheck", "应为 38.29%\n请改正", "38.28%"),
    ]  # fmt: skip


def test_a_run_that_is_cut_keeps_its_properties_on_both_sides():
    bold = "<w:rPr><w:b/><w:color w:val='FF0000'/></w:rPr>"
    data = docx(p(f"<w:r w:rsidR='00AB'>{bold}<w:t>增长38.28%。</w:t></w:r>"))
    copy = marked_document(data, [mark(data, "38.28%")], "题")
    made = python_docx.Document(io.BytesIO(copy)).paragraphs[0].runs
    assert [(r.text, r.bold) for r in made if r.text] == [("增长", True), ("38.28%", True), ("。", True)]
    assert body_of(copy).count('w:rsidR="00AB"') == 3


def test_words_over_many_runs_have_one_range():
    data = docx(p("收入", *"10,661.51", "万元"))
    assert on(data, "10,661.51") == {"看：10,661.51": "10,661.51"}


def test_words_in_insertions_links_controls_and_fields():
    data = docx(
        p("甲", "<w:ins w:id='1' w:author='a'>" + run("增加12.50万元") + "</w:ins>", "乙")
        + p("<w:hyperlink>" + run("占38.28%的") + "</w:hyperlink>")
        + p("<w:sdt><w:sdtPr/><w:sdtContent>" + run("支出77万元") + "</w:sdtContent></w:sdt>")
        + p("共", field("X", "5", "6项")) + f"<w:tbl>{row('合计', '1,234.50')}</w:tbl>"
    )  # fmt: skip
    words = ("12.50", "38.28%", "77", "56", "1,234.50")
    assert on(data, *words) == {f"看：{w}": w for w in words}


def test_a_reference_is_part_of_no_insertion_and_no_link():
    data = docx(p("<w:ins w:id='1' w:author='a'><w:hyperlink>" + run("增加12万元") + "</w:hyperlink></w:ins>"))
    root = parsed(body_of(marked_document(data, [mark(data, "12")], "题")))
    parents = {child: parent for parent in root.iter() for child in parent}
    for reference in root.iter(f"{{{W}}}commentReference"):
        assert parents[parents[reference]].tag == f"{{{W}}}p"


def test_a_range_in_a_control_that_is_filled_from_data_goes_around_it():
    bound = (
        "<w:sdt><w:sdtPr><w:dataBinding w:xpath='x'/></w:sdtPr><w:sdtContent>"
        + run("支出77万元")
        + "</w:sdtContent></w:sdt>"
    )
    assert on(docx(p("本年", bound)), "77") == {"看：77": "支出77万元"}


def test_what_no_comment_can_stand_in_is_commented_where_it_is_held_and_said():
    notes = "<w:footnote w:id='2'>" + p("含结转2.5万元") + "</w:footnote>"
    data = docx(
        p("题") + p("前", textbox("框中12.5万元"), "<w:r><w:footnoteReference w:id='2'/></w:r>"), footnotes=notes
    )
    found = on(data, "12.5万元", "2.5万元")
    assert set(found) == {"（针对文本框中的“12.5万元”）\n看：12.5万元", "（针对文本框中的“2.5万元”）\n看：2.5万元"}
    noted = marked_document(data, [mark(data, "2.5万元", "看", nth=1)], "题")
    assert "（针对脚注或尾注中的“2.5万元”）\n看" in [said for _, said, _ in commented(noted).values()]
    assert unmarked_document(noted) == data


def test_formulas_and_readings_are_commented_whole():
    formula = "<m:oMath><m:r><m:t>12/34</m:t></m:r></m:oMath>"
    ruby = "<w:r><w:ruby><w:rt>" + run("cz") + "</w:rt><w:rubyBase>" + run("财政") + "</w:rubyBase></w:ruby></w:r>"
    copy = marked_document(
        docx(p("题") + p("即", formula) + p(ruby, "部门")), [TextMark(4, 6, "式"), TextMark(9, 10, "财")], "题"
    )
    body = body_of(copy)
    assert re.search(r'<w:commentRangeStart w:id="1"/><m:oMath>.*?</m:oMath><w:commentRangeEnd w:id="1"/>', body)
    assert re.search(
        r'<w:commentRangeStart w:id="2"/><w:r><w:ruby>.*?</w:ruby></w:r><w:commentRangeEnd w:id="2"/>', body
    )


def test_marks_that_overlap_or_touch_or_repeat():
    data = docx(p("0123456789"))
    ranges = [(0, 10), (2, 5), (2, 5), (4, 8), (5, 6), (8, 10)]
    copy = marked_document(data, [TextMark(a, b, f"{n}") for n, (a, b) in enumerate(ranges)], "题")
    found = {said: held for _, said, held in commented(copy).values()}
    assert found == {"题": "0123456789"} | {f"{n}": "0123456789"[a:b] for n, (a, b) in enumerate(ranges)}
    assert unmarked_document(copy) == data


def test_a_mark_without_characters_goes_to_its_line():
    data = docx(p("题") + p("收入") + p("") + p("支出"))
    text = read_document(data).text
    at = text.index("收入")
    copy = marked_document(data, [TextMark(at + 1, at + 1, "缺数"), TextMark(at + 3, at + 3, "空段")], "题")
    assert [held for _, _, held in commented(copy).values()] == ["题", "收入", "收入"]


def test_a_mark_outside_of_the_text_is_a_mistake_of_the_caller():
    with pytest.raises(ValueError, match="TextMark"):
        marked_document(docx(p("题")), [TextMark(0, 5, "x")], "题")


def test_the_text_of_a_comment_is_text():
    data = docx(p("题"))
    copy = marked_document(data, [TextMark(0, 1, "<w:b/>&\x00\x1b“”\n二")], "题")
    assert [said for _, said, _ in commented(copy).values()][1] == "<w:b/>&\ufffd\ufffd“”\n二"


# --- beside others ----------------------------------------------------------------------------------


def test_comments_of_others_stay_with_their_ids_and_what_is_said_about_them():
    data = docx(
        p(OTHERS_RANGE, "10万元"), comments=OTHERS, commentsExtended="<w15:commentEx w15:paraId='0A' w15:done='0'/>",
        people="<w15:person w15:author='某'/>",
    )  # fmt: skip
    copy = marked_document(data, [mark(data, "收入10")], "题")
    assert commented(copy) == {
        "7": ("某", "看一看", "收入"), "8": ("xlcheck", "题", "收入10万元"), "9": ("xlcheck", "应为 1", "收入10"),
    }  # fmt: skip
    before, after = parts_of(data), parts_of(copy)
    assert {n for n in before if before[n] != after[n]} == {
        "word/document.xml", "word/comments.xml", "[Content_Types].xml", "_rels/.rels",
    }  # fmt: skip
    assert unmarked_document(copy) == data


def test_a_part_that_has_the_usual_name_and_is_not_the_documents_is_left_alone():
    files = parts_of(docx(p("题"))) | {"word/comments.xml": b"<x/>"}
    data = zipped(files)
    copy = marked_document(data, [], "题")
    assert parts_of(copy)["word/comments.xml"] == b"<x/>"
    assert "word/comments1.xml" in parts_of(copy)
    assert unmarked_document(copy) == data


def test_a_strict_document_gets_strict_comments():
    data = docx(p("题10"), strict=True)
    parts = parts_of(marked_document(data, [mark(data, "10")], "题"))
    assert b"purl.oclc.org/ooxml/wordprocessingml/main" in parts["word/comments.xml"]
    assert b"purl.oclc.org/ooxml/officeDocument/relationships/comments" in parts["word/_rels/document.xml.rels"]
    assert on(data, "10") == {"看：10": "10"}


def test_a_signature_is_left_out_of_the_copy_and_comes_back():
    files = parts_of(docx(p("题")))
    kind = "http://schemas.openxmlformats.org/package/2006/relationships/digital-signature/origin"
    files["_rels/.rels"] = files["_rels/.rels"].replace(
        b"</Relationships>",
        f'<Relationship Id="s" Type="{kind}" Target="_xmlsignatures/origin.sigs"/></Relationships>'.encode(),
    )
    files["_xmlsignatures/origin.sigs"] = b""
    data = zipped(files)
    copy = marked_document(data, [], "题")
    assert "_xmlsignatures/origin.sigs" not in parts_of(copy)
    assert unmarked_document(copy) == data


# --- off again --------------------------------------------------------------------------------------


def odd_zip():
    """A zip as programs write them: extra fields, sizes behind the data, a folder, a comment, stored parts, other dates."""

    class Pipe(io.BytesIO):
        def seekable(self):
            return False

        def tell(self):
            raise OSError

        def seek(self, *_):
            raise OSError

    out = Pipe()
    with zipfile.ZipFile(out, "w") as archive:
        for n, (name, data) in enumerate(parts_of(docx(p("收入10万元"))).items()):
            info = zipfile.ZipInfo(name, (2024, 1, 1 + n, 8, 0, 0))
            info.compress_type = zipfile.ZIP_STORED if n == 1 else zipfile.ZIP_DEFLATED
            info.extra = struct.pack("<HH4s", 0xA028, 4, b"grow")
            archive.writestr(info, data)
        archive.writestr("media/", b"")
        archive.comment = b"made by nobody"
    return out.getvalue()


def test_the_file_comes_back_byte_for_byte_however_it_was_zipped():
    data = odd_zip()
    copy = marked_document(data, [mark(data, "10")], "题")
    assert len(commented(copy)) == 2
    assert unmarked_document(copy) == data
    assert marked_document(copy, [mark(copy, "10")], "题") == copy


def test_what_was_never_marked_stays_as_it_is():
    for data in (odd_zip(), docx(p("甲"), comments=OTHERS), b"plain text", b"%PDF-1.4"):
        assert unmarked_document(data) == data


def test_a_second_check_takes_the_first_ones_marks_off():
    data = docx(p("收入10万元"))
    first = marked_document(data, [mark(data, "10", "一")], "题")
    second = marked_document(first, [mark(first, "万元", "二")], "题")
    assert [said for _, said, _ in commented(second).values()] == ["题", "二"]
    assert unmarked_document(second) == data


def edited(copy, *, keeps_parts):
    """The copy after a person has changed a word and answered a comment, in a program that keeps parts it does not know or not."""
    files = parts_of(copy)
    files["word/document.xml"] = files["word/document.xml"].replace("万元".encode(), "亿元".encode())
    files["word/comments.xml"] = re.sub(
        rb'(<w:comment w:id="8".*?)<w:p>', rb'\1<w:p w14:paraId="0B">', files["word/comments.xml"], count=1
    ).replace(
        b"</w:comments>",
        ("<w:comment w:id='30' w:author='某' w14:paraId='0C'>" + p("已改") + "</w:comment></w:comments>").encode(),
    )
    files["word/document.xml"] = (
        files["word/document.xml"]
        .replace(
            b'<w:commentRangeEnd w:id="8"/>',
            b'<w:commentRangeStart w:id="30"/><w:commentRangeEnd w:id="8"/><w:commentRangeEnd w:id="30"/>',
        )
        .replace(
            b'<w:r><w:commentReference w:id="8"/></w:r>',
            b'<w:r><w:commentReference w:id="8"/></w:r><w:r><w:commentReference w:id="30"/></w:r>',
        )
    )
    files["word/commentsExtended.xml"] = files["word/commentsExtended.xml"].replace(
        b"<w15:commentEx",
        b'<w15:commentEx w15:paraId="0B" w15:done="1"/><w15:commentEx w15:paraId="0C" w15:paraIdParent="0B"/><w15:commentEx',
        1,
    )
    files["word/people.xml"] = files["word/people.xml"].replace(
        b"<w15:person", b"<w15:person w15:author='xlcheck'/><w15:person", 1
    )
    if not keeps_parts:
        del files["xlcheck/stash.zip"]
        files["_rels/.rels"] = re.sub(rb"<Relationship [^>]*urn:xlcheck:stash[^>]*/>", b"", files["_rels/.rels"])
        files["[Content_Types].xml"] = re.sub(rb"<Override [^>]*stash[^>]*/>", b"", files["[Content_Types].xml"])
    return zipped(files)


@pytest.mark.parametrize("keeps_parts", [True, False])
def test_of_a_copy_that_was_edited_only_our_comments_go(keeps_parts):
    data = docx(
        p(OTHERS_RANGE, "10万元"),
        comments=OTHERS,
        commentsExtended="<w15:commentEx w15:paraId='0A'/>",
        people="<w15:person w15:author='某'/>",
    )
    worked = edited(marked_document(data, [mark(data, "10")], "题"), keeps_parts=keeps_parts)
    back = unmarked_document(worked)
    assert commented(back) == {"7": ("某", "看一看", "收入"), "30": ("某", "已改", "")}
    assert read_document(back).text == "收入10亿元"
    parts = parts_of(back)
    assert "xlcheck/stash.zip" not in parts
    assert b"stash" not in parts["_rels/.rels"] + parts["[Content_Types].xml"]
    assert b"0B" not in parts["word/commentsExtended.xml"]
    assert parts["word/commentsExtended.xml"].count(b"commentEx ") == 2
    assert b"xlcheck" not in parts["word/people.xml"] + parts["word/document.xml"] + parts["word/comments.xml"]
    again = marked_document(worked, [mark(worked, "亿元")], "题")
    assert unmarked_document(again) == back


def test_nothing_of_ours_is_left_in_an_edited_copy_that_had_no_comments():
    data = docx(p("收入10万元"))
    files = parts_of(marked_document(data, [mark(data, "10")], "题"))
    files["word/document.xml"] = files["word/document.xml"].replace("万元".encode(), "亿元".encode())
    parts = parts_of(unmarked_document(zipped(files)))
    assert set(parts) == set(parts_of(data))
    assert b"comment" not in b"".join(parts.values())
    assert len(python_docx.Document(io.BytesIO(unmarked_document(zipped(files)))).paragraphs) == 1


def test_nobody_can_hide_another_text_in_the_originals():
    """A copy whose originals say something else than what it shows is taken for edited."""
    shown, hidden = docx(p("收入10万元")), docx(p("收入99万元"))
    outer, inner = parts_of(marked_document(shown, [], "题")), parts_of(marked_document(hidden, [], "题"))
    stash = zipfile.ZipFile(io.BytesIO(inner["xlcheck/stash.zip"]))
    manifest = json.loads(stash.read("manifest.json"))
    manifest["marked"] = {
        n: hashlib.sha256(outer[next(k for k in outer if k.lower() == n)]).hexdigest() for n in manifest["marked"]
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in stash.namelist():
            archive.writestr(name, json.dumps(manifest) if name == "manifest.json" else stash.read(name))
    outer["xlcheck/stash.zip"] = out.getvalue()
    back = unmarked_document(zipped(outer))
    assert read_document(back).text == "收入10万元"
    assert commented(back) == {}


# --- other programs ---------------------------------------------------------------------------------


def test_python_docx_finds_the_comments():
    made = python_docx.Document()
    made.add_heading("2023年度部门决算", 0)
    made.add_paragraph("收入10万元")
    out = io.BytesIO()
    made.save(out)
    copy = marked_document(out.getvalue(), [mark(out.getvalue(), "10", "应为 11")], "共 1 处")
    assert [(c.author, c.text) for c in python_docx.Document(io.BytesIO(copy)).comments] == [
        ("xlcheck", "共 1 处"),
        ("xlcheck", "应为 11"),
    ]
    assert unmarked_document(copy) == out.getvalue()


def annotations(odt):
    """The comments in an .odt: what they say and the words in their range."""
    office, text = "urn:oasis:names:tc:opendocument:xmlns:office:1.0", "urn:oasis:names:tc:opendocument:xmlns:text:1.0"
    found, opened = {}, {}

    def walk(element):
        name = element.get(f"{{{office}}}name")
        if element.tag == f"{{{office}}}annotation":
            said = "\n".join("".join(q.itertext()) for q in element if q.tag == f"{{{text}}}p")
            opened[name] = said
            found[said] = ""
            return
        if element.tag == f"{{{office}}}annotation-end":
            opened.pop(name, None)
            return
        put(element.text)
        for child in element:
            if child.tag == f"{{{text}}}s":
                put(" ")
            walk(child)
            put(child.tail)

    def put(words):
        for said in opened.values():
            found[said] += words or ""

    walk(parsed(parts_of(odt)["content.xml"]))
    return found


@needs_office
def test_libreoffice_shows_every_comment_at_its_words_and_gives_the_rest_back(tmp_path):
    body = (
        p("2023年度部门决算") + p("收入", "10,", "661.51", "万元，", "<w:ins w:id='1' w:author='a' w:date='2024-01-01T00:00:00Z'>" + run("增加12.50万元") + "</w:ins>", "。")
        + p("<w:sdt><w:sdtPr/><w:sdtContent>" + run("支出77万元") + "</w:sdtContent></w:sdt>", OTHERS_RANGE)
        + f"<w:tbl><w:tblPr/><w:tblGrid><w:gridCol w:w='3000'/><w:gridCol w:w='3000'/></w:tblGrid>{row('合计', '1,234.50')}</w:tbl>" + p("末")
    )  # fmt: skip
    data = docx(body, comments=OTHERS)
    words = ("10,661.51", "12.50", "77", "1,234.50")
    copy = marked_document(data, [mark(data, w, f"看：{w}") for w in words], "共 4 处")
    office = Office(tmp_path)
    odt = office.converted(copy, ".docx", "odt")
    found = annotations(odt)
    assert found == {"共 4 处": "2023年度部门决算", "看一看": "收入", **{f"看：{w}": w for w in words}}
    saved = office.converted(copy, ".docx", "docx")
    assert len(commented(saved)) == 6
    back = unmarked_document(saved)
    assert [author for author, _, _ in commented(back).values()] == ["某"]
    assert read_document(back).text == read_document(data).text


@needs_office
def test_an_old_document_is_marked_in_what_libreoffice_makes_of_it(tmp_path):
    office = Office(tmp_path)
    old = office.converted(docx(p("2023年度部门决算") + p("收入10万元")), ".docx", "doc")
    assert read_document(old).text == "2023年度部门决算\n收入10万元"
    copy = marked_document(old, [mark(old, "10")], "题")
    assert copy == marked_document(old, [mark(old, "10")], "题")
    assert [held for _, _, held in commented(copy).values()] == ["2023年度部门决算", "10"]


def test_what_takes_no_comments_is_refused():
    with pytest.raises(Refused) as caught:
        marked_document("文字".encode(), [], "题")
    assert caught.value.code == "not_document"
