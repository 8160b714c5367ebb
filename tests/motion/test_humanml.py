import os
from pathlib import Path

import numpy as np
import pytest
import torch

from rvqvae.motion import DegenerateClipError, features_to_joints, joints_to_features, to_humanml_skeleton
from rvqvae.motion.geometry import rotate_about_y
from rvqvae.motion.humanml import (
    CONTACTS,
    POSITIONS,
    ROOT_VELOCITY,
    ROTATIONS,
    VELOCITIES,
    root_heading,
)
from rvqvae.motion.skeleton import JOINT
from tests.support.paths import CLIPS

CHECK_PAIR = os.environ.get("HUMANML3D_CHECK")


def sample(name):
    return to_humanml_skeleton(np.load(CLIPS / f"{name}.npy"))


@pytest.mark.skipif(not CHECK_PAIR, reason="set HUMANML3D_CHECK to the folder of 012314_*.npy")
def test_agrees_with_the_published_pair():
    joints = np.load(Path(CHECK_PAIR) / "012314_joints.npy")
    published = np.load(Path(CHECK_PAIR) / "012314_vecs.npy")
    features = joints_to_features(joints)
    # The published file saw one frame more, which shifts the smoothed heading near the clip's end.
    difference = np.abs(features - published[:-1])
    assert difference.max() < 0.015
    assert difference.mean() < 1e-4
    assert np.abs(features_to_joints(features) - joints[:-1]).max() < 1e-5
    assert np.abs(features_to_joints(published) - joints).max() < 1e-5


@pytest.mark.parametrize("name", ["walk", "cartwheel", "spin", "roll", "getup_faceup"])
def test_features_back_to_joints(name):
    joints = sample(name)
    recovered = features_to_joints(joints_to_features(joints))
    assert recovered.dtype == np.float32
    assert np.abs(recovered - joints[:-1]).max() < 1e-5


def test_features_do_not_depend_on_where_the_clip_starts_or_faces():
    joints = sample("run")
    moved = rotate_about_y(joints, 2.1) + [3.0, 0.0, -2.0]
    np.testing.assert_allclose(joints_to_features(moved), joints_to_features(joints), atol=1e-5)


@pytest.mark.parametrize("step", [0.05, -0.05])
def test_a_heading_that_crosses_the_back_keeps_turning(step):
    standing = sample("walk")[:1]
    turning = np.concatenate([rotate_about_y(standing, step * t) for t in range(400)])
    features = joints_to_features(turning)
    middle = features[100:300, 0]
    np.testing.assert_allclose(middle, -step / 2, rtol=1e-3)
    assert np.abs(features_to_joints(features) - turning[:-1]).max() < 1e-5


def test_a_body_that_slides_forward_has_constant_velocity_and_no_contact():
    standing = sample("walk")[:1]
    sliding = np.concatenate([standing + [0.0, 0.0, 0.06 * t] for t in range(10)])
    features = joints_to_features(sliding)
    np.testing.assert_allclose(features[1:, 0], 0.0, atol=1e-6)
    np.testing.assert_allclose(np.linalg.norm(features[:, ROOT_VELOCITY], axis=1), 0.06, atol=1e-6)
    velocities = features[:, VELOCITIES].reshape(9, 22, 3)
    np.testing.assert_allclose(velocities[0], [[0, 0, 0.06]] * 22, atol=1e-6)
    np.testing.assert_allclose(np.linalg.norm(velocities, axis=-1), 0.06, atol=1e-6)
    assert (features[:, CONTACTS] == 0).all()  # 0.06^2 is above the threshold of 0.002


def test_contact_is_squared_speed_below_the_threshold():
    joints = np.repeat(sample("walk")[:1], 3, axis=0)
    joints[1:, JOINT["left_foot"], 1] += 0.0446
    joints[1:, JOINT["right_foot"], 1] += 0.0448
    contacts = joints_to_features(joints)[:, CONTACTS]
    np.testing.assert_array_equal(contacts, [[1, 1, 1, 0], [1, 1, 1, 1]])


def test_rotations_are_orthonormal_and_point_the_bones():
    features = joints_to_features(sample("cartwheel"))
    columns = features[:, ROTATIONS].reshape(len(features), 21, 2, 3).astype(np.float64)
    np.testing.assert_allclose((columns**2).sum(-1), 1.0, atol=1e-5)
    np.testing.assert_allclose((columns[:, :, 0] * columns[:, :, 1]).sum(-1), 0.0, atol=1e-5)
    # Hip and knee rotation together turn the thigh's rest direction, -y, to where the thigh points. The
    # chain starts at the inverse of the heading, so what comes out is turned by the heading twice.
    third = np.cross(columns[:, :, 0], columns[:, :, 1])
    matrices = np.stack([columns[:, :, 0], columns[:, :, 1], third], axis=-1)
    hip, knee = matrices[:, JOINT["left_hip"] - 1], matrices[:, JOINT["left_knee"] - 1]
    thigh = (hip @ knee) @ [0.0, -1.0, 0.0]
    local = features[:, POSITIONS].reshape(-1, 21, 3)
    bone = local[:, JOINT["left_knee"] - 1] - local[:, JOINT["left_hip"] - 1]
    heading = root_heading(torch.from_numpy(features.astype(np.float64))).numpy()
    expected = rotate_about_y(bone / np.linalg.norm(bone, axis=-1, keepdims=True), 2 * heading)
    np.testing.assert_allclose(thigh, expected, atol=1e-4)


def test_recovery_takes_batches_and_tensors_and_carries_gradients():
    features = joints_to_features(sample("walk"))
    batch = torch.from_numpy(np.stack([features, features[::-1]])).requires_grad_()
    joints = features_to_joints(batch)
    assert joints.shape == (2, len(features), 22, 3)
    np.testing.assert_allclose(joints[0].detach(), features_to_joints(features), atol=1e-4)
    joints[..., -1, :, :].sum().backward()
    assert batch.grad[:, 0, 0].abs().min() > 0


@pytest.mark.parametrize("shape", [(5, 22), (5, 21, 3), (1, 22, 3), (0, 22, 3)])
def test_other_shapes_are_refused(shape):
    with pytest.raises(ValueError, match=r"expected \(T, 22, 3\)"):
        joints_to_features(np.zeros(shape))


def test_a_bone_against_its_rest_direction_is_degenerate():
    joints = np.repeat(sample("walk")[:1], 4, axis=0)
    knee, hip = JOINT["left_knee"], JOINT["left_hip"]
    joints[2, knee] = joints[2, hip] + [0.0, 0.4, 0.0]
    with pytest.raises(DegenerateClipError, match="rest direction"):
        joints_to_features(joints)
