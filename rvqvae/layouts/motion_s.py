"""Motion-S checkpoints, `rvq_vae_best.pth`, with `normalization.npz` beside them.

| tensors | meaning |
|---|---|
| `encoder.encoder.{0, 3, 6, 9}` | Conv1d; ReLU follows, then BatchNorm1d `{2, 5, 8, 11}` |
| `rvq.quantizers.{v}.{embedding, cluster_size, embedding_avg}` | codebook (d, K) of layer v, its averages |
| `decoder.decoder.{0, 3, 6, 9}` | ConvTranspose1d, also where the stride is 1; BatchNorm1d `{2, 5, 8}` |

A ConvTranspose1d of stride 1 is the Conv1d with its kernel reversed and its channels exchanged, so these
tensors fit this project's decoder without loss.
"""

from collections.abc import Mapping
from dataclasses import fields
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch

from rvqvae.archives import ArchiveError, list_npz, read_npz
from rvqvae.config import RVQVAEConfig
from rvqvae.layouts.contents import CheckpointError, Contents
from rvqvae.layouts.statistics import check_statistics
from rvqvae.layouts.tensors import Shape, check_shapes, empty_model, fill, numbered, shapes
from rvqvae.model import RVQVAE
from rvqvae.motion.representations import MOTION_S_FPS, layout_of, representation_of

STATISTICS = "normalization.npz"
PUBLISHED_RATIO = 4
TITLE = "Motion-S (encoder.encoder.*, rvq.quantizers.*, decoder.decoder.*)"

_ENCODER, _QUANTIZERS, _DECODER = "encoder.encoder.", "rvq.quantizers.", "decoder.decoder."
_CONV, _NORM = ("weight", "bias"), ("weight", "bias", "running_mean", "running_var")
_AVERAGES = ("cluster_size", "embedding_avg")


def matches(state: Mapping[str, torch.Tensor]) -> bool:
    """Whether tensors are named as Motion-S names them."""
    return all(any(key.startswith(prefix) for key in state) for prefix in (_ENCODER, _QUANTIZERS, _DECODER))


def read_motion_s(
    path: Path, state: dict[str, torch.Tensor], content: Mapping, device: torch.device
) -> Contents:
    """Build the model of a Motion-S file.

    Parameters
    ----------
    path : the file, for messages and to find `normalization.npz` beside it
    state : its tensors
    content : all the file holds; "config" may give hyperparameters, the others are read off the tensors
    device : where the model goes

    Raises
    ------
    CheckpointError
        If tensors or statistics do not fit; the first tensor that differs is named.
    """
    remarks: list[str] = []
    given = content.get("config", content.get("args", {}))
    given = given if isinstance(given, Mapping) else vars(given) if hasattr(given, "__dict__") else {}
    config = _config(path, state, given, remarks)
    try:
        model = empty_model(RVQVAE, config)
    except ValueError as error:
        raise CheckpointError(f"{path}: config: {error}") from None
    expected = _expected_shapes(config)
    check_shapes(path, shapes(state), expected)
    optional = {f"{_QUANTIZERS}{v}.{part}" for v in range(config.num_quantizers) for part in _AVERAGES} | {
        key.rpartition(".")[0] + ".num_batches_tracked" for key in expected if key.endswith("running_var")
    }
    extra = sorted(set(state) - set(expected) - optional)
    if extra:
        raise CheckpointError(
            f"{path}: found tensors {extra[:3]}, which a Motion-S model of {config.num_layers} layers "
            f"and {config.num_quantizers} quantizers does not have; its config does not describe it"
        )

    fill(path, model, _renamed(state, config), device)
    mean, std = _statistics(path, config, remarks)
    known = representation_of(config.input_dim)
    source = STATISTICS if path.with_name(STATISTICS).is_file() else "nowhere: features are not scaled"
    info = {"file": path.name, "file_layout": "Motion-S", "statistics": source, "remarks": remarks}
    fps = known.fps if known else MOTION_S_FPS
    return Contents(model, mean, std, layout_of(config.input_dim), fps, path.stem, info)


def _config(path: Path, state: Mapping, given: Mapping, remarks: list[str]) -> RVQVAEConfig:
    values = _read_off(path, state)
    known = {field.name for field in fields(RVQVAEConfig)}
    values.update({k: v for k, v in given.items() if k in known and v is not None})
    if "downsampling_ratio" not in values:
        values["downsampling_ratio"] = min(PUBLISHED_RATIO, 2 ** values["num_layers"])
        remarks.append(
            f"the file does not say its downsampling_ratio, and no tensor's shape shows it; the published "
            f"{values['downsampling_ratio']} is taken"
        )
    try:
        return RVQVAEConfig.from_dict(values)
    except (TypeError, ValueError) as error:
        raise CheckpointError(f"{path}: config: {error}") from None


