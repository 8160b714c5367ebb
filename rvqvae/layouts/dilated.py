"""MoMask (`model/*.tar` with `opt.txt` and `meta/`) and T2M-GPT (`net_last.pth`).

| tensors | meaning |
|---|---|
| `encoder.model.{0, 2 …}` | Conv1d; per halving `.0` Conv1d, `.1.model.{j}.conv{1, 2}` blocks; Conv1d |
| `quantizer.layers.{v}.codebook` | MoMask: codes (K, d) of layer v |
| `quantizer.codebook`, `quantizer.embedding.weight` | T2M-GPT: codes (K, d) of its only layer |
| `decoder.model.{0, 2 … }` | Conv1d; per doubling `.0.model.{j}` blocks and `.2` Conv1d; two Conv1d |

T2M-GPT puts `vqvae.` before each. Its files and MoMask's keep mean and std as the network saw them: MoMask's
`std.npy` has its feature bias applied already, so it is taken as it is.
"""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch

from rvqvae.archives import ArchiveError, read_npy
from rvqvae.dilated import DilatedConfig, DilatedRVQVAE
from rvqvae.layouts.contents import CheckpointError, Contents
from rvqvae.layouts.statistics import check_statistics
from rvqvae.layouts.tensors import check_shapes, empty_model, fill, numbered, shapes
from rvqvae.motion.representations import layout_of, representation_of

TITLE = (
    "MoMask (encoder.model.*, quantizer.layers.*.codebook, decoder.model.*), "
    "T2M-GPT (the same behind vqvae., quantizer.codebook)"
)
MAX_OPTIONS_BYTES = 1 << 20

_PREFIX = "vqvae."
_ONE_CODEBOOK = ("quantizer.codebook", "quantizer.embedding.weight")


def matches(state: Mapping[str, torch.Tensor]) -> bool:
    """Whether tensors are named as MoMask or T2M-GPT name them."""
    plain = _plain(state)
    return (
        "encoder.model.0.weight" in plain
        and any(key.startswith("decoder.model.") for key in plain)
        and any(key.startswith("quantizer.") for key in plain)
    )


def read_dilated(path: Path, state: dict[str, torch.Tensor], device: torch.device) -> Contents:
    """Build the model of a MoMask or T2M-GPT file.

    Parameters
    ----------
    path : the file, for messages and to find options and statistics near it
    state : its tensors
    device : where the model goes

    Raises
    ------
    CheckpointError
        If tensors or statistics do not fit; the first tensor that differs is named.
    """
    remarks: list[str] = []
    plain = _plain(state)
    layers = list(numbered(plain, "quantizer.layers."))
    name = "MoMask" if layers else "T2M-GPT"
    options = _options(path)
    config = _config(path, plain, options, max(len(layers), 1), remarks)
    names = _names(config, plain)
    try:
        model = empty_model(DilatedRVQVAE, config)
    except ValueError as error:
        raise CheckpointError(f"{path}: {error}") from None
    like = model.state_dict()
    expected = {
        theirs: tuple(reversed(like[ours].shape)) if ours.endswith("embedding") else tuple(like[ours].shape)
        for ours, theirs in names.items()
    }
    check_shapes(path, shapes(plain), expected)
    extra = sorted(set(plain) - set(expected))
    if extra:
        raise CheckpointError(
            f"{path}: found tensors {extra[:3]}, which {name}'s published network does not have (a "
            "normalisation inside its blocks, or another quantizer, is not supported)"
        )

    tensors = {ours: plain[theirs] for ours, theirs in names.items()}
    for v in range(config.num_quantizers):
        prefix = f"quantizer.layers.{v}"
        codes = tensors[f"{prefix}.embedding"].t()
        # These files keep no counts; the averages given here agree with the codes.
        tensors |= {
            f"{prefix}.embedding": codes,
            f"{prefix}.embedding_avg": codes.clone(),
            f"{prefix}.cluster_size": torch.ones(config.num_embeddings),
            f"{prefix}.initialized": torch.tensor(True),
        }
    fill(path, model, tensors, device)
    mean, std, source = _statistics(path, config.input_dim, remarks)
    known = representation_of(config.input_dim)
    fps = known.fps if known else 20.0
    if not known:
        remarks.append(f"features of {config.input_dim} columns have no known frame rate; 20 fps is taken")
    info = {"file": path.name, "file_layout": name, "statistics": source, "remarks": remarks}
    title = options.get("name") or path.stem
    return Contents(model, mean, std, layout_of(config.input_dim), fps, title, info)


