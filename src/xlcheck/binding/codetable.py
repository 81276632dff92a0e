"""Tables whose rows are codes (02, 03, 05, 07, 08 and their like): lead columns, total row, header, slots."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from xlcheck.binding.byunit import units_listed
from xlcheck.binding.codes import Lead, code_groups
from xlcheck.binding.columns import (
    any_filled,
    bodies_of,
    candidates,
    columns_in,
    columns_of,
    filled_columns,
    has_figures,
    headed_by,
    header_rows,
    place_header,
    plain_lines,
    without_words,
)
from xlcheck.binding.evidence import close
from xlcheck.binding.frame import Column, Frame
from xlcheck.binding.judging import FigureJudge
from xlcheck.binding.names import named_group
from xlcheck.binding.reading import Context, Reading, RowRead, SectionRead
from xlcheck.binding.slots import CERTAIN, LIKELY, SlotChoice, Slots
from xlcheck.binding.words import total_word
from xlcheck.form import TOTAL, SectionSpec

_FLOW = ("年初结转和结余", "本年收入", "年末结转和结余")
_MOST_HEADER_ROWS = 5  # where no code says that the body begins
_TOTAL_WITHIN = 8  # rows above the first and below the last code
_LEAD_WITHIN = 4  # columns from the left, in which the word of a total row begins it
_FEWEST_COLUMNS = 3  # with headings of its own, that make a region the table
_MOST_MISSED = 2


def bind_codes(reading: Reading, section: SectionSpec, context: Context) -> SectionRead:
    """Bind the one section of a code table."""
    binding = _CodeSection(reading, section, context)
    lead = reading.once(("lead", section.key), lambda: lead_of(reading.frame, context, section))
    if lead is None:
        binding.bind_without_codes()
    else:
        binding.bind_coded(lead)
    return binding.read


def points_of_rows(_section: SectionRead) -> float:
    """Nothing: that rows have codes says nothing for one table of codes or another."""
    return 0.0


def is_specific(reading: Reading) -> bool:
    """Whether nearly all columns of a code table have its own headings."""
    section = next(iter(reading.sections.values()))
    certain = list(section.column_grades.values()).count(CERTAIN)
    return certain >= max(_FEWEST_COLUMNS, len(section.spec.column_keys) - _MOST_MISSED)


def lead_of(frame: Frame, context: Context, section: SectionSpec) -> Lead | None:
    """The first group of codes of the region, else one found by the names of codes."""
    groups = code_groups(frame)
    functional = 7 in section.lengths  # economic codes have no 项
    wanted = "2" if functional else "3"
    fitting = [g for g in groups if sum(c.startswith(wanted) for c in g.codes.values()) * 2 >= len(g.codes)]
    if fitting:
        return fitting[0]
    if groups and not functional:
        return groups[0]
    return named_group(frame, context, wanted)


class _CodeSection:
    """The section of a code table while it is bound."""

    def __init__(self, reading: Reading, section: SectionSpec, context: Context) -> None:
        self.reading = reading
        self.frame = reading.frame
        self.section = section
        self.context = context
        self.leads = context.words.leads
        self.place = (reading.spec.key, section.key)
        self.read = SectionRead(section)

    def bind_coded(self, lead: Lead) -> None:
        """Bind a table whose rows are those of ``lead``."""
        totals, header, columns = self.reading.once(("layout", self.section.key), lambda: self._layout(lead))
        rows = [*sorted(lead.codes), *totals]
        place_header(self.reading, header, min(rows))
        self.read.lead_at = {"code": lead.columns[0], "name": lead.name or lead.columns[0]}
        self._bind_columns(columns, dict(lead.codes) | dict.fromkeys(totals[:1], TOTAL))
        self._bind_total(totals)
        self.read.rows += _rows_read(lead)
        units = units_listed(self.frame, lead)
        if units:
            self.read.lost = f"分单位列示（{units} 个单位），一个科目有几行"
            self.reading.said.append(("rows_by_unit", {"count": str(units)}))
            return
        self.read.lost = self._lost(lead, rows)
        strays = self._strays({*header, *rows}, totals)
        self.read.strange = [(r, _lead_text(self.frame, r, lead)) for r in strays]

    def _layout(self, lead: Lead) -> tuple[list[int], list[int], list[Column]]:
        """The total rows, the rows of the header, and the columns of figures beside the rows of ``lead``."""
        totals = _TotalRows(self.frame, lead, self.context.totals(self.reading.kind, self.section)).rows()
        rows = [*lead.codes, *totals]
        header = header_rows(self.frame, min(rows))
        return totals, header, columns_of(self.frame, header, lead.last, rows, totals)

    def bind_without_codes(self) -> None:
        """Bind a table that holds no code: an empty one has nothing to bind, one with figures can't be read."""
        frame = self.frame
        totals = _total_lines(frame)
        counts = frame.count_row(0, frame.end)
        first = min(totals, default=frame.end)
        header = self._header_above(counts or first)
        place_header(self.reading, header, (counts + 1) if counts else first)
        self.read.rows.append(RowRead(TOTAL, TOTAL, next(iter(totals), None)))
        if header:
            columns = columns_of(frame, header, 0, totals, totals)
            self._bind_columns(self._right_of_leads(columns), dict.fromkeys(totals[:1], TOTAL))
        body = [r for r in frame.lines if r > max(header, default=0) and r != counts]
        if not any_filled(frame, body):  # whichever column it is, nothing stands there
            self.read.column_grades = dict.fromkeys(self.read.column_grades, CERTAIN)
        if any_filled(frame, set(body).difference(totals)):
            self.read.lost = "没有认出科目代码，不知道每一行是哪个科目"

    def _header_above(self, first: int) -> list[int]:
        """The rows without a figure above the first of the body, where no code says that it begins."""
        above = [r for r in self.frame.lines if r < first and not has_figures(self.frame, r)]
        return above[:_MOST_HEADER_ROWS]

    def _right_of_leads(self, columns: Sequence[Column]) -> list[Column]:
        """Columns right of the last one that is headed 科目编码 or 科目名称."""
        words = self.leads["code"] | self.leads["name"] | self.leads["codename"]
        last = max((c.at for c in headed_by(self.frame, columns, words)), default=0)
        return [c for c in columns if c.at > last]

    def _bind_columns(self, columns: Sequence[Column], rows: Mapping[int, str]) -> None:
        """Bind concepts to columns by headings, and by the figures of ``rows`` (row → code)."""
        read, section = self.read, self.section
        read.paths = {c.at: c.path for c in columns}
        if not columns:
            return
        choice, judge = self.reading.once(("choice", section.key), lambda: self._choice(columns, rows))
        expected = self.context.expected(self.place, dict.fromkeys(rows.values()), section.column_keys)
        bound = choice.bound(judge.told(expected))
        read.column_at, read.column_grades, read.rivals = bound.at, bound.grades, bound.rivals
        slots = self._slots()
        read.open = [at for at in bound.open if not _part_of_known(read.paths[at], slots)]

    def _choice(self, columns: Sequence[Column], rows: Mapping[int, str]) -> tuple[SlotChoice, FigureJudge]:
        """What headings leave open of the columns, and what figures say to it: the same whatever other tables say."""
        usable = without_words(self.frame, columns, self.leads["line"] | self.leads["name"] | self.leads["code"])
        slots = self._slots()
        bodies = bodies_of(self.frame, usable, rows)
        figured = [c.at for c in columns_in(candidates(usable, slots), filled_columns(bodies))]
        numbers = {c.key: c.number or 0 for c in self.section.amounts}
        judge = FigureJudge(self.context.evidence, self.place, bodies, figured)
        return slots.choice(usable, bodies, numbers), judge

    def _slots(self) -> Slots:
        dropped = _FLOW if self._spending_alone() else ()
        return self.context.slots(self.reading.kind, self.section, dropped, others=True)

    def _spending_alone(self) -> bool:
        """Whether the title of 国资表 speaks of 支出 alone."""
        return self.reading.kind == "国资表" and self.reading.region.kinds[:1] == ("国资表",)

    def _bind_total(self, totals: Sequence[int]) -> None:
        """The total row; printed twice with the same figures it is one, with others it can't be told."""
        row = RowRead(TOTAL, TOTAL, totals[0] if totals else None)
        self.read.rows.append(row)
        bound = sorted(self.read.column_at.values())
        printed = {tuple((c, v) for c in bound if (v := self.frame.figure(r, c))) for r in totals}
        if len(printed) > 1:
            row.at = None
            self.read.doubled[TOTAL] = list(totals)

    def _lost(self, lead: Lead, rows: Sequence[int]) -> str:
        """Why nothing can be said of the section; empty where it can."""
        if lead.guessed and _astray(self.frame, self.read.column_at.values(), lead):
            return "没有科目代码，科目的级次认不出"
        if not self.read.column_at and any(v and c > lead.last for r in rows for c, v in self.frame.figures(r)):
            return "没有认出金额的栏"
        return ""

    def _strays(self, known: Collection[int], totals: Sequence[int]) -> Iterator[int]:
        """Rows with figures that are none of the ``known`` ones; the unit itself, below the total, is none."""
        total = self._bound_figures(totals[0]) if totals else None
        for r in plain_lines(self.frame):
            figures = self._bound_figures(r) if r not in known else []
            if figures != total and any(figures):
                yield r

    def _bound_figures(self, row: int) -> list[int | None]:
        """The figures of a row in the columns that are bound."""
        return [self.frame.figure(row, c) for c in self.read.column_at.values()]


