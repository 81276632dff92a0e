"""Letters sent by the watcher itself (自动发送), between looks: never so long that workbooks wait for it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from xlcheck.delivery.desk import Desk
from xlcheck.delivery.send import Say, send
from xlcheck.errors import Usage
from xlcheck.ledger import letters
from xlcheck.ledger.store import now

_AT_MOST = 60.0  # seconds of sending between two looks
_FIRST_WAIT, _LONGEST_WAIT = 900.0, 14_400.0  # seconds after the server would not have us: mailboxes lock who insists


@dataclass
class Automatic:
    """Called after every look. What the server, or a person, has to mend first is said once and tried less and less often."""

    desk: Desk
    say: Say
    stopped: Callable[[], bool]
    clock: Callable[[], float] = time.monotonic
    _not_before: float = 0.0
    _wait: float = 0.0
    _said: str = ""

    def __call__(self) -> None:
        """Send what is due, if letters are to be sent by themselves. Letters wait; workbooks must not: nothing is raised."""
        if not self._wanted or self.clock() < self._not_before:
            return
        try:
            fault = self._send_due()
        except Usage as error:
            self._put_off()
            self._tell(f"{error} 改好后重新启动 watch；不改则 {self._wait / 60:.0f} 分钟后再试。")
            return
        except Exception as error:  # noqa: BLE001 - see above
            self._tell(f"没有发信：{error}")
            return
        if fault is not None:
            self._wait = 0.0
            self._tell(f"{fault} 信件留在“发件”里，到时间再发。" if fault else "")

    def _send_due(self) -> str | None:
        """The fault that stopped the sending (empty: none did); None where nothing is due."""
        if not letters.due(self.desk.ledger, now()):
            return None
        until = self.clock() + _AT_MOST
        return send(self.desk, self.say, lambda: self.stopped() or self.clock() > until).fault

    @property
    def _wanted(self) -> bool:
        mail = self.desk.settings.mail
        return mail is not None and mail.automatic == "是"

    def _put_off(self) -> None:
        """Wait twice as long as the last time."""
        self._wait = min(max(self._wait * 2, _FIRST_WAIT), _LONGEST_WAIT)
        self._not_before = self.clock() + self._wait

    def _tell(self, said: str) -> None:
        """The same thing is said once, until something else comes of it."""
        if said and said != self._said:
            self.say(said)
        self._said = said
