"""``narrative/*.yaml`` of a set and of all that it extends → :class:`~xlcheck.profile.NarrativeProfile`, all mistakes at once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from pydantic import ValidationError

from xlcheck.concepts import Concept, SectionWords, Vocabulary
from xlcheck.errors import MappingError, Mistake
from xlcheck.form import TOTAL
from xlcheck.labels import plain
from xlcheck.mapping import validate
from xlcheck.mapping.narrativeforms import FormError, compile_form
from xlcheck.mapping.places import MappingFolders
from xlcheck.mapping.schema import FrameModel, NarrativeFile, NarrativeSectionModel, SetModel, SubjectModel
from xlcheck.mapping.source import MappingSource, Steps
from xlcheck.profile import (
    CellName,
    NarrativeProfile,
    NarrativeRule,
    NarrativeSection,
    SentenceForm,
    Subject,
    WrittenBlock,
)

FOLDER = "narrative"
# Classes that the program itself knows: figures, subjects, years, signs. The rest are the words of the profile.
BUILT_IN = ("主体", "金额", "百分比", "数量", "本年", "某年", "较", "，", "、", "（", "）", "：", "未知")
_CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!\"#%&',-/:;<=>@_`~"
_GENERIC = (
    "合计",
    "小计",
    "总计",
    "总合计",
    "金额",
    "收入",
    "支出",
)  # names of columns that name nothing in a sentence
_BRACKETED = re.compile(r"\([^()]*\)")


class _File(NamedTuple):
    source: MappingSource
    model: NarrativeFile


def compile_profile(folders: MappingFolders, set_id: str, vocabulary: Vocabulary) -> NarrativeProfile | None:
    """The profile of a set; None where neither it nor what it extends has a ``narrative`` folder.

    Raises:
        MappingError: with all mistakes of its files.
    """
    mistakes: list[Mistake] = []
    chain = _chain(folders, set_id)
    files = [file for folder, _ in chain for file in _files(folder, mistakes)]
    if not files and not mistakes:
        return None
    found = _ProfileCompiler(vocabulary, mistakes).profile(chain[-1][1], files)
    found = found._replace(local=len(chain) > 1 and any((chain[-1][0] / FOLDER).glob("*.yaml")))
    if mistakes:
        raise MappingError(mistakes)
    return found


def _chain(folders: MappingFolders, set_id: str) -> list[tuple[Path, SetModel]]:
    """The set's folder and those of all that it extends, the most general first. What is wrong there, compose says."""
    found: list[tuple[Path, SetModel]] = []
    current: str | None = set_id
    while current and len(found) < 20:
        folder = folders.of(current)
        try:
            model = SetModel.model_validate(MappingSource(folder / "set.yaml").data)
        except ValidationError:
            break
        found.insert(0, (folder, model))
        current = model.extends
    return found


def _files(folder: Path, mistakes: list[Mistake]) -> Iterator[_File]:
    for path in sorted((folder / FOLDER).glob("*.yaml")):
        source = MappingSource(path, f"{folder.name}/{path.relative_to(folder).as_posix()}")
        wrong = validate.check(NarrativeFile, source)
        mistakes += wrong
        if not wrong:
            yield _File(source, NarrativeFile.model_validate(source.data))


