import json
from pathlib import Path

import numpy as np
import pytest
import safetensors.torch
import torch
from safetensors.torch import save_file

from rvqvae import CheckpointError, load_checkpoint, save_checkpoint
from tests.support.state import assert_same_state, state_of


@pytest.fixture
def folder(tmp_path, tiny_model, rng):
    save_checkpoint(
        tmp_path / "tiny",
        tiny_model,
        mean=rng.normal(size=263).astype(np.float32),
        std=rng.uniform(0.5, 2, size=263).astype(np.float32),
        name="tiny",
        info={"licence": "CC0"},
        usage=np.arange(4 * 16).reshape(4, 16),
    )
    return tmp_path / "tiny"


def test_everything_comes_back(folder, tiny_model):
    checkpoint = load_checkpoint(folder)
    assert (checkpoint.name, checkpoint.layout, checkpoint.fps) == ("tiny", "humanml3d", 20.0)
    assert checkpoint.info == {"licence": "CC0"}
    assert checkpoint.config == tiny_model.config
    np.testing.assert_array_equal(checkpoint.usage, np.arange(64).reshape(4, 16))
    assert not checkpoint.model.training
    saved, loaded = state_of(tiny_model), state_of(checkpoint.model)
    for name in [n for n in saved if n.endswith("embedding_avg")]:
        torch.testing.assert_close(saved.pop(name), loaded.pop(name), atol=1e-3, rtol=1e-3)
    assert_same_state(saved, loaded)
    assert load_checkpoint(folder / "model.safetensors").name == "tiny"


def test_encode_and_decode_take_raw_units(folder, tiny_model, rng):
    checkpoint = load_checkpoint(folder)
    features = rng.normal(size=(22, 263)).astype(np.float32)
    tokens = checkpoint.encode(features)
    assert tokens.shape == (4, 6)
    assert tokens.dtype == np.int64
    motion = torch.from_numpy((features - checkpoint.mean) / checkpoint.std).T[None]
    expected = tiny_model.encode_to_tokens(motion)
    np.testing.assert_array_equal(tokens, torch.cat(expected))
    decoded = checkpoint.decode(tokens, length=22)
    assert decoded.shape == (22, 263)
    assert checkpoint.decode(tokens).shape == (24, 263)
    raw = tiny_model.decode_from_tokens(expected, length=22)[0].T.numpy()
    np.testing.assert_allclose(decoded, raw * checkpoint.std + checkpoint.mean, atol=1e-5)


def test_layers_choose_what_is_decoded(folder, rng):
    checkpoint = load_checkpoint(folder)
    tokens = checkpoint.encode(rng.normal(size=(16, 263)))
    np.testing.assert_array_equal(checkpoint.decode(tokens, range(2)), checkpoint.decode(tokens[:2]))
    dropped = tokens.copy()
    dropped[[0, 2]] = -1
    np.testing.assert_array_equal(checkpoint.decode(tokens, iter([1, 3])), checkpoint.decode(dropped))
    assert (tokens >= 0).all()
    assert np.isfinite(checkpoint.decode(tokens, [])).all()


def test_input_that_does_not_fit_is_refused(folder, rng):
    checkpoint = load_checkpoint(folder)
    with pytest.raises(ValueError, match=r"shape \(16, 251\); tiny expects \(N, 263\)"):
        checkpoint.encode(np.zeros((16, 251)))
    with pytest.raises(ValueError, match="NaN or infinity"):
        checkpoint.encode(np.full((16, 263), np.nan))
    with pytest.raises(ValueError, match="whole numbers"):
        checkpoint.decode(np.zeros((4, 3)))
    with pytest.raises(ValueError, match=r"layers \[4\] do not exist; they run from 0 to 3"):
        checkpoint.decode(np.zeros((4, 3), dtype=int), [0, 4])
    with pytest.raises(ValueError, match="layer 2 holds code 16"):
        checkpoint.decode(np.array([[0], [16], [0], [0]]))


