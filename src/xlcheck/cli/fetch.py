"""``xlcheck fetch``: attachments from the mailbox."""

from __future__ import annotations

from pathlib import Path

import click

from xlcheck.cli.shell import Command, tell
from xlcheck.delivery.desk import Desk
from xlcheck.delivery.fetch import ASIDE, NOTHING, TAKEN, fetch


@click.command("fetch", cls=Command)
@click.argument("place", metavar="[DIR]", default=".")
@click.option("--dry-run", is_flag=True, help="只列出要取的，不取，也不记")
@click.option("-q", "--quiet", is_flag=True, help="只写一行结果")
def command(place: str, dry_run: bool, quiet: bool) -> int:
    """从邮箱取回单位发来的工作簿，放进收件文件夹。

    DIR 是工作文件夹（里面有 xlcheck.yaml）。取过的不再取；信不标成已读，也不删除。发件人不在单位名册里的，附件放进“无法识别/邮件”。
    """
    desk = Desk.open(Path(place))
    try:
        counts = fetch(desk, (lambda _: None) if quiet else tell, dry=dry_run)
    finally:
        desk.close()
    lead = "（只看，没有取）" if dry_run else ""
    tell(f"{lead}取来 {counts[TAKEN]} 封，放在一边 {counts[ASIDE]} 封，没有工作簿 {counts[NOTHING]} 封。")
    return 0
