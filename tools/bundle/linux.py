"""``make linux-bundle``: dist/xlcheck-<version>-linux-<amd64|arm64>.tar.xz, which needs nothing of the system but a kernel."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from locked import HERE, LINUX_PLATFORMS, ROOT, digest
from staging import DIST, LOADERS, compile_code, lay_program, lay_runtime, libraries_for, version, write_tar

_PARTS = HERE / "linux"


def main(machines: list[str]) -> int:
    """Build one for each kind of machine."""
    for machine in machines or list(LINUX_PLATFORMS):
        name = f"xlcheck-{version()}-linux-{machine}"
        work = ROOT / "build" / f"linux-{machine}"
        shutil.rmtree(work, ignore_errors=True)
        _lay(work / name, machine, work)
        target = DIST / f"{name}.tar.xz"
        write_tar(work / name, target)
        print(digest(target), target.stat().st_size, target.relative_to(ROOT))
    return 0


def _lay(folder: Path, machine: str, work: Path) -> None:
    lay_runtime(folder, machine, work)
    lay_program(folder / "app", libraries_for(machine), work)
    (folder / "app" / "__main__.py").write_text("from xlcheck.cli import main\n\nmain()\n", encoding="ascii")
    compile_code([folder / "app", folder / "lib"], folder, work)
    for path in sorted(_PARTS.iterdir()):
        text = path.read_text(encoding="utf-8").replace("@LOADER@", LOADERS[machine])
        (folder / path.name).write_text(text, encoding="utf-8")
        (folder / path.name).chmod(0o644 if path.suffix in (".txt", ".desktop") else 0o755)
    shutil.copy(ROOT / "LICENSE", folder / "LICENSE")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
