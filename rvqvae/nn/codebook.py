"""One layer of a residual quantizer: a codebook, and how it learns.

Source: VQ-VAE (van den Oord et al. 2017), moving averages as in its appendix A.1; k-means initialisation and
the replacement of dead codes as in SoundStream (Zeghidour et al. 2021).

Inside this file latents are rows (M, d), one vector a row; codebooks are stored as columns (d, K).
"""

from collections.abc import Sequence
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import nn

from rvqvae.nn.config import RVQVAEConfig
from rvqvae.nn.distributed import from_first_rank, gather_rows, sum_together
from rvqvae.nn.kmeans import draw_rows, kmeans
from rvqvae.nn.products import Columns, applies_to, lay_out, product, whole_blocks
from rvqvae.nn.versioned_cache import VersionedCache

_LAPLACE = 1e-5
ROWS_AT_ONCE = 560  # so that their distances to all codes stay in a processor's cache


class _Derived(NamedTuple):
    """What a codebook (d, K) gives once until it changes.

    Attributes
    ----------
    codes : (K, d) codes, one a row
    squares : (K,) their squared norms
    columns : -2 times the codebook, for `product`
    """

    codes: torch.Tensor
    squares: torch.Tensor
    columns: Columns


class VectorQuantizer(nn.Module):
    """One codebook, learned by moving averages (VQ-VAE, appendix A.1) and never by gradient.

    Buffers
    -------
    embedding : (d, K) codes
    cluster_size : (K,) moving count of the vectors each code was chosen for
    embedding_avg : (d, K) moving sum of those vectors
    initialized : bool, whether k-means has run
    """

    embedding: torch.Tensor
    cluster_size: torch.Tensor
    embedding_avg: torch.Tensor
    initialized: torch.Tensor

    def __init__(self, config: RVQVAEConfig):
        super().__init__()
        self.config = config
        shape = (config.latent_dim, config.num_embeddings)
        embedding = torch.randn(shape)
        self.register_buffer("embedding", embedding)
        self.register_buffer("cluster_size", torch.ones(config.num_embeddings))
        self.register_buffer("embedding_avg", embedding.clone())
        self.register_buffer("initialized", torch.tensor(False))
        self._derived = VersionedCache(_derive)

    @property
    def codes(self) -> torch.Tensor:
        """(K, d) codes, one a row."""
        return self._derived.get(self.embedding).codes

    def forward(self, rows: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """As `quantize`; in training, the first rows place the codes."""
        if self.training and not self.initialized:
            self.initialize(rows.detach())
        return self.quantize(rows)

    def quantize(self, rows: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Code (M,) nearest to each of rows (M, d), and those codes' vectors (M, d), without gradient."""
        derived = self._derived.get(self.embedding)
        codes = self._nearest(rows.detach(), derived)
        return codes, derived.codes.index_select(0, codes)

    def nearest(self, rows: torch.Tensor) -> torch.Tensor:
        """Code (M,) of least squared distance to each of rows (M, d)."""
        return self._nearest(rows, self._derived.get(self.embedding))

    def _nearest(self, rows: torch.Tensor, derived: _Derived) -> torch.Tensor:
        # ||x||^2 is the same for every code of a row, so the comparison does without it.
        if not applies_to(rows):
            return torch.addmm(derived.squares, rows, self.embedding, alpha=-2).min(1).indices
        if len(rows) > ROWS_AT_ONCE:
            return torch.cat([self._nearest(part, derived) for part in rows.split(ROWS_AT_ONCE)])
        distances = product(whole_blocks(rows), derived.columns, derived.squares, batch_invariant=True)
        # NumPy looks at many columns at once, PyTorch at one after the other: several times as long.
        return torch.from_numpy(distances.numpy()[: len(rows)].argmin(1))

    def lookup(self, codes: torch.Tensor) -> torch.Tensor:
        """Rows (M, d) of codes (M,); code -1 gives the zero vector."""
        return self.codes.index_select(0, codes.clamp_min(0)) * (codes >= 0)[:, None]

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


Update = tuple[VectorQuantizer, torch.Tensor, torch.Tensor]  # a layer, rows, their codes


@torch.no_grad()
def update_together(updates: Sequence[Update]) -> None:
    """`VectorQuantizer.update` of several (layer, rows, codes), whose sums the ranks exchange at once."""
    sums = []
    for layer, rows, codes in updates:
        chosen = F.one_hot(codes, layer.config.num_embeddings).to(rows.dtype)
        sums += [chosen.sum(0), rows.t() @ chosen]
    totals = iter(sum_together(sums))
    for layer, rows, _ in updates:
        layer._move(next(totals), next(totals))
        layer._replace_dead(rows)


def _derive(embedding: torch.Tensor) -> _Derived:
    return _Derived(embedding.t().contiguous(), embedding.square().sum(0), lay_out(-2 * embedding))
