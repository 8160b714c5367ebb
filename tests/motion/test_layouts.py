"""What is known of each layout agrees with itself, and joints come back from the features made of them."""

import numpy as np
import pytest
import torch
from scipy.spatial.transform import Rotation

from rvqvae.motion import LAYOUTS, features_to_joints, joints_to_features, resample, to_humanml_skeleton
from rvqvae.motion.anatomy import close_ups, limbs
from tests.support.paths import CLIPS

EVERY = pytest.mark.parametrize("name", ["humanml3d", "kit-ml", "humanml3d-52", "humantomato"])


def body_of(layout, rng):
    """Joints (T, J, 3) in metres of a walk on a layout's skeleton, at its frame rate."""
    walk = resample(to_humanml_skeleton(np.load(CLIPS / "walk.npy")), 20, layout.fps)
    names = {
        "spine_1": "spine1",
        "spine_2": "spine3",
        "left_midfoot": "left_foot",
        "right_midfoot": "right_foot",
    }
    known = LAYOUTS["humanml3d"].skeleton.index
    skeleton, joints = layout.skeleton, []
    for joint, parent in enumerate(skeleton.parents):
        ours = names.get(skeleton.names[joint], skeleton.names[joint])
        near = [0.0, -0.02 * ("midfoot" in skeleton.names[joint]), 0.0]
        joints.append(
            walk[:, known[ours]] + near if ours in known else joints[parent] + rng.normal(0, 0.02, 3)
        )
    return np.stack(joints, axis=1)


@pytest.mark.parametrize("name", LAYOUTS)
def test_facts_of_a_skeleton_agree(name):
    layout = LAYOUTS[name]
    skeleton = layout.skeleton
    joints = range(len(skeleton))
    assert layout.name == name
    widths = {
        "humanml3d": 263,
        "kit-ml": 251,
        "humanml3d-52": 623,
        "motionstreamer-272": 272,
        "humantomato": 313,
        "snapmogen": 296,
        "snapmogen-148": 148,
    }
    assert layout.width == widths[name]
    assert len(skeleton) == len(set(skeleton.names)) == len(skeleton.rest)
    assert sorted(joint for limb in limbs(skeleton).values() for joint in limb) == list(range(len(skeleton)))
    assert {"left hand", "right hand", "head"} == set(close_ups(skeleton))
    assert skeleton.parents[0] == -1
    assert all(0 <= skeleton.parents[joint] < len(skeleton) for joint in joints[1:])
    assert sorted(j for group in skeleton.groups.values() for j in group) == list(joints)
    assert sorted(j for chain in skeleton.chains for j in chain[1:]) == list(joints)[1:]
    for joint in joints:
        other = skeleton.mirrored[joint]
        assert skeleton.mirrored[other] == joint
        assert {skeleton.sides[joint], skeleton.sides[other]} in ({""}, {"left", "right"})
        across = [-1, 1, 1] if joint != other else [1, 1, 1]
        assert tuple(np.multiply(skeleton.rest[joint], across)) == skeleton.rest[other]


@EVERY
def test_joints_come_back(name, rng):
    layout = LAYOUTS[name]
    joints = body_of(layout, rng)
    features = layout.from_joints(joints)
    assert features.shape == (len(joints) - 1, layout.width)
    assert features.dtype == np.float32
    contacts = features[:, layout.blocks.contacts]
    assert set(np.unique(contacts)) <= {0.0, 1.0}
    columns = features[:, layout.blocks.rotations].reshape(len(features), -1, 2, 3).astype(np.float64)
    np.testing.assert_allclose(
        np.einsum("tjax,tjbx->tjab", columns, columns), np.eye(2) + 0 * columns[..., :2], atol=1e-5
    )
    back = layout.to_joints(features.astype(np.float64))
    lengths = [
        np.linalg.norm(j[:, 1:] - j[:, skeleton_parents(layout)], axis=-1) for j in (back, joints[:-1])
    ]
    np.testing.assert_allclose(*lengths, atol=1e-5)
    np.testing.assert_allclose(back[..., 1], joints[:-1, :, 1], atol=1e-5)
    np.testing.assert_allclose(layout.to_joints(torch.from_numpy(features)).numpy(), back, atol=1e-4)
    np.testing.assert_allclose(layout.to_joints(np.stack([features, features]))[1], back, atol=1e-4)


def skeleton_parents(layout):
    return list(layout.skeleton.parents[1:])


def test_kit_ml_is_in_millimetres(rng):
    layout = LAYOUTS["kit-ml"]
    joints = body_of(layout, rng)
    features = layout.from_joints(joints)
    np.testing.assert_allclose(features[:, 3], 1000 * joints[:-1, 0, 1], rtol=1e-5)
    heel = np.linalg.norm(np.diff(1000 * joints[:, 19], axis=0), axis=-1) ** 2 < layout.contact_squared_speed
    np.testing.assert_array_equal(features[:, layout.blocks.contacts][:, 0], heel)


def test_the_body_of_52_joints_has_humanml3ds_features(rng):
    layout = LAYOUTS["humanml3d-52"]
    joints = body_of(layout, rng)
    full, body = layout.from_joints(joints), joints_to_features(joints[:, :22])
    for name in ("root", "positions", "rotations", "velocities", "contacts"):
        ours, theirs = (getattr(LAYOUTS[n].blocks, name) for n in ("humanml3d", "humanml3d-52"))
        np.testing.assert_array_equal(full[:, theirs][:, : ours.stop - ours.start], body[:, ours])
    np.testing.assert_array_equal(layout.to_joints(full)[:, :22], features_to_joints(body))


