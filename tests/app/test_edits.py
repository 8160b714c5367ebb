import json
import tracemalloc

import numpy as np
import pytest

from app.catalog import devices
from app.errors import StudioError
from app.workbench.edit_values import from_value, to_value
from app.workbench.edits import (
    Borrow,
    FillRandom,
    Neighbour,
    Paste,
    Restore,
    Search,
    SetCode,
    Shuffle,
    codes_by_distance,
)
from app.workbench.memory import undo_bytes
from app.workbench.region import Region
from app.workbench.replay import apply, replay
from app.workbench.workbench import Workbench
from rvqvae.evaluation.beam import beam_encode

CELL = Region(1, 1, 5, 5)
BLOCK = Region(0, 2, 3, 8)


@pytest.fixture
def donors(library):
    return lambda clip: library.encoded(library.clip(clip), "first").tokens


def one_of_each(repair=False):
    return [
        SetCode(CELL, repair, 7),
        SetCode(BLOCK, repair, -1),
        Neighbour(CELL, repair, 7, 3),
        Restore(Region(0, 0, 3, 8), repair),
        Paste(Region(2, 3, 10, 12), repair, ((1, 2, 3), (4, 5, 6))),
        Borrow(Region(4, 4, 0, 25), repair, "run"),
        FillRandom(BLOCK, repair, 11),
        Shuffle(Region(0, 5, 0, 20), repair, 12),
        Search(Region(0, 5, 3, 20), repair, 4),
    ]


@pytest.mark.parametrize("edit", one_of_each(), ids=lambda edit: edit.kind)
def test_an_edit_writes_its_block_alone(edit, encoded, donors):
    before = encoded.tokens.copy()
    after = apply(edit, encoded.tokens, encoded, donors)
    outside = np.ones(before.shape, bool)
    outside[edit.region.slices] = False
    np.testing.assert_array_equal(after[outside], before[outside])
    np.testing.assert_array_equal(encoded.tokens, before)
    assert edit.words(encoded)


def test_edits_put_what_they_say(encoded, donors):
    def block(edit, tokens=encoded.tokens):
        return apply(edit, tokens, encoded, donors)[edit.region.slices]

    assert block(SetCode(CELL, False, 7)).item() == 7
    assert (block(SetCode(BLOCK, False, -1)) == -1).all()
    dropped = apply(SetCode(BLOCK, False, -1), encoded.tokens, encoded, donors)
    np.testing.assert_array_equal(block(Restore(BLOCK, False), dropped), encoded.tokens[BLOCK.slices])
    np.testing.assert_array_equal(
        block(Paste(Region(2, 3, 10, 11), False, ((1, 2), (3, 4)))), [[1, 2], [3, 4]]
    )
    np.testing.assert_array_equal(block(Borrow(Region(4, 4, 0, 9), False, "run")), donors("run")[4:5, :10])
    shuffled = block(Shuffle(BLOCK, False, 3))
    columns = sorted(map(tuple, encoded.tokens[BLOCK.slices].T))
    assert sorted(map(tuple, shuffled.T)) == columns


def test_random_codes_follow_the_layers_usage(encoded, donors):
    drawn = apply(FillRandom(Region(0, 5, 0, 25), False, 1), encoded.tokens, encoded, donors)
    unused = encoded.checkpoint.usage == 0
    assert unused.any()
    assert not any(unused[layer, code] for layer, row in enumerate(drawn) for code in row)
    again = apply(FillRandom(Region(0, 5, 0, 25), False, 1), encoded.tokens, encoded, donors)
    np.testing.assert_array_equal(drawn, again)


def test_neighbours_are_ordered_by_distance(encoded):
    order = codes_by_distance(encoded, 2, 9)
    codebook = encoded.codebook(2).numpy()
    distances = np.linalg.norm(codebook[:, order] - codebook[:, 9:10], axis=0)
    assert order[0] == 9
    assert (np.diff(distances) >= -1e-6).all()
    assert sorted(order) == list(range(encoded.num_codes))


def test_keeping_leaves_the_later_layers(encoded, donors):
    after = apply(SetCode(CELL, False, 7), encoded.tokens, encoded, donors)
    np.testing.assert_array_equal(after[2:], encoded.tokens[2:])


def test_repairing_quantizes_the_later_layers_on_what_the_edit_leaves(encoded, donors):
    code = int(codes_by_distance(encoded, 1, int(encoded.tokens[1, 5]))[-1])
    after = apply(SetCode(CELL, True, code), encoded.tokens, encoded, donors)
    left = encoded.latent[:, 5].numpy().copy()
    for layer in range(2):
        left -= encoded.codebook(layer).numpy()[:, after[layer, 5]]
    for layer in range(2, 6):
        codebook = encoded.codebook(layer).numpy()
        nearest = np.linalg.norm(codebook - left[:, None], axis=0).argmin()
        assert after[layer, 5] == nearest
        left -= codebook[:, nearest]
    other_steps = np.delete(after, 5, axis=1)
    np.testing.assert_array_equal(other_steps, np.delete(encoded.tokens, 5, axis=1))


