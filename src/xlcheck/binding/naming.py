"""A set in the numbers and titles that a workbook prints, so that what is said of it is said in its own words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from xlcheck.binding.contents import number_of
from xlcheck.binding.regions import Region
from xlcheck.form import RuleSpec, SetSpec, TableSpec, titled
from xlcheck.reading.recognise import title_key


def as_printed(form: SetSpec, regions: Mapping[str, Region], *, explains: bool) -> SetSpec:
    """``form`` with the numbers and names that the workbook prints, as far as no two tables share one.

    Where no set explains the tables, one without a number goes by its short name: a number of ours says nothing there.
    """
    labels = {spec.key: _label(spec, regions.get(spec.key), explains=explains) for spec in form.tables}
    numbers = Counter(number for number, _ in labels.values())
    names = Counter(name for _, name in labels.values())
    distinct = {}
    for spec in form.tables:
        number, name = labels[spec.key]
        distinct[spec.key] = (number if numbers[number] == 1 else spec.key, name if names[name] == 1 else spec.name)
    return relabelled(form, distinct)


def _label(spec: TableSpec, region: Region | None, *, explains: bool) -> tuple[str, str]:
    """Number and name of a table as its region prints them, else as the form does."""
    if region is None:
        return spec.number, spec.name
    return number_of(region) or (spec.number if explains else spec.key), _title_of(spec, region)


def _title_of(spec: TableSpec, region: Region) -> str:
    """The name of a table as its sheet prints it; the form's where that says the same, or nothing is printed."""
    title = region.title
    if title is None or not title.kinds or not title.strong:
        return spec.name
    same = title_key(title.text) in map(title_key, spec.names)
    return spec.name if same else title.name or spec.name


def relabelled(form: SetSpec, names: Mapping[str, tuple[str, str]]) -> SetSpec:
    """``form`` with the numbers and names that this workbook prints (table key → number, name), in rules too."""
    labelled = [(spec, *names.get(spec.key, (spec.number, spec.name))) for spec in form.tables]
    if all((spec.number, spec.name) == (number, name) for spec, number, name in labelled):
        return form
    tables = tuple(spec._replace(number=number, name=name) for spec, number, name in labelled)
    numbers = {spec.number: number for spec, number, _ in labelled if number != spec.number}
    rules = tuple(_renumbered(form.rules, numbers)) if numbers else form.rules
    return form._replace(tables=tables, rules=rules)


def _renumbered(rules: Iterable[RuleSpec], numbers: Mapping[str, str]) -> Iterator[RuleSpec]:
    """Rules that name tables by other numbers (old → new), 表 behind them included."""
    longest_first = sorted(map(re.escape, numbers), key=len, reverse=True)
    pattern = re.compile(f"({'|'.join(longest_first)})(表?)")

    def new_number(match: re.Match[str]) -> str:
        number = numbers[match[1]]
        return titled(number) if match[2] else number

    def renumber(text: str) -> str:
        return pattern.sub(new_number, text)

    for rule in rules:
        yield rule._replace(
            title=renumber(rule.title),
            formula=renumber(rule.formula),
            reason=renumber(rule.reason),
            mend=renumber(rule.mend),
            basis=renumber(rule.basis),
        )
