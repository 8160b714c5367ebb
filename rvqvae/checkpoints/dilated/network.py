"""The network that MoMask, T2M-GPT and MotionGPT share.

| tensors | meaning |
|---|---|
| `encoder.model.{0, 2 …}` | Conv1d; per halving `.0` Conv1d, `.1.model.{j}.conv{1, 2}` blocks; Conv1d |
| `decoder.model.{0, 2 … }` | Conv1d; per doubling `.0.model.{j}` blocks and `.2` Conv1d; two Conv1d |
"""

from collections.abc import Collection, Mapping, Sequence

import torch

from rvqvae.checkpoints.checkpoint import Checkpoint
from rvqvae.checkpoints.containers import Shape, TensorFile
from rvqvae.checkpoints.dilated.beside import check, statistics
from rvqvae.checkpoints.errors import CheckpointError
from rvqvae.checkpoints.files import Files
from rvqvae.checkpoints.model_tensors import check_shapes, empty_model, fill, numbered, prefix_before
from rvqvae.errors import shown
from rvqvae.motion.layouts import layout_name, layout_of_width
from rvqvae.nn.dilated import DilatedConfig, DilatedRVQVAE
from rvqvae.nn.model import RVQVAE

_FIRST = "encoder.model.0.weight"
_PARTS = ("encoder.", "quantizer.", "decoder.")
_ONE_CODEBOOK = ("quantizer.codebook", "quantizer.embedding.weight")


def prefix_of(names: Collection[str]) -> str | None:
    """What stands before this network's tensors among others."""
    prefix = prefix_before(names, _FIRST)
    parts = [] if prefix is None else [f"{prefix}decoder.model.", f"{prefix}quantizer."]
    return prefix if parts and all(any(n.startswith(part) for n in names) for part in parts) else None


def only_codebook(tensors: TensorFile) -> list[str]:
    """The name of the codebook of a network that has one."""
    return [name for name in _ONE_CODEBOOK if name in tensors.shapes][:1]


def read(
    files: Files,
    tensors: TensorFile,
    device: torch.device,
    *,
    name: str,
    codebooks: Sequence[str],
    options: Mapping[str, str],
) -> Checkpoint:
    """The checkpoint of a file with this network.

    Parameters
    ----------
    name : of the format
    codebooks : names of the tensors that are codebooks, one a layer
    options : what its files say of the network's hyperparameters

    Raises
    ------
    CheckpointError
        If tensors or statistics do not fit; the first tensor that differs is named.
    """
    check(files)
    path, remarks = files.path, list[str]()
    config = _config(tensors, codebooks, options, remarks)
    try:
        model = empty_model(DilatedRVQVAE, config)
    except ValueError as error:
        raise CheckpointError(path, str(error)) from None
    names = _names(config, codebooks)
    _check_tensors(name, tensors, names, _expected(model, names), remarks)
    fill(path, model, _state(config, tensors, names), device)
    mean, std, source = statistics(files, config.input_dim, remarks)
    known = layout_of_width(config.input_dim)
    fps = known.fps if known else 20.0
    if not known:
        remarks.append(f"features of {config.input_dim} columns have no known frame rate; 20 fps is taken")
    info = {"file": path.name, "file_layout": name, "statistics": source, "remarks": remarks}
    title = options.get("name") or path.stem
    return Checkpoint(model, mean, std, layout_name(config.input_dim), fps, title, info)


def _config(
    tensors: TensorFile, codebooks: Sequence[str], options: Mapping[str, str], remarks: list[str]
) -> DilatedConfig:
    path, found = tensors.path, tensors.shapes
    stages = [n for n in numbered(found, "encoder.model.") if f"encoder.model.{n}.0.weight" in found]
    ends = [n for n in numbered(found, "decoder.model.") if f"decoder.model.{n}.weight" in found]
    codes, first = found.get(codebooks[0] if codebooks else "", ()), found[_FIRST]
    if not stages or not ends or len(codes) != 2 or len(first) != 3:
        raise CheckpointError(
            path,
            "tensor encoder.model.0.weight, encoder.model.2.0.weight, decoder.model.0.weight or "
            "quantizer.layers.0.codebook: found none of their axes; expected those of MoMask or T2M-GPT",
        )
    if options.get("vq_norm", "None") != "None":
        raise CheckpointError(
            path, f"its options say vq_norm {options['vq_norm']}; only networks without it are supported"
        )
    missing = [key for key in ("dilation_growth_rate", "vq_act") if key not in options]
    if missing:
        remarks.append(
            f"no tensor's shape shows {' and '.join(missing)}, and no options beside the file say it; the "
            "published values (growth 3, relu) are taken"
        )
    try:
        return DilatedConfig(
            input_dim=first[1],
            output_dim=(found[f"decoder.model.{ends[-1]}.weight"] or (0,))[0],
            latent_dim=codes[1],
            hidden_dim=first[0],
            num_layers=len(stages),
            downsampling_ratio=2 ** len(stages),
            num_quantizers=len(codebooks),
            num_embeddings=codes[0],
            depth=max(1, len(list(numbered(found, f"encoder.model.{stages[0]}.1.model.")))),
            dilation_growth_rate=int(options.get("dilation_growth_rate", 3)),
            activation=options.get("vq_act", "relu"),
        )
    except ValueError as error:
        raise CheckpointError(path, str(error)) from None


def _names(config: DilatedConfig, codebooks: Sequence[str]) -> dict[str, str]:
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
    return names | {f"quantizer.layers.{v}.embedding": theirs for v, theirs in enumerate(codebooks)}


def _expected(model: RVQVAE, names: Mapping[str, str]) -> dict[str, Shape]:
    """Shape of each published tensor; codes are in rows there, in columns here."""
    like = model.state_dict()
    return {
        theirs: tuple(reversed(like[ours].shape)) if ours.endswith("embedding") else tuple(like[ours].shape)
        for ours, theirs in names.items()
    }


def _check_tensors(
    name: str,
    tensors: TensorFile,
    names: Mapping[str, str],
    expected: Mapping[str, Shape],
    remarks: list[str],
) -> None:
    check_shapes(tensors, expected)
    surplus = sorted(set(tensors.shapes) - set(names.values()))
    extra = [key for key in surplus if key.startswith(_PARTS)]
    if extra:
        raise CheckpointError(
            tensors.path,
            f"found tensors {shown(extra[:3])}, which {name}'s published network does not have (a "
            "normalisation inside its blocks, or another quantizer, is not supported)",
        )
    if surplus:
        remarks.append(f"{len(surplus)} tensors of other models in the file were not read")


def _state(config: DilatedConfig, tensors: TensorFile, names: Mapping[str, str]) -> dict[str, torch.Tensor]:
    state = {ours: tensors.read(theirs) for ours, theirs in names.items()}
    for v in range(config.num_quantizers):
        prefix = f"quantizer.layers.{v}"
        codes = state[f"{prefix}.embedding"].t()
        # These files keep no counts; the averages given here agree with the codes.
        state |= {
            f"{prefix}.embedding": codes,
            f"{prefix}.embedding_avg": codes.clone(),
            f"{prefix}.cluster_size": torch.ones(config.num_embeddings),
            f"{prefix}.initialized": torch.tensor(True),
        }
    return state
