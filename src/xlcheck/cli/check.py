"""``xlcheck check``: workbooks in; report out, and marked copies where asked for."""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path
from typing import Any

import click

from xlcheck.batch import Answer, Batch, earlier, last_year
from xlcheck.cli.shell import Command, echo
from xlcheck.errors import Refused, Usage
from xlcheck.files import reason, write_whole
from xlcheck.form import Severity
from xlcheck.intake import Intake, Job
from xlcheck.model import Earlier
from xlcheck.pipeline import Pipeline
from xlcheck.reading.formats import COPY_ENDINGS
from xlcheck.reading.package import MAX_FILE
from xlcheck.shown import one_line
from xlcheck.writing.explanationfile import read_explanations, write_explanations
from xlcheck.writing.report import to_json

_RANKS = {s.value: i for i, s in enumerate(Severity)}
_MOST_SKIPPED = 10


@click.command("check", cls=Command)
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
@click.option("--set", "set_id", metavar="ID", help="指定表样；不写则自动识别")
@click.option("--last-year", metavar="PATH", help="上年的工作簿，核对年初数")
@click.option("--previous", metavar="PATH", help="上次的工作簿、文件夹或 JSON 报告：说明哪些是新增、未改正、已改正")
@click.option("--explanations", metavar="FILE", help="单位说明的存放处（.csv 或 .json）：读入已有的，再写回这次接受的")
@click.option("--send-to", metavar="TEXT", default="", help="审核结果里写明改好后发到哪里，例如邮箱")
@click.option("--format", type=click.Choice(["text", "json", "jsonl", "html"]), default="text", help="报告的格式")
@click.option("--output", metavar="FILE", help="报告写到文件，不写到屏幕")
@click.option("--out", metavar="DIR", help="把每份工作簿的标记副本写进这个文件夹")
@click.option(
    "--fail-on", type=click.Choice(["错误", "核实", "提示", "never"]), default="错误", help="到哪一级时退出码为 1"
)
@click.option(
    "--keep-layout", is_flag=True, help="旧格式（.xls、.et、.ods 等）的标记副本用 LibreOffice 转换，版式更完整"
)
@click.option("--jobs", type=click.IntRange(1, 256), metavar="N", help="同时检查几份；不写则按处理器的核数")
@click.option("-q", "--quiet", is_flag=True, help="每份工作簿只写计数")
@click.option("-v", "--verbose", is_flag=True, help="也写没有核对的工作表")
def command(**options: Any) -> int:
    """检查工作簿。

    PATH 是工作簿、文件夹或压缩包（.zip）；写 - 从标准输入读一份。格式看内容，不看扩展名。退出码：0 没有达到 --fail-on 的问题，1 有，2 用法不对，
    3 有工作簿被拒绝（其余照常检查），4 映射有误，70 程序或机器故障。
    """
    if options["set_id"] is not None and not options["set_id"].strip():
        raise Usage("--set 后面要写表样的名称；不写 --set 则自动识别。")
    pipeline = Pipeline(set_id=options["set_id"], keep_layout=options["keep_layout"])
    intake = Intake()
    jobs = _jobs(intake, options["paths"])
    if options["last_year"]:
        pipeline.last_year = _last_year(pipeline, Path(options["last_year"]))
    kept = Path(options["explanations"]) if options["explanations"] else None
    pipeline.explanations = read_explanations(kept) if kept else ()
    if options["previous"]:
        pipeline.earlier = _earlier(pipeline, Path(options["previous"]), options["jobs"] or processors())
    pipeline.send_to = options["send_to"].strip()
    out = Path(options["out"]) if options["out"] else None
    if out is not None and options["keep_layout"]:
        from xlcheck.writing.libreoffice import soffice

        soffice()  # said at once, not after the first workbook
    _refuse_overwriting(jobs, out, options["output"], kept)
    gc.freeze()  # what was imported since, too
    gc.enable()
    single = len(jobs) == 1 and len(options["paths"]) == 1 and not Path(options["paths"][0]).is_dir()
    sink = _Sink(options, single, intake.skipped)
    batch = Batch(pipeline, out, options["format"], options["verbose"], options["quiet"])
    codes = set()
    said = {(e.key, e.values): e for e in pipeline.explanations}
    for number, answer in enumerate(batch.run(jobs, options["jobs"] or processors()), 1):
        sink.progress(jobs[number - 1], number, len(jobs))
        codes.add(_code(answer, options["fail_on"]))
        sink.write(answer)
        said |= {(e.key, e.values): e for e in answer.explanations}
    sink.close()
    if kept:
        write_explanations(kept, said.values())
    return next((code for code in (70, 3, 1) if code in codes), 0)


