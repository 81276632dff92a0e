"""Desks to work at, workbooks to drop on them, and what must hold at a desk whatever was pulled out of the wall.

A desk is a real folder with a real ledger; the watcher runs in real processes, forked from one that has everything
imported already, so that a run costs some ten milliseconds.
"""

from __future__ import annotations

import contextlib
import functools
import gc
import hashlib
import io
import json
import os
import shutil
import signal
import sys
import time
import traceback
import zipfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import yaml

import xlcheck.delivery.mime
import xlcheck.writing.rebuild  # noqa: F401 - so that no child has to
from support import worddocs
from support.foreign import official, to_csv_stacked
from support.foreign_binary import to_xls
from support.places import SAMPLES, TUNLIU_TABLES
from xlcheck.delivery.desk import Desk
from xlcheck.delivery.leftovers import passed_over
from xlcheck.delivery.watch import Watcher
from xlcheck.errors import Fault, XlcheckError
from xlcheck.files import is_half
from xlcheck.ledger import letters, receipts
from xlcheck.ledger.records import Letter, Posted, Receipt, Status
from xlcheck.ledger.store import Ledger
from xlcheck.office.folders import Folders, folders
from xlcheck.office.settings import load
from xlcheck.pipeline import Pipeline

TUNLIU = "长治市屯留区社会保险中心"
OTHERS = ("潞城区教育局", "襄垣县水利局", "武乡县文化馆")
SILENT = "沁源县档案馆"  # has no address
STRANGER = "不在名册的单位"
SETTINGS = """静置秒数: 0
轮询秒数: 0.1
文件事件: 否
邮件:
  服务器: localhost
  加密: 不加密
  发件人: js@example.gov.cn
"""
REFUSED_LIKE = (Status.REFUSED, Status.UNKNOWN)


class Outcome(NamedTuple):
    """What a workbook must turn out to be, whoever drops it when."""

    status: str
    errors: int
    verifies: int
    notes: int


# --- workbooks to drop -------------------------------------------------------------------------------------------


def sample(name: str) -> bytes:
    return (SAMPLES / f"{name}.xlsx").read_bytes()


def renamed(data: bytes, new: str, old: str = TUNLIU) -> bytes:
    """The same workbook of another unit."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as out,
    ):
        for entry in source.infolist():
            out.writestr(zipfile.ZipInfo(entry.filename), source.read(entry).replace(old.encode(), new.encode()), 8, 1)
    return target.getvalue()


def packed(files: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as out:
        for name, data in files.items():
            out.writestr(zipfile.ZipInfo(name), data)
    return target.getvalue()


def _statement() -> bytes:
    """The text of a report, with a wrong figure."""
    lines = ("第三部分 2023年度部门决算情况说明", "一、收入支出决算总体情况说明", "2023年度收入总计576.18万元。")
    return worddocs.docx("".join(worddocs.p(worddocs.run(line)) for line in lines))


def _answered_together(files: dict[str, bytes]) -> list[str]:
    """What stands for each submission in an archive: a workbook, or the only one with the documents beside it."""
    papers = sorted(_sha256(data) for name, data in files.items() if name.endswith(".docx"))
    books = [_sha256(data) for name, data in files.items() if not name.endswith(".docx")]
    return [_sha256("\n".join([books[0], *papers]).encode())] if papers else books


@functools.cache
def stock() -> dict[str, bytes]:
    """Everything a bad day brings, by a name to drop it under."""
    text = sample("tunliu_2023_text")
    tables = yaml.safe_load((TUNLIU_TABLES).read_text(encoding="utf-8"))
    sheets = official({**tables["tables"], "unit": tables["unit"]})
    return {
        "屯留.xlsx": sample("tunliu_2023"),
        "屯留 改.xlsx": text,
        "屯留 元.xlsx": sample("tunliu_2023_yuan"),
        "乡镇/下级 (1)/教育局.xlsx": renamed(text, OTHERS[0]),
        "📊 决算 公开 " + "很长" * 38 + ".xlsx": renamed(sample("tunliu_2023"), OTHERS[1]),
        "两份.zip": packed({"甲/文化馆.xlsx": renamed(text, OTHERS[2]), "乙.xlsx": renamed(text, STRANGER)}),
        "一并.zip": packed({"决算.xlsx": renamed(sample("tunliu_2023"), OTHERS[2]), "文字说明.docx": _statement()}),
        "没有邮箱.xlsx": renamed(sample("tunliu_2023"), SILENT),
        "无人认领.xlsx": renamed(sample("tunliu_2023"), STRANGER),
        "坏.xlsx": b"this was a workbook once\n" * 40,
        "旧.xls": to_xls(sheets),
        "文本.csv": to_csv_stacked(sheets),
    }


LIGHT = ("屯留.xlsx", "屯留 改.xlsx", "乡镇/下级 (1)/教育局.xlsx", "坏.xlsx", "两份.zip", "一并.zip", "无人认领.xlsx")


@functools.cache
def expected() -> dict[str, Outcome]:
    """What an undisturbed run makes of every workbook of the stock, by its bytes."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        bench = Bench.make(Path(folder) / "desk")
        for name, data in stock().items():
            bench.drop(name, data)
        code, said = bench.run()
        assert code == 0, said
        with Ledger(bench.folders.ledger_file) as ledger:
            rows = receipts._receipts(ledger, "ORDER BY id")
    assert Counter(r.status for r in rows) == {Status.CHECKED: 10, Status.UNKNOWN: 2, Status.REFUSED: 1}, rows
    return {r.sha256: Outcome(r.status, r.errors, r.verifies, r.notes) for r in rows}


