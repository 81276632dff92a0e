"""``xlcheck check --results``: any number of workbooks, with a line that says how far it is."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from xlcheck.bulk.progress import duration
from xlcheck.bulk.request import SHARDS, BulkEnd, BulkRequest, execute_bulk
from xlcheck.bulk.run import BulkProgress
from xlcheck.cli.outputs import refuse_desk
from xlcheck.cli.shell import chosen_set, echo, say_broken
from xlcheck.engines.executor import engine
from xlcheck.errors import Usage
from xlcheck.form import Severity
from xlcheck.mapping.places import own_folder
from xlcheck.request import processors
from xlcheck.storage import place

_ON_SCREEN, _IN_A_LOG = 0.5, 60.0  # seconds between two lines
_MOST_FAULTS = 10
_FOR_ONE = ("output", "last_year", "previous", "explanations")


def check_many(given: dict[str, Any]) -> int:
    """Check what the options of ``check`` ask for; returns the exit code.

    Raises:
        Usage: options that make no sense together.
    """
    request = _request(given)
    for option, at in (("--results", request.results), ("--out", request.out)):
        if isinstance(at, Path):
            refuse_desk(option, at)
    start = time.monotonic()
    said = _ProgressLine(time.monotonic, on_screen=sys.stderr.isatty())
    end = execute_bulk(request, said)
    said.end()
    if end.broken is not None:
        say_broken(end.broken)
    _say(request, end, time.monotonic() - start)
    return end.code


def _request(given: dict[str, Any]) -> BulkRequest:
    for name in _FOR_ONE:
        if given[name]:
            raise Usage(f"--results 不能和 --{name.replace('_', '-')} 同时用。")
    if "-" in given["paths"]:
        raise Usage("--results 不能和 -（标准输入）同时用。")
    if given["format"] not in SHARDS and given["format"] != "text":  # which is what is taken where nothing is said
        raise Usage(f"用 --results 时，--format 只能是：{'、'.join(SHARDS)}。")
    return BulkRequest(
        paths=given["paths"],
        results=place(given["results"]),
        processes=given["jobs"] or processors(),
        set_id=chosen_set(given["set_id"]),
        mappings=own_folder(given["mappings"]),
        send_to=given["send_to"].strip(),
        format=given["format"] if given["format"] in SHARDS else SHARDS[0],
        out=place(given["out"]) if given["out"] else None,
        fail_on=None if given["fail_on"] == "never" else Severity(given["fail_on"]),
        keep_layout=given["keep_layout"],
        engine=engine(given["engine"]),
    )


class _ProgressLine:
    """Says how far a run is: a line that changes on a screen, now and then a line in a log; and each of the first faults."""

    def __init__(self, clock: Callable[[], float], *, on_screen: bool) -> None:
        self._clock = clock
        self._on_screen = on_screen
        self._last = clock()
        self._faults = 0

    def __call__(self, progress: BulkProgress) -> None:
        for row in progress.rows:
            if row.fault:
                self._faults += 1
                if self._faults <= _MOST_FAULTS:
                    echo(row.fault, err=True)
        if self._clock() - self._last < (_ON_SCREEN if self._on_screen else _IN_A_LOG):
            return
        self._last = self._clock()
        line = progress.pace.line()
        click.echo(f"\r\x1b[K{line}" if self._on_screen else line, err=True, nl=not self._on_screen)

    def end(self) -> None:
        """Nothing more: the line goes."""
        if self._on_screen:
            click.echo("\r\x1b[K", err=True, nl=False)


def _say(request: BulkRequest, end: BulkEnd, seconds: float) -> None:
    tally = end.tally
    worst = "，".join(f"最重为{s.value}的 {tally.by_worst[s]} 份" for s in Severity if tally.by_worst[s])
    echo(f"共 {tally.came_in} 份：检查了 {tally.checked} 份，拒绝 {tally.refused} 份；用时 {duration(seconds)}。")
    if worst:
        echo(f"检查了的里面：{worst}，没有问题的 {tally.by_worst[None]} 份。")
    if tally.known:
        echo(f"其中 {tally.known} 份以前已有结果，内容和规则都没变，没有重做。")
    if tally.again:
        echo(f"有 {tally.again} 份不是因为文件本身没有做成，再运行同一条命令会重做。")
    echo(f"报告在 {request.results}/reports")
    if end.passed_over:
        more = f" 等 {end.passed_over} 个" if end.passed_over > len(end.skipped) else ""
        echo(f"不是工作簿，没有检查：{'、'.join(end.skipped)}{more}", err=True)
