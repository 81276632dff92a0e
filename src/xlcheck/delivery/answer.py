"""One workbook of a claim → its receipt in the ledger, its files where they belong, its letter.

The order makes it safe to be killed anywhere: results and letter are on the disk first, then *one* transaction says that
the workbook is answered, then files are renamed to where the ledger says. What was not in the ledger is done again;
what was, is only carried to its end.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

from xlcheck import batch
from xlcheck.batch import Answer, Batch, job_bytes
from xlcheck.delivery import outbox
from xlcheck.delivery.claim import Claim, move
from xlcheck.delivery.desk import Desk
from xlcheck.delivery.letter import Draft, result_letter
from xlcheck.errors import Fault
from xlcheck.files import reason, write_whole
from xlcheck.intake import Job
from xlcheck.ledger import receipts
from xlcheck.ledger.records import Found, Receipt, Status
from xlcheck.ledger.store import now
from xlcheck.model import Earlier, Known
from xlcheck.office.matching import Match, match
from xlcheck.office.names import joined, without_lead
from xlcheck.office.roster import Roster
from xlcheck.version import __version__

# Refusals that speak of the machine and not of the workbook: it is tried again.
_OURS = {"unreadable"}
# Refusals that may come from a machine short of memory or of time: asked once more, alone.
_CHANCE = {"crashed", "timeout", "out_of_memory"}
_FORBIDDEN = reason(PermissionError(errno.EACCES, ""))
EXPLAINED = "已说明"


class Task(NamedTuple):
    """A workbook of a claim: the job for the checker, and its number in the claim."""

    claim: Claim
    entry: int
    job: Job


@dataclass
class Answerer:
    """Answers workbooks at a desk. ``processes`` is how many are checked at once."""

    desk: Desk
    processes: int = 1
    _owners: tuple[Roster, dict[str, str]] | None = None

    def checked(self, tasks: Sequence[Task]) -> Generator[Answer, None, None]:
        """The checker's answers to tasks, in order; marked copies go into the claims."""
        pipeline = replace(self.desk.pipeline, explanations=receipts.explanations(self.desk.ledger))
        yield from Batch(pipeline, self.desk.folders.working, "json").run([t.job for t in tasks], self.processes)

    def settle(self, task: Task, answer: Answer) -> Receipt:
        """Record what came of a task and put its files where they belong.

        Raises:
            Fault: the machine refuses; nothing is done, or only files are still to be moved.
        """
        if answer.refused in _CHANCE:
            answer = next(iter(self.checked([task])))
        _machine(answer)
        sha256 = _digest(answer, task)
        known = known_as(self.desk, task, sha256)
        if known is not None:
            return self.repeat(task, known)
        if answer.refused is not None:
            receipt = self._refused(task, answer, sha256)
        else:
            receipt = self._checked(task, answer, sha256)
        return self.filed(task.claim, receipt)

    def filed(self, claim: Claim, receipt: Receipt) -> Receipt:
        """Move what the ledger knows of to where it says. Can be done any number of times.

        Raises:
            Fault: the machine refuses.
        """
        root = self.desk.folders.root
        for place, kind in ((receipt.marked, ".x"), (receipt.note, ".txt")):
            source = _result(claim, receipt.entry, kind)
            if place and source is not None:
                move(source, root / place)
        if receipt.unit:
            outbox.post(self.desk, receipt)
        return receipt

    def repeat(self, task: Task, known: Receipt) -> Receipt:
        """The same bytes again: the same answer, no new version, no letter.

        Raises:
            Fault: the machine refuses.
        """
        self._same_copy(task, known)
        receipt = known._replace(
            id=0, first=known.id, claim=task.claim.id, entry=task.entry, name=task.job.name, at=now(),
            status=Status.REPEATED, version=0,
            reason=f"与 {known.at[:10]} 收到的“{known.name}”逐字节相同，答复也相同，没有再发信。",
        )  # fmt: skip
        return self.filed(task.claim, self._commit(task, receipt, None, [], None))

    # --- what it turned out to be ----------------------------------------------------------------------------

    def _checked(self, task: Task, answer: Answer, sha256: str) -> Receipt:
        report = _report(answer)
        sent_by = receipts.sender(self.desk.ledger, sha256)
        sender = sent_by.sender if sent_by else ""
        whose = match(self.desk.roster, report["workbook"]["unit"] or "", without_lead(task.job.name), sender)
        receipt = self._receipt(task, report, sha256)._replace(sender=sender)
        if whose.unit is None:
            return self._nobodys(task, receipt, report, whose)
        unit = whose.unit
        prior = receipts.latest(self.desk.ledger, unit.code, receipt.year, receipt.form)
        answer = self._again(task, answer, unit.code, receipt, prior)
        report = _report(answer)
        found = _found(report, prior, receipts.findings(self.desk.ledger, prior.id) if prior else [])
        version = prior.version + 1 if prior else 1
        receipt = self._receipt(task, report, sha256)._replace(
            sender=sender, unit=unit.code, unit_name=unit.name, version=version, status=Status.CHECKED
        )
        return self._commit(task, receipt, report, found, answer, letter=True)

    def _again(self, task: Task, answer: Answer, code: str, receipt: Receipt, prior: Receipt | None) -> Answer:
        """A second look where the unit has an earlier version, or last year's workbook is there."""
        pipeline = replace(self.desk.pipeline, explanations=receipts.explanations(self.desk.ledger))
        if prior is not None:
            pipeline.earlier = [self._earlier(prior, receipt)]
        pipeline.last_year = self._last_year(code, receipt.year)
        if not pipeline.earlier and pipeline.last_year is None:
            return answer
        again = next(iter(Batch(pipeline, self.desk.folders.working, "json").run([task.job])))
        _machine(again)
        return again if again.refused is None else answer

    def _earlier(self, prior: Receipt, receipt: Receipt) -> Earlier:
        """The version before, under the name that the unit has now."""
        old = receipts.findings(self.desk.ledger, prior.id)
        known = tuple(Known(f.key, f.rule, f.severity, f.message) for f in old if f.state != "已改正")
        return Earlier(prior.name, receipt.unit_name, receipt.year, receipt.form, known)

    def _last_year(self, code: str, year: int | None) -> Any:
        """Last year's workbook of a unit: of the folder that is set, else the last that came to this desk."""
        for path in self._old_files(code, year):
            with contextlib.suppress(Exception):  # an old workbook that can't be read must not keep this year's
                return batch.last_year(self.desk.pipeline, path)
        return None

    def _old_files(self, code: str, year: int | None) -> list[Path]:
        root, folder = self.desk.folders.root, self.desk.last_year
        found: list[Path] = []
        if folder is not None and folder.is_dir():
            for path in sorted(p for p in folder.rglob("*") if p.is_file() and not p.name.startswith((".", "~$"))):
                found += [path] if self._whose(str(path.relative_to(folder))) == code else []
        if year is not None:
            old = [r for r in receipts.of_unit(self.desk.ledger, code, year - 1) if not r.entry]
            found += [root / r.original for r in reversed(old) if (root / r.original).is_file()]
        return found

    def _whose(self, name: str) -> str:
        """The code of the unit that a file of last year's is of, by its name (empty: nobody's); each is asked for once."""
        roster = self.desk.roster
        if self._owners is None or self._owners[0] is not roster:
            self._owners = (roster, {})
        known = self._owners[1]
        if name not in known:
            unit = match(roster, "", name).unit
            known[name] = unit.code if unit else ""
        return known[name]

    def _nobodys(self, task: Task, receipt: Receipt, report: Mapping[str, Any], whose: Match) -> Receipt:
        """Checked, but nobody knows for whom: kept with its marked copy and the candidates, never mailed."""
        said = f"{whose.how}，没有发信。"
        if whose.candidates:
            said += "可能是：" + "；".join(f"{u.code} {u.name}" for u in whose.candidates) + "。"
        todo = "请核对名册（单位名称、其他名称、单位代码），补好后把原件再放进“收件”；或改正工作簿里的编制单位。"
        receipt = receipt._replace(status=Status.UNKNOWN, reason=said)
        return self._commit(task, receipt, report, _found(report, None, []), None, note=f"{said}\n{todo}\n")

    def _refused(self, task: Task, answer: Answer, sha256: str) -> Receipt:
        report = answer.report or {}
        said = (report.get("refusal") or {}).get("message", "")
        receipt = self._receipt(task, report, sha256)._replace(status=Status.REFUSED, reason=said)
        return self._commit(task, receipt, report, [], None, note=f"{said}\n")

    def _same_copy(self, task: Task, known: Receipt) -> None:
        """The marked copy of the first time; where it is gone, one that is made of the same bytes now."""
        old = self.desk.folders.root / known.marked
        try:
            data = old.read_bytes()
        except OSError:
            data = None
        if data is None or known.copy not in ("", hashlib.sha256(data).hexdigest()):  # gone, or somebody wrote in it
            made = next(iter(self.checked([task])))
            before = receipts.version(self.desk.ledger, known, known.version - 1)
            self._again(task, made, known.unit, known, before)
            return
        made_now = _result(task.claim, task.entry, ".x")
        if made_now is not None:
            made_now.unlink()
        write_whole(task.claim.results / f"{task.entry}{old.suffix}", data)

    # --- the record ----------------------------------------------------------------------------------------------

    def _receipt(self, task: Task, report: Mapping[str, Any], sha256: str) -> Receipt:
        book, counts = report.get("workbook") or {}, _open(report)
        previous = report.get("previous") or {}
        return Receipt(
            claim=task.claim.id, entry=task.entry, name=task.job.name, sha256=sha256, at=now(), status=Status.CHECKED,
            unit_name=book.get("unit") or "", year=book.get("year"), form=book.get("set") or "",
            errors=counts["错误"], verifies=counts["核实"], notes=counts["提示"], explained=counts[EXPLAINED],
            mended=len(previous.get("mended", ())), unsaid=(report.get("counts") or {}).get("cannot_say", 0),
            tool=__version__, rules=self.desk.pipeline.library.digest(),
        )  # fmt: skip

    def _commit(
        self, task: Task, receipt: Receipt, report: Mapping[str, Any] | None, found: Sequence[Found],
        answer: Answer | None, *, note: str = "", letter: bool = False,
    ) -> Receipt:  # fmt: skip
        """Everything that is made of a workbook to the disk, then the one transaction that counts."""
        receipt = self._placed(task, receipt, bool(note))
        if note:
            write_whole(task.claim.results / f"{task.entry}.txt", _with_bom(note))
        draft = self._draft(task, receipt, report or {}, found) if letter else None
        with self.desk.ledger.transaction() as change:
            receipt = receipts.record(change, receipt, report, found, answer.explanations if answer else ())
            if draft is not None:
                outbox.enter(change, draft.posted._replace(receipt=receipt.id))
        return receipt

    def _draft(self, task: Task, receipt: Receipt, report: Mapping[str, Any], found: Sequence[Found]) -> Draft | None:
        marked = _result(task.claim, task.entry, ".x")
        draft = result_letter(self.desk, receipt, report, found, marked)
        if draft is not None:
            outbox.write(self.desk, draft.posted, draft.data)
        return draft

    def _placed(self, task: Task, receipt: Receipt, note: bool) -> Receipt:
        """Where its files will be: below the day's folder, under its number, its unit's name and its own."""
        desk = self.desk
        number = next(iter(desk.ledger.rows("SELECT coalesce(max(id), 0) + 1 FROM receipt")))[0]
        day, lead = receipt.at[:10], [f"{number:06d}", receipt.unit_name if receipt.unit else ""]
        lost = receipt.status in (Status.REFUSED, Status.UNKNOWN) or (
            receipt.status == Status.REPEATED and not receipt.unit
        )
        home = (desk.folders.unknown if lost else desk.folders.done) / day
        own = Path(task.job.name).name
        others = receipts.claimed(desk.ledger, task.claim.id)
        original = next((r.original for r in others.values()), "")
        if not original:
            single = task.job.entry is None  # an archive may hold workbooks of many units
            whole, first = (home, lead) if single else (desk.folders.done / day, lead[:1])
            original = _below(desk, whole / joined([*first, Path(task.claim.name).name]))
        copy = _result(task.claim, task.entry, ".x")
        wrong = receipt.unit and (receipt.errors or receipt.verifies)
        returned = desk.folders.returned / day if wrong else home
        stem = Path(own).stem
        marked = _below(desk, returned / joined([*lead, stem], f"_审核{copy.suffix}")) if copy else ""
        said = _below(desk, home / joined([*lead, stem], "_原因.txt")) if note else ""
        digest = hashlib.sha256(copy.read_bytes()).hexdigest() if copy else ""
        return receipt._replace(original=original, marked=marked, note=said, copy=digest)


