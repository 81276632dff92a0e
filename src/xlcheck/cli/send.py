"""``xlcheck send``: the outbox to the mail server."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import click

from xlcheck.cli.shell import Command, tell
from xlcheck.delivery import outbox
from xlcheck.delivery.backfill import missing, write_missing
from xlcheck.delivery.desk import Desk
from xlcheck.delivery.send import drop_outdated, outdated, recover, resolve, send
from xlcheck.errors import Fault, Usage
from xlcheck.files import reason, write_whole
from xlcheck.ledger import letters
from xlcheck.ledger.records import Letter, Posted
from xlcheck.ledger.store import now
from xlcheck.office.folders import LETTER_FOLDERS

_MOST_NAMES = 10  # of units, in one line


@click.command("send", cls=Command)
@click.argument("place", metavar="[DIR]", default=".")
@click.option("--dry-run", is_flag=True, help="不发信，只把要发的信写成 .eml，用邮件程序打开看")
@click.option("--to", "folder", metavar="FOLDER", help="--dry-run 的 .eml 写到哪里；不写则是发件文件夹下的“预览”")
@click.option("--status", is_flag=True, help="列出信件和状态，不发")
@click.option("--resolve", "number", metavar="ID", help="处理一封“不确定”或“失败”的信，要同时写 --as")
@click.option("--as", "verdict", type=click.Choice(["已收到", "重发"]), help="对方已收到；或再发一次")
@click.option("--missing", "late", is_flag=True, help="给检查时没有写信的（当时没有设邮件或没有邮箱）补写信，不发")
@click.option("-q", "--quiet", is_flag=True, help="只写一行结果")
def command(
    place: str,
    dry_run: bool,
    folder: str | None,
    status: bool,
    number: str | None,
    verdict: str | None,
    late: bool,
    quiet: bool,
) -> int:
    """发出发件文件夹里的信。

    DIR 是工作文件夹（里面有 xlcheck.yaml）。每封信只发一次：最后一刻中断、不知道对方收到没有的，列为“不确定”，由人决定，程序不会自己重发。
    退出码：0 都发出了，1 有发不出或不确定的，70 连不上服务器（以后再发）。
    """
    desk = Desk.open(Path(place))
    try:
        if late:
            return _missing(desk)
        if status:
            return _status(desk)
        if number is not None:
            return _resolve(desk, number, verdict)
        if verdict:
            raise Usage("--as 要和 --resolve 一起用。")
        if dry_run:
            return _dry_run(desk, folder)
        if folder:
            raise Usage("--to 要和 --dry-run 一起用。")
        return _send(desk, quiet)
    finally:
        desk.close()


def _send(desk: Desk, quiet: bool) -> int:
    try:
        found = send(desk, _silent if quiet else tell)
    except Usage as error:  # no mail is set, say: those who wait for letters are said all the same
        raise Usage(f"{error}{_waiting_for_letters(desk)}") from error
    except KeyboardInterrupt:
        left = letters.letters(desk.ledger, [Letter.READY, Letter.RETRY, Letter.SENDING])
        tell(f"停下了：还有 {len(left)} 封没有发，再运行 xlcheck send 接着发。", err=True)
        raise
    counts = found.counts
    tell(
        f"已发 {counts['sent']} 封，稍后再发 {counts['retry']} 封，发不出 {counts['failed']} 封，不确定 {counts['uncertain']} 封。"
    )
    if found.fault:
        raise Fault(f"{found.fault}{_waiting_for_letters(desk)}")
    left = letters.letters(desk.ledger, [Letter.UNCERTAIN, Letter.FAILED])
    for letter in [] if quiet else left:
        tell(_waiting(letter))
    _point_to_missing(desk)
    return int(bool(left))


def _waiting_for_letters(desk: Desk) -> str:
    """That workbooks wait for letters, and how to write them; empty where none does."""
    unwritten = missing(desk)
    if not unwritten:
        return ""
    return f"有 {len(unwritten)} 份检查过的工作簿还没有信（检查时没有设邮件，或名册里没有邮箱）。补写：xlcheck send --missing {desk.folders.root}"


def _point_to_missing(desk: Desk) -> None:
    if said := _waiting_for_letters(desk):
        tell(said)


def _waiting(letter: Posted) -> str:
    """A letter that waits for a person, and what to type."""
    state = LETTER_FOLDERS[Letter(letter.state)]
    ways = ["重发"] if letter.state == Letter.FAILED else ["已收到", "重发"]
    todo = " 或 ".join(f"--as {way}" for way in ways)
    return f"{state}：{letter.subject} → {'、'.join(letter.recipients)}（{letter.said}）。处理：xlcheck send --resolve {letter.id[:8]} {todo}"


def _missing(desk: Desk) -> int:
    """Write the letters that were not written when the workbooks came."""
    written = write_missing(desk)
    for letter in written:
        tell(f"{letter.subject} → {'、'.join(letter.recipients)}")
    tell(f"补写了 {len(written)} 封信，放在“待发”。用 xlcheck send 发出。")
    return 0


def _silent(_: str) -> None:
    """Say nothing."""


def _resolve(desk: Desk, number: str, verdict: str | None) -> int:
    if verdict is None:
        raise Usage("写明怎么处理：--as 已收到（对方收到了），或 --as 重发（再发一次）。")
    letter = resolve(desk, number, arrived=verdict == "已收到")
    tell(f"{letter.subject} → {'、'.join(letter.recipients)}：{LETTER_FOLDERS[Letter(letter.state)]}。")
    return 0


def _dry_run(desk: Desk, chosen: str | None) -> int:
    folder = Path(chosen) if chosen else desk.folders.outbox / "预览"
    if desk.folders.own(folder):
        raise Usage(f"“{folder}”是 xlcheck 自己用的文件夹，请另选一个放预览。")
    todo = [letter for letter in letters.due(desk.ledger, now()) if not outdated(desk, letter)]
    for letter in todo:
        source = outbox.find(desk, letter)
        if source is None:
            tell(f"信件文件不在了：{letter.subject}", err=True)
            continue
        try:
            write_whole(folder / letter.file, source.read_bytes(), private=True)
        except OSError as error:
            raise Fault(f"读不了信件“{source}”：{reason(error)}") from error
        tell(f"{letter.subject} → {'、'.join((*letter.recipients, *letter.copies))}")
    tell(f"没有发信。要发的 {len(todo)} 封写在“{folder}”。" if todo else "没有要发的信。")
    _point_to_missing(desk)
    return 0


def _status(desk: Desk) -> int:
    with desk.alone("send", "另一个 xlcheck 正在发信，请等它结束再看。"):
        recover(desk, tell)
        drop_outdated(desk, tell)
    every = letters.letters(desk.ledger)
    for letter in every:
        if letter.state not in (Letter.SENT, Letter.DROPPED):
            tell(f"{letter.id[:8]} {_waiting(letter) if _needs_a_person(letter) else _under_way(letter)}")
    counts = Counter(LETTER_FOLDERS[Letter(p.state)] for p in every)
    tell("，".join(f"{name} {counts[name]} 封" for name in dict.fromkeys(LETTER_FOLDERS.values())) + "。")
    _point_to_missing(desk)
    if silent := desk.roster.silent:
        more = "……" if len(silent) > _MOST_NAMES else ""
        tell(f"名册里 {len(silent)} 个单位没有邮箱，收不到信：{'、'.join(silent[:_MOST_NAMES])}{more}")
    return int(any(map(_needs_a_person, every)))


def _needs_a_person(letter: Posted) -> bool:
    return letter.state in (Letter.UNCERTAIN, Letter.FAILED)


def _under_way(letter: Posted) -> str:
    """A letter that waits for its time."""
    until = f"，{letter.due[:16].replace('T', ' ')} 后再发" if letter.state == Letter.RETRY and letter.due else ""
    said = f"（{letter.said}{until}）" if letter.said or until else ""
    return f"{LETTER_FOLDERS[Letter(letter.state)]} {letter.subject} → {'、'.join(letter.recipients)}{said}"
