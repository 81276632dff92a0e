"""绩效自评 in the text against the score sheets of the workbook."""

from __future__ import annotations

import pytest

from support.places import SAMPLES
from support.texts import pipeline
from xlcheck.documents.document import SentDocument

HEADING = "（四）预算绩效情况说明\n"


def said(sentence):
    data = (SAMPLES / "selfscore_tunliu_2023.xlsx").read_bytes()
    report = (
        pipeline().run(data, "a.xlsx", documents=[SentDocument("说明.txt", f"{HEADING}{sentence}\n".encode())]).report
    )
    return [f.message for f in report.findings if f.rule == "T01-13"]


def test_what_the_forms_say_is_right():
    text = "2023年二级项目绩效自评个数3个，涉及资金292.5万元。3个项目自评等级为“优”，0个项目自评等级为“良”。"
    assert said(text) == []


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("2023年二级项目绩效自评个数4个，涉及资金292.5万元。", "文字写“4个”"),
        ("2023年二级项目绩效自评个数3个，涉及资金295.2万元。", "文字写“295.2万元”"),
        ("2个项目自评等级为“优”，1个项目自评等级为“良”。", "文字写“2个”"),
    ],
)
def test_what_they_don_t_say_is_asked_about(sentence, words):
    found = said(sentence)
    assert found
    assert words in found[0]
