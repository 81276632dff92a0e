"""Words that stand right before a name: those that leave it what it is (a unit, a verb), and those that make it another."""

from __future__ import annotations

import re

from xlcheck.narrative.tokens import Token

_PLAIN = re.compile(
    r"(?:[局委办厅院校学所站队园馆社会部处室县市区省州旗镇乡库台]|中心|单位|机关|本级|部门|政府|街道|集团|公司|系统)(?:共|开支|使用|年度)?$"
    r"|^[和与及或等含因按以将把本从对他其非共]$|^(?:使用|开支|取得|安排|用于|发生|列支|支付|实现|完成|开展|组织|全面|追加|所需)"
    r"|(?:等|的|中|用于|安排|发生|列支|支付|使用|开支)$|^[一二三四五六]是$"
)


def is_qualified(token: Token) -> bool:
    """Whether words that we don't know make a name another one: 基本建设类项目支出, but not 某局机关运行经费."""
    lead = token.lead
    return bool(lead) and not token.levels and not token.code and not _PLAIN.search(lead)
