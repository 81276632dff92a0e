"""``xlcheck assign``: a person says whose a workbook is, or of which year."""

from __future__ import annotations

import contextlib
from pathlib import Path

import click

from xlcheck.cli.shell import Command, echo
from xlcheck.delivery import rulings
from xlcheck.delivery.desk import Desk


@click.command("assign", cls=Command)
@click.argument("receipt", metavar="RECEIPT", type=click.IntRange(1))
@click.argument("place", metavar="[DIR]", default=".")
@click.option("--unit", metavar="CODE", help="单位代码（或名册里的名称）；不写则单位不变")
@click.option("--year", type=click.IntRange(1990, 2099), metavar="Y", help="年度；不写则年度不变")
def command(receipt: int, place: str, unit: str | None, year: int | None) -> int:
    """指定第 RECEIPT 份工作簿是哪个单位、哪一年度的：放回“收件”重新检查，作为那个单位的一版。

    RECEIPT 是收到时的编号（“已处理”“无法识别”里文件名开头的数字）。原来的单位不再算这一份，还没有发出的信不再发。
    决定记入台账的流水，原来的记录不改。
    """
    with contextlib.closing(Desk.open(Path(place))) as desk:
        done = rulings.assign(desk, receipt, unit, year)
    named = f"{done.unit.code} {done.unit.name}" if done.unit else ""
    echo(
        f"第 {receipt} 份（{done.receipt.name}）已指定为 {named} {done.year} 年度，放回“收件”重新检查；没有在看守，就运行 xlcheck watch --once。"
    )
    echo_letters(done)
    return 0


def echo_letters(done: rulings.Ruling) -> None:
    """What becomes of the letters about a workbook that counts no more."""
    if done.held:
        echo(f"关于它还没有发出的 {done.held} 封信不会再发。")
    if done.sent:
        echo(f"注意：关于它的 {done.sent} 封信已经发出，收不回来，请告诉收信的单位。")
