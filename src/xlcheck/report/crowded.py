"""Tables with many causes: that is no list of slips any more, the table as a whole does not fit."""

from __future__ import annotations

from collections import Counter

from xlcheck.form import titled
from xlcheck.report.report import Report

_MOST = 5  # causes of one table that are each worth a look
_INSIDE = "arithmetic"


def crowded(report: Report) -> list[str]:
    """A sentence for each table that more causes name than anybody goes through one by one, and why that is said."""
    causes = Counter(d.cell.table for d in report.diagnoses)
    return [_sentence(table, count, report) for table, count in causes.items() if count > _MOST]


def _sentence(table: str, causes: int, report: Report) -> str:
    numbers = {i for d in report.diagnoses if d.cell.table == table for i in d.explains}
    inside = sum(report.findings[i].category == _INSIDE for i in numbers)
    return (
        f"{titled(table)}整张表对不上：有 {causes} 处可疑，牵涉 {len(numbers)} 条不成立的关系（表内 {inside} 条，与其他表 "
        f"{len(numbers) - inside} 条）。这么多不像是一个个录错的，更像科目和金额错了行、整列放错了栏，或者填的是别的表、别的年度的数。"
        "请先拿账面把整张表核对一遍，再看下面各条。"
    )
