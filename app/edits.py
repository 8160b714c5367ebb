"""Edits of tokens: small values that replay to the same tokens, and say in words what they do.

Tokens are (Q, n) int arrays; -1 is a dropped token.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import torch

from app.region import Region
from app.take import StudioError, Take
from rvqvae.quantizer import DROPPED

# Tokens (Q, n) of another clip through the same checkpoint, by the clip's key.
Donors = Callable[[str], np.ndarray]


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

    def block(self, tokens: np.ndarray, take: Take, donors: Donors) -> np.ndarray:
        """What the region's tokens become."""
        raise NotImplementedError

    def words(self, take: Take) -> str:
        """What the edit does, in a few words."""
        raise NotImplementedError

    def check(self, take: Take) -> None:
        """Refuse an edit that does not fit the take, in a sentence."""
        self.region.check(take)


@dataclass(frozen=True)
class SetCode(Edit):
    """One code in every cell of the block; -1 drops it."""

    kind = "set"
    code: int

    def block(self, tokens, take, donors):
        return np.full_like(tokens[self.region.slices], self.code)

    def words(self, take):
        what = "dropped" if self.code == DROPPED else f"set to {self.code}"
        return f"{self.region.words()} {what}"

    def check(self, take):
        super().check(take)
        _check_codes([self.code], take)


@dataclass(frozen=True)
class Neighbour(Edit):
    """The code of a given rank in distance from an anchor code, in one cell."""

    kind = "neighbour"
    anchor: int
    rank: int

    def block(self, tokens, take, donors):
        order = codes_by_distance(take, self.region.first_layer, self.anchor)
        return np.full_like(tokens[self.region.slices], order[self.rank])

    def words(self, take):
        code = codes_by_distance(take, self.region.first_layer, self.anchor)[self.rank]
        rank = f", number {self.rank} in distance from {self.anchor}" if self.rank else " again"
        return f"{self.region.words()} set to {code}{rank}"

    def check(self, take):
        super().check(take)
        _check_codes([self.anchor], take)
        if self.anchor == DROPPED:
            raise StudioError("A dropped token has no nearest codes; restore it or type a code first.")
        if not 0 <= self.rank < take.num_codes:
            raise StudioError(
                f"There is no code number {self.rank} in distance; ranks run to {take.num_codes - 1}."
            )


@dataclass(frozen=True)
class Restore(Edit):
    """The encoder's own codes again."""

    kind = "restore"

    def block(self, tokens, take, donors):
        return take.tokens[self.region.slices]

    def words(self, take):
        return f"{self.region.words()} restored"


@dataclass(frozen=True)
class Paste(Edit):
    """A copied block; its codes layer by layer."""

    kind = "paste"
    codes: tuple[tuple[int, ...], ...]

    def block(self, tokens, take, donors):
        return np.array(self.codes, dtype=tokens.dtype)

    def words(self, take):
        return f"{self.region.words()} pasted"

    def check(self, take):
        layers, steps = take.tokens.shape
        high, wide = len(self.codes), len(self.codes[0]) if self.codes else 0
        if not wide or any(len(row) != wide for row in self.codes):
            raise StudioError("There is nothing to paste; select some tokens and copy them first.")
        region = self.region
        if region.first_layer + high > layers or region.first_step + wide > steps:
            raise StudioError(
                f"A block of {high} layers by {wide} steps does not fit at layer {region.first_layer + 1}, "
                f"step {region.first_step}: this clip has {layers} layers and {steps} steps."
            )
        super().check(take)
        _check_codes((code for row in self.codes for code in row), take)


@dataclass(frozen=True)
class Borrow(Edit):
    """Layers of another clip, as far as both clips last."""

    kind = "borrow"
    clip: str

    def block(self, tokens, take, donors):
        own = tokens[self.region.slices].copy()
        given = donors(self.clip)[self.region.slices]
        own[:, : given.shape[1]] = given
        return own

    def words(self, take):
        return f"{self.region.words()} taken from {self.clip}"


@dataclass(frozen=True)
class FillRandom(Edit):
    """Codes drawn as often as each layer uses them over the training data (all alike where not known)."""

    kind = "random"
    seed: int

    def block(self, tokens, take, donors):
        rng = np.random.default_rng(self.seed)
        wide = self.region.last_step - self.region.first_step + 1
        rows = range(self.region.first_layer, self.region.last_layer + 1)
        return np.stack([rng.choice(take.num_codes, wide, p=_usage(take, layer)) for layer in rows])

    def words(self, take):
        return f"{self.region.words()} filled at random"


@dataclass(frozen=True)
class Shuffle(Edit):
    """The block's steps in another order, the same for all its layers."""

    kind = "shuffle"
    seed: int

    def block(self, tokens, take, donors):
        block = tokens[self.region.slices]
        return block[:, np.random.default_rng(self.seed).permutation(block.shape[1])]

    def words(self, take):
        return f"{self.region.words()} shuffled in time"


KINDS = {edit.kind: edit for edit in (SetCode, Neighbour, Restore, Paste, Borrow, FillRandom, Shuffle)}


def apply(edit: Edit, tokens: np.ndarray, take: Take, donors: Donors) -> np.ndarray:
    """Tokens after an edit; the given array stays as it is.

    With `edit.repair` the layers after the block choose their codes again, in the block's steps alone.
    """
    edit.check(take)
    edited = tokens.copy()
    edited[edit.region.slices] = edit.block(tokens, take, donors)
    if edit.repair:
        edited = take.requantized(edited, edit.region.last_layer + 1, edit.region.slices[1])
    return edited


def replay(edits: Iterable[Edit], take: Take, donors: Donors) -> np.ndarray:
    """Tokens after all the edits, from the encoder's own."""
    tokens = take.tokens
    for edit in edits:
        tokens = apply(edit, tokens, take, donors)
    return tokens


def codes_by_distance(take: Take, layer: int, code: int) -> np.ndarray:
    """(K,) codes of a layer from the nearest to the farthest of one code, which comes first itself."""
    codebook = take.codebook(layer)
    distances = torch.linalg.vector_norm(codebook - codebook[:, code : code + 1], dim=0)
    distances[code] = -1.0  # first even where another code is equal to it
    return torch.argsort(distances, stable=True).cpu().numpy()


def _usage(take: Take, layer: int) -> np.ndarray | None:
    counts = None if take.checkpoint.usage is None else take.checkpoint.usage[layer]
    return None if counts is None or not counts.sum() else counts / counts.sum()


def _check_codes(codes: Iterable[int], take: Take) -> None:
    for code in codes:
        if not DROPPED <= code < take.num_codes:
            raise StudioError(f"There is no code {code}; codes run from 0 to {take.num_codes - 1}.")
