"""``--format junit``: JUnit XML, for build servers. A workbook is a suite, a finding a case.

错误 and 核实 that nobody has justified are failures; 提示 and what is justified are cases that passed, with their
words in ``system-out``; a relation that could not be checked is a case that was skipped; a refused workbook is an error.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from xml.etree import ElementTree as ET

from xlcheck.form import Severity
from xlcheck.report.report import Finding, Report
from xlcheck.report.sentences import place
from xlcheck.shown import clean
from xlcheck.writing.rendering import Options, Run, Sink, View

Element = ET.Element


class JunitRenderer:
    """One ``testsuites`` document."""

    needs_sheets = False
    binary = True  # XML says its encoding itself

    def __init__(self, options: Options) -> None:
        del options  # the server filters

    def part(self, view: View) -> bytes:
        """The suite of one workbook."""
        suite: bytes = ET.tostring(_suite(view.report), encoding="utf-8")
        return suite

    def write(self, parts: Iterable[bytes], run: Run, sink: Sink) -> None:  # noqa: ARG002 - the protocol's
        """All suites."""
        whole = Element("testsuites", name="xlcheck")
        whole.extend(ET.fromstring(part) for part in parts)  # noqa: S314 - our own
        for name in ("tests", "failures", "errors", "skipped"):
            whole.set(name, str(sum(int(suite.get(name, "0")) for suite in whole)))
        ET.indent(whole)
        sink.data(ET.tostring(whole, encoding="utf-8", xml_declaration=True) + b"\n")


def _suite(report: Report) -> Element:
    cases = list(_cases(report))
    book = report.workbook
    suite = Element("testsuite", name=clean(book.path), tests=str(len(cases)), time="0")
    for name, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(name, str(sum(case.find(tag) is not None for case in cases)))
    about = {"unit": book.unit, "year": book.year, "template": book.known_template, "sha256": book.sha256}
    properties = _child(suite, "properties")
    for name, value in about.items():
        if value:
            _child(properties, "property", name=name, value=clean(str(value)))
    suite.extend(cases)
    return suite


def _cases(report: Report) -> Iterator[Element]:
    if report.refusal is not None:
        case = _case("检查", report)
        _child(case, "error", report.refusal.message, type=report.refusal.code.value, message=report.refusal.message)
        yield case
        return
    if report.counts.passed or report.counts.within_rounding:
        yield _case(f"成立的关系 {report.counts.passed + report.counts.within_rounding} 条", report)
    yield from (_of_finding(finding, report) for finding in report.findings)
    for entry in report.not_evaluated:
        case = _case(f"{entry.rule} 无法核对", report)
        _child(case, "skipped", message=clean(entry.reason))
        yield case


def _of_finding(finding: Finding, report: Report) -> Element:
    where = f" {place(finding.subject)}" if finding.subject else ""
    case = _case(f"{finding.rule or finding.code}{where}", report)
    text = f"{finding.message}\n怎么改：{finding.advice}"
    if finding.open and finding.severity is not Severity.NOTE:
        _child(case, "failure", text, type=finding.severity.value, message=clean(finding.message))
    else:
        _child(case, "system-out", f"[{finding.severity.value}] {text}")
    return case


def _case(name: str, report: Report) -> Element:
    return Element(
        "testcase", name=clean(name), classname=clean(report.workbook.unit or report.workbook.path), time="0"
    )


def _child(parent: Element, tag: str, text: str = "", **attributes: Any) -> Element:
    made = ET.SubElement(parent, tag, attributes)
    made.text = clean(text) or None
    return made
