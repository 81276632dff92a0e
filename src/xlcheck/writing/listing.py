"""What the sheet 审核结果 says above and below its list, and in which rows; how it looks is ``listsheet``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from xlcheck.checking.explanations import SHORTEST
from xlcheck.checking.history import NEW, OPEN
from xlcheck.form import Severity
from xlcheck.model import Cause, Finding, Outcome, Submission
from xlcheck.writing.causewords import UNSEARCHED, cause_message

_MOST_CAUSES = 8
_LINE = 84  # characters of a line that still fit the printed page
_MOST_KNOWN = 200
# Together they stay below the rows that a sheet may have when the copy comes back.
MOST_FINDINGS = 3_000
_MOST_REASONS = 500


@dataclass
class Listing:
    """The findings of one workbook as 审核结果 lists them.

    ``remarks`` are sentences on the copy itself (rebuilt, signature dropped, …), ``send_to`` where it goes back to. ``footnotes``
    stand below the list: what is known of the copy only when its marks are made.
    """

    now: Submission
    outcome: Outcome
    remarks: tuple[str, ...] = ()
    send_to: str = ""
    footnotes: list[str] = field(default_factory=list)

    @property
    def findings(self) -> list[Finding]:
        """The findings that are listed, the worst first: who has more has something else to mend first."""
        return self.outcome.findings[:MOST_FINDINGS]

    @cached_property
    def summary(self) -> list[str]:
        """The lines at the top: whose workbook, how many findings, what to do and where to send it."""
        now = self.now
        dated = f"    规则日期：{now.form.dated}" if now.form.dated else ""
        return [
            f"单位：{now.unit or '（表上没有）'}    年度：{now.year or '（表上没有）'}    表样：{now.form.title}{dated}",
            *self._results(),
            *self._todo(),
            "点“单元格”跳到出错的地方，点各表的标题跳回这里；鼠标放到有颜色的格子上有说明。",
            *self.remarks,
        ]

    def _results(self) -> list[str]:
        outcome = self.outcome
        counts = {s: sum(f.severity is s for f in outcome.findings) for s in Severity}
        said = "，".join(f"{s.value} {n} 条" for s, n in counts.items())
        explained = sum(f.explained for f in outcome.findings)
        said += f"（其中已说明 {explained} 条）" if explained else ""
        held = (
            f"核对的关系：成立 {outcome.count('pass')} 条，四舍五入可以解释 {outcome.count('explained_by_rounding')} 条"
        )
        unsaid = f"，无法核对 {outcome.count('cannot_say')} 条" if outcome.cannot_say else ""
        found = [f"结果：{said}。{held}{unsaid}。"]
        if outcome.earlier is not None:
            changes = Counter(f.change for f in outcome.findings)
            found.append(
                f"与上次相比：新增 {changes[NEW]} 条，未改正 {changes[OPEN]} 条，已改正 {len(outcome.mended)} 条"
                f"{f'，这次无法核对 {len(outcome.unsure)} 条' if outcome.unsure else ''}。"
            )
        return found

    def _todo(self) -> list[str]:
        if not self.outcome.findings:
            return ["没有发现问题，不需要修改。"]
        where = f"发到 {self.send_to}" if self.send_to else "按原来的途径发回"
        own = "原文件" if self.now.rebuilt_from else "本文件"
        kept = "" if self.now.rebuilt_from else "，不用去掉标记"
        return [
            f"怎么做：请在{own}里先改“错误”，再核实“核实”——确实没错的，在“单位说明”栏写明原因（不少于 {SHORTEST} 个字）；“提示”供参考。",
            f"改好后保存，{where}{kept}。",
        ]

    @cached_property
    def causes(self) -> list[str]:
        """The causes as they stand above the list; few enough that the list still scrolls below them."""
        lines = [f"▶ {cause_message(c)}" for c in self.outcome.causes]
        if len(lines) > _MOST_CAUSES:
            rest = len(lines) - _MOST_CAUSES + 1
            lines = [*lines[: _MOST_CAUSES - 1], f"▶ ……另有 {rest} 处，见有深红色和橙色底色的格子。"]
        if self.outcome.unsearched:
            lines.append(f"▶ {UNSEARCHED}")
        return [piece for line in lines for piece in _pieces(line)]

    @cached_property
    def folded(self) -> dict[int, list[int]]:
        """By the first finding of a cause: those right below it that the same cause explains."""
        found: dict[int, list[int]] = {}
        for cause in self.outcome.causes:
            mine = sorted(i for i in cause.explains if i < MOST_FINDINGS)
            run = [i for n, i in enumerate(mine) if i == mine[0] + n]
            if len(run) > 1:
                found[run[0]] = run[1:]
        return found

    @cached_property
    def cause_of(self) -> dict[int, Cause]:
        """By the index of a finding: the cause that explains it, the first one where there are several."""
        return {i: cause for cause in reversed(self.outcome.causes) for i in cause.explains}

    @property
    def heading_row(self) -> int:
        """The row of the headings: below title, summary, causes and the legend."""
        return 3 + len(self.summary) + len(self.causes)

    @property
    def first_row(self) -> int:
        """The row of the first finding."""
        return self.heading_row + 1

    @property
    def last_row(self) -> int:
        """The row of the last finding (of the headings, when there is none)."""
        return self.heading_row + len(self.findings)

    @property
    def below(self) -> list[tuple[str, str]]:
        """(``title`` or ``line``, text) of what stands below the list, an empty row between."""
        left = len(self.outcome.findings) - len(self.findings)
        found = [("line", f"……另有 {left} 条没有列出。请先改上面的，改好后再检查。")] if left else []
        found += [("line", text) for text in self.footnotes]
        for known, said, sign in (
            (self.outcome.mended, "上次的问题，已改正 {} 条：", "✔"),
            (self.outcome.unsure, "上次的问题，这次无法核对、不知是否改正 {} 条：", "？"),
        ):
            found += [("title", said.format(len(known)))] if known else []
            found += [("line", f"{sign} {k.message}") for k in known[:_MOST_KNOWN]]
            found += [("line", f"……另有 {len(known) - _MOST_KNOWN} 条。")] if len(known) > _MOST_KNOWN else []
        if self.outcome.cannot_say:
            found.append(("title", "以下关系无法核对（没有算作通过）："))
            found += [("line", f"{c.rule}：{c.reason}") for c in self.outcome.cannot_say[:_MOST_REASONS]]
            more = len(self.outcome.cannot_say) - _MOST_REASONS
            found += [("line", f"……另有 {more} 条。")] if more > 0 else []
        return found


def _pieces(line: str) -> Iterator[str]:
    """A line in pieces that fit the page, broken after a punctuation mark where there is one."""
    while len(line) > _LINE:
        at = max(line.rfind(mark, _LINE // 2, _LINE) for mark in "，；。、") + 1 or _LINE
        yield line[:at]
        line = "　　" + line[at:]
    yield line
