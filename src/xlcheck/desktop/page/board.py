"""What the page shows, and who waits for what: the server's threads meet here, and nowhere else."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import BinaryIO

from xlcheck.desktop.page.checker import Checker, News, Order
from xlcheck.desktop.page.uploads import Stage, Upload, Uploads
from xlcheck.errors import Fault

_STATES = {"started": Stage.CHECKING, "done": Stage.DONE, "failed": Stage.FAILED}
_AT_ONCE = 20  # uploads that are handed to the checker together


class Board:
    """The uploads in memory, each with its state; every change has a number, for which a page can wait."""

    def __init__(self, uploads: Uploads) -> None:
        self.uploads = uploads
        self._changed = threading.Condition()
        self._version = 1
        self._ended = False
        self._held = {upload.id: upload for upload in uploads.all()}

    def add(self, shown: str, source: BinaryIO, size: int) -> Upload:
        """Receive a file.

        Raises:
            Fault: it can't be written.
            ConnectionError: it ended early.
        """
        upload = self.uploads.receive(shown, source, size)
        self._put(upload)
        return upload

    def find(self, number: str) -> Upload | None:
        """The upload of a number; None where there is none."""
        with self._changed:
            return self._held.get(number)

    def hide(self, number: str) -> None:
        """Take an upload off the page. Its files stay where they are."""
        upload = self.find(number)
        if upload is not None and upload.state in (Stage.DONE, Stage.FAILED):
            upload = replace(upload, hidden=True)
            self.uploads.write(upload)
            self._put(upload)

    def seen_since(self, version: int, seconds: float) -> tuple[int, list[Upload]]:
        """The number of the last change, and all that is to be seen; waits for a change later than ``version``."""
        with self._changed:
            self._changed.wait_for(lambda: self._version > version or self._ended, seconds)
            return self._version, [upload for upload in self._held.values() if not upload.hidden]

    def end(self) -> None:
        """Wake everybody who waits: it is over."""
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def check_all(self, checker: Checker, failed: Callable[[Fault], None]) -> None:
        """Hand what waits to the checker, until the end (in a thread of its own)."""
        while orders := self._next():
            checker.check(orders, lambda news: self._heard(news, failed))

    def _next(self) -> list[Order]:
        """What waits, as soon as something does; nothing at the end."""
        with self._changed:
            self._changed.wait_for(lambda: self._ended or bool(self._waiting()))
            waiting = [] if self._ended else self._waiting()[:_AT_ONCE]
        return [
            Order(u.id, self.uploads.original(u), u.shown, self.uploads.results(u), self.uploads.report(u))
            for u in waiting
        ]

    def _waiting(self) -> list[Upload]:
        return [upload for upload in self._held.values() if upload.state is Stage.WAITING]

    def _heard(self, news: News, failed: Callable[[Fault], None]) -> None:
        upload = self.find(news.id)
        if upload is None or self._ended:
            return
        upload = replace(upload, state=_STATES[news.kind], rows=news.rows, said=news.said)
        try:
            self.uploads.write(upload)
        except Fault as error:
            failed(error)
        self._put(upload)

    def _put(self, upload: Upload) -> None:
        with self._changed:
            self._held[upload.id] = upload
            self._version += 1
            self._changed.notify_all()