def _read_off(path: Path, state: Mapping[str, torch.Tensor]) -> dict[str, int]:
    convs = [n for n in numbered(state, _ENCODER) if _shape(state, f"{_ENCODER}{n}.weight", 3)]
    decoder = [n for n in numbered(state, _DECODER) if _shape(state, f"{_DECODER}{n}.weight", 3)]
    layers = list(numbered(state, _QUANTIZERS))
    codebook = _shape(state, f"{_QUANTIZERS}0.embedding", 2)
    if not convs or not decoder or not codebook:
        raise CheckpointError(
            f"{path}: tensor {_ENCODER}0.weight, {_QUANTIZERS}0.embedding or {_DECODER}0.weight: found no "
            "such tensor of 3, 2 and 3 axes; expected those of a Motion-S model"
        )
    first, last = (_shape(state, f"{_ENCODER}{n}.weight", 3) for n in (convs[0], convs[-1]))
    return {
        "input_dim": first[1],
        "output_dim": _shape(state, f"{_DECODER}{decoder[-1]}.weight", 3)[1],
        "latent_dim": last[0],
        "hidden_dim": first[0],
        "num_layers": len(convs),
        "num_quantizers": len(layers),
        "num_embeddings": codebook[1],
    }


def _shape(state: Mapping[str, torch.Tensor], key: str, axes: int) -> Shape | None:
    return tuple(state[key].shape) if key in state and state[key].ndim == axes else None


def _expected_shapes(config: RVQVAEConfig) -> dict[str, Shape]:
    inner = [config.hidden_dim] * (config.num_layers - 1)
    expected = {}
    widths = [config.input_dim, *inner, config.latent_dim]
    for i, (before, after) in enumerate(pairwise(widths)):
        expected[f"{_ENCODER}{3 * i}.weight"] = (after, before, 3)
        expected[f"{_ENCODER}{3 * i}.bias"] = (after,)
        expected |= {f"{_ENCODER}{3 * i + 2}.{part}": (after,) for part in _NORM}
    for v in range(config.num_quantizers):
        expected[f"{_QUANTIZERS}{v}.embedding"] = (config.latent_dim, config.num_embeddings)
    widths = [config.latent_dim, *inner, config.output_dim]
    for i, (before, after) in enumerate(pairwise(widths)):
        expected[f"{_DECODER}{3 * i}.weight"] = (before, after, 3)
        expected[f"{_DECODER}{3 * i}.bias"] = (after,)
        if i < config.num_layers - 1:
            expected |= {f"{_DECODER}{3 * i + 2}.{part}": (after,) for part in _NORM}
    return expected


def _renamed(state: Mapping[str, torch.Tensor], config: RVQVAEConfig) -> dict[str, torch.Tensor]:
    """The tensors under this project's names, the decoder's stride-1 kernels turned."""
    out = {}

    def copy(source: str, target: str, parts: tuple[str, ...]) -> None:
        out.update({f"{target}.{part}": state[f"{source}.{part}"] for part in parts})

    def copy_norm(source: str, target: str) -> None:
        copy(source, target, _NORM)
        out[f"{target}.num_batches_tracked"] = state.get(
            f"{source}.num_batches_tracked", torch.zeros((), dtype=torch.long)
        ).reshape(())

    for i, stride in enumerate(config.strides):
        copy(f"{_ENCODER}{3 * i}", f"encoder.convs.{i}", _CONV)
        copy_norm(f"{_ENCODER}{3 * i + 2}", f"encoder.norms.{i}")
        copy(f"{_DECODER}{3 * i}", f"decoder.convs.{i}", _CONV)
        if stride == 1:
            weight = out[f"decoder.convs.{i}.weight"]
            out[f"decoder.convs.{i}.weight"] = weight.transpose(0, 1).flip(-1)
        if i < config.num_layers - 1:
            copy_norm(f"{_DECODER}{3 * i + 2}", f"decoder.norms.{i}")
    for v in range(config.num_quantizers):
        source, target = f"{_QUANTIZERS}{v}", f"quantizer.layers.{v}"
        embedding = state[f"{source}.embedding"]
        counts = state.get(f"{source}.cluster_size", torch.ones(config.num_embeddings))
        out[f"{target}.embedding"] = embedding
        out[f"{target}.cluster_size"] = counts.reshape(config.num_embeddings)
        # A file without averages gets those that agree with its codes.
        out[f"{target}.embedding_avg"] = state.get(f"{source}.embedding_avg", embedding * counts)
        out[f"{target}.initialized"] = torch.tensor(True)
    return out


def _statistics(path: Path, config: RVQVAEConfig, remarks: list[str]) -> tuple[np.ndarray, np.ndarray]:
    file = path.with_name(STATISTICS)
    if not file.is_file():
        if representation_of(config.input_dim):
            raise CheckpointError(
                f"{path}: found no {STATISTICS} beside it; expected its mean and std, without which errors "
                "in millimetres would be wrong"
            )
        remarks.append(
            f"no {STATISTICS} lies beside the file: features are taken as already normalised, and errors "
            "are in normalised units"
        )
        return np.zeros(config.input_dim, np.float32), np.ones(config.input_dim, np.float32)
    try:
        arrays = read_npz(file, ("mean", "std"))
    except ArchiveError as error:
        raise CheckpointError(f"{file}: {error}; expected the arrays mean and std") from None
    if len(arrays) < 2:
        raise CheckpointError(f"{file}: found {list_npz(file)}; expected the arrays mean and std")
    return check_statistics(file, arrays["mean"], arrays["std"], config.input_dim, remarks)
