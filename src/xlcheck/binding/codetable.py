"""Tables whose rows are codes (02, 03, 05, 07, 08 and their like): lead columns, total row, header, slots."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from xlcheck.binding.codes import Lead, code_groups
from xlcheck.binding.evidence import close
from xlcheck.binding.frame import Column, Frame
from xlcheck.binding.judging import FigureJudge
from xlcheck.binding.names import named_group
from xlcheck.binding.reading import Context, Reading, RowRead, SectionRead
from xlcheck.binding.slots import CERTAIN, LIKELY, Body, Slots
from xlcheck.binding.words import total_word
from xlcheck.form import TOTAL, SectionSpec

_MOST_COLUMNS = 60
_FLOW = ("年初结转和结余", "本年收入", "年末结转和结余")


def bind_codes(reading: Reading, section: SectionSpec, context: Context) -> SectionRead:
    """Bind the one section of a code table."""
    frame = reading.frame
    read = SectionRead(section)
    lead = lead_of(frame, context, section)
    if lead is None:
        return _without_codes(reading, read, section, context)
    rows = sorted(lead.codes)
    totals = _totals(frame, lead, context, reading.kind, section)
    first = min([*rows, *totals], default=rows[0])
    header = header_rows(frame, first)
    reading.top, reading.bottom = (header[0], header[-1]) if header else (0, 0)
    reading.data_from = first
    columns = columns_of(frame, header, lead.last, [*rows, *totals], totals)
    read.paths = {c.at: c.path for c in columns}
    read.lead_at = {"code": lead.columns[0], "name": lead.name or lead.columns[0]}
    _bind_slots(reading, read, section, context, columns, lead, totals)
    _bind_total(read, totals, frame)
    for r in rows:
        grade = LIKELY if r in lead.guessed else CERTAIN
        code, name = lead.codes[r], lead.names.get(r, "")
        label = f"{code} {name}".strip() if code.isdigit() else name
        read.rows.append(RowRead(code, label, r, code, name, grade))
    if not read.column_at and any(v and c > lead.last for r in [*rows, *totals] for c, v in frame.figures(r)):
        read.lost = "没有认出金额的栏"
    if lead.guessed and _astray(frame, read, lead):
        read.lost = "没有科目代码，科目的级次认不出"
    _stray(frame, read, lead, totals)
    return read


def _astray(frame: Frame, read: SectionRead, lead: Lead) -> bool:
    """Whether rows with names of our own are at the wrong level: one sum after another does not hold."""
    if all(code.isdigit() for code in lead.codes.values()):
        return False
    rows = {code: r for r, code in lead.codes.items()}
    below: dict[str, list[int]] = {}
    for code, r in rows.items():
        above = next((code[:n] for n in (5, 3) if n < len(code) and code[:n] in rows), "")
        if above:
            below.setdefault(above, []).append(r)
    broken = 0
    for above, listed in below.items():
        for column in read.column_at.values():
            whole = frame.figure(rows[above], column) or 0
            if not close(sum(frame.figure(r, column) or 0 for r in listed), whole, len(listed)):
                broken += 1
                break
    return broken > 1 and broken * 3 >= len(below)


def _without_codes(reading: Reading, read: SectionRead, section: SectionSpec, context: Context) -> SectionRead:
    """A table that holds no code: an empty one has nothing to bind, one with figures can't be read."""
    frame = reading.frame
    totals = [r for r in frame.lines if _only_total(frame, r)]
    first = min(totals, default=frame.end)
    counts = frame.count_row(frame.lines[0] if frame.lines else 1, frame.end)
    header = [r for r in frame.lines if r < (counts or first)]
    header = [r for r in header if not any(True for _ in frame.figures(r))][:5]
    reading.top, reading.bottom = (header[0], header[-1]) if header else (0, 0)
    reading.data_from = (counts + 1) if counts else first
    figured = [
        r
        for r in frame.lines
        if r > (header[-1] if header else 0) and r != counts and any(v for _, v in frame.figures(r))
    ]
    read.rows.append(RowRead(TOTAL, TOTAL, totals[0] if totals else None))
    columns = columns_of(frame, header, 0, totals, totals) if header else []
    lead_words = context.words.leads["code"] | context.words.leads["name"] | context.words.leads["codename"]
    leads = [c.at for c in columns if c.path and context.words.key(c.path[-1]) in lead_words]
    columns = [c for c in columns if c.at > max(leads, default=0)]
    read.paths = {c.at: c.path for c in columns}
    if columns:
        _bind_slots(reading, read, section, context, columns, None, totals[:1])
        if not figured:
            read.column_grades = {k: CERTAIN if g != CERTAIN else g for k, g in read.column_grades.items()}
    if [r for r in figured if r not in totals]:
        read.lost = "没有认出科目代码，不知道每一行是哪个科目"
    return read


