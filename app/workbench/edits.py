"""Edits of tokens: small values that say what becomes of a block, and in words what they do.

Tokens are (Q, n) int arrays; -1 is a dropped token.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import torch

from app.errors import StudioError
from app.workbench.encoded_clip import EncodedClip
from app.workbench.region import Region
from rvqvae.evaluation.beam import beam_search, check_width
from rvqvae.nn.rows import DROPPED

# Tokens (Q, n) of another clip through the same checkpoint, by the clip's key.
Donors = Callable[[str], np.ndarray]


def no_donors(clip: str) -> np.ndarray:
    """For a workbench alone, without a catalogue."""
    raise StudioError(f"There is no clip named {clip!r} to take tokens from.")


@dataclass(frozen=True)
class Edit:
    """A change of a block of tokens.

    Attributes
    ----------
    region : the block it writes
    repair : whether the layers after the block are quantized again on what the edit leaves of the latent
    """

    kind: ClassVar[str]
    region: Region
    repair: bool

    def block(self, tokens: np.ndarray, encoded: EncodedClip, donors: Donors) -> np.ndarray:
        """What the region's tokens become."""
        raise NotImplementedError

    def words(self, encoded: EncodedClip) -> str:
        """What the edit does, in a few words."""
        raise NotImplementedError

    def check(self, encoded: EncodedClip) -> None:
        """Refuse an edit that does not fit the encoded clip, in a sentence."""
        self.region.check(encoded)


@dataclass(frozen=True)
class SetCode(Edit):
    """One code in every cell of the block; -1 drops it."""

    kind = "set"
    code: int

    def block(self, tokens: np.ndarray, encoded: EncodedClip, donors: Donors) -> np.ndarray:
        return np.full_like(tokens[self.region.slices], self.code)

    def words(self, encoded: EncodedClip) -> str:
        what = "dropped" if self.code == DROPPED else f"set to {self.code}"
        return f"{self.region.words()} {what}"

    def check(self, encoded: EncodedClip) -> None:
        super().check(encoded)
        _check_codes([self.code], encoded)


@dataclass(frozen=True)
class Neighbour(Edit):
    """The code of a given rank in distance from an anchor code, in one cell."""

    kind = "neighbour"
    anchor: int
    rank: int

    def block(self, tokens: np.ndarray, encoded: EncodedClip, donors: Donors) -> np.ndarray:
        order = codes_by_distance(encoded, self.region.first_layer, self.anchor)
        return np.full_like(tokens[self.region.slices], order[self.rank])

    def words(self, encoded: EncodedClip) -> str:
        code = codes_by_distance(encoded, self.region.first_layer, self.anchor)[self.rank]
        near = "the code" if self.rank == 1 else f"the {ordinal(self.rank)}"
        rank = f", {near} nearest to {self.anchor}" if self.rank else " again"
        return f"{self.region.words()} set to {code}{rank}"

    def check(self, encoded: EncodedClip) -> None:
        super().check(encoded)
        _check_codes([self.anchor], encoded)
        if self.anchor == DROPPED:
            raise StudioError("A dropped token has no nearest codes; restore it or type a code first.")
        if not 0 <= self.rank < encoded.num_codes:
            raise StudioError(
                f"There is no {ordinal(self.rank)} nearest code; there are {encoded.num_codes - 1} others."
            )


@dataclass(frozen=True)
class Restore(Edit):
    """The encoder's own codes again."""

    kind = "restore"

    def block(self, tokens: np.ndarray, encoded: EncodedClip, donors: Donors) -> np.ndarray:
        return encoded.tokens[self.region.slices]

    def words(self, encoded: EncodedClip) -> str:
        return f"{self.region.words()} restored"


@dataclass(frozen=True)
class Paste(Edit):
    """A copied block; its codes layer by layer."""

    kind = "paste"
    codes: tuple[tuple[int, ...], ...]

    def block(self, tokens: np.ndarray, encoded: EncodedClip, donors: Donors) -> np.ndarray:
        return np.array(self.codes, dtype=tokens.dtype)

    def words(self, encoded: EncodedClip) -> str:
        return f"{self.region.words()} pasted"

    def check(self, encoded: EncodedClip) -> None:
        layers, steps = encoded.tokens.shape
        high, wide = len(self.codes), len(self.codes[0]) if self.codes else 0
        if not wide or any(len(row) != wide for row in self.codes):
            raise StudioError("There is nothing to paste; select some tokens and copy them first.")
        region = self.region
        if region.first_layer + high > layers or region.first_step + wide > steps:
            raise StudioError(
                f"A block of {high} layers by {wide} steps does not fit at layer {region.first_layer + 1}, "
                f"step {region.first_step}: this clip has {layers} layers and {steps} steps."
            )
        super().check(encoded)
        _check_codes((code for row in self.codes for code in row), encoded)


