"""What a run of ``check`` shows: the report, how far it is, and what came of it in one line at the end."""

from __future__ import annotations

import shutil
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import click

from xlcheck.batch import CheckResult
from xlcheck.cli.shell import echo, say_broken, tell
from xlcheck.errors import MappingError
from xlcheck.files import copy_whole, write_whole
from xlcheck.form import Severity
from xlcheck.intake import Job
from xlcheck.request import CheckRequest
from xlcheck.shown import one_line, shortened, wrapped
from xlcheck.writing.rendering import Piece

_MOST_SKIPPED = 10
_SAYS_SKIPPED = ("text", "jsonl", "parquet")  # the others have a place for what was passed over
_ERASE = "\r\x1b[K"
_REFUSED, _FAULTS = "没有检查", "没能写出标记副本"
_WORST = {Severity.ERROR: "有错误", Severity.VERIFY: "要核实", Severity.NOTE: "只有提示", None: "没有发现问题"}


class Terminal:
    """Where the report goes: the screen (with colour where it can) or a file, written whole at the end.

    On a terminal a line says which workbook is being checked; it is gone before anything else is written.
    """

    def __init__(self, request: CheckRequest) -> None:
        self._output = request.output
        self._request = request
        self._held: list[bytes] = []
        self._console: Any = None
        self._shows = False
        self._counts: Counter[str] = Counter()
        self._done = self._total = 0

    # --- the report ------------------------------------------------------------------------------

    def line(self, piece: Piece) -> None:
        """A line of text, at once."""
        if self._output:
            self._held.append(f"{piece.text}\n".encode("utf-8", "replace"))
            return
        self._erase()
        if self._request.format == "text" and sys.stdout.isatty():
            for text in wrapped(piece.text, shutil.get_terminal_size().columns):
                self._coloured(text, piece.style)
        else:
            echo(piece.text)

    def data(self, whole: bytes) -> None:
        """A whole file."""
        if self._output:
            self._held.append(whole)
        else:
            self._erase()
            click.echo(whole, nl=False)

    def file(self, path: Path) -> None:
        """A whole file that is too large to be held in memory."""
        self._erase()
        if self._output:
            copy_whole(path, self._output)
            self._output = None
        else:
            with path.open("rb") as source:
                shutil.copyfileobj(source, sys.stdout.buffer)

    def close(self) -> None:
        """Write what had to wait for the last workbook, and say what came of them all."""
        self._erase()
        if self._total > 1 and self._request.format == "text":
            self.line(Piece(self._sum(), "bold"))
        if self._output:
            write_whole(self._output, b"".join(self._held))
        if self._total > 1 and self._request.format != "text":
            tell(self._sum(), err=True)

    # --- how far it is ---------------------------------------------------------------------------

    def under_way(self, job: Job, number: int, total: int) -> None:
        """A workbook is waited for: a line of its own, only where there is something to wait for."""
        self._total = total
        if total > 1 and sys.stderr.isatty():
            text = shortened(f"正在检查 {number}/{total}：{one_line(job.name)}", shutil.get_terminal_size().columns - 1)
            click.echo(f"{_ERASE}{text}", err=True, nl=False)
            self._shows = True

    def done(self, result: CheckResult) -> None:
        """A workbook is checked; what the machine refused to write is said."""
        self._done += 1
        self._counts[_REFUSED if result.refusal is not None else _WORST[result.worst]] += 1
        self._counts[_FAULTS] += bool(result.fault)
        self._erase()
        if result.fault:
            tell(result.fault, err=True)

    def left_out(self, skipped: list[str], ours: list[str]) -> None:
        """Files that were not checked: no workbooks, and what the same command wrote the last time."""
        self._erase()
        if skipped and self._request.format in _SAYS_SKIPPED:
            names = "、".join(skipped[:_MOST_SKIPPED])
            more = f" 等 {len(skipped)} 个" if len(skipped) > _MOST_SKIPPED else ""
            tell(f"不是工作簿，没有检查：{names}{more}", err=True)
        if ours:
            tell(f"上次写的标记副本和报告没有再检查（{len(ours)} 个）。", err=True)

    def broken(self, mistakes: MappingError) -> None:
        """Some sets do not compile; the others serve."""
        self._erase()
        say_broken(mistakes)

    def interrupted(self) -> None:
        """Say how far it came."""
        self._erase()
        if not self._total:
            tell("已中断，还没有开始检查。", err=True)
            return
        unwritten = "报告没有写出。" if self._output else ""
        tell(f"已中断：{self._total} 份里检查完 {self._done} 份。{unwritten}{self._where_copies_are()}", err=True)

    def _sum(self) -> str:
        parts = [
            f"{name} {self._counts[name]} 份" for name in (*_WORST.values(), _REFUSED, _FAULTS) if self._counts[name]
        ]
        return f"共 {self._done} 份：{'，'.join(parts)}。{self._where_copies_are()}"

    def _where_copies_are(self) -> str:
        return (
            f"标记副本在“{one_line(str(self._request.out))}”。" if self._request.out is not None and self._done else ""
        )

    def _erase(self) -> None:
        if self._shows:
            click.echo(_ERASE, err=True, nl=False)
            self._shows = False

    def _coloured(self, text: str, style: str) -> None:
        if not style:
            echo(text)
            return
        if self._console is None:
            from rich.console import Console

            self._console = Console(highlight=False, soft_wrap=True)
        self._console.print(text, style=style, markup=False)
