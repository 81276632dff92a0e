"""One overview with every state, read from a real ledger, for all tests that only look at it."""

from __future__ import annotations

import pytest

from support import ledgers
from xlcheck.ledger import receipts
from xlcheck.ledger.receipts import Line
from xlcheck.ledger.store import Ledger
from xlcheck.overview.standing import Overview


@pytest.fixture(scope="session")
def desk(tmp_path_factory):
    return tmp_path_factory.mktemp("desk")


@pytest.fixture(scope="session")
def seen(desk) -> Overview:
    return ledgers.full(desk)


@pytest.fixture(scope="session")
def lines(seen, desk) -> list[Line]:
    with Ledger(desk / "台账" / "ledger.sqlite") as ledger:
        return list(receipts.register(ledger, ledgers.YEAR))
