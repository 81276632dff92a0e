"""Work done in other processes: a task that hangs, eats memory or kills its process is one task lost, never the batch.

Each worker is a process with limits of its own on memory, processor time and wall time; the parent never touches
what a task works on. A dead worker is replaced, and so is one that has done ``_TASKS`` tasks: memory stays flat.
What a library would hold of this: docs/workers.md.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, Generic, NamedTuple, TypeVar

Task = TypeVar("Task")
Answer = TypeVar("Answer")
_TASKS = 500
_OUT_OF_MEMORY = 86
_BORN: dict[int, int] = {}
# The share of its memory from which an error of a worker may be due to a lack of it. What a worker has once had counts,
# so one that has been there is replaced: the next task's errors would be taken for the last one's hunger.
_SHORT = 0.5
_HELD = 64  # answers that may wait for an earlier one before new tasks wait too


class Limits(NamedTuple):
    """What one task may use: seconds of wall time (and of processor time), megabytes of memory.

    The megabytes are the whole process's, as the system counts addresses; one that is born with more than a quarter
    of them (its parent was large already) may take three quarters besides.
    """

    seconds: float = 10.0
    megabytes: int = 512


class Lost(NamedTuple):
    """A task that gave no answer. ``why`` is ``time``, ``memory``, ``died``, or ``node``: its machine; ``detail`` says how it died."""

    why: str
    detail: str = ""


@dataclass(slots=True)
class _Worker:
    process: BaseProcess
    connection: Connection
    number: int | None = None
    task: Any = None
    deadline: float = 0.0
    done: int = 0
    question: Any = None
    waits: bool = False  # for the reply to its question

    @property
    def overdue(self) -> bool:
        """Whether its time is over; while it waits none passes."""
        return not self.waits and time.monotonic() >= self.deadline


class _Message(NamedTuple):
    """What comes from a worker: ``kind`` is answer, last (it is tired), lost, raised, or asks."""

    kind: str
    content: Any


class Wait:
    """The reply to a question that can't be answered yet: it is asked again once another task is done."""


Replies = Callable[[int, Any], Any]


def _silent(_number: int, _question: object) -> None:
    """Nobody to ask."""


