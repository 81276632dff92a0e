"""Names in the inbox that are no workbook of anybody's, or of one that is not there yet: what programs and systems leave."""

from __future__ import annotations

_SYSTEM = {
    "thumbs.db", "desktop.ini", ".ds_store", "ehthumbs.db", ".localized", ".trashes", ".fseventsd", ".spotlight-v100", ".temporaryitems",
    ".documentrevisions-v100", ".apdisk", ".directory",
}  # fmt: skip
# What browsers, download managers (迅雷, 百度网盘, aria2 …) and copying programs call a file until it is whole.
_UNFINISHED = (
    ".tmp", ".temp", ".part", ".partial", ".crdownload", ".filepart", ".download", ".!ut", ".lock", ".downloading", ".td", ".td.cfg", ".xltd",
    ".xltd.cfg", ".opdownload", ".aria2", ".bc!", ".!qb", ".ytdl", ".baiduyun.p.downloading", ".unfinished", ".incomplete", ".upload",
)  # fmt: skip
_BESIDE = (".aria2", ".td.cfg", ".xltd.cfg")  # what lies beside a file that has its own name already
_OFFICE, _WPS, _LIBRE = "~$", ".~", ".~lock."
_APPLE = "._"


def passed_over(name: str) -> bool:
    """Whether a name is one of those that programs leave behind, have not finished, or hide."""
    return name.startswith((_OFFICE, ".")) or name.lower() in _SYSTEM or unfinished(name)


def unfinished(name: str) -> bool:
    """Whether a name is that of a file which a program is still writing."""
    return name.lower().endswith(_UNFINISHED)


def is_hidden(name: str) -> bool:
    """Whether a name is hidden by its dot, and by a person's hand: no program or system leaves such ones."""
    return (
        name.startswith(".")
        and name.lower() not in _SYSTEM
        and not name.startswith((_APPLE, _WPS))
        and not unfinished(name)
    )


def owned_by(name: str) -> str:
    """The file that a name says is open: ``~$X`` (Excel), ``.~X`` (WPS), ``.~lock.X#`` (LibreOffice); empty for other names."""
    if name.startswith(_OFFICE):
        return name.removeprefix(_OFFICE)
    if name.startswith(_LIBRE) and name.endswith("#"):
        return name.removeprefix(_LIBRE).removesuffix("#")
    return name.removeprefix(_WPS) if name.startswith(_WPS) else ""


def downloaded_by(name: str) -> str:
    """The file that the notes of a download manager say is not whole yet; empty for other names."""
    ending = next((e for e in _BESIDE if name.lower().endswith(e)), "")
    return name[: -len(ending)] if ending else ""
