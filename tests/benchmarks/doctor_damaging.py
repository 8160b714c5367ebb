"""What damages are made of: tools that change copies of sound checkpoints, and the list of all damages.

A damage is a function of a sound checkpoint and of another one of other training, and gives the damaged copy.
"""

import copy
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import torch

from rvqvae import Checkpoint
from rvqvae.doctor.repairs import with_strides
from rvqvae.motion.humanml import POSITIONS, ROOT_HEIGHT, ROOT_VELOCITY, VELOCITIES, YAW_VELOCITY
from rvqvae.motion.layouts import HUMANML3D

Damaging = Callable[[Checkpoint, Checkpoint], Checkpoint]
ANY = "any"  # sick, with whatever cause or none


@dataclass(frozen=True)
class Damage:
    """One way to go wrong.

    Attributes
    ----------
    name : what was done
    checks : findings that name it rightly
    run : see the module
    held_out : whether it was kept aside while the doctor's bounds were set
    layers : fewest layers that a checkpoint needs for it
    """

    name: str
    checks: tuple[str, ...]
    run: Damaging
    held_out: bool = False
    layers: int = 1


DAMAGES: list[Damage] = []


def damage(
    name: str, *checks: str, held_out: bool = False, layers: int = 1
) -> Callable[[Damaging], Damaging]:
    """Make a function a damage."""

    def declare(run: Damaging) -> Damaging:
        DAMAGES.append(Damage(name, checks, run, held_out, layers))
        return run

    return declare


def of_the_model(change: Callable[[torch.nn.Module], object]) -> Damaging:
    """A damage that changes a copy of the model in place."""

    def run(checkpoint: Checkpoint, _: Checkpoint) -> Checkpoint:
        model = copy.deepcopy(checkpoint.model)
        with torch.no_grad():
            change(model)
        return replace(checkpoint, model=model)

    return run


def of_a_codebook(layer: int, change: Callable[[torch.Tensor], torch.Tensor]) -> Damaging:
    """A damage to one layer's codes (d, K), its moving sums made to fit as loading does."""

    def run(model: torch.nn.Module) -> None:
        quantizer = model.quantizer.layers[layer - 1]
        quantizer.embedding = change(quantizer.embedding).contiguous()
        quantizer.embedding_avg = quantizer.embedding * quantizer.cluster_size

    return of_the_model(run)


def of_statistics(change: Callable[[np.ndarray, np.ndarray], object]) -> Damaging:
    """A damage that changes copies of mean and std in place."""

    def run(checkpoint: Checkpoint, _: Checkpoint) -> Checkpoint:
        mean, std = checkpoint.mean.copy(), checkpoint.std.copy()
        change(mean, std)
        return replace(checkpoint, mean=mean, std=std)

    return run


def flip(*convs: torch.nn.Module) -> None:
    """Reverse kernels in time."""
    for conv in convs:
        conv.weight.copy_(conv.weight.flip(2))


def mirror(part: str, order: tuple[int, ...] = (1, 1, 2, 2)) -> Damaging:
    def run(checkpoint: Checkpoint, _: Checkpoint) -> Checkpoint:
        parts = ("encoder", "decoder") if part == "both" else (part,)
        return replace(checkpoint, model=with_strides(checkpoint.model, **dict.fromkeys(parts, order)))

    return run


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def shuffled(size: int, seed: int = 0) -> torch.Tensor:
    return torch.randperm(size, generator=generator(seed))


def random_like(codes: torch.Tensor) -> torch.Tensor:
    fresh = torch.randn(codes.shape, generator=generator())
    return fresh / fresh.norm(dim=0) * codes.norm(dim=0)


def velocities(factor: float) -> Damaging:
    def change(mean: np.ndarray, std: np.ndarray) -> None:
        for group in (YAW_VELOCITY, ROOT_VELOCITY, VELOCITIES):
            mean[group] *= factor
            std[group] *= factor

    return of_statistics(change)


def lengths(factor: float) -> Damaging:
    def change(mean: np.ndarray, std: np.ndarray) -> None:
        for group in (ROOT_VELOCITY, ROOT_HEIGHT, POSITIONS, VELOCITIES):
            mean[group] *= factor
            std[group] *= factor

    return of_statistics(change)


def mirrored_columns() -> np.ndarray:
    """(263,) column of the other side in each column's place, signs left as they are."""
    body, blocks = HUMANML3D.skeleton, HUMANML3D.blocks
    order = np.arange(HUMANML3D.width)
    sides = np.array(body.mirrored)
    for block, width, first in (
        (blocks.positions, 3, 1),
        (blocks.rotations, 6, 1),
        (blocks.velocities, 3, 0),
    ):
        columns = np.arange(block.start, block.stop).reshape(-1, width)
        order[block] = columns[sides[first:] - first].reshape(-1)
    order[blocks.contacts] = (
        np.arange(blocks.contacts.start, blocks.contacts.stop).reshape(2, 2)[::-1].reshape(-1)
    )
    return order


def swap(first: int) -> Damaging:
    def run(model: torch.nn.Module) -> None:
        layers = model.quantizer.layers
        layers[first - 1], layers[first] = layers[first], layers[first - 1]

    return of_the_model(run)
