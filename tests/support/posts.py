"""A desk with letters to send, and a mail server that misbehaves exactly as it is told, and remembers what it took."""

from __future__ import annotations

import base64
import contextlib
import re
import shutil
import socket
import ssl
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from tempfile import mkdtemp

from support.dovecot import certificate
from support.places import SAMPLES
from xlcheck.delivery.desk import Desk
from xlcheck.delivery.watch import Watcher
from xlcheck.ledger import letters, receipts
from xlcheck.ledger.records import Posted, Receipt

DROPPED = ("tunliu_2023_transposed", "tunliu_2023_text", "tunliu_2023")
UNIT = "长治市屯留区社会保险中心"
TO, CC = ("a@unit.cn", "b@unit.cn"), ("c@unit.cn",)
DUE = date.today() - timedelta(days=60)  # noqa: DTZ011 - past on every day, and never so long that it is last year's
ROSTER = f"单位代码,单位名称,联系人,邮箱,抄送,截止日期\n1001,{UNIT},张三,{';'.join(TO)},{CC[0]},{DUE}\n1002,乙局,,z@unit.cn,,{DUE}\n"
SECRET = "s3cret"  # noqa: S105 - of a server that lives for a test


def settings(port: int, security: str = "不加密", **more: str) -> str:
    values = {
        "服务器": "127.0.0.1", "端口": str(port), "加密": security, "发件人": "js@example.cn", "发件人名称": "某某财政局决算科",
        "每封间隔秒数": "0", "超时秒数": "60", **more,
    }  # fmt: skip
    return "静置秒数: 0\n文件事件: 否\n单位名册: u.csv\n邮件:\n" + "".join(f"  {k}: {v}\n" for k, v in values.items())


def fresh(root: Path, text: str) -> Desk:
    """A new desk with nothing on it."""
    root.mkdir(parents=True, exist_ok=True)
    (root / "xlcheck.yaml").write_text(text, encoding="utf-8")
    (root / "u.csv").write_text(ROSTER, encoding="utf-8")
    return Desk.open(root)


def drop(desk: Desk, *names: str) -> None:
    """Workbooks into 收件, one after the other, answered."""
    for name in names:
        shutil.copy(SAMPLES / f"{name}.xlsx", desk.folders.inbox / f"{name}.xlsx")
        Watcher(desk, lambda _: None, 1).once()


@lru_cache(maxsize=1)
def _pattern() -> Path:
    """A desk with three versions of a unit and their letters, made once for all tests of a process."""
    root = Path(mkdtemp(prefix="desk"))
    desk = fresh(root, settings(25))
    drop(desk, *DROPPED)
    assert len(letters.letters(desk.ledger)) == len(DROPPED)
    desk.close()
    return root


def with_letters(root: Path, text: str) -> Desk:
    """A desk with three letters that are ready."""
    shutil.copytree(_pattern(), root, ignore=shutil.ignore_patterns(".*.lock"))
    (root / "xlcheck.yaml").write_text(text, encoding="utf-8")
    return Desk.open(root)


def states(desk: Desk) -> Counter[str]:
    return Counter(p.state for p in letters.letters(desk.ledger))


def by_state(desk: Desk, state: str) -> list[Posted]:
    return [p for p in letters.letters(desk.ledger) if p.state == state]


def make_due(desk: Desk) -> None:
    """As if the time of every retry had come."""
    with desk.ledger.transaction() as change:
        for row in change.rows("SELECT id FROM letter"):
            change.update("letter", {"id": row["id"]}, {"due": ""})


# --- the server --------------------------------------------------------------------------------------------------


@dataclass
class Fault:
    """What goes wrong at a step: banner, EHLO, STARTTLS, AUTH, MAIL, RCPT, DATA, BODY, DOT, QUIT.

    ``do``: bytes to answer; or drop (hang up), hang, drip (the right answer byte by byte), take-drop and take-hang (the
    letter is taken, the answer never comes), take-garbage. ``times`` connections suffer it (0: all). ``only`` is the
    address it is about (RCPT).
    """

    at: str
    do: bytes | str
    times: int = 1
    only: str = ""


def patience(fault: Fault) -> dict[str, str]:
    """The setting of how long to wait, where a fault would be waited for."""
    waits = "hang" in fault.do if isinstance(fault.do, str) else b"garbage" in fault.do
    return {"超时秒数": "2"} if waits else {}


@dataclass
class PostOffice:
    """A mail server. ``taken`` are the Message-IDs it has decided to deliver, whether it could say so or not."""

    folder: Path
    fault: Fault | None = None
    starttls: bool = False
    tls: bool = False
    account: tuple[str, str] | None = None
    taken: list[str] = field(default_factory=list)
    envelopes: list[tuple[str, list[str]]] = field(default_factory=list)
    messages: list[bytes] = field(default_factory=list)
    connections: int = 0
    busy: int = 0
    port: int = 0

    @contextlib.contextmanager
    def open(self) -> Iterator[PostOffice]:
        listening = socket.create_server(("127.0.0.1", 0))
        self.port = listening.getsockname()[1]
        if self.starttls or self.tls:
            certificate(self.folder)
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(self.folder / "cert.pem", self.folder / "key.pem")
        stop = threading.Event()
        thread = threading.Thread(target=self._accept, args=(listening, stop), daemon=True)
        thread.start()
        try:
            yield self
        finally:
            stop.set()
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", self.port), 1).close()
            thread.join(5)
            listening.close()

    def _accept(self, listening: socket.socket, stop: threading.Event) -> None:
        while not stop.is_set():
            client, _ = listening.accept()
            if stop.is_set():
                client.close()
                return
            self.connections += 1
            self.busy += 1
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with contextlib.suppress(OSError, EOFError, ssl.SSLError):
            if self.tls:
                client = self.context.wrap_socket(client, server_side=True)
            _Talk(self, client).run()
        with contextlib.suppress(OSError):
            client.close()
        self.busy -= 1

    def settled(self) -> None:
        """Wait until it has read all that was sent to it: what a killed sender has handed to the kernel still arrives."""
        time.sleep(0.01)  # a connection that was just made
        until = time.monotonic() + 10
        while self.busy and time.monotonic() < until:
            time.sleep(0.002)
        assert not self.busy


