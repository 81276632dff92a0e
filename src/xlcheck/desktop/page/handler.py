"""The requests of the page. The door for http.server is here and in :mod:`xlcheck.desktop.page.server`."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from importlib.resources import files
from pathlib import Path
from typing import Any, BinaryIO, ClassVar, cast
from urllib.parse import parse_qs, quote, urlsplit

from xlcheck.desktop.opening import open_folder
from xlcheck.desktop.page.board import Board
from xlcheck.desktop.page.doorkeeper import Doorkeeper
from xlcheck.desktop.page.uploads import Upload
from xlcheck.documents.endings import DOCUMENT_ENDINGS
from xlcheck.errors import Fault
from xlcheck.reading.entries import MAX_FILE
from xlcheck.reading.formats import TAKEN_ENDINGS
from xlcheck.shown import one_line
from xlcheck.version import __version__

_SECONDS = 60.0  # for the next bytes of a request
_WAIT = 20.0  # for something to change
_LONGEST_NAME = 1_000
_ASSETS = {
    "/": ("page.html", "text/html"),
    "/page.css": ("page.css", "text/css"),
    "/page.js": ("page.js", "text/javascript"),
}
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
# A report shows what units wrote: it may run its own script and no more, and is a stranger to our page.
_REPORT_POLICY = "sandbox allow-scripts allow-modals"
_UPLOAD = re.compile(r"/uploads/(\d+)/(report|hide|copies/(\d+)/(\d+))")
_STRANGER = "这个地址不能直接打开，或者已经用过了。请再运行一次“打开页面”（xlcheck page），它会打开新的地址。"


class Handler(BaseHTTPRequestHandler):
    """One connection. What the program is (``board``, ``door``, ``end``) is put in by :func:`handler_for`."""

    board: ClassVar[Board]
    door: ClassVar[Doorkeeper]
    end: ClassVar[Callable[[], None]]
    protocol_version = "HTTP/1.1"
    server_version = "xlcheck"
    sys_version = ""
    timeout = _SECONDS

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
        """Say nothing: the window says what matters."""

    # --- coming in ---------------------------------------------------------------------------------

    def do_GET(self) -> None:
        """Show something."""
        path, query = self._asked()
        if path == "/favicon.ico":
            self._answer(HTTPStatus.NO_CONTENT)
        elif not self.door.is_ours(self.headers):  # type: ignore[arg-type]
            self._refuse(HTTPStatus.FORBIDDEN, _STRANGER)
        elif path == "/" and "t" in query:
            self._admit(query["t"])
        elif not self.door.knows(self.headers):  # type: ignore[arg-type]
            self._refuse(HTTPStatus.FORBIDDEN, _STRANGER)
        else:
            self._show(path, query)

    def do_POST(self) -> None:
        """Do something."""
        path, query = self._asked()
        if not self.door.is_ours(self.headers):  # type: ignore[arg-type]
            self._refuse(HTTPStatus.FORBIDDEN, _STRANGER)
        elif path == "/address" and self.door.is_program(self.headers):  # type: ignore[arg-type]
            self._say({"address": self.door.address()})
        elif not self.door.may_change(self.headers):  # type: ignore[arg-type]
            self._refuse(HTTPStatus.FORBIDDEN, _STRANGER)
        else:
            self._do(path, query)

    def _asked(self) -> tuple[str, dict[str, str]]:
        """The path, and the first value of each parameter."""
        parts = urlsplit(self.path)
        return parts.path, {name: values[0] for name, values in parse_qs(parts.query).items()}

    def _admit(self, token: str) -> None:
        cookie = self.door.admit(token)
        if cookie is None:
            self._refuse(HTTPStatus.FORBIDDEN, _STRANGER)
        else:
            self._answer(HTTPStatus.SEE_OTHER, more={"Set-Cookie": cookie, "Location": "/"})

    # --- looking -----------------------------------------------------------------------------------

    def _show(self, path: str, query: dict[str, str]) -> None:
        found = _UPLOAD.fullmatch(path)
        if path in _ASSETS:
            name, kind = _ASSETS[path]
            self._answer(
                HTTPStatus.OK, files("xlcheck.desktop.page").joinpath(name).read_bytes(), f"{kind}; charset=utf-8"
            )
        elif path == "/state":
            version, uploads = self.board.seen_since(_number(query.get("seen", "")), _WAIT)
            self._say(self._state(version, uploads))
        elif found and (upload := self.board.find(found[1])) and found[2] == "report":
            self._file(self.board.uploads.report(upload), "text/html; charset=utf-8", _REPORT_POLICY)
        elif found and upload and found[3]:
            self._copy(upload, int(found[3]), int(found[4]))
        else:
            self._refuse(HTTPStatus.NOT_FOUND, "没有这一页。")

    def _state(self, version: int, uploads: list[Upload]) -> dict[str, Any]:
        return {
            "version": version, "program": __version__, "folder": str(self.board.uploads.folder),
            "endings": sorted(TAKEN_ENDINGS | DOCUMENT_ENDINGS), "most": MAX_FILE,
            "uploads": [
                {
                    "id": u.id, "name": one_line(u.shown), "size": u.size, "state": u.state.name, "words": u.state.value, "said": one_line(u.said),
                    "report": self.board.uploads.report(u).is_file() if u.rows else False,
                    "rows": [row._asdict() | {"copies": [Path(copy).suffix for copy in row.copies], "name": one_line(row.name), "unit": one_line(row.unit), "said": one_line(row.said)} for row in u.rows],
                }
                for u in uploads
            ],
        }  # fmt: skip

    def _copy(self, upload: Upload, row: int, number: int) -> None:
        copies = upload.rows[row].copies if row < len(upload.rows) else ()
        if number >= len(copies):
            self._refuse(HTTPStatus.NOT_FOUND, "没有这份副本。")
            return
        self._file(Path(copies[number]), "application/octet-stream", saved=True)

    def _file(self, path: Path, kind: str, policy: str = _POLICY, saved: bool = False) -> None:
        try:
            data = path.read_bytes()
        except OSError:
            self._refuse(HTTPStatus.NOT_FOUND, f"“{path}”不在了。")
            return
        name = f"attachment; filename*=UTF-8''{quote(path.name)}"
        self._answer(HTTPStatus.OK, data, kind, policy, {"Content-Disposition": name} if saved else {})

    # --- doing -------------------------------------------------------------------------------------

    def _do(self, path: str, query: dict[str, str]) -> None:
        found = _UPLOAD.fullmatch(path)
        if path == "/uploads":
            self._receive(query.get("name", ""))
        elif found and found[2] == "hide":
            self.board.hide(found[1])
            self._say({})
        elif path == "/folder":
            self._say({"opened": open_folder(self.board.uploads.folder)})
        elif path == "/end":
            self._say({})
            type(self).end()
        else:
            self._refuse(HTTPStatus.NOT_FOUND, "没有这一项。")

    def _receive(self, name: str) -> None:
        length = self.headers.get("Content-Length", "")
        if not name or len(name) > _LONGEST_NAME or not length.isdecimal():
            self._refuse(HTTPStatus.BAD_REQUEST, "没有文件名或长度。")
        elif int(length) > MAX_FILE:
            self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"文件超过 {MAX_FILE // 1024 // 1024} MB 的上限。")
        else:
            try:
                upload = self.board.add(name, cast("BinaryIO", self.rfile), int(length))
            except Fault as error:
                self._refuse(HTTPStatus.INSUFFICIENT_STORAGE, str(error))
            else:
                self._say({"id": upload.id})

    # --- answering ---------------------------------------------------------------------------------

    def _say(self, data: dict[str, Any]) -> None:
        self._answer(HTTPStatus.OK, json.dumps(data, ensure_ascii=False).encode("utf-8", "replace"), "application/json")

    def _refuse(self, status: HTTPStatus, said: str) -> None:
        """A sentence; the connection is not used again, since what it still brings has not been read."""
        self.close_connection = True
        self._answer(status, said.encode("utf-8", "replace"), "text/plain; charset=utf-8")

    def _answer(
        self,
        status: HTTPStatus,
        data: bytes = b"",
        kind: str = "",
        policy: str = _POLICY,
        more: dict[str, str] | None = None,
    ) -> None:
        headers = {
            "Content-Length": str(len(data)), "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer", "Content-Security-Policy": policy, "Cross-Origin-Resource-Policy": "same-origin",
        }  # fmt: skip
        self.send_response(status)
        for name, value in (headers | ({"Content-Type": kind} if kind else {}) | (more or {})).items():
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(data)


def handler_for(board: Board, door: Doorkeeper, end: Callable[[], None]) -> type[Handler]:
    """The handler of one run."""
    return type("PageHandler", (Handler,), {"board": board, "door": door, "end": staticmethod(end)})


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 12 else 0
