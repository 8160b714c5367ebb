"""Contacts and sliding of the feet against the definitions written out from joints alone."""

from dataclasses import replace

import numpy as np
import pytest

from app.payloads.arrays import unpack
from app.stage.feet import VIEWS, payload
from app.workbench.workbench import Workbench
from rvqvae.motion import JOINT_NAMES, features_to_joints, joints_to_features

FEET = ["left_ankle", "left_foot", "right_ankle", "right_foot"]
STILL = 0.002  # square metres a frame: HumanML3D's bound on the squared displacement of a standing foot


def contacts_by_hand(joints):
    """(T - 1, 4): a foot stands while it moves less than the bound to the next frame."""
    stands = np.zeros((len(joints) - 1, 4), bool)
    for at in range(len(joints) - 1):
        for foot, name in enumerate(FEET):
            here, there = joints[at : at + 2, JOINT_NAMES.index(name)]
            stands[at, foot] = sum((there - here) ** 2) < STILL
    return stands


def slide_by_hand(joints, stands, name, fps):
    """Mean horizontal speed in mm/s over the frames in which the foot stands."""
    speeds = []
    for at in np.flatnonzero(stands):
        at = min(at, len(joints) - 2)  # the last frame has no next one
        here, there = joints[at : at + 2, JOINT_NAMES.index(name)]
        speeds.append(1000 * fps * np.hypot(there[0] - here[0], there[2] - here[2]))
    return np.mean(speeds)


@pytest.mark.parametrize("clip", ["walk", "dance_b", "kick"])
def test_contacts_and_slides_are_those_of_the_joints(library, visitor, clip):
    visitor.choose(clip, "first")
    shown, bench = payload(visitor), visitor.workbench
    standing = unpack(shown["standing"]).astype(bool)
    # Frames in which the foot is not within a hair of the bound; features are kept in 32 bits.
    by_hand = contacts_by_hand(bench.encoded.joints)
    assert (standing[:-1] == by_hand).mean() > 0.98
    assert shown["joints"] == FEET
    assert standing.any()
    for foot, name in enumerate(FEET):
        for motion, decoded in (("original", bench.encoded.joints), ("made", bench.decoding.joints)):
            wanted = slide_by_hand(decoded, standing[:, foot], name, 20) if standing[:, foot].any() else None
            assert shown["slide_mm_s"][motion][foot] == pytest.approx(wanted), (name, motion)


def test_b_is_measured_in_the_same_moments(visitor):
    assert payload(visitor)["standing_b"] is None
    first = VIEWS[0].key(visitor)
    visitor.workbench = visitor.workbench.pin().with_layers((True, *[False] * 5))
    second, shown = VIEWS[0].key(visitor), payload(visitor)
    assert first != second
    pinned, standing = visitor.workbench.compared.decoding, unpack(shown["standing"]).astype(bool)
    np.testing.assert_array_equal(unpack(shown["standing_b"]), pinned.features[:, 259:] > 0.5)
    for foot, name in enumerate(FEET):
        wanted = (
            slide_by_hand(pinned.joints, standing[:, foot], name, 20) if standing[:, foot].any() else None
        )
        assert shown["slide_mm_s"]["b"][foot] == pytest.approx(wanted)


def test_a_body_that_glides_slides_at_the_speed_it_glides(library, visitor):
    pose = features_to_joints(library.clip("walk").features)[0]
    joints = np.repeat(pose[None], 61, axis=0)
    joints[:, :, 2] += 0.5 / 20 * np.arange(61)[:, None]  # half a metre a second, forwards
    features = joints_to_features(joints)
    assert contacts_by_hand(joints).all()
    clip = replace(library.clip("walk"), key="glide", features=features.astype(np.float32))
    visitor.workbench = Workbench.of(library.encoded(clip, "first"))
    shown = payload(visitor)
    assert unpack(shown["standing"]).all()
    assert shown["slide_mm_s"]["original"] == pytest.approx([500] * 4, rel=1e-3)


def test_a_body_that_runs_on_air_never_stands(library, visitor):
    pose = features_to_joints(library.clip("walk").features)[0]
    joints = np.repeat(pose[None], 61, axis=0)
    joints[:, :, 2] += 2 / 20 * np.arange(61)[:, None]  # two metres a second
    clip = replace(library.clip("walk"), key="air", features=joints_to_features(joints).astype(np.float32))
    visitor.workbench = Workbench.of(library.encoded(clip, "first"))
    shown = payload(visitor)
    assert not unpack(shown["standing"]).any()
    assert shown["slide_mm_s"] == {"original": [None] * 4, "made": [None] * 4}


def test_agreement_is_the_share_of_equal_contacts(visitor):
    shown = payload(visitor)
    standing, made = unpack(shown["standing"]), unpack(shown["standing_made"])
    assert shown["agreement"] == pytest.approx(np.mean(standing == made))
