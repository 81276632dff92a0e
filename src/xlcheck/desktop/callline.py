r"""The files dropped on ``检查.cmd``, from the command line that Windows made of them.

Windows quotes a dropped path only where it has a space in it: ``D:\a&b.xlsx`` stands bare, and cmd.exe cuts its own
``%*`` at the ``&``. The whole line is still in ``%cmdcmdline%``, and in it a bare path ends at the next space.
"""

from __future__ import annotations

import re

_CALL = re.compile(r"\s/c\s*(.*)$", re.IGNORECASE | re.DOTALL)
_WHOLE = re.compile(r"[A-Za-z]:[\\/]|\\\\|/")  # dropped paths are whole ones
_WORD = re.compile(r'"([^"]*)"?|(\S+)')


def dropped(line: str) -> list[str]:
    r"""The paths behind the name of the batch file in a line like ``cmd.exe /c ""D:\检查.cmd" D:\a&b.xlsx"``.

    Empty where the line is that of a shell in which somebody typed the command.
    """
    call = _CALL.search(line)
    if call is None:
        return []
    rest = call[1].strip()
    if rest.startswith('""'):  # cmd.exe takes the outermost pair off
        rest = rest[1:].removesuffix('"')
    return behind_the_program(rest)


def behind_the_program(line: str) -> list[str]:
    """The paths in a command line behind its first word; empty where there is anything else: then nothing was dropped."""
    words = [quoted or bare for quoted, bare in _WORD.findall(line)][1:]
    return words if all(map(_WHOLE.match, words)) else []
