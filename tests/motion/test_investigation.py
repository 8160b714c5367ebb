"""Features of unknown layout: what the data bear out is found, what they do not is not, JSON overrides it."""

import json

import numpy as np
import pytest

from rvqvae.motion.description import DescriptionError, described, read_description, to_value
from rvqvae.motion.form import Blocks, features_of
from rvqvae.motion.investigation import investigate
from rvqvae.motion.layouts import LAYOUTS
from rvqvae.motion.skeleton import SMPLH_BODY
from rvqvae.motion.spanning import spanning_tree
from tests.motion.test_layouts import body_of
from tests.support.clips import smooth
from tests.support.signer import JOINTS, signing_body


@pytest.fixture(scope="module")
def signer():
    return signing_body(np.random.default_rng(3))


def bones(skeleton):
    return {frozenset(pair) for pair in enumerate(skeleton.parents) if pair[1] >= 0}


def test_668_features_are_found_to_be_55_joints(signer):
    features, skeleton, joints = signer
    finding = investigate(features, 30.0)
    assert finding is not None
    layout, blocks = finding.layout, finding.layout.blocks
    assert (len(layout.skeleton), blocks.rooted, list(blocks.parts)[1:]) == (
        JOINTS, True, ["positions", "rotations", "velocities", "contacts"],
    )  # fmt: skip
    assert layout.unit == 1.0
    of_unit, of_root = "lengths in metres", "the root among the joints"
    for said in ("55 joints", "contacts binary", "rotations orthonormal", of_unit, of_root):
        assert said in finding.words
    assert len(bones(layout.skeleton) & bones(skeleton)) > 0.7 * (JOINTS - 1)
    back = layout.to_joints(features.astype(np.float64))
    apart = np.linalg.norm(np.diff(back, axis=1), axis=-1) - np.linalg.norm(
        np.diff(joints[:-1], axis=1), axis=-1
    )
    assert np.abs(apart).max() < 1e-5


@pytest.mark.parametrize("name", ["humanml3d", "kit-ml", "humanml3d-52"])
@pytest.mark.parametrize("kept", [("rotations", "velocities"), ("velocities",), ()])
def test_published_bodies_are_recognised_without_some_of_their_blocks(name, kept, rng):
    layout = LAYOUTS[name]
    count, contacts = len(layout.skeleton), 4 if kept else 0
    parts = ["root", "positions", *kept, *(["contacts"] if contacts else [])]
    blocks = Blocks.of(count, contacts, order=parts)
    features = features_of(
        body_of(layout, rng) / layout.unit, layout.skeleton, blocks, layout.contact_squared_speed
    )
    finding = investigate(features, layout.fps)
    assert finding is not None
    assert finding.layout.skeleton.names == layout.skeleton.names
    assert finding.layout.unit == layout.unit


@pytest.mark.parametrize("width", [668, 263, 157, 100])
def test_what_the_data_do_not_bear_out_stays_channels(width, signer):
    assert investigate(smooth(90, width), 30.0) is None
    if width == 668:
        features = signer[0].copy()
        assert investigate(features[:, ::-1], 30.0) is None
        features[:, 4:169] += np.random.default_rng(0).normal(scale=0.1, size=(len(features), 165))
        assert investigate(features, 30.0) is None


def test_a_description_overrides_what_was_found_and_comes_back_from_json(signer, tmp_path):
    features, skeleton, _ = signer
    finding = investigate(features, 30.0)
    given = {"names": list(skeleton.names), "parents": list(skeleton.parents), "unit": 0.01}
    (tmp_path / "layout.json").write_text(json.dumps(given))
    layout = described(read_description(tmp_path / "layout.json"), finding)
    assert layout.skeleton.parents == skeleton.parents
    assert layout.skeleton.names[20] == "left_wrist"
    assert layout.skeleton.groups["left hand"] == tuple(range(22, 37))
    assert layout.skeleton.facing == SMPLH_BODY.facing
    assert layout.unit == 0.01
    again = described(json.loads(json.dumps(to_value(layout))))
    assert to_value(again) == to_value(layout)
    np.testing.assert_array_equal(again.to_joints(features), layout.to_joints(features))
    remade = again.from_joints(again.to_joints(features.astype(np.float64)))
    np.testing.assert_allclose(
        remade[:, again.blocks.velocities], features[:-1, again.blocks.velocities], atol=0.02
    )


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"parents": [-1, 2, 1, *[0] * 52]}, "circle"),
        ({"parents": [-1] * 55}, "for 54 others a joint"),
        ({"names": ["x"] * 55}, "two joints have one name"),
        ({"names": ["a" * 1000] * 55}, "up to 60 characters"),
        ({"joints": 10**6, "names": [], "parents": []}, "expected 1 to 200"),
        ({"joints": float("nan")}, "wrong kind"),
        ({"rest": [[float("nan")] * 3] * 55}, "finite"),
        ({"unit": float("inf")}, "the unit inf"),
        ({"groups": {"hand": [99]}}, "the joint '99'"),
        ({"contacts": [[]]}, "wrong kind"),
        ({"parts": ["root", "soul"]}, "parts are root, soul"),
        ({"<b>": 1}, "found the key '<b>'"),
        ([], "found a list"),
    ],
)
def test_hostile_descriptions_get_one_sentence(given, said, signer):
    finding = investigate(signer[0], 30.0)
    with pytest.raises(DescriptionError, match=said) as caught:
        described(given, finding)
    assert len(str(caught.value).splitlines()) == 1
    assert len(str(caught.value)) < 300


def test_joints_in_one_place_hang_from_each_other(signer):
    joints = signer[2]
    assert spanning_tree(np.concatenate([joints, joints[:, -1:]], axis=1))[-1] == joints.shape[1] - 1
