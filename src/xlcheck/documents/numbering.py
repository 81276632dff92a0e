"""Automatic numbers of a Word document as they are printed: ``一、``, ``（二）``, ``3.1``; they stand in no run."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from lxml import etree

from xlcheck.documents.wordfile import child, name_of, number, switched_on, value
from xlcheck.documents.wordstyles import ListPlace, StyleSheet

_LEVELS = 9
_LONGEST = 60  # characters around a number
_DIGITS = "〇一二三四五六七八九"
_FORMAL = "零壹贰叁肆伍陆柒捌玖"
_STEMS, _BRANCHES = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"
_ROMAN = (
    (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"),
    (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
)  # fmt: skip


class _ListLevel(NamedTuple):
    """One level of a list: where it starts, how its number is written, the text around it."""

    start: int
    form: str
    text: str
    legal: bool


_UNKNOWN_LEVEL = _ListLevel(1, "decimal", "", False)


class Lists:
    """The lists of a document, counting as its paragraphs come."""

    def __init__(self, root: etree._Element | None, styles: StyleSheet) -> None:
        self._styles = styles
        self._links: dict[int, str] = {}
        self._shapes: dict[int, dict[int, _ListLevel]] = {}
        self._lists: dict[int, tuple[int, dict[int, _ListLevel]]] = {}
        self._counts: dict[int, list[int | None]] = {}
        self._started: set[tuple[int, int]] = set()
        for element in root if root is not None else ():
            self._take(element)

    def _take(self, element: etree._Element) -> None:
        name = name_of(element.tag)
        if name == "w:abstractNum":
            shape = number(element, "abstractNumId") or 0
            self._shapes[shape] = _levels(element)
            if (link := value(child(element, "w:numStyleLink"))) is not None:
                self._links[shape] = link
        elif name == "w:num":
            changed = {number(e, "ilvl") or 0: e for e in element if name_of(e.tag) == "w:lvlOverride"}
            shape = number(child(element, "w:abstractNumId")) or 0
            self._lists[number(element, "numId") or 0] = shape, _overrides(changed, self._shapes.get(shape, {}))

    def _linked(self, list_id: int) -> tuple[int, dict[int, _ListLevel]]:
        """The shape of a list and what it has otherwise; a shape may leave its levels to that of a style."""
        pattern, own = self._lists[list_id]
        linked = self._styles.style(self._links[pattern]).list_id if pattern in self._links else None
        return (self._lists[linked][0], own) if linked in self._lists else (pattern, own)

    def next(self, place: ListPlace) -> str:
        """The number of the next paragraph in a list; empty where it has none."""
        if place.list_id not in self._lists:
            return ""
        shape, own = self._linked(place.list_id)
        levels = {**self._shapes.get(shape, {}), **own}
        counts = self._counts.setdefault(shape, [None] * _LEVELS)
        here = levels.get(place.level, _UNKNOWN_LEVEL)
        if place.level in own and (place.list_id, place.level) not in self._started:
            self._started.add((place.list_id, place.level))  # a list that restarts does so once
            counts[place.level] = None
        before = counts[place.level]
        counts[place.level] = here.start if before is None else before + 1
        counts[place.level + 1 :] = [None] * (_LEVELS - place.level - 1)
        return _printed(here, levels, counts)


def _printed(here: _ListLevel, levels: dict[int, _ListLevel], counts: list[int | None]) -> str:
    if here.form in ("none", "bullet"):
        return "" if here.form == "none" else here.text
    text = here.text
    for at in range(_LEVELS):
        if f"%{at + 1}" in text:
            level = levels.get(at, _UNKNOWN_LEVEL)
            count = counts[at]
            form = "decimal" if here.legal else level.form
            text = text.replace(f"%{at + 1}", written(level.start if count is None else count, form))
    return text


def _levels(abstract: etree._Element) -> dict[int, _ListLevel]:
    return {number(e, "ilvl") or 0: _level(e) for e in abstract if name_of(e.tag) == "w:lvl"}


def _level(element: etree._Element) -> _ListLevel:
    start = number(child(element, "w:start"))
    return _ListLevel(
        1 if start is None else start,
        value(child(element, "w:numFmt")) or "decimal",
        (value(child(element, "w:lvlText")) or "")[:_LONGEST],
        switched_on(child(element, "w:isLgl")),
    )


def _overrides(changed: dict[int, etree._Element], shape: dict[int, _ListLevel]) -> dict[int, _ListLevel]:
    """The levels that a list has otherwise than its shape."""
    found = {}
    for at, element in changed.items():
        own, start = child(element, "w:lvl"), number(child(element, "w:startOverride"))
        level = shape.get(at, _UNKNOWN_LEVEL) if own is None else _level(own)
        if own is not None or start is not None:
            found[at] = level if start is None else level._replace(start=start)
    return found


# --- numbers in words -----------------------------------------------------------------------------


def written(count: int, form: str) -> str:
    """A number in a format of Word (``numFmt``); one that is not known is written in digits."""
    write = _FORMS.get(form)
    return write(count) if write is not None and 0 <= count < 100_000 else str(count)


def _counted(digits: str, units: str, count: int, *, one: bool) -> str:
    """A number as it is counted in Chinese; ``one``: 一十 is not shortened to 十."""
    if count == 0:
        return digits[0]
    if count >= 10_000:
        rest = count % 10_000
        lead = _counted(digits, units, count // 10_000, one=one) + "万"
        gap = digits[0] if 0 < rest < 1000 else ""
        return lead + (gap + _counted(digits, units, rest, one=True) if rest else "")
    text, zero = "", False
    for place in (3, 2, 1, 0):
        digit = count // 10**place % 10
        if digit:
            text += (digits[0] if zero and text else "") + digits[digit] + (units[place - 1] if place else "")
        zero = not digit
    return text if one or not 10 <= count < 20 else text[1:]


def _chinese(count: int) -> str:
    return _counted("零" + _DIGITS[1:], "十百千", count, one=False)


def _formal(count: int) -> str:
    return _counted(_FORMAL, "拾佰仟", count, one=True)


def _digitwise(count: int) -> str:
    return "".join(_DIGITS[int(digit)] for digit in str(count))


def _full_width(count: int) -> str:
    return "".join(chr(ord(digit) + 0xFEE0) for digit in str(count))


def _circled(count: int) -> str:
    return chr(0x2460 + count - 1) if 1 <= count <= 20 else str(count)


def _bracketed(count: int) -> str:
    return chr(0x2474 + count - 1) if 1 <= count <= 20 else f"({count})"


def _stopped(count: int) -> str:
    return chr(0x2488 + count - 1) if 1 <= count <= 20 else f"{count}."


def _circled_chinese(count: int) -> str:
    return chr(0x3220 + count - 1) if 1 <= count <= 10 else _chinese(count)


def _of(names: str) -> Callable[[int], str]:
    return lambda count: names[(count - 1) % len(names)] if count > 0 else str(count)


def _zodiac_traditional(count: int) -> str:
    return _STEMS[(count - 1) % 10] + _BRANCHES[(count - 1) % 12] if count > 0 else str(count)


def _letters(count: int) -> str:
    """A … Z, AA, BB, as Word counts."""
    return chr(65 + (count - 1) % 26) * min((count - 1) // 26 + 1, 100) if count > 0 else str(count)


def _roman(count: int) -> str:
    text = ""
    for size, sign in _ROMAN if count < 10_000 else ():
        text += sign * (count // size)
        count %= size
    return text or str(count)


_FORMS: dict[str, Callable[[int], str]] = {
    "chineseCounting": _chinese,
    "chineseCountingThousand": _chinese,
    "taiwaneseCounting": _chinese,
    "taiwaneseCountingThousand": _chinese,
    "japaneseCounting": _chinese,
    "chineseLegalSimplified": _formal,
    "ideographDigital": _digitwise,
    "taiwaneseDigital": _digitwise,
    "japaneseDigitalTenThousand": _digitwise,
    "decimalFullWidth": _full_width,
    "decimalFullWidth2": _full_width,
    "decimalEnclosedCircle": _circled,
    "decimalEnclosedCircleChinese": _circled,
    "decimalEnclosedParen": _bracketed,
    "decimalEnclosedFullstop": _stopped,
    "ideographEnclosedCircle": _circled_chinese,
    "ideographTraditional": _of(_STEMS),
    "ideographZodiac": _of(_BRANCHES),
    "ideographZodiacTraditional": _zodiac_traditional,
    "upperLetter": _letters,
    "lowerLetter": lambda count: _letters(count).lower(),
    "upperRoman": _roman,
    "lowerRoman": lambda count: _roman(count).lower(),
    "decimalZero": lambda count: f"{count:02d}",
    "numberInDash": lambda count: f"- {count} -",
}
