"""Vector quantization and its residual stack.

Sources: VQ-VAE (van den Oord et al. 2017) for the quantizer and its commitment term, SoundStream
(Zeghidour et al. 2021) for the residual stack, quantization dropout, k-means initialisation and the
replacement of dead codes.

Inside this file latents are rows (M, d), one vector a row; codebooks are stored as columns (d, K).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import nn

from rvqvae.blocks import valid_frames
from rvqvae.config import RVQVAEConfig
from rvqvae.distributed import from_first_rank, gather_rows, is_distributed, sum_together
from rvqvae.packed import Kept, pack_product, packable, product

DROPPED = -1
_LAPLACE = 1e-5


@dataclass(frozen=True)
class QuantizedResult:
    """What a residual quantizer makes of latents.

    Attributes
    ----------
    quantized : (B, d, n) tensor, the sum of the codes, straight-through: its gradient is the latent's
    tokens : list of Q (B, n) int64 tensors; -1 where a layer was inactive or a step is padding
    commitment_loss : scalar tensor, summed over the active layers, weighted by `commitment_cost`
    """

    quantized: torch.Tensor
    tokens: list[torch.Tensor]
    commitment_loss: torch.Tensor


class _Prepared(NamedTuple):
    """What the search needs of a codebook: its codes as rows and their squares, -2 times them packed."""

    rows: torch.Tensor
    squared: torch.Tensor
    packed: torch.Tensor | None


class VectorQuantizer(nn.Module):
    """One codebook, learned by moving averages (VQ-VAE, appendix A.1) and never by gradient.

    Buffers
    -------
    embedding : (d, K) codes
    cluster_size : (K,) moving count of the vectors each code was chosen for
    embedding_avg : (d, K) moving sum of those vectors
    initialized : bool, whether k-means has run
    """

    def __init__(self, config: RVQVAEConfig):
        super().__init__()
        self.config = config
        shape = (config.latent_dim, config.num_embeddings)
        embedding = torch.randn(shape)
        self.register_buffer("embedding", embedding)
        self.register_buffer("cluster_size", torch.ones(config.num_embeddings))
        self.register_buffer("embedding_avg", embedding.clone())
        self.register_buffer("initialized", torch.tensor(False))
        self._kept = Kept()

    @property
    def codes(self) -> torch.Tensor:
        """(K, d) codes, one a row."""
        return self._prepare().rows

    def nearest(self, rows: torch.Tensor) -> torch.Tensor:
        """Code (M,) of least squared distance to each of rows (M, d)."""
        # ||x||^2 is the same for every code of a row, so the comparison does without it. `min` finds the
        # place as `argmin` does, in a third of the time for few rows.
        prepared = self._prepare()
        if prepared.packed is not None and packable(rows):
            return product(rows, prepared.packed, prepared.squared).min(1).indices
        return torch.addmm(prepared.squared, rows, self.embedding, alpha=-2).min(1).indices

    def lookup(self, codes: torch.Tensor) -> torch.Tensor:
        """Rows (M, d) of codes (M,); code -1 gives the zero vector."""
        return self.codes.index_select(0, codes.clamp_min(0)) * (codes >= 0)[:, None]

    def _prepare(self) -> _Prepared:
        return self._kept.of(self.embedding, _prepare)

    @torch.no_grad()
    def initialize(self, rows: torch.Tensor) -> None:
        """Place the codes by k-means on rows (M, d), with moving averages to match."""
        centroids, counts = kmeans(
            gather_rows(rows), self.config.num_embeddings, self.config.kmeans_iterations
        )
        centroids, counts = from_first_rank(centroids), from_first_rank(counts)
        self.embedding.copy_(centroids.t())
        # A centroid that no vector chose counts as one vector: with none it would decay to zero.
        self.cluster_size.copy_(counts.clamp_min(1))
        self.embedding_avg.copy_(self.embedding * self.cluster_size)
        self.initialized.fill_(True)

    @torch.no_grad()
    def update(self, rows: torch.Tensor, codes: torch.Tensor) -> None:
        """Move the codes towards the rows (M, d) they were chosen for, and replace dead ones."""
        update_together([(self, rows, codes)])

    def _move(self, counts: torch.Tensor, sums: torch.Tensor) -> None:
        self.cluster_size.lerp_(counts, 1 - self.config.decay)
        self.embedding_avg.lerp_(sums, 1 - self.config.decay)
        self.embedding.copy_(self.embedding_avg / self._smoothed_counts())

    def _smoothed_counts(self) -> torch.Tensor:
        total = self.cluster_size.sum()
        codes = self.config.num_embeddings
        return (self.cluster_size + _LAPLACE) / (total + codes * _LAPLACE) * total

    def _replace_dead(self, rows: torch.Tensor) -> None:
        dead = self.cluster_size < self.config.dead_code_threshold * self.cluster_size.mean()
        if not dead.any():
            return
        fresh = from_first_rank(draw_rows(gather_rows(rows), int(dead.sum())))
        self.place(dead, fresh)

    @torch.no_grad()
    def place(self, chosen: torch.Tensor, rows: torch.Tensor) -> None:
        """Move the codes of a mask (K,) to rows (m, d), one for each."""
        # The statistics start anew as well, at a typical count; else the next update would undo this.
        mean = self.cluster_size.mean()
        self.embedding[:, chosen] = rows.t()
        self.cluster_size[chosen] = mean
        self.embedding_avg[:, chosen] = rows.t() * mean


@torch.no_grad()
def update_together(updates: Sequence[tuple[VectorQuantizer, torch.Tensor, torch.Tensor]]) -> None:
    """`VectorQuantizer.update` of several (layer, rows, codes), whose sums the ranks exchange at once."""
    sums = []
    for layer, rows, codes in updates:
        chosen = F.one_hot(codes, layer.config.num_embeddings).to(rows.dtype)
        sums += [chosen.sum(0), rows.t() @ chosen]
    totals = iter(sum_together(sums))
    for layer, rows, _ in updates:
        layer._move(next(totals), next(totals))
        layer._replace_dead(rows)


def _prepare(embedding):
    rows = embedding.t().contiguous()
    packed = pack_product(-2 * rows) if packable(rows) else None
    return _Prepared(rows, embedding.square().sum(0), packed)


class ResidualVectorQuantizer(nn.Module):
    """Quantizes what the layers before left over: r0 = latent, b_v = Q_v(r_v), r_(v+1) = r_v - b_v.

    The result is the sum of the b_v. In training, with probability `quantization_dropout`, only the first
    randint(1..Q) layers are active. Arithmetic is float32, also under autocast.
    """

    def __init__(self, config: RVQVAEConfig):
        super().__init__()
        self.config = config
        self.layers = nn.ModuleList(VectorQuantizer(config) for _ in range(config.num_quantizers))

    def forward(self, latent: torch.Tensor, lengths: torch.Tensor | None = None) -> QuantizedResult:
        """Quantize latent (B, d, n); `lengths` (B,) are valid latent steps, all n when not given."""
        with torch.autocast(latent.device.type, enabled=False):
            latent = latent.float()
            mask = None if lengths is None else valid_frames(lengths, latent.shape[-1])
            rows = to_rows(latent, mask).contiguous()
            active = self._active_layers(latent.device) if self.training else len(self.layers)

            residual, squares, tokens, updates = rows, [], [], []
            for layer in self.layers[:active]:
                if layer.training and not layer.initialized:
                    layer.initialize(residual.detach())
                codes = layer.nearest(residual.detach())
                quantized = layer.codes.index_select(0, codes)
                if layer.training:  # a frozen codebook is in eval mode
                    updates.append((layer, residual.detach(), codes))
                # `quantized` comes from a buffer and carries no gradient, so the residual's gradient is
                # the latent's own, and one straight-through step on the sum is all there is.
                residual = residual - quantized
                left = residual.flatten()
                squares.append(left.dot(left))
                tokens.append(codes)
            if updates:
                update_together(updates)
            if active < len(self.layers):
                tokens += [torch.full_like(tokens[0], DROPPED)] * (len(self.layers) - active)

            return QuantizedResult(
                from_rows(rows - residual.detach(), latent, mask, 0.0),
                [_on_steps(codes, latent, mask) for codes in tokens],
                torch.stack(squares).sum() * (self.config.commitment_cost / residual.numel()),
            )

    def encode(self, latent: torch.Tensor) -> list[torch.Tensor]:
        """Tokens, a list of Q (B, n) tensors, of latent (B, d, n). Changes nothing."""
        batch, _, steps = latent.shape
        residual, tokens = to_rows(latent.float(), None).contiguous(), []
        for layer in self.layers:
            codes = layer.nearest(residual)
            residual = residual - layer.codes.index_select(0, codes)
            tokens.append(codes.view(batch, steps))
        return tokens

    def decode(self, tokens: list[torch.Tensor]) -> torch.Tensor:
        """Sum (B, d, n) of the codes that tokens, at most Q tensors (B, n), name; -1 adds nothing."""
        batch, steps = tokens[0].shape
        total = sum(
            layer.lookup(codes.reshape(-1)) for layer, codes in zip(self.layers, tokens, strict=False)
        )
        return total.view(batch, steps, -1).transpose(1, 2)

    def _active_layers(self, device: torch.device) -> int:
        drop, first = torch.rand(()), torch.randint(1, len(self.layers) + 1, ())
        active = first if drop < self.config.quantization_dropout else len(self.layers)
        if is_distributed():
            active = from_first_rank(torch.as_tensor(active, device=device))
        return int(active)


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


def to_rows(latent: torch.Tensor, mask: torch.Tensor | None) -> torch.Tensor:
    """Latent (B, d, n) as rows (M, d) of its valid steps; mask is (B, n) or None."""
    rows = latent.transpose(1, 2)
    return rows.flatten(0, 1) if mask is None else rows[mask]


def from_rows(
    rows: torch.Tensor, latent: torch.Tensor, mask: torch.Tensor | None, fill: float
) -> torch.Tensor:
    """Rows (M, c) back to (B, c, n); invalid steps get `fill`."""
    batch, _, steps = latent.shape
    if mask is None:
        return rows.view(batch, steps, -1).transpose(1, 2)
    out = rows.new_full((batch, steps, rows.shape[1]), fill)
    out[mask] = rows
    return out.transpose(1, 2)


def _on_steps(codes, latent, mask):
    """Codes (M,) of the valid steps as (B, n); -1 in padding."""
    if mask is None:
        return codes.view(latent.shape[0], latent.shape[2])
    return codes.new_full(mask.shape, DROPPED).masked_scatter_(mask, codes)
