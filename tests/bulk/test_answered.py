"""What was answered is known again, and nothing else is."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlcheck.bulk.answered import BulkRow, Commit, Index, Known, commit_of, entries_of, written
from xlcheck.errors import RefusalCode, Whose
from xlcheck.form import Severity

names = st.text(min_size=1, max_size=6)
hashes = st.binary(min_size=32, max_size=32).map(bytes.hex)
ends = st.one_of(st.none(), st.sampled_from(list(Severity)), st.sampled_from(list(RefusalCode)))


def row(path, sha256, end=None, fault="", copy="c"):
    refusal = end if isinstance(end, RefusalCode) else None
    return BulkRow(path, copy, sha256, None if refusal else end, refusal, fault)


def index_of(rows):
    return Index(entries_of(written(Commit("s", ()), rows)))


@given(st.lists(st.tuples(names, hashes, ends, st.sampled_from(["", "磁盘满了"])), max_size=30))
def test_the_last_final_answer_to_a_name_is_known_with_its_end(given_rows):
    rows = [row(*each) for each in given_rows]
    last = {r.path: r for r in rows if r.final}
    index = index_of(rows)
    for path in {r.path for r in rows} | {"另一个"}:
        known = index.of(path, "c")
        if path not in last:
            assert known == Known()
            continue
        assert known.is_of(last[path].sha256)
        assert (known.worst, known.refusal) == (last[path].worst, last[path].refusal)


@pytest.mark.parametrize("code", list(RefusalCode))
def test_what_is_not_the_files_fault_is_done_again(code):
    assert row("a", "00" * 32, code).final == (code.whose is Whose.FILE)
    assert (len(index_of([row("a", "00" * 32, code)])) == 1) == (code.whose is Whose.FILE)


def test_other_bytes_another_name_another_copy_are_not_known():
    sha256 = hashlib.sha256(b"a").hexdigest()
    index = index_of([row("a.xlsx", sha256)])
    assert index.of("a.xlsx", "c").is_of(sha256)
    assert not index.of("a.xlsx", "c").is_of(hashlib.sha256(b"b").hexdigest())
    assert index.of("b.xlsx", "c") == Known()
    assert index.of("a.xlsx", "c-2") == Known()
    assert not Known().is_of(sha256)


def test_names_that_are_no_unicode_are_kept_apart():
    rows = [row("\udcc4.xlsx", "01" * 32), row("\udcc5.xlsx", "02" * 32)]
    index = index_of(rows)
    assert index.of("\udcc4.xlsx", "c").is_of("01" * 32)
    assert index.of("\udcc5.xlsx", "c").is_of("02" * 32)


def test_a_hundred_thousand_answers_fit_into_25_bytes_each():
    index = Index((i.to_bytes(8), bytes(16) + b"\0") for i in range(100_000))
    assert len(index) == 100_000
    assert len(index._entries) == 2_500_000


def test_a_file_of_answers_says_under_which_settings_and_where_reports_are():
    data = written(Commit("设置", ("0001-0.jsonl",)), [row("a", "00" * 32)])
    assert commit_of(data) == Commit("设置", ("0001-0.jsonl",))
    for bad in (b"", b"{}", b'{"schema": "x"}\n', b"\xff"):
        with pytest.raises((ValueError, KeyError)):
            commit_of(bad)
