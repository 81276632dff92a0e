"""The tables as the text sees them: the cell of a name, the code of a 科目's name, last year's figure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import NamedTuple

from xlcheck.binding.canonical import row_name
from xlcheck.concepts import Vocabulary
from xlcheck.form import SetSpec
from xlcheck.labels import label_key, plain
from xlcheck.model import Amount, CellKind, Section, Submission, Table
from xlcheck.outcome import CellRef
from xlcheck.profile import CellName

_SCALE = Decimal(1_000_000)
_IN_WAN = {
    "万元": Decimal(1),
    "元": Decimal(1).scaleb(-4),
    "千元": Decimal("0.1"),
    "百元": Decimal("0.01"),
    "亿元": Decimal(10_000),
}
_LENGTHS = (3, 5, 7)
_OF, _SHORT = "的", 2
_ECONOMIC = "基本支出表"
_FUND_TABLES = ("基金表", "国资表", "支出表")
_TOTALS = ("小计", "支出小计", "合计")


class TableFigure(NamedTuple):
    """A figure of a table, in 万元 (or a count), with the unit of its last digit; ``ref`` is the cell for findings.

    ``certain``: nothing about its binding or its kind is in doubt.
    """

    value: Decimal
    ulp: Decimal
    ref: CellRef
    certain: bool
    exact: bool


class Cells:
    """The cells of a submission by name; with none, only what the names of the form tell."""

    def __init__(self, submission: Submission | None, form: SetSpec, vocabulary: Vocabulary) -> None:
        self.submission = submission
        self.form = form
        self.vocabulary = vocabulary
        self._figures: dict[CellName, TableFigure | None] = {}
        self._by_name: dict[str | None, Mapping[str, tuple[str, ...]]] = {}

    def knows(self, name: CellName) -> bool:
        """Whether the workbook (without one: the form) has the table, and in it such a row."""
        if self.submission is None:
            return any(t.key == name.table for t in self.form.tables)
        return self._section(name) is not None

    def has_row(self, name: CellName) -> bool:
        """Whether the table prints the row."""
        section = self._section(name)
        return section is not None and _row(section, name.row) is not None

    def figure(self, name: CellName) -> TableFigure | None:
        """The figure of a cell: 0 for a blank, None where there is none or nobody can tell."""
        if name not in self._figures:
            self._figures[name] = self._figure(name)
        return self._figures[name]

    def _figure(self, name: CellName) -> TableFigure | None:
        section = self._section(name)
        if section is None or self.submission is None:
            return None
        row, column = _row(section, name.row), _column(section, name.column)
        if row is None or column is None or section.spot(row, column) is None:
            return None
        amount = section.amounts[row][column]
        table = self.submission.tables[name.table]
        value = _value(amount)
        if value is None or column in section.absent_columns:
            return None
        return self._made(table, section, (row, column), amount, value)

    def _made(self, table: Table, section: Section, at: tuple[int, int], amount: Amount, value: Decimal) -> TableFigure:
        unit = section.rows[at[0]].unit
        factor = Decimal(1) if unit and unit not in _IN_WAN else _IN_WAN.get(table.currency, Decimal(1))
        ref = self._ref(table, section, at, amount)
        certain = at not in section.doubts and not amount.note
        return TableFigure(
            value * factor, Decimal(amount.ulp) / _SCALE * factor, ref, certain, section.rows[at[0]].exact
        )

    def _ref(self, table: Table, section: Section, at: tuple[int, int], amount: Amount) -> CellRef:
        row = section.rows[at[0]]
        label = " · ".join(p for p in (row.code or row.label or row.key, section.columns[at[1]]) if p)
        sheet = section.sheet(at[0], table.sheet)
        return CellRef(table.spec.number, sheet, section.cell(*at), "right", label, amount.text or None)

    def _section(self, name: CellName) -> Section | None:
        if self.submission is None:
            return None
        table = self.submission.tables.get(name.table)
        if table is None or table.lost or table.absent:
            return None
        section = table.sections.get(name.section) if name.section else next(iter(table.sections.values()), None)
        return None if section is None or section.lost else section

    # --- names ---

    def canonical(self, name: CellName) -> tuple[str, str, str]:
        """Table, row and column as ``xlcheck extract`` names them."""
        words = self.vocabulary.tables.get(name.table)
        title = words.title if words else self._title(name.table)
        section = None if words is None else words.sections.get(name.section or next(iter(words.sections), ""))
        row, column = name.row, name.column
        rows = {} if section is None else section.rows
        if section is not None:
            column = section.columns[column].name if column in section.columns else column
            column = "合计" if column == "本年支出·小计" and name.table == "国资表" else column
        spec = next((t for t in self.form.tables if t.key == name.table), None)
        if spec is not None and any(s.shape.turned for s in spec.sections):
            return title, column, row
        return title, row if row.isdigit() else row_name(rows, row, self._label(name)), column

    def _label(self, name: CellName) -> str:
        """The row's label as the table prints it, else as the form has it."""
        section = self._section(name)
        at = None if section is None else _row(section, name.row)
        if section is not None and at is not None:
            return section.rows[at].label
        specs = [s for t in self.form.tables if t.key == name.table for s in t.sections]
        return next((r.label for s in specs for r in s.rows if r.key == name.row), name.row)

    def _title(self, table: str) -> str:
        return next((t.name for t in self.form.tables if t.key == table), table)

    # --- 科目 ---

    def codes_of(self, table: str, names: Iterable[str]) -> list[str]:
        """The codes whose path of names ends in ``names``: those that the table prints, else those of the list."""
        path = [name_key(n) for n in names if n]
        if not path:
            return []
        printed = [c for c in self._named_so(table, path[-1]) if self._fits(c, path, self._printed[table])]
        kind = "3" if table == _ECONOMIC else "2"  # 经济分类 and 功能分类 share names (公务接待费), never tables
        if printed:
            return printed
        listed = [c for c in self._named_so(None, path[-1]) if c[0] == kind and self._fits(c, path, self._listed)]
        return listed or (self._printed_of_funds(path) if kind == "2" else [])

    def _named_so(self, table: str | None, name: str) -> tuple[str, ...]:
        """The codes with a name that a table prints, in printed order; of the list where the table is None."""
        if table not in self._by_name:
            found: dict[str, list[str]] = {}
            for code, names in (self._listed if table is None else self._printed.get(table, {})).items():
                for one in names:
                    found.setdefault(one, []).append(code)
            self._by_name[table] = {one: tuple(codes) for one, codes in found.items()}
        return self._by_name[table].get(name, ())

    def _printed_of_funds(self, path: list[str]) -> list[str]:
        """Codes that only tables of other funds print: a list of spending of all funds has them too."""
        found = {c for t in _FUND_TABLES for c in self._named_so(t, path[-1]) if self._fits(c, path, self._printed[t])}
        return sorted(found)

    def names_known(self, table: str, names: Iterable[str]) -> bool:
        """Whether each of some names is that of a 科目, though no code has them all."""
        return all(self.codes_of(table, [name]) for name in names)

    def is_of_another(self, table: str, code: str, name: str) -> bool:
        """Whether a name is that of other codes, not of the one that is printed with it."""
        own = {*self._listed.get(code, ()), *self._printed.get(table, {}).get(code, ())}
        return bool(own) and name_key(name) not in own and bool(self.codes_of(table, [name]))

    def _fits(self, code: str, path: list[str], names: Mapping[str, frozenset[str]]) -> bool:
        """Whether a code and those above it have the names, the last one its own."""
        if path[-1] not in names[code]:
            return False
        above = [code[:n] for n in _LENGTHS if n < len(code)]
        for name in reversed(path[:-1]):
            while above and not self._named(above[-1], name, names):
                above.pop()
            if not above:
                return False
            above.pop()
        return True

    def _named(self, code: str, name: str, names: Mapping[str, frozenset[str]]) -> bool:
        return name in names.get(code, frozenset()) or name in self._listed.get(code, frozenset())

    @cached_property
    def _printed(self) -> dict[str, dict[str, frozenset[str]]]:
        """Codes that each table prints, with the keys of their names: as printed there, and as listed."""
        found: dict[str, dict[str, frozenset[str]]] = {}
        for key, table in (self.submission.tables if self.submission else {}).items():
            for section in table.sections.values():
                for row in section.rows:
                    if row.code and row.at is not None and not table.lost:
                        names = {name_key(row.name or row.label), *self._listed.get(row.code, ())}
                        found.setdefault(key, {})[row.code] = frozenset(names)
        return found

    @cached_property
    def _listed(self) -> dict[str, frozenset[str]]:
        return {code: frozenset(map(name_key, names)) for code, names in self.form.codes.items()}

    def subject_names(self) -> Iterator[str]:
        """Every name of a 科目, as the text may print it."""
        for bare in self._bare_names:
            if len(bare) > _SHORT:
                yield bare
                if bare.endswith("支出") and len(bare) > 5:
                    yield bare.removesuffix("支出")
                if _OF in bare:
                    yield from _without_of(bare)

    def short_names(self) -> Iterator[str]:
        """Names of two characters (奖金, 水费), which are names of 科目 only where a figure follows."""
        return (bare for bare in self._bare_names if len(bare) == _SHORT)

    @cached_property
    def _bare_names(self) -> tuple[str, ...]:
        return tuple(plain(name) for names in (*self.form.codes.values(), *self._row_names()) for name in names)

    def _row_names(self) -> Iterator[tuple[str, ...]]:
        for table in self.submission.tables.values() if self.submission else ():
            for section in table.sections.values():
                yield tuple(label_key(row.name or row.label) for row in section.rows if row.code)

    def rows_with_amounts(self, name: CellName, length: int) -> Iterator[CellName]:
        """The rows of a table with codes of so many digits in whose column an amount other than 0 stands."""
        section = self._section(name)
        column = None if section is None else _column(section, name.column)
        if section is None or column is None:
            return
        for r, row in enumerate(section.rows):
            if row.code and len(row.code) == length and _value(section.amounts[r][column]):
                yield name._replace(row=row.code)

    def label_of(self, name: CellName) -> str:
        """What the table calls a row."""
        section = self._section(name)
        at = None if section is None else _row(section, name.row)
        if section is None or at is None:
            return name.row
        return section.rows[at].name or section.rows[at].label or name.row


