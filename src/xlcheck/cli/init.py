"""``xlcheck init``: a desk, ready to work at."""

from __future__ import annotations

from pathlib import Path

import click

from xlcheck.cli.shell import Command, tell
from xlcheck.delivery.desk import make
from xlcheck.errors import Fault
from xlcheck.files import reason, write_whole
from xlcheck.office.folders import folders
from xlcheck.office.settings import FILE, load
from xlcheck.office.starter import ROSTER, SETTINGS, roster_template


@click.command("init", cls=Command)
@click.argument("place", metavar="DIR")
def command(place: str) -> int:
    """在 DIR 建好收件、已处理等文件夹，写出设置 xlcheck.yaml 和单位名册模板。已有的文件不动。"""
    root = Path(place)
    written = []
    try:
        root.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Fault(f"建不了文件夹“{root}”：{reason(error)}") from error
    if not (root / FILE).exists():
        write_whole(root / FILE, SETTINGS.encode())
        written.append(FILE)
    settings = load(root)
    if settings.roster == ROSTER and not (root / ROSTER).exists():
        write_whole(root / ROSTER, roster_template())
        written.append(ROSTER)
    found = folders(root, settings)
    make(found)
    tell(
        f"工作文件夹在“{root}”。" + (f"新写了 {'、'.join(written)}。" if written else "设置和名册原来就有，没有改动。")
    )
    tell("接下来：")
    tell(
        f"1. 打开“{root / settings.roster}”，填上各单位的代码、名称、邮箱、截止日期（可用 Excel/WPS，存回 CSV 或另存 .xlsx）。"
    )
    tell(f"2. 要发信，打开“{root / FILE}”填“邮件”一段。")
    tell(f"3. xlcheck doctor {root}   检查是否都备好了")
    tell(f"4. xlcheck watch {root}    开始看守；把工作簿放进“{found.inbox}”")
    return 0