class _HangUp(EOFError):
    pass


class _Talk:
    """One connection."""

    def __init__(self, office: PostOffice, client: socket.socket) -> None:
        self.office, self.client = office, client
        self.buffer = b""
        fault = office.fault
        self.fault = fault if fault and (not fault.times or office.connections <= fault.times) else None
        self.sender, self.to = "", []

    def line(self) -> bytes:
        while b"\r\n" not in self.buffer:
            more = self.client.recv(65536)
            if not more:
                raise _HangUp
            self.buffer += more
        found, self.buffer = self.buffer.split(b"\r\n", 1)
        return found

    def answer(self, at: str, right: bytes, about: str = "") -> bool:
        """Say what is right, or do what the fault says; whether it went right."""
        fault = self.fault
        if fault is None or fault.at != at or (fault.only and fault.only != about):
            self.client.sendall(right)
            return True
        match fault.do:
            case bytes():
                self.client.sendall(fault.do)
                if fault.do.startswith(b"421"):
                    raise _HangUp
            case "drop":
                raise _HangUp
            case "hang":
                time.sleep(1.2)
                raise _HangUp
            case "drip":
                for n in range(len(right)):
                    self.client.sendall(right[n : n + 1])
                    time.sleep(0.01)
                return True
        return False

    def run(self) -> None:
        if not self.answer("banner", b"220 post office\r\n"):
            return
        while True:
            line = self.line()
            verb = line.split(b" ")[0].split(b":")[0].upper().decode("latin-1")
            if verb == "QUIT":
                self.answer("QUIT", b"221 bye\r\n")
                return
            getattr(self, f"_{verb.lower()}", self._unknown)(line)

    def _unknown(self, _line: bytes) -> None:
        self.client.sendall(b"502 what?\r\n")

    def _ehlo(self, _line: bytes) -> None:
        lines = [b"post office", b"8BITMIME"]
        lines += [b"STARTTLS"] if self.office.starttls and not isinstance(self.client, ssl.SSLSocket) else []
        lines += [b"AUTH PLAIN LOGIN"] if self.office.account else []
        last = len(lines) - 1
        self.answer("EHLO", b"".join(b"250" + (b" " if n == last else b"-") + x + b"\r\n" for n, x in enumerate(lines)))

    def _helo(self, _line: bytes) -> None:
        self.answer("EHLO", b"250 post office\r\n")

    def _starttls(self, _line: bytes) -> None:
        if self.answer("STARTTLS", b"220 go\r\n"):
            self.client = self.office.context.wrap_socket(self.client, server_side=True)
            self.buffer = b""

    def _auth(self, line: bytes) -> None:
        given = base64.b64decode(line.split()[-1]).split(b"\0")[1:] if len(line.split()) == 3 else []
        right = given == [x.encode() for x in self.office.account or ()]
        self.answer("AUTH", b"235 welcome\r\n" if right else b"535 5.7.8 no\r\n")

    def _mail(self, line: bytes) -> None:
        self.sender, self.to = _address(line), []
        self.answer("MAIL", b"250 ok\r\n")

    def _rcpt(self, line: bytes) -> None:
        if self.answer("RCPT", b"250 ok\r\n", _address(line)):
            self.to.append(_address(line))

    def _rset(self, _line: bytes) -> None:
        self.client.sendall(b"250 ok\r\n")

    def _data(self, _line: bytes) -> None:
        if not self.answer("DATA", b"354 go on\r\n"):
            return
        lines = []
        while (found := self.line()) != b".":
            lines.append(found)
            if self.fault and self.fault.at == "BODY" and len(lines) == 20:
                raise _HangUp
        message = b"\r\n".join(x[1:] if x.startswith(b"..") else x for x in lines) + b"\r\n"
        do = self.fault.do if self.fault and self.fault.at == "DOT" else None
        if do is None or (isinstance(do, str) and do.startswith(("take", "drip"))):
            self.take(message)
        if do == "take-drop":
            raise _HangUp
        if do == "take-hang":
            time.sleep(1.2)
            raise _HangUp
        if do == "take-garbage":
            self.client.sendall(b"\xff\xfe not an answer\r\n")
            raise _HangUp
        self.answer("DOT", b"250 queued\r\n")

    def take(self, message: bytes) -> None:
        found = re.search(rb"(?im)^message-id:\s*(\S+)", message)
        self.office.taken.append(found[1].decode() if found else "")
        self.office.envelopes.append((self.sender, list(self.to)))
        self.office.messages.append(message)


def _address(line: bytes) -> str:
    found = re.search(rb"<([^>]*)>", line)
    return found[1].decode() if found else ""


def dropped(desk: Desk, **files: bytes) -> list[Receipt]:
    """Files into 收件 (``_`` in a name stands for the dot), a look, and all that was answered since."""
    last = receipts.next_number(desk.ledger)
    for name, data in files.items():
        stem, _, ending = name.rpartition("_")
        (desk.folders.inbox / f"{stem}.{ending}").write_bytes(data)
    Watcher(desk, lambda _: None, 1).once()
    found = (receipts.by_number(desk.ledger, n) for n in range(last, receipts.next_number(desk.ledger)))
    return [one for one in found if one is not None]
