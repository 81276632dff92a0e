"""The outbox: folders for the eye, one for each state of a letter; what the state is, the ledger says.

A letter is written into 起草 before the ledger knows of it, and renamed from folder to folder after the ledger has
changed. After a crash :func:`tidy_up` puts every file where the ledger says it belongs.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from xlcheck.delivery.claim import move
from xlcheck.delivery.desk import Desk
from xlcheck.errors import Fault
from xlcheck.ledger import letters
from xlcheck.ledger.records import Letter, Posted, Receipt
from xlcheck.ledger.store import Transaction

_PATIENCE = 20.0  # seconds; a draft takes milliseconds


def enter(change: Transaction, letter: Posted) -> None:
    """Make a letter known to the ledger, in the transaction that records its workbook."""
    letters.add(change, letter)


def post(desk: Desk, receipt: Receipt) -> None:
    """Take the letter of a workbook from 起草 to 待发.

    Raises:
        Fault: the machine refuses.
    """
    for one in letters.of_receipt(desk.ledger, receipt.id):
        place(desk, one)


def place(desk: Desk, letter: Posted) -> None:
    """Put a letter's file into the folder of its state, wherever it is.

    Raises:
        Fault: the machine refuses.
    """
    home = desk.folders.letters(Letter(letter.state)) / letter.file
    if home.is_file():
        return
    source = find(desk, letter)
    if source is not None:
        move(source, home)


def find(desk: Desk, letter: Posted) -> Path | None:
    """Where a letter's file is now; None if it is nowhere."""
    places = [
        desk.folders.letters(Letter(letter.state)),
        *(desk.folders.letters(s) for s in Letter),
        desk.folders.drafts,
    ]
    return next((p / letter.file for p in places if (p / letter.file).is_file()), None)


def change(desk: Desk, letter: Posted, state: Letter, **more: Any) -> Posted:
    """A letter in its next state: in the ledger first, then in the folders.

    Raises:
        Fault: the machine refuses.
    """
    old = letter.file
    with desk.ledger.transaction() as transaction:
        letter = letters.move(transaction, letter, state, **more)
    place(desk, letter)
    if letter.file != old:
        for folder in {desk.folders.letters(s) for s in Letter}:
            (folder / old).unlink(missing_ok=True)
    return letter


def tidy_up(desk: Desk) -> None:
    """After a crash: every file to the folder of its letter's state.

    Raises:
        Fault: the machine refuses.
    """
    for one in letters.letters(desk.ledger):
        place(desk, one)


@contextlib.contextmanager
def drafting(desk: Desk) -> Iterator[None]:
    """Letters are drafted by one at a time, and nobody takes drafts away meanwhile.

    Raises:
        Fault: somebody else has been drafting for long.
    """
    with desk.alone("draft", "另一个 xlcheck 正在写信（催报或清理草稿）。请稍后再试。", wait=_PATIENCE):
        yield


def forget_drafts(desk: Desk) -> None:
    """Drafts that the ledger does not know were not finished, nor were half files: away with them.

    Only for who writes drafts of its own, and not while another does: then it is left to the next time.
    """
    with contextlib.suppress(Fault), desk.alone("draft", ""):
        known = {one.file for one in letters.letters(desk.ledger)}
        for draft in desk.folders.drafts.iterdir():
            if draft.name not in known:
                draft.unlink(missing_ok=True)
