"""Check the data of one mapping file against its model; every mistake as a Chinese sentence."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel, ValidationError

from xlcheck.errors import Mistake
from xlcheck.mapping.source import MappingSource

_SENTENCES = {
    "missing": "缺少必填项“{name}”",
    "extra_forbidden": "不认识的项“{name}”{meant}",
    "value_error": "“{name}”{said}，现在是“{value}”",
    "greater_than": "“{name}”要大于 {gt}，现在是“{value}”",
    "greater_than_equal": "“{name}”不能小于 {ge}，现在是“{value}”",
    "less_than": "“{name}”要小于 {lt}，现在是“{value}”",
    "less_than_equal": "“{name}”不能大于 {le}，现在是“{value}”",
    "int_from_float": "“{name}”应当是整数，现在是“{value}”",
    "float_type": "“{name}”应当是数字",
    "bool_type": "“{name}”应当是 true 或 false",
    "finite_number": "“{name}”应当是数字，现在是“{value}”",
    "string_too_short": "“{name}”不能为空",
    "string_type": "“{name}”应当是文字",
    "string_pattern_mismatch": "“{name}”的写法不对，应符合 {pattern}",
    "int_parsing": "“{name}”应当是整数，现在是“{value}”",
    "int_type": "“{name}”应当是整数",
    "float_parsing": "“{name}”应当是数字，现在是“{value}”",
    "bool_parsing": "“{name}”应当是 true 或 false，现在是“{value}”",
    "literal_error": "“{name}”只能是 {expected}，现在是“{value}”",
    "list_type": "“{name}”应当是列表",
    "dict_type": "“{name}”应当是“键: 值”",
    "model_type": "“{name}”应当是“键: 值”",
    "too_short": "“{name}”至少要有一项",
}

_INNER = ("dict[str,any]", "str")  # steps that pydantic adds where a value may be of several kinds


def check(model: type[BaseModel], source: MappingSource) -> list[Mistake]:
    """All mistakes of ``source`` against ``model``; empty when it fits."""
    if source.data is None:
        return source.mistakes or [Mistake(source.name, 1, 1, "文件是空的")]
    try:
        model.model_validate(source.data)
    except ValidationError as error:
        names = _names(model)
        return [*source.mistakes, *(_translate(source, e, names) for e in error.errors())]
    return list(source.mistakes)


def _names(model: type[BaseModel]) -> list[str]:
    """Every key that may stand anywhere in such a file."""
    schema = model.model_json_schema()
    parts = [schema, *schema.get("$defs", {}).values()]
    return list(dict.fromkeys(name for part in parts for name in part.get("properties", ())))


def _meant(key: object, names: Sequence[str]) -> str:
    """Which known key was probably meant; empty where none is near."""
    text = str(key)
    longer = [n for n in names if n != text and (n.startswith(text) or text.startswith(n))]
    near = longer or get_close_matches(text, names, 2)
    return f"。是不是“{'”或“'.join(near[:3])}”？" if near else ""


def _translate(source: MappingSource, error: Any, names: Sequence[str]) -> Mistake:
    path = tuple(p for p in error["loc"] if p not in _INNER)
    unknown = error["type"] == "extra_forbidden"
    message = _SENTENCES.get(error["type"], "“{name}”的写法不对，现在是“{value}”").format(
        **_limits(error.get("ctx", {})),
        meant=_meant(path[-1], names) if unknown and path else "",
        name=path[-1] if path else "文件",
        value=error.get("input"),
    )
    return source.key_mistake(path, message) if unknown else source.mistake(path, message)


def _limits(context: Any) -> dict[str, str]:
    """What pydantic says of the limits that a value broke, as the sentences want it."""
    return {
        **{bound: f"{context.get(bound, 0):g}" for bound in ("gt", "ge", "lt", "le")},
        "said": context.get("error", ""),
        "pattern": context.get("pattern", ""),
        "expected": str(context.get("expected", "")).replace(" or ", "、").replace(", ", "、"),
    }
