from itertools import pairwise

import numpy as np
import pytest

from rvqvae.motion import JOINT_NAMES, PARENTS, DegenerateClipError, mirror_joints, to_humanml_skeleton
from rvqvae.motion.geometry import forward_directions, rotate_about_y
from rvqvae.motion.skeleton import BONE_LENGTHS, CHAINS
from tests.support.paths import CLIPS


@pytest.fixture
def walk():
    return np.load(CLIPS / "walk.npy").astype(np.float64)


def test_tree_and_names_agree():
    assert len(JOINT_NAMES) == len(PARENTS) == len(BONE_LENGTHS) == 22
    for chain in CHAINS:
        for parent, joint in pairwise(chain):
            assert PARENTS[joint] == parent
    assert sorted(j for chain in CHAINS for j in chain[1:]) == list(range(1, 22))


def test_any_body_comes_to_the_same_skeleton(walk):
    for size in (0.5, 1.0, 1.7):
        joints = to_humanml_skeleton(rotate_about_y(walk * size, 1.0) + [4.0, 1.0, 5.0])
        bones = np.linalg.norm(joints[:, 1:] - joints[:, PARENTS[1:]], axis=-1)
        np.testing.assert_allclose(bones, np.broadcast_to(BONE_LENGTHS[1:], bones.shape), atol=1e-9)
        assert joints[..., 1].min() == pytest.approx(0.0, abs=1e-9)
        np.testing.assert_allclose(joints[0, 0, [0, 2]], 0.0, atol=1e-9)
        np.testing.assert_allclose(forward_directions(joints[:1])[0], [0, 0, 1], atol=1e-9)
        np.testing.assert_allclose(joints, to_humanml_skeleton(walk), atol=1e-6)


def test_bone_directions_are_kept_and_the_path_is_scaled(walk):
    joints = to_humanml_skeleton(walk)
    before, after = (x[:, 1:] - x[:, PARENTS[1:]] for x in (walk, joints))
    before, after = (x / np.linalg.norm(x, axis=-1, keepdims=True) for x in (before, after))
    # All angles between bones are kept, whichever way the body has been turned.
    np.testing.assert_allclose(after @ after.mT, before @ before.mT, atol=1e-6)
    travelled = [np.linalg.norm(x[-1, 0] - x[0, 0]) for x in (walk, joints)]
    legs = [np.linalg.norm(x[0, 5] - x[0, 2]) + np.linalg.norm(x[0, 8] - x[0, 5]) for x in (walk, joints)]
    assert travelled[1] / travelled[0] == pytest.approx(legs[1] / legs[0], rel=0.01)


def test_idempotent(walk):
    once = to_humanml_skeleton(walk)
    np.testing.assert_allclose(to_humanml_skeleton(once), once, atol=1e-9)


def test_mirroring_twice_is_nothing_and_once_swaps_sides(walk):
    joints = to_humanml_skeleton(walk)
    mirrored = mirror_joints(joints)
    np.testing.assert_array_equal(mirror_joints(mirrored), joints)
    left, right = JOINT_NAMES.index("left_wrist"), JOINT_NAMES.index("right_wrist")
    np.testing.assert_array_equal(mirrored[:, left], joints[:, right] * [-1, 1, 1])
    # Still a body whose left is on its left: it faces +z and not -z.
    np.testing.assert_allclose(forward_directions(mirrored[:1])[0], [0, 0, 1], atol=1e-9)


def test_a_body_without_heading_or_bones_is_degenerate(walk):
    upright = walk[:3].copy()
    for left, right in ((1, 2), (16, 17)):
        upright[:, right] = upright[:, left] - [0.0, 0.2, 0.0]
    with pytest.raises(DegenerateClipError, match=r"no heading \(frame 0\)"):
        forward_directions(upright)
    short = walk.copy()
    short[4, 1] = short[4, 0]
    with pytest.raises(DegenerateClipError, match=r"the bone from \w+ to \w+ has no length \(frame 4\)"):
        to_humanml_skeleton(short)
