"""What all commands share: late loading, Chinese help and usage messages."""

from __future__ import annotations

import gc
import importlib
from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any

import click

from xlcheck.shown import clean

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
    """A command whose help is Chinese throughout, and which picks up its garbage while it runs."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command. What has been imported until now stays, and need not be looked through again and again."""
        gc.freeze()
        gc.enable()
        return super().invoke(ctx)

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


def echo(text: str = "", *, err: bool = False, nl: bool = True) -> None:
    """Print for people; names of files and units in it can't steer the terminal."""
    click.echo(clean(text), err=err, nl=nl)


def say_usage(error: click.ClickException) -> int:
    """Print a click error in Chinese; returns the exit code."""
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "xlcheck"
    echo(f"{_sentence(error)}\n用“{command} --help”看用法。", err=True)
    return 2


def _meant(names: Sequence[str]) -> str:
    return f"是不是 {' 或 '.join(names[:3])}？" if names else ""


def _no_command(error: click.UsageError) -> str:
    """Which command there is not, and which was perhaps meant."""
    name = error.message.split("'")[1] if "'" in error.message else ""
    group = error.ctx.command if error.ctx else None
    known = list(group.commands_in) if isinstance(group, LazyGroup) else []
    return f"没有 {name} 这个命令。{_meant(get_close_matches(name, known, 1))}"


def _wanted(error: click.BadParameter) -> str:
    """What a value should have been."""
    kind = getattr(error.param, "type", None)
    if isinstance(kind, click.IntRange):
        if kind.max is None:
            return f"要写不小于 {kind.min} 的整数。"
        return f"要写 {kind.min} 到 {kind.max} 的整数。"
    if kind is click.INT:
        return "要写整数。"
    return f"的值不对：{error.message}"


def _sentence(error: click.ClickException) -> str:
    match error:
        case click.NoSuchOption():
            return f"没有 {error.option_name} 这个选项。{_meant(error.possibilities or ())}"
        case click.MissingParameter():
            name = error.param.make_metavar(error.ctx) if error.param and error.ctx else ""
            return f"缺少参数 {name or error.param_hint or ''}。"
        case click.BadOptionUsage():
            takes = "does not take" not in error.message
            return f"选项 {error.option_name} 后面{'要写值' if takes else '不写值'}。"
        case click.BadParameter():
            choices = getattr(getattr(error.param, "type", None), "choices", None)
            named = isinstance(error.param, click.Option)
            names = "/".join(error.param.opts) if error.param and named else "参数"
            if choices:
                return f"{names} 只能是：{'、'.join(str(c) for c in choices)}。"
            return f"{names} {_wanted(error)}"
        case click.UsageError() if error.message.startswith("No such command"):
            return _no_command(error)
        case click.UsageError() if "unexpected extra argument" in error.message:
            return "多了参数：" + error.message.partition("(")[2].rstrip(")")
    return error.format_message()
