"""``xlcheck lint``: all mistakes of all sets in a folder, at once."""

from __future__ import annotations

from pathlib import Path

import click

from xlcheck.cli.shell import Command, echo
from xlcheck.errors import MappingError, Mistake, Usage
from xlcheck.form import SetSpec
from xlcheck.mapping.library import Library
from xlcheck.mapping.places import MappingFolders, beside_shipped, home


@click.command("lint", cls=Command)
@click.argument("mappings", metavar="[MAPPINGS]", required=False)
def command(mappings: str | None) -> None:
    """检查映射文件（文件夹 MAPPINGS 里的各套和词表），一次说出全部错误，并运行每条规则的示例。"""
    own = Library(_root(mappings))
    if not own.ids():
        raise Usage(f"“{own.root}”里没有映射（找不到 */set.yaml）。")
    library = Library(folders=beside_shipped(own.root))
    found = [mistake for set_id in own.ids() for mistake in _mistakes(library.folders, set_id)]
    found += _mistakes_of_vocabulary(library)
    found += [mistake for set_id in own.ids() for mistake in _mistakes_of_text(library, set_id)]
    found += _mistakes_of_score_sheets(library)
    families = [spec.id for spec in library.score_sheets] if not found and own.has_score_sheets else []
    if found:
        raise MappingError(list({str(mistake): mistake for mistake in found}.values()))
    echo(f"没有错误：{'、'.join([*own.ids(), *families])}")


def _root(mappings: str | None) -> Path:
    """The folder of all sets, also where that of one set is given."""
    root = Path(mappings) if mappings else home()
    return root.parent if (root / "set.yaml").is_file() else root


def _mistakes_of_vocabulary(library: Library) -> list[Mistake]:
    try:
        _ = library.vocabulary
    except MappingError as error:
        return error.mistakes
    return []


def _mistakes_of_text(library: Library, set_id: str) -> list[Mistake]:
    """Mistakes in the narrative files of a set, and blanks of its text that mean nothing."""
    from xlcheck.mapping.narrative import compile_profile
    from xlcheck.narrative.composing import unknown_blanks

    try:
        profile = compile_profile(library.folders, set_id, library.vocabulary)
    except MappingError as error:
        return error.mistakes
    if profile is None:
        return []
    said = f"{set_id}/narrative"
    return [Mistake(said, 1, 1, f"text 里的“{{{blank}}}”不知道是什么") for blank in unknown_blanks(profile)]


def _mistakes_of_score_sheets(library: Library) -> list[Mistake]:
    """Mistakes of the families of score sheets, and examples of theirs that do not end as they say."""
    from xlcheck.checking.scoresheets.examples import sheet_mistake_of

    try:
        families = library.score_sheets
    except MappingError as error:
        return error.mistakes
    found = []
    for spec in families:
        for rule in spec.rules:
            for example in rule.rule.examples:
                sentence = sheet_mistake_of(spec, rule, example)
                if sentence:
                    found.append(Mistake(rule.rule.origin, example.line, example.column, sentence))
    return found


def _mistakes(folders: MappingFolders, set_id: str) -> list[Mistake]:
    from xlcheck.mapping.compose import compose

    try:
        form = compose(folders, set_id)
    except MappingError as error:
        return error.mistakes
    return _failed_examples(form)


def _failed_examples(form: SetSpec) -> list[Mistake]:
    from xlcheck.checking.examples import mistake_of

    found = []
    for rule in form.rules:
        for example in rule.examples:
            sentence = mistake_of(form, rule, example)
            if sentence:
                found.append(Mistake(rule.origin, example.line, example.column, sentence))
    return found
