"""What ``xlcheck write`` writes for made-up units, read back and checked: every finding is a mistake of ours.

Units, their workbooks in the layouts of several places, last year's workbook, budgets, reasons and numbers are drawn by
seed; some units have all of these, some a part, some nothing.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple

from support.layouts.draws import OFFICIAL
from support.layouts.render import render
from support.narratives import accounts
from support.narratives.measuring import KINDS
from support.texts import pipeline
from xlcheck.checking.check import check
from xlcheck.documents.document import SentDocument
from xlcheck.model import Submission
from xlcheck.narrative.composing import UnitKnows
from xlcheck.outcome import Outcome
from xlcheck.readdocuments import opened_document
from xlcheck.writing.narrativetext import narrative_file, written

SETS = (
    "national-2023",
    "shanxi-2023",
    "shanghai-putuo-2024",
    "sichuan-2023",
    "guangxi-2023",
    "anhui-2023",
    "hunan-2023",
)
_ORDERS = ("", "putuo", "sichuan", "beijing")
_SHARED = ("231", "232", "234")
_PUTUO = ("307", "312", "313", "399")
_WAN = Decimal(100 * accounts.CENT)


class MadeUp(NamedTuple):
    """A unit as ``xlcheck write`` is given it."""

    seed: int
    now: Submission
    outcome: Outcome
    last: Submission | None
    knows: UnitKnows
    ending: str


def made_up(seed: int) -> MadeUp:
    """Unit number ``seed``."""
    d = random.Random(f"draft {seed}")
    order = d.choice(_ORDERS)
    now, book = _read(seed, order, d, 2021 + seed % 5)
    last = None
    if d.random() < 0.7:
        same = d.random() < 0.5  # the same figures once more: everything 持平
        last = _read(seed if same else seed + 10_000, order, d, 2020 + seed % 5)[0]
    return MadeUp(seed, now, check(now), last, _knows(book, d), d.choice((".docx", ".txt")))


def _read(seed: int, order: str, d: random.Random, year: int) -> tuple[Submission, accounts.Accounts]:
    """A workbook of a unit, read, and what else its text may say."""
    kind = KINDS[seed % len(KINDS)]
    make = accounts.fine_unit if seed % 3 else accounts.whole_unit
    unit, exact = make(seed, kind, year, (*_SHARED, *(_PUTUO if order == "putuo" else ())))
    info = d.random() < 0.5
    tables = OFFICIAL
    if order:
        tables = tables.but(order=order)
    elif info:
        tables = tables.but(info="yes")
    now = pipeline().read(render(unit, tables).data)
    return replace(now, unit=now.unit or "某某市某某局", year=year), accounts.accounts(unit, exact, seed)


def _knows(book: accounts.Accounts, d: random.Random) -> UnitKnows:
    """Budgets of all rows, of some or of none; numbers; a reason."""
    budgets: dict[str, Decimal] = {}
    if d.random() < 0.75:
        given = dict(book.budget) if d.random() < 0.7 else {c: v for c, v in book.budget.items() if d.random() < 0.5}
        for code, value in given.items():
            for row in dict.fromkeys((code, code[:3])):
                budgets[row] = budgets.get(row, Decimal(0)) + Decimal(value) / _WAN
        budgets = {c: v.quantize(Decimal("0.01")) for c, v in budgets.items()}
        if len(given) == len(book.budget):
            total = sum((v for c, v in budgets.items() if len(c) == 7), Decimal(0))
            budgets["一般公共预算财政拨款支出"] = total
    numbers = {}
    if d.random() < 0.6:
        names = (
            "因公出国（境）团组数",
            "因公出国（境）人次数",
            "公务用车购置数",
            "公务用车保有量",
            "公务接待批次数",
            "公务接待人次数",
            "车辆",
            "其他用车",
        )
        count = str(d.randrange(1, 30))
        numbers = dict.fromkeys(names, count) | {"绩效自评项目个数": str(d.randrange(1, 40)), "绩效自评金额": "1234.50"}
    reasons = {"收入支出总计": "人员增加"} if d.random() < 0.5 else {}
    return UnitKnows(reasons, budgets, numbers)


def findings(unit: MadeUp, set_id: str, change: tuple[str, str] = ("", "")) -> Iterator[str]:
    """What is said of the text that ``write`` writes for a unit in the wording of a set's place, ``change`` made in it."""
    paragraphs = written(pipeline().library, set_id, unit.now, unit.last, unit.knows)
    if change[0]:
        paragraphs = [p._replace(text=p.text.replace(*change)) for p in paragraphs]
    read = opened_document(SentDocument(f"文字说明{unit.ending}", narrative_file(paragraphs, unit.ending)))
    for last in (None, unit.last) if unit.last is not None else (None,):
        results = pipeline().texts.check([read], unit.now, unit.outcome, last)
        for counts in results.counts:
            if counts.figures < 20:
                yield f"only {counts.figures} figures read"
            if counts.cannot_say:
                yield f"cannot say {counts.cannot_say} of {counts.figures}"
        for text in results.texts:
            for remark in text.remarks:
                passage = remark.cells[0].passage if remark.cells else None
                yield f"{remark.severity} {remark.rule} {remark.code} ‖ {passage.quote if passage else ''} ‖ {passage.sentence if passage else ''}"
