"""``--format sarif``: SARIF 2.1.0 (OASIS), for tools that collect the findings of many checkers.

A workbook is an artifact; a cell is a *logical* location of it (SARIF's regions count lines, and a workbook has none):
``公开03 支出决算表!D8``. Kinds of findings and rules are reporting descriptors. Level: 错误 error, 核实 warning, 提示
note; what the unit has justified is suppressed. A refused workbook is a notification of the run.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple
from urllib.parse import quote

from xlcheck.form import Severity
from xlcheck.outcome import CellRef
from xlcheck.report.codes import CODES
from xlcheck.report.json import to_json
from xlcheck.report.report import NEW, OPEN, Finding, Report
from xlcheck.shown import clean
from xlcheck.version import __version__
from xlcheck.writing.rendering import Options, Piece, Run, Sink, View

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.VERIFY: "warning", Severity.NOTE: "note"}
_STATES = {NEW: "new", OPEN: "unchanged"}
_MOST_CELLS = 200  # related locations of one result: viewers crawl with more

Data = dict[str, Any]


class SarifPart(NamedTuple):
    """What one workbook adds to the run."""

    artifact: Data
    results: list[Data]
    rules: dict[str, Data]
    notification: Data | None


class SarifRenderer:
    """One SARIF log with one run."""

    needs_sheets = False
    binary = False

    def __init__(self, options: Options) -> None:
        del options  # data are always whole

    def part(self, view: View) -> SarifPart:
        """The results of one workbook."""
        report = view.report
        titles = {rule.id: rule.title for rule in view.submission.rules.values()} if view.submission else {}
        rules = {_rule_id(f): _descriptor(f, titles) for f in report.findings}
        return SarifPart(_artifact(report), [_result(f, report) for f in report.findings], rules, _refusal(report))

    def write(self, parts: Iterable[SarifPart], run: Run, sink: Sink) -> None:  # noqa: ARG002 - the protocol's
        """The whole log."""
        artifacts, results, notes = list[Data](), list[Data](), list[Data]()
        rules: dict[str, Data] = {}
        for number, part in enumerate(parts):
            artifacts.append(part.artifact)
            rules |= part.rules
            results += (_indexed(result, number) for result in part.results)
            notes += [part.notification] if part.notification else []
        order = {name: at for at, name in enumerate(sorted(rules))}
        for result in results:
            result["ruleIndex"] = order[result["ruleId"]]
        sink.line(Piece(to_json(_log(artifacts, results, [rules[name] for name in order], notes))))


def _log(artifacts: list[Data], results: list[Data], rules: list[Data], notes: list[Data]) -> Data:
    driver = {"name": "xlcheck", "version": __version__, "language": "zh-CN", "rules": rules}
    invocation = {"executionSuccessful": True, "toolExecutionNotifications": notes}
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": driver},
                "language": "zh-CN",
                "columnKind": "unicodeCodePoints",
                "invocations": [invocation],
                "artifacts": artifacts,
                "results": results,
            }
        ],
    }


def _uri(path: str) -> str:
    """A path as a relative reference of RFC 3986: whatever is in it stays in it."""
    return quote(path.replace("\\", "/").encode("utf-8", "replace"), safe="/-._~") or "stdin"


def _artifact(report: Report) -> Data:
    book = report.workbook
    found: Data = {"location": {"uri": _uri(book.path)}}
    if book.sha256:
        found["hashes"] = {"sha-256": book.sha256}
    facts = {"unit": book.unit, "year": book.year, "template": book.known_template or None, "path": clean(book.path)}
    return found | {"properties": {name: value for name, value in facts.items() if value is not None}}


def _rule_id(finding: Finding) -> str:
    return finding.rule or finding.code


def _descriptor(finding: Finding, titles: dict[str, str]) -> Data:
    """A rule of the template, or a kind of finding of ours."""
    name = _rule_id(finding)
    said = titles.get(name, "") if finding.rule else CODES[finding.code].sentence
    found: Data = {"id": name, "shortDescription": {"text": said or name}}
    return found | ({"help": {"text": finding.mend}} if finding.mend else {})


def _result(finding: Finding, report: Report) -> Data:
    subject = finding.subject
    found: Data = {
        "ruleId": _rule_id(finding),
        "level": _LEVELS[finding.severity],
        "message": {"text": f"{finding.message}{finding.advice}"},
        "locations": [_location(subject, report)],
        "partialFingerprints": {"xlcheck/finding": finding.key},
        "properties": _properties(finding),
    }
    others = [c for c in finding.cells if c is not subject and c.sheet][:_MOST_CELLS]
    if others:
        found["relatedLocations"] = [_location(c, report) | {"id": i} for i, c in enumerate(others, 1)]
    return found | _known_before(finding)


def _properties(finding: Finding) -> Data:
    """What SARIF has no name for."""
    figures = {name: getattr(finding, name) for name in ("expected", "actual", "difference", "unit")}
    said = {name: value for name, value in figures.items() if value is not None}
    return {"severity": finding.severity.value, "code": finding.code, "kind": finding.category} | said


def _known_before(finding: Finding) -> Data:
    """Whether it is new, and what the unit says to it."""
    found: Data = {}
    if finding.change:
        found["baselineState"] = _STATES[finding.change]
    if finding.statement is not None and finding.justified:
        found["suppressions"] = [{"kind": "external", "status": "accepted", "justification": finding.statement.text}]
    return found


def _location(cell: CellRef | None, report: Report) -> Data:
    """Where a finding is: the workbook, and in it the cell, the sheet where it names no cell."""
    found: Data = {"physicalLocation": {"artifactLocation": {"uri": _uri(report.workbook.path)}}}
    if cell is not None and cell.passage is not None:
        place = cell.passage
        found["physicalLocation"]["region"] = {
            "charOffset": place.start,
            "charLength": place.end - place.start,
            "snippet": {"text": place.quote},
        }
        found["logicalLocations"] = [{"fullyQualifiedName": place.document, "kind": "document"}]
        return found | {"message": {"text": place.sentence}}
    if cell is None or not cell.sheet:
        return found
    found["logicalLocations"] = [_logical(cell.sheet, cell.cell)]
    return found | ({"message": {"text": cell.label}} if cell.label else {})


def _logical(sheet: str, cell: str | None) -> Data:
    if not cell:
        return {"fullyQualifiedName": sheet, "kind": "sheet"}
    return {"fullyQualifiedName": f"{sheet}!{cell}", "kind": "cell", "name": cell}


def _indexed(result: Data, number: int) -> Data:
    """A result whose locations point at the artifact by its number too."""
    for location in (*result["locations"], *result.get("relatedLocations", ())):
        location["physicalLocation"]["artifactLocation"]["index"] = number
    return result


def _refusal(report: Report) -> Data | None:
    if report.refusal is None:
        return None
    return {
        "level": "error",
        "descriptor": {"id": report.refusal.code.value},
        "message": {"text": report.refusal.message},
        "locations": [_location(None, report)],
    }