# --- the desk ----------------------------------------------------------------------------------------------------


@functools.cache
def warm() -> Pipeline:
    """A checker with everything loaded, for children to inherit."""
    pipeline = Pipeline()
    assert pipeline.forms
    pipeline.library.digest()
    for name in ("tunliu_2023", "tunliu_2023_text"):
        pipeline.run(sample(name), name, mark=True)
    gc.freeze()  # children need not touch, and so copy, what they only inherit
    return pipeline


def _nothing(*_: object) -> None:
    """Nothing besides."""


@dataclass
class Bench:
    """A desk of a test, and what has been dropped on it so far."""

    root: Path
    dropped: dict[str, str] = field(default_factory=dict)
    inside: dict[str, list[str]] = field(default_factory=dict)

    @classmethod
    def make(
        cls, root: Path, more: str = "", folders_at: dict[str, str] | None = None, *, opened: bool = True
    ) -> Bench:
        """A desk. ``opened``: its ledger and folders are there already, else only settings and roster."""
        root.mkdir(parents=True)
        text = SETTINGS + more
        if folders_at:
            text += "文件夹:\n" + "".join(f"  {k}: {v}\n" for k, v in folders_at.items())
        (root / "xlcheck.yaml").write_text(text, encoding="utf-8")
        bench = cls(root)
        bench.roster(OTHERS)
        if opened:
            with contextlib.closing(Desk.open(root)):
                pass
        return bench

    def roster(self, others: tuple[str, ...]) -> None:
        lines = ["单位代码,单位名称,邮箱", f"140405,{TUNLIU},tunliu@example.cn", f"140499,{SILENT},"]
        lines += [f"{140410 + i},{name},u{i}@example.cn" for i, name in enumerate(others)]
        (self.root / "单位名册.csv").write_text("\n".join(lines) + "\n", encoding="utf-8-sig")

    @functools.cached_property
    def folders(self) -> Folders:
        return folders(self.root, load(self.root))

    def drop(self, name: str, data: bytes) -> None:
        """Put a workbook into the inbox, whole at once."""
        assert name not in self.dropped, name
        target = self.folders.inbox / name
        target.parent.mkdir(parents=True, exist_ok=True)
        beside = target.with_name(".drop.part")
        beside.write_bytes(data)
        beside.rename(target)
        self.knows(name, data)

    def knows(self, name: str, data: bytes) -> None:
        """What has been dropped."""
        self.dropped[name] = _sha256(data)
        self.inside[name] = [_sha256(data)]
        if name.endswith(".zip"):
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                self.inside[name] = _answered_together({n: archive.read(n) for n in archive.namelist()})

    def copy(self, root: Path) -> Bench:
        """The same desk elsewhere, as it stands now."""
        shutil.copytree(self.root, root)
        return Bench(root, dict(self.dropped), dict(self.inside))

    def run(self, first: Callable[[], None] = _nothing, processes: int = 1, **more: Any) -> tuple[int, str]:
        """``xlcheck watch --once`` in a process of its own: its exit code and what it said."""
        return self.start(first, processes, **more).end()

    def start(
        self,
        first: Callable[[], None] = _nothing,
        processes: int = 1,
        *,
        then: Callable[[Watcher], None] = _nothing,
        forever: bool = False,
    ) -> Child:
        """The same, not waited for. ``first`` is done before the desk is opened, ``then`` before the first look."""
        return Child(lambda: _watch(self.root, first, then, processes, forever=forever))


