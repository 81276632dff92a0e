"""Small mappings for tests, with marks that show where a mistake is expected."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

_MARK = re.compile(r"«(\w+)»")

SET = """
id: mini
title: 小表
year: 2023
place: 测试
"""
TABLE = """
key: 收支
number: 公开01
name: 收入支出决算总表
sections:
  收入:
    shape: labels
    columns:
      - {role: label, header: [收入, 项目], at: A}
      - {role: line, header: [收入, 行次], at: B}
      - {key: 金额, header: [收入, 金额], at: C, number: 1}
    rows:
      - {label: 一、财政拨款, line: 1}
      - {label: 二、事业收入, line: 2}
      - {label: 合计, line: 3}
  支出:
    shape: labels
    columns:
      - {role: label, header: [支出, 项目], at: D}
      - {role: line, header: [支出, 行次], at: E}
      - {key: 金额, header: [支出, 金额], at: F, number: 2}
    rows:
      - {label: 一、教育支出, line: 4, code: '205'}
      - {label: 合计, line: 5}
"""
CODES = """
key: 支出表
number: 公开03
name: 支出决算表
sections:
  全表:
    shape: codes
    lengths: [3, 5, 7]
    spare: 4
    total: {label: 合计}
    columns:
      - {role: code, header: [项目, 科目代码], at: A}
      - {role: name, header: [项目, 科目名称], at: B}
      - {header: [本年支出合计], at: C, number: 1}
      - {header: [基本支出], at: D, number: 2}
      - {header: [项目支出], at: E, number: 3}
"""
RULES = """
rules:
  - id: G01-01
    title: 合计等于各项之和
    severity: 错误
    formula: 公开01.收入[合计] = 公开01.收入[财政拨款] + 公开01.收入[事业收入]
    reason: 合计是各项之和。
    mend: 核对各项。
    basis: 表样
    examples:
      pass: {'公开01.收入[财政拨款]': 1, '公开01.收入[合计]': 1}
      fail: {'公开01.收入[财政拨款]': 1, '公开01.收入[合计]': 2}
      rounding: {'公开01.收入[财政拨款]': 1, '公开01.收入[合计]': 1.01}
"""
FILES = {"set.yaml": SET, "tables/01.yaml": TABLE, "tables/03.yaml": CODES, "rules/01.yaml": RULES}


def unmarked(text: str) -> tuple[str, dict[str, tuple[int, int]]]:
    """``text`` without its «marks», and the 1-based line and column at which each stood."""
    text = textwrap.dedent(text).lstrip("\n")
    places: dict[str, tuple[int, int]] = {}
    while match := _MARK.search(text):
        before = text[: match.start()]
        places[match.group(1)] = (before.count("\n") + 1, match.start() - before.rfind("\n"))
        text = before + text[match.end() :]
    return text, places


def write_set(root: Path, files: dict[str, str], set_id: str = "mini") -> dict[str, tuple[str, int, int]]:
    """Write a set below ``root``; mark → (file as messages name it, line, column)."""
    found: dict[str, tuple[str, int, int]] = {}
    for name, marked in files.items():
        text, places = unmarked(marked)
        path = root / set_id / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        found |= {mark: (f"{set_id}/{name}", *place) for mark, place in places.items()}
    return found
