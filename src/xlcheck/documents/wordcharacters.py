"""What single elements of a run print: text with or without its outer blanks, symbols."""

from __future__ import annotations

from typing import NamedTuple

from lxml import etree

_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_BLANKS = " \t\r\n"
_LINES = str.maketrans("\t\r\n", "   ")
_LINE_ENDS = {0x0B: " ", 0x0C: " ", 0x85: " ", 0x2028: " ", 0x2029: " "}
# Signs of the font Symbol that figures and comparisons are written with; its digits and ASCII signs are ASCII.
_SYMBOL = {
    0x2D: "−", 0xA3: "≤", 0xA5: "∞", 0xB0: "°", 0xB1: "±", 0xB3: "≥", 0xB4: "×", 0xB7: "•", 0xB8: "÷", 0xB9: "≠",
    0xBB: "≈", 0xBC: "…", 0x44: "Δ", 0x53: "Σ", 0xE5: "∑",
}  # fmt: skip
_ASCII_IN_SYMBOL = frozenset({*range(0x20, 0x40), 0x5B, 0x5D, 0x5F, 0x7B, 0x7C, 0x7D}) - {0x22, 0x24, 0x27, 0x2A, 0x2D}


class ShownText(NamedTuple):
    """What an element prints, the element, and which character of its own text comes first."""

    text: str
    element: etree._Element
    at: int


def shown(element: etree._Element) -> ShownText:
    """The text of a ``w:t``: without outer blanks unless they are said to stay; line ends in it are blanks."""
    text = element.text or ""
    at = 0
    if text and (text[0] in _BLANKS or text[-1] in _BLANKS) and element.get(_SPACE) != "preserve":
        bare = text.lstrip(_BLANKS)
        at = len(text) - len(bare)
        text = bare.rstrip(_BLANKS)
    if not text.isprintable():
        text = text.translate(_LINES).translate(_LINE_ENDS)
    return ShownText(text, element, at)


def symbol(code: str, font: str) -> str:
    """A ``w:sym``: its character, of the font Symbol the usual one for it; empty where there is none."""
    try:
        number = int(code, 16)
    except ValueError:
        return ""
    if not 0x20 <= number < 0xD800 and not 0xE000 <= number < 0x10000:
        return ""
    if font.strip().lower() == "symbol":
        low = number - 0xF000 if 0xF000 <= number <= 0xF0FF else number
        if low in _SYMBOL or low in _ASCII_IN_SYMBOL:
            return _SYMBOL.get(low) or chr(low)
    return chr(number)