def known_as(desk: Desk, task: Task, sha256: str) -> Receipt | None:
    """The receipt of the same bytes as the workbook of the same unit: the roster, or the file's name, may say another now."""
    found = receipts.answered(desk.ledger, sha256)
    if not found:
        return None
    report = receipts.report_of(desk.ledger, found[0].id) or {}
    printed = (report.get("workbook") or {}).get("unit") or ""
    sent_by = receipts.sender(desk.ledger, sha256)
    unit = match(desk.roster, printed, without_lead(task.job.name), sent_by.sender if sent_by else "").unit
    return found[0] if unit is None else next((r for r in found if r.unit == unit.code), None)


def bytes_known(desk: Desk, task: Task) -> Receipt | None:
    """The receipt of the same bytes, where a plain file shows that without being checked.

    Raises:
        Fault: it can't be read now.
    """
    if task.job.entry is not None or task.job.problem is not None or task.job.path is None:
        return None
    try:
        return known_as(desk, task, hashlib.sha256(job_bytes(task.job)).hexdigest())
    except PermissionError:
        return None
    except OSError as error:
        raise Fault(f"读不了“{task.job.path}”：{reason(error)}") from error


def _machine(answer: Answer) -> None:
    """A fault of the machine is no answer."""
    if answer.fault:
        raise Fault(answer.fault)
    said = ((answer.report or {}).get("refusal") or {}).get("message", "")
    if (
        answer.refused in _OURS and _FORBIDDEN not in said
    ):  # a file that we could rename but may not read is the file's fault
        raise Fault(said)


