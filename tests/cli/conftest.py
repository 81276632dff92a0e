"""Workbooks made by ``xlcheck fill`` and a way to run the program as a user does."""

from __future__ import annotations

import copy
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from support.places import SAMPLE_DATA
from support.program import Program, program


@dataclass(frozen=True)
class Done:
    """What a run left: its exit code, and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Run = Callable[..., Done]


@pytest.fixture(scope="session")
def environment() -> dict[str, str]:
    """The environment of all runs: no settings but the cache of all tests."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith("XLCHECK_") or k == "XLCHECK_CACHE"}
    return clean | {"PYTHONIOENCODING": "utf-8"}


@pytest.fixture(scope="session")
def started() -> Iterator[Program]:
    with program() as found:
        yield found


@pytest.fixture(scope="session")
def run(environment, started) -> Run:
    """Run ``python -m xlcheck``; ``here`` is the folder it runs in. A test with a cache of its own has it there too."""

    def call(*args: object, stdin: bytes = b"", here: Path | None = None, **env: str) -> Done:
        where = environment | {"XLCHECK_CACHE": os.environ["XLCHECK_CACHE"]} | env
        done = started.run([str(word) for word in args], stdin, where, here)
        assert b"Traceback" not in done.err
        return Done(done.code, done.out.decode(errors="replace"), done.err.decode(errors="replace"))

    return call


@pytest.fixture(scope="session")
def sample() -> dict[str, Any]:
    """The data of the sample as plain values; edit a copy."""
    return yaml.safe_load(SAMPLE_DATA.read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def filled(run, sample, tmp_path_factory) -> Callable[[Callable[[dict[str, Any]], object]], bytes]:
    """The bytes of a workbook filled with the sample's data after an edit."""
    folder = tmp_path_factory.mktemp("filled")

    def make(edit: Callable[[dict[str, Any]], object]) -> bytes:
        data = copy.deepcopy(sample)
        edit(data)
        number = len(list(folder.iterdir()))
        (folder / f"{number}.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
        done = run("fill", "shanxi-2023", folder / f"{number}.json", "-o", folder / f"{number}.xlsx")
        assert done.code == 0, done.err
        return (folder / f"{number}.xlsx").read_bytes()

    return make


def spoil(data: dict[str, Any]) -> None:
    data["tables"]["公开03"]["合计"][0] = 657.18


def doubt(data: dict[str, Any]) -> None:
    data["tables"]["公开10"]["行政单位"] = 100


def disorder(data: dict[str, Any]) -> None:
    for table in ("公开02", "公开03", "公开05"):
        rows = data["tables"][table]["rows"]
        data["tables"][table]["rows"] = [*rows[8:11], *rows[:8], *rows[11:]]


@pytest.fixture(scope="session")
def books(filled) -> dict[str, bytes]:
    """Workbooks by the worst thing in them: nothing, 提示, 核实, 错误; and one that can't be read."""
    return {
        "好": filled(lambda _data: None),
        "提示": filled(disorder),
        "核实": filled(doubt),
        "错误": filled(spoil),
        "坏": b"PK\x03\x04 not a workbook",
    }


@pytest.fixture
def inbox(books, tmp_path) -> Path:
    """A folder with one workbook of each kind."""
    folder = tmp_path / "收件"
    folder.mkdir()
    for name, data in books.items():
        (folder / f"{name}.xlsx").write_bytes(data)
    return folder
