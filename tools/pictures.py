"""Render the pictures of the docs: a marked sheet, 审核结果, the HTML page. Needs soffice, pdftoppm and chromium.

Not part of any test: fonts differ between machines. Run it after the looks have changed, and look at the pictures.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
SAMPLE = Path("samples/tunliu_2023_transposed.xlsx")  # no path of this machine in a picture
TARGET = ROOT / "docs" / "images"
SHEET_PAGE, LIST_PAGE = 3, 11


def run(*command: object) -> None:
    """Run a program, quietly; it must succeed."""
    subprocess.run(
        [str(c) for c in command], check=True, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def main() -> None:
    """Write the three pictures."""
    missing = [t for t in ("soffice", "pdftoppm", "chromium") if shutil.which(t) is None]
    if missing:
        sys.exit(f"missing: {', '.join(missing)}")
    TARGET.mkdir(parents=True, exist_ok=True)
    xlcheck = Path(sys.executable).with_name("xlcheck")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        page = folder / "page.html"
        run(xlcheck, "check", SAMPLE, "--out", folder, "--fail-on", "never", "--send-to", "财政局决算科")
        run(xlcheck, "check", SAMPLE, "--format", "html", "--output", page, "--fail-on", "never")
        run("soffice", "--headless", "--convert-to", "pdf", "--outdir", folder, folder / SAMPLE.name)
        pdf = folder / f"{SAMPLE.stem}.pdf"
        for number, picture in ((SHEET_PAGE, "marked-sheet"), (LIST_PAGE, "list-sheet")):
            crop = ("-x", 0, "-y", 0, "-W", 1170, "-H", 480)
            run("pdftoppm", "-r", 100, "-f", number, "-l", number, "-singlefile", "-png", *crop, pdf, TARGET / picture)
        shot = f"--screenshot={TARGET / 'page.png'}"
        run(
            "chromium", "--headless", "--no-sandbox", "--hide-scrollbars", "--window-size=1280,900", shot, page.as_uri()
        )


if __name__ == "__main__":
    main()
