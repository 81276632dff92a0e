"""The engines of this machine: this process itself, and the pool of processes that is the default."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from typing import Any

from xlcheck.engines.executor import Chunk, Gather, Gathered, Work
from xlcheck.workers import Limits, Workers


class InProcess:
    """Everything in this process: for looking for mistakes of ours. There are no limits, and what work raises is raised."""

    slots = 1

    def run(self, work: Work, tasks: Iterable[Any], limits: Limits) -> Iterator[Any]:  # noqa: ARG002 - the protocol's
        """One answer a task."""
        return map(work, tasks)

    def run_chunks(
        self, work: Work, gather: Gather, chunks: Iterable[Chunk], limits: Limits
    ) -> Iterator[Gathered | None]:
        """One row a chunk."""
        return _gathered(self.run, work, gather, chunks, limits)

    def close(self) -> None:
        """Nothing is held."""


class Processes:
    """A pool of ``slots`` processes; how it keeps its promises is in :mod:`xlcheck.workers`."""

    def __init__(self, slots: int = 1) -> None:
        self.slots = slots

    def run(self, work: Work, tasks: Iterable[Any], limits: Limits) -> Iterator[Any]:
        """One answer a task."""
        return Workers(work, self.slots, limits).run(tasks)

    def run_chunks(
        self, work: Work, gather: Gather, chunks: Iterable[Chunk], limits: Limits
    ) -> Iterator[Gathered | None]:
        """One row a chunk. Chunks are gathered in this process, and have no bounds for the pool: it is never idle."""
        return _gathered(self.run, work, gather, chunks, limits)

    def close(self) -> None:
        """A run closes its own processes."""


def _gathered(
    run: Any, work: Work, gather: Gather, chunks: Iterable[Chunk], limits: Limits
) -> Iterator[Gathered | None]:
    """The answers to the tasks of all chunks, in their order, back in their chunks."""
    drawn: deque[Chunk] = deque()

    def tasks() -> Iterator[Any]:
        for chunk in chunks:
            drawn.append(chunk)
            yield from chunk.tasks

    answers: list[Any] = []
    for answer in run(work, tasks(), limits):
        answers.append(answer)
        if len(answers) == len(drawn[0].tasks):
            chunk = drawn.popleft()
            yield Gathered(chunk, gather(chunk, answers))
            answers = []
        else:
            yield None
