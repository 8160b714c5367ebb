"""The scene opened again by another library: bodies where they were, in the colours of their errors."""

import json
import struct

import numpy as np
import pytest
import trimesh

from rvqvae.evaluation.metrics import joint_errors_mm
from rvqvae.export import write_reconstruction
from rvqvae.export.painter import error_colour
from rvqvae.motion import Clip, features_to_joints, read_clips
from rvqvae.motion.skeleton import HUMANML3D_BODY
from tests.support.paths import CLIPS


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    (clip,) = read_clips(CLIPS / "kick.npy")
    features = clip.features.copy()
    features[:, 4:67] += np.random.default_rng(0).normal(0, 0.03, features[:, 4:67].shape).astype(np.float32)
    path = tmp_path_factory.mktemp("scene") / "kick.glb"
    write_reconstruction(path, clip, features, caption="small, all 6 layers", alignment="local")
    return path, clip, features


def test_another_library_finds_both_bodies_in_the_first_pose(made):
    path, clip, features = made
    scene = trimesh.load(path)
    for name, motion in (("original", clip.features), ("reconstruction", features)):
        expected = features_to_joints(motion[:1])[0]
        for joint, title in enumerate(HUMANML3D_BODY.names):
            matrix, _ = scene.graph.get(f"{name} {title}")
            np.testing.assert_allclose(matrix[:3, 3], expected[joint], atol=1e-5)
            if joint:
                matrix, mesh = scene.graph.get(f"{name} {title} bone")
                ends = trimesh.transform_points([[0, 0, 0], [0, 1, 0]], matrix)
                parent = HUMANML3D_BODY.parents[joint]
                np.testing.assert_allclose(ends, expected[[parent, joint]], atol=1e-5)
                assert scene.geometry[mesh].is_winding_consistent
                assert scene.geometry[mesh].volume > 0  # its faces look outwards


def test_joints_have_the_colours_of_their_errors_and_say_them(made):
    path, clip, features = made
    content = _json(path)
    errors = joint_errors_mm(features, clip.features, "local").mean(axis=0)
    nodes = {node["name"]: node for node in content["nodes"]}
    for joint, title in enumerate(HUMANML3D_BODY.names):
        node = nodes[f"reconstruction {title}"]
        assert node["extras"]["error_mm"] == pytest.approx(errors[joint], abs=1e-3)
        material = content["meshes"][node["mesh"]]["primitives"][0]["material"]
        factor = content["materials"][material]["pbrMetallicRoughness"]["baseColorFactor"]
        share = np.array(factor[:3])
        srgb = np.where(share <= 0.0031308, 12.92 * share, 1.055 * share ** (1 / 2.4) - 0.055)
        assert (255 * srgb).round().tolist() == list(error_colour(float(errors[joint])))
    assert "mm, local, 20 fps" in content["asset"]["extras"]["caption"]


def test_the_animation_is_the_motion(made):
    path, clip, features = made
    content, blob = _json(path), _blob(path)
    wrist = next(i for i, node in enumerate(content["nodes"]) if node["name"] == "reconstruction left_wrist")
    (animation,) = content["animations"]
    (channel,) = [one for one in animation["channels"] if one["target"]["node"] == wrist]
    sampler = animation["samplers"][channel["sampler"]]
    times, moved = (_array(content, blob, sampler[name]) for name in ("input", "output"))
    np.testing.assert_allclose(times[:, 0], np.arange(len(clip.features)) / 20, atol=1e-6)
    joints = features_to_joints(features)[:, HUMANML3D_BODY.index["left_wrist"]]
    np.testing.assert_allclose(moved, joints, atol=1e-5)
    turns = [
        _array(content, blob, animation["samplers"][one["sampler"]]["output"])
        for one in animation["channels"]
        if one["target"]["path"] == "rotation"
    ]
    assert len(turns) == 2 * 21
    for turn in turns:
        np.testing.assert_allclose(np.linalg.norm(turn, axis=1), 1, atol=1e-5)
        assert (np.einsum("nc,nc->n", turn[1:], turn[:-1]) >= 0).all()


def test_features_without_joints_are_refused_in_a_sentence(tmp_path, rng):
    features = rng.normal(size=(9, 668)).astype(np.float32)
    with pytest.raises(ValueError, match="motion-s have no known joints"):
        write_reconstruction(tmp_path / "x.glb", Clip("x", features, 30.0, "motion-s"), features, caption="")


def _chunks(path):
    content, at, found = path.read_bytes(), 12, {}
    while at < len(content):
        length, kind = struct.unpack_from("<I4s", content, at)
        found[kind] = content[at + 8 : at + 8 + length]
        at += 8 + length
    return found


def _json(path):
    return json.loads(_chunks(path)[b"JSON"])


def _blob(path):
    return _chunks(path)[b"BIN\0"]


def _array(content, blob, index):
    accessor = content["accessors"][index]
    view = content["bufferViews"][accessor["bufferView"]]
    columns = {"SCALAR": 1, "VEC3": 3, "VEC4": 4}[accessor["type"]]
    start = view.get("byteOffset", 0)
    return np.frombuffer(blob[start : start + view["byteLength"]], "<f4").reshape(-1, columns)