class _ProfileCompiler:
    """Puts the files of all layers together, the nearest last."""

    def __init__(self, vocabulary: Vocabulary, mistakes: list[Mistake]) -> None:
        self.vocabulary = vocabulary
        self.mistakes = mistakes
        self.words: dict[str, tuple[str, ...]] = {}
        self.classes: dict[str, str] = dict(zip(BUILT_IN, _CHARACTERS, strict=False))
        self.frames: dict[str, SentenceForm] = {}
        self.sections: dict[str, NarrativeSection] = {}

    def profile(self, model: SetModel, files: list[_File]) -> NarrativeProfile:
        """The profile of a set."""
        for file in files:
            self._take_words(file)
        for file in files:
            for i, frame in enumerate(file.model.frames):
                self._take_frame(file, ("frames", i), frame)
            for key, section in file.model.sections.items():
                self.sections[key] = self._section(file, key, section)
        text = next((f.model.text for f in reversed(files) if f.model.text), [])
        order = next((file.model.order for file in reversed(files) if file.model.order), [])
        self._add_variants([tuple(map(plain, pair)) for f in files for pair in f.model.variants])
        first = {key: self.sections[key] for key in order if key in self.sections}
        return NarrativeProfile(
            id=model.id,
            place=model.place,
            unit=next((f.model.unit for f in reversed(files)), "万元"),
            words=self.words,
            classes=self.classes,
            frames=tuple(self.frames.values()),
            sections={**first, **self.sections},
            text=tuple(WrittenBlock(**block.model_dump()) for block in text),
            rules=tuple(self._rules(files).values()),
            title=next((f.model.title for f in reversed(files) if f.model.title), ""),
        )

    def _add_variants(self, pairs: list[tuple[str, ...]]) -> None:
        """Every name with words that may be said otherwise, said so too."""
        for key, section in self.sections.items():
            subjects = {n: s._replace(words=_with_variants(s.words, pairs)) for n, s in section.subjects.items()}
            self.sections[key] = section._replace(subjects=subjects)

    def _rules(self, files: list[_File]) -> dict[str, NarrativeRule]:
        """The rules of all layers; the nearest that has one says it."""
        found: dict[str, NarrativeRule] = {}
        for file in files:
            for i, model in enumerate(file.model.rules):
                examples = (model.passing, model.failing, model.rounding)
                if not model.note and not all(examples):
                    self._wrong(
                        file, ("rules", i), f"{model.id} 要有对的、不对的、取舍的例句各一句，或写 note 说明为什么没有"
                    )
                said = (model.id, model.title, model.severity, model.reason, model.mend, model.basis, model.section)
                passing, failing, rounding = map(tuple, examples)
                found[model.id] = NarrativeRule(*said, passing, failing, rounding, model.note, file.source.name)
        return found

    def _wrong(self, file: _File, path: Steps, sentence: str) -> None:
        self.mistakes.append(file.source.mistake(path, sentence))

    def _take_words(self, file: _File) -> None:
        for name, words in file.model.words.items():
            if name not in self.classes:
                if len(self.classes) >= len(_CHARACTERS):
                    self._wrong(file, ("words", name), f"词类太多（最多 {len(_CHARACTERS) - len(BUILT_IN)} 类）")
                    continue
                self.classes[name] = _CHARACTERS[len(self.classes)]
            self.words[name] = tuple(dict.fromkeys((*self.words.get(name, ()), *map(plain, words))))

    def _take_frame(self, file: _File, path: Steps, model: FrameModel) -> None:
        try:
            form = compile_form(model.form, self.classes)
        except FormError as error:
            self._wrong(file, (*path, "form"), str(error))
            return
        self.frames[model.name] = SentenceForm(
            model.name, model.form, *form, model.base, model.compare, model.flat, tuple(model.examples)
        )

    # --- sections ---

    def _section(self, file: _File, key: str, model: NarrativeSectionModel) -> NarrativeSection:
        """A section, added to what the layers below said of it: words are added, the rest is said anew or stays."""
        path: Steps = ("sections", key)
        before = self.sections.get(key, NarrativeSection(key, ()))
        subjects = dict(before.subjects)
        for name, subject in model.subjects.items():
            subjects[name] = self._subject(file, (*path, "subjects", name), name, subject, subjects.get(name))
        for made in self._listed(file, path, model):
            known = subjects.get(made.name)
            subjects[made.name] = made if known is None else known._replace(words=_joined(known.words, made.words))
        written = model.model_fields_set
        return NarrativeSection(
            key,
            _joined(before.headings, tuple(map(plain, model.headings))),
            model.table or before.table,
            subjects,
            self._codes(file, (*path, "codes"), model.codes) if model.codes else before.codes,
            tuple(map(tuple, model.sums)) if "sums" in written else before.sums,
            {k: tuple(v) for k, v in model.needs.items()} if "needs" in written else before.needs,
            model.required if "required" in written else before.required,
            model.group if "group" in written else before.group,
            model.end if "end" in written else before.end,
            model.projects if "projects" in written else before.projects,
            _joined(before.hints, tuple(map(plain, model.hints))),
            tuple(map(tuple, model.pieces)) if "pieces" in written else before.pieces,
            self._patterns(file, (*path, "written"), model.written) if "written" in written else before.written,
            tuple(model.covered) if "covered" in written else before.covered,
        )

    def _patterns(self, file: _File, path: Steps, patterns: Mapping[str, str]) -> dict[str, str]:
        """Regular expressions by name; what is none is a mistake."""
        for name, pattern in patterns.items():
            try:
                re.compile(pattern)
            except re.error as error:
                self._wrong(file, (*path, name), f"“{pattern}”不是正则表达式：{error}")
        return dict(patterns)

    def _subject(self, file: _File, path: Steps, name: str, model: SubjectModel, known: Subject | None) -> Subject:
        cells = tuple(self._cells(file, (*path, "cells"), model.cells))
        counts = {unit: meant for meant, units in model.counts.items() for unit in map(plain, units)}
        made = Subject(
            name,
            tuple(map(plain, model.words)) or (plain(name),),
            cells,
            tuple(self._cells(file, (*path, "sum_cells"), model.sum_cells)),
            next(self._cells(file, (*path, "budget"), [model.budget] if model.budget else []), None),
            counts,
            model.amounts,
            also=tuple(self._cells(file, (*path, "also"), model.also)),
            instead=model.instead,
        )
        if known is None:
            return made
        return Subject(
            name,
            _joined(known.words, made.words if model.words else ()),
            made.cells or known.cells,
            made.summed or known.summed,
            made.budget or known.budget,
            {**known.counts, **counts},
            made.amounts or known.amounts,
            also=made.also or known.also,
            instead=made.instead or known.instead,
        )

    def _listed(self, file: _File, path: Steps, model: NarrativeSectionModel) -> Iterator[Subject]:
        """The columns and rows of tables as subjects, by the words of the vocabulary."""
        for i, text in enumerate(model.columns):
            table, section, rest = self._table(file, (*path, "columns", i), text, 2)
            if table:
                for key, concept in self._words(table, section).columns.items():
                    yield _of_concept(concept, CellName(table, section, rest[0], key))
        for i, text in enumerate(model.rows):
            table, section, rest = self._table(file, (*path, "rows", i), text, 2)
            if table:
                for key, concept in self._words(table, section).rows.items():
                    if not concept.total:
                        yield _of_concept(concept, CellName(table, section, key, rest[0]), row_of=table)

    def _words(self, table: str, section: str) -> SectionWords:
        sections = self.vocabulary.tables[table].sections if table in self.vocabulary.tables else {}
        found = sections.get(section) if section else next(iter(sections.values()), None)
        return found or SectionWords({}, {})

    def _codes(self, file: _File, path: Steps, text: str) -> CellName | None:
        table, section, rest = self._table(file, path, text, 2)
        return CellName(table, section, "", rest[0]) if table else None

    def _cells(self, file: _File, path: Steps, texts: list[str]) -> Iterator[CellName]:
        for i, text in enumerate(texts):
            at = (*path, i) if path[-1] != "budget" else path
            table, section, rest = self._table(file, at, text, 3)
            if table:
                yield CellName(table, section, rest[0], rest[1])

    def _table(self, file: _File, path: Steps, text: str, parts: int) -> tuple[str, str, list[str]]:
        """``表·部分/行/列`` → table, section and the rest; an empty table where it is wrong, and that is said."""
        head, *rest = text.split("/")
        table, _, section = head.partition("·")
        if len(rest) != parts - 1 or not all(rest):
            self._wrong(file, path, f"“{text}”应写成“表{'/行/列' if parts == 3 else '/行（或列）'}”")
            return "", "", []
        if self.vocabulary.tables and table not in self.vocabulary.tables:
            self._wrong(file, path, f"“{text}”：没有“{table}”这张表")
            return "", "", []
        return table, section, [TOTAL if r == "合计" and i == 0 and parts == 3 else r for i, r in enumerate(rest)]


