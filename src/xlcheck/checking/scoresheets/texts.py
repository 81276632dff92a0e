"""The arithmetic inside the texts of a score sheet: products that are written out, the rate of execution, what was paid.

Only what a text plainly says is checked: 297人×3,360元=997,920元; 完成全年预算的94.29%; 发放 997920 元，完成全年预算的…;
新增 297 人，标准 3360 元/人，共发放 997920 元. What can be read otherwise is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from xlcheck.form import Severity
from xlcheck.labels import address, plain
from xlcheck.outcome import CellRef, Remark
from xlcheck.scores.sheet import ScoreCell, ScoreSheet, SheetText
from xlcheck.scores.spec import INDICATORS

EQUATION, RATE, AMOUNT, PRODUCT = "P04-01", "P04-02", "P04-03", "P04-04"
_N = r"(\d{1,3}(?:,\d{3})+(?:\.\d{1,6})?|\d{1,15}(?:\.\d{1,6})?)"
_U = r"([^\d×xX*÷/+\-－=＝,，。;；()（）]{0,6}(?:/[^\d×xX*÷+=＝,，。;；()（）]{1,4})?)"
_FACTOR = rf"{_N}{_U}"
_CHAIN = re.compile(rf"{_FACTOR}(?:[×xX*]{_FACTOR})+(?:=約?{_FACTOR})+")
_TERM = re.compile(_FACTOR)
_COMPLETED = re.compile(rf"(全年|年初|调整后)?预算(?:数|资金)?(?:的|完成率?|执行率?)?(?:为|是|达到?|的)?{_N}%")
_EXECUTION = re.compile(rf"(?:预算|资金)?执行率(?:为|是|达到?|完成)?{_N}%")
_PAID = re.compile(
    rf"(?:发放|支付|支出|拨付|列支|使用|执行)[^。；;，,\d]{{0,16}}{_N}(万元|元)[^。；;]{{0,6}}[，,]?(?:占|完成)(?:全年|年初|调整后)?预算"
)
_PEOPLE = re.compile(rf"{_N}(?:人|户|名)(?![/次])")
_STANDARD = re.compile(rf"{_N}元/(?:人|户|名)([,，、·./]?月|每月)?")
_MONEY = re.compile(rf"{_N}(万元|元)(?![/每])")
_WHOLE_YEAR = 12
_SCALES = {"万元": Fraction(10_000), "千元": Fraction(1000), "亿元": Fraction(10**8), "元": Fraction(1)}
_LONGEST_QUOTE = 60
_LONGEST_TEXT = 4_000
_FRACTION = 2


class _Figure(NamedTuple):
    """A figure of a text: its value in 元 (or as it is), half of its last digit."""

    value: Fraction
    half: Fraction
    unit: str

    def meets(self, other: _Figure) -> bool:
        """Whether both may stand for one figure."""
        return abs(self.value - other.value) <= self.half + other.half


class TextEnd(NamedTuple):
    """How a relation of a text ended: its name, whether it holds, and the remark where it does not."""

    rule: str
    holds: bool
    remark: Remark | None = None


def text_ends(sheet: ScoreSheet) -> list[TextEnd]:
    """All relations inside the texts of a sheet, each figure said once."""
    found: list[TextEnd] = []
    seen: set[str] = set()
    for text in sheet.texts:
        bare = plain(text.text[:_LONGEST_TEXT])
        for end in _of_text(sheet, text, bare):
            key = f"{end.rule}{end.remark.params if end.remark else bare}"
            if key not in seen:
                seen.add(key)
                found.append(end)
    found += _of_indicators(sheet)
    return found


def _of_text(sheet: ScoreSheet, text: SheetText, bare: str) -> Iterator[TextEnd]:
    yield from (_equation(sheet, text, match[0]) for match in _CHAIN.finditer(bare))
    yield from _rates(sheet, text, bare)
    yield from _paid(sheet, text, bare)
    product = _product(sheet, text, bare)
    if product is not None:
        yield product


# --- products that are written out -------------------------------------------------------------------


def _equation(sheet: ScoreSheet, text: SheetText, said: str) -> TextEnd:
    """297人×3,360元=997,920元=99.792万元: every result is the product of the factors."""
    factors, *results = said.split("=")
    product = Fraction(1)
    for match in _TERM.finditer(factors):
        figure = _figure(match[1], match[2])
        product *= figure.value
    for result in filter(None, map(_TERM.match, results)):
        stated = _figure(result[1], result[2])
        if not _Figure(product, Fraction(0), "").meets(stated):
            right = _printed(product / _scale(result[2]), result[1])
            params = {"text": _cut(said), "found": result[1] + result[2], "number": right + result[2]}
            return TextEnd(EQUATION, holds=False, remark=_remark(sheet, text, Severity.ERROR, "sheet_equation", params))
    return TextEnd(EQUATION, holds=True)


# --- the rate of execution ----------------------------------------------------------------------------


def _rates(sheet: ScoreSheet, text: SheetText, bare: str) -> Iterator[TextEnd]:
    total = sheet.total_funds
    if total is None:
        return
    rates = [(match[1], match[2], match[0]) for match in _COMPLETED.finditer(bare)]
    rates += [("", match[1], match[0]) for match in _EXECUTION.finditer(bare)]
    for base, digits, said in rates:
        cell = total.cell("执行率")
        whole = _of_base(sheet, base)
        if not cell.value.numeric and whole is None:
            continue
        stated = _figure(digits, "")
        right = [_Figure(cell.value.number, cell.value.ulp / 2, "")] if cell.value.numeric and base != "年初" else []
        right += [whole] if whole is not None else []
        if whole is None and not cell.value.unit and cell.value.number <= _FRACTION:  # 0.43 may be 43 %
            right.append(_Figure(cell.value.number * 100, cell.value.ulp * 50, ""))
        if any(stated.meets(figure) for figure in right):
            yield TextEnd(RATE, holds=True)
        elif right:
            params = {"text": _cut(said), "found": f"{digits}%", "number": f"{_printed(right[0].value, digits)}%"}
            yield TextEnd(
                RATE, holds=False, remark=_remark(sheet, text, Severity.VERIFY, "sheet_rate", params, cell, "执行率")
            )


def _of_base(sheet: ScoreSheet, base: str) -> _Figure | None:
    """What was spent as a share of the budget that a text names."""
    total = sheet.total_funds
    if total is None:
        return None
    spent, budget = total.cell("全年执行数").value, total.cell("年初预算数" if base == "年初" else "全年预算数").value
    if not (spent.numeric and budget.numeric and budget.number):
        return None
    share = spent.number / budget.number * 100
    return _Figure(share, (spent.ulp + budget.ulp) / budget.number * 50, "")


# --- what was paid --------------------------------------------------------------------------------------


def _paid(sheet: ScoreSheet, text: SheetText, bare: str) -> Iterator[TextEnd]:
    total = sheet.total_funds
    cell = total.cell("全年执行数") if total is not None else None
    if cell is None or not cell.value.numeric:
        return
    scale = _SCALES.get(sheet.currency, Fraction(1))
    spent = _Figure(cell.value.number * scale, cell.value.ulp * scale / 2, "元")
    for match in _PAID.finditer(bare):
        stated = _figure(match[1], match[2])
        if stated.meets(spent):
            yield TextEnd(AMOUNT, holds=True)
        else:
            params = {
                "text": _cut(match[0]),
                "found": match[1] + match[2],
                "number": f"{cell.value.text}{sheet.currency}",
            }
            yield TextEnd(
                AMOUNT,
                holds=False,
                remark=_remark(sheet, text, Severity.VERIFY, "sheet_amount", params, cell, "全年执行数"),
            )


# --- so many people, so much each -----------------------------------------------------------------------


def _product(sheet: ScoreSheet, text: SheetText, bare: str) -> TextEnd | None:
    """297 人，3360 元/人，共 997920 元: told only where the text has one of each."""
    people = {match[1] for match in _PEOPLE.finditer(bare)}
    standards = {(match[1], bool(match[2])) for match in _STANDARD.finditer(bare)}
    amounts = {(match[1], match[2]) for match in _MONEY.finditer(bare)}
    if not people or not standards or not amounts:
        return None
    for count in people:
        for standard, monthly in standards:
            for amount in amounts:
                if _is_product(count, standard, _figure(*amount), monthly=monthly):
                    return TextEnd(PRODUCT, holds=True)
    if len(people) > 1 or len(standards) > 1 or len(amounts) > 1:
        return None
    ((count,), ((standard, monthly),), (amount,)) = people, standards, amounts
    product = _value(count) * _value(standard) * (_WHOLE_YEAR if monthly else 1)
    params = {
        "text": _cut(f"{count}人、{standard}元/人{'·月' if monthly else ''}"), "found": amount[0] + amount[1],
        "number": f"{_printed(product / _scale(amount[1]), amount[0])}{amount[1]}",
    }  # fmt: skip
    return TextEnd(PRODUCT, holds=False, remark=_remark(sheet, text, Severity.VERIFY, "sheet_product", params))


def _is_product(count: str, standard: str, amount: _Figure, *, monthly: bool) -> bool:
    """Whether the amount is what so many people get: once, or for a number of months."""
    each = _value(count) * _value(standard)
    months: Sequence[int] = range(1, _WHOLE_YEAR + 1) if monthly else (1, _WHOLE_YEAR)
    return any(_Figure(each * months_paid, Fraction(0), "元").meets(amount) for months_paid in months)


def _of_indicators(sheet: ScoreSheet) -> Iterator[TextEnd]:
    """The standard and the number of people among the indicators, times months, are what was paid; said only where it fits."""
    total = sheet.total_funds
    spent = total.cell("全年执行数").value if total is not None else None
    if spent is None or not spent.numeric:
        return
    scale = _SCALES.get(sheet.currency, Fraction(1))
    amount = _Figure(spent.number * scale, spent.ulp * scale / 2, "元")
    results = [row.cell("完成值").value for row in sheet.rows[INDICATORS]]
    people = [v for v in results if v.numeric and v.unit in ("人", "户", "名")]
    standards = [v for v in results if v.numeric and v.unit.startswith("元/")]
    fits = any(
        _Figure(p.number * s.number * months, Fraction(0), "元").meets(amount)
        for p in people
        for s in standards
        for months in ((1, _WHOLE_YEAR) if "月" in s.unit else (1,))
    )
    if fits:
        yield TextEnd(PRODUCT, holds=True)


# --- figures and remarks --------------------------------------------------------------------------------


def _value(digits: str) -> Fraction:
    return Fraction(Decimal(digits.replace(",", "")))


def _scale(unit: str) -> Fraction:
    return next((scale for name, scale in _SCALES.items() if unit.startswith(name)), Fraction(1))


def _figure(digits: str, unit: str) -> _Figure:
    places = len(digits.partition(".")[2])
    scale = _scale(unit)
    return _Figure(_value(digits) * scale, Fraction(1, 2 * 10**places) * scale, unit)


def _printed(value: Fraction, like: str) -> str:
    """A figure with the decimals of another one."""
    places = len(like.partition(".")[2])
    scaled = int(abs(value) * 10**places + Fraction(1, 2))
    return f"{Decimal(scaled).scaleb(-places):,f}" if "," in like else f"{Decimal(scaled).scaleb(-places):f}"


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_QUOTE else f"{text[:_LONGEST_QUOTE]}…"


def _remark(
    sheet: ScoreSheet, text: SheetText, severity: Severity, code: str, params: dict[str, str],
    cell: ScoreCell | None = None, column: str = "",
) -> Remark:  # fmt: skip
    label = text.label or "文字"
    cells = [CellRef(sheet.name, sheet.sheet, address(*text.at), "subject", label, _cut(text.text))]
    if cell is not None and cell.at is not None:
        cells.append(CellRef(sheet.name, sheet.sheet, cell.cell, "part", cell.label or column, cell.value.text))
    return Remark(None, severity, "performance", code, tuple(cells), params=params)
