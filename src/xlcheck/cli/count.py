"""``xlcheck count``: a person says which version counts."""

from __future__ import annotations

import contextlib
from pathlib import Path

import click

from xlcheck.cli.shell import Command, echo
from xlcheck.delivery import rulings
from xlcheck.delivery.desk import Desk


@click.command("count", cls=Command)
@click.argument("receipt", metavar="RECEIPT", type=click.IntRange(1))
@click.argument("place", metavar="[DIR]", default=".")
def command(receipt: int, place: str) -> int:
    """指定第 RECEIPT 份是算数的那一版：总览、催报、问题台账和下一版的比较都以它为准，直到又报来新的一版。

    RECEIPT 是收到时的编号。不发信。决定记入台账的流水，原来的记录不改。
    """
    with contextlib.closing(Desk.open(Path(place))) as desk:
        done = rulings.count(desk, receipt).receipt
    year = f" {done.year} 年度" if done.year else ""
    echo(
        f"{done.unit} {done.unit_name}{year}：第 {done.version} 版（第 {done.id} 份 {done.name}）算数，直到又报来新的一版。"
    )
    return 0
