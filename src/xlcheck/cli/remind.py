"""``xlcheck remind``: letters to units that are overdue."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click

from xlcheck.cli.shell import Command, tell
from xlcheck.delivery.desk import Desk
from xlcheck.delivery.letter import Draft
from xlcheck.delivery.remind import overdue, post, reminders, stale
from xlcheck.errors import Usage
from xlcheck.files import write_whole
from xlcheck.ledger import receipts
from xlcheck.ledger.store import now
from xlcheck.office.roster import Unit


@click.command("remind", cls=Command)
@click.argument("place", metavar="[DIR]", default=".")
@click.option("--post", "posting", is_flag=True, help="真的写进发件文件夹（由 xlcheck send 发出）；不写则只列出")
@click.option("--year", type=int, metavar="N", help="哪一年度；不写则按设置，或最近一年")
@click.option("--days", type=click.IntRange(0), default=7, metavar="N", help="退回后几天没有改好才催，缺省 7")
@click.option("--preview", metavar="FOLDER", help="把信写成 .eml 放进 FOLDER 看，不发")
def command(place: str, posting: bool, year: int | None, days: int, preview: str | None) -> int:
    """催报：过了截止日期没有报的，和退回后没有改好的。缺省只列出名单，不写信。"""
    desk = Desk.open(Path(place))
    try:
        return _remind(desk, _year(desk, year, posting=posting), days, posting=posting, preview=preview)
    finally:
        desk.close()


def _year(desk: Desk, year: int | None, *, posting: bool) -> int:
    """The year that is meant; letters are written only of one that somebody has named."""
    chosen = year or desk.settings.year
    if chosen is None and posting:
        raise Usage("写催报信要先写明是哪一年度：--year，或在 xlcheck.yaml 里写“年度”。")
    found = chosen or receipts.present_year(desk.ledger, now())
    if found is None:
        raise Usage("还没有收到任何一年的工作簿，写明 --year，或在 xlcheck.yaml 里写“年度”。")
    return found


def _warn_of_stale(desk: Desk) -> None:
    today = date.fromisoformat(now()[:10])
    if old := [u for u in desk.roster.values() if stale(u, today)]:
        tell(f"注意：名册里 {len(old)} 个单位的截止日期（如 {old[0].due}）像是上一年的，没有按它催报。请改名册。")


def _line(unit: Unit, items: list[dict[str, Any]]) -> str:
    """A unit and what it owes."""
    owed = "；".join(f"第 {i['version']} 版未改好" if i["version"] else f"{i['title']}未报送" for i in items)
    return f"{unit.code} {unit.name}：{owed}{'' if unit.addresses else '（名册里没有邮箱，不能写信）'}"


def _remind(desk: Desk, year: int, days: int, *, posting: bool, preview: str | None) -> int:
    _refuse_own(desk, preview)
    _warn_of_stale(desk)
    found = overdue(desk, year, days)
    for unit, items in found:
        tell(_line(unit, items))
    if not (posting or preview):
        tell(f"{year} 年度要催 {len(found)} 个单位。写进发件文件夹：加 --post。")
        return 0
    drafts = reminders(desk, year, days)
    if preview:
        _preview(drafts, Path(preview))
        tell(f"写好 {len(drafts)} 封，在“{preview}”，没有发。今天催过的不再写。")
    if posting:
        post(desk, drafts)
        tell(f"{len(drafts)} 封催报信已放进待发（今天催过的不再催），运行 xlcheck send 发出。")
    return 0


def _preview(drafts: list[Draft], folder: Path) -> None:
    for one in drafts:
        write_whole(folder / one.posted.file, one.data)


def _refuse_own(desk: Desk, preview: str | None) -> None:
    if preview and desk.folders.own(Path(preview)):
        raise Usage(f"“{preview}”是 xlcheck 自己用的文件夹，请另选一个放预览。")
