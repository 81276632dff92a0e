"""``xlcheck page``: a page of one's own machine, into which files are dropped."""

from __future__ import annotations

from pathlib import Path

import click

from xlcheck.cli.shell import Command, echo, mappings_option


@click.command("page", cls=Command)
@mappings_option
@click.option("--folder", metavar="DIR", help="原件和副本放在哪里；不写则在用户自己的文件夹里")
@click.option("--port", type=click.IntRange(1, 65535), metavar="N", help="端口；不写则自动选一个空的")
@click.option("--jobs", type=click.IntRange(1, 256), metavar="N", help="同时检查几份；不写则按处理器的核数")
@click.option("--no-open", is_flag=True, envvar="XLCHECK_NO_OPEN", help="不打开浏览器，只写出地址")
def command(mappings: str | None, folder: str | None, port: int | None, jobs: int | None, no_open: bool) -> int:
    """在自己的电脑上打开一个页面：把工作簿拖进去检查，下载标记副本，看报告。

    只在本机（127.0.0.1），文件不离开这台电脑。地址只能用一次；再运行一次本命令，会打开同一个页面的新地址。
    按页面上的“结束程序”或 Ctrl-C 结束；没检查完的下次接着检查。
    """
    from xlcheck.desktop.opening import open_address
    from xlcheck.desktop.page.server import serve
    from xlcheck.desktop.places import own_folder as users_folder
    from xlcheck.mapping.places import own_folder
    from xlcheck.request import processors

    def say(text: str) -> None:
        echo(text)
        if text.startswith("http://") and (no_open or not open_address(text)):
            echo("请用浏览器打开上面的地址（只能用一次）。")

    place = Path(folder).absolute() if folder else users_folder() / "页面"
    echo("正在打开页面……（要结束，按页面上的“结束程序”，或在这里按 Ctrl-C）")
    ours = serve(place, own_folder(mappings), jobs or processors(), port or 0, say)
    echo("已结束。" if ours else "页面已经在运行，打开了它的新地址。")
    return 0
