"""What judging a text has to say, as remarks: where it stands, what it says, what it should say."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from xlcheck.form import Severity
from xlcheck.narrative.prose import TextLine
from xlcheck.narrative.statements import Item, Role, TextFigure
from xlcheck.outcome import CellRef, Remark, TextPlace

CATEGORY = "text"
ERROR, VERIFY, NOTE = Severity.ERROR, Severity.VERIFY, Severity.NOTE
_LONGEST_SENTENCE = 400


class Speaker:
    """Makes remarks about one document. ``text`` is the document's text, from which quotes are taken as printed."""

    def __init__(self, document: str, text: str) -> None:
        self.document = document
        self.text = text

    def place(self, figure: TextFigure, role: str = "subject", label: str = "") -> CellRef:
        """A figure of the text as a cell of a finding."""
        return self.passage(figure.start, figure.end, figure.sentence, role, label)

    def passage(self, start: int, end: int, sentence: str, role: str = "subject", label: str = "") -> CellRef:
        """A passage as a cell of a finding."""
        quote = self.text[start:end]
        place = TextPlace(self.document, start, end, quote, sentence[:_LONGEST_SENTENCE])
        return CellRef("", None, None, role, label, "".join(quote.split()), passage=place)

    def line(self, line: TextLine, role: str = "subject", label: str = "") -> CellRef:
        """A whole line (a heading) as a cell of a finding."""
        lead = len(line.text) - len(line.text.lstrip())
        bare = line.text.strip()
        return self.passage(line.start + lead, line.start + lead + len(bare), "".join(bare.split()), role, label)

    def remark(
        self, rule: str, severity: Severity, code: str, cells: Sequence[CellRef],
        *, expected: str | None = None, actual: str | None = None, difference: str | None = None,
        unit: str | None = None, **params: str,
    ) -> Remark:  # fmt: skip
        """A remark of a rule of texts."""
        return Remark(
            rule, severity, CATEGORY, code, tuple(cells), expected, actual, difference, None, unit,
            params,
        )  # fmt: skip


def name_of(item: Item) -> str:
    """What an item is called in findings."""
    return item.label or (item.subject.name if item.subject else "")


def role_name(role: Role, item: Item) -> str:
    """A figure of an item in words: 基本支出的决算数."""
    words = {
        Role.ACTUAL: "决算数", Role.BUDGET: "预算数", Role.LAST: "上年数", Role.CHANGE: "增减额", Role.RATE: "增减率",
        Role.SHARE: "占比", Role.COMPLETION: "完成率", Role.NUMBER: "数量", Role.GAP: "差额", Role.DEVIATION: "预决算差异率",
    }  # fmt: skip
    return f"{name_of(item)}的{words[role]}"


def number(value: Decimal) -> str:
    """A figure without what does not count: 2.50 stays, 2.000000 is 2."""
    text = format(value, "f")
    if "." in text:
        whole, _, decimals = text.partition(".")
        kept = decimals.rstrip("0")
        text = f"{whole}.{kept.ljust(2, '0')}" if kept else f"{whole}.00" if len(decimals) >= 2 else whole
    return text
