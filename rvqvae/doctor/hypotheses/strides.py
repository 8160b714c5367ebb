"""Strides in another order than the weights were trained with."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import permutations

from rvqvae.checkpoints.checkpoint import Checkpoint
from rvqvae.doctor.hypotheses.hypothesis import Hypothesis, Kind
from rvqvae.doctor.repairs import with_strides
from rvqvae.nn.decoder import MotionDecoder
from rvqvae.nn.encoder import MotionEncoder

_Strides = tuple[int, ...]


def hypotheses(checkpoint: Checkpoint) -> Iterator[Hypothesis]:
    """Every other order in the encoder, in the decoder, and both mirrored; none for other families."""
    model = checkpoint.model
    if not (isinstance(model.encoder, MotionEncoder) and isinstance(model.decoder, MotionDecoder)):
        return
    now: dict[str, _Strides] = {
        part: tuple(conv.stride[0] for conv in getattr(model, part).convs) for part in ("encoder", "decoder")
    }
    for part, strides in now.items():
        for other in sorted(set(permutations(strides))):
            if other != strides:
                yield _of({part: other}, {part: strides})
    if all(strides != strides[::-1] for strides in now.values()):
        yield _of({part: strides[::-1] for part, strides in now.items()}, now)


def _of(then: dict[str, _Strides], now: dict[str, _Strides]) -> Hypothesis:
    def repair(checkpoint: Checkpoint) -> Checkpoint:
        return replace(checkpoint, model=with_strides(checkpoint.model, **then))

    parts = " and ".join(then)
    check = f"{next(iter(then))}_strides" if len(then) == 1 else "strides"
    told, found = next(iter(then.values())), next(iter(now.values()))
    kind = "mirrored" if told == found[::-1] else "in another order"
    whose = f"The {parts}'s strides are" if len(then) == 1 else "The strides of encoder and decoder are"
    return Hypothesis(
        check,
        parts,
        f"{whose} {kind}: the weights were trained with {told}, not {found}.",
        f"Build the {parts} with strides {told}; the weights fit either order, so nothing fails on loading.",
        repair,
        Kind.BUILD,
        f"strides {told} instead of {found}",
    )
