"""How far a run is: how many a second, and how long it will still take."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

_WINDOW = 60.0  # seconds over which the rate is taken


@dataclass
class Pace:
    """Counts what is done over time. ``total`` is 0 where it isn't known; ``clock`` gives seconds."""

    total: int
    clock: Callable[[], float]
    done: int = 0
    _marks: deque[tuple[float, int]] = field(default_factory=deque)

    def __post_init__(self) -> None:
        self._marks.append((self.clock(), 0))

    def at(self, done: int) -> None:
        """So many are done now."""
        self.done = done
        now = self.clock()
        if now - self._marks[-1][0] >= 1.0:
            self._marks.append((now, done))
            while now - self._marks[0][0] > _WINDOW:
                self._marks.popleft()

    @property
    def rate(self) -> float:
        """Workbooks a second, over the last minute."""
        since, before = self._marks[0]
        passed = self.clock() - since
        return (self.done - before) / passed if passed > 0 else 0.0

    @property
    def left(self) -> float | None:
        """Seconds until all is done; None where that can't be said."""
        if not self.total or self.rate <= 0:
            return None
        return max(0, self.total - self.done) / self.rate

    def line(self) -> str:
        """All of it, for people."""
        of_all = f"/{self.total}" if self.total else ""
        left = f"，还要约 {duration(self.left)}" if self.left is not None else ""
        return f"已完成 {self.done}{of_all} 份，每秒 {self.rate:.1f} 份{left}"


def duration(seconds: float) -> str:
    """A time as people say it."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} 秒"
    if whole < 3600:
        return f"{whole // 60} 分 {whole % 60} 秒"
    return f"{whole // 3600} 小时 {whole % 3600 // 60} 分"
