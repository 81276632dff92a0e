"""YAML text → plain data whose every scalar is a string, with the place of each value.

YAML would turn 0201 into 129 and ``no`` into False, so nothing is resolved. Duplicate keys are
mistakes. Places are kept by path, so that a later check of the *data* can still point into the file.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from xlcheck.errors import Mistake

Steps = tuple[str | int, ...]
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class MappingSource:
    """One YAML file: ``data`` (dicts, lists, strings, None) and where each value stands."""

    def __init__(self, path: Path, name: str | None = None) -> None:
        self.name = name or str(path)
        self.mistakes: list[Mistake] = []
        self._places: dict[Steps, tuple[int, int]] = {(): (1, 1)}
        self._keys: dict[Steps, tuple[int, int]] = {}
        self._plain: set[Steps] = set()
        self.data = self._load(path)

    def _load(self, path: Path) -> Any:
        node = self._node(path)
        try:
            return None if node is None else self._build(node, ())
        except RecursionError:
            self.mistakes.append(Mistake(self.name, 1, 1, "层次太深，或引用了自己（&、*）"))
            return None

    def _node(self, path: Path) -> Any:
        """What stands in the file, with its places; None where it is empty, or can't be read: then that is a mistake."""
        try:
            return yaml.compose(path.read_text(encoding="utf-8"), Loader=_Loader)
        except UnicodeDecodeError:
            mistake = Mistake(self.name, 1, 1, "文件不是 UTF-8 编码")
        except OSError as error:
            mistake = Mistake(self.name, 1, 1, f"读不了文件：{error.strerror}")
        except yaml.YAMLError as error:
            mistake = _syntax_mistake(self.name, error)
        except RecursionError:
            mistake = Mistake(self.name, 1, 1, "层次太深")
        self.mistakes.append(mistake)
        return None

    def _build(self, node: Any, path: Steps) -> Any:
        self._places[path] = (node.start_mark.line + 1, node.start_mark.column + 1)
        if isinstance(node, yaml.MappingNode):
            return self._build_mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self._build(child, (*path, i)) for i, child in enumerate(node.value)]
        if not node.style:  # plain scalars: None from the Python loader, "" from libyaml
            self._plain.add(path)
            if node.value in ("", "~", "null"):
                return None
        return node.value

    def _build_mapping(self, node: Any, path: Steps) -> dict[str, Any]:
        built: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line, column = key_node.start_mark.line + 1, key_node.start_mark.column + 1
            if not isinstance(key_node, yaml.ScalarNode):
                self.mistakes.append(Mistake(self.name, line, column, "这里的键必须是文字"))
                continue
            key = str(key_node.value)
            if key in built:
                self.mistakes.append(Mistake(self.name, line, column, f"“{key}”写了两次"))
                continue
            self._keys[(*path, key)] = (line, column)
            built[key] = self._build(value_node, (*path, key))
        return built

    def mistake(self, path: Sequence[str | int], message: str, offset: int = 0) -> Mistake:
        """A mistake at the value of ``path`` (or the nearest one above that exists)."""
        steps = tuple(path)
        while steps not in self._places and steps not in self._keys:
            steps = steps[:-1]
        line, column = self._places.get(steps) or self._keys[steps]
        shift = offset if steps in self._plain else 0
        return Mistake(self.name, line, column + shift, message)

    def key_mistake(self, path: Sequence[str | int], message: str) -> Mistake:
        """A mistake at the *key* of ``path``: an item that should not be there."""
        line, column = self._keys.get(tuple(path), self._places.get(tuple(path), (1, 1)))
        return Mistake(self.name, line, column, message)


def _syntax_mistake(name: str, error: yaml.YAMLError) -> Mistake:
    mark = getattr(error, "problem_mark", None)
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    said = str(getattr(error, "problem", None) or error)
    return Mistake(name, line, column, f"YAML 写法有误：{next((c for e, c in _YAML.items() if e in said), said)}")


# What libyaml says, and what a person has to do about it.
_YAML = {
    "cannot start any token": "这里不能用制表符（Tab）或特殊符号开头。缩进用空格；以特殊符号开头的文字加引号",
    "mapping values are not allowed": "冒号放错了位置。一行只写一个“键: 值”；值里有冒号的，给值加引号",
    "could not find expected ':'": "缺少冒号，或冒号后面没有空格。每行写成“键: 值”",
    "expected <block end>": "缩进不齐，或这一行多了东西。同一级的各行要对齐",
    "did not find expected key": "缩进不齐，或引号、括号没有配对",
    "did not find expected node content": "这里缺内容，或括号没有写完",
    "did not find expected ',' or": "括号没有写完，或中间缺逗号",
    "unexpected end of stream": "引号或括号没有写完",
    "did not find expected <document start>": "这一行多了东西",
    "undefined alias": "“*”开头的文字要加引号",
    "did not find expected alphabetic": "“*”或“&”开头的文字要加引号",
    "could not determine a constructor": "“!”开头的文字要加引号",
    "unknown escape character": "双引号里的“\\\\”有特别的意思，请改用单引号",
    "control characters are not allowed": "有看不见的控制字符，请删掉",
    "special characters are not allowed": "有看不见的控制字符，请删掉",
}


def load_data(path: Path) -> tuple[Any, list[Mistake]]:
    """Data for ``fill`` from a YAML file, scalars as strings, and the mistakes of its syntax."""
    source = MappingSource(path)
    return source.data, source.mistakes
