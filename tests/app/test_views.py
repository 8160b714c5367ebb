import json

import numpy as np
import pytest

from app.views import VIEWS
from app.views.arrays import pack, pack_joints, unpack
from app.views.checkpoint import code_order


@pytest.fixture
def views(session):
    return session.changed_views()


def test_payloads_are_json_without_nan(views):
    json.dumps(views, allow_nan=False)


def test_views_are_named_once():
    assert len({view.name for view in VIEWS}) == len(VIEWS)


def test_pack_keeps_values_within_half_a_unit():
    values = np.array([[-1.234, 0.0], [2.5, 3.2767]])
    assert np.abs(unpack(pack(values, "i16", 1e-4)) - values).max() <= 0.5e-4 + 1e-12
    assert unpack(pack(np.array([9.0]), "u8", 0.01))[0] == pytest.approx(2.55)  # clipped, not wrapped


@pytest.mark.parametrize("reach", [0.5, 3.0, 30.0])
def test_joints_keep_half_a_millimetre(rng, reach):
    joints = rng.uniform(-reach, reach, (7, 22, 3))
    assert np.abs(unpack(pack_joints(joints)) - joints).max() < 5e-4


def test_joints_keep_half_a_millimetre_however_far_the_body_walks(rng):
    joints = rng.uniform(-1, 1, (500, 22, 3))
    joints[:, :, 2] += np.linspace(0, 900, 500)[:, None]
    packed = pack_joints(joints)
    assert np.abs(unpack(packed) - joints).max() < 5e-4
    json.dumps(packed)
    assert pack_joints(joints[:0])["shape"] == [0, 22, 3]


def test_reconstruction_carries_the_workbenchs_numbers(session, views):
    made, bench = views["reconstruction"], session.workbench
    assert made["mean_error"] == bench.errors.mean()
    np.testing.assert_allclose(made["joint_mm"], bench.errors.mean(axis=0))
    np.testing.assert_allclose(unpack(made["errors"]), bench.errors, atol=0.051)
    np.testing.assert_allclose(unpack(made["joints"]), bench.decoding.joints, atol=5e-4)


def test_tokens_are_the_encoders(session, views):
    np.testing.assert_array_equal(unpack(views["tokens"]["codes"]), session.workbench.take.tokens)
    assert views["tokens"]["bits_per_second"] == 6 * 6 * 5


def test_code_order_follows_the_main_axis(rng):
    line = np.linspace(-1, 1, 40)
    shuffled = rng.permutation(40)
    codebook = np.outer(line[shuffled], [3.0, 1.0, 0.0]) + rng.normal(0, 1e-4, (40, 3))
    order = code_order(codebook)
    assert sorted(order) == list(range(40))
    assert np.array_equal(order, shuffled) or np.array_equal(order, 39 - shuffled)


def test_an_edit_sends_at_most_80_kilobytes_for_196_frames(session):
    session.page_shows_opening()
    answer = session.answer(
        {"letter": 1, "commands": [{"name": "set_layers", "layers": [True] * 5 + [False]}]}
    )
    frames = session.workbench.take.frames
    assert len(json.dumps(answer)) * 196 / frames <= 80_000
