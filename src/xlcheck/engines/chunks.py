"""How tasks are cut into chunks: small while there is little, so that all have work; then large, so that travelling costs nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from xlcheck.engines.executor import Chunk

LARGEST = 100  # of 50–200 a task Dask's cost is a quarter of a millisecond each; a chunk lost is two seconds of work
_SMALLEST = 4
_SHARES = 4  # what was given before, parted among the slots, and that in so many


def chunked(tasks: Iterable[Any], slots: int, largest: int = LARGEST) -> Iterator[Chunk]:
    """All tasks in chunks, drawn as they are needed; no chunk is empty."""
    waiting = iter(tasks)
    given = 0
    while True:
        size = min(largest, max(_SMALLEST, given // (slots * _SHARES)))
        tasks_of_chunk = tuple(islice(waiting, size))
        if not tasks_of_chunk:
            return
        yield Chunk(given, tasks_of_chunk)
        given += len(tasks_of_chunk)


def pieces(chunk: Chunk, number: int = 8) -> Iterator[Chunk]:
    """A chunk that was lost, in pieces to try once more: what kills a machine takes few others along the second time."""
    size = -(-len(chunk.tasks) // number)
    for at in range(0, len(chunk.tasks), size):
        yield Chunk(chunk.first + at, chunk.tasks[at : at + size], chunk.attempt + 1)
