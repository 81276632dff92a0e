"""What the sheet 审核结果 says above and below its list, and in which rows; how it looks is ``listsheet``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain, repeat
from typing import NamedTuple

from xlcheck.report.crowded import crowded
from xlcheck.report.diagnosiswords import UNSEARCHED, diagnosis_todo
from xlcheck.report.justifications import SHORTEST
from xlcheck.report.passing import passing_of
from xlcheck.report.report import MENDED, NEW, OPEN, UNSURE, Finding, Report

_MOST_CAUSES = 8
_LINE = 84  # characters of a line that still fit the printed page
_MOST_KNOWN = 200
# Together they stay below the rows that a sheet may have when the copy comes back.
MOST_FINDINGS = 3_000
_MOST_REASONS = 500


class CauseLine(NamedTuple):
    """A line of what went wrong, above the list; ``diagnosis``: the number of the one that it begins to tell."""

    text: str
    diagnosis: int | None


class ListRow(NamedTuple):
    """A row of the list: a finding, or a diagnosis, by its number."""

    finding: int | None
    diagnosis: int | None


@dataclass
class Listing:
    """The findings of one workbook as 审核结果 lists them.

    ``rebuilt_from`` names the format where the copy is a rebuilt .xlsx and not the unit's own package, ``remarks`` are sentences on the copy itself (rebuilt, signature dropped, …), ``send_to`` where it goes back to. ``footnotes``
    stand below the list: what is known of the copy only when its marks are made.
    """

    report: Report
    rebuilt_from: str = ""
    remarks: tuple[str, ...] = ()
    send_to: str = ""
    footnotes: list[str] = field(default_factory=list)

    @property
    def findings(self) -> list[Finding]:
        """The findings that are listed, the worst first: who has more has something else to mend first."""
        return list(self.report.findings[:MOST_FINDINGS])

    @cached_property
    def summary(self) -> list[str]:
        """The lines at the top: whose workbook, how many findings, what to do and where to send it."""
        book = self.report.workbook
        dated = f"    规则日期：{book.dated}" if book.dated else ""
        return [
            f"单位：{book.unit or '（表上没有）'}    年度：{book.year or '（表上没有）'}    表样：{book.template_title}{dated}",
            *self._results(),
            *self._todo(),
            "点“单元格”或 ▶ 跳到要改的地方，点各表的标题跳回这里；鼠标放到有框的格子上有说明（无框的只参与计算）。",
            *self.remarks,
        ]

    def _results(self) -> list[str]:
        counts = self.report.counts
        said = "，".join(f"{s.value} {n} 条" for s, n in counts.by_severity.items())
        said += f"（其中已说明 {counts.justified} 条）" if counts.justified else ""
        held = f"核对的关系：成立 {counts.passed} 条，四舍五入可以解释 {counts.within_rounding} 条"
        unsaid = f"，无法核对 {counts.not_evaluated} 条" if self.report.not_evaluated else ""
        return [f"结论：{passing_of(self.report).passing}。{said}。{held}{unsaid}。", *self._changes()]

    def _changes(self) -> list[str]:
        changes = self.report.changes
        if not changes:
            return []
        said = "，".join(f"{change} {changes[change]} 条" for change in (NEW, OPEN, MENDED))
        unsure = f"，这次{UNSURE} {changes[UNSURE]} 条" if changes[UNSURE] else ""
        return [f"与上次相比：{said}{unsure}。"]

    def _todo(self) -> list[str]:
        if not self.report.findings:
            decision = passing_of(self.report)
            return [
                "没有发现问题，不需要修改。"
                if decision.passed
                else f"没有发现问题，但不算通过：{'；'.join(decision.why)}。"
            ]
        where = f"发到 {self.send_to}" if self.send_to else "按原来的途径发回"
        own = "原文件" if self.rebuilt_from else "本文件"
        kept = "" if self.rebuilt_from else "，不用去掉标记"
        return [
            f"怎么做：请在{own}里先改“错误”，再核实“核实”——确实没错的，在“单位说明”栏写明原因（不少于 {SHORTEST} 个字）；“提示”供参考。",
            f"改好后保存，{where}{kept}。",
        ]

    @cached_property
    def causes(self) -> list[CauseLine]:
        """The diagnoses as they stand above the list; few enough that the list still scrolls below them."""
        said: list[tuple[str, int | None]] = [(f"▶ {d.message}", n) for n, d in enumerate(self.report.diagnoses)]
        if len(said) > _MOST_CAUSES:
            rest = len(said) - _MOST_CAUSES + 1
            more = f"▶ ……另有 {rest} 处，见有深红色和橙色底色的格子。"
            said = [*said[: _MOST_CAUSES - 1], (more, None)]
        said = [*((f"▶ {sentence}", None) for sentence in crowded(self.report)), *said]
        if not self.report.complete:
            said.append((f"▶ {UNSEARCHED}", None))
        return [
            CauseLine(piece, number if first else None)
            for line, number in said
            for first, piece in zip(chain((True,), repeat(False)), _pieces(line), strict=False)
        ]

    @cached_property
    def rows(self) -> list[ListRow]:
        """The rows of the list: a cause stands right above the first finding that it explains, unless that says the same."""
        leading = {mine[0]: n for n, mine in reversed(list(enumerate(self._explained))) if mine}
        rows: list[ListRow] = []
        for index, finding in enumerate(self.findings):
            number = leading.get(index)
            if number is not None and self._says_more(number, finding):
                rows.append(ListRow(None, number))
            rows.append(ListRow(index, None))
        return rows

    @cached_property
    def _explained(self) -> list[list[int]]:
        """By diagnosis, the listed findings that it explains, in the order of the list."""
        return [sorted(i for i in d.explains if i < MOST_FINDINGS) for d in self.report.diagnoses]

    def _says_more(self, number: int, finding: Finding) -> bool:
        """Whether a cause names another cell than its only finding does, or has several."""
        cell, subject = self.report.diagnoses[number].cell, finding.subject
        same = subject is not None and (cell.table, cell.cell) == (subject.table, subject.cell)
        return len(self._explained[number]) > 1 or not same

    @cached_property
    def _row_of(self) -> dict[ListRow, int]:
        return {row: at for at, row in enumerate(self.rows, start=self.first_row)}

    def row_of(self, index: int) -> int | None:
        """The row of a finding; None where it is not listed."""
        return self._row_of.get(ListRow(index, None))

    def row_of_cause(self, number: int) -> int | None:
        """The row of a cause; None where it has none of its own."""
        return self._row_of.get(ListRow(None, number))

    def rows_explained(self, number: int) -> list[int]:
        """The rows of the findings that a cause explains."""
        return [row for i in self._explained[number] if (row := self.row_of(i)) is not None]

    @cached_property
    def folded(self) -> dict[int, list[int]]:
        """By cause with a row of its own: the findings right below it, which are out of sight."""
        found: dict[int, list[int]] = {}
        for number, mine in enumerate(self._explained):
            if self.row_of_cause(number) is not None:
                found[number] = [i for n, i in enumerate(mine) if i == mine[0] + n]
        return found

    def advice(self, index: int) -> str:
        """What to do about a finding: why the unit's explanation does not do, then how to mend it."""
        finding = self.report.findings[index]
        return f"{finding.statement.message if finding.statement else ''}{finding.advice}"

    def cause_advice(self, number: int) -> str:
        """What to do about a cause, and what is out of sight."""
        below = len(self.folded.get(number, ()))
        more = f"由它引起的 {below} 条收在下面，点左边的 + 展开。" if below else ""
        return f"{diagnosis_todo(self.report.diagnoses[number])}{more}"

    @cached_property
    def is_live(self) -> bool:
        """Whether the sheet can tell by formulas what has been mended."""
        return any(f.live is not None and not f.justified for f in self.findings)

    @property
    def heading_row(self) -> int:
        """The row of the headings: below title, summary, what is left to do, causes and the legend."""
        return 3 + len(self.summary) + len(self.causes) + self.is_live

    @property
    def first_row(self) -> int:
        """The row of the first finding."""
        return self.heading_row + 1

    @property
    def last_row(self) -> int:
        """The row of the last finding (of the headings, when there is none)."""
        return self.heading_row + len(self.rows)

    @property
    def below(self) -> list[tuple[str, str]]:
        """(``title`` or ``line``, text) of what stands below the list, an empty row between."""
        left = len(self.report.findings) - len(self.findings)
        found = [("line", f"……另有 {left} 条没有列出。请先改上面的，改好后再检查。")] if left else []
        found += [("line", text) for text in self.footnotes]
        return [*found, *self._earlier(), *self._unsaid()]

    def _earlier(self) -> Iterator[tuple[str, str]]:
        """What was found in the earlier version and is no more."""
        compared = self.report.comparison
        if compared is None:
            return
        for known, said, sign in (
            (compared.mended, "上次的问题，已改正 {} 条：", "✔"),
            (compared.unsure, "上次的问题，这次无法核对、不知是否改正 {} 条：", "？"),
        ):
            if known:
                yield "title", said.format(len(known))
            yield from (("line", f"{sign} {k.message}") for k in known[:_MOST_KNOWN])
            if len(known) > _MOST_KNOWN:
                yield "line", f"……另有 {len(known) - _MOST_KNOWN} 条。"

    def _unsaid(self) -> Iterator[tuple[str, str]]:
        """What could not be checked, and why."""
        entries = self.report.not_evaluated
        if entries:
            yield "title", "以下关系无法核对（没有算作通过）："
        yield from (("line", f"{entry.rule}：{entry.reason}") for entry in entries[:_MOST_REASONS])
        if len(entries) > _MOST_REASONS:
            yield "line", f"……另有 {len(entries) - _MOST_REASONS} 条。"


def _run(rows: list[int]) -> list[int]:
    """The rows that follow the first one without a gap."""
    return [row for n, row in enumerate(rows) if row == rows[0] + n]


def _pieces(line: str) -> Iterator[str]:
    """A line in pieces that fit the page, broken after a punctuation mark where there is one."""
    while len(line) > _LINE:
        at = max(line.rfind(mark, _LINE // 2, _LINE) for mark in "，；。、") + 1 or _LINE
        yield line[:at]
        line = "　　" + line[at:]
    yield line
