"""What stands above a table: whose it is, of which year, in which unit of money, and the number it carries.

A pure function of the texts above a row. What is meant as a year but is none (``202年度``, ``2O23年度``) is no year: it
is told among what is odd.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from xlcheck.labels import simplified
from xlcheck.reading.grid import Cell, Grid

_LONGEST = 120  # characters of a head; what is longer is a remark


class Fact(NamedTuple):
    """A fact with the 1-based (row, column) of its cell and the text there."""

    value: str
    at: tuple[int, int]
    text: str


class Odd(NamedTuple):
    """What is wrong with a head.

    ``what``: ``bad_year`` (meant as a year, but none), ``other_year`` (a year that is not the one above it).
    """

    what: str
    row: int
    column: int
    text: str


class Head(NamedTuple):
    """The facts of one head; None for those that are not there.

    ``year`` is of four digits, ``currency`` 万元 and the like, ``number`` compact: ``公开03``, ``附表3``, ``表3``.
    """

    unit: Fact | None = None
    year: Fact | None = None
    currency: Fact | None = None
    number: Fact | None = None
    odd: tuple[Odd, ...] = ()


# --- words ------------------------------------------------------------------------------------------

_INVISIBLE = re.compile("[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
_ARABIC = "0123456789"
_ZEROS = "〇○◯⚪零oOОо0"
_CHINESE = {
    **dict.fromkeys(_ZEROS, "0"),
    **{c: str(i) for i, c in enumerate("一二三四五六七八九", 1)},
    "壹": "1",
    "贰": "2",
    "两": "2",
}
_DIGIT = f"[{_ARABIC}{''.join(_CHINESE)}lI]"
_MONTH = r"\s*(?:\d{1,2}|[一二三四五六七八九十]{1,3})\s*月"
_RANGE = r"(?!\s*0?1\s*[-—–~至到]\s*12\s*月)"
_YEAR = re.compile(
    rf"(?<![-—–~至到.\d])(?P<lead>截至|截止|自|于)?(?P<digits>{_DIGIT}(?:\s?{_DIGIT}){{1,7}})\s*(?:财政|会计|预算|决算|财)?年(?P<full>度)?"
    rf"(?P<date>{_RANGE}{_MONTH})?"
)
_YEAR_LABEL = re.compile(
    r"(?:会计|决算|预算|财政|所属|报告|填报|公开|编制)?年(?:度|份)(?:[:：]\s*(?P<value>.*))?", re.DOTALL
)
_BARE_YEAR = re.compile(rf"({_DIGIT}{{2,8}})(?:\.0+)?\s*年?度?")

_MONEY = "(?:亿|千万|百万|万|千|百)?元"
_PREFIX = r"[(\[【]?\s*(?:人民币|RMB|CNY|[￥¥])?\s*"
_KIND = r"(?:金\s*额|计量|货币|计价|数据|币值|资金)?\s*单\s*位"
_CURRENCY = re.compile(
    rf"(?:{_KIND}|币种)\s*[:：]\s*{_PREFIX}(?P<money>{_MONEY})(?:人民币)?(?=$|[\s)\]】(,;、。/0-9])", re.IGNORECASE
)
_BARE_CURRENCY = re.compile(
    rf"[(\[【]?\s*(?:{_KIND}\s*)?{_PREFIX}(?P<money>{_MONEY})(?:人民币)?\s*[)\]】]*\s*", re.IGNORECASE
)
_TITLE_CURRENCY = re.compile(rf"表\s*[(\[【]\s*{_PREFIX}(?P<money>{_MONEY})\s*[)\]】]\s*$", re.IGNORECASE)
_CURRENCY_LABEL = re.compile(rf"[(\[【]?\s*{_KIND}\s*[:：]?\s*[)\]】]?")
_ANY_MONEY = re.compile(r"(?:[一-鿿]{0,3}元|[A-Z]{3})$")

_SEAL = r"\s*(?:[(\[]\s*(?:公章|盖章|签章|印章|章|加盖公章|单位公章|盖公章)\s*[)\]]\s*)?"
_LEAD = r"(?:公开|填报|编制|编报|填表|报送|上报|申报|预算|决算|报表|一级预算|二级预算|基层预算|本)?"
_BODY = r"(?:部门\s*[(/、]?\s*单位\s*\)?|单位\s*[(/、]?\s*部门\s*\)?|部门|单位|机构)"
_UNIT = re.compile(rf"{_LEAD}{_BODY}{_SEAL}(?:名称|全称)?{_SEAL}[:：]\s*(?P<name>.*)", re.DOTALL)
_UNIT_LABEL = re.compile(
    rf"(?:{_LEAD}{_BODY}{_SEAL}(?:名称|全称){_SEAL}|(?:编制|填报|编报|公开|预算|决算|填表){_BODY}{_SEAL}|{_LEAD}{_BODY}{_SEAL}[:：])"
)
_SEALED = re.compile(r"\s*[(\[]\s*(?:公章|盖章|签章|印章|章|加盖公章|单位公章|盖公章)\s*[)\]]?")
_BEHIND = re.compile(
    rf"\s*(?:{_DIGIT}{{2,8}}\s*年度?(?:{_MONTH}.*)?$|{_DIGIT}{{4}}\s*年.*$|(?:金额|计量|货币)?单位\s*[:：].*$"
    r"|(?:编制|填报|填表|报送|制表|公开)?\s*(?:日期|时间|人|负责人)\s*[:：].*$|公开\s*\d{1,2}\s*表.*$)",
    re.DOTALL,
)
_GAP = re.compile(r"\s{2,}|\t|\n|\r|　+")

_NUMERALS = {c: i for i, c in enumerate("一二三四五六七八九十", 1)}
_COUNT = r"(?:\d{1,2}|[一二三四五六七八九]?十[一二三四五六七八九]?|[一二三四五六七八九])"
_PART = r"(?:\s*[-—_.]\s*(?P<part{0}>\d{{1,2}}))?"
# The likelier a kind of number is the table's own, the further in front it stands.
_NUMBERS: tuple[tuple[str, str], ...] = (
    (
        "公开",
        rf"(?:部门)?(?:决算|决)?公开(?:部门)?\s*(?:表\s*(?P<n0>{_COUNT})|(?P<m0>{_COUNT})\s*表?)" + _PART.format(0),
    ),
    ("财决", rf"财决\s*(?:公开)?\s*(?P<n1>{_COUNT})" + _PART.format(1) + r"\s*表?"),
    ("GK", r"GK\s*(?P<n2>\d{1,2})" + _PART.format(2) + r"\s*表?"),
    ("Z", r"Z\s*(?P<n3>\d{1,2})" + _PART.format(3) + r"\s*表?"),
    ("附表", rf"附表\s*(?P<n4>{_COUNT})" + _PART.format(4)),
    ("表", rf"(?:决算)?表\s*(?P<n5>{_COUNT})" + _PART.format(5)),
    ("附件", rf"附件\s*(?P<n6>{_COUNT})" + _PART.format(6)),
)
_OWN = [(kind, re.compile(rf"[(\[【]?\s*{text}\s*[)\]】]?\s*[:：]?", re.IGNORECASE)) for kind, text in _NUMBERS]
_FRONT = [
    (
        kind,
        re.compile(
            rf"[(\[【]?\s*{text}\s*[)\]】]?(?P<after>\s*[-—_:：、.．]?\s*)(?![\d一二三四五六七八九十])(?=\D.*表|\D*$)",
            re.IGNORECASE,
        ),
    )
    for kind, text in _NUMBERS
]
_BACK = [(kind, re.compile(rf"(?:\s|[(\[【])\s*{text}\s*[)\]】]?\s*$", re.IGNORECASE)) for kind, text in _NUMBERS]
_PADDED = {"公开", "财决", "GK", "Z"}


class _Said(NamedTuple):
    """What one text says by itself.

    ``unit`` and the like are empty where the text only leads to what stands in the next cell; None: nothing.
    ``number`` has its rank in front; ``firm``: the year is said as a year of accounts, or is all that the text says.
    """

    unit: str | None = None
    year: str | None = None
    firm: bool = False
    alone: bool = False
    bad_year: bool = False
    currency: str | None = None
    number: tuple[int, str] | None = None


_NOTHING = _Said()


def read_head(grid: Grid, until_row: int) -> Head:
    """The facts that the texts above row ``until_row`` give; of several the first one, of years the one of 年度."""
    found = _Reader()
    for row in sorted(r for r in grid.rows if r < until_row):
        cells = grid.rows[row]
        order = sorted(cells)
        for index, _column in enumerate(order):
            found.take(row, order[index:], cells)
    return found.head()


def tab_number(name: str) -> str | None:
    """The number in the name of a sheet: ``公开03 支出决算表``, ``GK03``, ``Z03 支出决算表(财决03表)``, ``表三``."""
    text = _normal(name).strip()
    found = _number(text)
    return found[1] if found else None


class _Reader:
    """Facts as they come in."""

    def __init__(self) -> None:
        self.unit: Fact | None = None
        self.currency: Fact | None = None
        self.firm: Fact | None = None
        self.loose: Fact | None = None
        self.others: list[Fact] = []
        self.number: tuple[int, Fact] | None = None
        self.odd: list[Odd] = []

    def take(self, row: int, columns: Sequence[int], cells: dict[int, Cell]) -> None:
        """One cell, and those behind it in its row."""
        column = columns[0]
        text = cells[column].text
        if len(text) > _LONGEST:
            return
        said = _said_by(text)
        if said is _NOTHING:
            return
        at = (row, column)
        behind = next(((c, cells[c].text.strip()) for c in columns[1:] if cells[c].text.strip()), None)
        self._year(said, at, text, behind)
        self._currency(said, at, text, behind)
        self._unit(said, at, text, behind)
        if said.number and (self.number is None or said.number[0] < self.number[0]):
            self.number = said.number[0], Fact(said.number[1], at, text)

    def _year(self, said: _Said, at: tuple[int, int], text: str, behind: tuple[int, str] | None) -> None:
        if said.bad_year:
            self.odd.append(Odd("bad_year", *at, text))
        year = said.year
        if year == "":  # a label
            if behind is None or len(behind[1]) > 12:
                return
            at, text = (at[0], behind[0]), behind[1]
            if _said_by(text).year or _said_by(text).bad_year:
                return  # it speaks for itself
            match = _BARE_YEAR.fullmatch(_normal(text))
            year = _parsed(match[1]) if match else None
            if year is None:
                self.odd += [Odd("bad_year", *at, text)] if any(c in _ARABIC for c in text) else []
                return
        if year:
            fact = Fact(year, at, text)
            if said.firm and self.firm is None:
                self.firm = fact
            elif said.firm and said.alone:
                self.others.append(fact)
            elif self.loose is None:
                self.loose = fact

    def _currency(self, said: _Said, at: tuple[int, int], text: str, behind: tuple[int, str] | None) -> None:
        if self.currency is not None:
            return
        if said.currency:
            self.currency = Fact(said.currency, at, text)
        elif said.currency == "" and behind is not None and len(behind[1]) <= 12:
            match = _BARE_CURRENCY.fullmatch(_normal(behind[1]))
            if match:
                self.currency = Fact(match["money"], (at[0], behind[0]), behind[1])

    def _unit(self, said: _Said, at: tuple[int, int], text: str, behind: tuple[int, str] | None) -> None:
        if self.unit is not None or said.unit is None:
            return
        if said.unit:
            self.unit = Fact(said.unit, at, text)
        elif behind is not None:
            name = _unit_name(_normal(behind[1]))
            if name and _said_by(behind[1])._replace(bad_year=False) == _NOTHING and not _ends_label(name):
                self.unit = Fact(name, (at[0], behind[0]), behind[1])

    def head(self) -> Head:
        year = self.firm or self.loose
        others = [Odd("other_year", *f.at, f.text) for f in self.others if year is not None and f.value != year.value]
        return Head(
            self.unit,
            year,
            self.currency,
            self.number and self.number[1],
            tuple(sorted([*self.odd, *others], key=lambda o: o[1:3])),
        )


# --- one text ---------------------------------------------------------------------------------------


def _normal(text: str) -> str:
    """Half-width, simplified, without invisible characters; white space stays."""
    return simplified(unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)))


@lru_cache(maxsize=2048)
def _said_by(text: str) -> _Said:
    normal = simplified(unicodedata.normalize("NFKC", _INVISIBLE.sub("", text.replace("　", "  "))))
    pieces = [p for piece in _GAP.split(normal) if (p := piece.strip())]
    if not pieces:
        return _NOTHING
    found = _NOTHING
    for piece in pieces:
        found = _joined(found, _piece(piece, alone=len(pieces) == 1))
    return found if found != _NOTHING else _NOTHING


def _joined(first: _Said, then: _Said) -> _Said:
    """What two pieces of a text say: the first that says a thing counts."""
    if first == _NOTHING:
        return then
    year = first if first.year is not None and (first.firm or not then.firm) else then
    numbers = [n for n in (first.number, then.number) if n]
    return _Said(
        then.unit if first.unit is None else first.unit,
        year.year,
        year.firm,
        alone=False,
        bad_year=first.bad_year or then.bad_year,
        currency=first.currency or then.currency or (first.currency if then.currency is None else then.currency),
        number=min(numbers, default=None),
    )


def _piece(text: str, *, alone: bool) -> _Said:
    """What a text without large gaps in it says; ``alone``: it is all that its cell holds."""
    years = list(_years(text))
    good = next((y for y in years if y.value and y.firm), None) or next((y for y in years if y.value), None)
    bad = any(y.value is None for y in years)
    year, firm, whole = (good.value, good.firm, good.whole) if good else (None, False, False)
    if year is None and not bad and (match := _YEAR_LABEL.fullmatch(text)):
        year, bad, firm = _labelled_year(match["value"])
        whole = True
    currency = _currency(text)
    unit = None if currency == "" and not text.rstrip("：:) ").endswith("单位") else _unit(text)
    if currency:
        unit = unit or None
    number = _number(text)
    if unit is None and year is None and not bad and currency is None and number is None:
        return _NOTHING
    return _Said(unit, year, firm, alone and whole, bad, currency, number)


class _Year(NamedTuple):
    value: str | None  # None: meant as one
    firm: bool
    whole: bool


def _years(text: str) -> Iterator[_Year]:
    """The years in a text; dates are none."""
    if "年" not in text:
        return
    for match in _YEAR.finditer(text):
        digits = match["digits"].replace(" ", "")
        if match["date"]:
            continue
        whole = match[0].strip() == text.strip("()[]【】 ") or (match.end() == len(text) and match.start() == 0)
        value = _parsed(digits)
        if value:
            firm = bool(match["full"]) or whole
            if not match["lead"] or match["full"]:
                yield _Year(value, firm, whole)
        elif _meant(digits, full=bool(match["full"]), whole=whole):
            yield _Year(None, firm=False, whole=whole)


def _parsed(digits: str) -> str | None:
    """``2023`` or ``二〇二三`` as four digits; None for what is no year of our days."""
    if digits.isascii() and digits.isdigit():
        found = digits
    elif all(c in _CHINESE for c in digits) and any(c in "一二三四五六七八九壹贰两" for c in digits):
        found = "".join(_CHINESE[c] for c in digits)
    else:
        return None
    return found if len(found) == 4 and ("1990" <= found <= "2099") else None


def _meant(digits: str, *, full: bool, whole: bool) -> bool:
    """Whether digits that are no year were meant to be one: ``202年度``, ``2O23年度``; not ``近三年``, ``12年``."""
    if not (full or whole):
        return False
    arabic = sum(c in _ARABIC for c in digits)
    if not arabic:
        return len(digits) >= 3 and all(c in _CHINESE for c in digits) and digits[0] in "一二" + _ZEROS
    return len(digits) >= 3 or (whole and full and len(digits) == 2)


def _labelled_year(value: str | None) -> tuple[str | None, bool, bool]:
    """Year (empty: in the next cell), whether it is a bad one, and whether it is firm, behind a label."""
    if not value or not value.strip():
        return "", False, True
    match = _BARE_YEAR.fullmatch(value.strip())
    year = _parsed(match[1]) if match else None
    return year, year is None and match is not None, True


def _currency(text: str) -> str | None:
    """The unit of money; empty where the text leads to it; None where it does not speak of one."""
    if "元" not in text:
        return "" if "单" in text and _CURRENCY_LABEL.fullmatch(text) else None
    for pattern in (_CURRENCY, _TITLE_CURRENCY):
        if match := pattern.search(text):
            return match["money"]
    match = _BARE_CURRENCY.fullmatch(text)
    return match["money"] if match else None


def _unit(text: str) -> str | None:
    """The name of the unit behind its label; empty where it must stand in the next cell."""
    bare = text.lstrip("(（ ")
    match = _UNIT.match(bare)
    if match is None:
        return "" if _UNIT_LABEL.fullmatch(bare) else None
    name = _unit_name(match["name"])
    if not match["name"].strip() or (not name and not _BEHIND.match(match["name"])):
        return ""
    return name or None


def _unit_name(text: str) -> str:
    """A name without what is printed behind it; empty where none is left or it is something else."""
    name = _GAP.split(_BEHIND.sub("", text).strip())[0]
    name = _SEALED.sub("", name).strip(" :：")
    if not name or _BARE_CURRENCY.fullmatch(name) or _ANY_MONEY.fullmatch(name) or _BARE_YEAR.fullmatch(name):
        return ""
    return "" if name.replace(".", "").replace(",", "").isdigit() else name


def _ends_label(text: str) -> bool:
    return text.endswith((":", "：")) or "：" in text or ":" in text


def _number(text: str) -> tuple[int, str] | None:
    """Rank and compact form of a table's number: a short text of its own, or the front or the end of a title."""
    if len(text) > 60:
        return None
    for patterns, method in ((_OWN, "fullmatch"), (_FRONT, "match"), (_BACK, "search")):
        for rank, (kind, pattern) in enumerate(patterns):
            if match := getattr(pattern, method)(text):
                groups = match.groupdict()
                count = next(v for k, v in groups.items() if k[0] in "nm" and v is not None)
                part = next((v for k, v in groups.items() if k.startswith("part") and v), None)
                return rank, _compact(kind, count, part)
    return None


def _compact(kind: str, count: str, part: str | None) -> str:
    value = int(count) if count.isdigit() else _counted(count)
    said = f"{kind}{value:02d}" if kind in _PADDED else f"{kind}{value}"
    return f"{said}-{int(part)}" if part else said


def _counted(text: str) -> int:
    """十二 → 12."""
    tens, ten, ones = text.rpartition("十") if "十" in text else ("", "", text)
    if not ten:
        return _NUMERALS[ones]
    return (_NUMERALS[tens] if tens else 1) * 10 + (_NUMERALS[ones] if ones else 0)
