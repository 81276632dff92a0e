"""What all commands share: late loading, Chinese help and usage messages.

What ``--help`` has no use for is imported where it is used: it costs little more than click itself.
"""

from __future__ import annotations

import gc
import importlib
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from xlcheck.cli.words import speak_chinese

if TYPE_CHECKING:
    from xlcheck.errors import MappingError
    from xlcheck.mapping.library import Library

speak_chinese()


class _ChineseFormatter(click.HelpFormatter):
    """Writes helps with the colon of Chinese texts."""

    def write_heading(self, heading: str) -> None:
        self.write(f"{'':>{self.current_indent}}{heading}：\n")


class _ChineseContext(click.Context):
    formatter_class = _ChineseFormatter


class Command(click.Command):
    """A command that is Chinese throughout, and which picks up its garbage while it runs."""

    context_class = _ChineseContext

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"options_metavar": "[选项]", **kwargs})

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command. What has been imported until now stays, and need not be looked through again and again."""
        gc.freeze()
        gc.enable()
        return super().invoke(ctx)


class LazyGroup(click.Group):
    """Knows the names and one-line helps of its commands; imports a command only to run it."""

    context_class = _ChineseContext

    def __init__(self, *args: Any, commands_in: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **{"options_metavar": "[选项]", "subcommand_metavar": "命令 [参数]...", **kwargs})
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

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; for one that there is not, say which was perhaps meant."""
        name = args[0]
        if name not in self.commands_in and name[:1].isalnum():  # else it is an option
            from difflib import get_close_matches

            ctx.fail(f"没有 {name} 这个命令。{_meant(get_close_matches(name, self.commands_in, 1))}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """List the commands from their one-line helps, importing none."""
        with formatter.section("命令"):
            formatter.write_dl(list(self.commands_in.items()))


def echo(text: str = "", *, err: bool = False, nl: bool = True) -> None:
    """Print for people; names of files and units in it can't steer the terminal."""
    from xlcheck.shown import clean

    click.echo(clean(text), err=err, nl=nl)


def tell(text: str, *, err: bool = False) -> None:
    """Print a sentence for people: on a terminal in lines that fit, plainly into a pipe or a file."""
    import shutil

    from xlcheck.shown import clean, wrapped

    stream = sys.stderr if err else sys.stdout
    for line in clean(text).split("\n"):
        for part in wrapped(line, shutil.get_terminal_size().columns) if stream.isatty() else [line]:
            click.echo(part, err=err)


def say_broken(mistakes: MappingError) -> None:
    """That some sets do not compile; the others serve."""
    echo(str(mistakes), err=True)
    tell("上面的映射有误，没有用；其余各套照常。改好后请重新检查；用 xlcheck lint 看全部错误。", err=True)


mappings_option = click.option("--mappings", metavar="DIR", help="自己的映射放在这个文件夹；程序自带的照常可用")


def library_with(named: str | None) -> Library:
    """The sets of the program, and before them those of the folder that ``--mappings`` names.

    Raises:
        Usage: it is no folder.
    """
    from xlcheck.mapping.library import Library
    from xlcheck.mapping.places import own_folder

    return Library.with_own(own_folder(named))


def chosen_set(named: str | None) -> str | None:
    """What ``--set`` names, if it is given.

    Raises:
        Usage: it names nothing.
    """
    if named is not None and not named.strip():
        from xlcheck.errors import Usage

        raise Usage("--set 后面要写表样的名称；不写 --set 则自动识别。")
    return named


def say_usage(error: click.ClickException) -> int:
    """Print a click error in Chinese; returns the exit code."""
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "xlcheck"
    echo(f"{_sentence(error)}\n用“{command} --help”看用法。", err=True)
    return 2


def _sentence(error: click.ClickException) -> str:
    """What is wrong: as click says it, or plainer where it takes the sentence together from pieces."""
    match error:
        case click.NoSuchOption():
            return f"{error.message}{_meant(error.possibilities or ())}"
        case click.MissingParameter():
            return f"缺少参数 {_name_of_missing(error)}。"
        case click.BadParameter():
            return f"{_name_of_bad(error)} {_wanted(error)}"
    return error.format_message()


def _name_of_bad(error: click.BadParameter) -> str:
    """An option by what it is written as; arguments have no such name."""
    return "/".join(error.param.opts) if isinstance(error.param, click.Option) else "参数"


def _meant(names: Sequence[str]) -> str:
    return f"是不是 {' 或 '.join(names[:3])}？" if names else ""


def _name_of_missing(error: click.MissingParameter) -> str:
    name = error.param.make_metavar(error.ctx) if error.param and error.ctx else ""
    return name or str(error.param_hint or "")


def _wanted(error: click.BadParameter) -> str:
    """What a value should have been."""
    match getattr(error.param, "type", None):
        case click.Choice(choices=choices):
            return f"只能是：{'、'.join(str(choice) for choice in choices)}。"
        case click.IntRange(min=least, max=None):
            return f"要写不小于 {least} 的整数。"
        case click.IntRange(min=least, max=most):
            return f"要写 {least} 到 {most} 的整数。"
        case click.types.IntParamType():
            return "要写整数。"
    return f"的值不对：{error.message}"
