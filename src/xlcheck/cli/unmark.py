"""``xlcheck unmark``: the workbook without our marks."""

from __future__ import annotations

from pathlib import Path

import click

from xlcheck.cli.outputs import refuse_existing
from xlcheck.cli.shell import Command, echo
from xlcheck.errors import Usage
from xlcheck.files import reason, write_whole
from xlcheck.pipeline import read_file
from xlcheck.reading.marks.unmark import unmarked


def _clean(data: bytes, name: str) -> bytes | None:
    """The file without our marks; None where it has none."""
    from xlcheck.documents.opening import is_document

    if not is_document(data, name):
        return unmarked(data)
    from xlcheck.writing.word import unmarked_document

    clean = unmarked_document(data)
    return None if clean == data else clean


@click.command("unmark", cls=Command)
@click.argument("workbook", metavar="FILE")
@click.option("-o", "--output", "output", metavar="FILE", required=True, help="去掉标记后写到这个文件")
@click.option("--force", is_flag=True, help="文件已经有了也盖掉")
def command(workbook: str, output: str, force: bool) -> None:
    """去掉标记，还原工作簿或加了批注的文字说明。

    标记后没有再保存过的，各部分与原来一个字节不差；用 Excel、WPS 改过的，只去掉标记，单位改的都留着。
    """
    refuse_existing(Path(output), force=force)
    try:
        data = read_file(Path(workbook))
    except OSError as error:
        raise Usage(f"读不了“{workbook}”：{reason(error)}") from error
    clean = _clean(data, workbook)
    write_whole(Path(output), data if clean is None else clean)
    echo(f"已去掉标记：{output}" if clean is not None else f"“{workbook}”里没有标记，照原样写到 {output}")
