"""Documents that are made to do harm, or are broken in odd ways: refused with a sentence, or read; never a fault of ours."""

from __future__ import annotations

import random

import pytest

from support.worddocs import PLAIN_PDF, docx, field, p, parts_of, row, run, textbox, zipped
from xlcheck.documents.opening import read_document
from xlcheck.errors import Refused
from xlcheck.writing.word import TextMark, marked_document, unmarked_document

ENTITY = '<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


def refused(data):
    with pytest.raises(Refused) as caught:
        read_document(data)
    assert "Excel" not in caught.value.message
    return caught.value.code.value


def with_part(name, data):
    return zipped(parts_of(docx(p("收入"), styles="", numbering="", footnotes="")) | {name: data})


def test_bombs():
    assert refused(docx(p("0" * 3_000_000))) == "bomb"
    assert refused(docx("<w:p/>" * 210_000 + p("".join(random.Random(1).choices("收入支出", k=9))))) in (
        "bomb",
        "too_large",
    )
    noise = "".join(chr(random.Random(2).randrange(0x4E00, 0x9000)) for _ in range(70_000))
    assert refused(docx("".join(p(noise[n:] + noise[:n]) for n in range(0, 70_000, 900)))) in ("bomb", "too_large")


@pytest.mark.parametrize(
    "part",
    ["word/document.xml", "word/styles.xml", "word/numbering.xml", "word/_rels/document.xml.rels", "_rels/.rels"],
)
def test_document_types_and_bad_xml(part):
    assert refused(with_part(part, ENTITY + "<w>&a;</w>")) == "doctype"
    assert refused(with_part(part, "<w:document")) == "damaged"


@pytest.mark.parametrize(
    "deep",
    [
        lambda n: "<w:sdt><w:sdtContent>" * n + p("甲") + "</w:sdtContent></w:sdt>" * n,
        lambda n: "<w:tbl><w:tr><w:tc>" * n + p("甲") + "</w:tc></w:tr></w:tbl>" * n,
        lambda n: "<w:p>" + "<w:smartTag>" * n + run("甲") + "</w:smartTag>" * n + "</w:p>",
        lambda n: "<w:ins>" * n + p("甲") + "</w:ins>" * n,
        lambda n: p(
            "<w:r>" + "<w:ruby><w:rubyBase><w:r>" * n + "<w:t>甲</w:t>" + "</w:r></w:rubyBase></w:ruby>" * n + "</w:r>"
        ),
        lambda n: "<mc:AlternateContent><mc:Choice>" * n + p("甲") + "</mc:Choice></mc:AlternateContent>" * n,
    ],
)
def test_nesting_as_deep_as_a_parser_allows_is_read_and_deeper_is_refused(deep):
    levels = next(n for n in range(300, 0, -1) if _parses(docx(deep(n))))
    data = docx(deep(levels))
    text = read_document(data).text
    assert text == "甲"
    copy = marked_document(data, [TextMark(0, 1, "看")], "题")
    assert unmarked_document(copy) == data
    assert refused(docx(deep(9_000))) == "damaged"


def _parses(data):
    try:
        read_document(data)
    except Refused:
        return False
    return True


def test_boxes_in_boxes():
    inner = p("甲", textbox("乙"))
    for _ in range(12):
        inner = p("丙", textbox("丁").replace(p("丁"), inner, 1))
    assert read_document(docx(inner)).text.count("乙") == 1


def test_a_note_that_refers_to_itself_is_read_once():
    reference = "<w:r><w:footnoteReference w:id='2'/></w:r>"
    notes = "<w:footnote w:id='2'>" + p("注", reference) + "</w:footnote>"
    assert read_document(docx(p("文", reference, reference), footnotes=notes)).text == "文\n注"


