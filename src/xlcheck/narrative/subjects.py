"""Which subject a name of the text means: by the section it stands in, then wherever it is the only one."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import NamedTuple

from xlcheck.narrative.cells import Cells
from xlcheck.narrative.outline import heading_key
from xlcheck.narrative.tokens import Token
from xlcheck.profile import CellName, NarrativeProfile, NarrativeSection, Subject

_INCOME = "收入"
_SHORT = 2  # characters of a name that means something in its own section alone: 工程, 服务
_LEVELS = {"类": 3, "款": 5, "项": 7}


class Meant(NamedTuple):
    """What a name means: a subject, or a 科目 by its possible codes; neither: unknown."""

    subject: Subject | None
    label: str
    cells: tuple[CellName, ...] = ()
    codes: tuple[str, ...] = ()
    section: NarrativeSection | None = None
    part: bool = False
    mismatched: bool = False

    @property
    def known(self) -> bool:
        """Whether it is something of the profile or of the list of 科目, or a part of such (by its fund, in brackets)."""
        return self.subject is not None or bool(self.codes) or self.part


class Subjects:
    """Finds subjects by name."""

    def __init__(self, profile: NarrativeProfile, cells: Cells) -> None:
        self.profile = profile
        self.cells = cells

    def names(self) -> Iterable[str]:
        """Every name that the text may print."""
        return dict.fromkeys((*self._everywhere, *self.cells.subject_names()))

    def short_names(self) -> Iterable[str]:
        """Names of 科目 so short that they are such only right before a figure."""
        return dict.fromkeys(name for name in self.cells.short_names() if name not in self._everywhere)

    def meant(self, token: Token, section: NarrativeSection | None, above: str) -> Meant:
        """What a token means in a section. ``above`` is the code of the 科目 spoken of before."""
        if token.code or token.levels:
            return self._by_path(token, section, above)
        word = token.names[0]
        own = None if section is None else self._by_word(section).get(word)
        if own is not None and not (own.row_of and section is not None and section.codes):
            return _of(own, section)
        if section is not None and section.codes is not None:
            found = self._by_path(token, section, above)
            if found.codes:
                return found
        if own is not None:
            return _of(own, section)
        return self._elsewhere(word, section)

    def is_name(self, token: Token) -> bool:
        """Whether something of the profile is called so, in whatever section."""
        return bool(token.names) and token.names[0] in self._everywhere

    def instead(self, token: Token, meant: Meant) -> Meant | None:
        """What a name may mean besides: the subject that another section calls so, where it is another figure."""
        subject = meant.subject
        section = self.profile.sections.get(subject.instead) if subject is not None and subject.instead else None
        other = None if section is None or not token.names else self._by_word(section).get(token.names[0])
        return None if other is None or other.cells == meant.cells else _of(other, section)

    def headed(self, section: NarrativeSection, key: str) -> Subject | None:
        """The subject of a section that a heading names, as headings are compared."""
        words = ((heading_key(word), subject) for word, subject in self._by_word(section).items())
        return next((subject for word, subject in words if word == key), None)

    def plain_income(self, section: NarrativeSection | None) -> Subject | None:
        """What the bare word 收入 means in a section: its 支出 then is what goes with that."""
        return None if section is None else self._by_word(section).get(_INCOME)

    def overall(self, token: Token) -> Meant | None:
        """What a name means in the first section, that of all funds."""
        section = next((s for s in self.profile.sections.values() if s.table), None)
        found = None if section is None or not token.names else self._by_word(section).get(token.names[0])
        return None if found is None else _of(found, section)

    def _elsewhere(self, word: str, section: NarrativeSection | None) -> Meant:
        """A subject that only other sections speak of: where all of them mean the same; a short name is many things."""
        if section is not None and len(word) <= _SHORT:
            return Meant(None, word, section=section)
        named = self._everywhere.get(word, [])
        others = [(s, one) for s, one in named if one.cells] or named  # without a cell it is that section's alone
        if others and len({s.cells for _, s in others}) == 1:
            return _of(others[0][1], others[0][0])
        return Meant(None, word, section=section)

    def _by_path(self, token: Token, section: NarrativeSection | None, above: str) -> Meant:
        label = token.names[-1] if token.names else token.text
        where = section.codes if section is not None and section.codes is not None else None
        table = where.table if where else ""
        codes = [token.code] if token.code else self.cells.codes_of(table, token.names)
        wanted = _LEVELS.get(token.levels[-1], 0) if token.levels else 0
        if wanted:
            codes = [c for c in codes if len(c) == wanted] or codes
        if len(codes) > 1 and above:
            codes = _nearest(codes, above)
        if where is None:
            return self._plain_class(token, section, codes)
        if token.code and self.cells.is_of_another(table, token.code, label):
            return Meant(
                None, label, tuple(where._replace(row=c) for c in codes), tuple(codes), section, mismatched=True
            )
        if not codes and token.levels:
            mismatched = len(token.names) > 1 and self.cells.names_known(table, token.names)
            alone = self.cells.submission is None and not mismatched  # our list is not that of all 科目
            return Meant(None, label, section=section, part=alone, mismatched=mismatched)
        return Meant(None, label, tuple(where._replace(row=c) for c in codes), tuple(codes), section)

    def _plain_class(self, token: Token, section: NarrativeSection | None, codes: list[str]) -> Meant:
        """A 科目 in a section whose table has classes only: by its word, as any other subject."""
        word = token.names[-1]
        if section is not None:
            for name in (word, f"{word}支出", word.removesuffix("支出")):
                own = self._by_word(section).get(name)
                if own is not None:
                    return _of(own, section)
        return Meant(None, word, (), tuple(codes), section)

    def _by_word(self, section: NarrativeSection) -> dict[str, Subject]:
        found = self._known.get(section.key)
        if found is None:
            found = self._known[section.key] = {}
            for subject in section.subjects.values():
                for word in subject.words:
                    if word not in found or found[word].row_of:
                        found[word] = subject
        return found

    @cached_property
    def _known(self) -> dict[str, dict[str, Subject]]:
        return {}

    @cached_property
    def _everywhere(self) -> dict[str, list[tuple[NarrativeSection, Subject]]]:
        found: dict[str, list[tuple[NarrativeSection, Subject]]] = {}
        for section in self.profile.sections.values():
            for subject in section.subjects.values():
                for word in subject.words:
                    found.setdefault(word, []).append((section, subject))
        return found


def _of(subject: Subject, section: NarrativeSection | None) -> Meant:
    return Meant(subject, subject.name, subject.cells, (), section)


def _nearest(codes: list[str], above: str) -> list[str]:
    """Those codes that share the most of their beginning with the one before: of its 款, else of its 类."""
    for length in (5, 3):
        near = [c for c in codes if c[:length] == above[:length] and len(above) >= length]
        if near:
            return near
    return codes
