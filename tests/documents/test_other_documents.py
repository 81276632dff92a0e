"""Text files, PDF, old Word files, prose on a sheet: the same paragraphs as from a .docx; what can't be read is refused with a sentence."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from support.office import Office, needs_office
from support.worddocs import docx, p, row, run
from xlcheck.documents import opening
from xlcheck.documents.document import DocumentKind
from xlcheck.documents.opening import document_kind, is_document, read_document, word_bytes
from xlcheck.documents.sheets import document_of_sheet, holds_prose
from xlcheck.errors import Refused
from xlcheck.reading.foreign.building import Builder

LINES = ["第一部分 概况", "", "　　收入总计10,661.51万元，增长38.28%。", "支出“三公”经费——∞%"]


def refused(data, name=""):
    with pytest.raises(Refused) as caught:
        read_document(data, name)
    assert caught.value.message.endswith(("。", "）", "……"))
    return caught.value.code.value


# --- text -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_text_file_in_any_encoding(encoding, end):
    text = end.join(LINES) + end
    data = text.encode(encoding) if encoding != "utf-16-be" else b"\xfe\xff" + text.encode(encoding)
    document = read_document(data, "文字说明.txt")
    assert document.kind is DocumentKind.TEXT
    assert [q.text for q in document.paragraphs] == LINES
    assert all(document.text[q.start : q.end] == q.text for q in document.paragraphs)


def test_text_is_a_document_by_its_name_alone():
    data = "收入,支出\n1,2".encode()
    assert document_kind(data, "说明.TXT") is DocumentKind.TEXT
    assert not is_document(data, "表.csv")
    assert not is_document(data)
    assert refused(data, "表.csv") == "not_document"


@pytest.mark.parametrize("data", [b"\xff\xfe\x00\xd8\x00\x41", b"\x01\x02\x03" * 50, b"\x80\xff" * 40, b"\0\0\0\1" * 9])
def test_what_is_no_text_is_refused(data):
    assert refused(data, "a.txt") in ("damaged", "empty_file")


def test_an_empty_text_is_refused():
    assert refused(b"\n \n", "a.txt") in ("empty_document", "empty_file")
    assert refused("\u3000\n".encode(), "a.txt") == "empty_document"
    assert refused(b"", "a.txt") == "empty_file"


# --- what is none -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (b"\x89PNG\r\n\x1a\n" + b"x" * 99, "扫描件.png", "pictures_only"), (b"\xff\xd8\xff\xe0" + b"x" * 99, "a.docx", "pictures_only"),
        (b"Rar!" + b"x" * 99, "a.doc", "not_document"), (b"MZ" + b"x" * 99, "a.pdf", "not_document"),
        (b"MIME-Version: 1.0\n\nx", "a.doc", "not_document"), (b"PK\x03\x04" + b"x" * 99, "a.docx", "not_document"),
        (b"x" * (20 * 1024 * 1024 + 1), "a.txt", "too_large"),
    ],
)  # fmt: skip
def test_what_is_no_document_is_refused_by_name(data, name, code):
    assert refused(data, name) == code


def test_a_password_is_said():
    stream = "EncryptedPackage".encode("utf-16-le")
    assert refused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + stream, "a.docx") == "encrypted"
    old = bytearray(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 1200) + "WordDocument".encode("utf-16-le")
    old[512:514], old[523] = b"\xec\xa5", 1
    assert refused(bytes(old), "a.doc") == "encrypted"
    assert refused(bytes(old), "a.wps") == "encrypted"


def test_without_libreoffice_an_old_document_is_refused_with_what_to_do(monkeypatch):
    monkeypatch.setattr(opening, "program", lambda: "")
    old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 1200 + "WordDocument".encode("utf-16-le")
    with pytest.raises(Refused, match=r"另存为 \.docx") as caught:
        read_document(old, "a.wps")
    assert caught.value.code == "no_converter"


# --- a sheet ----------------------------------------------------------------------------------------


def test_prose_on_a_sheet_is_a_document():
    built = Builder("文字说明")
    built.put(1, 1, "部门决算情况说明", "s")
    built.put(
        3,
        1,
        "一、收入支出决算总体情况说明\n2023年度收入总计10万元，" + "比上年增加，" * 30 + "主要原因是人员增加。",
        "s",
    )
    built.put(3, 2, "12.5", "n")
    grid = built.done()
    assert holds_prose(grid)
    document = document_of_sheet(grid)
    assert document.kind is DocumentKind.SHEET
    assert [q.text[:8] for q in document.paragraphs] == ["部门决算情况说明", "一、收入支出决算", "2023年度收入", "12.5"]
    assert [q.continues for q in document.paragraphs] == [False, False, True, False]
    assert all(document.text[q.start : q.end] == q.text for q in document.paragraphs)


def test_a_table_is_no_prose(sample_submission, pipeline, sample):
    from xlcheck.reading.opening import open_workbook

    assert not any(holds_prose(grid) for grid in open_workbook(sample).grids)


# --- through another program ------------------------------------------------------------------------

LONG = (
    "２０２３年度收入总计10,661.51万元，与上年相比增加595.00万元，增长38.28%，主要原因是人员经费增加，其中财政拨款收入占100.00%。"
    * 2
)


def printed(pages=3):
    """A document of several pages with header, footer and page numbers, a table and a long paragraph on each."""
    page = "<w:r><w:br w:type='page'/></w:r>"
    footer = p(
        run("— "),
        "<w:fldSimple w:instr='PAGE'>" + run("1") + "</w:fldSimple>",
        " —",
        properties="<w:pPr><w:jc w:val='center'/></w:pPr>",
    )
    body = ""
    for n in range(1, pages + 1):
        indent = "<w:pPr><w:ind w:firstLine='480'/></w:pPr>"
        grid = "<w:tblPr/><w:tblGrid><w:gridCol w:w='3000'/><w:gridCol w:w='3000'/><w:gridCol w:w='2000'/></w:tblGrid>"
        body += p(f"第{n}部分 收入", *([page] if n > 1 else [])) if n == 1 else p(page, f"第{n}部分 收入")
        body += p(f"{n}、{LONG}", properties=indent)
        body += f"<w:tbl>{grid}{row('项目', '行次', '金额')}{row('合计', str(n), '1,234.50')}</w:tbl>" + p("注：以上。")
    size = "<w:pgSz w:w='11906' w:h='16838'/><w:pgMar w:top='1440' w:bottom='1440' w:left='1800' w:right='1800' w:header='850' w:footer='850'/>"
    section = f"<w:sectPr><w:headerReference w:type='default' r:id='rId1'/><w:footerReference w:type='default' r:id='rId2'/>{size}</w:sectPr>"
    return docx(body + section, header1=p("某某单位2023年度部门决算"), footer1=footer)


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    return Office(tmp_path_factory.mktemp("office"))


def bare(text):
    return "".join(text.split())


@needs_office
def test_a_pdf_is_read_in_lines_without_headers_and_page_numbers(office):
    source = printed()
    data = office.converted(source, ".docx", "pdf")
    document = read_document(data)
    assert document.kind is DocumentKind.PDF
    assert bare(document.text) == bare(read_document(source).text)
    assert all(document.text[q.start : q.end] == q.text for q in document.paragraphs)
    joined, lines = [], document.paragraphs
    for line in lines:
        if line.continues:
            joined[-1] += line.text
        else:
            joined.append(line.text)
    assert [line for line in joined if line.startswith(("1、", "2、", "3、"))] == [f"{n}、{LONG}" for n in (1, 2, 3)]
    assert {q.text for q in lines if q.place == "table"} >= {"项目  行次  金额", "合计  1  1,234.50"}


@needs_office
def test_a_pdf_of_one_page_keeps_its_lines(office):
    data = office.converted(docx(p("部门决算") + p("合计") + p("208") + p("— 5 —")), ".docx", "pdf")
    assert read_document(data).text == "部门决算\n合计\n208\n— 5 —"


@needs_office
def test_a_pdf_with_a_password_is_refused(office):
    options = '{"EncryptFile":{"type":"boolean","value":"true"},"DocumentOpenPassword":{"type":"string","value":"x"}}'
    assert refused(office.converted(docx(p("收入")), ".docx", f"pdf:writer_pdf_Export:{options}")) == "encrypted"


def blank_pdf(pages=1):
    """A PDF of pages on which nothing is written, as a scanner makes them but for the picture."""
    kids = " ".join(f"{3 + n} 0 R" for n in range(pages))
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", f"<< /Type /Pages /Kids [{kids}] /Count {pages} >>"]
    objects += ["<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>"] * pages
    out, places = b"%PDF-1.4\n", []
    for n, inside in enumerate(objects, 1):
        places.append(len(out))
        out += f"{n} 0 obj\n{inside}\nendobj\n".encode()
    table = "".join(f"{at:010} 00000 n \n" for at in places)
    end = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(out)}\n%%EOF\n"
    return out + end.encode()


def test_a_scanned_pdf_and_a_damaged_one_are_refused():
    assert refused(blank_pdf()) == "pictures_only"
    assert refused(blank_pdf(501)) == "too_large"
    assert refused(b"%PDF-1.7\n" + b"x" * 200) == "damaged"
    assert refused(blank_pdf()[:60]) == "damaged"


@needs_office
@pytest.mark.parametrize(
    ("ending", "kind", "found"),
    [
        (".doc", "doc", DocumentKind.DOC),
        (".wps", "doc", DocumentKind.WPS),
        (".rtf", "rtf", DocumentKind.RTF),
        (".odt", "odt", DocumentKind.ODT),
    ],
)
def test_other_word_processors_through_libreoffice(office, ending, kind, found):
    source = docx(
        p("第一部分 概况") + p("收入", "10,661.51", "万元") + f"<w:tbl>{row('合计', '5.00')}</w:tbl>" + p("末")
    )
    data = office.converted(source, ".docx", kind)
    document = read_document(data, f"说明{ending}")
    assert document.kind is found
    assert document.text == "第一部分 概况\n收入10,661.51万元\n合计\n5.00\n末"
    assert [c.text for c in document.grids[0].rows[document.grids[0].rows.__len__()].values()] == ["合计", "5.00"]
    assert word_bytes(data, f"说明{ending}") == word_bytes(data, f"说明{ending}")


@needs_office
def test_a_web_page_that_is_called_doc(office):
    page = "<html><head><meta charset='utf-8'></head><body><p>收入10万元</p></body></html>".encode()
    assert not is_document(page)
    assert read_document(page, "说明.doc").text.strip() == "收入10万元"


@needs_office
def test_what_libreoffice_can_not_open_is_refused():
    old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 1200 + "WordDocument".encode("utf-16-le")
    assert refused(old, "a.doc") in ("damaged", "empty_document")


@pytest.fixture
def asked():
    """A web server of this machine: its address, and what it has been asked for."""
    heard = []

    class Listener(BaseHTTPRequestHandler):
        def do_GET(self):
            heard.append(self.path)
            self.send_response(404)
            self.end_headers()

        do_HEAD = do_OPTIONS = do_PROPFIND = do_GET  # noqa: N815 - the library's names

        def log_message(self, *_):
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Listener) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/", heard
        server.shutdown()


PAGE = "<html><head><link rel='stylesheet' href='{at}s.css'></head><body background='{at}b.png'><p>收入10万元<img src='{at}p.png'></p></body></html>"


@needs_office
def test_a_document_reaches_no_network(asked):
    at, heard = asked
    assert read_document(PAGE.format(at=at).encode(), "说明.doc").text.strip() == "收入10万元"
    assert heard == []
