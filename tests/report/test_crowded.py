"""More causes in one table than anybody goes through: the table as a whole does not fit, and why that is said."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from support.mistakes import filled, typed, with_amounts
from support.synthetic import clean_submission
from xlcheck.checking.check import check
from xlcheck.model import Submission
from xlcheck.report.assemble import History, Source, report_of
from xlcheck.report.crowded import crowded
from xlcheck.report.report import Report
from xlcheck.writing.listing import Listing
from xlcheck.writing.text import pieces


@pytest.fixture(scope="module")
def clean(pipeline) -> Submission:
    return clean_submission(pipeline.library.load("shanxi-2023"), 4, "A", 25)


def wrong(now: Submission, count: int) -> Report:
    """``count`` leaves of 公开03 that say something else."""
    spots = [s for s in filled(now) if s[0] == "支出表" and s[3] == 1]
    section = now.section("支出表", "全表")
    leaves = [s for s in spots if not section.children[s[2]] and section.rows[s[2]].key != "合计"]
    chosen = random.Random(3).sample(leaves, count)
    figures = {s: typed(170_000_000 + 13_370_000 * n, now, s) for n, s in enumerate(chosen)}
    found = replace(with_amounts(now, figures), remarks=())
    return report_of(Source("x.xlsx", "0"), found, check(found), History((), ()))


def test_a_few_causes_are_each_worth_a_look(clean):
    report = wrong(clean, 3)
    assert len(report.diagnoses) == 3
    assert crowded(report) == []


def test_many_causes_of_one_table_are_said_of_the_table_first(clean):
    report = wrong(clean, 7)
    count = sum(d.cell.table == "公开03" for d in report.diagnoses)
    assert count > 5
    (said,) = crowded(report)
    explained = {i for d in report.diagnoses if d.cell.table == "公开03" for i in d.explains}
    assert said.startswith(f"公开03表整张表对不上：有 {count} 处可疑，牵涉 {len(explained)} 条不成立的关系（表内 ")
    assert "请先拿账面把整张表核对一遍" in said
    assert Listing(report).causes[0].text in f"▶ {said}"
    lines = [piece.text for piece in pieces(report)]
    assert lines.index(f"  ▶ {said}") < lines.index(f"  ▶ {report.diagnoses[0].message}")
