"""``xlcheck help``: what the program and its commands do."""

from __future__ import annotations

import click

from xlcheck.cli.shell import Command, LazyGroup, echo
from xlcheck.errors import Usage


@click.command("help", cls=Command)
@click.argument("name", metavar="[命令]", required=False)
@click.pass_context
def command(context: click.Context, name: str | None) -> None:
    """显示帮助；写上命令的名称，显示那个命令的帮助，如 xlcheck help check。"""
    whole = context.find_root()
    if name is None:
        echo(whole.get_help())
        return
    group = whole.command
    if not isinstance(group, LazyGroup):
        raise Usage("help 要这样用：xlcheck help 命令。")
    _, found, _ = group.resolve_command(whole, [name])
    if found is None:
        raise Usage(f"没有 {name} 这个命令。")
    with type(context)(found, info_name=name, parent=whole) as own:
        echo(found.get_help(own))
