"""The sample clips are what their manifest says, and are bodies that move as bodies do."""

import importlib.util
import json
import math
import os
from pathlib import Path

import numpy as np
import pytest

from tests.support.paths import ASSETS

CLIPS = ASSETS / "clips"
MANIFEST = json.loads((CLIPS / "clips.json").read_text(encoding="utf-8"))
JOINT = {name: index for index, name in enumerate(MANIFEST["joints"])}
HELD_OUT = {"walk", "spinkick", "dance_b", "getup_faceup"}
PARENTS = [-1, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 9, 12, 13, 14, 16, 17, 18, 19]
SEAM_WINDOW = 10

every_clip = pytest.mark.parametrize("clip", MANIFEST["clips"], ids=lambda clip: clip["name"])


def load(clip: dict) -> np.ndarray:
    """Joints (T, 22, 3) of a clip of the manifest."""
    return np.load(CLIPS / f"{clip['name']}.npy", allow_pickle=False)


def between(joints: np.ndarray, start: str, end: str) -> np.ndarray:
    """Vector (..., 3) from one named joint to another."""
    return joints[..., JOINT[end], :] - joints[..., JOINT[start], :]


def seams(clip: dict) -> list[int]:
    """Last frame before each repetition of the capture."""
    return [
        math.ceil(cycle * clip["cycle_seconds"] * MANIFEST["fps"]) - 1 for cycle in range(1, clip["cycles"])
    ]


def seam_ratio(joints: np.ndarray, seam: int) -> float:
    """How much faster a joint moves over a seam than in the half second before and after it."""
    steps = np.linalg.norm(np.diff(joints.astype(float), axis=0), axis=-1)
    before = steps[max(seam - SEAM_WINDOW, 0) : seam - 1]
    after = steps[seam + 2 : seam + 2 + SEAM_WINDOW]
    over = steps[seam - 1 : seam + 2].max(axis=0)
    centimetre = 0.01  # a joint that rests may begin to move
    return float((over / (np.concatenate([before, after]).max(axis=0) + centimetre)).max())


def test_manifest_and_folder_agree():
    names = [clip["name"] for clip in MANIFEST["clips"]]
    assert len(names) == len(set(names)) == 15
    assert {path.name for path in CLIPS.iterdir()} == {f"{n}.npy" for n in names} | {"clips.json"}
    assert MANIFEST["fps"] == 20.0
    assert len(JOINT) == 22


def test_held_out_clips_are_marked():
    assert {clip["name"] for clip in MANIFEST["clips"] if not clip["trained"]} == HELD_OUT


def test_sources_and_licences_are_named():
    assert MANIFEST["source"]["package"] == "pybullet"
    assert "Xue Bin Peng" in MANIFEST["attribution"]
    for clip in MANIFEST["clips"]:
        assert clip["source"].endswith(f"humanoid3d_{clip['name']}.txt")
        assert "MIT" in clip["licence"]
        assert "zlib" in clip["licence"]
    assert "Xue Bin Peng" in (ASSETS / "licences" / "deepmimic.txt").read_text(encoding="utf-8")
    assert "zlib" in (ASSETS / "licences" / "pybullet.txt").read_text(encoding="utf-8")


@every_clip
def test_array_is_what_the_manifest_says(clip):
    joints = load(clip)
    assert joints.dtype == np.float32
    assert joints.shape == (clip["frames"], 22, 3)
    assert np.isfinite(joints).all()
    assert clip["seconds"] == len(joints) / MANIFEST["fps"]
    if clip["cycles"] > 1:
        assert clip["seconds"] >= 4.0


@every_clip
def test_starts_on_the_floor_over_the_origin_facing_z(clip):
    joints = load(clip)
    assert joints[..., 1].min() == pytest.approx(0.0, abs=1e-6)
    assert joints[0, 0, [0, 2]] == pytest.approx([0.0, 0.0], abs=1e-6)
    left = between(joints[0], "right_hip", "left_hip")
    left = left + between(joints[0], "right_shoulder", "left_shoulder")
    assert left[0] > 0
    # Rounding to a hundredth of a millimetre turns a body by less than a ten-thousandth.
    assert abs(left[2]) < 1e-4 * left[0]


