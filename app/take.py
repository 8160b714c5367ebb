"""A clip seen through a checkpoint: what an edit never changes, computed once."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import ClassVar

import numpy as np
import torch

from app import compute
from app.reach import Spread, decoder_spreads
from app.training import trained_on
from rvqvae import Checkpoint
from rvqvae.measures import JOINTS, Measure, measure_of
from rvqvae.motion.representations import HUMANML3D, UNKNOWN, titled

MAX_FRAMES = 10_000  # of a visitor's own clip of HumanML3D features: 500 seconds
OWN = "own-"  # what the keys of a visitor's own clips and checkpoints begin with
LAYOUT = HUMANML3D.layout


class StudioError(ValueError):
    """Something a visitor asked for cannot be done; the message is a sentence for the page."""


@dataclass(frozen=True, eq=False)
class SourceClip:
    """A motion and where it comes from. Another reading of the same file is another one.

    Attributes
    ----------
    features : (N, D) float32 array, raw features; most are HumanML3D's, D = 263
    fps : None where neither the file nor a checkpoint has said it yet
    trained : True or False for the shipped clips (in the training set or held out), None for a visitor's own
    """

    key: str
    title: str
    features: np.ndarray
    fps: float | None
    trained: bool | None
    source: str
    licence: str

    @property
    def width(self) -> int:
        """Features of a frame."""
        return self.features.shape[1]


@dataclass(frozen=True, eq=False)
class Take:
    """A clip encoded by a checkpoint. Everything expensive is computed at first use and kept.

    Attributes
    ----------
    recorded : whether the clip's motion was recorded
    reference : what the clip's motion is called where a decoding is held against it
    source : what `load_checkpoint` loads the checkpoint from
    """

    recorded: ClassVar[bool] = True
    reference: ClassVar[str] = "original"
    clip: SourceClip
    checkpoint_key: str
    checkpoint: Checkpoint
    source: str | Path

    @property
    def trained(self) -> bool | None:
        """Whether the clip is in the checkpoint's training set; None where that is not known."""
        return self.trained_on(self.clip)

    def trained_on(self, clip: SourceClip) -> bool | None:
        """Whether any clip is in the checkpoint's training set; None where that is not known."""
        if self.checkpoint_key.startswith(OWN) or clip.trained is None:
            return None
        return trained_on(clip.key, self.checkpoint.info)

    @property
    def frames(self) -> int:
        """Frames of the clip."""
        return len(self.clip.features)

    @property
    def ratio(self) -> int:
        """Frames a token stands for."""
        return self.checkpoint.config.downsampling_ratio

    @property
    def num_layers(self) -> int:
        """Residual layers Q."""
        return self.checkpoint.config.num_quantizers

    @property
    def num_codes(self) -> int:
        """Codes K of each layer."""
        return self.checkpoint.config.num_embeddings

    @cached_property
    def spreads(self) -> tuple[Spread, ...]:
        """The decoder's operations, which say how far a token reaches."""
        return decoder_spreads(self.checkpoint.model)

    @cached_property
    def latent(self) -> torch.Tensor:
        """(d, n) what the encoder makes of the clip, before quantization."""
        return compute.encode(self.checkpoint, self.source, self.clip.features)

    @cached_property
    def tokens(self) -> np.ndarray:
        """(Q, n) int64, as the quantizer chose them; read-only."""
        with torch.no_grad():
            rows = self.checkpoint.model.quantizer.encode(self.latent[None])
        tokens = torch.cat(rows).cpu().numpy()
        tokens.flags.writeable = False
        return tokens

    def codebook(self, layer: int) -> torch.Tensor:
        """(d, K) codes of a layer, as columns."""
        return self.checkpoint.model.quantizer.layers[layer].embedding

    @torch.no_grad()
    def residual(self, tokens: np.ndarray, layer: int, steps: slice) -> torch.Tensor:
        """(d, m) what is left of the latent for a layer to quantize, after the codes of those before it."""
        left = self.latent[:, steps].float()
        quantizer = self.checkpoint.model.quantizer
        for below, row in zip(quantizer.layers[:layer], tokens, strict=False):
            left = left - below.lookup(torch.tensor(row[steps], device=left.device)).t()
        return left

    @torch.no_grad()
    def requantized(self, tokens: np.ndarray, layer: int, steps: slice) -> np.ndarray:
        """Tokens whose layers from `layer` on are chosen again in some steps; dropped ones stay dropped."""
        tokens = tokens.copy()
        for v in range(layer, self.num_layers):
            residual = self.residual(tokens, v, steps)
            nearest = self.checkpoint.model.quantizer.layers[v].nearest(residual.t())
            kept = tokens[v, steps] >= 0
            tokens[v, steps] = np.where(kept, nearest.cpu().numpy(), -1)
        return tokens

    @cached_property
    def measure(self) -> Measure:
        """How its motions are held against each other, and so what is shown of them: joints or channels."""
        return measure_of(self.checkpoint)

    @property
    def has_joints(self) -> bool:
        """Whether there is a body to draw and errors are in millimetres; else channels are shown."""
        return self.measure.parts == JOINTS

    @property
    def shown_as_channels(self) -> str:
        """Why there is no body where there are no joints, a sentence."""
        return (
            f"This page knows the joints of HumanML3D's layout alone: {self._features} are shown as "
            "channels, without a body, a path from above or the sliding of the feet."
        )

    def need_joints(self, what: str) -> None:
        """Refuse work that only joints allow.

        Raises
        ------
        StudioError
            Where this take has none.
        """
        if not self.has_joints:
            raise StudioError(self.joints_needed(what))

    def joints_needed(self, what: str) -> str:
        """Why this take cannot have what needs joints, where it has none."""
        return (
            f"{what} joints, and {self._features} have none that this page knows: choose a clip and a "
            "checkpoint of HumanML3D features for it."
        )

    @property
    def _features(self) -> str:
        layout = self.checkpoint.layout
        named = "features of unknown layout" if layout == UNKNOWN else f"features of layout {layout}"
        return f"{named} (N, {self.clip.width})"

    @cached_property
    def aligned(self) -> dict[str, np.ndarray]:
        """The original motion in every way of measuring: joints (N, 22, 3) or channels (N, D)."""
        return self.measure.aligned(self.clip.features)

    @property
    def joints(self) -> np.ndarray:
        """(N, 22, 3) metres, the original motion."""
        return self.aligned["global"]

    def decode(self, tokens: np.ndarray, layers: tuple[bool, ...], *, whole: bool = True) -> np.ndarray:
        """Raw features of tokens (Q, n) with only the layers that are on.

        Parameters
        ----------
        whole : whether the tokens are all of the clip's, so that its N frames come back; else n * ratio do
        """
        kept = [layer for layer, on in enumerate(layers) if on]
        return self.checkpoint.decode(tokens, kept, length=self.frames if whole else None)

    @cached_property
    def errors_by_layers(self) -> dict[str, list[float]]:
        """For each way of measuring, the mean error after the first 1, 2, … Q unedited layers."""
        errors = {way: [] for way in self.measure.ways}
        for count in range(1, self.num_layers + 1):
            features = self.decode(self.tokens, tuple(v < count for v in range(self.num_layers)))
            decoded = self.measure.aligned(features)
            for way in self.measure.ways:
                apart = self.measure.distances(decoded[way], self.aligned[way])
                errors[way].append(float(apart.mean()))
        return errors


def check_shown(checkpoint: Checkpoint, title: str) -> None:
    """Refuse a checkpoint whose output cannot be held against its input.

    Raises
    ------
    StudioError
        With what the checkpoint takes and gives, and what can be done.
    """
    config = checkpoint.config
    if config.input_dim != config.output_dim:
        raise StudioError(
            f"{title} takes {titled(config.input_dim)} and gives {titled(config.output_dim)}; this page "
            "compares what a checkpoint gives with what it takes. The Doctor tab can examine it all the same."
        )


def check_fits(clip: SourceClip, checkpoint: Checkpoint, title: str) -> None:
    """Refuse a clip whose features the checkpoint does not take.

    Raises
    ------
    StudioError
        With both widths.
    """
    check_shown(checkpoint, title)
    if clip.width != checkpoint.config.input_dim:
        raise StudioError(
            f"{clip.title} has {titled(clip.width)}; {title} takes {titled(checkpoint.config.input_dim)}, "
            "and no conversion between the two exists. Choose a clip and a checkpoint that fit."
        )


def most_frames(width: int) -> int:
    """Frames of a visitor's own clip that are shown; fewer where a frame holds more."""
    return min(MAX_FRAMES, MAX_FRAMES * HUMANML3D.width // width)