def _watch(
    root: Path, first: Callable[[], None], then: Callable[[Watcher], None], processes: int, *, forever: bool
) -> None:
    """What the command does, with a checker that is warm."""
    first()
    with contextlib.closing(Desk.open(root)) as desk:
        desk.pipeline = Pipeline(warm().library)
        watcher = Watcher(desk, lambda text: print(text, flush=True), processes)  # noqa: T201
        signal.signal(signal.SIGTERM, lambda *_: watcher.waiter.stop())
        then(watcher)
        with _alone(desk, "watch", desk.folders.ledger), _alone(desk, "xlcheck", desk.folders.inbox):
            if forever:
                watcher.forever()
            else:
                watcher.once()


@contextlib.contextmanager
def _alone(desk: Desk, what: str, folder: Path) -> Iterator[None]:
    """The lock of the command; workers of a watcher that was killed hold it until they have finished what they do."""
    until = time.monotonic() + 20
    with contextlib.ExitStack() as stack:
        while True:
            try:
                stack.enter_context(desk.alone(what, "busy", folder))
                break
            except Fault as fault:
                if str(fault) != "busy" or time.monotonic() > until:
                    raise
                time.sleep(0.003)
        yield


class Child:
    """A process forked from this one. Exit code 0: done; 70: it said a sentence; 99: a mistake of ours, with its trace."""

    def __init__(self, work: Callable[[], None]) -> None:
        warm()
        ours, theirs = os.pipe()
        sys.stdout.flush()
        self.code: int | None = None
        self.pid = os.fork()
        if self.pid == 0:
            os.close(ours)
            _serve(work, theirs)
        os.close(theirs)
        self._output = ours
        self._said = b""

    def ended(self) -> bool:
        """Whether it has ended; keeps what it said."""
        if self.code is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.code = os.waitstatus_to_exitcode(status)
        return self.code is not None

    def kill(self, *, group: bool = False) -> bool:
        """Kill it now (with all its workers: ``group``). False: it had ended by itself."""
        if self.ended():
            return False
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL) if group else os.kill(self.pid, signal.SIGKILL)
        _, status = os.waitpid(self.pid, 0)
        self.code = os.waitstatus_to_exitcode(status)
        return self.code == -signal.SIGKILL

    def workers(self) -> list[int]:
        """Its processes."""
        with contextlib.suppress(OSError):
            return [
                int(n) for n in Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text(encoding="ascii").split()
            ]
        return []

    def end(self, seconds: float = 60) -> tuple[int, str]:
        """Wait for its end: exit code and what it said."""
        until = time.monotonic() + seconds
        os.set_blocking(self._output, False)
        while not self.ended():
            self._read()
            if time.monotonic() > until:
                self.kill(group=True)
                raise AssertionError(f"did not end in {seconds} seconds: {self.said()}")
            time.sleep(0.002)
        return int(self.code or 0), self.said()

    def _read(self) -> None:
        with contextlib.suppress(BlockingIOError):
            while piece := os.read(self._output, 65536):
                self._said += piece

    def said(self) -> str:
        """What it has said so far."""
        os.set_blocking(self._output, False)
        self._read()
        return self._said.decode()

    def __del__(self) -> None:
        with contextlib.suppress(OSError):
            os.close(self._output)


def _serve(work: Callable[[], None], output: int) -> None:
    """In the child: do the work, and end without going back into pytest."""
    code = 99
    try:
        os.setsid()
        os.dup2(output, 1)
        os.dup2(output, 2)
        sys.stdout = sys.stderr = open(1, "w", encoding="utf-8", errors="replace", closefd=False)  # noqa: SIM115
        work()
        code = 0
    except XlcheckError as error:
        print(str(error), flush=True)  # noqa: T201
        code = error.exit_code
    except BaseException:  # noqa: BLE001 - the test reads it
        traceback.print_exc()
    finally:
        with contextlib.suppress(Exception):
            sys.stdout.flush()
        os._exit(code)


