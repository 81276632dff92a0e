"""The overview as plain data (``xlcheck.status/1``), for other programs."""

from __future__ import annotations

from typing import Any

from xlcheck.overview.arrange import STATES
from xlcheck.overview.standing import Overview, Standing

SCHEMA = "xlcheck.status/1"


def status_data(overview: Overview) -> dict[str, Any]:
    """Everything of an overview in dicts, lists, strings, integers and None. Addresses of units are left out.

    ``counts`` has every state, worst first; days are ISO 8601; where there is none (``due``) it is None.
    """
    return {
        "schema": SCHEMA,
        "year": overview.year,
        "made": overview.made,
        "head": overview.head,
        "counts": {state: overview.count(state) for state in STATES},
        "standings": [_standing(s) for s in overview.standings],
        "unplaced": [_unplaced(r._asdict()) for r in overview.unplaced],
        "letters": dict(sorted(overview.letters.items())),
    }


def _standing(standing: Standing) -> dict[str, Any]:
    unit, found = standing.unit, standing._asdict()
    found["unit"] = {
        "code": unit.code, "name": unit.name, "department": unit.department, "contact": unit.contact,
        "due": unit.due.isoformat() if unit.due else None,
    }  # fmt: skip
    found["tables"] = [t._asdict() for t in standing.tables]
    return found


def _unplaced(receipt: dict[str, Any]) -> dict[str, Any]:
    wanted = ("id", "name", "at", "status", "unit_name", "year", "form", "sender", "reason", "sha256", "original")
    return {name: receipt[name] for name in wanted}
