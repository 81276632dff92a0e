"""``xlcheck schema``: the JSON Schema of mapping files."""

from __future__ import annotations

import json

import click

from xlcheck.cli.shell import Command, echo


@click.command("schema", cls=Command)
def command() -> None:
    """写出映射文件的 JSON Schema；编辑器用它补全和检查。"""
    from xlcheck.mapping.schema import json_schema

    echo(json.dumps(json_schema(), ensure_ascii=False, indent=2))
