"""Codebooks in another order, of another length, or read in rows.

They are tried on the latents alone: what a residual stack is for is to leave little of them.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np
import torch

from rvqvae.checkpoints.checkpoint import Checkpoint
from rvqvae.doctor.bookkeeping import order_by_counts
from rvqvae.doctor.hypotheses.hypothesis import Hypothesis, Kind
from rvqvae.doctor.repairs import changed, untransposed
from rvqvae.nn.model import RVQVAE
from rvqvae.nn.quantizer import Codebooks

FACTORS = (0.25, 0.5, 2.0, 4.0)
AS_RECORDED = 0.3  # a factor nearer to 1 is none


def hypotheses(checkpoint: Checkpoint) -> Iterator[Hypothesis]:
    """Orders, scales, and codebooks read the other way."""
    codebooks = [layer.embedding for layer in checkpoint.model.quantizer.layers]
    norms = [float(codebook.norm(dim=0).median()) for codebook in codebooks]
    yield from (ordered(order) for order in orders(norms))
    recorded = recorded_lengths(checkpoint)
    for layer, norm in enumerate(norms):
        between = _expected_norm(norms, layer)
        factors = {*FACTORS, *([between / norm] if norm > 0 and between > 0 else [])}
        if recorded is not None and abs(recorded[layer] - 1) < AS_RECORDED:
            factors = set()
        for factor in sorted(factors):
            if abs(factor - 1) > 0.3:
                yield _scaled(layer, factor)
        yield _untransposed(layer)


def recorded_lengths(checkpoint: Checkpoint) -> np.ndarray | None:
    """How long each layer's codes are (Q,), over what their layer took off in training; sound: 0.97 to 1.15.

    The mean of what chose a code is the code, so that its squared length is the energy that it takes off.
    None where the file does not say how often codes were chosen in training, and what layers left.
    """
    if checkpoint.usage is None or checkpoint.energies is None:
        return None
    layers = checkpoint.model.quantizer.layers
    squared = [
        layer.embedding.square().sum(0).cpu().numpy() @ counts / max(counts.sum(), 1)
        for layer, counts in zip(layers, checkpoint.usage, strict=True)
    ]
    taken = -np.diff(checkpoint.energies)
    lengths: np.ndarray = np.sqrt(np.array(squared) / np.maximum(taken, 1e-12))
    return lengths


def orders(norms: Sequence[float]) -> Iterator[tuple[int, ...]]:
    """By falling length, reversed, and two neighbours exchanged: (Q,) which layer comes where, once each."""
    count = len(norms)
    usual = tuple(range(count))
    found = {usual}
    tried = [tuple(sorted(usual, key=lambda layer: -norms[layer])), usual[::-1]]
    for i in range(count - 1):
        tried.append((*usual[:i], i + 1, i, *usual[i + 2 :]))
    for order in tried:
        if order not in found:
            found.add(order)
            yield order


def _expected_norm(norms: Sequence[float], layer: int) -> float:
    """The length between those of the neighbours; 0 where there are none."""
    near = [norms[i] for i in (layer - 1, layer + 1) if 0 <= i < len(norms)]
    return (near[0] * near[-1]) ** 0.5 if near else 0.0


def ordered(order: tuple[int, ...]) -> Hypothesis:
    """That the layers belong in another order: (Q,) which layer comes where, from 0."""
    moved = ", ".join(str(place + 1) for place, layer in enumerate(order) if layer != place)
    listed = ", ".join(str(layer + 1) for layer in order)
    return Hypothesis(
        "layer_order",
        f"codebooks {moved}",
        f"Layers {moved} are out of order: each layer codes what the one before left.",
        f"Put the codebooks into the order {listed}; tokens saved with this order have to be reordered too.",
        lambda checkpoint: _reordered(checkpoint, order),
        Kind.REARRANGEMENT,
        f"the layers in the order {listed}",
    )


def _scaled(layer: int, factor: float) -> Hypothesis:
    short = factor > 1
    times = factor if short else 1 / factor
    return Hypothesis(
        "scaled_codebook",
        f"codebook {layer + 1}",
        f"The codes of layer {layer + 1} are scaled: about {times:.3g} times too "
        f"{'short' if short else 'long'} for what they are to code.",
        f"Multiply this codebook by {factor:.3g}, or better, restore it from the training checkpoint.",
        lambda checkpoint: _with_codes(checkpoint, layer, lambda codes: codes * factor),
        Kind.REARRANGEMENT,
        f"this codebook times {factor:.3g}",
    )


def _untransposed(layer: int) -> Hypothesis:
    return Hypothesis(
        "transposed_codebook",
        f"codebook {layer + 1}",
        f"The codebook of layer {layer + 1} holds codes in rows where columns are expected.",
        "Transpose it (reshaping is not transposing).",
        lambda checkpoint: _with_codes(checkpoint, layer, untransposed),
        Kind.REARRANGEMENT,
        "this codebook read the other way",
    )


def _with_codes(
    checkpoint: Checkpoint, layer: int, change: Callable[[torch.Tensor], torch.Tensor]
) -> Checkpoint:
    def run(model: RVQVAE) -> None:
        quantizer = model.quantizer.layers[layer]
        quantizer.embedding = change(quantizer.embedding).contiguous()
        quantizer.embedding_avg = quantizer.embedding * quantizer.cluster_size

    return replace(checkpoint, model=changed(checkpoint.model, run))


def _reordered(checkpoint: Checkpoint, order: tuple[int, ...]) -> Checkpoint:
    def run(model: RVQVAE) -> None:
        layers = model.quantizer.layers
        model.quantizer.layers = Codebooks(layers[layer] for layer in order)

    usage, stays = checkpoint.usage, order_by_counts(checkpoint) != tuple(range(len(order)))
    return replace(
        checkpoint,
        model=changed(checkpoint.model, run),
        usage=usage if usage is None or stays else usage[list(order)],
    )


def residuals_of(latents: torch.Tensor, codebooks: Sequence[torch.Tensor]) -> list[torch.Tensor]:
    """What each layer leaves of latents (m, d), encoded greedily with codes (d, K): (m, d) each."""
    left = []
    for codebook in codebooks:
        nearest = torch.addmm(codebook.square().sum(0), latents, codebook, alpha=-2).min(1).indices
        latents = latents - codebook.t()[nearest]
        left.append(latents)
    return left
