"""Lesson 2: each layer quantizes what the layers before it have left."""

import numpy as np

from app.lessons import notation as n
from app.lessons import words
from app.lessons.lesson import Formula, Lesson, Option, Outcome, Question, Row, Show, Step, Table
from app.lessons.measures import aligned, energies, first, step_errors_mm
from app.lessons.sources import RQ_VAE, SOUNDSTREAM
from app.take import Take

MORE = "more"


def rises(take: Take) -> np.ndarray:
    """(Q - 1, n) whether a step's joint error rises when layer 2 … Q is added."""
    return np.diff(step_errors_mm(take), axis=0) > 0


def telling_step(take: Take) -> int:
    """The step where a layer raises the joint error most; the middle one if none does."""
    gain = np.diff(step_errors_mm(take), axis=0)
    if not gain.size or gain.max() <= 0:
        return take.tokens.shape[1] // 2
    return int(gain.max(axis=0).argmax())


def times_risen(take: Take) -> int:
    """How often the error of `telling_step` rises from layer to layer."""
    return int(rises(take)[:, telling_step(take)].sum())


def question(session) -> Question:
    take = session.workbench.take
    step = telling_step(take)
    first_frame = step * take.ratio
    last = min(take.frames, first_frame + take.ratio) - 1
    return Question(
        f"Step {step} stands for frames {first_frame} to {last}. Decode the clip from layer 1 alone, then "
        f"from layers 1 and 2, and so on up to {take.num_layers}. How often will the joint error of these "
        "frames rise when a layer is added?",
        (Option("0", "never"), Option("1", "once"), Option(MORE, "twice or more")),
    )


def steps(session) -> tuple[Step, ...]:
    take = session.workbench.take
    counts = range(1, take.num_layers + 1)
    seen = [count for count in counts if session.visit.seen(first(take, count))]
    return (
        Step(
            f"Keep first 1, then 2, and so on to {take.num_layers}. Watch the coloured body close in on the "
            "ghost of the original at this step, and the mean error above it.",
            len(seen) == take.num_layers,
            now=f"seen so far: {words.listed(seen) if seen else 'none'} of {take.num_layers}",
            show=Show("tokens", step=telling_step(take)),
        ),
    )


def outcome(session) -> Outcome:
    take = session.workbench.take
    step = telling_step(take)
    risen = times_risen(take)
    errors = step_errors_mm(take)[:, step]
    left = energies(take)[:, step]
    clip = take.errors_by_layers["root"]
    rows = tuple(
        Row(
            (f"1–{v + 1}" if v else "1", words.length(left[v + 1]), words.mm(errors[v]), words.mm(clip[v])),
            left[v + 1] / left[0],
            "error rises" if v and errors[v] > errors[v - 1] else "",
        )
        for v in range(take.num_layers)
    )
    return Outcome(
        session.visit.answer == (MORE if risen > 1 else str(risen)),
        f"At step {step} the joint error rises {words.times(risen)}.",
        (_about_the_residual(left), _about_the_error(take, clip)),
        (
            Table(
                f"Step {step} and the whole clip; errors {aligned(take)}",
                ("layers", "‖r‖² left", "error here", "error of the clip"),
                rows,
            ),
        ),
        (
            Formula(
                n.math(n.NEXT_RESIDUAL, n.EQUALS, n.RESIDUAL, n.MINUS, n.CODE),
                "Each layer takes its code away and hands on the rest.",
                f"‖r⁰‖² = {words.length(left[0])}, ‖r{_above(take.num_layers)}‖² = {words.length(left[-1])}",
            ),
            Formula(
                n.math(n.CODE, n.EQUALS, n.of(n.QUANTIZER, n.RESIDUAL)),
                "The code is the nearest to what is left, in the layer's own codebook.",
            ),
        ),
    )


def _about_the_residual(left: np.ndarray) -> str:
    grew = [v + 1 for v in range(len(left) - 1) if left[v + 1] > left[v]]
    if not grew:
        return "What is left of the latent, ‖r‖², gets smaller with every layer here."
    return (
        f"‖r‖² grows at layer {words.listed(grew)} here: even the nearest code may be worse than none, since "
        "no code need be near zero."
    )


def _about_the_error(take: Take, clip: list[float]) -> str:
    share = rises(take).any(axis=0).mean() if take.num_layers > 1 else 0.0
    grew = [v + 1 for v in range(1, len(clip)) if clip[v] > clip[v - 1]]
    whole = f"rises at layer {words.listed(grew)}" if grew else "falls with every layer"
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
    sources=(SOUNDSTREAM, RQ_VAE),
)