def _only_total(frame: Frame, row: int) -> bool:
    """Whether a row begins with a total word and has no other texts but total words."""
    cells = frame.grid.rows[row]
    texts = [t for c in sorted(cells) if (t := frame.text(row, c))]
    first = min(cells)
    return (
        first <= 4
        and bool(frame.total_in(row, [first]))
        and all(total_word(frame.words.key(t)) or len(t) < 2 for t in texts)
    )


def lead_of(frame: Frame, context: Context, section: SectionSpec) -> Lead | None:
    """The first group of codes of the region, else one found by the names of codes."""
    groups = code_groups(frame)
    wanted = "3" if 7 not in section.lengths else "2"
    fitting = [g for g in groups if sum(c.startswith(wanted) for c in g.codes.values()) * 2 >= len(g.codes)]
    if fitting:
        return fitting[0]
    if groups and 7 not in section.lengths:
        return groups[0]
    return named_group(frame, context, wanted)


def header_rows(frame: Frame, first: int) -> list[int]:
    """The rows of the header above the body that begins at ``first``: texts, no column numbers."""
    found = []
    for r in frame.lines:
        if r >= first:
            break
        if frame.counting(r):
            continue
        texts = sum(1 for c in frame.grid.rows[r] if frame.text(r, c) and frame.figure(r, c) is None)
        if sum(1 for _ in frame.figures(r)) > texts:
            continue
        found.append(r)
    return found[-6:]


def columns_of(
    frame: Frame, header: Sequence[int], after: int, body: Iterable[int], totals: Sequence[int] = ()
) -> list[Column]:
    """The columns right of the lead columns that have a heading or figures.

    Texts in the figure cells of a total row right below the header extend the header (类 款 项 合计 | 合计 | 基本支出).
    """
    paths = frame.paths(header[0], header[-1]) if header else {}
    counts: Mapping[int, int] = {}
    if header:
        row = frame.count_row(header[0], header[-1] + 4)
        counts = frame.counting(row) if row else {}
    figured = {c for r in body for c in frame.grid.rows.get(r, ()) if c > after}
    for total in totals[:1]:
        if header and total <= header[-1] + 3:
            for c in frame.grid.rows.get(total, ()):
                text = frame.text(total, c)
                if c > after and len(text) > 1 and frame.figure(total, c) is None:
                    paths[c] = (*paths.get(c, ()), text)
    found = sorted(c for c in {*paths, *figured} if c > after)[:_MOST_COLUMNS]
    return [Column(c, paths.get(c, ()), counts.get(c, 0)) for c in found]


def bodies_of(frame: Frame, columns: Sequence[Column], rows: Mapping[int, str]) -> dict[int, Body]:
    """The figures of each column by the name of their row (a code, 合计, a key)."""
    found = {}
    for column in columns:
        figures: dict[str, int] = {}
        texts = 0
        for r, key in rows.items():
            value = frame.figure(r, column.at)
            if value is not None:
                figures[key] = value
            elif len(frame.text(r, column.at)) > 1:
                texts += 1
        found[column.at] = Body(figures, texts)
    return found


def _bind_slots(
    reading: Reading,
    read: SectionRead,
    section: SectionSpec,
    context: Context,
    columns: Sequence[Column],
    lead: Lead | None,
    totals: Sequence[int],
) -> None:
    words = context.words
    known = words.leads["line"] | words.leads["name"] | words.leads["code"]
    usable = [c for c in columns if not (c.path and words.key(c.path[-1]) in known)]
    rows = dict(lead.codes) if lead is not None else {}
    rows |= dict.fromkeys(totals[:1], TOTAL)
    bodies = bodies_of(reading.frame, usable, rows)
    place = (reading.spec.key, section.key)
    spending = reading.kind == "国资表" and reading.region.kinds[:1] == ("国资表",)  # its title speaks of 支出 alone
    slots = context.slots(reading.kind, section, _FLOW if spending else (), others=True)
    expected = context.evidence.expected(place, [*dict.fromkeys(rows.values())], section.column_keys, context.store)
    figured = [c.at for c in usable if any(bodies[c.at].figures.values()) and not slots.distractor(c)]
    judge = FigureJudge(context.evidence, place, bodies, expected, figured)
    numbers = {c.key: c.number or 0 for c in section.amounts}
    bound = slots.assign(usable, bodies, judge, numbers)
    read.column_at, read.column_grades, read.rivals = bound.at, bound.grades, bound.rivals
    read.open = [c for c in bound.open if not _foreign(usable, c, slots)]


