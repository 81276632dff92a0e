"""Draft data → YAML text as people write it: one row or column a line, doubts as comments at the end of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

DOUBT = "待核对"
_PLAIN = re.compile(r"[\w“”（）()、，。；·／~！？．\-+．㎡—《》]+", re.UNICODE)
_RESERVED = {"true", "false", "yes", "no", "on", "off", "null", "~", "y", "n"}


class DraftEntry(NamedTuple):
    """One row or column: its keys in printed order, and what is unsure about it (empty: nothing)."""

    values: Mapping[str, Any]
    doubt: str = ""


class DraftSection(NamedTuple):
    """One section of a table; ``columns`` and ``rows`` are written one a line."""

    key: str
    values: Mapping[str, Any]
    columns: Sequence[DraftEntry]
    rows: Sequence[DraftEntry]
    doubts: Sequence[str] = ()


class DraftTable(NamedTuple):
    """One table file: ``note`` is the comment at its head."""

    note: str
    values: Mapping[str, Any]
    sections: Sequence[DraftSection]
    doubts: Sequence[str] = ()


def without_none(values: Mapping[str, Any]) -> dict[str, Any]:
    """``values`` without the keys that are left out of the file."""
    return {key: value for key, value in values.items() if value is not None}


def if_said(values: Mapping[str, Any]) -> dict[str, Any]:
    """``values`` without what says nothing: an empty text, 0, no."""
    return {key: value for key, value in values.items() if value}


def scalar(value: Any) -> str:
    """A YAML scalar (or a short flow list) that loads as the same string."""
    match value:
        case None:
            return "~"
        case bool():
            return str(value).lower()
        case int():
            return str(value)
        case list() | tuple():
            return f"[{', '.join(scalar(v) for v in value)}]"
        case Mapping():
            return flow(value)
    text = str(value).replace("\n", "")
    return text if _is_plain(text) else "'" + text.replace("'", "''") + "'"


def _is_plain(text: str) -> bool:
    """Whether a text loads as itself without quotes."""
    return bool(_PLAIN.fullmatch(text)) and not (text[0].isdigit() or text[0] in "-~" or text.lower() in _RESERVED)


def flow(values: Mapping[str, Any]) -> str:
    """A flow mapping: ``{label: 合计, line: 1}``."""
    return "{" + ", ".join(f"{k}: {scalar(v)}" for k, v in values.items()) + "}"


def _doubt(text: str, indent: str = "") -> str:
    return f"{indent}# {DOUBT}：{text}"


def _entries(name: str, entries: Iterable[DraftEntry], indent: str) -> Iterator[str]:
    yield f"{indent}{name}:"
    for entry in entries:
        tail = f"  {_doubt(entry.doubt)}" if entry.doubt else ""
        yield f"{indent}  - {flow(entry.values)}{tail}"


def table_text(table: DraftTable) -> str:
    """The text of a table file."""
    lines = [f"# {table.note}", *(_doubt(d) for d in table.doubts), *_pairs(table.values)]
    if table.sections:
        lines.append("sections:")
    for section in table.sections:
        lines += _section_lines(section)
    return "\n".join(lines) + "\n"


def _section_lines(section: DraftSection) -> Iterator[str]:
    yield f"  {scalar(section.key)}:"
    yield from (_doubt(d, "    ") for d in section.doubts)
    yield from _pairs(section.values, "    ")
    yield from _entries("columns", section.columns, "    ")
    if section.rows:
        yield from _entries("rows", section.rows, "    ")


def _pairs(values: Mapping[str, Any], indent: str = "") -> Iterator[str]:
    return (f"{indent}{key}: {scalar(value)}" for key, value in values.items())


def set_text(note: str, values: Mapping[str, Any], dropped: Mapping[str, str], doubts: Mapping[str, str]) -> str:
    """The text of ``set.yaml``. ``doubts`` are remarks on single keys."""
    lines = [f"# {note}"]
    for key, value in values.items():
        tail = f"  {_doubt(doubts[key])}" if key in doubts else ""
        lines.append(f"{key}: {scalar(value)}{tail}")
    if dropped:
        lines.append("drop:")
        lines += [f"  {rule}: {scalar(f'{DOUBT}：{why}')}" for rule, why in dropped.items()]
    return "\n".join(lines) + "\n"
