"""The doctor: one look at everything a desk needs. Nothing is changed, nothing is sent."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from filelock import FileLock, Timeout

from xlcheck.delivery.desk import forgotten
from xlcheck.delivery.smtp import connected
from xlcheck.delivery.templates import template_mistakes
from xlcheck.errors import XlcheckError
from xlcheck.files import reason
from xlcheck.ledger import letters, receipts
from xlcheck.ledger.chain import ChainCheck
from xlcheck.ledger.records import Letter
from xlcheck.ledger.store import Ledger, now
from xlcheck.office import roster as rosters
from xlcheck.office.folders import LETTER_FOLDERS, Folders, folders
from xlcheck.office.mappings import library_of
from xlcheck.office.settings import FILE, Settings, load, password
from xlcheck.version import __version__

_LITTLE, _VERY_LITTLE = 2_000_000_000, 200_000_000  # bytes
_NETWORK = {"cifs", "smb3", "smbfs", "nfs", "nfs4", "fuse.sshfs", "9p", "afpfs", "davfs"}
_CLOCK = 120  # seconds


class Examination(NamedTuple):
    """``grade``: good, doubt, bad. ``todo`` is what to do (empty: nothing)."""

    grade: str
    what: str
    said: str
    todo: str = ""


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
    for check in (_places, _last_year, _ledger, _roster, _letters):
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
        return
    try:
        _try_writing(path)
    except OSError as error:
        yield Examination(
            "bad", "文件夹", f"“{path}”不能写：{reason(error)}", "让运行 xlcheck 的用户能在里面新建、改名、删除文件"
        )


def _try_writing(folder: Path) -> None:
    """Make, rename and remove a file.

    Raises:
        OSError: one of these can't be done.
    """
    probe = folder / f".xlcheck-{os.getpid()}.part"
    probe.write_bytes(b"x")
    renamed = probe.rename(probe.with_suffix(".tmp"))
    renamed.unlink()


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
    """The clock beside that of the file system, and beside the last thing that the ledger wrote down."""
    doubts = []
    probe = found.inbox / f".xlcheck-{os.getpid()}.tmp"
    with contextlib.suppress(OSError):
        probe.write_bytes(b"")
        off = abs(probe.stat().st_mtime - time.time())
        probe.unlink()
        if off > _CLOCK:
            doubts.append(f"收件文件夹所在机器的时钟与本机差 {off / 60:.0f} 分钟")
    with contextlib.suppress(XlcheckError):
        last = _last_entry(found)
        if last > now():
            doubts.append(f"本机时间比台账最后一条（{last}）还早")
    if doubts:
        yield Examination("doubt", "时钟", "；".join(doubts), "校准系统时间")
    else:
        yield Examination("good", "时钟", f"现在是 {now()[:16].replace('T', ' ')}")


def _last_entry(found: Folders) -> str:
    """When the ledger last wrote something down; empty if it never did."""
    if not found.ledger_file.is_file():
        return ""
    with Ledger(found.ledger_file) as ledger:
        return next(((row[0] or "") for row in ledger.rows("SELECT max(at) FROM journal")), "")


def _lock(found: Folders) -> Iterator[Examination]:
    if not found.ledger.is_dir():
        return
    lock = FileLock(found.ledger / ".watch.lock")
    try:
        lock.acquire(timeout=0)
        lock.release()
        yield Examination("good", "看守", "现在没有 xlcheck watch 在运行")
    except Timeout:
        yield Examination("good", "看守", "xlcheck watch 正在运行")
    except OSError as error:
        yield Examination(
            "bad", "看守", f"锁不住“{lock.lock_file}”：{reason(error)}", "台账文件夹要在能加锁的本机磁盘上"
        )


def _ledger(settings: Settings, found: Folders) -> Iterator[Examination]:
    try:
        forgotten(found)
    except XlcheckError as error:
        yield Examination("bad", "台账", str(error))
        return
    if not found.ledger_file.is_file():
        yield Examination("good", "台账", "还没有，第一次运行 watch 时建立")
        return
    try:
        with Ledger(found.ledger_file) as ledger:
            verdict = ledger.verify()
    except XlcheckError as error:
        yield Examination("bad", "台账", str(error), f"用“{found.backups}”里最近的备份恢复")
        return
    yield _journal(verdict, found)
    yield from _backups(settings, found)


def _journal(verdict: ChainCheck, found: Folders) -> Examination:
    """Whether the lines of the journal follow from each other."""
    if verdict.mistakes:
        return Examination("bad", "台账", verdict.mistakes[0], f"用“{found.backups}”里的备份恢复，并查明原因")
    return Examination("good", "台账", f"{verdict.lines} 条流水，首尾相接")


def _backups(settings: Settings, found: Folders) -> Iterator[Examination]:
    """Copies of the ledger that are wanted and not there yet."""
    copies = sorted(found.backups.glob("ledger-*.sqlite")) if found.backups.is_dir() else []
    if settings.backups and not copies:
        yield Examination("doubt", "备份", "还没有备份", "watch 运行时每天备份一次")


def _roster(settings: Settings, found: Folders) -> Iterator[Examination]:
    try:
        units = rosters.load(found.root / settings.roster)
    except XlcheckError as error:
        yield Examination("bad", "单位名册", _first_line(error), "改正名册")
        return
    yield Examination("good", "单位名册", f"{len(units)} 个单位")
    if settings.mail is not None:
        yield from _silent(units)
    if units.strange:
        names = "、".join(f"“{s}”" for s in units.strange[:8])
        yield Examination(
            "doubt", "单位名册", f"不认识的栏，没有用：{names}", f"能用的栏：{'、'.join(rosters.HEADINGS)}"
        )
    yield from _gone(units, found)
    yield from _unknown_forms(settings, units, found)


def _first_line(error: XlcheckError) -> str:
    """The first of the mistakes that an error names, and how many there are."""
    lines = str(error).splitlines()
    more = f"（共 {len(lines)} 处）" if len(lines) > 1 else ""
    return f"{lines[0]}{more}"


def _silent(units: rosters.Roster) -> Iterator[Examination]:
    if units.silent:
        yield Examination("doubt", "单位名册", f"没有邮箱：{_some(units.silent, 5)}", "补上邮箱，否则不能发信")


def _some(names: Sequence[str], most: int) -> str:
    """The first names, and how many there are if those are not all."""
    return "、".join(names[:most]) + (f" 等 {len(names)} 个" if len(names) > most else "")


def _unknown_forms(settings: Settings, units: rosters.Roster, found: Folders) -> Iterator[Examination]:
    """Forms that the roster asks for and nobody has a mapping of."""
    try:
        known = set(library_of(found.root, settings).ids())
    except XlcheckError:
        return  # said of the mappings
    for unit in units.values():
        for form in [f for f in unit.forms if f not in known]:
            yield Examination(
                "bad", "单位名册", f"{unit.name}的应报表样“{form}”没有", f"可用的：{'、'.join(sorted(known))}"
            )


def _gone(units: rosters.Roster, found: Folders) -> Iterator[Examination]:
    """Units of the ledger that the roster does not have."""
    if not found.ledger_file.is_file():
        return
    with contextlib.suppress(XlcheckError), Ledger(found.ledger_file) as ledger:
        codes = receipts.units(ledger)
        gone = [c for c in codes if c not in rosters.with_zeros(units, codes)]
        if gone:
            yield Examination(
                "doubt", "单位名册", f"台账里有、名册里没有的单位代码：{_some(gone, 8)}",
                "代码前面的 0 可能被 Excel 去掉了，请按文本格式补上；确实撤销的单位不用管",
            )  # fmt: skip


def _letters(_: Settings, found: Folders) -> Iterator[Examination]:
    """Letters that wait for a person, and templates that can't be used."""
    if found.ledger_file.is_file():
        with contextlib.suppress(XlcheckError), Ledger(found.ledger_file) as ledger:
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
