"""``xlcheck fill``: data → filled workbook."""

from __future__ import annotations

from pathlib import Path

import click

from xlcheck.cli.outputs import refuse_existing
from xlcheck.cli.shell import Command, echo, library_with, mappings_option
from xlcheck.errors import Usage
from xlcheck.files import write_whole


@click.command("fill", cls=Command)
@click.argument("set_id", metavar="SET")
@click.argument("data", metavar="DATA")
@click.option("-o", "--output", metavar="FILE", required=True, help="写出的工作簿（.xlsx）")
@mappings_option
@click.option("--force", is_flag=True, help="文件已经有了也盖掉")
def command(set_id: str, data: str, output: str, force: bool, mappings: str | None) -> None:
    """用 DATA（YAML 或 JSON）填出一份 SET 表样的工作簿；数据里没有的合计自动算出，写明的照填。SET 是一种绩效自评表（selfscore-…）的，得分、总分、等级由完成值算出。"""
    from xlcheck.filling.content import load, understand
    from xlcheck.filling.totals import complete
    from xlcheck.filling.write import workbook_bytes

    path = Path(data)
    if not path.is_file():
        raise Usage(f"没有“{data}”这个数据文件。")
    if Path(output).resolve() == path.resolve():
        raise Usage(f"-o 会盖掉数据文件“{data}”，请换一个文件名。")
    refuse_existing(Path(output), force=force)
    library = library_with(mappings)
    family = library.score_sheet(set_id)
    if family is not None:
        from xlcheck.filling.scoreforms import filled_forms

        write_whole(Path(output), filled_forms(family, load(path)))
        echo(f"已写出 {output}")
        return
    form = library.load(set_id)
    content = understand(form, load(path))
    filled = complete(form, content)
    write_whole(Path(output), workbook_bytes(form, filled, content.unit, content.year))
    echo(f"已写出 {output}")
