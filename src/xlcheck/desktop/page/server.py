"""The page's server: on this machine alone, at a free port, until it is told to end."""

from __future__ import annotations

import json
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from http.server import ThreadingHTTPServer
from pathlib import Path

from xlcheck.desktop.page.board import Board
from xlcheck.desktop.page.checker import Checker
from xlcheck.desktop.page.doorkeeper import Doorkeeper
from xlcheck.desktop.page.handler import Handler, handler_for
from xlcheck.desktop.page.uploads import Uploads
from xlcheck.errors import Fault
from xlcheck.files import make_folder, reason, write_whole
from xlcheck.locks import locked

_LOCAL = "127.0.0.1"
_RUNNING = "运行中.json"
_SECONDS = 5.0


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = False  # on Windows two programs could share a port

    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that went away is no news."""


def serve(folder: Path, mappings: Path | None, processes: int, port: int, say: Callable[[str], None]) -> bool:
    """Serve the page until it is ended; ``say`` hears its address, as soon as it can be opened.

    Where the page of that folder is open already, ``say`` hears a new address of it, and False is returned at once.

    Raises:
        Fault: the folder, the port or the page that is open can't be used.
        MappingError: never here; the page says so of each upload.
    """
    try:
        make_folder(folder)
    except OSError as error:
        raise Fault(f"建不了文件夹“{folder}”：{reason(error)}") from error
    with locked(folder / ".page.lock") as alone:
        if not alone:
            say(_address_of_other(folder))
            return False
        checker = Checker(mappings, processes)  # before there are threads
        try:
            _serve(folder, checker, port, say)
        finally:
            checker.close()
    return True


def _serve(folder: Path, checker: Checker, port: int, say: Callable[[str], None]) -> None:
    try:
        server = _Server((_LOCAL, port), Handler, bind_and_activate=True)
    except OSError as error:
        raise Fault(f"端口 {port} 用不了：{reason(error)}。不写 --port 则自动选一个。") from error
    board, over = Board(Uploads(folder)), threading.Event()
    door = Doorkeeper(server.server_address[1])
    server.RequestHandlerClass = handler_for(board, door, over.set)
    checking = threading.Thread(target=board.check_all, args=(checker, lambda error: say(str(error))), daemon=True)
    running = folder / _RUNNING
    write_whole(running, json.dumps({"port": server.server_address[1], "secret": door.secret}).encode())
    with suppress(OSError):
        running.chmod(0o600)
    serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)
    with _ended_by_signals(over):
        serving.start()
        checking.start()
        say(door.address())
        while not over.wait(0.5):  # on Windows a wait without an end hears no Ctrl-C
            pass
        board.end()
        server.shutdown()
        server.server_close()
    running.unlink(missing_ok=True)


def _address_of_other(folder: Path) -> str:
    """A new address of the page that is open.

    Raises:
        Fault: it does not answer.
    """
    try:
        told = json.loads((folder / _RUNNING).read_text(encoding="utf-8"))
        other = HTTPConnection(_LOCAL, int(told["port"]), timeout=_SECONDS)
        other.request("POST", "/address", headers={"X-Xlcheck": told["secret"], "Content-Length": "0"})
        return str(json.loads(other.getresponse().read())["address"])
    except (OSError, ValueError, KeyError, HTTPException) as error:
        raise Fault("页面已经打开过，但没有回答。请关掉原来的窗口，再打开一次。") from error


@contextmanager
def _ended_by_signals(over: threading.Event) -> Iterator[None]:
    """Ctrl-C and a request to end are what the button is."""
    names = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(name, lambda *_: over.set()) for name in names]
    try:
        yield
    finally:
        for name, handler in zip(names, before, strict=True):
            signal.signal(name, handler)
