"""``xlcheck check``: workbooks in; report out, and marked copies where asked for."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import click

from xlcheck.cli.shell import Command
from xlcheck.errors import Fault, Refused, Usage
from xlcheck.files import reason, write_whole
from xlcheck.form import Severity
from xlcheck.pipeline import Pipeline, read_file
from xlcheck.reading.package import MAX_FILE
from xlcheck.writing.report import Checked, report, to_json
from xlcheck.writing.text import pieces

ENDINGS = {".xlsx", ".xlsm", ".xls", ".et", ".ods", ".xlsb", ".xltx"}
_RANKS = {s.value: i for i, s in enumerate(Severity)}


class Job(NamedTuple):
    """One workbook to check: where it is (None: standard input) and where its copy goes below --out."""

    path: Path | None
    name: str
    copy: Path


@click.command("check", cls=Command)
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
@click.option("--set", "set_id", metavar="ID", help="指定表样；不写则自动识别")
@click.option("--last-year", metavar="PATH", help="上年的工作簿，核对年初数")
@click.option("--format", "shape", type=click.Choice(["text", "json", "jsonl"]), default="text", help="报告的格式")
@click.option("--output", metavar="FILE", help="报告写到文件，不写到屏幕")
@click.option("--out", metavar="DIR", help="把每份工作簿的标记副本写进这个文件夹")
@click.option(
    "--fail-on", type=click.Choice(["错误", "核实", "提示", "never"]), default="错误", help="到哪一级时退出码为 1"
)
@click.option("-q", "--quiet", is_flag=True, help="每份工作簿只写计数")
@click.option("-v", "--verbose", is_flag=True, help="也写没有核对的工作表")
def command(**options: Any) -> int:
    """检查工作簿。

    PATH 是文件或文件夹；写 - 从标准输入读一份。退出码：0 没有达到 --fail-on 的问题，1 有，2 用法不对，
    3 有工作簿被拒绝（其余照常检查），4 映射有误，70 程序或机器故障。
    """
    if options["set_id"] is not None and not options["set_id"].strip():
        raise Usage("--set 后面要写表样的名称；不写 --set 则自动识别。")
    pipeline = Pipeline(set_id=options["set_id"])
    jobs = list(_jobs(options["paths"]))
    if not jobs:
        raise Usage("没有找到工作簿（.xlsx、.xlsm 等）。")
    if options["last_year"]:
        pipeline.last_year = _last_year(pipeline, Path(options["last_year"]))
    out = Path(options["out"]) if options["out"] else None
    _refuse_overwriting(jobs, out, options["output"])
    gc.freeze()
    gc.enable()
    single = len(options["paths"]) == 1 and (jobs[0].path is None or Path(options["paths"][0]).is_file())
    sink = _Sink(options, single)
    codes = [_one(pipeline, job, out, sink, options["fail_on"], i, len(jobs)) for i, job in enumerate(jobs, 1)]
    sink.close()
    return next((code for code in (70, 3, 1) if code in codes), 0)


def _jobs(paths: tuple[str, ...]) -> Iterator[Job]:
    used: set[str] = set()
    if paths.count("-") > 1:
        raise Usage("标准输入（-）只能读一次。")
    for text in paths:
        if text == "-":
            yield Job(None, "-", _free(Path("stdin.xlsx"), used))
            continue
        path = Path(text)
        if path.is_dir():
            for found in _workbooks(path):
                yield Job(found, str(found), _free(found.relative_to(path), used))
        elif path.exists():
            yield Job(path, text, _free(Path(path.name), used))
        else:
            raise Usage(f"没有“{text}”这个文件或文件夹。")


def _workbooks(folder: Path) -> list[Path]:
    return sorted(
        p for p in folder.rglob("*")
        if p.suffix.lower() in ENDINGS and p.is_file() and not p.name.startswith(("~$", ".~", "."))
    )  # fmt: skip


def _free(relative: Path, used: set[str]) -> Path:
    """A name for the copy that no other workbook of this run has."""
    name, number = relative, 1
    while str(name).lower() in used:
        number += 1
        name = relative.with_name(f"{relative.stem}-{number}{relative.suffix}")
    used.add(str(name).lower())
    return name


def _refuse_overwriting(jobs: list[Job], out: Path | None, output: str | None) -> None:
    report_at = Path(output).resolve() if output else None
    for job in jobs:
        if job.path is not None and job.path.resolve() == report_at:
            raise Usage(f"--output 会盖掉工作簿“{job.path}”，请换一个文件名。")
    if out is None:
        return
    targets = {(out / job.copy).resolve() for job in jobs}
    if report_at in targets:
        raise Usage("--output 会盖掉 --out 里的标记副本，请换一个文件名。")
    if out.exists() and not out.is_dir():
        raise Usage(f"--out 要写文件夹，“{out}”是文件。")
    for job in jobs:
        if job.path is not None and job.path.resolve() in targets:
            raise Usage(f"--out 会盖掉原文件“{job.path}”，请换一个文件夹。")


def _last_year(pipeline: Pipeline, path: Path) -> Any:
    try:
        return pipeline.read(read_file(path))
    except OSError as error:
        raise Usage(f"读不了上年的工作簿“{path}”：{reason(error)}") from error
    except Refused as refusal:
        raise Usage(f"上年的工作簿“{path}”不能用：{refusal.message}") from refusal


def _one(pipeline: Pipeline, job: Job, out: Path | None, sink: _Sink, fail_on: str, number: int, count: int) -> int:
    sink.progress(job, number, count)
    data, checked, marked = b"", None, None
    try:
        data = sys.stdin.buffer.read(MAX_FILE + 1) if job.path is None else read_file(job.path)
        checked, marked = pipeline.run(data, job.name, mark=out is not None)
    except OSError as error:
        checked = Checked(job.name, "", None, None, Refused("unreadable", f"读不了文件：{reason(error)}。"))
    code = _code(checked, fail_on)
    if marked is not None and out is not None:
        target = out / job.copy
        try:
            write_whole(target, marked)
            checked = checked._replace(marked=str(target))
        except Fault as fault:
            click.echo(str(fault), err=True)
            code = fault.exit_code
    sink.write(checked)
    return code


def _code(checked: Checked, fail_on: str) -> int:
    if checked.refusal is not None:
        return 70 if checked.refusal.code == "fault" else 3
    if fail_on == "never" or checked.outcome is None:
        return 0
    worst = [_RANKS[f.severity.value] for f in checked.outcome.findings]
    return 1 if any(rank <= _RANKS[fail_on] for rank in worst) else 0


class _Sink:
    """Where reports go: the screen (with colour where it can) or a file, in one of three shapes."""

    def __init__(self, options: dict[str, Any], single: bool) -> None:
        self.shape = options["shape"]
        self.output = options["output"]
        self.verbose, self.quiet = options["verbose"], options["quiet"]
        self.single = single
        self.held: list[str] = []
        self.reports: list[dict[str, Any]] = []

    def progress(self, job: Job, number: int, count: int) -> None:
        """A line on the terminal only, and only where there is something to wait for."""
        if count > 1 and sys.stderr.isatty():
            click.echo(f"\r\x1b[K正在检查 {number}/{count}：{job.name}", err=True, nl=number == count)

    def write(self, checked: Checked) -> None:
        """Take one report; text and jsonl go out at once."""
        if self.shape == "json":
            self.reports.append(report(checked))
        elif self.shape == "jsonl":
            self._out(to_json(report(checked), indent=None))
        else:
            self._text(checked)

    def close(self) -> None:
        """Write what had to wait for the last workbook."""
        if self.shape == "json":
            data = self.reports[0] if self.single else {"schema": "xlcheck.reports/1", "reports": self.reports}
            self._out(to_json(data))
        if self.output:
            write_whole(Path(self.output), ("\n".join(self.held) + "\n").encode())

    def _out(self, line: str) -> None:
        if self.output:
            self.held.append(line)
        else:
            click.echo(line)

    def _text(self, checked: Checked) -> None:
        lines = list(pieces(checked, verbose=self.verbose, quiet=self.quiet))
        if self.output or not sys.stdout.isatty():
            for piece in lines:
                self._out(piece.text)
            return
        from rich.console import Console

        console = Console(highlight=False, soft_wrap=True)
        for piece in lines:
            console.print(piece.text, style=piece.style or None, markup=False)
