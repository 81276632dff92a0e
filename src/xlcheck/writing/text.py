"""The report as text for a person: cells, both figures, what to do. Readable without colour."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from xlcheck.checking.history import MENDED, NEW, OPEN
from xlcheck.form import Severity
from xlcheck.model import Cause, Finding, Outcome
from xlcheck.writing.causewords import UNSEARCHED, cause_message, cause_todo
from xlcheck.writing.report import Checked
from xlcheck.writing.words import mend, message, unaccepted

_UNPRINTED = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


class Piece(NamedTuple):
    """One line and how it may be shown where colour is to be had (a rich style; empty: plain)."""

    text: str
    style: str = ""


_STYLES = {Severity.ERROR: "bold red", Severity.VERIFY: "bold yellow", Severity.NOTE: "cyan"}
_MOST_REASONS = 20


def pieces(checked: Checked, *, verbose: bool = False, quiet: bool = False) -> Iterator[Piece]:
    """The lines of one workbook's report. What came from the workbook can't move the cursor or turn the line around."""
    for piece in _pieces(checked, verbose=verbose, quiet=quiet):
        yield piece._replace(text=_UNPRINTED.sub("\ufffd", piece.text))


def _pieces(checked: Checked, *, verbose: bool, quiet: bool) -> Iterator[Piece]:
    if checked.refusal is not None:
        yield Piece(f"■ {checked.path}", "bold")
        yield Piece(f"  拒绝：{checked.refusal.message}", "bold red")
        return
    now, outcome = checked.submission, checked.outcome
    if now is None or outcome is None:
        return
    yield Piece(f"■ {checked.path}", "bold")
    year = f"{now.year}年度" if now.year else "（表上没有年度）"
    yield Piece(f"  {now.unit or '（表上没有单位名称）'}  {year}  {now.form.title}")
    counts = "  ".join(f"{s.value} {sum(f.severity is s for f in outcome.findings)}" for s in Severity)
    bad = any(f.severity is Severity.ERROR for f in outcome.findings)
    yield Piece(f"  {counts}", "bold red" if bad else "bold green")
    yield Piece(
        f"  核对的关系：成立 {outcome.count('pass')}，四舍五入可以解释 {outcome.count('explained_by_rounding')}，"
        f"不成立 {outcome.count('fail')}，不适用 {outcome.count('not_applicable')}，无法核对 {outcome.count('cannot_say')}"
    )
    if now.other_sheets and verbose:
        yield Piece(f"  没有核对的工作表：{'、'.join(now.other_sheets)}")
    if not quiet:
        for cause in outcome.causes:
            yield Piece(f"  ▶ {cause_message(cause)}", "bold magenta")
        if outcome.unsearched:
            yield Piece(f"  ▶ {UNSEARCHED}", "magenta")
        causes = {i: cause for cause in reversed(outcome.causes) for i in cause.explains}
        for index, finding in enumerate(outcome.findings):
            yield from _finding(finding, checked, causes.get(index))
        yield from _mended(outcome)
        yield from _unsaid(checked)
    if checked.marked:
        yield Piece(f"  标记副本：{checked.marked}")


def _finding(finding: Finding, checked: Checked, cause: Cause | None) -> Iterator[Piece]:
    form = checked.submission.form if checked.submission else None
    if form is None:
        return
    change = f"{finding.change} " if finding.change else ""
    level = f"{finding.severity.value}·已说明" if finding.explained else finding.severity.value
    style = "dim" if finding.explained else _STYLES[finding.severity]
    yield Piece(f"  [{change}{level}] {message(finding, form)}", style)
    cells = [c for c in finding.cells if c.sheet]
    sheets = "、".join(dict.fromkeys(c.sheet or "" for c in cells))
    rule = f"规则 {finding.rule}；" if finding.rule else ""
    todo = cause_todo(cause) if cause else mend(finding, form)
    place = f"工作表：{sheets or '（缺）'}；" if sheets or finding.cells or finding.what == "missing_table" else ""
    yield Piece(f"         {rule}{place}怎么改：{todo}", "dim")
    if finding.explained:
        yield Piece(f"         单位说明：{finding.explanation}")
    elif finding.unaccepted:
        yield Piece(f"         {unaccepted(finding)}", "yellow")


def _mended(outcome: Outcome) -> Iterator[Piece]:
    if outcome.earlier is None:
        return
    changes = [sum(f.change == c for f in outcome.findings) for c in (NEW, OPEN)]
    counts = f"新增 {changes[0]}，未改正 {changes[1]}，已改正 {len(outcome.mended)}"
    counts += f"，这次无法核对 {len(outcome.unsure)}" if outcome.unsure else ""
    yield Piece(f"  与上次（{outcome.earlier.path}）相比：{counts}")
    for known in outcome.mended[:_MOST_REASONS]:
        yield Piece(f"  [{MENDED}] {known.message}", "green")
    if len(outcome.mended) > _MOST_REASONS:
        yield Piece(f"         ……另有 {len(outcome.mended) - _MOST_REASONS} 条已改正")


def _unsaid(checked: Checked) -> Iterator[Piece]:
    outcome = checked.outcome
    if outcome is None or not outcome.cannot_say:
        return
    yield Piece("  无法核对（没有算作通过）：", "yellow")
    for entry in outcome.cannot_say[:_MOST_REASONS]:
        yield Piece(f"         {entry.rule}：{entry.reason}")
    rest = len(outcome.cannot_say) - _MOST_REASONS
    if rest > 0:
        yield Piece(f"         ……另有 {rest} 条，见 --format json 的 cannot_say")
