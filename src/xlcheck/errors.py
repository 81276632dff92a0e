"""What can go wrong, by whose hand: the unit's file, our YAML, or the machine.

Each class carries the exit code of the contract, so that the shell needs no table of its own.
"""

from __future__ import annotations

from enum import Enum, StrEnum
from typing import ClassVar, NamedTuple

_LONGEST = 600


class XlcheckError(Exception):
    """Anything xlcheck stops for on purpose. ``str()`` is a Chinese sentence for the user."""

    exit_code: ClassVar[int] = 70


class Usage(XlcheckError):
    """The command was called with arguments that make no sense together."""

    exit_code = 2


class Whose(Enum):
    """Whose fault it is that a workbook could not be checked, and so what helps: another file, another try, or us."""

    FILE = "file"
    MACHINE = "machine"
    EITHER = "either"  # too much for this machine: another try may tell
    US = "us"


class RefusalCode(StrEnum):
    """Why a workbook was not checked: stable, for programs."""

    ARCHIVE = "archive"
    BOMB = "bomb"
    DAMAGED = "damaged"
    DOCTYPE = "doctype"
    DUPLICATE_PARTS = "duplicate_parts"
    EMPTY_DOCUMENT = "empty_document"
    EMPTY_FILE = "empty_file"
    EMPTY_WORKBOOK = "empty_workbook"
    ENCRYPTED = "encrypted"
    NO_CONVERTER = "no_converter"
    NO_REPORT = "no_report"
    NO_WORKBOOK = "no_workbook"
    NOT_DOCUMENT = "not_document"
    NOT_XLSX = "not_xlsx"
    PICTURES_ONLY = "pictures_only"
    TOO_LARGE = "too_large"
    TOO_MANY_CELLS = "too_many_cells"
    TOO_MANY_PARTS = "too_many_parts"
    TOO_MANY_ROWS = "too_many_rows"
    UNKNOWN_FORM = "unknown_form"
    UNREADABLE = "unreadable"
    CRASHED = "crashed"
    OUT_OF_MEMORY = "out_of_memory"
    TIMEOUT = "timeout"
    FAULT = "fault"

    @property
    def whose(self) -> Whose:
        """Whose fault it is."""
        return _NOT_THE_FILES.get(self, Whose.FILE)


_NOT_THE_FILES = {
    RefusalCode.NO_CONVERTER: Whose.MACHINE,
    RefusalCode.UNREADABLE: Whose.MACHINE,
    RefusalCode.CRASHED: Whose.EITHER,
    RefusalCode.OUT_OF_MEMORY: Whose.EITHER,
    RefusalCode.TIMEOUT: Whose.EITHER,
    RefusalCode.FAULT: Whose.US,
}


class Refused(XlcheckError):
    """A workbook that cannot be checked: unreadable, encrypted, hostile, or none of our forms.

    ``code`` is a :class:`RefusalCode` or its value.

    Raises:
        ValueError: there is no such code.
    """

    exit_code = 3

    def __init__(self, code: str, message: str) -> None:
        message = message if len(message) <= _LONGEST else f"{message[:_LONGEST]}……"
        super().__init__(code, message)  # both, so that a refusal survives pickling
        self.code = RefusalCode(code)
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


class Busy(Fault):
    """Another xlcheck is at it: nothing is wrong with the machine, and it may be tried again."""

    exit_code = 2
