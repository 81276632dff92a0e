"""Tables whose rows are labels (01, 04, 信息表): sides beside or below each other, found by their labels."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from xlcheck.binding.codetable import bodies_of
from xlcheck.binding.evidence import Expected
from xlcheck.binding.frame import Column, Frame
from xlcheck.binding.judging import FigureJudge
from xlcheck.binding.reading import Context, Reading, RowRead, SectionRead
from xlcheck.binding.rowlabels import LabelItem, Wanted, bind_rows, ordinal_of, strange_label
from xlcheck.binding.slots import CERTAIN, DOUBTFUL, LIKELY, Bound, Slots
from xlcheck.binding.words import Words
from xlcheck.form import RowKind, RowSpec, SectionSpec

_HIT = 0.62
_MOST_KEPT = 4_000
_CAPTIONS = ("收入", "支出", "收入部分", "支出部分", "收入情况", "支出情况", "收入方", "支出方")


class Side(NamedTuple):
    """A label column over some rows, with the columns of its figures and the rows of its header."""

    label: int
    rows: tuple[int, ...]
    header: tuple[int, ...]
    until: int
    caption: str


def bind_labels(reading: Reading, context: Context) -> None:
    """Bind all sections of a label table."""
    frame = reading.frame
    sections = [s for s in reading.spec.sections if s.shape == "labels"]
    vocabulary = {s.key: _known(context, reading.kind, [s]) for s in sections}
    sides = _sides(frame, context, _known(context, reading.kind, sections))
    chosen = _assigned(frame, context, sides, vocabulary, sections)
    for section in sections:
        side = chosen.get(section.key)
        if side is None:
            read = SectionRead(section, [RowRead(r.key, r.label, None, r.code) for r in _data(section)])
            if any(any(v for _, v in frame.figures(r)) for r in frame.lines if not frame.counting(r)):
                read.lost = f"没有认出“{section.key}”部分的项目"
            reading.sections[section.key] = read
            continue
        reading.sections[section.key] = _bind_side(reading, section, side, context)
    headers = [r for side in chosen.values() for r in side.header]
    rows = [side.rows[0] for side in chosen.values() if side.rows]
    if headers:
        reading.top, reading.bottom = min(headers), min(max(s.header, default=0) for s in chosen.values() if s.header)
    reading.data_from = min(rows, default=0)


def _data(section: SectionSpec) -> list[RowSpec]:
    return [r for r in section.rows if r.kind is RowKind.DATA]


def _vocabulary(context: Context, kind: str, section: SectionSpec) -> set[str]:
    return {context.words.key(w[-1]) for c in context.rows(kind, section) for w in c.words}


class _Known:
    """The folded wordings of the rows of some sections, and how near other texts are to them."""

    def __init__(self, words: Words, known: Iterable[str]) -> None:
        self.words = words
        self.known = frozenset(known)
        self._near: dict[str, float] = {}

    def near(self, key: str) -> float:
        """Likeness of a folded text to the nearest wording."""
        if key in self.known:
            return 1.0
        found = self._near.get(key)
        if found is None:
            if len(self._near) > _MOST_KEPT:
                self._near.clear()
            found = self._near[key] = max((self.words.alike(key, k) for k in self.known), default=0.0)
        return found


def _known(context: Context, kind: str, sections: Sequence[SectionSpec]) -> _Known:
    return context.once(
        ("known", kind, *(s.key for s in sections)),
        lambda: _Known(context.words, {w for s in sections for w in _vocabulary(context, kind, s)}),
    )


def _sides(frame: Frame, context: Context, known: _Known) -> list[Side]:
    """The sides of the table: label columns from left to right, each cut where a header stands inside it."""
    texts: dict[int, dict[int, str]] = {}
    for r in frame.lines:
        for c, cell in frame.grid.rows[r].items():
            if cell.type == "s" and not strange_label(cell.text) and len(cell.text) < 60:
                texts.setdefault(c, {})[r] = cell.text
    hits = {
        c: {r: n for r, t in cells.items() if (n := known.near(context.words.key(t))) >= _HIT}
        for c, cells in texts.items()
    }
    leads = context.words.leads["label"]
    labels = sorted(
        c
        for c, near in hits.items()
        if (len(near) >= 2 and len(near) * 4 >= len(texts[c]))
        or (near and any(context.words.key(t) in leads for t in texts[c].values()))  # 项目 stands over it
    )
    kept: list[int] = []
    for c in labels:  # a heading row is no label column: its texts stand in few rows
        if not kept or _figured(frame, kept[-1], c) or len(hits[c]) > 4:
            kept.append(c)
    sides: list[Side] = []
    for i, c in enumerate(kept):
        until = kept[i + 1] if i + 1 < len(kept) else 10**6
        sides += _cut(frame, context, c, until, texts[c], hits[c])
    return sides


def _figured(frame: Frame, left: int, right: int) -> bool:
    return any(left < c < right for r in frame.lines for c, _ in frame.figures(r))


def _cut(
    frame: Frame, context: Context, label: int, until: int, texts: Mapping[int, str], hits: Mapping[int, float]
) -> list[Side]:
    """A label column cut into parts, each with the header rows at its top."""
    leads = context.words.leads["label"] | {context.words.key(t) for t in _CAPTIONS}
    header_like = set()
    figured = (r for r in frame.lines if not frame.counting(r) and any(label < c < until for c, _ in frame.figures(r)))
    numbered = (r for r in frame.lines if ordinal_of(texts.get(r, "")))
    first = min([*hits, *figured, *numbered], default=0)
    before = 0
    for r in frame.lines:
        if r in hits and context.words.key(texts[r]) not in leads:
            continue
        if any(label < c < until for c, _ in frame.figures(r)) and not frame.counting(r):
            continue
        inside = [t for c in range(label, min(until, label + 40)) if (t := frame.text(r, c))]
        key = context.words.key(texts.get(r, ""))
        lead = key in leads
        words = sum(context.words.key(t) in context.words.leads["amount"] for t in inside)
        below = before in header_like and not texts.get(r)  # a second line of the header, below a merged 项目
        if inside and (lead or words or below or r < first):
            header_like.add(r)
        before = r
    parts: list[tuple[list[int], list[int]]] = []
    current: tuple[list[int], list[int]] = ([], [])
    for r in frame.lines:
        if frame.counting(r):
            continue
        if r in header_like:
            if current[1]:
                parts.append(current)
                current = ([], [])
            current[0].append(r)
        elif r in texts or any(label < c < until for c, _ in frame.figures(r)):
            current[1].append(r)
    if current[1]:
        parts.append(current)
    parts = [p for p in parts if any(r in hits for r in p[1])]
    sides = []
    for header, rows in parts:
        used = header or (parts[0][0] if parts else [])
        caption = "".join(frame.text(r, label) for r in used)
        sides.append(Side(label, tuple(rows), tuple(used), until, caption))
    return sides


def _assigned(
    frame: Frame,
    context: Context,
    sides: Sequence[Side],
    vocabulary: Mapping[str, _Known],
    sections: Sequence[SectionSpec],
) -> dict[str, Side]:
    """Which side is which section; one list that holds both sections is cut where the second begins."""
    if len(sections) == 1:
        joined = _merged(sides)
        return {sections[0].key: joined} if joined else {}
    scores = {
        (i, s.key): sum(
            max(0.0, vocabulary[s.key].near(context.words.key(frame.text(r, side.label))) - 0.4) for r in side.rows
        )
        + (3.0 if s.key in side.caption else 0.0)
        for i, side in enumerate(sides)
        for s in sections
    }
    found: dict[str, Side] = {}
    if len(sides) == 1:
        return _halved(frame, context, sides[0], vocabulary, sections)
    for (i, key), score in sorted(scores.items(), key=lambda x: (-x[1], x[0])):
        if key not in found and sides[i] not in found.values() and score > 0.5:
            found[key] = sides[i]
    # a side that goes on below (a second page) belongs to the section it was cut from
    for i, side in enumerate(sides):
        if side in found.values():
            continue
        best = max(sections, key=lambda s: scores[i, s.key])
        if scores[i, best.key] > 1.0 and best.key in found and found[best.key].label == side.label:
            old = found[best.key]
            found[best.key] = old._replace(rows=tuple(sorted({*old.rows, *side.rows})))
    return found


def _merged(sides: Sequence[Side]) -> Side | None:
    if not sides:
        return None
    first = sides[0]
    rows = sorted({r for s in sides if s.label == first.label for r in s.rows})
    return first._replace(rows=tuple(rows))


def _halved(
    frame: Frame,
    context: Context,
    side: Side,
    vocabulary: Mapping[str, _Known],
    sections: Sequence[SectionSpec],
) -> dict[str, Side]:
    """One column of labels without a header between the sections: cut where both halves fit best."""
    first, second = sections[0].key, sections[1].key
    keys = [context.words.key(frame.text(r, side.label)) for r in side.rows]
    likes = [(vocabulary[first].near(k), vocabulary[second].near(k)) if k else (0.0, 0.0) for k in keys]
    best = max(
        range(len(keys) + 1),
        key=lambda n: sum(a for a, _ in likes[:n]) + sum(b for _, b in likes[n:]),
    )
    found = {}
    if best:
        found[first] = side._replace(rows=side.rows[:best])
    if best < len(keys):
        found[second] = side._replace(rows=side.rows[best:])
    return found


def _wanted(context: Context, kind: str, section: SectionSpec) -> list[Wanted]:
    words = context.words
    return [
        Wanted(
            c.key,
            tuple(dict.fromkeys(words.key(w[-1]) for w in c.words)),
            ordinal_of(spec.label),
            c.total,
            spec.line or 0,
            {},
        )
        for c, spec in zip(context.rows(kind, section), _data(section), strict=True)
    ]


def _bind_side(reading: Reading, section: SectionSpec, side: Side, context: Context) -> SectionRead:
    """Bind the rows and columns of one side as one section."""
    frame, words = reading.frame, context.words
    read = SectionRead(section)
    columns = _columns(frame, side, context)
    read.paths = {c.at: c.path for c in columns}
    read.lead_at = {"label": side.label}
    place = (reading.spec.key, section.key)
    wanted = context.once(("wanted", reading.kind, section.key), lambda: _wanted(context, reading.kind, section))
    ids = [r.key for r in _data(section)] + [r.code for r in _data(section) if r.code]
    by_code = {r.code: r.key for r in _data(section) if r.code}
    expected = context.evidence.expected(place, ids, section.column_keys, context.store)
    for (row, column), told in list(expected.items()):
        if row in by_code:
            expected.setdefault((by_code[row], column), []).extend(told)
    joined = frozenset(words.key(o) for o in context.table_words(reading.kind).others)
    lines = _line_numbers(frame, side)
    items = [LabelItem(r, frame.text(r, side.label), {}, lines.get(r, 0)) for r in side.rows]
    rows = bind_rows(items, wanted, words, {}, joined)
    keyed = {items[i].at: key for key, i in rows.at.items()}
    bound = _bind_columns(reading, section, columns, keyed, context, expected)
    read.column_at, read.column_grades, read.rivals = bound.at, bound.grades, bound.rivals
    read.open = bound.open
    at = {c: k for k, c in bound.at.items()}
    items = [
        LabelItem(
            r,
            frame.text(r, side.label),
            {k: v for c, k in at.items() if (v := frame.figure(r, c)) is not None},
            lines.get(r, 0),
        )
        for r in side.rows
    ]
    rows = bind_rows(items, wanted, words, expected, joined)
    for spec in _data(section):
        i = rows.at.get(spec.key)
        found = RowRead(spec.key, spec.label, items[i].at if i is not None else None, spec.code, spec.label)
        found.grade = rows.grades.get(spec.key, CERTAIN)
        found.rival = rows.rivals.get(spec.key, "")
        read.rows.append(found)
    covered = [i for i in rows.strange if words.key(items[i].text) in joined]
    if covered:
        read.covered = "、".join(items[i].text for i in covered)
        rows.strange = [i for i in rows.strange if i not in covered]
    read.strange = [
        (items[i].at, items[i].text) for i in rows.strange if not strange_label(items[i].text) or items[i].filled
    ]
    read.doubled = {k: [items[i].at for i in found] for k, found in rows.doubled.items()}
    return read


def _columns(frame: Frame, side: Side, context: Context) -> list[Column]:
    """The columns of a side right of its labels: those with a heading or a figure, without the line numbers."""
    paths = frame.paths(side.header[0], side.header[-1]) if side.header else {}
    counts: Mapping[int, int] = {}
    if side.header:
        row = frame.count_row(side.header[0], side.header[-1] + 4)
        counts = frame.counting(row) if row else {}
    last = max((c for r in side.rows for c in frame.grid.rows.get(r, ())), default=side.label)
    figured = {c for r in side.rows for c, _ in frame.figures(r)}
    found = []
    for c in range(side.label + 1, min(side.until - 1, max(last, *paths, side.label)) + 1):
        path = paths.get(c, ())
        if not path and c not in figured:
            continue
        key = context.words.key(path[-1]) if path else ""
        if key in context.words.leads["line"] or _lines(frame, side, c, key):
            continue
        found.append(Column(c, path, counts.get(c, 0)))
    return found


def _line_numbers(frame: Frame, side: Side) -> dict[int, int]:
    """The printed 行次 of a side: row → number."""
    for c in range(side.label + 1, min(side.until, side.label + 4)):
        if _lines(frame, side, c, ""):
            return {r: v // 1_000_000 for r in side.rows if (v := frame.figure(r, c)) is not None}
    return {}


def _lines(frame: Frame, side: Side, column: int, key: str) -> bool:
    """Whether a column holds the numbers of the lines: whole and rising by one."""
    values = [v for r in side.rows if (v := frame.figure(r, column)) is not None]
    if len(values) < 3 or key in {"金额", "决算数"}:
        return False
    steps = [b - a for a, b in pairwise(values)]
    return all(0 < s <= 3_000_000 and s % 1_000_000 == 0 for s in steps) and values[0] % 1_000_000 == 0


def _bind_columns(
    reading: Reading,
    section: SectionSpec,
    columns: Sequence[Column],
    rows: Mapping[int, str],
    context: Context,
    expected: Expected,
) -> Bound:
    words = context.words
    bodies = bodies_of(reading.frame, columns, rows)
    concepts = context.columns(reading.kind, section)
    slots = context.slots(reading.kind, section)
    figured = [c.at for c in columns if any(bodies[c.at].figures.values()) and not slots.distractor(c)]
    judge = FigureJudge(context.evidence, (reading.spec.key, section.key), bodies, expected, figured)
    if len(concepts) == 1:
        return _single(columns, concepts[0].key, slots, bodies_filled(bodies), judge, words.leads["amount"])
    return slots.assign(columns, bodies, judge, {c.key: c.number or 0 for c in section.amounts})


def bodies_filled(bodies: Mapping[int, object]) -> set[int]:
    """Columns in which a figure other than zero stands."""
    return {c for c, b in bodies.items() if any(b.figures.values())}  # type: ignore[attr-defined]


def _single(
    columns: Sequence[Column], key: str, slots: Slots, filled: set[int], judge: object, amount: frozenset[str]
) -> Bound:
    """The one column of figures: by a heading that says so, else the only one there is, else what figures say."""
    bound = Bound()
    usable = [c for c in columns if not slots.distractor(c)]
    bound.strange = [c.at for c in columns if slots.distractor(c)]
    own = {p[-1] for p in slots.paths[key]} | amount
    exact = [c for c in usable if c.path and slots.words.key(c.path[-1]) in own]
    exact = [c for c in exact if c.at in filled] or exact if len(exact) > 1 else exact
    if len(exact) == 1:
        bound.at[key], bound.grades[key] = exact[0].at, CERTAIN
    else:
        pool = exact or [c for c in usable if c.at in filled] or usable[:1]
        rated = sorted(((judge({key: c.at}), -c.at) for c in pool), reverse=True)  # type: ignore[operator]
        if rated:
            bound.at[key] = -rated[0][1]
            alone = len(rated) == 1 or rated[0][0] - rated[1][0] >= 1.5
            bound.grades[key] = LIKELY if alone else DOUBTFUL
            if not alone:
                other = next(c for c in pool if c.at == -rated[1][1])
                bound.rivals[key] = "·".join(other.path)
    used = set(bound.at.values())
    bound.open = [c.at for c in usable if c.at not in used and c.at in filled and not exact]
    return bound
