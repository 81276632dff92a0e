"""What every engine promises, and the words by which a user chooses one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple, Protocol

from xlcheck.errors import Usage
from xlcheck.workers import Limits, Lost

LOCAL = "local"
_DASK = "dask"
_MOST_WORKERS = 1_000


class Chunk(NamedTuple):
    """Tasks that travel together. ``first`` is the number of its first task in the run.

    ``attempt`` counts how often a chunk with these tasks was lost before.
    """

    first: int
    tasks: tuple[Any, ...]
    attempt: int = 0


class Gathered(NamedTuple):
    """What came of a chunk. ``lost`` is set where the machine that worked on it was lost, more than once; then there is no row."""

    chunk: Chunk
    row: Any = None
    lost: Lost | None = None


Work = Callable[[Any], Any]
Gather = Callable[[Chunk, Sequence[Any]], Any]


class Executor(Protocol):
    """Does ``work(task)`` for many tasks, each under limits on time and memory: a task lost is a :class:`Lost`, never the run.

    ``work`` may be called in another process or on another machine, so it and what it gives can be pickled.
    """

    @property
    def slots(self) -> int:
        """How many tasks are done at once."""

    def run(self, work: Work, tasks: Iterable[Any], limits: Limits) -> Iterator[Any]:
        """The answer to each task or a :class:`Lost`, in the order of the tasks, which are drawn as they are needed.

        Raises:
            Fault: the machines fail, not a task. Whatever ``work`` raises is raised.
        """

    def run_chunks(
        self, work: Work, gather: Gather, chunks: Iterable[Chunk], limits: Limits
    ) -> Iterator[Gathered | None]:
        """What ``gather(chunk, answers)`` makes of each chunk where it was worked on, as they are done.

        Only that travels: it should be small. Chunks are drawn as they are needed. A chunk may come back in pieces. None:
        nothing is done, but time has passed.

        Raises:
            Fault: the machines fail, not a task. Whatever ``work`` and ``gather`` raise is raised.
        """

    def close(self) -> None:
        """Let go of whatever it holds."""


class Engine(NamedTuple):
    """An engine as it was named. ``scheduler`` is the address of a Dask scheduler, :data:`LOCAL` one of our own; empty: processes."""

    scheduler: str = ""
    workers: int | None = None

    @property
    def remote(self) -> bool:
        """Whether work is done where this process' memory and folder are not."""
        return bool(self.scheduler)


def engine(text: str) -> Engine:
    """The engine that a text names: ``processes``, ``dask://HOST:PORT`` or ``dask://local?workers=N``.

    Raises:
        Usage: it names none.
    """
    if text == "processes":
        return Engine()
    from urllib.parse import parse_qs, urlsplit

    known = "--engine 只能是 processes、dask://主机:端口 或 dask://local?workers=N"
    parts = urlsplit(text)
    if parts.scheme != _DASK or not parts.netloc or parts.path not in ("", "/"):
        raise Usage(f"{known}，不是“{text}”。")
    if parts.netloc != LOCAL:
        return Engine(_scheduler(text, parts.netloc, parts.query))
    given = parse_qs(parts.query, keep_blank_values=True)
    if set(given) - {"workers"}:
        raise Usage(f"{known}，不是“{text}”。")
    return Engine(LOCAL, _workers(text, given["workers"][-1]) if given else None)


def _scheduler(text: str, netloc: str, query: str) -> str:
    from urllib.parse import urlsplit

    try:
        port = urlsplit(text).port
    except ValueError:
        port = None
    if port is None or query:
        raise Usage(f"--engine 要写清调度器的主机和端口，例如 dask://10.0.0.1:8786，不是“{text}”。")
    return f"tcp://{netloc}"


def _workers(text: str, number: str) -> int:
    if not number.isascii() or not number.isdigit() or not 1 <= int(number) <= _MOST_WORKERS:
        raise Usage(f"--engine 里 workers 要写 1 到 {_MOST_WORKERS} 的整数，不是“{text}”。")
    return int(number)
