"""Codes under other numbers: the motion, entropy and information stay, the numbers' correlation does not."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from app.command import COMMANDS, command
from app.errors import StudioError
from app.jobs import Job, Work
from app.lab.figure import INK, Figure, Payload, Rows, new_figure, of_clip
from app.lab.tab import MEANING, Tab
from app.payloads.arrays import pack
from app.payloads.statistics import Relabelled as RelabelledPayload
from app.payloads.statistics import RelabelPayload
from app.values import as_int
from app.view import View
from app.visitor import Visitor
from app.workbench.encoded_clip import EncodedClip
from rvqvae import Checkpoint
from rvqvae.evaluation.metrics import code_counts
from rvqvae.statistics import (
    agreeing_permutations,
    codebook_arrays,
    estimate_entropy,
    layer_information,
    number_correlation,
    random_permutations,
    relabelled,
)
from rvqvae.statistics import relabel as relabel_tokens

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Drawing

WAYS = ("random", "agreeing")
_TITLES = ("Numbers as trained", "Numbers changed")


@dataclass(frozen=True)
class Relabelling:
    """Which numbers the codes get; a visitor's latest choice.

    Attributes
    ----------
    how : "random", or "agreeing": chosen so that the layers' numbers correlate
    seed : of random ones
    layer : the only layer that is relabelled, 0 for the first; None means all
    """

    how: str = "random"
    seed: int = 0
    layer: int | None = None


@dataclass(frozen=True)
class Relabelled:
    """One side's figures are those of the tokens as they were, the other's of the relabelled ones.

    Attributes
    ----------
    tokens : 2 arrays (Q, n)
    entropy_bits : 2 lists of Q corrected entropies
    information_bits : 2 lists of corrected mutual information, for each pair of layers
    correlation : 2 arrays (Q, Q), of the token numbers
    motion_difference : largest error of one decoded motion against the other, in `unit`
    unit : mm, or the features' own
    encodes_alike : whether encoding with the relabelled codebooks gives the relabelled tokens
    """

    tokens: tuple[np.ndarray, np.ndarray]
    entropy_bits: tuple[list[float], list[float]]
    information_bits: tuple[list[float], list[float]]
    correlation: tuple[np.ndarray, np.ndarray]
    motion_difference: float
    unit: str
    encodes_alike: bool


def permutations_of(encoded: EncodedClip, relabelling: Relabelling) -> list[np.ndarray]:
    """The new number of each code, Q arrays (K,)."""
    if relabelling.how == "agreeing":
        chosen = agreeing_permutations(encoded.tokens, encoded.num_codes)
    else:
        chosen = random_permutations(encoded.num_layers, encoded.num_codes, relabelling.seed)
    same = np.arange(encoded.num_codes)
    return [p if relabelling.layer in (None, layer) else same for layer, p in enumerate(chosen)]


def relabel_clip(encoded: EncodedClip, relabelling: Relabelling) -> Relabelled:
    """Relabel codes and codebooks alike, then encode, decode and measure again."""
    permutations = permutations_of(encoded, relabelling)
    renamed, _ = relabel_tokens(encoded.tokens, codebook_arrays(encoded.checkpoint.model), permutations)
    other = relabelled(encoded.checkpoint, permutations)
    sides = (encoded.tokens, renamed)
    entropies = [
        [estimate_entropy(counts).corrected_bits for counts in code_counts(side, encoded.num_codes)]
        for side in sides
    ]
    # The null is not shown here, so one shuffle will do.
    shared = [
        [pair.corrected_bits for pair in layer_information(side, shuffles=1).values()] for side in sides
    ]
    before = encoded.checkpoint.decode(encoded.tokens, length=encoded.frames)
    after = other.decode(renamed, length=encoded.frames)
    measure = encoded.measure
    moved, stayed = measure.aligned(after), measure.aligned(before)
    return Relabelled(
        tokens=sides,
        entropy_bits=(entropies[0], entropies[1]),
        information_bits=(shared[0], shared[1]),
        correlation=(number_correlation(sides[0]), number_correlation(sides[1])),
        motion_difference=float(measure.distances(moved[measure.strict], stayed[measure.strict]).max()),
        unit=measure.unit(measure.strict),
        encodes_alike=_encodes_alike(encoded, other, permutations),
    )


def _encodes_alike(encoded: EncodedClip, other: Checkpoint, permutations: list[np.ndarray]) -> bool:
    # A row of a table was not encoded from its motion; only encoding it both ways is a comparison.
    tokens = encoded.tokens if encoded.recorded else encoded.checkpoint.encode(encoded.clip.features)
    renamed, _ = relabel_tokens(tokens, codebook_arrays(encoded.checkpoint.model), permutations)
    return bool((other.encode(encoded.clip.features) == renamed).all())


def relabelling_of(visitor: Visitor) -> Work[Relabelled]:
    """This clip under the numbers that the visitor chose."""
    encoded, relabelling = visitor.workbench.encoded, visitor.room(Relabelling)

    def run(job: Job) -> Relabelled:
        job.progress(0.1, "renumbering")
        return relabel_clip(encoded, relabelling)

    return Work("relabel", (encoded, relabelling), run)


@command
def relabel(visitor: Visitor, how: str, seed: int, layer: int | None) -> None:
    """Give the codes of a layer, or of all, other numbers."""
    encoded = visitor.workbench.encoded
    if how not in WAYS:
        raise StudioError(f"There is no numbering {how!r}; choose one of {', '.join(WAYS)}.")
    if layer is not None and not 0 <= as_int(layer) < encoded.num_layers:
        raise StudioError(
            f"There is no layer {as_int(layer) + 1}; layers run from 1 to {encoded.num_layers}."
        )
    if as_int(seed) < 0:
        raise StudioError(f"The seed is {seed}; expected 0 or more.")
    visitor.keep(Relabelling(how, as_int(seed), None if layer is None else as_int(layer)))
    visitor.jobs.begin(relabelling_of(visitor))


COMMANDS["renumber"] = COMMANDS["relabel"]  # its name in programs of earlier versions


def finish(visitor: Visitor, how: str = "random", seed: int = 0, layer: int | None = None) -> Relabelled:
    """What relabelling this clip comes to, for programs; the layer counts from 1."""
    relabel(visitor, how, seed, None if layer is None else as_int(layer) - 1)
    return visitor.jobs.finish(relabelling_of(visitor))


def payload(visitor: Visitor) -> RelabelPayload:
    """Figures before and after, side by side; "result" is None before it is done."""
    encoded, chosen, work = visitor.workbench.encoded, visitor.room(Relabelling), relabelling_of(visitor)
    done = visitor.jobs.result_of(work)
    return {
        **of_clip(visitor),
        "num_quantizers": encoded.num_layers,
        "num_embeddings": encoded.num_codes,
        "state": visitor.jobs.state_of(work),
        "relabelling": {"how": chosen.how, "seed": chosen.seed, "layer": chosen.layer},
        "result": _result(done) if done else None,
    }


def key(visitor: Visitor) -> Hashable:
    """The clip, the numbers chosen, and how far it is."""
    work = relabelling_of(visitor)
    return work.about, visitor.jobs.state_of(work)


def _result(done: Relabelled) -> RelabelledPayload:
    layers = range(1, len(done.tokens[0]) + 1)
    return {
        "tokens": [pack(side, "i16") for side in done.tokens],
        "entropy_bits": list(done.entropy_bits),
        "pairs": [[u, v] for u in layers for v in layers if u < v],
        "information_bits": list(done.information_bits),
        "correlation": [_finite(side) for side in done.correlation],
        "motion_difference": done.motion_difference,
        "unit": done.unit,
        "encodes_alike": done.encodes_alike,
        "renamed": int((done.tokens[0] != done.tokens[1]).sum()),
    }


def _finite(matrix: np.ndarray) -> list[list[float | None]]:
    """A matrix as JSON: None where a value is not a number."""
    return [[float(v) if np.isfinite(v) else None for v in row] for row in matrix]


def draw(payload: Payload) -> "Drawing":
    """Two matrices of the same tokens' number correlation."""
    result = payload["result"]
    layers = payload["num_quantizers"]
    figure = new_figure(3.1)
    axes = figure.subplots(1, 2)
    for axis, title, rows in zip(axes, _TITLES, result["correlation"], strict=True):
        matrix = np.array(rows, dtype=float)
        shown = axis.imshow(matrix, cmap="RdBu_r", vmin=-1, vmax=1)
        for (row, column), value in np.ndenumerate(matrix):
            if np.isfinite(value):
                colour = "white" if abs(value) > 0.7 else INK
                axis.text(column, row, f"{value:.2f}", ha="center", va="center", fontsize=6, color=colour)
        axis.set(title=title, xlabel="layer", xticks=range(layers), yticks=range(layers))
        axis.set_xticklabels(range(1, layers + 1))
        axis.set_yticklabels(range(1, layers + 1))
        axis.grid(False)
    axes[0].set_ylabel("layer")
    figure.colorbar(shown, ax=axes, shrink=0.8, label="correlation of token numbers")
    return figure


def table(payload: Payload) -> Rows:
    """A row a pair of layers, then a row a layer."""
    result = payload["result"]
    rows: list[list[Any]] = [["what", "layer", "other layer", "before", "after"]]
    for index, (u, v) in enumerate(result["pairs"]):
        before, after = (side[u - 1][v - 1] for side in result["correlation"])
        rows.append(["correlation of token numbers", u, v, before, after])
        before, after = (side[index] for side in result["information_bits"])
        rows.append(["mutual information (bits)", u, v, before, after])
    for layer, (before, after) in enumerate(zip(*result["entropy_bits"], strict=True), start=1):
        rows.append(["entropy (bits)", layer, "", before, after])
    rows.append(
        [f"largest difference of the motion ({result['unit']})", "", "", 0.0, result["motion_difference"]]
    )
    return rows


def _is_ready(payload: Payload) -> bool:
    return payload["result"] is not None


TAB = Tab("relabel", "Relabel", MEANING)
VIEWS = (View("relabel", key, payload, panel="relabel"),)
FIGURES = (Figure("relabel", VIEWS[0], draw, table, _is_ready, finish),)
