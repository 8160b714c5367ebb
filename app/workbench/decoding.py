"""Tokens decoded with some layers on, and only the part that a change can reach decoded again."""

from collections.abc import Mapping
from functools import cached_property
from typing import cast

import numpy as np

from app.workbench.average import NOTHING, Meaning
from app.workbench.encoded_clip import EncodedClip
from app.workbench.receptive_field import frames_reached, steps_needed
from rvqvae.evaluation.metrics import AlignedJoints


class Decoding:
    """An encoded clip's tokens, edited or not, decoded with the layers that are on.

    Computed at first use and kept. Made by `changed` from an earlier one, it copies what cannot differ.

    Attributes
    ----------
    tokens : (Q, n) int array
    layers : which layers are on
    off : what a layer that is off, or a dropped token, adds to the sum
    """

    def __init__(
        self,
        encoded: EncodedClip,
        tokens: np.ndarray,
        layers: tuple[bool, ...],
        off: Meaning = NOTHING,
        *,
        like: "Decoding | None" = None,
    ):
        self.encoded = encoded
        self.tokens = tokens
        self.layers = layers
        self.off = off
        self._like = like

    def changed(self, tokens: np.ndarray) -> "Decoding":
        """The decoding of other tokens of the same encoded clip, with the same layers on."""
        computed = self if "features" in self.__dict__ else self._like
        return Decoding(self.encoded, tokens, self.layers, self.off, like=computed)

    @cached_property
    def features(self) -> np.ndarray:
        """(N, D) raw features."""
        like, self._like = self._like, None
        if like is None:
            return self.encoded.decode(self.tokens, self.layers, off=self.off)
        frames = self.frames_that_may_differ(like)
        if frames is None:
            return like.features
        features = like.features.copy()
        features[slice(*frames)] = self._decode_frames(frames)
        return features

    @cached_property
    def aligned(self) -> Mapping[str, np.ndarray]:
        """Joints (N, J, 3) in metres or channels (N, D), in every alignment of the clip's measure."""
        return self.encoded.measure.aligned(self.features)

    @property
    def body(self) -> AlignedJoints:
        """The same; only where the encoded clip has joints."""
        return cast(AlignedJoints, self.aligned)

    @property
    def joints(self) -> np.ndarray:
        """(N, J, 3) metres; only where the encoded clip has joints."""
        return self.aligned["global"]

    @property
    def bits_per_step(self) -> float:
        """Bits that name the active layers' codes of one step: log2(K) each."""
        return sum(self.layers) * float(np.log2(self.encoded.num_codes))

    def errors(self, alignment: str) -> np.ndarray:
        """(N, P) error of every joint or channel in every frame, in one of the measure's alignments."""
        return self.encoded.measure.errors(self.aligned, self.encoded.aligned, alignment)

    def frames_that_may_differ(self, other: "Decoding") -> tuple[int, int] | None:
        """The receptive field of the steps whose tokens differ in a layer that is on; None if none do."""
        on = np.array(self.layers)
        steps = np.flatnonzero((self.tokens != other.tokens)[on].any(axis=0))
        if not len(steps):
            return None
        first, stop = frames_reached(
            (int(steps[0]), int(steps[-1]) + 1), self.tokens.shape[1], self.encoded.operations
        )
        return (first, min(stop, self.encoded.frames)) if first < self.encoded.frames else None

    def _decode_frames(self, frames: tuple[int, int]) -> np.ndarray:
        first, stop = steps_needed(frames, self.tokens.shape[1], self.encoded.operations)
        window = self.encoded.decode(self.tokens[:, first:stop], self.layers, whole=False, off=self.off)
        offset = first * self.encoded.ratio
        return window[frames[0] - offset : frames[1] - offset]