@every_clip
def test_feet_come_down_to_the_floor(clip):
    lowest = load(clip)[..., 1].min(axis=1)
    assert np.quantile(lowest, 0.25) < 0.03


@every_clip
def test_bones_keep_their_lengths_and_proportions_are_human(clip):
    joints = load(clip)
    lengths = np.linalg.norm(joints[:, 1:] - joints[:, PARENTS[1:]], axis=-1)  # (T, 21)
    assert np.ptp(lengths, axis=0).max() < 1e-4
    length = dict(zip(list(JOINT)[1:], lengths[0], strict=True))
    legs = length["left_knee"] + length["left_ankle"]
    trunk = sum(length[name] for name in ("spine1", "spine2", "spine3", "neck", "head"))
    assert 0.75 < legs < 0.95
    assert 0.45 < trunk < 0.70
    assert 0.10 < length["left_foot"] < 0.20
    for name in JOINT:
        if name.startswith("left_"):
            assert length[name] == pytest.approx(length["right" + name[4:]], abs=1e-4)


@every_clip
@pytest.mark.parametrize("side", ["left", "right"])
def test_knees_bend_forward_and_toes_point_ahead(clip, side):
    # With left and right swapped, every knee would bend backward.
    joints = load(clip)
    thigh = between(joints, f"{side}_hip", f"{side}_knee")
    shin = between(joints, f"{side}_knee", f"{side}_ankle")
    foot = between(joints, f"{side}_ankle", f"{side}_foot")
    to_the_left = between(joints, "right_hip", "left_hip")
    hinge = np.cross(thigh, shin)
    bend = np.degrees(np.arctan2(np.linalg.norm(hinge, axis=1), (thigh * shin).sum(axis=1)))
    forward = (hinge * to_the_left).sum(axis=1) > 0
    assert (bend > 25).sum() > 5
    assert forward[bend > 25].all()
    assert ((np.cross(foot, shin) * to_the_left).sum(axis=1) > 0).mean() > 0.95


@every_clip
@pytest.mark.parametrize("part", ["collar", "shoulder"])
def test_left_arm_is_on_the_side_of_the_left_leg(clip, part):
    joints = load(clip)
    hips = between(joints, "right_hip", "left_hip")
    arms = between(joints, f"right_{part}", f"left_{part}")
    cosine = (hips * arms).sum(axis=1)
    cosine /= np.linalg.norm(hips, axis=1) * np.linalg.norm(arms, axis=1)
    assert cosine.min() > math.cos(math.radians(75))


@every_clip
def test_cycles_follow_each_other_smoothly(clip):
    joints = load(clip)
    for seam in seams(clip):
        assert seam_ratio(joints, seam) < 1.4


def test_a_jump_at_a_seam_would_be_noticed():
    looped = [clip for clip in MANIFEST["clips"] if clip["cycles"] > 1]
    assert len(looped) == 10
    for clip in looped:
        seam = seams(clip)[0]
        jumping = load(clip)
        jumping[seam + 1 :] += np.float32([0.0, 0.0, 0.25])
        assert seam_ratio(jumping, seam) > 1.4, clip["name"]


@pytest.mark.parametrize("name", ["walk", "run"])
def test_travelling_cycles_keep_going_straight(name):
    [clip] = [clip for clip in MANIFEST["clips"] if clip["name"] == name]
    path = load(clip)[:, 0]
    speed = path[-1, 2] / clip["seconds"]
    assert speed == pytest.approx({"walk": 1.0, "run": 3.5}[name], rel=0.15)
    assert abs(path[-1, 0]) < 0.15 * path[-1, 2]


@pytest.mark.skipif(
    "PYBULLET_WHEEL" not in os.environ,
    reason="set PYBULLET_WHEEL to the wheel of pybullet 3.2.7 to convert it again",
)
def test_conversion_writes_the_same_files(tmp_path):
    spec = importlib.util.spec_from_file_location("make_clips", ASSETS / "make_clips.py")
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    script.make_clips(Path(os.environ["PYBULLET_WHEEL"]), tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {path.name for path in CLIPS.iterdir()}
    for path in tmp_path.iterdir():
        assert path.read_bytes() == (CLIPS / path.name).read_bytes(), path.name
