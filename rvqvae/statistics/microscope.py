"""One time step under the microscope: latent, code and residual, layer by layer.

r⁰ is the latent, bᵛ = Qᵥ(rᵛ) the code of layer v, and rᵛ⁺¹ = rᵛ - bᵛ what it leaves; v counts from 0, as the
tokens' rows do.
"""

from dataclasses import dataclass

import numpy as np

from rvqvae.checkpoints.checkpoint import Checkpoint
from rvqvae.statistics.codebooks import codebook_arrays
from rvqvae.statistics.neighbours import NearCode, distances_to, nearest_codes
from rvqvae.statistics.projection import Plane, principal_plane

RUNNERS_UP = 5


@dataclass(frozen=True)
class LayerChoice:
    """What one layer was given and what it chose.

    Attributes
    ----------
    code : int, -1 for a dropped token
    vector : (d,) float32 array bᵛ; zero for a dropped token
    distance : float, of the code to the residual; None for a dropped token
    runners_up : the codes nearest to the residual beside the chosen one, nearest first
    runner_up_vectors : (len(runners_up), d) float32 array
    """

    code: int
    vector: np.ndarray
    distance: float | None
    runners_up: tuple[NearCode, ...]
    runner_up_vectors: np.ndarray


@dataclass(frozen=True)
class Dissection:
    """One latent taken apart by its codes, in float32 as the quantizer does it.

    Attributes
    ----------
    residuals : (Q + 1, d) float32 array, r⁰ (the latent) to the last residual
    choices : Q layers' choices
    """

    residuals: np.ndarray
    choices: tuple[LayerChoice, ...]

    @property
    def latent(self) -> np.ndarray:
        """(d,) float32, r⁰."""
        return self.residuals[0]

    @property
    def codes(self) -> np.ndarray:
        """(Q, d) float32, the bᵛ."""
        return np.stack([choice.vector for choice in self.choices])

    @property
    def partial_sums(self) -> np.ndarray:
        """(Q + 1, d) float32: nothing, b⁰, b⁰ + b¹ … the quantized latent."""
        sums = np.zeros_like(self.residuals)
        np.cumsum(self.codes, axis=0, out=sums[1:])
        return sums

    @property
    def energies(self) -> np.ndarray:
        """(Q + 1,) float64, squared length of each residual."""
        return np.square(self.residuals, dtype=np.float64).sum(axis=1)

    @property
    def identity_error(self) -> float:
        """Largest absolute component of sum of the codes + last residual - latent: float32 rounding alone."""
        return float(np.abs(self.partial_sums[-1] + self.residuals[-1] - self.latent).max())


def dissect(
    checkpoint: Checkpoint, latent: np.ndarray, tokens: np.ndarray, *, runners_up: int = RUNNERS_UP
) -> Dissection:
    """Take a latent apart by tokens, the encoder's own or others.

    Parameters
    ----------
    latent : (d,) array, the encoder's output at one step
    tokens : (Q,) int array, that step's tokens; -1 adds nothing and leaves the residual as it is

    Raises
    ------
    ValueError
        If latent or tokens do not fit the checkpoint.
    """
    codebooks = codebook_arrays(checkpoint.model)
    width, codes = codebooks[0].shape
    latent, tokens = np.asarray(latent, dtype=np.float32), np.asarray(tokens)
    if latent.shape != (width,) or tokens.shape != (len(codebooks),):
        raise ValueError(
            f"latent and tokens have shapes {latent.shape} and {tokens.shape}; "
            f"expected ({width},) and ({len(codebooks)},)"
        )
    if ((tokens < -1) | (tokens >= codes)).any():
        raise ValueError(f"tokens are {tokens.tolist()}; codes run from 0 to {codes - 1}, and -1 drops one")
    residuals, choices = [latent], []
    for codebook, code in zip(codebooks, tokens.tolist(), strict=True):
        choices.append(_choice(codebook, residuals[-1], code, runners_up))
        residuals.append(residuals[-1] - choices[-1].vector)
    return Dissection(np.stack(residuals), tuple(choices))


def walk_plane(dissection: Dissection) -> Plane:
    """The principal plane of the latent and of the partial sums that walk towards it."""
    return principal_plane(np.vstack([dissection.latent, dissection.partial_sums]))


def choice_plane(dissection: Dissection, layer: int) -> Plane:
    """The principal plane of one layer's choice: where it starts, the latent, its code and the runners-up.

    Coordinates are those of the walk: the layer (0 for the first) starts at the partial sum before it.
    """
    choice, start = dissection.choices[layer], dissection.partial_sums[layer]
    ends = start + np.vstack([np.zeros_like(choice.vector), choice.vector, choice.runner_up_vectors])
    return principal_plane(np.vstack([dissection.latent, ends]))


def _choice(codebook: np.ndarray, residual: np.ndarray, code: int, count: int) -> LayerChoice:
    near = nearest_codes(codebook, residual, count, except_for=code)
    kept = code >= 0
    return LayerChoice(
        code,
        codebook[:, code] if kept else np.zeros_like(residual),
        float(distances_to(codebook[:, [code]], residual)[0]) if kept else None,
        tuple(near),
        codebook[:, [one.code for one in near]].T,
    )