def test_repairing_leaves_dropped_tokens_dropped(encoded, donors):
    dropped = apply(SetCode(Region(3, 3, 5, 5), False, -1), encoded.tokens, encoded, donors)
    assert apply(SetCode(CELL, True, 7), dropped, encoded, donors)[3, 5] == -1


def test_a_beam_is_nowhere_further_from_the_latent(encoded):
    edit = Search(Region(0, 5, 0, encoded.tokens.shape[1] - 1), False, 8)
    found = Workbench.of(encoded).edit(edit).tokens
    expected = beam_encode(encoded.checkpoint, encoded.clip.features, 8)
    np.testing.assert_array_equal(found, expected.tokens)
    assert (expected.squared_errors <= expected.greedy_squared_errors).all()
    assert not np.array_equal(found, encoded.tokens)


@pytest.mark.parametrize("repair", [False, True])
def test_edits_replay_to_the_same_tokens_after_json(encoded, donors, repair):
    bench = Workbench.of(encoded, donors)
    for edit in one_of_each(repair):
        bench = bench.edit(edit)
    values = json.loads(json.dumps([to_value(edit) for edit in bench.version.edits]))
    again = replay([from_value(value) for value in values], encoded, donors).tokens
    np.testing.assert_array_equal(again, bench.tokens)
    assert not np.array_equal(again, encoded.tokens)


@pytest.mark.parametrize(
    ("edit", "sentence"),
    [
        (SetCode(CELL, False, 64), "no code 64; codes run from 0 to 63"),
        (SetCode(CELL, False, -2), "no code -2"),
        (SetCode(Region(0, 6, 0, 0), False, 1), "this clip has layers 1 to 6"),
        (SetCode(Region(0, 0, 0, 99), False, 1), "this clip has steps 0 to 25"),
        (
            Paste(Region(5, 6, 24, 27), False, ((1, 1, 1, 1),) * 2),
            "2 layers by 4 steps does not fit at layer 6",
        ),
        (Paste(CELL, False, ()), "nothing to paste"),
        (Paste(CELL, False, ((99,),)), "no code 99"),
        (Neighbour(CELL, False, -1, 1), "dropped token has no nearest codes"),
        (Borrow(Region(0, 0, 0, 25), False, "nothing"), "no clip named 'nothing'"),
        (Search(Region(0, 4, 0, 25), False, 8), "searches all layers together"),
        (Search(Region(0, 5, 0, 25), False, 1 << 30), "must be 2 to 16"),
    ],
)
def test_an_edit_that_does_not_fit_is_one_sentence(bench, library, edit, sentence):
    from dataclasses import replace

    bench = replace(bench, donors=lambda clip: library.encoded(library.clip(clip), "first").tokens)
    with pytest.raises(StudioError, match=sentence):
        bench.edit(edit)
    assert bench.version.edits == ()


@pytest.mark.parametrize(
    "value", [{}, {"kind": "set"}, {"kind": "boom", "region": [0, 0, 0, 0], "repair": 0}]
)
def test_values_that_are_no_edit_are_refused(value):
    with pytest.raises(StudioError, match="cannot be read"):
        from_value(value)


def test_an_edit_never_runs_the_encoder_and_repairs_later_layers_only(bench, monkeypatch):
    bench.encoded.tokens  # noqa: B018
    model = bench.encoded.checkpoint.model
    chosen = []
    monkeypatch.setattr(devices, "encode", lambda *_: pytest.fail("encoded again"))
    for layer, quantizer in enumerate(model.quantizer.layers):
        original = quantizer.nearest

        def counted(inputs, layer=layer, original=original):
            chosen.append((layer, inputs.shape[0]))
            return original(inputs)

        monkeypatch.setattr(quantizer, "nearest", counted)
    kept = bench.edit(SetCode(CELL, False, 7))
    kept.decoding.features  # noqa: B018
    assert chosen == []
    repaired = bench.edit(SetCode(CELL, True, 7))
    repaired.decoding.features  # noqa: B018
    assert chosen == [(2, 1), (3, 1), (4, 1), (5, 1)]


def test_only_the_part_an_edit_can_reach_is_decoded(bench, monkeypatch):
    bench.decoding.features  # noqa: B018
    decoded = []
    decode = bench.encoded.checkpoint.decode

    def counted(tokens, *args, **kwargs):
        decoded.append(tokens.shape[1])
        return decode(tokens, *args, **kwargs)

    monkeypatch.setattr(type(bench.encoded.checkpoint), "decode", lambda self, *a, **k: counted(*a, **k))
    bench.edit(SetCode(Region(0, 0, 12, 12), False, 7)).decoding.features  # noqa: B018
    assert decoded == [5]


