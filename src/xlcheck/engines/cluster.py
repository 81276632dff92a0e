"""The engine that is a Dask cluster: one of our own on this machine, or one whose scheduler is named.

Chunks go to the workers, never more than two for each of their threads, so that neither scheduler nor client holds more than
that, however many workbooks there are. Bytes never travel: workers read and write the storage themselves.
"""

from __future__ import annotations

import contextlib
import logging
import pickle
import queue
import uuid
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from xlcheck.engines.chunks import chunked, pieces
from xlcheck.engines.executor import LOCAL, Chunk, Engine, Gather, Gathered, Work
from xlcheck.errors import Fault, Usage
from xlcheck.version import __version__
from xlcheck.workers import Limits, Lost

_ASK = "--engine dask://… 还缺程序库，请安装：pip install 'xlcheck[dask]'"
_IN_FLIGHT = 2  # chunks a thread: one at work, one that waits
_TICK = 1.0  # seconds
_LONELY = 120  # ticks without any worker before the run gives up
_CONNECT = 20  # seconds
_AHEAD = 4  # chunks a thread that may be done before the earliest is, where answers are wanted in order
_ATTEMPTS = 2


class Dask:
    """Does tasks on a Dask cluster.

    Raises:
        Usage: Dask is not installed.
        Fault: the cluster can't be had.
    """

    def __init__(self, engine: Engine, processors: int) -> None:
        try:
            import distributed
        except ImportError as error:
            raise Usage(_ASK) from error
        self._cluster: Any = None
        self._wanted = engine.workers or processors
        self._client: Any = None
        self._where = "本机" if engine.scheduler == LOCAL else engine.scheduler.removeprefix("tcp://")
        try:
            if engine.scheduler == LOCAL:
                self._cluster = own_cluster(self._wanted)
            with _short_logs():
                self._client = distributed.Client(
                    self._cluster or engine.scheduler, timeout=_CONNECT, set_as_default=False
                )
            self._client.wait_for_workers(1, timeout=_CONNECT)
        except TimeoutError as error:
            self.close()
            raise Fault(
                f"集群（{self._where}）的计算节点 {_CONNECT} 秒内没有回应。请检查调度器和节点是否在运行。"
            ) from error
        except (OSError, RuntimeError, ValueError) as error:
            self.close()
            raise Fault(f"连不上集群（{self._where}）：{error}") from error

    @property
    def client(self) -> Any:
        """The client of ``distributed``."""
        return self._client

    @property
    def slots(self) -> int:
        """Threads of all workers that are there now; one where there are none, so that something waits for the next."""
        return max(1, sum(self._threads().values()))

    def run(self, work: Work, tasks: Iterable[Any], limits: Limits) -> Iterator[Any]:
        """One answer a task, in order. The answers themselves travel here."""
        held: dict[int, list[Any]] = {}
        following = 0

        def bounded() -> Iterator[Chunk]:
            yield from chunked(tasks, self.slots)

        def is_ahead(chunk: Chunk) -> bool:
            return len(held) >= self.slots * _AHEAD and chunk.first > following

        for done in self._chunks(work, _all, bounded(), limits, is_ahead):
            if done is None:
                continue
            held[done.chunk.first] = done.row if done.lost is None else [done.lost] * len(done.chunk.tasks)
            while following in held:
                answers = held.pop(following)
                following += len(answers)
                yield from answers

    def run_chunks(
        self, work: Work, gather: Gather, chunks: Iterable[Chunk], limits: Limits
    ) -> Iterator[Gathered | None]:
        """What is gathered of each chunk, as they are done."""
        return self._chunks(work, gather, chunks, limits, lambda chunk: False)

    def close(self) -> None:
        """Leave the cluster; one of our own ends."""
        for held in (self._client, self._cluster):
            if held is not None:
                held.close()

    def _chunks(
        self, work: Work, gather: Gather, chunks: Iterable[Chunk], limits: Limits, holds_back: Callable[[Chunk], bool]
    ) -> Iterator[Gathered | None]:
        name = f"xlcheck-{uuid.uuid4().hex}"
        self._plant(name, work, gather, limits)
        try:
            yield from _Dispatch(self, name, holds_back).all(chunks)
        finally:
            self._uproot(name)

    def _plant(self, name: str, work: Work, gather: Gather, limits: Limits) -> None:
        from xlcheck.engines.node import Recipe

        protocol = pickle.HIGHEST_PROTOCOL
        recipe = Recipe(name, pickle.dumps((work, limits), protocol), pickle.dumps(gather, protocol))
        try:
            self._client.register_plugin(recipe, name=name)
        except ImportError as error:
            raise Fault(f"集群（{self._where}）的计算节点上没有装好 xlcheck：{error}") from error
        except (OSError, RuntimeError) as error:
            raise self.gone(error) from error

    def _uproot(self, name: str) -> None:
        if self._client.status == "running":
            try:
                self._client.unregister_worker_plugin(name)
            except Exception:
                logging.getLogger(__name__).debug("not unregistered", exc_info=True)

    def _threads(self) -> dict[str, int]:
        try:
            found: dict[str, int] = self._client.nthreads()
        except (OSError, RuntimeError) as error:
            raise self.gone(error) from error
        return found

    def looked_after(self) -> int:
        """Threads of all workers that are there now. A cluster of our own gets new workers for those that it gave up.

        Raises:
            Fault: the scheduler is gone.
        """
        if self._client.status != "running":
            raise self.gone()
        threads = sum(self._threads().values())
        if self._cluster is not None and threads < self._wanted:
            self._cluster.scale(self._wanted)
        return threads

    def gone(self, error: object = "") -> Fault:
        """That the cluster is not there any more."""
        said = f"：{error}" if str(error) else ""
        return Fault(f"和集群（{self._where}）的联系断了{said}。用 --results 的检查，再运行同一条命令就接着做。")