# --- what must hold ------------------------------------------------------------------------------------------------


def finished(bench: Bench, *, repeats: bool = False) -> list[Receipt]:
    """A run that is left alone ends well, and then everything holds; returns the receipts."""
    code, said = bench.run()
    assert code == 0, said
    return invariants(bench, repeats=repeats)


@contextlib.contextmanager
def telling(what: object, bench: Bench, said: Callable[[], str] = str) -> Iterator[None]:
    """A failure says what was done to the desk, what was said, and how the desk stands."""
    try:
        yield
    except AssertionError as error:
        raise AssertionError(f"{what}: {error}\n{said()}\n{report_of(bench)}") from error


def invariants(bench: Bench, *, repeats: bool = False) -> list[Receipt]:
    """Everything that must hold when the work at a desk is finished. ``repeats``: the same file may have come twice.

    (Between file systems a file is copied and then removed: killed in between, its bytes come once more.)
    """
    place = bench.folders
    with Ledger(place.ledger_file) as ledger:
        rows = receipts._receipts(ledger, "ORDER BY id")
        posted = letters.letters(ledger)
        verdict = ledger.verify()
    assert not verdict.mistakes
    left = [p for p in _files(place.inbox) if not passed_over(p.name)]
    assert not left, "still in the inbox"
    assert not list(place.working.iterdir()), "still in hand"
    _same_as_undisturbed(bench, rows, repeats)
    _files_as_recorded(bench, rows, repeats)
    _versions(rows)
    _letters(bench, rows, posted)
    parts = [p for f in place.all for p in _files(f) if p.name.endswith(".part")]
    assert not parts, "half files"
    assert not list(place.drafts.iterdir()), "drafts"
    return rows


def nothing_lost(bench: Bench) -> None:
    """What must hold at any moment: every file that was dropped is there once, and nothing counts as done that is not."""
    place = bench.folders
    wanted = Counter(bench.dropped.values())
    folders = (place.inbox, place.working, place.done, place.unknown)
    # half files come and go: a worker whose watcher was killed may still be writing
    here = Counter(_sha256(p.read_bytes()) for f in folders for p in _files(f) if not is_half(p.name))
    short = {s: n for s, n in wanted.items() if here[s] < n}
    assert not short, "lost"
    with Ledger(place.ledger_file) as ledger:
        assert not ledger.verify().mistakes
        for row in receipts._receipts(ledger, "ORDER BY id"):
            if row.status == Status.AGAIN:  # its file went back into the inbox, what was made of it is gone
                continue
            claim = place.working / row.claim
            own = [p for p in _files(claim) if claim.is_dir()]
            for what, folder in ((row.original, "件"), (row.marked, "结果"), (row.note, "结果")):
                carried = any(folder in p.parts for p in own)
                assert not what or (bench.root / what).is_file() or carried, (
                    f"{what}: said to be done, and is not there"
                )
        for one in letters.letters(ledger):
            found = [p for p in _files(place.outbox) if p.name == one.file]
            assert [_sha256(p.read_bytes()) for p in found] == [one.sha256], one.file
    for path in [p for f in (place.done, place.returned, place.unknown) for p in _files(f)]:
        whole(path)


def whole(path: Path) -> None:
    """A file in a result folder is no half file."""
    assert not path.name.endswith(".part"), path
    data = path.read_bytes()
    if data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            assert archive.testzip() is None, path
    elif path.name.endswith("_审核.xlsx"):
        raise AssertionError(f"{path} is no workbook")


def _same_as_undisturbed(bench: Bench, rows: list[Receipt], repeats: bool) -> None:
    by_bytes: dict[str, list[Receipt]] = defaultdict(list)
    for row in rows:
        by_bytes[row.sha256].append(row)
    wanted = Counter(sha for inside in bench.inside.values() for sha in inside)
    assert set(by_bytes) == set(wanted), "a workbook without an answer, or an answer without a workbook"
    for sha, times in wanted.items():
        got, plain = by_bytes[sha], expected()[sha]
        assert len(got) == times or (repeats and len(got) > times), [r.name for r in got]
        counts = {(r.errors, r.verifies, r.notes) for r in got}
        assert counts == {(plain.errors, plain.verifies, plain.notes)}, got[0].name
        later = {Status.REPEATED, Status.CHECKED} if plain.status == Status.CHECKED else {plain.status}
        assert got[0].status == plain.status, got[0].reason
        assert {r.status for r in got[1:]} <= later, [r.reason for r in got]
    _newest(rows)
    names = set(bench.dropped)
    got_names = {next((n for n in names if r.name == n or r.name.startswith(f"{n}/")), r.name) for r in rows}
    assert got_names == names


