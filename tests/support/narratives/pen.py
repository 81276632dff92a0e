"""Writing with truth: templates are f-strings, and each figure or word of interest leaves a mark where it stands.

A mark is one private-use character; :meth:`Pen.text` replaces marks by what they print and tells where that is.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from support.layouts.units import Key
from support.narratives.accounts import CENT, rounded

_FIRST = 0xE000


@dataclass(frozen=True)
class Mark:
    """Something in a text. ``kind``: amount, rate, share, done, count, budget, other (figures); dir, base, than, name, year, item (words).

    ``standing``: bound, derived or foreign (figures). ``cells``: the cells it may be bound to. ``group``: for names, those
    that could be mistaken for each other; for figures, which list they belong to.
    """

    text: str
    kind: str
    standing: str = ""
    cells: tuple[Key, ...] = ()
    group: str = ""
    relation: str = ""


@dataclass
class Placed:
    """A mark at its place; characters ``start`` to ``end`` of the text."""

    mark: Mark
    start: int
    end: int


@dataclass
class Habits:
    """How an office prints. ``decimals``: fixed, trimmed; ``percent``: 2, 1, trimmed; ``space``: around figures."""

    decimals: str = "fixed"
    percent: str = "2"
    zero: str = "0.00"
    thousands: bool = False
    wide: bool = False  # full-width brackets, percent signs
    space: bool = False
    quotes: str = "“”"
    colon: str = "："
    yuan: bool = False  # amounts in 元
    difference: str = "exact"  # of the exact figures, or of the printed ones

    @classmethod
    def drawn(cls, d: random.Random, wild: bool = True) -> Habits:
        """Habits of one office."""
        found = cls()
        found.decimals = d.choice(("fixed", "fixed", "fixed", "trimmed"))
        found.percent = d.choice(("2", "2", "2", "trimmed", "1"))
        found.zero = d.choice(("0.00", "0", "0"))
        found.difference = d.choice(("exact", "printed"))
        if wild:
            found.thousands = d.random() < 0.15
            found.wide = d.random() < 0.08
            found.space = d.random() < 0.15
            found.quotes = d.choice(("“”", "“”", "“”", '""'))
            found.colon = d.choice(("：", "：", "：", ":"))
        return found


@dataclass
class Pen:
    """Collects paragraphs."""

    habits: Habits
    draw: random.Random
    marks: list[Mark] = field(default_factory=list)
    paragraphs: list[tuple[str, str]] = field(default_factory=list)  # style, text with marks

    # --- marks ---

    def mark(
        self, text: str, kind: str, standing: str = "", cells: tuple[Key, ...] = (), group: str = "", relation: str = ""
    ) -> str:
        """The character that stands for a mark."""
        self.marks.append(Mark(text, kind, standing, cells, group, relation))
        sign = chr(_FIRST + len(self.marks) - 1)
        return f" {sign} " if self.habits.space and standing else sign

    def number(self, cents: int) -> str:
        """0.01 万元 as this office prints it."""
        h = self.habits
        if cents == 0:
            return h.zero
        if h.yuan:
            cents *= 10_000
        whole, rest = divmod(abs(cents), 100)
        said = f"{whole:,}" if h.thousands else str(whole)
        tail = f".{rest:02d}"
        if h.decimals == "trimmed":
            tail = tail.rstrip("0").rstrip(".")
        return ("-" if cents < 0 else "") + said + tail

    def amount(self, fen: int, *cells: Key, group: str = "", relation: str = "", kind: str = "amount") -> str:
        """An amount in 万元; with cells it is theirs, else it stands in the text alone."""
        return self.mark(self.number(rounded(fen)), kind, "bound" if cells else "derived", cells, group, relation)

    def foreign(self, said: object, kind: str = "other") -> str:
        """A figure that belongs to no cell."""
        return self.mark(str(said), kind, "foreign")

    def count(self, n: int, *cells: Key, group: str = "") -> str:
        """A number of things."""
        return self.mark(str(n), "count", "bound" if cells else "derived", cells, group)

    def percent(self, part: int, whole: int, kind: str = "share", places: int | None = None, group: str = "") -> str:
        """A percentage of exact figures, half up; its sign is part of it."""
        if self.habits.difference == "printed" and rounded(whole):
            part, whole = rounded(part), rounded(whole)
        sign = -1 if (part < 0) != (whole < 0) else 1
        style = self.habits.percent
        digits = places if places is not None else 1 if style == "1" else 2
        scaled = abs(part) * 100 * 10**digits
        value = sign * ((2 * scaled + abs(whole)) // (2 * abs(whole))) if whole else 0
        return self.percent_said(value, digits, kind, group)

    def percent_said(self, value: int, digits: int, kind: str, group: str = "") -> str:
        whole, rest = divmod(abs(value), 10**digits)
        said = f"{whole:,}" if self.habits.thousands else str(whole)
        said += f".{rest:0{digits}d}" if digits else ""
        if self.habits.percent == "trimmed" and "." in said:
            said = said.rstrip("0").rstrip(".")
        if value == 0 and self.habits.zero == "0":
            said = "0"
        return self.mark(
            ("-" if value < 0 else "") + said + ("％" if self.habits.wide else "%"), kind, "derived", group=group
        )

    def word(self, said: str, kind: str, group: str = "") -> str:
        """A word that an error may change."""
        return self.mark(said, kind, group=group)

    # --- what offices say ---

    def difference(self, now: int, last: int) -> int:
        """0.01 万元, without its sign; by the habit, of exact or of printed figures."""
        if self.habits.difference == "printed":
            return abs(rounded(now) - rounded(last))
        return rounded(abs(now - last))

    def delta(self, now: int, last: int, kind: str = "delta", base: str = "上年") -> str:
        return self.mark(self.number(self.difference(now, last)), kind, "derived", relation=base)

    def same(self, now: int, last: int) -> bool:
        return rounded(now) == rounded(last)

    def rate(self, now: int, last: int) -> str:
        if self.habits.difference == "printed":
            now, last = rounded(now) * CENT, rounded(last) * CENT
        return self.percent(abs(now - last), abs(last), "rate")

    # --- paragraphs ---

    def p(self, text: str, style: str = "body") -> None:
        """A paragraph."""
        self.paragraphs.append((style, text))

    def h(self, text: str, level: int = 1) -> None:
        """A heading."""
        self.paragraphs.append((f"h{level}", text))

    def finished(self) -> Written:
        """The paragraphs as printed, and where the marks are."""
        lines: list[str] = []
        placed: list[Placed] = []
        at = 0
        for _, text in self.paragraphs:
            said: list[str] = []
            length = 0
            text = self._dressed(text)
            for sign in text:
                n = ord(sign) - _FIRST
                if 0 <= n < len(self.marks):
                    word = self.marks[n].text
                    placed.append(Placed(self.marks[n], at + length, at + length + len(word)))
                    said.append(word)
                    length += len(word)
                else:
                    said.append(sign)
                    length += 1
            lines.append("".join(said))
            at += length + 1
        return Written(lines, [s for s, _ in self.paragraphs], placed)

    def _dressed(self, text: str) -> str:
        h = self.habits
        if h.quotes == '""':
            text = text.replace("“", '"').replace("”", '"')
        if h.colon == ":":
            text = text.replace("：", ":")
        return text


@dataclass
class Written:
    """A text: its paragraphs (their styles), and its marks by place; paragraphs are joined by one line break."""

    lines: list[str]
    styles: list[str]
    placed: list[Placed]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    def figures(self) -> list[Placed]:
        return [p for p in self.placed if p.mark.standing]


def zero(cents_or_fen: int) -> bool:
    """Whether an amount in 分 prints as nothing."""
    return abs(cents_or_fen) * 2 < CENT
