"""``xlcheck roster``: units that have reported and that the roster does not have."""

from __future__ import annotations

from pathlib import Path

import click

from xlcheck.cli.shell import Command, echo
from xlcheck.delivery.accepting import Accepted, accept, on_offer
from xlcheck.delivery.desk import Desk
from xlcheck.office.drafts import code_shown
from xlcheck.office.proposals import FILE


@click.command("roster", cls=Command)
@click.argument("what", type=click.Choice(["show", "accept"]))
@click.argument("place", metavar="[DIR]", default=".")
@click.option("--only", metavar="单位", multiple=True, help="accept：只收进这个单位（名称或代码），可以写几次")
def command(what: str, place: str, only: tuple[str, ...]) -> int:
    """名册以外的单位：show 列出报来过、名册里没有的单位，accept 把它们收进名册。

    DIR 是工作文件夹（里面有 xlcheck.yaml）。单位先列在“名册建议.xlsx”里，可以先打开补上代码、邮箱，删去不要的行；收进名册后，
    等着的工作簿就归入这些单位。与名册里的单位名称相像的不自动收，用 --only 指明。
    """
    desk = Desk.open(Path(place))
    try:
        return _accept(desk, only) if what == "accept" else _show(desk)
    finally:
        desk.close()


def _show(desk: Desk) -> int:
    units = on_offer(desk)
    for unit in units:
        echo(f"{code_shown(unit.code)} {unit.name}")
    echo(
        f"报来过、名册里没有的单位 {len(units)} 个。"
        + (f"收进名册：xlcheck roster accept {desk.folders.root}" if units else "")
    )
    return 0


def _accept(desk: Desk, only: tuple[str, ...]) -> int:
    found = accept(desk, only)
    for unit in found.taken:
        echo(f"收进名册：{code_shown(unit.code)} {unit.name}")
    for line in found.said:
        echo(line)
    for one in found.doubtful:
        near = "、".join(f"{unit.code} {unit.name}" for unit in one.near)
        echo(
            f"没有收：“{one.unit.name}”可能就是 {near}。是的话，把这个名称写进它的“其他名称”；不是，用 --only {one.unit.name} 收进名册。"
        )
    echo(_sum(found))
    return 0


def _sum(found: Accepted) -> str:
    if not found.taken:
        return f"没有要收进名册的单位（“{FILE}”里没有，或名册里都有了）。"
    return f"“{found.path}”里加了 {len(found.taken)} 个单位。代码是“待定”的、没有邮箱的，请打开名册补上。"
