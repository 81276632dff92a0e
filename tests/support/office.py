"""Another office program: many workbooks saved anew, recalculated, by one call of LibreOffice."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

SOFFICE = shutil.which("soffice")
needs_office = pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed here; .ci/run installs it")
_SECONDS = 300
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""


class Office:
    """LibreOffice with a profile of its own in ``folder`` that recalculates whatever it loads."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.calls = 0
        settings = folder / "profile" / "user" / "registrymodifications.xcu"
        settings.parent.mkdir(parents=True)
        settings.write_text(_SETTINGS, encoding="utf-8")

    def saved(self, books: Mapping[str, bytes], kind: str = "xlsx") -> dict[str, bytes]:
        """Every workbook as LibreOffice writes it, by its name."""
        self.calls += 1
        source, target = self.folder / f"in{self.calls}", self.folder / f"out{self.calls}"
        source.mkdir()
        files = []
        for name, data in books.items():
            files.append(source / f"{name}.xlsx")
            files[-1].write_bytes(data)
        profile = f"-env:UserInstallation={(self.folder / 'profile').as_uri()}"
        command = [str(SOFFICE), profile, "--headless", "--norestore", "--convert-to", kind, "--outdir", str(target)]
        subprocess.run([*command, *map(str, files)], check=True, capture_output=True, timeout=_SECONDS)
        return {name: (target / f"{name}.{kind}").read_bytes() for name in books}

    def converted(self, data: bytes, ending: str, kind: str) -> bytes:
        """A document (``ending`` with its dot) as LibreOffice writes it; ``kind`` may name a filter behind a colon."""
        self.calls += 1
        source, target = self.folder / f"text{self.calls}{ending}", self.folder / f"out{self.calls}"
        source.write_bytes(data)
        profile = f"-env:UserInstallation={(self.folder / 'profile').as_uri()}"
        command = [str(SOFFICE), profile, "--headless", "--norestore", "--convert-to", kind, "--outdir", str(target)]
        subprocess.run([*command, str(source)], check=True, capture_output=True, timeout=_SECONDS)
        return (target / f"{source.stem}.{kind.partition(':')[0]}").read_bytes()
