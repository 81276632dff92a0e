"""Rows of a code table that print names and no codes: the codes are found by name, class above 款 above 项.

One name may have many codes (行政运行 is in every 款); which one is meant follows from the rows above. A name that the
list of codes does not have gets a code of our own by its place (the class and two characters): sums hold, and no one takes it for a code.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from xlcheck.binding.codes import Lead
from xlcheck.binding.evidence import close
from xlcheck.binding.frame import Frame
from xlcheck.binding.reading import Context
from xlcheck.binding.words import total_word

_LEAST = 0.5
_FEWEST = 3


def names_of(codes: Mapping[str, Mapping[str, str]], fold: object) -> dict[str, tuple[str, ...]]:
    """Folded name → codes that have it. ``fold`` is :meth:`xlcheck.binding.words.Words.key`."""
    found: dict[str, list[str]] = {}
    for code, names in codes.items():
        for name in names:
            found.setdefault(fold(name), []).append(code)  # type: ignore[operator]
    return {name: tuple(sorted(set(listed))) for name, listed in found.items()}


def named_group(frame: Frame, context: Context, wanted: str) -> Lead | None:
    """The column whose texts are names of codes that begin with ``wanted``; None where there is none."""
    best: tuple[int, int, dict[int, tuple[str, ...]]] = (0, 0, {})
    columns = {c for r in frame.lines for c in frame.grid.rows[r]}
    for c in sorted(columns):
        fits: dict[int, tuple[str, ...]] = {}
        texts = 0
        for r in frame.lines:
            text = frame.text(r, c)
            if len(text) < 2:
                continue
            texts += 1
            codes = tuple(x for x in context.names.get(context.words.key(text), ()) if x.startswith(wanted))
            if codes:
                fits[r] = codes
        classes = any(len(x) == 3 for codes in fits.values() for x in codes)
        if fits and (classes or frame.carry[0] or len(fits) >= max(2, _LEAST * (texts - 4))) and len(fits) > best[0]:
            best = len(fits), c, fits
    if not best[0]:
        return None
    return _decoded(frame, best[1], best[2])


def named_blocks(frame: Frame, context: Context, wanted: str) -> list[Lead]:
    """All columns whose texts are names of codes that begin with ``wanted``, from left to right; only listed names."""
    found = []
    for c in sorted({c for r in frame.lines for c in frame.grid.rows[r]}):
        fits: dict[int, tuple[str, ...]] = {}
        for r in frame.lines:
            key = context.words.key(frame.text(r, c))
            codes = tuple(x for x in context.names.get(key, ()) if x.startswith(wanted)) if key else ()
            if codes:
                fits[r] = codes
        if len(fits) >= _FEWEST and (lead := _decoded(frame, c, fits, listed_only=True)) is not None:
            found.append(lead)
    return found


def _decoded(
    frame: Frame, column: int, fits: Mapping[int, tuple[str, ...]], *, listed_only: bool = False
) -> Lead | None:
    codes: dict[int, str] = {}
    names: dict[int, str] = {}
    top, second = frame.carry
    first = min(fits)
    levels = _levels(frame, column, fits)
    for r in [x for x in frame.lines if x >= first]:
        text = frame.text(r, column)
        if len(text) < 2 or total_word(frame.words.key(text)):
            continue
        code = _chosen(fits.get(r, ()), top, second, levels.get(_indent(frame, r, column), 0))
        if code is None:
            if frame.words.key(text) in frame.words.leads["name"] or not any(True for _ in frame.figures(r)):
                continue
            code = _unlisted(frame, r, column, (top, second), levels) if not listed_only else ""
        if not code:
            continue
        codes[r], names[r] = code, text
        top = code[:3]
        second = code[:5] if len(code) >= 5 else ""
    return Lead((column,), column, codes, names, frozenset(codes)) if codes else None


def _indent(frame: Frame, row: int, column: int) -> int:
    """Width of the white space before a name, a full-width space counting twice."""
    cell = frame.cell(row, column)
    text = cell.text if cell is not None else ""
    return sum(2 if ch == "\u3000" else 1 for ch in text[: len(text) - len(text.lstrip())])


def _levels(frame: Frame, column: int, fits: Mapping[int, tuple[str, ...]]) -> dict[int, int]:
    """Indent → length of the code, where the names that are known agree on it."""
    seen: dict[int, set[int]] = {}
    for r, codes in fits.items():
        if len({len(c) for c in codes}) == 1:
            seen.setdefault(_indent(frame, r, column), set()).add(len(codes[0]))
    plain = {indent: next(iter(lengths)) for indent, lengths in seen.items() if len(lengths) == 1}
    if len(set(plain.values())) != len(plain):
        return {}
    if len(plain) > 1:
        return plain
    steps = sorted({_indent(frame, r, column) for r in frame.lines if r >= min(fits) and frame.text(r, column)})
    ranked = dict(zip(steps, (3, 5, 7), strict=False))
    return ranked if 1 < len(steps) <= 3 and all(ranked.get(i) == n for i, n in plain.items()) else {}


def _unlisted(frame: Frame, row: int, column: int, above: tuple[str, str], levels: Mapping[int, int]) -> str:
    """A code of our own for a name that the list does not have: the code above and the first characters of the name.

    Its level follows from the indent, else from the figures: a 款 is the sum of the rows below it.
    """
    top, second = above
    mark = _mark(frame.words.key(frame.text(row, column)))
    level = levels.get(_indent(frame, row, column), 0)
    if not level and top:
        level = 5 if not second or _sums_below(frame, row, column) else 7
    if level == 7 and second:
        return second + mark
    return top + mark if level == 5 and top else ""


def _mark(name: str) -> str:
    """Two characters that stand for a name, the same in every table: a digest, so that names alike don't meet."""
    digest = hashlib.sha256(name.encode()).digest()
    return "".join(chr(0x4E00 + int.from_bytes(digest[n : n + 2], "big") % 20_000) for n in (0, 2))


def _sums_below(frame: Frame, row: int, column: int) -> bool:
    """Whether the rows right below a row add up to it before they exceed it."""
    own = {c: v for c, v in frame.figures(row) if c > column and v}
    if not own:
        return False
    at = next(iter(own))
    total, rows = 0, [r for r in frame.lines if r > row]
    for n, r in enumerate(rows[:60]):
        total += frame.figure(r, at) or 0
        if close(total, own[at], n + 1):
            return all(close(sum(frame.figure(q, c) or 0 for q in rows[: n + 1]), v, n + 1) for c, v in own.items())
        if abs(total) > abs(own[at]):
            return False
    return False


def _chosen(candidates: tuple[str, ...], top: str, second: str, level: int) -> str | None:
    """The code that a name means below the class ``top`` and the 款 ``second``; ``level`` is its length by the indent."""
    if level:
        candidates = tuple(c for c in candidates if len(c) == level)
    for above, length in ((second, 7), (top, 5)):
        inside = [c for c in candidates if above and c.startswith(above) and len(c) == length]
        if len(inside) == 1:
            return inside[0]
    classes = [c for c in candidates if len(c) == 3]
    if len(classes) == 1:
        return classes[0]
    inside = [c for c in candidates if top and c.startswith(top)]
    if len(inside) == 1 and (len(inside[0]) != 7 or inside[0].startswith(second) or not second):
        return inside[0] if len(inside[0]) < 7 else None
    return None
