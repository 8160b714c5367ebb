"""Tokens decoded with some layers on, and only the part that a change can reach decoded again."""

from functools import cached_property

import numpy as np

from app.reach import frames_reached, steps_needed
from app.take import Take


class Decoding:
    """A take's tokens, edited or not, decoded with the layers that are on.

    Computed at first use and kept. Made by `changed` from an earlier one, it copies what cannot differ.

    Attributes
    ----------
    tokens : (Q, n) int array
    layers : which layers are on
    """

    def __init__(
        self,
        take: Take,
        tokens: np.ndarray,
        layers: tuple[bool, ...],
        *,
        like: "Decoding | None" = None,
    ):
        self.take = take
        self.tokens = tokens
        self.layers = layers
        self._like = like

    def changed(self, tokens: np.ndarray) -> "Decoding":
        """The decoding of other tokens of the same take, with the same layers on."""
        computed = self if "features" in self.__dict__ else self._like
        return Decoding(self.take, tokens, self.layers, like=computed)

    @cached_property
    def features(self) -> np.ndarray:
        """(N, D) raw features."""
        like, self._like = self._like, None
        if like is None:
            return self.take.decode(self.tokens, self.layers)
        frames = self.frames_that_may_differ(like)
        if frames is None:
            return like.features
        features = like.features.copy()
        features[slice(*frames)] = self._decode_frames(frames)
        return features

    @cached_property
    def aligned(self) -> dict[str, np.ndarray]:
        """Joints (N, 22, 3) in metres or channels (N, D), in every way that the take's measure has."""
        return self.take.measure.aligned(self.features)

    @property
    def joints(self) -> np.ndarray:
        """(N, 22, 3) metres; only where the take has joints."""
        return self.aligned["global"]

    def frames_that_may_differ(self, other: "Decoding") -> tuple[int, int] | None:
        """The receptive field of the steps whose tokens differ in a layer that is on; None if none do."""
        on = np.array(self.layers)
        steps = np.flatnonzero((self.tokens != other.tokens)[on].any(axis=0))
        if not len(steps):
            return None
        first, stop = frames_reached(
            (int(steps[0]), int(steps[-1]) + 1), self.tokens.shape[1], self.take.spreads
        )
        return (first, min(stop, self.take.frames)) if first < self.take.frames else None

    def _decode_frames(self, frames: tuple[int, int]) -> np.ndarray:
        first, stop = steps_needed(frames, self.tokens.shape[1], self.take.spreads)
        window = self.take.decode(self.tokens[:, first:stop], self.layers, whole=False)
        offset = first * self.take.ratio
        return window[frames[0] - offset : frames[1] - offset]
