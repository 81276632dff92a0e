"""``xlcheck forget``: a person says that a workbook counts no more."""

from __future__ import annotations

import contextlib
from pathlib import Path

import click

from xlcheck.cli.assign import echo_letters
from xlcheck.cli.shell import Command, echo
from xlcheck.delivery import rulings
from xlcheck.delivery.desk import Desk


@click.command("forget", cls=Command)
@click.argument("receipt", metavar="RECEIPT", type=click.IntRange(1))
@click.argument("place", metavar="[DIR]", default=".")
def command(receipt: int, place: str) -> int:
    """作废第 RECEIPT 份：当作没有收到，总览、催报、问题台账都不算它，还没有发出的信不再发。

    RECEIPT 是收到时的编号。文件和记录都留着；xlcheck restore 恢复。决定记入台账的流水。
    """
    with contextlib.closing(Desk.open(Path(place))) as desk:
        done = rulings.forget(desk, receipt)
    echo(f"第 {receipt} 份（{done.receipt.name}）已作废。{_what_counts(done)}")
    echo_letters(done)
    return 0


def _what_counts(done: rulings.Ruling) -> str:
    if not done.receipt.version:
        return ""
    named = f"{done.receipt.unit} {done.receipt.unit_name}"
    if done.counts is None:
        return f"{named} 现在没有算数的版本。"
    return f"{named} 现在算数的是第 {done.counts.version} 版（第 {done.counts.id} 份）。"
