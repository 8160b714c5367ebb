"""One visitor's work: a take, which layers are on, and how errors are measured. Plain values, no Gradio."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from app.take import StudioError, Take
from rvqvae.metrics import ALIGNMENTS, joint_errors_mm
from rvqvae.motion import features_to_joints


@dataclass(frozen=True, eq=False)
class Decoding:
    """A take decoded with some of its layers; computed at first use and kept."""

    take: Take
    layers: tuple[bool, ...]

    @property
    def tokens(self) -> np.ndarray:
        """(Q, n) int64."""
        return self.take.tokens

    @cached_property
    def features(self) -> np.ndarray:
        """(N, 263) raw features of the reconstruction."""
        return self.take.decode(self.tokens, self.layers)

    @cached_property
    def joints(self) -> np.ndarray:
        """(N, 22, 3) metres."""
        return features_to_joints(self.features)


@dataclass(frozen=True, eq=False)
class Workbench:
    """The state of one visitor's page. Every change makes a new workbench; nothing is changed in place."""

    decoding: Decoding
    alignment: str = "root"

    @classmethod
    def of(cls, take: Take) -> "Workbench":
        """A fresh workbench with all layers on."""
        return cls(Decoding(take, (True,) * take.num_layers))

    @property
    def take(self) -> Take:
        """The clip and the checkpoint at work."""
        return self.decoding.take

    @property
    def layers(self) -> tuple[bool, ...]:
        """Which layers are on, first layer first."""
        return self.decoding.layers

    def with_take(self, take: Take) -> "Workbench":
        """The same settings on another clip or checkpoint; all layers on where their number differs."""
        same = take.num_layers == len(self.layers)
        return replace(self, decoding=Decoding(take, self.layers if same else (True,) * take.num_layers))

    def with_layers(self, layers: tuple[bool, ...]) -> "Workbench":
        """The same work with these layers on."""
        if len(layers) != self.take.num_layers:
            raise StudioError(
                f"{len(layers)} layer switches were given; this checkpoint has {self.take.num_layers} layers."
            )
        if layers == self.layers:
            return self
        return replace(self, decoding=Decoding(self.take, layers))

    def with_alignment(self, alignment: str) -> "Workbench":
        """The same work measured in another alignment; nothing is decoded again."""
        if alignment not in ALIGNMENTS:
            raise StudioError(f"There is no alignment {alignment!r}; choose one of {', '.join(ALIGNMENTS)}.")
        return replace(self, alignment=alignment)

    @cached_property
    def errors_mm(self) -> np.ndarray:
        """(N, 22) distance of every joint in every frame from the original, in this alignment."""
        return joint_errors_mm(self.decoding.features, self.take.clip.features, self.alignment)

    @property
    def bits_per_step(self) -> float:
        """Bits that name the active layers' codes of one step: log2(K) each."""
        return sum(self.layers) * float(np.log2(self.take.checkpoint.config.num_embeddings))