def _plain(state: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    return {key.removeprefix(_PREFIX): tensor for key, tensor in state.items()}


def _config(
    path: Path, state: Mapping[str, torch.Tensor], options: Mapping[str, str], layers: int, remarks: list[str]
) -> DilatedConfig:
    stages = [n for n in numbered(state, "encoder.model.") if f"encoder.model.{n}.0.weight" in state]
    ends = [n for n in numbered(state, "decoder.model.") if f"decoder.model.{n}.weight" in state]
    codes = next(
        (state[key] for key in ("quantizer.layers.0.codebook", *_ONE_CODEBOOK) if key in state), None
    )
    first = state["encoder.model.0.weight"]
    if not stages or not ends or codes is None or codes.ndim != 2 or first.ndim != 3:
        raise CheckpointError(
            f"{path}: tensor encoder.model.0.weight, encoder.model.2.0.weight, decoder.model.0.weight or "
            "quantizer.layers.0.codebook: found none of their axes; expected those of MoMask or T2M-GPT"
        )
    if options.get("vq_norm", "None") != "None":
        raise CheckpointError(
            f"{path}: opt.txt says vq_norm {options['vq_norm']}; only networks without it are supported"
        )
    missing = [key for key in ("dilation_growth_rate", "vq_act") if key not in options]
    if missing:
        remarks.append(
            f"no tensor's shape shows {' and '.join(missing)}, and no opt.txt says it; the published values "
            "(growth 3, relu) are taken"
        )
    try:
        return DilatedConfig(
            input_dim=first.shape[1],
            output_dim=state[f"decoder.model.{ends[-1]}.weight"].shape[0],
            latent_dim=codes.shape[1],
            hidden_dim=first.shape[0],
            num_layers=len(stages),
            downsampling_ratio=2 ** len(stages),
            num_quantizers=layers,
            num_embeddings=codes.shape[0],
            depth=max(1, len(list(numbered(state, f"encoder.model.{stages[0]}.1.model.")))),
            dilation_growth_rate=int(options.get("dilation_growth_rate", 3)),
            activation=options.get("vq_act", "relu"),
        )
    except ValueError as error:
        raise CheckpointError(f"{path}: {error}") from None


def _names(config: DilatedConfig, state: Mapping[str, torch.Tensor]) -> dict[str, str]:
    """Published name of each of our tensors."""
    modules = {"encoder.first": "encoder.model.0", "decoder.first": "decoder.model.0"}
    stages, blocks = config.num_layers, range(config.depth)
    for i in range(stages):
        modules[f"encoder.downs.{i}"] = f"encoder.model.{2 + i}.0"
        modules[f"decoder.ups.{i}"] = f"decoder.model.{2 + i}.2"
        for j in blocks:
            for ours, theirs in (("wide", "conv1"), ("point", "conv2")):
                modules[f"encoder.blocks.{i}.{j}.{ours}"] = f"encoder.model.{2 + i}.1.model.{j}.{theirs}"
                modules[f"decoder.blocks.{i}.{j}.{ours}"] = f"decoder.model.{2 + i}.0.model.{j}.{theirs}"
    modules["encoder.last"] = f"encoder.model.{2 + stages}"
    modules["decoder.middle"] = f"decoder.model.{2 + stages}"
    modules["decoder.last"] = f"decoder.model.{4 + stages}"
    names = {f"{o}.{part}": f"{t}.{part}" for o, t in modules.items() for part in ("weight", "bias")}
    only = next((key for key in _ONE_CODEBOOK if key in state), None)
    for v in range(config.num_quantizers):
        names[f"quantizer.layers.{v}.embedding"] = only or f"quantizer.layers.{v}.codebook"
    return names


def _options(path: Path) -> dict[str, str]:
    """What MoMask's `opt.txt` says, one `key: value` a line; empty if there is none."""
    for file in (path.parent.parent / "opt.txt", path.parent / "opt.txt"):
        if file.is_file() and file.stat().st_size <= MAX_OPTIONS_BYTES:
            lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
            pairs = (line.partition(":") for line in lines if ":" in line)
            return {key.strip(): value.strip() for key, _, value in pairs}
    return {}


def _statistics(path: Path, width: int, remarks: list[str]) -> tuple[np.ndarray, np.ndarray, str]:
    """Mean, std, and in words where they were found."""
    folders = (path.parent.parent / "meta", path.parent / "meta", path.parent)
    folder = next((f for f in folders if (f / "mean.npy").is_file() and (f / "std.npy").is_file()), None)
    if folder is None:
        raise CheckpointError(
            f"{path}: found no mean.npy and std.npy in ../meta, meta or beside it; expected those that the "
            "network was trained with, without which its features have no units"
        )
    try:
        mean, std = (np.array(read_npy(folder / f"{part}.npy")) for part in ("mean", "std"))
    except ArchiveError as error:
        raise CheckpointError(f"{folder}: mean.npy or std.npy: {error}") from None
    place = "beside the file" if folder == path.parent else f"in {folder.name}"
    return *check_statistics(folder / "std.npy", mean, std, width, remarks), f"mean.npy and std.npy {place}"