def test_humantomato_is_the_form_of_52_joints_without_rotations_and_contacts(rng):
    layout, whole = LAYOUTS["humantomato"], LAYOUTS["humanml3d-52"]
    joints = body_of(layout, rng)
    kept = [*range(4 + 51 * 3), *range(4 + 51 * 9, 4 + 51 * 9 + 52 * 3)]
    np.testing.assert_array_equal(layout.from_joints(joints), whole.from_joints(joints)[:, kept])


def turned_bodies(rng, frames=40):
    """Joints (T, 24, 3) in centimetres along a curve on SnapMoGen's bones, and their 148 features, both from
    matrices alone."""
    skeleton, offsets = LAYOUTS["snapmogen"].skeleton, np.array(LAYOUTS["snapmogen-148"].offsets)
    time = np.arange(frames)
    heading = 0.05 * time + 0.3 * np.sin(time / 9)
    heading -= heading[0]
    bends = 0.6 * np.sin(time[:, None, None] / 7 + rng.uniform(0, 6, (1, len(skeleton), 3)))
    local = Rotation.from_rotvec(bends.reshape(-1, 3)).as_matrix().reshape(frames, -1, 3, 3)
    root = np.stack([3 * np.sin(time / 10), 50 + np.sin(time), 2.0 * time], axis=-1)
    joints, whole = np.empty((frames, len(skeleton), 3)), local.copy()
    joints[:, 0] = root - root[0] * [1, 0, 1]
    for joint, parent in enumerate(skeleton.parents):
        if joint:
            whole[:, joint] = whole[:, parent] @ local[:, joint]
            joints[:, joint] = joints[:, parent] + whole[:, parent] @ offsets[joint]
    upright = Rotation.from_rotvec(-heading[:, None] * [0, 1, 0]).as_matrix()
    in_heading = upright[:, None] @ whole
    step = np.einsum("tab,tb->ta", upright[1:], np.diff(joints[:, 0], axis=0))
    features = np.zeros((frames, 148))
    features[:-1, 0], features[:-1, 1:3] = -np.diff(heading), step[:, [0, 2]]
    features[:, 3] = root[:, 1]
    features[:, 4:] = np.concatenate([in_heading[..., 0], in_heading[..., 1]], axis=-1).reshape(frames, -1)
    return joints, features


def test_joints_come_back_from_rotations_alone(rng):
    layout = LAYOUTS["snapmogen-148"]
    joints, features = turned_bodies(rng)
    np.testing.assert_allclose(layout.to_joints(features), joints / 100, atol=1e-9)
    tensor = torch.from_numpy(features).requires_grad_()
    layout.to_joints(tensor).square().sum().backward()
    assert torch.isfinite(tensor.grad).all()


def test_joints_of_another_skeleton_are_refused():
    with pytest.raises(ValueError, match=r"expected \(T, 21, 3\)"):
        LAYOUTS["kit-ml"].from_joints(np.zeros((5, 22, 3)))


def waves(width, frames=6):
    return 0.3 * np.sin(np.arange(frames)[:, None] * 0.7 + np.arange(width) * 1.3)


@pytest.mark.parametrize(
    ("name", "scale", "places"),
    # What the recovery published with each gives of the same waves, in its own unit: frame 0, 3 and 5.
    [
        (
            "motionstreamer-272",  # recover_visualize.recover_from_local_position
            1.0,
            {
                (0, 0): (-0.2648, -0.228595, 0.375359),
                (3, 5): (0.822973, 0.285399, 0.561431),
                (5, 21): (0.467232, 0.085605, -0.186489),
            },
        ),
        (
            "snapmogen",  # utils.motion_process_bvh.recover_pos_from_ric
            0.01,
            {
                (0, 0): (-0.207295, -0.26441, 0.065836),
                (3, 5): (0.858065, 0.298474, 0.116329),
                (5, 23): (1.166402, -0.254855, -0.671789),
            },
        ),
        (
            "snapmogen-148",  # utils.motion_process_bvh.recover_pos_from_rot
            0.01,
            {
                (0, 0): (0, -0.20633, 0),
                (3, 5): (-5.34817, -10.546754, -2.244431),
                (5, 23): (0.213146, -30.462088, -2.291552),
            },
        ),
    ],
)
def test_recovery_gives_the_published_numbers(name, scale, places):
    layout = LAYOUTS[name]
    features = waves(layout.width)
    if name == "motionstreamer-272":
        angle, none = features[:, 2].copy(), np.zeros(len(features))
        turned = (np.cos(angle), none, np.sin(angle), none, none + 1, none)
        features[:, 2:8] = np.stack(turned, axis=-1)
    joints = layout.to_joints(features)
    as_near = 2e-5 if layout.offsets else 1e-6  # the bones are kept to the hundredth of a millimetre
    for (frame, joint), place in places.items():
        np.testing.assert_allclose(joints[frame, joint], np.multiply(place, scale), atol=as_near)
    heading = layout.heading(torch.from_numpy(features)).numpy()
    np.testing.assert_allclose(layout.path(features), joints[:, 0], atol=1e-9)
    moved = joints - joints[:, :1]
    cos, sin = np.cos(-heading)[:, None], np.sin(-heading)[:, None]
    x, z = cos * moved[..., 0] + sin * moved[..., 2], cos * moved[..., 2] - sin * moved[..., 0]
    np.testing.assert_allclose(layout.local_joints(features), np.stack([x, moved[..., 1], z], -1), atol=1e-9)
    with pytest.raises(ValueError, match="how each bone is turned about itself"):
        layout.from_joints(joints)
