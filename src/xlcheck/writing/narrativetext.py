"""A submission → the paragraphs of its text, and those → a file."""

from __future__ import annotations

from collections.abc import Sequence

from xlcheck.errors import MappingError, Mistake, Usage
from xlcheck.mapping.library import Library
from xlcheck.model import Submission
from xlcheck.narrative.cells import Cells
from xlcheck.narrative.composing import Composer, UnitKnows, UnknownBlank, WrittenParagraph


def written(
    library: Library, set_id: str, now: Submission, last: Submission | None, knows: UnitKnows
) -> list[WrittenParagraph]:
    """The text of a submission in the wording of a set's place.

    Raises:
        Usage: the set has no text.
        MappingError: its text has a blank that means nothing.
    """
    profile = library.profile(set_id)
    if profile is None or not profile.text:
        raise Usage(f"映射“{set_id}”没有写文字说明的句子（narrative/*.yaml 里的 text）。")
    before = None if last is None else Cells(last, now.form, library.vocabulary)
    composer = Composer(profile, Cells(now, now.form, library.vocabulary), before, knows, now.unit or "", now.year)
    try:
        return [p._replace(text=p.text.replace("。。", "。")) for p in composer.paragraphs()]
    except UnknownBlank as error:
        raise MappingError(
            [Mistake(f"{set_id}/narrative", 1, 1, f"text 里的“{{{error.args[0]}}}”不知道是什么")]
        ) from error


def narrative_file(paragraphs: Sequence[WrittenParagraph], ending: str) -> bytes:
    """The bytes of a .docx, or of plain text.

    Raises:
        Usage: another ending.
    """
    if ending == ".txt":
        return "".join(f"{p.text}\n" for p in paragraphs).encode()
    if ending != ".docx":
        raise Usage("文字说明写成 .docx（或 .txt），请改文件名。")
    from xlcheck.writing.worddraft import word_draft

    return word_draft(paragraphs)
