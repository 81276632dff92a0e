"""``xlcheck explain``: one rule's page."""

from __future__ import annotations

import click

from xlcheck.cli.shell import Command, echo, library_with, mappings_option
from xlcheck.errors import Usage
from xlcheck.pipeline import Pipeline


@click.command("explain", cls=Command)
@click.argument("rule_id", metavar="RULE")
@click.option("--set", "set_id", metavar="ID", help="哪一套表样；不写则取有这条规则、表最少的一套")
@mappings_option
def command(rule_id: str, set_id: str | None, mappings: str | None) -> None:
    """一条规则的说明：公式、为什么、怎么改、Excel 公式、示例。RULE 如 G03-02。"""
    from xlcheck.writing.rulepage import page, sheet_page
    from xlcheck.writing.textrulepage import text_page

    library = library_with(mappings)
    wanted = rule_id.strip().upper()
    if wanted.startswith("P"):
        for spec in library.score_sheets:
            for sheet_rule in spec.rules if set_id in (None, spec.id) else ():
                if sheet_rule.rule.id.upper() == wanted:
                    echo(sheet_page(spec, sheet_rule), nl=False)
                    return
    named = [library.load(set_id)] if set_id and library.score_sheet(set_id) is None else []
    forms = named or Pipeline(library).forms
    for form in sorted(forms, key=lambda form: len(form.tables)):
        for rule in form.rules:
            if rule.id.upper() == wanted:
                echo(page(form, rule), nl=False)
                return
    for name in [set_id] if set_id else [*library.concrete(), *library.ids()]:
        profile = library.profile(name)
        for text_rule in profile.rules if profile is not None else ():
            if text_rule.id == wanted:
                echo(text_page(text_rule), nl=False)
                return
    raise Usage(f"没有“{rule_id}”这条规则。用 xlcheck rules 看全部规则。")
