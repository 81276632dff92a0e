"""“三公”经费: one figure an item and a side (预算数, 决算数), in whatever direction they are printed.

Blocks (all 预算, then all 决算), pairs under each item, items as rows, sides as rows, inside an information table, one
row a sub-unit with a total row.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from xlcheck.binding.frame import Frame
from xlcheck.binding.items import AGAIN, BY_PLACE, LEAST, NO_ITEM, Items, Path, Said
from xlcheck.binding.reading import Context, Reading, RowRead, SectionRead
from xlcheck.binding.slots import CERTAIN, DOUBTFUL, LIKELY
from xlcheck.form import SectionSpec

_SURE = 0.9
Spots = dict[tuple[str, str], tuple[tuple[int, int], str]]


@dataclass(slots=True)
class Found:
    """Cells by (side, item) with grades, and what is said of the rest."""

    spots: Spots = field(default_factory=dict)
    header: tuple[int, int] = (0, 0)
    first: int = 0
    open: list[int] = field(default_factory=list)
    strange: list[tuple[int, str]] = field(default_factory=list)
    paths: dict[int, Path] = field(default_factory=dict)
    lost: str = ""
    units: int = 0


def bind_record(reading: Reading, section: SectionSpec, context: Context) -> SectionRead:
    """Bind the one section of a table of items and sides."""
    items = context.once(("items", section.key), lambda: _items(context, section))
    read = SectionRead(section, [RowRead(r.key, r.label, None) for r in section.rows])
    found = _in_rows(reading.frame, items) or _in_columns(reading.frame, items) or Found()
    reading.top, reading.bottom = found.header
    reading.data_from = found.first
    index = {r.key: i for i, r in enumerate(read.rows)}
    for (side, item), (at, grade) in found.spots.items():
        i = index[side]
        read.cell_at[i, item] = at
        read.rows[i].at = at[0] if read.rows[i].at is None else read.rows[i].at
        if grade != CERTAIN:
            read.cell_grades[i, item] = grade
    read.lost, read.open, read.strange, read.paths = found.lost, found.open, found.strange, found.paths
    if found.units:
        reading.said.append(("sangong_units", {"count": str(found.units)}))
    return read


def _items(context: Context, section: SectionSpec) -> Items:
    others = context.table_words("三公表").others
    return Items(context.words, context.columns("三公表", section), context.rows("三公表", section), others)


def _grade(*likes: float) -> str:
    least = min(likes)
    return CERTAIN if least >= _SURE else LIKELY if least >= LEAST else DOUBTFUL


# --- items as labels of rows ----------------------------------------------------------------------


def _in_rows(frame: Frame, items: Items) -> Found | None:
    """Items as labels of rows, sides as headings of columns; None where it is not so."""
    best: tuple[int, int] = (0, 0)
    for c in sorted({c for r in frame.lines for c in frame.grid.rows[r]}):
        texts = [frame.text(r, c) for r in frame.lines]
        kinds = {s.key for t in texts if t and (s := items.item_of([t])) is not None and not items.is_side(t)}
        if len(kinds) >= 3 and len(kinds) > best[0]:
            best = len(kinds), c
    label = best[1]
    if not label:
        return None
    rows = [r for r in frame.lines if not frame.counting(r) and frame.text(r, label)]
    known = [r for r in rows if (s := items.item_of([frame.text(r, label)])) is not None and s.like >= 0.7]
    first = min(known)
    header = [
        r for r in frame.lines if r < first and not frame.counting(r) and not any(True for _ in frame.figures(r))
    ][-4:]
    found = Found(header=(header[0], header[-1]) if header else (0, 0), first=first)
    found.paths = frame.paths(header[0], header[-1]) if header else {}
    until = _next_label(frame, label, known)
    columns = _side_columns(frame, items, found.paths, range(label + 1, until), known)
    if not columns:
        return None
    used = [c for _, c in columns.values()]
    body = [r for r in rows if r >= first and r <= max(known) + 3]
    chosen = _one_a_row(frame, items, label, body, used)
    resolved = items.resolve([(frame.text(r, label),) for r in chosen])
    for r, item in zip(chosen, resolved, strict=True):
        if item is None:
            if any(frame.figure(r, c) for c in used) and not items.known_other(frame.text(r, label)) and r < max(known):
                found.strange.append((r, frame.text(r, label)))
            continue
        for side, (like, column) in columns.items():
            found.spots.setdefault((side, item.key), ((r, column), _grade(like, item.like)))
    return found


def _one_a_row(frame: Frame, items: Items, label: int, rows: Sequence[int], columns: Sequence[int]) -> list[int]:
    """Of rows that say the same item, the one with figures, else the first; rows of other things are left out."""
    ranks: dict[str, tuple[float, int]] = {}
    rest = []
    for r in rows:
        text = frame.text(r, label)
        said = items.item_of([text])
        if said is None:
            if not items.known_other(text):
                rest.append(r)
            continue
        filled = any(frame.figure(r, c) for c in columns)
        rank = said.like + (0.05 if filled else 0.0)
        if filled and "三公" in text:
            rank += 0.2  # beside a total of more than 三公 (会议费, 培训费) the one that says so
        if said.key in ranks and rank > ranks[said.key][0]:
            if ranks[said.key][0] < _SURE:
                rest.append(ranks[said.key][1])
            ranks[said.key] = rank, r
        elif said.key in ranks:
            if said.like < _SURE:
                rest.append(r)
        else:
            ranks[said.key] = rank, r
    return sorted([r for _, r in ranks.values()] + [r for r in rest if any(frame.figure(r, c) for c in columns)])


def _side_columns(
    frame: Frame, items: Items, paths: Mapping[int, Path], span: Iterable[int], rows: Sequence[int]
) -> dict[str, tuple[float, int]]:
    """Side → (likeness, column). Of several budgets the one for the whole year counts (footnote of the 三公 table)."""
    columns: dict[str, tuple[float, int]] = {}
    unsaid = []
    for c in span:
        path = paths.get(c, ())
        if _line(frame, c, rows) or (path and NO_ITEM.search(path[-1])) or AGAIN.search("".join(path)):
            continue
        side = items.side_of(path)
        full = 0.04 if "全年" in "".join(path) or "调整" in "".join(path) else 0.0
        if side is not None and (side.key not in columns or side.like + full > columns[side.key][0]):
            columns[side.key] = side.like + full, c
        elif side is None and any(frame.figure(r, c) for r in rows):
            unsaid.append(c)
    missing = [k for k in items.sides if k not in columns]
    if len(unsaid) == 1 and len(missing) == 1:
        columns[missing[0]] = BY_PLACE, unsaid[0]
    elif not columns and len(unsaid) == 1:
        columns["决算数"] = BY_PLACE, unsaid[0]
    return columns


def _next_label(frame: Frame, label: int, rows: Sequence[int]) -> int:
    """The next column of texts: there another part of the sheet begins."""
    width = max((max(frame.grid.rows[r]) for r in frame.lines), default=label)
    for c in range(label + 1, width + 1):
        texts = sum(len(frame.text(r, c)) > 2 and frame.figure(r, c) is None for r in rows)
        if texts * 2 >= len(rows):
            return c
    return width + 1


def _line(frame: Frame, column: int, rows: Iterable[int]) -> bool:
    """Whether a column numbers the lines."""
    values = [v for r in sorted(rows) if (v := frame.figure(r, column)) is not None]
    steps = [b - a for a, b in pairwise(values)]
    return len(values) > 2 and all(0 < s <= 4_000_000 and s % 1_000_000 == 0 for s in steps)


# --- items as headings of columns -----------------------------------------------------------------


def _in_columns(frame: Frame, items: Items) -> Found | None:
    """Items as headings of columns; sides above, below, or as labels of the rows."""
    rows = [r for r in frame.lines if not frame.counting(r) and any(True for _ in frame.figures(r))]
    heads = [r for r in frame.lines if not frame.counting(r) and r not in rows]
    first = rows[0] if rows else max(frame.lines, default=0) + 1
    header = [r for r in heads if r < first][:5]
    if not header:
        return None
    found = Found(header=(header[0], header[-1]), first=first, paths=frame.paths(header[0], header[-1]))
    columns = [c for c, p in sorted(found.paths.items()) if not AGAIN.search("".join(p)) and not NO_ITEM.search(p[-1])]
    sides, paths = _sides(items, columns, found.paths)
    distinct = list(dict.fromkeys(paths[c] for c in columns if paths[c]))
    resolved = dict(zip(distinct, items.resolve(distinct), strict=True))
    if sum(s is not None for s in resolved.values()) < 3:
        return None
    if not sides:
        labels = {r: s for r in rows if (s := items.side_of([t for c in range(1, 4) if (t := frame.heading(r, c))]))}
        if labels:
            return _crossed(frame, found, columns, {c: resolved.get(paths[c]) for c in columns}, labels)
    row = _record(frame, found, rows, min((c for c in columns if resolved.get(paths[c])), default=1))
    if not row:
        return found
    for c in columns:
        item, side = resolved.get(paths[c]), sides.get(c, Said("决算数", BY_PLACE) if not sides else None)
        if item is not None and side is not None:
            key = (side.key, item.key)
            grade = DOUBTFUL if key in found.spots else _grade(item.like, side.like)
            found.spots[key] = (found.spots[key][0] if key in found.spots else (row, c), grade)
        elif frame.figure(row, c) and not items.known_other((paths[c] or ("",))[-1]):
            found.open.append(c)
    return found


def _sides(items: Items, columns: Sequence[int], paths: Mapping[int, Path]) -> tuple[dict[int, Said], dict[int, Path]]:
    """The side of each column, and its path without the texts that say it.

    Where one side is said in words we know and one other text stands over (or under) the rest, that is the other side.
    """
    sides = {c: s for c in columns if (s := items.side_of([t for t in paths[c] if items.is_side(t)])) is not None}
    rest = {c: tuple(t for t in paths[c] if not items.is_side(t)) for c in columns}
    known = {s.key for s in sides.values()}
    unsaid = [c for c in columns if c not in sides]
    if not unsaid or len(known) > 1:
        return sides, rest
    texts: Counter[str] = Counter()
    for c in unsaid:
        texts.update({items.words.key(t) for t in rest[c] if items.item_of([t]) is None and len(rest[c]) > 1} - {""})
    common = [t for t, n in texts.items() if n >= 3]
    if known and len(common) == 1:
        other = next(k for k in items.sides if k not in known)
        for c in unsaid:
            if common[0] in [items.words.key(t) for t in rest[c]]:
                sides[c] = Said(other, BY_PLACE)
                rest[c] = tuple(t for t in rest[c] if items.words.key(t) != common[0])
    elif not known and len(common) == 2:
        for c in unsaid:
            for key, text in zip(items.sides, common, strict=True):
                if text in [items.words.key(t) for t in rest[c]]:
                    sides[c] = Said(key, 0.5)
                    rest[c] = tuple(t for t in rest[c] if items.words.key(t) != text)
                    break
    return sides, rest


def _crossed(
    frame: Frame, found: Found, columns: Sequence[int], said: Mapping[int, Said | None], rows: Mapping[int, Said]
) -> Found:
    """Sides as labels of rows, items as headings of columns."""
    for c in columns:
        item = said[c]
        for r, side in rows.items():
            if item is None:
                if frame.figure(r, c) and c not in found.open:
                    found.open.append(c)
            else:
                found.spots.setdefault((side.key, item.key), ((r, c), _grade(item.like, side.like)))
    return found


def _record(frame: Frame, found: Found, rows: Sequence[int], first: int) -> int:
    """The row of the figures: the only one, else the total of several; 0 where that can't be told."""
    filled = [r for r in rows if any(c >= first for c, _ in frame.figures(r))]
    if len(filled) <= 1:
        return filled[0] if filled else (found.first if found.first < frame.end else 0)
    totals = [r for r in filled if frame.total_in(r, range(1, first))]
    if len(totals) == 1:
        return totals[0]
    summed = [r for r in filled if _sum_of(frame, r, [q for q in filled if q != r], first)]
    if len(summed) == 1:
        return summed[0]
    found.units = len(filled)
    found.lost = f"一行一个单位（{len(filled)} 行），没有合计行，不知道以哪一行为准"
    return 0


def _sum_of(frame: Frame, row: int, others: Sequence[int], first: int) -> bool:
    columns = [c for c, v in frame.figures(row) if c >= first and v]
    return bool(columns) and all(
        abs((frame.figure(row, c) or 0) - sum(frame.figure(q, c) or 0 for q in others)) <= 20_000 for c in columns
    )
