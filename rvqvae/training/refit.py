"""Codebooks fitted anew to a trained encoder, so that every code is worth its place on this data."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import torch

from rvqvae.checkpoints.checkpoint import Checkpoint
from rvqvae.motion import Clip
from rvqvae.nn.codebook import VectorQuantizer
from rvqvae.nn.config import RVQVAEConfig
from rvqvae.training.data import Source

# The last part moves codes without replacing any, so that those placed last settle too.
SETTLING = 0.25
# Updates between two looks at which clips use which codes.
_PAUSE = 50


@torch.no_grad()
def refit_codebooks(
    checkpoint: Checkpoint,
    sources: Sequence[Source],
    *,
    dead_code_threshold: float,
    least_clips: int = 0,
    layers: Sequence[int] = (),
    steps: int = 600,
    batch_size: int = 1024,
    progress: Callable[[], None] = lambda: None,
) -> None:
    """Go on with each codebook's own moving averages while encoder and decoder stand still, layer by layer.

    Training draws windows so that rare motions are learned, and its codebooks follow that mixture. Here the
    latents come in the proportions of `sources`' own weights instead, and codes that a layer uses for less
    than `dead_code_threshold` of its mean are given up for residuals of this data (SoundStream, Zeghidour et
    al. 2021, section III-C). So are codes that hardly any clip uses, since they stand for
    those clips alone and other data leave them unused.

    Parameters
    ----------
    checkpoint : changed in place
    sources : clips and weights
    dead_code_threshold : share of the mean count, 0 to 1
    least_clips : a code that fewer clips use is given up
    layers : numbers of those to fit, from 1; all when there are none
    steps, batch_size : updates a layer, latents an update
    progress : called after each update

    Raises
    ------
    ValueError
        If there are not as many clips as `least_clips`, or a layer is named that there is not.
    """
    quantizer = checkpoint.model.quantizer
    numbers = range(1, len(quantizer.layers) + 1)
    if unknown := set(layers) - set(numbers):
        raise ValueError(f"there is no layer {min(unknown)}; this checkpoint has layers 1 to {numbers[-1]}")
    latents = [(_latent(checkpoint, clip), source.weight) for source in sources for clip in source.clips]
    if len(latents) < least_clips:
        raise ValueError(f"least_clips is {least_clips}; the data have {len(latents)} clips")
    residual = torch.cat([latent.t() for latent, _ in latents])
    owners = torch.cat([_filled(latent, number).long() for number, (latent, _) in enumerate(latents)])
    chances = torch.cat([_filled(latent, weight) for latent, weight in latents])
    for number, layer in zip(numbers, quantizer.layers, strict=True):
        if layers and number not in layers:
            residual = residual - layer.lookup(layer.nearest(residual))
            continue
        fitted = _copy_of(layer, replace(quantizer.config, dead_code_threshold=dead_code_threshold))
        for step in range(steps):
            settling = step - round(steps * (1 - SETTLING))
            if least_clips and settling < 0 and step % _PAUSE == _PAUSE - 1:
                _give_up_rare(fitted, residual, owners, least_clips)
            if settling == 0:
                fitted.config = replace(quantizer.config, dead_code_threshold=0)
            rows = residual[torch.multinomial(chances, min(batch_size, len(chances)))]
            fitted.update(rows, fitted.nearest(rows))
            progress()
        layer.load_state_dict(fitted.state_dict())
        residual = residual - layer.lookup(layer.nearest(residual))


def _copy_of(layer: VectorQuantizer, config: RVQVAEConfig) -> VectorQuantizer:
    fitted = VectorQuantizer(config)
    fitted.load_state_dict(layer.state_dict())
    return fitted.to(layer.embedding.device)


def _give_up_rare(
    layer: VectorQuantizer, residual: torch.Tensor, owners: torch.Tensor, least_clips: int
) -> None:
    """Move codes that few clips use to residuals of the codes used most."""
    codes, clips = layer.nearest(residual), int(owners.max()) + 1
    used_by = torch.unique(codes * clips + owners) // clips  # a code as often as there are clips with it
    rare = torch.bincount(used_by, minlength=layer.config.num_embeddings) < least_clips
    crowds = torch.bincount(codes, minlength=len(rare)).float() * ~rare
    if rare.any() and crowds.any():
        picks = torch.multinomial(crowds[codes], int(rare.sum()), replacement=True)
        layer.place(rare, residual[picks])


def _filled(latent: torch.Tensor, value: float) -> torch.Tensor:
    """The value once for each step (n,) of a latent (d, n)."""
    return latent.new_full((latent.shape[1],), value)


def _latent(checkpoint: Checkpoint, clip: Clip) -> torch.Tensor:
    return checkpoint.model.encode_to_latent(checkpoint.normalize(clip.features)[None])[0]
