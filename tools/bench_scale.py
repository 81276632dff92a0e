"""``make bench-scale``: what many workbooks cost: engines against each other, and whether anything grows with their number.

    python tools/bench_scale.py engines [--books N] [--rounds N]   two workers against one, Dask against the pool, as ratios
    python tools/bench_scale.py sizes 10,100,1000,… [--small|--empty]  time and processor time a workbook, memory of client and scheduler

Workbooks are hard links to the samples (``--small``: to their first sheets; ``--empty``: to
files that are refused at once, to see what travelling and counting take), in folders of 500. Processor time is that of all processes of a run: unlike the time
on the wall it hardly depends on who else uses the machine.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import psutil

ROOT = Path(__file__).resolve().parents[1]
BOOKS = ("tunliu_2023.xlsx", "putuo_shegong_2024.xlsx", "tunliu_2023_transposed.xlsx", "putuo_caizheng_2024.xlsx")
A_FOLDER = 500
MB = 1024 * 1024


def stock(folder: Path, kind: str) -> list[Path]:
    """The workbooks that all others are: the samples, their first sheets, or nothing."""
    folder.mkdir()
    found = []
    for name in BOOKS:
        found.append(folder / name)
        shutil.copyfile(ROOT / "samples" / name, found[-1])
        if kind == "empty":
            found[-1].write_bytes(b"PK\x05\x06" + bytes(18))
        if kind == "small":
            import openpyxl

            book = openpyxl.load_workbook(found[-1])
            for sheet in book.sheetnames[1:]:
                del book[sheet]
            book.save(found[-1])
    return found


def many(folder: Path, number: int, books: list[Path]) -> Path:
    """``number`` workbooks. A file has at most some ten thousand names: then another file is made."""
    books = list(books)
    for i in range(number):
        place = folder / f"{i // A_FOLDER:04d}"
        if i % A_FOLDER == 0:
            place.mkdir(parents=True)
        source, target = books[i % len(books)], place / f"单位{i:06d}.xlsx"
        try:
            os.link(source, target)
        except OSError:
            shutil.copyfile(source, target)
            books[i % len(books)] = target
    return folder


class Used(NamedTuple):
    """Seconds on the wall and of processors; megabytes of the client and the scheduler, when a tenth was done and at most."""

    wall: float
    processor: float
    client: tuple[float, float]
    scheduler: tuple[float, float]


class Cluster(NamedTuple):
    """A scheduler and workers, each a process of its own."""

    address: str
    scheduler: psutil.Process
    workers: list[psutil.Process]

    @property
    def processor(self) -> float:
        """Seconds of processor that it has used."""
        return sum(spent(process) for process in (self.scheduler, *self.workers))


def spent(process: psutil.Process) -> float:
    """Processor seconds of a process and of those below it, dead ones included once their parent knows."""
    found = 0.0
    for one in (process, *process.children(recursive=True)):
        try:
            times = one.cpu_times()
            found += times.user + times.system + times.children_user + times.children_system
        except psutil.Error:
            continue
    return found


@contextmanager
def cluster(workers: int, base: Path) -> Iterator[Cluster]:
    """A cluster that lasts for several runs."""
    note = base / f"scheduler-{workers}-{time.monotonic_ns()}.json"
    python = [sys.executable, "-m"]
    quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    options = ["--scheduler-file", str(note), "--host", "127.0.0.1", "--dashboard-address", "127.0.0.1:0"]
    scheduler = subprocess.Popen([*python, "distributed.cli.dask_scheduler", "--port", "0", *options], **quiet)
    started = []
    try:
        while not note.exists():
            time.sleep(0.05)
        address = json.loads(note.read_text())["address"]
        for _ in range(workers):
            options = ["--nthreads", "1", "--memory-limit", "0", "--no-dashboard", "--local-directory", str(base)]
            started.append(subprocess.Popen([*python, "distributed.cli.dask_worker", address, *options], **quiet))
        yield Cluster(
            address.replace("tcp://", "dask://"),
            psutil.Process(scheduler.pid),
            [psutil.Process(w.pid) for w in started],
        )
    finally:
        for process in (*started, scheduler):
            process.terminate()
            process.wait()


def run(books: Path, number: int, engine: str, base: Path, over: Cluster | None = None) -> Used:
    """One run of the program over all workbooks."""
    results = base / f"r{time.monotonic_ns()}"
    before, start = over.processor if over else 0.0, time.perf_counter()
    argv = [sys.executable, "-m", "xlcheck", "check", str(books), "--results", str(results), "--engine", engine]
    child = subprocess.Popen([*argv, "--jobs", "2", "--fail-on", "never"], stdout=subprocess.PIPE, text=True)
    client = psutil.Process(child.pid)
    watched = {"client": client} | ({"scheduler": over.scheduler} if over else {})
    sizes: dict[str, list[tuple[int, float]]] = {name: [] for name in watched}
    ended = threading.Event()
    processor = [0.0]

    def watch() -> None:
        while not ended.wait(0.25):
            try:
                done = len(list((results / "reports").iterdir())) if (results / "reports").is_dir() else 0
                for name, process in watched.items():
                    sizes[name].append((done, process.memory_info().rss / MB))
                # as long as they live: what a helper that is killed at the end has used nobody inherits
                processor[0] = max(processor[0], spent(client) + (over.processor - before if over else 0.0))
            except (psutil.Error, OSError):
                continue

    watcher = threading.Thread(target=watch)
    watcher.start()
    said = child.communicate()[0]
    wall = time.perf_counter() - start
    ended.set()
    watcher.join()
    if child.returncode not in (0, 3) or f"共 {number} 份" not in said:
        raise SystemExit(f"{engine}: {child.returncode}\n{said}")
    shutil.rmtree(results)
    return Used(wall, processor[0], memory(sizes["client"]), memory(sizes.get("scheduler", [])))


def memory(sizes: list[tuple[int, float]]) -> tuple[float, float]:
    """Megabytes when a tenth was done, and the most after that."""
    if not sizes:
        return 0.0, 0.0
    last = sizes[-1][0]
    early = next((size for done, size in sizes if done * 10 >= last and done), sizes[-1][1])
    return early, max(size for done, size in sizes if done * 10 >= last)


def engines(base: Path, number: int, rounds: int) -> None:
    """Two workers against one, Dask against the pool; one after another in every round, medians of the ratios."""
    books = many(base / "in", number, stock(base / "stock", "usual"))
    found: dict[str, list[Used]] = {}
    with cluster(1, base) as one, cluster(2, base) as two:
        for over in (one, two):
            run(books, number, over.address, base, over)  # not counted: caches, imports
        for _ in range(rounds):
            for name, engine, over in (
                ("pool of 2", "processes", None),
                ("Dask, 1 worker", one.address, one),
                ("Dask, 2 workers", two.address, two),
            ):
                used = run(books, number, engine, base, over)
                found.setdefault(name, []).append(used)
                print(f"  {name}: {used.wall:.1f} s, {used.processor:.1f} s of processor", flush=True)
    print(f"{number} workbooks, {rounds} rounds, medians; load {os.getloadavg()[0]:.1f}")
    for name, runs in found.items():
        wall = statistics.median(r.wall for r in runs)
        used = statistics.median(r.processor for r in runs)
        print(
            f"{name:18}{number / wall:8.1f} a second{1000 * wall / number:8.2f} ms{1000 * used / number:8.2f} ms of processor"
        )
    pool, single, double = found["pool of 2"], found["Dask, 1 worker"], found["Dask, 2 workers"]
    ratio("two workers : one", single, double)
    ratio("Dask : pool", pool, double)
    more = statistics.median(d.processor / p.processor for d, p in zip(double, pool, strict=True))
    print(f"processor time of Dask : pool  {more:.3f}")


def ratio(name: str, slow: list[Used], fast: list[Used]) -> None:
    """How much faster, round by round."""
    found = sorted(s.wall / f.wall for s, f in zip(slow, fast, strict=True))
    print(f"throughput, {name:20}{statistics.median(found):6.2f}   ({found[0]:.2f}–{found[-1]:.2f})")


def sizes(base: Path, numbers: list[int], kind: str) -> None:
    """What one workbook costs by how many there are."""
    print("workbooks   ms each  processor ms    client MB (10 %, most)   scheduler MB (10 %, most)   load")
    all_books = stock(base / "stock", kind)
    with cluster(2, base) as over:
        warm = many(base / "warm", 20, all_books)
        run(warm, 20, over.address, base, over)  # not counted: a cluster that has just come up
        for number in numbers:
            books = many(base / f"in{number}", number, all_books)
            used = run(books, number, over.address, base, over)
            print(
                f"{number:9}{1000 * used.wall / number:10.2f}{1000 * used.processor / number:14.2f}"
                f"{used.client[0]:15.0f}{used.client[1]:9.0f}{used.scheduler[0]:17.0f}{used.scheduler[1]:10.0f}"
                f"{os.getloadavg()[0]:16.1f}",
                flush=True,
            )
            shutil.rmtree(books)


def main() -> None:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="what", required=True)
    compared = commands.add_parser("engines")
    compared.add_argument("--books", type=int, default=1_000)
    compared.add_argument("--rounds", type=int, default=5)
    by_size = commands.add_parser("sizes")
    by_size.add_argument("numbers")
    by_size.add_argument("--small", dest="kind", action="store_const", const="small", default="usual")
    by_size.add_argument("--empty", dest="kind", action="store_const", const="empty")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="xlcheck-scale-", dir=os.environ.get("XLCHECK_BENCH_DIR")) as folder:
        if given.what == "engines":
            engines(Path(folder), given.books, given.rounds)
        else:
            sizes(Path(folder), [int(number) for number in given.numbers.split(",")], given.kind)


if __name__ == "__main__":
    main()
