"""Joints in another order than the weights were trained with: left and right exchanged."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import numpy as np
import torch
from torch import nn
from torch.nn.modules.conv import _ConvNd

from rvqvae.checkpoints.checkpoint import Checkpoint
from rvqvae.doctor.hypotheses.hypothesis import Hypothesis, Kind
from rvqvae.doctor.repairs import changed, parameter
from rvqvae.motion.layouts import FeatureLayout
from rvqvae.nn.model import RVQVAE


def other_side(layout: FeatureLayout) -> np.ndarray:
    """(D,) column of the other side's joint in each column's place; nothing is mirrored in space."""
    blocks, skeleton = layout.blocks, layout.skeleton
    sides, order = np.array(skeleton.mirrored), np.arange(layout.width)
    for part in ("positions", "rotations", "velocities"):
        if part not in blocks.parts:
            continue
        block = blocks.parts[part]
        first = 0 if blocks.rooted or part == "velocities" else 1
        columns = np.arange(block.start, block.stop).reshape(len(sides) - first, -1)
        order[block] = columns[sides[first:] - first].ravel()
    if "contacts" in blocks.parts:
        at = {joint: blocks.contacts.start + place for place, joint in enumerate(skeleton.contacts)}
        order[blocks.contacts] = [at.get(skeleton.mirrored[joint], place) for joint, place in at.items()]
    return order


def hypotheses(checkpoint: Checkpoint) -> Iterator[Hypothesis]:
    """Exchanged throughout, at the encoder's or decoder's end alone, or in mean and std alone."""
    layout = checkpoint.body
    if layout is None:
        return
    order = other_side(layout)
    if (order == np.arange(layout.width)).all():  # no sides are known
        return
    ends = {
        "features": (True, True, True),
        "encoder": (True, False, False),
        "decoder": (False, True, False),
        "mean and std": (False, False, True),
    }
    for where, (into, out, statistics) in ends.items():
        yield Hypothesis(
            "joints_swapped",
            where,
            f"Left and right joints are exchanged ({'throughout' if where == 'features' else where}): the "
            "weights were trained with the other order.",
            "Use the joint order of the training data, or exchange these channels of the weights.",
            partial(_exchanged, order=order, into=into, out=out, statistics=statistics),
            Kind.REARRANGEMENT,
            "left and right exchanged",
        )


def _exchanged(
    checkpoint: Checkpoint, order: np.ndarray, into: bool, out: bool, statistics: bool
) -> Checkpoint:
    columns = torch.from_numpy(order).to(checkpoint.device)

    def run(model: RVQVAE) -> None:
        first, last = (
            [m for m in getattr(model, part).modules() if isinstance(m, _ConvNd)][at]
            for part, at in (("encoder", 0), ("decoder", -1))
        )
        if into:
            first.weight = parameter(first.weight[:, columns])
        if out:
            axis = 1 if isinstance(last, nn.ConvTranspose1d) else 0
            last.weight = parameter(last.weight.index_select(axis, columns))
            last.bias = None if last.bias is None else parameter(last.bias[columns])

    mean, std = (
        (checkpoint.mean[order], checkpoint.std[order]) if statistics else (checkpoint.mean, checkpoint.std)
    )
    model = changed(checkpoint.model, run) if into or out else checkpoint.model
    return replace(checkpoint, model=model, mean=mean, std=std)
