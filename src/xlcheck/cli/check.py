"""``xlcheck check``: workbooks in; report out, and marked copies where asked for."""

from __future__ import annotations

import gc
import shutil
import sys
from pathlib import Path
from typing import Any

import click

from xlcheck.cli.outputs import refuse_desk
from xlcheck.cli.shell import Command, chosen_set, echo
from xlcheck.files import copy_whole, write_whole
from xlcheck.form import Severity
from xlcheck.reading.entries import MAX_FILE
from xlcheck.request import CheckRequest, Progress, execute
from xlcheck.shown import one_line
from xlcheck.writing.rendering import RENDERERS, Options, Piece

_MOST_SKIPPED = 10
_SAYS_SKIPPED = ("text", "jsonl")  # the others have a place for what was passed over


@click.command("check", cls=Command)
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
@click.option("--set", "set_id", metavar="ID", help="指定表样；不写则自动识别")
@click.option("--last-year", metavar="PATH", help="上年的工作簿，核对年初数")
@click.option("--previous", metavar="PATH", help="上次的工作簿、文件夹或 JSON 报告：说明哪些是新增、未改正、已改正")
@click.option("--explanations", metavar="FILE", help="单位说明的存放处（.csv 或 .json）：读入已有的，再写回这次接受的")
@click.option("--send-to", metavar="TEXT", default="", help="审核结果里写明改好后发到哪里，例如邮箱")
@click.option("--format", type=click.Choice(list(RENDERERS)), default="text", help="报告的格式")
@click.option("--output", metavar="FILE", help="报告写到文件，不写到屏幕")
@click.option("--out", metavar="DIR", help="把每份工作簿的标记副本写进这个文件夹")
@click.option(
    "--fail-on", type=click.Choice([*(s.value for s in Severity), "never"]), default="错误", help="到哪一级时退出码为 1"
)
@click.option(
    "--keep-layout", is_flag=True, help="旧格式（.xls、.et、.ods 等）的标记副本用 LibreOffice 转换，版式更完整"
)
@click.option("--jobs", type=click.IntRange(1, 256), metavar="N", help="同时检查几份；不写则按处理器的核数")
@click.option("-q", "--quiet", is_flag=True, help="每份工作簿只写计数")
@click.option("-v", "--verbose", is_flag=True, help="也写没有核对的工作表")
def command(**given: Any) -> int:
    """检查工作簿。

    PATH 是工作簿、文件夹或压缩包（.zip）；写 - 从标准输入读一份。格式看内容，不看扩展名。退出码：0 没有达到 --fail-on 的问题，1 有，2 用法不对，
    3 有工作簿被拒绝（其余照常检查），4 映射有误，70 程序或机器故障。
    """
    request = _request(given)
    for option, path in (
        ("--output", request.output),
        ("--out", request.out),
        ("--explanations", request.justifications),
    ):
        if path is not None:
            refuse_desk(option, path)
    if request.out is not None and request.keep_layout:
        from xlcheck.reading.libreoffice import soffice

        soffice()  # said at once, not after the first workbook
    gc.freeze()  # what was imported since, too
    gc.enable()
    screen, skipped, left = _Screen(request.output), list[str](), list[str]()
    code = execute(request, screen, _progress, skipped, left)
    if skipped and request.format in _SAYS_SKIPPED:
        _say_skipped(skipped)
    if left:
        echo(f"上次写的标记副本和报告没有再检查（{len(left)} 个）。", err=True)
    screen.close()
    return code


def _request(given: dict[str, Any]) -> CheckRequest:
    """The options as a request.

    Raises:
        Usage: one of them makes no sense.
    """
    return CheckRequest(
        paths=given["paths"],
        stdin=lambda: sys.stdin.buffer.read(MAX_FILE + 1),
        set_id=chosen_set(given["set_id"]),
        last_year=_path(given["last_year"]),
        previous=_path(given["previous"]),
        justifications=_path(given["explanations"]),
        send_to=given["send_to"].strip(),
        format=given["format"],
        output=_path(given["output"]),
        out=_path(given["out"]),
        fail_on=None if given["fail_on"] == "never" else Severity(given["fail_on"]),
        keep_layout=given["keep_layout"],
        jobs=given["jobs"],
        options=Options(quiet=given["quiet"], verbose=given["verbose"]),
    )


def _path(given: str | None) -> Path | None:
    return Path(given) if given else None


def _progress(done: Progress) -> None:
    """A line on the terminal only, and only where there is something to wait for."""
    if done.result.fault:
        echo(done.result.fault, err=True)
    if done.total > 1 and sys.stderr.isatty():
        last = done.number == done.total
        name = one_line(done.job.name)
        click.echo(f"\r\x1b[K正在检查 {done.number}/{done.total}：{name}", err=True, nl=last)


def _say_skipped(skipped: list[str]) -> None:
    names = "、".join(skipped[:_MOST_SKIPPED])
    more = f" 等 {len(skipped)} 个" if len(skipped) > _MOST_SKIPPED else ""
    echo(f"不是工作簿，没有检查：{names}{more}", err=True)


class _Screen:
    """Where the report goes: the screen (with colour where it can) or a file, written whole at the end."""

    def __init__(self, output: Path | None) -> None:
        self._output = output
        self._held: list[bytes] = []
        self._console: Any = None

    def line(self, piece: Piece) -> None:
        """A line of text, at once."""
        if self._output:
            self._held.append(f"{piece.text}\n".encode())
        elif piece.style and sys.stdout.isatty():
            self._coloured(piece)
        else:
            echo(piece.text)

    def data(self, whole: bytes) -> None:
        """A whole file."""
        if self._output:
            self._held.append(whole)
        else:
            click.echo(whole, nl=False)

    def file(self, path: Path) -> None:
        """A whole file that is too large to be held in memory."""
        if self._output:
            copy_whole(path, self._output)
            self._output = None
        else:
            with path.open("rb") as source:
                shutil.copyfileobj(source, sys.stdout.buffer)

    def close(self) -> None:
        """Write what had to wait for the last workbook."""
        if self._output:
            write_whole(self._output, b"".join(self._held))

    def _coloured(self, piece: Piece) -> None:
        if self._console is None:
            from rich.console import Console

            self._console = Console(highlight=False, soft_wrap=True)
        self._console.print(piece.text, style=piece.style, markup=False)