def processors() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _jobs(intake: Intake, paths: tuple[str, ...]) -> list[Job]:
    if paths.count("-") > 1:
        raise Usage("标准输入（-）只能读一次。")
    jobs = intake.jobs(paths, sys.stdin.buffer.read(MAX_FILE + 1) if "-" in paths else None)
    if not jobs:
        raise Usage("没有找到工作簿（.xlsx、.xlsm、.xls、.et 等）。")
    return jobs


def _refuse_overwriting(jobs: list[Job], out: Path | None, output: str | None, kept: Path | None) -> None:
    report_at = Path(output).resolve() if output else None
    sources = {job.path.resolve() for job in jobs if job.path is not None}
    if kept is not None and kept.resolve() in {*sources, report_at}:
        raise Usage(f"--explanations 会盖掉“{kept}”，请换一个文件名。")
    if report_at in sources:
        raise Usage(f"--output 会盖掉工作簿“{report_at}”，请换一个文件名。")
    if out is None:
        return
    targets = {(out / job.copy.with_name(job.copy.name + ending)).resolve() for job in jobs for ending in COPY_ENDINGS}
    if report_at in targets:
        raise Usage("--output 会盖掉 --out 里的标记副本，请换一个文件名。")
    if out.exists() and not out.is_dir():
        raise Usage(f"--out 要写文件夹，“{out}”是文件。")
    for source in sorted(sources & targets):
        raise Usage(f"--out 会盖掉原文件“{source}”，请换一个文件夹。")


def _last_year(pipeline: Pipeline, path: Path) -> Any:
    try:
        return last_year(pipeline, path)
    except OSError as error:
        raise Usage(f"读不了上年的工作簿“{path}”：{reason(error)}") from error
    except Refused as refusal:
        raise Usage(f"上年的工作簿“{path}”不能用：{refusal.message}") from refusal


def _earlier(pipeline: Pipeline, path: Path, processes: int) -> list[Earlier]:
    try:
        return earlier(pipeline, path, processes)
    except OSError as error:
        raise Usage(f"读不了上次的工作簿或报告“{path}”：{reason(error)}") from error
    except Refused as refusal:
        raise Usage(f"上次的工作簿或报告“{path}”不能用：{refusal.message}") from refusal


def _code(answer: Answer, fail_on: str) -> int:
    if answer.fault:
        echo(answer.fault, err=True)
        return 70
    if answer.refused is not None:
        return 70 if answer.refused == "fault" else 3
    return int(fail_on != "never" and answer.worst is not None and answer.worst <= _RANKS[fail_on])


class _Sink:
    """Where reports go: the screen (with colour where it can) or a file, in one of four shapes."""

    def __init__(self, options: dict[str, Any], single: bool, skipped: list[str]) -> None:
        self.shape = options["format"]
        self.output = options["output"]
        self.single = single
        self.skipped = skipped
        self.held: list[str] = []
        self.reports: list[dict[str, Any]] = []
        self.fragments: list[Any] = []

    def progress(self, job: Job, number: int, count: int) -> None:
        """A line on the terminal only, and only where there is something to wait for."""
        if count > 1 and sys.stderr.isatty():
            click.echo(f"\r\x1b[K正在检查 {number}/{count}：{one_line(job.name)}", err=True, nl=number == count)

    def write(self, answer: Answer) -> None:
        """Take one report; text and jsonl go out at once."""
        if answer.fragment is not None:
            self.fragments.append(answer.fragment)
        elif answer.report is None:
            self._text(answer)
        elif self.shape == "json":
            self.reports.append(answer.report)
        else:
            self._out(to_json(answer.report, indent=None))

    def close(self) -> None:
        """Write what had to wait for the last workbook."""
        if self.shape == "json":
            several = {"schema": "xlcheck.reports/1", "reports": self.reports, "skipped": self.skipped}
            self._out(to_json(self.reports[0] if self.single else several))
        elif self.shape == "html":
            from xlcheck.writing.html.page import page

            whole = page(self.fragments, self.skipped)
            self.held.append(whole)
            if not self.output:
                click.echo(whole.encode())  # the page says that it is UTF-8, whatever the terminal is
        elif self.skipped:
            names = "、".join(self.skipped[:_MOST_SKIPPED])
            more = f" 等 {len(self.skipped)} 个" if len(self.skipped) > _MOST_SKIPPED else ""
            echo(f"不是工作簿，没有检查：{names}{more}", err=True)
        if self.output:
            write_whole(Path(self.output), ("\n".join(self.held) + "\n").encode())

    def _out(self, line: str) -> None:
        if self.output:
            self.held.append(line)
        else:
            echo(line)

    def _text(self, answer: Answer) -> None:
        if self.output or not sys.stdout.isatty():
            for piece in answer.pieces:
                self._out(piece.text)
            return
        from rich.console import Console

        console = Console(highlight=False, soft_wrap=True)
        for piece in answer.pieces:
            console.print(piece.text, style=piece.style or None, markup=False)
