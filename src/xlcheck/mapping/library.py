"""Where the sets are, and their compiled form, cached by the hash of all that went into it."""

from __future__ import annotations

import hashlib
import pickle
import re
import sys
from functools import cached_property
from pathlib import Path
from typing import Any

from xlcheck.concepts import Vocabulary
from xlcheck.errors import Fault, Usage
from xlcheck.files import write_whole
from xlcheck.form import SetSpec
from xlcheck.mapping.places import MappingFolders, beside_shipped, cache_home, compiled_home, home
from xlcheck.mapping.travel import packed, unpacked
from xlcheck.profile import NarrativeProfile, NoProfile
from xlcheck.scores.spec import ScoreSheetSpec
from xlcheck.version import __version__

_FORMAT = 3
_MOST_KEPT = 4  # of one set: who alternates between rules of their own and those shipped compiles neither again
_Kept = SetSpec | Vocabulary | NarrativeProfile | NoProfile | tuple[ScoreSheetSpec, ...]
_VOCABULARY = "vocabulary"
_NARRATIVE = "narrative"
_SCORE_SHEETS = "selfscore"
OPEN = "open-2023"
_ABSTRACT = re.compile(r"^abstract\s*:\s*['\"]?(?:true|yes|on|1|t|y)\b", re.MULTILINE | re.IGNORECASE)
_EXTENDS = re.compile(r"^extends\s*:\s*\S", re.MULTILINE)


