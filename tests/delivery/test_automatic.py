"""Letters sent by the watcher: it neither insists where it is not wanted, nor lets workbooks wait, nor sends twice."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.places import SAMPLES
from support.posts import (
    DROPPED,
    SECRET,
    Fault,
    PostOffice,
    by_state,
    drop,
    fresh,
    make_due,
    settings,
    states,
    with_letters,
)
from xlcheck.cli.journal import command as journal
from xlcheck.cli.status import command as status
from xlcheck.delivery import outbox
from xlcheck.delivery.automatic import Automatic
from xlcheck.delivery.backfill import write_missing
from xlcheck.delivery.desk import Desk
from xlcheck.delivery.send import send
from xlcheck.delivery.watch import Watcher
from xlcheck.errors import Fault as Wrong
from xlcheck.ledger import letters
from xlcheck.ledger.records import Letter
from xlcheck.ledger.store import now


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@contextlib.contextmanager
def automatic(root: Path, office: PostOffice, **more: str) -> Iterator[tuple[Automatic, Clock, list[str]]]:
    said: list[str] = []
    clock = Clock()
    with contextlib.closing(with_letters(root, settings(office.port, 自动发送="是", **more))) as desk:
        yield Automatic(desk, said.append, lambda: False, clock), clock, said


def test_what_is_due_is_sent(tmp_path: Path):
    with PostOffice(tmp_path).open() as office, automatic(tmp_path / "d", office) as (sending, _, said):
        sending()
        assert len(office.taken) == len(DROPPED)
        assert all(line.startswith("已发：") for line in said)
        sending()
        assert len(said) == len(DROPPED)


def test_a_server_that_will_not_have_us_is_asked_less_and_less_often(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Mailboxes are locked for who tries a wrong password every ten seconds."""
    monkeypatch.setenv("SMTP_SECRET", "wrong")
    office = PostOffice(tmp_path, account=("js", SECRET))
    with (
        office.open(),
        automatic(tmp_path / "d", office, 账号="js", 密码环境变量="SMTP_SECRET") as (sending, clock, said),
    ):
        for _ in range(6 * 60 * 6):  # six hours, a look every ten seconds
            sending()
            clock.now += 10
        assert office.connections == 5, "after 0, 15, 45, 105 and 225 minutes"
        assert len(said) == 5
        assert all("授权码" in line for line in said)
        assert states(sending.desk) == {"ready": len(DROPPED)}


def test_a_server_that_is_away_is_said_once_and_the_letters_wait(tmp_path: Path):
    office = PostOffice(tmp_path, Fault("banner", "drop", times=0))
    with office.open(), automatic(tmp_path / "d", office) as (sending, _, said):
        for _ in range(3):
            make_due(sending.desk)
            sending()
        assert len(said) == 1
        assert "留在“发件”里" in said[0]
        assert states(sending.desk) == {"retry": len(DROPPED)}


def test_workbooks_do_not_wait_for_a_long_sending(tmp_path: Path):
    with PostOffice(tmp_path).open() as office, automatic(tmp_path / "d", office) as (sending, clock, said):
        plain = sending.say
        sending.say = lambda text: (plain(text), setattr(clock, "now", clock.now + 61))  # type: ignore[assignment]
        sending()
        assert len(said) == 1
        sending()
        sending()
        assert len(office.taken) == len(DROPPED)


def test_a_server_that_hangs_at_every_letter_is_given_up_after_two(tmp_path: Path):
    with PostOffice(tmp_path, Fault("DATA", "drop", times=0)).open() as office:
        desk = with_letters(tmp_path / "d", settings(office.port))
        found = send(desk, lambda _: None)
        assert "一再断开" in found.fault
        assert office.connections == 2
        assert states(desk) == {"retry": len(DROPPED)}


