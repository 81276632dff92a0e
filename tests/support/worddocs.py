"""Word documents made by hand, and what another reader finds in them; shares no code with the program."""

from __future__ import annotations

import io
import xml.etree.ElementTree as ET
import zipfile

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT_W = "http://purl.oclc.org/ooxml/wordprocessingml/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT_R = "http://purl.oclc.org/ooxml/officeDocument/relationships"
MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
SPACES = (
    f'xmlns:w="{{w}}" xmlns:r="{{r}}" xmlns:mc="{MC}" xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
    ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" xmlns:v="urn:schemas-microsoft-com:vml"'
    ' xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
    ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:o="urn:schemas-microsoft-com:office:office"'
    ' xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" xmlns:w15="http://schemas.microsoft.com/office/word/2012/wordml"'
    ' xmlns:odd="urn:nobody-knows"'
)
ROOTS = {
    "styles": "styles", "numbering": "numbering", "footnotes": "footnotes", "endnotes": "endnotes", "comments": "comments",
    "header1": "hdr", "footer1": "ftr", "commentsExtended": "w15:commentsEx", "people": "w15:people",
}  # fmt: skip
KINDS = {"header1": "header", "footer1": "footer"}
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"


def docx(body: str, *, strict: bool = False, spaces: str = "", **parts: str) -> bytes:
    """A document with a body and other parts (``styles``, ``numbering``, ``footnotes`` …), each the inside of its root."""
    space = SPACES.format(w=STRICT_W if strict else W, r=STRICT_R if strict else R) + spaces
    relations = STRICT_R if strict else R
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    files = {
        "[Content_Types].xml": head
        + '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        + '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        + '<Default Extension="xml" ContentType="application/xml"/>'
        + f'<Override PartName="/word/document.xml" ContentType="{MAIN}"/>'
        + "".join(
            f'<Override PartName="/word/{n}.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.{KINDS.get(n, n)}+xml"/>'
            for n in parts
        )
        + "</Types>",
        "_rels/.rels": _relations([(f"{relations}/officeDocument", "word/document.xml")]),
        "word/document.xml": f"{head}<w:document {space}><w:body>{body}</w:body></w:document>",
        "word/_rels/document.xml.rels": _relations([(f"{relations}/{KINDS.get(n, n)}", f"{n}.xml") for n in parts]),
    }
    for name, inside in parts.items():
        root = ROOTS[name] if ":" in ROOTS[name] else f"w:{ROOTS[name]}"
        files[f"word/{name}.xml"] = f"{head}<{root} {space}>{inside}</{root}>"
    return zipped(files)


def _relations(listed: list[tuple[str, str]]) -> str:
    inside = "".join(f'<Relationship Id="rId{i}" Type="{kind}" Target="{t}"/>' for i, (kind, t) in enumerate(listed, 1))
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{inside}</Relationships>'
    )


def zipped(files: dict[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data, zipfile.ZIP_STORED if name == "mimetype" else None)
    return out.getvalue()


def parts_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def run(text: str, properties: str = "") -> str:
    return f'<w:r>{properties}<w:t xml:space="preserve">{text}</w:t></w:r>'


def p(*runs: str, properties: str = "") -> str:
    return f"<w:p>{properties}{''.join(r if r.startswith('<') else run(r) for r in runs)}</w:p>"


def row(*cells: str) -> str:
    return f"<w:tr>{''.join(c if c.startswith('<w:tc') else f'<w:tc>{p(c)}</w:tc>' for c in cells)}</w:tr>"


def textbox(text: str) -> str:
    """A run with a text box as Word writes it: once for new programs, once for old ones."""
    box = f"<w:txbxContent>{p(text)}</w:txbxContent>"
    return (
        '<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:anchor><a:graphic><a:graphicData><wps:wsp>'
        f"<wps:txbx>{box}</wps:txbx></wps:wsp></a:graphicData></a:graphic></wp:anchor></w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict><v:shape><v:textbox>{box}</v:textbox></v:shape></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )


def field(code: str, *result: str) -> str:
    def mark(kind: str) -> str:
        return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'

    inside = "".join(run(r) for r in result)
    return f'{mark("begin")}<w:r><w:instrText xml:space="preserve"> {code} </w:instrText></w:r>{mark("separate")}{inside}{mark("end")}'


# --- another reader -------------------------------------------------------------------------------


def parsed(xml: str | bytes) -> ET.Element:
    """The root element of XML that a test made."""
    return ET.fromstring(xml)  # noqa: S314 - our own


def _local(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def _attribute(element: ET.Element, name: str) -> str:
    return next((v for k, v in element.attrib.items() if k.rpartition("}")[2] == name), "")


def commented(data: bytes) -> dict[str, tuple[str, str, str]]:
    """The comments of a document by id: author, text of the comment, the words in its range; '' where it has no range.

    Only comments with a reference are there, as Word has it.
    """
    files = parts_of(data)
    if "word/comments.xml" not in files:
        return {}
    ranges: dict[str, list[str]] = {}
    opened: set[str] = set()
    referenced: set[str] = set()

    def walk(element: ET.Element) -> None:
        name = _local(element)
        if name in ("del", "moveFrom", "Fallback", "delText", "instrText"):
            return
        key = _attribute(element, "id")
        if name == "commentRangeStart":
            opened.add(key)
            ranges.setdefault(key, [])
        elif name == "commentRangeEnd":
            opened.discard(key)
        elif name == "commentReference":
            referenced.add(key)
        text = {"t": element.text or "", "tab": "\t", "br": "\n", "noBreakHyphen": "-"}.get(name, "")
        for key in opened:
            ranges[key].append(text)
        for child in element:
            walk(child)
        if name == "p":
            for key in opened:
                ranges[key].append("\n")

    walk(parsed(files["word/document.xml"]))
    assert not opened, "ranges without an end"
    found = {}
    for comment in parsed(files["word/comments.xml"]):
        said = "\n".join(
            "".join(t.text or "" for t in q.iter() if _local(t) == "t") for q in comment if _local(q) == "p"
        )
        key = _attribute(comment, "id")
        if key in referenced:
            found[key] = (_attribute(comment, "author"), said, "".join(ranges.get(key, [])))
    return found


def _pdf() -> bytes:
    """A PDF with one line of text in a font that every reader has."""
    stream = "BT /F1 12 Tf 72 720 Td (Total 10,661.51) Tj ET"
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream", "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]  # fmt: skip
    out = b"%PDF-1.4\n"
    places = []
    for number, inside in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{inside}\nendobj\n".encode()
    table = "".join(f"{at:010} 00000 n \n" for at in places)
    return (
        out
        + (
            f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\n"
            f"startxref\n{len(out)}\n%%EOF\n"
        ).encode()
    )


PLAIN_PDF = _pdf()
