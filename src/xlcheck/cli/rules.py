"""``xlcheck rules``: the catalogue of a set."""

from __future__ import annotations

import click

from xlcheck.cli.shell import Command, echo, library_with, mappings_option
from xlcheck.errors import MappingError


@click.command("rules", cls=Command)
@click.argument("set_id", metavar="[SET]", required=False)
@mappings_option
def command(set_id: str | None, mappings: str | None) -> int:
    """列出 SET 的全部规则；不写 SET 时列出现有的各套表样和它们的规则。"""
    library = library_with(mappings)
    code = 0
    families = [s for s in library.score_sheets if set_id in (None, s.id)]
    for name in [] if set_id and families else [set_id] if set_id else library.concrete():
        try:
            form = library.load(name)
        except MappingError as error:  # one that is broken keeps no other
            echo(f"{name}  映射有误，列不出：\n{error}", err=True)
            code = error.exit_code
            continue
        echo(f"{form.id}  {form.title}（{len(form.tables)} 张表，{len(form.rules)} 条规则）")
        for rule in form.rules:
            echo(f"  {rule.id:<9} {rule.severity.value}  {rule.title}")
            echo(f"            {rule.formula}")
        profile = library.profile(name)
        if profile is not None and profile.rules:
            echo(f"  文字说明（{len(profile.rules)} 条规则）")
            for text_rule in profile.rules:
                echo(f"  {text_rule.id:<9} {text_rule.severity}  {text_rule.title}")
    for spec in families:
        echo(f"{spec.id}  {spec.title}（{len(spec.rules)} 条规则）")
        for sheet_rule in spec.rules:
            echo(f"  {sheet_rule.rule.id:<9} {sheet_rule.rule.severity.value}  {sheet_rule.rule.title}")
            echo(f"            {sheet_rule.rule.formula}")
    return code
