"""``xlcheck template``: the blank official workbook of a set."""

from __future__ import annotations

from pathlib import Path

import click

from xlcheck.cli.outputs import refuse_existing
from xlcheck.cli.shell import Command, echo, library_with, mappings_option
from xlcheck.errors import Usage
from xlcheck.files import write_whole
from xlcheck.scores.spec import ScoreSheetSpec


def _blank(family: ScoreSheetSpec, *, self_check: bool) -> bytes:
    """The blank of a family of score sheets."""
    from xlcheck.filling.scorewrite import score_workbook

    return score_workbook(family, (), self_check=self_check)


@click.command("template", cls=Command)
@click.argument("set_id", metavar="SET")
@click.option("-o", "--output", metavar="FILE", required=True, help="写出的工作簿（.xlsx）")
@click.option("--self-check", is_flag=True, help="加一张“自查”表，边填边查（绩效自评表）")
@mappings_option
@click.option("--force", is_flag=True, help="文件已经有了也盖掉")
def command(set_id: str, output: str, self_check: bool, force: bool, mappings: str | None) -> None:
    """写出 SET 表样的空白工作簿；SET 也可以是一种绩效自评表（selfscore-…）。"""
    from xlcheck.filling.write import workbook_bytes

    refuse_existing(Path(output), force=force)
    library = library_with(mappings)
    family = library.score_sheet(set_id)
    if family is None and self_check:
        raise Usage(f"{set_id} 不是绩效自评表，没有自查表；--self-check 只用于 selfscore-… 各表样")
    blank = workbook_bytes(library.load(set_id), None) if family is None else _blank(family, self_check=self_check)
    write_whole(Path(output), blank)
    echo(f"已写出 {output}")
