"""``xlcheck extract``: the facts of workbooks as JSON lines."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from xlcheck.cli.shell import Command, chosen_set, echo
from xlcheck.errors import Refused, Usage
from xlcheck.extraction import Extraction
from xlcheck.files import write_whole
from xlcheck.intake import Intake, Job
from xlcheck.pipeline import Pipeline
from xlcheck.reading.entries import MAX_FILE
from xlcheck.request import processors
from xlcheck.shown import one_line


@click.command("extract", cls=Command)
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
@click.option("--set", "set_id", metavar="ID", help="指定表样；不写则自动识别")
@click.option("--output", metavar="FILE", help="写到文件，不写到屏幕")
@click.option("--jobs", type=click.IntRange(1, 256), metavar="N", help="同时读几份；不写则按处理器的核数")
def command(**options: Any) -> int:
    """把工作簿里认出的每个数写成一行 JSON（表、行、栏用全国通用的名称）。

    PATH 是工作簿、文件夹或压缩包。grade：certain 确定，likely 按位置和数字认出，doubtful 拿不准（没有参加核对）。退出码：0 全部读出，3 有读不了的工作簿。
    """
    extraction = Extraction(Pipeline(set_id=chosen_set(options["set_id"])))
    stdin = sys.stdin.buffer.read(MAX_FILE + 1) if "-" in options["paths"] else None
    jobs = Intake().jobs(options["paths"], stdin)
    if not jobs:
        raise Usage("没有找到工作簿（.xlsx、.xlsm、.xls、.et 等）。")
    answers = extraction.run(jobs, options["jobs"] or processors())
    return _put(answers, Path(options["output"]) if options["output"] else None)


def _put(answers: Iterable[tuple[Job, str | Refused]], output: Path | None) -> int:
    """The facts to a file, or to the screen as they come; returns the exit code."""
    kept: list[str] = []
    refused = False
    for job, answer in answers:
        if isinstance(answer, Refused):
            refused = True
            click.echo(f"{one_line(job.name)}：{answer.message}", err=True)
        elif output is not None:
            kept.append(answer)
        elif answer:
            echo(answer.rstrip("\n"))
    if output is not None:
        write_whole(output, "".join(kept).encode())
    return 3 if refused else 0