class _InFlight(NamedTuple):
    chunk: Chunk
    future: Any


class _Dispatch:
    """One run over chunks: what is under way, and what is to be tried again."""

    def __init__(self, cluster: Dask, name: str, holds_back: Callable[[Chunk], bool]) -> None:
        self.cluster = cluster
        self.name = name
        self.holds_back = holds_back
        self.in_flight: dict[int, _InFlight] = {}
        self.again: deque[Chunk] = deque()
        self.done: queue.SimpleQueue[int] = queue.SimpleQueue()
        self.number = 0
        self.lonely = 0
        self.kept: Chunk | None = None

    def all(self, chunks: Iterable[Chunk]) -> Iterator[Gathered | None]:
        """Everything of ``chunks``."""
        waiting = iter(chunks)
        slots = self.cluster.slots
        try:
            while True:
                self._give(waiting, slots * _IN_FLIGHT)
                if not self.in_flight:
                    return
                try:
                    number = self.done.get(timeout=_TICK)
                except queue.Empty:
                    slots = self._looked_after()
                    yield None
                    continue
                self.lonely = 0
                yield from self._taken(self.in_flight.pop(number))
        finally:
            with contextlib.suppress(OSError, RuntimeError):  # of a cluster that is gone there is nothing to cancel
                self.cluster.client.cancel([under_way.future for under_way in self.in_flight.values()])

    def _give(self, waiting: Iterator[Chunk], most: int) -> None:
        while len(self.in_flight) < most and (chunk := self._next(waiting)) is not None:
            self._submit(chunk)

    def _next(self, waiting: Iterator[Chunk]) -> Chunk | None:
        if self.again:
            return self.again.popleft()
        chunk = self.kept or next(waiting, None)
        self.kept = chunk if chunk is not None and self.in_flight and self.holds_back(chunk) else None
        return None if self.kept else chunk

    def _submit(self, chunk: Chunk) -> None:
        from xlcheck.engines.node import packed, run_chunk

        number, self.number = self.number, self.number + 1
        try:
            future = self.cluster.client.submit(
                run_chunk, self.name, __version__, packed(chunk), key=(self.name, number), pure=False
            )
        except (OSError, RuntimeError) as error:
            raise self.cluster.gone(error) from error
        future.add_done_callback(lambda _, number=number: self.done.put(number))
        self.in_flight[number] = _InFlight(chunk, future)

    def _taken(self, finished: _InFlight) -> Iterator[Gathered]:
        """What a future gave; its chunk again where the worker was lost for the first time."""
        from concurrent.futures import CancelledError

        from distributed.scheduler import KilledWorker

        chunk = finished.chunk
        try:
            row = self._result(finished.future)
        except KilledWorker as error:
            # a scheduler that allows failures has tried as often itself
            attempts = chunk.attempt + 1 + int(getattr(error, "allowed_failures", 0))
            if attempts < _ATTEMPTS:
                self.again.extend(pieces(chunk))
                return
            yield Gathered(chunk, None, Lost("node", f"试了 {attempts} 次"))
            return
        except CancelledError as error:
            raise self.cluster.gone(type(error).__name__) from error
        finally:
            finished.future.release()
        yield Gathered(chunk, row)

    def _result(self, future: Any) -> Any:
        """What a future gave.

        It was done, but its worker may be lost before the result is fetched. Then it is made anew, for which there must
        be a worker.
        """
        while True:
            try:
                return future.result(timeout=_TICK)
            except TimeoutError:
                self._looked_after()

    def _looked_after(self) -> int:
        """Threads that are there now.

        Raises:
            Fault: there has been no worker for long, or no scheduler.
        """
        threads = self.cluster.looked_after()
        self.lonely = 0 if threads else self.lonely + 1
        if self.lonely >= _LONELY:
            raise Fault(f"集群里 {_LONELY} 秒没有一个计算节点。用 --results 的检查，再运行同一条命令就接着做。")
        return max(1, threads)


def own_cluster(workers: int) -> Any:
    """A cluster on this machine, of ``workers`` processes with one thread each. It ends with this process."""
    import dask
    from distributed import LocalCluster

    ours = dask.config.set({"distributed.scheduler.allowed-failures": 0})  # we ourselves try once more
    with ours, _short_logs():
        return LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            processes=True,
            memory_limit=0,  # each workbook has its own limit
            dashboard_address="127.0.0.1:0",
            silence_logs=logging.CRITICAL,
        )


def _short_logs() -> Any:
    """Settings for what is made meanwhile: Dask keeps the last thousand messages of every connection, chunks and all."""
    import dask

    return dask.config.set({"distributed.admin.low-level-log-length": 20})


def _all(chunk: Chunk, answers: Sequence[Any]) -> list[Any]:  # noqa: ARG001 - the protocol's
    return list(answers)
