"""``xlcheck scaffold``: a draft of a set from a blank or filled workbook."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from xlcheck.cli.shell import Command, echo, library_with, mappings_option
from xlcheck.errors import Usage
from xlcheck.files import reason, write_whole
from xlcheck.mapping.places import shipped
from xlcheck.pipeline import read_file
from xlcheck.reading.opening import open_workbook

if TYPE_CHECKING:
    from xlcheck.drafting.draft import DraftedSet


@click.command("scaffold", cls=Command)
@click.argument("workbook", metavar="BLANK")
@click.option(
    "-o", "--output", "output", metavar="DIR", required=True, help="新映射的文件夹，如 mappings/guangdong-2024/"
)
@click.option("--force", is_flag=True, help="文件夹里已有映射时也覆盖")
@mappings_option
def command(workbook: str, output: str, force: bool, mappings: str | None) -> int:
    """从空白表样（或填好的工作簿）起草一套映射：表、项目、行次、栏次、栏目，认得的表连同规则；没有把握的写明“待核对”。"""
    from xlcheck.drafting.draft import draft

    folder = Path(output)
    if (folder / "set.yaml").exists() and not force:
        raise Usage(f"“{folder}”里已有映射。要覆盖，加 --force。")
    data = _data(workbook)
    library = library_with(mappings)
    made = draft(open_workbook(data), folder.resolve().name, library)
    for name, text in made.files.items():
        write_whole(folder / name, text.encode("utf-8"))
    for line in _report(made, folder):
        echo(line)
    place = folder.resolve().parent
    echo(f"看完待核对的地方后，运行 xlcheck lint {place}。")
    if place not in {root.resolve() for root in (library.root, shipped())}:
        echo(
            f"  用这套映射检查：xlcheck check --mappings {place} 工作簿.xlsx（或把环境变量 XLCHECK_MAPPINGS 设为这个文件夹）"
        )
    return 4 if made.mistakes else 0


def _data(workbook: str) -> bytes:
    try:
        return read_file(Path(workbook))
    except OSError as error:
        raise Usage(f"读不了“{workbook}”：{reason(error)}") from error


def _report(made: DraftedSet, folder: Path) -> Iterator[str]:
    """What has been drafted, and what is left to do."""
    doubts = sum(text.count("待核对") for text in made.files.values())
    yield f"已起草：{folder}（以 {made.base} 为底，{len(made.known) + len(made.unknown)} 张表，{doubts} 处待核对）"
    yield f"  认得的表：{'、'.join(made.known) or '无'}"
    yield from _listed("新的表（版式由程序推定，规则要自己写）", made.unknown)
    yield from _listed("没有看作表的工作表", made.left)
    yield from _listed(f"不能沿用的规则 {len(made.dropped)} 条，已写在 set.yaml 的 drop 里", made.dropped)
    for mistake in made.mistakes:
        yield f"  还要改：{Path(mistake.file).name}:{mistake.line}: {mistake.message}"


def _listed(what: str, names: Collection[str]) -> Iterator[str]:
    """A line with names; none where there are none."""
    if names:
        yield f"  {what}：{'、'.join(names)}"
