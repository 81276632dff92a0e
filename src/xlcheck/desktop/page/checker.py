"""The process that checks what the page receives.

It is born before the server's threads, so that its workers may be forked from a process that has none.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import signal
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, NamedTuple

from xlcheck.desktop.checking import BookRow, Desktop, page_of
from xlcheck.errors import Usage, XlcheckError
from xlcheck.files import write_whole
from xlcheck.intake import Intake, Job

_PATIENCE = 5.0  # seconds for a process to end by itself


class Order(NamedTuple):
    """One upload to check: its number, where it lies, what it is called, where copies and report go."""

    id: str
    path: Path
    shown: str
    results: Path
    report: Path


class News(NamedTuple):
    """What the checker says of an upload: ``started``, ``done`` (with its rows) or ``failed`` (with a sentence)."""

    id: str
    kind: str
    rows: tuple[BookRow, ...] = ()
    said: str = ""


class Checker:
    """The checking process, as the server sees it."""

    def __init__(self, mappings: Path | None, processes: int) -> None:
        forks = "fork" in multiprocessing.get_all_start_methods()
        context = multiprocessing.get_context("fork" if forks else "spawn")
        self._connection, theirs = context.Pipe()
        ours = self._connection if forks else None  # a forked process must not hold our end
        self._process: BaseProcess = context.Process(  # type: ignore[attr-defined]
            target=_serve, args=(theirs, ours, mappings, processes)
        )
        self._process.start()
        theirs.close()

    def check(self, orders: Sequence[Order], told: Callable[[News], None]) -> None:
        """Check some uploads; ``told`` hears of each. All of them are answered, whatever happens.

        A checker that is gone says so of each of them.
        """
        left = {order.id for order in orders}
        try:
            self._connection.send(list(orders))
            while left:
                news: News = self._connection.recv()
                told(news)
                if news.kind != "started":
                    left.discard(news.id)
        except (EOFError, OSError):
            for order in orders:
                if order.id in left:
                    told(News(order.id, "failed", said="检查程序中断了。请结束后重新打开页面，会接着检查。"))

    def close(self) -> None:
        """End the process, whatever it is doing."""
        self._connection.close()
        self._process.join(_PATIENCE / 5)
        if self._process.is_alive():
            self._process.terminate()
            self._process.join(_PATIENCE)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()


def _serve(connection: Connection, inherited: Connection | None, mappings: Path | None, processes: int) -> None:
    """Answer lists of orders until the server hangs up."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the server decides what Ctrl-C ends
    if inherited is not None:
        inherited.close()
    desktop = Desktop(mappings, processes)
    with contextlib.suppress(EOFError, OSError):
        while True:
            _check(connection.recv(), desktop, processes, connection.send)


def _check(orders: Sequence[Order], desktop: Desktop, ahead: int, tell: Callable[[News], None]) -> None:
    jobs: list[tuple[Order, list[Job]]] = []
    for order in orders:
        try:
            jobs.append((order, _jobs(order, desktop)))
        except XlcheckError as error:
            tell(News(order.id, "failed", said=str(error)))
    answered: set[str] = set()
    try:
        results = desktop.run([job for _, some in jobs for job in some])
        for number, (order, some) in enumerate(jobs):
            for coming, _ in (
                jobs[number : number + ahead] if number == 0 else jobs[number + ahead - 1 : number + ahead]
            ):
                tell(News(coming.id, "started"))
            found: list[tuple[BookRow, Any]] = [next(results) for _ in some]
            write_whole(order.report, page_of([part for _, part in found], single=len(some) == 1))
            answered.add(order.id)
            tell(News(order.id, "done", tuple(row for row, _ in found), _broken(desktop)))
    except (EOFError, OSError):
        raise
    except Exception as error:  # noqa: BLE001 - said of what is left; the page goes on
        said = str(error) if isinstance(error, XlcheckError) else f"xlcheck 自身出错：{type(error).__name__}: {error}"
        for order, _ in jobs:
            if order.id not in answered:
                tell(News(order.id, "failed", said=said))


def _broken(desktop: Desktop) -> str:
    return f"有映射有误，没有用（其余各套照常）：{desktop.broken}" if desktop.broken is not None else ""


def _jobs(order: Order, desktop: Desktop) -> list[Job]:
    """The workbooks of an upload, under the names that the user knows.

    Raises:
        Usage: it has gone.
    """
    found = [
        job._replace(name=order.shown + job.name.removeprefix(str(order.path)), copy=order.results / job.copy)
        for job in Intake(documents=True).jobs((str(order.path),))
    ]
    jobs = desktop.with_documents(found, named=all(job.entry is None for job in found)).jobs
    if not jobs:
        raise Usage("没有找到工作簿。")
    return jobs