class Workers(Generic[Task, Answer]):
    """Runs ``work(task)`` for many tasks in ``jobs`` processes.

    Answers come in the order of the tasks. Where processes can be forked they share what the parent has loaded;
    elsewhere ``work`` is pickled and each worker loads for itself.

    Work may need to know something that only the parent knows, once it has looked at its task: then it is a generator
    (of an answer, in the end) that yields its question and is sent the reply of ``replies(number of the task, question)`` (which may be
    :class:`Wait`, but not for the earliest task that is under way). Waiting for a reply costs a task no time.
    """

    def __init__(
        self,
        work: Callable[[Task], Answer],
        jobs: int = 1,
        limits: Limits | None = None,
        replies: Replies = _silent,
    ) -> None:
        self.work = work
        self.replies = replies
        self.jobs = max(1, jobs)
        self.limits = limits or Limits()
        forks = "fork" in multiprocessing.get_all_start_methods()
        self._context = multiprocessing.get_context("fork" if forks else "spawn")
        self._workers: list[_Worker] = []
        self._again: list[tuple[int, Task]] = []

    def run(self, tasks: Iterable[Task]) -> Iterator[Answer | Lost]:
        """The answers to ``tasks``, in order. An exception that ``work`` raises is raised here."""
        waiting = enumerate(tasks)
        held: dict[int, Answer | Lost] = {}
        following = 0
        more = True
        try:
            while more or held or self._again or self._busy():
                self._give_again()
                if more and len(held) < _HELD:
                    more = self._give_next(waiting)
                self._reply()
                held.update(self._collect())
                while following in held:
                    yield held.pop(following)
                    following += 1
        finally:
            self.close()

    def _give_again(self) -> None:
        """Give what was lost in used workers to fresh ones, as far as there is room for them."""
        while self._again and (worker := self._idle(fresh=True)) is not None:
            self._give(worker, *self._again.pop())

    def _give_next(self, waiting: Iterator[tuple[int, Task]]) -> bool:
        """Give tasks to workers that have nothing to do; whether there may be more."""
        while (worker := self._idle()) is not None:
            number, task = next(waiting, (-1, None))
            if number < 0:
                return False
            self._give(worker, number, task)
        return True

    def _busy(self) -> list[_Worker]:
        return [w for w in self._workers if w.number is not None]

    def _idle(self, *, fresh: bool = False) -> _Worker | None:
        """A worker that has nothing to do (``fresh``: and has done nothing); a new one while there are fewer than ``jobs``."""
        for worker in self._workers:
            if worker.number is None and not (fresh and worker.done):
                return worker
        return self._start() if len(self._workers) < self.jobs else None

    def _start(self) -> _Worker:
        ours, theirs = self._context.Pipe()
        # A forked worker holds copies of our ends of all pipes. It has to close them, its own too: else it would
        # never hear that we were killed, and wait for ever.
        forked = self._context.get_start_method() == "fork"
        inherited = [*(w.connection for w in self._workers), ours] if forked else []
        process = self._context.Process(  # type: ignore[attr-defined]
            target=_serve, args=(self.work, theirs, self.limits, inherited), daemon=True
        )
        process.start()
        theirs.close()
        worker = _Worker(process, ours)
        self._workers.append(worker)
        return worker

    def _give(self, worker: _Worker, number: int, task: Any) -> None:
        worker.number, worker.task = number, task
        worker.deadline = time.monotonic() + self.limits.seconds
        with contextlib.suppress(OSError):  # it died while idle: collecting finds out
            worker.connection.send(task)

    def _collect(self) -> dict[int, Answer | Lost]:
        """What has come in: answers, dead workers, workers past their time. Waits for the first of them."""
        busy = self._busy()
        deadlines = [w.deadline for w in busy if not w.waits]
        if not deadlines:
            return {}  # nobody is busy, or all wait for replies: what is held has to be taken first
        until = min(deadlines) - time.monotonic()
        ready = set(wait([w.connection for w in busy], timeout=max(until, 0)))
        found: dict[int, Answer | Lost] = {}
        for worker in busy:
            if worker.connection in ready:
                found.update(self._heard(worker))
            elif worker.overdue:
                found[worker.number or 0] = Lost("time")
                self._stop(worker)
        return found

    def _heard(self, worker: _Worker) -> dict[int, Answer | Lost]:
        """The answer that has come from a worker, by the number of its task; nothing where it asks, or is to try again."""
        message = _received(worker)
        number, task, used = worker.number or 0, worker.task, worker.done > 0
        if message is not None and message.kind == "asks":
            worker.question, worker.waits = message.content, True
            return {}
        worker.number = None
        answer: Answer | Lost = self._buried(worker) if message is None else self._taken(worker, message)
        if used and isinstance(answer, Lost) and answer.why != "time":
            self._again.append((number, task))  # what tasks before it left behind may have cost it its life
            return {}
        return {number: answer}

    def _taken(self, worker: _Worker, message: _Message) -> Answer | Lost:
        worker.done += 1
        if message.kind != "answer" or worker.done >= _TASKS:
            self._stop(worker)  # after a lack of memory nothing in that process is to be trusted
        if message.kind == "raised":
            raise message.content
        answer: Answer | Lost = message.content
        return answer

    def _buried(self, worker: _Worker) -> Lost:
        """How a dead worker died."""
        worker.process.join()
        code = worker.process.exitcode or 0
        self._stop(worker)
        if code == -getattr(signal, "SIGXCPU", 0):
            return Lost("time")
        return Lost("memory") if code == _OUT_OF_MEMORY else Lost("died", _how(code))

    def _reply(self) -> None:
        """Answer the questions that can be answered, those of earlier tasks first."""
        for worker in sorted((w for w in self._busy() if w.waits), key=lambda w: w.number or 0):
            reply = self.replies(worker.number or 0, worker.question)
            if not isinstance(reply, Wait):
                worker.question, worker.waits = None, False
                worker.deadline = time.monotonic() + self.limits.seconds
                with contextlib.suppress(OSError):  # it died meanwhile: collecting finds out
                    worker.connection.send(reply)

    def _stop(self, worker: _Worker) -> None:
        self._workers.remove(worker)
        worker.connection.close()
        worker.process.kill()
        worker.process.join()

    def close(self) -> None:
        """Stop all workers, whatever they are doing."""
        for worker in list(self._workers):
            self._stop(worker)