def edit_config(folder, **values):
    path = folder / "config.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **values}))


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"mean": [0.0]}, r"mean has shape \(1,\)"),
        ({"std": [0.0] * 263}, "std above zero"),
        ({"mean": "zero"}, "could not convert"),
        ({"model": {"input_dim": 0}}, "input_dim is 0"),
        ({"model": {"colour": 1}}, "unknown hyperparameters"),
        ({"model": {"hidden_dim": 10**9}}, "hidden_dim is 1000000000; it must be at most 1048576"),
        ({"model": {"hidden_dim": 2**20}}, "encoder.convs.0.weight: found shape"),
        (
            {"model": {"hidden_dim": 17, "latent_dim": 8, "num_embeddings": 16, "num_quantizers": 4}},
            "expected",
        ),
        ({"usage": [[1, 2]]}, r"usage has shape \(1, 2\)"),
        ({"energies": [1.0, 2.0]}, "expected 5 numbers of 0 or more"),
        ({"energies": [1.0, 2.0, 3.0, 4.0, float("nan")]}, "expected 5 numbers of 0 or more"),
        ({"fps": "fast"}, "could not convert"),
        ({"fps": float("nan")}, "fps nan; expected"),
        ({"layout": ["humanml3d"]}, "expected a name"),
        ({"family": "other"}, "found the family 'other'; known are"),
        ({"model": {"num_quantizers": 2**20}}, "num_quantizers 1048576; at most 64 and 1024"),
    ],
)
def test_configurations_that_do_not_fit_are_named(folder, values, sentence):
    edit_config(folder, **values)
    with pytest.raises(CheckpointError, match=sentence):
        load_checkpoint(folder)


def test_missing_entries_and_files_are_named(folder, tmp_path):
    config = json.loads((folder / "config.json").read_text())
    del config["fps"]
    (folder / "config.json").write_text(json.dumps(config))
    with pytest.raises(CheckpointError, match="the entry 'fps' is missing"):
        load_checkpoint(folder)
    (folder / "config.json").write_text("[1]")
    with pytest.raises(CheckpointError, match="found a list; expected a JSON object"):
        load_checkpoint(folder)
    (folder / "config.json").write_bytes(b"\xff{")
    with pytest.raises(CheckpointError, match="not a JSON file"):
        load_checkpoint(folder)
    (folder / "config.json").unlink()
    with pytest.raises(CheckpointError, match=r"found no config\.json"):
        load_checkpoint(folder)
    with pytest.raises(CheckpointError, match=r"found no config\.json"):
        load_checkpoint(tmp_path / "nowhere")


def test_damaged_weights_are_named(folder):
    weights = folder / "model.safetensors"
    whole = weights.read_bytes()
    tensors = safetensors.torch.load(whole)
    weights.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(CheckpointError, match="damaged safetensors file"):
        load_checkpoint(folder)
    name = "decoder.convs.3.bias"
    save_file({k: v for k, v in tensors.items() if k != name}, weights)
    with pytest.raises(CheckpointError, match=f"tensor {name}: found no such tensor; expected shape"):
        load_checkpoint(folder)
    save_file({**tensors, name: torch.full_like(tensors[name], torch.nan)}, weights)
    with pytest.raises(CheckpointError, match=f"tensor {name} holds NaN"):
        load_checkpoint(folder)
    save_file({**tensors, "surplus": torch.zeros(1)}, weights)
    with pytest.raises(CheckpointError, match="surplus"):
        load_checkpoint(folder)


def test_a_pickle_in_place_of_weights_is_never_executed(folder, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    class Bomb:
        def __reduce__(self):
            return (Path.touch, (Path("executed"),))

    torch.save({"model": Bomb()}, folder / "model.safetensors")
    with pytest.raises(CheckpointError, match="damaged safetensors file"):
        load_checkpoint(folder)
    assert not Path("executed").exists()
