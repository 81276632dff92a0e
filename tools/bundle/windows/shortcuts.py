"""Shortcuts to the icons of this folder: on the desktop, and in "Send to". By COM, as Explorer makes them: offices often forbid scripts."""

from __future__ import annotations

import ctypes
import sys
import uuid
from ctypes import POINTER, byref, c_int, c_long, c_void_p, c_wchar_p
from pathlib import Path

HOME = Path(__file__).resolve().parents[1]
_DESKTOP, _SEND_TO = 0x10, 0x09  # CSIDL
_SHELL_LINK, _ISHELL_LINK = "00021401-0000-0000-C000-000000000046", "000214F9-0000-0000-C000-000000000046"
_IPERSIST_FILE = "0000010B-0000-0000-C000-000000000046"
# places in the tables of the interfaces, by shobjidl_core.h and objidl.h
_QUERY, _RELEASE, _DESCRIPTION, _DIRECTORY, _ICON, _PATH, _SAVE = 0, 2, 7, 9, 17, 20, 6


def main() -> int:
    """Make three."""
    ctypes.windll.ole32.CoInitialize(None)
    made = [
        shortcut(_DESKTOP, "检查决算公开表", "检查.cmd"),
        shortcut(_DESKTOP, "决算公开表检查页面", "打开页面.cmd"),
        shortcut(_SEND_TO, "检查决算公开表", "检查.cmd"),
    ]
    print(
        "已创建：桌面上的“检查决算公开表”（把文件拖上去）和“决算公开表检查页面”，以及鼠标右键“发送到”里的“检查决算公开表”。"
    )
    for path in made:
        print(f"  {path}")
    return 0


def shortcut(folder: int, name: str, target: str) -> Path:
    """One shortcut in a folder of the user's; where it is.

    Raises:
        OSError: Windows refuses.
    """
    place = ctypes.create_unicode_buffer(1024)
    _done(ctypes.windll.shell32.SHGetFolderPathW(None, folder, None, 0, place))
    path = Path(place.value) / f"{name}.lnk"
    link, file = c_void_p(), c_void_p()
    _done(ctypes.windll.ole32.CoCreateInstance(_id(_SHELL_LINK), None, 1, _id(_ISHELL_LINK), byref(link)))
    _call(link, _PATH, [c_wchar_p], str(HOME / target))
    _call(link, _DIRECTORY, [c_wchar_p], str(HOME))
    _call(link, _DESCRIPTION, [c_wchar_p], name)
    _call(link, _ICON, [c_wchar_p, c_int], "shell32.dll", 167)
    _call(link, _QUERY, [c_void_p, POINTER(c_void_p)], _id(_IPERSIST_FILE), byref(file))
    _call(file, _SAVE, [c_wchar_p, c_int], str(path), 1)
    for interface in (file, link):
        _call(interface, _RELEASE, [], check=False)
    return path


def _call(interface: c_void_p, number: int, kinds: list, *given: object, check: bool = True) -> None:
    table = ctypes.cast(interface, POINTER(POINTER(c_void_p))).contents
    result = ctypes.WINFUNCTYPE(c_long, c_void_p, *kinds)(table[number])(interface, *given)
    if check:
        _done(result)


def _id(text: str) -> ctypes.Array:
    return ctypes.create_string_buffer(uuid.UUID(text).bytes_le, 16)


def _done(result: int) -> None:
    if result < 0:
        raise OSError(f"Windows 没有接受：{result & 0xFFFFFFFF:#010x}")


if __name__ == "__main__":
    sys.exit(main())
