"""The shell: one file a command, loaded when it is called. The only door for click."""

from __future__ import annotations

import gc
import os
import sys

import click

from xlcheck.cli.shell import LazyGroup, echo, say_usage
from xlcheck.version import __version__

_INTERRUPTED = 130  # what shells make of Ctrl-C: 128 + SIGINT
_OWN_MISTAKE = 70  # EX_SOFTWARE of sysexits.h


@click.group(
    cls=LazyGroup,
    commands_in={
        "demo": "用自带的样例演示：检查、标记、说明放在哪里",
        "check": "检查工作簿，写出报告和标记副本",
        "drop": "检查拖放来的文件：副本放在旁边，打开报告",
        "page": "在自己的电脑上打开一个页面，把文件拖进去检查",
        "extract": "把认出的每个数写成一行 JSON，供其他程序用",
        "init": "建好工作文件夹、设置和单位名册模板",
        "watch": "看守收件文件夹：检查、退回、登记、写信",
        "fetch": "从邮箱取回单位发来的工作簿",
        "send": "发出发件文件夹里的信",
        "assign": "指定一份工作簿是哪个单位、哪一年度的",
        "count": "指定哪一版算数",
        "forget": "作废一份，当作没有收到",
        "restore": "恢复作废了的一份",
        "remind": "催报：逾期未报的，退回后没改好的",
        "roster": "报来过、名册里没有的单位：列出，收进名册",
        "journal": "台账流水：检查完好、查看、备份",
        "doctor": "检查是否都备好了，哪里不行、怎么办",
        "unmark": "去掉标记，还原工作簿",
        "fill": "用数据填出一份工作簿",
        "template": "写出空白的官方表样",
        "write": "按工作簿写出文字说明",
        "rules": "列出一套表的全部规则",
        "explain": "一条规则的说明页",
        "lint": "检查映射文件，一次说出全部错误",
        "scaffold": "从空白表样或填好的工作簿起草一套映射",
        "schema": "映射文件的 JSON Schema，供编辑器使用",
        "status": "谁报了、谁没报、还有什么没改",
        "help": "显示帮助，如 xlcheck help check",
    },
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(
    __version__, "-V", "--version", prog_name="xlcheck", message="xlcheck %(version)s", help="显示版本"
)
def cli() -> None:
    """xlcheck：检查部门决算公开表，指出错在哪里、应当是多少、怎么改。"""


def main() -> None:
    """Entry point: run the command and leave with the exit code of the contract."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    # Importing commands makes no garbage worth looking for, and looking costs a tenth of a short run. Command.invoke
    # looks again.
    gc.disable()
    code = _run()
    sys.exit(code if isinstance(code, int) else 0)


def _run() -> object:
    """The command's own exit code, or that of what was raised."""
    try:
        return cli.main(standalone_mode=False)
    except click.exceptions.Abort:
        return _INTERRUPTED
    except click.ClickException as error:
        return say_usage(error)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        from xlcheck.errors import XlcheckError

        if isinstance(error, XlcheckError):
            echo(str(error), err=True)
            return error.exit_code
        if os.environ.get("XLCHECK_DEBUG"):
            raise
        echo(f"xlcheck 自身出错：{type(error).__name__}: {error}", err=True)
        echo("请把这条信息和出错的文件发给维护者（设 XLCHECK_DEBUG=1 可看到详情）。", err=True)
        return _OWN_MISTAKE
