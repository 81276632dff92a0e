"""``xlcheck doctor``: is everything ready, and what to do where it is not."""

from __future__ import annotations

from pathlib import Path

import click

from xlcheck.cli.shell import Command, tell
from xlcheck.delivery.doctor import examine

_SIGNS = {"good": "好　", "doubt": "注意", "bad": "不行"}


@click.command("doctor", cls=Command)
@click.argument("place", metavar="[DIR]", default=".")
@click.option("--offline", is_flag=True, help="不连邮件服务器")
def command(place: str, offline: bool) -> int:
    """检查工作文件夹、权限、空间、锁、台账、名册、映射、邮件服务器和时钟，并说明怎么办。

    退出码：0 都好（可以有“注意”），1 有不行的。
    """
    bad = False
    for result in examine(Path(place), online=not offline):
        bad = bad or result.grade == "bad"
        todo = f" → {result.todo}" if result.todo else ""
        tell(f"{_SIGNS[result.grade]} {result.what}：{result.said}{todo}")
    return int(bad)
