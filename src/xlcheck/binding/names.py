"""Rows of a code table that print names and no codes: the codes are found by name, class above 款 above 项.

One name may have many codes (行政运行 is in every 款); which one is meant follows from the rows above. A name that the
list of codes does not have leaves its place open: what it adds up to can't be said.
"""

from __future__ import annotations

from collections.abc import Mapping

from xlcheck.binding.codes import Lead
from xlcheck.binding.frame import Frame
from xlcheck.binding.reading import Context

_LEAST = 0.5


def names_of(codes: Mapping[str, Mapping[str, str]], fold: object) -> dict[str, tuple[str, ...]]:
    """Folded name → codes that have it. ``fold`` is :meth:`xlcheck.binding.words.Words.key`."""
    found: dict[str, list[str]] = {}
    for code, names in codes.items():
        for name in names:
            found.setdefault(fold(name), []).append(code)  # type: ignore[operator]
    return {name: tuple(sorted(listed)) for name, listed in found.items()}


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
        if len(fits) >= 2 and len(fits) >= _LEAST * (texts - 4) and len(fits) > best[0]:
            best = len(fits), c, fits
    if not best[0]:
        return None
    return _decoded(frame, best[1], best[2])


def _decoded(frame: Frame, column: int, fits: Mapping[int, tuple[str, ...]]) -> Lead | None:
    codes: dict[int, str] = {}
    names: dict[int, str] = {}
    top = second = ""
    for r in sorted(fits):
        code = _chosen(fits[r], top, second)
        if code is None:
            continue
        codes[r], names[r] = code, frame.text(r, column)
        top = code[:3]
        second = code[:5] if len(code) >= 5 else ""
    return Lead((column,), column, codes, names, frozenset(codes)) if codes else None


def _chosen(candidates: tuple[str, ...], top: str, second: str) -> str | None:
    """The code that a name means below the class ``top`` and the 款 ``second``."""
    for above, length in ((second, 7), (top, 5)):
        inside = [c for c in candidates if above and c.startswith(above) and len(c) == length]
        if len(inside) == 1:
            return inside[0]
    classes = [c for c in candidates if len(c) == 3]
    if len(classes) == 1:
        return classes[0]
    inside = [c for c in candidates if top and c.startswith(top)]
    if len(inside) == 1:
        return inside[0]
    return candidates[0] if len(candidates) == 1 else None
