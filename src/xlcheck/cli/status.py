"""``xlcheck status``: who has sent what, who has not, what is still wrong."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import click

from xlcheck.cli.outputs import refuse
from xlcheck.cli.shell import Command, echo
from xlcheck.counted import form_of
from xlcheck.delivery.desk import forgotten
from xlcheck.errors import Usage
from xlcheck.files import write_whole
from xlcheck.ledger import receipts
from xlcheck.ledger.store import Ledger, now
from xlcheck.mapping.library import Library
from xlcheck.office import folders, mappings, settings
from xlcheck.office.folders import Folders
from xlcheck.office.rosterfile import roster_with
from xlcheck.overview.standing import DOUBTFUL, FINE, MISSING, OVERDUE, WRONG, Overview, overview
from xlcheck.report.json import to_json
from xlcheck.shown import cleaned

_STATES = (OVERDUE, MISSING, WRONG, DOUBTFUL, FINE)
_REGISTERS = (".xlsx", ".csv")


@click.command("status", cls=Command)
@click.argument("folder", metavar="[DIR]", default=".")
@click.option("--year", type=click.IntRange(2000, 2100), metavar="N", help="看哪一年；不写则看设置里的，或最近一年")
@click.option("--format", type=click.Choice(["text", "xlsx", "html", "json"]), default="text", help="总览的格式")
@click.option("--output", metavar="FILE", help="总览写到文件，不写到屏幕；xlsx 必须写到文件")
@click.option("--register", metavar="FILE", help="另外写出问题台账（.xlsx 或 .csv）：每一版的每一个问题")
@click.option("--state", type=click.Choice(_STATES), multiple=True, help="文字总览只列这种状态的单位，可以写几次")
@click.option("-q", "--quiet", is_flag=True, help="文字总览只写最后一句合计")
def command(**options: Any) -> int:
    """谁报了、谁没报、还有什么没改。

    DIR 是工作文件夹（里面有 xlcheck.yaml），不写就是当前文件夹。只看不改：收件、台账和信件都不动。退出码：0 已列出，2 用法不对或名册有误，
    4 设置有误，70 程序或机器故障。
    """
    root = Path(options["folder"])
    chosen = settings.load(root)
    found = folders.folders(root, chosen)
    _refuse(options, found, [root / settings.FILE, root / chosen.roster])
    forgotten(found)
    made = now()
    with _ledger(found.ledger_file) as ledger:
        units = roster_with(root, chosen, receipts.unit_names(ledger))
        year = options["year"] or chosen.year
        forms = {form for unit in units.values() for form in unit.forms} | receipts.forms(ledger)
        seen = overview(
            ledger, units, year, made, date.fromisoformat(made[:10]), _titles(forms, mappings.library_of(root, chosen))
        )
        register = _register(ledger, options["register"], seen.year) if options["register"] else b""
    _show(seen, options)
    if options["register"]:
        write_whole(Path(options["register"]), register)
    return 0


@contextmanager
def _ledger(path: Path) -> Iterator[Ledger]:
    """The ledger; an empty one where there is none yet, which leaves nothing behind: looking must not make files."""
    if path.exists():
        with Ledger(path) as ledger:
            yield ledger
        return
    with tempfile.TemporaryDirectory() as folder, Ledger(Path(folder) / path.name) as ledger:
        yield ledger


def _titles(forms: set[str], library: Library) -> dict[str, str]:
    """What the forms are called in short; in full where two would be called the same."""
    forms = set(map(form_of, forms))
    known = {form: library.load(form) for form in sorted(forms & set(library.ids()))}
    short = Counter(spec.short_title for spec in known.values())
    scores = {form: spec.title for form in sorted(forms) if (spec := library.score_sheet(form)) is not None}
    return {form: s.short_title if short[s.short_title] == 1 else s.title for form, s in known.items()} | scores


def _refuse(options: dict[str, Any], found: Folders, files: list[Path]) -> None:
    """Say at once what can't be written, or would do harm."""
    if options["format"] == "xlsx" and not options["output"]:
        raise Usage("--format xlsx 要用 --output 写明文件名。")
    if options["register"] and not options["register"].lower().endswith(_REGISTERS):
        raise Usage("--register 的文件名要以 .xlsx 或 .csv 结尾。")
    targets = _targets(options)
    if len(set(targets.values())) < len(targets):
        raise Usage("--output 和 --register 是同一个文件，请换一个文件名。")
    for option, path in targets.items():
        _refuse_place(option, path, found, files)
        refuse(f"--{option}", path, _register_head() if option == "register" else "")


def _targets(options: dict[str, Any]) -> dict[str, Path]:
    """The files that are to be written, by the option that names them."""
    return {option: Path(options[option]).resolve() for option in ("output", "register") if options[option]}


def _refuse_place(option: str, path: Path, found: Folders, files: list[Path]) -> None:
    if path in [f.resolve() for f in files]:
        raise Usage(f"--{option} 会盖掉“{path}”，请换一个文件名。")
    for folder in (found.inbox, found.working, found.ledger):
        if folder.resolve() in path.parents:
            raise Usage(f"--{option} 不要写进“{folder}”：那里的文件由 xlcheck 管。请换一个文件夹。")


def _register_head() -> str:
    """How a register as .csv begins."""
    from xlcheck.overview.register import HEADINGS

    return ",".join(HEADINGS)


def _register(ledger: Ledger, name: str, year: int | None) -> bytes:
    from xlcheck.overview.register import register_csv, register_workbook

    lines = receipts.register(ledger, year)
    return register_csv(lines) if name.lower().endswith(".csv") else register_workbook(lines)


def _show(seen: Overview, options: dict[str, Any]) -> None:
    shape, output = options["format"], options["output"]
    if shape == "text" and not output:
        _print(seen, options)
        return
    data = _bytes(seen, shape, options)
    if output:
        write_whole(Path(output), data)
    else:
        click.echo(data, nl=False)  # UTF-8, whatever the terminal is


def _bytes(seen: Overview, shape: str, options: dict[str, Any]) -> bytes:
    if shape == "xlsx":
        from xlcheck.overview.workbook import status_workbook

        return status_workbook(seen)
    if shape == "html":
        from xlcheck.overview.page import status_page

        return f"{status_page(seen)}\n".encode()
    if shape == "json":
        from xlcheck.overview.data import status_data

        return f"{to_json(cleaned(status_data(seen), exact=('name', 'original')))}\n".encode()
    return "".join(f"{text}\n" for text, _ in _lines(seen, options, 0)).encode()


def _lines(seen: Overview, options: dict[str, Any], width: int) -> list[Any]:
    from xlcheck.overview.terminal import lines

    found = lines(seen, width, options["state"])
    return found[-1:] if options["quiet"] else found


def _print(seen: Overview, options: dict[str, Any]) -> None:
    """In colour and as wide as the terminal; all of it, plainly, into a pipe."""
    if not sys.stdout.isatty():
        for text, _ in _lines(seen, options, 0):
            echo(text)
        return
    from rich.console import Console

    console = Console(highlight=False, soft_wrap=True)
    for text, style in _lines(seen, options, shutil.get_terminal_size().columns):
        console.print(text, style=style or None, markup=False)
