"""A folder of workbooks → the units that they are of: the first draft of a roster."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from xlcheck.batch import Batch, CheckResult
from xlcheck.engines.local import Processes
from xlcheck.errors import Usage
from xlcheck.intake import Intake, Job
from xlcheck.ledger.store import now
from xlcheck.office.drafts import named_file
from xlcheck.office.proposals import Proposal, proposal
from xlcheck.office.roster import Roster
from xlcheck.pipeline import Pipeline


class Census(NamedTuple):
    """The units that workbooks name, in the order of the files; and the files that name none, each with why."""

    found: tuple[Proposal, ...]
    unsaid: tuple[tuple[str, str], ...]


def census(folder: Path, roster: Roster, processes: int) -> Census:
    """The units of the workbooks in a folder (archives and folders in it, too) that a roster does not have.

    Raises:
        Usage: there is no such folder, or no workbook in it.
    """
    if not folder.is_dir():
        raise Usage(f"没有文件夹“{folder}”。--from 后面写放着各单位工作簿的文件夹。")
    jobs = Intake().jobs((str(folder),))
    if not jobs:
        raise Usage(f"“{folder}”里没有工作簿。")
    results = Batch(Pipeline(), keep_reports=True).run(jobs, Processes(processes))
    found: dict[str, Proposal] = {}
    unsaid: list[tuple[str, str]] = []
    for job, result in zip(jobs, results, strict=True):
        one = _of(job, result, roster)
        if isinstance(one, str):
            unsaid.append((job.name, one))
        elif one is not None:
            found.setdefault(one.key, one)
    return Census(tuple(found.values()), tuple(unsaid))


def _of(job: Job, result: CheckResult, roster: Roster) -> Proposal | str | None:
    """The unit of a workbook, or why nobody can tell; None where the roster has it."""
    report = result.report
    if report is None or report.refusal is not None:
        return report.refusal.message if report and report.refusal else "没有读成。"
    said = report.workbook.unit or ""
    by_file = named_file(job.name)
    if not said and by_file is None:
        return "表内没有单位名称，文件名里也看不出。"
    return proposal(roster, by_file.name if by_file else "", said, job.name, now())
