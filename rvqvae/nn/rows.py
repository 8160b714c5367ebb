"""Latents (B, d, n) as rows (M, d), one vector a row, and back; padding leaves no row."""

import torch

DROPPED = -1


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


def on_steps(codes: torch.Tensor, latent: torch.Tensor, mask: torch.Tensor | None) -> torch.Tensor:
    """Codes (M,) of the valid steps of latent (B, d, n) as (B, n); -1 in padding."""
    if mask is None:
        return codes.view(latent.shape[0], latent.shape[2])
    return codes.new_full(mask.shape, DROPPED).masked_scatter_(mask, codes)
