"""From the engine that was named to one that works."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from xlcheck.engines.executor import Engine, Executor
from xlcheck.engines.local import InProcess, Processes


@contextmanager
def running(engine: Engine, processes: int, *, debug: bool = False) -> Iterator[Executor]:
    """The executor of an engine, closed at the end. With ``debug`` everything is done in this process.

    Raises:
        Usage: its library is not installed.
        Fault: the cluster can't be had.
    """
    executor = _made(engine, processes, debug)
    try:
        yield executor
    finally:
        executor.close()


def _made(engine: Engine, processes: int, debug: bool) -> Executor:
    if debug:
        return InProcess()
    if not engine.remote:
        return Processes(processes)
    from xlcheck.engines.cluster import Dask

    return Dask(engine, processes)