def _rows_read(lead: Lead) -> Iterator[RowRead]:
    """The rows of codes, from the top."""
    for r, code in sorted(lead.codes.items()):
        name = lead.names.get(r, "")
        label = f"{code} {name}".strip() if code.isdigit() else name
        yield RowRead(code, label, r, code, name, LIKELY if r in lead.guessed else CERTAIN)


def _lead_text(frame: Frame, row: int, lead: Lead) -> str:
    return " ".join(text for c in range(1, lead.last + 1) if (text := frame.text(row, c)))


def _astray(frame: Frame, columns: Collection[int], lead: Lead) -> bool:
    """Whether rows with names of our own are at the wrong level: one sum after another does not hold."""
    if all(code.isdigit() for code in lead.codes.values()):
        return False
    rows = {code: r for r, code in lead.codes.items()}
    below = _rows_below(rows)
    broken = sum(not _adds_up(frame, columns, rows[above], parts) for above, parts in below.items())
    return broken > 1 and broken * 3 >= len(below)


def _rows_below(rows: Mapping[str, int]) -> dict[str, list[int]]:
    """Code → the rows right below it, of ``rows`` (code → row)."""
    below: dict[str, list[int]] = {}
    for code, r in rows.items():
        above = next((code[:n] for n in (5, 3) if n < len(code) and code[:n] in rows), "")
        if above:
            below.setdefault(above, []).append(r)
    return below


