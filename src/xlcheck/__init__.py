"""xlcheck: checks filled 决算公开 workbooks and marks what is wrong."""

from xlcheck.version import __version__

__all__ = ["__version__", "check"]


def check(path: str) -> dict[str, object]:
    """Check one workbook; the report of ``xlcheck check --format json`` as plain data.

    The workbook is read in a worker process with limits on memory and time, as on the command line: a harmful one
    is refused, and the calling process is safe from it.

    Raises:
        OSError: ``path`` can't be read.
        xlcheck.errors.MappingError: the mappings are wrong.
    """
    from pathlib import Path

    from xlcheck.batch import Batch
    from xlcheck.intake import Job
    from xlcheck.pipeline import Pipeline
    from xlcheck.writing.rendering import renderer

    source = Path(path)
    with source.open("rb"):  # an OSError here is the caller's; in the worker it would be a refusal
        pass
    batch = Batch(Pipeline(), renderer=renderer("json"))
    (result,) = batch.run([Job(source, str(path), Path(source.stem))])
    report: dict[str, object] = result.part
    return report
