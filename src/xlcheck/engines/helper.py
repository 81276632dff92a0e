"""What runs beside a worker of a cluster: the parent of one checking process, told by a pipe what to check.

A worker of Dask has threads, and must not be forked; it may not have children of ``multiprocessing`` either. So it starts
this program, which has no threads and keeps the limits on each task as on one machine. It ends when its pipe does.
"""

from __future__ import annotations

import contextlib
import os
import pickle
from collections.abc import Iterator
from typing import IO, Any

from xlcheck.workers import Workers

COMMAND = "from xlcheck.engines.helper import main; main()"


def main() -> None:
    """Read the work and its limits, then lists of tasks; write an answer a task."""
    orders, answers = _pipes()
    try:
        work, limits = pickle.load(orders)  # noqa: S301 - from the process that started us
        for answer in Workers(work, 1, limits).run(_tasks(orders)):
            _put(answers, ("answer", answer))
    except BrokenPipeError:
        os._exit(0)  # nobody waits any more
    except Exception as error:  # noqa: BLE001 - raised again where the run was asked for
        with contextlib.suppress(OSError):
            _put(answers, ("raised", error))


def _pipes() -> tuple[IO[bytes], IO[bytes]]:
    """Our two ends, kept from whatever is printed and from the processes we fork: they would hold them open."""
    ours = os.dup(0), os.dup(1)
    os.dup2(2, 1)
    with open(os.devnull, "rb") as nothing:  # noqa: PTH123 - a device
        os.dup2(nothing.fileno(), 0)
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=lambda: _closed(ours))
    return os.fdopen(ours[0], "rb"), os.fdopen(ours[1], "wb")


def _closed(ends: tuple[int, ...]) -> None:
    for end in ends:
        os.close(end)


def _tasks(orders: IO[bytes]) -> Iterator[Any]:
    with contextlib.suppress(EOFError):
        while True:
            yield from pickle.load(orders)  # noqa: S301 - as above


def _put(answers: IO[bytes], message: tuple[str, Any]) -> None:
    pickle.dump(message, answers, protocol=pickle.HIGHEST_PROTOCOL)
    answers.flush()
