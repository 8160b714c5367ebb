"""Where codebooks start: k-means (Lloyd's algorithm)."""

import torch
import torch.nn.functional as F


def kmeans(rows: torch.Tensor, clusters: int, iterations: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Lloyd's algorithm on rows (m, d): centroids (clusters, d) and how many rows chose each (clusters,).

    A centroid that no row chose is moved to a random row after each step.
    """
    centroids = draw_rows(rows, clusters)
    for _ in range(iterations):
        counts, sums = _assign(rows, centroids)
        means = sums / counts.clamp_min(1)[:, None]
        empty = counts == 0
        means[empty] = draw_rows(rows, int(empty.sum()))
        centroids = means
    return centroids, _assign(rows, centroids)[0]


def draw_rows(rows: torch.Tensor, count: int) -> torch.Tensor:
    """Random rows (count, d), without repetition as far as there are enough of them."""
    picks = [torch.randperm(len(rows), device=rows.device) for _ in range(-(-count // len(rows)))]
    return rows[torch.cat(picks)[:count]] if picks else rows[:0]


def _assign(rows: torch.Tensor, centroids: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    codes = torch.addmm(centroids.square().sum(1), rows, centroids.t(), alpha=-2).min(1).indices
    chosen = F.one_hot(codes, len(centroids)).to(rows.dtype)
    return chosen.sum(0), chosen.t() @ rows
