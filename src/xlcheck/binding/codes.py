"""Columns of 科目代码, found by what stands in them: full, in parts, one level a column, beside or before the name.

Source of the layouts: docs/binding.md; numbers lose their zeros (208|5|5 is 2080505: two digits a part).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from xlcheck.binding.frame import Frame
from xlcheck.binding.words import total_word
from xlcheck.labels import plain
from xlcheck.reading.grid import Cell
from xlcheck.reading.rows import code_text

_FULL = re.compile(r"^[2-5]\d{2}(?:\d{2}){0,2}$", re.ASCII)
_PART = re.compile(r"^\d{1,2}$", re.ASCII)
_BOTH = re.compile(r"^\s*([2-5]\d{2}(?:\d{2}){0,2})[\s\-—_、.．:：]*([^\d\s.,，%()（）+\-].*)$", re.ASCII)
_NAMED_FIRST = re.compile(r"^(\D.*?)\(([2-5]\d{2}(?:\d{2}){0,2})\)$", re.ASCII)
_DIVIDED = re.compile(r"^([2-5]\d{2})([.\-/])(\d{2})(?:\2(\d{2}))?$", re.ASCII)
_SURE = 0.7


class Lead(NamedTuple):
    """A group of columns that say what a row is. ``codes``: row → code; ``names``: row → name as printed.

    ``columns`` are those of the code, ``name`` that of the name (0: none, or in the code's own cell); ``last`` is the
    last column of the group. ``guessed`` are rows whose code was found by the name alone.
    """

    columns: tuple[int, ...]
    name: int
    codes: Mapping[int, str]
    names: Mapping[int, str]
    guessed: frozenset[int] = frozenset()

    @property
    def last(self) -> int:
        """The last column of the group."""
        return max(*self.columns, self.name)


class _Stat(NamedTuple):
    full: tuple[int, ...]
    part: tuple[int, ...]
    both: tuple[int, ...]
    text: tuple[int, ...]
    other: tuple[int, ...]
    level: frozenset[int]


def code_groups(frame: Frame) -> list[Lead]:
    """The groups of code columns of a region, from left to right; empty where it has no codes."""
    if frame.groups is None:
        frame.groups = _groups(frame)
    return frame.groups


def _groups(frame: Frame) -> list[Lead]:
    stats = _stats(frame)
    columns = sorted(stats)
    groups: list[Lead] = []
    taken = 0
    for i, c in enumerate(columns):
        if c <= taken:
            continue
        stat = stats[c]
        found: Lead | None
        if _is_both(stat):
            found = _both(frame, c, stat)
        elif _is_code(frame, c, stat, stats, columns[i + 1 :]):
            found = _group(frame, c, stats, columns[i + 1 :])
        else:
            continue
        if found is not None:
            groups.append(found)
            taken = found.last
    if not groups and frame.carry[0] and frame.carried:
        return _carried(frame)
    return [_ours(group) for group in groups]


def _ours(group: Lead) -> Lead:
    """Codes as the classification has them: 2080000 is 208; the code of the unit itself (126) is none of them."""
    codes = {r: unpadded(c) for r, c in group.codes.items()} if padded(group.codes.values()) else group.codes
    if any(c[0] == "2" for c in codes.values()):
        codes = {r: c for r, c in codes.items() if not (c[0] == "1" and len(c) == 3)}
    return group._replace(codes=codes)


def padded(codes: Iterable[str]) -> bool:
    """Whether codes are filled up to seven digits: no code of the classification ends in 00."""
    listed = list(codes)
    return any(c.endswith("0000") for c in listed) and all(len(c) == 7 for c in listed)


def unpadded(code: str) -> str:
    """2080000 → 208, 2080100 → 20801."""
    return code[:3] if code.endswith("0000") else code[:5] if code.endswith("00") else code


def _carried(frame: Frame) -> list[Lead]:
    """A page that goes on with parts of codes alone, in the columns of the page before."""
    *columns, name = frame.carried
    rows = [
        r for r in frame.lines if not frame.counting(r) and frame.text(r, name) and any(True for _ in frame.figures(r))
    ]
    rows = [r for r in rows if any(frame.cell(r, c) is not None for c in columns)]
    codes = _decoded(frame, columns, rows)
    return [Lead(tuple(columns), name, codes, {r: frame.text(r, name) for r in codes})] if codes else []


def _dotted(frame: Frame) -> frozenset[int]:
    """Columns where a code is divided by dots in three parts: there 208.05 is a code too, elsewhere it is an amount."""
    return frozenset(
        c
        for r in frame.lines
        for c, cell in frame.grid.rows[r].items()
        if cell.type == "s" and cell.text.count(".") == 2 and _DIVIDED.match(plain(cell.text))
    )


def _coded(cell: Cell, *, dotted: bool) -> str:
    """What a cell says as a code: digits without what divides them (208-05-05, 208.05.05)."""
    bare = plain(code_text(cell.text))
    if cell.type != "s" or len(bare) > 9:
        return bare
    match = _DIVIDED.match(bare)
    if match is None or (match[2] == "." and not dotted):
        return bare
    return match[1] + match[3] + (match[4] or "")


def _both_of(text: str) -> tuple[str, str] | None:
    """Code and name of a cell that holds both: 208社会保障和就业支出, 社会保障和就业支出（208）."""
    bare = plain(text)
    if match := _BOTH.match(bare):
        return match[1], match[2]
    match = _NAMED_FIRST.match(bare)
    return (match[2], match[1]) if match else None


def _stats(frame: Frame) -> dict[int, _Stat]:
    found: dict[int, tuple[list[int], list[int], list[int], list[int], list[int]]] = {}
    lengths: dict[int, set[int]] = {}
    dotted = _dotted(frame)
    for r in frame.lines:
        for c, cell in frame.grid.rows[r].items():
            entry = found.get(c)
            if entry is None:
                entry = found[c] = ([], [], [], [], [])
                lengths[c] = set()
            text = cell.text
            if cell.type not in ("n", "s") or len(text) > 80:
                entry[3 if cell.type == "s" else 4].append(r)
                continue
            if cell.type == "n" and text[-2:-1] != "." and "." in text and "E" not in text and "e" not in text:
                entry[4].append(r)  # 525.21: no code
                continue
            if cell.type == "n" or text[:1].isdigit() or text[:1].isspace():
                bare = _coded(cell, dotted=c in dotted)
            else:
                bare = plain(text) if not text.isascii() else text.strip()
            if _FULL.match(bare):
                entry[0].append(r)
                lengths[c].add(len(bare))
            elif _PART.match(bare):
                entry[1].append(r)
            elif cell.type == "s" and (bare[:1].isdigit() or bare[-1:] == ")") and _both_of(bare):
                entry[2].append(r)
            elif cell.type == "s":
                entry[3].append(r)
            else:
                entry[4].append(r)
    return {
        c: _Stat(tuple(full), tuple(part), tuple(both), tuple(text), tuple(other), frozenset(lengths[c]))
        for c, (full, part, both, text, other) in found.items()
    }


def _is_both(stat: _Stat) -> bool:
    return len(stat.both) > 0 and len(stat.both) >= 0.6 * (len(stat.both) + len(stat.full) + len(stat.other))


def _is_code(frame: Frame, column: int, stat: _Stat, stats: Mapping[int, _Stat], after: list[int]) -> bool:
    """Whether a column holds codes: nearly all its cells look like it, and a name stands to the right.

    A round amount of three digits looks like a code; a name beside it does not stand there.
    """
    if not stat.full:
        return False
    amounts = [r for r in stat.text if frame.figure(r, column) is not None]  # figures kept as text
    inside = [r for r in (*stat.part, *stat.other, *amounts) if not frame.counting(r)]
    if len(stat.full) < _SURE * (len(stat.full) + len(inside)):
        return False
    named = sum(_name_right(frame, r, column, stats, after) for r in stat.full)
    return named >= _SURE * len(stat.full) or (
        len(stat.level) > 1 and len(stat.full) > 2 and _tree(frame, column, stat)
    )


def _tree(frame: Frame, column: int, stat: _Stat) -> bool:
    """Whether the codes of a column stand below one another (208, 20805, 2080505): figures do not."""
    dotted = column in _dotted(frame)
    codes = {_coded(frame.grid.rows[r][column], dotted=dotted) for r in stat.full}
    below = [c for c in codes if len(c) > 3]
    return bool(below) and sum(c[:-2] in codes for c in below) >= 0.8 * len(below)


def _name_right(frame: Frame, row: int, column: int, stats: Mapping[int, _Stat], after: list[int]) -> bool:
    for c in after:
        if c > column + 5:
            return False
        cell = frame.cell(row, c)
        if cell is None:
            continue
        if cell.type == "s" and (row in stats[c].text or row in stats[c].both):
            return len(cell.text.strip()) > 1 and frame.figure(row, c) is None
        if row not in stats[c].full and row not in stats[c].part:
            return False
    return False


def _group(frame: Frame, first: int, stats: Mapping[int, _Stat], after: list[int]) -> Lead | None:
    """The code column ``first`` with the columns of parts or further levels beside it, and the names."""
    columns = [first]
    rows = set(stats[first].full)
    top = min(rows)
    for c in after:
        if c > columns[-1] + 2:
            break
        stat = stats[c]
        inside = [*stat.full, *(r for r in stat.part if (r >= top or frame.carry[0]) and not frame.counting(r))]
        others = [r for r in stat.other if r >= top] + [
            r for r in stat.text if r >= top and not _lead_text(frame, r, c)
        ]
        if inside and len(others) * 6 <= len(inside) and len(columns) < 3:
            columns.append(c)
            rows.update(inside)
            continue
        break
    name = next((c for c in after if columns[-1] < c <= columns[-1] + 4 and _names(stats[c], rows)), 0)
    codes = _decoded(frame, columns, sorted(rows))
    names = {r: frame.text(r, name) for r in rows} if name else {}
    return Lead(tuple(columns), name, codes, names) if codes else None


def _names(stat: _Stat, rows: set[int]) -> bool:
    return sum(r in rows for r in stat.text) >= 0.5 * len(rows)


def _lead_text(frame: Frame, row: int, column: int) -> bool:
    """Whether a text in a code column is none that speaks against it: a total, or a header that is repeated."""
    key = frame.words.key(frame.text(row, column))
    leads = frame.words.leads
    return total_word(key) or any(key in leads[role] for role in ("code", "name", "label", "line", "codename"))


def _both(frame: Frame, column: int, stat: _Stat) -> Lead:
    codes, names = {}, {}
    for r in sorted((*stat.both, *stat.full)):
        text = frame.text(r, column) or (frame.cell(r, column).text if frame.cell(r, column) else "")  # type: ignore[union-attr]
        found = _both_of(text) if r in stat.both else None
        codes[r], names[r] = found or (code_text(text), "")
    return Lead((column,), 0, codes, names)


def _decoded(frame: Frame, columns: list[int], rows: list[int]) -> dict[int, str]:
    """Row → code. A part belongs to the class and 款 above it where its own row does not print them."""
    found: dict[int, str] = {}
    top, second = frame.carry
    single = len(columns) == 1
    dotted = _dotted(frame)
    for row in rows:
        parts = []
        for c in columns:
            cell = frame.cell(row, c)
            parts.append(_coded(cell, dotted=c in dotted) if cell is not None else "")
        full = max((p for p in parts if _FULL.match(p)), key=len, default="")
        if single:
            if full:
                found[row] = full
            continue
        code = _joined(parts, full, top, second)
        if code:
            found[row] = code
            top = code[:3]
            second = code[:5] if len(code) >= 5 else ""
    return found


def _joined(parts: list[str], full: str, top: str, second: str) -> str:
    """The code that the parts of a row make; ``top`` and ``second`` are the class and 款 above."""
    if len(full) > 3:
        index = parts.index(full)
        rest = [p for p in parts[index + 1 :] if p]
        return full + rest[0].zfill(2) if len(full) == 5 and len(rest) == 1 and _PART.match(rest[0]) else full
    small = [(i, p) for i, p in enumerate(parts) if _PART.match(p)]
    if any(p and not _PART.match(p) and p != full for p in parts):
        return ""
    zeros = [(i, p) for i, p in small if int(p) != 0]
    if full:
        base = full
    elif zeros and zeros[0][0] == 1 and top:
        base = top
    elif zeros and zeros[0][0] >= 2 and second:
        base = second
    else:
        return ""
    return base + "".join(p.zfill(2) for _, p in zeros)
