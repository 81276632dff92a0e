"""What happens on a worker of a Dask cluster: it gets the work of a run once, and has chunks of tasks done by helpers.

Each thread of a worker has a helper of its own (:mod:`xlcheck.engines.helper`), so that a worker does as many tasks at once
as it was given threads, and a task that hangs or kills its process is one task lost.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import subprocess
import sys
import threading
import time
import zlib
from typing import IO, Any, cast

from distributed.diagnostics.plugin import WorkerPlugin

from xlcheck.engines.executor import Chunk
from xlcheck.engines.helper import COMMAND
from xlcheck.errors import Fault
from xlcheck.version import __version__
from xlcheck.workers import Lost

_PLANTED: dict[str, Recipe] = {}
_PATIENCE = 30.0  # seconds for a recipe to arrive at a worker that has just joined


class Recipe(WorkerPlugin):  # type: ignore[misc]  # distributed is not typed strictly
    """The work of one run, as the scheduler hands it to every worker, those that join later included.

    Work and gathering are pickled by whoever asked for the run; only a helper loads the work.
    """

    def __init__(self, name: str, order: bytes, gather: bytes) -> None:
        self.name = name
        self.order = order
        self.gather_pickled = gather
        self.version = __version__

    def setup(self, worker: Any) -> None:  # noqa: ARG002 - the plugin's signature
        """The worker has it."""
        self.lock = threading.Lock()
        self.idle: list[_Helper] = []
        self.gather: Any = None
        _PLANTED[self.name] = self

    def teardown(self, worker: Any) -> None:  # noqa: ARG002 - the plugin's signature
        """The run is over, or the worker."""
        _PLANTED.pop(self.name, None)
        with self.lock:
            for helper in self.idle:
                helper.close()
            self.idle.clear()

    def __getstate__(self) -> dict[str, Any]:
        return {k: self.__dict__[k] for k in ("name", "order", "gather_pickled", "version")}

    def answers(self, tasks: tuple[Any, ...]) -> list[Any]:
        """The answer to each task. A helper that dies is replaced, and the task it died at is tried once more."""
        found: list[Any] = []
        tried = False
        while len(found) < len(tasks):
            before = len(found)
            helper = self._borrowed()
            try:
                helper.do(tasks[before:], found)
            except (EOFError, OSError, pickle.UnpicklingError):
                helper.close()
                if tried and len(found) == before:
                    found.append(Lost("died", "检查进程被计算节点的系统终止"))
                    tried = False
                else:
                    tried = True
            except BaseException:
                helper.close()
                raise
            else:
                with self.lock:
                    self.idle.append(helper)
        return found

    def gathered(self, chunk: Chunk, answers: list[Any]) -> Any:
        """What the run wants to know of a chunk."""
        if self.gather is None:
            self.gather = pickle.loads(self.gather_pickled)  # noqa: S301 - from the client of this cluster
        return self.gather(chunk, answers)

    def _borrowed(self) -> _Helper:
        with self.lock:
            if self.idle:
                return self.idle.pop()
        return _Helper(self.order)


class _Helper:
    """A helper process. It has got its orders, and waits for tasks."""

    def __init__(self, order: bytes) -> None:
        paths = os.pathsep.join(path for path in sys.path if path)
        try:
            self.process = subprocess.Popen(  # noqa: S603 - our own program
                [sys.executable, "-c", COMMAND],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env={**os.environ, "PYTHONPATH": paths},
            )
        except OSError as error:
            raise Fault(f"计算节点上启动不了检查进程：{error}") from error
        self.orders = cast("IO[bytes]", self.process.stdin)
        self.told = cast("IO[bytes]", self.process.stdout)
        with contextlib.suppress(OSError):  # it died at once: asking it finds out
            self.orders.write(order)
            self.orders.flush()

    def do(self, tasks: tuple[Any, ...], found: list[Any]) -> None:
        """Append the answer to each task.

        Raises:
            EOFError, OSError: it died. Whatever the work raises.
        """
        pickle.dump(tasks, self.orders, protocol=pickle.HIGHEST_PROTOCOL)
        self.orders.flush()
        for _ in tasks:
            kind, content = pickle.load(self.told)  # noqa: S301 - from our own process
            if kind == "raised":
                raise content
            found.append(content)

    def close(self) -> None:
        """End it, and with it its process."""
        self.process.kill()
        for end in (self.orders, self.told):
            with contextlib.suppress(OSError):
                end.close()
        self.process.wait()


def packed(chunk: Chunk) -> bytes:
    """A chunk as it travels. Paths are much alike: a tenth of the size, and schedulers keep many messages for a while."""
    return zlib.compress(pickle.dumps(chunk, pickle.HIGHEST_PROTOCOL), 1)


def run_chunk(name: str, version: str, work: bytes) -> Any:
    """Do the tasks of a :func:`packed` chunk and gather the answers. This is the task that Dask knows.

    Raises:
        Fault: this worker can't do it; whatever work and gathering raise.
    """
    if version != __version__:
        raise Fault(f"计算节点上的 xlcheck 是 {__version__}，这里是 {version}。请在所有节点上安装同一个版本。")
    recipe = _recipe(name)
    chunk: Chunk = pickle.loads(zlib.decompress(work))  # noqa: S301 - from the client of this cluster
    return recipe.gathered(chunk, recipe.answers(chunk.tasks))


def _recipe(name: str) -> Recipe:
    until = time.monotonic() + _PATIENCE
    while name not in _PLANTED:
        if time.monotonic() > until:
            raise Fault("计算节点没有收到这次检查的规则。请重新运行同一条命令。")
        time.sleep(0.05)
    return _PLANTED[name]
