"""The words of the ledger: frozen rows, as they go in and come out."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Status(StrEnum):
    """What a workbook that came in turned out to be."""

    CHECKED = "checked"
    REPEATED = "repeated"  # the same bytes came before
    REFUSED = "refused"  # no workbook, or one that can't be read
    UNKNOWN = "unknown"  # checked, but of no unit of the roster, or of nobody knows which
    AGAIN = "again"  # was unknown until the roster named its unit: put back into the inbox, to be answered


TEXT_FORM = "文字说明"  # what stands for the form of a document that came by itself
_SCORE_SHEETS = "selfscore-"  # how the families of score sheets (绩效自评表) are called


def has_tables(form: str) -> bool:
    """Whether what came in this form holds the tables of a report: no text, and no score sheets alone."""
    return form != TEXT_FORM and not form.startswith(_SCORE_SHEETS)


class YearSource(StrEnum):
    """What says of which year a workbook is, the first that does: in words for people."""

    PERSON = "人工指定"
    SHEETS = "表内"
    TEXT = "一起的文字说明"
    NAME = "文件名"
    BEFORE = "以前收到时"
    SETTINGS = "设置的年度"
    CALENDAR = "收到日期的上一年"


class Decided(StrEnum):
    """What a person may decide of a workbook that came in."""

    ASSIGN = "assign"  # it is of another unit, or of another year
    COUNT = "count"  # this version is the one that counts
    FORGET = "forget"  # as if it had not come
    RESTORE = "restore"  # it had come all the same
    RECHECK = "recheck"  # nobody's decision: it was checked once more by itself, and that one counts


class Decision(NamedTuple):
    """What a person decided of a receipt. ``id`` 0: not recorded yet.

    ``unit`` and ``year`` are what a workbook was assigned to. ``moment`` is the last receipt there was: what came later
    goes before it.
    """

    what: str
    receipt: int
    sha256: str
    at: str
    unit: str = ""
    year: int | None = None
    moment: int = 0
    id: int = 0


class Letter(StrEnum):
    """Where a letter is. ``HANDED`` is ``SENDING`` with the final dot about to go out: from there on nobody knows."""

    READY = "ready"
    SENDING = "sending"
    HANDED = "handed"
    SENT = "sent"
    RETRY = "retry"
    UNCERTAIN = "uncertain"
    FAILED = "failed"
    DROPPED = "dropped"  # never sent, and no longer to be


class Receipt(NamedTuple):
    """One workbook that came in. ``id`` 0: not recorded yet.

    ``claim`` names the file as it was taken from the inbox, ``entry`` the workbook in it (0 but for archives).
    ``year_by`` says where the year is from: what :class:`YearSource` has (empty: the sheets, or an older xlcheck).
    ``unit`` is the code of the roster, or a drafted one where no roster had the unit (empty: unknown; then ``unit_name`` is what the sheets print), ``version`` counts the different workbooks of a unit, year
    and form (0: none of them). ``unsaid`` relations could not be checked. ``first`` is the receipt with the same bytes. ``original``, ``marked`` and ``note``
    are where the file, its marked copy and the reason for a refusal are kept, relative to the desk's folder; ``copy`` is the SHA-256 of the marked copy (empty: an older xlcheck did not note it).
    ``rechecks`` is the receipt that this one takes the place of: the same version of a text, checked once more because its workbook
    has come. ``texts`` is how many texts (文字说明) came in one submission with a workbook.
    """

    claim: str
    entry: int
    name: str
    sha256: str
    at: str
    status: str
    unit: str = ""
    unit_name: str = ""
    year: int | None = None
    form: str = ""
    version: int = 0
    errors: int = 0
    verifies: int = 0
    notes: int = 0
    explained: int = 0
    mended: int = 0
    unsaid: int = 0
    reason: str = ""
    sender: str = ""
    tool: str = ""
    rules: str = ""
    original: str = ""
    marked: str = ""
    note: str = ""
    copy: str = ""
    year_by: str = ""
    first: int | None = None
    rechecks: int | None = None
    texts: int = 0
    id: int = 0

    @property
    def wrong(self) -> bool:
        """Whether the unit has anything to correct, or to say something to."""
        return bool(self.errors or self.verifies)


class Found(NamedTuple):
    """A finding of one version.

    ``state``: 新增, 未改正, 已改正, 已说明, 无法核对 (found before, and could not be checked this time). ``since`` is the
    version it was first seen in. Amounts are decimal strings in the table's unit, empty where there is none.
    """

    key: str
    rule: str
    severity: str
    table: str
    cell: str
    message: str
    expected: str
    actual: str
    difference: str
    state: str
    since: int
    explanation: str = ""


REMIND = "reminder"


class Posted(NamedTuple):
    """A letter. ``kind``: result, or :data:`REMIND`. ``file`` is its name in the outbox, ``said`` the server's last words.

    ``answers`` is the Message-ID of the letter before it to the same unit (empty: the first).
    """

    id: str
    kind: str
    receipt: int | None
    unit: str
    year: int | None
    recipients: tuple[str, ...]
    copies: tuple[str, ...]
    subject: str
    message_id: str
    answers: str
    state: str
    attempts: int
    due: str
    said: str
    made: str
    sent: str
    file: str
    sha256: str


class Fetched(NamedTuple):
    """A message of a mailbox that has been looked at; ``verdict``: taken, nothing, set_aside.

    ``digest`` is the SHA-256 of its bytes (empty: an older xlcheck did not note it, or they were not fetched).
    """

    mailbox: str
    validity: int
    uid: int
    at: str
    sender: str
    subject: str
    verdict: str
    digest: str = ""


class Attachment(NamedTuple):
    """Who sent a workbook by mail, and the unit they write for (code of the roster)."""

    sha256: str
    sender: str
    unit: str
    name: str
    at: str
