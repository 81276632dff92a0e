"""The forms of sentences, compiled: by the class of words that a sentence may begin with, so that few are tried."""

from __future__ import annotations

import re
import re._parser as sre  # type: ignore[import-untyped]  # noqa: PLC2701 - only the parsed pattern tells what it may begin with
from collections.abc import Iterator, Mapping
from functools import lru_cache

from xlcheck.profile import Frame

CompiledFrames = Mapping[str, tuple[tuple[Frame, re.Pattern[str]], ...]]


@lru_cache(maxsize=64)
def compiled_frames(frames: tuple[Frame, ...], signs: tuple[str, ...]) -> CompiledFrames:
    """Forms by the sign (of :attr:`Profile.classes`) that they may begin with, in the order of the profile."""
    found: dict[str, list[tuple[Frame, re.Pattern[str]]]] = {sign: [] for sign in signs}
    for frame in frames:
        pattern = re.compile(frame.pattern)
        for sign in dict.fromkeys(_leading(sre.parse(frame.pattern))):
            if sign in found:
                found[sign].append((frame, pattern))
    return {sign: tuple(listed) for sign, listed in found.items()}


def _leading(parsed: object) -> Iterator[str]:
    """Characters that a parsed pattern may begin with."""
    for op, argument in parsed:  # type: ignore[attr-defined]
        name = str(op)
        if name == "LITERAL":
            yield chr(argument)
            return
        if name == "SUBPATTERN":
            yield from _leading(argument[-1])
            if not _may_be_empty(argument[-1]):
                return
        elif name == "BRANCH":
            for branch in argument[1]:
                yield from _leading(branch)
            if not any(_may_be_empty(b) for b in argument[1]):
                return
        elif name == "IN":
            yield from (chr(a) for o, a in argument if str(o) == "LITERAL")
            return
        elif name in ("MAX_REPEAT", "MIN_REPEAT"):
            yield from _leading(argument[2])
            if argument[0] > 0 and not _may_be_empty(argument[2]):
                return


def _may_be_empty(parsed: object) -> bool:
    return parsed.getwidth()[0] == 0  # type: ignore[attr-defined,no-any-return]
