"""Lesson 3: a step is a sum of codes, so few stored vectors write very many."""

from math import prod

import numpy as np

from app.lessons import notation as n
from app.lessons import words
from app.lessons.lesson import Formula, Lesson, Option, Outcome, Question, Row, Show, Step, Table
from app.lessons.measures import distinct_codes
from app.lessons.sources import MULTISTAGE, RQ_VAE
from app.lessons.visit import Visit, needed, visit_of
from app.visitor import Visitor
from app.workbench.encoded_clip import EncodedClip

STORED, PAIRS, POWER = "stored", "pairs", "power"


def order_of_adding(visit: Visit, layers: int) -> tuple[int, ...] | None:
    """The latest order (layers from 1) in which all were switched on from none, one at a time."""
    order: list[int] | None = None
    latest, before = None, None
    for sight in visit.sights:
        if not any(sight.layers):
            order = []
        elif order is not None and before is not None:
            changed = [v for v in range(layers) if sight.layers[v] != before[v]]
            if len(changed) == 1 and sight.layers[changed[0]]:
                order.append(changed[0] + 1)
            elif changed:
                order = None
        if order is not None and len(order) == layers:
            latest, order = tuple(order), None
        before = sight.layers
    return latest


def summed(encoded: EncodedClip, order: tuple[int, ...]) -> np.ndarray:
    """(d, n) codes of every step added in this order, in float32."""
    total = np.zeros(encoded.latent.shape, dtype=np.float32)
    for layer in order:
        total = total + encoded.codebook(layer - 1).cpu().numpy()[:, encoded.tokens[layer - 1]]
    return total


def question(visitor: Visitor) -> Question:
    encoded = visitor.workbench.encoded
    layers, codes = encoded.num_layers, encoded.num_codes
    values = {STORED: layers * codes, PAIRS: codes**2, POWER: codes**layers}
    return Question(
        f"This checkpoint stores {layers} codebooks of {codes} vectors. A step takes one code from each and "
        "adds them. How many different combinations can one step name?",
        tuple(Option(key, words.count(value)) for key, value in sorted(values.items(), key=lambda v: v[1])),
    )


def steps(visitor: Visitor) -> tuple[Step, ...]:
    encoded = visitor.workbench.encoded
    emptied = visit_of(visitor).seen((False,) * encoded.num_layers)
    order = order_of_adding(visit_of(visitor), encoded.num_layers)
    on = [v + 1 for v, is_on in enumerate(visitor.workbench.layers) if is_on]
    return (
        Step(
            "Switch every layer off: the decoder gets a zero latent.",
            emptied,
            now=f"on: {words.layers(on)}",
            show=Show("tokens"),
        ),
        Step(
            "Switch them on again one at a time, in an order of your own, and watch the body.",
            order is not None,
            now=f"your order: {words.listed(order)}" if order else "",
            show=Show("tokens"),
        ),
    )


def outcome(visitor: Visitor) -> Outcome:
    encoded = visitor.workbench.encoded
    layers, codes = encoded.num_layers, encoded.num_codes
    order = needed(order_of_adding(visit_of(visitor), layers))
    usual = summed(encoded, tuple(range(1, layers + 1)))
    difference = float(np.abs(summed(encoded, order) - usual).max())
    largest = float(np.abs(usual).max())
    written = len(np.unique(encoded.tokens, axis=1).T)
    size = codes**layers
    return Outcome(
        visit_of(visitor).answer in _right(encoded),
        f"{words.count(size)} choices, from {words.count(layers * codes)} stored vectors.",
        (
            f"Each step names one of {words.count(size)} combinations with {np.log2(size):.0f} bits. "
            f"{_about_sums(encoded)} This clip's {encoded.tokens.shape[1]} steps use {written} different "
            "combinations.",
            f"Added in your order, {words.listed(order)}, the codes come to the same sum: the largest "
            f"difference is {difference:.1e}, in sums with entries of up to {largest:.1f}. "
            + ("32-bit numbers round." if difference else "Not even rounding differs."),
            "The order does matter when codes are chosen, because each layer quantizes what is left. That is "
            "the next lesson.",
        ),
        (
            Table(
                "Vectors",
                ("", "number"),
                (
                    Row(("stored", words.count(layers * codes))),
                    Row(("combinations that one step can name", words.count(size))),
                    Row(("combinations used by this clip", words.count(written))),
                ),
            ),
        ),
        (
            Formula(
                n.math(
                    n.sup(n.name("K"), n.name("Q")),
                    n.EQUALS,
                    n.sup(n.number(codes), n.number(layers)),
                ),
                "K codes in each of Q layers, chosen independently.",
                words.count(size),
            ),
            Formula(
                n.math(
                    n.LATENT,
                    n.op("≈"),
                    n.total(n.row(V_FROM_ZERO), n.CODE),
                ),
                "The decoder sees nothing but the sum.",
            ),
        ),
    )


def _about_sums(encoded: EncodedClip) -> str:
    distinct = distinct_codes(encoded)
    repeated = [layer for layer, count in enumerate(distinct, 1) if count < encoded.num_codes]
    if not repeated:
        return (
            "Two combinations could happen to add up to the same vector, so there are at most as many sums."
        )
    held = words.listed(f"{distinct[layer - 1]} different vectors in layer {layer}" for layer in repeated)
    return (
        f"There are fewer sums than that: codes of this checkpoint repeat each other, with only {held}, so "
        f"that there are at most {words.count(prod(distinct))} sums."
    )


def _right(encoded: EncodedClip) -> set[str]:
    size = encoded.num_codes**encoded.num_layers
    values = {STORED: encoded.num_layers * encoded.num_codes, PAIRS: encoded.num_codes**2, POWER: size}
    return {key for key, value in values.items() if value == size}


V_FROM_ZERO = n.row(n.V, n.EQUALS, n.number(0))

LESSON = Lesson(
    number=3,
    title="A sum, not a choice",
    minutes=2,
    why="A step is not one code but one from each layer, added up.",
    shows=("player", "tokens", "readout"),
    layers_needed=3,
    question=question,
    steps=steps,
    outcome=outcome,
    sources=(MULTISTAGE, RQ_VAE),
)
