"""Opens a file or an address with the user's own program: the browser, the file manager."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import webbrowser
from pathlib import Path


def open_address(address: str) -> bool:
    """Show an address in the browser; whether a browser was found."""
    try:
        return webbrowser.open(address)
    except (OSError, webbrowser.Error):
        return False


def open_page(path: Path) -> bool:
    """Show a page that is a file; whether something was found that shows it."""
    return open_address(path.absolute().as_uri())


def open_folder(path: Path) -> bool:
    """Show a folder in the file manager; whether there is one."""
    try:
        if sys.platform == "win32":
            os.startfile(path)  # noqa: S606 - a folder of ours
            return True
        program = shutil.which("open" if sys.platform == "darwin" else "xdg-open")
        if program is None:
            return False
        subprocess.Popen(  # noqa: S603 - its own folder
            [program, str(path)], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
    except OSError:
        return False
    return True
