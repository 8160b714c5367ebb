"""Changes to clips: bones keep their lengths, feet stay on the floor, and each change does what it says."""

import numpy as np
import pytest

from rvqvae.motion import DegenerateClipError, iterate_clips, joints_to_features
from rvqvae.motion.geometry import rotate_about_y, to_humanml_skeleton
from rvqvae.motion.humanml import CONTACT_JOINTS
from rvqvae.motion.skeleton import BONE_LENGTHS, JOINT, PARENTS
from rvqvae.training.changes import (
    bend_path,
    chest_frames,
    cross_fade,
    exchange_arm,
    exchange_head,
    facing,
    pelvis_frames,
    scale_amplitude,
    topple,
)
from rvqvae.training.floor import put_on_floor
from tests.support.paths import CLIPS

LEFT_ARM = [JOINT[f"left_{part}"] for part in ("shoulder", "elbow", "wrist")]
MOVED = [joint for joint in range(22) if joint not in (0, 1, 2, 3)]
FRAMES = 30


@pytest.fixture(scope="module")
def clips():
    named = ("walk", "dance_a", "kick", "jump")
    return {
        name: to_humanml_skeleton(joints[:FRAMES]) for name, joints in iterate_clips(CLIPS) if name in named
    }


def bone_lengths(joints):
    return np.linalg.norm(joints[:, 1:] - joints[:, PARENTS[1:]], axis=-1)


def wave(most):
    return most * np.sin(np.linspace(0, 5, FRAMES))


def changed(clips):
    walk, dance, kick = clips["walk"], clips["dance_a"], clips["kick"]
    return {
        "arm": exchange_arm(walk, dance, "left"),
        "head": exchange_head(walk, dance),
        "scale": put_on_floor(scale_amplitude(kick, 1.3), kick),
        "blend": cross_fade(walk, kick, (1 + wave(1)) / 2),
        "bend": bend_path(walk, wave(1)),
        "topple": topple(dance, wave(1.5), wave(0.7)),
    }


def test_bones_keep_their_lengths_and_features_can_be_computed(clips):
    for name, joints in changed(clips).items():
        np.testing.assert_allclose(
            bone_lengths(joints), np.broadcast_to(BONE_LENGTHS[1:], (FRAMES, 21)), atol=1e-9, err_msg=name
        )
        assert np.isfinite(joints_to_features(joints)).all(), name


def test_nothing_sinks_into_the_floor(clips):
    for name in ("scale", "blend", "bend", "topple"):
        assert changed(clips)[name][..., 1].min() > -1e-9, name


def test_an_arm_is_held_to_the_chest_as_it_was(clips):
    walk, dance = clips["walk"], clips["dance_a"]
    mixed = exchange_arm(walk, dance, "left")
    rest = [j for j in range(22) if j not in LEFT_ARM]
    np.testing.assert_allclose(mixed[:, rest], walk[:, rest], atol=1e-9)

    def held(joints):
        arm = joints[:, LEFT_ARM] - joints[:, [JOINT["left_collar"]]]
        return np.einsum("tji,tkj->tki", chest_frames(joints), arm)

    np.testing.assert_allclose(held(mixed), held(dance), atol=1e-9)


def test_a_clip_with_its_own_parts_is_itself(clips):
    walk, still = clips["walk"], np.zeros(FRAMES)
    for same in (
        exchange_arm(walk, walk, "right"),
        exchange_head(walk, walk),
        scale_amplitude(walk, 1.0),
        cross_fade(walk, clips["kick"], still),
        bend_path(walk, still),
        topple(walk, still, still),
        put_on_floor(walk + [1.0, 0.3, 2.0], walk) - [1.0, 0.0, 2.0],
    ):
        np.testing.assert_allclose(same, walk, atol=1e-9)


def test_a_cross_fade_ends_in_the_other_clips_posture(clips):
    walk, kick = clips["walk"], clips["kick"]
    made = cross_fade(walk, kick, np.linspace(0, 1, FRAMES))
    posture = [rotate_about_y(one[-1] - one[-1, 0], -facing(one)[-1]) for one in (made, kick)]
    np.testing.assert_allclose(*posture, atol=1e-9)
    assert made[-1, :, 1].min() == pytest.approx(kick[-1, :, 1].min())


def test_smaller_swings_are_smaller_and_none_stands_still(clips):
    def swing(joints):
        hands = joints[:, JOINT["left_wrist"]] - joints[:, JOINT["pelvis"]]
        return np.abs(rotate_about_y(hands, -facing(joints)) - hands.mean(0)).mean()

    dance = clips["dance_a"]
    assert swing(scale_amplitude(dance, 0.5)) < swing(dance)
    still = scale_amplitude(clips["walk"], 0.0)
    own = np.einsum("tji,tkj->tki", pelvis_frames(still), still - still[:, :1])
    np.testing.assert_allclose(own[:, MOVED], np.broadcast_to(own[0, MOVED], own[:, MOVED].shape), atol=0.01)


def test_a_bent_path_turns_the_body_about_its_standing_foot(clips):
    walk = clips["walk"]
    turn = np.linspace(0, 1.0, FRAMES)
    made = bend_path(walk, turn)
    np.testing.assert_allclose(np.unwrap(facing(made)) - np.unwrap(facing(walk)), turn, atol=1e-9)

    def slide(joints):
        feet = joints[:, CONTACT_JOINTS]
        low = feet[..., 1] < [0.1, 0.03, 0.1, 0.03]
        steps = np.linalg.norm(np.diff(feet[..., [0, 2]], axis=0), axis=-1)
        return steps[low[1:] & low[:-1]].mean()

    about_pelvis = rotate_about_y(walk - walk[:, :1], turn[:, None]) + walk[:, :1]
    assert slide(made) < slide(about_pelvis)
    assert slide(made) < slide(walk) + 0.005


def test_a_toppled_body_lies_as_high_as_it_stood(clips):
    jump = clips["jump"]
    lying = topple(jump, np.full(FRAMES, np.pi / 2), np.zeros(FRAMES))
    np.testing.assert_allclose(lying[..., 1].min(1), jump[..., 1].min(1), atol=1e-9)
    np.testing.assert_allclose(lying[:, 0, [0, 2]], jump[:, 0, [0, 2]], atol=1e-9)
    assert np.ptp(lying[..., 1], axis=1).mean() < 0.6 * np.ptp(jump[..., 1], axis=1).mean()


def test_postures_that_point_against_each_other_are_refused(clips):
    walk = clips["walk"]
    # The arm stretched out the other way.
    bones = walk.copy()
    for joint in LEFT_ARM[1:]:
        bones[:, joint] = bones[:, PARENTS[joint]] - (walk[:, joint] - walk[:, PARENTS[joint]])
    with pytest.raises(DegenerateClipError):
        cross_fade(walk, bones, np.full(FRAMES, 0.5))
