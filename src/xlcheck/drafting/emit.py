"""Draft data → YAML text as people write it: one row or column a line, doubts as comments at the end of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

DOUBT = "待核对"
_PLAIN = re.compile(r"[\w“”（）()、，。；·／~！？．\-+．㎡—《》]+", re.UNICODE)
_RESERVED = {"true", "false", "yes", "no", "on", "off", "null", "~", "y", "n"}


class Item(NamedTuple):
    """One row or column: its keys in printed order, and what is unsure about it (empty: nothing)."""

    values: Mapping[str, Any]
    doubt: str = ""


class Section(NamedTuple):
    """One section of a table; ``columns`` and ``rows`` are written one a line."""

    key: str
    values: Mapping[str, Any]
    columns: Sequence[Item]
    rows: Sequence[Item]
    doubts: Sequence[str] = ()


class Table(NamedTuple):
    """One table file: ``note`` is the comment at its head."""

    note: str
    values: Mapping[str, Any]
    sections: Sequence[Section]
    doubts: Sequence[str] = ()


def scalar(value: Any) -> str:
    """A YAML scalar (or a short flow list) that loads as the same string."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(value)
    if value is None:
        return "~"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(scalar(v) for v in value)}]"
    if isinstance(value, Mapping):
        return flow(value)
    text = str(value).replace("\n", "")
    fits = _PLAIN.fullmatch(text) and not text[0].isdigit() and text[0] not in "-~" and text.lower() not in _RESERVED
    return text if fits else "'" + text.replace("'", "''") + "'"


def flow(values: Mapping[str, Any]) -> str:
    """A flow mapping: ``{label: 合计, line: 1}``."""
    return "{" + ", ".join(f"{k}: {scalar(v)}" for k, v in values.items()) + "}"


def _doubt(text: str, indent: str = "") -> str:
    return f"{indent}# {DOUBT}：{text}"


def _items(name: str, items: Iterable[Item], indent: str) -> Iterable[str]:
    yield f"{indent}{name}:"
    for item in items:
        tail = f"  {_doubt(item.doubt)}" if item.doubt else ""
        yield f"{indent}  - {flow(item.values)}{tail}"


def table_text(table: Table) -> str:
    """The text of a table file."""
    lines = [f"# {table.note}", *(_doubt(d) for d in table.doubts)]
    lines += [f"{key}: {scalar(value)}" for key, value in table.values.items()]
    if table.sections:
        lines.append("sections:")
    for section in table.sections:
        lines.append(f"  {scalar(section.key)}:")
        lines += [_doubt(d, "    ") for d in section.doubts]
        lines += [f"    {key}: {scalar(value)}" for key, value in section.values.items()]
        lines += _items("columns", section.columns, "    ")
        if section.rows:
            lines += _items("rows", section.rows, "    ")
    return "\n".join(lines) + "\n"


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
