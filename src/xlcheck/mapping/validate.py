"""Check the data of one mapping file against its model; every mistake as a Chinese sentence."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ValidationError

from xlcheck.errors import Mistake
from xlcheck.mapping.source import Source

_SENTENCES = {
    "missing": "缺少必填项“{name}”",
    "extra_forbidden": "不认识的项“{name}”",
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


def check(model: type[BaseModel], source: Source) -> list[Mistake]:
    """All mistakes of ``source`` against ``model``; empty when it fits."""
    if source.data is None:
        return source.mistakes or [Mistake(source.name, 1, 1, "文件是空的")]
    try:
        model.model_validate(source.data)
    except ValidationError as error:
        return [*source.mistakes, *(_translate(source, e) for e in error.errors())]
    return list(source.mistakes)


def _translate(source: Source, error: Any) -> Mistake:
    path = tuple(p for p in error["loc"] if p not in ("dict[str,any]", "str"))
    context = error.get("ctx", {})
    sentence = _SENTENCES.get(error["type"], f"“{{name}}”不符合要求：{error['msg']}")
    message = sentence.format(
        name=path[-1] if path else "文件",
        value=error.get("input"),
        pattern=context.get("pattern", ""),
        expected=str(context.get("expected", "")).replace(" or ", "、").replace(", ", "、"),
    )
    place = source.key_mistake if error["type"] == "extra_forbidden" else source.mistake
    return place(path, message)
