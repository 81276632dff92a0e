"""What we write is read, and nothing is said of it: texts of all places from all samples."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from support.places import SAMPLES
from support.texts import pipeline, sample
from xlcheck.documents.document import SentDocument
from xlcheck.model import Submission
from xlcheck.narrative.blanks import OPEN_BLANK
from xlcheck.narrative.composing import UnitKnows
from xlcheck.writing.narrativetext import narrative_file, written

SETS = (
    "national-2023",
    "shanxi-2023",
    "shanghai-putuo-2024",
    "sichuan-2023",
    "guangxi-2023",
    "anhui-2023",
    "hunan-2023",
)
BOOKS = (
    "tunliu_2023",
    "putuo_caizheng_2024",
    "putuo_shengtai_2025",
    "putuo_shiquan_2025",
    "sichuan_2023",
    "beijing_2023",
)


def named(now: Submission) -> Submission:
    return replace(now, unit=now.unit or "某某市某某局", year=now.year or 2024)


def findings(name, paragraphs, ending=".docx"):
    data = (SAMPLES / f"{name}.xlsx").read_bytes()
    sent = SentDocument(f"文字说明{ending}", narrative_file(paragraphs, ending))
    report = pipeline().run(data, "a.xlsx", documents=[sent]).report
    assert report.texts[0].figures > 20
    assert report.texts[0].cannot_say == 0
    return [f.message for f in report.findings if f.category == "text"]


@pytest.mark.parametrize("set_id", SETS)
@pytest.mark.parametrize("name", BOOKS)
def test_a_draft_with_blanks_says_nothing_wrong(name, set_id):
    now = named(sample(name)[0])
    paragraphs = written(pipeline().library, set_id, now, None, UnitKnows())
    assert any(OPEN_BLANK in p.text for p in paragraphs)
    assert findings(name, paragraphs) == []


@pytest.mark.parametrize("set_id", SETS)
@pytest.mark.parametrize("name", ["tunliu_2023", "putuo_shengtai_2025", "putuo_shiquan_2025"])
def test_a_text_with_last_year_budgets_and_reasons_is_clean(name, set_id):
    now = named(sample(name)[0])
    last = named(sample("putuo_caizheng_2024")[0])
    budgets = {c: Decimal("123.45") for c in ("208", "210", "221", "2080505", "2080506", "2101101", "2210201")}
    budgets["一般公共预算财政拨款支出"] = Decimal("99999.00")
    numbers = {
        "公务用车购置数": "1",
        "公务用车保有量": "3",
        "公务接待批次数": "4",
        "公务接待人次数": "30",
        "车辆": "3",
        "其他用车": "3",
    }
    knows = UnitKnows({"收入支出总计": "人员增加"}, budgets, numbers)
    paragraphs = written(pipeline().library, set_id, now, replace(last, form=now.form), knows)
    assert findings(name, paragraphs) == []
    assert findings(name, paragraphs, ".txt") == []


def test_the_same_figures_give_the_same_bytes():
    now = named(sample("tunliu_2023")[0])
    texts = [
        narrative_file(written(pipeline().library, "shanxi-2023", now, None, UnitKnows()), ".docx") for _ in range(2)
    ]
    assert texts[0] == texts[1]
