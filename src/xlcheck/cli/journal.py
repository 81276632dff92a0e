"""``xlcheck journal``: the ledger's journal: verify, list, back up."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from xlcheck.cli.shell import Command, echo
from xlcheck.delivery.desk import forgotten
from xlcheck.errors import Usage
from xlcheck.ledger.records import Letter, Status
from xlcheck.ledger.seals import ROWS
from xlcheck.ledger.store import Ledger
from xlcheck.office.folders import LETTER_FOLDERS, folders
from xlcheck.office.settings import load


@click.command("journal", cls=Command)
@click.argument("what", type=click.Choice(["verify", "show", "backup"]))
@click.argument("place", metavar="[DIR]", default=".")
@click.option("--head", metavar="HASH", default="", help="verify：以前记下的校验值（至少前 16 位），看末尾有没有被截掉")
@click.option("--last", type=click.IntRange(1), default=50, metavar="N", help="show：看最后几条，缺省 50")
@click.option("-o", "--output", metavar="FILE", help="backup：备份到这个文件")
def command(what: str, place: str, head: str, last: int, output: str | None) -> int:
    """台账的流水：verify 检查有没有被改动或损坏，show 看最近发生的事，backup 备份（看守着也能备份）。

    DIR 是工作文件夹（里面有 xlcheck.yaml）。退出码：0 完好，1 有问题。
    """
    root = Path(place)
    found = folders(root, load(root))
    forgotten(found)
    path = found.ledger_file
    if not path.is_file():
        raise Usage(f"还没有台账（{path}）。运行过 xlcheck watch 之后才有。")
    with Ledger(path) as ledger:
        if what == "verify":
            return _verify(ledger, head)
        return _show(ledger, last) if what == "show" else _back_up(ledger, output)


def _show(ledger: Ledger, last: int) -> int:
    rows = ledger.rows("SELECT at, event, subject, data FROM journal ORDER BY seq DESC LIMIT ?", last)
    for at, event, subject, data in reversed(rows):
        echo(f"{at[:19].replace('T', ' ')} {_told(event, subject, json.loads(data))}")
    return 0


def _back_up(ledger: Ledger, output: str | None) -> int:
    if not output:
        raise Usage("写明备份到哪里：-o 文件名。")
    if Path(output).exists():
        raise Usage(f"“{output}”已经有了，请换一个文件名：备份不盖掉任何文件。")
    ledger.backup(Path(output))
    echo(f"已备份到“{output}”。")
    return 0


_SHORTEST_HEAD = 16
_STATUS: dict[str, str] = {
    Status.CHECKED: "检查", Status.REPEATED: "重复", Status.REFUSED: "读不了", Status.UNKNOWN: "无法识别",
}  # fmt: skip
_DECIDED = {"assign": "改判", "count": "指定算数：", "forget": "作废", "restore": "恢复"}
_VERDICTS = {"taken": "取了附件", "nothing": "没有工作簿", "set_aside": "放在一边"}


def _told(event: str, subject: str, data: dict[str, Any]) -> str:
    """A line of the journal in words; one of another version of xlcheck as it stands."""
    match event, data:
        case "received", {"status": status, "name": name, "sha256": sha256, "counts": counts}:
            return f"收到第 {subject} 份，{_received(status, data, counts)}（{name}，SHA-256 {sha256[:12]}）"
        case "filed", {"workbooks": count}:
            return f"归档 {subject}，{count} 份工作簿"
        case "letter", {"state": state}:
            return f"信件 {subject[:8]} {_LETTERS.get(state, state)}{_after('，单位 ', data, 'unit')}{_after('：', data, 'said')}"
        case (("assign" | "count" | "forget" | "restore"), {"name": name}):
            return f"人工{_DECIDED[event]}第 {subject} 份{_after('，单位 ', data, 'unit')}{_after('，年度 ', data, 'year')}（{name}）"
        case "mail", {"sender": sender, "verdict": verdict}:
            return f"来信 {subject}，{sender or '没有发件人'}：{_VERDICTS.get(verdict, verdict)}"
    facts = "，".join(f"{k}={v}" for k, v in data.items() if k != ROWS)
    return f"{_EVENTS.get(event, event)} {subject} {facts}".rstrip()


def _received(status: str, data: dict[str, Any], counts: dict[str, int]) -> str:
    """What a workbook was answered."""
    found = (
        f"：{_after('', data, 'result')}{'，' if data.get('result') else ''}{_counted(counts)}"
        if status == Status.CHECKED
        else ""
    )
    return f"{_STATUS.get(status, status)}{_version(data)}{found}"


def _version(data: dict[str, Any]) -> str:
    return f" {data['unit']} 第 {data['version']} 版" if data.get("version") else ""


def _counted(counts: dict[str, int]) -> str:
    return "，".join(f"{k} {counts[k]}" for k in ("错误", "核实", "提示") if k in counts)


def _after(lead: str, data: dict[str, Any], key: str) -> str:
    """What an entry says under ``key``, after ``lead``; empty if it says nothing there."""
    return f"{lead}{data[key]}" if data.get(key) else ""


_EVENTS = {
    "schema": "建账", "sealed": "原有记录封存", "rows": "记录", "roster": "名册", "proposed": "列入名册建议", "adopted": "归入单位",
    "again": "放回收件",
}  # fmt: skip
_LETTERS = {state.value: name for state, name in LETTER_FOLDERS.items()} | {Letter.HANDED.value: "交给服务器"}


def _verify(ledger: Ledger, head: str) -> int:
    head = head.strip().lower()
    if head and (len(head) < _SHORTEST_HEAD or set(head) - set("0123456789abcdef")):
        raise Usage(f"--head 的校验值至少要写前 {_SHORTEST_HEAD} 位，只有数字和 a 到 f。")
    found = ledger.verify(head)
    for mistake in found.mistakes:
        echo(mistake)
    if found.mistakes:
        echo(f"台账有问题，共 {len(found.mistakes)} 处。请停用，用备份恢复，并查明原因。")
        return 1
    echo(f"完好：{found.lines} 条流水，首尾相接。校验值（可抄下备查）：{found.head}")
    return 0
