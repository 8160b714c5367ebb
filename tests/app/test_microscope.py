"""The microscope's payload against the library."""

import numpy as np
import pytest

from app.payloads.arrays import unpack
from app.workbench.edits import SetCode
from app.workbench.region import Region
from rvqvae.statistics import choice_plane, dissect, walk_plane
from tests.app.page import send


@pytest.fixture
def view(connection):
    """Ask for commands; what the microscope then shows."""

    def see(*commands):
        return send(connection, *commands)["views"].get("microscope")

    connection.visitor.open_panels.add("microscope")
    return see


def magnify(step):
    return {"name": "magnify", "step": step}


def test_figures_and_vectors_are_the_librarys(visitor, view):
    shown, bench = view(magnify(7)), visitor.workbench
    cut = dissect(bench.encoded.checkpoint, bench.encoded.latent[:, 7].numpy(), bench.tokens[:, 7])
    assert shown["step"] == 7
    assert shown["frames"] == [28, 31]
    assert shown["energies"] == cut.energies.tolist()
    assert shown["identity_error"] == cut.identity_error < 1e-4
    assert [choice["code"] for choice in shown["choices"]] == bench.tokens[:, 7].tolist()
    for choice, expected in zip(shown["choices"], cut.choices, strict=True):
        assert choice["distance"] == expected.distance
        assert choice["runners_up"] == [{"code": c.code, "distance": c.distance} for c in expected.runners_up]
    np.testing.assert_allclose(
        unpack(shown["codes"]).sum(0) + unpack(shown["residuals"])[-1], cut.latent, atol=1e-4
    )
    planes = [walk_plane(cut), *(choice_plane(cut, v) for v in range(6))]
    for shown_plane, plane in zip(shown["planes"], planes, strict=True):
        np.testing.assert_allclose(shown_plane["sums"], plane.project(cut.partial_sums))
        np.testing.assert_allclose(shown_plane["latent"], plane.project(cut.latent))


def test_a_dropped_token_takes_nothing_away(visitor, view):
    view(magnify(4))
    visitor.workbench = visitor.workbench.edit(SetCode(Region(1, 1, 4, 4), False, -1))
    shown = view()
    assert (shown["choices"][1]["code"], shown["choices"][1]["distance"]) == (-1, None)
    assert shown["choices"][1]["original"] == visitor.workbench.encoded.tokens[1, 4]
    assert shown["energies"][1] == shown["energies"][2]
    assert not unpack(shown["codes"])[1].any()


def test_layers_that_are_off_are_said_to_be(view):
    shown = view({"name": "set_layers", "layers": [True, False, True, True, True, True]})
    assert [choice["on"] for choice in shown["choices"]] == [True, False, True, True, True, True]


def test_it_is_sent_again_only_where_its_step_or_tokens_change(view):
    assert view(magnify(3)) is not None
    assert view(magnify(3)) is None
    assert view({"name": "set_alignment", "alignment": "local"}) is None


def test_a_shorter_clip_shows_its_last_step(visitor, view):
    view(magnify(visitor.workbench.tokens.shape[1] - 1))
    shown = view({"name": "choose_clip", "clip": "jump"})
    assert shown["step"] <= visitor.workbench.tokens.shape[1] - 1


def test_a_step_that_does_not_exist_is_one_sentence(visitor, connection):
    last = visitor.workbench.tokens.shape[1] - 1
    notice = send(connection, magnify(last + 1))["notice"]
    assert notice == f"There is no step {last + 1}; this clip has steps 0 to {last}."
