"""Letters are rendered from templates: the built-in ones, or the reviewer's own in 信件模板. The only door for jinja2 here.

Own templates are text from a folder: they see plain data only, and run in jinja's sandbox, which keeps them from the
machine, in a process with limits, which keeps them from working for ever: a loop in a loop is quickly written.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from xlcheck.errors import Usage
from xlcheck.files import reason
from xlcheck.shown import cleaned
from xlcheck.workers import Limits, Lost, Workers

_BUILT_IN = Path(__file__).parent / "letters"
_LONGEST = 2_000_000
_UNUSABLE = (OSError, TemplateError, TypeError, ValueError, ArithmeticError, LookupError, RecursionError)
RESULT, REMINDER = "结果信", "催报信"


_LIMITS = Limits(seconds=20, megabytes=512)
_LOST = {"time": "写一封信用了 20 秒还没有写完", "memory": "写一封信要用的内存太多"}


class _Text(NamedTuple):
    """A template with what it is to say, on its way to where it is rendered."""

    template: str
    shape: str
    data: Mapping[str, Any]


class _Failed(NamedTuple):
    """A template that can't be used, and why."""

    said: str


def render(name: str, shape: str, data: Mapping[str, Any], own: Path) -> str:
    """A letter: ``name`` is 结果信 or 催报信, ``shape`` txt or html. ``own`` is the folder of the reviewer's templates.

    Raises:
        Usage: the reviewer's template has a mistake, with its line.
    """
    said: Mapping[str, Any] = cleaned(dict(data))
    path = own / f"{name}.{shape}"
    if not path.is_file():
        return _rendered(_Text((_BUILT_IN / f"{name}.{shape}.j2").read_text(encoding="utf-8"), shape, said))
    try:
        text = _Text(path.read_text(encoding="utf-8-sig"), shape, said)
    except (OSError, UnicodeDecodeError) as error:
        raise Usage(f"信件模板“{path}”{_mistake(error)}") from error
    found = next(Workers(_tried, 1, _LIMITS).run([text]))
    if isinstance(found, Lost):
        raise Usage(f"信件模板“{path}”不能用：{_LOST.get(found.why, '程序中断')}，请看里面的循环。")
    if isinstance(found, _Failed):
        raise Usage(f"信件模板“{path}”{found.said}")
    return found


def _tried(text: _Text) -> str | _Failed:
    """A letter, or why the template gives none; in a process with limits."""
    try:
        return _rendered(text)
    except _UNUSABLE as error:
        return _Failed(_mistake(error))


def _mistake(error: Exception) -> str:
    """What is wrong with a template of the reviewer's."""
    match error:
        case OSError():
            return f"读不了：{reason(error)}。"
        case UnicodeDecodeError():
            return "不是 UTF-8 编码，请另存为 UTF-8。"
        case TemplateSyntaxError():
            return f"第 {error.lineno} 行写法有误：{error.message}"
        case SecurityError():
            return f"用了不允许的写法：{error.message}"
    return f"不能用：{error}"


def template_mistakes(own: Path) -> list[str]:
    """What is wrong with the reviewer's templates, each tried with a made-up letter."""
    found = []
    for name in (RESULT, REMINDER):
        for shape in ("txt", "html"):
            try:
                render(name, shape, _EXAMPLE, own)
            except Usage as mistake:
                found.append(str(mistake))
    return found


_EXAMPLE: Mapping[str, Any] = {
    "unit": "某某单位", "contact": "张三", "year": "2025年度", "due": "2026-08-20", "send_to": "", "reply_to": "js@example.cn",
    "signature": "某某财政局", "today": "2026-08-01", "title": "部门决算公开表", "version": 2, "received": "2026-08-01 09:00",
    "file": "决算公开.xlsx", "passed": False, "wrong": True, "result": "有错误", "why": "错误 1 条", "errors": 1, "verifies": 0, "notes": 0, "explained": 0, "unsaid": 0, "unsaid_said": "", "explain_where": "在“审核结果”的“单位说明”栏写明原因", "what": "工作簿", "no_copy": "",
    "again": "", "rechecked": "", "year_said": "", "compared": True, "fresh": 1, "still": 0, "mended": 0, "causes": ["某处"], "causes_left": 0, "findings_left": 0,
    "findings": [{"severity": "错误", "table": "公开01", "cell": "B5", "message": "某条", "mend": "", "change": "新增"}],
    "attachment": "审核.xlsx", "zipped": False, "look": "最后一张表“审核结果”", "days": 3,
    "items": [{"title": "部门决算公开表", "version": 0, "errors": 0, "verifies": 0, "told": ""}],
}  # fmt: skip


def _rendered(text: _Text) -> str:
    found, length = [], 0
    for piece in _environment(text.shape == "html").from_string(text.template).generate(text.data):
        found.append(piece)
        length += len(piece)
        if length > _LONGEST:
            raise ValueError(f"写出来的信超过 {_LONGEST} 个字，太长")
    return "".join(found)


@lru_cache(maxsize=2)
def _environment(escape: bool) -> ImmutableSandboxedEnvironment:
    return ImmutableSandboxedEnvironment(
        autoescape=escape, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
