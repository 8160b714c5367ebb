"""What off means: nothing, or the layer's average code; switches and treatments that undo takes back."""

import numpy as np
import pytest
import torch

from app.errors import StudioError
from app.workbench import sharing
from app.workbench.average import AVERAGE, NOTHING
from app.workbench.edits import SetCode
from app.workbench.region import Region
from app.workbench.shared_state import state_of

FIRST_OFF = (False, True, True, True, True, True)


def by_hand(bench):
    """The sum of codes, with averages where nothing is on, through the model's own decoder."""
    checkpoint, total = bench.encoded.checkpoint, 0.0
    for layer, row in enumerate(bench.tokens):
        book = bench.encoded.codebook(layer).t()
        if checkpoint.usage is not None and checkpoint.usage[layer].sum():
            counts = checkpoint.usage[layer]
        else:
            counts = np.bincount(bench.encoded.tokens[layer], minlength=len(book))
        mean = torch.as_tensor(counts / counts.sum(), dtype=torch.float32) @ book
        codes = torch.as_tensor(row if bench.layers[layer] else np.full_like(row, -1))
        total = total + torch.where((codes >= 0)[:, None], book[codes.clamp_min(0)], mean)
    with torch.no_grad():
        return checkpoint.denormalize(checkpoint.model.decoder(total.t()[None], None)[0])[
            : bench.encoded.frames
        ]


def test_average_codes_stand_in_for_layers_and_tokens(bench):
    dropped = bench.edit(SetCode(Region(1, 2, 2, 3), False, -1)).with_layers(FIRST_OFF, AVERAGE)
    np.testing.assert_allclose(dropped.decoding.features, by_hand(dropped), atol=1e-4)
    assert not np.allclose(
        dropped.decoding.features, dropped.with_layers(FIRST_OFF, NOTHING).decoding.features
    )


def test_with_all_on_both_meanings_are_the_same(bench):
    features = bench.with_layers(bench.layers, AVERAGE).decoding.features
    np.testing.assert_allclose(features, bench.decoding.features, atol=1e-5)


def test_a_part_is_decoded_as_the_whole(bench):
    off = bench.with_layers(FIRST_OFF, AVERAGE)
    off.decoding.features  # noqa: B018
    edited = off.edit(SetCode(Region(1, 1, 2, 2), False, 3))
    whole = bench.encoded.decode(edited.tokens, FIRST_OFF, off=AVERAGE)
    np.testing.assert_allclose(edited.decoding.features, whole, atol=1e-5)


def test_undo_and_redo_switch_layers_and_leave_edits(bench):
    edited = bench.edit(SetCode(Region(0, 0, 2, 2), False, 3))
    switched = edited.switch(FIRST_OFF, AVERAGE)
    assert switched.undo().switches == bench.switches
    assert np.array_equal(switched.undo().tokens, edited.tokens)
    assert switched.undo().redo().switches == switched.switches
    assert np.array_equal(switched.undo().undo().tokens, bench.tokens)
    assert switched.edit(SetCode(Region(1, 1, 2, 2), False, 4)).undo().switches == switched.switches


def test_a_drag_over_layers_is_one_step(bench):
    dragged = bench.switch(FIRST_OFF, NOTHING)
    for count in (2, 3, 4):
        dragged = dragged.switch(tuple(layer < count for layer in range(6)), NOTHING, joined=True)
    assert dragged.undo().layers == bench.layers
    assert len(dragged.past) == 1


def test_the_edit_in_hand_is_treated_the_other_way_in_one_step(bench):
    kept = bench.edit(SetCode(Region(0, 0, 2, 2), False, 3))
    repaired = bench.edit(SetCode(Region(0, 0, 2, 2), True, 3))
    treated = kept.treat(True)
    assert np.array_equal(treated.tokens, repaired.tokens)
    assert treated.version.edits == repaired.version.edits
    assert np.array_equal(treated.undo().tokens, kept.tokens)
    assert np.array_equal(treated.switch(FIRST_OFF, NOTHING).treat(False).tokens, kept.tokens)
    assert bench.treat(True) is bench


def test_links_keep_what_off_means_and_old_ones_open(bench):
    off = bench.with_layers(FIRST_OFF, AVERAGE)
    state = sharing.from_link(sharing.to_link(state_of(off.pin())))
    assert state.off == state.pinned.off == AVERAGE
    text = sharing.to_file(state_of(bench))
    assert '"off"' not in text
    assert sharing.from_file(text.encode()).off == NOTHING
    with pytest.raises(StudioError, match="not made by this page"):
        sharing.from_file(text.replace('"both":0', '"both":0,"off":"zero"').encode())


def test_off_cannot_mean_anything_else(bench):
    with pytest.raises(StudioError, match="choose one of nothing, average"):
        bench.with_layers(FIRST_OFF, "zero")
