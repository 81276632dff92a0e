"""Render docs/images/ from a marked sample: LibreOffice → PDF → PNG. Needs soffice, pdftoppm and convert."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from xlcheck.pipeline import Pipeline

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "images"
SAMPLE = ROOT / "samples" / "tunliu_2023_transposed.xlsx"
# picture → page of the PDF and the share of its height that is shown
PICTURES = {"marked-sheet": (3, 56), "list-sheet": (11, 34)}


def main() -> None:
    """Write the pictures."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _, marked = Pipeline().run(SAMPLE.read_bytes(), SAMPLE.name, mark=True)
        (folder / "x.xlsx").write_bytes(marked or b"")
        convert = ["soffice", "--headless", "--convert-to", "pdf", "--outdir", name, str(folder / "x.xlsx")]
        subprocess.run(convert, check=True, capture_output=True)
        subprocess.run(["pdftoppm", "-r", "110", "-png", str(folder / "x.pdf"), str(folder / "p")], check=True)
        for picture, (page, share) in PICTURES.items():
            crop = ["-trim", "+repage", "-crop", f"100%x{share}%+0+0", "+repage", "-trim"]
            frame = ["-bordercolor", "white", "-border", "16", "-colors", "64"]
            target = f"PNG8:{IMAGES / picture}.png"
            subprocess.run(["convert", str(folder / f"p-{page:02d}.png"), *crop, *frame, target], check=True)


if __name__ == "__main__":
    main()
