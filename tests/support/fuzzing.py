"""A process of its own that checks bad files or mutants as a user's would be: from disk, in workers, marked.

``python -m support.fuzzing room NAME``, or ``marked|read|names SEED COUNT`` for mutants; a line of JSON a file.
The tests run it apart because a worker is born with what its parent has in memory, and a test run has much.
"""

from __future__ import annotations

import contextlib
import io
import itertools
import json
import sys
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from lxml import etree

from support import namemutants
from support.badfiles import good_foreign, makers
from support.badfiles.build import raw
from support.effort import drawn
from support.mutate import mutants
from support.places import SAMPLES
from xlcheck.batch import Batch
from xlcheck.intake import Intake
from xlcheck.pipeline import Pipeline
from xlcheck.reading.edit import Edit
from xlcheck.reading.package import Package
from xlcheck.reading.workbook import Workbook
from xlcheck.report.report import Refusal

AT_ONCE = 64
ENDINGS = (".xlsx", ".xlsm", ".xltx", ".xltm")


class Ended(NamedTuple):
    """How one file ended: ``checked`` or the refusal's code, its sentence, and whether the file stayed as it was.

    ``sound``: what marking wrote into the copy is XML.
    """

    name: str
    how: str
    message: str
    same: bool
    marked: bool
    sound: bool = True


def check(tasks: Iterable[tuple[str, bytes]], *, mark: bool = True) -> Iterator[Ended]:
    """Every file through intake and batch; an archive of workbooks ends as its first one does."""
    pipeline = Pipeline()
    found = iter(tasks)
    while some := list(itertools.islice(found, AT_ONCE)):
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            files = [root / f"{i}.xlsx" for i in range(len(some))]
            jobs, counts, copies = [], [], []
            for file, (_, data) in zip(files, some, strict=True):
                file.write_bytes(data)
                intake = Intake().jobs((str(file),))
                counts.append(len(intake))
                copies.append(root / "out" / intake[0].copy)
                jobs += intake
            answers = Batch(pipeline, root / "out" if mark else None, keep_reports=True).run(jobs)
            for file, copy, (name, data), count in zip(files, copies, some, counts, strict=True):
                first, *_ = [next(answers) for _ in range(count)]
                refusal = first.report.refusal or Refusal("checked", "")
                same = file.read_bytes() == data
                copies_made = [p for e in ENDINGS if (p := copy.parent / (copy.name + e)).is_file()]
                fine = all(sound(p.read_bytes(), data) for p in copies_made)
                yield Ended(name, str(refusal.code), refusal.message, same, bool(copies_made), fine)


def sound(copy: bytes, data: bytes) -> bool:
    """Whether every part of a copy that is not the file's own is well-formed."""
    own = set(readable(data).values())
    for name, part in readable(copy).items():
        if name.endswith((".xml", ".rels", ".vml")) and part not in own:
            try:
                etree.fromstring(part)
            except etree.XMLSyntaxError:
                return False
    return True


def readable(data: bytes) -> dict[str, bytes]:
    """The parts of a package that can be read."""
    found = {}
    with contextlib.suppress(Exception), zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            with contextlib.suppress(Exception):
                found[name] = archive.read(name)
    return found


def bases() -> list[bytes]:
    """The good workbooks that mutants are made of: of every format, with few tables, so that a run has time for many."""
    names = ("tunliu_2023_transposed", "putuo_shiquan_2025")
    return [first_sheets((SAMPLES / f"{name}.xlsx").read_bytes(), 3) for name in names] + list(good_foreign().values())


def first_sheets(data: bytes, count: int) -> bytes:
    """A workbook without the sheets behind its first ``count``; their parts go too."""
    book = Workbook(Package(data))
    keep = {s.relation for s in book.sheets[:count]}
    edit = Edit(book.package)
    root = edit.tree(book.part)
    for element in list(root.iter("{*}sheet")):
        if not keep.intersection(element.attrib.values()):
            element.getparent().remove(element)
    for names in list(root.iter("{*}definedNames")):
        names.getparent().remove(names)
    for sheet in book.sheets[count:]:
        edit.drop(sheet.part, book.part, sheet.relation)
    return edit.finish()


def of_room(room: str) -> list[str]:
    """The names of its bad files; where a share is drawn, of a room of hundreds some, spread over it."""
    names = [name for name in makers() if name.partition("/")[0] == room]
    return names[:: -(-len(names) // drawn(len(names), least=100))]


def main(what: str, *arguments: str) -> None:
    """Print how each ended."""
    if what == "room":
        tasks: Iterable[tuple[str, bytes]] = ((name, raw(makers()[name])) for name in of_room(arguments[0]))
    else:
        seed, count = map(int, arguments)
        tasks = itertools.islice(namemutants.mutants(seed) if what == "names" else mutants(bases(), seed), count)
    for ended in check(tasks, mark=what != "read"):
        sys.stdout.write(json.dumps(ended, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
