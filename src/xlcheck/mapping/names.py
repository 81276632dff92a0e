"""The row and the column that a reference names → keys of its section, with every mistake said."""

from __future__ import annotations

from collections.abc import Callable

from xlcheck.form import TOTAL, ColumnSpec, RowKind, RowSpec, SectionSpec
from xlcheck.formula.syntax import Key
from xlcheck.labels import label_key

_WITHOUT_CODES = ("每行", "本行", "各顶级")  # what may be said of rows in a table without codes
_LONGEST_LINE = 2  # digits of a 行次; a longer number is a code


class SectionNames:
    """Resolves the names of one reference to rows that the form fixes.

    ``table`` is how it calls the table, mistakes go to ``say(sentence)``.
    """

    def __init__(self, section: SectionSpec, table: str, say: Callable[[str], None]) -> None:
        self.section = section
        self.table = table
        self.say = say

    def keys(self, row: Key, column: Key | None) -> tuple[Key, Key]:
        """Row and column; a section's only column can be left out."""
        if column is not None:
            return self._row(row), self._column(column)
        columns = self.section.column_keys
        if len(columns) != 1:
            self.say(f"要写明哪一栏：{'、'.join(columns)}")
        return self._row(row), _one(columns[0] if columns else "")

    # --- rows -----------------------------------------------------------------------------------

    def _row(self, key: Key) -> Key:
        if key.kind == "exact":
            return self._exact_row(key.first)
        if key.kind == "range":
            return self._row_range(key)
        if key.kind == "all":
            self.say("行不能写 *，请写 每行")
        elif key.first not in _WITHOUT_CODES and not self._coded():
            self.say(f"这张表没有科目代码，不能用“{key.first}”")
        return key

    def _coded(self) -> bool:
        return self.section.shape.coded or any(row.code for row in self.section.rows)

    def _exact_row(self, text: str) -> Key:
        found = self._found_row(text)
        return _one(found.key if found is not None else text)

    def _row_range(self, key: Key) -> Key:
        first, last = self._found_row(key.first), self._found_row(key.last)
        if first is None or last is None:
            return Key("some")
        rows = _data_rows(self.section)
        return self._run(key, [row.key for row in rows], rows.index(first), rows.index(last))

    def _found_row(self, text: str) -> RowSpec | None:
        found = _find_row(self.section, text)
        if found is None:
            self.say(f"“{self.table}”里没有“{text}”这一行")
        return found

    # --- columns --------------------------------------------------------------------------------

    def _column(self, key: Key) -> Key:
        match key.kind:
            case "all":
                return key
            case "exact":
                return self._exact_column(key.first)
            case "range":
                return self._column_range(key)
        self.say(f"栏不能写“{key.first}”")
        return _one(self.section.column_keys[0])

    def _exact_column(self, text: str) -> Key:
        found = _find_column(self.section, text)
        if found is None:
            keys = self.section.column_keys
            self.say(f"“{self.table}”里没有“{text}”这一栏，有：{'、'.join(keys)}")
            return _one(keys[0])
        return _one(found.key)

    def _column_range(self, key: Key) -> Key:
        first, last = _find_column(self.section, key.first), _find_column(self.section, key.last)
        if first is None or last is None:
            self.say(f"“{self.table}”里没有“{key.first} : {key.last}”这些栏")
            return Key("some")
        keys = list(self.section.column_keys)
        return self._run(key, keys, keys.index(first.key), keys.index(last.key))

    def _run(self, key: Key, keys: list[str], first: int, last: int) -> Key:
        """The keys from one to another, both included."""
        if first > last:
            self.say(f"范围“{key.first} : {key.last}”首尾颠倒")
        return Key("some", key.first, key.last, tuple(keys[first : last + 1]))


class CodeNames(SectionNames):
    """The same for rows that are whatever codes a unit has, and their total."""

    def _exact_row(self, text: str) -> Key:
        if text.isdigit() and len(text) in self.section.lengths:
            return Key("code", text)
        if label_key(text) in self.section.total_names:
            return _one(TOTAL)
        return super()._exact_row(text)

    def _row_range(self, key: Key) -> Key:
        return Key("codes", key.first, key.last)


class RecordNames(SectionNames):
    """The same for a single record, whose columns can be named alone, by their number (栏12)."""

    def keys(self, row: Key, column: Key | None) -> tuple[Key, Key]:
        """Row and column; a column by its number says its row too."""
        field = _numbered_column(self.section, row.first) if column is None else None
        if field is not None:
            return _one(field.row or TOTAL), _one(field.key)
        return super().keys(row, column)


def _one(key: str) -> Key:
    return Key("one", key)


def _data_rows(section: SectionSpec) -> list[RowSpec]:
    return [row for row in section.rows if row.kind is RowKind.DATA]


def _find_row(section: SectionSpec, text: str) -> RowSpec | None:
    """A row by its number, else by its key or label as written, else by a name that is compared like a label."""
    rows = _data_rows(section)
    if text.isdigit():
        return _row_by_number(rows, text)
    exact = next((row for row in rows if text in (row.key, row.label)), None)
    return exact or _row_by_name(rows, label_key(text))


def _row_by_number(rows: list[RowSpec], text: str) -> RowSpec | None:
    """A row by its 行次, else by its code."""
    by_line = _row_of_line(rows, int(text)) if len(text) <= _LONGEST_LINE else None
    return by_line or next((row for row in rows if row.code == text), None)


def _row_of_line(rows: list[RowSpec], line: int) -> RowSpec | None:
    return next((row for row in rows if row.line == line), None)


def _row_by_name(rows: list[RowSpec], wanted: str) -> RowSpec | None:
    return next((row for row in rows if label_key(row.key) == wanted or wanted in row.names), None)


def _find_column(section: SectionSpec, text: str) -> ColumnSpec | None:
    """A column by its number, else by its key, else by the innermost text of one of its headers."""
    wanted = label_key(text)
    by_key = (column for column in section.amounts if label_key(column.key) == wanted)
    by_header = (column for column in section.amounts if _is_headed(column, wanted))
    return _numbered_column(section, text) or next(by_key, None) or next(by_header, None)


def _is_headed(column: ColumnSpec, wanted: str) -> bool:
    """Whether a text is the innermost one of a header of the column."""
    return any(path[-1] == wanted for path in column.names)


def _numbered_column(section: SectionSpec, text: str) -> ColumnSpec | None:
    """A column by the number that is printed over it: 12 or 栏12."""
    digits = text.removeprefix("栏")
    if not digits.isdigit():
        return None
    return next((column for column in section.amounts if column.number == int(digits)), None)
