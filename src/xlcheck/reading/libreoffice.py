"""Files of other formats → .xlsx (``--keep-layout``) or .docx through LibreOffice. The only door for soffice.

A file may name pictures, styles and tables elsewhere, and LibreOffice would fetch them: from the network, which tells
a stranger that and where the file was opened, or from this machine, whose files would go back to the unit in the copy.
So it runs with links blocked (``BlockUntrustedRefererLinks``), behind a proxy that there is not (not all filters ask
whether links are blocked), and on Linux, where the system allows it, in a network namespace of its own with nothing in it.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from xlcheck.errors import Fault, Usage
from xlcheck.reading.formats import FORMATS
from xlcheck.reading.sniff import Kind

SECONDS = 90.0
_PLACES = (
    "/usr/lib/libreoffice/program/soffice", "/opt/libreoffice/program/soffice",
    "/Applications/LibreOffice.app/Contents/MacOS/soffice", r"C:\Program Files\LibreOffice\program\soffice.exe",
)  # fmt: skip

_FILTERS = {Kind.HTML: "HTML (StarCalc)"}  # by itself it would take a web page for a text, and convert nothing
_LINKS = "/org.openoffice.Office.Common/Security/Scripting"
_INTERNET = "/org.openoffice.Inet/Settings"
_MANUAL = "2"  # ooInetProxyType: the proxies that are set, not those of the system
_ISOLATED = ("unshare", "--user", "--map-root-user", "--net", "--")


class _Task(NamedTuple):
    """What LibreOffice is to do: the file's name, the filters to read (empty: its own choice) and write, the new ending."""

    name: str
    reading: str
    ending: str
    writing: str


def program() -> str:
    """The program's path; empty where LibreOffice is not installed."""
    return shutil.which("soffice") or shutil.which("libreoffice") or next((p for p in _PLACES if Path(p).exists()), "")


def soffice() -> str:
    """The program's path.

    Raises:
        Usage: LibreOffice is not installed.
    """
    if not (found := program()):
        raise Usage("--keep-layout 要用 LibreOffice，这台机器上没有找到。请先安装 LibreOffice，或不用 --keep-layout。")
    return found


def converted(data: bytes, kind: Kind) -> bytes:
    """The same workbook as .xlsx.

    Raises:
        Fault: LibreOffice failed or took longer than ``SECONDS``.
        Usage: it is not installed.
    """
    task = _Task(f"book{FORMATS[kind].ending}", _FILTERS.get(kind, ""), "xlsx", "Calc MS Excel 2007 XML")
    try:
        return _done(soffice(), data, task)
    except (subprocess.SubprocessError, OSError) as error:
        raise Fault(f"LibreOffice 没能转换这份工作簿（{type(error).__name__}）。请不用 --keep-layout 再试。") from error


def converted_document(data: bytes, ending: str) -> bytes:
    """A document as .docx; ``ending`` (with its dot) tells LibreOffice what it is.

    Raises:
        Fault: LibreOffice failed, took longer than ``SECONDS``, or is not installed.
    """
    if not (found := program()):
        raise Fault("这台机器上没有安装 LibreOffice。")
    try:
        return _done(found, data, _Task(f"text{ending}", "", "docx", "MS Word 2007 XML"))
    except (subprocess.SubprocessError, OSError) as error:
        raise Fault(f"LibreOffice 没能转换这份文档（{type(error).__name__}）。") from error


def _done(program: str, data: bytes, task: _Task) -> bytes:
    """What LibreOffice makes of a file.

    Raises:
        subprocess.SubprocessError, OSError: nothing, or not in time.
    """
    with tempfile.TemporaryDirectory(prefix="xlcheck-") as folder, _dead_port() as port:
        source, profile = Path(folder) / task.name, Path(folder) / "profile"
        source.write_bytes(data)
        _set_up(profile, port)
        command = [
            *isolated(), program, "--headless", "--norestore", f"-env:UserInstallation={profile.as_uri()}",
            *([f"--infilter={task.reading}"] if task.reading else []),
            "--convert-to", f"{task.ending}:{task.writing}", "--outdir", str(Path(folder, "out")), str(source),
        ]  # fmt: skip
        subprocess.run(  # noqa: S603
            command,
            check=True,
            capture_output=True,
            timeout=SECONDS,
            env=_environment(port),
            preexec_fn=_free if os.name == "posix" else None,
        )
        return (Path(folder) / "out" / f"{source.stem}.{task.ending}").read_bytes()


# --- nothing but the file ------------------------------------------------------------------------


@cache
def isolated() -> tuple[str, ...]:
    """What to write before a command so that it has no network at all; nothing where the system does not allow that."""
    if shutil.which(_ISOLATED[0]) is None:
        return ()
    try:
        done = subprocess.run([*_ISOLATED, "true"], capture_output=True, timeout=10, check=False)  # noqa: S603
    except (subprocess.SubprocessError, OSError):
        return ()
    return _ISOLATED if done.returncode == 0 else ()


@contextlib.contextmanager
def _dead_port() -> Iterator[int]:
    """A port of this machine at which nobody listens, and nobody will meanwhile."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


def _set_up(profile: Path, port: int) -> None:
    """A new user's settings: no links, and proxies that lead nowhere."""
    proxies: dict[str, str] = {"ooInetProxyType": _MANUAL, "ooInetNoProxy": ""}
    for scheme in ("HTTP", "HTTPS", "FTP"):
        proxies |= {f"ooInet{scheme}ProxyName": "127.0.0.1", f"ooInet{scheme}ProxyPort": str(port)}
    items = [_item(_LINKS, "BlockUntrustedRefererLinks", "true")]
    items += [_item(_INTERNET, name, value) for name, value in proxies.items()]
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<oor:items xmlns:oor="http://openoffice.org/2001/registry">{"".join(items)}</oor:items>\n',
        encoding="utf-8",
    )


def _item(path: str, name: str, value: str) -> str:
    return f'<item oor:path="{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>'


def _environment(port: int) -> Mapping[str, str]:
    """Our own, with the dead proxy for libraries that ask the environment."""
    own = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    return own | dict.fromkeys(("http_proxy", "https_proxy", "ftp_proxy", "all_proxy"), f"http://127.0.0.1:{port}")


def _free() -> None:
    """LibreOffice needs more memory than a worker may have; it does not read the file in our process."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        for what in (resource.RLIMIT_AS, resource.RLIMIT_CPU):
            _, hard = resource.getrlimit(what)
            resource.setrlimit(what, (hard, hard))