def _digest(answer: Answer, task: Task) -> str:
    found = ((answer.report or {}).get("workbook") or {}).get("sha256") or ""
    if found or task.job.path is None:
        return found
    try:
        with task.job.path.open("rb") as file:  # an archive that can't be looked into
            return hashlib.file_digest(file, "sha256").hexdigest()
    except PermissionError:
        return ""
    except OSError as error:
        raise Fault(f"读不了“{task.job.path}”：{reason(error)}") from error


def _report(answer: Answer) -> dict[str, Any]:
    if answer.report is None:
        raise TypeError("an answer without a report")
    return answer.report


def _result(claim: Claim, entry: int, kind: str) -> Path | None:
    """The marked copy (``.x``: ``.xlsx``, ``.xlsm``, …) or the note (``.txt``) of an entry."""
    found = sorted(claim.results.glob(f"{entry}{kind}*"))
    return found[0] if found else None


def _below(desk: Desk, path: Path) -> str:
    """A path as the ledger keeps it: relative to the desk where it is below it."""
    return str(path.relative_to(desk.folders.root)) if path.is_relative_to(desk.folders.root) else str(path)


def _with_bom(text: str) -> bytes:
    """UTF-8 that Notepad reads as such."""
    return text.encode("utf-8-sig", "replace").replace(b"\n", b"\r\n")


