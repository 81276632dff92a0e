"""One ``check`` as the user asked for it: a frozen request, and its execution. Knows no command line.

Steps: what is to be checked → what is known from before → nothing may be overwritten → check and show → keep.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar

from xlcheck.batch import Batch, CheckResult, another_hand, earlier, last_year, likely_path, of_another_hand
from xlcheck.engines.choosing import running
from xlcheck.engines.executor import Engine, Executor
from xlcheck.errors import MappingError, RefusalCode, Refused, Usage
from xlcheck.files import reason
from xlcheck.form import Severity
from xlcheck.intake import Intake, Job
from xlcheck.mapping.library import Library
from xlcheck.outcome import Justification
from xlcheck.outputs import in_the_way, is_marked_copy
from xlcheck.pipeline import Pipeline
from xlcheck.reading.formats import COPY_ENDINGS
from xlcheck.storage import Address, Place, place
from xlcheck.writing.justificationfile import read_justifications, write_justifications
from xlcheck.writing.rendering import Options, Run, Sink, renderer

Read = TypeVar("Read")
FAULT, WRONG_MAPPING, REFUSED, FOUND, FINE = 70, 4, 3, 1, 0  # exit codes of the contract, the worst first


_PLAIN = Options()
_PROCESSES = Engine()


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRequest:
    """What is to be checked, beside what, and where the answers go.

    ``paths`` are workbooks, folders, archives, or ``-`` for standard input (then ``stdin`` gives its bytes).
    ``fail_on`` is None where no finding makes the run fail. ``jobs`` None: as many as there are processors.
    ``mappings`` is a folder of sets of one's own.
    """

    paths: tuple[str, ...]
    stdin: Callable[[], bytes] = bytes
    set_id: str | None = None
    mappings: Path | None = None
    last_year: Path | None = None
    previous: Path | None = None
    justifications: Path | None = None
    send_to: str = ""
    format: str = "text"
    output: Path | None = None
    out: Place | None = None
    engine: Engine = _PROCESSES
    fail_on: Severity | None = Severity.ERROR
    keep_layout: bool = False
    jobs: int | None = None
    options: Options = _PLAIN

    @property
    def processes(self) -> int:
        """How many workbooks are checked at once."""
        return self.jobs or processors()


class Witness(Protocol):
    """Who hears how a run goes."""

    def under_way(self, job: Job, number: int, total: int) -> None:
        """A workbook is waited for: which one of how many."""

    def done(self, result: CheckResult) -> None:
        """It is done."""

    def left_out(self, skipped: list[str], ours: list[str]) -> None:
        """Files that were not checked: no workbooks, and what the same command wrote the last time."""

    def broken(self, mistakes: MappingError) -> None:
        """Some sets do not compile, and are not used."""


def processors() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def execute(request: CheckRequest, sink: Sink, witness: Witness) -> int:
    """Check everything that was asked for; returns the exit code.

    Raises:
        Usage: what was asked for makes no sense, or can't be read.
        MappingError, Fault: the mappings are wrong, or the machine refuses.
    """
    refuse_other_memory(request.paths, request.engine, request.out)
    intake = Intake(documents=True, ours=_own_outputs(request))
    found = _jobs(request, intake)
    library = Library.with_own(request.mappings)
    pipeline = Pipeline(library, request.set_id, keep_layout=request.keep_layout, send_to=request.send_to)
    processes = request.processes if request.previous else min(request.processes, len(found))
    with running(request.engine, processes, debug=pipeline.debug) as executor:
        _remember(request, pipeline, executor)
        jobs = _with_documents(request, found, pipeline, intake)
        if request.engine.remote:  # whose folder is another
            jobs = [_anywhere(job) for job in jobs]
        _refuse_overwriting(request, jobs)
        return _executed(request, jobs, Batch(pipeline, request.out), executor, sink, witness, intake)


def _executed(
    request: CheckRequest,
    jobs: Sequence[Job],
    batch: Batch,
    executor: Executor,
    sink: Sink,
    witness: Witness,
    intake: Intake,
) -> int:
    pipeline = batch.pipeline
    codes: set[int] = set()
    if pipeline.forms and pipeline.broken is not None:
        witness.broken(pipeline.broken)
        codes.add(WRONG_MAPPING)
    shown = batch.renderer = renderer(request.format, request.options)
    results = iter(batch.run(jobs, executor))
    kept = {(j.key, j.values): j for j in pipeline.justifications}

    def parts() -> Iterator[object]:
        for number, job in enumerate(jobs, 1):
            witness.under_way(job, number, len(jobs))
            result = next(results)
            witness.done(result)
            codes.add(exit_code(result, request.fail_on))
            kept.update({(j.key, j.values): j for j in result.justifications})
            yield result.part
        next(results, None)  # so that the workers go home

    shown.write(parts(), Run(_is_single(request, jobs), tuple(intake.skipped)), sink)
    if request.justifications:
        write_justifications(request.justifications, kept.values())
    witness.left_out(intake.skipped, intake.left)
    return worst_code(codes)


def worst_code(codes: set[int]) -> int:
    """The exit code of a run whose workbooks call for these."""
    return next((code for code in (FAULT, WRONG_MAPPING, REFUSED, FOUND) if code in codes), FINE)


def exit_code(result: CheckResult, fail_on: Severity | None) -> int:
    """The exit code that one workbook calls for."""
    if result.fault or result.refusal is RefusalCode.FAULT:
        return FAULT
    if result.refusal is not None:
        return REFUSED
    return FOUND if _reaches(result.worst, fail_on) else FINE


def _reaches(worst: Severity | None, fail_on: Severity | None) -> bool:
    """Whether there is something as severe as the least that counts."""
    return fail_on is not None and worst is not None and worst.rank <= fail_on.rank


def _own_outputs(request: CheckRequest) -> Callable[[Path], bool]:
    """Tells of a file in a folder that is checked that the same command wrote it the last time."""
    named = {path.resolve() for path in map(Path, request.paths)}
    out = request.out.resolve() if isinstance(request.out, Path) and request.out.resolve() not in named else None
    report, kept = (path.resolve() if path else None for path in (request.output, request.justifications))

    def ours(path: Path) -> bool:
        real = path.resolve()
        if real == report:
            return not in_the_way(real)
        return real == kept or (out is not None and out in real.parents and is_marked_copy(real))

    return ours


def _jobs(request: CheckRequest, intake: Intake) -> list[Job]:
    if request.paths.count("-") > 1:
        raise Usage("标准输入（-）只能读一次。")
    jobs = intake.jobs(request.paths, request.stdin() if "-" in request.paths else None)
    if not jobs:
        raise Usage("没有找到工作簿（.xlsx、.xlsm、.xls、.et 等）。")
    return jobs


def _with_documents(request: CheckRequest, found: list[Job], pipeline: Pipeline, intake: Intake) -> list[Job]:
    """The jobs, each with the documents that belong to it; those of nobody are passed over."""
    if not any(job.document for job in found):
        return found
    from xlcheck.owners import with_documents

    named = not any(Path(p).is_dir() for p in request.paths) and not any(j.entry is not None for j in found)
    pairing = with_documents(pipeline, found, request.processes, named=named)
    intake.skipped += pairing.skipped
    if not pairing.jobs:
        raise Usage("没有找到工作簿（.xlsx、.xlsm、.xls、.et 等）。")
    return pairing.jobs


def _anywhere(job: Job) -> Job:
    """A job that means the same in any folder."""
    documents = tuple(_anywhere(document) for document in job.documents)
    return job._replace(path=job.path.absolute() if job.path else None, documents=documents)


def _is_single(request: CheckRequest, jobs: Sequence[Job]) -> bool:
    """Whether one workbook was asked for, not a folder or archive that happens to hold one."""
    return len(jobs) == 1 and len(request.paths) == 1 and not Path(request.paths[0]).is_dir()


def _remember(request: CheckRequest, pipeline: Pipeline, executor: Executor) -> None:
    """Give the checker everything that is known from before."""
    if request.last_year:
        pipeline.last_year = _read("上年的工作簿", request.last_year, lambda path: last_year(pipeline, path))
    pipeline.justifications = _known(request.justifications)
    if request.previous:
        pipeline.versions = _read(
            "上次的工作簿或报告", request.previous, lambda path: earlier(pipeline, path, executor)
        )


def _known(path: Path | None) -> Sequence[Justification]:
    return read_justifications(path) if path else ()


def _read(what: str, path: Path, read: Callable[[Path], Read]) -> Read:
    try:
        return read(path)
    except OSError as error:
        raise Usage(f"读不了{what}“{path}”：{reason(error)}") from error
    except Refused as refusal:
        raise Usage(f"{what}“{path}”不能用：{refusal.message}") from refusal


def _refuse_overwriting(request: CheckRequest, jobs: Sequence[Job]) -> None:
    """Nothing that is written may be the place of something that was there.

    Raises:
        Usage: it would be.
    """
    kept = request.justifications
    report_at = request.output.resolve() if request.output else None
    papers = [paper for job in jobs for paper in job.documents]
    sources = {job.path.resolve() for job in (*jobs, *papers) if job.path is not None}
    if kept is not None and kept.resolve() in {*sources, report_at}:
        raise Usage(f"--explanations 会盖掉“{kept}”，请换一个文件名。")
    if report_at in sources:
        raise Usage(f"--output 会盖掉工作簿“{report_at}”，请换一个文件名。")
    if report_at is not None and (what := in_the_way(report_at)):
        raise Usage(f"--output 会盖掉{what}“{report_at}”，请换一个文件名。")
    if isinstance(request.out, Path):
        _refuse_overwriting_copies(request.out, _copies(jobs, request.out), report_at, sources)
        _refuse_other_hands(request.out, jobs)
    elif request.out is not None:
        _refuse_overwriting_in_storage(request.out, jobs)


def _refuse_overwriting_copies(out: Path, targets: set[Path], report_at: Path | None, sources: set[Path]) -> None:
    """Marked copies (``targets``) go into a folder, and may be neither the report nor a workbook that is checked."""
    if report_at in targets:
        raise Usage("--output 会盖掉 --out 里的标记副本，请换一个文件名。")
    if out.exists() and not out.is_dir():
        raise Usage(f"--out 要写文件夹，“{out}”是文件。")
    for source in sorted(sources & targets):
        raise Usage(f"--out 会盖掉原文件“{source}”，请换一个文件夹。")


def _refuse_other_hands(out: Path, jobs: Sequence[Job]) -> None:
    """Nothing but earlier marked copies may stand where marked copies go."""
    for target in (likely_path(out, job) for job in jobs):
        if of_another_hand(target):
            raise Usage(f"--out：{another_hand(target)}")


def _refuse_overwriting_in_storage(out: Address, jobs: Sequence[Job]) -> None:
    copies = {str(out / job.copy.with_name(job.copy.name + ending)) for job in jobs for ending in COPY_ENDINGS}
    for job in jobs:
        if str(job.address) in copies:
            raise Usage(f"--out 会盖掉原文件“{job.address}”，请换一个文件夹。")


def refuse_other_memory(paths: Sequence[str], engine: Engine, out: Place | None) -> None:
    """What lies in one process' memory is nothing to another.

    Raises:
        Usage: it would be read or written from another.
    """
    for text in paths:
        if engine.remote and _own_memory(place(text)):
            raise Usage(f"“{text}”只在本进程的内存里，集群的计算节点读不到。")
    if out is not None and _own_memory(out):
        raise Usage(f"“{out}”只在一个进程的内存里，检查是在别的进程里做的，写了也看不到。请换成文件夹或存储地址。")


def _own_memory(at: Place) -> bool:
    return isinstance(at, Address) and at.own_memory


def _copies(jobs: Sequence[Job], out: Path) -> set[Path]:
    """Every path that a marked copy may get."""
    papers = {(out / p.copy).resolve() for job in jobs for p in (*job.documents, *([job] if job.document else []))}
    return papers | {
        (out / job.copy.with_name(job.copy.name + ending)).resolve()
        for job in jobs
        if not job.document
        for ending in COPY_ENDINGS
    }
