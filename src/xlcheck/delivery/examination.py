"""What the doctor says of one thing."""

from __future__ import annotations

from typing import NamedTuple


class Examination(NamedTuple):
    """``grade``: good, doubt, bad. ``todo`` is what to do (empty: nothing)."""

    grade: str
    what: str
    said: str
    todo: str = ""