@dataclass(frozen=True)
class Borrow(Edit):
    """Layers of another clip, as far as both clips last."""

    kind = "borrow"
    clip: str

    def block(self, tokens: np.ndarray, encoded: EncodedClip, donors: Donors) -> np.ndarray:
        own = tokens[self.region.slices].copy()
        given = donors(self.clip)[self.region.slices]
        own[:, : given.shape[1]] = given
        return own

    def words(self, encoded: EncodedClip) -> str:
        return f"{self.region.words()} taken from {self.clip}"


@dataclass(frozen=True)
class FillRandom(Edit):
    """Codes drawn as often as each layer uses them over the training data (all alike where not known)."""

    kind = "random"
    seed: int

    def block(self, tokens: np.ndarray, encoded: EncodedClip, donors: Donors) -> np.ndarray:
        rng = np.random.default_rng(self.seed)
        wide = self.region.last_step - self.region.first_step + 1
        rows = range(self.region.first_layer, self.region.last_layer + 1)
        return np.stack([rng.choice(encoded.num_codes, wide, p=_usage(encoded, layer)) for layer in rows])

    def words(self, encoded: EncodedClip) -> str:
        return f"{self.region.words()} filled at random"


@dataclass(frozen=True)
class Shuffle(Edit):
    """The block's steps in another order, the same for all its layers."""

    kind = "shuffle"
    seed: int

    def block(self, tokens: np.ndarray, encoded: EncodedClip, donors: Donors) -> np.ndarray:
        block = tokens[self.region.slices]
        return block[:, np.random.default_rng(self.seed).permutation(block.shape[1])]

    def words(self, encoded: EncodedClip) -> str:
        return f"{self.region.words()} shuffled in time"


@dataclass(frozen=True)
class Search(Edit):
    """The codes of a beam search over all layers in the place of the encoder's greedy choice."""

    kind = "search"
    width: int

    def block(self, tokens: np.ndarray, encoded: EncodedClip, donors: Donors) -> np.ndarray:
        latents = encoded.latent[:, self.region.slices[1]].t()
        return beam_search(encoded.checkpoint.model.quantizer, latents, self.width).cpu().numpy()

    def words(self, encoded: EncodedClip) -> str:
        return f"{self.region.words()} searched by a beam of {self.width}"

    def check(self, encoded: EncodedClip) -> None:
        super().check(encoded)
        if (self.region.first_layer, self.region.last_layer) != (0, encoded.num_layers - 1):
            raise StudioError("A beam searches all layers together; choose steps in all of them.")
        if not encoded.recorded:
            raise StudioError("A row of tokens has no motion that a beam could search codes for.")
        try:
            check_width(self.width)
        except ValueError as error:
            raise StudioError(f"{error}.") from error


def codes_by_distance(encoded: EncodedClip, layer: int, code: int) -> np.ndarray:
    """(K,) codes of a layer from the nearest to the farthest of one code, which comes first itself."""
    codebook = encoded.codebook(layer)
    distances = torch.linalg.vector_norm(codebook - codebook[:, code : code + 1], dim=0)
    distances[code] = -1.0  # first even where another code is equal to it
    return torch.argsort(distances, stable=True).cpu().numpy()


def ordinal(number: int) -> str:
    """1st, 2nd, 3rd, 4th …"""
    tail = "th" if number // 10 % 10 == 1 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{tail}"


def _usage(encoded: EncodedClip, layer: int) -> np.ndarray | None:
    counts = None if encoded.checkpoint.usage is None else encoded.checkpoint.usage[layer]
    return None if counts is None or not counts.sum() else counts / counts.sum()


def _check_codes(codes: Iterable[int], encoded: EncodedClip) -> None:
    for code in codes:
        if not DROPPED <= code < encoded.num_codes:
            raise StudioError(f"There is no code {code}; codes run from 0 to {encoded.num_codes - 1}.")