class Library:
    """All sets below one folder, or below a folder of one's own with the shipped ones behind it."""

    def __init__(self, root: Path | None = None, folders: MappingFolders | None = None) -> None:
        """``root`` alone, else ``folders``, else what ``$XLCHECK_MAPPINGS`` names beside the shipped sets."""
        self.folders = folders or (MappingFolders(root) if root else beside_shipped(home()))
        self._loaded: dict[str, SetSpec] = {}
        self._profiles: dict[str, NarrativeProfile | None] = {}

    @classmethod
    def with_own(cls, own: Path | None) -> Library:
        """The shipped sets, and those of a folder of one's own before them; None: as the environment says."""
        return cls(folders=beside_shipped(own)) if own else cls()

    @property
    def root(self) -> Path:
        """The folder that is looked into first."""
        return self.folders.own

    def __getstate__(self) -> dict[str, Any]:
        """A library travels with its files: where it arrives there may be others."""
        return {**self.__dict__, "rules_digest": self.rules_digest, "files": packed(self.folders)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        rules, files = state.pop("rules_digest"), state.pop("files")
        self.__dict__.update(state)
        if not self.root.is_dir() or self.rules_digest != rules:
            self.__dict__.pop("rules_digest", None)  # of the files that lie here
            self.folders = unpacked(files, cache_home() / f"rules-{rules}")

    def ids(self) -> list[str]:
        """Ids of all sets, abstract ones included; the older year first."""
        return sorted(self.folders.ids(), key=lambda name: (name.rpartition("-")[2], name))

    def concrete(self) -> list[str]:
        """Ids of the sets a workbook can be of."""
        return [i for i in self.ids() if not self._abstract(i)]

    def _abstract(self, set_id: str) -> bool:
        text = (self.folders.of(set_id) / "set.yaml").read_text(encoding="utf-8", errors="replace")
        return _ABSTRACT.search(text) is not None

    def digest(self) -> str:
        """Hash of the rules, of Python's version and of our code: the key of the cache."""
        of_code = f"{sys.version}|{_code_stamp()}"
        return hashlib.sha256(f"{of_code}|{self.rules_digest}".encode()).hexdigest()[:24]

    @cached_property
    def rules_digest(self) -> str:
        """Hash of every file of the rules and of our version: what an answer depends on, on any machine.

        It is the key of sets that are compiled beforehand, too.
        """
        found = hashlib.sha256(f"{_FORMAT}|{__version__}".encode())
        for root in self.folders.all:
            for path in sorted(p for p in root.rglob("*") if p.suffix in (".yaml", ".csv")):
                found.update(path.relative_to(root).as_posix().encode())
                found.update(path.read_bytes())
        found.update((self._words_home() / f"{_VOCABULARY}.yaml").read_bytes())
        for path in sorted((self._score_sheets_home() / _SCORE_SHEETS).glob("*.yaml")):
            found.update(path.read_bytes())
        return found.hexdigest()[:24]

    def load(self, set_id: str) -> SetSpec:
        """The compiled set.

        Raises:
            Usage: no such set.
            MappingError: its YAML is wrong.
        """
        if set_id not in self._loaded:
            if not (self.folders.of(set_id) / "set.yaml").is_file():
                known = "、".join(self.concrete())
                raise Usage(f"没有“{set_id}”这套映射。现有：{known}")
            found = self._cached(set_id)
            self._loaded[set_id] = found if isinstance(found, SetSpec) else self._compile(set_id)
        return self._loaded[set_id]

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The national vocabulary of tables, columns and rows: of this folder, else the one shipped.

        Raises:
            MappingError: its YAML is wrong.
        """
        found = self._cached(_VOCABULARY)
        if not isinstance(found, Vocabulary):
            from xlcheck.mapping.vocabulary import compile_vocabulary

            found = compile_vocabulary(self._words_home())
            self._store(_VOCABULARY, found)
        return found

    def profile(self, set_id: str) -> NarrativeProfile | None:
        """How texts of the set's place are written (文字说明); None where its mappings say nothing of texts.

        Raises:
            MappingError: its YAML is wrong.
        """
        if set_id in self._profiles:
            return self._profiles[set_id]
        name = f"{_NARRATIVE}-{set_id}"
        found = self._cached(name)
        if not isinstance(found, NarrativeProfile | NoProfile):
            from xlcheck.mapping.narrative import compile_profile

            found = compile_profile(self.folders, set_id, self.vocabulary) or NoProfile()
            self._store(name, found)
        self._profiles[set_id] = found if isinstance(found, NarrativeProfile) else None
        return self._profiles[set_id]

    def has_narrative(self, set_id: str) -> bool:
        """Whether a set has a text of its own place, not only the national one that it extends."""
        return (self.folders.of(set_id) / "narrative").is_dir() and self._extends(set_id)

    @cached_property
    def score_sheets(self) -> tuple[ScoreSheetSpec, ...]:
        """The families of score sheets (绩效自评表): of this folder, else those shipped; the most general first.

        Raises:
            MappingError: their YAML is wrong.
        """
        found = self._cached(_SCORE_SHEETS)
        if not isinstance(found, tuple):
            from xlcheck.mapping.scoresheets import compile_score_sheets

            found = compile_score_sheets(self._score_sheets_home())
            self._store(_SCORE_SHEETS, found)
        return found

    def score_sheet(self, sheet_id: str) -> ScoreSheetSpec | None:
        """The family of that id; None where there is none."""
        return next((spec for spec in self.score_sheets if spec.id == sheet_id), None)

    @property
    def has_score_sheets(self) -> bool:
        """Whether the folder has families of score sheets itself; else those shipped serve."""
        return (self.root / _SCORE_SHEETS).is_dir()

    def _score_sheets_home(self) -> Path:
        return self.folders.first_with(_SCORE_SHEETS)

    def _words_home(self) -> Path:
        return self.folders.first_with(f"{_VOCABULARY}.yaml")

    def open_form(self) -> SetSpec:
        """The national rules for whatever tables a workbook has: what is used where no set explains it.

        A folder of sets without one of that name uses its most general set.
        """
        return self.load(OPEN if OPEN in self.ids() else self.general()[0])

    def general(self) -> list[str]:
        """Ids of all sets but the open form, the most general first: roots, what a workbook can be of, the rest."""
        roots = [i for i in self.ids() if self._abstract(i) and not self._extends(i)]
        concrete = self.concrete()
        return [*roots, *concrete, *(i for i in self.ids() if i not in {*roots, *concrete, OPEN})]

    def _extends(self, set_id: str) -> bool:
        text = (self.folders.of(set_id) / "set.yaml").read_text(encoding="utf-8", errors="replace")
        return _EXTENDS.search(text) is not None

    def _cache_file(self, set_id: str) -> Path:
        return cache_home() / f"{set_id}-{self.digest()}.pickle"

    def _cached(self, set_id: str) -> object:
        name = f"{set_id}-{self.rules_digest}.pickle"
        return _unpickled(compiled_home() / name) or _unpickled(self._cache_file(set_id))

    def compile_all(self, folder: Path) -> None:
        """Write every set, and the vocabulary, as bundles have them compiled beforehand.

        Raises:
            MappingError: one is wrong.
            Fault: the folder can't be written.
        """
        everything: dict[str, _Kept] = {i: self.load(i) for i in self.ids()}
        everything |= {f"{_NARRATIVE}-{i}": self.profile(i) or NoProfile() for i in self.ids()}
        for name, compiled in (everything | {_VOCABULARY: self.vocabulary, _SCORE_SHEETS: self.score_sheets}).items():
            data = pickle.dumps(compiled, protocol=pickle.HIGHEST_PROTOCOL)
            write_whole(folder / f"{name}-{self.rules_digest}.pickle", data)

    def _compile(self, set_id: str) -> SetSpec:
        from xlcheck.mapping.compose import compose

        compiled = compose(self.folders, set_id)
        self._store(set_id, compiled)
        return compiled

    def _store(self, set_id: str, compiled: _Kept) -> None:
        """Best effort: a cache that can't be written costs time, never a check."""
        target = self._cache_file(set_id)
        try:
            write_whole(target, pickle.dumps(compiled, protocol=pickle.HIGHEST_PROTOCOL))
            kept = sorted(target.parent.glob(f"{set_id}-*.pickle"), key=_written, reverse=True)
            for old in kept[_MOST_KEPT:]:
                old.unlink(missing_ok=True)
        except (OSError, Fault):
            return


def _written(path: Path) -> float:
    """When a file was written; one that is gone meanwhile, long ago."""
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def _unpickled(path: Path) -> object:
    try:
        with path.open("rb") as file:
            return pickle.load(file)  # noqa: S301 - our own file: the user's cache, or the program's folder
    except Exception:  # noqa: BLE001 - pickle raises anything on damaged bytes; compiling again is always right
        return None


def _code_stamp() -> str:
    """Size and time of the modules whose objects are pickled: a changed one voids the cache."""
    package = Path(__file__).parents[1]
    files = [
        package / "form.py",
        package / "concepts.py",
        package / "profile.py",
        package / "shapes.py",
        *sorted((package / "formula").glob("*.py")),
        *sorted((package / "mapping").glob("*.py")),
        *sorted((package / "scores").glob("*.py")),
    ]
    return "|".join(f"{p.stat().st_size}.{p.stat().st_mtime_ns}" for p in files)