def test_undo_redo_and_reset_lose_nothing(bench):
    first = bench.edit(SetCode(CELL, False, 7))
    second = first.edit(SetCode(BLOCK, False, -1))
    assert second.undo().tokens is first.tokens
    assert second.undo().redo().tokens is second.tokens
    cleared = second.reset()
    np.testing.assert_array_equal(cleared.tokens, bench.encoded.tokens)
    assert cleared.undo().tokens is second.tokens
    assert [len(b.version.edits) for b in (cleared, cleared.undo(), cleared.undo().undo())] == [0, 2, 1]
    with pytest.raises(StudioError, match="nothing to undo"):
        bench.undo()
    with pytest.raises(StudioError, match="nothing to redo"):
        second.redo()


def test_steps_through_neighbours_are_one_edit_and_lead_back(bench):
    code = int(bench.tokens[1, 5])
    stepped = bench.step_code(CELL, 1, False).step_code(CELL, 1, False)
    assert len(stepped.version.edits) == 1
    assert stepped.tokens[1, 5] == codes_by_distance(bench.encoded, 1, code)[2]
    back = stepped.step_code(CELL, -1, False).step_code(CELL, -1, False)
    assert back.tokens[1, 5] == code
    np.testing.assert_array_equal(stepped.undo().tokens, bench.tokens)


def test_pin_keeps_b_as_it_was(bench):
    pinned = bench.pin().edit(SetCode(BLOCK, False, -1))
    assert pinned.compared.decoding is bench.decoding
    assert pinned.compared.words == "0 edits, all layers"
    assert pinned.unpin().compared is None


def test_both_treatments_are_shown_together(bench, encoded, donors):
    code = int(codes_by_distance(encoded, 1, int(encoded.tokens[1, 5]))[-1])
    kept = bench.edit(SetCode(CELL, False, code)).with_both(True)
    repaired = bench.edit(SetCode(CELL, True, code))
    np.testing.assert_array_equal(kept.compared.decoding.tokens, repaired.tokens)
    assert kept.compared.words == "later layers repaired"
    np.testing.assert_allclose(kept.compared.decoding.features, repaired.decoding.features, atol=1e-5)


def test_an_edit_is_held_against_what_was_decoded_already(bench):
    edited = bench.edit(SetCode(CELL, False, 7))
    assert edited.before_last_edit is bench.decoding
    fewer = edited.with_layers((True, True, False, False, False, False))
    np.testing.assert_array_equal(fewer.before_last_edit.tokens, bench.tokens)
    assert fewer.before_last_edit.layers == fewer.layers
    again = edited.undo().redo()
    np.testing.assert_array_equal(again.before_last_edit.tokens, bench.tokens)


def test_a_longer_undo_takes_more_memory_by_its_steps_and_not_by_their_square(bench):
    sizes = []
    for count in (100, 400):
        tracemalloc.start()
        edited = bench
        for at in range(count):
            edited = edited.edit(SetCode(CELL, False, at % 8))
        sizes.append(tracemalloc.get_traced_memory()[0] / count)
        tracemalloc.stop()
        assert [edit.code for edit in edited.version.edits] == [at % 8 for at in range(count)]
        assert len(edited.past) == count
        kept = undo_bytes([edited]) / count
        assert 0.5 < kept / sizes[-1] < 1.5, "what counts as memory is what it takes"
    assert sizes[1] < 1.2 * sizes[0]


def test_what_undo_keeps_is_bounded_whatever_was_done(bench, monkeypatch):
    monkeypatch.setattr("app.workbench.workbench.MOST_STEPS", 5)
    edited = bench.edit(SetCode(Region(0, 0, 0, 0), False, 3))
    for repair in (True, False) * 4:
        edited = edited.treat(repair)
        assert len(edited.past) <= 5
    for _ in range(4):
        edited = edited.reset().edit(SetCode(Region(0, 0, 1, 1), False, 3))
        assert len(edited.past) <= 5
    for _ in range(5):
        edited = edited.undo()
    with pytest.raises(StudioError, match="nothing to undo"):
        edited.undo()


def test_versions_know_which_edits_they_share(bench):
    trunk = bench
    for code in range(3):
        trunk = trunk.edit(SetCode(CELL, False, code))
    one, other = trunk.edit(SetCode(CELL, False, 7)), trunk.edit(SetCode(CELL, False, 8))
    longer = other.edit(SetCode(CELL, False, 9))
    assert one.version.shared_with(longer.version) == longer.version.shared_with(one.version) == 3
    assert longer.version.shared_with(trunk.version) == trunk.version.shared_with(longer.version) == 3
    assert longer.version.shared_with(longer.version) == 5
    assert bench.version.shared_with(one.version) == 0
    assert longer.version.edits_after(3) == longer.version.edits[3:]
    assert longer.version.edits_after(5) == ()
    # The same edits made anew are others: their tokens may be.
    assert bench.with_edits(one.version.edits).version.shared_with(one.version) == 0
    assert longer.undo().version.edits == other.version.edits
    assert longer.undo().version.shared_with(longer.version) >= 3
