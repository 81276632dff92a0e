"""``xlcheck restore``: a workbook that was forgotten counts again."""

from __future__ import annotations

import contextlib
from pathlib import Path

import click

from xlcheck.cli.shell import Command, echo
from xlcheck.delivery import rulings
from xlcheck.delivery.desk import Desk


@click.command("restore", cls=Command)
@click.argument("receipt", metavar="RECEIPT", type=click.IntRange(1))
@click.argument("place", metavar="[DIR]", default=".")
def command(receipt: int, place: str) -> int:
    """恢复作废了的第 RECEIPT 份：重新算数。

    因作废而没有发出的信列在“失败”里，要发就用 xlcheck send --resolve 编号 --as 重发。决定记入台账的流水。
    """
    with contextlib.closing(Desk.open(Path(place))) as desk:
        done = rulings.restore(desk, receipt)
    counts = f"现在算数的是第 {done.counts.version} 版（第 {done.counts.id} 份）。" if done.counts else ""
    echo(f"第 {receipt} 份（{done.receipt.name}）已恢复。{counts}")
    return 0
