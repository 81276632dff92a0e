"""The report as text for a person: cells, both figures, what to do. Readable without colour."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from xlcheck.form import Severity
from xlcheck.report.crowded import crowded
from xlcheck.report.diagnosiswords import UNSEARCHED
from xlcheck.report.report import JUSTIFIED, MENDED, NEW, OPEN, UNSURE, Finding, Report
from xlcheck.shown import one_line
from xlcheck.writing.rendering import Options, Piece, Run, Sink, View

_STYLES = {Severity.ERROR: "bold red", Severity.VERIFY: "bold yellow", Severity.NOTE: "cyan"}
_MOST_REASONS = 20
_SENTENCE = 60  # characters of a sentence of a text
_MOST_SHEETS = 5


class TextRenderer:
    """Lines for a person, workbook by workbook as they are checked."""

    needs_sheets = False
    binary = False

    def __init__(self, options: Options) -> None:
        self._options = options

    def part(self, view: View) -> tuple[Piece, ...]:
        """The lines of one workbook."""
        return tuple(pieces(view.report, verbose=self._options.verbose, quiet=self._options.quiet))

    def write(self, parts: Iterable[tuple[Piece, ...]], run: Run, sink: Sink) -> None:  # noqa: ARG002 - the protocol's
        """Each line at once."""
        for part in parts:
            for piece in part:
                sink.line(piece)


def pieces(report: Report, *, verbose: bool = False, quiet: bool = False) -> Iterator[Piece]:
    """The lines of one workbook's report. What came from the workbook can't move the cursor or turn the line around."""
    for piece in _refused(report) if report.refusal else _checked(report, verbose=verbose, quiet=quiet):
        yield piece._replace(text=one_line(piece.text))


def _refused(report: Report) -> Iterator[Piece]:
    yield Piece(f"■ {report.workbook.path}", "bold")
    if report.refusal is not None:
        yield Piece(f"  拒绝：{report.refusal.message}", "bold red")


def _checked(report: Report, *, verbose: bool, quiet: bool) -> Iterator[Piece]:
    yield from _head(report)
    if report.workbook.other_sheets:
        yield Piece(_other_sheets(report.workbook.other_sheets, all_of_them=verbose))
    if not quiet:
        yield from _causes(report)
        for finding in report.findings:
            yield from _finding(finding)
        yield from _mended(report)
        yield from _unsaid(report)
    if report.marked:
        yield Piece(f"  标记副本：{report.marked}")
    for path in report.marked_documents:
        yield Piece(f"  加了批注的文字说明：{path}")


def _other_sheets(names: Sequence[str], *, all_of_them: bool) -> str:
    """The sheets that were not checked, in one line."""
    most = len(names) if all_of_them else _MOST_SHEETS
    more = f" 等 {len(names)} 张（加 -v 全部列出）" if len(names) > most else ""
    return f"  没有核对的工作表：{'、'.join(names[:most])}{more}"


def _head(report: Report) -> Iterator[Piece]:
    """Whose workbook, how many findings, how its relations ended."""
    book, counts = report.workbook, report.counts
    yield Piece(f"■ {book.path}", "bold")
    year = f"{book.year}年度" if book.year else "（表上没有年度）"
    yield Piece(f"  {book.unit or '（表上没有单位名称）'}  {year}  {book.template_title}")
    for text in report.texts:
        left = f"，该与表核对、没有工作簿可对 {text.uncompared}" if text.uncompared else ""
        yield Piece(
            f"  文字说明 {text.document}：{text.figures} 个数，与表核对 {text.bound}{left}，推算或只见于文字 {text.derived}，与表无关 {text.foreign}，没有读懂 {text.cannot_say}"
        )
    levels = "  ".join(f"{s.value} {n}" for s, n in counts.by_severity.items())
    yield Piece(f"  {levels}", "bold red" if counts.errors else "bold green")
    yield Piece(
        f"  核对的关系：成立 {counts.passed}，四舍五入可以解释 {counts.within_rounding}，"
        f"不成立 {counts.failed}，不适用 {counts.not_applicable}，无法核对 {counts.not_evaluated}"
    )


def _causes(report: Report) -> Iterator[Piece]:
    yield from (Piece(f"  ▶ {sentence}", "bold magenta") for sentence in crowded(report))
    for diagnosis in report.diagnoses:
        yield Piece(f"  ▶ {diagnosis.message}", "bold magenta")
    if not report.complete:
        yield Piece(f"  ▶ {UNSEARCHED}", "magenta")


def _finding(finding: Finding) -> Iterator[Piece]:
    change = f"{finding.change} " if finding.change else ""
    level, style = _level(finding)
    yield Piece(f"  [{change}{level}] {finding.message}", style)
    rule = f"规则 {finding.rule}；" if finding.rule else ""
    yield Piece(f"         {rule}{_place(finding)}怎么改：{finding.advice}", "dim")
    said = finding.statement
    if said is not None:
        justified = Piece(f"         单位说明：{said.text}")
        yield justified if finding.justified else Piece(f"         {said.message}", "yellow")


def _level(finding: Finding) -> tuple[str, str]:
    """How severe a finding is, in words and as the style of its line."""
    if finding.justified:
        return f"{finding.severity.value}·{JUSTIFIED}", "dim"
    return finding.severity.value, _STYLES[finding.severity]


def _place(finding: Finding) -> str:
    """The sheets of a finding's cells; 缺 where the table is not there. Of a text: the sentence."""
    subject = finding.subject
    if subject is not None and subject.passage is not None:
        sentence = subject.passage.sentence
        short = sentence if len(sentence) <= _SENTENCE else f"{sentence[:_SENTENCE]}……"
        return f"{subject.passage.document}：“{short}”；" if short else f"{subject.passage.document}；"
    sheets = "、".join(dict.fromkeys(c.sheet for c in finding.cells if c.sheet))
    if sheets:
        return f"工作表：{sheets}；"
    return "工作表：（缺）；" if finding.cells or finding.code in ("missing_table", "missing_empty_table") else ""


def _mended(report: Report) -> Iterator[Piece]:
    found = report.comparison
    if found is None:
        return
    changes = report.changes
    counts = "，".join(f"{change} {changes[change]}" for change in (NEW, OPEN, MENDED))
    counts += f"，这次{UNSURE} {changes[UNSURE]}" if found.unsure else ""
    yield Piece(f"  与上次（{found.path}）相比：{counts}")
    for known in found.mended[:_MOST_REASONS]:
        yield Piece(f"  [{MENDED}] {known.message}", "green")
    if len(found.mended) > _MOST_REASONS:
        yield Piece(f"         ……另有 {len(found.mended) - _MOST_REASONS} 条已改正")


def _unsaid(report: Report) -> Iterator[Piece]:
    if not report.not_evaluated:
        return
    yield Piece("  无法核对（没有算作通过）：", "yellow")
    for entry in report.not_evaluated[:_MOST_REASONS]:
        yield Piece(f"         {entry.rule}：{entry.reason}")
    rest = len(report.not_evaluated) - _MOST_REASONS
    if rest > 0:
        yield Piece(f"         ……另有 {rest} 条，见 --format json 的 cannot_say")
