"""``xlcheck drop``: what an icon does with the files dropped on it."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from xlcheck.cli.shell import Command, echo, mappings_option, say_broken
from xlcheck.errors import Usage
from xlcheck.shown import one_line

if TYPE_CHECKING:
    from xlcheck.desktop.drop import DropProgress

_CALL = "XLCHECK_CALL"  # set by 检查.cmd: the line with which Windows called its shell
_EXE_CALL = "XLCHECK_EXE_CALL"  # set by the one exe: the line with which Windows called it
_FINE, _REFUSED, _WRONG_MAPPING, _FAULT = 0, 3, 4, 70


@click.command("drop", cls=Command)
@click.argument("paths", metavar="PATH...", nargs=-1)
@mappings_option
@click.option("--jobs", type=click.IntRange(1, 256), metavar="N", help="同时检查几份；不写则按处理器的核数")
@click.option("--no-open", is_flag=True, envvar="XLCHECK_NO_OPEN", help="检查完不打开报告")
def command(paths: tuple[str, ...], mappings: str | None, jobs: int | None, no_open: bool) -> int:
    """检查拖放来的工作簿、文件夹或压缩包：标记副本写在旁边，打开报告。

    副本叫“原名（已审核）”，从不覆盖已有的文件。文件旁边不能写时，写到用户自己的文件夹里，并说明在哪里。退出码：0 已检查，2 用法不对，
    3 有工作簿被拒绝（其余照常检查），4 有映射有误（其余照常检查），70 程序或机器故障。
    """
    from xlcheck.desktop.callline import behind_the_program, dropped
    from xlcheck.desktop.checking import Desktop
    from xlcheck.desktop.drop import drop
    from xlcheck.desktop.opening import open_page
    from xlcheck.mapping.places import own_folder
    from xlcheck.request import processors

    called = dropped(os.environ.get(_CALL, "")) or behind_the_program(os.environ.get(_EXE_CALL, ""))
    wanted = called or list(paths)
    if not wanted:
        raise Usage("请把工作簿（可以几份）、文件夹或压缩包拖到图标上；或者写在命令后面：xlcheck drop 工作簿.xlsx")
    desktop = Desktop(own_folder(mappings), jobs or processors())
    done = drop(wanted, desktop, _say)
    if done.skipped:
        echo(f"不是工作簿，没有检查：{'、'.join(done.skipped[:10])}" + ("……" if len(done.skipped) > 10 else ""))
    for place in dict.fromkeys(done.elsewhere):
        echo(f"“{place}”里不能写文件，结果写在：{done.report.parent}")
    echo(f"报告：{done.report}")
    if not no_open and not open_page(done.report):
        echo("没有找到浏览器，请自己打开这份报告。")
    sys.stdout.flush()
    if any(row.said and not row.refused for row in done.rows):
        return _FAULT
    if desktop.broken is not None:
        say_broken(desktop.broken)
        return _WRONG_MAPPING
    return _REFUSED if any(row.refused for row in done.rows) else _FINE


def _say(done: DropProgress) -> None:
    row = done.row
    echo(f"{done.number}/{done.total} {one_line(row.name)}")
    if row.refused:
        echo(f"    没有检查：{row.said}")
        return
    echo(
        f"    {row.unit or '（表上没有单位名称）'}：{row.conclusion}（错误 {row.errors}，核实 {row.verifies}，提示 {row.notes}）"
    )
    if row.said:
        echo(f"    {row.said}")
    for copy in row.copies:
        echo(f"    标记副本：{copy}")
