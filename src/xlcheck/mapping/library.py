"""Where the sets are, and their compiled form, cached by the hash of all that went into it."""

from __future__ import annotations

import hashlib
import os
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
from xlcheck.mapping.travel import packed, unpacked
from xlcheck.profile import NarrativeProfile, NoProfile
from xlcheck.scores.spec import ScoreSheetSpec
from xlcheck.version import __version__

_FORMAT = 3
_Kept = SetSpec | Vocabulary | NarrativeProfile | NoProfile | tuple[ScoreSheetSpec, ...]
_VOCABULARY = "vocabulary"
_NARRATIVE = "narrative"
_SCORE_SHEETS = "selfscore"
OPEN = "open-2023"
_ABSTRACT = re.compile(r"^abstract\s*:\s*['\"]?(?:true|yes|on|1|t|y)\b", re.MULTILINE | re.IGNORECASE)
_EXTENDS = re.compile(r"^extends\s*:\s*\S", re.MULTILINE)


def home() -> Path:
    """The folder of the sets: ``$XLCHECK_MAPPINGS``, else those shipped with the package."""
    chosen = os.environ.get("XLCHECK_MAPPINGS")
    if chosen:
        return Path(chosen)
    return shipped()


def shipped() -> Path:
    """The folder of the sets shipped with the package."""
    package = Path(__file__).parents[1]
    installed = package / "data" / "mappings"
    return installed if installed.is_dir() else package.parents[1] / "mappings"


def cache_home() -> Path:
    """The folder of compiled sets: ``$XLCHECK_CACHE``, else the user's cache folder."""
    chosen = os.environ.get("XLCHECK_CACHE")
    if chosen:
        return Path(chosen)
    from platformdirs import user_cache_path

    return user_cache_path("xlcheck", appauthor=False)


class Library:
    """All sets below one folder."""

    def __init__(self, root: Path | None = None) -> None:
        self.root = root or home()
        self._digest: str | None = None
        self._loaded: dict[str, SetSpec] = {}

    def __getstate__(self) -> dict[str, Any]:
        """A library travels with its files: where it arrives there may be others."""
        return {**self.__dict__, "rules": self.rules_digest(), "files": packed(self.root)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        rules, files = state.pop("rules"), state.pop("files")
        self.__dict__.update(state)
        if not self.root.is_dir() or self.rules_digest() != rules:
            self.root = unpacked(files, cache_home() / f"rules-{rules[:24]}")
        self._digest = None  # of another machine

    def ids(self) -> list[str]:
        """Ids of all sets, abstract ones included; the older year first."""
        names = (p.parent.name for p in self.root.glob("*/set.yaml"))
        return sorted(names, key=lambda name: (name.rpartition("-")[2], name))

    def concrete(self) -> list[str]:
        """Ids of the sets a workbook can be of."""
        return [i for i in self.ids() if not self._abstract(i)]

    def _abstract(self, set_id: str) -> bool:
        text = (self.root / set_id / "set.yaml").read_text(encoding="utf-8", errors="replace")
        return _ABSTRACT.search(text) is not None

    def digest(self) -> str:
        """Hash of the rules, of Python's version and of our code: the key of the cache."""
        if self._digest is None:
            found = hashlib.sha256(f"{_FORMAT}|{sys.version}|{_code_stamp()}|{self.rules_digest()}".encode())
            self._digest = found.hexdigest()[:24]
        return self._digest

    def rules_digest(self) -> str:
        """Hash of every file below the root and of our version: what a workbook's answer depends on, on any machine."""
        found = hashlib.sha256(__version__.encode())
        for path in sorted(p for p in self.root.rglob("*") if p.suffix in (".yaml", ".csv")):
            found.update(path.relative_to(self.root).as_posix().encode())
            found.update(path.read_bytes())
        found.update((self._words_home() / f"{_VOCABULARY}.yaml").read_bytes())
        if not (self.root / _SCORE_SHEETS).is_dir():
            for path in sorted((shipped() / _SCORE_SHEETS).glob("*.yaml")):
                found.update(path.read_bytes())
        return found.hexdigest()

    def load(self, set_id: str) -> SetSpec:
        """The compiled set.

        Raises:
            Usage: no such set.
            MappingError: its YAML is wrong.
        """
        if set_id not in self._loaded:
            if not (self.root / set_id / "set.yaml").is_file():
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
        name = f"{_NARRATIVE}-{set_id}"
        found = self._cached(name)
        if not isinstance(found, NarrativeProfile | NoProfile):
            from xlcheck.mapping.narrative import compile_profile

            found = compile_profile(self.root, set_id, self.vocabulary) or NoProfile()
            self._store(name, found)
        return found if isinstance(found, NarrativeProfile) else None

    def has_narrative(self, set_id: str) -> bool:
        """Whether a set has a text of its own place, not only the national one that it extends."""
        return (self.root / set_id / "narrative").is_dir() and self._extends(set_id)

    @cached_property
    def score_sheets(self) -> tuple[ScoreSheetSpec, ...]:
        """The families of score sheets (绩效自评表): of this folder, else those shipped; the most general first.

        Raises:
            MappingError: their YAML is wrong.
        """
        found = self._cached(_SCORE_SHEETS)
        if not isinstance(found, tuple):
            from xlcheck.mapping.scoresheets import compile_score_sheets

            found = compile_score_sheets(self.root if (self.root / _SCORE_SHEETS).is_dir() else shipped())
            self._store(_SCORE_SHEETS, found)
        return found

    def score_sheet(self, sheet_id: str) -> ScoreSheetSpec | None:
        """The family of that id; None where there is none."""
        return next((spec for spec in self.score_sheets if spec.id == sheet_id), None)

    def _words_home(self) -> Path:
        return self.root if (self.root / f"{_VOCABULARY}.yaml").is_file() else shipped()

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
        text = (self.root / set_id / "set.yaml").read_text(encoding="utf-8", errors="replace")
        return _EXTENDS.search(text) is not None

    def _cache_file(self, set_id: str) -> Path:
        return cache_home() / f"{set_id}-{self.digest()}.pickle"

    def _cached(self, set_id: str) -> object:
        try:
            with self._cache_file(set_id).open("rb") as file:
                return pickle.load(file)  # noqa: S301 - our own file, the user's cache
        except Exception:  # noqa: BLE001 - pickle raises anything on damaged bytes; compiling again is always right
            return None

    def _compile(self, set_id: str) -> SetSpec:
        from xlcheck.mapping.compose import compose

        compiled = compose(self.root, set_id)
        self._store(set_id, compiled)
        return compiled

    def _store(self, set_id: str, compiled: _Kept) -> None:
        """Best effort: a cache that can't be written costs time, never a check."""
        target = self._cache_file(set_id)
        try:
            write_whole(target, pickle.dumps(compiled, protocol=pickle.HIGHEST_PROTOCOL))
            for old in target.parent.glob(f"{set_id}-*.pickle"):
                if old != target:
                    old.unlink(missing_ok=True)
        except (OSError, Fault):
            return


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
