"""What came of one workbook, and the net around its work: a refusal, or a mistake of ours, is the answer for that workbook only."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple, TypeVar

from xlcheck.errors import Refused, XlcheckError
from xlcheck.model import Submission
from xlcheck.outcome import Outcome
from xlcheck.report.assemble import Source, digest, refused
from xlcheck.report.report import Report
from xlcheck.workers import short_of_memory
from xlcheck.writing.rendering import ReadSheet

Made = TypeVar("Made")


class Checked(NamedTuple):
    """What came of one workbook: its report, and what it was made of (None: it was refused).

    ``marked`` is the marked copy, ``sheets`` are the sheets as they were read, where they were asked for.
    """

    report: Report
    submission: Submission | None = None
    outcome: Outcome | None = None
    marked: bytes | None = None
    sheets: tuple[ReadSheet, ...] = ()
    documents: tuple[MarkedDocument, ...] = ()


class MarkedDocument(NamedTuple):
    """The marked copy of a document that came with a workbook: its number among them, and the bytes of a .docx."""

    number: int
    data: bytes


def guarded(work: Callable[[], Made], path: str, data: bytes, debug: bool = False) -> Made | Checked:
    """What ``work`` makes of one workbook; a refusal, or a mistake of ours, is the answer for that workbook only.

    Raises:
        Fault, MemoryError: the machine's fault, or for the limits of the worker to say.
    """
    with _uncollected():
        try:
            return work()
        except Refused as refusal:
            return Checked(refused(Source(path, digest(data)), refusal))
        except (XlcheckError, MemoryError):  # the machine's fault, or for the limits of the worker to say
            raise
        except Exception as error:  # one workbook's fault is not the batch's
            if short_of_memory() or isinstance(error, SystemError):  # what C code says when it can get no memory
                raise MemoryError from error
            if debug:
                raise
            said = (
                f"xlcheck 检查这份工作簿时自身出错（{type(error).__name__}: {error}），没有结论。请把文件发给维护者。"
            )
            return Checked(refused(Source(path, digest(data)), Refused("fault", said)))


@contextmanager
def _uncollected() -> Iterator[None]:
    """No cycle collection while one workbook is in hand: it makes many objects and hardly a cycle."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
