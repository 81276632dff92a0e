"""Report ↔ the public JSON of the contract (``xlcheck.report/1``). Equal reports give equal text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from xlcheck.errors import RefusalCode
from xlcheck.form import Severity
from xlcheck.model import PrintedNames, Recognised
from xlcheck.outcome import CellRef, Diagnosis, NotEvaluated, SuspectCell, TextCounts, TextPlace
from xlcheck.report.assemble import main_cell
from xlcheck.report.report import (
    CheckedWorkbook,
    Comparison,
    Counts,
    EarlierFinding,
    Finding,
    Refusal,
    Report,
    Statement,
    counted,
)
from xlcheck.shown import cleaned, escaped

SCHEMA = "xlcheck.report/1"
_LONGEST = 1_000
_EXACT = frozenset({"path", "sheet", "other_sheets"})

Data = dict[str, Any]


def to_json(data: object, indent: int | None = 2) -> str:
    """JSON as reports are written: Chinese readable, keys in the order of the contract, nothing that steers a screen."""
    import json

    return escaped(json.dumps(data, ensure_ascii=False, indent=indent))


# --- report → data --------------------------------------------------------------------------------------


def report_data(report: Report) -> Data:
    """The report as plain data; what came from cells has no direction or control characters.

    Paths and the names of sheets stay exact: programs look things up by them.
    """
    data: Data = cleaned(_data(report), exact=_EXACT)
    return data


def _data(report: Report) -> Data:
    return {
        "schema": SCHEMA,
        "workbook": _workbook(report.workbook),
        "status": "refused" if report.refusal else "checked",
        "refusal": _refusal(report.refusal) if report.refusal else None,
        "counts": _counts(report.counts),
        "findings": [_finding(f) for f in report.findings],
        "causes": [_diagnosis(d) for d in report.diagnoses],
        "causes_complete": report.complete,
        "cannot_say": [n._asdict() for n in report.not_evaluated],
        "previous": _comparison(report),
        "text": [_text(t) for t in report.texts] or None,
        "rules": _tallies(report.tallies or {}),
    }


def kept_data(report: Report) -> Data:
    """The same as the ledger keeps it: with the names that heads print, where they are not just the unit."""
    data, names = report_data(report), report.workbook.names
    if names.others or names.name != (report.workbook.unit or ""):
        data["workbook"]["names"] = {
            "name": names.name,
            "beside": list(names.beside),
            "elsewhere": list(names.elsewhere),
        }
    return data


def _workbook(book: CheckedWorkbook) -> Data:
    return {
        "path": book.path,
        "sha256": book.sha256,
        "set": book.known_template or None,
        "nearest": book.nearest,
        "unit": book.unit,
        "year": book.year,
        "currency_unit": book.currency,
        "tables": [_recognised(table) for table in book.tables],
        "other_sheets": list(book.other_sheets),
    }


def _counts(counts: Counts) -> Data:
    return {
        **{s.value: n for s, n in counts.by_severity.items()},
        "已说明": counts.justified,
        "pass": counts.passed,
        "not_applicable": counts.not_applicable,
        "cannot_say": counts.not_evaluated,
        "explained_by_rounding": counts.within_rounding,
    }


def _tallies(tallies: Mapping[str, Mapping[str, int]]) -> Data:
    """How the relations of each rule ended, in an order of their own."""
    return {rule: dict(sorted(tally.items())) for rule, tally in sorted(tallies.items())}


def _refusal(refusal: Refusal) -> Data:
    return {"code": refusal.code.value, "message": refusal.message}


def _recognised(found: Recognised) -> Data:
    """A table as it was recognised and as the workbook prints it; ``table`` is null for one that we do not know."""
    return {
        "table": found.title or None,
        "sheet": found.sheet,
        "name": found.name or None,
        "number": found.number or None,
        "grade": found.grade,
    }


def _comparison(report: Report) -> Data | None:
    """The earlier version, and what was found in it and is no more (已改正)."""
    found = report.comparison
    if found is None:
        return None
    return {
        "path": found.path,
        "counts": report.changes,
        "mended": [_known(k) for k in found.mended],
        "unsure": [_known(k) for k in found.unsure],
    }


def _known(known: EarlierFinding) -> Data:
    return {"id": known.key, "rule": known.rule or None, "severity": known.severity, "message": known.message}


def _finding(finding: Finding) -> Data:
    return {
        "id": finding.key,
        "rule": finding.rule,
        "severity": finding.severity.value,
        "kind": finding.category,
        "what": finding.code,
        "message": finding.message,
        "mend": finding.mend,
        "expected": finding.expected,
        "actual": finding.actual,
        "difference": finding.difference,
        "allowed": finding.allowed,
        "unit": finding.unit,
        "cells": [_cell(c) for c in finding.cells],
        "explanation": finding.statement._asdict() if finding.statement else None,
        "change": finding.change or None,
        "cause": finding.diagnosis,
    }


def _diagnosis(diagnosis: Diagnosis) -> Data:
    return {
        "kind": diagnosis.kind,
        "what": diagnosis.code,
        "message": diagnosis.message,
        "cells": [_suspect(s) for s in diagnosis.cells],
        "explains": list(diagnosis.explains),
        "alternatives": [_suspect(s) for s in diagnosis.alternatives],
        "tied": diagnosis.tied,
    }


def _suspect(suspect: SuspectCell) -> Data:
    cell = _cell(suspect.cell) | {"suggested": suspect.suggested, "interval": list(suspect.interval)}
    del cell["role"]
    return cell


def _text(counts: TextCounts) -> Data:
    return {
        "document": counts.document,
        "figures": counts.figures,
        "bound": counts.bound,
        "derived": counts.derived,
        "foreign": counts.foreign,
        "cannot_say": counts.cannot_say,
        **({"uncompared": counts.uncompared} if counts.uncompared else {}),
    }


def _cell(cell: CellRef) -> Data:
    if cell.passage is not None:
        return _passage(cell, cell.passage)
    found: Data = {
        "table": cell.table,
        "sheet": cell.sheet,
        "cell": cell.cell,
        "role": cell.role,
        "label": cell.label,
        "value": cell.value if cell.value is None or len(cell.value) <= _LONGEST else f"{cell.value[:_LONGEST]}……",
    }
    return found | {"last_year": True} if cell.last_year else found


def _passage(cell: CellRef, passage: TextPlace) -> Data:
    return {
        "table": cell.table or None,
        "sheet": None,
        "cell": None,
        "role": cell.role,
        "label": cell.label,
        "value": cell.value,
        "document": passage.document,
        "quote": passage.quote,
        "sentence": passage.sentence,
        "start": passage.start,
        "end": passage.end,
    }


# --- data → report --------------------------------------------------------------------------------------


def reports_in(text: str) -> list[Report]:
    """The reports in a JSON report, in one of several workbooks, or in JSON lines.

    Raises:
        ValueError: the text is no such report, or of an xlcheck that gave findings no identity.
    """
    return [report_from(data) for data in _objects(text)]


def _objects(text: str) -> Iterator[Mapping[str, Any]]:
    import json

    try:
        whole = json.loads(text)
    except ValueError:
        yield from (_object(json.loads(line)) for line in text.splitlines() if line.strip())
        return
    yield from map(_object, whole["reports"] if isinstance(whole, dict) and "reports" in whole else [whole])


def _object(data: object) -> Mapping[str, Any]:
    if not isinstance(data, dict):
        raise ValueError("no report")  # noqa: TRY004 - of the text, not of an argument
    return data


def report_from(data: Mapping[str, Any]) -> Report:
    """The report that ``data`` is of, as far as the JSON tells it: no formulas, no parameters, no advice of causes.

    Raises:
        ValueError: not a report, or findings without an identity.
    """
    if data.get("schema") != SCHEMA:
        raise ValueError(str(data.get("schema")))
    try:
        return _report(data)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"no whole report: {error}") from error


def _report(data: Mapping[str, Any]) -> Report:
    workbook = _workbook_from(data["workbook"])
    if data["status"] != "checked":
        return Report(workbook, Refusal(RefusalCode(data["refusal"]["code"]), data["refusal"]["message"]))
    findings = tuple(_finding_from(f) for f in data["findings"])
    tallies = data.get("rules", {})
    return Report(
        workbook,
        findings=findings,
        diagnoses=tuple(_diagnosis_from(d) for d in data.get("causes", ())),
        complete=data.get("causes_complete", True),
        not_evaluated=tuple(NotEvaluated(n["rule"], n["reason"]) for n in data.get("cannot_say", ())),
        tallies=tallies,
        comparison=_comparison_from(data.get("previous")),
        counts=counted(findings, tallies),
        texts=tuple(_text_from(t) for t in data.get("text") or ()),
    )


def _text_from(data: Mapping[str, Any]) -> TextCounts:
    return TextCounts(**{name: data[name] for name in TextCounts._fields if name in data})


def _workbook_from(book: Mapping[str, Any]) -> CheckedWorkbook:
    return CheckedWorkbook(
        book["path"],
        book["sha256"],
        book["set"] or "",
        recognised=bool(book["set"]),
        nearest=book.get("nearest"),
        unit=book["unit"],
        year=book["year"],
        currency=book.get("currency_unit"),
        tables=tuple(_recognised_from(t) for t in book.get("tables", ())),
        other_sheets=tuple(book.get("other_sheets", ())),
        names=_names_from(book),
    )


def _names_from(book: Mapping[str, Any]) -> PrintedNames:
    names = book.get("names", {"name": book["unit"] or ""})
    return PrintedNames(names["name"], tuple(names.get("beside", ())), tuple(names.get("elsewhere", ())))


def _recognised_from(table: Mapping[str, Any]) -> Recognised:
    return Recognised(
        "", table["table"] or "", table["sheet"], table["name"] or "", table["number"] or "", table["grade"]
    )


def _comparison_from(data: Mapping[str, Any] | None) -> Comparison | None:
    if data is None:
        return None
    known = {
        name: tuple(EarlierFinding(k["id"], k["rule"] or "", k["severity"], k["message"]) for k in data.get(name, ()))
        for name in ("mended", "unsure")
    }
    return Comparison(data["path"], known["mended"], known["unsure"])


def _finding_from(data: Mapping[str, Any]) -> Finding:
    cells = tuple(_cell_from(c) for c in data.get("cells", ()))
    said = data.get("explanation")
    return Finding(
        data["id"],
        data["rule"],
        Severity(data["severity"]),
        data.get("kind", ""),
        data.get("what", ""),
        data["message"],
        data.get("mend", ""),
        cells,
        data.get("expected"),
        data.get("actual"),
        data.get("difference"),
        data.get("allowed"),
        data.get("unit"),
        subject=main_cell(cells),
        advice=data.get("mend", ""),
        right=data.get("expected"),
        statement=Statement(said["text"], said["state"], said.get("message", "")) if said else None,
        change=data.get("change") or "",
        diagnosis=data.get("cause"),
    )


def _diagnosis_from(data: Mapping[str, Any]) -> Diagnosis:
    return Diagnosis(
        data["kind"],
        tuple(_suspect_from(s) for s in data["cells"]),
        tuple(data["explains"]),
        "",
        tuple(_suspect_from(s) for s in data["alternatives"]),
        data["tied"],
        data["what"],
        message=data["message"],
    )


def _suspect_from(data: Mapping[str, Any]) -> SuspectCell:
    low, high = data["interval"]
    return SuspectCell(_cell_from(data), data["suggested"], (low, high))


def _cell_from(data: Mapping[str, Any]) -> CellRef:
    role, last_year = data.get("role", "subject"), data.get("last_year", False)
    if data.get("document") is not None:
        place = TextPlace(data["document"], data["start"], data["end"], data["quote"], data["sentence"])
        return CellRef(data["table"] or "", None, None, role, data["label"], data["value"], passage=place)
    return CellRef(data["table"], data["sheet"], data["cell"], role, data["label"], data["value"], last_year=last_year)
