"""The outbox: folders for the eye, one for each state of a letter; what the state is, the ledger says.

A letter is written into 起草 before the ledger knows of it, and renamed from folder to folder after the ledger has
changed. After a crash :func:`tidy_up` puts every file where the ledger says it belongs.
"""

from __future__ import annotations

import contextlib
import hashlib
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from xlcheck.delivery.claim import move
from xlcheck.delivery.desk import Desk
from xlcheck.errors import Fault
from xlcheck.files import reason, write_whole
from xlcheck.ledger import letters
from xlcheck.ledger.records import Letter, Posted, Receipt
from xlcheck.ledger.store import Transaction

_ENDED = {Letter.SENT, Letter.DROPPED}
_DIGITS = 6
_READDRESSED = re.compile(rf"_[0-9a-f]{{{_DIGITS}}}\Z")
_PATIENCE = 20.0  # seconds; a draft takes milliseconds


def write(desk: Desk, letter: Posted, data: bytes) -> None:
    """Write a letter into 起草, whole: from there it goes on once the ledger knows of it.

    Raises:
        Fault: the machine refuses.
    """
    write_whole(desk.folders.drafts / letter.file, data, private=True)


def take(desk: Desk, letter: Posted, data: bytes) -> None:
    """A letter that belongs to no workbook in hand: written, recorded, and put into 待发. Within :func:`drafting`.

    Raises:
        Fault: the machine refuses; then the ledger does not know it, or its file is where the next run finds it.
    """
    write(desk, letter, data)
    with desk.ledger.transaction() as change:
        enter(change, letter)
    place(desk, letter)


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
        desk.folders.drafts,  # what is written there is the newest
        *(desk.folders.letters(s) for s in Letter),
    ]
    return next((p / letter.file for p in places if (p / letter.file).is_file()), None)


def change(desk: Desk, letter: Posted, state: Letter, **more: Any) -> Posted:
    """A letter in its next state: in the ledger, then in the folders.

    The folders are for the eye: where a file can't be moved now (open in a mail program, say), :func:`tidy_up` will.

    Raises:
        Fault: the ledger can't be written.
    """
    before = letter
    with desk.ledger.transaction() as transaction:
        letter = letters.move(transaction, letter, state, **more)
    with contextlib.suppress(Fault):
        place(desk, letter)
        if letter.file != before.file:
            _forget_former(desk, [letter])
    return letter


def readdress(desk: Desk, letter: Posted, data: bytes, **more: Any) -> Posted:
    """A letter that failed or is uncertain, once more in a new file, to other addresses.

    Raises:
        Fault: the machine refuses.
    """
    sha256 = hashlib.sha256(data).hexdigest()
    file = f"{_former(letter.file)}_{sha256[:_DIGITS]}.eml"
    with drafting(desk):
        write(desk, letter._replace(file=file), data)
        return change(desk, letter, Letter.READY, file=file, sha256=sha256, **more)


def sent_since(desk: Desk) -> list[Posted]:
    """Letters that the ledger calls unsent and whose file lies in 已发: the ledger is older than the folder."""
    home = desk.folders.letters(Letter.SENT)
    waiting = letters.letters(desk.ledger, [Letter.READY, Letter.RETRY])
    return [one for one in waiting if (home / one.file).is_file()] if home.is_dir() else []


def tidy_up(desk: Desk) -> list[Fault]:
    """After a crash: every file to the folder of its letter's state, and no letter has a second file.

    Returns why some could not be moved.

    Raises:
        Fault: the ledger can't be read.
    """
    faults: list[Fault] = []
    known = _astray(desk)
    for one in known:
        try:
            place(desk, one)
        except Fault as fault:
            faults.append(fault)
    try:
        _forget_former(desk, [one for one in known if one.file != f"{_former(one.file)}.eml"])
    except Fault as fault:
        faults.append(fault)
    return faults


def _astray(desk: Desk) -> list[Posted]:
    """Letters that are not at their end, and those at their end whose file lies among the others."""
    open_ones = letters.letters(desk.ledger, set(Letter) - _ENDED)
    folders = {desk.folders.letters(s) for s in Letter if s not in _ENDED} | {desk.folders.drafts}
    names = {path.name for folder in folders for path in folder.glob("*.eml")} - {one.file for one in open_ones}
    return [*open_ones, *letters.of_files(desk.ledger, names)]


def _former(file: str) -> str:
    """The stem under which a letter was written first: without the digits of a file with other addresses."""
    return _READDRESSED.sub("", file.removesuffix(".eml"))


def _forget_former(desk: Desk, readdressed: Sequence[Posted]) -> None:
    """Files of letters that have been written anew since; whatever else a person has put there stays."""
    if not readdressed:
        return
    own = {_former(one.file): one.file for one in readdressed}
    try:
        for path in _letter_files(desk):
            if own.get(_former(path.name), path.name) != path.name:
                path.unlink(missing_ok=True)
    except OSError as error:
        raise Fault(f"删不掉改了地址的旧信：{reason(error)}") from error


def _letter_files(desk: Desk) -> Iterator[Path]:
    for folder in {desk.folders.letters(s) for s in Letter}:
        yield from folder.glob("*.eml")


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
        for draft in _unknown_drafts(desk):
            draft.unlink(missing_ok=True)


def _unknown_drafts(desk: Desk) -> list[Path]:
    drafts = [path for path in desk.folders.drafts.iterdir() if not path.is_dir()]
    known = {one.file for one in letters.letters(desk.ledger)} if drafts else set()
    return [draft for draft in drafts if draft.name not in known]
