"""``xlcheck demo``: the samples of the program, checked in a folder of the user's."""

from __future__ import annotations

import click

from xlcheck.cli.shell import Command, echo


@click.command("demo", cls=Command)
@click.option("--out", metavar="DIR", help="写到这个文件夹（新的或空的）；不写则在当前文件夹里新建 xlcheck-demo")
def command(out: str | None) -> int:
    """用程序自带的样例演示：复制样例、检查、写出标记副本和报告，说明放在哪里。

    样例是一份公开的部门决算和它的几种典型错误。退出码：0 已写出，2 文件夹不能用，70 程序或机器故障。
    """
    from xlcheck.cli.check import show
    from xlcheck.desktop.samples import demo_folders, lay_out
    from xlcheck.request import CheckRequest

    folders = demo_folders(out)
    paths = tuple(map(str, lay_out(folders)))
    code = show(CheckRequest(paths=paths, out=folders.marked, fail_on=None))
    show(CheckRequest(paths=paths, format="html", output=folders.report, fail_on=None))
    root = folders.root.absolute()
    echo()
    echo(f"样例已检查完，都在文件夹：{root}")
    echo(f"  {folders.originals.name}：样例原件")
    echo(
        f"  {folders.marked.name}：标记副本，请用 Excel 或 WPS 打开，先看 tunliu_2023_transposed.xlsx 的“公开03 支出决算表”和最后的“审核结果”"
    )
    echo(f"  {folders.report.name}：同样的结果，一页网页，用浏览器打开")
    return code
