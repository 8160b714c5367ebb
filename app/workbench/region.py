"""A block of the token grid, in numbers and in words.

Layers and steps count from 0; in words, as on the page's rulers, layers count from 1 and steps from 0.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from app.errors import StudioError
from app.values import as_int
from app.workbench.encoded_clip import EncodedClip


@dataclass(frozen=True)
class Region:
    """A block of the token grid: layers first_layer … last_layer, steps first_step … last_step."""

    first_layer: int
    last_layer: int
    first_step: int
    last_step: int

    @classmethod
    def read(cls, bounds: Iterable[int]) -> "Region":
        """The block of values as JSON has them: first and last layer, first and last step."""
        return cls(*(as_int(bound) for bound in bounds))

    @property
    def slices(self) -> tuple[slice, slice]:
        """Index of the block in a (Q, n) array."""
        return slice(self.first_layer, self.last_layer + 1), slice(self.first_step, self.last_step + 1)

    @property
    def size(self) -> int:
        """Tokens in the block."""
        return (self.last_layer - self.first_layer + 1) * (self.last_step - self.first_step + 1)

    def check(self, encoded: EncodedClip) -> None:
        """Refuse a block that does not lie within the encoded clip's tokens."""
        layers, steps = encoded.tokens.shape
        if not (0 <= self.first_layer <= self.last_layer < layers):
            raise StudioError(f"{self.words()} does not fit: this clip has layers 1 to {layers}.")
        if not (0 <= self.first_step <= self.last_step < steps):
            raise StudioError(f"{self.words()} does not fit: this clip has steps 0 to {steps - 1}.")

    def words(self) -> str:
        """The block as the page calls it."""
        layers = f"layer {self.first_layer + 1}"
        if self.last_layer > self.first_layer:
            layers = f"layers {self.first_layer + 1} to {self.last_layer + 1}"
        steps = f"step {self.first_step}"
        if self.last_step > self.first_step:
            steps = f"steps {self.first_step} to {self.last_step}"
        return f"{layers}, {steps}"