def _without_of(name: str) -> Iterator[str]:
    """对个人和家庭的补助 is said 对个人和家庭补助 too, and either with 支出 behind it."""
    without = name.replace(_OF, "")
    yield without
    if not without.endswith("支出"):
        yield f"{without}支出"


@lru_cache(maxsize=4096)
def name_key(name: str) -> str:
    """What names of 科目 are compared by: 社会保障和就业支出 = 社会保障和就业, 对个人和家庭的补助 = 对个人和家庭补助."""
    key = label_key(name).replace(_OF, "")
    return key.removesuffix("支出") or key


def _row(section: Section, key: str) -> int | None:
    at = section.codes.get(key) if key in section.codes else section.index.get(key)
    return None if at is None or at >= len(section.rows) or section.rows[at].at is None else at


def _column(section: Section, key: str) -> int | None:
    """The column of a key; the totals of spending tables have several keys, by form."""
    names = dict.fromkeys((key, *_TOTALS)) if key in _TOTALS else (key,)
    return next((section.columns.index(n) for n in names if n in section.columns), None)


def _value(amount: Amount) -> Decimal | None:
    """The figure of a cell; 0 for a blank or a dash, None for what is no figure."""
    if amount.kind in (CellKind.BLANK, CellKind.DASH):
        return Decimal(0) if not amount.note or amount.note == "absent" else None
    if amount.figure is None or amount.kind not in (CellKind.NUMBER, CellKind.TEXT_NUMBER):
        return None
    return Decimal(amount.figure) / _SCALE