def _foreign(columns: Sequence[Column], at: int, slots: Slots) -> bool:
    """Whether a column that was left over is plainly a part of another one (其中：教育收费) or of no concern."""
    column = next(c for c in columns if c.at == at)
    texts = [t for t in column.path if t]
    if len(texts) < 2:
        return False
    return any(slots.words.key(texts[0]) == p[-1] for k in slots.paths for p in slots.paths[k] if len(p) == 1)


def _totals(frame: Frame, lead: Lead, context: Context, kind: str, section: SectionSpec) -> list[int]:
    """Rows of the total: a total word in a lead column, else a row without a code that is the sum of the classes."""
    words = context.totals(kind, section)
    rows = sorted(lead.codes)
    low, high = rows[0], rows[-1]
    found, other = [], []
    for r in frame.lines:
        if r in lead.codes or not low - 8 <= r <= high + 8:
            continue
        texts = [context.words.key(frame.text(r, c)) for c in range(1, lead.last + 1)]
        texts = [t for t in texts if t]
        figured = any(True for _ in frame.figures(r)) and not frame.counting(r)
        if any(t in words or total_word(t) for t in texts):
            leads = [t for t in texts if t in context.words.leads["code"] | context.words.leads["name"]]
            if figured or not leads:
                found.append(r)
        elif figured:
            other.append(r)
    sure = [r for r in found if _named_total(frame, r, lead, words)]
    if sure and len(sure) < len(found) and any(any(v for _, v in frame.figures(r)) for r in sure):
        found = sure  # 小计 beside 合计 is no total of the table
    if not any(any(v for _, v in frame.figures(r)) for r in found):
        summed = [r for r in other if _is_sum(frame, lead, r)]
        found = summed or found
    filled = [r for r in found if any(True for _ in frame.figures(r))]
    return filled or found[:1]


def _named_total(frame: Frame, row: int, lead: Lead, words: frozenset[str]) -> bool:
    """Whether a lead cell says 合计, 总计 or the like, and not just 小计."""
    texts = {frame.words.key(frame.text(row, c)) for c in range(1, lead.last + 1)}
    return bool(texts & words - {"小计"}) or any(total_word(t) and "小计" not in t for t in texts)


def _is_sum(frame: Frame, lead: Lead, row: int) -> bool:
    """Whether a row holds, in most of its columns, the sum of the classes."""
    shortest = min(map(len, lead.codes.values()))
    tops = [r for r, code in lead.codes.items() if len(code) == shortest]
    good = bad = 0
    for column, value in frame.figures(row):
        if column <= lead.last or not value:
            continue
        total = sum(frame.figure(r, column) or 0 for r in tops)
        good, bad = (good + 1, bad) if close(total, value, len(tops)) else (good, bad + 1)
    return good > 0 and good >= 2 * bad


def _bind_total(read: SectionRead, totals: Sequence[int], frame: Frame) -> None:
    """The total row; printed twice with the same figures it is one, with others it can't be told."""
    row = RowRead(TOTAL, TOTAL, None)
    read.rows.append(row)
    if not totals:
        return
    row.at = totals[0]
    if len(totals) > 1:
        bound = sorted(read.column_at.values())
        shown = {tuple((c, frame.figure(t, c)) for c in bound if frame.figure(t, c)) for t in totals}
        if len(shown) > 1:
            row.at = None
            read.doubled[TOTAL] = list(totals)


def _stray(frame: Frame, read: SectionRead, lead: Lead, totals: Sequence[int]) -> None:
    """Rows with figures that are no code and no total."""
    bound = set(read.column_at.values())
    first = min([*lead.codes, *totals])
    header = set(header_rows(frame, first))
    for r in frame.lines:
        if r in header or r in lead.codes or r in totals or frame.counting(r):
            continue
        if totals and bound and all(frame.figure(r, c) == frame.figure(totals[0], c) for c in bound):
            continue  # the unit itself, below the total
        if any(c in bound and v for c, v in frame.figures(r)):
            text = " ".join(t for c in range(1, lead.last + 1) if (t := frame.text(r, c)))
            read.strange.append((r, text))
