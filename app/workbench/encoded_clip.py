"""A clip seen through a checkpoint: what an edit never changes, computed once."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import ClassVar, cast

import numpy as np
import torch

from app.catalog import devices
from app.catalog.keys import is_own
from app.catalog.training import trained_on
from app.errors import StudioError
from app.workbench.average import NOTHING, Meaning, average_codes, decode_with_fill
from rvqvae import Checkpoint
from rvqvae.evaluation.measures import JOINTS, Measure, measure_of
from rvqvae.motion.layouts import HUMANML3D, UNKNOWN, FeatureLayout
from rvqvae.nn.operation import Operation
from rvqvae.nn.rows import DROPPED

MAX_FRAMES = 10_000  # of a visitor's own clip of HumanML3D features: 500 seconds
LAYOUT = HUMANML3D.name


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
        return int(self.features.shape[1])

    @property
    def own(self) -> bool:
        """Whether it is a visitor's own."""
        return is_own(self.key)

    @property
    def bytes(self) -> int:
        """What it takes in memory."""
        return self.features.nbytes


@dataclass(frozen=True, eq=False)
class EncodedClip:
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
        if is_own(self.checkpoint_key) or clip.trained is None:
            return None
        return trained_on(clip.key, self.checkpoint.info)

    @property
    def fps(self) -> float:
        """Frames a second; the checkpoint's where the clip's file does not say."""
        return self.clip.fps or self.checkpoint.fps

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
    def operations(self) -> tuple[Operation, ...]:
        """The decoder's operations, which say how far a token reaches."""
        return cast(tuple[Operation, ...], self.checkpoint.model.decoder.operations)

    @cached_property
    def latent(self) -> torch.Tensor:
        """(d, n) what the encoder makes of the clip, before quantization."""
        return devices.encode(self.checkpoint, self.source, self.clip.features)

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
    def layout(self) -> FeatureLayout:
        """Where joints lie in its features; only where it has joints."""
        return self.checkpoint.known_body

    @property
    def has_joints(self) -> bool:
        """Whether there is a body to draw and errors are in millimetres; else channels are shown."""
        return self.measure.parts == JOINTS

    @property
    def shown_as_channels(self) -> str:
        """Why there is no body, a sentence."""
        return (
            f"It is not known where joints lie in {self._features}: they are shown as channels, without a "
            "body, a path from above or the sliding of the feet."
        )

    def need_joints(self, what: str) -> None:
        """Refuse work that only joints allow, with a StudioError where this encoded clip has none."""
        if not self.has_joints:
            raise StudioError(self.joints_needed(what))

    def joints_needed(self, what: str) -> str:
        """Why this encoded clip cannot have what needs joints, where it has none."""
        return (
            f"{what} joints, and {self._features} have none that this page knows: choose a clip and a "
            "checkpoint whose layout is known, or describe this one's."
        )

    @property
    def _features(self) -> str:
        layout = self.checkpoint.layout
        named = "features of unknown layout" if layout == UNKNOWN else f"features of layout {layout}"
        return f"{named} (N, {self.clip.width})"

    @cached_property
    def aligned(self) -> Mapping[str, np.ndarray]:
        """The original motion in every way of measuring: joints (N, J, 3) or channels (N, D)."""
        return self.measure.aligned(self.clip.features)

    @property
    def joints(self) -> np.ndarray:
        """(N, J, 3) metres, the original motion."""
        return self.aligned["global"]

    def decode(
        self, tokens: np.ndarray, layers: tuple[bool, ...], *, whole: bool = True, off: Meaning = NOTHING
    ) -> np.ndarray:
        """Raw features of tokens (Q, n) with only the layers that are on.

        Parameters
        ----------
        whole : whether the tokens are all of the clip's, so that its N frames come back; else n * ratio do
        off : what a layer that is off, or a dropped token, adds to the sum
        """
        length = self.frames if whole else None
        if off == NOTHING:
            kept = [layer for layer, on in enumerate(layers) if on]
            return self.checkpoint.decode(tokens, kept, length=length)
        rows = np.where(np.array(layers)[:, None], tokens, DROPPED)
        return decode_with_fill(self.checkpoint, rows, self.average_codes, length)

    @cached_property
    def average_codes(self) -> torch.Tensor:
        """(Q, d) each layer's codes averaged as the training data use them, else as this clip does."""
        return average_codes(self.checkpoint, self.tokens)

    @property
    def errors_by_layers(self) -> dict[str, list[float]]:
        """For each way of measuring, the mean error after the first 1, 2, … Q unedited layers."""
        return {way: parts.mean(axis=1).tolist() for way, parts in self.part_errors_by_layers.items()}

    @cached_property
    def part_errors_by_layers(self) -> dict[str, np.ndarray]:
        """The same (Q, P) of every joint or channel."""
        on = np.tri(self.num_layers, dtype=bool)
        made = [self.measure.aligned(self.decode(self.tokens, tuple(layers))) for layers in on.tolist()]
        return {
            way: np.array([self.measure.errors(one, self.aligned, way).mean(axis=0) for one in made])
            for way in self.measure.alignments
        }


def most_frames(width: int) -> int:
    """Frames of a visitor's own clip that are shown; fewer where a frame holds more."""
    return min(MAX_FRAMES, MAX_FRAMES * HUMANML3D.width // width)
