"""``xlcheck template``: the blank official workbook of a set."""

from __future__ import annotations

from pathlib import Path

import click

from xlcheck.cli.outputs import refuse_existing
from xlcheck.cli.shell import Command, echo, library_with, mappings_option
from xlcheck.files import write_whole
from xlcheck.scores.spec import ScoreSheetSpec


def _blank(family: ScoreSheetSpec) -> bytes:
    """The blank of a family of score sheets."""
    from xlcheck.filling.scorewrite import score_workbook

    return score_workbook(family, ())


@click.command("template", cls=Command)
@click.argument("set_id", metavar="SET")
@click.option("-o", "--output", metavar="FILE", required=True, help="写出的工作簿（.xlsx）")
@mappings_option
@click.option("--force", is_flag=True, help="文件已经有了也盖掉")
def command(set_id: str, output: str, force: bool, mappings: str | None) -> None:
    """写出 SET 表样的空白工作簿；SET 也可以是一种绩效自评表（selfscore-…）。"""
    from xlcheck.filling.write import workbook_bytes

    refuse_existing(Path(output), force=force)
    library = library_with(mappings)
    family = library.score_sheet(set_id)
    write_whole(Path(output), workbook_bytes(library.load(set_id), None) if family is None else _blank(family))
    echo(f"已写出 {output}")
