"""``xlcheck init``: a desk, ready to work at."""

from __future__ import annotations

import contextlib
from pathlib import Path

import click

from xlcheck.cli.shell import Command, tell
from xlcheck.delivery.desk import make
from xlcheck.errors import Fault
from xlcheck.files import reason, write_whole
from xlcheck.office.folders import folders
from xlcheck.office.proposals import FILE as PROPOSALS
from xlcheck.office.rosterwriting import with_units
from xlcheck.office.settings import FILE, load
from xlcheck.office.starter import ROSTER, SETTINGS, roster_template


@click.command("init", cls=Command)
@click.argument("place", metavar="DIR")
@click.option("--from", "source", metavar="FOLDER", help="从放着各单位工作簿的文件夹起草单位名册")
def command(place: str, source: str | None) -> int:
    """在 DIR 建好收件、已处理等文件夹，写出设置 xlcheck.yaml 和单位名册模板。已有的文件不动。

    --from 读 FOLDER 里的工作簿，把各单位的名称（印了代码的，连代码）写进名册；名册里已有单位的，写进“名册建议.xlsx”，由人收进去。
    """
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
    if source is not None:
        _draft(root, Path(source))
    tell("接下来：")
    tell(f"1. 把工作簿放进“{found.inbox}”，运行 xlcheck watch {root}：检查、登记，带标记的放进“已退回”。没有名册也行。")
    tell(f"2. 单位名册：收到的单位会列进“{root / PROPOSALS}”，用 xlcheck roster accept {root} 收进名册。")
    tell(
        f"   也可以自己填“{root / settings.roster}”（代码、名称、邮箱、截止日期；可用 Excel/WPS，存回 CSV 或另存 .xlsx）。"
    )
    tell(f"3. 要发信，在名册里填邮箱，打开“{root / FILE}”填“邮件”一段。")
    tell(f"4. xlcheck doctor {root}   检查是否都备好了")
    return 0


def _draft(root: Path, source: Path) -> None:
    """A roster of the units whose workbooks are in a folder; beside the roster, where that has units already."""
    from xlcheck.delivery.census import census
    from xlcheck.delivery.desk import Desk
    from xlcheck.delivery.proposing import RosterProposals
    from xlcheck.request import processors

    with contextlib.closing(Desk.open(root)) as desk:
        seen = census(source, desk.roster, processors())
        for name, why in seen.unsaid:
            tell(f"看不出是哪个单位的：{name}。{why}")
        if desk.roster:
            added = RosterProposals(desk).add(seen.found)
            tell(f"名册里没有的单位 {added} 个，写进“{root / PROPOSALS}”。收进名册：xlcheck roster accept {root}")
            return
        path = desk.folders.root / desk.settings.roster
        data = path.read_bytes() if path.exists() else None
        write_whole(path, with_units(path, data, [one.unit for one in seen.found]))
        tell(f"名册“{path}”里写了 {len(seen.found)} 个单位。代码是“待定”的、没有邮箱的，请打开补上。")
