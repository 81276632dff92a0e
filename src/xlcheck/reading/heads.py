"""What stands above a table: whose it is, of which year, in which unit of money, and the number it carries.

A pure function of the texts above a row. What is meant as a year but is none (``202年度``, ``2O23年度``) is no year: it
is told among what is odd.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from xlcheck.labels import simplified
from xlcheck.reading.grid import Cell, Grid

_LONGEST = 120  # characters of a head; what is longer is a remark
_LONGEST_TITLE = 60


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
_SPREAD_YEAR = re.compile(rf"(?<![\d.])[{_ARABIC}]\s*[{_ARABIC}]\s*[{_ARABIC}]\s*[{_ARABIC}](?=\s*年)")
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
_GAP = re.compile(r"\s{2,}|[\t\n\r　]")
_HALF = {
    **{0xFF01 + i: 0x21 + i for i in range(0x5E)},
    0xFFE5: 0xA5,
    0xA0: 0x20,
    0x2002: 0x20,
    0x2003: 0x20,
    0x202F: 0x20,
}

_NUMERALS = {c: i for i, c in enumerate("一二三四五六七八九十", 1)}
_COUNT = r"(?:\d{1,2}|[一二三四五六七八九]?十[一二三四五六七八九]?|[一二三四五六七八九])"
_NUMBER = (
    r"[(\[【]?\s*(?:部门)?(?:决算|决)?(?P<kind>公开|财决|GK|Z|附表|附件|表)(?:部门|公开)?\s*表?\s*"
    rf"(?P<count>{_COUNT})(?:\s*[-—_.]\s*(?P<part>\d{{1,2}}))?\s*表?\s*[)\]】]?"
)
_OWN = re.compile(rf"{_NUMBER}\s*[:：]?", re.IGNORECASE)
_FRONT = re.compile(rf"{_NUMBER}\s*[-—_:：、.．]?\s*(?![\d一二三四五六七八九十])(?=\D.*表|\D*$)", re.IGNORECASE)
_BACK = re.compile(rf"(?<=[\s(\[【]){_NUMBER}\s*$", re.IGNORECASE)
_RANKS = {"公开": 0, "财决": 1, "GK": 2, "Z": 3, "附表": 4, "表": 5, "附件": 6}  # the table's own ones first
_PADDED = {"公开", "财决", "GK", "Z"}


class _Said(NamedTuple):
    """What one text says by itself.

    ``unit`` and the like are empty where the text only leads to what stands in the next cell; None: nothing.
    ``number`` has its rank in front; ``firm``: 2 for a year of accounts (年度), 1 for one that is all that the text
    says, else 0; ``alone``: the cell holds nothing but the year.
    """

    unit: str | None = None
    year: str | None = None
    firm: int = 0
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
        for column in sorted(cells):
            cell = cells[column]
            if cell.type != "n" and len(cell.text) <= _LONGEST and (said := _said_by(cell.text)) is not _NOTHING:
                found.take(said, (row, column), cells)
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
        self.year: tuple[int, Fact] | None = None
        self.alone: list[Fact] = []
        self.number: tuple[int, Fact] | None = None
        self.odd: list[Odd] = []

    def take(self, said: _Said, at: tuple[int, int], cells: dict[int, Cell]) -> None:
        """What one cell says, with the one behind it in its row (``cells``)."""
        text = cells[at[1]].text
        behind = next(((c, t) for c in sorted(cells) if c > at[1] and (t := cells[c].text.strip())), None)
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
            if self.year is None or said.firm > self.year[0]:
                self.year = said.firm, fact
            if said.alone:
                self.alone.append(fact)

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
            name = _unit_name(_normal(behind[1]), _plain(behind[1]))
            if name and _said_by(behind[1])._replace(bad_year=False) == _NOTHING and not _is_label(name):
                self.unit = Fact(name, (at[0], behind[0]), behind[1])

    def head(self) -> Head:
        year = self.year and self.year[1]
        others = [Odd("other_year", *f.at, f.text) for f in self.alone if year is not None and f.value != year.value]
        odd = tuple(sorted([*self.odd, *others], key=lambda o: (o.row, o.column)))
        return Head(self.unit, year, self.currency, self.number and self.number[1], odd)


# --- one text ---------------------------------------------------------------------------------------


def _plain(text: str) -> str:
    """``text`` simplified and without invisible characters."""
    return simplified(_INVISIBLE.sub("", text))


def _normal(text: str) -> str:
    """The same in half-width characters, one for each."""
    return _plain(text).translate(_HALF)


@lru_cache(maxsize=2048)
def _said_by(text: str) -> _Said:
    plain = _plain(text)
    normal = plain.translate(_HALF)
    if match := _SPREAD_YEAR.search(normal):  # 2 0 2 3 年度: one year, however wide its spaces
        start, end = match.span()
        plain = plain[:start] + "".join(plain[start:end].split()) + plain[end:]
        normal = normal[:start] + "".join(normal[start:end].split()) + normal[end:]
    spans = list(_pieces(normal))
    found = _NOTHING
    for start, end in spans:
        found = _joined(found, _piece(normal[start:end], plain[start:end], alone=len(spans) == 1))
    return found


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    """Where the pieces of a text lie that large gaps divide."""
    start = 0
    for gap in [*_GAP.finditer(text), None]:
        end = gap.start() if gap else len(text)
        if piece := text[start:end].strip():
            first = text.index(piece, start)
            yield first, first + len(piece)
        start = gap.end() if gap else end


def _joined(first: _Said, then: _Said) -> _Said:
    """What two pieces of a text say: the first that says a thing counts."""
    if _NOTHING in (first, then):
        return first if then == _NOTHING else then
    year = first if first.year is not None and (then.year is None or first.firm >= then.firm) else then
    units = [u for u in (first.unit, then.unit) if u is not None]
    currencies = [c for c in (first.currency, then.currency) if c is not None]
    return _Said(
        max(units, key=bool, default=None),
        year.year,
        year.firm,
        alone=False,
        bad_year=first.bad_year or then.bad_year,
        currency=max(currencies, key=bool, default=None),
        number=min([n for n in (first.number, then.number) if n], default=None),
    )


def _piece(text: str, printed: str, *, alone: bool) -> _Said:
    """What a text without large gaps in it says; ``alone``: it is all that its cell holds. ``printed``: in its own width."""
    years = list(_years(text))
    good = max((y for y in years if y.value), key=lambda y: y.firm, default=None)
    bad = any(y.value is None for y in years)
    year, firm, whole = (good.value, good.firm, good.whole) if good else (None, 0, False)
    if year is None and not bad and (match := _YEAR_LABEL.fullmatch(text)):
        year, bad = _labelled_year(match["value"])
        firm, whole = 2, True
    currency = _currency(text)
    unit = None if currency else _unit(text, printed)
    if currency and (named := _unit(text, printed)):
        unit = named
    return _Said(unit, year, firm, alone and whole and bool(year), bad, currency, _number(text))


class _Year(NamedTuple):
    value: str | None  # None: meant as one
    firm: int
    whole: bool


def _years(text: str) -> Iterator[_Year]:
    """The years in a text; dates are none."""
    if "年" not in text:
        return
    for match in _YEAR.finditer(text):
        digits = match["digits"].replace(" ", "")
        if match["date"]:
            continue
        whole = match[0].strip() == text.strip("()[]【】 ")
        full = bool(match["full"])
        value = _parsed(digits)
        if value and (full or not match["lead"]):
            yield _Year(value, 2 if full else int(whole), whole)
        elif not value and _meant(digits, full=full, whole=whole):
            yield _Year(None, 0, whole)


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


def _labelled_year(value: str | None) -> tuple[str | None, bool]:
    """Year (empty: in the next cell), and whether it is a bad one, behind a label."""
    if not value or not value.strip():
        return "", False
    match = _BARE_YEAR.fullmatch(value.strip())
    year = _parsed(match[1]) if match else None
    return year, year is None and match is not None


def _currency(text: str) -> str | None:
    """The unit of money; empty where the text leads to it; None where it does not speak of one."""
    if "元" not in text:
        return "" if "单" in text and _CURRENCY_LABEL.fullmatch(text) else None
    for pattern in (_CURRENCY, _TITLE_CURRENCY):
        if match := pattern.search(text):
            return match["money"]
    match = _BARE_CURRENCY.fullmatch(text)
    return match["money"] if match else None


def _unit(text: str, printed: str) -> str | None:
    """The name of the unit behind its label, as it is printed; empty where it must stand in the next cell."""
    lead = len(text) - len(text.lstrip("( "))
    match = _UNIT.match(text, lead)
    if match is None:
        return "" if _UNIT_LABEL.fullmatch(text, lead) else None
    rest = match["name"]
    name = _unit_name(rest, printed[match.start("name") :])
    return "" if not name and (not rest.strip() or _BEHIND.match(rest)) else name or None


def _unit_name(text: str, printed: str) -> str:
    """A name without what is printed behind it; empty where none is left or it is something else."""
    name = _BEHIND.sub("", text)
    gap = _GAP.search(name.rstrip(), len(name) - len(name.lstrip()))
    name = name[: gap.start()] if gap else name
    seal = _SEALED.search(name)
    name = (name[: seal.start()] if seal else name).rstrip(" :")
    bare = name.strip(" :")
    if not bare or _BARE_CURRENCY.fullmatch(bare) or _ANY_MONEY.fullmatch(bare) or _BARE_YEAR.fullmatch(bare):
        return ""
    return "" if bare.replace(".", "").replace(",", "").isdigit() else printed[: len(name)].strip(" :：")


def _is_label(text: str) -> bool:
    return "：" in text or ":" in text


def _number(text: str) -> tuple[int, str] | None:
    """Rank and compact form of a table's number: a short text of its own, or the front or the end of a title."""
    if len(text) > _LONGEST_TITLE:
        return None
    match = _OWN.fullmatch(text) or _FRONT.match(text) or _BACK.search(text)
    if match is None:
        return None
    kind = match["kind"].upper()
    return _RANKS[kind], _compact(kind, match["count"], match["part"])


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
