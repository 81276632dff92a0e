"""``make bench``, the desk: the watcher beside ``check --out`` of the same workbooks, sending beside bare smtplib."""

from __future__ import annotations

import shutil
import smtplib
import socket
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink

from xlcheck.batch import Batch
from xlcheck.delivery import send as sending
from xlcheck.delivery.desk import Desk
from xlcheck.delivery.watch import Watcher
from xlcheck.engines.local import Processes
from xlcheck.intake import Intake
from xlcheck.ledger.chain import verify
from xlcheck.office.starter import roster_template
from xlcheck.pipeline import Pipeline
from xlcheck.request import processors
from xlcheck.writing.rendering import renderer

SAMPLE = Path(__file__).resolve().parents[1] / "samples" / "tunliu_2023_transposed.xlsx"
COUNT = 200
_SETTINGS = """静置秒数: 0
文件事件: 否
邮件:
  服务器: 127.0.0.1
  端口: {port}
  加密: 不加密
  发件人: js@example.cn
  每封间隔秒数: 0
"""


def timed(work: Callable[[], object]) -> float:
    """Seconds that something takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def workbooks(folder: Path, count: int) -> None:
    """Workbooks of different bytes: each is an answer of its own, and a unit of its own by its file's name."""
    data = SAMPLE.read_bytes()
    folder.mkdir(parents=True, exist_ok=True)
    for n in range(count):
        (folder / f"{n:05}.xlsx").write_bytes(data + f"\n{n}".encode())


def main() -> None:
    """Print the ratios."""
    base = Path(tempfile.mkdtemp())
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    sink = Controller(Sink(), hostname="127.0.0.1", port=port)
    sink.start()
    try:
        workbooks(base / "in", COUNT)
        batch = Batch(Pipeline(), base / "out", renderer("json"))
        check = timed(lambda: list(batch.run(Intake().jobs((str(base / "in"),)), Processes(processors()))))
        print(f"\nthe desk: {COUNT} workbooks dropped at once, seconds\n  check --out {check:.2f}")
        for name, said in (
            ("别的单位", "of unknown units"),
            ("长治市屯留区社会保险中心", "versions of one unit, with letters"),
        ):
            desk = desk_in(base / name, name, port)
            shutil.copytree(base / "in", desk.folders.inbox, dirs_exist_ok=True)
            watch = timed(Watcher(desk, lambda _: None, processors()).once)
            print(f"  watch --once {watch:.2f} ({said})   watch / check {watch / check:.2f}")
        letters_and_journal(desk, port)
    finally:
        sink.stop()
        shutil.rmtree(base, ignore_errors=True)


def desk_in(root: Path, unit: str, port: int) -> Desk:
    """A desk with one unit in its roster."""
    root.mkdir()
    (root / "xlcheck.yaml").write_text(_SETTINGS.format(port=port), encoding="utf-8")
    (root / "单位名册.csv").write_bytes(roster_template() + f"1,{unit},,,,a@example.cn,,,\r\n".encode())
    return Desk.open(root)


def letters_and_journal(desk: Desk, port: int) -> None:
    """The letters of the desk, then its journal."""
    letters = [p.read_bytes() for p in sorted((desk.folders.outbox / "待发").glob("*.eml"))]

    def bare() -> None:
        with smtplib.SMTP("127.0.0.1", port) as client:
            for letter in letters:
                client.sendmail("js@example.cn", ["a@example.cn"], letter)

    floor = timed(bare)
    ours = timed(lambda: sending.send(desk, lambda _: None))
    print(f"  {len(letters)} letters: smtplib {floor:.2f}   send {ours:.2f}   send / smtplib {ours / floor:.1f}")
    size = desk.folders.ledger_file.stat().st_size
    read = timed(desk.folders.ledger_file.read_bytes)
    check_chain = timed(lambda: verify(desk.ledger.connection))
    print(f"  journal: verify {check_chain * 1e3:.1f} ms, reading its {size / 1e6:.1f} MB {read * 1e3:.1f} ms")
    desk.close()


if __name__ == "__main__":
    sys.exit(main())
