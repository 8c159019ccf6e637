"""The repository's files, as the Jupyter tests see them."""

import os
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CAHIER = os.environ.get("CAHIER_BIN", str(ROOT / "target/release/cahier"))
# What is named in capitals (README.md) is no lesson.
LESSONS = sorted(path for path in (ROOT / "lessons").glob("*.md") if path.stem != path.stem.upper())
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))

# A fence whose info string names a demo cell or a starter, and what it holds.
CELL = re.compile(r'^```rust (cellule|depart)="([a-z0-9-]+)"[^\n]*\n(.*?)^```$', re.M | re.S)


def rust_cells(lesson):
    """The demo cells and starters of a lesson: (role, id, source)."""
    return CELL.findall(lesson.read_text(encoding="utf-8"))
