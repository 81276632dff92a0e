"""However a program cuts a text into runs and wraps them: the same text is read, and comments hold the exact characters."""

from __future__ import annotations

from xml.sax.saxutils import escape

from hypothesis import given, settings
from hypothesis import strategies as st

from support.worddocs import commented, docx, parts_of, textbox
from xlcheck.documents.opening import read_document
from xlcheck.writing.word import TextMark, marked_document, unmarked_document

LETTERS = st.text("收入支出决算总计年0123456789.,%，。 （）∞—ab&<", max_size=30)
PROPERTIES = ("", "<w:rPr><w:b/></w:rPr>", "<w:rPr><w:rFonts w:hint='eastAsia'/><w:sz w:val='32'/></w:rPr>")
FIELD = (
    "<w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText>X 99</w:instrText></w:r><w:r><w:fldChar w:fldCharType='separate'/></w:r>"
    "{}<w:r><w:fldChar w:fldCharType='end'/></w:r>"
)
HOLDERS = (
    "{}", "{}", "{}", "<w:ins w:id='90' w:author='a'>{}</w:ins>", "<w:hyperlink>{}</w:hyperlink>", "<w:smartTag w:element='x'>{}</w:smartTag>",
    "<w:sdt><w:sdtPr/><w:sdtContent>{}</w:sdtContent></w:sdt>", "<w:fldSimple w:instr='X'>{}</w:fldSimple>",
    FIELD,
)  # fmt: skip
BETWEEN = (
    "", "", "", "<w:del w:id='91' w:author='a'><w:r><w:delText>66</w:delText></w:r></w:del>", "<w:proofErr w:type='spellStart'/>",
    "<w:bookmarkStart w:id='92' w:name='b'/><w:bookmarkEnd w:id='92'/>", "<!-- 77 -->", "<w:r><w:lastRenderedPageBreak/></w:r>",
)  # fmt: skip


@st.composite
def paragraph(draw, text):
    """A paragraph with this text, somehow."""
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=5)))
    inside = ""
    for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True):
        pieces = (
            [text[start:end]]
            if draw(st.booleans())
            else [text[start : (start + end) // 2], text[(start + end) // 2 : end]]
        )
        words = "".join(f'<w:t xml:space="preserve">{escape(piece)}</w:t>' for piece in pieces)
        one = f"<w:r w:rsidR='00A1'>{draw(st.sampled_from(PROPERTIES))}{words}</w:r>"
        inside += draw(st.sampled_from(HOLDERS)).format(one) + draw(st.sampled_from(BETWEEN))
    return f"<w:p>{inside}</w:p>"


@st.composite
def documents(draw):
    """Lines, a document that has them, and ranges in its text; some stand in a cell, with a text box at the end of one."""
    lines = draw(st.lists(LETTERS, min_size=1, max_size=5))
    lines[0] = "题" + lines[0]
    body = ""
    for line in lines:
        inside = draw(paragraph(line))
        table = draw(st.integers(0, 4)) == 0
        body += f"<w:tbl><w:tr><w:tc>{inside}</w:tc></w:tr></w:tbl>" if table else inside
    text = "\n".join(lines)
    ends = st.integers(0, len(text))
    ranges = draw(st.lists(st.tuples(ends, ends), max_size=6))
    return text, docx(body), [(min(r), max(r)) for r in ranges if r[0] != r[1]]


@settings(max_examples=100, deadline=None)
@given(documents())
def test_the_same_text_and_the_exact_characters_whatever_the_runs(made):
    text, data, ranges = made
    assert read_document(data).text == text
    marks = [TextMark(start, end, f"第 {n} 处\n“{start}”") for n, (start, end) in enumerate(ranges)]
    copy = marked_document(data, marks, "共 0 处")
    assert copy == marked_document(data, marks, "共 0 处")
    assert read_document(copy).text == text
    found = commented(copy)
    assert len(found) == len(marks) + 1
    by_text = {said: words for author, said, words in found.values()}
    assert by_text["共 0 处"].strip("\n") == text.split("\n", 1)[0].strip("\n")
    for mark in marks:
        meant = text[mark.start : mark.end]
        if meant.strip("\n"):
            assert by_text[mark.text].strip("\n") == meant.strip("\n")
        else:  # a line break alone: the words before it
            assert by_text[mark.text].strip("\n")
    assert unmarked_document(copy) == data
    assert marked_document(copy, marks, "共 0 处") == copy
    changed = {n for n, d in parts_of(copy).items() if parts_of(data).get(n) != d}
    assert changed == {
        "word/document.xml", "word/comments.xml", "word/_rels/document.xml.rels", "[Content_Types].xml", "_rels/.rels", "xlcheck/stash.zip",
    }  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(LETTERS.filter(str.strip), st.data())
def test_in_a_text_box_the_comment_goes_to_what_holds_it_and_says_so(words, data):
    source = docx(f"<w:p><w:r><w:t>前</w:t></w:r>{textbox(escape(words).strip())}</w:p>")
    document = read_document(source)
    (box,) = (q for q in document.paragraphs if q.place == "textbox")
    start = data.draw(st.integers(box.start, box.end - 1))
    copy = marked_document(source, [TextMark(start, box.end, "看")], "题")
    (said,) = (said for _, said, _ in commented(copy).values() if said.endswith("看"))
    assert said.startswith("（针对文本框中的“")
    assert read_document(copy).text == document.text
    assert unmarked_document(copy) == source
