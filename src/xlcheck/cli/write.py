"""``xlcheck write``: the text of a report from its tables."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from xlcheck.cli.outputs import refuse_existing
from xlcheck.cli.shell import Command, chosen_set, echo, library_with, mappings_option
from xlcheck.errors import Refused, Usage
from xlcheck.files import reason, write_whole
from xlcheck.pipeline import Pipeline, read_file
from xlcheck.writing.unitknows import read_budgets, read_known


@click.command("write", cls=Command)
@click.argument("set_id", metavar="SET")
@click.argument("workbook", metavar="WORKBOOK")
@click.option("--last-year", metavar="PATH", help="上年的工作簿：写增减")
@click.option(
    "--budget", metavar="FILE", help="年初预算（.csv、.yaml、.json 或 .xlsx，两栏：科目代码或项目，万元）：写完成率"
)
@click.option("--reasons", metavar="FILE", help="原因和数量（.yaml 或 .json：原因、数量两段）")
@click.option("--unit", metavar="NAME", help="单位名称；不写则用工作簿里印的")
@click.option("--year", type=click.IntRange(1990, 2100), metavar="Y", help="年度；不写则用工作簿里印的")
@mappings_option
@click.option("-o", "output", metavar="FILE", required=True, help="写到哪个 .docx（.txt 则只写文字）")
@click.option("--force", is_flag=True, help="已有这个文件时覆盖它")
def command(**given: Any) -> int:
    """按工作簿的数写出文字说明，用 SET 这套表样当地的写法；只有单位知道的写【待填】。"""
    target = Path(given["output"])
    refuse_existing(target, force=given["force"])
    pipeline = Pipeline(library_with(given["mappings"]), chosen_set(given["set_id"]))
    now = _read(pipeline, given["workbook"])
    last = _read(pipeline, given["last_year"]) if given["last_year"] else None
    knows = read_known(Path(given["reasons"])) if given["reasons"] else read_known(None)
    if given["budget"]:
        knows = knows._replace(budgets=read_budgets(Path(given["budget"])))
    from xlcheck.writing.narrativetext import narrative_file, written

    now = replace(now, unit=given["unit"] or now.unit, year=given["year"] or now.year)
    paragraphs = written(pipeline.library, given["set_id"], now, last, knows)
    write_whole(target, narrative_file(paragraphs, target.suffix.lower()))
    open_places = sum(p.text.count("【待填】") for p in paragraphs)
    echo(
        f"已写出 {target}，{len(paragraphs)} 段"
        + (f"；有 {open_places} 处【待填】要由单位填写。" if open_places else "。")
    )
    return 0


def _read(pipeline: Pipeline, path: str) -> Any:
    try:
        return pipeline.read(read_file(Path(path)))
    except OSError as error:
        raise Usage(f"读不了“{path}”：{reason(error)}") from error
    except Refused as refusal:
        raise Usage(f"“{path}”不能用：{refusal.message}") from refusal
