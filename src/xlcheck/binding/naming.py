"""A set in the numbers and titles that a workbook prints, so that what is said of it is said in its own words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

from xlcheck.binding.contents import facts
from xlcheck.binding.regions import Region
from xlcheck.form import SetSpec, TableSpec, titled
from xlcheck.reading.recognise import title_key


def as_printed(form: SetSpec, found: dict[str, Region], *, explains: bool) -> SetSpec:
    """``form`` with the numbers and names that the workbook prints, as far as no two tables share one.

    Where no set explains the tables, one without a number goes by its short name: a number of ours says nothing there.
    """
    numbers = {k: facts(r).get("编号") or (form.table(k).number if explains else k) for k, r in found.items()}
    for spec in form.tables:
        numbers.setdefault(spec.key, spec.number)
    names = {t.key: t.name for t in form.tables}
    names |= {k: _title_of(form.table(k), r) for k, r in found.items()}
    shared, same = Counter(numbers.values()), Counter(names.values())
    labels = {
        k: (n if shared[n] == 1 else k, names[k] if same[names[k]] == 1 else form.table(k).name)
        for k, n in numbers.items()
    }
    return relabelled(form, labels)


def _title_of(spec: TableSpec, region: Region) -> str:
    """The name of a table as its sheet prints it; the form's where that says the same, or nothing is printed."""
    title = region.title
    if (
        title is None
        or not title.kinds
        or not title.strong
        or title_key(title.text) in {title_key(n) for n in spec.names}
    ):
        return spec.name
    return title.name or spec.name


def relabelled(form: SetSpec, names: Mapping[str, tuple[str, str]]) -> SetSpec:
    """``form`` with the numbers and names that this workbook prints (table key → number, name), in rules too."""
    tables, numbers = [], {}
    for spec in form.tables:
        number, name = names.get(spec.key, (spec.number, spec.name))
        if number != spec.number:
            numbers[spec.number] = number
        tables.append(spec._replace(number=number, name=name) if (number, name) != (spec.number, spec.name) else spec)
    if all(a is b for a, b in zip(tables, form.tables, strict=True)):
        return form
    if not numbers:
        return form._replace(tables=tuple(tables))
    pattern = re.compile(f"({'|'.join(sorted(map(re.escape, numbers), key=len, reverse=True))})(表?)")

    def said(text: str) -> str:
        return pattern.sub(lambda m: titled(numbers[m[1]]) if m[2] else numbers[m[1]], text)

    rules = tuple(
        r._replace(
            title=said(r.title), formula=said(r.formula), reason=said(r.reason), mend=said(r.mend), basis=said(r.basis)
        )
        for r in form.rules
    )
    return form._replace(tables=tuple(tables), rules=rules)
