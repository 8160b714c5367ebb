"""What a file keeps beside its codes, and whether it still belongs to them: moving averages and counts.

Renumbering a codebook's codes changes no reconstruction, since encoder and decoder look into the same
codebook. It shows only where something else in the file goes by the old numbers: the moving counts, and the
counts over the training data. Codes that are chosen often lie close together: the rank correlation between a
code's count and the distance to its nearest neighbour is -0.5 to -0.95 in the layers of this project's
checkpoints, -0.27 in a first layer whose codes were spread over many clips (`refit --least-clips`), and 0
within 0.05 for counts that belong to other codes.

If codes and counts are renumbered together nothing shows, and nothing is wrong but for tokens saved earlier,
which only a comparison with such tokens could tell.
"""

from collections.abc import Iterable

import numpy as np
import torch
from scipy.stats import spearmanr

from rvqvae.checkpoints.checkpoint import Checkpoint
from rvqvae.doctor.report import Finding, Severity
from rvqvae.nn.codebook import VectorQuantizer

# Codes and their moving averages are updated together: in a training state they differed by the Laplace term,
# a median 0.000003 and at most 0.00012 of a code's norm.
LARGEST_DIFFERENCE = 0.05
HIGHEST_CORRELATION = -0.18  # four standard deviations of chance, for 512 codes
# Counts over the training data and moving counts of one layer: 0.68 and more, but 0.36 in a first layer that
# was fitted anew; of two layers: 0.43 at most.
LEAST_ALIKE = 0.5
# With fewer codes chance alone reaches such correlations.
LEAST_CODES = 128
# Codes that are hardly ever chosen have drifted anywhere, to zero for one.
LEAST_SHARE_OF_MEAN = 0.1


def examine_bookkeeping(checkpoint: Checkpoint) -> list[Finding]:
    """Findings on layers whose averages or counts belong to other codes; the tensors must be finite."""
    return [*_counts(checkpoint), *_moving_averages(checkpoint.model.quantizer.layers)]


def order_by_counts(checkpoint: Checkpoint) -> tuple[int, ...] | None:
    """Which layer each layer's counts over the training data are of, by the moving counts: (Q,) from 0.

    None where there are no such counts, or where they are not, each of them, clearly of one layer.
    """
    if checkpoint.usage is None:
        return None
    moving = [layer.cluster_size.cpu().numpy() for layer in checkpoint.model.quantizer.layers]
    alike = np.array([[_correlation(row, counts) for counts in moving] for row in checkpoint.usage])
    order = tuple(alike.argmax(axis=1).tolist())
    is_clear = len(set(order)) == len(order) and alike.max(axis=1).min() > LEAST_ALIKE
    return order if is_clear else None


def _counts(checkpoint: Checkpoint) -> list[Finding]:
    layers = checkpoint.model.quantizer.layers
    distances = [_nearest_distances(layer.embedding) for layer in layers]
    counts = {"moving counts": [layer.cluster_size.cpu().numpy() for layer in layers]}
    if checkpoint.usage is not None:
        counts["counts over the training data"] = list(checkpoint.usage)
    strange: dict[int, dict[str, float]] = {}
    usual = []
    for name, rows in counts.items():
        for layer, (row, distance) in enumerate(zip(rows, distances, strict=True), start=1):
            correlation = _rank_correlation(row, distance)
            if correlation > HIGHEST_CORRELATION:
                strange.setdefault(layer, {})[name] = correlation
            elif not np.isnan(correlation):
                usual.append(layer)
    order = order_by_counts(checkpoint) or ()
    moved = [layer for layer, found in enumerate(order, start=1) if found != layer - 1]
    if moved:
        strange = {layer: found for layer, found in strange.items() if layer not in moved}
    # Another way of training may not bring the correlation about: most layers here must show it.
    severity = Severity.SICK if len(set(usual) - set(strange)) > len(strange) else Severity.NOTE
    found = [_permuted(layer, correlations, severity) for layer, correlations in strange.items()]
    return [_moved(moved, order), *found] if moved else found


def _moving_averages(layers: Iterable[VectorQuantizer]) -> list[Finding]:
    findings = []
    for number, layer in enumerate(layers, start=1):
        embedding, counts = layer.embedding, layer.cluster_size
        # Rarely chosen codes are left out: for them the Laplace term is not small.
        common = counts > 0.1 * counts.mean()
        if not common.any() or not embedding.any():
            continue
        implied = layer.embedding_avg[:, common] / counts[common]
        scale = embedding.square().mean().sqrt() * embedding.shape[0] ** 0.5
        difference = float((embedding[:, common] - implied).norm(dim=0).median() / scale)
        if difference <= LARGEST_DIFFERENCE:
            continue
        findings.append(
            Finding(
                "moving_averages",
                f"codebook {number}",
                f"The codes of layer {number} are a median {difference:.0%} of their norm away from their "
                "own moving averages; expected them to agree.",
                "Inference does not need the averages, but going on with training would move every code to "
                "them: restore codes and averages from one and the same file.",
            )
        )
    return findings


def _moved(moved: list[int], order: tuple[int, ...]) -> Finding:
    named, listed = ", ".join(map(str, moved)), ", ".join(str(layer + 1) for layer in order)
    return Finding(
        "layer_order",
        f"codebooks {named}",
        f"Layers {named} are out of order: the counts over the training data go with their moving counts in "
        f"the order {listed}.",
        f"Put the codebooks into the order {listed}, or, where the layers are right, those counts.",
    )


def _permuted(layer: int, correlations: dict[str, float], severity: Severity) -> Finding:
    shown = " and ".join(f"its {name} ({value:+.2f})" for name, value in correlations.items())
    return Finding(
        "permuted_codebook",
        f"codebook {layer}",
        f"The codes of layer {layer} are permuted against {shown}: in a trained codebook, codes chosen "
        f"often lie close together, with a rank correlation below {HIGHEST_CORRELATION:g}.",
        "The reconstruction does not suffer, but tokens saved earlier and models trained on them now name "
        "other codes: restore the order, or tokenize everything again.",
        severity,
    )


def _nearest_distances(codebook: torch.Tensor) -> np.ndarray:
    """Distance (K,) of each code of (d, K) to the nearest other one."""
    distances = torch.cdist(codebook.t(), codebook.t())
    distances.fill_diagonal_(torch.inf)
    return distances.min(dim=1).values.cpu().numpy()


def _rank_correlation(counts: np.ndarray, distances: np.ndarray) -> float:
    """Spearman's rank correlation over codes in use; NaN, which no bound exceeds, if that means nothing."""
    chosen = counts > LEAST_SHARE_OF_MEAN * counts.mean()
    return _correlation(counts[chosen], distances[chosen]) if chosen.sum() >= LEAST_CODES else float("nan")


def _correlation(one: np.ndarray, other: np.ndarray) -> float:
    """Spearman's rank correlation; NaN where either is the same throughout."""
    if np.ptp(one) == 0 or np.ptp(other) == 0:
        return float("nan")
    return float(spearmanr(one, other).statistic)
