"""The forms of sentences, ``完成 [年初预算|预算] [连*] 百分比=完成率``, → regular expressions over classes of words.

Every class of words is one character, so that a sentence is a short string and a form a pattern over it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

_PIECES = re.compile(r"\s*([\[\]()|*]|[^\s\[\]()|*]+)")
_CLOSING = {"[": "]", "(": ")"}


class FormError(Exception):
    """What is wrong with a form, in a sentence."""


class CompiledForm(NamedTuple):
    """A form: its pattern, its slots (name of the group, identity of the figure), the classes it may begin with."""

    pattern: str
    slots: tuple[tuple[str, str], ...]
    firsts: str


class _FormPart(NamedTuple):
    """A piece of a form: its pattern, the characters it may begin with, whether it may be nothing at all."""

    pattern: str
    firsts: str
    empty: bool


def compile_form(form: str, classes: Mapping[str, str]) -> CompiledForm:
    """A form, compiled.

    Raises:
        FormError: with what is wrong.
    """
    return _FormCompiler(form, classes).compiled()


class _FormCompiler:
    """Reads a form from left to right; brackets are read by recursion."""

    def __init__(self, form: str, classes: Mapping[str, str]) -> None:
        self.form = form
        self.classes = classes
        self.slots: list[tuple[str, str]] = []
        self.pieces = [match[1] for match in _PIECES.finditer(form)]
        self.at = 0

    def compiled(self) -> CompiledForm:
        part = self._choice()
        if self.at < len(self.pieces):
            raise FormError(f"句式“{self.form}”的括号没有配对")
        if part.empty:
            raise FormError(f"句式“{self.form}”什么都没有要求")
        return CompiledForm(part.pattern, tuple(self.slots), "".join(dict.fromkeys(part.firsts)))

    def _peek(self) -> str:
        return self.pieces[self.at] if self.at < len(self.pieces) else ""

    def _choice(self) -> _FormPart:
        parts = [self._sequence()]
        while self._peek() == "|":
            self.at += 1
            parts.append(self._sequence())
        if len(parts) == 1:
            return parts[0]
        pattern = "|".join(p.pattern for p in parts)
        return _FormPart(f"(?:{pattern})", "".join(p.firsts for p in parts), any(p.empty for p in parts))

    def _sequence(self) -> _FormPart:
        pattern, firsts, empty = "", "", True
        while self._peek() not in ("", "|", "]", ")"):
            part = self._repeated()
            pattern += part.pattern
            firsts += part.firsts if empty else ""
            empty = empty and part.empty
        return _FormPart(pattern, firsts, empty)

    def _repeated(self) -> _FormPart:
        part = self._piece()
        if self._peek() == "*":
            self.at += 1
            return _FormPart(f"(?:{part.pattern})*", part.firsts, empty=True)
        return part

    def _piece(self) -> _FormPart:
        piece = self._peek()
        self.at += 1
        if piece == "*":
            raise FormError(f"句式“{self.form}”的“*”前面没有词类")
        if piece not in _CLOSING:
            return self._word(piece)
        inner = self._choice()
        if self._peek() != _CLOSING[piece]:
            raise FormError(f"句式“{self.form}”的括号没有配对")
        self.at += 1
        return (
            _FormPart(f"(?:{inner.pattern})?", inner.firsts, empty=True)
            if piece == "["
            else _FormPart(f"(?:{inner.pattern})", *inner[1:])
        )

    def _word(self, piece: str) -> _FormPart:
        name, _, slot = piece.partition("=")
        if name not in self.classes:
            raise FormError(f"句式“{self.form}”：没有“{name}”这个词类")
        sign = self.classes[name]
        if not slot:
            return _FormPart(re.escape(sign), sign, empty=False)
        group = f"s{len(self.slots)}"
        self.slots.append((group, slot))
        return _FormPart(f"(?P<{group}>{re.escape(sign)})", sign, empty=False)
