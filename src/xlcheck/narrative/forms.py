"""The forms of sentences, compiled: by the class of words that a sentence may begin with, so that few are tried."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from xlcheck.profile import SentenceForm

CompiledFrames = Mapping[str, tuple[tuple[SentenceForm, re.Pattern[str]], ...]]


@lru_cache(maxsize=64)
def compiled_frames(frames: tuple[SentenceForm, ...], signs: tuple[str, ...]) -> CompiledFrames:
    """Forms by the sign (of :attr:`NarrativeProfile.classes`) that they may begin with, in the order of the profile."""
    found: dict[str, list[tuple[SentenceForm, re.Pattern[str]]]] = {sign: [] for sign in signs}
    for frame in frames:
        pattern = re.compile(frame.pattern)
        for sign in frame.firsts:
            found[sign].append((frame, pattern))
    return {sign: tuple(listed) for sign, listed in found.items()}
