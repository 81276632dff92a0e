"""What all commands share: late loading, Chinese help and usage messages."""

from __future__ import annotations

import importlib
from typing import Any

import click

_WORDS = {
    "Usage:": "用法：",
    "Options:": "选项：",
    "Commands:": "命令：",
    "Show this message and exit.": "显示帮助",
    "[OPTIONS]": "[选项]",
    "COMMAND [ARGS]...": "命令 [参数]...",
    "[required]": "[必填]",
    "[default: ": "[缺省：",
}


def _chinese(text: str) -> str:
    for english, chinese in _WORDS.items():
        text = text.replace(english, chinese)
    return text


class Command(click.Command):
    """A command whose help is Chinese throughout."""

    def get_help(self, ctx: click.Context) -> str:
        """The help, with click's own words in Chinese."""
        return _chinese(super().get_help(ctx))


class LazyGroup(click.Group):
    """Knows the names and one-line helps of its commands; imports a command only to run it."""

    def __init__(self, *args: Any, commands_in: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.commands_in = commands_in

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Names of all commands, in the order in which they are used."""
        return list(self.commands_in)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import one command."""
        if cmd_name not in self.commands_in:
            return None
        module = importlib.import_module(f"xlcheck.cli.{cmd_name}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """List the commands from their one-line helps, importing none."""
        with formatter.section("Commands"):
            formatter.write_dl(list(self.commands_in.items()))

    def get_help(self, ctx: click.Context) -> str:
        """The help, with click's own words in Chinese."""
        return _chinese(super().get_help(ctx))


def say_usage(error: click.ClickException) -> int:
    """Print a click error in Chinese; returns the exit code."""
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "xlcheck"
    click.echo(f"{_sentence(error)}\n用“{command} --help”看用法。", err=True)
    return 2


def _sentence(error: click.ClickException) -> str:
    match error:
        case click.NoSuchOption():
            return f"没有 {error.option_name} 这个选项。"
        case click.MissingParameter():
            name = error.param.make_metavar(error.ctx) if error.param and error.ctx else ""
            return f"缺少参数 {name or error.param_hint or ''}。"
        case click.BadOptionUsage():
            return f"选项 {error.option_name} 后面要写值。"
        case click.BadParameter():
            choices = getattr(getattr(error.param, "type", None), "choices", None)
            names = "/".join(error.param.opts) if error.param else str(error.param_hint or "")
            if choices:
                return f"{names} 只能是：{'、'.join(str(c) for c in choices)}。"
            return f"{names} 的值不对：{error.message}"
        case click.UsageError() if error.message.startswith("No such command"):
            return "没有" + error.message.removeprefix("No such command").rstrip(".") + " 这个命令。"
        case click.UsageError() if "unexpected extra argument" in error.message:
            return "多了参数：" + error.message.partition("(")[2].rstrip(")")
    return error.format_message()
