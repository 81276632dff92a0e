"""What can go wrong, by whose hand: the unit's file, our YAML, or the machine.

Each class carries the exit code of the contract, so that the shell needs no table of its own.
"""

from __future__ import annotations

from typing import ClassVar, NamedTuple

_LONGEST = 600


class XlcheckError(Exception):
    """Anything xlcheck stops for on purpose. ``str()`` is a Chinese sentence for the user."""

    exit_code: ClassVar[int] = 70


class Usage(XlcheckError):
    """The command was called with arguments that make no sense together."""

    exit_code = 2


class Refused(XlcheckError):
    """A workbook that cannot be checked: unreadable, encrypted, hostile, or none of our forms.

    ``code`` is stable and machine readable (``encrypted``, ``too_large``, ``unknown_form``, …).
    """

    exit_code = 3

    def __init__(self, code: str, message: str) -> None:
        message = message if len(message) <= _LONGEST else f"{message[:_LONGEST]}……"
        super().__init__(code, message)  # both, so that a refusal survives pickling
        self.code = code
        self.message = message

    def __str__(self) -> str:
        return self.message


class DataError(XlcheckError):
    """The data given to ``fill`` do not fit the form. ``mistakes`` holds one sentence each."""

    exit_code = 2

    def __init__(self, mistakes: list[str]) -> None:
        super().__init__(mistakes)
        self.mistakes = mistakes

    def __str__(self) -> str:
        return "\n".join(self.mistakes)


class Mistake(NamedTuple):
    """One mistake in a mapping, with its place (1-based line and column)."""

    file: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.message}"


class MappingError(XlcheckError):
    """A mapping that does not compile; carries *all* mistakes, in file order."""

    exit_code = 4

    def __init__(self, mistakes: list[Mistake]) -> None:
        self.mistakes = sorted(mistakes)
        super().__init__(self.mistakes)

    def __str__(self) -> str:
        return "\n".join(str(m) for m in self.mistakes)


class Fault(XlcheckError):
    """A fault of the machine: disk full, no right to write, no such folder."""
