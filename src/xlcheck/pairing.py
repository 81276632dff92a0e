"""Which documents (文字说明) belong to which workbook: by file name, by folder, by unit and year.

A document belongs to the only workbook that was named, or that lies in its folder; to the one whose file name is the
same but for words that say what a file is; else to the one whose unit it names. What belongs to none is checked alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import PurePath
from typing import NamedTuple

from xlcheck.intake import Job
from xlcheck.labels import plain

_WHAT = re.compile(
    r"决算公开|部门决算|单位决算|决算|公开表|公开|文字说明|情况说明|说明|报告|报表|表格|表|文本|文字|正文|附件\d*|excel|word|终稿|定稿|最终|修改|盖章|扫描|"
    r"(?:19|20)\d{2}年?度?|年度|关于|的|[\s_\-—.()（）\[\]【】、,，0-9]"
)
_YEAR = re.compile(r"(?:19|20)\d{2}(?=年|[^\d]|$)")
_NUMBER = re.compile(r"\d{3,}")
HEAD = 3_000  # characters of a document in which its unit is named
_SAYS_WHAT = re.compile("决算|说明|公开|绩效|预算")


class Owner(NamedTuple):
    """Whose a workbook is: its unit and year as printed (empty, None: not printed)."""

    unit: str
    year: int | None


class Pairing(NamedTuple):
    """What is to be checked: workbooks with their documents, documents by themselves, files passed over."""

    jobs: list[Job]
    skipped: list[str]


def paired(
    jobs: Sequence[Job],
    named: bool,
    owners: Callable[[Sequence[Job]], Sequence[Owner | None]],
    text_of: Callable[[Job], str],
) -> Pairing:
    """Put documents to their workbooks. ``named``: every file was named by itself, none was found in a folder.

    ``owners`` tells whose workbooks are, ``text_of`` the beginning of a document's text; both are asked only where names
    and folders don't tell.
    """
    books, papers = [j for j in jobs if not j.document], [j for j in jobs if j.document]
    if not papers:
        return Pairing(list(jobs), [])
    found = _by_place(books, papers, named)
    left = [p for p in papers if p not in found]
    if left and books:
        found |= _by_unit(books, left, owners, text_of)
    alone = [p for p in papers if p not in found]
    checked = [p for p in alone if named or not books or _SAYS_WHAT.search(p.name)]
    with_papers = [b._replace(documents=tuple(p for p in papers if found.get(p) is b)) for b in books]
    return Pairing([*with_papers, *checked], [p.name for p in alone if p not in checked])


def _by_place(books: Sequence[Job], papers: Sequence[Job], named: bool) -> dict[Job, Job]:
    if named and len(books) == 1:
        return dict.fromkeys(papers, books[0])
    found: dict[Job, Job] = {}
    for paper in papers:
        beside = [b for b in books if _folder(b) == _folder(paper)]
        alike = [b for b in beside if _stem(b) == _stem(paper) and _stem(b)] or [
            b for b in books if _stem(b) == _stem(paper) and _stem(b)
        ]
        if len(alike) == 1:
            found[paper] = alike[0]
        elif not alike and len(beside) == 1:
            found[paper] = beside[0]
    return found


def _by_unit(
    books: Sequence[Job],
    papers: Sequence[Job],
    owners: Callable[[Sequence[Job]], Sequence[Owner | None]],
    text_of: Callable[[Job], str],
) -> dict[Job, Job]:
    """By the unit that a document names: the longest name in it decides, and only one workbook of that unit and year."""
    known = [(b, o) for b, o in zip(books, owners(books), strict=True) if o is not None and o.unit]
    found = {}
    for paper in papers:
        text = plain(PurePath(paper.name).name + text_of(paper)[:HEAD])
        fits = [(b, o) for b, o in known if plain(o.unit) in text and (o.year is None or str(o.year) in text)]
        longest = max((len(o.unit) for _, o in fits), default=0)
        best = [b for b, o in fits if len(o.unit) == longest]
        if len(best) == 1:
            found[paper] = best[0]
    return found


def _folder(job: Job) -> tuple[str, str]:
    """The folder or archive that a file lies in, and the folder inside of the archive."""
    path = "" if job.path is None else str(job.path if job.entry is not None else job.path.parent)
    return path, str(PurePath(job.name).parent)


def _stem(job: Job) -> str:
    return bare_stem(job.name)


def bare_stem(name: str) -> str:
    """What names of files are compared by: without what only says what a file is."""
    return _WHAT.sub("", plain(PurePath(name).stem).lower())


def numbered_stem(name: str) -> str:
    """The same with its numbers, where they are long enough to tell files apart: 决算表0912, 决算说明0912. Empty where they are not."""
    found = "".join(_NUMBER.findall(_YEAR.sub("", plain(PurePath(name).stem))))
    return f"{bare_stem(name)}{found}" if found else ""


def says_what(name: str) -> bool:
    """Whether the name of a document says that it is about final accounts, performance or a budget."""
    return _SAYS_WHAT.search(name) is not None


def each_document(jobs: Sequence[Job]) -> Iterator[Job]:
    """All documents of some jobs."""
    for job in jobs:
        yield from job.documents
        if job.document:
            yield job
