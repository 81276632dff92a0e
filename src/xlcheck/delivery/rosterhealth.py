"""What the doctor says of the roster: every mistake with its row, and what it lacks beside the ledger."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from xlcheck.delivery.examination import Examination
from xlcheck.errors import DataError, XlcheckError
from xlcheck.ledger import receipts
from xlcheck.ledger.store import Ledger
from xlcheck.office import roster as rosters
from xlcheck.office.drafts import is_draft
from xlcheck.office.folders import Folders
from xlcheck.office.mappings import library_of
from xlcheck.office.proposals import FILE
from xlcheck.office.rosterfile import roster_with
from xlcheck.office.settings import Settings

_MOST_MISTAKES = 50


def roster_health(settings: Settings, found: Folders) -> Iterator[Examination]:
    """Whether there is a roster, and whether it fits."""
    codes = _codes(found)
    try:
        units = roster_with(found.root, settings, codes)
    except DataError as error:
        yield from _mistakes(error.mistakes)
        return
    except XlcheckError as error:
        yield Examination("bad", "单位名册", str(error), "改正后再运行")
        return
    if units.hint:
        yield Examination("doubt", "单位名册", units.hint)
    if not units:
        yield Examination(
            "doubt", "单位名册", "还没有：工作簿照样检查、登记，按表内写的单位名称归档，不发信",
            f"等“{FILE}”里有了单位，用 xlcheck roster accept 收进名册",
        )  # fmt: skip
        return
    yield Examination("good", "单位名册", f"{len(units)} 个单位")
    if settings.mail is not None:
        yield from _silent(units)
    if units.strange:
        names = "、".join(f"“{s}”" for s in units.strange[:8])
        yield Examination(
            "doubt", "单位名册", f"不认识的栏，没有用：{names}", f"能用的栏：{'、'.join(rosters.HEADINGS)}"
        )
    yield from _gone(units, codes)
    yield from _unknown_forms(settings, units, found)


def _mistakes(said: Sequence[str]) -> Iterator[Examination]:
    """All mistakes, each in a line of its own."""
    for mistake in said[:_MOST_MISTAKES]:
        yield Examination("bad", "单位名册", mistake, "改正名册")
    if len(said) > _MOST_MISTAKES:
        yield Examination("bad", "单位名册", f"另有 {len(said) - _MOST_MISTAKES} 处", "先改正上面这些")


def _codes(found: Folders) -> dict[str, set[str]]:
    """The codes that the ledger knows, with the names of their units; none where there is no ledger, or it can't be read (that is said elsewhere)."""
    try:
        if not found.ledger_file.is_file():
            return {}
        with Ledger.to_read(found.ledger_file) as ledger:
            return receipts.unit_names(ledger)
    except XlcheckError:
        return {}


def _silent(units: rosters.Roster) -> Iterator[Examination]:
    if units.silent:
        yield Examination("doubt", "单位名册", f"没有邮箱：{_some(units.silent, 5)}", "补上邮箱，否则不能发信")


def _some(names: Sequence[str], most: int) -> str:
    """The first names, and how many there are if those are not all."""
    return "、".join(names[:most]) + (f" 等 {len(names)} 个" if len(names) > most else "")


def _unknown_forms(settings: Settings, units: rosters.Roster, found: Folders) -> Iterator[Examination]:
    """Forms that the roster asks for and nobody has a mapping of."""
    try:
        known = set(library_of(found.root, settings).ids())
    except XlcheckError:
        return  # said of the mappings
    for unit in units.values():
        for form in [f for f in unit.forms if f not in known]:
            yield Examination(
                "bad", "单位名册", f"{unit.name}的应报表样“{form}”没有", f"可用的：{'、'.join(sorted(known))}"
            )


def _gone(units: rosters.Roster, codes: Mapping[str, Collection[str]]) -> Iterator[Examination]:
    """Units of the ledger that the roster does not have."""
    gone = [code for code in codes if code not in units and not is_draft(code)]
    if gone:
        yield Examination(
            "doubt", "单位名册", f"台账里有、名册里没有的单位代码：{_some(gone, 8)}",
            "代码前面的 0 可能被 Excel 去掉了，请按文本格式补上；确实撤销的单位不用管",
        )  # fmt: skip
    waiting = sum(map(is_draft, (code for code in codes if code not in units)))
    if waiting:
        yield Examination(
            "doubt",
            "单位名册",
            f"有 {waiting} 个报来过的单位还不在名册里",
            f"看“{FILE}”，用 xlcheck roster accept 收进名册",
        )
