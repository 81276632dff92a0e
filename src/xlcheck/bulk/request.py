"""A bulk run as the user asked for it: a frozen request, and its execution. Knows no command line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from xlcheck.batch import Batch, CheckResult
from xlcheck.bulk.answered import BulkRow
from xlcheck.bulk.folder import ResultsFolder
from xlcheck.bulk.run import BulkProgress, BulkRun, Tally, settings_of
from xlcheck.engines.choosing import running
from xlcheck.engines.executor import Engine
from xlcheck.errors import MappingError, Usage
from xlcheck.files import reason
from xlcheck.form import Severity
from xlcheck.mapping.library import Library
from xlcheck.pipeline import Pipeline
from xlcheck.request import WRONG_MAPPING, exit_code, refuse_other_memory, worst_code
from xlcheck.storage import Address, Place, place
from xlcheck.writing.rendering import renderer

SHARDS = ("jsonl", "parquet")  # formats that shards may have
_PROCESSES = Engine()


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkRequest:
    """What is to be checked, and where reports (``results``: a folder of shards in ``format``) and marked copies (``out``) go.

    ``paths`` are workbooks, folders, archives, of this machine or of a storage. ``processes``: how many are checked at once,
    where the engine does not say so. ``mappings`` is a folder of sets of one's own. ``fail_on`` is None where no finding makes the run fail.
    """

    paths: tuple[str, ...]
    results: Place
    processes: int
    set_id: str | None = None
    mappings: Path | None = None
    send_to: str = ""
    format: str = SHARDS[0]
    out: Place | None = None
    fail_on: Severity | None = Severity.ERROR
    keep_layout: bool = False
    engine: Engine = _PROCESSES


class BulkEnd(NamedTuple):
    """How a bulk run ended; ``skipped`` are the first of ``passed_over`` files that are no workbooks.

    ``broken``: sets that do not compile, and were not used.
    """

    code: int
    tally: Tally
    skipped: tuple[str, ...]
    passed_over: int
    broken: MappingError | None = None


def execute_bulk(request: BulkRequest, told: Callable[[BulkProgress], None]) -> BulkEnd:
    """Check any number of workbooks.

    Raises:
        Usage: what was asked for makes no sense, or can't be read.
        MappingError, Fault: the mappings are wrong, or the machine refuses. What was answered is kept, and the same request
            goes on from there.
    """
    refuse_other_memory(request.paths, request.engine, request.out)
    refuse_other_memory((str(request.results),), request.engine, None)
    _refuse_among(request)
    library = Library.with_own(request.mappings)
    pipeline = Pipeline(library, request.set_id, keep_layout=request.keep_layout, send_to=request.send_to)
    batch = Batch(
        pipeline, _absolute(request.out) if request.out else None, renderer(request.format), keep_reports=True
    )
    codes = {WRONG_MAPPING} if pipeline.forms and pipeline.broken is not None else set[int]()

    def heard(progress: BulkProgress) -> None:
        codes.update(_code(row, request.fail_on) for row in progress.rows)
        told(progress)

    folder = ResultsFolder(_absolute(request.results), settings_of(batch, request.format))
    run = BulkRun(batch, tuple(map(_anywhere, request.paths)), folder, request.format, heard)
    with running(request.engine, request.processes, debug=pipeline.debug) as executor:
        try:
            tally = run.run(executor)
        except OSError as error:
            raise Usage(f"读不了“{request.results}”：{reason(error)}") from error
    if not tally.came_in:
        raise Usage("没有找到工作簿（.xlsx、.xlsm、.xls、.et 等）。")
    return BulkEnd(worst_code(codes), tally, tuple(run.skipped), run.passed_over, pipeline.broken)


def _code(row: BulkRow, fail_on: Severity | None) -> int:
    """The exit code that one workbook calls for."""
    return exit_code(CheckResult(None, None, row.worst, (), row.refusal, row.fault), fail_on)


def _absolute(at: Path | Address) -> Path | Address:
    """A place that means the same in any folder."""
    return at.absolute() if isinstance(at, Path) else at


def _anywhere(text: str) -> str:
    at = place(text)
    return str(at.absolute()) if isinstance(at, Path) else text


def _refuse_among(request: BulkRequest) -> None:
    """Results and marked copies may not lie among the workbooks: the next run would check them.

    Raises:
        Usage: they would.
    """
    roots = [place(text) for text in request.paths]
    for option, at in (("--results", request.results), ("--out", request.out)):
        for root in roots:
            if at is not None and _is_inside(at, root):
                raise Usage(f"{option} 在要检查的文件夹“{root}”里面，下次会把结果也当成工作簿。请换一个文件夹。")
    if request.out is not None and any(_is_inside(root, request.out) for root in roots):
        raise Usage("--out 里有要检查的文件夹，可能盖掉原文件。请换一个文件夹。")


def _is_inside(at: Place, root: Place) -> bool:
    if isinstance(at, Path) and isinstance(root, Path):
        return at.resolve().is_relative_to(root.resolve())
    return isinstance(at, Address) and isinstance(root, Address) and f"{at}/".startswith(f"{root}/")