def _newest(rows: list[Receipt]) -> None:
    """The same bytes again are a version where another came in between, and else a repetition of the last one."""
    last: dict[tuple[str, int | None, str], str] = {}
    known: dict[tuple[tuple[str, int | None, str], str], int] = {}
    for row in rows:
        line = row.unit, row.year, row.form
        if row.status == Status.CHECKED:
            assert last.get(line) != row.sha256, f"{row.name}: counted twice"
            assert row.first == known.get((line, row.sha256)), row.name
            last[line] = row.sha256
            known[line, row.sha256] = row.id
        elif row.status == Status.REPEATED:
            assert last.get(line) == row.sha256, f"{row.name}: not the newest, and not counted"


def _files_as_recorded(bench: Bench, rows: list[Receipt], repeats: bool) -> None:
    place = bench.folders
    recorded = Counter(w for r in rows for w in {r.marked, r.note} - {""})
    recorded.update({r.original for r in rows})
    assert max(recorded.values(), default=1) == 1, "two workbooks with one file"
    here = {_said(bench.root, p) for f in (place.done, place.returned, place.unknown) for p in _files(f)}
    assert here == set(recorded), "what lies in the result folders is not what the ledger says"
    originals = Counter(_sha256((bench.root / o).read_bytes()) for o in {r.original for r in rows})
    wanted = Counter(bench.dropped.values())
    assert originals == wanted or (repeats and not wanted - originals and set(wanted) == set(originals))
    for row in rows:
        whole(bench.root / row.original) if row.status != Status.REFUSED else None
        if row.status in (Status.CHECKED, Status.REPEATED, Status.UNKNOWN):
            assert row.marked, row.name
            whole(bench.root / row.marked)
        assert bool(row.note) == (row.status in REFUSED_LIKE)


def _versions(rows: list[Receipt]) -> None:
    by_unit: dict[tuple[str, int | None, str], list[int]] = defaultdict(list)
    for row in rows:
        if row.status == Status.CHECKED:
            by_unit[row.unit, row.year, row.form].append(row.version)
    for unit, numbers in by_unit.items():
        assert numbers == list(range(1, len(numbers) + 1)), unit
    assert all(r.version == 0 for r in rows if r.status != Status.CHECKED)


def _letters(bench: Bench, rows: list[Receipt], posted: list[Posted]) -> None:
    place = bench.folders
    wanted = {r.id for r in rows if r.status == Status.CHECKED and r.unit_name != SILENT}
    assert Counter(p.receipt for p in posted) == dict.fromkeys(wanted, 1), "one letter for each version"
    outbox_holds(place, posted)


def outbox_holds(place: Folders, posted: list[Posted]) -> None:
    """The outbox has the letters of the ledger, each in the folder of its state, and nothing else."""
    there = {p: _sha256(p.read_bytes()) for p in _files(place.outbox)}
    assert there == {place.letters(Letter(p.state)) / p.file: p.sha256 for p in posted}


def _files(folder: Path) -> list[Path]:
    return [p for p in folder.rglob("*") if p.is_file()]


def _said(root: Path, path: Path) -> str:
    return str(path.relative_to(root)) if path.is_relative_to(root) else str(path)


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def spoke_chinese(said: str) -> bool:
    """Whether what was said last is a Chinese sentence, and no trace."""
    last = said.strip().rsplit("\n", 1)[-1]
    return "Traceback" not in said and any("\u4e00" <= c <= "\u9fff" for c in last)


def report_of(bench: Bench) -> str:
    """The desk as it stands, for a failing test."""
    files = [str(p.relative_to(bench.root)) for p in sorted(bench.root.rglob("*")) if p.is_file()]
    return json.dumps(files, ensure_ascii=False, indent=1)