def test_a_file_that_can_not_be_moved_keeps_no_letter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Open in a mail program on Windows, say: the folders are for the eye, the ledger knows."""
    with PostOffice(tmp_path).open() as office:
        desk = with_letters(tmp_path / "d", settings(office.port))
        held = letters.letters(desk.ledger)[0].file
        plain = outbox.move

        def move(source: Path, target: Path) -> None:
            if source.name == held:
                raise Wrong("正被别的程序打开着")
            plain(source, target)

        with monkeypatch.context() as lie:
            lie.setattr(outbox, "move", move)
            assert send(desk, lambda _: None).counts == {"sent": len(DROPPED)}
            said: list[str] = []
            send(desk, said.append)
            assert [line for line in said if "以台账为准" in line]
        assert (desk.folders.letters(Letter.READY) / held).exists()
        send(desk, lambda _: None)
        assert (desk.folders.letters(Letter.SENT) / held).exists()
        assert len(office.taken) == len(DROPPED)


def test_a_letter_that_can_not_be_read_now_waits_and_keeps_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    with PostOffice(tmp_path).open() as office:
        desk = with_letters(tmp_path / "d", settings(office.port))
        first = letters.letters(desk.ledger)[0].file
        plain = Path.read_bytes

        def read(self: Path) -> bytes:
            if self.name == first:
                raise PermissionError(13, "no", str(self))
            return plain(self)

        with monkeypatch.context() as lie:
            lie.setattr(Path, "read_bytes", read)
            assert send(desk, lambda _: None).counts == {"sent": len(DROPPED) - 1, "retry": 1}
        assert "没有权限" in by_state(desk, Letter.RETRY)[0].said
        make_due(desk)
        send(desk, lambda _: None)
        assert len(office.taken) == len(set(office.taken)) == len(DROPPED)


def test_after_a_restore_nothing_is_sent_that_was_sent_before(tmp_path: Path):
    """The backup is from before a workbook came; its letter has been sent since. Dropped in again, a person is asked."""
    with PostOffice(tmp_path).open() as office:
        desk = fresh(tmp_path / "d", settings(office.port))
        desk.ledger.backup(tmp_path / "old.sqlite")
        drop(desk, DROPPED[0])
        send(desk, lambda _: None)
        original = next(p for p in desk.folders.done.rglob("*.xlsx") if p.is_file())
        desk.close()
        for name in ("ledger.sqlite", "ledger.sqlite-wal", "ledger.sqlite-shm"):
            (desk.folders.ledger / name).unlink(missing_ok=True)
        shutil.copy(tmp_path / "old.sqlite", desk.folders.ledger_file)
        desk = Desk.open(tmp_path / "d")
        assert letters.letters(desk.ledger) == []
        shutil.copy(original, desk.folders.inbox / "again.xlsx")
        Watcher(desk, lambda _: None, 1).once()
        (letter,) = letters.letters(desk.ledger)
        assert letter.state == Letter.UNCERTAIN
        assert "恢复台账以前" in letter.said
        send(desk, lambda _: None)
        assert len(office.taken) == 1


def test_a_letter_that_an_old_ledger_calls_unsent_and_that_lies_in_sent_is_asked_about(tmp_path: Path):
    """The backup was made between writing the letters and sending them."""
    with PostOffice(tmp_path).open() as office:
        desk = with_letters(tmp_path / "d", settings(office.port))
        desk.ledger.backup(tmp_path / "old.sqlite")
        send(desk, lambda _: None)
        desk.close()
        for name in ("ledger.sqlite", "ledger.sqlite-wal", "ledger.sqlite-shm"):
            (desk.folders.ledger / name).unlink(missing_ok=True)
        shutil.copy(tmp_path / "old.sqlite", desk.folders.ledger_file)
        desk = Desk.open(tmp_path / "d")
        assert send(desk, lambda _: None).counts == {}
        assert states(desk) == {"uncertain": len(DROPPED)}
        assert len(office.taken) == len(DROPPED)


@pytest.mark.parametrize("empty", [True, False])
def test_a_ledger_that_is_gone_or_empty_beside_its_backups_is_no_new_desk(tmp_path: Path, empty: bool):
    desk = fresh(tmp_path / "d", settings(25))
    desk.ledger.backup(desk.folders.backups / "ledger-2026-11-24.sqlite")
    desk.close()
    for name in ("ledger.sqlite", "ledger.sqlite-wal", "ledger.sqlite-shm"):
        (desk.folders.ledger / name).unlink(missing_ok=True)
    if empty:
        desk.folders.ledger_file.touch()
    for asked in (Desk.open, lambda root: status([str(root)], standalone_mode=False), lambda root: journal(["verify", str(root)], standalone_mode=False)):  # fmt: skip
        with pytest.raises(Wrong, match=r"ledger-2026-11-24\.sqlite"):
            asked(tmp_path / "d")
    shutil.copy(desk.folders.backups / "ledger-2026-11-24.sqlite", desk.folders.ledger_file)
    Desk.open(tmp_path / "d").close()


def test_a_stop_is_not_kept_waiting_by_the_pause_between_letters(tmp_path: Path):
    with PostOffice(tmp_path).open() as office:
        desk = with_letters(tmp_path / "d", settings(office.port, 每封间隔秒数="3000"))
        assert send(desk, lambda _: None, lambda: bool(office.taken)).counts == {"sent": 1}


def test_a_ledger_that_is_taken_away_or_replaced_while_it_is_open_takes_no_more(tmp_path: Path):
    desk = with_letters(tmp_path / "d", settings(25))
    kept = desk.folders.ledger_file.rename(tmp_path / "kept.sqlite")
    with pytest.raises(Wrong, match="不在了"), desk.ledger.transaction():
        pass
    shutil.copy(kept, desk.folders.ledger_file)
    with pytest.raises(Wrong, match="换成了另一个"), desk.ledger.transaction():
        pass


def test_one_marked_copy_that_is_gone_keeps_no_other_letter(tmp_path: Path):
    text = settings(25)
    desk = fresh(tmp_path / "d", text[: text.index("邮件:")])
    drop(desk, DROPPED[1])
    marked = next(desk.folders.returned.rglob("*_审核.xlsx"))
    (desk.folders.root / "u.csv").write_text(
        "单位代码,单位名称,邮箱\n1001,长治市屯留区社会保险中心,a@b.cn\n1002,石泉街道,c@d.cn\n", encoding="utf-8"
    )
    shutil.copy(SAMPLES / "putuo_shiquan_2025.xlsx", desk.folders.inbox / "石泉街道.xlsx")
    Watcher(desk, lambda _: None, 1).once()
    desk.close()
    (desk.folders.root / "xlcheck.yaml").write_text(text, encoding="utf-8")
    desk = Desk.open(tmp_path / "d")
    marked.unlink()
    with pytest.raises(Wrong, match="另外 1 封已写好"):
        write_missing(desk)
    assert [p.unit for p in letters.letters(desk.ledger)] == ["1002"]


def test_a_backup_of_a_day_to_come_costs_no_backup(tmp_path: Path):
    desk = fresh(tmp_path / "d", settings(25) + "备份份数: 2\n")
    desk.folders.backups.mkdir(exist_ok=True)
    for day in ("2030-01-01", "2030-01-02", "2020-01-01", "2020-01-02"):
        (desk.folders.backups / f"ledger-{day}.sqlite").write_bytes(b"x")
    Watcher(desk, lambda _: None, 1).once()
    names = sorted(p.name[7:11] for p in desk.folders.backups.glob("ledger-*.sqlite"))
    assert names == ["2020", now()[:4], "2030", "2030"]
