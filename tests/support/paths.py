"""Places in the repository."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
ASSETS = ROOT / "assets"
CLIPS = ASSETS / "clips"
CHECKPOINTS = ROOT / "checkpoints"
