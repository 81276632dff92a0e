"""``xlcheck journal``: the ledger's journal: verify, list, back up."""

from __future__ import annotations

import json
from pathlib import Path

import click

from xlcheck.cli.shell import Command
from xlcheck.errors import Usage
from xlcheck.ledger.store import Ledger
from xlcheck.office.folders import folders
from xlcheck.office.settings import load


@click.command("journal", cls=Command)
@click.argument("what", type=click.Choice(["verify", "show", "backup"]))
@click.argument("place", metavar="[DIR]", default=".")
@click.option("--head", metavar="HASH", default="", help="verify：以前记下的校验值（至少前 16 位），看末尾有没有被截掉")
@click.option("--last", type=click.IntRange(1), default=50, metavar="N", help="show：看最后几条，缺省 50")
@click.option("-o", "--output", metavar="FILE", help="backup：备份到这个文件")
def command(what: str, place: str, head: str, last: int, output: str | None) -> int:
    """台账的流水：verify 检查有没有被改动或损坏，show 看最近发生的事，backup 备份（看守着也能备份）。

    DIR 是工作文件夹（里面有 xlcheck.yaml）。退出码：0 完好，1 有问题。
    """
    root = Path(place)
    path = folders(root, load(root)).ledger_file
    if not path.is_file():
        raise Usage(f"还没有台账（{path}）。运行过 xlcheck watch 之后才有。")
    with Ledger(path) as ledger:
        if what == "verify":
            return _verify(ledger, head)
        if what == "show":
            rows = ledger.rows("SELECT at, event, subject, data FROM journal ORDER BY seq DESC LIMIT ?", last)
            for at, event, subject, data in reversed(rows):
                facts = "，".join(f"{k}={v}" for k, v in json.loads(data).items())
                click.echo(f"{at} {_EVENTS.get(event, event)} {subject} {facts}")
            return 0
        if not output:
            raise Usage("写明备份到哪里：-o 文件名。")
        if Path(output).exists():
            raise Usage(f"“{output}”已经有了，请换一个文件名：备份不盖掉任何文件。")
        ledger.backup(Path(output))
        click.echo(f"已备份到“{output}”。")
        return 0


_SHORTEST_HEAD = 16
_EVENTS = {"received": "收到", "filed": "归档", "letter": "信件", "mail": "邮件", "schema": "建账"}


def _verify(ledger: Ledger, head: str) -> int:
    head = head.strip().lower()
    if head and (len(head) < _SHORTEST_HEAD or set(head) - set("0123456789abcdef")):
        raise Usage(f"--head 的校验值至少要写前 {_SHORTEST_HEAD} 位，只有数字和 a 到 f。")
    found = ledger.verify(head)
    for mistake in found.mistakes:
        click.echo(mistake)
    if found.mistakes:
        click.echo(f"台账有问题，共 {len(found.mistakes)} 处。请停用，用备份恢复，并查明原因。")
        return 1
    click.echo(f"完好：{found.lines} 条流水，首尾相接。校验值（可抄下备查）：{found.head}")
    return 0