def test_numbers_that_are_none():
    odd = "<w:tc><w:tcPr><w:gridSpan w:val='999999999'/></w:tcPr>" + p("甲") + "</w:tc>"
    odd += "<w:tc><w:tcPr><w:gridSpan w:val='-5'/><w:vMerge w:val='x'/></w:tcPr>" + p("乙") + "</w:tc>"
    odd += "<w:tc><w:tcPr><w:gridSpan w:val='٣'/><w:vMerge/></w:tcPr>" + p("丙") + "</w:tc>"
    rows = f"<w:tr><w:trPr><w:gridBefore w:val='99999999999999'/></w:trPr>{odd}</w:tr>" * 3
    assert read_document(docx(f"<w:tbl>{rows}</w:tbl>")).text.count("甲") == 3
    levels = (
        "<w:lvl w:ilvl='99999'/><w:lvl w:ilvl='0'><w:start w:val='-3'/><w:numFmt w:val='?'/><w:lvlText w:val='"
        + "%1" * 5_000
        + "'/></w:lvl>"
    )
    lists = f"<w:abstractNum w:abstractNumId='0'><w:numStyleLink w:val='s'/>{levels}</w:abstractNum><w:num w:numId='1'><w:abstractNumId w:val='0'/></w:num>"
    numbered = "<w:pPr><w:numPr><w:ilvl w:val='77'/><w:numId w:val='1'/></w:numPr></w:pPr>"
    plain = "<w:pPr><w:numPr><w:numId w:val='1'/></w:numPr></w:pPr>"
    styles = "<w:style w:type='numbering' w:styleId='s'><w:basedOn w:val='s'/><w:pPr><w:numPr><w:numId w:val='1'/></w:numPr></w:pPr></w:style>"
    document = read_document(
        docx(p("甲", properties=numbered) + p("乙", properties=plain) * 300, numbering=lists, styles=styles)
    )
    assert max(len(q.numbering) for q in document.paragraphs) < 200
    roman = "".join(f"<w:lvl w:ilvl='{n}'><w:start w:val='99998'/><w:numFmt w:val='{f}'/><w:lvlText w:val='%{n + 1}'/></w:lvl>" for n, f in enumerate(
        ("upperRoman", "upperLetter", "chineseCounting", "decimalEnclosedCircle", "ideographZodiac", "chineseLegalSimplified", "decimalZero")
    ))  # fmt: skip
    lists = f"<w:abstractNum w:abstractNumId='0'>{roman}</w:abstractNum><w:num w:numId='1'><w:abstractNumId w:val='0'/></w:num>"
    body = (
        "".join(
            p("甲", properties=f"<w:pPr><w:numPr><w:ilvl w:val='{n}'/><w:numId w:val='1'/></w:numPr></w:pPr>")
            for n in range(7)
        )
        * 3
    )
    assert all(len(q.numbering) <= 101 for q in read_document(docx(body, numbering=lists)).paragraphs)


def test_many_fields_and_many_tables_are_read_in_one_go():
    begin = "<w:r><w:fldChar w:fldCharType='begin'/></w:r>"
    assert read_document(docx(p(*[begin] * 3_000, "甲"))).text == "甲"
    tables = "".join(f"<w:tbl>{row('合计', str(n))}</w:tbl>{p('')}" for n in range(2_000))
    assert len(read_document(docx(p(field("X", "表")) + tables)).tables) == 2_000


def is_answered(work, data):
    """Whether what comes out is something read or made, or a refusal with a Chinese sentence; a fault is raised."""
    try:
        return work(data) is not None
    except Refused as error:
        return any("\u4e00" <= c <= "\u9fff" for c in error.message)


@pytest.mark.parametrize("seed", range(60))
def test_broken_bytes_are_refused_or_read(seed):
    """Bytes changed, cut off or doubled anywhere: an answer, never a fault."""
    rng = random.Random(seed)
    body = p("收入", "10", "万元", textbox("框")) + f"<w:tbl>{row('合计', '5')}</w:tbl>"
    whole = bytearray(docx(body, styles="", footnotes="", comments=""))
    if seed % 3 == 0:
        whole = whole[: rng.randrange(len(whole))]
    elif seed % 3 == 1:
        for _ in range(rng.randrange(1, 9)):
            whole[rng.randrange(len(whole))] = rng.randrange(256)
    else:
        parts = parts_of(bytes(whole))
        name = rng.choice(sorted(parts))
        part = bytearray(parts[name])
        for _ in range(rng.randrange(1, 4)):
            at = rng.randrange(len(part))
            part[at : at + rng.randrange(9)] = bytes(rng.choices(b"<>/w:pr =\"'&;\xff", k=rng.randrange(4)))
        whole = bytearray(zipped(parts | {name: bytes(part)}))
    data = bytes(whole)
    for work in (read_document, unmarked_document, lambda d: marked_document(d, [], "题")):
        assert is_answered(work, data)


@pytest.mark.parametrize("seed", range(60))
def test_broken_pdfs_are_refused_or_read(seed):
    rng = random.Random(seed)
    whole = bytearray(PLAIN_PDF)
    for _ in range(rng.randrange(1, 30)):
        whole[rng.randrange(len(whole))] = rng.randrange(256)
    assert is_answered(read_document, bytes(whole))
