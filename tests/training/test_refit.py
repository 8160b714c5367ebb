import json

import pytest
import torch

from rvqvae import load_checkpoint, save_checkpoint
from rvqvae.cli.main import main
from rvqvae.statistics import measure_use
from rvqvae.training.data import merge_moments, read_source, standardization
from rvqvae.training.refit import refit_codebooks
from tests.support.paths import CLIPS
from tests.support.state import assert_same_state, state_of


@pytest.fixture
def sources():
    return [read_source(CLIPS / "run.npy"), read_source(CLIPS / "walk.npy")]


@pytest.fixture
def collapsed(tiny_model, sources, tmp_path):
    """A checkpoint whose codebooks sit far from what its encoder gives."""
    for layer in tiny_model.quantizer.layers:
        layer.embedding.add_(50)
        layer.embedding[:, 0] = 0
        layer.embedding_avg.copy_(layer.embedding * layer.cluster_size)
    mean, std = standardization(merge_moments([source.moments for source in sources]))
    save_checkpoint(tmp_path / "collapsed", tiny_model, mean=mean, std=std, name="collapsed")
    return load_checkpoint(tmp_path / "collapsed", "cpu")


def used(checkpoint, sources):
    return (measure_use(checkpoint, [c for s in sources for c in s.clips])[0] > 0).sum(axis=1).tolist()


def test_codes_are_put_to_use_and_nothing_else_changes(collapsed, sources):
    before = state_of(collapsed.model)
    assert used(collapsed, sources) == [1, 1, 1, 1]
    updates = []
    refit_codebooks(
        collapsed,
        sources,
        dead_code_threshold=0.3,
        steps=600,
        batch_size=32,
        progress=lambda: updates.append(1),
    )
    assert len(updates) == 4 * 600
    assert min(used(collapsed, sources)) >= 14  # of 16
    after = state_of(collapsed.model)
    rest = [name for name in before if not name.startswith("quantizer")]
    assert_same_state({n: before[n] for n in rest}, {n: after[n] for n in rest})
    assert collapsed.config.dead_code_threshold == 0.05
    assert all(layer.config is collapsed.config for layer in collapsed.model.quantizer.layers)


def test_latents_come_in_the_proportion_of_the_weights(collapsed, sources):
    run, walk = sources
    heavy = [run, read_source(CLIPS / "walk.npy", weight=1e-6)]
    refit_codebooks(collapsed, heavy, dead_code_threshold=0.3, steps=600, batch_size=32)
    assert used(collapsed, [run])[0] >= 12
    assert used(collapsed, [walk])[0] < used(collapsed, [run])[0]


def clips_using_each_code(checkpoint, sources):
    """(Q, K) counts of clips."""
    own = [measure_use(checkpoint, [clip])[0] > 0 for source in sources for clip in source.clips]
    return sum(one.astype(int) for one in own)


def test_codes_of_single_clips_are_given_up(collapsed):
    sources = [read_source(CLIPS, mirror=True)]
    spreads = []
    for least_clips in (0, 8):
        torch.manual_seed(0)
        refit_codebooks(
            collapsed, sources, dead_code_threshold=0.1, least_clips=least_clips, steps=300, batch_size=64
        )
        spreads.append(clips_using_each_code(collapsed, sources)[0])
    assert (spreads[0] < 8).sum() > (spreads[1] < 8).sum()
    assert (spreads[1] > 0).all()


def test_layers_that_were_not_asked_for_stay(collapsed, sources):
    before = [layer.embedding.clone() for layer in collapsed.model.quantizer.layers]
    refit_codebooks(collapsed, sources, dead_code_threshold=0.3, layers=[2], steps=20)
    same = [
        torch.equal(layer.embedding, codes)
        for layer, codes in zip(collapsed.model.quantizer.layers, before, strict=True)
    ]
    assert same == [number != 2 for number in range(1, len(before) + 1)]


def test_a_layer_that_there_is_not_is_refused(collapsed, sources):
    with pytest.raises(ValueError, match="there is no layer 9"):
        refit_codebooks(collapsed, sources, dead_code_threshold=0.3, layers=[1, 9])


def test_more_clips_than_there_are_cannot_be_asked_for(collapsed, sources):
    with pytest.raises(ValueError, match="least_clips is 3; the data have 2 clips"):
        refit_codebooks(collapsed, sources, dead_code_threshold=0.1, least_clips=3)


def test_on_the_command_line(collapsed, tmp_path, capsys):
    out = tmp_path / "refitted"
    arguments = ["refit", "--checkpoint", str(tmp_path / "collapsed"), "--out", str(out), "--steps", "40"]
    assert main([*arguments, "--data", str(CLIPS / "run.npy"), "--exclude", "wlak"]) == 2
    assert "found no clip named wlak" in capsys.readouterr().err
    assert main([*arguments, "--data", str(CLIPS / "run.npy")]) == 0
    checkpoint = load_checkpoint(out, "cpu")
    assert (checkpoint.usage > 0).sum(axis=1).min() > 1
    assert checkpoint.info["refitted"]["steps"] == 40
    assert json.loads((out / "config.json").read_text())["name"] == "collapsed"
    assert not torch.equal(
        checkpoint.model.quantizer.layers[0].embedding, collapsed.model.quantizer.layers[0].embedding
    )