def _adds_up(frame: Frame, columns: Collection[int], row: int, parts: Sequence[int]) -> bool:
    """Whether the rows ``parts`` add up to a row in all columns."""
    return all(
        close(sum(frame.figure(r, c) or 0 for r in parts), frame.figure(row, c) or 0, len(parts)) for c in columns
    )


def _total_lines(frame: Frame) -> list[int]:
    """The rows that say nothing but that they are a total."""
    return [r for r in frame.lines if _only_total(frame, r)]


def _only_total(frame: Frame, row: int) -> bool:
    """Whether a row begins with a total word and has no other texts but total words."""
    cells = frame.grid.rows[row]
    first = min(cells)
    if first > _LEAD_WITHIN or not frame.total_in(row, [first]):
        return False
    texts = [text for c in cells if (text := frame.text(row, c))]
    return all(total_word(frame.words.key(text)) or len(text) < 2 for text in texts)


def _part_of_known(path: Sequence[str], slots: Slots) -> bool:
    """Whether a column that was left over is plainly a part of another one (其中：教育收费)."""
    texts = [text for text in path if text]
    if len(texts) < 2:
        return False
    outer = (slots.words.key(texts[0]),)
    return any(outer in paths for paths in slots.paths.values())


class _TotalRows:
    """Rows of the total beside the codes of ``lead``; ``words`` are those that say so in this table."""

    def __init__(self, frame: Frame, lead: Lead, words: frozenset[str]) -> None:
        self.frame = frame
        self.lead = lead
        self.words = words
        leads = frame.words.leads
        self.heads = leads["code"] | leads["name"]

    def rows(self) -> list[int]:
        """Rows with a total word in a lead column, else those without a code that are the sum of the classes."""
        near = self._near()
        said = {r for r in near if self._says_total(r)}
        totals = self._surest([r for r in near if r in said and not self._heads(r)])
        if not any_filled(self.frame, totals):
            totals = self._sums(r for r in near if r not in said) or totals
        return self._with_figures(totals) or totals[:1]

    def _with_figures(self, rows: Iterable[int]) -> list[int]:
        return [r for r in rows if has_figures(self.frame, r)]

    def _sums(self, rows: Iterable[int]) -> list[int]:
        """The rows that hold the sum of the classes."""
        return [r for r in rows if not self.frame.counting(r) and self._is_sum(r)]

    def _near(self) -> list[int]:
        """The rows without a code from shortly above the first code to shortly below the last."""
        low, high = min(self.lead.codes) - _TOTAL_WITHIN, max(self.lead.codes) + _TOTAL_WITHIN
        return [r for r in self.frame.lines if low <= r <= high and r not in self.lead.codes]

    def _texts(self, row: int) -> list[str]:
        """The folded texts in the lead columns of a row."""
        keys = (self.frame.words.key(self.frame.text(row, c)) for c in range(1, self.lead.last + 1))
        return [key for key in keys if key]

    def _figured(self, row: int) -> bool:
        return has_figures(self.frame, row) and not self.frame.counting(row)

    def _says_total(self, row: int) -> bool:
        return any(text in self.words or total_word(text) for text in self._texts(row))

    def _heads(self, row: int) -> bool:
        """Whether a row is one of the header: 科目编码 or 科目名称 beside the total word, and no figure."""
        return not self._figured(row) and not self.heads.isdisjoint(self._texts(row))

    def _surest(self, rows: list[int]) -> list[int]:
        """Rows without those of 小计, where others say 合计: 小计 beside it is no total of the table."""
        sure = [r for r in rows if self._says_whole(r)]
        return sure if any_filled(self.frame, sure) else rows

    def _says_whole(self, row: int) -> bool:
        """Whether a lead cell says 合计, 总计 or the like, and not just 小计."""
        texts = self._texts(row)
        whole = self.words - {"小计"}
        return any(text in whole or (total_word(text) and "小计" not in text) for text in texts)

    def _is_sum(self, row: int) -> bool:
        """Whether a row holds, in most of its columns, the sum of the classes."""
        shortest = min(map(len, self.lead.codes.values()))
        classes = [r for r, code in self.lead.codes.items() if len(code) == shortest]
        columns = [c for c, value in self.frame.figures(row) if c > self.lead.last and value]
        good = sum(_adds_up(self.frame, [c], row, classes) for c in columns)
        return good > 0 and good >= 2 * (len(columns) - good)
