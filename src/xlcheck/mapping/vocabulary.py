"""``vocabulary.yaml`` → the compiled :class:`~xlcheck.concepts.Vocabulary`, with all mistakes at once."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from xlcheck.concepts import Concept, SectionWords, TableWords, Vocabulary
from xlcheck.errors import MappingError, Mistake
from xlcheck.mapping.source import MappingSource

FILE = "vocabulary.yaml"
SOURCES = ("样表", "见于", "推定")
_PATH = "·"


def compile_vocabulary(root: Path) -> Vocabulary:
    """Compile ``root/vocabulary.yaml``; a folder of mappings without one has an empty vocabulary.

    Raises:
        MappingError: with all mistakes of the file.
    """
    path = root / FILE
    if not path.is_file():
        return Vocabulary()
    source = MappingSource(path, FILE)
    reader = _VocabularyReader(source)
    data = source.data if isinstance(source.data, dict) else {}
    found = Vocabulary(
        folds=tuple(reader.pair(p, path) for path, p in reader.items(("folds",), data.get("folds"))),
        leads={k: tuple(reader.words(("leads", k), v)) for k, v in reader.mapping(("leads",), data.get("leads"))},
        distractors=tuple(reader.words(("distractors",), data.get("distractors"))),
        tables=reader.tables(data.get("tables")),
    )
    if reader.mistakes:
        raise MappingError(reader.mistakes)
    return found


class _VocabularyReader:
    """Reads the parts of the file; what is wrong is collected with its line."""

    def __init__(self, source: MappingSource) -> None:
        self.source = source
        self.mistakes: list[Mistake] = []

    def wrong(self, path: tuple[str | int, ...], sentence: str) -> None:
        self.mistakes.append(self.source.mistake(path, sentence))

    def mapping(self, path: tuple[str | int, ...], value: Any) -> list[tuple[str, Any]]:
        """The entries of a mapping; a mistake where there is none."""
        if value is None:
            return []
        if not isinstance(value, dict):
            self.wrong(path, "这里应是“名称: 内容”")
            return []
        return [(str(k), v) for k, v in value.items()]

    def items(self, path: tuple[str | int, ...], value: Any) -> list[tuple[tuple[str | int, ...], Any]]:
        """What stands in the lists below 样表, 见于 and 推定, each with its place."""
        found = []
        for name, listed in self.mapping(path, value):
            if name not in SOURCES:
                self.wrong((*path, name), f"词的来源只有{'、'.join(SOURCES)}，没有“{name}”")
            elif not isinstance(listed, list):
                self.wrong((*path, name), "这里应是一列词：[…, …]")
            else:
                found += [((*path, name, i), item) for i, item in enumerate(listed)]
        return found

    def words(self, path: tuple[str | int, ...], value: Any) -> list[str]:
        """The words below a place, of all sources."""
        found = []
        for at, item in self.items(path, value):
            if isinstance(item, str | int) and str(item).strip():
                found.append(str(item).strip())
            else:
                self.wrong(at, "词要写成文字")
        return found

    def pair(self, item: Any, path: tuple[str | int, ...]) -> tuple[str, str]:
        """A fold: [as written, as compared]."""
        if isinstance(item, list) and len(item) == 2 and all(isinstance(x, str) for x in item):
            return item[0], item[1]
        self.wrong(path, "词根写成 [写法, 换成]")
        return "", ""

    def concept(self, path: tuple[str | int, ...], key: str, value: Any) -> Concept:
        """A column or row with its words."""
        from_file = dict(self.mapping(path, value))
        name, total = str(from_file.pop("name", key)), str(from_file.pop("total", "")).lower() == "true"
        words = self.words(path, from_file)
        spelled = dict.fromkeys([tuple(w.split(_PATH)) for w in (key, *words)])
        return Concept(key, name, tuple(spelled), total)

    def rows(self, path: tuple[str | int, ...], value: Any, before: Mapping[str, TableWords]) -> dict[str, Concept]:
        """The rows of a section; ``like: 表·区`` takes over those of a section further up."""
        from_file = dict(self.mapping(path, value))
        found: dict[str, Concept] = {}
        if (like := from_file.pop("like", None)) is not None:
            table, _, section = str(like).partition(_PATH)
            if table in before and section in before[table].sections:
                found |= before[table].sections[section].rows
            else:
                self.wrong((*path, "like"), f"前面没有“{like}”这一区")
        return found | {k: self.concept((*path, k), k, v) for k, v in from_file.items()}

    def tables(self, value: Any) -> dict[str, TableWords]:
        """All tables, in order: a later one may be like an earlier one."""
        found: dict[str, TableWords] = {}
        for key, table in self.mapping(("tables",), value):
            found[key] = self.table(key, table, found)
        return found

    def table(self, key: str, value: Any, before: Mapping[str, TableWords]) -> TableWords:
        """A table with the concepts of its sections."""
        path = ("tables", key)
        from_file = dict(self.mapping(path, value))
        if not isinstance(from_file.get("title"), str):
            self.wrong(path, "缺少必填项“title”（全国通用的表名）")
        sections = {}
        for name, section in self.mapping((*path, "sections"), from_file.get("sections")):
            at = (*path, "sections", name)
            parts = dict(self.mapping(at, section))
            sections[name] = SectionWords(
                {k: self.concept((*at, "columns", k), k, v) for k, v in self.mapping(at, parts.get("columns"))},
                self.rows((*at, "rows"), parts.get("rows"), before),
                tuple(self.words((*at, "total"), parts.get("total"))),
            )
        others = tuple(str(x) for x in from_file.get("others") or ())
        return TableWords(key, str(from_file.get("title", key)), sections, others)
