"""The roster's file as it lies there: read anew when it has changed, and not before it has settled."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from xlcheck.delivery.stability import complete
from xlcheck.office.roster import Roster

_LONGEST = 10.0  # seconds that a first look waits for a roster that is being written


@dataclass
class RosterFile:
    """Reads the roster at ``path`` by ``load``; a change counts when the file has not changed for ``settle`` seconds.

    Until then the last one holds: half a roster would make half of the units strangers.
    """

    path: Path
    settle: float
    load: Callable[[Path], Roster]
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    _roster: Roster | None = None
    _stamp: tuple[int, int] = (0, 0)
    _seen: tuple[tuple[int, int], float] = field(default=((0, 0), 0.0))

    def roster(self) -> Roster:
        """The units.

        Raises:
            Usage, DataError: it can't be read; the last one that could stays out of use until it is mended.
        """
        try:
            stamp = self._stamped()
        except OSError:
            return self.load(self.path)  # says why it can't be read
        if self._roster is not None and stamp == self._stamp:
            return self._roster
        if self._roster is not None and not self._has_settled(stamp):
            return self._roster
        if self._roster is None:
            stamp = self._waited_for(stamp)
        found = self.load(self.path)
        self._roster, self._stamp = found, stamp
        return found

    def _stamped(self) -> tuple[int, int]:
        state = self.path.stat()
        return state.st_mtime_ns, state.st_size

    def _has_settled(self, stamp: tuple[int, int]) -> bool:
        """Whether a change has been left alone, look after look, and the end of the file is there."""
        if self._seen[0] != stamp:
            self._seen = stamp, self.clock()
        return self.clock() - self._seen[1] >= self.settle and complete(self.path)

    def _waited_for(self, stamp: tuple[int, int]) -> tuple[int, int]:
        """With no roster to go on with: one that was written a moment ago is waited for; at most for some seconds."""
        until = self.clock() + _LONGEST
        while (young := self.settle - abs(time.time() - stamp[0] / 1e9)) > 0 and self.clock() < until:
            self.sleep(min(young, 0.5))
            try:
                stamp = self._stamped()
            except OSError:
                break
        return stamp
