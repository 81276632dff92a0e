"""The doctor: one look at everything a desk needs. Nothing is written, nothing is sent."""

from __future__ import annotations

import contextlib
import shutil
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from xlcheck.delivery.examination import Examination
from xlcheck.delivery.ledgerhealth import last_entry, ledger_health
from xlcheck.delivery.rosterhealth import roster_health
from xlcheck.delivery.smtp import connected
from xlcheck.delivery.templates import template_mistakes
from xlcheck.errors import Fault, XlcheckError
from xlcheck.files import unwritable
from xlcheck.ledger import letters
from xlcheck.ledger.records import Letter
from xlcheck.ledger.store import Ledger, now
from xlcheck.locks import locked
from xlcheck.office.folders import LETTER_FOLDERS, Folders, folders
from xlcheck.office.mappings import library_of
from xlcheck.office.settings import FILE, Settings, load, password
from xlcheck.version import __version__

_LITTLE, _VERY_LITTLE = 2_000_000_000, 200_000_000  # bytes
_NETWORK = {"cifs", "smb3", "smbfs", "nfs", "nfs4", "fuse.sshfs", "9p", "afpfs", "davfs"}
_CLOCK = 120  # seconds


def examine(place: Path, *, online: bool) -> Iterator[Examination]:
    """All results, in the order in which one would mend them. ``online``: the mail server is asked too."""
    yield Examination("good", "程序", f"xlcheck {__version__}，Python {sys.version.split()[0]}")
    try:
        settings = load(place)
        found = folders(place, settings)
    except XlcheckError as error:
        yield Examination("bad", "设置", str(error), f"改正 {FILE} 后再运行")
        return
    yield Examination("good", "设置", f"{FILE} 没有错误")
    yield from _mappings(settings, found)
    for look in (_folders, _space, _clock, _lock):
        yield from look(found)
    for check in (_places, _last_year, ledger_health, roster_health, _letters):
        yield from check(settings, found)
    yield from _server(settings) if online else ()


def _mappings(settings: Settings, found: Folders) -> Iterator[Examination]:
    try:
        library = library_of(found.root, settings)
        forms = [library.load(i).title for i in library.concrete()]
        if settings.form:
            library.load(settings.form)
    except XlcheckError as error:
        yield Examination("bad", "映射", str(error).splitlines()[0], "用 xlcheck lint 看全部错误；“表样”写错了就改设置")
        return
    yield Examination("good", "映射", f"{len(forms)} 套表样可用")


def _folders(found: Folders) -> Iterator[Examination]:
    for path in found.all:
        yield from _usable(path, found.root)
    devices = {p.stat().st_dev for p in (found.inbox, found.working, found.done, found.returned) if p.is_dir()}
    if len(devices) > 1:
        yield Examination(
            "doubt", "文件夹", "收件、处理中、已处理、已退回不在同一个磁盘上，取件时要复制", "最好放在同一个磁盘上"
        )
    else:
        yield Examination("good", "文件夹", f"都在“{found.root}”，能读能写")


def _usable(path: Path, root: Path) -> Iterator[Examination]:
    """What is wrong with a folder of the desk: it is not there, or can't be written to."""
    if not path.is_dir():
        yield Examination("bad", "文件夹", f"没有“{path}”", f"运行 xlcheck init {root}")
    elif why := unwritable(path):
        yield Examination(
            "bad", "文件夹", f"“{path}”不能写：{why}", "让运行 xlcheck 的用户能在里面新建、改名、删除文件"
        )


def _space(found: Folders) -> Iterator[Examination]:
    free = min((shutil.disk_usage(p).free for p in (found.root, found.ledger, found.inbox) if p.is_dir()), default=0)
    said = f"还有 {free / 1e9:.1f} GB"
    if free < _VERY_LITTLE:
        yield Examination("bad", "磁盘空间", said, "清理磁盘；空间不足时 xlcheck 会停下来等，不会丢文件")
    elif free < _LITTLE:
        yield Examination("doubt", "磁盘空间", said, "尽早清理")
    else:
        yield Examination("good", "磁盘空间", said)


def _places(settings: Settings, found: Folders) -> Iterator[Examination]:
    if _on_network(found.ledger):
        yield Examination(
            "bad",
            "台账位置",
            f"“{found.ledger}”在网络共享上，数据库可能损坏",
            "在设置的“文件夹: 台账:”写本机磁盘上的路径",
        )
    if _on_network(found.inbox) and settings.events == "是":
        yield Examination(
            "doubt", "收件位置", "收件文件夹在网络共享上，收不到文件事件", "设置“文件事件: 否”，按“轮询秒数”查看"
        )


