"""``xlcheck watch``: the drop folder."""

from __future__ import annotations

import contextlib
import logging
import logging.handlers
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from xlcheck.cli.shell import Command, tell
from xlcheck.delivery.automatic import Automatic
from xlcheck.delivery.desk import Desk, desk_of
from xlcheck.delivery.watch import Watcher
from xlcheck.ledger.store import now
from xlcheck.office.proposals import FILE as PROPOSALS
from xlcheck.request import processors

_LOG_BYTES, _LOGS = 5_000_000, 5
_PATIENCE = 2.0  # seconds; xlcheck doctor looks at the lock for a moment


@click.command("watch", cls=Command)
@click.argument("place", metavar="[INBOX]", default=".")
@click.option("--once", is_flag=True, help="处理完收件文件夹里现有的就结束（供定时任务）")
@click.option("--jobs", type=click.IntRange(1, 256), metavar="N", help="同时检查几份；不写则按设置或处理器的核数")
@click.option("-q", "--quiet", is_flag=True, help="不在屏幕上写，只写进台账文件夹里的日志")
def command(place: str, once: bool, jobs: int | None, quiet: bool) -> int:
    """看守收件文件夹：放进去的工作簿检查后带标记退回，登记台账，写好信件。

    INBOX 是工作文件夹（里面有 xlcheck.yaml），或它里面的收件文件夹；不写就是当前文件夹。按 Ctrl+C 或发 SIGTERM 停止，手上的做完才停；
    没做完的下次接着做。
    """
    root, inbox = desk_of(Path(place))
    desk = Desk.open(root, inbox)
    try:
        return _run(desk, once, jobs, quiet)
    finally:
        desk.close()


def _run(desk: Desk, once: bool, jobs: int | None, quiet: bool) -> int:
    say = _say(desk, quiet)
    _ = desk.pipeline.forms  # what is wrong with them is said now, not with the first workbook
    if desk.pipeline.broken is not None:
        raise desk.pipeline.broken  # letters go out by themselves: no workbook may be taken for one of another form
    _say_of_roster(desk, say)
    if desk.last_year is not None and not desk.last_year.is_dir():
        say(f"注意：没有上年文件夹“{desk.last_year}”，年初数只能与本工作文件夹里上年的工作簿核对。")
    watcher = Watcher(desk, say, jobs or desk.settings.jobs or processors())
    _stop_on_signals(watcher)
    after = Automatic(desk, say, lambda: watcher.waiter.stopped)
    with _alone(desk):
        if once:
            watcher.once()
            after()
            say(_sum(watcher))
        else:
            say(f"正在看守“{desk.folders.inbox}”。把工作簿放进去就行；按 Ctrl+C 停止。")
            watcher.forever(after)
            say(f"已停止。{_sum(watcher)}")
    return 0


def _say_of_roster(desk: Desk, say: Any) -> None:
    """Which roster it is, where that is not plain."""
    if desk.roster.hint:
        say(desk.roster.hint)
    if not desk.roster:
        say(f"还没有单位名册：工作簿照样检查、登记，按表内写的单位名称归档，不发信；单位列进“{PROPOSALS}”。")


@contextlib.contextmanager
def _alone(desk: Desk) -> Iterator[None]:
    """Nobody else watches this desk, and none of its folders belongs to another one."""
    inbox = desk.folders.inbox
    busy = f"另一个 xlcheck watch 正在看守“{inbox}”。"
    with desk.alone("watch", busy, wait=_PATIENCE), contextlib.ExitStack() as locks:
        locks.enter_context(desk.alone("xlcheck", busy, inbox))
        for folder in (desk.folders.working, desk.folders.outbox):
            shared = busy if folder == inbox else f"另一个工作文件夹的 xlcheck watch 也在用“{folder}”，请分开。"
            locks.enter_context(desk.alone("xlcheck", shared, folder))
        yield


def _stop_on_signals(watcher: Watcher) -> None:
    """Stop when asked to by the terminal, the system, or Windows; what is told to go on (nohup) goes on."""
    for name in ("SIGTERM", "SIGINT", "SIGHUP", "SIGBREAK"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, lambda *_: _stop(watcher))


def _stop(watcher: Watcher) -> None:
    if watcher.waiter.stopped:  # asked twice: at once; what is in hand is done by the next run
        raise KeyboardInterrupt
    watcher.waiter.stop()


def _sum(watcher: Watcher) -> str:
    counts = watcher.counts
    parts = [("检查", "checked"), ("重复", "repeated"), ("无法识别", "unknown"), ("读不了", "refused")]
    return "，".join(f"{name} {counts[key]} 份" for name, key in parts) + "。"


def _say(desk: Desk, quiet: bool) -> Any:
    """To the screen, and to a log in 台账 that does not grow without end. A log that can't be written stops nothing."""
    log = logging.getLogger("xlcheck.watch")
    log.setLevel(logging.INFO)
    log.propagate = False
    logging.raiseExceptions = False
    log.handlers.clear()
    try:
        handler = logging.handlers.RotatingFileHandler(
            desk.folders.ledger / "watch.log", maxBytes=_LOG_BYTES, backupCount=_LOGS, encoding="utf-8", delay=True
        )
        handler.setFormatter(logging.Formatter("%(asctime)s %(message)s", "%Y-%m-%d %H:%M:%S"))
        log.addHandler(handler)
    except OSError:
        log.addHandler(logging.NullHandler())

    def say(text: str) -> None:
        log.info(text)
        if not quiet:
            with contextlib.suppress(OSError, ValueError):  # a screen that is full or gone stops nothing either
                tell(f"{now()[11:19]} {text}")

    return say
