"""The roster of a desk: read anew when its files have changed, and not before they have settled."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from xlcheck.delivery.stability import complete
from xlcheck.office.roster import Roster
from xlcheck.office.rosterfile import Stamp

_LONGEST = 10.0  # seconds that a first look waits for a roster that is being written
Stamps = tuple[Stamp, ...]


@dataclass
class SettledRoster:
    """Reads the roster by ``load``; a change of ``stamps`` counts when they have not changed for ``settle`` seconds.

    Until then the last one holds: half a roster would make half of the units strangers.
    """

    stamps: Callable[[], Stamps]
    load: Callable[[], Roster]
    settle: float
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    _roster: Roster | None = None
    _read: Stamps = ()
    _seen: tuple[Stamps, float] = ((), 0.0)

    def roster(self) -> Roster:
        """The units.

        Raises:
            Usage, DataError: it can't be read; the last one that could stays out of use until it is mended.
        """
        seen = self.stamps()
        if self._roster is None:
            return self._taken(self._waited_for(seen))
        if seen == self._read or not self._has_settled(seen):
            return self._roster
        return self._taken(seen)

    def renew(self) -> None:
        """Read it at once: who calls this has written it, whole.

        Raises:
            Usage, DataError: as :meth:`roster`.
        """
        self._taken(self.stamps())

    def _taken(self, seen: Stamps) -> Roster:
        found = self.load()
        self._roster, self._read = found, seen
        return found

    def _has_settled(self, seen: Stamps) -> bool:
        """Whether a change has been left alone, look after look, and the ends of the files are there."""
        if self._seen[0] != seen:
            self._seen = seen, self.clock()
        return self.clock() - self._seen[1] >= self.settle and all(complete(stamp.path) for stamp in seen)

    def _waited_for(self, seen: Stamps) -> Stamps:
        """With no roster to go on with: one that was written a moment ago is waited for; at most for some seconds."""
        until = self.clock() + _LONGEST
        while (young := self._young(seen)) > 0 and self.clock() < until:
            self.sleep(min(young, 0.5))
            seen = self.stamps()
        return seen

    def _young(self, seen: Stamps) -> float:
        """For how many seconds more a file is too young to be sure of."""
        now = time.time()
        return max((self.settle - abs(now - stamp.changed / 1e9) for stamp in seen), default=0.0)
