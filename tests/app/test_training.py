import json
from pathlib import Path

import pytest

from app.catalog.library import Library
from app.catalog.training import trained_on

CHECKPOINTS = Path(__file__).parents[2] / "checkpoints"
HELD_OUT = {"walk", "spinkick", "dance_b", "getup_faceup"}
SAMPLES = [{"name": "cmu_train"}, {"name": "clips"}]


def test_a_checkpoint_says_which_sample_clips_it_saw():
    info = {"training_data": SAMPLES, "excluded": ["walk"]}
    assert trained_on("run", info) is True
    assert trained_on("walk", info) is False
    assert trained_on("run", {"training_data": SAMPLES[:1], "excluded": []}) is False
    assert trained_on("run", {"licence": "unknown"}) is None


@pytest.mark.parametrize("folder", sorted(p.name for p in CHECKPOINTS.iterdir() if p.is_dir()))
def test_shipped_checkpoints_saw_the_sample_clips_that_were_not_held_out_or_none(folder):
    info = json.loads((CHECKPOINTS / folder / "config.json").read_text())
    seen = {clip for clip in Library().clips if trained_on(clip, info)}
    assert seen == (set() if folder == "cmu-only" else set(Library().clips) - HELD_OUT)