def _last_year(settings: Settings, found: Folders) -> Iterator[Examination]:
    folder = found.root / settings.last_year
    if settings.last_year and not folder.is_dir():
        yield Examination(
            "doubt", "上年文件夹", f"没有“{folder}”", "改设置里的“上年文件夹”，否则年初数没有上年的可核对"
        )


def _on_network(path: Path) -> bool:
    """By the mount table, where there is one (Linux); a drive path with two slashes (Windows)."""
    if str(path).startswith("\\\\"):
        return True
    try:
        lines = Path("/proc/mounts").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return False
    real = str(path.resolve())
    holding = [mount for mount in map(_mount, lines) if mount.holds(real)]
    nearest = max(reversed(holding), key=lambda mount: len(mount.point), default=None)  # the last one hides the others
    return nearest is not None and nearest.system in _NETWORK


class _Mount(NamedTuple):
    """A line of the mount table: where, and the kind of file system."""

    point: str = ""
    system: str = ""

    def holds(self, path: str) -> bool:
        """Whether a path lies there."""
        return bool(self.point) and (path == self.point or path.startswith(self.point.rstrip("/") + "/"))


def _mount(line: str) -> _Mount:
    fields = line.split()
    return _Mount(fields[1].replace("\\040", " "), fields[2]) if len(fields) > 2 else _Mount()


def _clock(found: Folders) -> Iterator[Examination]:
    """The clock beside the files that lie there, and beside the last thing that the ledger wrote down."""
    doubts = []
    ahead = max((_changed(path) for path in _lying(found)), default=0.0) - time.time()
    if ahead > _CLOCK:
        doubts.append(f"有文件的时间比本机时间晚 {ahead / 60:.0f} 分钟")
    with contextlib.suppress(XlcheckError):
        last = last_entry(found)
        if last > now():
            doubts.append(f"本机时间比台账最后一条（{last}）还早")
    if doubts:
        yield Examination("doubt", "时钟", "；".join(doubts), "校准系统时间")
    else:
        yield Examination("good", "时钟", f"现在是 {now()[:16].replace('T', ' ')}")


def _lying(found: Folders) -> Iterator[Path]:
    """The files that were put into the inbox or written into the ledger's folder."""
    for folder in (found.inbox, found.ledger):
        with contextlib.suppress(OSError):
            yield from folder.iterdir()


def _changed(path: Path) -> float:
    """When a file was changed (seconds since 1970); 0 where that can't be seen."""
    try:
        return path.lstat().st_ctime
    except OSError:
        return 0.0


def _lock(found: Folders) -> Iterator[Examination]:
    path, free = found.ledger / ".watch.lock", True
    try:
        if path.is_file():
            with locked(path) as free:
                pass
    except Fault as fault:
        yield Examination("bad", "看守", str(fault), "台账文件夹要在能加锁的本机磁盘上")
        return
    yield Examination("good", "看守", "现在没有 xlcheck watch 在运行" if free else "xlcheck watch 正在运行")


def _letters(_: Settings, found: Folders) -> Iterator[Examination]:
    """Letters that wait for a person, and templates that can't be used."""
    if found.ledger_file.is_file():
        with contextlib.suppress(XlcheckError), Ledger.to_read(found.ledger_file) as ledger:
            counts = Counter(p.state for p in letters.letters(ledger, [Letter.UNCERTAIN, Letter.FAILED]))
            if counts:
                said = "，".join(f"{LETTER_FOLDERS[Letter(s)]} {n} 封" for s, n in sorted(counts.items()))
                yield Examination("doubt", "信件", said, "用 xlcheck send --status 看，再用 --resolve 处理")
    for mistake in template_mistakes(found.templates):
        yield Examination("bad", "信件模板", mistake, "改好之前，工作簿会停在“处理中”，不会丢")


def _server(settings: Settings) -> Iterator[Examination]:
    if settings.mail is None:
        yield Examination("doubt", "发信", f"{FILE} 里没有写“邮件”", "不发信就不用管")
    else:
        yield from _asked("发信", lambda: _smtp(settings))
    if settings.mailbox is not None:
        yield from _asked("收信", lambda: _imap(settings))


def _asked(what: str, ask: Callable[[], str]) -> Iterator[Examination]:
    try:
        yield Examination("good", what, ask())
    except XlcheckError as error:
        yield Examination("bad", what, str(error), "改正后再运行 xlcheck doctor")


def _smtp(settings: Settings) -> str:
    mail = settings.mail
    if mail is None:
        return ""
    with connected(mail, password(mail, "发信服务器")):
        return f"{mail.host} 能连上" + ("，能登录" if mail.user else "")


def _imap(settings: Settings) -> str:
    from xlcheck.delivery.imap import opened

    mailbox = settings.mailbox
    if mailbox is None:
        return ""
    with opened(mailbox, password(mailbox, "收信服务器")):
        return f"{mailbox.host} 能登录，能打开“{mailbox.folder}”"
