"""``make bench``: what a whole process costs where nothing is installed but what it needs.

xlcheck in an environment of its own dependencies, openpyxl in one with nothing else: beside the tests' libraries openpyxl
imports numpy and looks slower than it is for those who have it alone. Both are made anew in a temporary folder, from the
package registry. Processor time of the processes, the least and the median of some rounds taken in turns.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from samples import SAMPLES, fill, load

ROOT = Path(__file__).resolve().parents[1]
ROUNDS = int(os.environ.get("XLCHECK_BENCH_ROUNDS", "21"))
_PEER = "import openpyxl,sys;b=openpyxl.load_workbook(sys.argv[1]);b.save(sys.argv[2])"


def environment(folder: Path, *packages: str) -> Path:
    """A new environment with some packages; the folder of its programs."""
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    programs = folder / ("Scripts" if os.name == "nt" else "bin")
    pip = [str(programs / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--constraint", str(ROOT / "constraints.txt"), *packages], check=True)
    return programs


def cost(command: Sequence[str], settings: Mapping[str, str]) -> float:
    """Processor time of a process and those it started, in milliseconds."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, capture_output=True, env=dict(settings))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return 1000 * (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def main() -> None:
    """Print a line for each command, and the two ratios."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ours, peer = environment(folder / "ours", str(ROOT)), environment(folder / "peer", "openpyxl")
        data = load(SAMPLES / "tunliu_2023.yaml")
        data["tables"]["公开03"]["rows"][1]["values"][1] = "257.64"
        one = folder / "one.xlsx"
        one.write_bytes(fill(data))
        settings = {**os.environ, "XLCHECK_CACHE": str(folder / "cache")}
        xlcheck, python = str(ours / "xlcheck"), str(ours / "python")
        commands = {
            "xlcheck check one.xlsx --out d": [xlcheck, "check", str(one), "--out", str(folder / "d"), "--fail-on", "never"],
            "openpyxl load + save": [str(peer / "python"), "-c", _PEER, str(one), str(folder / "o.xlsx")],
            "xlcheck --help": [xlcheck, "--help"],
            'python -c "import click"': [python, "-c", "import click"],
        }  # fmt: skip
        times: dict[str, list[float]] = {what: [] for what in commands}
        for number in range(ROUNDS + 1):
            for what, command in commands.items():
                took = cost(command, settings)
                if number:  # the first one fills caches
                    times[what].append(took)
    print(
        f"whole processes in environments of their own, ms of processor time, {ROUNDS} rounds\n{'':34}{'least':>8}{'median':>8}"
    )
    for what, found in times.items():
        print(f"  {what:32}{min(found):8.1f}{statistics.median(found):8.1f}")
    check, other, start, click = (statistics.median(found) for found in times.values())
    print(f"  check / openpyxl  {check / other:.2f}    help / import click  {start / click:.2f}")


if __name__ == "__main__":
    main()
