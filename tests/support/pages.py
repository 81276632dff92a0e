"""The page of ``xlcheck page`` as a process of its own, and requests to it as a browser or a stranger makes them."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote

ADDRESS = re.compile(r"http://127\.0\.0\.1:(\d+)/\?t=(\S+)")


class Page:
    """A running page; ``program`` is the Python that runs it. ``cookie`` is that of a browser that has come in by the first address."""

    def __init__(self, folder: Path | str, *args: str, program: tuple[str, ...] = (), **env: str) -> None:
        clean = {k: v for k, v in os.environ.items() if not k.startswith("XLCHECK_") or k == "XLCHECK_CACHE"}
        self.process = subprocess.Popen(
            [*(program or (sys.executable,)), "-m", "xlcheck", "page", "--no-open", "--folder", str(folder), *args],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, text=True, env=clean | env,
        )  # fmt: skip
        self.lines: list[str] = []
        self.address = self._address()
        self.port = int(ADDRESS.search(self.address)[1])
        self.cookie = ""

    def _address(self) -> str:
        for line in self.process.stdout:
            self.lines.append(line)
            if found := ADDRESS.search(line):
                return found[0]
        raise AssertionError("".join(self.lines))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.terminate()
        self.process.wait(30)
        self.process.stdout.close()

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(30)

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> http.client.HTTPResponse:
        """One request as it is given; headers in words with _ for -. The answer's body is in ``.data``."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        answer.data = answer.read()
        connection.close()
        return answer

    def enter(self) -> Self:
        """Come in as a browser does."""
        answer = self.ask("GET", f"/?t={ADDRESS.search(self.address)[2]}")
        assert answer.status == 303, answer.data
        self.cookie = answer.getheader("Set-Cookie").partition(";")[0]
        return self

    def get(self, path: str) -> http.client.HTTPResponse:
        return self.ask("GET", path, Cookie=self.cookie)

    def post(self, path: str, body: bytes = b"") -> http.client.HTTPResponse:
        return self.ask("POST", path, body, Cookie=self.cookie, Origin=f"http://127.0.0.1:{self.port}")

    def send(self, name: str, data: bytes) -> http.client.HTTPResponse:
        return self.post(f"/uploads?name={quote(name, safe='')}", data)

    def state(self, seen: int = 0) -> Any:
        return json.loads(self.get(f"/state?seen={seen}").data)

    def settled(self, count: int = 1, seconds: float = 120) -> list[dict[str, Any]]:
        """The uploads, once so many are there and all are answered."""
        end, state = time.monotonic() + seconds, self.state()
        while len(state["uploads"]) < count or any(u["state"] not in ("DONE", "FAILED") for u in state["uploads"]):
            assert time.monotonic() < end, state
            state = self.state(state["version"])
        return state["uploads"]
