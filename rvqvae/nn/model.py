"""The RVQ-VAE: encoder, residual quantizer, decoder."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn

from rvqvae.nn.blocks import valid_frames
from rvqvae.nn.config import RVQVAEConfig
from rvqvae.nn.decoder import MotionDecoder
from rvqvae.nn.encoder import MotionEncoder
from rvqvae.nn.pretrained import Pretrained
from rvqvae.nn.quantizer import ResidualVectorQuantizer


class RVQVAE(nn.Module, Pretrained):
    """Motion-S RVQ-VAE on features (B, D, N): any D, any N >= 1.

    N that the ratio does not divide is padded by repeating the last frame, and the output is cropped.

    Parameters
    ----------
    config : RVQVAEConfig, optional
    encoder : module, optional
        Motion (B, D, N) and valid frames (B,) or None to latents (B, d, N / ratio); else `MotionEncoder`.
    quantizer : ResidualVectorQuantizer, optional
    decoder : module, optional
        Latents (B, d, n) and valid steps (B,) or None to motion (B, D, n * ratio); else `MotionDecoder`.
        Its `operations` say what it does along time.
    **hyperparameters
        Fields of `RVQVAEConfig`, instead of a config.

    Raises
    ------
    ValueError
        If the hyperparameters are impossible, or both ways of giving them are used.
    """

    def __init__(
        self,
        config: RVQVAEConfig | None = None,
        *,
        encoder: nn.Module | None = None,
        quantizer: ResidualVectorQuantizer | None = None,
        decoder: nn.Module | None = None,
        **hyperparameters: Any,
    ):
        super().__init__()
        if config is not None and hyperparameters:
            raise ValueError("give either a config or hyperparameters, not both")
        self.config = config or RVQVAEConfig(**hyperparameters)
        self.encoder = encoder or MotionEncoder(self.config)
        self.quantizer = quantizer or ResidualVectorQuantizer(self.config)
        self.decoder = decoder or MotionDecoder(self.config)

    def forward(
        self, motion: torch.Tensor, lengths: torch.Tensor | None = None
    ) -> tuple[torch.Tensor, list[torch.Tensor], torch.Tensor]:
        """Reconstruct normalised motion.

        Parameters
        ----------
        motion : (B, input_dim, N) tensor
        lengths : (B,) int tensor, optional
            Valid frames of each clip; the frames after them are padding and count nowhere.

        Returns
        -------
        reconstructed : (B, output_dim, N) tensor, zero in padding
        tokens : list of Q (B, n) tensors, n = ceil(N / ratio), -1 where a layer was dropped or in padding
        commit_loss : scalar tensor
        """
        x, steps = self._prepare(motion, lengths)
        latent = self.encoder(x, None if steps is None else steps * self.config.downsampling_ratio)
        result = self.quantizer(latent, steps)
        reconstructed = self._decode(result.quantized, steps, lengths, motion.shape[-1])
        return reconstructed, result.tokens, result.commitment_loss

    @torch.no_grad()
    def encode_to_latent(self, motion: torch.Tensor, lengths: torch.Tensor | None = None) -> torch.Tensor:
        """Latents (B, d, n) of normalised motion (B, D, N), before quantization, in eval mode."""
        with evaluating(self):
            x, steps = self._prepare(motion, lengths)
            lengths = None if steps is None else steps * self.config.downsampling_ratio
            latent: torch.Tensor = self.encoder(x, lengths)
            return latent

    @torch.no_grad()
    def encode_to_tokens(
        self, motion: torch.Tensor, lengths: torch.Tensor | None = None
    ) -> list[torch.Tensor]:
        """Tokens, a list of Q (B, n) tensors in 0..K-1 (-1 in padding), of normalised motion (B, D, N).

        Deterministic; train or eval mode is left as it was and no buffer changes.
        """
        tokens = self.quantizer.encode(self.encode_to_latent(motion, lengths))
        if lengths is None:
            return tokens
        valid = valid_frames(self._steps(lengths), tokens[0].shape[-1])
        return [codes.masked_fill(~valid, -1) for codes in tokens]

    @torch.no_grad()
    def decode_from_tokens(
        self,
        tokens: Sequence[torch.Tensor],
        *,
        length: int | None = None,
        lengths: torch.Tensor | None = None,
    ) -> torch.Tensor:
        """Decode tokens into normalised motion (B, output_dim, length).

        Deterministic; train or eval mode is left as it was and no buffer changes.

        Parameters
        ----------
        tokens : 1 to Q tensors (B, n), the first layers' tokens; -1 adds nothing
        length : int, optional
            Frames to return, at most n * ratio, which is the default.
        lengths : (B,) int tensor, optional
            Valid frames of each clip of a padded batch.

        Raises
        ------
        ValueError
            If layers, shapes or codes do not fit this model.
        """
        self._check_tokens(tokens)
        frames = tokens[0].shape[-1] * self.config.downsampling_ratio
        if length is not None and not 1 <= length <= frames:
            raise ValueError(
                f"length is {length}; {tokens[0].shape[-1]} tokens decode to 1 to {frames} frames"
            )
        with evaluating(self):
            steps = None if lengths is None else self._steps(lengths)
            quantized = self.quantizer.decode(list(tokens))
            return self._decode(quantized, steps, lengths, length or frames)

    def _steps(self, lengths: torch.Tensor) -> torch.Tensor:
        ratio = self.config.downsampling_ratio
        return (lengths + ratio - 1) // ratio

    def _prepare(
        self, motion: torch.Tensor, lengths: torch.Tensor | None
    ) -> tuple[torch.Tensor, torch.Tensor | None]:
        """Pad to whole latent steps; returns the motion and each clip's valid steps (None: all)."""
        if motion.ndim != 3 or motion.shape[1] != self.config.input_dim or motion.shape[2] < 1:
            raise ValueError(
                f"motion has shape {tuple(motion.shape)}; expected (B, {self.config.input_dim}, N) "
                "with N of 1 or more"
            )
        frames = motion.shape[2]
        padded = -(-frames // self.config.downsampling_ratio) * self.config.downsampling_ratio
        if lengths is None:
            if padded > frames:
                motion = F.pad(motion, (0, padded - frames), mode="replicate")
            return motion, None
        if lengths.shape != motion.shape[:1] or lengths.min() < 1 or lengths.max() > frames:
            raise ValueError(
                f"lengths are {lengths.tolist()}; expected one for each of {motion.shape[0]} clips, "
                f"from 1 to {frames}"
            )
        steps = self._steps(lengths)
        position = torch.arange(padded, device=motion.device)
        source = torch.minimum(position, lengths[:, None] - 1)
        x = motion.gather(2, source[:, None].expand(-1, motion.shape[1], -1))
        return x * valid_frames(steps * self.config.downsampling_ratio, padded)[:, None], steps

    def _decode(
        self,
        quantized: torch.Tensor,
        steps: torch.Tensor | None,
        lengths: torch.Tensor | None,
        frames: int,
    ) -> torch.Tensor:
        decoded: torch.Tensor = self.decoder(quantized, steps)[..., :frames]
        return decoded if lengths is None else decoded * valid_frames(lengths, frames)[:, None]

    def _check_tokens(self, tokens: Sequence[torch.Tensor]) -> None:
        layers, codes = self.config.num_quantizers, self.config.num_embeddings
        if not 1 <= len(tokens) <= layers:
            raise ValueError(f"found tokens of {len(tokens)} layers; expected 1 to {layers}")
        shapes = {tuple(t.shape) for t in tokens}
        if len(shapes) > 1 or tokens[0].ndim != 2 or tokens[0].shape[1] < 1:
            raise ValueError(
                f"token tensors have shapes {sorted(shapes)}; expected one shape (B, n) in every layer"
            )
        stacked = torch.stack(list(tokens))
        wrong = (stacked < -1) | (stacked >= codes)
        if wrong.any():
            layer = int(wrong.nonzero()[0, 0])
            raise ValueError(
                f"layer {layer + 1} holds code {int(stacked[wrong][0])}; codes run from 0 to "
                f"{codes - 1}, and -1 drops a token"
            )


@contextmanager
def evaluating(module: nn.Module) -> Iterator[None]:
    """Eval mode for every submodule within the block; each one's own mode is restored after it."""
    training = [m for m in module.modules() if m.training]
    for m in training:
        m.training = False
    try:
        yield
    finally:
        for m in training:
            m.training = True
