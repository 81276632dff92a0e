"""xlcheck: checks filled 决算公开 workbooks and marks what is wrong."""

from xlcheck.version import __version__

__all__ = ["__version__", "check"]


def check(path: str) -> dict[str, object]:
    """Check one workbook; the report of ``xlcheck check --format json`` as plain data.

    Raises:
        OSError: ``path`` can't be read.
        xlcheck.errors.MappingError: the mappings are wrong.
    """
    from pathlib import Path

    from xlcheck.pipeline import Pipeline, read_file
    from xlcheck.writing.report import report

    checked, _ = Pipeline().run(read_file(Path(path)), str(path))
    return report(checked)
