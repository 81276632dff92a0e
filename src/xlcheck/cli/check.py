"""``xlcheck check``: workbooks in; report out, and marked copies where asked for."""

from __future__ import annotations

import gc
import sys
from pathlib import Path
from typing import Any

import click

from xlcheck.cli.outputs import refuse_desk
from xlcheck.cli.shell import Command, chosen_set, mappings_option
from xlcheck.cli.terminal import Terminal
from xlcheck.engines.executor import engine
from xlcheck.form import Severity
from xlcheck.mapping.places import own_folder
from xlcheck.reading.entries import MAX_FILE
from xlcheck.request import CheckRequest, execute
from xlcheck.storage import place
from xlcheck.writing.rendering import RENDERERS, Options


@click.command("check", cls=Command)
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
@click.option("--set", "set_id", metavar="ID", help="指定表样；不写则自动识别")
@mappings_option
@click.option("--last-year", metavar="PATH", help="上年的工作簿，核对年初数")
@click.option("--previous", metavar="PATH", help="上次的工作簿、文件夹或 JSON 报告：说明哪些是新增、未改正、已改正")
@click.option("--explanations", metavar="FILE", help="单位说明的存放处（.csv 或 .json）：读入已有的，再写回这次接受的")
@click.option("--send-to", metavar="TEXT", default="", help="审核结果里写明改好后发到哪里，例如邮箱")
@click.option("--format", type=click.Choice(list(RENDERERS)), default="text", help="报告的格式")
@click.option("--output", metavar="FILE", help="报告写到文件，不写到屏幕")
@click.option("--out", metavar="DIR", help="把每份工作簿的标记副本写进这个文件夹")
@click.option(
    "--results",
    metavar="DIR",
    help="成千上万份时用：报告分片写进这个文件夹（--format jsonl 或 parquet），中断后再运行接着做",
)
@click.option(
    "--engine",
    metavar="ENGINE",
    default="processes",
    help="在哪里检查：processes、dask://主机:8786、dask://local?workers=N",
)
@click.option(
    "--fail-on", type=click.Choice([*(s.value for s in Severity), "never"]), default="错误", help="到哪一级时退出码为 1"
)
@click.option(
    "--keep-layout", is_flag=True, help="旧格式（.xls、.et、.ods 等）的标记副本用 LibreOffice 转换，版式更完整"
)
@click.option("--jobs", type=click.IntRange(1, 256), metavar="N", help="同时检查几份；不写则按处理器的核数")
@click.option("-q", "--quiet", is_flag=True, help="每份工作簿只写计数")
@click.option("-v", "--verbose", is_flag=True, help="没有核对的工作表全部列出")
def command(**given: Any) -> int:
    """检查工作簿。

    PATH 是工作簿、文件夹或压缩包（.zip），也可以是 s3:// 等存储地址；写 - 从标准输入读一份。格式看内容，不看扩展名。退出码：0 没有达到 --fail-on 的问题，1 有，2 用法不对，
    3 有工作簿被拒绝（其余照常检查），4 有映射有误（其余照常检查），70 程序或机器故障。
    """
    if given["results"]:
        from xlcheck.cli.bulk import check_many

        return check_many(given)
    request = _request(given)
    for option, path in (
        ("--output", request.output),
        ("--out", request.out),
        ("--explanations", request.justifications),
    ):
        if isinstance(path, Path):
            refuse_desk(option, path)
    if request.out is not None and request.keep_layout:
        from xlcheck.reading.libreoffice import soffice

        soffice()  # said at once, not after the first workbook
    return show(request)


def show(request: CheckRequest) -> int:
    """Check, and put the report on the screen or into its file; returns the exit code."""
    gc.freeze()  # what was imported since, too
    gc.enable()
    terminal = Terminal(request)
    try:
        code = execute(request, terminal, terminal)
    except KeyboardInterrupt:
        terminal.interrupted()
        raise
    terminal.close()
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
        mappings=own_folder(given["mappings"]),
        last_year=_path(given["last_year"]),
        previous=_path(given["previous"]),
        justifications=_path(given["explanations"]),
        send_to=given["send_to"].strip(),
        format=given["format"],
        output=_path(given["output"]),
        out=place(given["out"]) if given["out"] else None,
        engine=engine(given["engine"]),
        fail_on=None if given["fail_on"] == "never" else Severity(given["fail_on"]),
        keep_layout=given["keep_layout"],
        jobs=given["jobs"],
        options=Options(quiet=given["quiet"], verbose=given["verbose"]),
    )


def _path(given: str | None) -> Path | None:
    return Path(given) if given else None
