"""Write docs/rules/ (a page for every rule and the catalogue), docs/findings.md and the help blocks of both READMEs.

``--check`` only says what would change.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from xlcheck.mapping.library import OPEN, Library
from xlcheck.profile import NarrativeRule
from xlcheck.writing.findingspage import findings_page
from xlcheck.writing.rulepage import catalogue, page, sheet_catalogue, sheet_page
from xlcheck.writing.textrulepage import text_catalogue, text_page

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs" / "rules"
_HELP = re.compile(r"(?<=```text\n\$ xlcheck )((?:[a-z]+ )*)--help\n.*?(?=\n```)", re.DOTALL)


def build() -> dict[Path, str]:
    """Every generated page, by its path."""
    library = Library()
    pages: dict[Path, str] = {}
    for set_id in [*library.concrete(), OPEN]:
        form = library.load(set_id)
        folder = FOLDER / set_id
        pages[folder / "README.md"] = catalogue(form)
        for rule in form.rules:
            pages[folder / f"{rule.id}.md"] = page(form, rule)
    for rule in text_rules(library):
        pages[FOLDER / "text" / f"{rule.id}.md"] = text_page(rule)
    pages[FOLDER / "text" / "README.md"] = text_catalogue(text_rules(library))
    for spec in library.score_sheets:
        folder = FOLDER / spec.id
        pages[folder / "README.md"] = sheet_catalogue(spec)
        for sheet_rule in spec.rules:
            pages[folder / f"{sheet_rule.rule.id}.md"] = sheet_page(spec, sheet_rule)
    pages[ROOT / "docs" / "findings.md"] = findings_page()
    for name in ("README.md", "README.zh-CN.md"):
        text = (ROOT / name).read_text(encoding="utf-8")
        pages[ROOT / name] = _HELP.sub(lambda m: f"{m[1]}--help\n{_help_of(m[1].split())}", text)
    return pages


def text_rules(library: Library) -> list[NarrativeRule]:
    """The rules of texts of all sets, each once."""
    profiles = (library.profile(set_id) for set_id in library.ids())
    found = {rule.id: rule for profile in profiles if profile is not None for rule in profile.rules}
    return [found[key] for key in sorted(found)]


def _help_of(command: list[str]) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "xlcheck", *command, "--help"],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"COLUMNS": "100", "PYTHONIOENCODING": "utf-8"},
    )
    text = done.stdout.rstrip().replace("python -m xlcheck", "xlcheck")
    return "\n".join(line.rstrip() for line in text.splitlines())


def main() -> int:
    """Write, or with ``--check`` compare."""
    pages = build()
    stale = [p for p in FOLDER.rglob("*.md") if p not in pages]
    changed = [p for p, text in pages.items() if not p.is_file() or p.read_text(encoding="utf-8") != text]
    for path in [*changed, *stale]:
        print(path)
    if "--check" in sys.argv:
        return 1 if changed or stale else 0
    for path in stale:
        path.unlink()
    for path in changed:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(pages[path], encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
