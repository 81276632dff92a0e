"""Whose the text of a report is that came by itself, where its cover does not say so.

Most texts begin with their third part and name nobody. Then the unit is the one of the roster, or of the ledger, that the
beginning names; else that of the workbook with the same name but for what a file is (某局.xlsx, 某局文字说明.docx), or of the
only workbook that came in the same folder. Several that fit are none.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePosixPath

from xlcheck.consulting import Identity, ToldByText
from xlcheck.delivery.desk import Desk
from xlcheck.delivery.workbookof import supposed
from xlcheck.ledger import receipts
from xlcheck.ledger.records import has_tables
from xlcheck.model import PrintedNames
from xlcheck.office.drafts import name_key
from xlcheck.office.names import without_lead
from xlcheck.pairing import bare_stem, numbered_stem


def names_of_text(desk: Desk, identity: Identity, name: str) -> PrintedNames:
    """What to take for the printed name of a text's unit; nothing where nobody can tell."""
    if identity.names.name:
        return identity.names
    found = _named(desk, identity.said) or _alike(desk, name, identity.year)
    return PrintedNames(found)


def how_not(how: str, names: PrintedNames) -> str:
    """Why nobody knows whose a text is; ``how`` says it of a workbook."""
    if names.name:
        return how.replace("表内", "文字说明里")
    return "文字说明里没有写单位名称，也没有同名或同一文件夹的工作簿"


def told_by_text(desk: Desk, identity: Identity, name: str) -> ToldByText | None:
    """What the text beside a workbook says that prints no unit: one that came with it, or came before by its name or folder."""
    if identity.names.name or identity.names.others:
        return None
    if identity.told is not None:
        return identity.told
    found = [text for text in receipts.texts(desk.ledger) if lies_beside(text.name, name)]
    units = {text.unit_name for text in found}
    return ToldByText(found[-1].unit_name, found[-1].year) if len(units) == 1 else None


def lies_beside(text: str, book: str) -> bool:
    """Whether a text and a workbook go together: by folder, or by their names."""
    folder = _folder(text)
    return goes_with(text, book) or (folder != "" and folder == _folder(book))


def _named(desk: Desk, said: str) -> str:
    """The longest name of a known unit that stands in the beginning of a text."""
    text = name_key(said)
    known = {name for unit in desk.roster.values() for name in (unit.name, *unit.others)}
    known.update(*receipts.unit_names(desk.ledger).values())
    return _only({name for name in known if name_key(name) and name_key(name) in text}, longest=True)


def _alike(desk: Desk, name: str, year: int | None) -> str:
    """The unit of the workbooks whose name, or folder, is that of a text."""
    books = (r for r in receipts.versions(desk.ledger) if has_tables(r.form) and r.unit_name)
    came = [r for r in books if year is None or r.year == year or supposed(r)]
    same = {r.unit_name for r in came if goes_with(name, r.name)}
    folder = _folder(name)
    beside = {r.unit_name for r in came if folder and _folder(r.name) == folder}
    return _only(same) or _only(beside)


def _only(names: Iterable[str], *, longest: bool = False) -> str:
    found = list(names)
    if longest and found:
        most = max(map(len, found))
        found = [name for name in found if len(name) == most]
    return found[0] if len(found) == 1 else ""


def goes_with(text: str, book: str) -> bool:
    """Whether a text and a workbook have one name, but for what says what a file is."""
    one, other = without_lead(text), without_lead(book)
    return any(stem(one) != "" and stem(one) == stem(other) for stem in (bare_stem, numbered_stem))


def _folder(name: str) -> str:
    parent = str(PurePosixPath(without_lead(name).replace("\\", "/")).parent)
    return "" if parent == "." else parent
