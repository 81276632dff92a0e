"""Who may come in: this browser, by a token that is good for one visit, and no page of another site."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie


class Doorkeeper:
    """Tokens and cookies of one run. Everything is asked from 127.0.0.1 under the very address that was given out."""

    def __init__(self, port: int) -> None:
        self.host = f"127.0.0.1:{port}"
        self.origin = f"http://{self.host}"
        self.secret = secrets.token_urlsafe(24)  # for the program itself, run a second time
        self._name = f"xlcheck-{port}"  # cookies know no ports
        self._session = secrets.token_urlsafe(24)
        self._tokens: set[str] = set()
        self._lock = threading.Lock()

    def address(self) -> str:
        """An address that opens the page once."""
        token = secrets.token_urlsafe(24)
        with self._lock:
            self._tokens.add(token)
        return f"{self.origin}/?t={token}"

    def admit(self, token: str) -> str | None:
        """The cookie for who brings a token, which is used up by that; None where it is not known."""
        with self._lock:
            known = token in self._tokens
            self._tokens.discard(token)
        return f"{self._name}={self._session}; Path=/; HttpOnly; SameSite=Strict" if known else None

    def is_ours(self, headers: Mapping[str, str]) -> bool:
        """Whether a request was made to this very address, not to a name that leads here, and not from another page."""
        origin = headers.get("Origin")
        return headers.get("Host") == self.host and origin in (None, self.origin)

    def knows(self, headers: Mapping[str, str]) -> bool:
        """Whether a request brings the cookie."""
        try:
            cookie = SimpleCookie(headers.get("Cookie", "")).get(self._name)
        except CookieError:
            return False
        return cookie is not None and secrets.compare_digest(cookie.value.encode(), self._session.encode())

    def may_change(self, headers: Mapping[str, str]) -> bool:
        """Whether a request that changes something says that it comes from our page."""
        return headers.get("Origin") == self.origin and self.knows(headers)

    def is_program(self, headers: Mapping[str, str]) -> bool:
        """Whether it is the program itself that asks."""
        return secrets.compare_digest(headers.get("X-Xlcheck", "").encode(), self.secret.encode())
