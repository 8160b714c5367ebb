"""BatchNorm statistics that are not those of the activations that they normalise."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import torch
from torch import nn

from rvqvae.checkpoints.checkpoint import Checkpoint
from rvqvae.doctor.behaviour import Sample, decode, encode, valid_rows
from rvqvae.doctor.hypotheses.hypothesis import Hypothesis, Kind
from rvqvae.doctor.repairs import changed


def hypotheses(checkpoint: Checkpoint, sample: Sample) -> Iterator[Hypothesis]:
    """Foreign statistics in the encoder, in the decoder, and in each BatchNorm alone."""
    names = [name for name, module in checkpoint.model.named_modules() if isinstance(module, nn.BatchNorm1d)]
    groups = {
        **{part: tuple(n for n in names if n.startswith(f"{part}.")) for part in ("encoder", "decoder")},
        **{name: (name,) for name in names},
    }
    for where, chosen in groups.items():
        if chosen:
            yield Hypothesis(
                "batchnorm_foreign",
                where,
                f"The running statistics of BatchNorm in {where} are not those of these weights.",
                "Restore running_mean and running_var from the training checkpoint, or estimate them by "
                "passing training data through in train mode.",
                partial(estimated, sample=sample, names=chosen),
                Kind.ESTIMATE,
                "statistics taken from the clips",
            )


def estimated(checkpoint: Checkpoint, sample: Sample, names: tuple[str, ...]) -> Checkpoint:
    """A copy in which these BatchNorms have the statistics of what reaches them on the clips.

    Each takes them just before it uses them, since the next one's input depends on that.
    """
    repaired = replace(checkpoint, model=changed(checkpoint.model, lambda model: None))
    handles = [
        repaired.model.get_submodule(name).register_forward_pre_hook(_take_statistics) for name in names
    ]
    try:
        _, tokens = encode(repaired, sample)
        if any(name.startswith("decoder.") for name in names):
            decode(repaired, sample, tokens)
    finally:
        for handle in handles:
            handle.remove()
    return repaired


def _take_statistics(norm: nn.Module, inputs: tuple[torch.Tensor, ...]) -> None:
    norm.running_var, norm.running_mean = torch.var_mean(valid_rows(inputs), dim=0)
