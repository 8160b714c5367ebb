"""What every checkpoint in the repository must be able to say for itself."""

import json

import numpy as np
import pytest

from rvqvae import load_checkpoint
from rvqvae.evaluation.evaluation import evaluate
from rvqvae.motion import read_clips
from tests.support.paths import ROOT

FOLDERS = sorted(path.parent for path in (ROOT / "checkpoints").glob("*/config.json"))
MANIFEST = json.loads((ROOT / "assets" / "clips" / "clips.json").read_text())
HELD_OUT = [clip["name"] for clip in MANIFEST["clips"] if not clip["trained"]]


def test_there_is_one():
    assert FOLDERS


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_small_and_with_a_card(folder):
    assert sum(file.stat().st_size for file in folder.rglob("*")) <= 25e6
    card = (folder / "README.md").read_text()
    assert "python -m rvqvae train" in card
    assert load_checkpoint(folder).info["licence"].lower() in card.lower()


def test_every_layer_of_the_default_checkpoint_uses_its_codes():
    used = (load_checkpoint(ROOT / "checkpoints" / "motion-rvq").usage > 0).mean(axis=1)
    assert (used >= 0.95).all(), used


def test_the_quantizer_to_the_letter_has_collapsed():
    layer = load_checkpoint(ROOT / "checkpoints" / "as-described").model.quantizer.layers[0]
    assert (layer.embedding.norm(dim=0) == 0).sum() > 100


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_every_layer_lowers_the_error(folder):
    checkpoint = load_checkpoint(folder)
    clips = [clip for name in HELD_OUT for clip in read_clips(ROOT / "assets" / "clips" / f"{name}.npy")]
    errors = [row["mpjpe_root_mm"] for row in evaluate(checkpoint, clips)["layers"]]
    assert (np.diff(errors) < 0).all(), errors


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_held_out_clips_were_left_out_of_training(folder):
    info = load_checkpoint(folder).info
    names = {source["name"] for source in info["training_data"]}
    assert set(HELD_OUT) <= set(info["excluded"]) or "clips" not in names
    assert names
    assert sorted(HELD_OUT) == ["dance_b", "getup_faceup", "spinkick", "walk"]
