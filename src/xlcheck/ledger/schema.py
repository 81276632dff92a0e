"""The tables of the ledger, as migrations: script *n* takes a ledger of version *n* to version *n + 1*.

Scripts that have been released are never changed. Times are local, ISO 8601 with offset and seconds.
"""

from __future__ import annotations

_FIRST = """
CREATE TABLE journal (
    seq INTEGER PRIMARY KEY, at TEXT NOT NULL, event TEXT NOT NULL, subject TEXT NOT NULL, data TEXT NOT NULL,
    previous TEXT NOT NULL, hash TEXT NOT NULL
);
CREATE TRIGGER journal_kept BEFORE UPDATE ON journal BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER journal_whole BEFORE DELETE ON journal BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;

CREATE TABLE receipt (
    id INTEGER PRIMARY KEY, claim TEXT NOT NULL, entry INTEGER NOT NULL, name TEXT NOT NULL, sha256 TEXT NOT NULL,
    at TEXT NOT NULL, status TEXT NOT NULL, first INTEGER REFERENCES receipt, unit TEXT NOT NULL,
    unit_name TEXT NOT NULL, year INTEGER, form TEXT NOT NULL, version INTEGER NOT NULL, errors INTEGER NOT NULL,
    verifies INTEGER NOT NULL, notes INTEGER NOT NULL, explained INTEGER NOT NULL, mended INTEGER NOT NULL,
    unsaid INTEGER NOT NULL, reason TEXT NOT NULL, sender TEXT NOT NULL, tool TEXT NOT NULL, rules TEXT NOT NULL, report BLOB,
    original TEXT NOT NULL, marked TEXT NOT NULL, note TEXT NOT NULL,
    UNIQUE (claim, entry)
);
CREATE INDEX receipt_sha256 ON receipt (sha256);
CREATE INDEX receipt_unit ON receipt (unit, year, form, version);

CREATE TABLE finding (
    receipt INTEGER NOT NULL REFERENCES receipt, number INTEGER NOT NULL, key TEXT NOT NULL, rule TEXT NOT NULL,
    severity TEXT NOT NULL, sheet TEXT NOT NULL, cell TEXT NOT NULL, message TEXT NOT NULL, expected TEXT NOT NULL,
    actual TEXT NOT NULL, difference TEXT NOT NULL, state TEXT NOT NULL, since INTEGER NOT NULL,
    explanation TEXT NOT NULL,
    PRIMARY KEY (receipt, number)
) WITHOUT ROWID;

CREATE TABLE explanation (
    key TEXT NOT NULL, figures TEXT NOT NULL, receipt INTEGER NOT NULL REFERENCES receipt, said TEXT NOT NULL,
    PRIMARY KEY (key, figures)
) WITHOUT ROWID;

CREATE TABLE letter (
    id TEXT PRIMARY KEY, kind TEXT NOT NULL, receipt INTEGER REFERENCES receipt, unit TEXT NOT NULL, year INTEGER,
    recipients TEXT NOT NULL, copies TEXT NOT NULL, subject TEXT NOT NULL, message_id TEXT NOT NULL UNIQUE,
    answers TEXT NOT NULL, state TEXT NOT NULL, attempts INTEGER NOT NULL, due TEXT NOT NULL, said TEXT NOT NULL,
    made TEXT NOT NULL, sent TEXT NOT NULL, file TEXT NOT NULL, sha256 TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX letter_state ON letter (state, due);
CREATE INDEX letter_unit ON letter (unit, year);

CREATE TABLE mail (
    mailbox TEXT NOT NULL, validity INTEGER NOT NULL, uid INTEGER NOT NULL, at TEXT NOT NULL, sender TEXT NOT NULL,
    subject TEXT NOT NULL, verdict TEXT NOT NULL,
    PRIMARY KEY (mailbox, validity, uid)
) WITHOUT ROWID;
CREATE TABLE attachment (
    sha256 TEXT NOT NULL, sender TEXT NOT NULL, unit TEXT NOT NULL, name TEXT NOT NULL, at TEXT NOT NULL,
    PRIMARY KEY (sha256, sender)
) WITHOUT ROWID;
"""

_SECOND = """
ALTER TABLE receipt ADD COLUMN copy TEXT NOT NULL DEFAULT '';
CREATE INDEX letter_receipt ON letter (receipt);
CREATE INDEX letter_file ON letter (file);
"""

_THIRD = """
CREATE INDEX receipt_status ON receipt (status);
CREATE INDEX journal_event ON journal (event, seq);
"""

_FOURTH = """
ALTER TABLE receipt ADD COLUMN year_by TEXT NOT NULL DEFAULT '';
ALTER TABLE mail ADD COLUMN digest TEXT NOT NULL DEFAULT '';
CREATE TABLE decision (
    id INTEGER PRIMARY KEY, at TEXT NOT NULL, what TEXT NOT NULL, receipt INTEGER NOT NULL REFERENCES receipt, sha256 TEXT NOT NULL,
    unit TEXT NOT NULL, year INTEGER, moment INTEGER NOT NULL
);
CREATE TRIGGER decision_kept BEFORE UPDATE ON decision BEGIN SELECT RAISE(ABORT, 'decisions are append-only'); END;
CREATE TRIGGER decision_whole BEFORE DELETE ON decision BEGIN SELECT RAISE(ABORT, 'decisions are append-only'); END;
CREATE INDEX decision_receipt ON decision (receipt, what);
CREATE INDEX decision_sha256 ON decision (sha256);
CREATE VIEW gone AS SELECT receipt, what FROM decision AS last WHERE what IN ('assign', 'forget') AND id = (
    SELECT max(id) FROM decision WHERE receipt = last.receipt AND what IN ('assign', 'forget', 'restore')
);
"""

_FIFTH = """
ALTER TABLE receipt ADD COLUMN rechecks INTEGER REFERENCES receipt;
ALTER TABLE receipt ADD COLUMN texts INTEGER NOT NULL DEFAULT 0;
CREATE INDEX receipt_rechecks ON receipt (rechecks) WHERE rechecks IS NOT NULL;
DROP VIEW gone;
CREATE VIEW gone AS SELECT receipt, what FROM decision AS last WHERE what IN ('assign', 'forget') AND id = (
    SELECT max(id) FROM decision WHERE receipt = last.receipt AND what IN ('assign', 'forget', 'restore')
) UNION ALL SELECT rechecks, 'recheck' FROM receipt WHERE rechecks IS NOT NULL;
"""

MIGRATIONS = (_FIRST, _SECOND, _THIRD, _FOURTH, _FIFTH)
