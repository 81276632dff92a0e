"""``python -m xlcheck`` as a process of its own, born of one that has its libraries loaded: most of a short run is loading them.

A run has its own arguments, environment, folder, input, outputs and exit code, as one that is started anew; ``main`` is the
program's own. Two such parents take turns whose sets are ordered in different ways, so that what depends on that order
still differs from run to run.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import types
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

LOADED = (
    "xlcheck.cli",
    "xlcheck.cli.check",
    "xlcheck.batch",
    "xlcheck.pipeline",
    "xlcheck.writing.text",
    "rich.console",
)
SECONDS = 900  # a run that never ends fails all the same, one on a busy machine does not


class Ended(NamedTuple):
    """What a run left."""

    code: int
    out: bytes
    err: bytes


class Program:
    """The parents of the runs of a session."""

    def __init__(self) -> None:
        self._parents = [_Parent(seed) for seed in ("1", "2")]
        self._turns = itertools.cycle(self._parents)

    def run(self, words: list[str], stdin: bytes, env: Mapping[str, str], here: Path | None = None) -> Ended:
        return next(self._turns).run(words, stdin, env, here)

    def end(self) -> None:
        for parent in self._parents:
            parent.end()


@contextmanager
def program() -> Iterator[Program]:
    found = Program()
    try:
        yield found
    finally:
        found.end()


class _Parent:
    """A process that has everything loaded and forks for every run."""

    def __init__(self, seed: str) -> None:
        ours, theirs = socket.socketpair()
        own = Path(__file__).parents[1]
        self.process = subprocess.Popen(
            [sys.executable, "-c", f"from support.program import serve; serve({theirs.fileno()})"],
            env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": str(own)},
            pass_fds=(theirs.fileno(),), cwd="/", stdin=subprocess.DEVNULL,
        )  # fmt: skip
        theirs.close()
        ours.settimeout(SECONDS)
        self.line = ours

    def run(self, words: list[str], stdin: bytes, env: Mapping[str, str], here: Path | None) -> Ended:
        asked = json.dumps({"words": words, "env": dict(env), "here": str(here or Path.cwd())}).encode()
        with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            given.write(stdin)
            given.seek(0)
            files = [given.fileno(), out.fileno(), err.fileno()]
            socket.send_fds(self.line, [len(asked).to_bytes(4, "big")], files)
            self.line.sendall(asked)
            child = int.from_bytes(_exactly(self.line, 4), "big")
            try:
                status = int.from_bytes(_exactly(self.line, 4), "big")
            except TimeoutError:
                os.kill(child, signal.SIGKILL)
                raise
            out.seek(0)
            err.seek(0)
            return Ended(os.waitstatus_to_exitcode(status), out.read(), err.read())

    def end(self) -> None:
        self.line.close()
        self.process.wait(30)


def _exactly(line: socket.socket, number: int) -> bytes:
    found = b""
    while len(found) < number:
        more = line.recv(number - len(found))
        if not more:
            raise EOFError
        found += more
    return found


# --- in the parent of the runs --------------------------------------------------------------------


def serve(number: int) -> None:
    """Fork a child for each run that is asked for, until nobody asks any more."""
    import gc
    import importlib

    for name in LOADED:
        importlib.import_module(name)
    gc.collect()
    gc.freeze()
    line = socket.socket(fileno=number)
    with contextlib.suppress(EOFError):
        while True:
            size, files, _, _ = socket.recv_fds(line, 4, 3)
            if not size:
                return
            asked = json.loads(_exactly(line, int.from_bytes(size, "big")))
            child = os.fork()
            if not child:
                line.close()
                _become(files, **asked)
            for file in files:
                os.close(file)
            line.sendall(child.to_bytes(4, "big"))
            _, status = os.waitpid(child, 0)
            line.sendall(status.to_bytes(4, "big"))


def _become(files: list[int], words: list[str], env: dict[str, str], here: str) -> None:
    """Be the program in this process. Never returns."""
    for at, file in enumerate(files):
        os.dup2(file, at)
        os.close(file)
    os.environ.clear()
    os.environ.update(env)
    os.chdir(here)
    encoding = env.get("PYTHONIOENCODING", "utf-8")
    sys.stdin, sys.stdout, sys.stderr = (
        open(at, mode, encoding=encoding, errors=errors, closefd=False)  # noqa: SIM115 - standard streams
        for at, mode, errors in ((0, "r", "strict"), (1, "w", "strict"), (2, "w", "backslashreplace"))
    )
    import xlcheck

    main = types.ModuleType("__main__")
    main.__package__ = "xlcheck"
    sys.modules["__main__"] = main
    sys.argv = [str(Path(xlcheck.__file__).with_name("__main__.py")), *words]
    code = 1
    try:
        from xlcheck.cli import main as program

        program()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # noqa: BLE001 - as the interpreter does at its end
        sys.excepthook(*sys.exc_info())
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError):
            stream.flush()
    os._exit(code)
