"""``--keep-layout``: LibreOffice gets the workbook and nothing else, neither from the network nor from this machine."""

from __future__ import annotations

import io
import shutil
import struct
import threading
import zipfile
import zlib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from xlcheck.reading import libreoffice
from xlcheck.reading.sniff import Kind, kind_of

pytestmark = pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")

PAGE = """<html><head><link rel="stylesheet" href="{at}style.css"></head><body background="{at}ground.png"><table>
<tr><td>公开01<img src="{at}picture.png"></td><td>1</td></tr></table><iframe src="{at}frame.html"></iframe></body></html>"""
_NAMES = {
    "office": "office", "table": "table", "text": "text", "draw": "drawing", "svg": "svg-compatible",
}  # fmt: skip
FLAT = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<office:document '
    + " ".join(f'xmlns:{k}="urn:oasis:names:tc:opendocument:xmlns:{v}:1.0"' for k, v in _NAMES.items())
    + ' xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:of="urn:oasis:names:tc:opendocument:xmlns:of:1.2"'
    ' office:version="1.2" office:mimetype="application/vnd.oasis.opendocument.spreadsheet"><office:body><office:spreadsheet>'
    '<table:table table:name="S"><table:shapes><draw:frame svg:width="2cm" svg:height="2cm" svg:x="0cm" svg:y="0cm">'
    '<draw:image xlink:href="{at}picture.png" xlink:type="simple" xlink:show="embed" xlink:actuate="onLoad"/></draw:frame>'
    '</table:shapes><table:table-row><table:table-cell table:formula="of:=WEBSERVICE(&quot;{at}service&quot;)"'
    ' office:value-type="string"><text:p>a</text:p></table:table-cell><table:table-cell office:value-type="float"'
    ' table:formula="of:=\'{at}other.ods\'#$S.A1" office:value="1"><text:p>1</text:p></table:table-cell></table:table-row>'
    "</table:table></office:spreadsheet></office:body></office:document>"
)
DOCUMENTS = {Kind.HTML: PAGE, Kind.FLAT_ODS: FLAT}


@pytest.fixture
def asked() -> Iterator[tuple[str, list[str]]]:
    """A web server of this machine: its address, and what it has been asked for."""
    heard: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            heard.append(f"{self.command} {self.path}")
            self.send_response(200)
            self.end_headers()

        do_HEAD = do_OPTIONS = do_PROPFIND = do_GET  # noqa: N815 - the library's names

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/", heard
        server.shutdown()


def _picture(path: Path) -> None:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", 9, 9, 8, 2, 0, 0, 0)
    rows = zlib.compress((b"\0" + bytes([7, 99, 201]) * 9) * 9)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b""))


def _parts(book: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(book)) as package:
        return package.namelist()


@pytest.mark.parametrize("isolated", [True, False], ids=["as it runs", "by settings alone"])
@pytest.mark.parametrize("kind", DOCUMENTS)
def test_no_address_in_a_workbook_is_asked(
    kind: Kind, isolated: bool, asked: tuple[str, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    address, heard = asked
    data = DOCUMENTS[kind].format(at=address).encode()
    assert kind_of(data) is kind
    if not isolated:  # as on a system that gives no network namespace
        monkeypatch.setattr(libreoffice, "isolated", lambda: ())
    assert "xl/workbook.xml" in _parts(libreoffice.converted(data, kind))
    assert heard == []


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_no_file_of_this_machine_goes_into_the_copy(kind: Kind, tmp_path: Path) -> None:
    _picture(tmp_path / "picture.png")
    data = DOCUMENTS[kind].format(at=f"{tmp_path.as_uri()}/").encode()
    assert [name for name in _parts(libreoffice.converted(data, kind)) if "media" in name] == []