# --- findings ----------------------------------------------------------------------------------------------------


def _open(report: Mapping[str, Any]) -> dict[str, int]:
    """Findings by severity, those left out that the unit has explained."""
    counts = {"错误": 0, "核实": 0, "提示": 0, EXPLAINED: 0}
    for one in report.get("findings", ()):
        counts[EXPLAINED if _explained(one) else one["severity"]] += 1
    return counts


def _explained(one: Mapping[str, Any]) -> bool:
    return bool(one["explanation"]) and one["explanation"]["state"] == "accepted"


def _found(report: Mapping[str, Any], prior: Receipt | None, before: Sequence[Found]) -> list[Found]:
    """The findings of a version with their lives, then those that have been mended since the one before."""
    old = {f.key: f for f in before if f.state != "已改正"}
    version = prior.version + 1 if prior else 1
    found = []
    for one in report["findings"]:
        known = old.get(one["id"])
        main: Mapping[str, Any] = next(
            (c for c in one["cells"] if c["role"] in ("total", "left", "subject")), {}
        ) or next(iter(one["cells"]), {})
        state = EXPLAINED if _explained(one) else one["change"] or "新增"
        found.append(
            Found(
                key=one["id"], rule=one["rule"] or "", severity=one["severity"], table=main.get("table") or "",
                cell=main.get("cell") or "", message=one["message"], expected=one["expected"] or "",
                actual=one["actual"] or "", difference=one["difference"] or "", state=state,
                since=known.since if known else version, explanation=(one["explanation"] or {}).get("text", ""),
            )
        )  # fmt: skip
    previous = report.get("previous") or {}
    for state, name in (("已改正", "mended"), ("无法核对", "unsure")):
        gone = [old[k["id"]] for k in previous.get(name, ()) if k["id"] in old]
        found += [f._replace(state=state) for f in gone]
    return found
