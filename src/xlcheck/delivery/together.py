"""A workbook and the documents that came with it (文字说明): one submission, answered as one.

They come as one file: an archive that a unit made, or one that ``fetch`` makes of a mail with both. A document by itself is
a submission of its own, checked beside the workbook of its unit that counts.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from xlcheck.batch import job_bytes
from xlcheck.errors import Fault, Refused
from xlcheck.files import reason
from xlcheck.intake import Intake, Job
from xlcheck.owners import with_documents
from xlcheck.pipeline import Pipeline

PACKED = ".zip"  # the ending of what holds a workbook and its documents


class Member(NamedTuple):
    """A file of a submission."""

    name: str
    data: bytes


def submissions(pipeline: Pipeline, file: Path, processes: int = 1) -> list[Job]:
    """What is to be answered in a file of the inbox: each workbook with its documents, then documents of none.

    The number of a workbook is its place among the workbooks of an archive, whatever documents lie between them.

    Raises:
        Fault: the file can't be read.
    """
    intake = Intake(documents=True)
    try:
        found = intake.jobs((str(file),))
        books, papers = [j for j in found if not j.document], [j for j in found if j.document]
        if not papers or found == papers[:1]:
            return found
        paired = with_documents(pipeline, [*books, *papers], processes, named=False).jobs
    except OSError as error:
        raise Fault(f"读不了“{file}”：{reason(error)}") from error
    return sorted(paired, key=lambda job: job.document)


def digest_of(book: str, documents: Iterable[str]) -> str:
    """The SHA-256 that stands for a workbook (its own digest) and the documents that came with it (theirs)."""
    papers = sorted(documents)
    if not papers:
        return book
    return hashlib.sha256("\n".join([book, *papers]).encode()).hexdigest()


def document_digests(job: Job) -> list[str]:
    """The SHA-256 of each document of a job; one that can't be read has none.

    Raises:
        Fault: the machine refuses.
    """
    return [hashlib.sha256(member.data).hexdigest() for member in _documents(job)]


def _documents(job: Job) -> Iterator[Member]:
    for paper in job.documents:
        try:
            yield Member(PurePosixPath(paper.name.replace("\\", "/")).name, job_bytes(paper))
        except Refused:
            continue
        except OSError as error:
            raise Fault(f"读不了“{paper.name}”：{reason(error)}") from error


def whole(job: Job) -> Member:
    """A submission as one file: the workbook (or document) itself, or an archive of it and its documents.

    Raises:
        Refused, OSError, Fault: it can't be read.
    """
    name, data = PurePosixPath(job.name.replace("\\", "/")).name, job_bytes(job)
    papers = list(_documents(job))
    if not papers:
        return Member(name, data)
    return Member(f"{Path(name).stem}{PACKED}", packed([Member(name, data), *papers]))


def submission_of(pipeline: Pipeline, file: Path, number: int, sha256: str) -> Member | None:
    """One of the submissions in a file as a file by itself; None where it is not there, or is another than ``sha256`` says.

    Raises:
        Refused, OSError, Fault: it can't be read.
    """
    jobs = submissions(pipeline, file)
    if number >= len(jobs):
        return None
    job = jobs[number]
    for one in (job, job._replace(documents=())):  # an older xlcheck took the workbook alone
        digest = digest_of(hashlib.sha256(job_bytes(one)).hexdigest(), document_digests(one))
        if digest == sha256:
            return whole(one)
    return None


def packed(members: Sequence[Member]) -> bytes:
    """An archive of files: equal files give equal bytes."""
    buffer = io.BytesIO()
    used: set[str] = set()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for member in members:
            name, number = member.name, 1
            while name.casefold() in used:
                number += 1
                name = f"{Path(member.name).stem}-{number}{Path(member.name).suffix}"
            used.add(name.casefold())
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), member.data, zipfile.ZIP_DEFLATED, 6)
    return buffer.getvalue()
