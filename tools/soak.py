"""Thousands of workbooks dropped at once, again and again: all answered, none missed, and memory stays flat.

    python tools/soak.py [WORKBOOKS [REPEATS]]

``xlcheck watch --once`` in a process of its own answers WORKBOOKS (1,000) of as many units, REPEATS (20) times on new
desks. Every desk must then hold one receipt, one letter and one filed original for each workbook, and a journal that
verifies. The most memory that the watcher itself held (not its workers) is printed for every run.
"""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import tempfile
import time
import zipfile
from collections import Counter
from pathlib import Path

from xlcheck.ledger import letters
from xlcheck.ledger.store import Ledger
from xlcheck.office.folders import folders
from xlcheck.office.settings import load

ROOT = Path(__file__).resolve().parents[1]
UNIT = "长治市屯留区社会保险中心"
SETTINGS = "静置秒数: 0\n邮件:\n  服务器: localhost\n  加密: 不加密\n  发件人: js@example.gov.cn\n"
_WATCH = """
import json, resource, sys
from xlcheck.cli.watch import command
code = command.main([sys.argv[1], "--once", "--quiet"], standalone_mode=False)
print(json.dumps(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024))
sys.exit(code)
"""


def _named(parts: list[tuple[str, bytes]], unit: str) -> bytes:
    """The workbook as another unit would hand it in."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as out:
        for name, data in parts:
            out.writestr(zipfile.ZipInfo(name), data.replace(UNIT.encode(), unit.encode()), zipfile.ZIP_DEFLATED, 1)
    return target.getvalue()


def desk(root: Path, count: int) -> None:
    """A desk with so many units and the workbook of each in 收件."""
    (root / "收件").mkdir(parents=True)
    (root / "xlcheck.yaml").write_text(SETTINGS, encoding="utf-8")
    rows = [f"{100_000 + i},第{i:05d}所,u{i}@example.cn" for i in range(count)]
    (root / "单位名册.csv").write_text("\n".join(["单位代码,单位名称,邮箱", *rows]), encoding="utf-8-sig")
    kinds = []
    for name in ("tunliu_2023", "tunliu_2023_text", "tunliu_2023_transposed"):
        with zipfile.ZipFile(ROOT / "samples" / f"{name}.xlsx") as source:
            kinds.append([(n, source.read(n)) for n in source.namelist()])
    for i in range(count):
        (root / "收件" / f"第{i:05d}所.xlsx").write_bytes(_named(kinds[i % 3], f"第{i:05d}所"))


def verify(root: Path, count: int) -> None:
    """Every workbook has its receipt, its letter and its place, and nothing else is there.

    Raises:
        AssertionError: it is not so.
    """
    place = folders(root, load(root))
    with Ledger(place.ledger_file) as ledger:
        rows = ledger.rows("SELECT name, status, original FROM receipt")
        posted = letters.letters(ledger)
        mistakes = ledger.verify().mistakes
    found = {
        "receipts": len(rows), "names": len({r[0] for r in rows}), "checked": Counter(r[1] for r in rows)["checked"],
        "filed": sum((root / r[2]).is_file() for r in rows), "letters": len({p.unit for p in posted}),
    }  # fmt: skip
    left = [p for f in (place.inbox, place.working) for p in f.rglob("*") if p.is_file() and p.name[0] != "."]
    if mistakes or left or set(found.values()) != {count} or len(posted) != count:
        raise AssertionError(f"{found}, {len(posted)} letters, left {left[:3]}, journal {mistakes}")


def main() -> None:
    """Run and print."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    repeats = int(sys.argv[2]) if len(sys.argv) > 2 else 20
    for number in range(repeats):
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder) / "desk"
            desk(root, count)
            start = time.monotonic()
            done = subprocess.run(
                [sys.executable, "-c", _WATCH, str(root)], capture_output=True, text=True, check=False, env=os.environ
            )
            spent = time.monotonic() - start
            if done.returncode:
                sys.exit(done.stdout + done.stderr)
            verify(root, count)
            most = json.loads(done.stdout.splitlines()[-1])
            print(f"{number + 1:3d}: {count} answered, none missed, {spent:.1f} s, {most:.0f} MB", flush=True)


if __name__ == "__main__":
    main()
