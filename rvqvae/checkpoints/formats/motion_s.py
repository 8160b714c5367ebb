"""Motion-S checkpoints, `rvq_vae_best.pth`, with `normalization.npz` beside them.

| tensors | meaning |
|---|---|
| `encoder.encoder.{0, 3, 6, 9}` | Conv1d; ReLU follows, then BatchNorm1d `{2, 5, 8, 11}` |
| `rvq.quantizers.{v}.{embedding, cluster_size, embedding_avg}` | codebook (d, K) of layer v, its averages |
| `decoder.decoder.{0, 3, 6, 9}` | ConvTranspose1d, also where the stride is 1; BatchNorm1d `{2, 5, 8}` |

A ConvTranspose1d of stride 1 is the Conv1d with its kernel reversed and its channels exchanged, so these
tensors fit this project's decoder without loss.
"""

from collections.abc import Collection, Mapping
from dataclasses import fields
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import torch

from rvqvae.archives import ArchiveError, list_npz, read_npz
from rvqvae.checkpoints.checkpoint import Checkpoint
from rvqvae.checkpoints.containers import Shape, TensorFile
from rvqvae.checkpoints.containers.torch_file import settings_of
from rvqvae.checkpoints.errors import CheckpointError
from rvqvae.checkpoints.files import Files
from rvqvae.checkpoints.formats.format import Format
from rvqvae.checkpoints.model_tensors import (
    check_shapes,
    empty_model,
    fill,
    numbered,
    plain,
    prefix_before,
)
from rvqvae.checkpoints.statistics import check_statistics
from rvqvae.errors import shown
from rvqvae.motion.layouts import MOTION_S_FPS, layout_name, layout_of_width
from rvqvae.nn.config import RVQVAEConfig
from rvqvae.nn.model import RVQVAE

STATISTICS = "normalization.npz"
PUBLISHED_RATIO = 4

_ENCODER, _QUANTIZERS, _DECODER = "encoder.encoder.", "rvq.quantizers.", "decoder.decoder."
_CONV, _NORM = ("weight", "bias"), ("weight", "bias", "running_mean", "running_var")
_PARTS = ("encoder.", "rvq.", "decoder.")
_AVERAGES = ("cluster_size", "embedding_avg")


def _matches(names: Collection[str], files: Files) -> str | None:
    prefix = prefix_before(names, f"{_ENCODER}0.weight")
    parts = [] if prefix is None else [prefix + part for part in (_QUANTIZERS, _DECODER)]
    return prefix if parts and all(any(n.startswith(part) for n in names) for part in parts) else None


def _read(files: Files, tensors: TensorFile, device: torch.device) -> Checkpoint:
    path, remarks = files.path, list[str]()
    given = settings_of(tensors, "config", "args")
    config = _config(tensors, given, remarks)
    try:
        model = empty_model(RVQVAE, config)
    except ValueError as error:
        raise CheckpointError(path, f"config: {error}") from None
    expected = _expected_shapes(config)
    check_shapes(tensors, expected)
    optional = {f"{_QUANTIZERS}{v}.{part}" for v in range(config.num_quantizers) for part in _AVERAGES} | {
        key.rpartition(".")[0] + ".num_batches_tracked" for key in expected if key.endswith("running_var")
    }
    surplus = sorted(set(tensors.shapes) - set(expected) - optional)
    extra = [key for key in surplus if key.startswith(_PARTS)]
    if extra:
        raise CheckpointError(
            path,
            f"found tensors {shown(extra[:3])}, which a Motion-S model of {config.num_layers} layers "
            f"and {config.num_quantizers} quantizers does not have; its config does not describe it",
        )
    if surplus:
        remarks.append(f"{len(surplus)} tensors of other models in the file were not read")
    kept = sorted(optional & set(tensors.shapes))
    tensors.check_size([*expected, *kept])
    state = {key: tensors.read(key) for key in [*expected, *kept]}
    fill(path, model, _renamed(path, state, config), device)
    mean, std, source = _statistics(files, config, remarks)
    known = layout_of_width(config.input_dim)
    info = {"file": path.name, "file_layout": FORMAT.name, "statistics": source, "remarks": remarks}
    fps = known.fps if known else MOTION_S_FPS
    return Checkpoint(model, mean, std, layout_name(config.input_dim), fps, path.stem, info)


def _config(tensors: TensorFile, given: Mapping[str, object], remarks: list[str]) -> RVQVAEConfig:
    known = {field.name for field in fields(RVQVAEConfig)}
    said = {key: value for key, value in given.items() if key in known and value is not None}
    values: dict[str, Any] = _read_off(tensors) | plain(tensors.path, said)
    if "downsampling_ratio" not in values:
        values["downsampling_ratio"] = min(PUBLISHED_RATIO, 2 ** values["num_layers"])
        remarks.append(
            f"the file does not say its downsampling_ratio, and no tensor's shape shows it; the published "
            f"{values['downsampling_ratio']} is taken"
        )
    try:
        return RVQVAEConfig.from_dict(values)
    except (TypeError, ValueError) as error:
        raise CheckpointError(tensors.path, f"config: {error}") from None


