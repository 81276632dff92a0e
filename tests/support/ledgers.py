"""Ledgers and rosters as xlcheck would have written them, with every state, and users who write formulas and markup."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from xlcheck.ledger import letters, receipts
from xlcheck.ledger.records import Found, Letter, Posted, Receipt, Status
from xlcheck.ledger.store import Ledger
from xlcheck.office.roster import Roster, Unit
from xlcheck.overview.standing import Overview, overview
from xlcheck.report.report import CheckedWorkbook, Report

YEAR = 2025
MADE = "2026-08-25T09:30:00+08:00"
TODAY = date(2026, 8, 25)
DUE = date(2026, 8, 20)
FORM, OTHER = "shanxi-2023", "shanghai-putuo-2024"
UNITS = (
    Unit(
        "001", "县财政局", department="县政府办", contact="王芳", addresses=("cz@example.cn",), forms=(FORM,), due=DUE
    ),
    Unit("002", "=1+1", department="县政府办", contact="=cmd|' /C calc'!A0", forms=(FORM,), due=DUE),
    Unit("003", "<b>县教育局</b>", department="<i>教体</i>", contact="李'\"&<", forms=(FORM,), due=DUE),
    Unit("004", "县卫健局", department="<i>教体</i>", forms=(FORM,), due=DUE),
    Unit("005", "+县水利局", forms=()),
    Unit("006", "县农业农村局", department="@农口", forms=(FORM, OTHER), due=date(2026, 9, 30)),
)
ROSTER_CSV = """单位代码,单位名称,主管部门,联系人,邮箱,应报表样,截止日期
001,县财政局,县政府办,王芳,cz@example.cn,shanxi-2023,2026-08-20
002,=1+1,县政府办,赵强,,shanxi-2023,2026-08-20
003,<b>县教育局</b>,<i>教体</i>,李,,shanxi-2023,2026-08-20
004,县卫健局,<i>教体</i>,,,shanxi-2023,2020-08-20
005,+县水利局,,,,,
006,县农业农村局,@农口,,,shanxi-2023;shanghai-putuo-2024,2099-09-30
"""


def roster(units: Iterable[Unit] = UNITS) -> Roster:
    return Roster({u.code: u for u in units})


def finding(key: str, state: str = "新增", **more: object) -> Found:
    """A finding of 错误 in 公开03, but for what ``more`` says."""
    plain = Found(
        key,
        "公开03-勾稽-1",
        "错误",
        "公开03",
        "C7",
        f"合计不等于各行之和（{key}）",
        "657.18",
        "669.48",
        "12.30",
        state,
        1,
    )
    return plain._replace(**more)


def receive(
    ledger: Ledger, unit: str, version: int, at: str, found: Iterable[Found] = (), *, form: str = FORM, name: str = ""
) -> Receipt:
    """Record a version with its findings, counted as xlcheck counts them."""
    rows = list(found)
    open_ = [f.severity for f in rows if f.state not in ("已改正", "已说明")]
    receipt = Receipt(
        claim=f"{unit}-{form}-{version}", entry=0, name=name or f"{unit}.xlsx",
        sha256=f"{unit}{version}".rjust(64, "0"), at=at, status=Status.CHECKED, unit=unit,
        unit_name={u.code: u.name for u in UNITS}.get(unit, unit), year=YEAR, form=form, version=version,
        errors=open_.count("错误"), verifies=open_.count("核实"), notes=open_.count("提示"),
        explained=sum(f.state == "已说明" for f in rows), mended=sum(f.state == "已改正" for f in rows),
    )  # fmt: skip
    report = Report(CheckedWorkbook(receipt.name, receipt.sha256))
    with ledger.transaction() as change:
        return receipts.record(change, receipt, report, rows)


def set_aside(ledger: Ledger, name: str, status: Status, at: str, reason: str) -> None:
    with ledger.transaction() as change:
        receipts.record(
            change,
            Receipt(
                claim=name,
                entry=0,
                name=name,
                sha256=hashlib.sha256(name.encode()).hexdigest(),
                at=at,
                status=status,
                unit_name="=某局",
                reason=reason,
            ),
        )


def post(ledger: Ledger, number: str, unit: str, made: str, *states: Letter) -> None:
    """A letter that goes through states."""
    letter = Posted(
        id=number, kind="result", receipt=None, unit=unit, year=YEAR, recipients=("a@example.cn",), copies=(),
        subject="审核结果", message_id=f"<{number}@x>", answers="", state=Letter.READY, attempts=0, due=made, said="",
        made=made, sent="", file=f"{number}.eml", sha256="0" * 64,
    )  # fmt: skip
    with ledger.transaction() as change:
        letters.add(change, letter)
        for state in states:
            letter = letters.move(change, letter, state, **({"sent": made} if state is Letter.SENT else {}))


def fill(ledger: Ledger) -> None:
    """Every state: 001 待改正 (second version), 002 待核实 and late, 003 and 006 已通过, 004 逾期, 005 and 006 nothing."""
    first = [finding("甲"), finding("乙", table="公开10", cell="F9"), finding("丙", severity="提示", table="公开02")]
    receive(ledger, "001", 1, "2026-08-18T10:00:00+08:00", first)
    second = [
        finding("甲", "未改正", difference="-12.30"), finding("丁", table="公开2", since=2, message='=HYPERLINK("http://x")'),
        finding("戊", severity="核实", table="公开10", since=2, expected="", actual="空", difference=""),
        finding("丙", "未改正", severity="提示", table="公开02"), finding("乙", "已改正", table="公开10", cell="F9"),
    ]  # fmt: skip
    receive(ledger, "001", 2, "2026-08-19T16:05:30+08:00", second)
    doubts = [finding(k, severity="核实", table="", cell="", expected="0.125") for k in "己庚"]
    receive(ledger, "002", 1, "2026-08-23T08:00:00+08:00", doubts)
    said = [finding("辛", "已说明", severity="核实", explanation="-1 是@上级<b>调整</b>")]
    receive(ledger, "003", 1, "2026-08-20T23:59:59+08:00", said)
    receive(ledger, "006", 1, "2026-08-24T11:11:11+08:00", form=OTHER)
    set_aside(ledger, "坏\u202ecod.xlsx", Status.REFUSED, "2026-08-21T07:00:00+08:00", "文件已损坏：<不是> 工作簿")
    set_aside(ledger, "@SUM(1).xlsx", Status.UNKNOWN, "2026-08-22T07:00:00+08:00", "表内写的单位“某局”不在名册里")
    post(ledger, "L1", "001", "2026-08-18T11:00:00+08:00", Letter.SENDING, Letter.HANDED, Letter.SENT)
    post(ledger, "L2", "001", "2026-08-19T17:00:00+08:00", Letter.SENDING, Letter.FAILED)
    post(ledger, "L3", "002", "2026-08-23T09:00:00+08:00")


def full(folder: Path) -> Overview:
    """The overview of all that."""
    with Ledger(folder / "台账" / "ledger.sqlite") as ledger:
        fill(ledger)
        return overview(ledger, roster(), YEAR, MADE, TODAY)
