"""Earlier versions of workbooks, from the reports that were made of them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from xlcheck.model import Earlier, Known
from xlcheck.writing.report import SCHEMA


def earlier_versions(text: str) -> list[Earlier]:
    """The versions in a JSON report, in one of several workbooks, or in JSON lines.

    Raises:
        ValueError: the text is no such report, or of an xlcheck that gave findings no identity.
    """
    return [found for data in _reports(text) if (found := from_report(data)) is not None]


def from_report(data: Mapping[str, Any]) -> Earlier | None:
    """The version a report is of; None where the workbook was refused.

    Raises:
        ValueError: not a report, or findings without an identity.
    """
    if data.get("schema") != SCHEMA:
        raise ValueError(str(data.get("schema")))
    book = data["workbook"]
    if data["status"] != "checked":
        return None
    try:
        known = tuple(Known(f["id"], f["rule"] or "", f["severity"], f["message"]) for f in data["findings"])
    except KeyError as error:
        raise ValueError("findings without id") from error
    return Earlier(book["path"], book["unit"] or "", book["year"], book["set"] or "", known)


def _reports(text: str) -> Iterator[Mapping[str, Any]]:
    try:
        whole = json.loads(text)
    except ValueError:
        for line in text.splitlines():
            if line.strip():
                yield _object(json.loads(line))
        return
    yield from map(_object, whole["reports"] if isinstance(whole, dict) and "reports" in whole else [whole])


def _object(data: Any) -> Mapping[str, Any]:
    if not isinstance(data, dict):
        raise ValueError("no report")  # noqa: TRY004 - of the text, not of an argument
    return data
