"""A workbook of another format → .xlsx through LibreOffice (``--keep-layout``). The only door for soffice."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import tempfile
from pathlib import Path

from xlcheck.errors import Fault, Usage
from xlcheck.reading.formats import FORMATS
from xlcheck.reading.sniff import Kind

SECONDS = 90.0
_PLACES = (
    "/usr/lib/libreoffice/program/soffice", "/opt/libreoffice/program/soffice",
    "/Applications/LibreOffice.app/Contents/MacOS/soffice", r"C:\Program Files\LibreOffice\program\soffice.exe",
)  # fmt: skip


def soffice() -> str:
    """The program's path.

    Raises:
        Usage: LibreOffice is not installed.
    """
    found = shutil.which("soffice") or shutil.which("libreoffice") or next((p for p in _PLACES if Path(p).exists()), "")
    if not found:
        raise Usage("--keep-layout 要用 LibreOffice，这台机器上没有找到。请先安装 LibreOffice，或不用 --keep-layout。")
    return found


def converted(data: bytes, kind: Kind) -> bytes:
    """The same workbook as .xlsx.

    Raises:
        Fault: LibreOffice failed or took longer than ``SECONDS``.
        Usage: it is not installed.
    """
    program = soffice()
    with tempfile.TemporaryDirectory(prefix="xlcheck-") as folder:
        source = Path(folder) / f"book{FORMATS[kind].ending}"
        source.write_bytes(data)
        command = [
            program, "--headless", "--norestore", f"-env:UserInstallation={Path(folder, 'profile').as_uri()}",
            "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(Path(folder, "out")), str(source),
        ]  # fmt: skip
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=SECONDS, preexec_fn=_free)  # noqa: S603
            return (Path(folder) / "out" / "book.xlsx").read_bytes()
        except (subprocess.SubprocessError, OSError) as error:
            raise Fault(
                f"LibreOffice 没能转换这份工作簿（{type(error).__name__}）。请不用 --keep-layout 再试。"
            ) from error


def _free() -> None:
    """LibreOffice needs more memory than a worker may have; it does not read the file in our process."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        for what in (resource.RLIMIT_AS, resource.RLIMIT_CPU):
            _, hard = resource.getrlimit(what)
            resource.setrlimit(what, (hard, hard))
