"""公开06 and its like: economic codes in one to four blocks, or one list with the totals as columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from xlcheck.binding.codes import Lead, code_groups
from xlcheck.binding.codetable import bodies_of, columns_of, header_rows
from xlcheck.binding.evidence import close
from xlcheck.binding.frame import Column, Frame
from xlcheck.binding.names import named_blocks
from xlcheck.binding.reading import Context, Reading, RowRead, SectionRead
from xlcheck.binding.slots import CERTAIN, DOUBTFUL, LIKELY
from xlcheck.binding.words import total_word
from xlcheck.form import RowKind, RowSpec, SectionSpec

_SIDES = {"人员经费合计": "人员", "公用经费合计": "公用"}


def bind_blocks(reading: Reading, section: SectionSpec, context: Context) -> SectionRead:
    """Bind the one section of a table of economic codes."""
    frame = reading.frame
    read = SectionRead(section)
    groups = [g for g in code_groups(frame) if _economic(g)]
    if not groups:
        groups = named_blocks(frame, context, "3")
        named = bool(groups)
    else:
        named = False
    rows = [r for r in section.rows if r.kind is RowKind.DATA]
    if not groups:
        read.rows = [RowRead(r.key, r.label, None, r.code, r.label) for r in rows]
        if any(v for r in frame.lines if not frame.counting(r) for _, v in frame.figures(r)):
            read.lost = "没有认出经济分类科目代码"
        return read
    first = min(min(g.codes) for g in groups)
    header = header_rows(frame, first)
    reading.top, reading.bottom = (header[0], header[-1]) if header else (0, 0)
    reading.data_from = first
    places: dict[str, list[tuple[int, int, Lead]]] = {}
    sides: dict[str, int] = {}
    for i, group in enumerate(groups):
        until = groups[i + 1].columns[0] if i + 1 < len(groups) else 10**6
        column, grade, rival = _amount(frame, group, until, header, context, read, sides, len(groups))
        if column:
            read.column_at.setdefault(section.column_keys[0], column)
            for r, code in group.codes.items():
                places.setdefault(code, []).append((r, column, group))
        worse = (CERTAIN, LIKELY, DOUBTFUL)
        key = section.column_keys[0]
        read.column_grades[key] = max(read.column_grades.get(key, CERTAIN), grade, key=worse.index)
        if rival:
            read.rivals[key] = rival
    _rows(frame, read, rows, places)
    _totals(frame, read, rows, groups, sides, context)
    if named and _unnamed(frame, read, groups, context):
        read.lost = "没有经济分类科目代码，有的科目名称认不出"
    read.lead_at = {"code": groups[0].columns[0], "name": groups[0].name or groups[0].columns[0]}
    return read


def _unnamed(frame: Frame, read: SectionRead, groups: Sequence[Lead], context: Context) -> bool:
    """Whether a row among the names holds a figure that no name of the list and no total took."""
    used = set(read.cell_at.values())
    rows = {at[0] for at in used}
    for i, group in enumerate(groups):
        until = groups[i + 1].columns[0] if i + 1 < len(groups) else 10**6
        for r in frame.lines:
            text = frame.text(r, group.columns[0])
            if r < min(group.codes) or len(text) < 2 or r in group.codes:
                continue
            figures = [(r, c) for c, v in frame.figures(r) if v and group.columns[0] < c < until]
            if figures and not used.intersection(figures) and not (r in rows and len(groups) == 1):
                key = context.words.key(text)
                if not total_word(key) and not any(w in key for w in ("合计", "经费", "总计")):
                    return True
    return False


def _economic(group: Lead) -> bool:
    return sum(c[0] in "35" for c in group.codes.values()) * 2 > len(group.codes)


def _amount(
    frame: Frame,
    group: Lead,
    until: int,
    header: Sequence[int],
    context: Context,
    read: SectionRead,
    sides: dict[str, int],
    blocks: int,
) -> tuple[int, str, str]:
    """The column of figures of a block: (column, grade, rival); totals as columns go into ``sides``."""
    words = context.words
    columns = [c for c in columns_of(frame, header, group.last, group.codes) if c.at < until]
    columns = [c for c in columns if not (c.path and words.key(c.path[-1]) in words.leads["line"])]
    section = read.spec
    slots = context.slots("基本支出表", section)
    usable = [c for c in columns if not slots.distractor(c)]
    bodies = bodies_of(frame, usable, {r: f"{r}" for r in group.codes})
    people, public = _side(usable, "人员"), _side(usable, "公用")
    if blocks == 1 and people and public and people != public:
        sides["人员经费合计"], sides["公用经费合计"] = people, public
        rest = [c for c in usable if c.at not in (people, public)]
        total = next(
            (c.at for c in rest if any(total_word(words.key(t)) for t in c.path)), rest[0].at if len(rest) == 1 else 0
        )
        if total:
            return total, CERTAIN, ""
        for r in group.codes:  # no total column: the figure stands in its own side
            at = people if frame.figure(r, people) is not None else public
            read.cell_at[r, "side"] = (r, at)
        return people, CERTAIN, ""
    key = section.column_keys[0]
    own = words.leads["amount"] | {p[-1] for p in slots.paths[key]}
    exact = [c for c in usable if c.path and words.key(c.path[-1]) in own]
    if len(exact) > 1:
        exact = [c for c in exact if any(bodies[c.at].figures.values())] or exact[:1]
    if len(exact) == 1:
        return exact[0].at, CERTAIN, ""
    filled = [c for c in usable if any(bodies[c.at].figures.values())]
    pool = exact or filled or usable
    if not pool:
        return 0, CERTAIN, ""
    if len(pool) == 1:
        return pool[0].at, CERTAIN if not pool[0].path else LIKELY, ""
    return pool[0].at, DOUBTFUL, "·".join(pool[1].path)


def _side(columns: Sequence[Column], side: str) -> int:
    """The column headed 人员经费 or 公用经费."""
    found = [c.at for c in columns if c.path and side in c.path[-1] and len(c.path[-1]) < 10]
    return found[0] if len(found) == 1 else 0


def _rows(
    frame: Frame, read: SectionRead, rows: Sequence[RowSpec], places: Mapping[str, list[tuple[int, int, Lead]]]
) -> None:
    """One row a code of the form, then codes that the form does not have."""
    own = {r.code for r in rows}
    named = {r.code: r for r in rows}
    key = read.spec.column_keys[0]
    side = {r: at for (r, k), at in read.cell_at.items() if k == "side"}
    read.cell_at = {}
    extra = [
        RowSpec(c, f"{c} {p[0][2].names.get(p[0][0], '')}".strip(), 0, code=c)
        for c, p in places.items()
        if c not in own
    ]
    for spec in [*rows, *extra]:
        if not spec.code:
            continue
        found = places.get(spec.code, [])
        filled = [p for p in found if frame.figure(p[0], p[1])]
        if len(found) > 1 and len(filled) <= 1:
            found = filled or found[:1]
        row = RowRead(spec.key, spec.label, None, spec.code, spec.label)
        index = len(read.rows)
        read.rows.append(row)
        if len(found) == 1:
            r, column, lead = found[0]
            row.at, row.name = r, lead.names.get(r, "") or (named[spec.code].label if spec.code in named else "")
            row.grade = LIKELY if r in lead.guessed else CERTAIN
            read.cell_at[index, key] = side.get(r, (r, column))
        elif found:
            read.doubled[spec.key] = [p[0] for p in found]
        row.label = f"{spec.code} {row.name}".strip()


def _totals(
    frame: Frame,
    read: SectionRead,
    rows: Sequence[RowSpec],
    groups: Sequence[Lead],
    sides: Mapping[str, int],
    context: Context,
) -> None:
    """人员经费合计 and 公用经费合计: a row with its figure to the right, or a column of the total row."""
    key = read.spec.column_keys[0]
    amounts = sorted({at[1] for at in read.cell_at.values()})
    coded = {r for g in groups for r in g.codes}
    for spec in [r for r in rows if not r.code]:
        index = len(read.rows)
        row = RowRead(spec.key, spec.label, None, None, spec.label)
        read.rows.append(row)
        if spec.key in sides:
            total = next(
                (r for r in frame.lines if r not in coded and frame.total_in(r, range(1, groups[0].last + 1))), 0
            )
            if total:
                row.at, read.cell_at[index, key] = total, (total, sides[spec.key])
            continue
        found = _labelled(frame, spec, groups, context, amounts)
        if found is not None:
            at, grade = found
            row.at, row.grade = at[0], grade
            read.cell_at[index, key] = at
    _by_sum(frame, read, amounts)


def _labelled(
    frame: Frame, spec: RowSpec, groups: Sequence[Lead], context: Context, amounts: Sequence[int]
) -> tuple[tuple[int, int], str] | None:
    """The figure beside a label that says 人员经费合计 in some wording."""
    words = context.words
    concept = next(c for c in context.rows("基本支出表", groups_section(context)) if c.key == spec.key)
    known = {words.key(w[-1]) for w in concept.words}
    first = min(min(g.codes) for g in groups)
    best: tuple[float, tuple[int, int] | None] = (0.0, None)
    for r in frame.lines:
        for c in sorted(frame.grid.rows[r]):
            text = frame.text(r, c)
            if len(text) < 3:
                continue
            folded = words.key(text)
            if _SIDES[spec.key] not in folded:
                continue
            like = max(words.alike(folded, k) for k in known)
            if like < 0.5:
                continue
            at = _beside(frame, r, c, amounts)
            if at is None or (r < first and frame.figure(*at) is None):
                continue
            if like + 0.01 * (frame.figure(*at) is not None) > best[0]:
                best = like + 0.01 * (frame.figure(*at) is not None), at
    if best[1] is None:
        return None
    return best[1], CERTAIN if best[0] >= 0.99 else LIKELY


def groups_section(context: Context) -> SectionSpec:
    """The section of 基本支出表 in the form in hand."""
    return context.form.table("基本支出表").sections[0]


def _beside(frame: Frame, row: int, column: int, amounts: Sequence[int]) -> tuple[int, int] | None:
    """The amount cell right of a label: past its merge, up to the next text."""
    area = frame.grid.merge_at(row, column)
    after = [a for a in amounts if a > (area[3] if area else column)]
    if not after:
        return None
    if area and area[3] > column:
        return row, after[0]
    cells = frame.grid.rows[row]
    stop = min(
        (c for c in cells if c > column and cells[c].type == "s" and frame.figure(row, c) is None), default=10**6
    )
    near = [a for a in after if a < stop]
    filled = next((a for a in near if frame.figure(row, a) is not None), None)
    return (row, filled or near[-1]) if near else None


def _by_sum(frame: Frame, read: SectionRead, amounts: Sequence[int]) -> None:
    """A total under another name: a row without a code whose figure is 301 + 303, or the other classes."""
    key = read.spec.column_keys[0]
    value = {
        row.code: frame.figure(*at) or 0
        for i, row in enumerate(read.rows)
        if row.code and (at := read.cell_at.get((i, key)))
    }
    people = value.get("301", 0) + value.get("303", 0)
    public = sum(v for c, v in value.items() if len(c or "") == 3 and c not in ("301", "303"))
    coded = {at for i, row in enumerate(read.rows) if row.code and (at := read.cell_at.get((i, key)))}
    for i, row in enumerate(read.rows):
        if row.code or row.at is not None:
            continue
        want = people if row.key == "人员经费合计" else public
        if not want:
            continue
        spots = [
            (r, c)
            for r in frame.lines
            for c in amounts
            if (r, c) not in coded and (v := frame.figure(r, c)) and close(v, want, 4)
        ]
        taken = set(read.cell_at.values())
        spots = [s for s in spots if s not in taken]
        if len(spots) == 1 and people != public:
            row.at, row.grade = spots[0][0], LIKELY
            read.cell_at[i, key] = spots[0]
