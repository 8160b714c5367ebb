"""Training asks the layout of its features: losses on joints, heading and contacts, and what is written."""

import json

import numpy as np
import pytest
import torch

from rvqvae import load_checkpoint
from rvqvae.cli.main import main
from rvqvae.motion.layouts import LAYOUTS
from rvqvae.training.losses import contact_loss, heading_loss, joint_loss
from tests.motion.test_layouts import body_of, turned_bodies
from tests.support.signer import JOINTS, signing_body

SMALL = (
    *("--steps", "1", "--interval", "1", "--batch-size", "2", "--window", "32", "--no-mirror"),
    *("--latent-dim", "8", "--hidden-dim", "16", "--num-embeddings", "16", "--num-quantizers", "2"),
    *("--joint-weight", "1", "--heading-weight", "1", "--contact-weight", "1", "--device", "cpu"),
)


def features_of(name, rng):
    if name == "snapmogen-148":
        return turned_bodies(rng)[1]
    layout = LAYOUTS[name]
    if layout.from_positions:
        return layout.from_joints(body_of(layout, rng)).astype(np.float64)
    features = rng.normal(0, 0.05, (60, layout.width))
    if name == "motionstreamer-272":
        turn = 0.02 * np.sin(np.arange(60) / 9)
        none = np.zeros(60)
        features[:, 2:8] = np.stack([np.cos(turn), none, np.sin(turn), none, none + 1, none], axis=-1)
    return features


@pytest.mark.parametrize("name", LAYOUTS)
def test_losses_are_metres_and_radians_of_every_layout(name, rng):
    layout = LAYOUTS[name]
    motion = torch.from_numpy(features_of(name, rng))[None]
    frames, count = motion.shape[1], len(layout.skeleton)
    matrix = layout.blocks.motion.width == 8
    forward = 1 if matrix else 2
    for loss in (joint_loss, heading_loss, contact_loss):
        assert loss(motion, motion, None, layout) < 1e-5

    step = 0.01  # metres a frame that the whole body slides, forwards in its own heading
    slid = motion.clone()
    slid[..., forward] += step / layout.unit
    gone = step * np.arange(1 if matrix else 0, frames + (1 if matrix else 0))
    joints = layout.to_joints(torch.cat([slid, motion]))
    path = (joints[0, :, 0] - joints[1, :, 0]).norm(dim=-1)
    assert path.max() <= gone.max() + 1e-6  # shorter where the body turns
    assert joint_loss(slid, motion, None, layout).item() == pytest.approx(
        path.mean().item() / count, rel=1e-3
    )
    standing = contact_loss(slid, motion, None, layout).item()
    assert standing == pytest.approx(step, rel=1e-3) or standing == 0

    turned = motion.clone()
    if matrix:
        angle = torch.atan2(motion[..., 4], motion[..., 2]) - 0.01
        turned[..., 2], turned[..., 4] = torch.cos(angle), torch.sin(angle)
    else:
        turned[..., 0] -= 0.01 / (2 if layout.blocks.motion.value == "half turn" else 1)
    assert heading_loss(turned, motion, None, layout).item() == pytest.approx(0.01 * (frames // 2), rel=1e-3)


@pytest.mark.parametrize("name", ["kit-ml", "motionstreamer-272"])
def test_a_named_layout_trains_with_all_losses(name, rng, tmp_path):
    np.save(tmp_path / "clip.npy", features_of(name, rng).astype(np.float32))
    data = ["--data", str(tmp_path / "clip.npy"), "--val", str(tmp_path / "clip.npy"), "--layout", name]
    main(["train", *data, "--out", str(tmp_path / "run"), *SMALL])
    made = load_checkpoint(tmp_path / "run" / "best", "cpu")
    assert made.body is LAYOUTS[name]
    assert (made.layout, made.fps, made.config.input_dim) == (name, LAYOUTS[name].fps, LAYOUTS[name].width)
    entry = json.loads((tmp_path / "run" / "log.jsonl").read_text())
    assert {"joints", "heading", "contact"} <= entry["losses"].keys()
    assert entry["validation"]["clip"]["mpjpe_root_mm"] > 0
    scales = LAYOUTS[name].blocks.scales
    assert all(np.ptp(made.std[scale]) == 0 for scale in scales)


def test_a_described_layout_trains_and_stays_with_the_checkpoint(tmp_path, capsys):
    features, skeleton, _ = signing_body(np.random.default_rng(3))
    np.save(tmp_path / "signer.npy", features)
    (tmp_path / "body.json").write_text(
        json.dumps({"names": list(skeleton.names), "parents": list(skeleton.parents), "fps": 30})
    )
    data = ["--data", str(tmp_path / "signer.npy"), "--out", str(tmp_path / "run"), *SMALL]
    main(["train", *data, "--layout", str(tmp_path / "body.json")])
    body = load_checkpoint(tmp_path / "run" / "best", "cpu").body
    assert len(body.skeleton) == JOINTS
    assert body.skeleton.parents == skeleton.parents
    assert body.fps == 30
    main(
        ["train", *data[:2], "--init", str(tmp_path / "run" / "best"), "--out", str(tmp_path / "on"), *SMALL]
    )
    assert load_checkpoint(tmp_path / "on" / "last", "cpu").body.skeleton.names == body.skeleton.names
    assert main(["train", *data[:2], "--out", str(tmp_path / "other"), *SMALL, "--layout", "tomato"]) != 0
    assert "is no file and none of humanml3d" in capsys.readouterr().err
