"""The forms of sentences, ``完成 [年初预算|预算] [连*] 百分比=完成率``, → regular expressions over classes of words.

Every class of words is one character, so that a sentence is a short string and a form a pattern over it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_PIECES = re.compile(r"\s*([\[\]()|*]|[^\s\[\]()|*]+)")
FIGURES = ("金额", "百分比", "数量")


class FormError(Exception):
    """What is wrong with a form, in a sentence."""


def compile_form(form: str, classes: Mapping[str, str]) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The pattern of a form, and its slots: (name of the group, identity of the figure in it).

    Raises:
        FormError: with what is wrong.
    """
    return _FormCompiler(form, classes).compiled()


class _FormCompiler:
    def __init__(self, form: str, classes: Mapping[str, str]) -> None:
        self.form = form
        self.classes = classes
        self.slots: list[tuple[str, str]] = []
        self.open: list[str] = []
        self.parts: list[str] = []

    def compiled(self) -> tuple[str, tuple[tuple[str, str], ...]]:
        for match in _PIECES.finditer(self.form):
            self._take(match[1])
        if self.open:
            raise FormError(f"句式“{self.form}”的括号没有配对")
        pattern = "".join(self.parts)
        try:
            if re.compile(pattern).match(""):
                raise FormError(f"句式“{self.form}”什么都没有要求")
        except re.error as error:
            raise FormError(f"句式“{self.form}”写得不对") from error
        return pattern, tuple(self.slots)

    def _take(self, piece: str) -> None:
        if piece in "[(":
            self.open.append(piece)
            self.parts.append("(?:")
        elif piece in "])":
            if not self.open or self.open.pop() != {"]": "[", ")": "("}[piece]:
                raise FormError(f"句式“{self.form}”的括号没有配对")
            self.parts.append(")?" if piece == "]" else ")")
        elif piece in "|*":
            self.parts.append(piece)
        else:
            self.parts.append(self._word(piece))

    def _word(self, piece: str) -> str:
        name, _, slot = piece.partition("=")
        if name not in self.classes:
            raise FormError(f"句式“{self.form}”：没有“{name}”这个词类")
        sign = re.escape(self.classes[name])
        if not slot:
            return sign
        group = f"s{len(self.slots)}"
        self.slots.append((group, slot))
        return f"(?P<{group}>{sign})"
