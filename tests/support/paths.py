"""Where things lie."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
"""Of this repository."""

SHARED = ROOT.parent / "shared"
"""Beside the repository: real transcripts, for the tests that use them where they are there."""
