"""Lesson 2: each layer quantizes what the layers before it have left."""

from itertools import pairwise

import numpy as np

from app.lessons import notation as n
from app.lessons import words
from app.lessons.lesson import Formula, Lesson, Option, Outcome, Question, Row, Show, Step, Table
from app.lessons.measures import aligned, energies, first, step_errors_mm
from app.lessons.sources import MULTISTAGE, RQ_VAE, SOUNDSTREAM
from app.lessons.visit import visit_of
from app.visitor import Visitor
from app.workbench.encoded_clip import EncodedClip

MORE = "more"


def rises(encoded: EncodedClip) -> np.ndarray:
    """(Q - 1, n) whether a step's joint error rises when layer 2 … Q is added."""
    return np.diff(step_errors_mm(encoded), axis=0) > 0


def telling_step(encoded: EncodedClip) -> int:
    """The step where a layer raises the joint error most; the middle one if none does."""
    gain = np.diff(step_errors_mm(encoded), axis=0)
    if not gain.size or gain.max() <= 0:
        return encoded.tokens.shape[1] // 2
    return int(gain.max(axis=0).argmax())


def times_risen(encoded: EncodedClip) -> int:
    """How often the error of `telling_step` rises from layer to layer."""
    return int(rises(encoded)[:, telling_step(encoded)].sum())


def question(visitor: Visitor) -> Question:
    encoded = visitor.workbench.encoded
    step = telling_step(encoded)
    first_frame = step * encoded.ratio
    last = min(encoded.frames, first_frame + encoded.ratio) - 1
    return Question(
        f"Step {step} stands for frames {first_frame} to {last}. Decode the clip from layer 1 alone, then "
        f"from layers 1 and 2, and so on up to {encoded.num_layers}. How often will the joint error of these "
        "frames rise when a layer is added?",
        (Option("0", "never"), Option("1", "once"), Option(MORE, "twice or more")),
    )


def steps(visitor: Visitor) -> tuple[Step, ...]:
    encoded = visitor.workbench.encoded
    counts = range(1, encoded.num_layers + 1)
    seen = [count for count in counts if visit_of(visitor).seen(first(encoded, count))]
    return (
        Step(
            f"Keep first 1, then 2, and so on to {encoded.num_layers}. Watch the coloured body close in on "
            "the ghost of the original at this step, and the mean error above it.",
            len(seen) == encoded.num_layers,
            now=f"seen so far: {words.listed(seen) if seen else 'none'} of {encoded.num_layers}",
            show=Show("tokens", step=telling_step(encoded)),
        ),
    )


def outcome(visitor: Visitor) -> Outcome:
    encoded = visitor.workbench.encoded
    step = telling_step(encoded)
    risen = times_risen(encoded)
    errors = step_errors_mm(encoded)[:, step]
    left = energies(encoded)[:, step]
    clip = encoded.errors_by_layers["root"]
    rows = tuple(
        Row(
            (f"1–{v + 1}" if v else "1", words.length(left[v + 1]), words.mm(errors[v]), words.mm(clip[v])),
            left[v + 1] / left[0],
            "error rises" if v and errors[v] > errors[v - 1] else "",
        )
        for v in range(encoded.num_layers)
    )
    return Outcome(
        visit_of(visitor).answer == (MORE if risen > 1 else str(risen)),
        f"At step {step} the joint error rises {words.times(risen)}.",
        (_about_the_residual(left), _about_the_error(encoded, clip)),
        (
            Table(
                f"Step {step} and the whole clip; errors {aligned(encoded)}",
                ("layers", "‖r‖² left", "error here", "error of the clip"),
                rows,
            ),
        ),
        (
            Formula(
                n.math(n.NEXT_RESIDUAL, n.EQUALS, n.RESIDUAL, n.MINUS, n.CODE),
                "Each layer takes its code away and hands on the rest.",
                f"‖r⁰‖² = {words.length(left[0])}, "
                f"‖r{_above(encoded.num_layers)}‖² = {words.length(left[-1])}",
            ),
            Formula(
                n.math(n.CODE, n.EQUALS, n.of(n.QUANTIZER, n.RESIDUAL)),
                "The code is the nearest to what is left, in the layer's own codebook.",
            ),
        ),
    )


def _about_the_residual(left: np.ndarray) -> str:
    grew = [v + 1 for v in range(len(left) - 1) if left[v + 1] > left[v]]
    stayed = [v + 1 for v in range(len(left) - 1) if left[v + 1] == left[v]]
    if not grew and not stayed:
        return "What is left of the latent, ‖r‖², gets smaller with every layer here."
    if not grew:
        return (
            f"‖r‖² stays as it is at layer {words.listed(stayed)} here: the code that was chosen is the zero "
            "vector, which takes nothing away."
        )
    return (
        f"‖r‖² grows at layer {words.listed(grew)} here: even the nearest code may be worse than none, since "
        "no code need be near zero."
    )


def _about_the_error(encoded: EncodedClip, clip: list[float]) -> str:
    share = rises(encoded).any(axis=0).mean() if encoded.num_layers > 1 else 0.0
    grew = [v + 1 for v in range(1, len(clip)) if clip[v] > clip[v - 1]]
    falls = all(after < before for before, after in pairwise(clip))
    whole = (
        f"rises at layer {words.listed(grew)}"
        if grew
        else "falls with every layer"
        if falls
        else "rises at no layer"
    )
    return (
        "The quantizer makes the latent's distance small; the decoder turns latents into joints, and a "
        "nearer latent need not be a nearer pose. In this clip the error rises at some layer in "
        f"{share:.0%} of the steps, while the mean over the whole clip {whole}."
    )


def _above(value: int) -> str:
    return str(value).translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))


LESSON = Lesson(
    number=2,
    title="Quantize what is left",
    minutes=3,
    why="One codebook is coarse. So the next one quantizes what the first has left, and so on.",
    shows=("player", "tokens", "readout", "errors"),
    layers_needed=2,
    question=question,
    steps=steps,
    outcome=outcome,
    sources=(MULTISTAGE, SOUNDSTREAM, RQ_VAE),
)