def _received(worker: _Worker) -> _Message | None:
    """What has come from a worker; None where it is dead."""
    try:
        return _Message(*worker.connection.recv())
    except (EOFError, OSError):
        return None


def _how(code: int) -> str:
    if code >= 0:
        return f"退出码 {code}"
    with contextlib.suppress(ValueError):
        return f"信号 {signal.Signals(-code).name}"
    return f"信号 {-code}"


# --- in the worker ------------------------------------------------------------------------------


def _serve(work: Callable[[Any], Any], connection: Connection, limits: Limits, inherited: list[Connection]) -> None:
    """Answer tasks until the parent hangs up. Out of memory even for an answer: the exit code says so."""
    try:
        _answer_all(work, connection, limits, inherited)
    except (MemoryError, SystemError):
        os._exit(_OUT_OF_MEMORY)
    except Exception:
        if short_of_memory():
            os._exit(_OUT_OF_MEMORY)
        raise


def _answer_all(
    work: Callable[[Any], Any], connection: Connection, limits: Limits, inherited: list[Connection]
) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what Ctrl-C ends
    for other in inherited:
        with contextlib.suppress(OSError):
            other.close()
    _limit_memory(limits.megabytes)
    with contextlib.suppress(ImportError):
        _BORN[os.getpid()] = _resident()
    while True:
        try:
            task = connection.recv()
        except (EOFError, OSError):
            return
        except MemoryError:
            connection.send(("lost", Lost("memory")))
            return
        _limit_processor(limits.seconds)
        message = _answer(lambda task: _finished(work(task), connection), task)
        try:
            connection.send(message)
        except (MemoryError, SystemError):
            connection.send(("lost", Lost("memory")))
        except OSError:
            return


def _finished(result: Any, connection: Connection) -> Any:
    """What a task gives; where it is a generator, after the parent has replied to its questions."""
    if not isinstance(result, Generator):
        return result
    reply = None
    while True:
        try:
            question = result.send(reply)
        except StopIteration as end:
            return end.value
        connection.send(("asks", question))
        reply = connection.recv()


def _answer(work: Callable[[Any], Any], task: Any) -> tuple[str, Any]:
    try:
        answer = work(task)
        return ("last" if _peak() > _SHORT else "answer"), answer
    except MemoryError:
        return "lost", Lost("memory")
    except Exception as error:  # noqa: BLE001 - raised again in the parent
        if short_of_memory() or isinstance(error, SystemError):  # what C code says when it can get no memory
            return "lost", Lost("memory")
        return "raised", error


def short_of_memory() -> bool:
    """Whether this process has come near its limit on memory: then errors of any kind may be due to that."""
    with contextlib.suppress(ImportError, ValueError, OSError, StopIteration):
        import resource

        soft, _ = resource.getrlimit(resource.RLIMIT_AS)
        return soft != resource.RLIM_INFINITY and _peak() > _SHORT
    return False


def _peak() -> float:
    """The most memory that this worker took beyond what it was born with, as a share of what it may take.

    0 where that can't be known.
    """
    try:
        import resource

        soft, _ = resource.getrlimit(resource.RLIMIT_AS)
        used, born = _resident(), _BORN.get(os.getpid(), 0)
    except ImportError:
        return 0.0
    except MemoryError:
        return 1.0
    return 0.0 if soft == resource.RLIM_INFINITY or soft <= born else (used - born) / (soft - born)


def _resident() -> int:
    """Bytes of the largest resident set so far; a forked process begins with its parent's."""
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def _limit_memory(megabytes: int) -> None:
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        wanted = max(megabytes, megabytes * 3 // 4 + _addressed()) * 1024 * 1024
        if hard == resource.RLIM_INFINITY or wanted < hard:
            resource.setrlimit(resource.RLIMIT_AS, (wanted, hard))


def _addressed() -> int:
    """Megabytes of addresses this process holds; 0 where the system does not tell."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        return pages * os.sysconf("SC_PAGE_SIZE") // (1024 * 1024)
    return 0


def _limit_processor(seconds: float) -> None:
    """Processor time from now on: the limit of the system counts from the birth of the process."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_CPU)
        used = sum(os.times()[:2])
        resource.setrlimit(resource.RLIMIT_CPU, (int(used + seconds) + 1, hard))


__all__ = ["Limits", "Lost", "Wait", "Workers", "short_of_memory"]
