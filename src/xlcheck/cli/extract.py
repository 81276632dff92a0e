"""``xlcheck extract``: the facts of workbooks as JSON lines."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import click

from xlcheck.cli.outputs import refuse
from xlcheck.cli.shell import Command, chosen_set, echo, library_with, mappings_option, say_broken, tell
from xlcheck.documents.endings import DOCUMENT_ENDINGS
from xlcheck.engines.choosing import running
from xlcheck.engines.executor import Engine
from xlcheck.errors import Refused, Usage
from xlcheck.extraction import Extraction, TextExtraction
from xlcheck.files import write_whole
from xlcheck.intake import Intake, Job
from xlcheck.owners import with_documents
from xlcheck.pipeline import Pipeline
from xlcheck.reading.entries import MAX_FILE
from xlcheck.request import processors
from xlcheck.shown import one_line

Answer = tuple[Job, str | Refused]


@click.command("extract", cls=Command)
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
@click.option("--set", "set_id", metavar="ID", help="指定表样；不写则自动识别")
@click.option("--output", metavar="FILE", help="写到文件，不写到屏幕")
@click.option("--jobs", type=click.IntRange(1, 256), metavar="N", help="同时读几份；不写则按处理器的核数")
@mappings_option
def command(**options: Any) -> int:
    """把工作簿里认出的每个数写成一行 JSON（表、行、栏用全国通用的名称）；给出文字说明（.docx、.pdf、.txt 等）时写文字里的每个数。

    PATH 是工作簿、文件夹、压缩包，或文字说明（可以再给出它的工作簿）。grade：certain 确定，likely 按位置和数字认出，doubtful 拿不准（没有参加核对）。退出码：0 全部读出，3 有读不了的工作簿，4 有映射有误（其余照常）。
    """
    if options["output"]:
        refuse("--output", Path(options["output"]))
    pipeline = Pipeline(library_with(options["mappings"]), chosen_set(options["set_id"]))
    stdin = sys.stdin.buffer.read(MAX_FILE + 1) if "-" in options["paths"] else None
    texts = any(_is_document(path) for path in options["paths"])
    jobs = Intake(documents=texts).jobs(options["paths"], stdin)
    if not jobs:
        raise Usage("没有找到工作簿（.xlsx、.xlsm、.xls、.et 等）。")
    if pipeline.forms and pipeline.broken is not None:
        say_broken(pipeline.broken)
    processes = options["jobs"] or processors()
    if texts:
        named = not any(Path(path).is_dir() for path in options["paths"])
        jobs = [j for j in with_documents(pipeline, jobs, processes, named=named).jobs if j.document or j.documents]
    extraction = TextExtraction(pipeline) if texts else Extraction(pipeline)
    with running(Engine(), min(processes, len(jobs)), debug=pipeline.debug) as executor:
        answers = _counted(extraction.run(jobs, executor), len(jobs))
        code = _put(answers, Path(options["output"]) if options["output"] else None)
    return pipeline.broken.exit_code if pipeline.broken is not None else code


def _is_document(path: str) -> bool:
    return Path(path).suffix.lower() in DOCUMENT_ENDINGS and Path(path).is_file()


def _counted(answers: Iterable[Answer], total: int) -> Iterator[Answer]:
    """The same answers; who interrupts them hears how far it came."""
    done = 0
    try:
        for answer in answers:
            done += 1
            yield answer
    except KeyboardInterrupt:
        tell(f"已中断：{total} 份里读完 {done} 份。", err=True)
        raise


def _put(answers: Iterable[Answer], output: Path | None) -> int:
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
