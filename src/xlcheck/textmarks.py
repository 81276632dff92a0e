"""The marked copy of a Word file: a comment at every passage that a finding is about."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath

from xlcheck.documents.document import DocumentKind
from xlcheck.form import Severity
from xlcheck.readdocuments import ReadDocument
from xlcheck.report.report import Report
from xlcheck.report.sentences import place

_MARKABLE = (DocumentKind.DOCX, DocumentKind.DOC, DocumentKind.WPS, DocumentKind.RTF, DocumentKind.ODT)
_MOST_COMMENTS = 500
_MOST_REASONS = 20


def marked_word(read: ReadDocument, report: Report) -> bytes | None:
    """The document with a comment at every passage that a finding is about; None where it takes no comments."""
    from xlcheck.writing.word import TextMark, marked_document

    if read.document is None or read.document.kind not in _MARKABLE:
        return None
    name = PurePath(read.sent.name).name
    marks: dict[tuple[int, int], list[str]] = {}
    for finding in report.findings:
        subject = finding.subject
        for cell in finding.cells:
            if cell.passage is None or cell.passage.document != name:
                continue
            if cell is subject or cell.role == "subject":
                said = f"【{finding.severity.value}】{finding.message}{_advice(finding.advice)}"
            elif subject is not None and subject.passage is None:
                said = f"【{finding.severity.value}】见 {place(subject)}：{finding.message}"
            else:
                continue
            marks.setdefault((cell.passage.start, cell.passage.end), []).append(said)
    for diagnosis in report.diagnoses:
        for suspect in diagnosis.cells:
            passage = suspect.cell.passage
            if passage is not None and passage.document == name:
                marks.setdefault((passage.start, passage.end), []).insert(0, f"▶ {diagnosis.message}")
    listed = [TextMark(start, end, "\n".join(said)) for (start, end), said in marks.items()][:_MOST_COMMENTS]
    return marked_document(read.sent.data, listed, _summary(report, name), read.sent.name)


def _advice(advice: str) -> str:
    return f"\n怎么改：{advice}" if advice else ""


def _not_checked(report: Report, name: str) -> Iterator[str]:
    """What could not be checked of a document, and why: where no workbook has a list of it, all of it."""
    alone = PurePath(report.workbook.path).name == name
    said = dict.fromkeys(n.reason for n in report.not_evaluated if alone or name in n.reason)
    if said:
        yield "没有核对、不算通过："
        yield from (f"· {reason}" for reason in list(said)[:_MOST_REASONS])
    if len(said) > _MOST_REASONS:
        yield f"· 等 {len(said)} 条"


def _summary(report: Report, name: str) -> str:
    """What the comment on the title says: how many findings, how many figures were checked."""
    found = [f for f in report.findings if any(c.passage is not None and c.passage.document == name for c in f.cells)]
    levels = "、".join(f"{s.value} {n} 处" for s in Severity if (n := sum(f.severity is s for f in found)))
    lines = [f"xlcheck 核对结果：{levels or '没有发现问题'}。"]
    counts = next((t for t in report.texts if t.document == name), None)
    if counts is not None:
        left = f"{counts.uncompared} 个该与表核对、没有工作簿可对，" if counts.uncompared else ""
        lines.append(
            f"文字里有 {counts.figures} 个数：{counts.bound} 个与表核对，{left}{counts.derived} 个按其他数推算核对或只见于文字，"
            f"{counts.foreign} 个与表无关，{counts.cannot_say} 个没有读懂、没有核对。"
        )
    lines += _not_checked(report, name)
    lines.append("批注可以用 xlcheck unmark 去掉，文件恢复原样。")
    return "\n".join(lines)
