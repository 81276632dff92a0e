"""Where things lie in the repository: every test's door to the samples and the tests' own data."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "samples"
SAMPLE_DATA = SAMPLES / "tunliu_2023.yaml"  # the data of the first sample, for fill
DATA = ROOT / "tests" / "data"
TUNLIU_TABLES = DATA / "tunliu_2023" / "tables.yaml"  # as published, cell by cell