def _with_variants(words: tuple[str, ...], pairs: list[tuple[str, ...]]) -> tuple[str, ...]:
    found = dict.fromkeys(words)
    for pair in pairs:
        for word in tuple(found):
            found.update(dict.fromkeys(word.replace(pair[0], other) for other in pair[1:] if pair[0] in word))
    return tuple(found)


def _joined(some: tuple[str, ...], more: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*some, *more)))


def _of_concept(concept: Concept, cell: CellName, row_of: str = "") -> Subject:
    """A column or row as a subject; 社会保障和就业支出 is also said 社会保障和就业."""
    words = dict.fromkeys(plain(w) for w in (concept.key, concept.name, *(p[-1] for p in concept.words if len(p) == 1)))
    words = dict.fromkeys(w for w in words if w not in _GENERIC)
    for when, said in (("年初", ("年初", "上年", "期初")), ("年末", ("年末", "结转下年", "期末"))):
        if concept.key.startswith(
            when
        ):  # in a table its place tells the one from the other, in a sentence only the word
            words = dict.fromkeys(w for w in words if any(s in w for s in said))
    short = [w.removesuffix("支出") for w in words if w.endswith("支出") and len(w) > 5]
    return Subject(concept.name, tuple(words) + tuple(s for s in short if s not in words), (cell,), row_of=row_of)


def without_brackets(word: str) -> str:
    """A word without what stands in brackets."""
    return _BRACKETED.sub("", word)


def profile_ids(root: Path) -> Mapping[str, Path]:
    """The sets that have a text of their own: id → folder."""
    return {folder.parent.name: folder for folder in sorted(root.glob(f"*/{FOLDER}"))}
