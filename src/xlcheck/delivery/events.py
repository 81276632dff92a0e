"""File events shorten the wait for the next look; where there are none (network shares), time does. The door for watchfiles."""

from __future__ import annotations

import threading
import time
from pathlib import Path


class Waiter:
    """Waits for something to happen in a folder, for a time at most; :meth:`stop` ends the wait from a signal handler."""

    def __init__(self, folder: Path, *, events: bool) -> None:
        self._folder = folder
        self._events = events
        self._stop = threading.Event()

    @property
    def stopped(self) -> bool:
        """Whether :meth:`stop` was called."""
        return self._stop.is_set()

    def stop(self) -> None:
        """End this wait and all to come."""
        self._stop.set()

    def wait(self, seconds: float) -> None:
        """Until something changes, but no longer than ``seconds``."""
        if self.stopped or seconds <= 0:
            return
        if self._events and self._watched(seconds):
            return
        self._stop.wait(seconds)

    def _watched(self, seconds: float) -> bool:
        """Whether waiting by events worked."""
        try:
            from watchfiles import watch

            start = time.monotonic()
            for changes in watch(
                self._folder, stop_event=self._stop, rust_timeout=int(seconds * 1000), yield_on_timeout=True,
                raise_interrupt=False, debounce=200, step=50, watch_filter=None,
            ):  # fmt: skip
                if changes or self.stopped or time.monotonic() - start >= seconds:
                    return True
        except (ImportError, OSError, RuntimeError):
            self._events = False  # no events here: from now on by time alone
            return False
        return True