def _read_off(tensors: TensorFile) -> dict[str, Any]:
    state = tensors.shapes
    convs = [n for n in numbered(state, _ENCODER) if _shape(state, f"{_ENCODER}{n}.weight", 3)]
    decoder = [n for n in numbered(state, _DECODER) if _shape(state, f"{_DECODER}{n}.weight", 3)]
    layers = list(numbered(state, _QUANTIZERS))
    codebook = _shape(state, f"{_QUANTIZERS}0.embedding", 2)
    if not convs or not decoder or not codebook:
        raise CheckpointError(
            tensors.path,
            f"tensor {_ENCODER}0.weight, {_QUANTIZERS}0.embedding or {_DECODER}0.weight: found no such "
            "tensor of 3, 2 and 3 axes; expected those of a Motion-S model",
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


def _shape(state: Mapping[str, Shape], key: str, axes: int) -> Shape:
    """A tensor's shape; empty if there is none with so many axes."""
    return state[key] if len(state.get(key, ())) == axes else ()


def _expected_shapes(config: RVQVAEConfig) -> dict[str, Shape]:
    inner = [config.hidden_dim] * (config.num_layers - 1)
    output_dim = config.output_dim or config.input_dim
    expected: dict[str, Shape] = {}
    widths = [config.input_dim, *inner, config.latent_dim]
    for i, (before, after) in enumerate(pairwise(widths)):
        expected[f"{_ENCODER}{3 * i}.weight"] = (after, before, 3)
        expected[f"{_ENCODER}{3 * i}.bias"] = (after,)
        expected |= {f"{_ENCODER}{3 * i + 2}.{part}": (after,) for part in _NORM}
    for v in range(config.num_quantizers):
        expected[f"{_QUANTIZERS}{v}.embedding"] = (config.latent_dim, config.num_embeddings)
    widths = [config.latent_dim, *inner, output_dim]
    for i, (before, after) in enumerate(pairwise(widths)):
        expected[f"{_DECODER}{3 * i}.weight"] = (before, after, 3)
        expected[f"{_DECODER}{3 * i}.bias"] = (after,)
        if i < config.num_layers - 1:
            expected |= {f"{_DECODER}{3 * i + 2}.{part}": (after,) for part in _NORM}
    return expected


def _renamed(path: Path, state: Mapping[str, torch.Tensor], config: RVQVAEConfig) -> dict[str, torch.Tensor]:
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
        if counts.numel() != config.num_embeddings:
            raise CheckpointError(path, f"tensor {source}.cluster_size: found shape {tuple(counts.shape)}")
        out[f"{target}.embedding"] = embedding
        out[f"{target}.cluster_size"] = counts = counts.reshape(config.num_embeddings)
        # A file without averages gets those that agree with its codes.
        averages = state.get(f"{source}.embedding_avg", embedding * counts)
        if averages.shape != embedding.shape:
            raise CheckpointError(path, f"tensor {source}.embedding_avg: found shape {tuple(averages.shape)}")
        out[f"{target}.embedding_avg"] = averages
        out[f"{target}.initialized"] = torch.tensor(True)
    return out


def _statistics(files: Files, config: RVQVAEConfig, remarks: list[str]) -> tuple[np.ndarray, np.ndarray, str]:
    """Mean, std, and in words where they were found."""
    found = files.beside(STATISTICS, around=("",))
    if found is None:
        if layout_of_width(config.input_dim):
            raise CheckpointError(
                files.path,
                f"found no {STATISTICS} beside it; expected its mean and std, without which errors in "
                "millimetres would be wrong",
            )
        remarks.append(
            f"no {STATISTICS} lies beside the file: features are taken as already normalised, and errors "
            "are in normalised units"
        )
        nowhere = "nowhere: features are not scaled"
        return np.zeros(config.input_dim, np.float32), np.ones(config.input_dim, np.float32), nowhere
    (file,) = found
    try:
        arrays = read_npz(file, ("mean", "std"))
    except ArchiveError as error:
        raise CheckpointError(file, f"{error}; expected the arrays mean and std") from None
    if len(arrays) < 2:
        raise CheckpointError(file, f"found {shown(list_npz(file))}; expected the arrays mean and std")
    return *check_statistics(file, arrays["mean"], arrays["std"], config.input_dim, remarks), STATISTICS


def _nothing_needed(files: Files) -> None:
    """Features of Motion-S's own width may come without statistics, which only the weights tell."""


FORMAT = Format(
    name="Motion-S",
    tensors="encoder.encoder.*, rvq.quantizers.*, decoder.decoder.*",
    weights=(),
    beside=(STATISTICS,),
    matches=_matches,
    read=_read,
    check=_nothing_needed,
)
